"""地名写法: spellings of places that no division explains, and what the county office says they mean."""

import hashlib

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fangpin.accounts.guards import needs
from fangpin.accounts.scope import codes_by_permission
from fangpin.divisions.models import Division, Level
from fangpin.divisions.rights import Right
from fangpin.transitions import Stale
from fangpin.web import carry_out, confirm, conflict
from screening.extracts.spelling import settle_spelling, take_back_spelling, unplaced
from screening.forms.review import PlaceForm
from screening.models import Extract, Spelling

office = needs(Right.REVIEW_MATCHES)
SHOWN = 100


def _reviewed(user):
    """The live files of the counties whose matches ``user`` decides."""
    counties = codes_by_permission(user).get(Right.REVIEW_MATCHES, ())
    return Extract.objects.for_user(user).live().filter(county__in=counties).select_related("department", "county")


def key_of(text: str) -> str:
    """What stands for a spelling in an address: cells of the wrong column may hold anything."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


@office
@require_safe
def review_places(request):
    found = unplaced(_reviewed(request.user))
    settled = Spelling.objects.for_user(request.user).standing().select_related("division__parent", "decided_by")
    context = {
        "open": [{"one": one, "key": key_of(one.text), "files": len(one.files)} for one in found[:SHOWN]],
        "count": len(found),
        "settled": settled[:SHOWN],
    }
    return render(request, "screening/places/list.html", context)


@office
@require_http_methods(["GET", "HEAD", "POST"])
def review_place(request, key):
    """Which division one spelling means."""
    one = next((one for one in unplaced(_reviewed(request.user)) if key_of(one.text) == key), None)
    if one is None:
        raise Http404
    county = one.files[0].county
    divisions = Division.objects.under(county.code).exclude(level=Level.COUNTY).order_by("code")
    form = PlaceForm(request.POST if request.method == "POST" else None, divisions=list(divisions))
    if form.is_valid():
        try:
            settle_spelling(county=county, text=one.text, division=form.chosen(), by=request.user)
            messages.success(request, f"已记住“{one.township}{one.village}”指{form.chosen()}，下次校验文件时生效")
        except Stale as stale:
            return conflict(request, str(stale))
        return redirect("review_places")
    return confirm(
        request,
        title=f"“{one.township}{one.village}”指哪里",
        consequence=f"{one.why}。这种写法在 {len(one.files)} 份文件里有 {one.rows:,} 行，指定后下次校验文件时照此认定，可以撤回。",
        verb="指定",
        back=reverse("review_places"),
        form=form,
        icon="map-pin",
    )


@office
@require_POST
def review_unplace(request, pk):
    """撤回地名写法."""
    spelling = get_object_or_404(Spelling.objects.for_user(request.user), pk=pk)
    told = "已撤回，下次校验文件时不再照此认定"
    return carry_out(request, lambda: take_back_spelling(spelling, by=request.user) or told, "review_places")
