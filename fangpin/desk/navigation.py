"""Context of the frame around every page: names, navigation of the user's roles, what the header offers."""

from django.conf import settings
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from fangpin.accounts.models import Posting
from fangpin.accounts.scope import holds_anywhere
from fangpin.desk.contributions import menu_of
from fangpin.divisions.models import Division, Level
from fangpin.divisions.rights import Right


def frame(request):
    """Context processor. What costs a query is lazy: a fragment that is polled each second has no frame."""
    context = {"system_name": settings.SYSTEM_NAME, "office_name": settings.OFFICE_NAME, "demo_note": settings.DEMO}
    context["county_name"] = SimpleLazyObject(_county_name)
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return context
    return context | {
        "account_label": SimpleLazyObject(lambda: _label(user)),
        "nav": SimpleLazyObject(lambda: _nav(user, request.path)),
        "can_search": SimpleLazyObject(lambda: holds_anywhere(user, Right.VIEW_REGISTER)),
    }


def _county_name() -> str:
    return Division.objects.filter(level=Level.COUNTY).values_list("name", flat=True).first() or ""


def _label(user) -> str:
    """莫海燕 · 医保局: the name and where the person works."""
    posting = Posting.objects.open().filter(user=user).select_related("department").first()
    return f"{user} · {posting.department or posting.get_role_display()}" if posting else str(user)


def _nav(user, path):
    """Groups in the order of their first line, each with its lines."""
    items = [
        {"group": item.group, "label": item.label, "icon": item.icon, "url": reverse(item.url_name)}
        for item in menu_of(user)
    ]
    # The work page's address "/" begins every address, but only itself lies there.
    inside = (item["url"] for item in items if path.startswith(item["url"]) and (item["url"] != "/" or path == "/"))
    here = max(inside, key=len, default="")
    groups = {}
    for item in items:
        item["current"] = item["url"] == here
        groups.setdefault(item["group"], []).append(item)
    return [{"title": title, "items": lines} for title, lines in groups.items()]
