"""Values of a row: how a page writes them and how an export does; addresses of the same page with other parameters."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from django.utils import timezone

EMPTY = "—"


def value_of(item: Any, path: str | Callable[[Any], object]) -> object:
    """A dotted path ("village.name"; methods are called, None stops the walk) or a function, applied to a row."""
    if callable(path):
        return path(item)
    for part in path.split("."):
        item = getattr(item, part)
        item = item() if callable(item) else item
        if item is None:
            return None
    return item


def shown(value: object) -> str:
    """A value as a page writes it: "—" for nothing, local time, money with two decimals and thousands."""
    if value is None or value == "":
        return EMPTY
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, datetime):
        return f"{timezone.localtime(value) if timezone.is_aware(value) else value:%Y-%m-%d %H:%M}"
    if isinstance(value, Decimal | float):
        return f"{value:,.2f}"
    return value.isoformat() if isinstance(value, date) else str(value)


def for_export(value: object) -> object:
    """A cell of the export: numbers, dates and text as they are, local time without zone, everything else as text."""
    if isinstance(value, datetime) and timezone.is_aware(value):
        return timezone.make_naive(value)
    if value is None or isinstance(value, bool):
        return "" if value is None else shown(value)
    return value if isinstance(value, int | float | Decimal | date | str) else str(value)


def address_with(request: HttpRequest, **changes: object) -> str:
    """The present query string with ``changes``; None takes a parameter out. Always begins with "?"."""
    query = request.GET.copy()
    for name, value in changes.items():
        if value is None:
            query.pop(name, None)
        else:
            query[name] = str(value)
    return f"?{query.urlencode()}"
