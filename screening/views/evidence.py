"""认定依据: why a row is this person and who else was considered; setting a machine's decision right; the rows of a file."""

from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from fangpin.accounts.guards import needs
from fangpin.divisions.rights import Right
from fangpin.web import ListColumn, carry_out, list_page
from screening.choices import MatchState
from screening.extracts.formats import FORMATS
from screening.extracts.storing import row_cells
from screening.forms.review import CorrectForm, MatchFilter
from screening.matching.correcting import SETTLED, correct_match
from screening.matching.looking import compare, considered, lines_of, told_by
from screening.matching.remembered import name_kept
from screening.matching.rulings import rulings_on
from screening.matching.wording import kind_of, method_label
from screening.models import Extract, RowMatch
from screening.views.review import match_or_404

office = needs(Right.REVIEW_MATCHES)
TONES = {
    MatchState.CERTAIN: "green",
    MatchState.PROBABLE: "amber",
    MatchState.AMBIGUOUS: "purple",
    MatchState.NONE: "",
}
COLUMNS = (
    ListColumn("row", "Excel 行", "row", sort=("sheet_no", "row")),
    ListColumn("state", "结果", "get_state_display", sort="state", tone=lambda match: TONES[match.state]),
    ListColumn("person", "认定为", "person.name", sub=lambda match: _home(match)),
    ListColumn("method", "情形", lambda match: method_label(match.method), sub="note", wide=True),
    ListColumn("confidence", "把握", lambda match: f"{match.confidence:.0%}", sort="confidence", right=True),
)


def _home(match):
    return f"{match.household.village.name}{match.household.hamlet}" if match.household else ""


@office
@require_safe
def extract_matches(request, pk):
    """每一行认定为谁: all rows of one file, each with its evidence page."""
    matches = RowMatch.objects.for_user(request.user).filter(extract=pk)
    extract = get_object_or_404(Extract.objects.for_user(request.user).select_related("department"), pk=pk)
    return list_page(
        request,
        "screening/review/rows.html",
        {"extract": extract, "format": FORMATS[extract.list_code]},
        queryset=matches.select_related("person", "household__village"),
        filterset=MatchFilter,
        columns=COLUMNS,
        default_sort="row",
        unit="行",
        title="每一行认定为谁",
        row_url=lambda match: reverse("review_evidence", args=[match.extract_id, match.sheet_no, match.row]),
        empty="这份名单还没有匹配：月度运行后这里列出每一行的认定",
    )


@office
@require_safe
def review_evidence(request, extract, sheet_no, row):
    match = match_or_404(request, extract, sheet_no, row)
    return _page(request, match)


def _page(request, match, form: CorrectForm | None = None):
    fmt, told = FORMATS[match.extract.list_code], told_by(match)
    people = considered(match, told)
    compared = compare(told, people, fmt)
    by_machine = match.decided_by_id is None and match.state in SETTLED and match.person_id
    if form is None and by_machine:
        form = CorrectForm(people=_others(match, people))
    context = {
        "match": match,
        "format": fmt,
        "tone": TONES[match.state],
        "why": method_label(match.method),
        "doubt": kind_of(match.method) == "conflict",
        "sheet": match.extract.sheets[match.sheet_no]["name"],
        "cells": row_cells(told.cells, fmt),
        "people": compared,
        "lines": lines_of(told, compared, fmt),
        "rulings": rulings_on(match, told.row_index),
        "kept": told.row_index is not None,
        "form": form,
    }
    return render(request, "screening/review/evidence.html", context)


def _others(match, people):
    return [person for person in people if person.pk != match.person_id and person.left_on is None]


@office
@require_http_methods(["GET", "HEAD", "POST"])
def review_correct(request, extract, sheet_no, row):
    """认定有误: whom the row really is, with the reason."""
    match, here = (
        match_or_404(request, extract, sheet_no, row),
        reverse("review_evidence", args=[extract, sheet_no, row]),
    )
    if request.method != "POST":  # a link of the page that showed errors
        return redirect(here)
    told = told_by(match)
    form = CorrectForm(request.POST, people=_others(match, considered(match, told)))
    if not form.is_valid():
        return _page(request, match, form)

    def act():
        correct_match(
            match, person=form.chosen(), reason=form.cleaned_data["reason"], by=request.user,
            name=name_kept(told.name), row_index=told.row_index,
        )  # fmt: skip
        return f"第 {row} 行的认定已更正，下次本月运行时生效"

    return carry_out(request, act, here)
