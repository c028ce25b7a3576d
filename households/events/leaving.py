"""Members leave: 死亡, 婚嫁迁出, 户口迁出, 服刑收监, 失联失踪. When the head leaves, ``relations`` says who is head now and what the others are to him."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from django.db import transaction

from households.choices import Event, Leave
from households.events.writing import begin, finish
from households.models import LifeEvent, Person

WHY = {
    Event.DEATH: Leave.DIED,
    Event.MARRIAGE_OUT: Leave.MARRIED_OUT,
    Event.MOVING_OUT: Leave.MOVED_OUT,
    Event.IMPRISONMENT: Leave.IMPRISONED,
    Event.MISSING: Leave.MISSING,
}


@transaction.atomic
def leave(
    kind: Event,
    *,
    person: Person,
    on: date,
    by,
    reason: str = "",
    relations: Mapping[UUID, str] | None = None,
    seen: str = "",
) -> LifeEvent:
    """``person`` is no member any more from ``on``. ``kind`` is one of ``WHY``. Raises NotAllowed, Stale."""
    writing = begin(kind, person.household, on=on, reason=reason, by=by, seen=seen, person=person)
    member = writing.member(person)
    member.left_on, member.left_why = on, WHY[kind]
    return finish(writing, relations)
