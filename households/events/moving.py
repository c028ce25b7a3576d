"""Members and households move: 县内迁移, 分户, 并户, 户主变更.

``relations`` (person -> 与户主关系, 户主 for the head) says what the members are to the head of the household they are in afterwards.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from uuid import UUID

from django.db import transaction

from fangpin.divisions.models import Division, Level
from fangpin.transitions import NotAllowed
from households.choices import Event
from households.events.writing import begin, finish, require_on
from households.models import Household, LifeEvent, Person
from households.numbers import temporary_number


@transaction.atomic
def move_people(
    *,
    people: Iterable[Person],
    to: Household,
    relations: Mapping[UUID, str],
    on: date,
    by,
    reason: str = "",
    seen: str = "",
) -> LifeEvent:
    """Members of one household become members of another one of the county. Raises NotAllowed, Stale."""
    people = list(people)
    home = people[0].household
    if to.pk == home.pk:
        raise NotAllowed("迁入的户就是本户")
    only = people[0] if len(people) == 1 else None
    writing = begin(Event.MOVE, home, to, on=on, reason=reason, by=by, seen=seen, person=only)
    _same_county(home.village_id, to.village_id)
    for person in people:
        writing.member(person).household = writing.households[to.pk]
    return finish(writing, relations)


@transaction.atomic
def move_household(
    *, household: Household, village: Division, hamlet: str, on: date, by, reason: str = "", seen: str = ""
) -> LifeEvent:
    """The whole household goes to another village or hamlet. Raises NotAllowed, Stale."""
    writing = begin(Event.MOVE, household, on=on, reason=reason, by=by, seen=seen)
    home = writing.home
    if village.level != Level.VILLAGE:
        raise NotAllowed("请选择行政村")
    _same_county(home.village_id, village.pk)
    require_on(by, village.pk)
    if (home.village_id, home.hamlet) == (village.pk, hamlet.strip()):
        raise NotAllowed("新住址与现住址相同")
    home.village, home.hamlet = village, hamlet.strip()
    return finish(writing)


@transaction.atomic
def split(
    *,
    household: Household,
    people: Iterable[Person],
    relations: Mapping[UUID, str],
    on: date,
    by,
    reason: str = "",
    seen: str = "",
) -> LifeEvent:
    """Some members found a household of their own in the same place. Monitoring is decided, not inherited: it stays with the old one.

    Raises NotAllowed, Stale.
    """
    writing = begin(Event.SPLIT, household, on=on, reason=reason, by=by, seen=seen)
    home, leaving = writing.home, [writing.member(person) for person in people]
    if not leaving or len(leaving) == len(writing.present(home)):
        raise NotAllowed("分户须有人分出，也须有人留在本户")
    new = Household(number=temporary_number(), village=home.village, hamlet=home.hamlet, kind=home.kind)
    writing.found(new)
    for member in leaving:
        member.household = new
    writing.event.other_household = new
    return finish(writing, relations)


@transaction.atomic
def join(
    *,
    household: Household,
    other: Household,
    relations: Mapping[UUID, str],
    on: date,
    by,
    reason: str = "",
    seen: str = "",
) -> LifeEvent:
    """Everybody of ``other`` becomes a member of ``household``; ``other`` stays as a household without members.

    Raises NotAllowed, Stale.
    """
    if other.pk == household.pk:
        raise NotAllowed("不能与本户并户")
    writing = begin(Event.JOIN, household, other, on=on, reason=reason, by=by, seen=seen)
    home, emptied = writing.home, writing.households[other.pk]
    _same_county(home.village_id, emptied.village_id)
    if emptied.category and not emptied.risk_cleared:
        raise NotAllowed(f"{emptied}是监测对象，风险消除前不能并入其他户；可以把本户并入该户")
    joining = writing.present(emptied)
    if not joining:
        raise NotAllowed(f"{emptied}没有在册成员")
    for member in joining:
        writing.member(member).household = home
    return finish(writing, relations)


@transaction.atomic
def change_head(
    *, household: Household, relations: Mapping[UUID, str], on: date, by, reason: str = "", seen: str = ""
) -> LifeEvent:
    """Another member is head; ``relations`` restates what everybody is to him. Raises NotAllowed, Stale."""
    writing = begin(Event.HEAD, household, on=on, reason=reason, by=by, seen=seen)
    before = {person.pk for person in writing.present(writing.home) if person.is_head}
    event = finish(writing, relations)
    after = {person.pk for person in writing.present(writing.home) if person.is_head}
    if before == after:
        raise NotAllowed("户主没有变化")
    return event


def _same_county(one: str, other: str) -> None:
    if one[:6] != other[:6]:
        raise NotAllowed("县外迁移请按“户口迁出”登记")
