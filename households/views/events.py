"""Entering a life event: which, about whom, with which other household, then its form; and taking one back."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from fangpin.accounts.guards import needs
from fangpin.divisions.rights import Right
from fangpin.transitions import NotAllowed, Stale
from fangpin.web import confirm, conflict
from households.acts import ACTS, GROUPS, Act
from households.event_forms import MoveHouseholdForm, OtherForm
from households.events.undoing import undo_event, what_blocks
from households.models import Household, LifeEvent, Person
from households.showing import members_of

editors = needs(Right.EDIT_REGISTER)
page = require_http_methods(["GET", "HEAD", "POST"])


@editors
@require_safe
def event_choose(request, pk):
    """The events, all of them or those of the member in ``?person=``."""
    household = _editable(request, pk)
    person = _member(request, household)
    groups = [(title, [act for act in acts if not person or act.about]) for title, acts in GROUPS]
    query = f"?person={person.pk}" if person else ""
    groups = [(title, acts) for title, acts in groups if acts]
    return render(
        request,
        "households/events/choose.html",
        {"household": household, "person": person, "groups": groups, "query": query},
    )


@editors
@page
def event_new(request, pk, slug):
    household, act = _editable(request, pk), _act(slug)
    person = _member(request, household)
    context = {"household": household, "act": act, "person": person}
    members, _ = members_of(household)
    if act.about and person is None:
        return render(request, "households/events/person.html", context | {"members": members})
    other = _other(request, household) if act.other else None
    if act.other and other is None:
        return _ask_other(request, context)
    return _enter(request, _form(request, household, act, person, other), context | {"other": other})


def _enter(request, form, context):
    if form.is_bound and form.is_valid():
        try:
            event = form.enter(by=request.user)
        except Stale as stale:
            return conflict(request, str(stale))
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"已登记{event.get_kind_display()}。登错了可以在时间线里撤销")
            return redirect("household_detail", event.household_id)
    return render(request, "households/events/form.html", context | {"form": form})


def _form(request, household: Household, act: Act, person, other):
    members, left = members_of(household)
    needed = {"user": request.user} if act.form is MoveHouseholdForm else {}
    given = {"kind": act.event, "members": members, "left": left, "person": person, "other": other, **needed}
    return act.form(request.POST if request.method == "POST" else None, household=household, **given)


def _ask_other(request, context):
    """The number of the other household comes by POST; its id, which says nothing, goes into the address."""
    form = OtherForm(request.POST or None, user=request.user, household=context["household"])
    if form.is_bound and form.is_valid():
        query = request.GET.copy()
        query["other"] = str(form.other.pk)
        return redirect(f"{request.path}?{query.urlencode()}")
    return render(request, "households/events/other.html", context | {"form": form})


def _editable(request, pk) -> Household:
    reachable = Household.objects.reachable_by(request.user, Right.EDIT_REGISTER).with_place()
    return get_object_or_404(reachable, pk=pk)


def _act(slug: str) -> Act:
    if slug not in ACTS:
        raise Http404
    return ACTS[slug]


def _member(request, household: Household) -> Person | None:
    """The present member of ``?person=``."""
    if "person" not in request.GET:
        return None
    members, _ = members_of(household)
    found = next((person for person in members if str(person.pk) == request.GET["person"]), None)
    if found is None:
        raise Http404
    return found


def _other(request, household: Household) -> Household | None:
    """The household of ``?other=``, when the user may register in it."""
    try:
        pk = UUID(request.GET.get("other", ""))
    except ValueError:
        return None
    return (
        Household.objects.reachable_by(request.user, Right.EDIT_REGISTER)
        .exclude(pk=household.pk)
        .filter(pk=pk)
        .first()
    )


@editors
@page
def event_undo(request, pk):
    events = LifeEvent.objects.reachable_by(request.user, Right.EDIT_REGISTER).select_related("household")
    event = get_object_or_404(events, pk=pk)
    back = reverse("household_part", args=[event.household_id, "timeline"])
    if request.method == "POST":
        try:
            undo_event(event, by=request.user)
        except NotAllowed as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, f"已撤销{event.get_kind_display()}，户和成员恢复到登记之前")
        return redirect(back)
    blocks = what_blocks(event)
    if blocks:
        return render(request, "households/events/blocked.html", {"event": event, "blocks": blocks, "back": back})
    return confirm(
        request,
        title=f"撤销：{event}",
        consequence="户和成员恢复到登记之前的样子；时间线里保留这一条，注明已撤销。",
        verb="撤销变动",
        back=back,
        icon="undo-2",
        danger=True,
    )
