"""Putting work into the queue, sending again what was lost, doing it here and now."""

import threading
from datetime import timedelta

import pytest
from celery import current_app, shared_task
from django.db import connection, transaction
from django.utils import timezone

from fangpin.runs import queue
from fangpin.runs.lease import Waiting, working
from fangpin.runs.models import Run, State
from fangpin.runs.queue import claimable, drain, enqueue, sweep, wake
from fangpin.transitions import NotAllowed
from tests.builders import a_user

pytestmark = pytest.mark.django_db

NOW = timezone.now


@pytest.fixture(autouse=True)
def sent(monkeypatch):
    """The messages that went out, as (task, run)."""
    messages = []
    monkeypatch.setattr(current_app, "send_task", lambda task, args, **options: messages.append((task, *args)))
    return messages


def a_run(**fields):
    return Run.objects.create(**{"kind": "test", "key": str(Run.objects.count()), "task": "none", **fields})


def test_the_message_goes_out_after_commit_and_carries_the_run_alone(sent, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        run = enqueue(kind="test", key="1", task="some.task", by=a_user())
        assert sent == []

    assert sent == [("some.task", run.pk)]
    assert Run.objects.get().sent_at is not None


def test_work_that_is_under_way_is_not_begun_twice(sent, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        first, second = (enqueue(kind="test", key="1", task="none") for _ in range(2))

    assert first == second
    assert len(sent) == 1


def test_work_that_is_over_may_begin_again():
    first = enqueue(kind="test", key="1", task="none")
    Run.objects.update(state=State.FAILED, finished_at=NOW())

    assert enqueue(kind="test", key="1", task="none") != first


def test_work_under_way_becomes_a_child_of_who_needs_it():
    alone, parent = enqueue(kind="test", key="1", task="none"), a_run(key="parent")
    assert enqueue(kind="test", key="1", task="none", parent=parent) == alone

    assert list(parent.children.all()) == [alone]


def test_a_child_stays_with_its_first_parent():
    first, second = a_run(key="p1"), a_run(key="p2")
    child = enqueue(kind="test", key="1", task="none", parent=first)
    enqueue(kind="test", key="1", task="none", parent=second)

    child.refresh_from_db()
    assert child.parent == first


def test_a_dead_broker_fails_no_act(monkeypatch, caplog):
    def dead(*args, **options):
        raise ConnectionError("redis://secret")

    monkeypatch.setattr(current_app, "send_task", dead)
    wake(a_run())

    assert Run.objects.get().state == State.QUEUED
    assert "secret" not in caplog.text


@pytest.mark.parametrize(
    ("state", "seconds_since_sent", "seconds_of_lease", "attempt", "again"),
    [
        (State.QUEUED, None, None, 0, True),
        (State.QUEUED, 5, None, 0, False),
        (State.QUEUED, 25, None, 0, False),
        (State.QUEUED, 35, None, 0, True),
        (State.QUEUED, 5, None, 1, False),
        (State.QUEUED, 15, None, 1, True),
        (State.RUNNING, 60, 10, 1, False),
        (State.RUNNING, 60, -1, 1, True),
        (State.RUNNING, 5, -1, 1, False),
        (State.WAITING, 60, None, 1, True),
        (State.DONE, 60, None, 1, False),
        (State.FAILED, 60, None, 1, False),
    ],
)
def test_the_sweep_sends_again_what_nobody_holds(sent, state, seconds_since_sent, seconds_of_lease, attempt, again):
    ago = lambda seconds: None if seconds is None else NOW() - timedelta(seconds=seconds)  # noqa: E731
    finished = NOW() if state in {State.DONE, State.FAILED} else None
    lease = None if seconds_of_lease is None else NOW() + timedelta(seconds=seconds_of_lease)
    run = a_run(state=state, sent_at=ago(seconds_since_sent), lease_until=lease, attempt=attempt, finished_at=finished)

    assert sweep() == again
    assert sent == [("none", run.pk)] * again
    assert sweep() == 0


def test_the_sweep_leaves_a_parent_whose_children_still_work(sent):
    parent = a_run(state=State.WAITING)
    child = a_run(parent=parent, state=State.RUNNING, lease_until=NOW() + timedelta(seconds=20))
    assert sweep() == 0

    Run.objects.filter(pk=child.pk).update(state=State.FAILED, finished_at=NOW())
    assert sweep() == 1
    assert sent == [("none", parent.pk)]


def test_the_sweep_is_throttled(sent):
    runs = [a_run() for _ in range(queue.RESEND_AT_ONCE + 5)]
    assert sweep() == queue.RESEND_AT_ONCE
    assert [run for _, run in sent] == [run.pk for run in runs[: queue.RESEND_AT_ONCE]]
    assert sweep() == 5


def test_a_parent_is_not_taken_before_its_last_child_ended():
    parent = a_run(state=State.WAITING)
    child = a_run(parent=parent)
    assert not Run.objects.filter(claimable(), pk=parent.pk).exists()

    Run.objects.filter(pk=child.pk).update(state=State.DONE, finished_at=NOW())
    assert Run.objects.filter(claimable(), pk=parent.pk).exists()


seen = []


@shared_task(name="tests.leaf")
def leaf(run_id):
    with working(run_id) as work:
        if work:
            seen.append(work.run.key)
            if work.run.key == "refused":
                raise NotAllowed("这份数据不能入库")
            if work.run.key == "broken":
                raise RuntimeError("always")


@shared_task(name="tests.tree")
def tree(run_id):
    with working(run_id) as work:
        if work:
            seen.append(f"{work.run.key} with {work.run.children.count()}")
            if not work.run.children.exists():
                for key in ("a", "refused", "broken"):
                    enqueue(kind="leaf", key=key, task="tests.leaf", parent=work.run)
                raise Waiting


@pytest.mark.django_db(transaction=True)
def test_draining_does_a_run_and_its_children_here_and_sends_nothing(sent):
    seen.clear()
    run = enqueue(kind="tree", key="t", task="tests.tree")
    sent.clear()

    assert drain(run).state == State.DONE
    assert seen == ["t with 0", "a", "refused", "broken", "broken", "broken", "t with 3"]
    assert list(run.children.order_by("id").values_list("state", "attempt")) == [
        ("done", 1),
        ("failed", 1),
        ("failed", 3),
    ]
    assert run.children.get(key="refused").error == "这份数据不能入库"
    assert sent == []


def test_draining_what_has_no_task_body_ends_with_the_error():
    with pytest.raises(KeyError, match=r"no\.such\.task"):
        drain(a_run(task="no.such.task"))

    assert Run.objects.get().state == State.QUEUED


def test_draining_what_is_over_does_nothing():
    seen.clear()
    assert drain(a_run(task="tests.leaf", state=State.DONE, finished_at=NOW())).state == State.DONE
    assert seen == []


@pytest.mark.django_db(transaction=True)
def test_two_sessions_that_enqueue_at_once_share_one_run(sent):
    start, found, problems = threading.Barrier(4), [], []

    def ask():
        try:
            for key in range(10):
                start.wait(10)
                with transaction.atomic():
                    found.append((key, enqueue(kind="race", key=str(key), task="none").pk))
        except Exception as problem:
            problems.append(problem)
            start.abort()
        finally:
            connection.close()

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert problems == []
    assert len(found) == 40
    assert len(set(found)) == Run.objects.count() == len(sent) == 10
