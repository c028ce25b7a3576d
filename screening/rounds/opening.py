"""开启和结束排查轮次 (verbs, domain.md 3.5): a round gives every village of its scope a list to fill in, the dates come from the calendar."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone

from fangpin.accounts.scope import holds
from fangpin.approvals.routes import Stage
from fangpin.audit.trail import record
from fangpin.divisions.models import Division
from fangpin.divisions.rights import Right
from fangpin.masking import scrub
from fangpin.periods import month_text
from fangpin.policy.lookup import standard_on
from fangpin.transitions import NotAllowed, Stale
from households.models import Household
from screening.choices import ExtractState, RoundKind
from screening.extracts.formats import FORMATS
from screening.models import DepartmentMonth, Extract, OfflineList, Round, VerificationTask
from screening.rounds.calendar import calendar_of
from screening.rounds.waiting import drop_all

DATES = ("starts_on", "uploads_due", "offline_due", "compare_on", "dispatch_on", "verify_due", "ends_on")


def dates_for(period: date) -> dict[str, date]:
    """The dates of a round of that month by the calendar of the standard in force. Raises NotAllowed without a standard."""
    days = calendar_of(period, standard_on(period))
    return {
        "starts_on": period,
        "uploads_due": days.uploads_due,
        "offline_due": days.offline_due,
        "compare_on": days.compare_on,
        "dispatch_on": days.dispatch_on,
        "verify_due": days.verify_due,
        "ends_on": days.freeze_on,
    }


def lists_for() -> list[str]:
    """The lists that departments owe every month."""
    return [fmt.code for fmt in FORMATS.values() if fmt.cycle == "monthly"]


@transaction.atomic
def open_round(
    *,
    county: Division,
    kind: RoundKind,
    period: date,
    townships: Collection[Division],
    lists: Iterable[str],
    dates: Mapping[str, date],
    by,
) -> Round:
    """Open the round of a month; every village of the townships gets its offline list. Raises NotAllowed with the reason."""
    _require_county(by, county)
    if not townships or any(township.parent_id != county.pk for township in townships):
        raise NotAllowed("请选择本县的乡镇")
    lists = list(lists)
    if unknown := [code for code in lists if code not in FORMATS]:
        raise NotAllowed(f"没有这些名单：{'、'.join(unknown)}")
    Division.objects.select_for_update(no_key=True).get(
        pk=county.pk
    )  # two officers opening at once: one after the other
    opened = Round(county=county, kind=kind, period=period, lists=lists, opened_by=by, **dates)
    try:
        opened.full_clean(exclude={"opened_by", "closed_by", "closed_at", "lists"})
    except ValidationError as error:
        raise NotAllowed("；".join(error.messages)) from error
    opened.save(force_insert=True)
    opened.townships.set(townships)
    villages = Division.objects.villages().filter(parent__in=[township.pk for township in townships])
    due = _households_of(county)
    OfflineList.objects.bulk_create(
        OfflineList(round=opened, village=village, due=due.get(village.pk, 0)) for village in villages
    )
    _ask_departments(opened)
    record(by, "round.opened", opened, period=month_text(period), kind=opened.get_kind_display(), rows=len(villages))
    return opened


def _ask_departments(opened: Round) -> None:
    """What each department owes the month, kept for the ledger of its deliveries."""
    owed: dict[str, list[str]] = {}
    for code in opened.lists:
        owed.setdefault(FORMATS[code].department, []).append(code)
    DepartmentMonth.objects.bulk_create(
        [
            DepartmentMonth(
                county=opened.county, period=opened.period, department_id=code, lists=lists, due_on=opened.uploads_due
            )
            for code, lists in owed.items()
        ],
        update_conflicts=True,
        unique_fields=["county", "department", "period"],
        update_fields=["lists", "due_on"],
    )


def _households_of(county) -> dict[str, int]:
    """village -> households with members: how many there are to look at."""
    found = Household.objects.present().filter(village__code__startswith=county.pk).order_by()
    return dict(found.values_list("village_id").annotate(n=Count("*")))


@dataclass(frozen=True)
class Left:
    """What is not done when a round ends: ``count`` of what."""

    what: str
    count: int
    unit: str

    def __str__(self):
        return f"{self.what} {self.count:,} {self.unit}"


def left_open(closing: Round) -> list[Left]:
    """What a round would leave behind, for the question before it is closed; empty when all is done."""
    lists = OfflineList.objects.filter(round=closing)
    counted = lists.aggregate(
        village=Count("pk", filter=Q(pk__in=lists.with_village().values("pk"))),
        township=Count("pk", filter=Q(approval__stage=Stage.TOWNSHIP)),
        county=Count("pk", filter=Q(approval__stage=Stage.COUNTY)),
    )
    tasks = VerificationTask.objects.open().filter(round=closing).count()
    here = Extract.objects.filter(
        county=closing.county_id, period=closing.period, list_code__in=closing.lists, state=ExtractState.CONFIRMED
    )
    found = [
        Left("部门名单未报送", len(closing.lists) - here.values("list_code").distinct().count(), "份"),
        Left("村未上报线下名单", counted["village"], "个村"),
        Left("待乡镇审核", counted["township"], "个村"),
        Left("待县级审定", counted["county"], "个村"),
        Left("核查任务未办结", tasks, "户"),
    ]
    return [left for left in found if left.count]


@transaction.atomic
def close_round(closing: Round, *, by, reason: str = "") -> None:
    """结束: nothing more is typed into the round. What is still open needs a reason. Raises NotAllowed or Stale.

    Takes the village lists one after the other first, so that who is saving an entry gets it in, or is told that the round is over.
    """
    _require_county(by, closing.county)
    list(OfflineList.objects.select_for_update().filter(round=closing).order_by("pk").values_list("pk", flat=True))
    reason, left = scrub(reason.strip()), left_open(closing)
    if left and not reason:
        raise NotAllowed(f"本轮还有：{'，'.join(map(str, left))}。确需结束的，请写明原因")
    changed = Round.objects.open().filter(pk=closing.pk)
    now = timezone.now()
    if not changed.update(closed_at=now, closed_by=by, closed_why=reason):
        raise Stale("这个轮次刚刚已被他人结束，请刷新查看")
    closing.refresh_from_db()
    transaction.on_commit(lambda: drop_all(closing.pk))
    record(by, "round.closed", closing, period=month_text(closing.period), reason=reason or None)


def _require_county(by, county: Division) -> None:
    if not holds(by, Right.RUN_ROUND, county.pk):
        raise NotAllowed(f"只有县办可以组织{county.name}的排查轮次")
