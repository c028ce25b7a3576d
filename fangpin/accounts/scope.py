"""Who reaches what. Rights are read here and nowhere else.

guardian's own readers pass superusers, count model-wide grants for every object and still answer for inactive users (security.md 5),
so the permission rows on divisions are asked directly, once per request, and rows are reached by the prefix of their division's code.
"""

from django.db import models
from django.db.models import Q

from fangpin.accounts.models import DivisionUserObjectPermission, Posting


def codes_by_permission(user) -> dict[str, tuple[str, ...]]:
    """Right -> codes of the divisions on which ``user`` holds it; kept on the user object, that is for one request."""
    if not user.is_authenticated or not user.is_active:
        return {}
    if not hasattr(user, "_codes_by_permission"):
        codes: dict[str, list[str]] = {}
        rows = DivisionUserObjectPermission.objects.filter(user=user)
        for right, code in rows.order_by("content_object_id").values_list("permission__codename", "content_object_id"):
            codes.setdefault(right, []).append(code)
        user._codes_by_permission = {right: tuple(found) for right, found in codes.items()}
    return user._codes_by_permission


def holds(user, right: str, division_code: str) -> bool:
    """May ``user`` use ``right`` on this division, by a posting on it or above it?"""
    return any(division_code.startswith(code) for code in codes_by_permission(user).get(right, ()))


def reach_of(user, right: str) -> tuple[str, ...]:
    """Codes of the divisions on which ``user`` holds ``right``."""
    return codes_by_permission(user).get(right, ())


def holds_anywhere(user, right: str) -> bool:
    """For navigation and pages that list: the rows themselves go through ``reachable_by``."""
    return bool(codes_by_permission(user).get(right))


def departments_of(user) -> tuple[str, ...]:
    """Codes of the departments for which ``user`` is data clerk today."""
    if not holds_anywhere(user, "upload_extract"):
        return ()
    if not hasattr(user, "_departments"):
        found = Posting.objects.open().filter(user=user, department__isnull=False)
        user._departments = tuple(found.order_by("department_id").values_list("department_id", flat=True).distinct())
    return user._departments


class ReachableQuerySet(models.QuerySet):
    """Base of every queryset whose rows belong to a division. ``division_path`` names the column with the division's code."""

    division_path = "village_id"

    def reachable_by(self, user, right: str):
        """The rows under the divisions on which ``user`` holds ``right``; none without a posting that grants it."""
        codes = codes_by_permission(user).get(right, ())
        if not codes:
            return self.none()
        reach = Q()
        for code in codes:
            reach |= Q(**{f"{self.division_path}__code__startswith": code})
        return self.filter(reach)
