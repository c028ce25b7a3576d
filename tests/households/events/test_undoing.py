"""Undoing an event puts every row back, unless something was built on it; and what blocks is said."""

import pytest

from fangpin.accounts.roles import Role
from fangpin.audit.models import Entry
from fangpin.divisions.models import Division
from fangpin.transitions import NotAllowed
from households.choices import Event, Sex
from households.events.arriving import Newcomer, arrive, come_back
from households.events.correcting import correct
from households.events.leaving import leave
from households.events.moving import change_head, join, move_household, move_people, split
from households.events.undoing import undo_event, what_blocks
from households.models import Household, Person
from screening.choices import Grade, Risk
from screening.models import Clue
from tests.builders import VILLAGES, a_household, a_standard, an_officer
from tests.households.events.families import DAY, NEXT, a_family, digest, in_step
from tests.screening.builders import MAY, an_extract

pytestmark = pytest.mark.django_db
CHILD = Newcomer("莫新生", "之孙女", sex=Sex.FEMALE, birthday=DAY)


@pytest.fixture
def clerk():
    return an_officer(Role.TOWNSHIP)


def test_households_are_checked_after_an_event_and_after_its_undoing(monkeypatch):
    checked = []
    for module in ("writing", "undoing"):
        monkeypatch.setattr(f"households.events.{module}.recheck", checked.extend)
    home, _, wife, *_ = a_family()
    event = leave(Event.MARRIAGE_OUT, person=wife, on=DAY, by=None)
    undo_event(event, by=None)
    assert checked == [home.pk, home.pk]


def _released(home, head, wife, son, other):
    leave(Event.IMPRISONMENT, person=son, on=DAY, by=None)
    return lambda: come_back(Event.RELEASE, person=son, relation="之子", on=NEXT, by=None)


# (family, other household) -> the event, ready to be entered
EVENTS = {
    "birth": lambda home, head, wife, son, other: lambda: arrive(
        Event.BIRTH, household=home, who=CHILD, on=DAY, by=None
    ),
    "release": _released,
    "death of the head": lambda home, head, wife, son, other: lambda: leave(
        Event.DEATH, person=head, on=DAY, by=None, relations={wife.pk: "户主", son.pk: "之子"}
    ),
    "marriage out": lambda home, head, wife, son, other: lambda: leave(Event.MARRIAGE_OUT, person=wife, on=DAY, by=None),
    "move of one": lambda home, head, wife, son, other: lambda: move_people(
        people=[son], to=other, relations={son.pk: "之侄儿"}, on=DAY, by=None
    ),
    "move of all": lambda home, head, wife, son, other: lambda: move_household(
        household=home, village=Division.objects.get(pk=VILLAGES[1]), hamlet="小屯", on=DAY, by=None
    ),
    "split": lambda home, head, wife, son, other: lambda: split(
        household=home, people=[head], relations={head.pk: "户主", wife.pk: "户主", son.pk: "之子"}, on=DAY, by=None
    ),
    "join": lambda home, head, wife, son, other: lambda: join(
        household=home, other=other, relations=dict.fromkeys(other.members.values_list("pk", flat=True), "其他"), on=DAY, by=None
    ),
    "head": lambda home, head, wife, son, other: lambda: change_head(
        household=home, relations={son.pk: "户主", head.pk: "之父", wife.pk: "之母"}, on=DAY, by=None
    ),
    "correction": lambda home, head, wife, son, other: lambda: correct(
        head, values={"name": "覃大山", "phone": "19900002222"}, on=DAY, reason="核对", by=None
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", EVENTS)
def test_every_event_is_undone_to_the_last_column(clerk, name):
    home, head, wife, son = a_family()
    other = a_household(VILLAGES[1], people=2)
    enter = EVENTS[name](home, head, wife, son, other)
    before = digest()
    event = enter()
    assert digest() != before
    undo_event(event, by=clerk)
    assert digest() == before
    event.refresh_from_db()
    assert event.undone_by == clerk
    assert event.undone_at is not None
    assert (in_step(home), in_step(other)) == (True, True)
    assert Entry.objects.filter(action="event.undone", target_id=str(home.pk)).count() == 1


def test_what_came_later_blocks_and_is_named(clerk):
    home, _, wife, son = a_family()
    first = leave(Event.MARRIAGE_OUT, person=wife, on=DAY, by=clerk)
    second = leave(Event.DEATH, person=son, on=NEXT, by=clerk)
    before = digest()
    assert what_blocks(first) == ["之后登记了：2021-06-10 死亡"]
    with pytest.raises(NotAllowed, match="之后登记了：2021-06-10 死亡"):
        undo_event(first, by=clerk)
    assert digest() == before
    undo_event(second, by=clerk)
    undo_event(first, by=clerk)
    assert in_step(home)
    assert home.size == 3


def test_twice_is_once(clerk):
    _, _, wife, _ = a_family()
    event = leave(Event.MARRIAGE_OUT, person=wife, on=DAY, by=clerk)
    undo_event(event, by=clerk)
    with pytest.raises(NotAllowed, match="已经撤销"):
        undo_event(event, by=clerk)


def test_a_clue_about_the_newborn_blocks(clerk):
    home, *_ = a_family()
    event = arrive(Event.BIRTH, household=home, who=CHILD, on=DAY, by=clerk)
    child = Person.objects.get(name="莫新生")
    _a_clue(child)
    assert what_blocks(event) == ["已有 1 条线索与新登记的人口有关"]
    with pytest.raises(NotAllowed, match="1 条线索"):
        undo_event(event, by=clerk)
    assert Person.objects.filter(pk=child.pk).exists()


def _a_clue(person):
    """About a person and his household."""
    Clue.objects.create(
        fingerprint="1", rule="HOU-1", rule_version=1, standard=a_standard(), risk=Risk.HOUSING, grade=Grade.RED, period=MAY,
        village_id=person.household.village_id, household=person.household, person=person, extract=an_extract("HOU-R"),
        values={}, sentence="房屋为 D 级",
    )  # fmt: skip


def test_an_undone_event_forgets_who_never_was(clerk):
    home, *_ = a_family()
    event = arrive(Event.BIRTH, household=home, who=CHILD, on=DAY, by=clerk)
    undo_event(event, by=clerk)
    event.refresh_from_db()
    assert event.person is None
    assert not Person.objects.filter(name="莫新生").exists()


def test_an_undone_event_of_a_household_that_never_was_is_told_where_it_came_from(clerk):
    home, _, wife, son, *_ = a_family()
    founding = split(household=home, people=[wife, son], relations={wife.pk: "户主"}, on=DAY, by=clerk)
    gone = leave(Event.DEATH, person=Person.objects.get(pk=son.pk), on=NEXT, by=clerk)
    undo_event(gone, by=clerk)
    undo_event(founding, by=clerk)
    gone.refresh_from_db()
    assert (gone.household, Household.objects.filter(pk=founding.other_household_id).exists()) == (home, False)


def test_another_event_of_an_earlier_day_may_follow_an_undone_one(clerk):
    _, _, _, son = a_family()
    undo_event(correct(son, values={"political": "league"}, on=NEXT, reason="团员证", by=clerk), by=clerk)
    leave(Event.DEATH, person=son, on=DAY, by=clerk)
    son.refresh_from_db()
    assert son.left_on == DAY


def test_only_who_may_enter_it_undoes_it(clerk):
    _, _, wife, _ = a_family()
    event = leave(Event.MARRIAGE_OUT, person=wife, on=DAY, by=clerk)
    for officer in (
        an_officer(Role.VILLAGE),
        an_officer(Role.COUNTY_HEAD),
        an_officer(Role.TOWNSHIP, VILLAGES[2][:9]),
    ):
        with pytest.raises(NotAllowed, match="没有登记该村农户变动的岗位"):
            undo_event(event, by=officer)
    wife.refresh_from_db()
    assert wife.left_on == DAY
    assert Household.objects.get().size == 2
