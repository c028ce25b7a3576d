"""反馈核实 (verbs): items of a comparison sent to their villages as tasks, one open task a household; and what is not worth checking sent all the same."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Prefetch, Q
from django.utils import timezone

from fangpin.accounts.postings import require
from fangpin.audit.trail import record
from fangpin.divisions.rights import Right
from fangpin.periods import this_day
from fangpin.policy.clocks import Unit, due_on
from fangpin.policy.keys import Key
from fangpin.policy.lookup import limit_on
from fangpin.transitions import NotAllowed, Stale
from screening.choices import ComparisonClass, Grade, Risk, TaskAct, TaskOrigin, TaskState
from screening.models import Clue, Comparison, ComparisonItem, TaskStep, VerificationTask
from screening.rounds.classes import BACK_TO_VILLAGE
from screening.rounds.comparing import take_turn, why_over

# A village's problem is one task of the village itself, never one for each household (4.1).
SENDABLE = BACK_TO_VILLAGE | {ComparisonClass.VILLAGE}
LIMITS = {
    Grade.RED: Key.VERIFY_DAYS_RED,
    Grade.ORANGE: Key.VERIFY_DAYS_ORANGE,
    Grade.YELLOW: Key.VERIFY_DAYS_YELLOW,
}
_JOINABLE = (TaskState.SENT, TaskState.DISPUTED)
_GRADES = {grade: place for place, grade in enumerate(Grade.values)}
_BATCH = 500


@dataclass
class Sent:
    """tasks: new ones. joined: open tasks that took in more clues. skipped: items that were not sent, each with the reason."""

    tasks: list[VerificationTask] = field(default_factory=list)
    joined: list[VerificationTask] = field(default_factory=list)
    skipped: list[tuple[ComparisonItem, str]] = field(default_factory=list)


def due_by_grade(on: date) -> dict[str, date]:
    """The last day for what is sent ``on`` that day, by grade; red is due first (3.5)."""
    return {grade.value: due_on(on, limit_on(on, key), Unit.WORKING_DAYS) for grade, key in LIMITS.items()}


def why_not_send(item: ComparisonItem) -> str:
    """Why this item gives no task, "" when it does."""
    if item.cls == ComparisonClass.C8 and item.overridden_at is None:
        return "近期已核实，须先写明原因改为派发"
    if item.cls not in SENDABLE and item.cls != ComparisonClass.C8:
        return f"“{item.get_cls_display()}”不派发核查任务"
    return ""


@transaction.atomic
def send(*, items: Iterable[ComparisonItem], by, note: str = "", on: date | None = None, scope: str = "") -> Sent:
    """Send items of one comparison, the latest of its open round, to their villages. note: what the villages read with it.

    A household has one open task: what is new about it joins. scope: in words what was chosen, for the trail. Officers take
    turns. Raises NotAllowed; Stale when there is a newer comparison or somebody else sent the same just now.
    """
    keys = [item.pk for item in items]
    comparison = _comparison_of(keys)
    require(by, Right.RUN_ROUND, comparison.round.county_id, "只有县办可以派发核查任务")
    if len(note) > 200:
        raise NotAllowed("核实要求不超过 200 字")
    take_turn(comparison.round)
    _newest(comparison)
    chosen = ComparisonItem.objects.filter(pk__in=keys).select_related("household").order_by("village_id", "pk")
    sent = _sorted_out(list(chosen), comparison, on or this_day(), note.strip(), by)
    _store(sent, by)
    record(
        by, "tasks.sent", comparison, count=len(sent.tasks), joined=len(sent.joined), skipped=len(sent.skipped), scope=scope
    )  # fmt: skip
    return sent


def _comparison_of(keys: list[UUID]) -> Comparison:
    found = Comparison.objects.filter(items__in=keys).select_related("round").distinct()[:2]
    if len(found) != 1:
        raise NotAllowed("请先选择要派发的户" if not found else "请一次只派发同一次比对里的户")
    return found[0]


def _newest(comparison: Comparison) -> None:
    if over := why_over(comparison):
        raise Stale(over)


# -- sorting out ---------------------------------------------------------------------------------------------------------
def _sorted_out(items: list[ComparisonItem], comparison: Comparison, day: date, note: str, by) -> Sent:
    sent, present, due = Sent(), _present(items, comparison), due_by_grade(day)
    for item in items:
        reason, tasks = why_not_send(item), _about(item, present.get(_subject(item), []))
        new = [] if reason else _new_clues(item, tasks)
        under_way = next((task for task in tasks if task.is_open), None)
        reason = reason or _known(item, tasks, under_way, new)
        if reason:
            sent.skipped.append((item, reason))
        elif under_way:
            _join(under_way, item, new)
            sent.joined.append(under_way)
        else:
            sent.tasks.append(_task(item, comparison, new, day, due, note, by))
    return sent


def _subject(item: ComparisonItem) -> tuple:
    return (item.household_id, None) if item.household_id else (None, item.village_id)


def _present(items: list[ComparisonItem], comparison: Comparison) -> dict[tuple, list[VerificationTask]]:
    """Tasks about the same households and villages: open ones, held until the transaction ends, and this round's."""
    households = {item.household_id for item in items if item.household_id}
    villages = {item.village_id for item in items if not item.household_id}
    about = Q(household__in=households) | Q(household=None, village__in=villages)
    found = VerificationTask.objects.filter(about).exclude(state=TaskState.RECALLED)
    tasks = found.filter(Q(round=comparison.round_id) | Q(closed_on=None)).order_by("pk")
    present: dict[tuple, list[VerificationTask]] = {}
    with_clues = tasks.prefetch_related(Prefetch("clues", Clue.objects.only("pk"))).select_for_update(of=("self",))
    for task in with_clues:
        key = (task.household_id, None) if task.household_id else (None, task.village_id)
        present.setdefault(key, []).append(task)
    return present


def _about(item: ComparisonItem, tasks: list[VerificationTask]) -> list[VerificationTask]:
    """Of a village's tasks those about the same problem: another problem is a task of its own."""
    if item.household_id:
        return tasks
    return [task for task in tasks if {str(clue.pk) for clue in task.clues.all()} & set(item.clues)]


def going(item: ComparisonItem) -> list[str]:
    """Keys of the clues that go out with the item: those that nothing answers, all of them where the county says so."""
    left = set() if item.overridden_at else {one["clue"] for one in item.left_out}
    return [key for key in item.clues if key not in left]


def _new_clues(item: ComparisonItem, tasks: list[VerificationTask]) -> list[str]:
    known = {str(clue.pk) for task in tasks if task.is_open or not item.overridden_at for clue in task.clues.all()}
    return [key for key in going(item) if key not in known]


def _known(item, tasks, under_way: VerificationTask | None, new: list[str]) -> str:
    """Why a household or village with tasks needs no other; "" where it does."""
    if under_way is None:
        return "本轮已经核实办结" if tasks and not new and not item.overridden_at else ""
    if not new:
        return "已经派发，正在核实"
    return "" if under_way.state in _JOINABLE else "村里已报送结果，办结后再派发"


def _join(task: VerificationTask, item: ComparisonItem, new: list[str]) -> None:
    """Its term stays: the village knows it by that; a worse grade is shown."""
    task.risks = [risk for risk in Risk.values if risk in {*task.risks, *item.risks}]
    task.grade = min(task.grade, item.grade or task.grade, key=_GRADES.__getitem__)
    task.version += 1
    task.going = new


def _task(item, comparison, new, day, due, note, by) -> VerificationTask:
    """In the village where the household lives today."""
    grade = item.grade or Grade.YELLOW  # the offline list has no grades
    task = VerificationTask(
        round_id=comparison.round_id,
        origin=TaskOrigin.COMPARISON,
        item=item,
        household_id=item.household_id,
        village_id=item.household.village_id if item.household_id else item.village_id,
        risks=item.risks,
        grade=grade,
        why=item.why,
        note=note,
        sent_by=by,
        sent_on=day,
        due_on=due[grade],
    )
    task.going = new
    return task


# -- storing -------------------------------------------------------------------------------------------------------------
def _store(sent: Sent, by) -> None:
    try:
        with transaction.atomic():
            VerificationTask.objects.bulk_create(sent.tasks, batch_size=_BATCH)
    except IntegrityError as error:  # a task of another origin came in between
        raise Stale("其中有的户刚刚由他人派发，请刷新后再试") from error
    VerificationTask.objects.bulk_update(sent.joined, ["risks", "grade", "version"], batch_size=_BATCH)
    link = VerificationTask.clues.through
    links = [link(verificationtask_id=task.pk, clue_id=key) for task in sent.tasks + sent.joined for key in task.going]
    link.objects.bulk_create(links, batch_size=_BATCH, ignore_conflicts=True)
    steps = [TaskStep(task=task, act=TaskAct.SENT, note=task.note, by=by) for task in sent.tasks]
    steps += [
        TaskStep(task=task, act=TaskAct.JOINED, note=f"并入线索 {len(task.going)} 条", by=by) for task in sent.joined
    ]
    TaskStep.objects.bulk_create(steps, batch_size=_BATCH)


# -- in spite of an earlier check ----------------------------------------------------------------------------------------
@transaction.atomic
def override(item: ComparisonItem, *, reason: str, by) -> None:
    """改为派发: an item that an earlier check answers may be sent all the same, with a reason that stays beside it (4.2)."""
    comparison = item.comparison
    require(by, Right.RUN_ROUND, comparison.round.county_id, "只有县办可以改为派发")
    if not reason.strip():
        raise NotAllowed("请写明改为派发的原因")
    take_turn(comparison.round)
    _newest(comparison)
    if item.cls != ComparisonClass.C8:
        raise NotAllowed("只有“近期已核实未纳入”的户需要改为派发")
    change = {"overridden_by": by, "overridden_at": timezone.now(), "override_reason": reason.strip()[:200]}
    if not ComparisonItem.objects.filter(pk=item.pk, overridden_at=None).update(**change):
        raise Stale("这一户刚刚由他人改为派发")
    record(by, "item.overridden", item, household=str(item.household_id), reason=reason.strip())
