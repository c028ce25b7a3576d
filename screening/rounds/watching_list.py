"""观察名单 (verbs, domain.md 4.5): who goes onto it, when somebody looks again, who leaves."""

from collections.abc import Iterable
from datetime import date

from django.db import transaction
from django.utils import timezone

from fangpin.audit.trail import record
from fangpin.periods import this_day
from fangpin.policy.lookup import standard_on
from screening.choices import Conclusion, Grade, Risk, TaskAct, TaskOrigin, WatchLevel
from screening.models import Clue, TaskStep, VerificationResult, VerificationTask, WatchItem
from screening.rounds.dispatching import due_by_grade
from screening.rounds.watching import after_check, next_check

# How closely a household is watched that was not included: red needs somebody every month.
LEVELS = {Grade.RED: WatchLevel.KEY, Grade.ORANGE: WatchLevel.GENERAL, Grade.YELLOW: WatchLevel.GENERAL}
# How urgent a check is that has become due.
GRADES = {WatchLevel.KEY: Grade.ORANGE, WatchLevel.GENERAL: Grade.YELLOW, WatchLevel.LONG: Grade.YELLOW}
# Nothing is left to watch.
ENDING = (Conclusion.INCLUDE, Conclusion.DEAD, Conclusion.GONE, Conclusion.NOBODY, Conclusion.DUPLICATE)


# -- after a check -------------------------------------------------------------------------------------------------------
def take_in(result: VerificationResult, *, day: date) -> None:
    """What a closed task changes: 转观察 puts its risks on the list, every other conclusion is a check of those that are on it.

    Part of the verb that closes the task.
    """
    task = result.task
    watched = {item.risk: item for item in _watched(task)}
    if result.conclusion == Conclusion.WATCH:
        for risk in task.risks:
            if risk not in watched:
                _put_on(result, risk)
    for item in watched.values():
        _checked(item, result, day)


def _watched(task: VerificationTask) -> list[WatchItem]:
    """The active items that this task was about, held until the transaction ends."""
    found = WatchItem.objects.active().filter(household=task.household_id, risk__in=task.risks)
    return list(found.select_for_update())


def _put_on(result: VerificationResult, risk: str) -> None:
    task, level = result.task, LEVELS[result.task.grade]
    latest = next_check(level, result.checked_on, standard_on(result.checked_on))
    item = WatchItem.objects.create(
        household_id=task.household_id,
        risk=risk,
        level=level,
        source=result,
        since=task.sent_on,
        last_check=result,
        next_check_on=min(latest, result.next_check_on),
        officer=result.checkers[:60],
    )
    record(result.reported_by, "watch.added", item, household=str(task.household_id))


def _checked(item: WatchItem, result: VerificationResult, day: date) -> None:
    """One more check of what is watched: the pure rules say how it stays, or that it leaves."""
    standard, clean = standard_on(result.checked_on), result.conclusion != Conclusion.WATCH
    after = after_check(item.level, item.clean_checks, clean=clean, standard=standard)
    due = next_check(after.level, result.checked_on, standard)
    item.level, item.clean_checks, item.checks = after.level, after.clean_checks, item.checks + 1
    item.last_check, item.officer = result, result.checkers[:60]
    item.next_check_on = due if clean else min(due, result.next_check_on)
    if result.conclusion in ENDING:
        item.left_on, item.left_why = day, f"核实结论：{result.get_conclusion_display()}"
    elif after.leaves:
        item.left_on, item.left_why = day, f"连续 {after.clean_checks} 次核查无风险"
    item.save()
    record(
        result.reported_by, "watch.left" if item.left_on else "watch.checked", item, household=str(item.household_id)
    )


# -- when a check is due -------------------------------------------------------------------------------------------------
@transaction.atomic
def send_due(*, day: date | None = None) -> list[VerificationTask]:
    """A task of origin WATCH for every household with a check that is due and no task under way; nobody in particular sent it."""
    day = day or this_day()
    due: dict = {}
    items = WatchItem.objects.active().filter(next_check_on__lte=day).select_related("household", "last_check")
    for item in items.order_by("household_id", "risk").select_for_update(of=("self",)):
        due.setdefault(item.household, []).append(item)
    under_way = set(VerificationTask.objects.open().filter(household__in=due).values_list("household_id", flat=True))
    terms = due_by_grade(day)
    sent = [_task(home, items, day, terms) for home, items in due.items() if home.pk not in under_way]
    VerificationTask.objects.bulk_create(sent, batch_size=500)
    TaskStep.objects.bulk_create((TaskStep(task=task, act=TaskAct.SENT) for task in sent), batch_size=500)
    _attach_clues(sent, due)
    for task in sent:
        record(None, "task.fell_due", task, household=str(task.household_id))
    return sent


def _task(household, items: list[WatchItem], day: date, terms: dict[str, date]) -> VerificationTask:
    risks = [item.risk for item in items]
    grade = min((GRADES[item.level] for item in items), key=Grade.values.index)
    words, last = "、".join(Risk(risk).label for risk in risks), max(item.last_check.checked_on for item in items)
    return VerificationTask(
        origin=TaskOrigin.WATCH,
        household=household,
        village_id=household.village_id,
        risks=risks,
        grade=grade,
        why=f"观察到期：{words}，{last} 核实后转观察，请再次核实",
        sent_on=day,
        due_on=terms[grade],
    )


def _attach_clues(tasks: Iterable[VerificationTask], due: dict) -> None:
    """The open clues of the watched risks that came after the last check: new evidence for who looks again."""
    last = {home.pk: {item.risk: item.last_check.checked_on for item in items} for home, items in due.items()}
    by_household = {task.household_id: task for task in tasks}
    through, links = VerificationTask.clues.through, []
    clues = Clue.objects.open().filter(household__in=by_household)
    for pk, household, risk, raised in clues.values_list("pk", "household_id", "risk", "raised_at"):
        checked = last[household].get(risk)
        if checked and timezone.localdate(raised) > checked:
            links.append(through(verificationtask_id=by_household[household].pk, clue_id=pk))
    through.objects.bulk_create(links, batch_size=500)
