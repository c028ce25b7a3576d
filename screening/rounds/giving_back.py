"""反馈部门 (verbs, domain.md 3.4): the county tells a department what became of its month's lists, the department's clerk signs for it."""

from datetime import date

from django.db import transaction
from django.db.models import Count
from django.utils import timezone

from fangpin.accounts.postings import require
from fangpin.accounts.scope import departments_of, holds
from fangpin.audit.trail import record
from fangpin.divisions.rights import Right
from fangpin.masking import scrub
from fangpin.periods import month_text, this_day
from fangpin.transitions import NotAllowed
from screening.choices import ExtractState
from screening.models import Clue, DepartmentMonth
from screening.rounds.outcomes import FINAL, with_outcome


def standing(month: DepartmentMonth, day: date) -> dict[str, int]:
    """Outcome -> clues of the department's confirmed lists of the month, as it is on ``day``."""
    clues = Clue.objects.open().filter(
        extract__county=month.county_id, extract__department=month.department_id,
        extract__state=ExtractState.CONFIRMED, period=month.period,
    )  # fmt: skip
    return dict(with_outcome(clues, day).order_by().values_list("outcome").annotate(n=Count("pk")))


@transaction.atomic
def give_back(month: DepartmentMonth, *, by, note: str = "", on: date | None = None) -> bool:
    """反馈: on this day the department was told. Nothing new since the last time is nothing to tell: then False, and the day stays.

    Raises NotAllowed when no clue of the month has come to an end.
    """
    require(by, Right.RUN_ROUND, month.county_id, "只有县办可以向部门反馈结果")
    month = DepartmentMonth.objects.select_for_update().select_related("department").get(pk=month.pk)
    day, note = on or this_day(), scrub(note.strip())
    told = standing(month, day)
    if not told:
        raise NotAllowed(f"{month}的名单没有产生线索，没有可以反馈的结果")
    if not any(told.get(outcome) for outcome in FINAL):
        raise NotAllowed(f"{month}的 {sum(told.values())} 条线索都还没有结果，有办结的再反馈")
    if month.given_on and (month.told, month.note) == (told, note):
        return False
    month.given_on, month.given_by, month.note, month.told = day, by, note, told
    month.received_at = month.received_by = None
    month.save()
    record(by, "returns.given", month, period=month_text(month.period), rows=sum(told.values()))
    return True


@transaction.atomic
def receive(month: DepartmentMonth, *, by) -> None:
    """签收 by the department's clerk; the second time changes nothing. Raises NotAllowed."""
    if month.department_id not in departments_of(by) or not holds(by, Right.UPLOAD_EXTRACT, month.county_id):
        raise NotAllowed("只有本部门的数据员可以签收")
    month = DepartmentMonth.objects.select_for_update().get(pk=month.pk)
    if month.given_on is None:
        raise NotAllowed("县办还没有反馈这个月的结果")
    if month.received_at is None:
        month.received_at, month.received_by = timezone.now(), by
        month.save(update_fields=["received_at", "received_by"])
        record(by, "returns.received", month, period=month_text(month.period))
