"""名册导入: upload, what the check found, confirm or withdraw."""

from io import BytesIO

import django_filters
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from fangpin.accounts.guards import needs
from fangpin.audit.trail import record
from fangpin.divisions.models import Division, Level
from fangpin.divisions.rights import Right
from fangpin.runs.models import Run
from fangpin.sheets import write_workbook
from fangpin.transitions import NotAllowed, Stale
from fangpin.web import Action, ListColumn, confirm, conflict, list_page
from households.filters import divisions_within
from households.forms import PartialForm, UploadForm
from households.importing.undoing import blockers
from households.models import ImportState, RegisterImport
from households.quality.checking import last_run
from households.register import (
    APPLY,
    CHECK,
    UNDO,
    confirm_register,
    confirm_undo,
    recheck_register,
    upload_register,
    withdraw_register,
)

importers = needs(Right.IMPORT_REGISTER)
PER_PAGE = 50
MUCH = 0.1  # share of the people present whose absence suggests that the file is a part only
TONES = {
    ImportState.UPLOADED: "blue",
    ImportState.CHECKED: "amber",
    ImportState.REFUSED: "red",
    ImportState.APPLIED: "green",
    ImportState.WITHDRAWN: "",
    ImportState.UNDONE: "",
}


def _count(name):
    return lambda row: row.counts.get(name)


COLUMNS = (
    ListColumn("file", "文件", "filename", sort="filename", sub="county.name"),
    ListColumn("state", "状态", "get_state_display", sort="state", tone=lambda row: TONES[row.state]),
    ListColumn("rows", "行数", _count("rows"), right=True),
    ListColumn("new", "新增", _count("new"), right=True),
    ListColumn("changed", "变化", _count("changed"), right=True),
    ListColumn("gone", "已不在名册", _count("gone"), right=True),
    ListColumn("refused", "不能入库", _count("refused"), right=True),
    ListColumn("by", "上传", lambda row: row.uploaded_by or "系统", sort="uploaded_at", sub="uploaded_at"),
)


class ImportFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(label="状态", choices=ImportState.choices)

    class Meta:
        model = RegisterImport
        fields = ()


@importers
@require_safe
def import_list(request):
    upload = Action("导入名册", reverse("import_new"), icon="upload", tone="pri")
    return list_page(
        request,
        "households/import_list.html",
        {"actions": [upload]},
        queryset=RegisterImport.objects.reachable_by(request.user, Right.IMPORT_REGISTER).select_related(
            "uploaded_by", "county"
        ),
        columns=COLUMNS,
        title="名册导入",
        filterset=ImportFilter,
        unit="份",
        export_name="名册导入",
        personal=False,
        on_export=lambda count: record(request.user, "register.exported", RegisterImport(pk=None), rows=count),
        row_url=lambda row: reverse("import_detail", args=[row.pk]),
        empty="还没有导入过名册",
        empty_step=upload,
    )


@importers
@require_http_methods(["GET", "HEAD", "POST"])
def import_new(request):
    counties = divisions_within(request.user, Right.IMPORT_REGISTER).filter(level=Level.COUNTY)
    form = UploadForm(request.POST or None, request.FILES or None, counties=counties)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            found = upload_register(
                county=form.cleaned_data["county"], file=file.file, filename=file.name, by=request.user
            )
            return redirect("import_detail", found.pk)
        except NotAllowed as refusal:
            form.add_error("file", str(refusal))
    return render(request, "households/import_new.html", {"form": form})


def import_or_404(request, pk) -> RegisterImport:
    found = RegisterImport.objects.reachable_by(request.user, Right.IMPORT_REGISTER)
    return get_object_or_404(found.select_related("county", "uploaded_by", "applied_by", "undone_by"), pk=pk)


@importers
@require_safe
def import_detail(request, pk):
    found = import_or_404(request, pk)
    run = Run.objects.filter(kind__in=(CHECK, APPLY, UNDO), key=str(pk)).first()
    page = Paginator(found.problems, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "found": found,
        "counts": found.counts,
        "run": run,
        "checked": last_run(found.county_id, about=str(pk)),
        "tone": TONES[found.state],
        "steps": _steps(found, run),
        "townships": _townships(found),
        "has_differences": found.differences.exists(),
        "problems": {
            "page": page,
            "count": page.paginator.count,
            "unit": "处",
            "pages": _pages(page),
        },
        "listed_all": len(found.problems) == found.counts.get("refused", 0) + found.counts.get("noted", 0),
    }
    return render(request, "households/import_detail.html", context)


def _pages(page) -> list[tuple[object, str]]:
    """(number or "…", address) as components/pager.html wants them."""
    if not page.has_other_pages():
        return []
    numbers = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    return [(number, f"?page={number}" if isinstance(number, int) else "") for number in numbers]


def _steps(found, run) -> list[dict]:
    read = bool(found.counts) and found.state != ImportState.UPLOADED
    failed = found.state == ImportState.REFUSED or (run is not None and run.state == "failed" and run.kind == CHECK)
    applying = run is not None and run.is_alive and run.kind == APPLY
    ended = {ImportState.APPLIED: "done", ImportState.WITHDRAWN: "failed", ImportState.UNDONE: "failed"}
    last = ended.get(found.state, "now" if read else "next")
    notes = [f"{found.counts['rows']:,} 行" if read else "", f"{found.counts['refused']:,} 行不能入库" if read else ""]
    notes.append("正在写入" if applying else found.get_state_display() if last != "now" else "等您确认")
    return [
        {"title": "读取文件", "state": "failed" if failed else "done" if read else "now", "note": notes[0]},
        {"title": "与名册核对", "state": "done" if read else "next", "note": notes[1]},
        {"title": "入库", "state": last, "note": notes[2] if read else ""},
    ]


def _townships(found) -> list[dict]:
    """The figures of each township, with its name."""
    figures = found.counts.get("townships", {})
    names = dict(Division.objects.filter(code__in=figures).values_list("code", "name"))
    return [{"code": code, "name": names.get(code, code), **row} for code, row in figures.items()]


@importers
@require_http_methods(["GET", "HEAD", "POST"])
def import_confirm(request, pk):
    found = import_or_404(request, pk)
    counts = found.counts
    present = sum(counts.get(name, 0) for name in ("gone", "changed", "same"))
    form = (
        PartialForm(request.POST if request.method == "POST" else None)
        if counts.get("gone", 0) > MUCH * present
        else None
    )
    if request.method == "POST" and (form is None or form.is_valid()):
        return _act(request, found, lambda: confirm_register(found, by=request.user), "正在入库，完成后本页自动更新")
    return confirm(
        request,
        title="名册入库",
        consequence=f"将新增 {counts.get('new', 0):,} 人，更新 {counts.get('changed', 0):,} 人，"
        f"{counts.get('gone', 0):,} 人标为已不在名册；{counts.get('refused', 0):,} 行不能入库，不受影响。",
        verb="入库",
        back=reverse("import_detail", args=[pk]),
        form=form,
        icon="database",
        danger=form is not None,
    )


@importers
@require_http_methods(["GET", "HEAD", "POST"])
def import_withdraw(request, pk):
    found = import_or_404(request, pk)
    if request.method == "POST":
        return _act(request, found, lambda: withdraw_register(found, by=request.user), "已作废，名册没有改动")
    return confirm(
        request,
        title="作废这次导入",
        consequence="文件和核对结果不再使用，名册保持原样。作废后可以重新上传。",
        verb="作废",
        back=reverse("import_detail", args=[pk]),
        icon="trash-2",
        danger=True,
    )


@importers
@require_http_methods(["GET", "HEAD", "POST"])
def import_recheck(request, pk):
    found = import_or_404(request, pk)
    if request.method == "POST":
        return _act(
            request, found, lambda: recheck_register(found, by=request.user), "正在重新核对，完成后本页自动更新"
        )
    return confirm(
        request,
        title="重新核对",
        consequence="用同一个文件与现在的名册再比对一次，原来的核对结果不再使用；名册不会改动。",
        verb="重新核对",
        back=reverse("import_detail", args=[pk]),
        icon="rotate-cw",
    )


@importers
@require_http_methods(["GET", "HEAD", "POST"])
def import_undo(request, pk):
    """GET says what will happen, or what was built on the import and keeps it from being undone."""
    found = import_or_404(request, pk)
    if request.method == "POST":
        return _act(request, found, lambda: confirm_undo(found, by=request.user), "正在撤销，完成后本页自动更新")
    in_the_way = blockers(found) if found.state == ImportState.APPLIED else []
    if in_the_way:
        return render(request, "households/import_blocked.html", {"found": found, "blockers": in_the_way})
    return confirm(
        request,
        title="撤销这次入库",
        consequence="名册恢复到这次入库之前：新增的人和户删除，改动的内容还原，标为已不在名册的人恢复在册。撤销后如需入库，须重新上传文件。",
        verb="撤销入库",
        back=reverse("import_detail", args=[pk]),
        icon="undo-2",
        danger=True,
    )


def _act(request, found, verb, success):
    """Call a verb and go back to the import, with what came of it."""
    try:
        verb()
        messages.success(request, success)
    except Stale as stale:
        return conflict(request, str(stale))
    except NotAllowed as refusal:
        messages.error(request, str(refusal))
    return redirect("import_detail", found.pk)


@importers
@require_safe
def import_problems(request, pk):
    """The problem list as a workbook, contents masked as on the page."""
    found = import_or_404(request, pk)
    out = BytesIO()
    write_workbook(
        out,
        title=f"名册核对问题：{found.filename}",
        columns=["工作表", "行", "列", "填写内容", "问题", "处理"],
        rows=(
            [
                row["sheet"],
                row["row"],
                row["column"],
                row["content"],
                row["message"],
                "不能入库" if row["refused"] else "已读入，请核实",
            ]
            for row in found.problems
        ),
        watermark=f"{request.user} {timezone.localtime():%Y-%m-%d %H:%M}",
    )
    record(request.user, "register.problems_exported", found, rows=len(found.problems))
    out.seek(0)
    return FileResponse(out, as_attachment=True, filename=f"名册核对问题-{timezone.localdate():%Y%m%d}.xlsx")
