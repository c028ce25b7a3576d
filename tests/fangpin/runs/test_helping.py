"""Helpers of a command: processes that do what they are told, and never outlive it."""

import os
import signal
import subprocess
import sys
import time

import psutil
import pytest
from django.conf import settings

from fangpin.runs import helping
from fangpin.runs.helping import helped, places, tell
from fangpin.runs.models import State
from fangpin.runs.queue import enqueue
from tests.builders import COUNTY, a_county

COMMAND = """
import django; django.setup()
from fangpin.runs import helping
with helping.helped():
    print(helping._helpers[0].pid, flush=True)
    input()
"""


@pytest.fixture(autouse=True)
def two_cores(monkeypatch):
    monkeypatch.setattr(os, "cpu_count", lambda: 2)


def until(condition, seconds=60):
    begun = time.monotonic()
    while not condition():
        assert time.monotonic() - begun < seconds
        time.sleep(0.05)


@pytest.mark.django_db(transaction=True)
def test_a_helper_does_the_runs_it_is_told_of_on_this_database():
    a_county()
    run = enqueue(kind="quality.check", key=COUNTY, task="households.check_quality")
    with helped():
        (helper,) = helping._helpers
        assert tell([run.pk])
        until(lambda: not type(run).objects.alive().exists())
    run.refresh_from_db()
    assert (run.state, run.attempt, run.counts["rows"]) == (State.DONE, 1, 0)
    assert helper.returncode is not None


@pytest.mark.django_db(transaction=True)
def test_a_helper_that_died_is_no_obstacle():
    with helped():
        (helper,) = helping._helpers
        helper.kill()
        helper.wait()
        assert tell([1, 2])


@pytest.mark.django_db
def test_inside_a_transaction_nobody_could_help():
    with helped():
        assert not tell([1])


@pytest.mark.django_db(transaction=True)
def test_a_helper_ends_with_a_command_that_is_killed():
    environment = os.environ | places() | {"DJANGO_SETTINGS_MODULE": "fangpin.settings"}
    arguments = [sys.executable, "-c", COMMAND]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(arguments, cwd=settings.BASE_DIR, env=environment, **pipes) as command:
        helper = psutil.Process(int(command.stdout.readline()))
        command.send_signal(signal.SIGKILL)
        until(lambda: not helper.is_running() or helper.status() == psutil.STATUS_ZOMBIE)
