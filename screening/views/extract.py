"""One file of a department: the result of its check, its problems, confirmation, withdrawal, the marked workbook."""

import re
from io import BytesIO

from django.db.models import Count
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fangpin.accounts.guards import needs
from fangpin.accounts.scope import holds
from fangpin.audit.trail import record
from fangpin.divisions.rights import Right
from fangpin.periods import month_label, month_text
from fangpin.runs.models import Run, State
from fangpin.web import ListColumn, carry_out, confirm, listing, page_or_fragment
from screening.choices import EXTRACT_TONES, ExtractState, Severity
from screening.extracts.formats import FORMATS
from screening.extracts.intake import (
    ENDABLE,
    asks_for_another_reading,
    check_again,
    check_of,
    confirm_extract,
    former_of,
    may_send,
    withdraw_extract,
)
from screening.extracts.layouts import is_mappable
from screening.extracts.problems import CODES, WHOLE_ROW
from screening.extracts.reporting import annotated_workbook
from screening.forms.extract import ConfirmForm, FindForm, ProblemFilter, WithdrawForm
from screening.models import Extract, RowProblem

READ = (ExtractState.CHECKED, ExtractState.CONFIRMED)  # the file and its rows count, or may
COLUMNS = (
    ListColumn("row", "Excel 行", "row", sort=("sheet_no", "row"), right=True),
    ListColumn("name", "姓名", "name"),
    ListColumn("column", "列", lambda problem: f"{problem.letter} {problem.column}".strip(), sort="column"),
    ListColumn("content", "填写内容", "content"),
    ListColumn("message", "问题", "message", sort="code"),
    ListColumn("suggestion", "建议", "suggestion"),
    ListColumn("severity", "处理", "get_severity_display", sort="severity"),
)
# What of a suggestion the clerk can copy: "身份证号中为 2012-03-05", "末位改为 X，或核对其余各位".
_FIX = re.compile(r"(?P<before>.*?(?:中为|改为) )(?P<fix>[^，；]+)(?P<after>.*)")
senders_and_readers = needs(Right.UPLOAD_EXTRACT, Right.VIEW_EXTRACTS)


def _extract_or_404(request, pk) -> Extract:
    found = Extract.objects.for_user(request.user)
    return get_object_or_404(
        found.select_related("department", "county", "uploaded_by", "confirmed_by", "ended_by"), pk=pk
    )


@senders_and_readers
@require_safe
def extract_detail(request, pk):
    return _page(request, _extract_or_404(request, pk))


def _page(request, extract: Extract, form: ConfirmForm | None = None):
    """The page of a file, its list of problems alone, or their export; ``form`` is a confirmation that was not complete."""
    problems = RowProblem.objects.filter(extract=extract)
    listed = _listing(request, extract, problems)
    if not isinstance(listed, dict):
        return listed
    sends = may_send(request.user, extract.county, FORMATS[extract.list_code])
    run = check_of(extract)
    context = {
        "extract": extract,
        "format": FORMATS[extract.list_code],
        "label": month_label(extract.period),
        "tone": EXTRACT_TONES[extract.state],
        "run": run,
        "seconds": round((run.finished_at - run.created_at).total_seconds()) if run and run.finished_at else None,
        "steps": _steps(extract, run),
        "listing": listed,
        "find": FindForm(),
        "query": request.GET.urlencode(),
        "read": extract.state in READ,
        "may_send": sends,
        "may_map": sends and is_mappable(extract),
        "reviews": extract.matched_at is not None and holds(request.user, Right.REVIEW_MATCHES, extract.county_id),
        "may_end": sends and extract.state in ENDABLE,
        "form": form or (_confirm_form(extract) if sends and extract.state == ExtractState.CHECKED else None),
        **_counts(problems, _group(request)),
    }
    return page_or_fragment(request, "screening/extracts/detail.html", "components/listing_rows.html", context)


def _group(request) -> str:
    """The group of problems whose segment is chosen, "" for all."""
    return request.GET.get("code", "") if request.GET.get("code") in CODES.values() else ""


def _listing(request, extract: Extract, problems):
    group = _group(request)
    listed = listing(
        request,
        queryset=problems.filter(code=group) if group else problems,
        filterset=ProblemFilter,
        columns=COLUMNS,
        per_page=20,
        unit="处",
        title="需要更正和留意的行",
        export_name=f"问题清单-{extract.list_code}-{month_text(extract.period)}",
        personal=not may_send(request.user, extract.county, FORMATS[extract.list_code]),  # who sent it has it anyway
        on_export=lambda count, **why: record(request.user, "extract.exported", extract, rows=count, **why),
        row_template="screening/extracts/_problem.html",
        empty="没有问题：每一行都可以入库",
    )
    if isinstance(listed, dict):
        several = len(extract.sheets) > 1
        for row in listed["rows"]:
            problem = row.object
            problem.sheet = extract.sheets[problem.sheet_no]["name"] if several else ""
            problem.whole_row = problem.column == WHOLE_ROW
            found = _FIX.fullmatch(problem.suggestion)
            problem.advice = found.groupdict() if found else {"before": problem.suggestion}
    return listed


def _counts(problems, chosen: str) -> dict:
    """Segments by group of problem, and per severity the largest groups in words."""
    found = list(problems.order_by().values_list("severity", "code").annotate(n=Count("*")).order_by("-n", "code"))
    groups: dict[str, int] = {}
    for _, code, n in found:
        groups[code] = groups.get(code, 0) + n
    segments = [{"label": "全部", "code": None, "n": sum(groups.values()), "current": not chosen}]
    segments += [{"label": code, "code": code, "n": n, "current": code == chosen} for code, n in groups.items()]
    words = {
        severity: "，".join(f"{code} {n:,}" for kind, code, n in found if kind == severity)
        for severity in Severity.values
    }
    return {"segments": segments, "wrong": words[Severity.ERROR], "odd": words[Severity.WARN]}


def _steps(extract: Extract, run: Run | None) -> list[dict]:
    """读取文件 → 逐行校验 → 确认入库 → 比对预警 as the picture of the upload page has it."""
    titles = ("读取文件", "逐行校验", "确认入库", "比对预警")
    marks = zip(titles, _marks(extract, run), strict=True)
    return [{"title": title, "state": state, "note": note} for title, (state, note) in marks]


def _marks(extract, run) -> list[tuple[str, str]]:
    """(state, note) of the four steps."""
    later = ("next", "月度运行时进行")
    if extract.state == ExtractState.REFUSED:
        return [("failed", "不能读取"), ("next", ""), ("next", ""), later]
    if extract.sheets == []:
        over = extract.state != ExtractState.UPLOADED or (run is not None and run.state == State.FAILED)
        reading = "failed" if over else "now" if run is None or run.done == 0 else "done"
        return [
            (reading, "没有完成" if over else ""),
            ("now" if reading == "done" else "next", ""),
            ("next", ""),
            later,
        ]
    read = [("done", f"{extract.rows_total:,} 行"), ("done", f"{extract.rows_refused:,} 行有误")]
    if extract.state == ExtractState.CHECKED:
        return [*read, ("now", "等您选择处理方式"), later]
    if extract.state != ExtractState.CONFIRMED:
        return [*read, ("failed", extract.get_state_display()), later]
    confirmed = ("done", f"{extract.rows_acceptable:,} 行已入库")
    if extract.matched_at is None:
        return [*read, confirmed, ("now", "等待月度运行")]
    return [*read, confirmed, ("done", f"{timezone.localtime(extract.matched_at):%m-%d %H:%M} 已比对")]


def _confirm_form(extract: Extract, data=None) -> ConfirmForm:
    return ConfirmForm(data, extract=extract, former=former_of(extract))


@senders_and_readers
@require_POST
def extract_find(request, pk):
    """A name comes by POST; the address it leads to names rows only."""
    extract = _extract_or_404(request, pk)
    form = FindForm(request.POST)
    query = request.GET.copy()
    query.pop("page", None)
    query.pop("rows", None)
    rows = form.rows(RowProblem.objects.filter(extract=extract)) if form.is_valid() else "0"
    if rows:
        query["rows"] = rows
    return redirect(f"{reverse('extract_detail', args=[pk])}?{query.urlencode()}")


@senders_and_readers
@require_http_methods(["GET", "HEAD", "POST"])
def extract_confirm(request, pk):
    extract = _extract_or_404(request, pk)
    back = reverse("extract_detail", args=[pk])
    if request.method != "POST":  # a link of the page that showed errors
        return redirect(f"{back}?{request.GET.urlencode()}")
    form = _confirm_form(extract, request.POST)
    if extract.state == ExtractState.CHECKED and not form.is_valid():
        return _page(request, extract, form)
    answers = form.answers() if form.is_valid() else {}

    def act():
        if asks_for_another_reading(extract, answers):
            check_again(extract, by=request.user, answers=answers)
            return "金额的单位已改，正在重新校验；看过结果再入库"
        replace = form.is_valid() and form.cleaned_data.get("replace", False)
        confirm_extract(extract, by=request.user, replace=replace, answers=answers)
        return f"已入库 {extract.rows_acceptable:,} 行，月度运行时参加比对"

    return carry_out(request, act, back)


@senders_and_readers
@require_http_methods(["GET", "HEAD", "POST"])
def extract_withdraw(request, pk):
    extract = _extract_or_404(request, pk)
    if not may_send(request.user, extract.county, FORMATS[extract.list_code]):
        raise Http404
    form = WithdrawForm(request.POST or None)
    if request.method == "POST" and form.is_valid():

        def act():
            withdraw_extract(extract, by=request.user, reason=form.cleaned_data["reason"])
            return f"《{extract.filename}》已作废"

        return carry_out(request, act, "extract_detail", pk)
    return confirm(
        request,
        title="作废这次上传",
        consequence=f"《{extract.filename}》不再参加比对；已由它产生的线索会撤销。作废后可以重新上传。",
        verb="作废",
        back=reverse("extract_detail", args=[pk]),
        form=form,
        icon="trash-2",
        danger=True,
    )


@senders_and_readers
@require_safe
def extract_annotated(request, pk):
    """The uploaded workbook with its problems marked. It holds numbers in full, so it is for those alone who send the file."""
    extract = _extract_or_404(request, pk)
    if extract.state not in READ or not may_send(request.user, extract.county, FORMATS[extract.list_code]):
        raise Http404
    out = BytesIO()
    annotated_workbook(extract, out)
    record(request.user, "extract.downloaded", extract)
    out.seek(0)
    name = f"标注-{extract.list_code}-{month_text(extract.period)}.xlsx"
    return FileResponse(out, as_attachment=True, filename=name)
