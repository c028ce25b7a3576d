"""Birth, adoption, marriage in, moving in, release, missed person; newcomers and those who come back."""

from datetime import date

import pytest

from fangpin.accounts.roles import Role
from fangpin.transitions import NotAllowed, Stale
from households.choices import Event, Sex
from households.events.arriving import KINDS, Newcomer, arrive, come_back
from households.events.leaving import leave
from households.models import Change, LifeEvent, Person
from households.numbers import is_temporary
from tests.builders import TOWNSHIPS, VILLAGES, a_household, an_id, an_officer
from tests.households.events.families import DAY, NEXT, a_family, digest, in_step

pytestmark = pytest.mark.django_db
CHILD = Newcomer("莫新生", "之孙女", sex=Sex.FEMALE, birthday=DAY, ethnicity="壮族")


@pytest.fixture
def clerk():
    return an_officer(Role.TOWNSHIP)


@pytest.mark.parametrize("kind", KINDS)
def test_somebody_new_becomes_a_member(clerk, kind):
    home, *_ = a_family()
    event = arrive(kind, household=home, who=CHILD, on=DAY, by=clerk)
    person = Person.objects.get(name="莫新生")
    assert (person.household, person.relation, person.sex, person.birthday) == (home, "之孙女", Sex.FEMALE, DAY)
    assert (person.ethnicity, person.initials, person.id_number, person.is_head) == ("壮族", "mxs", "", False)
    assert is_temporary(person.number)
    assert (event.kind, event.person) == (kind, person)
    assert Change.objects.get(object_id=person.pk).before is None
    assert in_step(home)
    assert home.size == 4


def test_a_number_says_sex_and_birthday_and_is_sealed(clerk):
    home, *_ = a_family()
    number = an_id(date(1996, 2, 1), Sex.FEMALE)
    arrive(Event.MARRIAGE_IN, household=home, who=Newcomer("李 新娘", "之儿媳", id_number=number), on=DAY, by=clerk)
    bride = Person.objects.get(name="李新娘")
    assert (bride.birthday, bride.sex, bride.id_type) == (date(1996, 2, 1), Sex.FEMALE, "居民身份证")
    assert bride.id_number == number
    assert number.encode() not in bytes(bride.id_sealed)


@pytest.mark.parametrize(
    ("who", "sentence"),
    [
        (Newcomer("", "之女", sex=Sex.FEMALE, birthday=DAY), "请填写姓名"),
        (Newcomer(f"莫某{an_id(serial=3)}", "之女", sex=Sex.FEMALE, birthday=DAY), "不要写号码"),
        (Newcomer("莫某", "干女儿", sex=Sex.FEMALE, birthday=DAY), "与户主关系"),
        (Newcomer("莫某", "之女", sex="", birthday=DAY), "请选择性别"),
        (Newcomer("莫某", "之女", sex=Sex.FEMALE), "请填写出生日期"),
        (Newcomer("莫某", "之女", sex=Sex.FEMALE, birthday=NEXT), "不能晚于变动日期"),
        (Newcomer("莫某", "之女", sex=Sex.FEMALE, birthday=date(2021, 6, 1)), "就是出生日期"),
        (Newcomer("莫某", "之女", id_number="45039920210603"), "证件号码不对"),
        (Newcomer("莫某", "户主", sex=Sex.FEMALE, birthday=DAY), "有且只有一个户主"),
    ],
)
def test_a_newcomer_who_cannot_be_is_refused(clerk, who, sentence):
    home, *_ = a_family()
    before = digest()
    with pytest.raises(NotAllowed, match=sentence):
        arrive(Event.BIRTH, household=home, who=who, on=DAY, by=clerk)
    assert digest() == before
    assert not LifeEvent.objects.exists()


def test_a_person_is_in_one_household_at_a_time(clerk):
    home, *_ = a_family()
    _, neighbour, *_ = a_family(VILLAGES[1])
    twin = Newcomer("莫大山", "之兄弟姐妹", id_number=neighbour.id_number)
    with pytest.raises(NotAllowed, match=f"户编号 {neighbour.household.number}.*县内迁移"):
        arrive(Event.MOVING_IN, household=home, who=twin, on=DAY, by=clerk)
    assert Person.objects.count() == 6


def test_the_refusal_tells_nothing_of_another_township(clerk):
    home, *_ = a_family()
    _, far, *_ = a_family(VILLAGES[2])
    twin = Newcomer("莫大山", "之兄弟姐妹", id_number=far.id_number)
    arrive(Event.MOVING_IN, household=home, who=twin, on=DAY, by=clerk)
    county = an_officer(Role.COUNTY)
    with pytest.raises(NotAllowed, match="已登记在"):
        arrive(Event.MISSED, household=home, who=twin, on=DAY, by=county)
    assert Person.objects.filter(id_index=far.id_index).count() == 2


def test_who_left_may_come_back_but_the_dead_do_not(clerk):
    home, _, wife, son = a_family()
    leave(Event.IMPRISONMENT, person=son, on=DAY, by=clerk)
    leave(Event.DEATH, person=wife, on=DAY, by=clerk)
    come_back(Event.RELEASE, person=son, relation="之子", on=NEXT, by=clerk)
    son.refresh_from_db()
    assert (son.left_on, son.left_why, son.household) == (None, "", home)
    with pytest.raises(NotAllowed, match="死亡"):
        come_back(Event.MOVING_IN, person=wife, relation="配偶", on=NEXT, by=clerk)
    assert in_step(home)
    assert home.size == 2


@pytest.mark.parametrize(
    ("kind", "relation", "on", "sentence"),
    [
        (Event.MOVING_IN, "之子", NEXT, "服刑收监"),
        (Event.RELEASE, "干儿子", NEXT, "与户主关系"),
        (Event.RELEASE, "之子", date(2021, 6, 2), "不能早于离户日期"),
    ],
)
def test_a_return_that_does_not_fit_is_refused(clerk, kind, relation, on, sentence):
    _, _, _, son = a_family()
    leave(Event.IMPRISONMENT, person=son, on=DAY, by=clerk)
    before = digest()
    with pytest.raises(NotAllowed, match=sentence):
        come_back(kind, person=son, relation=relation, on=on, by=clerk)
    assert digest() == before


def test_a_member_who_is_here_does_not_come_back(clerk):
    _, _, _, son = a_family()
    with pytest.raises(Stale, match="已是在册成员"):
        come_back(Event.RELEASE, person=son, relation="之子", on=NEXT, by=clerk)
    assert not LifeEvent.objects.exists()


def test_the_first_member_of_an_empty_household_is_its_head(clerk):
    home = a_household(people=0)
    arrive(Event.MISSED, household=home, who=Newcomer("莫某", "户主", sex=Sex.MALE, birthday=DAY), on=DAY, by=clerk)
    home.refresh_from_db()
    assert (home.size, home.head_name) == (1, "莫某")


@pytest.mark.parametrize("role", [Role.VILLAGE, Role.TOWNSHIP_LEADER, Role.COUNTY_HEAD, Role.DEPARTMENT, Role.ADMIN])
def test_others_register_nobody(role):
    home, *_ = a_family()
    with pytest.raises(NotAllowed, match="没有登记该村农户变动的岗位"):
        arrive(Event.BIRTH, household=home, who=CHILD, on=DAY, by=an_officer(role))
    with pytest.raises(NotAllowed, match="没有登记该村农户变动的岗位"):
        arrive(Event.BIRTH, household=home, who=CHILD, on=DAY, by=an_officer(Role.TOWNSHIP, TOWNSHIPS[1]))
    assert Person.objects.count() == 3
