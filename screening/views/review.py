"""疑似匹配: the rows that wait for a person, one after the other."""

from django.contrib import messages
from django.db.models import Count, Q
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from fangpin.accounts.guards import needs
from fangpin.audit.trail import record
from fangpin.divisions.rights import Right
from fangpin.periods import month_label
from fangpin.transitions import NotAllowed, Stale
from fangpin.web import Action, ListColumn, carry_out, conflict, list_page, page_or_fragment
from fangpin.web.values import address_with
from screening.choices import MatchState
from screening.extracts.formats import FORMATS
from screening.extracts.storing import row_cells
from screening.forms.review import FIRST, TABS, ReviewFilter, in_tab
from screening.matching.deciding import decide_match, rows_alike, strike_candidate, undo_decision
from screening.matching.looking import compare, lines_of, people_of, told_by
from screening.matching.remembered import telling
from screening.matching.wording import kind_of, method_label
from screening.models import Extract, RowMatch

office = needs(Right.REVIEW_MATCHES)
_SEEN = "review"  # in the session: where the user was in the queue, and what was decided last
COLUMNS = (
    ListColumn("name", "填报姓名", lambda match: match.name or "（没有姓名）", sort="name"),
    ListColumn(
        "first",
        "线索",
        lambda match: "会改变线索" if match.would_change else "—",
        sort=("would_change", "confidence"),
        tone=lambda match: "red" if match.would_change else None,
    ),
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


@office
@require_safe
def review_list(request):
    waiting = RowMatch.objects.for_user(request.user).waiting()
    tab = request.GET.get("tab", "")
    return list_page(
        request,
        "screening/review/list.html",
        {"tabs": _tabs(request, waiting, tab), "tabs_label": "情形", "actions": _ways(request)},
        queryset=in_tab(waiting, tab).select_related("extract"),
        filterset=ReviewFilter,
        columns=COLUMNS,
        default_sort="-first",
        unit="行",
        title="疑似匹配",
        export_name="疑似匹配",
        on_export=lambda count, **why: record(request.user, "matches.exported", Extract(pk=None), rows=count, **why),
        row_url=lambda match: _url(match, request.GET.urlencode()),
        empty="没有待判定的行：机器拿不准的行才会出现在这里",
    )


def _tabs(request, waiting, chosen: str) -> list[dict]:
    """One per kind of defect, each counting what the list shows when it is opened: the other filters hold."""
    filters = ReviewFilter(request.GET, queryset=waiting, request=request)
    found = (filters.qs if filters.is_valid() else waiting.none()).order_by()
    counts = dict.fromkeys(TABS, 0)
    total = 0
    for method, rows, first in found.values_list("method").annotate(
        n=Count("*"), m=Count("row", filter=Q(would_change=True))
    ):
        counts[kind_of(method)] += rows
        counts[FIRST] += first
        total += rows
    tabs = [
        {
            "label": "全部",
            "url": address_with(request, tab=None, page=None),
            "count": total,
            "current": chosen not in TABS,
        }
    ]
    for tab, label in TABS.items():
        if counts[tab] or tab in (FIRST, chosen):
            url = address_with(request, tab=tab, page=None)
            hot = tab == FIRST and counts[tab] > 0
            tabs.append({"label": label, "url": url, "count": counts[tab], "current": tab == chosen, "hot": hot})
    return tabs


def _ways(request) -> list[Action]:
    """Where to go from the list; the queue begins where the user left it."""
    ways = [
        Action("相同情形", reverse("review_groups"), icon="layers"),
        Action("已作判定", reverse("review_rulings"), icon="history"),
        Action("地名写法", reverse("review_places"), icon="map-pin"),
    ]
    seen = request.session.get(_SEEN, {})
    if seen.get("at") and seen["query"] == request.GET.urlencode():
        ways.append(Action("继续上次的位置", _address(seen["at"], seen["query"]), icon="play", tone="pri"))
    return ways


def _url(match, query=""):
    return _address([str(match.extract_id), match.sheet_no, match.row], query)


def _address(at, query):
    address = reverse("review_detail", args=at)
    return f"{address}?{query}" if query else address


def match_or_404(request, extract, sheet_no, row) -> RowMatch:
    found = RowMatch.objects.for_user(request.user).select_related(
        "extract__department", "decided_by", "person__household__village__parent"
    )
    match = found.filter(extract=extract, sheet_no=sheet_no, row=row).first()
    if match is None:
        raise Http404
    return match


@office
@require_safe
def review_detail(request, extract, sheet_no, row):
    match = match_or_404(request, extract, sheet_no, row)
    fmt, told, queue, query = _format(match), told_by(match), _queue(request), request.GET.urlencode()
    _note(request, at=[str(extract), sheet_no, row], query=query)
    compared = compare(told, people_of(match.candidates), fmt)
    context = {
        "match": match,
        "format": fmt,
        "why": method_label(match.method),
        "doubt": kind_of(match.method) == "conflict",
        "sheet": match.extract.sheets[sheet_no]["name"],
        "cells": row_cells(told.cells, fmt),
        "people": compared,
        "lines": lines_of(told, compared, fmt),
        "open": match.state == MatchState.AMBIGUOUS,
        "alike": rows_alike(match).count(),
        "surely_alike": bool(telling(told.identity).iat[0]),
        "left": queue.count(),
        "skip_url": _after(request, queue, match),
        "undo": _last_decided(request),
        "query": query,
    }
    return page_or_fragment(request, "screening/review/detail.html", "screening/review/_row.html", context)


def _note(request, **seen) -> None:
    request.session[_SEEN] = request.session.get(_SEEN, {}) | seen


def _last_decided(request) -> RowMatch | None:
    """The row this user decided last, as long as it can be undone from the next page."""
    at = request.session.get(_SEEN, {}).get("decided")
    if not at:
        return None
    mine = RowMatch.objects.for_user(request.user).filter(decided_by=request.user)
    return mine.filter(extract=at[0], sheet_no=at[1], row=at[2]).first()


def _queue(request):
    """The rows still waiting, as the list that the user came from filtered them, in its order."""
    waiting = in_tab(RowMatch.objects.for_user(request.user).waiting(), request.GET.get("tab", ""))
    filters = ReviewFilter(request.GET, queryset=waiting, request=request)
    return (filters.qs if filters.is_valid() else waiting.none()).order_by("-would_change", "-confidence", "-pk")


def _after(request, queue, match) -> str:
    """Address of the next row of the queue behind ``match``, from the top again at its end; "" when no other is left."""
    same = Q(would_change=match.would_change)
    behind = same & (Q(confidence__lt=match.confidence) | Q(confidence=match.confidence, pk__lt=match.pk))
    if match.would_change:
        behind |= Q(would_change=False)
    following = queue.filter(behind).first() or queue.exclude(pk=match.pk).first()
    return _url(following, request.GET.urlencode()) if following else ""


@office
@require_POST
def review_decide(request, extract, sheet_no, row):
    """One decision, then the next row of the same queue."""
    match = match_or_404(request, extract, sheet_no, row)
    chosen, here = request.POST.get("person", ""), _url(match, request.GET.urlencode())
    person = next(iter(people_of([chosen])), None) if chosen in match.candidates else None
    if chosen != "nobody" and person is None:
        messages.error(request, "请选择一个人，或选择“都不是”")
        return redirect(here)
    try:
        together = "together" in request.POST or "alike" not in request.POST
        also = decide_match(match, person=person, by=request.user, together=together)
    except Stale as stale:
        return conflict(request, str(stale))
    except NotAllowed as refusal:
        messages.error(request, str(refusal))
        return redirect(here)
    also = f"，另有 {also} 行填写相同，已一并判定" if also else ""
    messages.success(request, f"已判定第 {row} 行{also}，下次本月运行时生效")
    _note(request, decided=[str(extract), sheet_no, row])
    return _go_on(request, match)


def _go_on(request, match):
    following, query = _after(request, _queue(request), match), request.GET.urlencode()
    if following:
        return redirect(following)
    _note(request, at=None)
    back = reverse("review_list") + (f"?{query}" if query else "")
    return HttpResponseClientRedirect(back) if request.htmx else redirect(back)


@office
@require_POST
def review_strike(request, extract, sheet_no, row):
    """不是此人: the row stays, without this candidate."""
    match = match_or_404(request, extract, sheet_no, row)
    struck = request.POST.get("strike", "")
    person = next(iter(people_of([struck])), None) if struck in match.candidates else None

    def act():
        if person is None:
            raise NotAllowed("请先选择要剔除的人")
        strike_candidate(match, person=person, by=request.user)
        until = "以后各月不再列出" if match.row_index else "这一行只有姓名，下次运行前不再列出"
        return f"已剔除{person.name}，{until}"

    return carry_out(request, act, _url(match, request.GET.urlencode()))


@office
@require_POST
def review_undo(request, extract, sheet_no, row):
    match = match_or_404(request, extract, sheet_no, row)

    def act():
        also = undo_decision(match, by=request.user)
        return f"第 {row} 行的判定已撤回" + (f"，一并判定的 {also} 行也已撤回" if also else "")

    return carry_out(request, act, _url(match, request.GET.urlencode()))
