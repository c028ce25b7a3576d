"""One life event being entered: rows locked, right, day and version checked, what was before kept, members and derived columns in step.

Every verb begins with ``begin``, changes the rows in memory and ends with ``finish``, which alone writes.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Max, Q
from django.utils import timezone

from fangpin.accounts.postings import require
from fangpin.audit.trail import record
from fangpin.divisions.rights import Right
from fangpin.masking import scrub
from fangpin.transitions import NotAllowed, Stale
from households.changes import note, note_new, standing
from households.choices import Event
from households.dictionaries import RELATION
from households.models import Change, Household, LifeEvent, Person
from households.quality.checking import recheck

_NO_POST = "您没有登记该村农户变动的岗位"
_STALE = "这户刚刚被他人更新，请刷新后核对再登记"


def version_of(household: Household) -> str:
    """What a form carries along, so that its act is refused when somebody changed the household meanwhile."""
    return household.updated_at.isoformat()


@dataclass
class Writing:
    """``households`` and ``people`` (everybody of them, those who left too) are locked; ``touched`` are the people who change."""

    event: LifeEvent
    households: dict[UUID, Household]
    people: dict[UUID, Person]
    touched: dict[UUID, Person] = field(default_factory=dict)
    new_people: list[Person] = field(default_factory=list)
    new_households: list[Household] = field(default_factory=list)

    @property
    def home(self) -> Household:
        return self.households[self.event.household_id]

    def member(self, person: Person) -> Person:
        """The present member as locked. Raises Stale when he is not one (any more)."""
        member = self.people.get(person.pk)
        if member is None or member.left_on is not None:
            raise Stale(_STALE)
        self.touched[member.pk] = member
        return member

    def present(self, household: Household) -> list[Person]:
        everybody = [*self.people.values(), *self.new_people]
        return [person for person in everybody if person.household_id == household.pk and person.left_on is None]

    def add(self, person: Person) -> None:
        self.new_people.append(person)

    def found(self, household: Household) -> None:
        self.new_households.append(household)
        self.households[household.pk] = household


def begin(
    kind: Event,
    household: Household,
    *others: Household,
    on: date,
    reason: str,
    by,
    seen: str = "",
    person: Person | None = None,
) -> Writing:
    """Lock the households and their people, in one order for everybody, and check who, when and that nothing moved meanwhile."""
    if on > timezone.localdate():
        raise NotAllowed("变动日期不能晚于今天")
    wanted = [household.pk, *(other.pk for other in others)]
    locked = Household.objects.select_for_update(of=("self",)).with_place().filter(pk__in=wanted).order_by("pk")
    households = {found.pk: found for found in locked}
    home = households[household.pk]
    for found in households.values():
        require_on(by, found.village_id)
    if seen and seen != version_of(home):
        raise Stale(_STALE)
    members = Person.objects.select_for_update().filter(household__in=wanted).order_by("pk")
    event = LifeEvent(
        kind=kind,
        on=on,
        reason=scrub(reason.strip()),
        household=home,
        other_household=households[others[0].pk] if others else None,
        person=person,
        by=by,
    )
    return Writing(event, households, {member.pk: member for member in members})


def require_on(by, village_code: str) -> None:
    """``by`` is None for the operator at the console and for the demo's script."""
    if by is not None:
        require(by, Right.EDIT_REGISTER, village_code, _NO_POST)


def finish(writing: Writing, relations: Mapping[UUID, str] | None = None) -> LifeEvent:
    """Restate ``relations`` (person -> 与户主关系; 户主 seats him), check the households, keep what was before, write; then the checks of
    the register look at the households anew."""
    _relate(writing, relations or {})
    for household in writing.households.values():
        _count(writing, household)
    _not_before_others(writing)
    _clean([*writing.touched.values(), *writing.new_people, *writing.households.values()])
    _write(writing)
    event = writing.event
    record(event.by, "event.entered", event.household, event=event.get_kind_display(), on=event.on.isoformat())
    recheck(writing.households)
    return event


def _relate(writing: Writing, relations: Mapping[UUID, str]) -> None:
    for pk, relation in relations.items():
        person = writing.people.get(pk)
        if person is None or person.left_on is not None:
            raise Stale(_STALE)
        slug = RELATION.slug_of(relation)
        if not slug:
            raise NotAllowed(f"没有“{relation}”这种与户主关系")
        if (relation, slug == "head") != (person.relation, person.is_head):
            person.relation, person.is_head = relation, slug == "head"
            writing.touched[pk] = person
    for person in writing.touched.values():
        person.is_head = person.is_head and person.left_on is None


def _count(writing: Writing, household: Household) -> None:
    """Size and head's name from the members; a household with members has exactly one head."""
    members = writing.present(household)
    heads = [person for person in members if person.is_head]
    if members and len(heads) != 1:
        raise NotAllowed("本户须有且只有一个户主，请指定户主并写明其他成员与户主的关系")
    household.size = len(members)
    household.head_name = heads[0].name if heads else ""


def _not_before_others(writing: Writing) -> None:
    """Nobody's events may run backwards, and nothing happens in a household before it was founded."""
    founded = Q(object_id__in=writing.households, before__isnull=True)
    earlier = standing().filter(Q(object_id__in=writing.touched) | founded, event__isnull=False)
    last = earlier.aggregate(last=Max("effective_on"))["last"]
    if last and writing.event.on < last:
        raise NotAllowed(f"变动日期不能早于已登记的上一次变动（{last:%Y-%m-%d}）")


def _clean(rows: Iterable[Household | Person]) -> None:
    for row in rows:
        try:
            row.clean_fields(exclude=("household", "village", "birthday"))
        except ValidationError as error:
            raise NotAllowed("；".join(error.messages)) from error


def _write(writing: Writing) -> None:
    event, on = writing.event, writing.event.on
    fresh = {household.pk for household in writing.new_households}
    for household in writing.new_households:
        household.save(force_insert=True)
    event.save(force_insert=True)
    note(Change.Table.HOUSEHOLD, writing.households.keys() - fresh, on=on, event=event)
    note(Change.Table.PERSON, writing.touched, on=on, event=event)
    note_new(Change.Table.HOUSEHOLD, fresh, on=on, event=event)
    note_new(Change.Table.PERSON, [person.pk for person in writing.new_people], on=on, event=event)
    Person.objects.filter(pk__in=writing.touched).update(is_head=False)  # nobody is seated before the others stood up
    for person in writing.touched.values():
        person.save(force_update=True)
    for person in writing.new_people:
        person.save(force_insert=True)
    for household in writing.households.values():
        household.save(force_update=True)  # also where only a member changed: updated_at is what forms compare
