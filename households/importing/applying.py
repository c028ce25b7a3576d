"""Write a plan: one transaction, COPY for what is new, one UPDATE for what changed, and what every row was before (for undoing and "as of").

Applying a file twice changes nothing; rows that do not change are not touched.
"""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pandas as pd
import pyarrow as pa
from django.db import connection
from django.utils import timezone
from psycopg2 import sql

from fangpin.copying import copy_columns, filled_bare
from fangpin.sealing import blind_many, places_of, seal_many
from households.choices import Leave
from households.importing.keeping import Writes
from households.importing.planning import Plan, make_plan
from households.importing.present import present_households, present_people
from households.importing.reading import Reading
from households.importing.texts import arrow, each
from households.models import Change, Household, Person, RegisterImport

PIECE = 20_000
MANY = 2_000
LOCK = "households.import"
GIVEN = "households_import_given"

# Field of the plan -> column of the table, where the names differ; the sealed ones become several.
_COLUMNS = {"household": "household_id", "village": "village_id"}
_PERSON_FIELDS = (
    "household", "name", "former_name", "initials", "id_type", "id_number", "birthday", "sex", "relation", "is_head", "phone", "ethnicity",
    "education", "student_status", "health", "labour", "minimum_living", "destitute", "disability_level", "other",
)  # fmt: skip
_HOUSEHOLD_FIELDS = ("village", "hamlet", "kind", "category", "risk_cleared", "phone", "other")
_DERIVED = ("head_name", "size")
# A ciphertext differs each time; it is replaced only when the blind index says that the value does.
_KEEPS_CIPHERTEXT = {"id_sealed": "id_index", "phone_sealed": "phone_index"}

_LEAVE = """
    UPDATE households_person SET left_on = %s, left_why = %s, is_head = false, updated_at = %s WHERE id = ANY(%s::uuid[])
"""
_STAND_DOWN = "UPDATE households_person SET is_head = false, updated_at = %s WHERE id = ANY(%s::uuid[])"
_DERIVE = """
    UPDATE households_household AS h SET size = counted.size, head_name = counted.head, updated_at = %s
      FROM (SELECT home.id, count(p.id) AS size, coalesce(max(p.name) FILTER (WHERE p.is_head), '') AS head
              FROM households_household home LEFT JOIN households_person p ON p.household_id = home.id AND p.left_on IS NULL
             WHERE home.id = ANY(%s::uuid[]) GROUP BY home.id) AS counted
     WHERE h.id = counted.id AND (h.size, h.head_name) IS DISTINCT FROM (counted.size, counted.head)
"""
_NOTE = """
    INSERT INTO households_change ("table", object_id, before, effective_on, at, batch_id)
    SELECT %s, row.id, to_jsonb(row), %s, %s, %s FROM {table} AS row WHERE row.id = ANY(%s::uuid[])
"""
# Of the households whose members change, not all change themselves.
_FORGET_UNCHANGED = """
    DELETE FROM households_change AS noted USING households_household AS row
     WHERE noted.batch_id = %s AND noted."table" = 'household' AND noted.object_id = row.id AND noted.before = to_jsonb(row)
"""


def difference(reading: Reading, county_code: str) -> Plan:
    """What the file would change in the register as it stands now."""
    reading.people["id_index"] = _hex("id", reading.people["id_number"])
    reading.people["phone_index"] = _hex("phone", reading.people["phone"])
    reading.households["phone_index"] = _hex("phone", reading.households["phone"])
    return make_plan(reading, present_households(), present_people(), county_code)


def take_turn() -> bool:
    """Hold the register for one import until the transaction ends; False when another import holds it.

    Whoever else would write in it waits; reading goes on.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtext(%s))", [LOCK])
        mine = cursor.fetchone()[0]
        if mine:
            cursor.execute("LOCK TABLE households_household, households_person IN SHARE ROW EXCLUSIVE MODE")
        return mine


def write(writes: Writes, batch: RegisterImport) -> datetime:
    """Write, inside the caller's transaction, and give the time that all rows bear. The order matters: nobody is seated as head before
    the old one stood up."""
    many = len(writes.new_people) > MANY
    with filled_bare(*((Household, Person, Change) if many else ())):
        now = _write(writes, batch)
    if many:  # the planner should know at once, not when autovacuum comes by
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE households_household, households_person, households_change")
    return now


def _write(writes: Writes, batch: RegisterImport) -> datetime:
    now = timezone.now()
    _note(Household, [*writes.changed_households["id"], *writes.touched], batch, now)
    _note(Person, [*writes.changed_people["id"], *writes.gone, *writes.unseated], batch, now)
    _insert(Household, writes.new_households, (*_HOUSEHOLD_FIELDS, *_DERIVED), {}, batch, now)
    _update(Household, writes.changed_households, _HOUSEHOLD_FIELDS, writes.household_fields, now)
    with connection.cursor() as cursor:
        cursor.execute(_LEAVE, [timezone.localdate(), Leave.GONE_FROM_LIST, now, writes.gone])
        cursor.execute(_STAND_DOWN, [now, writes.unseated])
    _update(Person, writes.changed_people, _PERSON_FIELDS, writes.person_fields, now)
    _insert(Person, writes.new_people, _PERSON_FIELDS, {"left_on": None, "left_why": ""}, batch, now)
    with connection.cursor() as cursor:
        cursor.execute(_DERIVE, [now, writes.touched])
        cursor.execute(_FORGET_UNCHANGED, [batch.pk])
    return now


# -- what was before ----------------------------------------------------------------------------------------------------
def _note(model, ids: list[str], batch: RegisterImport, now: datetime) -> None:
    query = sql.SQL(_NOTE).format(table=sql.Identifier(model._meta.db_table))
    with connection.cursor() as cursor:
        cursor.execute(query, [_table(model).value, timezone.localdate(), now, batch.pk, list(dict.fromkeys(ids))])


def _note_new(model, ids: pd.Series, batch: RegisterImport, now: datetime) -> None:
    same = {
        "table": _table(model).value,
        "effective_on": str(timezone.localdate()),
        "at": str(now),
        "batch": str(batch.pk),
    }
    copy_columns(Change, {"object_id": ids} | same)


def _table(model) -> Change.Table:
    return Change.Table.PERSON if model is Person else Change.Table.HOUSEHOLD


# -- new ----------------------------------------------------------------------------------------------------------------
def _insert(
    model, frame: pd.DataFrame, fields: tuple[str, ...], more: dict, batch: RegisterImport, now: datetime
) -> None:
    same = more | {"updated_at": str(now)}

    def columns(piece: pd.DataFrame) -> dict:
        return {"id": piece["id"], "number": piece["number"], **_values(model, piece, fields), **same}

    for written in _made_ahead(columns, _pieces(frame)):
        copy_columns(model, written)
        _note_new(model, written["id"], batch, now)


def _made_ahead(make: Callable[[pd.DataFrame], dict], pieces: Iterable[pd.DataFrame]) -> Iterator[dict]:
    """``make`` of each piece, one ahead: the next one is sealed while PostgreSQL takes the one before."""
    with ThreadPoolExecutor(max_workers=1) as aside:
        made = None
        for piece in pieces:
            coming = aside.submit(make, piece)
            if made:
                yield made.result()
            made = coming
        if made:
            yield made.result()


def _pieces(frame: pd.DataFrame) -> Iterator[pd.DataFrame]:
    """Rows that are copied at one time: all 300,000 of a county would stand in memory three times over."""
    for start in range(0, len(frame), PIECE):
        yield frame.iloc[start : start + PIECE]


# -- changed ------------------------------------------------------------------------------------------------------------
def _update(model, frame: pd.DataFrame, order: tuple[str, ...], fields: frozenset[str], now: datetime) -> None:
    """Write ``fields`` of the rows of ``frame``, which has their ``id``; a person is back in the register by it."""
    if frame.empty:
        return
    written = [name for name in order if name in fields]
    columns = list(_values(model, frame.iloc[:0], written))
    names = {"table": sql.Identifier(model._meta.db_table), "given": sql.Identifier(GIVEN)}
    listed = sql.SQL(", ").join(map(sql.Identifier, ("id", *columns)))
    returns = sql.SQL("left_on = NULL, left_why = '', " if model is Person else "")
    sets = returns + sql.SQL(", ").join(map(_assignment, columns))
    create = sql.SQL("CREATE TEMP TABLE {given} AS SELECT {listed} FROM {table} WITH NO DATA")
    update = sql.SQL(
        "UPDATE {table} AS present SET {sets}, updated_at = %s FROM {given} AS given WHERE present.id = given.id"
    )
    with connection.cursor() as cursor:
        cursor.execute(create.format(listed=listed, **names))
        for piece in _pieces(frame):
            copy_columns(model, {"id": piece["id"], **_values(model, piece, written)}, table=GIVEN)
        cursor.execute(update.format(sets=sets, **names), [now])
        cursor.execute(sql.SQL("DROP TABLE {given}").format(**names))


def _assignment(name: str) -> sql.Composable:
    column = sql.Identifier(name)
    if name not in _KEEPS_CIPHERTEXT:
        return sql.SQL("{0} = given.{0}").format(column)
    index = sql.Identifier(_KEEPS_CIPHERTEXT[name])
    keep = "{0} = CASE WHEN present.{1} IS NOT DISTINCT FROM given.{1} THEN present.{0} ELSE given.{0} END"
    return sql.SQL(keep).format(column, index)


# -- values -------------------------------------------------------------------------------------------------------------
def _values(model, frame: pd.DataFrame, fields) -> dict[str, pd.Series | pa.Array]:
    """Table column -> values as COPY reads them, for the fields asked for."""
    values: dict[str, pd.Series | pa.Array] = {}
    for name in fields:
        column = frame[name]
        if name == "id_number":
            tails = each(column, lambda number: number[-6:])
            values |= {
                "id_sealed": _sealed(model, "id_sealed", frame["id"], column),
                "id_index": _bytes(frame["id_index"]),
            }
            values["id_tail_index"] = _bytes(_hex("id_tail", tails))
        elif name == "phone":
            sealed = _sealed(model, "phone_sealed", frame["id"], column)
            values |= {"phone_sealed": sealed, "phone_index": _bytes(frame["phone_index"])}
        elif name == "birthday":
            values[name] = _null(column)
        elif name == "household":
            values["household_id"] = frame["household_id"]
        else:
            values[_COLUMNS.get(name, name)] = column
    return values


def _sealed(model, column: str, ids: pd.Series, texts: pd.Series) -> pa.Array:
    sealed = seal_many(texts, places_of(model, column, ids))
    return pa.array(["\\x" + blob.hex() for blob in sealed], pa.string())


def _null(column: pd.Series) -> pd.Series:
    """Nothing is NULL."""
    return column.mask(column == "")


def _bytes(indexes: pd.Series) -> pd.Series:
    return _null(("\\x" + indexes).mask(indexes == "", ""))


def _hex(domain: str, texts: pd.Series) -> pd.Series:
    found = [index.hex() if index else "" for index in blind_many(domain, arrow(texts).to_pylist())]
    return pd.Series(found, index=texts.index, dtype="str")
