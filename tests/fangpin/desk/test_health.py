"""The health check, which needs no log-in."""

from datetime import timedelta

import pytest
from django.db import OperationalError
from django.utils import timezone

from fangpin.desk import health
from fangpin.runs.models import Run, State


@pytest.fixture(autouse=True)
def nothing_known(monkeypatch):
    monkeypatch.setattr(health, "_good", False)


@pytest.mark.django_db
def test_well_when_the_database_answers(client):
    assert client.get("/healthz").json() == {"status": "ok", "oldest_wait": 0}


@pytest.mark.django_db
def test_how_long_the_oldest_run_has_waited(client):
    run = Run.objects.create(kind="test", key="1", task="none")
    Run.objects.create(kind="test", key="2", task="none", state=State.RUNNING)
    Run.objects.update(created_at=timezone.now() - timedelta(seconds=90))
    Run.objects.filter(pk=run.pk).update(created_at=timezone.now() - timedelta(seconds=60))

    assert client.get("/healthz").json()["oldest_wait"] in {60, 61}


@pytest.mark.django_db
def test_unwell_while_migrations_are_missing(client, monkeypatch):
    monkeypatch.setattr(health.MigrationExecutor, "migration_plan", lambda self, targets: ["one"])
    response = client.get("/healthz")

    assert (response.status_code, response.json()) == (503, {"status": "not migrated"})


@pytest.mark.django_db
def test_migrations_are_looked_at_once(client, django_assert_num_queries):
    client.get("/healthz")
    with django_assert_num_queries(1):
        client.get("/healthz")


def test_unwell_without_a_database(client, monkeypatch):
    def gone(connection):
        raise OperationalError("connection refused at 10.0.0.1")

    monkeypatch.setattr(health, "MigrationExecutor", gone)
    response = client.get("/healthz")

    assert (response.status_code, response.json()) == (503, {"status": "no database"})
