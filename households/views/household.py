"""一户一档: the household's page with its tabs, also as of a past day and on paper."""

from datetime import date
from urllib.parse import urlencode

from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from fangpin.accounts.guards import needs
from fangpin.accounts.scope import holds
from fangpin.audit.trail import record
from fangpin.desk.contributions import HouseholdPart, household_parts
from fangpin.divisions.rights import Right
from fangpin.masking import mask_phone
from households.browsing import place_of
from households.forms import DayForm
from households.models import Household
from households.numbers import is_temporary
from households.past import household_as_of
from households.showing import members_of, shown

readers = needs(Right.VIEW_REGISTER)


@readers
@require_safe
def household_detail(request, pk):
    return _tab(request, pk, "overview")


@readers
@require_safe
def household_part(request, pk, slug):
    return _tab(request, pk, slug)


@readers
@require_safe
def household_print(request, pk):
    """The whole file on paper: every tab one after the other."""
    household = _found(request, pk)
    record(request.user, "household.printed", household)
    sections = [_section(request, household, part) for part in household_parts()]
    return render(
        request, "households/print.html", {**_head(request, household), "sections": [one for one in sections if one]}
    )


def _tab(request, pk, slug):
    household, day = _found(request, pk), DayForm(request.GET if "on" in request.GET else None)
    asked = day.cleaned_data["on"] if day.is_valid() else None
    record(request.user, "household.viewed", household, **({} if slug == "overview" else {"part": slug}))
    context = {"place": place_of(request, household), "form": day, "asked": asked}
    if asked:
        household = _as_of(household, asked)
        if household is None:
            return render(request, "households/not_yet.html", context | {"pk": pk})
    parts = [part for part in household_parts() if not asked or part.past]
    section = next((_section(request, household, part) for part in parts if part.slug == slug), None)
    if section is None:
        raise Http404
    tabs = [
        _link(request, household, part, slug)
        for part in parts
        if part.slug == slug or _is_shown(request, household, part)
    ]
    return render(
        request, "households/detail.html", {**_head(request, household), **context, "tabs": tabs, "section": section}
    )


def _found(request, pk) -> Household:
    reachable = Household.objects.reachable_by(request.user, Right.VIEW_REGISTER).with_place()
    return get_object_or_404(reachable, pk=pk)


def _as_of(household: Household, day: date) -> Household | None:
    """An unsaved copy of the household as it was, with its people and the ``day``."""
    past = household_as_of(household, day)
    if past is None:
        return None
    past.household.day, past.household.everybody = day, shown([*past.members, *past.left], day)
    return past.household


def _head(request, household) -> dict:
    members, _ = members_of(household)
    return {
        "household": household,
        "facts": _facts(household),
        "phone": mask_phone(household.phone),
        "head": next((person for person in members if person.is_head), None),
        "may_edit": holds(request.user, Right.EDIT_REGISTER, household.village_id) and not hasattr(household, "day"),
        "printed_by": f"{request.user} {timezone.localtime():%Y-%m-%d %H:%M}",
        "today": timezone.localdate(),
    }


def _facts(household) -> list[tuple[str, object]]:
    place = f"{household.village.parent.name}{household.village.name}{household.hamlet}"
    number = f"{household.number}（临时）" if is_temporary(household.number) else household.number
    return [
        ("户编号", number),
        ("住址", place),
        ("家庭人口", f"{household.size} 人"),
        ("户类型", household.get_kind_display()),
    ]


def _section(request, household, part: HouseholdPart) -> dict | None:
    """A part as HTML that its own template escaped; one whose context is None hides itself."""
    context = part.context(request, household)
    if context is None:
        return None
    html = render_to_string(part.template, {**context, "household": household, "part": part}, request)
    return {"slug": part.slug, "title": part.title, "cards": part.cards, "html": html}


def _is_shown(request, household, part: HouseholdPart) -> bool:
    if part.shown:
        return part.shown(request, household)
    return part.context(request, household) is not None


def _link(request, household, part: HouseholdPart, current: str) -> dict:
    """A tab; the list one came from and the day asked for go along."""
    kept = {name: request.GET[name] for name in ("from", "on") if request.GET.get(name)}
    name, arguments = ("household_part", [part.slug]) if part.slug != "overview" else ("household_detail", [])
    url = reverse(name, args=[household.pk, *arguments]) + (f"?{urlencode(kept)}" if kept else "")
    count = part.count(request, household) if part.count else None
    return {"url": url, "label": part.title, "count": count, "current": part.slug == current}
