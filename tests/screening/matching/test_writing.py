"""Matches written as columns: what the table holds afterwards, and what the table must not cost."""

import pytest
from django.db import connection

from screening.choices import MatchState
from screening.models import RowMatch
from tests.builders import a_person
from tests.screening.builders import an_extract, house, match_at, run_the_month

pytestmark = pytest.mark.django_db


def test_no_foreign_key_is_checked_row_by_row():
    """Two of them cost eight times what the rows themselves do (performance.md 5)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conname FROM pg_constraint WHERE conrelid = %s::regclass AND contype = 'f'",
            [RowMatch._meta.db_table],
        )
        assert cursor.fetchall() == []


def test_a_settled_and_an_unknown_row_are_kept_as_they_were_decided():
    person = a_person(is_head=True)
    extract = an_extract("HOU-R", house(person), {"name": "查无此人", "grade": "C", "village": "上坪村"})
    run_the_month()
    settled, unknown = match_at(extract), match_at(extract, 3)
    assert (settled.state, settled.person, settled.candidates, settled.row_index) == (
        MatchState.CERTAIN,
        person,
        [],
        None,
    )
    assert settled.evidence["number"] == settled.evidence["name"] == "相同"
    assert (unknown.state, unknown.person, unknown.household) == (MatchState.NONE, None, None)
    assert (unknown.note, unknown.name) == ("登记中没有找到这个人", "")
