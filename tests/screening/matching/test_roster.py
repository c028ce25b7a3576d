"""What the rest of a file says about a row: rosters, ages, and whether number and name columns belong together."""

import numpy as np
import pandas as pd
import pytest

from fangpin import idcard
from screening.matching.guard import file_guard
from screening.matching.register import PHONE_OF_MANY, Register
from screening.matching.resolve import match

VILLAGE, OTHER = "450321100200", "450321100201"
GIVEN = "建志文海德富国军华平山水"


def number(birthday: str, serial: int) -> str:
    body = "450399" + birthday.replace("-", "") + f"{serial:03}"
    return body + idcard.check_digit(body)


def person(n: int, **changes) -> dict:
    """The n-th of 120 people of one village, two to a household, all of different names."""
    born = f"{1950 + n % 40}-0{1 + n % 9}-1{n % 10}"
    name = "莫黎徐秦毛李黄陈周谢"[n % 10] + GIVEN[n // 10 % 12] + GIVEN[(n // 10 + 5) % 12]
    line = {"person": f"p{n}", "household": f"h{n // 2}", "number": number(born, 501 + 2 * n), "name": name, "former": "",
            "birthday": born, "sex": "男", "village": VILLAGE, "hamlet": "坪河屯", "phone": "", "is_head": n % 2 == 0}  # fmt: skip
    return line | changes


PEOPLE = [person(n) for n in range(120)]


def roster(people: list[dict]) -> pd.DataFrame:
    """A row with number and name for each."""
    rows = pd.DataFrame(people)[["number", "name", "village", "sex"]].rename(columns={"number": "id_text"})
    return rows.assign(id_is_number=False)


def last(people: list[dict], rows: pd.DataFrame, left: list[dict] | None = None) -> pd.Series:
    gone = None if left is None else pd.DataFrame(left)
    return match(rows, Register.build(pd.DataFrame(people), gone)).iloc[-1]


def said(found: pd.Series) -> tuple:
    return found["state"], found["method"], found["person"]


def test_on_a_roster_the_only_one_of_a_name_without_a_row_is_meant():
    rows = roster(PEOPLE)
    rows.loc[119, "id_text"] = "无"
    assert said(last(PEOPLE, rows)) == ("probable", "E1", "p119")
    rows.loc[119, "village"] = ""
    assert said(last(PEOPLE, rows)) == ("probable", "E2", "p119")


def test_on_a_roster_the_namesake_with_a_row_of_his_own_is_not_meant():
    twins = [*PEOPLE[:118], person(118, name="韦山水"), person(119, name="韦山水", household="h118")]
    rows = roster(twins)
    rows.loc[119, "id_text"] = ""
    assert said(last(twins, rows)) == ("probable", "E1", "p119")
    assert said(last(twins, rows.drop(118))) == ("ambiguous", "R68", None)


@pytest.mark.parametrize("shown", [80, 20])
def test_a_list_of_some_of_the_village_eliminates_nobody(shown):
    rows = pd.concat([roster(PEOPLE[:shown]), roster(PEOPLE[-1:]).assign(id_text="")], ignore_index=True)
    assert said(last(PEOPLE, rows)) == ("ambiguous", "R68", None)


def test_a_list_of_events_eliminates_nobody():
    rows = pd.concat([roster(PEOPLE[:119])] * 2 + [roster(PEOPLE[-1:]).assign(id_text="")], ignore_index=True)
    assert said(last(PEOPLE, rows)) == ("ambiguous", "R68", None)


@pytest.mark.parametrize("changes", [{"sex": "女"}, {"birthday": "1999-01-01"}, {"hamlet": "桥头屯"}])
def test_what_contradicts_is_not_eliminated_away(changes):
    rows = roster(PEOPLE).assign(birthday="", hamlet="")
    rows.loc[119, ["id_text", *changes]] = ["", *changes.values()]
    assert said(last(PEOPLE, rows)) == ("ambiguous", "R68", None)


def test_who_left_blocks_elimination():
    gone = person(200, name=PEOPLE[119]["name"], number="", birthday="1931-01-01", left_note="2021-01-05 死亡")
    rows = roster(PEOPLE)
    rows.loc[119, "id_text"] = ""
    assert last(PEOPLE, rows, [gone])["state"] == "ambiguous"


def test_a_relatives_number_is_settled_when_the_relative_has_a_row():
    rows = roster(PEOPLE)
    rows.loc[119, "id_text"] = PEOPLE[118]["number"]
    assert said(last(PEOPLE, rows)) == ("probable", "E3", "p119")
    assert said(last(PEOPLE, rows.drop(118))) == ("ambiguous", "T1hr", None)


def test_ages_speak_once_the_file_has_shown_in_which_year_it_counts():
    rows = roster(PEOPLE[:60]).assign(age=[str(2021 - int(p["birthday"][:4])) for p in PEOPLE[:60]])
    stray = roster(PEOPLE[-1:]).assign(id_text="", age=str(2021 - int(PEOPLE[119]["birthday"][:4])))
    assert said(last(PEOPLE, pd.concat([rows, stray], ignore_index=True))) == ("probable", "T3y", "p119")
    assert said(last(PEOPLE, pd.concat([rows, stray.assign(age="12")], ignore_index=True)))[0] == "ambiguous"
    assert said(last(PEOPLE, pd.concat([rows[:10], stray], ignore_index=True)))[0] == "ambiguous"


def test_who_left_is_nobody_and_named():
    gone = person(200, name="韦山水", left_note="2021-01-05 死亡")
    namesake = person(119, name="韦山水")
    register = Register.build(pd.DataFrame([*PEOPLE[:119], namesake]), pd.DataFrame([gone]))
    found = match(roster([gone, namesake]), register)
    assert found["method"].tolist() == ["left", "T1"]
    assert (found["state"].iloc[0], found["person"].iloc[0], found["candidates"].iloc[0]) == ("none", None, ["p200"])
    assert found["note"].iloc[0] == "名册中此人已离户（2021-01-05 死亡）"


def test_a_household_list_still_finds_the_house_of_a_dead_head():
    gone = person(200, name="韦山水", household="h59", left_note="2021-01-05 死亡")
    register = Register.build(pd.DataFrame(PEOPLE), pd.DataFrame([gone, gone | {"household": "h900"}]))
    found = match(roster([gone]), register, household_level=True).iloc[0]
    assert (found["state"], found["method"], found["household"], found["person"]) == ("certain", "T1", "h59", None)
    empty = Register.build(pd.DataFrame(PEOPLE), pd.DataFrame([gone | {"household": "h900"}]))
    found = match(roster([gone]), empty, household_level=True).iloc[0]
    assert (found["state"], found["method"], found["household"]) == ("none", "left", None)


def test_who_came_back_is_present():
    gone = PEOPLE[5] | {"person": "before", "household": "h900", "left_note": "2020-02-02 迁出"}
    assert said(last(PEOPLE, roster([PEOPLE[5]]), [gone])) == ("certain", "T1", "p5")


def test_number_and_name_in_each_others_column():
    found = last(PEOPLE, pd.DataFrame({"id_text": [PEOPLE[7]["name"]], "name": [PEOPLE[7]["number"]]}))
    assert said(found) == ("certain", "T1", "p7")
    found = last(PEOPLE, pd.DataFrame({"id_text": [""], "name": [PEOPLE[7]["number"]]}))
    assert found["state"] == "none"


@pytest.mark.parametrize(("homes", "state"), [(PHONE_OF_MANY, "certain"), (PHONE_OF_MANY + 1, "ambiguous")])
def test_the_telephone_of_many_households_is_no_evidence(homes, state):
    people = [person(n, phone="19900000101" if n < 2 * homes else "") for n in range(120)]
    row = roster(people[:1]).assign(id_text="", phone="19900000101")
    assert last(people, row)["state"] == state


def test_an_outsider_with_a_whole_number_is_never_looked_for_by_name():
    stranger = PEOPLE[119] | {"number": number("1990-05-05", 123)}
    assert said(last(PEOPLE, roster([*PEOPLE[:119], stranger]))) == ("none", "outsider", None)


def shifted(people: list[dict], start: int, end: int | None = None) -> pd.DataFrame:
    """A roster whose names slipped by three rows from one row to another."""
    rows = roster(people)
    rows.loc[start : end or len(rows), "name"] = np.roll(rows.loc[start : end or len(rows), "name"].to_numpy(), 3)
    return rows


MANY = [person(n % 120, person=f"q{n}", household=f"k{n}", number=number("1960-01-01", n),
               name="莫黎徐秦毛李黄陈周谢"[n % 10] + GIVEN[n // 10 % 12] + GIVEN[n // 120 % 12]) for n in range(999)]  # fmt: skip


@pytest.mark.parametrize(
    ("start", "end"), [(0, None), (1, None), (400, None), (950, None), (300, 340), (970, None), (985, None)]
)
def test_a_shift_is_found_where_it_begins(start, end):
    share, first = file_guard(match(shifted(MANY, start, end), Register.build(pd.DataFrame(MANY))))
    assert first == start
    assert share > 0.01


def test_of_several_shifts_the_first_is_named():
    rows = shifted(MANY, 200, 260)
    rows.loc[700:800, "name"] = shifted(MANY, 700, 800).loc[700:800, "name"]
    assert file_guard(match(rows, Register.build(pd.DataFrame(MANY))))[1] == 200


def test_one_shifted_sheet_of_many_is_found_below_two_percent():
    rows = pd.concat([roster(MANY)] * 3 + [shifted(MANY, 500, 519)], ignore_index=True)
    share, first = file_guard(match(rows, Register.build(pd.DataFrame(MANY))))
    assert share < 0.02
    assert first == 3 * 999 + 500


@pytest.mark.parametrize("size", [5, 12, 40])
def test_a_small_file_is_held_too(size):
    people = MANY[:size]
    share, first = file_guard(match(shifted(people, 0), Register.build(pd.DataFrame(MANY))))
    assert (share, first) == (1.0, 0)


def test_scattered_conflicts_hold_no_file():
    rows = roster(MANY)
    rows.loc[::80, "name"] = "韦陌生"
    share, first = file_guard(match(rows, Register.build(pd.DataFrame(MANY))))
    assert (round(share, 3), first) == (0.013, None)
    assert file_guard(match(rows.iloc[:20], Register.build(pd.DataFrame(MANY))))[1] is None
