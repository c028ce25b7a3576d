"""Which standard holds on a day."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from fangpin.policy.keys import DEFAULTS, Key
from fangpin.policy.models import Standard, Threshold
from fangpin.transitions import NotAllowed


def standard_on(day: date) -> Standard:
    """The standard in force on ``day``, thresholds loaded. Raises NotAllowed before the first one."""
    standard = Standard.objects.in_force(day)
    if standard is None:
        raise NotAllowed(f"{day:%Y-%m-%d} 还没有生效的政策标准，请县办领导先在“政策标准”里发布")
    return standard


def amounts_on(days: Iterable[date], key: Key) -> dict[date, Decimal | None]:
    """The figure of ``key`` in force on each of ``days``, None before the first standard that has it. One query."""
    found = Threshold.objects.filter(key=key).order_by("standard__effective_from")
    steps = list(found.values_list("standard__effective_from", "amount"))
    return {day: next((amount for since, amount in reversed(steps) if since <= day), None) for day in days}


def limit_on(day: date, key: Key) -> Decimal:
    """A limit that protects people: the figure in force, or the default where no standard names it. Never nothing."""
    amount = amounts_on([day], key)[day]
    return DEFAULTS[key] if amount is None else amount
