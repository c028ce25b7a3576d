"""撤回 and 改派 (verbs): the county takes a task back, or gives it to the village that it belongs to."""

from datetime import date

from django.db import transaction

from fangpin.accounts.postings import require
from fangpin.audit.trail import record
from fangpin.divisions.models import CODE_LENGTH, Division, Level
from fangpin.divisions.rights import Right
from fangpin.periods import this_day
from fangpin.transitions import NotAllowed
from screening.choices import TaskAct
from screening.models import Photo, VerificationTask
from screening.rounds.dispatching import due_by_grade
from screening.rounds.steps import MOVES, step

# Only what the village has not answered yet: an answer is checked and closed, never thrown away.
UNANSWERED, _ = MOVES[TaskAct.RECALLED]


@transaction.atomic
def recall(task: VerificationTask, *, reason: str, by, version: int | None = None) -> None:
    """撤回: the task is off the village's list; its household may be sent again."""
    _allowed(task, reason, by, "撤回")
    step(task, TaskAct.RECALLED, by=by, note=reason, seen_version=task.version if version is None else version)
    record(by, "task.recalled", task, reason=reason.strip())


@transaction.atomic
def reassign(
    task: VerificationTask, *, village: Division, reason: str, by, version: int | None = None, on: date | None = None
) -> None:
    """改派 to the village where the household lives; its term begins ``on`` that day (default: today). The register is
    corrected by an event of its own."""
    _allowed(task, reason, by, "改派")
    if village.level != Level.VILLAGE or not village.code.startswith(_county(task)):
        raise NotAllowed("只能改派给本县的村")
    if village.pk == task.village_id:
        raise NotAllowed(f"任务已经在{village}，请选择另一个村")
    day = on or this_day()
    given = {"village_id": village.pk, "sent_on": day, "due_on": due_by_grade(day)[task.grade]}
    step(
        task,
        TaskAct.REASSIGNED,
        by=by,
        note=f"改派到{village.parent}{village}：{reason.strip()}",
        seen_version=task.version if version is None else version,
        **given,
    )
    Photo.objects.filter(result__task=task).update(village=village)  # who has the task sees what was photographed
    record(by, "task.reassigned", task, village=village.pk, reason=reason.strip())


def _county(task: VerificationTask) -> str:
    return task.village_id[: CODE_LENGTH[Level.COUNTY]]


def _allowed(task: VerificationTask, reason: str, by, act: str) -> None:
    require(by, Right.RUN_ROUND, _county(task), f"只有县办可以{act}核查任务")
    if not reason.strip():
        raise NotAllowed(f"请写明{act}原因")
