"""What the ledgers of domain.md 4.4 ask of the database: one row a clue, one row a task; nothing in them is stored for them alone."""

from datetime import date

from django.contrib.postgres.aggregates import StringAgg
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    BooleanField,
    Case,
    Count,
    F,
    Func,
    IntegerField,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    TextField,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, JSONObject, TruncDate

from fangpin.approvals.models import SignOff
from screening.choices import TaskAct, TaskState
from screening.models import (
    Clue,
    ComparisonItem,
    DepartmentMonth,
    Extract,
    OfflineEntry,
    RepeatedReport,
    Round,
    TaskStep,
    VerificationResult,
    VerificationTask,
)
from screening.rounds.outcomes import outcomes_of, repeats_of

_FOUND = JSONObject(checkers="checkers", checked_on="checked_on", conclusion="conclusion")


def online_rows(clues: QuerySet[Clue]) -> QuerySet[Clue]:
    """线上排查台账: clues with ``round_kind``, ``cls`` and ``why`` of the last comparison, ``sent``, ``task_note`` and ``found`` of their
    last task and its result, ``given_on``, when their department was told."""
    holds = Func(F("clues"), Cast(OuterRef("pk"), TextField()), function="jsonb_exists", output_field=BooleanField())
    near = Q(household=OuterRef("household")) | Q(household=None, village=OuterRef("village"))
    items = ComparisonItem.objects.filter(near, holds, comparison__round__period=OuterRef("period"))
    rounds = Round.objects.filter(period=OuterRef("period"), townships=OuterRef("village__parent"))
    tasks = VerificationTask.objects.filter(clues=OuterRef("pk")).exclude(state=TaskState.RECALLED)
    last = tasks.order_by("-sent_at")[:1]
    given = DepartmentMonth.objects.filter(
        county=OuterRef("extract__county"), department=OuterRef("extract__department"), period=OuterRef("period")
    )
    return clues.annotate(
        round_kind=Subquery(rounds.values("kind")[:1]),
        cls=Subquery(items.order_by("-comparison__number").values("cls")[:1]),
        sent=Subquery(last.values(told=JSONObject(sent_on="sent_on", due_on="due_on", conclusion="conclusion"))),
        found=Subquery(_results(task__clues=OuterRef("pk")).values(told=_FOUND)[:1]),
        why=Subquery(items.order_by("-comparison__number").values("why")[:1]),
        task_note=Subquery(last.values("note")),
        given_on=Subquery(given.values("given_on")),
    ).select_related("household", "person", "village__parent", "extract__department")


def _results(**of) -> QuerySet[VerificationResult]:
    return VerificationResult.objects.standing().filter(is_draft=False, **of).order_by("-checked_on")


def difference_rows(tasks: QuerySet[VerificationTask]) -> QuerySet[VerificationTask]:
    """比对不一致反馈台账: tasks of comparisons with ``online``, the sentences of their clues, ``found`` and the county's ``opinion``."""
    opinions = TaskStep.objects.filter(task=OuterRef("pk"), act=TaskAct.CLOSED).order_by("-at")
    sentences = _whole(Clue.objects.filter(tasks=OuterRef("pk"))).annotate(
        told=StringAgg("sentence", "；", order_by=F("sentence"))
    )
    return tasks.annotate(
        online=Subquery(sentences.values("told")),
        found=Subquery(_results(task=OuterRef("pk")).values(told=_FOUND)[:1]),
        opinion=Subquery(opinions.values("note")[:1]),
    ).select_related("household", "village__parent", "item__offline")


def offline_rows(entries: QuerySet[OfflineEntry]) -> QuerySet[OfflineEntry]:
    """线下排查台账: entries with ``cls`` of the last comparison, ``signed`` ([{"stage", "verdict", "by", "on"}] of the village's list, as
    they were given in the last of its rounds) and ``found``, the last result of the household's task in the round."""
    signed = SignOff.objects.filter(
        approval=OuterRef("offline_list__approval"), round=OuterRef("offline_list__approval__round")
    )
    items = ComparisonItem.objects.filter(
        comparison__round=OuterRef("offline_list__round"), household=OuterRef("household")
    )
    results = _results(task__household=OuterRef("household"), task__round=OuterRef("offline_list__round"))
    told = JSONObject(stage="stage", verdict="verdict", by="by__name", on=TruncDate("at"))
    return entries.annotate(
        cls=Subquery(items.order_by("-comparison__number").values("cls")[:1]),
        signed=ArraySubquery(signed.order_by("pk").values(told=told)),
        found=Subquery(results.values(told=_FOUND)[:1]),
    ).select_related("household", "offline_list__village__parent", "offline_list__round", "offline_list__approval")


def month_rows(months: QuerySet[DepartmentMonth], day: date) -> QuerySet[DepartmentMonth]:
    """常态化筛查台账: months of departments with ``files`` ({"on", "rows", "good"} of what is confirmed), ``late`` (a list that was asked
    for was not here when it was due; None when nothing was), ``outcomes`` of their clues on ``day`` and ``repeated``, facts of earlier months
    that they report again."""
    files = Extract.objects.confirmed().filter(
        county=OuterRef("county"), department=OuterRef("department"), period=OuterRef("period")
    )
    asked = Func(OuterRef("lists"), F("list_code"), function="jsonb_exists", output_field=BooleanField())
    in_time = files.annotate(on=TruncDate("confirmed_at")).filter(asked, on__lte=OuterRef("due_on"))
    good = F("rows_ok") + F("rows_warned")
    clues = Clue.objects.open().filter(
        extract__county=OuterRef("county"), extract__department=OuterRef("department"), period=OuterRef("period")
    )
    again = RepeatedReport.objects.filter(
        extract__county=OuterRef("county"), extract__department=OuterRef("department"), period=OuterRef("period")
    )
    summed = JSONObject(on=Max(TruncDate("confirmed_at")), rows=Sum(good + F("rows_refused")), good=Sum(good))
    return months.annotate(
        files=Subquery(_whole(files).annotate(told=summed).values("told")),
        in_time=Coalesce(Subquery(_whole(in_time).annotate(n=Count("pk")).values("n")), 0),
        owed=Func(F("lists"), function="jsonb_array_length", output_field=IntegerField()),
        late=Case(
            When(due_on=None, then=None),
            When(due_on__lt=day, in_time__lt=F("owed"), then=Value(True)),
            default=Value(False),
            output_field=BooleanField(),
        ),
        outcomes=outcomes_of(clues, day),
        repeated=repeats_of(again),
    ).select_related("department")


def _whole(rows: QuerySet) -> QuerySet:
    """One group of all the rows, for a sum beside something else."""
    return rows.order_by().annotate(one=Value(1)).values("one")
