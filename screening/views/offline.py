"""线下名单: completion by village, one village's list with its numbers, finding a household for it."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fangpin.accounts.guards import needs
from fangpin.accounts.scope import holds
from fangpin.approvals.routes import Stage
from fangpin.audit.trail import record
from fangpin.divisions.rights import Right
from fangpin.transitions import NotAllowed, Stale
from fangpin.web import ListColumn, conflict, list_page
from households.forms import SearchForm
from households.models import Household
from households.search import find
from screening.choices import Judgement, Risk
from screening.forms.rounds import STATES, TODO, CountsForm, OfflineFilter, SignForm
from screening.models import OfflineEntry, OfflineList
from screening.rounds.handing_in import (
    is_zero,
    unready,
    why_not_recall,
    why_not_sign,
    why_not_submit,
    why_not_withdraw,
)
from screening.rounds.offline import begin_entry, save_counts, why_not_report
from screening.views.rounds import lists_of, round_or_404

readers, writers = needs(Right.VIEW_CLUES), needs(Right.REPORT_OFFLINE)
TONES = {TODO: "amber", Stage.TOWNSHIP: "blue", Stage.COUNTY: "blue", Stage.PASSED: "green"}
JUDGEMENT_TONES = {Judgement.CLEAR: "green"}


def state_of(listed: OfflineList) -> str:
    return TODO if listed.is_with_village else listed.stage


def state_label(listed: OfflineList) -> str:
    """Where it stands, in words; for what came back, how."""
    if not listed.is_with_village or listed.stage == "":
        return STATES[state_of(listed)]
    return {Stage.VILLAGE: "退回待更正", Stage.RECALLED: "已收回", Stage.WITHDRAWN: "已撤销待更正"}[listed.stage]


COLUMNS = (
    ListColumn("village", "行政村", "village.name", sort="village_id", sub=lambda row: row.village.parent.name,
               export_value="village.name"),
    ListColumn("township", "乡镇", "village.parent.name", page=False),
    ListColumn("state", "上报状态", state_label, sort="approval__stage", tone=lambda row: TONES[state_of(row)]),
    ListColumn("due", "应排查户数", "due", sort="due", right=True),
    ListColumn("looked_at", "已排查户数", "looked_at", sort="looked_at", right=True),
    ListColumn("clear", "无风险户数", "clear", sort="clear", right=True),
    ListColumn("suspected", "疑似户数", "suspected", sort="suspected", right=True),
    ListColumn("checkers", "排查人", "checkers", wide=True),
)  # fmt: skip


@readers
@require_safe
def round_offline(request, pk):
    found = round_or_404(request, pk)
    towns = found.townships.order_by("code")
    uploads = [town for town in towns if holds(request.user, Right.REPORT_OFFLINE, town.pk)] if found.is_open else []
    return list_page(
        request,
        "screening/rounds/offline.html",
        {"round": found, "uploads": uploads},
        queryset=lists_of(request, found),
        filterset=OfflineFilter,
        columns=COLUMNS,
        unit="个村",
        title=f"{found}线下名单",
        export_name="线下排查进度",
        personal=False,
        on_export=lambda count: record(request.user, "rounds.exported", found, rows=count),
        row_url=lambda row: reverse("round_village", args=[row.pk]),
        empty="本轮没有您负责的村",
    )


def list_or_404(request, pk, right: str = Right.VIEW_CLUES) -> OfflineList:
    lists = OfflineList.objects.reachable_by(request.user, right)
    related = ("village__parent", "round", "approval", "updated_by")
    return get_object_or_404(lists.select_related(*related), pk=pk)


@readers
@require_safe
def round_village(request, pk):
    return village_page(request, list_or_404(request, pk))


PER_PAGE = 100  # entries of a village; most have fewer


def village_page(request, listed: OfflineList, *, counts=None, sign=None, status: int = 200):
    """A village's list; ``counts`` and ``sign`` are forms that came back with errors."""
    user = request.user
    entries = listed.entries.select_related("household", "entered_by").order_by("is_draft", "entered_at", "pk")
    page = Paginator(entries, PER_PAGE).get_page(request.GET.get("page"))
    why_not = why_not_report(user, listed)
    initial = {"due": listed.due, "looked_at": listed.looked_at, "clear": listed.clear, "checkers": listed.checkers}
    may_sign = not why_not_sign(user, listed)
    context = {
        "list": listed,
        "round": listed.round,
        "entries": [_shown(entry) for entry in page],
        "page": page,
        "suspected": listed.entries.suspected().count(),
        "state": state_label(listed),
        "tone": TONES[state_of(listed)],
        "why_not": why_not,
        "form": counts or (None if why_not else CountsForm(initial={**initial, "seen": listed.version})),
        "find": SearchForm(),
        "may_submit": not why_not_submit(user, listed),
        "lacking": unready(listed),
        "zero": is_zero(listed),
        "may_recall": not why_not_recall(user, listed),
        "may_withdraw": not why_not_withdraw(user, listed),
        "sign": sign or (sign_form(listed) if may_sign else None),
        "history": _history(listed),
    }
    return render(request, "screening/rounds/village.html", context, status=status)


def sign_form(listed: OfflineList, data=None) -> SignForm:
    lower = listed.approval.lower_stages if listed.approval else ()
    return SignForm(data, lower=lower, initial={"seen": listed.version})


def _shown(entry: OfflineEntry) -> dict:
    return {
        "entry": entry,
        "risks": "、".join(Risk(risk).label for risk in entry.risks),
        "tone": "amber" if entry.is_draft else JUDGEMENT_TONES.get(entry.judgement, "purple"),
    }


def _history(listed: OfflineList):
    if listed.approval is None:
        return ()
    return listed.approval.sign_offs.select_related("by", "division").order_by("-at")


@writers
@require_http_methods(["GET", "HEAD", "POST"])
def round_counts(request, pk):
    listed = list_or_404(request, pk, Right.REPORT_OFFLINE)
    if request.method != "POST":
        return redirect("round_village", pk)
    form, status = CountsForm(request.POST), 200
    if form.is_valid():
        given = dict(form.cleaned_data)
        try:
            save_counts(listed, by=request.user, seen_version=given.pop("seen"), **given)
            messages.success(request, "户数已保存")
            return redirect("round_village", pk)
        except NotAllowed as refusal:
            form.add_error(None, f"没有保存：{refusal}")
            status = 409 if isinstance(refusal, Stale) else 200
    return village_page(request, listed, counts=form, status=status)


@writers
@require_http_methods(["GET", "HEAD", "POST"])
def round_find(request, pk):
    """Which household is to be entered: found by name, number, phone; the term comes by POST and stands in no address."""
    listed = list_or_404(request, pk, Right.REPORT_OFFLINE)
    form, found = SearchForm(request.POST if request.method == "POST" else None), None
    if form.is_bound and form.is_valid():
        found = find(request.user, form.cleaned_data["q"])
        kinds = [group.title for group in found.groups]
        record(request.user, "household.searched", Household(pk=None), kinds=kinds, found=found.count)
    context = {
        "list": listed,
        "round": listed.round,
        "form": form,
        "rows": _candidates(found, listed),
        "hint": found.hint if found else "",
        "searched": found is not None,
        "there": set(listed.entries.values_list("household_id", flat=True)),
    }
    return render(request, "screening/rounds/find.html", context)


def _candidates(found, listed: OfflineList) -> list[dict]:
    """One row a household, those of the village first; the others say where they belong."""
    rows: dict = {}
    for group in found.groups if found else ():
        for person in group.people:
            row = rows.setdefault(person.household_id, {"household": person.household, "people": []})
            row["people"].append(person)
        for household in group.households:
            rows.setdefault(household.pk, {"household": household, "people": []})
    for row in rows.values():
        row["here"] = row["household"].village_id == listed.village_id
    return sorted(rows.values(), key=lambda row: not row["here"])


@writers
@require_POST
def round_start(request, pk):
    listed = list_or_404(request, pk, Right.REPORT_OFFLINE)
    households = Household.objects.reachable_by(request.user, Right.VIEW_REGISTER).select_related("village")
    try:
        household = households.filter(pk=request.POST.get("household", "")).first()
    except ValidationError:
        household = None
    if household is None:
        messages.error(request, "没有找到这一户，请重新查找")
        return redirect("round_find", pk)
    try:
        entry = begin_entry(listed, household=household, by=request.user)
    except Stale as stale:
        return conflict(request, str(stale))
    except NotAllowed as refusal:
        messages.error(request, str(refusal))
        return redirect("round_village", pk)
    return redirect("offline_part", entry.pk, "where")
