"""Clues in a household's timeline."""

from django.urls import reverse
from django.utils import timezone

from fangpin.desk.contributions import TimelineEntry, contribute_timeline
from fangpin.divisions.rights import Right
from screening.models import Clue


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
