"""上报、审核、收回、撤销 of a village's offline list."""

from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from fangpin.accounts.guards import needs
from fangpin.divisions.rights import Right
from fangpin.web import carry_out, confirm
from screening.forms.rounds import SeenForm, SubmitForm, WhyForm
from screening.rounds.handing_in import is_zero, recall_list, sign_list, submit_list, withdraw_list
from screening.views.offline import list_or_404, sign_form, village_page

page = require_http_methods(["GET", "HEAD", "POST"])


@needs(Right.SIGN_VILLAGE)
@page
def round_submit(request, pk):
    listed = list_or_404(request, pk, Right.SIGN_VILLAGE)
    zero = is_zero(listed)
    form = SubmitForm(request.POST if request.method == "POST" else None, ask_zero=zero, initial=_seen(listed))
    if form.is_bound and form.is_valid():
        return _act(
            request,
            pk,
            lambda seen: submit_list(
                listed, by=request.user, zero=form.cleaned_data.get("zero", False), seen_version=seen
            ),
            form.cleaned_data["seen"],
            f"{listed.village.name}名单已上报{listed.village.parent.name}",
        )
    suspected = listed.entries.suspected().count()
    return confirm(
        request,
        title=f"上报{listed.village.name}线下名单",
        consequence=f"应排查 {listed.due} 户，已排查 {listed.looked_at} 户，无风险 {listed.clear} 户，疑似 {suspected} 户。"
        f"上报后由{listed.village.parent.name}审核，审核前可以收回。",
        verb="上报乡镇",
        back=_home(pk),
        form=form,
        icon="send",
    )


@needs(Right.SIGN_VILLAGE)
@page
def round_recall(request, pk):
    listed = list_or_404(request, pk, Right.SIGN_VILLAGE)
    form = SeenForm(request.POST if request.method == "POST" else None, initial=_seen(listed))
    if form.is_bound and form.is_valid():
        verb = lambda seen: recall_list(listed, by=request.user, seen_version=seen)  # noqa: E731
        return _act(request, pk, verb, form.cleaned_data["seen"], "已收回，改好后请重新上报")
    return confirm(
        request,
        title=f"收回{listed.village.name}线下名单",
        consequence="收回后可以修改，改好须重新上报。乡镇签署以后不能收回。",
        verb="收回名单",
        back=_home(pk),
        form=form,
        icon="undo-2",
    )


@needs(Right.SIGN_TOWNSHIP, Right.SIGN_COUNTY)
@page
def round_sign(request, pk):
    listed = list_or_404(request, pk)
    if request.method != "POST":
        return redirect("round_village", pk)
    form = sign_form(listed, request.POST)
    if not form.is_valid():
        return village_page(request, listed, sign=form)
    given = form.signature()
    verb = lambda seen: sign_list(listed, by=request.user, seen_version=seen, **given)  # noqa: E731
    return _act(request, pk, verb, form.cleaned_data["seen"], "意见已签署")


@needs(Right.SIGN_COUNTY)
@page
def round_withdraw(request, pk):
    listed = list_or_404(request, pk, Right.SIGN_COUNTY)
    form = WhyForm(request.POST if request.method == "POST" else None, initial=_seen(listed))
    if form.is_bound and form.is_valid():
        reason = form.cleaned_data["reason"]
        verb = lambda seen: withdraw_list(listed, by=request.user, reason=reason, seen_version=seen)  # noqa: E731
        return _act(request, pk, verb, form.cleaned_data["seen"], "已撤销审定，名单退回村里更正")
    return confirm(
        request,
        title=f"撤销{listed.village.name}线下名单的审定",
        consequence="名单回到村里更正，改好后重新逐级上报。撤销和原因会留痕。",
        verb="撤销审定",
        back=_home(pk),
        form=form,
        icon="undo-2",
        danger=True,
    )


def _act(request, pk, verb, seen: int, done: str):
    return carry_out(request, lambda: verb(seen) or done, "round_village", pk)


def _seen(listed) -> dict[str, int]:
    return {"seen": listed.version}


def _home(pk) -> str:
    return reverse("round_village", args=[pk])
