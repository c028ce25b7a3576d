"""A worker's hold on a run: one takes it, keeps it while it works, and can do nothing more once it lost it."""

import threading
import time
from datetime import timedelta

import pytest
from celery import current_app
from django.db import connection, transaction
from django.db.transaction import TransactionManagementError
from django.utils import timezone

from fangpin.runs import lease
from fangpin.runs.lease import Lost, Waiting, working
from fangpin.runs.models import Run, State
from fangpin.transitions import NotAllowed

pytestmark = pytest.mark.django_db

NOW = timezone.now


@pytest.fixture(autouse=True)
def sent(monkeypatch):
    messages = []
    monkeypatch.setattr(current_app, "send_task", lambda task, args, **options: messages.append(*args))
    return messages


@pytest.fixture
def run():
    return Run.objects.create(kind="test", key="1", task="none")


def lapse(run):
    """As if the worker had not been heard of for half a minute."""
    Run.objects.filter(pk=run.pk).update(lease_until=NOW() - timedelta(seconds=1))


def again(run):
    return Run.objects.get(pk=run.pk)


def test_a_run_that_ends_is_done_with_its_counts(run):
    with working(run.pk) as work:
        work.progress(done=3, total=10, note="匹配")
        assert (again(run).state, again(run).percent, again(run).note) == (State.RUNNING, 30, "匹配")
        work.run.counts = {"rows": 10}

    run = again(run)
    assert (run.state, run.done, run.total, run.counts, run.attempt) == (State.DONE, 10, 10, {"rows": 10}, 1)
    assert run.started_at <= run.finished_at
    assert run.lease_until is None


def test_a_run_is_taken_once(run):
    with working(run.pk) as first, working(run.pk) as second:
        assert first is not None
        assert second is None


def test_a_finished_run_is_not_taken(run):
    with working(run.pk):
        pass
    with working(run.pk) as work:
        assert work is None

    assert again(run).attempt == 1


def test_a_run_that_is_gone_is_not_taken():
    with working(1_000_000) as work:
        assert work is None


def test_the_successor_of_a_silent_worker_takes_over_and_the_old_one_can_write_no_more(run):
    with working(run.pk) as old:
        lapse(run)
        with working(run.pk) as new:
            assert new.token == old.token + 1
            with pytest.raises(Lost), transaction.atomic():
                old.fence()
            with pytest.raises(Lost):
                old.progress(note="still here")
            new.progress(done=1, total=2, note="successor")
        old.run.counts = {"rows": -1}

    run = again(run)
    assert (run.state, run.note, run.counts, run.attempt) == (State.DONE, "successor", {}, 2)


def test_a_lost_run_ends_the_old_worker_quietly(run):
    with working(run.pk) as old:
        lapse(run)
        with working(run.pk):
            pass
        old.progress()
        raise AssertionError("not reached")

    assert again(run).state == State.DONE


@pytest.mark.parametrize("problem", [RuntimeError, NotAllowed("nein"), Waiting])
def test_a_zombie_cannot_change_how_the_run_ended(run, problem):
    try:
        with working(run.pk):
            lapse(run)
            with working(run.pk):
                pass
            raise problem
    except RuntimeError:
        pass

    assert (again(run).state, again(run).error) == (State.DONE, "")


def test_a_refusal_ends_the_run_with_its_reason(run):
    with working(run.pk):
        raise NotAllowed("2021年5月已封账")

    assert (again(run).state, again(run).error, again(run).attempt) == (State.FAILED, "2021年5月已封账", 1)


def test_an_error_is_tried_three_times(run):
    for attempt, state in ((1, State.QUEUED), (2, State.QUEUED), (3, State.FAILED)):
        with pytest.raises(RuntimeError), working(run.pk):
            raise RuntimeError("secret detail")
        assert (again(run).attempt, again(run).state) == (attempt, state)

    assert "已重试 3 次" in again(run).error
    assert "secret" not in again(run).error


@pytest.mark.django_db(transaction=True)
def test_an_error_does_not_keep_half_counted_results(run):
    with pytest.raises(TypeError), working(run.pk) as work:
        work.run.counts = {"rows": object()}

    assert (again(run).state, again(run).counts) == (State.QUEUED, {})


def test_a_run_that_kills_its_workers_does_not_go_round_for_ever(run):
    for _ in range(lease.LOST_WORKERS):
        assert lease._claim(run.pk) is not None  # and then the worker is gone
        lapse(run)
    with working(run.pk) as work:
        assert work is None

    assert again(run).state == State.FAILED
    assert "中断" in again(run).error


def test_waiting_goes_on_when_the_last_child_ended(run, sent):
    with working(run.pk) as work:
        children = [Run.objects.create(kind="child", key=key, task="none", parent=run) for key in "ab"]
        work.run.counts = {"extracts": 2}
        raise Waiting

    assert (again(run).state, again(run).counts, again(run).steps, sent) == (
        State.WAITING,
        {"extracts": 2},
        (0, 2),
        [],
    )
    with working(run.pk) as early:
        assert early is None
    with working(children[0].pk):
        pass
    assert (sent, again(run).steps) == ([], (1, 2))
    with working(children[1].pk):
        raise NotAllowed("一个分项失败")
    assert sent == [run.pk]
    with working(run.pk) as work:
        assert work.run.counts == {"extracts": 2}
    assert (again(run).state, again(run).attempt) == (State.DONE, 1)


def test_children_that_ended_before_the_parent_waited_wake_it(run, sent):
    with working(run.pk):
        with working(Run.objects.create(kind="child", key="a", task="none", parent=run).pk):
            pass
        assert sent == []
        raise Waiting

    assert sent == [run.pk]


def test_a_child_that_got_its_parent_while_it_worked_wakes_it(run, sent):
    child = Run.objects.create(kind="child", key="a", task="none")
    with working(child.pk):
        Run.objects.filter(pk=child.pk).update(parent=run)
        Run.objects.filter(pk=run.pk).update(state=State.WAITING)

    assert sent == [run.pk]


@pytest.mark.parametrize(
    ("calls", "shown"),
    [
        ([{"total": 10}], (0, 10)),
        ([{"total": 10}, {"done": 4}], (4, 10)),
        ([{"done": 4}], (4, 4)),
        ([{"done": 5, "total": 3}], (5, 5)),
        ([{"done": 5, "total": 5}, {"total": 8}], (0, 8)),
        ([{"done": 1, "total": 2}, {"note": "x" * 300}], (1, 2)),
    ],
)
def test_progress_never_breaks_the_row(run, calls, shown):
    with working(run.pk) as work:
        for call in calls:
            work.progress(**call)
        assert (again(run).done, again(run).total) == shown
        assert len(again(run).note) <= 200


@pytest.mark.django_db(transaction=True)
def test_a_fence_outside_a_transaction_would_guard_nothing_and_is_refused(run):
    with pytest.raises(TransactionManagementError), working(run.pk) as work:
        work.fence()


@pytest.mark.django_db(transaction=True)
def test_while_the_fence_is_held_nobody_takes_the_run(run):
    taken = []

    def successor():
        with working(run.pk) as work:
            taken.append(work)
        connection.close()

    with working(run.pk) as work, transaction.atomic():
        lapse_elsewhere(run)
        work.fence()
        thread = threading.Thread(target=successor)
        thread.start()
        thread.join(5)
        assert taken == [None]

    assert (again(run).state, again(run).attempt) == (State.DONE, 1)


def lapse_elsewhere(run):
    thread = threading.Thread(target=lambda: (lapse(run), connection.close()))
    thread.start()
    thread.join(5)


@pytest.mark.django_db(transaction=True)
def test_two_workers_that_claim_at_once_get_it_once(run):
    start, claimed = threading.Barrier(4), []

    def claim():
        start.wait(10)
        claimed.append(lease._claim(run.pk) is not None)
        connection.close()

    threads = [threading.Thread(target=claim) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)

    assert sorted(claimed) == [False, False, False, True]
    assert again(run).token == 1


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_works_long_keeps_its_run(run, monkeypatch):
    monkeypatch.setattr(lease, "HEARTBEAT_SECONDS", 0.05)
    with working(run.pk):
        lapse(run)
        until = time.monotonic() + 5
        while again(run).lease_until < NOW() and time.monotonic() < until:
            time.sleep(0.02)
        with working(run.pk) as other:
            assert other is None

    assert (again(run).state, again(run).attempt) == (State.DONE, 1)
