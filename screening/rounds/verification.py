"""核查任务 (verbs, domain.md 4.2, 4.3): the village keeps a draft part by part and reports, the township checks or returns, the county closes."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from django.db import transaction
from django.utils import timezone

from fangpin.accounts.postings import require
from fangpin.accounts.scope import holds
from fangpin.audit.trail import record
from fangpin.divisions.models import CODE_LENGTH, Level
from fangpin.divisions.rights import Right
from fangpin.masking import scrub
from fangpin.periods import this_day
from fangpin.transitions import NotAllowed, Stale
from screening.choices import TaskAct, TaskState
from screening.models import VerificationResult, VerificationTask
from screening.rounds import watching_list
from screening.rounds.facts import facts_of
from screening.rounds.findings import About, Finding, Lack, contradictions, from_told, missing, to_told
from screening.rounds.steps import step, take

_COLUMNS = ("checked_on", "checkers", "way", "interviewee", "relation", "truth", "conclusion", "next_check_on")


class Lacking(NotAllowed):
    """Answers that are missing or contradict each other; ``lacks`` names the fields."""

    def __init__(self, lacks: list[Lack]):
        super().__init__("；".join(lack.text for lack in lacks))
        self.lacks = lacks


class Seen(NamedTuple):
    """What a page showed: the version of the task and of its draft, 0 without one."""

    task: int
    draft: int = 0


def last_result(task: VerificationTask) -> VerificationResult | None:
    return task.results.filter(is_last=True).first()


def finding_of(result: VerificationResult | None) -> Finding:
    if result is None:
        return Finding()
    return Finding(**{name: getattr(result, name) for name in _COLUMNS}, **from_told(result.told))


def about(task: VerificationTask, day: date | None = None) -> About:
    return About(task.sent_on, day or this_day(), task.grade, task.household_id is not None)


def why_not_report(user, task: VerificationTask) -> str:
    """Why ``user`` may not fill in or report this task now; empty when he may."""
    if not holds(user, Right.REPORT_OFFLINE, task.village_id):
        return "您没有填报本村核查结果的岗位"
    if task.state != TaskState.SENT:
        return f"任务现在是“{task.get_state_display()}”，不能填报"
    if task.household_id and task.household.village_id != task.village_id:
        now = task.household.village
        return f"派发以后这一户已迁到{now.parent}{now}，请点“不属于本村”，由县办改派；已填的内容保留"
    return ""


# -- the village ---------------------------------------------------------------------------------------------------------
@transaction.atomic
def save_draft(task: VerificationTask, *, finding: Finding, by, seen: Seen, on: date | None = None) -> None:
    """Keep what was filled in, complete or not. Raises Lacking for what cannot be right, Stale, NotAllowed."""
    result = _take(task, by, seen)
    _refuse(contradictions(finding, about(task, on)))
    _write(result or _next_result(task), finding)
    record(by, "task.saved", task)


@transaction.atomic
def draft_of(task: VerificationTask, *, by) -> VerificationResult:
    """The draft that takes what belongs to it, such as photos; made if there is none. Raises NotAllowed."""
    take(task)
    _require_village(by, task)
    result = last_result(task)
    if result is None:
        result = _next_result(task)
        _write(result, Finding())
    return result


@transaction.atomic
def report(task: VerificationTask, *, by, seen: Seen, on: date | None = None) -> None:
    """报送: the result goes to the township, with the facts that were looked at. Raises Lacking with all that is missing, Stale, NotAllowed."""
    result, day = _take(task, by, seen), on or this_day()
    finding, held = finding_of(result), about(task, day)
    _refuse([*contradictions(finding, held), *missing(finding, held)])
    result.is_draft, result.facts = False, facts_of(task)
    result.reported_by, result.reported_at = by, timezone.now()
    result.version += 1
    result.save()
    changes = {"reported_on": day, "conclusion": finding.conclusion}
    step(task, TaskAct.REPORTED, by=by, seen_version=seen.task, **changes)
    record(by, "task.reported", task, household=str(task.household_id or ""))


@transaction.atomic
def dispute(task: VerificationTask, *, reason: str, by, seen_version: int) -> None:
    """不属于本村: the county has to reassign it. A household that moved is no reason to lose the task. Raises Stale, NotAllowed."""
    require(by, Right.REPORT_OFFLINE, task.village_id, "您没有填报本村核查结果的岗位")
    step(task, TaskAct.DISPUTED, by=by, note=_said(reason, "请写明为什么不属于本村"), seen_version=seen_version)
    record(by, "task.disputed", task, reason=reason)


def _require_village(by, task):
    if why := why_not_report(by, task):
        raise NotAllowed(why)


def _take(task, by, seen: Seen) -> VerificationResult | None:
    """The turn of the task and its draft, as the page showed them."""
    take(task, seen_version=seen.task)
    _require_village(by, task)
    result = last_result(task)
    if (result.version if result else 0) != seen.draft:
        raise Stale("这份核实结果刚刚被他人保存过。您填写的内容还在本页，请另开一页核对后再保存")
    return result


def _next_result(task: VerificationTask) -> VerificationResult:
    return VerificationResult(task=task, number=task.results.count() + 1, version=0)


def _write(result: VerificationResult, finding: Finding) -> None:
    for name in _COLUMNS:
        setattr(result, name, getattr(finding, name))
    result.checkers = scrub(result.checkers)
    result.told = to_told(finding)
    result.version += 1
    result.save()


def _refuse(lacks: list[Lack]) -> None:
    if lacks:
        raise Lacking(lacks)


def _said(text: str, otherwise: str) -> str:
    if not text.strip():
        raise NotAllowed(otherwise)
    return text.strip()


# -- the township --------------------------------------------------------------------------------------------------------
def why_not_check(user, task: VerificationTask) -> str:
    """Why ``user`` may not check this result now; empty when he may."""
    if not holds(user, Right.CHECK_RESULT, task.village_id):
        return "您没有审核核查结果的岗位"
    if task.state != TaskState.REPORTED:
        return f"任务现在是“{task.get_state_display()}”，不需要审核"
    if task.results.filter(is_last=True, reported_by=user).exists():
        return "结果是您报送的，不能由您审核"
    return ""


@transaction.atomic
def check(task: VerificationTask, *, by, note: str = "", seen_version: int) -> None:
    """The township finds the result in order: it goes to the county. Raises Stale, NotAllowed."""
    take(task, seen_version=seen_version)
    if why := why_not_check(by, task):
        raise NotAllowed(why)
    step(task, TaskAct.CHECKED, by=by, note=note, seen_version=seen_version)
    record(by, "task.checked", task)


def why_not_return(user, task: VerificationTask) -> str:
    """A result goes back to the village from the township, or from the county after the township checked it."""
    if task.state == TaskState.CHECKED and holds(user, Right.RUN_ROUND, county_of(task)):
        return ""
    if task.state == TaskState.REPORTED and holds(user, Right.CHECK_RESULT, task.village_id):
        return ""
    return f"任务现在是“{task.get_state_display()}”，不能由您退回"


@transaction.atomic
def return_(task: VerificationTask, *, reason: str, by, seen_version: int) -> None:
    """退回重核: the village gets the task again with what it had filled in; the returned result stays as history. Raises Stale, NotAllowed."""
    take(task, seen_version=seen_version)
    if why := why_not_return(by, task):
        raise NotAllowed(why)
    reason = _said(reason, "请写明退回的原因")
    step(task, TaskAct.RETURNED, by=by, note=reason, seen_version=seen_version, reported_on=None, conclusion="")
    former = last_result(task)
    former.is_last = False
    former.save(update_fields=["is_last"])
    _write(_next_result(task), finding_of(former))
    record(by, "task.returned", task, reason=reason)


# -- the county ----------------------------------------------------------------------------------------------------------
@dataclass
class Closed:
    """tasks that were closed; skipped: those that were not, each with the reason."""

    tasks: list[VerificationTask] = field(default_factory=list)
    skipped: list[tuple[VerificationTask, str]] = field(default_factory=list)


def county_of(task: VerificationTask) -> str:
    return task.village_id[: CODE_LENGTH[Level.COUNTY]]


def why_not_close(user, task: VerificationTask) -> str:
    if not holds(user, Right.RUN_ROUND, county_of(task)):
        return "只有县办可以办结核查任务"
    if task.state != TaskState.CHECKED:
        return f"任务现在是“{task.get_state_display()}”，不能办结"
    return ""


@transaction.atomic
def close(task: VerificationTask, *, by, note: str = "", seen_version: int, on: date | None = None) -> None:
    """县办办结, never without an outcome; 转观察 puts the household on the watch list. Raises Stale, NotAllowed."""
    take(task, seen_version=seen_version)
    if why := why_not_close(by, task):
        raise NotAllowed(why)
    day = on or this_day()
    step(task, TaskAct.CLOSED, by=by, note=note, seen_version=seen_version, closed_on=day)
    if task.household_id:
        watching_list.take_in(last_result(task), day=day)
    record(by, "task.closed", task, household=str(task.household_id or ""))


def close_many(tasks: Iterable[VerificationTask], *, by, note: str = "", on: date | None = None) -> Closed:
    """Every one of ``tasks`` that can be closed, each for itself."""
    done = Closed()
    for task in tasks:
        try:
            close(task, by=by, note=note, seen_version=task.version, on=on)
            done.tasks.append(task)
        except NotAllowed as refusal:
            done.skipped.append((task, str(refusal)))
    return done
