"""部门数据: what has come in, what is due, upload, and the formats of the lists."""

from io import BytesIO

from django.http import FileResponse, Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from fangpin.accounts.guards import needs
from fangpin.accounts.scope import codes_by_permission, departments_of
from fangpin.audit.trail import record
from fangpin.divisions.models import Division, Level
from fangpin.divisions.rights import Right
from fangpin.periods import month_label, month_text, previous_month, this_month
from fangpin.transitions import NotAllowed
from fangpin.web import Action, ListColumn, list_page
from screening.choices import EXTRACT_TONES, ExtractState
from screening.extracts.formats import DEPARTMENTS, FORMATS
from screening.extracts.intake import upload_extract
from screening.extracts.layout import CYCLES, ListFormat
from screening.extracts.reporting import template_workbook
from screening.forms.extract import ExtractFilter, UploadForm, due_day_of, lists_of
from screening.models import Extract

senders_and_readers = needs(Right.UPLOAD_EXTRACT, Right.VIEW_EXTRACTS)

COLUMNS = (
    ListColumn("list", "名单", lambda extract: FORMATS[extract.list_code].name, sort="list_code", sub="list_code"),
    ListColumn("department", "部门", "department.name", sort="department__name"),
    ListColumn("state", "状态", "get_state_display", sort="state", tone=lambda extract: EXTRACT_TONES[extract.state]),
    ListColumn("period", "月份", lambda extract: month_label(extract.period), sort="period"),
    ListColumn("file", "文件", "filename", wide=True, sub=lambda extract: f"{extract.bytes / 1024:,.0f} KB"),
    ListColumn("rows", "行数", lambda extract: f"{extract.rows_total:,}", right=True, export_value="rows_total"),
    ListColumn("refused", "待更正", "rows_refused", sort="rows_refused", right=True),
    ListColumn("by", "上传", lambda extract: extract.uploaded_by or "系统", sort="uploaded_at", sub="uploaded_at"),
)


@senders_and_readers
@require_safe
def extract_list(request):
    own = lists_of(request.user)
    return list_page(
        request,
        "screening/extracts/list.html",
        {"due": _due(request) if departments_of(request.user) else (), "may_send": own},
        queryset=Extract.objects.for_user(request.user).select_related("department", "uploaded_by"),
        filterset=ExtractFilter,
        columns=COLUMNS,
        unit="份",
        title="部门数据",
        export_name="部门数据清单",
        personal=False,
        on_export=lambda count: record(request.user, "extract.exported", Extract(pk=None), rows=count),
        row_url=lambda extract: reverse("extract_detail", args=[extract.pk]),
        empty="还没有上传过部门数据",
        empty_step=Action("上传名单", reverse("extract_new"), icon="upload", tone="pri") if own else None,
    )


def _due(request) -> dict:
    """The monthly lists of the own department: what has come in for the month that is due."""
    period = previous_month(this_month())
    live = Extract.objects.for_user(request.user).live().filter(period=period).order_by("uploaded_at")
    here = {extract.list_code: extract for extract in live}
    here |= {extract.list_code: extract for extract in live if extract.state == ExtractState.CONFIRMED}
    lists = [
        {"format": fmt, "extract": here.get(fmt.code), "due": due_day_of(fmt, period)}
        for fmt in lists_of(request.user)
        if fmt.cycle == "monthly"
    ]
    return {"label": month_label(period), "period": month_text(period), "lists": lists}


@senders_and_readers
@require_http_methods(["GET", "HEAD", "POST"])
def extract_new(request):
    county = _county_of(request.user)
    if county is None:
        raise Http404
    asked = {"list_code": request.GET.get("list", ""), "period": request.GET.get("period", "")}
    initial = {name: value for name, value in asked.items() if value}
    form = UploadForm(request.POST or None, request.FILES or None, user=request.user, initial=initial)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            extract = upload_extract(
                county=county,
                list_code=given["list_code"],
                period=given["period"],
                file=given["file"].file,
                filename=given["file"].name,
                by=request.user,
            )
            return redirect("extract_detail", extract.pk)
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
    return render(request, "screening/extracts/new.html", {"form": form})


def _county_of(user) -> Division | None:
    """The county for which this user sends lists."""
    rights = codes_by_permission(user)
    codes = {*rights.get(Right.UPLOAD_EXTRACT, ()), *rights.get(Right.RUN_MONTH, ())}
    return Division.objects.filter(code__in=codes, level=Level.COUNTY).order_by("code").first() if codes else None


@senders_and_readers
@require_safe
def format_list(request):
    groups: dict[str, list] = {}
    shown = lists_of(request.user) or FORMATS.values()
    for fmt in shown:
        groups.setdefault(DEPARTMENTS[fmt.department], []).append((fmt, _when(fmt)))
    return render(request, "screening/extracts/formats.html", {"groups": groups.items()})


def _when(fmt: ListFormat) -> str:
    cycle = CYCLES[fmt.cycle]
    return f"{cycle} {fmt.due_day} 日前报上月" if fmt.cycle == "monthly" else f"{cycle}报送"


@senders_and_readers
@require_safe
def format_template(request, code):
    fmt = FORMATS.get(code)
    if fmt is None or fmt not in (lists_of(request.user) or FORMATS.values()):
        raise Http404
    out = BytesIO()
    template_workbook(fmt, out)
    out.seek(0)
    return FileResponse(out, as_attachment=True, filename=f"{fmt.code}-{fmt.name}-模板.xlsx")
