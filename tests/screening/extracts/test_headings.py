"""What was answered about headings, ready for the next file; and what a heading nobody knows may be."""

import pytest

from fangpin.sheets import DATE, NUMBER, TEXT
from screening.extracts.columns import PHONE
from screening.extracts.formats import FORMATS
from screening.extracts.headings import fingerprint, remember
from screening.extracts.layout import ColumnKind as K
from screening.extracts.looks import PlaceNames, best_look, looks, looks_like
from screening.extracts.suggesting import suggest

PLACES = PlaceNames.of(["青山镇", "绿水乡"], ["上坪村", "下坪村", "城北社区"])
IDS = ["450399197001010010", "450399198803120021", "450399195511110047"]


def text(*cells):
    return [(cell, TEXT) for cell in cells]


def numbers(*cells):
    return [(cell, NUMBER) for cell in cells]


# -- remembered ---------------------------------------------------------------------------------------------------------
def test_the_fingerprint_is_that_of_the_headings_in_order():
    assert fingerprint(["病人", "证件（18位）", "C列"]) == fingerprint(["病 人", "证件(18位)"])
    assert fingerprint(["病人", "B列", "证件"]) == fingerprint(["病人", "B列(2)", "证件"])
    assert len({fingerprint(words) for words in (["甲", "乙"], ["乙", "甲"], ["甲", "", "乙"], ["甲乙"])}) == 4


def test_the_very_layout_counts_before_all_others():
    known = remember(
        [
            (fingerprint(["甲", "乙"]), {"甲": "name", "乙": "total"}),
            (fingerprint(["甲", "丙"]), {"甲": "head_name", "丙": ""}),
        ]
    )
    assert known.answers(["甲", "乙"]) == {"甲": "name", "乙": "total"}
    assert known.answers(["甲", "丙"]) == {"甲": "head_name", "丙": ""}
    assert known.answers(["丁", "甲", "乙"]) == {"甲": "head_name", "乙": "total", "丙": ""}  # the newest of each
    assert known.words == {"甲", "乙", "丙"}


def test_a_heading_without_a_name_or_with_a_number_counts_in_its_own_layout_only():
    columns = {"病人": "name", "B列": "id_number", "金额": "total", "金额(2)": "self_pay"}
    known = remember([(fingerprint(list(columns)), columns)])
    assert known.answers(list(columns)) == {"病人": "name", "b列": "id_number", "金额": "total", "金额2": "self_pay"}
    assert known.answers(["金额", "病人"]) == {"病人": "name", "金额": "total"}
    assert known.words == {"病人", "金额"}


def test_a_sheet_that_is_no_list_says_nothing_about_others():
    known = remember([(fingerprint(["姓名", "职务"]), {"姓名": "", "职务": ""})])
    assert known.is_no_list(["姓名", "职务"])
    assert not known.is_no_list(["姓名"])
    assert known.answers(["姓名"]) == {}
    assert known.words == frozenset()


# -- looks --------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("cells", "said"),
    [
        (text(*IDS), "像身份证号"),
        (text("'450399700101001", "450399 19700101 0010"), "像身份证号"),
        (numbers("4.50399197001010E+17"), "像身份证号"),
        (text("45039919700101001043", "4503991988031200211201"), "像残疾证号"),
        (text("19900000001", "0773-8822117"), "像电话号码"),
        (text("6217990000000000001"), "像银行账号"),
        (text("赵大", "欧阳小二", "买买提·吐尔逊"), "像姓名"),
        (text("青山镇", "绿水", "青山镇人民政府"), "像乡镇名"),
        (text("上坪村委会", "下坪村", "城北社区居委会"), "像村名"),
        (text("青山镇上坪村3组12号", "上坪村大屯8号"), "像住址"),
        ([("2021-05-06", DATE)], "像日期"),
        (text("2021.5.6", "20210506", "2021年5月6日"), "像日期"),
        (numbers("12000.5", "300.25"), "像金额"),
        (text("1,200元", "3万元"), "像金额"),
        (text("门诊慢性病管理", "/"), ""),
        ([], ""),
    ],
)
def test_what_values_look_like(cells, said):
    assert best_look(looks(cells, PLACES)) == said


def test_serial_numbers_and_amounts_are_no_dates():
    assert K.DATE not in looks(numbers("44267", "12000"), PLACES)
    assert K.DATE not in looks(text("44267", "12.5"), PLACES)


def test_a_column_of_choices_is_recognised_by_its_words():
    sex = FORMATS["EDU-1"].column("sex")
    assert looks_like(sex, {}, text("男", "女性", "女")) == 1
    assert looks_like(sex, {}, text("男", "左")) == 0.5
    assert looks_like(PHONE, {K.PHONE: 0.7}, []) == 0.7


# -- suggestions --------------------------------------------------------------------------------------------------------
STRANGE = ["编码", "病人", "证件", "镇里", "哪个村", "治疗总花销", "本人掏的钱", "打电话找谁", "备注"]
CELLS = [
    text("a", "b", "c"), text("赵大", "钱二", "孙三"), text(*IDS), text("青山镇", "青山"), text("上坪", "下坪村"),
    numbers("30000", "1200.5"), numbers("12000.5", "300"), text("19900000001"), [],
]  # fmt: skip


def test_suggestions_come_from_words_and_values_with_their_reason():
    found = suggest(STRANGE, CELLS, FORMATS["MI-1"], {}, PLACES)
    assert [(one.key, one.why) for one in found] == [
        ("", ""),
        ("name", "像姓名"),
        ("id_number", "像身份证号，与“证件号”相近"),
        ("township", "像乡镇名"),
        ("village", "像村名"),
        ("total", "像金额"),
        ("self_pay", "像金额"),
        ("phone", "像电话号码"),
        ("remark", "认得的列名"),
    ]
    assert [one.sure for one in found] == [False] * 8 + [True]


def test_no_column_is_suggested_twice_and_values_speak_against_words():
    found = suggest(
        ["身份证吗", "人员证件", "姓名字"], [text("是", "否"), text(*IDS), text(*IDS)], FORMATS["MI-1"], {}, PLACES
    )
    assert [one.key for one in found].count("id_number") == 1
    assert found[0].key != "id_number"
    assert found[2].key != "name"


def test_what_was_answered_before_is_no_suggestion():
    found = suggest(
        ["病人", "证件"], [text("赵大"), text(*IDS)], FORMATS["MI-1"], {"病人": "name", "证件": ""}, PLACES
    )
    assert [(one.key, one.why, one.sure) for one in found] == [("name", "以前答复过", True), ("", "以前答复过", True)]
