"""A full number for who says why: ID number and phone of a member, phone of the household."""

from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from fangpin.accounts.guards import needs
from fangpin.divisions.rights import Right
from fangpin.transitions import NotAllowed
from fangpin.web import confirm
from households.forms import RevealForm
from households.models import Household, Person
from households.revealing import quota_of, reveal, revealed_today, why_not_reveal

readers = needs(Right.VIEW_REGISTER)
page = require_http_methods(["GET", "HEAD", "POST"])


@readers
@page
def person_reveal(request, pk):
    people = Person.objects.reachable_by(request.user, Right.VIEW_REGISTER).select_related("household")
    person = get_object_or_404(people.exclude(id_sealed=b""), pk=pk)
    return _reveal(request, person, person.household_id, "id_number", "证件号码")


@readers
@page
def person_phone(request, pk):
    people = Person.objects.reachable_by(request.user, Right.VIEW_REGISTER).select_related("household")
    person = get_object_or_404(people.exclude(phone_sealed=b""), pk=pk)
    return _reveal(request, person, person.household_id, "phone", "联系电话")


@readers
@page
def household_phone(request, pk):
    households = Household.objects.reachable_by(request.user, Right.VIEW_REGISTER)
    household = get_object_or_404(households.exclude(phone_sealed=b""), pk=pk)
    return _reveal(request, household, household.pk, "phone", "户联系电话")


def _reveal(request, target, household_id, field, label):
    """GET asks for the reason, POST shows the number once; who, when and why is recorded with it."""
    form = RevealForm(request.POST if request.method == "POST" else None)
    back = reverse("household_detail", args=[household_id])
    if form.is_bound and form.is_valid():
        try:
            number = reveal(target, field=field, reason=form.cleaned_data["reason"], by=request.user)
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        else:
            left = max(0, quota_of(request.user) - revealed_today(request.user))
            context = {"subject": target, "label": label, "number": number, "left": left, "back": back}
            return render(request, "households/revealed.html", context)
    return _ask(request, target, label, form, back)


def _ask(request, target, label, form, back):
    left = max(0, quota_of(request.user) - revealed_today(request.user))
    told = f"完整号码只显示这一次，查看人、时间和原因会留痕。今天还可查看 {left} 次。"
    return confirm(
        request,
        title=f"查看{target}的完整{label}",
        consequence=told if left else why_not_reveal(request.user),
        verb="查看号码",
        back=back,
        form=form,
        icon="eye",
        danger=not left,
    )
