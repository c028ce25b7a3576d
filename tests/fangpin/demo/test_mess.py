"""Each defect does what its name says; rates hold; cells where a defect makes no sense stay clean."""

import numpy as np
import pytest

from fangpin.demo import mess

NUMBER = "450399195004105019"
DAY = mess.day_cells(np.array(["2021-05-06"], dtype="datetime64[D]"))[0]


@pytest.fixture
def rng():
    return np.random.default_rng(5)


@pytest.mark.parametrize(
    ("defect", "clean", "spoilt"),
    [
        (mess.fifteen_digits, NUMBER, "450399500410501"),
        (mess.fifteen_digits, "450399197004105019", None),
        (mess.lower_x, "45039919500410501X", "45039919500410501x"),
        (mess.lower_x, NUMBER, None),
        (mess.spaced, NUMBER, "450399 19500410 5019"),
        (mess.full_width, "45X", "４５Ｘ"),
        (mess.number_cell, NUMBER, 4.50399195004105e17),
        (mess.number_cell, "45039919500410501X", None),
        (mess.scientific_text, NUMBER, "4.50399E+17"),
        (mess.precision_lost, NUMBER, "450399195004105000"),
        (mess.masked, NUMBER, "450399********5019"),
        (mess.traditional, "刘国华", "劉國華"),
        (mess.traditional, "石小", None),
        (mess.hidden_character, "刘国华", "刘*华"),
        (mess.another_dot, "刘国华", None),
        (mess.phone_dashed, "19900001234", "199-0000-1234"),
        (mess.phone_number, "19900001234", 19900001234),
        (mess.date_iso, DAY, "2021-05-06"),
        (mess.date_compact, DAY, "20210506"),
        (mess.date_dotted, DAY, "2021.5.6"),
        (mess.date_slashed, DAY, "2021/5/6"),
        (mess.date_chinese, DAY, "2021年5月6日"),
        (mess.date_clocked, DAY, "2021-5-6 00:00:00"),
        (mess.date_serial, DAY, 44322),
        (mess.amount_unit, 23180.0, "23180.00元"),
        (mess.amount_full_width, 12.5, "１２．５０"),
        (mess.amount_ten_thousand, 23180.0, "2.318000万元"),
        (mess.village_long, "矮山村委会", "矮山村民委员会"),
        (mess.village_short, "夏村村委会", "夏村村委"),
        (mess.village_long, "莲峰社区居委会", None),
        (mess.village_bare, "莲峰社区居委会", "莲峰"),
        (mess.township_bare, "葡萄镇", "葡萄"),
        (mess.township_government, "葡萄镇", "葡萄镇人民政府"),
    ],
)
def test_defect(defect, clean, spoilt, rng):
    assert defect(clean, rng) == spoilt


def test_a_wrong_digit_and_a_transposition_keep_the_length_and_change_little(rng):
    wrong, swapped = mess.one_digit_wrong(NUMBER, rng), mess.transposed(NUMBER, rng)
    assert sum(a != b for a, b in zip(wrong, NUMBER, strict=True)) == 1
    assert sorted(swapped) == sorted(NUMBER)
    assert swapped != NUMBER


def test_a_homophone_changes_one_character_for_one_of_the_same_sound(rng):
    assert mess.homophone("朱永", rng) in {"朱勇", "朱咏"}
    assert mess.homophone("𠀀石", rng) is None


def test_a_rare_character_is_lost_and_others_are_not(rng):
    assert mess.rare_character_lost("梁运翯", rng) in {"梁运□", "梁运?", "梁运〇", "梁运*"}
    assert mess.rare_character_lost("梁运华", rng) is None


@pytest.mark.parametrize(
    ("official", "said"),
    [
        ("矮山村委会", "矮山村"),
        ("夏村村委会", "夏村"),
        ("莲峰社区居委会", "莲峰社区"),
        ("白沙街居委会", "白沙街居委会"),
        ("葡萄居委会", "葡萄居委会"),
        ("双蕉村", "双蕉村"),
    ],
)
def test_villages_as_cadres_say_them(official, said):
    assert mess.plain_village(official) == said


def test_spoil_keeps_to_its_rate_and_tells_which_cells():
    cells = np.full(10_000, NUMBER, dtype=object)
    kinds = mess.spoil(cells, {mess.masked: 0.1, mess.lower_x: 0.5}, np.random.default_rng(1))
    assert set(kinds) == {"", "masked"}
    assert 0.08 < (kinds == "masked").mean() < 0.12
    assert ((cells != NUMBER) == (kinds != "")).all()


def test_spoil_leaves_blank_and_spared_cells_alone():
    cells = np.array(["", NUMBER], dtype=object)
    kinds = mess.spoil(cells, {mess.masked: 1.0}, np.random.default_rng(1), where=np.array([True, False]))
    assert cells.tolist() == ["", NUMBER]
    assert kinds.tolist() == ["", ""]


def test_swap_in_takes_only_what_is_there_and_different():
    cells = np.array(["甲", "乙", "丙"], dtype=object)
    kinds = np.array(["", "", ""], dtype=object)
    mess.swap_in(cells, np.array(["子", "", "丙"], dtype=object), 1.0, np.random.default_rng(1), kinds, "former_name")
    assert cells.tolist() == ["子", "乙", "丙"]
    assert kinds.tolist() == ["former_name", "", ""]
