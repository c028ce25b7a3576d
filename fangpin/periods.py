"""Months as the county works by them: first day inside, "YYYY-MM" in commands and URLs, "2021年5月" on pages."""

import calendar
import re
from datetime import date

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone

_MONTH = re.compile(r"^(20\d\d)-(0[1-9]|1[0-2])$")


def parse_month(text: str) -> date:
    """ "2021-05" -> 2021-05-01. Raises ValidationError with a sentence that says what to do."""
    found = _MONTH.match(text.strip())
    if not found:
        raise ValidationError(f"月份“{text}”写法不对，请写成 2021-05 这样的年-月")
    return date(int(found[1]), int(found[2]), 1)


def month_text(month: date) -> str:
    return f"{month:%Y-%m}"


def month_label(month: date) -> str:
    return f"{month.year}年{month.month}月"


def previous_month(month: date) -> date:
    return date(month.year - (month.month == 1), (month.month - 2) % 12 + 1, 1)


def next_month(month: date) -> date:
    return date(month.year + (month.month == 12), month.month % 12 + 1, 1)


def month_end(month: date) -> date:
    return month.replace(day=calendar.monthrange(month.year, month.month)[1])


def this_day() -> date:
    """Today as rounds, tasks and terms count it: the demo's day stands still in the year of its files."""
    return settings.ROUNDS_DAY or timezone.localdate()


def this_month() -> date:
    """The current month in the county's own time zone, never in the worker's."""
    return timezone.localdate().replace(day=1)


class MonthConverter:
    """URL converter: /months/2021-05/ gives the first day of the month."""

    regex = r"20\d\d-(?:0[1-9]|1[0-2])"

    def to_python(self, value):
        return parse_month(value)

    def to_url(self, value):
        return month_text(value)
