"""The months a list can be filtered by."""

import contextlib
from collections.abc import Iterable
from datetime import date

from django.core.exceptions import ValidationError

from fangpin.periods import month_label, month_text, parse_month


def month_choices(months: Iterable[date], chosen: str | None) -> list[tuple[str, str]]:
    """("2021-05", "2021年5月"), the newest first. The month that is chosen stays one, also when no row of it is left."""
    found = set(months)
    with contextlib.suppress(ValidationError):  # the form says what is wrong with it
        found.add(parse_month(chosen or ""))
    return [(month_text(month), month_label(month)) for month in sorted(found, reverse=True)]
