"""Clues and verification in a household's timeline."""

from django.urls import reverse
from django.utils import timezone

from fangpin.desk.contributions import TimelineEntry, contribute_timeline
from fangpin.divisions.rights import Right
from screening.choices import Judgement, TaskAct
from screening.models import Clue, OfflineEntry, TaskStep, VerificationTask


@contribute_timeline
def clues(user, household):
    found = Clue.objects.reachable_by(user, Right.VIEW_CLUES).filter(household=household)
    for clue in found.select_related("extract__department").order_by("-raised_at")[:100]:
        yield TimelineEntry(
            timezone.localdate(clue.raised_at),
            f"线索：{clue.get_risk_display()}",
            clue.sentence,
            clue.extract.department.name,
            "radar",
            "red",
            clue.raised_at,
            url=reverse("clue_detail", args=[clue.pk]),
        )


_STEP_TONES = {TaskAct.CLOSED: "green", TaskAct.RETURNED: "amber", TaskAct.DISPUTED: "amber"}


@contribute_timeline
def task_steps(user, household):
    tasks = VerificationTask.objects.reachable_by(user, Right.VIEW_CLUES).filter(household=household)
    steps = TaskStep.objects.filter(task__in=tasks).select_related("task", "by").order_by("-at")
    for step in steps[:100]:
        closed = step.task.get_conclusion_display() if step.act == TaskAct.CLOSED else ""
        yield TimelineEntry(
            timezone.localdate(step.at),
            f"核查：{step.get_act_display()}",
            closed or step.note or step.task.why,
            str(step.by or "系统"),
            "clipboard-check",
            _STEP_TONES.get(step.act, ""),
            step.at,
            url=reverse("task_detail", args=[step.task_id]),
        )


@contribute_timeline
def offline_entries(user, household):
    """What the village found on its rounds; a draft is nothing that happened."""
    found = OfflineEntry.objects.reachable_by(user, Right.VIEW_CLUES).complete().filter(household=household)
    for entry in found.select_related("offline_list__round").order_by("-checked_on")[:100]:
        yield TimelineEntry(
            entry.checked_on,
            f"线下排查：{entry.get_judgement_display()}",
            entry.told.get("reason", ""),
            entry.checkers,
            "clipboard-list",
            "" if entry.judgement == Judgement.CLEAR else "amber",
            entry.updated_at,
            url=reverse("offline_entry", args=[entry.pk]),
        )
