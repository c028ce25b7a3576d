"""One step of a 核查任务: its state moves by compare-and-set on the version, and the step stays readable for village, township and county."""

from django.core.exceptions import ValidationError

from fangpin.masking import scrub
from fangpin.transitions import NotAllowed, Stale, move
from screening.choices import TaskAct, TaskState
from screening.models import TaskStep, VerificationTask

# From which states an act starts, and where it leads.
MOVES: dict[TaskAct, tuple[tuple[TaskState, ...], TaskState]] = {
    TaskAct.DISPUTED: ((TaskState.SENT,), TaskState.DISPUTED),
    TaskAct.REASSIGNED: ((TaskState.SENT, TaskState.DISPUTED), TaskState.SENT),
    TaskAct.RECALLED: ((TaskState.SENT, TaskState.DISPUTED), TaskState.RECALLED),
    TaskAct.REPORTED: ((TaskState.SENT,), TaskState.REPORTED),
    TaskAct.RETURNED: ((TaskState.REPORTED, TaskState.CHECKED), TaskState.SENT),
    TaskAct.CHECKED: ((TaskState.REPORTED,), TaskState.CHECKED),
    TaskAct.CLOSED: ((TaskState.CHECKED,), TaskState.CLOSED),
}
MOVED = "这项任务刚刚有了变化，现在是“{}”，请核对后再办理"


def step(task: VerificationTask, act: TaskAct, *, by, note: str = "", seen_version: int, **changes) -> TaskStep:
    """Move ``task`` as MOVES says, together with ``changes``, and write down who did it. The caller's verb is the transaction.

    ``seen_version``: what the page showed. Raises Stale with the present state, NotAllowed where the act does not start from it.
    """
    sources, target = MOVES[act]
    present = VerificationTask.objects.select_for_update(of=("self",)).get(pk=task.pk)
    if present.version != seen_version:
        raise Stale(MOVED.format(present.get_state_display()))
    if present.state not in sources:
        raise NotAllowed(f"任务现在是“{present.get_state_display()}”，不能{act.label}")
    made = TaskStep(task=task, act=act, note=scrub(note.strip()), by=by)
    _clean(made)
    task.version = present.version
    move(task, "version", [seen_version], seen_version + 1, state=target, **changes)
    made.save(force_insert=True)
    return made


def _clean(made: TaskStep) -> None:
    try:
        made.full_clean(exclude={"task"})
    except ValidationError as error:
        raise NotAllowed("；".join(error.messages)) from error
