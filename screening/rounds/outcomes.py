"""What became of the clues of a department's list (domain.md 3.4): one outcome a clue, counted and listed by the same expression."""

from collections.abc import Mapping
from datetime import date

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    BooleanField,
    Case,
    CharField,
    Count,
    F,
    Func,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextField,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, JSONObject

from screening.choices import ClueState, ComparisonClass, Conclusion, Outcome, TaskState
from screening.models import Clue, ComparisonItem, DepartmentMonth, Extract, RepeatedReport, VerificationTask

NOT_INCLUDED = (Outcome.RESOLVED, Outcome.UNFIT, Outcome.DEAD, Outcome.GONE, Outcome.DUPLICATE)
WRONG = (Outcome.WRONG, Outcome.NOBODY)
CLOSED = tuple(Outcome(conclusion.value) for conclusion in Conclusion)
# What the columns of a return count. 派发 and 已核实 hold what the columns behind them say one by one.
GROUPS: Mapping[str, tuple[str, tuple[Outcome, ...]]] = {
    "sent": ("派发", (Outcome.CHECKING, Outcome.LATE, Outcome.REPORTED, *CLOSED)),
    "verified": ("已核实", (Outcome.REPORTED, *CLOSED)),
    "included": ("拟纳入", (Outcome.INCLUDE,)),
    "refused": ("不纳入", NOT_INCLUDED),
    "watched": ("观察", (Outcome.WATCH,)),
    "wrong": ("信息有误", WRONG),
    "late": ("超期未核查", (Outcome.LATE,)),
    "saved": ("避免重复核查", (Outcome.SAVED,)),
}
# Nothing more is done about these: what a department can be told.
FINAL = (*CLOSED, Outcome.SAVED, Outcome.KNOWN)


def with_outcome(clues: QuerySet[Clue], day: date) -> QuerySet[Clue]:
    """With ``outcome`` as it is on ``day`` and ``outcome_on``, the day on which the county closed it (None before)."""
    tasks = (
        VerificationTask.objects.filter(clues=OuterRef("pk")).exclude(state=TaskState.RECALLED).order_by("-sent_at")
    )
    items = _items().order_by("-comparison__number")
    return clues.annotate(
        outcome=Coalesce(
            Subquery(tasks.annotate(told=_of_task(day)).values("told")[:1]),
            Subquery(items.annotate(told=_of_item()).values("told")[:1]),
            Value(Outcome.WAITING.value),
        ),
        outcome_on=Subquery(tasks.values("closed_on")[:1]),
    )


def _of_task(day: date) -> Case:
    return Case(
        When(state=TaskState.CLOSED, then=F("conclusion")),
        When(state__in=(TaskState.REPORTED, TaskState.CHECKED), then=Value(Outcome.REPORTED.value)),
        When(due_on__lt=day, then=Value(Outcome.LATE.value)),
        default=Value(Outcome.CHECKING.value),
        output_field=CharField(),
    )


def _of_item() -> Case:
    return Case(
        When(_covered(), then=Value(Outcome.SAVED.value)),
        When(Q(cls=ComparisonClass.C5), then=Value(Outcome.KNOWN.value)),
        default=Value(Outcome.WAITING.value),
        output_field=CharField(),
    )


def _items() -> QuerySet[ComparisonItem]:
    """The items of the comparisons of the clue's month that hold it."""
    holds = Func(F("clues"), Cast(OuterRef("pk"), TextField()), function="jsonb_exists", output_field=BooleanField())
    near = Q(household=OuterRef("household")) | Q(household=None, village=OuterRef("village"))
    return ComparisonItem.objects.filter(near, holds, comparison__round__period=OuterRef("period"))


def _covered() -> Func:
    """Whether the item says that an earlier check answers the clue."""
    return Func(
        F("left_out"),
        Value("$[*] ? (@.clue == $clue && @.check != null)"),
        JSONObject(clue=Cast(OuterRef("pk"), TextField())),
        function="jsonb_path_exists",
        template="%(function)s(%(expressions)s)",
        output_field=BooleanField(),
    )


def outcomes_of(clues: QuerySet[Clue], day: date) -> ArraySubquery:
    """[{"outcome", "n"}] of ``clues``, which name their owner by OuterRef."""
    counted = with_outcome(clues, day).order_by().values("outcome").annotate(n=Count("pk"))
    return ArraySubquery(counted.values(told=JSONObject(outcome="outcome", n="n")))


def repeats_of(reports: QuerySet[RepeatedReport]) -> Coalesce:
    """How many facts of earlier months ``reports``, which name their owner by OuterRef, say again: no clue of its own, no visit for it alone."""
    counted = reports.filter(clue__state=ClueState.OPEN).order_by().annotate(one=Value(1)).values("one")
    return Coalesce(Subquery(counted.annotate(n=Count("pk")).values("n")), 0)


def clues_in(extract: Extract, day: date) -> QuerySet[Clue]:
    """The clues that one list raised, each with its outcome on ``day``."""
    return with_outcome(Clue.objects.open().filter(extract=extract), day)


def returned(lists: QuerySet[Extract], day: date) -> QuerySet[Extract]:
    """Lists with ``outcomes`` of their clues on ``day``, ``repeated`` facts of earlier months, and ``given_on``, when their department
    was told of the month."""
    months = DepartmentMonth.objects.filter(
        county=OuterRef("county"), department=OuterRef("department"), period=OuterRef("period")
    )
    counted = outcomes_of(Clue.objects.open().filter(extract=OuterRef("pk")), day)
    repeated = repeats_of(RepeatedReport.objects.filter(extract=OuterRef("pk")))
    return lists.annotate(outcomes=counted, repeated=repeated, given_on=Subquery(months.values("given_on")))


def tally(found: list[dict]) -> dict[str, int]:
    """Outcome -> clues, of what ``outcomes_of`` gave."""
    return {one["outcome"]: one["n"] for one in found}


def in_group(told: Mapping[str, int], group: str) -> int:
    """How many of a tally a column of ``GROUPS`` counts."""
    return sum(told.get(outcome, 0) for outcome in GROUPS[group][1])
