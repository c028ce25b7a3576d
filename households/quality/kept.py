"""Which columns a county's register keeps: a column that its exports lack is nobody's gap, and the checks that ask for it sleep."""

from django.db import connection
from psycopg2 import sql

from households.fields import BY_KEY
from households.models import QualityCheck
from households.quality import outside
from households.quality.catalogue import RULES
from households.quality.facts import other
from households.values import Of

KEPT_SHARE = 0.05  # filled for fewer than one in twenty: not kept yet, but tried out
# Columns that only some people have at all: kept among those who have the other.
_AMONG = {"post_months": "post"}


def asked_columns() -> tuple[str, ...]:
    return tuple(dict.fromkeys(column for rule in RULES for column in rule.asks))


def kept_columns(county_code: str) -> frozenset[str]:
    """As the last check of the county saw it; looked up where there was none yet."""
    last = QualityCheck.objects.filter(county=county_code).first()
    return frozenset(last.kept) if last else find_kept(county_code)


def find_kept(county_code: str) -> frozenset[str]:
    """The columns, among those that checks ask for, that are filled for KEPT_SHARE of the county's people or households."""
    asked = [column for column in asked_columns() if column in BY_KEY]
    people = _filled(
        [column for column in asked if BY_KEY[column].of == Of.PERSON],
        "p",
        "households_person p JOIN households_household h ON h.id = p.household_id WHERE p.left_on IS NULL AND",
        county_code,
    )
    homes = _filled(
        [column for column in asked if BY_KEY[column].of == Of.HOUSEHOLD],
        "h",
        "households_household h WHERE h.size > 0 AND",
        county_code,
    )
    return people | homes | (outside.contributed_columns() & set(asked_columns()))


def _filled(columns: list[str], table: str, source: str, county_code: str) -> frozenset[str]:
    counts = [sql.SQL("count(*) FILTER (WHERE {} <> '')").format(_value(table, column)) for column in columns]
    totals = [
        sql.SQL("count(*) FILTER (WHERE {})").format(
            sql.SQL("{} <> ''").format(_value(table, _AMONG[column])) if column in _AMONG else sql.SQL("true")
        )
        for column in columns
    ]
    query = sql.SQL("SELECT {} FROM {} h.village_id LIKE {}").format(
        sql.SQL(", ").join(counts + totals), sql.SQL(source), sql.Literal(f"{county_code}%")
    )
    with connection.cursor() as cursor:
        cursor.execute(query)
        figures = cursor.fetchone()
    pairs = zip(columns, figures[: len(columns)], figures[len(columns) :], strict=True)
    return frozenset(column for column, filled, total in pairs if total and filled >= KEPT_SHARE * total)


def _value(table: str, column: str) -> sql.Composable:
    field = BY_KEY[column]
    return (
        sql.SQL("{}.{}").format(sql.Identifier(table), sql.Identifier(field.column))
        if field.column
        else other(table, column)
    )
