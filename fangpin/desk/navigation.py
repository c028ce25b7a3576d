"""Context of the frame around every page: names, navigation of the user's roles, what the header offers."""

from itertools import groupby

from django.conf import settings
from django.urls import reverse

from fangpin.accounts.scope import holds_anywhere
from fangpin.desk.contributions import menu_of
from fangpin.divisions.models import Division, Level
from fangpin.divisions.rights import Right


def frame(request):
    """Context processor. Evaluates nothing for visitors who are not signed in but the names."""
    context = {"system_name": settings.SYSTEM_NAME, "office_name": settings.OFFICE_NAME, "demo_note": settings.DEMO}
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return context
    county = Division.objects.filter(level=Level.COUNTY).first()
    return context | {
        "county_name": county.name if county else "",
        "nav": _nav(user, request.path),
        "can_search": holds_anywhere(user, Right.VIEW_REGISTER),
    }


def _nav(user, path):
    items = [
        {"group": item.group, "label": item.label, "icon": item.icon, "url": reverse(item.url_name)} for item in menu_of(user)
    ]
    here = max((item["url"] for item in items if path.startswith(item["url"])), key=len, default="")
    for item in items:
        item["current"] = item["url"] == here
    return [{"title": title, "items": list(group)} for title, group in groupby(items, key=lambda item: item["group"])]
