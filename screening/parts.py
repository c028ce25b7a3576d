"""What screening adds to a household's page."""

from django.db.models import Q

from fangpin.accounts.scope import holds
from fangpin.desk.contributions import HouseholdPart, Trace, contribute_part, contribute_trace
from fangpin.divisions.rights import Right
from screening.choices import TASK_TONES, ClueState, ExtractState, Risk, TaskState
from screening.extracts.formats import FORMATS
from screening.matching.wording import method_label
from screening.models import Clue, ComparisonItem, OfflineEntry, Photo, RowMatch, VerificationTask, WatchItem


def clues_of(request, household):
    if not holds(request.user, Right.VIEW_CLUES, household.village_id):
        return None
    clues = (
        Clue.objects.reachable_by(request.user, Right.VIEW_CLUES)
        .filter(household=household)
        .exclude(state=ClueState.WITHDRAWN)
    )
    newest = clues.graded().order_by("-period", "grade_order", "pk")
    return {"clues": newest.select_related("extract__department", "person")[:50]}


@contribute_trace
def clue_traces(household):
    """Who opened a clue of the household saw the household."""
    yield Trace(Clue._meta.label_lower, Clue.objects.filter(household=household).values_list("pk", flat=True))


contribute_part(HouseholdPart("clues", "线索", "screening/clues/_household.html", clues_of, order=20))


def rows_of(request, household):
    """Which rows of department files were taken for members of the household, the newest months first; for who decides on matches."""
    if not holds(request.user, Right.REVIEW_MATCHES, household.village_id):
        return None
    matches = RowMatch.objects.for_user(request.user).filter(
        person__in=list(household.members.values_list("pk", flat=True)), extract__state=ExtractState.CONFIRMED
    )
    newest = matches.select_related("extract__department", "person").order_by(
        "-extract__period", "extract__list_code", "row"
    )
    rows = [
        {"match": match, "list": FORMATS[match.extract.list_code].name, "why": method_label(match.method)}
        for match in newest[:30]
    ]
    return {"rows": rows}


contribute_part(HouseholdPart("rows", "部门数据中的记录", "screening/review/_household.html", rows_of, order=25))


@contribute_trace
def item_traces(household):
    """Who opened what a comparison says of the household saw the household."""
    yield Trace(
        ComparisonItem._meta.label_lower,
        ComparisonItem.objects.filter(household=household).values_list("pk", flat=True),
    )


def tasks_of(request, household):
    """What was asked and found at the household, the newest first, and what of it is watched."""
    tasks = VerificationTask.objects.reachable_by(request.user, Right.VIEW_CLUES).filter(household=household)
    newest = tasks.exclude(state=TaskState.RECALLED).order_by("-sent_at")[:30]
    watched = WatchItem.objects.reachable_by(request.user, Right.VIEW_CLUES).filter(household=household)
    return {
        "tasks": [{"task": task, "tone": TASK_TONES[task.state]} for task in newest],
        "watched": watched.order_by("left_on", "next_check_on"),
    }


def _reads_clues(request, household):
    return holds(request.user, Right.VIEW_CLUES, household.village_id)


contribute_part(
    HouseholdPart("tasks", "核查", "screening/rounds/_household.html", tasks_of, order=22, shown=_reads_clues)
)


@contribute_trace
def task_traces(household):
    """Who opened a task of the household, or a photo that was taken there, saw the household."""
    tasks = VerificationTask.objects.filter(household=household)
    yield Trace(VerificationTask._meta.label_lower, tasks.values_list("pk", flat=True))
    photos = Photo.objects.filter(Q(result__task__household=household) | Q(entry__household=household))
    yield Trace(Photo._meta.label_lower, photos.values_list("pk", flat=True))


def offline_of(request, household):
    """What the village found at the household in each round, the newest first; drafts are the village's own."""
    entries = OfflineEntry.objects.reachable_by(request.user, Right.VIEW_CLUES).complete().filter(household=household)
    newest = entries.select_related("offline_list__round", "offline_list__approval").order_by(
        "-checked_on", "-updated_at"
    )
    return {
        "entries": [
            {
                "entry": entry,
                "risks": "、".join(Risk(risk).label for risk in entry.risks),
                "reason": entry.told.get("reason", ""),
            }
            for entry in newest[:30]
        ]
    }


contribute_part(
    HouseholdPart(
        "offline", "线下排查", "screening/rounds/_offline_household.html", offline_of, order=21, shown=_reads_clues
    )
)


@contribute_trace
def offline_traces(household):
    """Who opened an entry of the household saw the household."""
    entries = OfflineEntry.objects.filter(household=household)
    yield Trace(OfflineEntry._meta.label_lower, entries.values_list("pk", flat=True))
