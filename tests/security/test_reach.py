"""Nobody reaches what is not the own: every URL, every role, every method, somebody else's things (security.md 2.1, T1, T2)."""

import pytest

from tests.security.matrix import ask_all
from tests.security.routes import ROUTES, names_of_all_routes

pytestmark = pytest.mark.django_db


def test_every_url_has_its_line_in_the_table():
    assert sorted(names_of_all_routes()) == sorted(ROUTES)


def test_nobody_reads_or_writes_what_is_not_the_own(world, capsys):
    report = ask_all(world)
    with capsys.disabled():
        print(f"\nT1 unauthorised reads: {len(report.findings)} findings in {report.attempts:,} attempts")
    assert report.findings == []
