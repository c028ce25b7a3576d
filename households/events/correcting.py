"""信息更正: what the register says of a household or a member was wrong, or has changed without anybody coming or going."""

from collections.abc import Mapping
from datetime import date

from django.db import transaction

from fangpin import idcard
from fangpin.masking import scrub
from fangpin.transitions import NotAllowed, Stale
from households.choices import Event, Sex
from households.events.writing import Writing, begin, finish
from households.fields import BY_KEY
from households.initials import initials
from households.models import Household, LifeEvent, Person
from households.values import Field, Of, implausible, put, value_of


@transaction.atomic
def correct(
    target: Household | Person, *, values: Mapping[str, str], on: date, reason: str, by, seen: str = ""
) -> LifeEvent:
    """Set fields (key -> canonical value, households.values) of a household or a present member. Raises NotAllowed, Stale."""
    if not reason.strip():
        raise NotAllowed("请写明更正的原因")
    person = target if isinstance(target, Person) else None
    household = target.household if person else target
    writing = begin(Event.CORRECTION, household, on=on, reason=reason, by=by, seen=seen, person=person)
    row = _row(writing, person)
    for key, value in values.items():
        _check(row, BY_KEY[key], value)
    changed = [key for key, value in values.items() if value != value_of(row, BY_KEY[key])]
    if not changed:
        raise NotAllowed("没有改动任何内容")
    for key in changed:
        _set(row, key, values[key])
    return finish(writing)


def _row(writing: Writing, person: Person | None) -> Household | Person:
    if person is None:
        return writing.home
    if person.pk not in writing.people:
        raise Stale("此人已不在这一户，请刷新后再看")
    return writing.member(person)


def _check(row: Household | Person, field: Field, value: str) -> None:
    own = field.of == (Of.PERSON if isinstance(row, Person) else Of.HOUSEHOLD)
    if not (own and field.by_hand and field.group.by_hand):
        raise NotAllowed(f"“{field.label}”不能在这里更正")
    if problem := implausible(field, value):
        raise NotAllowed(problem)
    if not field.sealed and scrub(value) != value:
        raise NotAllowed(f"“{field.label}”里不要写证件号码或电话")


def _set(row: Household | Person, key: str, value: str) -> None:
    if key == "id_number":
        _identify(row, value)
    else:
        put(row, BY_KEY[key], value)
    if key == "name":
        row.initials = initials(row.name)


def _identify(person: Person, number: str) -> None:
    """A corrected number brings its birthday and sex."""
    if not idcard.is_valid(number):
        raise NotAllowed("证件号码不对，请核对")
    person.id_number = number
    person.birthday = idcard.birthday(number)
    person.sex = {idcard.MALE: Sex.MALE, idcard.FEMALE: Sex.FEMALE}[idcard.sex(number)]
