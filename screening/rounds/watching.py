"""观察名单 (domain.md 4.5): when a suspect that was not included is looked at again, and when he leaves the list. Pure."""

import calendar
from dataclasses import dataclass
from datetime import date

from fangpin.policy.keys import Key
from screening.choices import WatchLevel
from screening.rules.base import StandardLike

_MONTHS = {
    WatchLevel.KEY: Key.WATCH_MONTHS_KEY,
    WatchLevel.GENERAL: Key.WATCH_MONTHS_GENERAL,
    WatchLevel.LONG: Key.WATCH_MONTHS_LONG,
}
_LEVELS = tuple(WatchLevel)


@dataclass(frozen=True)
class Watched:
    """How a household stays on the list: its level, clean checks in a row; ``leaves`` when those are enough."""

    level: WatchLevel
    clean_checks: int
    leaves: bool


def next_check(level: WatchLevel, last: date, standard: StandardLike) -> date:
    """The same day of the month, as many months on as the level says; the month's last day where it has no such day."""
    months = last.year * 12 + last.month - 1 + int(standard.amount(_MONTHS[WatchLevel(level)]))
    year, month = months // 12, months % 12 + 1
    return date(year, month, min(last.day, calendar.monthrange(year, month)[1]))


def after_check(level: WatchLevel, clean_checks: int, *, clean: bool, standard: StandardLike) -> Watched:
    """What a check changes. clean_checks: clean ones in a row before it.

    A clean one lowers the level, enough of them in a row end the watch; one that is not clean raises it and counts from zero.
    """
    if not clean:
        return Watched(raised(level), 0, leaves=False)
    done = clean_checks + 1
    return Watched(lowered(level), done, leaves=done >= int(standard.amount(Key.WATCH_CLEAN_CHECKS)))


def raised(level: WatchLevel) -> WatchLevel:
    """One level closer; 重点观察 stays."""
    return _LEVELS[max(0, _LEVELS.index(WatchLevel(level)) - 1)]


def lowered(level: WatchLevel) -> WatchLevel:
    """One level less often; 长期观察 stays."""
    return _LEVELS[min(len(_LEVELS) - 1, _LEVELS.index(WatchLevel(level)) + 1)]
