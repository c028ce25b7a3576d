"""Members arrive: 出生, 收养, 婚入, 户口迁入, 刑满释放, 漏登补录; somebody new, or one who had left this household."""

from dataclasses import dataclass
from datetime import date

from django.db import transaction

from fangpin import idcard
from fangpin.accounts.scope import codes_by_permission
from fangpin.divisions.rights import Right
from fangpin.masking import scrub
from fangpin.sealing import blind
from fangpin.transitions import NotAllowed, Stale
from households.choices import Event, Leave, Sex
from households.dictionaries import ETHNICITY, HEAD, PAPER, RELATION
from households.events.writing import Writing, begin, finish
from households.initials import initials
from households.models import Household, LifeEvent, Person
from households.numbers import temporary_number

KINDS = (Event.BIRTH, Event.ADOPTION, Event.MARRIAGE_IN, Event.MOVING_IN, Event.RELEASE, Event.MISSED)
# Who of those that left may come back by which event; the dead do not.
RETURNS = {
    Event.RELEASE: (Leave.IMPRISONED,),
    Event.MARRIAGE_IN: (Leave.MARRIED_OUT,),
    Event.MOVING_IN: (Leave.MOVED_OUT, Leave.MARRIED_OUT),
    Event.MISSED: (Leave.GONE_FROM_LIST, Leave.MISSING),
}


@dataclass(frozen=True)
class Newcomer:
    """Who arrives. Sex and birthday follow from the number where there is one. ``ethnicity`` and ``relation`` are labels."""

    name: str
    relation: str
    id_number: str = ""
    sex: str = ""
    birthday: date | None = None
    ethnicity: str = ""
    phone: str = ""


@transaction.atomic
def arrive(
    kind: Event, *, household: Household, who: Newcomer, on: date, by, reason: str = "", seen: str = ""
) -> LifeEvent:
    """Somebody the register does not have becomes a member. ``kind`` is one of ``KINDS``. Raises NotAllowed, Stale."""
    writing = begin(kind, household, on=on, reason=reason, by=by, seen=seen)
    person = _person(writing.home, who, on, kind)
    _not_registered_twice(person, writing, by)
    writing.add(person)
    writing.event.person = person
    return _finish_arrival(writing)


@transaction.atomic
def come_back(
    kind: Event, *, person: Person, relation: str, on: date, by, reason: str = "", seen: str = ""
) -> LifeEvent:
    """A former member is one again. Raises NotAllowed, Stale."""
    writing = begin(kind, person.household, on=on, reason=reason, by=by, seen=seen, person=person)
    back = writing.people.get(person.pk)
    if back is None or back.left_on is None:
        raise Stale("此人已是在册成员，请刷新后再看")
    if back.left_why not in RETURNS.get(kind, ()):
        raise NotAllowed(f"{back.name}因“{back.get_left_why_display()}”离户，不能按“{kind.label}”登记")
    if not RELATION.slug_of(relation):
        raise NotAllowed(f"没有“{relation}”这种与户主关系")
    if on < back.left_on:
        raise NotAllowed(f"变动日期不能早于离户日期（{back.left_on:%Y-%m-%d}）")
    back.left_on, back.left_why = None, ""
    back.relation, back.is_head = relation, relation == HEAD
    writing.touched[back.pk] = back
    return _finish_arrival(writing)


def _finish_arrival(writing: Writing) -> LifeEvent:
    """The event names its person, who must be in the table first."""
    event, person = writing.event, writing.event.person
    if person in writing.new_people:
        event.person = None
    finish(writing)
    if event.person is None:
        event.person = person
        event.save(update_fields=["person"])
    return event


def _person(household: Household, who: Newcomer, on: date, kind: Event) -> Person:
    number, name = idcard.clean(who.id_number).number if who.id_number else "", "".join(who.name.split())
    if number and not idcard.is_valid(number):
        raise NotAllowed("证件号码不对，请核对；没有证件号码的可以不填")
    if not name or scrub(name) != name:
        raise NotAllowed("请填写姓名，姓名里不要写号码")
    if not RELATION.slug_of(who.relation):
        raise NotAllowed(f"没有“{who.relation}”这种与户主关系")
    birthday = idcard.birthday(number) if number else who.birthday
    sex = {idcard.MALE: Sex.MALE, idcard.FEMALE: Sex.FEMALE}[idcard.sex(number)] if number else who.sex
    _check_birthday(birthday, on, kind)
    if sex not in Sex.values:
        raise NotAllowed("请选择性别")
    person = Person(
        household=household,
        number=temporary_number(),
        name=name,
        initials=initials(name),
        id_type=PAPER.labels["id_card"] if number else "",
        birthday=birthday,
        sex=sex,
        relation=who.relation,
        is_head=who.relation == HEAD,
        ethnicity=who.ethnicity if ETHNICITY.slug_of(who.ethnicity) else "",
    )
    person.id_number, person.phone = number, who.phone
    return person


def _check_birthday(birthday: date | None, on: date, kind: Event) -> None:
    if birthday is None:
        raise NotAllowed("请填写出生日期，或填写证件号码")
    if birthday > on:
        raise NotAllowed("出生日期不能晚于变动日期")
    if kind == Event.BIRTH and birthday != on:
        raise NotAllowed("出生登记的变动日期就是出生日期，两者应当一致")


def _not_registered_twice(person: Person, writing: Writing, by) -> None:
    """A person is in one household at a time. Only what ``by`` reaches is looked at: beyond, the nightly checks find it for the county."""
    if not person.id_index:
        return
    same = Person.objects.present().filter(id_index=blind("id", person.id_number)).select_related("household")
    if by is not None and codes_by_permission(by):
        same = same.reachable_by(by, Right.VIEW_REGISTER)
    twin = same.first()
    if twin:
        raise NotAllowed(f"此证件号码已登记在{twin.household}（户编号 {twin.household.number}），请用“县内迁移”登记")
