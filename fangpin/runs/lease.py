"""A worker's hold on a run: claim, heartbeat, fence, finish (security.md 6.2)."""

import contextlib
import logging
import threading
from collections.abc import Iterator
from datetime import timedelta

from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from fangpin.runs.models import Run, State
from fangpin.runs.queue import claimable, wake
from fangpin.transitions import NotAllowed

log = logging.getLogger(__name__)
LEASE = timedelta(seconds=30)
HEARTBEAT_SECONDS = 8
ATTEMPTS = 3  # that ended with an error
LOST_WORKERS = 8  # in a row: a run that kills whoever takes it must not go round for ever


class Lost(Exception):
    """Another worker took the run over; this one must stop without writing."""


class Waiting(Exception):
    """Raised by a task body whose run goes on when its children are done."""


class Work:
    """What a task body may do with its run."""

    def __init__(self, run: Run):
        self.run = run
        self.token = run.token

    def _mine(self):
        return Run.objects.filter(pk=self.run.pk, token=self.token, state=State.RUNNING)

    def progress(self, done: int | None = None, total: int | None = None, note: str | None = None) -> None:
        """Show how far the work is; a new ``total`` without ``done`` starts from 0. Raises Lost."""
        changes = {"lease_until": timezone.now() + LEASE}
        if done is not None or total is not None:
            changes["done"] = done or 0
            changes["total"] = max(self.run.total if total is None else total, changes["done"])
        if note is not None:
            changes["note"] = note[:200]
        if not self._mine().update(**changes):
            raise Lost
        for name, value in changes.items():
            setattr(self.run, name, value)

    def fence(self) -> None:
        """Call first inside each writing transaction: locks the run's row and raises Lost when it is no longer ours."""
        if not self._mine().select_for_update().exists():
            raise Lost

    def beat(self) -> None:
        """Keep the run. Waits while a writing transaction holds the fence; nobody else can take the run meanwhile either."""
        self._mine().update(lease_until=timezone.now() + LEASE)

    def release(self, state: State, **changes) -> bool:
        """Give the run back in ``state``; False when it was no longer ours."""
        return bool(self._mine().update(state=state, lease_until=None, **changes))


@contextlib.contextmanager
def working(run_id: int) -> Iterator[Work | None]:
    """Claim the run, or give None when somebody else has it or it is finished. On leaving it is done, waiting or failed.

    NotAllowed ends it as failed with the Chinese reason; any other exception frees it for another attempt, three times at most.
    """
    run = _claim(run_id)
    if run is None:
        yield None
        return
    work = Work(run)
    stop = threading.Event()
    heart = threading.Thread(target=_heartbeat, args=(work, stop), daemon=True)
    heart.start()
    try:
        yield work
        _finish(work, State.DONE, done=F("total"), counts=run.counts)
    except Lost:
        log.warning("run %s was taken over by another worker", run_id)
    except Waiting:
        # The last child may have ended while we were still on our way out.
        if work.release(State.WAITING, counts=run.counts) and not run.children.alive().exists():
            wake(run)
    except NotAllowed as refusal:
        _finish(work, State.FAILED, error=str(refusal))
    except Exception:
        log.exception("run %s failed in attempt %s", run_id, run.attempt)
        if run.attempt >= ATTEMPTS:
            _finish(work, State.FAILED, error="系统内部错误，已重试 3 次仍未成功，请联系系统管理员查看服务器日志")
        else:
            work.release(State.QUEUED, sent_at=timezone.now())  # the sweep sends it, after a pause
        raise
    finally:
        stop.set()
        heart.join()


def _claim(run_id: int) -> Run | None:
    with transaction.atomic():
        run = Run.objects.select_for_update(skip_locked=True).filter(claimable(), pk=run_id).first()
        if run is None:
            return None
        now = timezone.now()
        run.token += 1
        # Coming back to a waiting run is its next part, not another try at a part that failed.
        run.attempt = 1 if run.state == State.WAITING else run.attempt + 1
        run.state, run.lease_until = State.RUNNING, now + LEASE
        run.started_at = run.started_at or now
        run.save(update_fields=["token", "attempt", "state", "lease_until", "started_at"])
    if run.attempt > LOST_WORKERS:
        _finish(
            Work(run),
            State.FAILED,
            error=f"处理进程连续 {LOST_WORKERS} 次中断（内存不足或被强行结束），请联系系统管理员",
        )
        return None
    return run


def _heartbeat(work: Work, stop: threading.Event) -> None:
    pause = HEARTBEAT_SECONDS
    try:
        while not stop.wait(pause):
            try:
                work.beat()
                pause = HEARTBEAT_SECONDS
            except (
                Exception
            ):  # the database restarts, or a long transaction holds the fence: soon again, on a new connection
                connection.close()
                pause = 1
    finally:
        connection.close()


def _finish(work: Work, state: State, **changes) -> None:
    if not work.release(state, finished_at=timezone.now(), **changes):
        log.warning("run %s had been taken over when it ended", work.run.pk)
        return
    parent = Run.objects.filter(children=work.run.pk, state=State.WAITING).first()  # it may have got one meanwhile
    if parent and not parent.children.alive().exists():
        wake(parent)
