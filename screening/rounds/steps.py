"""One step of a 核查任务: its state moves by compare-and-set on the version, and the step stays readable for village, township and county."""

from django.core.exceptions import ValidationError
from django.utils import timezone

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


def take(task: VerificationTask, *, seen_version: int | None = None) -> None:
    """Lock the task until the transaction ends and make it what the database has. Raises Stale with what happened since the page was shown."""
    fresh = VerificationTask.objects.select_for_update(of=("self",)).get(pk=task.pk)
    for column in fresh._meta.concrete_fields:
        setattr(task, column.attname, getattr(fresh, column.attname))
    if seen_version is not None and task.version != seen_version:
        raise Stale(what_happened(task))


def step(task: VerificationTask, act: TaskAct, *, by, note: str = "", seen_version: int, **changes) -> TaskStep:
    """Move ``task`` as MOVES says, together with ``changes``, and write down who did it. The caller's verb is the transaction.

    ``seen_version``: what the page showed. Raises Stale with what happened since, NotAllowed where the act does not start from it.
    """
    sources, target = MOVES[act]
    take(task, seen_version=seen_version)
    if task.state not in sources:
        raise NotAllowed(f"任务现在是“{task.get_state_display()}”，不能{act.label}")
    made = TaskStep(task=task, act=act, note=scrub(note.strip()), by=by)
    try:
        made.full_clean(exclude={"task"})
    except ValidationError as error:
        raise NotAllowed("；".join(error.messages)) from error
    move(task, "version", [seen_version], seen_version + 1, state=target, **changes)
    made.save(force_insert=True)
    return made


def what_happened(task: VerificationTask) -> str:
    """Who did the last thing to the task, and where it stands now."""
    last = task.steps.select_related("by").last()
    if last is None:
        return f"这项任务刚刚有了变化，现在是“{task.get_state_display()}”，请核对后再办理"
    who, at = last.by or "系统", timezone.localtime(last.at)
    return f"{who}在 {at:%m-%d %H:%M} {last.get_act_display()}，任务现在是“{task.get_state_display()}”，请核对后再办理"
