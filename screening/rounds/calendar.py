"""Who owes what by when in a month (domain.md 3.5). Pure: the days come from the standard in force."""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from fangpin.periods import month_end, next_month
from fangpin.policy.keys import Key
from screening.rules.base import StandardLike


@dataclass(frozen=True)
class Calendar:
    """uploads_due, offline_due, verify_due: the last day that is in time; the others are the days on which it happens."""

    uploads_due: date
    offline_due: date
    compare_on: date
    dispatch_on: date
    verify_due: date
    freeze_on: date


@dataclass(frozen=True)
class Late:
    """Who is late by how many days; delivered_on None: nothing has come yet, counted up to the day that was asked about."""

    who: Hashable
    due: date
    days: int
    delivered_on: date | None = None


def calendar_of(period: date, standard: StandardLike) -> Calendar:
    """The dates for what ``period`` brought: days of the month after it, when its lists are owed; a day it lacks is its last day."""
    last = month_end(next_month(period))

    def on(key: Key) -> date:
        return last.replace(day=min(int(standard.amount(key)), last.day))

    return Calendar(
        uploads_due=on(Key.EXTRACT_DUE_DAY),
        offline_due=on(Key.OFFLINE_DUE_DAY),
        compare_on=on(Key.COMPARE_DAY),
        dispatch_on=on(Key.DISPATCH_DAY),
        verify_due=on(Key.VERIFY_DAY),
        freeze_on=on(Key.FREEZE_DAY),
    )


def late(owing: Iterable[Hashable], delivered: Mapping[Hashable, date], *, due: date, day: date) -> list[Late]:
    """Those of ``owing`` who are late on ``day``: nothing came by ``due``, or it came after; in the order of ``owing``.

    What came after ``day`` had not come then.
    """
    found = []
    for who in owing:
        came = delivered.get(who)
        came = came if came is None or came <= day else None
        if (came or day) > due:
            found.append(Late(who, due, ((came or day) - due).days, came))
    return found
