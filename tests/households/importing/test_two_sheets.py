"""Households on a sheet or in a file of their own (户信息), beside or without the members'."""

import pytest

from households.importing.planning import make_plan
from households.importing.reading import NotARegister, read_rows
from tests.builders import COUNTY, a_county
from tests.households.importing.test_planning import register
from tests.households.tables import TOWN, VILLAGE, a_household_of, a_table, tables

pytestmark = pytest.mark.django_db  # for the names of the villages only

FIRST, SECOND = a_household_of("H1", 2), a_household_of("H2", 2)


def a_home(number, **cells):
    return {"乡(镇)": TOWN, "行政村": VILLAGE, "户编号": number, "危房等级": "", **cells}


def read(members, homes):
    a_county()
    sheets = [a_table(members)] if members else []
    reading = read_rows(tables(*sheets, a_table(homes, sheet="户信息")), COUNTY)
    for frame in (reading.people, reading.households):
        frame["phone_index"] = frame["phone"]
    reading.people["id_index"] = reading.people["id_number"]
    return reading


def plan(before, members, homes):
    present = register(before)
    return make_plan(read(members, homes), *present, COUNTY)


def test_a_sheet_of_households_completes_the_members():
    reading = read(FIRST, [a_home("H1", 危房等级="C级")])
    assert reading.households["other"].tolist() == ['{"house_grade": "c"}']
    assert (reading.rows, reading.home_rows, len(reading.people)) == (2, 1, 2)


def test_what_the_sheet_of_households_says_comes_before_the_members():
    members = [row | {"危房等级": "A级"} for row in FIRST]
    assert read(members, [a_home("H1", 危房等级="D级")]).households["other"].tolist() == ['{"house_grade": "d"}']


def test_households_alone_change_no_member():
    found = plan(FIRST, [], [a_home("H1", 危房等级="C级")])
    assert (found.gone.empty, found.changed, found.same, len(found.new_people)) == (True, 0, 0, 0)
    assert found.household_changes == {"危房等级": 1}


def test_a_household_that_its_sheet_leaves_out_stays_as_it_is():
    before = [row | {"危房等级": "C级"} for row in FIRST + SECOND]
    found = plan(before, FIRST + SECOND, [a_home("H1", 危房等级="D级")])
    assert found.changed_households["number"].tolist() == ["H1"]


def test_a_household_without_members_anywhere_is_left_out():
    found = plan(FIRST, FIRST, [a_home("H1"), a_home("H9", 危房等级="C级")])
    assert (len(found.strays), found.new_households.empty) == (1, True)


def test_a_sheet_of_households_needs_the_village():
    with pytest.raises(NotARegister, match="缺少列：行政村"):
        read([], [{"户编号": "H1", "危房等级": "C级"}])
