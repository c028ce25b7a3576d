"""Items of a comparison as pages and exports show them: their clues, their task, the row in doubt, each joined in the one query."""

from datetime import date

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    BooleanField,
    Exists,
    F,
    Func,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextChoices,
    TextField,
    UUIDField,
    Value,
)
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Coalesce, JSONObject, NullIf

from households.models import Person
from screening.choices import ComparisonClass, TaskState
from screening.models import (
    Clue,
    Comparison,
    ComparisonItem,
    Extract,
    RepeatedReport,
    RowMatch,
    VerificationTask,
)
from screening.rounds.dispatching import SENDABLE, why_not_send

_BEING_CHECKED = (TaskState.SENT, TaskState.DISPUTED)
_BEFORE_CLOSING = (TaskState.REPORTED, TaskState.CHECKED)


class Progress(TextChoices):
    """How far an item is, for the filter of the list."""

    WAITING = "waiting", "待派发"
    SENT = "sent", "村级核实中"
    LATE = "late", "核实超期"
    REPORTED = "reported", "已报送，待审核办结"
    CLOSED = "closed", "已办结"
    NONE = "none", "不派发"


def with_task(items: QuerySet[ComparisonItem], comparison: Comparison) -> QuerySet[ComparisonItem]:
    """With ``task_id``, ``task_state``, ``task_due``: the household's open task, else its last of this round. A village's
    problem has the task that was made of it, also when an earlier comparison of the round showed it."""
    tasks = VerificationTask.objects.exclude(state=TaskState.RECALLED)
    of_household = Q(household=OuterRef("household")) & (Q(round=comparison.round_id) | Q(closed_on=None))
    of_village = Q(
        household=None, item__household=None, village=OuterRef("village"), item__clues__contained_by=OuterRef("clues")
    )
    mine = tasks.filter(of_household | of_village).order_by(F("closed_on").desc(nulls_first=True), "-sent_at")[:1]
    return items.annotate(
        task_id=Subquery(mine.values("pk")),
        task_state=Subquery(mine.values("state")),
        task_due=Subquery(mine.values("due_on")),
    )


def with_sides(items: QuerySet[ComparisonItem]) -> QuerySet[ComparisonItem]:
    """With ``told``: [{"sentence", "department"}] of the household's clues; place, household and entry loaded."""
    named = Func(
        OuterRef("clues"), Cast("pk", TextField()), function="jsonb_exists", output_field=BooleanField()
    )  # fmt: skip
    clues = Clue.objects.filter(named, household=OuterRef("household")).order_by("grade", "pk")
    month = OuterRef(OuterRef("comparison__round__period"))
    again = RepeatedReport.objects.filter(clue=OuterRef("pk"), period=month).values("sentence")
    said = Coalesce(Subquery(again), "sentence")
    told = clues.values(told=JSONObject(sentence=said, department="extract__department__name"))
    return items.annotate(told=ArraySubquery(told)).select_related("household", "village__parent", "offline")


def in_progress(items: QuerySet[ComparisonItem], progress: str, day: date) -> QuerySet[ComparisonItem]:
    """Those of ``with_task`` that are that far on ``day``."""
    sendable = Q(cls__in=SENDABLE) | Q(cls=ComparisonClass.C8, overridden_at__isnull=False)
    asked = {
        Progress.WAITING: sendable & Q(task_state=None),
        Progress.SENT: Q(task_state__in=_BEING_CHECKED),
        Progress.LATE: Q(task_state__in=_BEING_CHECKED, task_due__lt=day),
        Progress.REPORTED: Q(task_state__in=_BEFORE_CLOSING),
        Progress.CLOSED: Q(task_state=TaskState.CLOSED),
        Progress.NONE: ~sendable & Q(task_state=None),
    }
    return items.filter(asked[Progress(progress)])


def progress_of(item: ComparisonItem, day: date) -> tuple[str, str]:
    """(words, tone) of an item of ``with_task``."""
    if item.task_state is None:
        return ("不派发", "") if why_not_send(item) else ("待派发", "blue")
    if item.task_state in _BEING_CHECKED:
        return ("核实超期", "red") if item.task_due < day else ("村级核实中", "amber")
    return ("已办结", "green") if item.task_state == TaskState.CLOSED else ("待审核办结", "purple")


def with_suspects(items: QuerySet[ComparisonItem]) -> QuerySet[ComparisonItem]:
    """Rows in doubt (C9 without a household) with ``filled_in`` (name, method, state) and ``suspect``, the person it is or the first that
    it may be."""
    rows = RowMatch.objects.filter(extract=OuterRef("extract"), sheet_no=OuterRef("sheet_no"), row=OuterRef("row"))
    first = Subquery(
        rows.annotate(first=Coalesce("person_id", Cast(KT("candidates__0"), UUIDField()))).values("first")
    )
    persons = Person.objects.filter(pk=OuterRef("first")).values(
        told=JSONObject(
            name="name",
            relation="relation",
            head="household__head_name",
            number="household__number",
            village="household__village__name",
            township="household__village__parent__name",
        )
    )
    called = Coalesce(
        NullIf("name", Value("")), "person__name"
    )  # a settled row keeps no name of its own: it is the person's
    filled_in = Subquery(rows.values(told=JSONObject(name=called, method="method", state="state")))
    found = items.filter(cls=ComparisonClass.C9, household=None).annotate(filled_in=filled_in, first=first)
    return found.annotate(suspect=Subquery(persons)).select_related("extract__department", "village__parent")


def doubts_of(extracts: QuerySet[Extract]) -> QuerySet[ComparisonItem]:
    """The rows of ``extracts`` that the last comparison of their round holds to be in doubt."""
    newer = Comparison.objects.filter(round=OuterRef("comparison__round"), number__gt=OuterRef("comparison__number"))
    items = ComparisonItem.objects.filter(~Exists(newer), extract__in=extracts.values("pk"))
    return with_suspects(items)


def offline_words(item: ComparisonItem) -> str:
    """What the offline list says of the household."""
    entry = item.offline
    if entry is None:
        return "未列入线下名单"
    return f"{entry.get_judgement_display()}（{entry.checked_on:%m月%d日}，{entry.checkers}）"
