"""Identity numbers: what is right, what is repaired, what is told to the clerk."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fangpin import idcard
from fangpin.idcard import Kind, clean, clean_series

NUMBER = "450399199001011231"
WITH_X = "45039919900101108X"


def numbers():
    """Valid invented numbers."""
    days = st.dates(min_value=date(1920, 1, 1), max_value=date(2021, 12, 31))
    return st.builds(_number, days, st.integers(0, 999))


def _number(born: date, serial: int) -> str:
    body = f"450399{born:%Y%m%d}{serial:03}"
    return body + idcard.check_digit(body)


def test_check_digit_of_a_known_number():
    assert idcard.check_digit("45039919900101123") == "1"
    assert idcard.check_digit("45039919900101108") == "X"
    with pytest.raises(ValueError, match="前 17 位"):
        idcard.check_digit("4503")


def test_birthday_and_sex_stand_in_the_number():
    assert idcard.birthday(NUMBER) == date(1990, 1, 1)
    assert idcard.sex(NUMBER) == "男"
    assert idcard.sex("450399199001011244") == "女"
    assert idcard.birthday("450399199013011236") is None


@given(numbers())
def test_every_single_wrong_digit_is_noticed(number):
    for at in range(17):
        wrong = number[:at] + str((int(number[at]) + 1) % 10) + number[at + 1 :]
        assert not idcard.is_valid(wrong)


def test_old_number_gets_century_and_check_digit():
    assert idcard.upgrade15("450399900101123") == NUMBER
    with pytest.raises(ValueError, match="出生日期"):
        idcard.upgrade15("450399901301123")


@pytest.mark.parametrize(
    ("text", "kind", "number", "note"),
    [
        (NUMBER, Kind.VALID, NUMBER, ""),
        ("45039919900101108x", Kind.VALID, WITH_X, "已更正写法"),
        ("４５０３９９１９９００１０１１０８Ｘ", Kind.VALID, WITH_X, "已更正写法"),
        (" 450399 19900101 1231 ", Kind.VALID, NUMBER, "已更正写法"),
        ("'450399199001011231", Kind.VALID, NUMBER, "已更正写法"),
        ("450399.19900101.1231", Kind.VALID, NUMBER, "已更正写法"),
        ("45O3991990OIOI1231", Kind.VALID, NUMBER, "已更正写法"),
        ("身份证：450399199001011231", Kind.VALID, NUMBER, "已更正写法"),
        ("450399199001011236", Kind.WRONG_CHECK, "450399199001011236", "校验码不对，末位应为 1"),
        ("450399199013011236", Kind.WRONG_CHECK, "450399199013011236", "其中的出生日期 19901301 不存在"),
        ("450399900101123", Kind.FIFTEEN, NUMBER, "15 位旧号码，已换算为 18 位"),
        ("45039919900101123144", Kind.CERTIFICATE, NUMBER, "由残疾人证号（20 位）取前 18 位"),
        ("45039919900101108x44B1", Kind.CERTIFICATE, WITH_X, "由残疾人证号（22 位）取前 18 位"),
        ("45039919900101123", Kind.MALFORMED, "45039919900101123", "只有 17 位"),
        ("4503991990010112316", Kind.MALFORMED, "4503991990010112316", "有 19 位，应为 18 位"),
        ("4.50399E+17", Kind.SCIENTIFIC, "450399", "号码成了科学计数法，只剩前六位，请把该列设为文本后重新填写"),
        ("450399********1231", Kind.MASKED, "450399********1231", "号码被打了星号，请填写完整号码"),
        ("999999199001010010", Kind.PLACEHOLDER, "999999199001010010", "是占位号码，不是真实证件号码"),
        ("不详", Kind.EMPTY, "", "没有填写证件号码"),
        ("户口本", Kind.MALFORMED, "", "不是身份证号码"),
        (None, Kind.EMPTY, "", "没有填写证件号码"),
    ],
)
def test_what_a_cell_holds(text, kind, number, note):
    answer = clean(text)
    assert (answer.kind, answer.number, answer.note_zh) == (kind, number, note)


@pytest.mark.parametrize("text", ["450399199001011008", "4.50399199001011e+17", "450399199001011008.0"])
def test_a_number_cell_keeps_fifteen_digits(text):
    answer = clean(text, is_number=True)
    assert answer.kind == Kind.ROUNDED
    assert answer.number == "450399199001011"
    assert "请把该列设为文本" in answer.note_zh


def test_a_number_cell_turned_text_that_passes_the_check_digit_by_chance_stays_a_number():
    """One genuine number in a thousand looks rounded; name and number together decide later (performance.md 1)."""
    rounded = (str(int(float(f"4503991967062{n}000"))) for n in range(10, 100))
    text = next(t for t in rounded if idcard.is_valid(t))
    assert idcard.is_rounded(int(text))
    assert clean(text).kind == Kind.VALID
    assert clean(text, is_number=True).kind == Kind.ROUNDED


@given(numbers())
def test_every_rounded_number_is_recognised(number):
    rounded = int(float(number[:15] + "000"))
    assert idcard.is_rounded(rounded)
    assert clean(str(rounded)).number in (number[:15], str(rounded))
    assert clean(repr(float(rounded)), is_number=True).number == number[:15]


def test_an_old_number_in_a_number_cell_lost_nothing():
    assert clean(450399900101123.0, is_number=True).number == NUMBER
    assert clean("450399900101123", is_number=True).kind == Kind.FIFTEEN


CELLS = ["", "无", NUMBER, WITH_X.lower(), "'" + NUMBER, NUMBER + "44", NUMBER[:17], "450399900101123", "4.50399E+17"]


@given(st.lists(st.one_of(numbers(), st.sampled_from(CELLS), st.text(max_size=24)), max_size=40), st.randoms())
def test_the_column_says_what_the_cell_says(cells, random):
    typed = np.array([random.random() < 0.3 for _ in cells], dtype=bool)
    found = clean_series(pd.Series(cells, dtype=object), typed)
    single = [clean(cell, bool(is_number)) for cell, is_number in zip(cells, typed, strict=True)]
    assert found["number"].tolist() == [s.number for s in single]
    assert found["kind"].tolist() == [int(s.kind) for s in single]
    assert found["repaired"].tolist() == [s.repaired for s in single]


def test_the_column_keeps_its_index_and_takes_missing_for_empty():
    found = clean_series(pd.Series([NUMBER, None], index=["a", "b"], dtype="str"))
    assert found.index.tolist() == ["a", "b"]
    assert found["kind"].tolist() == [Kind.VALID, Kind.EMPTY]
    assert found["key"].tolist() == [int(NUMBER[:17]) * 11 + 1, -1]


@given(st.lists(numbers(), min_size=1, max_size=30, unique=True))
def test_keys_are_unique_and_hold_birthday_and_sex(cells):
    keys = idcard.to_key(cells)
    assert len(set(keys.tolist())) == len(cells)
    assert idcard.key_birthday(keys).tolist() == [int(c[6:14]) for c in cells]
    assert idcard.key_is_male(keys).tolist() == [idcard.sex(c) == "男" for c in cells]


def test_what_is_no_number_has_no_key():
    assert idcard.to_key(["", "450399", NUMBER + "4", "45039919900101123Y"]).tolist() == [-1, -1, -1, -1]
