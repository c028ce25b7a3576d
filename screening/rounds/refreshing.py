"""观察名单, each month (verb, domain.md 4.5): what the month's clues say of those who are watched."""

from collections import Counter
from datetime import date
from itertools import chain

from django.db import transaction

from fangpin.divisions.models import Division
from fangpin.periods import month_label
from screening.choices import Grade
from screening.models import Clue, RepeatedReport, WatchItem


@transaction.atomic
def refresh(*, county: Division, period: date) -> int:
    """Write beside every active item what the month says of it, in new clues or in repeated reports of old facts; the number of
    items that it says something of. Part of the month's run."""
    items = list(
        WatchItem.objects.active()
        .filter(household__village__code__startswith=county.pk)
        .select_for_update(of=("self",))
    )
    found: dict[tuple, Counter] = {}
    watched = Clue.objects.open().filter(household__in={item.household_id for item in items})
    new = watched.filter(period=period).values_list("household_id", "risk", "grade")
    again = RepeatedReport.objects.filter(period=period, clue__in=watched.filter(period__lt=period))
    for household, risk, grade in chain(new, again.values_list("clue__household_id", "clue__risk", "grade")):
        found.setdefault((household, risk), Counter())[grade] += 1
    for item in items:
        item.refreshed_for = period
        item.refreshed_note = _news(period, found.get((item.household_id, item.risk)))
    WatchItem.objects.bulk_update(items, ["refreshed_for", "refreshed_note"], batch_size=500)
    return sum((item.household_id, item.risk) in found for item in items)


def _news(period: date, grades: Counter | None) -> str:
    if not grades:
        return f"{month_label(period)}没有这类线索"
    worst = next(grade for grade in Grade if grade in grades)
    return f"{month_label(period)}有 {grades.total()} 条线索，最高{worst.label}色"
