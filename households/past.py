"""The household as it was on a day: the changes that took effect by then, replayed column by column.

Changes are entered in one order and take effect in another (a death of May is entered after June's import), so a row is not simply taken
from the last change: each column, and each key of ``other``, has the value of the last entered change that had taken effect. What an import
brought first is taken as true since ever; what an event brought is true from its day.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection, models
from django.db.models.fields.json import KT
from psycopg2 import sql

from fangpin.divisions.models import Division
from households.changes import MODELS, standing
from households.models import Change, Household, Person

Row = dict[str, Any]  # as to_jsonb writes it


@dataclass
class Past:
    """``household`` and ``members`` (head first) are unsaved copies; ``left`` are those who had gone by then."""

    household: Household
    members: list[Person]
    left: list[Person]


def household_as_of(household: Household, day: date) -> Past | None:
    """What the register knows of that day; None when the household was founded later."""
    chains = defaultdict(list)
    people = _everybody_ever(household)
    for change in standing().filter(object_id__in=[household.pk, *people]).order_by("pk"):
        chains[change.object_id].append(change)
    row = replay(chains[household.pk], _rows(Household, [household.pk])[household.pk], day)
    if row is None:
        return None
    rows = [replay(chains[pk], present, day) for pk, present in _rows(Person, people).items()]
    here = [row for row in rows if row and row["household_id"] == str(household.pk) and _born(row, day)]
    then = instance(Household, row)
    then.village = Division.objects.select_related("parent").get(pk=then.village_id)
    found = [instance(Person, row) for row in sorted(here, key=lambda row: (not row["is_head"], row["number"]))]
    for person in found:
        person.household = then
    members = [person for person in found if person.left_on is None or person.left_on > day]
    for person in members:
        person.left_on, person.left_why = None, ""
    then.size, then.head_name = len(members), next((person.name for person in members if person.is_head), "")
    return Past(then, members, [person for person in found if person.left_on])


def _born(row: Row, day: date) -> bool:
    return not row["birthday"] or row["birthday"] <= day.isoformat()


def _everybody_ever(household: Household) -> list[UUID]:
    """Who is of the household now, and who was before some change."""
    now = Person.objects.filter(household=household).values_list("pk", flat=True)
    before = Change.objects.filter(table=Change.Table.PERSON).annotate(home=KT("before__household_id"))
    return list({*now, *before.filter(home=str(household.pk)).values_list("object_id", flat=True)})


def replay(chain: list[Change], present: Row, day: date) -> Row | None:
    """The row of one object on ``day``. ``chain``: its standing changes as entered; None when an event brought it later."""
    rows = [*(change.before for change in chain), present]
    state, changes = rows[0], list(zip(chain, rows[:-1], rows[1:], strict=True))
    if state is None:  # it was not there before the first change
        if chain[0].event_id and chain[0].effective_on > day:
            return None
        state, changes = rows[1], changes[1:]
    state = _flat(state)
    for change, before, after in changes:
        if change.effective_on <= day:
            before, after = _flat(before), _flat(after)
            state |= {key: after.get(key) for key in before.keys() | after.keys() if before.get(key) != after.get(key)}
    return _whole(state)


def _flat(row: Row) -> dict:
    """Columns, and the keys of ``other`` beside them as ("other", key)."""
    return {key: value for key, value in row.items() if key != "other"} | {
        ("other", key): value for key, value in row["other"].items()
    }


def _whole(state: dict) -> Row:
    other = {key[1]: value for key, value in state.items() if isinstance(key, tuple) and value is not None}
    return {key: value for key, value in state.items() if isinstance(key, str)} | {"other": other}


def _rows(model: type[models.Model], ids: Iterable[UUID]) -> dict[UUID, Row]:
    query = sql.SQL("SELECT id, to_jsonb(row) FROM {table} AS row WHERE id = ANY(%s::uuid[])")
    with connection.cursor() as cursor:
        cursor.execute(query.format(table=sql.Identifier(model._meta.db_table)), [[str(pk) for pk in ids]])
        return {pk: json.loads(row) for pk, row in cursor.fetchall()}


def instance(model: type[models.Model], row: Row) -> Any:
    """An unsaved row of the model from what to_jsonb wrote; ciphertexts open as ever, they are bound to the same key."""
    values = {}
    for field in model._meta.concrete_fields:
        value = row.get(field.column)
        if isinstance(field, models.BinaryField):
            value = None if value is None else bytes.fromhex(value.removeprefix("\\x"))
        elif not isinstance(field, models.JSONField):
            value = field.to_python(value)
        values[field.attname] = value
    return model(**values)


def altered(
    changes: Iterable[Change], present: dict[UUID, Row]
) -> Iterator[tuple[Change, list[tuple[str, Any, Any]]]]:
    """Each change with the (column or key of ``other``, before, after) that it altered.

    After a change stands what the object's next standing change found; after the last one what stands now (``present``).
    """
    changes = list(changes)
    chains = defaultdict(list)
    for found in standing().filter(object_id__in={change.object_id for change in changes}).order_by("pk"):
        chains[found.object_id].append(found)
    for change in changes:
        later = (found.before for found in chains[change.object_id] if found.pk > change.pk)
        after = next(later, None) or present.get(change.object_id)
        yield change, _differences(change.before, after) if change.before and after else []


def _differences(before: Row, after: Row) -> list[tuple[str, Any, Any]]:
    before, after = _flat(before), _flat(after)
    names = [key for key in {**before, **after} if before.get(key) != after.get(key)]
    return [(key[1] if isinstance(key, tuple) else key, before.get(key), after.get(key)) for key in names]


def present_rows(changes: Iterable[Change]) -> dict[UUID, Row]:
    """The rows that the changes are of, as they stand now."""
    ids = {table: [change.object_id for change in changes if change.table == table] for table in MODELS}
    return {pk: row for table, model in MODELS.items() for pk, row in _rows(model, ids[table]).items()}
