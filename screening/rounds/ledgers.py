"""What the ledgers of domain.md 4.4 ask of the database: one row a clue, one row a task; nothing in them is stored for them alone."""

from django.contrib.postgres.aggregates import StringAgg
from django.db.models import BooleanField, F, Func, OuterRef, Q, QuerySet, Subquery, TextField, Value
from django.db.models.functions import Cast, JSONObject

from screening.choices import TaskAct, TaskState
from screening.models import Clue, ComparisonItem, Round, TaskStep, VerificationResult, VerificationTask

_FOUND = JSONObject(checkers="checkers", checked_on="checked_on", conclusion="conclusion")


def online_rows(clues: QuerySet[Clue]) -> QuerySet[Clue]:
    """线上排查台账: clues with ``round_kind``, ``cls`` and ``why`` of the last comparison, ``sent``, ``task_note`` and ``found`` of their
    last task and its result."""
    holds = Func(F("clues"), Cast(OuterRef("pk"), TextField()), function="jsonb_exists", output_field=BooleanField())
    near = Q(household=OuterRef("household")) | Q(household=None, village=OuterRef("village"))
    items = ComparisonItem.objects.filter(near, holds, comparison__round__period=OuterRef("period"))
    rounds = Round.objects.filter(period=OuterRef("period"), townships=OuterRef("village__parent"))
    tasks = VerificationTask.objects.filter(clues=OuterRef("pk")).exclude(state=TaskState.RECALLED)
    last = tasks.order_by("-sent_at")[:1]
    return clues.annotate(
        round_kind=Subquery(rounds.values("kind")[:1]),
        cls=Subquery(items.order_by("-comparison__number").values("cls")[:1]),
        sent=Subquery(last.values(told=JSONObject(sent_on="sent_on", due_on="due_on", conclusion="conclusion"))),
        found=Subquery(_results(task__clues=OuterRef("pk")).values(told=_FOUND)[:1]),
        why=Subquery(items.order_by("-comparison__number").values("why")[:1]),
        task_note=Subquery(last.values("note")),
    ).select_related("household", "person", "village__parent", "extract__department")


def _results(**of) -> QuerySet[VerificationResult]:
    return VerificationResult.objects.standing().filter(is_draft=False, **of).order_by("-checked_on")


def difference_rows(tasks: QuerySet[VerificationTask]) -> QuerySet[VerificationTask]:
    """比对不一致反馈台账: tasks of comparisons with ``online``, the sentences of their clues, ``found`` and the county's ``opinion``."""
    opinions = TaskStep.objects.filter(task=OuterRef("pk"), act=TaskAct.CLOSED).order_by("-at")
    sentences = (
        Clue.objects.filter(tasks=OuterRef("pk"))
        .order_by()
        .annotate(one=Value(1))
        .values("one")
        .annotate(told=StringAgg("sentence", "；", order_by=F("sentence")))
    )
    return tasks.annotate(
        online=Subquery(sentences.values("told")),
        found=Subquery(_results(task=OuterRef("pk")).values(told=_FOUND)[:1]),
        opinion=Subquery(opinions.values("note")[:1]),
    ).select_related("household", "village__parent", "item__offline")
