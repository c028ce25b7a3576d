"""疑似匹配: the rows that wait for a person, one after the other."""

from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from fangpin.accounts.scope import holds_anywhere
from fangpin.audit.trail import record
from fangpin.divisions.rights import Right
from fangpin.masking import mask_id, mask_phone
from fangpin.periods import month_label
from fangpin.transitions import NotAllowed, Stale
from fangpin.web import ListColumn, conflict, list_page
from households.models import Person
from screening.choices import MatchState
from screening.extracts.formats import FORMATS
from screening.extracts.storing import row_at, row_cells
from screening.forms.review import ReviewFilter
from screening.matching.review import decide_match, undo_decision
from screening.matching.wording import evidence_lines, method_label
from screening.models import Extract, RowMatch

COLUMNS = (
    ListColumn("name", "填报姓名", lambda match: match.name or "（没有姓名）", sort="name"),
    ListColumn(
        "list", "名单", lambda match: _format(match).name, sort="extract__list_code", sub=lambda match: _place(match)
    ),
    ListColumn("period", "月份", lambda match: month_label(match.extract.period), sort="extract__period"),
    ListColumn("method", "情形", lambda match: method_label(match.method), sort="method", sub="note", wide=True),
    ListColumn("candidates", "可能的人", lambda match: len(match.candidates), right=True),
    ListColumn("confidence", "把握", lambda match: f"{match.confidence:.0%}", sort="confidence", right=True),
)


def _format(match):
    return FORMATS[match.extract.list_code]


def _place(match):
    return f"{match.extract.list_code} 第 {match.row} 行"


@require_safe
def review_list(request):
    if not holds_anywhere(request.user, Right.REVIEW_MATCHES):
        raise Http404
    waiting = RowMatch.objects.for_user(request.user).waiting()
    return list_page(
        request,
        "screening/review/list.html",
        queryset=waiting.select_related("extract"),
        filterset=ReviewFilter,
        columns=COLUMNS,
        default_sort="-confidence",
        unit="行",
        title="疑似匹配",
        export_name="疑似匹配",
        on_export=lambda count, **why: record(request.user, "matches.exported", Extract(pk=None), rows=count, **why),
        row_url=lambda match: _url(match, request.GET.urlencode()),
        empty="没有待判定的行：机器拿不准的行才会出现在这里",
    )


def _url(match, query=""):
    address = reverse("review_detail", args=[match.extract_id, match.sheet_no, match.row])
    return f"{address}?{query}" if query else address


def _match_or_404(request, extract, sheet_no, row) -> RowMatch:
    found = RowMatch.objects.for_user(request.user).select_related("extract__department", "decided_by", "person")
    match = found.filter(extract=extract, sheet_no=sheet_no, row=row).first()
    if match is None:
        raise Http404
    return match


@require_safe
def review_detail(request, extract, sheet_no, row):
    match = _match_or_404(request, extract, sheet_no, row)
    fmt = _format(match)
    queue = _queue(request)
    context = {
        "match": match,
        "format": fmt,
        "why": method_label(match.method),
        "evidence": evidence_lines(match.evidence),
        "sheet": match.extract.sheets[sheet_no]["name"],
        "cells": row_cells(row_at(match.extract, sheet_no, row), fmt),
        "candidates": _candidates(match),
        "open": match.state == MatchState.AMBIGUOUS,
        "left": queue.count(),
        "skip_url": _after(request, queue, match),
        "query": request.GET.urlencode(),
    }
    return render(request, "screening/review/detail.html", context)


def _queue(request):
    """The rows still waiting, as the list that the user came from filtered them, in its order."""
    waiting = RowMatch.objects.for_user(request.user).waiting()
    filters = ReviewFilter(request.GET, queryset=waiting, request=request)
    return (filters.qs if filters.is_valid() else waiting.none()).order_by("-confidence", "-pk")


def _after(request, queue, match) -> str:
    """Address of the next row of the queue behind ``match``, from the top again at its end; "" when no other is left."""
    behind = queue.filter(Q(confidence__lt=match.confidence) | Q(confidence=match.confidence, pk__lt=match.pk))
    following = behind.first() or queue.exclude(pk=match.pk).first()
    return _url(following, request.GET.urlencode()) if following else ""


def _candidates(match) -> list[dict]:
    """The suggestions in order, up to five: keys 1 to 5."""
    people = Person.objects.select_related("household__village__parent").in_bulk(match.candidates)
    ordered = [people[UUID(pk)] for pk in match.candidates if UUID(pk) in people]
    return [
        {
            "person": person,
            "id_number": mask_id(person.id_number),
            "phone": mask_phone(person.phone or person.household.phone),
        }
        for person in ordered
    ]


@require_POST
def review_decide(request, extract, sheet_no, row):
    """One decision, then the next row of the same queue."""
    match = _match_or_404(request, extract, sheet_no, row)
    chosen = request.POST.get("person", "")
    person = Person.objects.filter(pk=chosen).first() if chosen in match.candidates else None
    if chosen != "nobody" and person is None:
        messages.error(request, "请选择一个人，或选择“都不是”")
        return redirect(_url(match, request.GET.urlencode()))
    try:
        decide_match(match, person=person, by=request.user)
    except Stale as stale:
        return conflict(request, str(stale))
    except NotAllowed as refusal:
        messages.error(request, str(refusal))
        return redirect(_url(match, request.GET.urlencode()))
    messages.success(request, f"已判定第 {row} 行，下次本月运行时生效")
    query = request.GET.urlencode()
    back = reverse("review_list") + (f"?{query}" if query else "")
    return redirect(_after(request, _queue(request), match) or back)


@require_POST
def review_undo(request, extract, sheet_no, row):
    match = _match_or_404(request, extract, sheet_no, row)
    try:
        undo_decision(match, by=request.user)
    except Stale as stale:
        return conflict(request, str(stale))
    except NotAllowed as refusal:
        messages.error(request, str(refusal))
    return redirect(_url(match, request.GET.urlencode()))
