"""Writing down what rows of the register were before they change, and putting them back (households.models.change)."""

from collections.abc import Iterable, Iterator
from datetime import date
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils import timezone
from psycopg2 import sql

from households.models import Change, Household, ImportState, LifeEvent, Person

MODELS = {Change.Table.HOUSEHOLD: Household, Change.Table.PERSON: Person}

_NOTE = """
    INSERT INTO households_change ("table", object_id, before, effective_on, at, event_id)
    SELECT %s, row.id, to_jsonb(row), %s, now(), %s FROM {table} AS row WHERE row.id = ANY(%s::uuid[])
"""
_PUT_BACK = """
    UPDATE {table} AS row SET ({columns}) = (SELECT {columns} FROM jsonb_populate_record(row, noted.before))
      FROM households_change AS noted WHERE noted.id = ANY(%s) AND noted.object_id = row.id
"""


def note(table: Change.Table, ids: Iterable[UUID], *, on: date, event: LifeEvent) -> None:
    """Keep the rows as they stand now: ``event`` is about to change them, with effect from ``on``."""
    query = sql.SQL(_NOTE).format(table=_table(table))
    with connection.cursor() as cursor:
        cursor.execute(query, [table, on, event.pk, [str(pk) for pk in ids]])


def note_new(table: Change.Table, ids: Iterable[UUID], *, on: date, event: LifeEvent) -> None:
    """Keep that these rows were not there before ``event``."""
    Change.objects.bulk_create(Change(table=table, object_id=pk, effective_on=on, event=event) for pk in ids)


def put_back(changes: Iterable[Change]) -> None:
    """Make the rows what they were; a row that was not there goes. The caller has made sure that nothing was built on it.

    ``updated_at`` is now, so that whoever watches for changes sees this one.
    """
    changes = list(changes)
    new = {table: [c.object_id for c in changes if c.table == table and c.before is None] for table in MODELS}
    old = {table: [c.pk for c in changes if c.table == table and c.before is not None] for table in MODELS}
    people = [change.object_id for change in changes if change.table == Change.Table.PERSON]
    Person.objects.filter(pk__in=people).update(is_head=False)  # nobody is seated before the others stood up
    Person.objects.filter(pk__in=new[Change.Table.PERSON]).delete()
    for table, ids in old.items():
        if ids:
            _put_back(table, ids)
    Household.objects.filter(pk__in=new[Change.Table.HOUSEHOLD]).delete()


def _put_back(table: Change.Table, ids: list[int]) -> None:
    model = MODELS[table]
    columns = sql.SQL(", ").join(sql.Identifier(field.column) for field in model._meta.concrete_fields)
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL(_PUT_BACK).format(table=_table(table), columns=columns), [ids])
    touched = Change.objects.filter(pk__in=ids).values("object_id")
    model.objects.filter(pk__in=touched).update(updated_at=timezone.now())


def pointing_at(table: Change.Table, ids) -> Iterator[QuerySet]:
    """The rows of any app with a foreign key to these rows (ids or a subquery), a queryset for each key.

    What is worked out from the register and goes with it (``derived = True`` on the model) is left out.
    """
    for relation in MODELS[table]._meta.get_fields(include_hidden=True):
        if relation.auto_created and not relation.concrete and not getattr(relation.related_model, "derived", False):
            yield relation.related_model._base_manager.filter(**{f"{relation.field.attname}__in": ids})


def _table(table: Change.Table) -> sql.Identifier:
    return sql.Identifier(MODELS[table]._meta.db_table)


def standing() -> QuerySet[Change]:
    """The changes that hold: not those of an event or an import that was undone."""
    return Change.objects.exclude(Q(event__undone_at__isnull=False) | Q(batch__state=ImportState.UNDONE))
