"""一户一档: the household's page."""

from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.http import require_safe

from fangpin.accounts.guards import needs
from fangpin.audit.trail import record
from fangpin.desk.contributions import household_parts
from fangpin.divisions.rights import Right
from fangpin.masking import mask_phone
from households.models import Household
from households.showing import shown

readers = needs(Right.VIEW_REGISTER)


@readers
@require_safe
def household_detail(request, pk):
    reachable = Household.objects.reachable_by(request.user, Right.VIEW_REGISTER).with_place()
    household = get_object_or_404(reachable, pk=pk)
    everyone = shown(household.members.order_by("-is_head", "number"))
    record(request.user, "household.viewed", household)
    context = {
        "household": household,
        "facts": _facts(household),
        "phone": mask_phone(household.phone),
        "members": [person for person in everyone if person.left_on is None],
        "left": [person for person in everyone if person.left_on],
        "head": next((person for person in everyone if person.is_head and person.left_on is None), None),
        "others": list(household.other.items()),
        "parts": _parts(request, household),
        "printed_by": f"{request.user} {timezone.localtime():%Y-%m-%d %H:%M}",
    }
    return render(request, "households/detail.html", context)


def _facts(household) -> list[tuple[str, object]]:
    place = f"{household.village.parent.name}{household.village.name}{household.hamlet}"
    return [
        ("户编号", household.number),
        ("住址", place),
        ("家庭人口", f"{household.size} 人"),
        ("户类型", household.get_kind_display()),
    ]


def _parts(request, household) -> list[dict]:
    """Sections that other apps contribute; one whose context is None hides itself."""
    sections = []
    for part in household_parts():
        context = part.context(request, household)
        if context is not None:
            html = render_to_string(part.template, {**context, "household": household}, request)
            sections.append({"slug": part.slug, "title": part.title, "html": html})  # escaped by its own template
    return sections
