"""Rows of a round as the verbs leave them, for tests of pages and verbs that come after: every trait has a default, what a test is about it names."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from fangpin.approvals.models import Approval
from fangpin.approvals.routes import Kind, Stage
from fangpin.divisions.models import Division, Level
from households.models import Household
from screening.choices import (
    CheckWay,
    ComparisonClass,
    Conclusion,
    Grade,
    Judgement,
    Risk,
    RoundKind,
    TaskOrigin,
    TaskState,
    Truth,
)
from screening.models import (
    Comparison,
    ComparisonItem,
    OfflineEntry,
    OfflineList,
    Round,
    VerificationResult,
    VerificationTask,
    WatchItem,
)
from screening.rounds.answers import Answers, Need
from tests.builders import COUNTY, VILLAGES, a_county, a_household, a_user

MAY = date(2021, 5, 1)
SENT = date(2021, 5, 8)


def a_round(period: date = MAY, **fields) -> Round:
    """The round of a month over all townships of 试点县, with an offline list for every village."""
    a_county()
    dates = {
        "starts_on": 1,
        "uploads_due": 5,
        "offline_due": 5,
        "compare_on": 7,
        "dispatch_on": 8,
        "verify_due": 15,
        "ends_on": 28,
    }
    fields = {"kind": RoundKind.MONTHLY, **{name: period.replace(day=day) for name, day in dates.items()}, **fields}
    made = Round.objects.create(county_id=COUNTY, period=period, **fields)
    made.townships.set(Division.objects.filter(level=Level.TOWNSHIP, code__startswith=COUNTY))
    villages = Division.objects.filter(level=Level.VILLAGE, code__startswith=COUNTY)
    OfflineList.objects.bulk_create(OfflineList(round=made, village=village) for village in villages)
    return made


def an_offline_list(
    of: Round | None = None, village: str = VILLAGES[0], stage: Stage | None = None, **fields
) -> OfflineList:
    """The list of one village; with ``stage`` it was submitted and stands there."""
    found = OfflineList.objects.get(round=of or a_round(), village=village)
    if stage:
        opener = a_user()
        found.approval = Approval.objects.create(
            kind=Kind.OFFLINE_LIST, village_id=village, stage=stage, opened_by=opener, submitted_by=opener
        )
    for name, value in fields.items():
        setattr(found, name, value)
    found.save()
    return found


def an_entry(of: OfflineList | None = None, household: Household | None = None, **fields) -> OfflineEntry:
    """A complete entry of a household that may be 边缘易致贫户 because of illness."""
    of = of or an_offline_list()
    fields = {
        "checked_on": date(2021, 5, 4),
        "checkers": "第一书记 甲、村干部 乙",
        "way": CheckWay.VISIT,
        "risks": [Risk.ILLNESS],
        "judgement": Judgement.MARGINAL,
        "reference_income": Decimal("4870.00"),
        "is_draft": False,
        **fields,
    }
    return OfflineEntry.objects.create(offline_list=of, household=household or a_household(of.village_id), **fields)


def a_comparison(of: Round | None = None, number: int = 1, **fields) -> Comparison:
    fields = {"inputs": {}, "counts": {}, **fields}
    return Comparison.objects.create(round=of or a_round(), number=number, **fields)


def an_item(of: Comparison | None = None, household: Household | None = None, **fields) -> ComparisonItem:
    """A household found online only (C2), yellow, because of illness."""
    household = household or a_household()
    fields = {
        "cls": ComparisonClass.C2,
        "village_id": household.village_id,
        "risks": [Risk.ILLNESS],
        "grade": Grade.YELLOW,
        "why": "医保名单有大额支出，线下没有排查到",
        **fields,
    }
    return ComparisonItem.objects.create(comparison=of or a_comparison(), household=household, **fields)


def a_task(household: Household | None = None, *, state: TaskState = TaskState.SENT, **fields) -> VerificationTask:
    """A household sent to its village on 8 May, to be reported within five days."""
    household = household or a_household()
    fields = {
        "origin": TaskOrigin.COMPARISON,
        "village_id": household.village_id,
        "risks": [Risk.ILLNESS],
        "grade": Grade.YELLOW,
        "why": "医保名单有大额支出，线下没有排查到",
        "sent_on": SENT,
        "due_on": SENT + timedelta(days=7),
        **fields,
    }
    if state == TaskState.CLOSED:
        fields = {"closed_on": date(2021, 5, 14), "conclusion": Conclusion.UNFIT, **fields}
    return VerificationTask.objects.create(household=household, state=state, **fields)


def a_result(task: VerificationTask | None = None, **fields) -> VerificationResult:
    """What the village found: true, but not fit for inclusion."""
    task = task or a_task(state=TaskState.REPORTED)
    fields = {
        "checked_on": date(2021, 5, 12),
        "checkers": "甲、乙",
        "way": CheckWay.VISIT,
        "interviewee": "户主本人",
        "truth": Truth.TRUE,
        "conclusion": Conclusion.UNFIT,
        "is_draft": False,
        "reported_at": datetime(2021, 5, 12, 10, tzinfo=ZoneInfo("Asia/Shanghai")),
        **fields,
    }
    return VerificationResult.objects.create(task=task, **fields)


def a_watch_item(result: VerificationResult | None = None, **fields) -> WatchItem:
    result = result or a_result(conclusion=Conclusion.WATCH, next_check_on=date(2021, 6, 12))
    fields = {
        "household": result.task.household,
        "risk": Risk.ILLNESS,
        "level": "general",
        "since": date(2021, 5, 8),
        "next_check_on": date(2021, 6, 12),
        **fields,
    }
    return WatchItem.objects.create(source=result, last_check=result, **fields)


def answered(household: Household, **changes) -> Answers:
    """Everything the form asks about a general household of three that falls below the line because of illness: 4,870 yuan a head."""
    told = {
        "checked_on": date(2021, 5, 4),
        "checkers": "第一书记 甲",
        "way": CheckWay.VISIT.value,
        "members": (str(household.members.get(is_head=True).pk),),
        "persons": 3,
        "amounts": {
            "wages": Decimal(30_000),
            "business": Decimal(8_000),
            "assets": Decimal(0),
            "transfer": Decimal(2_000),
            "costs": Decimal("2210.00"),
            "self_pay": Decimal("23180.00"),
        },
        "living": {need.value: True for need in Need},
        "risks": (Risk.ILLNESS.value,),
        "evidence": {Risk.ILLNESS.value: "住院结算单，自付 23180 元"},
        "judgement": Judgement.MARGINAL.value,
        "reason": "住院自付大，收入低于监测范围",
    }
    return Answers(**{**told, **changes})
