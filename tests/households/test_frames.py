"""The register in memory."""

from datetime import date

import pytest

from households.choices import Category, HouseholdKind, Leave, Sex
from households.frames import people_frame, people_of, register_numbers, register_state
from tests.builders import COUNTY, a_household, a_person

pytestmark = pytest.mark.django_db


def a_monitored_household(**fields):
    return a_household(people=0, kind=HouseholdKind.LIFTED, category=Category.UNSTABLE, **fields)


def test_a_person_has_number_birthday_and_household_in_plain_text():
    household = a_household(people=0, hamlet="大塘屯", phone="19900000001", number="H1")
    person = a_person(
        household, name="李四", former_name="李小四", birthday=date(1950, 1, 2), sex=Sex.FEMALE, is_head=True
    )
    row = people_frame(COUNTY).iloc[0]
    assert row["person"] == str(person.pk)
    assert row["household"] == str(household.pk)
    assert row["number"] == person.id_number
    assert (row["name"], row["former"], row["birthday"], row["sex"]) == ("李四", "李小四", "1950-01-02", "女")
    assert (row["household_number"], row["village"], row["hamlet"]) == ("H1", household.village_id, "大塘屯")
    assert row["is_head"]


def test_the_phone_is_the_persons_own_or_else_the_households():
    household = a_household(people=0, phone="19900000001")
    a_person(household, number="1", phone="19900000002")
    a_person(household, number="2")
    assert list(people_frame(COUNTY)["phone"]) == ["19900000002", "19900000001"]


def test_a_person_without_number_or_birthday_has_blanks():
    person = a_person(id_number="")
    person.birthday, person.sex = None, ""
    person.save()
    row = people_frame(COUNTY).iloc[0]
    assert (row["number"], row["birthday"], row["sex"]) == ("", "", "")


@pytest.mark.parametrize(("cleared", "monitored"), [(False, True), (True, False)])
def test_a_household_whose_risk_is_gone_is_not_monitored(cleared, monitored):
    a_person(a_monitored_household(risk_cleared=cleared))
    row = people_frame(COUNTY).iloc[0]
    assert (row["household_kind"], row["category"]) == (HouseholdKind.LIFTED.label, Category.UNSTABLE.label)
    assert bool(row["monitored"]) is monitored
    assert bool(row["risk_cleared"]) is cleared


def test_who_left_is_in_the_numbers_but_not_in_the_frame():
    gone = a_person(left_on=date(2021, 4, 1), left_why=Leave.values[0])
    assert people_frame(COUNTY).empty
    persons, households = register_numbers(COUNTY)
    assert persons[str(gone.pk)] == (gone.household.number, gone.number, gone.id_number)
    assert households[str(gone.household_id)] == gone.household.number


def test_the_frame_is_read_again_when_somebody_was_written():
    person = a_person(name="李四")
    before = register_state(COUNTY)
    assert people_of(COUNTY) is people_of(COUNTY)
    person.name = "李五"
    person.save()
    assert register_state(COUNTY) != before
    assert list(people_of(COUNTY)["name"]) == ["李五"]


def test_another_county_is_not_in_the_frame():
    a_person()
    assert people_frame("450321").empty
