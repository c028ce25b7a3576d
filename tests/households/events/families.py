"""Families for tests of life events, and what the register looks like afterwards."""

import hashlib
from datetime import date

from django.db import connection
from psycopg2 import sql

from households.choices import Sex
from households.models import Household, Person
from tests.builders import a_household, a_person

DAY, NEXT = date(2021, 6, 3), date(2021, 6, 10)
BEFORE = date(2021, 6, 2)
_ROWS = sql.SQL("SELECT string_agg((to_jsonb(row) - 'updated_at')::text, chr(10) ORDER BY id) FROM {table} AS row")


def a_family(village=None, **fields) -> tuple[Household, Person, Person, Person]:
    """A household with head (male), wife and son."""
    home = a_household(village, people=0, **fields)
    head = a_person(home, name="莫大山", is_head=True, relation="户主")
    wife = a_person(home, name="秦秀芳", relation="配偶", sex=Sex.FEMALE)
    son = a_person(home, name="莫小山", relation="之子", birthday=date(1995, 4, 1))
    home.refresh_from_db()
    return home, head, wife, son


def state() -> dict[str, tuple[str, str, bool, str]]:
    """name -> (relation, head of the household, is head, why left) of everybody in the register."""
    people = Person.objects.select_related("household").order_by("name")
    return {p.name: (p.relation, p.household.head_name, p.is_head, p.left_why) for p in people}


def digest() -> str:
    """Every column of households and people but the time of the last write."""
    with connection.cursor() as cursor:
        texts = []
        for table in ("households_household", "households_person"):
            cursor.execute(_ROWS.format(table=sql.Identifier(table)))
            texts.append(cursor.fetchone()[0] or "")
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()


def in_step(household: Household) -> bool:
    """Derived columns agree with the members, and there is one head where there are members."""
    household.refresh_from_db()
    members = list(household.members.present())
    heads = [person.name for person in members if person.is_head]
    return household.size == len(members) and heads == ([household.head_name] if members else [])
