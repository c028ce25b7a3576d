"""The household as of the day before and after each event, also of events told late and of imports in between."""

from datetime import date

import pytest

from fangpin.divisions.models import Division
from households.choices import Event, Sex
from households.events.arriving import Newcomer, arrive
from households.events.correcting import correct
from households.events.leaving import leave
from households.events.moving import join, move_household, move_people, split
from households.events.undoing import undo_event
from households.models import Change, ImportState, Person, RegisterImport
from households.past import household_as_of
from tests.builders import COUNTY, VILLAGES, a_household, an_id
from tests.households.events.families import BEFORE, DAY, NEXT, a_family
from tests.households.events.test_undoing import EVENTS

pytestmark = pytest.mark.django_db


def seen(household, day):
    """(village, head, size, {name: relation}) as of the day, None when there was no such household."""
    past = household_as_of(household, day)
    if past is None:
        return None
    return (
        past.household.village.name,
        past.household.head_name,
        past.household.size,
        {person.name: person.relation for person in past.members},
    )


def today(household):
    household.refresh_from_db()
    members = household.members.present()
    return (household.village.name, household.head_name, household.size, {p.name: p.relation for p in members})


@pytest.mark.parametrize("name", EVENTS)
def test_the_day_before_shows_what_was_and_the_day_what_is(name):
    home, head, wife, son = a_family()
    other = a_household(VILLAGES[1], people=2)
    enter = EVENTS[name](home, head, wife, son, other)
    was, was_other = today(home), today(other)
    event = enter()
    before = event.on.replace(day=event.on.day - 1)
    assert (seen(home, before), seen(other, before)) == (was, was_other)
    assert (seen(home, event.on), seen(other, event.on)) == (today(home), today(other))
    if event.other_household and event.other_household != other:
        assert (seen(event.other_household, before), seen(event.other_household, event.on)) == (
            None,
            today(event.other_household),
        )


@pytest.mark.parametrize("name", EVENTS)
def test_an_undone_event_leaves_no_trace_in_the_past(name):
    home, head, wife, son = a_family()
    other = a_household(VILLAGES[1], people=2)
    enter = EVENTS[name](home, head, wife, son, other)
    undo_event(enter(), by=None)
    assert (seen(home, DAY), seen(home, NEXT), seen(other, NEXT)) == (seen(home, NEXT), today(home), today(other))


def test_who_left_is_listed_apart_from_his_day_on():
    home, _, wife, _ = a_family()
    leave(Event.DEATH, person=wife, on=DAY, by=None)
    past = household_as_of(home, DAY)
    assert [(person.name, person.left_on) for person in past.left] == [("秦秀芳", DAY)]
    assert household_as_of(home, BEFORE).left == []


def test_a_death_told_after_a_later_correction_takes_effect_on_its_day():
    home, _, wife, _ = a_family()
    correct(home, values={"hamlet": "小屯"}, on=NEXT, reason="核对", by=None)
    leave(Event.DEATH, person=wife, on=DAY, by=None)
    for day, hamlet, size in ((BEFORE, "", 3), (DAY, "", 2), (NEXT, "小屯", 2)):
        past = household_as_of(home, day)
        assert (past.household.hamlet, past.household.size) == (hamlet, size), day


def test_keys_of_other_are_replayed_one_by_one():
    home, *_ = a_family(other={"备注": "旧", "road": "earth"})
    correct(home, values={"road": "concrete"}, on=NEXT, reason="核对", by=None)
    correct(home, values={"house_grade": "c"}, on=DAY, reason="鉴定", by=None)
    others = [household_as_of(home, day).household.other for day in (BEFORE, DAY, NEXT)]
    assert others == [
        {"备注": "旧", "road": "earth"},
        {"备注": "旧", "road": "earth", "house_grade": "c"},
        {"备注": "旧", "road": "concrete", "house_grade": "c"},
    ]


def test_sealed_numbers_of_the_past_open_again():
    home, head, *_ = a_family()
    old, new = head.id_number, an_id(date(1970, 1, 2))
    correct(head, values={"id_number": new}, on=DAY, reason="核对", by=None)
    numbers = [household_as_of(home, day).members[0].id_number for day in (BEFORE, DAY)]
    assert numbers == [old, new]


def test_what_an_import_brought_is_taken_as_true_since_ever_but_nobody_before_his_birth():
    home, *_ = a_family()
    a_child = Person.objects.get(name="莫小山")
    batch = RegisterImport.objects.create(county_id=COUNTY, filename="名册.xlsx", state=ImportState.APPLIED)
    for table, pk in (("household", home.pk), *(("person", p.pk) for p in home.members.all())):
        Change.objects.create(table=table, object_id=pk, before=None, effective_on=NEXT, batch=batch)
    assert seen(home, BEFORE)[2] == 3
    assert a_child.name not in seen(home, date(1995, 3, 31))[3]


def test_an_import_that_was_undone_does_not_count():
    home, _, wife, _ = a_family()
    batch = RegisterImport.objects.create(county_id=COUNTY, filename="名册.xlsx", state=ImportState.UNDONE)
    row = {"household_id": str(home.pk), "relation": "之女", "other": {}}
    Change.objects.create(table="person", object_id=wife.pk, before=row, effective_on=NEXT, batch=batch)
    assert seen(home, DAY) == today(home)


def test_queries_do_not_grow_with_members_or_changes(django_assert_max_num_queries):
    home, _, wife, son = a_family()
    other = a_household(people=2)
    move_people(people=[son], to=other, relations={son.pk: "其他"}, on=DAY, by=None)
    join(
        household=home,
        other=other,
        relations=dict.fromkeys(other.members.values_list("pk", flat=True), "其他"),
        on=DAY,
        by=None,
    )
    split(household=home, people=[wife], relations={wife.pk: "户主"}, on=NEXT, by=None)
    arrive(
        Event.BIRTH, household=home, who=Newcomer("莫新", "之孙女", sex=Sex.FEMALE, birthday=NEXT), on=NEXT, by=None
    )
    with django_assert_max_num_queries(6):
        assert household_as_of(home, BEFORE).household.size == 3


def test_a_household_that_moved_was_in_its_old_village():
    home, *_ = a_family()
    move_household(household=home, village=Division.objects.get(pk=VILLAGES[2]), hamlet="", on=DAY, by=None)
    assert (seen(home, BEFORE)[0], seen(home, DAY)[0]) == ("上坪村", "河口村")
