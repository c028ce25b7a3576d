"""Keep what a check found of a part of the register, inside the caller's transaction: one row per open problem, however often it is seen.

A problem that is found again keeps its first day and what was said about it; one that is not found any more is gone and stays as a record.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import pandas as pd
from django.db import connection
from django.utils import timezone
from psycopg2 import sql

from fangpin.copying import copy_rows
from households.models import Household, QualityProblem

_COLUMNS = ("code", "severity", "household", "person", "division", "values")
_LEVELS = (12, 9, 6)  # digits of a village's, a township's, a county's code
_SAME = "p.household_id = f.household_id AND p.person_id IS NOT DISTINCT FROM f.person_id AND p.code = f.code"

_TABLE = """
    CREATE TEMP TABLE quality_found ON COMMIT DROP AS
    SELECT code, severity, household_id, person_id, division_id, "values" FROM households_qualityproblem WITH NO DATA
"""
_SEEN = f"""
    UPDATE households_qualityproblem p SET last_seen = %s, severity = f.severity, division_id = f.division_id, "values" = f."values"
      FROM quality_found f WHERE p.gone_at IS NULL AND {_SAME}
"""  # noqa: S608 - names of columns, no input
_NEW = f"""
    INSERT INTO households_qualityproblem (id, code, severity, household_id, person_id, division_id, "values", first_seen, last_seen,
                                           explanation, exemption_id)
    SELECT gen_random_uuid(), f.code, f.severity, f.household_id, f.person_id, f.division_id, f."values", %(now)s, %(now)s, '',
           (SELECT e.id FROM households_exemption e
             WHERE e.household_id = f.household_id AND e.code = f.code AND e.person_id IS NOT DISTINCT FROM f.person_id
               AND e.ended_at IS NULL AND e.until >= %(today)s ORDER BY e.until DESC LIMIT 1)
      FROM quality_found f
     WHERE NOT EXISTS (SELECT FROM households_qualityproblem p WHERE p.gone_at IS NULL AND {_SAME})
"""  # noqa: S608 - names of columns, no input
_GONE = """
    UPDATE households_qualityproblem p SET gone_at = %s FROM households_household h
     WHERE p.gone_at IS NULL AND p.household_id = h.id AND {where}
       AND NOT EXISTS (SELECT FROM quality_found f WHERE {same})
"""


@dataclass(frozen=True)
class Stored:
    """How many problems of a part are open now, were not there before, and are gone."""

    found: int = 0
    new: int = 0
    gone: int = 0

    def __add__(self, more: "Stored") -> "Stored":
        return Stored(self.found + more.found, self.new + more.new, self.gone + more.gone)


def store(found: pd.DataFrame, homes: pd.DataFrame, where: sql.Composable) -> Stored:
    """``found`` (evaluate.FOUND) is all there is to find of the households that ``where`` (over the alias h) takes in; ``homes`` their frame."""
    now = timezone.now()
    villages = dict(zip(homes["household"], homes["village"], strict=True))
    with connection.cursor() as cursor:
        cursor.execute(_TABLE)
        copy_rows(QualityProblem, _COLUMNS, _lines(found, villages), table="quality_found")
        cursor.execute(_SEEN, [now])
        cursor.execute(_NEW, {"now": now, "today": timezone.localdate(now)})
        new = cursor.rowcount
        gone = sql.SQL(_GONE.replace("%s", "{now}")).format(now=sql.Literal(now), where=where, same=sql.SQL(_SAME))
        cursor.execute(gone)
        gone = cursor.rowcount
        cursor.execute("DROP TABLE quality_found")
    return Stored(len(found), new, gone)


def _lines(found: pd.DataFrame, villages: dict[str, str]) -> Iterator[tuple]:
    far = _villages_of(found["values"], villages)
    for code, household, person, severity, values in found.itertuples(index=False):
        reach = {villages[household], *(far[home] for home in _homes(values) if home in far)}
        yield code, severity, household, person, common_division(reach), _plain(values)


def _homes(values: dict) -> list[str]:
    """The households that a problem concerns besides its own (``sharing``)."""
    return values.get("homes", "").split()


def _villages_of(values: Iterable[dict], known: dict[str, str]) -> dict[str, str]:
    wanted = {home for one in values for home in _homes(one)}
    missing = Household.objects.filter(pk__in=wanted - known.keys()).values_list("pk", "village_id")
    return {**{home: known[home] for home in wanted & known.keys()}, **{str(pk): village for pk, village in missing}}


def common_division(codes: Iterable[str]) -> str:
    """The code of the smallest division that holds all these villages."""
    codes = set(codes)
    return next(
        prefix for digits in _LEVELS for prefix in [min(codes)[:digits]] if all(c.startswith(prefix) for c in codes)
    )


def _plain(values: dict) -> dict:
    """Numbers of numpy as Python's own."""
    return {name: value.item() if hasattr(value, "item") else value for name, value in values.items()}
