"""一户一档: the household's page, and a member's full number for who says why."""

from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from fangpin.accounts.guards import needs
from fangpin.audit.trail import record
from fangpin.desk.contributions import household_parts
from fangpin.divisions.rights import Right
from fangpin.masking import mask_phone
from fangpin.web import confirm
from households.forms import RevealForm
from households.models import Household, Person
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
        ("户联系电话", mask_phone(household.phone)),
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


@readers
@require_http_methods(["GET", "HEAD", "POST"])
def person_reveal(request, pk):
    """GET asks for the reason, POST shows the number once; who, when and why is recorded with it."""
    people = Person.objects.reachable_by(request.user, Right.VIEW_REGISTER).select_related("household")
    person = get_object_or_404(people.exclude(id_sealed=b""), pk=pk)
    form = RevealForm(request.POST if request.method == "POST" else None)
    back = reverse("household_detail", args=[person.household_id])
    if form.is_bound and form.is_valid():
        record(request.user, "person.revealed", person, reason=form.cleaned_data["reason"], field="id_number")
        context = {"person": person, "back": back}
        return render(request, "households/revealed.html", context)
    return confirm(
        request,
        title=f"查看{person.name}的完整证件号码",
        consequence="完整号码只显示这一次，查看人、时间和原因会留痕。",
        verb="查看号码",
        back=back,
        form=form,
        icon="eye",
    )
