"""Which standard holds on a day."""

from datetime import date

from fangpin.policy.models import Standard
from fangpin.transitions import NotAllowed


def standard_on(day: date) -> Standard:
    """The standard in force on ``day``, thresholds loaded. Raises NotAllowed before the first one."""
    standard = Standard.objects.in_force(day)
    if standard is None:
        raise NotAllowed(f"{day:%Y-%m-%d} 还没有生效的政策标准，请县办领导先在“政策标准”里发布")
    return standard
