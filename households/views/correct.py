"""信息更正: one group of fields of a household or a member at a time."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from fangpin.accounts.guards import needs
from fangpin.divisions.rights import Right
from fangpin.transitions import NotAllowed, Stale
from fangpin.web import conflict
from households.events.correcting import correct
from households.field_forms import CorrectionForm
from households.fields import GROUPS
from households.models import Household, Person
from households.showing import masked_values
from households.values import Group, Of

editors = needs(Right.EDIT_REGISTER)
page = require_http_methods(["GET", "HEAD", "POST"])


@editors
@page
def household_correct(request, pk, slug):
    reachable = Household.objects.reachable_by(request.user, Right.EDIT_REGISTER).with_place()
    household = get_object_or_404(reachable, pk=pk)
    return _correct(request, household, household, _group(slug, Of.HOUSEHOLD), "overview")


@editors
@page
def person_correct(request, pk, slug):
    people = Person.objects.reachable_by(request.user, Right.EDIT_REGISTER).present()
    person = get_object_or_404(people.select_related("household__village__parent"), pk=pk)
    return _correct(request, person.household, person, _group(slug, Of.PERSON), "people")


def _group(slug: str, of: Of) -> Group:
    group = next((group for group in GROUPS if (group.slug, group.of) == (slug, of) and group.by_hand), None)
    if group is None:
        raise Http404
    return group


def _correct(request, household, row, group, part):
    posted = request.POST if request.method == "POST" else None
    form = CorrectionForm(posted, household=household, row=row, group=group, masked=masked_values(row))
    if form.is_bound and form.is_valid():
        try:
            correct(row, values=form.values(), by=request.user, **form.common())
        except Stale as stale:
            return conflict(request, str(stale))
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"已更正{group.label}")
            return redirect("household_part", household.pk, part)
    person = row if isinstance(row, Person) else None
    context = {"household": household, "person": person, "group": group, "form": form, "part": part}
    return render(request, "households/correct.html", context)
