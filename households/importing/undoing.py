"""Take an applied import back as one batch: every row is again what it was, to the byte; and what stands in the way.

In the way is what was built on the batch: later changes of its rows, and whatever points at persons and households that it brought in. Foreign
keys of all apps are looked through by themselves; an app that refers to people in another way says so with ``register_blocker`` in a module
``blockers`` of its own.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from django.db import connection
from django.utils.module_loading import autodiscover_modules
from psycopg2 import sql

from households.changes import MODELS, pointing_at
from households.choices import Event
from households.models import Change, Person, RegisterImport


@dataclass(frozen=True)
class Blocker:
    """What was built on an import, as the page lists it."""

    text: str
    count: int


_finders: list[Callable[[RegisterImport], Iterable[Blocker]]] = []


def register_blocker(find: Callable[[RegisterImport], Iterable[Blocker]]) -> Callable:
    """Register ``find(batch)``; usable as a decorator."""
    _finders.append(find)
    return find


def blockers(batch: RegisterImport) -> list[Blocker]:
    """Everything that keeps the import from being undone."""
    autodiscover_modules("blockers")
    found = [*_later_changes(batch), *_unrecorded(batch), *_pointing_at_new(batch)]
    found += [blocker for find in _finders for blocker in find(batch)]
    return [blocker for blocker in found if blocker.count]


def new_rows(batch: RegisterImport, table: Change.Table):
    """Ids of the rows that the import brought in, as a subquery."""
    return Change.objects.filter(batch=batch, table=table, before__isnull=True).values("object_id")


# -- what is in the way -------------------------------------------------------------------------------------------------
_LATER = """
    SELECT later.batch_id, event.kind, count(DISTINCT later.object_id)
      FROM households_change AS mine
      JOIN households_change AS later ON later.object_id = mine.object_id AND later.id > mine.id AND later.batch_id IS DISTINCT FROM mine.batch_id
      LEFT JOIN households_lifeevent AS event ON event.id = later.event_id
     WHERE mine.batch_id = %s AND event.undone_at IS NULL
     GROUP BY later.batch_id, event.kind ORDER BY min(later.id)
"""
_UNRECORDED = """
    SELECT count(*) FROM households_change AS mine JOIN {table} AS row ON row.id = mine.object_id
     WHERE mine.batch_id = %s AND mine."table" = %s AND row.updated_at <> %s
       AND NOT EXISTS (SELECT FROM households_change AS later WHERE later.object_id = mine.object_id AND later.id > mine.id)
"""


def _later_changes(batch: RegisterImport) -> Iterator[Blocker]:
    with connection.cursor() as cursor:
        cursor.execute(_LATER, [batch.pk])
        rows = cursor.fetchall()
    imports = RegisterImport.objects.in_bulk([later for later, *_ in rows if later])
    for later, kind, count in rows:
        if later:
            yield Blocker(f"之后入库的名册“{imports[later].filename}”改动了同一些户或人，请先撤销那一次", count)
        else:
            yield Blocker(f"之后登记了人口变动：{Event(kind).label if kind else '其他'}", count)


def _unrecorded(batch: RegisterImport) -> Iterator[Blocker]:
    for table, model in MODELS.items():
        query = sql.SQL(_UNRECORDED).format(table=sql.Identifier(model._meta.db_table))
        with connection.cursor() as cursor:
            cursor.execute(query, [batch.pk, table.value, batch.applied_at])
            yield Blocker(f"之后又被修改过的{table.label}", cursor.fetchone()[0])


def _pointing_at_new(batch: RegisterImport) -> Iterator[Blocker]:
    """Rows of any app whose foreign key is a person or household that would go. Persons of the batch itself go with it."""
    for table in MODELS:
        for rows in pointing_at(table, new_rows(batch, table)):
            if _has_batch(rows.model):
                rows = rows.exclude(batch=batch)
            if rows.model is Person:
                rows = rows.exclude(pk__in=Change.objects.filter(batch=batch).values("object_id"))
            yield Blocker(f"新增的{table.label}已有{rows.model._meta.verbose_name}", rows.count())


def _has_batch(model) -> bool:
    """Whether its rows may be an import's own, which go with it."""
    return any(
        field.name == "batch" and field.related_model is RegisterImport for field in model._meta.concrete_fields
    )


# -- taking back --------------------------------------------------------------------------------------------------------
_STAND_UP = """
    UPDATE households_person AS row SET is_head = false FROM households_change AS noted
     WHERE noted.batch_id = %s AND noted."table" = 'person' AND noted.object_id = row.id AND row.is_head
"""
_REMOVE = """
    DELETE FROM {table} AS row USING households_change AS noted
     WHERE noted.batch_id = %s AND noted."table" = %s AND noted.before IS NULL AND noted.object_id = row.id
"""
_RESTORE = """
    UPDATE {table} AS row SET ({columns}) = (SELECT {columns} FROM jsonb_populate_record(row, noted.before))
      FROM households_change AS noted
     WHERE noted.batch_id = %s AND noted."table" = %s AND noted.before IS NOT NULL AND noted.object_id = row.id
"""


def take_back(batch: RegisterImport) -> None:
    """Restore, inside the caller's transaction. Nobody is seated as head before those of the batch stood up; households go last."""
    with connection.cursor() as cursor:
        cursor.execute(_STAND_UP, [batch.pk])
        for statement, table in (
            (_REMOVE, Change.Table.PERSON),
            (_RESTORE, Change.Table.PERSON),
            (_RESTORE, Change.Table.HOUSEHOLD),
            (_REMOVE, Change.Table.HOUSEHOLD),
        ):
            cursor.execute(_for(statement, MODELS[table]), [batch.pk, table.value])
        cursor.execute("DELETE FROM households_change WHERE batch_id = %s", [batch.pk])


def _for(statement: str, model) -> sql.Composable:
    columns = sql.SQL(", ").join(sql.Identifier(field.column) for field in model._meta.concrete_fields)
    return sql.SQL(statement).format(table=sql.Identifier(model._meta.db_table), columns=columns)
