"""Put long work into the queue, wake workers, send again what was lost, or do it here and now (commands)."""

import contextlib
import logging
import time
from collections.abc import Iterator
from datetime import timedelta
from functools import partial

from celery import current_app
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from fangpin.runs.helping import tell
from fangpin.runs.models import ALIVE, Run, State

log = logging.getLogger(__name__)
RESEND_AFTER = timedelta(seconds=10)  # since the last message, for a run that somebody began
RESEND_QUEUED_AFTER = timedelta(seconds=30)  # its message is most likely still in the queue, behind other work
RESEND_AT_ONCE = 20
PAUSE = 0.1  # seconds between looks at a run that another process has
_here = False


def enqueue(*, kind: str, key: str, task: str, by=None, parent: Run | None = None) -> Run:
    """The alive run of this kind and key: the present one, or a new one whose message is sent after commit.

    A present one without a parent becomes a child of ``parent``, so that the parent waits for it too.
    """
    for _ in range(3):
        try:
            with transaction.atomic():
                run, new = Run.objects.get_or_create(
                    kind=kind,
                    key=key,
                    state__in=ALIVE,
                    defaults={"task": task, "created_by": by, "parent": parent, "state": State.QUEUED},
                )
        except IntegrityError:  # another session made it between the two statements, and it is over already
            continue
        if new:
            transaction.on_commit(partial(wake, run))
        elif parent and run.parent_id is None and not _adopt(run, parent):
            continue  # it ended meanwhile
        return run
    raise RuntimeError(f"run {kind} {key} can neither be found nor made")


def _adopt(run: Run, parent: Run) -> bool:
    run.parent = parent
    return bool(Run.objects.alive().filter(pk=run.pk).update(parent=parent))


def wake(run: Run) -> None:
    """Send the message of a run, best effort: the sweep sends again what got lost, so a dead broker never fails an act."""
    if _here:
        return
    Run.objects.filter(pk=run.pk).update(sent_at=timezone.now())
    try:
        current_app.send_task(run.task, args=[run.pk], retry=False)
    except Exception as error:
        log.warning("run %s could not be sent, the sweep will: %s", run.pk, type(error).__name__)


def sweep() -> int:
    """Send again what nobody holds: queued, or the worker let its lease lapse, or all children are done; how many.

    Throttled, because a message to busy workers only lengthens their queue: each run at most every 10 or 30 seconds, 20 a sweep.
    """
    now = timezone.now()
    due = Q(state=State.QUEUED, sent_at__lt=now - RESEND_QUEUED_AFTER) | Q(sent_at=None) | _begun_before(now)
    runs = list(Run.objects.filter(claimable(), due).order_by("id")[:RESEND_AT_ONCE])
    for run in runs:
        wake(run)
    return len(runs)


def _begun_before(now) -> Q:
    """Sent long enough ago, and either begun once (so that no first message is under way) or waiting for children."""
    return Q(sent_at__lt=now - RESEND_AFTER) & (Q(attempt__gt=0) | ~Q(state=State.QUEUED))


def claimable() -> Q:
    """The condition under which a worker may take a run. One that waits is not taken before its last child ended."""
    waits_no_more = Q(state=State.WAITING) & ~Exists(Run.objects.filter(parent=OuterRef("pk"), state__in=ALIVE))
    return Q(state=State.QUEUED) | waits_no_more | Q(state=State.RUNNING, lease_until__lt=timezone.now())


@contextlib.contextmanager
def working_here() -> Iterator[None]:
    """Inside, nothing is sent: the caller does the work itself with ``drain`` (management commands)."""
    global _here
    before, _here = _here, True
    try:
        yield
    finally:
        _here = before


def drain(run: Run) -> Run:
    """Do ``run`` and its children here and now, through the same task bodies that a worker runs; the finished run. Helpers, where the caller
    has any (fangpin.runs.helping), take a share of the children.

    A failed attempt is repeated as a worker would repeat it, so the run ends as done or failed (with its reason in ``error``).
    """
    with working_here():
        while run.is_alive:
            perform(run)
            children = Run.objects.filter(parent=run).alive().order_by("id")
            if tell(children.values_list("id", flat=True)):
                for child in children:  # each that no helper has begun
                    perform(child)
            for child in children.all():
                drain(child)
            run.refresh_from_db()
            if run.state == State.RUNNING:  # a helper, or a worker of the running system, has it: wait for that one
                time.sleep(PAUSE)
                run.refresh_from_db()
    return run


def perform(run: Run) -> None:
    """One attempt at a run, unless somebody else has it. Raises what kept it from being claimed."""
    if run.task not in current_app.tasks:
        current_app.loader.import_default_modules()
    try:
        current_app.tasks[run.task].run(run.pk)
    except Exception:
        token = run.token
        run.refresh_from_db()
        if run.token == token:  # it was not even claimed, so no attempt was counted: trying again would never end
            raise
