"""The canary counties, made once per module inside a transaction that is rolled back."""

import sys

import pytest
from django.db import transaction
from django.test import override_settings

from tests.security.actors import COUNTIES
from tests.security.comparison_world import a_round
from tests.security.matrix import Report
from tests.security.returns_world import with_returns
from tests.security.rounds_world import with_rounds
from tests.security.verification_world import with_tasks
from tests.security.world import a_world


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker, tmp_path_factory):
    """The world of tests.security.world. Tests that ask for it carry the mark ``django_db``: each has a savepoint of its own."""
    uploads = tmp_path_factory.mktemp("uploads")
    with (
        override_settings(UPLOAD_DIR=uploads),
        django_db_blocker.unblock(),
        transaction.atomic(),
    ):
        made = with_returns(with_tasks(with_rounds(a_world())))
        for county in COUNTIES:
            a_round(made, county)
        yield made
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def total(request):
    """Adds up the attempts, and says how many there were whatever pytest does with output."""
    report = Report()
    yield report
    line = f"T1 unauthorised reads, T2 unauthorised writes: {len(report.findings)} in {report.attempts:,} attempts"
    with request.config.pluginmanager.getplugin("capturemanager").global_and_fixture_disabled():
        print(f"\n{line}, {report.denied_writes:,} of them denied writes", file=sys.stderr)
