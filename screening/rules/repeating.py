"""Facts that a later month reports again: their clue stays the one, what the month says of them is kept beside it (domain.md 4.2)."""

from collections.abc import Collection, Iterable
from datetime import date
from uuid import UUID

from django.db.models import Q

from fangpin.divisions.models import Division
from screening.choices import ExtractState
from screening.models import Extract, RepeatedReport
from screening.rules.saying import said_by


def note_repeated(
    county: Division, period: date, repeated: Iterable[tuple[UUID, tuple]], *, looked_at: Collection[UUID]
) -> None:
    """Keep what the month says of facts of earlier months, in the place of what it said before.

    repeated: key of the clue with (extract, finding). What files say that were not ``looked_at`` this time (held ones) stays.
    """
    before = RepeatedReport.objects.filter(period=period, extract__county=county)
    before.exclude(Q(extract__state=ExtractState.CONFIRMED) & ~Q(extract__in=looked_at)).delete()
    kept = set(before.values_list("clue_id", flat=True))
    lines = [
        RepeatedReport(clue_id=clue, period=period, extract=extract, grade=finding.own, **said_by(finding))
        for clue, (extract, finding) in repeated
        if clue not in kept
    ]
    RepeatedReport.objects.bulk_create(lines, batch_size=1000)


def forget_repeats_of(extract: Extract) -> None:
    """The file counts no more."""
    RepeatedReport.objects.filter(extract=extract).delete()
