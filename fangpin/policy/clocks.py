"""Days until something is due: working days by the calendar that the State Council publishes, make-up Saturdays and Sundays included.

The library ``chinesecalendar`` knows the years from 2004 to the last one published. A year that it lacks counts weekends only. Pure.
"""

from datetime import date, timedelta
from decimal import Decimal

from chinese_calendar import is_workday
from django.db.models import TextChoices

_DAY = timedelta(days=1)


class Unit(TextChoices):
    """In what a limit counts; spelled as the units of the policy keys."""

    DAYS = "天", "天"
    WORKING_DAYS = "工作日", "工作日"


def working_day(day: date) -> bool:
    """Are offices open on ``day``?"""
    try:
        return is_workday(day)
    except NotImplementedError:  # a year that the library lacks
        return day.weekday() < 5


def next_working_day(day: date) -> date:
    """``day`` itself if it is a working day, else the first one after it."""
    while not working_day(day):
        day += _DAY
    return day


def add_working_days(day: date, n: int) -> date:
    """The ``n``-th working day after ``day``, which does not count itself; ``day`` for 0. Raises ValueError for less."""
    if n < 0:
        raise ValueError(f"working days are counted forwards, not {n}")
    for _ in range(n):
        day = next_working_day(day + _DAY)
    return day


def working_days_between(start: date, end: date) -> int:
    """Working days after ``start`` up to and with ``end``; less than nothing when ``end`` lies before ``start``."""
    if end < start:
        return -working_days_between(end, start)
    return sum(working_day(start + n * _DAY) for n in range(1, (end - start).days + 1))


def due_on(start: date, amount: int | Decimal, unit: Unit | str) -> date:
    """The last day on which what began on ``start`` is in time; ``amount`` is whole, as the standards keep it.

    Calendar days run through holidays and may end on one. Raises ValueError for a unit that is none.
    """
    days = int(amount)
    if Unit(unit) == Unit.WORKING_DAYS:
        return add_working_days(start, days)
    return start + days * _DAY
