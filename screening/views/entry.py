"""One household of a village's offline list: the form part by part, what it says, completion, removal."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fangpin.accounts.guards import needs
from fangpin.audit.trail import record
from fangpin.divisions.rights import Right
from fangpin.masking import mask_phone
from fangpin.transitions import NotAllowed, Stale
from fangpin.web import confirm, conflict
from households.showing import members_of
from screening.choices import CheckWay, Judgement, Risk
from screening.forms.offline import AMOUNTS, FORMS
from screening.forms.rounds import SeenForm
from screening.models import OfflineEntry, Photo
from screening.rounds.answers import Answers, Flag, Lack, Need, Part, missing
from screening.rounds.offline import (
    Lacking,
    about,
    answers_of,
    complete_entry,
    reckoned,
    remove_entry,
    save_entry,
    why_not_report,
)
from screening.rounds.photos import MOST
from screening.views.photographs import keep_photos

readers, writers = needs(Right.VIEW_CLUES), needs(Right.REPORT_OFFLINE)
page = require_http_methods(["GET", "HEAD", "POST"])
_RELATED = (
    "household__village__parent",
    "offline_list__village__parent",
    "offline_list__round",
    "offline_list__approval",
    "entered_by",
)


def _entry_or_404(request, pk, right: str) -> OfflineEntry:
    return get_object_or_404(OfflineEntry.objects.reachable_by(request.user, right).select_related(*_RELATED), pk=pk)


@readers
@require_safe
def offline_entry(request, pk):
    """What the entry says, part by part, with what is missing; 完成 stands here."""
    entry = _entry_or_404(request, pk, Right.VIEW_CLUES)
    record(request.user, "offline.viewed", entry, household=str(entry.household_id))
    answers = answers_of(entry)
    return _overview(request, entry, answers, missing(answers) if entry.is_draft else [])


def _overview(request, entry: OfflineEntry, answers: Answers, lacks: list[Lack], status: int = 200):
    members, _ = members_of(entry.household)
    context = {
        "entry": entry,
        "household": entry.household,
        "phone": mask_phone(entry.household.phone),
        "members": members,
        "parts": [
            {
                "part": part,
                "facts": _facts(part, answers, members),
                "lacks": [lack for lack in lacks if lack.part == part],
            }
            for part in Part
        ],
        "lacks": lacks,
        "sums": reckoned(entry, answers),
        "photos": entry.photos.all(),
        "suspected": answers.is_suspect,
        "why_not": why_not_report(request.user, entry.offline_list),
    }
    return render(request, "screening/rounds/entry.html", context, status=status)


def _facts(part: Part, answers: Answers, members) -> list[tuple[str, object]]:
    """(label, value) of one part, for reading."""
    return {
        Part.WHERE: lambda: [
            ("排查日期", answers.checked_on or ""),
            ("排查人", answers.checkers),
            ("方式", CheckWay(answers.way).label if answers.way else ""),
        ],
        Part.HOUSEHOLD: lambda: [
            ("家庭情形", "、".join(Flag(flag).label for flag in answers.flags)),
            ("涉及的成员", "、".join(one.name for one in members if str(one.pk) in answers.members)),
        ],
        Part.INCOME: lambda: _amounts(answers),
        Part.LIVING: lambda: [(need.label, _met(answers, need)) for need in Need],
        Part.RISKS: lambda: [(Risk(risk).label, answers.evidence.get(risk, "")) for risk in answers.risks],
        Part.JUDGEMENT: lambda: [
            ("判断", Judgement(answers.judgement).label if answers.judgement else ""),
            ("理由", answers.reason),
        ],
    }[part]()


def _amounts(answers):
    amounts = [(group.label, answers.amounts.get(group)) for group in AMOUNTS]
    return [(label, "" if amount is None else f"{amount:,.2f} 元") for label, amount in amounts]


def _met(answers, need):
    words = {True: "有保障", False: "没有保障", None: ""}[answers.living.get(need)]
    return "，".join(filter(None, [words, answers.remarks.get(need, "")]))


@writers
@page
def offline_part(request, pk, part: str):
    """One part: shown, or saved as a draft. What was typed stays on the page whatever speaks against it."""
    entry = _entry_or_404(request, pk, Right.REPORT_OFFLINE)
    if part not in Part.values:
        raise Http404
    part = Part(part)
    if why := why_not_report(request.user, entry.offline_list) if request.method != "POST" else "":
        messages.error(request, why)
        return redirect("offline_entry", pk)
    members, _ = members_of(entry.household)
    answers = answers_of(entry)
    data = request.POST if request.method == "POST" else None
    form = FORMS[part](data, answers=answers, about=about(entry), members=members, seen=entry.version)
    status = 200
    if form.is_bound and form.is_valid():
        try:
            answers = form.given()
            if request.POST.get("step") != "sum":
                return _save(request, entry, part, form)
        except Lacking as lacking:
            form.complain(lacking.lacks)
        except NotAllowed as refusal:
            form.add_error(None, f"没有保存：{refusal}")
            status = 409 if isinstance(refusal, Stale) else 200
    return render(
        request, "screening/rounds/part.html", _part_page(entry, part, form, answers, members), status=status
    )


def _save(request, entry: OfflineEntry, part: Part, form):
    """Keep the part, then the photos that came with it."""
    save_entry(entry, answers=form.given(), by=request.user, seen_version=form.cleaned_data["seen"])
    own = Photo.objects.reachable_by(request.user, Right.REPORT_OFFLINE).filter(entry=entry)
    if keep_photos(request, entry, own.select_related("entry__offline_list")):
        return redirect("offline_part", entry.pk, part)
    return redirect(_following(entry, part))


def _part_page(entry, part, form, answers, members) -> dict:
    order = list(Part)
    at, lacking = order.index(part), {lack.part for lack in missing(answers)}
    states = [
        {
            "part": one,
            "is_done": one not in lacking,
            "is_now": one == part,
        }
        for one in order
    ]
    return {
        "entry": entry,
        "household": entry.household,
        "members": members,
        "part": part,
        "form": form,
        "states": states,
        "former": order[at - 1] if at else None,
        "is_last": part == order[-1],
        "sums": reckoned(entry, answers) if part == Part.INCOME else None,
        "photos": entry.photos.all() if part == Part.LIVING else (),
        "most": MOST,
    }


def _following(entry: OfflineEntry, part: Part) -> str:
    order = list(Part)
    at = order.index(part) + 1
    return reverse("offline_part", args=[entry.pk, order[at]]) if at < len(order) else _home(entry)


def _home(entry: OfflineEntry) -> str:
    return reverse("offline_entry", args=[entry.pk])


@writers
@require_POST
def offline_complete(request, pk):
    entry = _entry_or_404(request, pk, Right.REPORT_OFFLINE)
    form = SeenForm(request.POST)
    try:
        complete_entry(entry, by=request.user, seen_version=form.cleaned_data["seen"] if form.is_valid() else 0)
    except Lacking as lacking:
        return _overview(request, entry, answers_of(entry), lacking.lacks)
    except Stale as stale:
        return conflict(request, str(stale))
    except NotAllowed as refusal:
        messages.error(request, str(refusal))
        return redirect("offline_entry", pk)
    messages.success(request, f"{entry.household}已填完，列入本村名单")
    return redirect("round_village", entry.offline_list_id)


@writers
@page
def offline_remove(request, pk):
    entry = _entry_or_404(request, pk, Right.REPORT_OFFLINE)
    back, form = _home(entry), SeenForm(request.POST or None, initial={"seen": entry.version})
    if request.method == "POST" and form.is_valid():
        try:
            remove_entry(entry, by=request.user, seen_version=form.cleaned_data["seen"])
            messages.success(request, f"已从本村名单删除{entry.household}")
            return redirect("round_village", entry.offline_list_id)
        except Stale as stale:
            return conflict(request, str(stale))
        except NotAllowed as refusal:
            messages.error(request, str(refusal))
            return redirect(back)
    return confirm(
        request,
        title=f"删除{entry.household}",
        consequence="这一户填写的内容全部删除，本村名单不再有这一户。",
        verb="删除这一户",
        back=back,
        form=form,
        icon="trash-2",
        danger=True,
    )
