"""Moving within the county, splitting, joining, change of head."""

import pytest

from fangpin.accounts.roles import Role
from fangpin.divisions.models import Division
from fangpin.transitions import NotAllowed, Stale
from households.choices import Category, Event
from households.events.leaving import leave
from households.events.moving import change_head, join, move_household, move_people, split
from households.models import Household, LifeEvent
from households.numbers import is_temporary
from tests.builders import TOWNSHIPS, VILLAGES, a_household, an_officer
from tests.households.events.families import DAY, NEXT, a_family, digest, in_step, state

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk():
    return an_officer(Role.TOWNSHIP)


def names(household):
    return sorted(household.members.present().values_list("name", flat=True))


# -- within the county --------------------------------------------------------------------------------------------------
def test_a_member_moves_to_another_household(clerk):
    home, _, _, son = a_family()
    uncle = a_household(VILLAGES[1], people=1, head_name="莫二山")
    event = move_people(people=[son], to=uncle, relations={son.pk: "之侄儿"}, on=DAY, by=clerk)
    son.refresh_from_db()
    assert (son.household, son.relation) == (uncle, "之侄儿")
    assert (event.kind, event.household, event.other_household, event.person) == (Event.MOVE, home, uncle, son)
    assert (in_step(home), in_step(uncle)) == (True, True)
    assert (home.size, uncle.size) == (2, 2)


def test_a_move_across_townships_is_the_countys(clerk):
    home, _, _, son = a_family()
    far = a_household(VILLAGES[2], people=1)
    before = digest()
    for officer in (clerk, an_officer(Role.TOWNSHIP, TOWNSHIPS[1])):
        with pytest.raises(NotAllowed, match="没有登记该村农户变动的岗位"):
            move_people(people=[son], to=far, relations={son.pk: "其他"}, on=DAY, by=officer)
    assert digest() == before
    move_people(people=[son], to=far, relations={son.pk: "其他"}, on=DAY, by=an_officer(Role.COUNTY))
    assert (in_step(home), in_step(far)) == (True, True)
    assert far.size == 2


def test_a_moving_head_leaves_a_head_behind(clerk):
    home, head, wife, son = a_family()
    uncle = a_household(people=1)
    with pytest.raises(NotAllowed, match="有且只有一个户主"):
        move_people(people=[head], to=uncle, relations={head.pk: "之兄弟姐妹"}, on=DAY, by=clerk)
    relations = {head.pk: "之兄弟姐妹", wife.pk: "户主", son.pk: "之子"}
    move_people(people=[head], to=uncle, relations=relations, on=DAY, by=clerk)
    assert (in_step(home), in_step(uncle)) == (True, True)
    assert home.head_name == "秦秀芳"


def test_nobody_moves_to_where_he_is(clerk):
    home, _, _, son = a_family()
    with pytest.raises(NotAllowed, match="就是本户"):
        move_people(people=[son], to=home, relations={}, on=DAY, by=clerk)
    assert not LifeEvent.objects.exists()


def test_a_whole_household_moves_to_another_village(clerk):
    home, *_ = a_family(hamlet="大屯")
    there = Division.objects.get(pk=VILLAGES[1])
    event = move_household(household=home, village=there, hamlet="小屯", on=DAY, by=clerk)
    assert in_step(home)
    assert (home.village, home.hamlet, home.size) == (there, "小屯", 3)
    assert (event.kind, event.other_household) == (Event.MOVE, None)


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        (VILLAGES[2], "没有登记该村农户变动的岗位"),
        (TOWNSHIPS[0], "请选择行政村"),
        (VILLAGES[0], "与现住址相同"),
        ("450398101201", "县外迁移"),
    ],
)
def test_a_household_does_not_move_where_it_cannot(clerk, code, sentence):
    home, *_ = a_family(VILLAGES[0])
    Division.objects.create(code="450398", name="邻县", level="county")
    Division.objects.create(code="450398101", name="邻镇", level="township", parent_id="450398")
    Division.objects.create(code="450398101201", name="邻村", level="village", parent_id="450398101")
    before = digest()
    with pytest.raises(NotAllowed, match=sentence):
        move_household(household=home, village=Division.objects.get(pk=code), hamlet="", on=DAY, by=clerk)
    assert digest() == before


# -- splitting ----------------------------------------------------------------------------------------------------------
def test_the_son_founds_a_household_of_his_own(clerk):
    home, _, wife, son = a_family(hamlet="大屯", kind="lifted", category=Category.UNSTABLE)
    relations = {son.pk: "户主", wife.pk: "之母"}
    event = split(household=home, people=[son, wife], relations=relations, on=DAY, by=clerk)
    new = event.other_household
    assert (new.village, new.hamlet, new.kind, new.category) == (home.village, "大屯", "lifted", "")
    assert is_temporary(new.number)
    assert (names(home), names(new)) == (["莫大山"], ["秦秀芳", "莫小山"])
    assert (in_step(home), in_step(new)) == (True, True)
    assert (home.category, new.head_name) == (Category.UNSTABLE, "莫小山")


@pytest.mark.parametrize(
    ("who", "sentence"),
    [
        (lambda *family: [], "须有人分出"),
        (lambda *family: family, "须有人分出"),
        (lambda *family: family[2:], "一个户主"),
    ],
)
def test_a_split_needs_people_and_heads_on_both_sides(clerk, who, sentence):
    home, *family = a_family()
    before = digest()
    with pytest.raises(NotAllowed, match=sentence):
        split(household=home, people=who(*family), relations={}, on=DAY, by=clerk)
    assert digest() == before
    assert not LifeEvent.objects.exists()


def test_nothing_happens_in_a_household_before_it_was_founded(clerk):
    home, _, _, son = a_family()
    new = split(household=home, people=[son], relations={son.pk: "户主"}, on=NEXT, by=clerk).other_household
    newcomer = a_household(people=2).members.last()
    with pytest.raises(NotAllowed, match="2021-06-10"):
        move_people(people=[newcomer], to=new, relations={newcomer.pk: "配偶"}, on=DAY, by=clerk)
    assert new.members.count() == 1


# -- joining ------------------------------------------------------------------------------------------------------------
def test_two_households_become_one(clerk):
    home, head, *_ = a_family()
    other = a_household(people=2, head_name="莫二山")
    brother, child = other.members.order_by("-is_head")
    relations = {brother.pk: "之兄弟姐妹", child.pk: "之侄儿"}
    event = join(household=home, other=other, relations=relations, on=DAY, by=clerk)
    assert in_step(home)
    other.refresh_from_db()
    assert (home.size, home.head_name, other.size, other.head_name) == (5, head.name, 0, "")
    assert (event.household, event.other_household) == (home, other)
    assert state()["莫二山"][0] == "之兄弟姐妹"


@pytest.mark.parametrize(
    ("other", "sentence"),
    [
        (lambda home: home, "不能与本户并户"),
        (lambda home: a_household(people=0), "没有在册成员"),
        (lambda home: a_household(people=1, category=Category.SUDDEN), "是监测对象"),
        (lambda home: a_household(people=1), "有且只有一个户主"),
    ],
)
def test_households_that_cannot_be_joined(clerk, other, sentence):
    home, *_ = a_family()
    other = other(home)
    before = digest()
    with pytest.raises(NotAllowed, match=sentence):
        join(household=home, other=other, relations={}, on=DAY, by=clerk)
    assert digest() == before


# -- head ---------------------------------------------------------------------------------------------------------------
def test_the_son_becomes_head(clerk):
    home, head, wife, son = a_family()
    relations = {head.pk: "之父", wife.pk: "之母", son.pk: "户主"}
    change_head(household=home, relations=relations, on=DAY, by=clerk)
    assert {name: row[:3] for name, row in state().items()} == {
        "莫大山": ("之父", "莫小山", False),
        "秦秀芳": ("之母", "莫小山", False),
        "莫小山": ("户主", "莫小山", True),
    }
    assert in_step(home)


def test_a_change_that_changes_no_head_is_refused(clerk):
    home, head, wife, _ = a_family()
    before = digest()
    with pytest.raises(NotAllowed, match="户主没有变化"):
        change_head(household=home, relations={head.pk: "户主", wife.pk: "其他"}, on=DAY, by=clerk)
    assert digest() == before
    assert not LifeEvent.objects.exists()


def test_relations_of_who_left_are_not_restated(clerk):
    home, head, wife, son = a_family()
    leave(Event.DEATH, person=son, on=DAY, by=clerk)
    with pytest.raises(Stale):
        change_head(household=home, relations={son.pk: "户主", head.pk: "之父", wife.pk: "之母"}, on=NEXT, by=clerk)
    assert Household.objects.get().head_name == "莫大山"
