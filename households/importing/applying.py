"""Write a plan: one transaction, COPY for what is new, pages of UPDATE for what changed. Applying a file twice changes nothing."""

import json
import uuid
from collections.abc import Iterator
from datetime import date

import pandas as pd
from django.db import connection
from django.utils import timezone
from psycopg2 import sql

from fangpin.copying import copy_rows
from fangpin.sealing import blind_many, places_of, seal_many
from households.choices import Leave
from households.importing.planning import Plan, make_plan
from households.importing.present import present_households, present_people
from households.importing.reading import Reading
from households.models import Household, Person

PAGE = 2_000
PIECE = 20_000
LOCK = "households.import"
GIVEN = "households_import_given"

# Field of the plan -> column of the table, where the names differ; the sealed ones become several.
_COLUMNS = {"household": "household_id", "village": "village_id"}
_PERSON_FIELDS = (
    "household", "name", "former_name", "initials", "id_type", "id_number", "birthday", "sex", "relation", "is_head", "phone", "ethnicity",
    "education", "student_status", "health", "labour", "minimum_living", "destitute", "disability_level", "other",
)  # fmt: skip
_HOUSEHOLD_FIELDS = ("village", "hamlet", "kind", "category", "risk_cleared", "phone", "other")
# A ciphertext differs each time; it is replaced only when the blind index says that the value does.
_KEEPS_CIPHERTEXT = {"id_sealed": "id_index", "phone_sealed": "phone_index"}

_DERIVE = """
    UPDATE households_household AS h SET size = counted.size, head_name = counted.head
      FROM (SELECT home.id, count(p.id) AS size, coalesce(max(p.name) FILTER (WHERE p.is_head), '') AS head
              FROM households_household home LEFT JOIN households_person p ON p.household_id = home.id AND p.left_on IS NULL
             WHERE home.number = ANY(%s) GROUP BY home.id) AS counted
     WHERE h.id = counted.id AND (h.size, h.head_name) IS DISTINCT FROM (counted.size, counted.head)
"""


def difference(reading: Reading, county_code: str) -> Plan:
    """What the file would change in the register as it stands now."""
    reading.people["id_index"] = _hex("id", reading.people["id_number"])
    reading.people["phone_index"] = _hex("phone", reading.people["phone"])
    reading.households["phone_index"] = _hex("phone", reading.households["phone"])
    return make_plan(reading, present_households(), present_people(), county_code)


def take_turn() -> bool:
    """Hold the register for one import until the transaction ends; False when another import holds it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtext(%s))", [LOCK])
        return cursor.fetchone()[0]


def write_plan(plan: Plan) -> None:
    """Write, inside the caller's transaction. The order matters: nobody is seated as head before the old one stood up."""
    now, homes = timezone.now(), dict(plan.household_ids)
    _insert_households(plan.new_households, homes, now)
    if not plan.changed_households.empty:
        _update(Household, plan.changed_households, _HOUSEHOLD_FIELDS, plan.household_fields, homes, now)
    today = timezone.localdate()
    _update_ids(plan.gone, left_on=today, left_why=Leave.GONE_FROM_LIST, is_head=False, updated_at=now)
    _update_ids(plan.unseated, is_head=False, updated_at=now)
    if not plan.changed_people.empty:
        _update(Person, plan.changed_people, _PERSON_FIELDS, plan.person_fields, homes, now)
    _insert_people(plan.new_people, homes, now)
    with connection.cursor() as cursor:
        cursor.execute(_DERIVE, [plan.touched])
        if len(plan.new_people) > PAGE:  # the planner should know at once, not when autovacuum comes by
            cursor.execute("ANALYZE households_household")
            cursor.execute("ANALYZE households_person")


def written_households(plan: Plan) -> list[uuid.UUID]:
    """Keys of the households that the plan made or changed, after it was written."""
    numbers = [*plan.new_households["number"], *plan.changed_households["number"]]
    return list(Household.objects.filter(number__in=numbers).values_list("pk", flat=True))


def _update_ids(ids: list[str], **changes) -> None:
    for start in range(0, len(ids), PAGE):
        Person.objects.filter(pk__in=ids[start : start + PAGE]).update(**changes)


# -- new ----------------------------------------------------------------------------------------------------------------
def _insert_households(frame: pd.DataFrame, homes: dict[str, str], now) -> None:
    for piece in _pieces(frame):
        ids = [uuid.uuid4() for _ in range(len(piece))]
        homes.update(zip(piece["number"], map(str, ids), strict=True))
        empty = {"head_name": [""] * len(ids), "size": [0] * len(ids)}  # until _DERIVE
        _copy(Household, piece, ids, _HOUSEHOLD_FIELDS, homes, empty | {"updated_at": [now] * len(ids)})


def _insert_people(frame: pd.DataFrame, homes: dict[str, str], now) -> None:
    for piece in _pieces(frame):
        ids = [uuid.uuid4() for _ in range(len(piece))]
        here = {"left_on": [None] * len(ids), "left_why": [""] * len(ids), "updated_at": [now] * len(ids)}
        _copy(Person, piece, ids, _PERSON_FIELDS, homes, here)


def _copy(
    model, frame: pd.DataFrame, ids: list, fields: tuple[str, ...], homes: dict[str, str], more: dict[str, list]
) -> None:
    columns = {"id": ids, "number": frame["number"].tolist(), **_values(model, frame, ids, fields, homes), **more}
    copy_rows(model, list(columns), zip(*columns.values(), strict=True))


def _pieces(frame: pd.DataFrame) -> Iterator[pd.DataFrame]:
    """Rows that are Python values at one time: all 300,000 of a county would take two gigabytes."""
    for start in range(0, len(frame), PIECE):
        yield frame.iloc[start : start + PIECE]


# -- changed ------------------------------------------------------------------------------------------------------------
def _update(
    model, frame: pd.DataFrame, order: tuple[str, ...], fields: frozenset[str], homes: dict[str, str], now
) -> None:
    """Write ``fields`` of the rows of ``frame``, which has their ``id``; a person is back in the register by it."""
    written = [name for name in order if name in fields]
    columns = list(_values(model, frame.iloc[:0], [], written, homes))
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
            ids = piece["id"].tolist()
            values = _values(model, piece, ids, written, homes)
            copy_rows(model, ["id", *values], zip(ids, *values.values(), strict=True), table=GIVEN)
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
def _values(model, frame: pd.DataFrame, ids: list, fields, homes: dict[str, str]) -> dict[str, list]:
    """Table column -> Python values, for the fields asked for."""
    values: dict[str, list] = {}
    for name in fields:
        column = frame[name].tolist()
        if name == "id_number":
            sealed = seal_many(column, places_of(model, "id_sealed", ids))
            tails = blind_many("id_tail", [number[-6:] for number in column])
            values |= {"id_sealed": sealed, "id_index": _bytes(frame["id_index"]), "id_tail_index": tails}
        elif name == "phone":
            sealed = seal_many(column, places_of(model, "phone_sealed", ids))
            values |= {"phone_sealed": sealed, "phone_index": _bytes(frame["phone_index"])}
        elif name == "household":
            values["household_id"] = [homes[number] for number in column]
        else:
            values[_COLUMNS.get(name, name)] = _plain(name, column)
    return values


def _plain(name: str, column: list) -> list:
    if name == "birthday":
        return [date.fromisoformat(day) if day else None for day in column]
    return list(map(json.loads, column)) if name == "other" else column


def _bytes(indexes: pd.Series) -> list[bytes | None]:
    return [bytes.fromhex(index) if index else None for index in indexes]


def _hex(domain: str, texts: pd.Series) -> pd.Series:
    found = [index.hex() if index else "" for index in blind_many(domain, texts)]
    return pd.Series(found, index=texts.index, dtype="str")
