"""Changing a status: compare-and-set, and refusals that leave row and object as they were."""

import pytest
from django.utils import timezone

from fangpin.runs.models import Run, State
from fangpin.transitions import NotAllowed, Stale, move

pytestmark = pytest.mark.django_db


@pytest.fixture
def run():
    return Run.objects.create(kind="test", key="1", task="none")


def test_a_status_moves_with_what_goes_with_it(run):
    move(run, "state", State.QUEUED, State.RUNNING, note="开始")

    run.refresh_from_db()
    assert (run.state, run.note) == (State.RUNNING, "开始")


def test_any_of_several_sources_will_do(run):
    move(run, "state", [State.WAITING, State.QUEUED], State.RUNNING)
    assert Run.objects.get().state == State.RUNNING


def test_who_comes_second_is_told_so(run):
    second = Run.objects.get()
    move(run, "state", State.QUEUED, State.RUNNING)

    with pytest.raises(Stale, match="刚刚被他人处理"):
        move(second, "state", State.QUEUED, State.WAITING, note="第二个")

    assert (second.state, second.note) == (State.QUEUED, "")
    assert (Run.objects.get().state, Run.objects.get().note) == (State.RUNNING, "")


def test_a_constraint_speaks_before_the_database(run):
    with pytest.raises(NotAllowed):
        move(run, "state", State.QUEUED, State.DONE)

    assert run.state == State.QUEUED
    assert Run.objects.get().state == State.QUEUED


def test_done_needs_its_time(run):
    move(run, "state", State.QUEUED, State.DONE, finished_at=timezone.now())
    assert Run.objects.get().state == State.DONE
