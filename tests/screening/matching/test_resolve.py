"""Rows against a small register: one test per way of being certain, and per way of not being."""

import pandas as pd
import pytest

from fangpin import idcard
from screening.matching import keys
from screening.matching.guard import file_guard
from screening.matching.register import Register
from screening.matching.resolve import match

VILLAGE, OTHER = "450321100200", "450321100201"


def number(birthday: str, serial: int) -> str:
    body = "450399" + birthday.replace("-", "") + f"{serial:03}"
    return body + idcard.check_digit(body)


HEAD, WIFE, SON = number("1970-03-08", 511), number("1972-11-20", 622), number("2010-06-15", 733)
NAMESAKE = number("1985-01-02", 551)
COLUMNS = [
    "person",
    "household",
    "number",
    "name",
    "former",
    "birthday",
    "sex",
    "village",
    "hamlet",
    "phone",
    "is_head",
]
PEOPLE = [
    ("head", "h1", HEAD, "莫建国", "", "1970-03-08", "男", VILLAGE, "坪河屯", "19900000101", True),
    ("wife", "h1", WIFE, "陈慈莉", "陈小妹", "1972-11-20", "女", VILLAGE, "坪河屯", "", False),
    ("son", "h1", SON, "莫浩然", "", "2010-06-15", "男", VILLAGE, "坪河屯", "", False),
    ("baby", "h1", "", "莫思琪", "", "2020-01-03", "女", VILLAGE, "坪河屯", "", False),
    ("near", "h2", NAMESAKE, "黎军", "", "1985-01-02", "男", VILLAGE, "桥头屯", "19900000202", True),
    ("far", "h3", number("1961-09-30", 517), "黎军", "", "1961-09-30", "男", OTHER, "竹尾屯", "19900000303", True),
    ("twice", "h4", number("2002-08-06", 567), "王建振", "", "2002-08-06", "男", VILLAGE, "中岭屯", "", True),
    ("again", "h4", number("2002-08-06", 567), "王建振", "", "2002-08-06", "男", VILLAGE, "中岭屯", "", False),
    ("typo", "h5", "450299" + number("1986-01-13", 101)[6:], "廖学检", "", "1986-01-13", "男", VILLAGE, "", "", True),
]


@pytest.fixture(scope="module")
def register() -> Register:
    return Register.build(pd.DataFrame(PEOPLE, columns=COLUMNS))


def decide(register: Register, household_level: bool = False, **row) -> pd.Series:
    return match(pd.DataFrame([row]), register, household_level=household_level).iloc[0]


@pytest.mark.parametrize(
    ("row", "method", "person"),
    [
        ({"id_text": HEAD, "name": "莫建国"}, "T1", "head"),
        ({"id_text": WIFE, "name": "陈小妹"}, "T1", "wife"),
        ({"id_text": WIFE, "name": "陈□莉"}, "T1", "wife"),
        ({"id_text": WIFE, "name": "陳慈麗"}, "T1", "wife"),
        ({"id_text": WIFE, "name": "阵慈莉"}, "T1b", "wife"),
        ({"id_text": HEAD, "name": "莫浩然", "birthday": "2010.6.15"}, "T1h", "son"),
        ({"id_text": HEAD, "name": "莫浩然", "birthday": "1970-03-08"}, "T1n", "head"),
        ({"id_text": HEAD[:16] + HEAD[17] + HEAD[16], "name": "莫建国"}, "T2", "head"),
        ({"id_text": HEAD[:10] + HEAD[11:], "name": "莫建国"}, "T2", "head"),
        ({"id_text": repr(float(HEAD[:15] + "000")), "id_is_number": True, "name": "莫建国"}, "T2", "head"),
        ({"id_text": HEAD[:6] + "********" + HEAD[14:], "name": "莫建国"}, "T2", "head"),
        ({"certificate": SON + "14", "name": "莫浩然"}, "T1", "son"),
        ({"id_text": number("2020-01-03", 22), "name": "莫思琪", "village": VILLAGE}, "T2m", "baby"),
        ({"id_text": number("1986-01-13", 101), "name": "廖学检"}, "T2", "typo"),
        ({"id_text": "无", "name": "莫浩然", "birthday": "2010年6月15日", "village": VILLAGE}, "T3a", "son"),
        ({"id_text": "4.50399E+17", "name": "莫浩然", "phone": "199-0000-0101"}, "T3b", "son"),
        ({"name": "莫浩然", "head_id": HEAD}, "T3g", "son"),
        ({"name": "莫浩然", "guardian": "莫建国", "village": VILLAGE}, "T3h", "son"),
        ({"name": "莫健国", "phone": "19900000101", "village": VILLAGE}, "T4", "head"),
    ],
)
def test_certain(register, row, method, person):
    found = decide(register, **row)
    assert (found["state"], found["method"], found["person"]) == ("certain", method, person)


@pytest.mark.parametrize(
    ("row", "method", "candidates"),
    [
        ({"id_text": HEAD, "name": "黎军", "village": VILLAGE}, "conflict", ["near", "head"]),
        ({"id_text": HEAD, "name": "陌生人"}, "conflict", ["head"]),
        ({"id_text": HEAD, "name": "莫浩然"}, "T1hr", ["son", "head"]),
        ({"id_text": number("2002-08-06", 567), "name": "王建振"}, "tie", ["twice", "again"]),
        ({"id_text": HEAD, "name": "莫建国", "birthday": "2010-06-15"}, "T1x", ["head"]),
        ({"name": "莫浩然", "village": VILLAGE}, "R68", ["son"]),
        ({"name": "黎军"}, "R20", ["near", "far"]),
    ],
)
def test_left_to_people_with_the_likeliest_first(register, row, method, candidates):
    found = decide(register, **row)
    assert (found["state"], found["method"], found["person"]) == ("ambiguous", method, None)
    assert found["candidates"][: len(candidates)] == candidates


def test_a_whole_number_nobody_has_is_an_outsider_whatever_the_name(register):
    found = decide(register, id_text=number("1990-05-05", 123), name="莫浩然", village=VILLAGE, phone="19900000101")
    assert (found["state"], found["method"], found["person"], found["candidates"]) == ("none", "outsider", None, [])


def test_a_number_without_its_name_is_never_accepted(register):
    for name in ("", "王五", "赵某"):
        assert decide(register, id_text=HEAD, name=name)["state"] == "ambiguous"


def test_a_household_row_is_settled_by_any_member_when_the_name_is_of_the_house(register):
    found = decide(register, household_level=True, id_text=WIFE, name="莫建国")
    assert (found["state"], found["method"], found["household"]) == ("certain", "T1hr", "h1")


def test_the_number_of_the_guardian_named_on_the_row_is_provisional(register):
    found = decide(register, id_text=HEAD, name="莫浩然", guardian="莫建国")
    assert (found["state"], found["method"], found["person"]) == ("probable", "T1g", "son")


def test_head_hamlet_and_size_are_provisional(register):
    found = decide(register, household_level=True, name="莫建国", village=VILLAGE, hamlet="坪河组", size="4")
    assert (found["state"], found["method"], found["household"]) == ("probable", "T3c", "h1")
    found = decide(register, household_level=True, name="莫建国", village=VILLAGE, hamlet="坪河组", size="5")
    assert (found["state"], found["method"], found["household"]) == ("ambiguous", "R75", None)


def test_evidence_and_note_are_in_words(register):
    found = decide(register, id_text="无", name="陈小妹", birthday="1972-11-20", village=VILLAGE, phone="19900000999")
    words = {"number": "缺", "name": "与曾用名相同", "birthday": "相同", "village": "相同", "phone": "不同"}
    assert found["evidence"] == words
    assert found["note"] == "没有可用号码，姓名、出生日期和地点一致"


def test_the_index_of_the_rows_is_kept_and_columns_may_be_missing(register):
    rows = pd.DataFrame(
        {"id_text": [HEAD, "", number("1990-05-05", 123)], "name": ["莫建国", "", "张三"]}, index=[4, 9, 11]
    )
    found = match(rows, register)
    assert found.index.tolist() == [4, 9, 11]
    assert found["state"].tolist() == ["certain", "none", "none"]
    assert match(rows.iloc[:0], register).empty


def test_what_a_person_decided_stands_before_everything(register):
    rows = pd.DataFrame([{"id_text": "", "name": "黎军"}, {"id_text": HEAD, "name": "莫建国"}])
    standing = pd.DataFrame({"row_key": keys.row_key(rows), "person": ["far", "head"], "same": [True, False]})
    found = match(rows, register, standing=standing)
    assert found["method"].tolist() == ["decided", "unknown"]
    assert found["person"].tolist() == ["far", None]
    found = match(rows.assign(decided_person=["near", ""]), register)
    assert found["person"].tolist() == ["near", "head"]


def test_a_shifted_file_is_recognised_and_nothing_but_number_with_name_is_taken_from_it():
    people = [(f"p{n}", f"h{n}", number("1960-01-01", n), f"{'莫黎徐秦毛李'[n % 6]}{'建志文海德富'[n // 6 % 6]}{'国军华平山水'[n // 36]}", "",
               "1960-01-01", "男", VILLAGE, "", "", True) for n in range(200)]  # fmt: skip
    register = Register.build(pd.DataFrame(people, columns=COLUMNS))
    rows = pd.DataFrame({"id_text": [p[2] for p in people], "name": [p[3] for p in people], "village": VILLAGE})
    sound = match(rows, register)
    assert file_guard(sound) == (0.0, None)
    rows.loc[120:, "name"] = rows["name"].shift(1).loc[120:]
    share, first = file_guard(shifted := match(rows, register))
    assert share > 0.3
    assert first == 120
    assert (shifted["state"][:120] == "certain").all()
    assert (shifted["state"][120:] == "ambiguous").all()


def test_the_same_rows_give_the_same_decisions(register):
    rows = pd.DataFrame([{"id_text": p[2], "name": p[3], "village": p[7]} for p in PEOPLE] * 3)
    pd.testing.assert_frame_equal(match(rows, register), match(rows.copy(), register))
