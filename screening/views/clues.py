"""线索: list and one clue with everything that explains it."""

from django.db.models import Count
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from fangpin.accounts.guards import needs
from fangpin.accounts.scope import holds, reach_of
from fangpin.audit.trail import record
from fangpin.divisions.rights import Right
from fangpin.periods import month_label
from fangpin.web import ListColumn, list_page
from fangpin.web.values import address_with
from screening.choices import ExtractState, Grade
from screening.extracts.formats import FORMATS
from screening.extracts.storing import row_at, row_cells
from screening.forms.clue import ClueFilter
from screening.matching.wording import evidence_lines, method_label
from screening.models import Clue, RowMatch
from screening.rules.catalogue import BY_CODE

readers = needs(Right.VIEW_CLUES)
TONES = {Grade.RED: "red", Grade.ORANGE: "amber", Grade.YELLOW: "blue"}
COLUMNS = (
    ListColumn("who", "户主", lambda clue: _who(clue), sort="household__head_name", sub=lambda clue: _size(clue)),
    ListColumn(
        "place",
        "乡镇 · 村",
        lambda clue: clue.village.parent.name,
        sort="village_id",
        sub="village.name",
        export_value=lambda clue: f"{clue.village.parent.name}{clue.village.name}",
    ),
    ListColumn("grade", "级别", "get_grade_display", sort="grade_order", tone=lambda clue: TONES[clue.grade]),
    ListColumn("sentence", "线索", "sentence", wide=True, sub=lambda clue: _source(clue)),
    ListColumn("risk", "风险", "get_risk_display", sort="risk"),
    ListColumn("period", "月份", lambda clue: month_label(clue.period), sort="period"),
    ListColumn("state", "状态", "get_state_display", sort="state"),
    ListColumn("number", "户编号", "household.number", page=False),
    ListColumn("person", "人员", "person.name", page=False),
    ListColumn(
        "rule", "规则", lambda clue: BY_CODE[clue.rule].name if clue.rule in BY_CODE else clue.rule, page=False
    ),
    ListColumn("source", "来源", lambda clue: f"{clue.extract.department.name} {clue.extract.list_code}", page=False),
)


def _who(clue):
    if clue.household_id is None:
        return f"{clue.village.name}（村）"
    return clue.household.head_name or "（无户主）"


def _size(clue):
    return f"{clue.household.size} 人" if clue.household_id else ""


def _source(clue):
    about = f"{clue.person.name} · " if clue.person_id else ""
    return f"{about}{clue.extract.department.name} {clue.extract.list_code}"


@readers
@require_safe
def clue_list(request):
    clues = Clue.objects.reachable_by(request.user, Right.VIEW_CLUES)
    grade = request.GET.get("grade", "")
    shown = clues.filter(grade=grade) if grade in Grade.values else clues
    return list_page(
        request,
        "screening/clues/list.html",
        {"tabs": _tabs(request, clues, grade), "tabs_label": "预警级别"},
        queryset=shown.with_subject().graded(),
        filterset=ClueFilter,
        columns=COLUMNS,
        default_sort="grade",
        unit="条",
        title="线索",
        export_name="线索",
        on_export=lambda count, **why: record(
            request.user, "clues.exported", Clue(pk=None), rows=count, divisions=_places(request), **why
        ),
        row_url=lambda clue: reverse("clue_detail", args=[clue.pk]),
        empty="还没有线索：部门数据入库并完成月度运行后，这里列出需要研判的农户",
    )


def _places(request) -> list[str]:
    """Codes of the divisions that the list covers: the one that is filtered for, else the whole reach."""
    chosen = request.GET.get("place")
    return [chosen] if chosen else list(reach_of(request.user, Right.VIEW_CLUES))


def _tabs(request, clues, grade) -> list[dict]:
    """One per grade, each counting what the list shows when it is opened: the other filters hold."""
    filters = ClueFilter(request.GET, queryset=clues, request=request)
    found = filters.qs if filters.is_valid() else clues.none()
    counts = dict(found.order_by().values_list("grade").annotate(n=Count("*")))
    every = {"label": "全部", "url": address_with(request, grade=None, page=None), "count": sum(counts.values())}
    tabs = [every | {"current": grade not in Grade.values}]
    for value, label in Grade.choices:
        count = counts.get(value, 0)
        url = address_with(request, grade=value, page=None)
        hot = bool(count) and value == Grade.RED
        tabs.append({"label": f"{label}色", "url": url, "count": count, "current": grade == value, "hot": hot})
    return tabs


@readers
@require_safe
def clue_detail(request, pk):
    clue = get_object_or_404(
        Clue.objects.reachable_by(request.user, Right.VIEW_CLUES)
        .with_subject()
        .with_again()
        .select_related("standard"),
        pk=pk,
    )
    record(request.user, "clue.viewed", clue)
    context = {
        "clue": clue,
        "rule": BY_CODE.get(clue.rule),
        "tone": TONES[clue.grade],
        "format": FORMATS.get(clue.extract.list_code),
        "others": _others(clue, request.user) if clue.household_id else (),
        "sees_return": clue.extract.state == ExtractState.CONFIRMED
        and holds(request.user, Right.VIEW_EXTRACTS, clue.extract.county_id),
        **_origin(request, clue),
    }
    return render(request, "screening/clues/detail.html", context)


def _others(clue, user):
    """The other open clues of the household, as far as the user reaches them."""
    others = (
        Clue.objects.reachable_by(user, Right.VIEW_CLUES)
        .open()
        .filter(household=clue.household_id)
        .exclude(pk=clue.pk)
    )
    return others.graded().order_by("grade_order", "-period", "pk").select_related("extract__department")[:10]


def _origin(request, clue) -> dict:
    """The spreadsheet row the clue came from, its cells masked, and how the row was matched."""
    if clue.row is None:
        return {"cells": (), "match": None, "sheet": ""}
    place = {"extract": clue.extract, "sheet_no": clue.sheet_no, "row": clue.row}
    match = RowMatch.objects.filter(**place).select_related("decided_by").first()
    return {
        "cells": row_cells(row_at(clue.extract, clue.sheet_no, clue.row), FORMATS[clue.extract.list_code]),
        "sheet": clue.extract.sheets[clue.sheet_no]["name"],
        "match": match,
        "reviews": bool(match) and holds(request.user, Right.REVIEW_MATCHES, clue.extract.county_id),
        "method": match and method_label(match.method),
        "evidence": match and evidence_lines(match.evidence),
    }
