"""列名对应: say once what the headings of a file mean, see what is remembered, take it back."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from fangpin.accounts.guards import needs
from fangpin.audit.trail import record
from fangpin.divisions.rights import Right
from fangpin.periods import month_label
from fangpin.sheets import Unreadable
from fangpin.transitions import NotAllowed, Stale
from fangpin.web import ListColumn, confirm, conflict, list_page
from screening.extracts.formats import FORMATS
from screening.extracts.heads import heads_of
from screening.extracts.intake import may_send
from screening.extracts.layouts import is_mappable, map_extract, take_back_layout
from screening.forms.extract import lists_of
from screening.forms.layout import LayoutFilter, LayoutForm, chosen_rows
from screening.models import Extract, Layout

senders = needs(Right.UPLOAD_EXTRACT, Right.RUN_MONTH)
senders_and_readers = needs(Right.UPLOAD_EXTRACT, Right.VIEW_EXTRACTS)


def _told(layout: Layout) -> str:
    """名字→姓名，证件→身份证号 in the order of the list."""
    fmt = FORMATS[layout.list_code]
    order = {column.key: place for place, column in enumerate(fmt.columns)}
    named = sorted(
        (order[key], f"{heading}→{fmt.column(key).label}") for heading, key in layout.columns.items() if key
    )
    return "，".join(text for _, text in named) or "不是这份名单"


def _unneeded(layout: Layout) -> str:
    left = [heading for heading, key in layout.columns.items() if not key]
    return f"不需要：{'、'.join(left)}" if left else ""


COLUMNS = (
    ListColumn("list", "名单", lambda layout: FORMATS[layout.list_code].name, sort="list_code", sub="list_code"),
    ListColumn("department", "部门", "department.name", sort="department__name"),
    ListColumn("columns", "列名对应", _told, wide=True, sub=_unneeded),
    ListColumn("by", "判定", lambda layout: layout.decided_by or "系统", sort="decided_at", sub="decided_at"),
    ListColumn(
        "taken_back",
        "撤回",
        lambda layout: layout.taken_back_at and (layout.taken_back_by or "系统"),
        sub="taken_back_at",
    ),
)


@senders
@require_http_methods(["GET", "HEAD", "POST"])
def extract_layout(request, pk):
    extract = Extract.objects.for_user(request.user).select_related("department", "county").filter(pk=pk).first()
    if extract is None or not is_mappable(extract):
        raise Http404
    fmt = FORMATS[extract.list_code]
    if not may_send(request.user, extract.county, fmt):
        raise Http404
    data = request.POST or None
    try:
        form = LayoutForm(data, heads=heads_of(extract, chosen_rows(data or request.GET)), fmt=fmt)
        if request.method == "POST" and form.is_valid():
            map_extract(extract, layouts=form.layouts(), by=request.user)
            messages.success(request, "列名对应已记住，正在按它重新校验")
            return redirect("extract_detail", pk)
    except Stale as stale:
        return conflict(request, str(stale))
    except Unreadable as refusal:
        messages.error(request, refusal.message)
        return redirect("extract_detail", pk)
    except NotAllowed as refusal:
        form.add_error(None, str(refusal))
    context = {"extract": extract, "format": fmt, "label": month_label(extract.period), "form": form}
    return render(request, "screening/extracts/layout.html", context)


@senders_and_readers
@require_safe
def layout_list(request):
    found = Layout.objects.for_user(request.user)
    return list_page(
        request,
        "screening/layouts/list.html",
        {"own": {fmt.code for fmt in lists_of(request.user)}},
        queryset=found.select_related("department", "county", "decided_by", "taken_back_by"),
        filterset=LayoutFilter,
        columns=COLUMNS,
        unit="条",
        title="列名对应",
        export_name="列名对应清单",
        personal=False,
        on_export=lambda count: record(request.user, "layouts.exported", Layout(pk=None), rows=count),
        row_template="screening/layouts/_layout.html",
        empty="还没有记住任何列名：表格里有认不出的列名时，在校验结果页上对应一次即可",
    )


@senders
@require_http_methods(["GET", "HEAD", "POST"])
def layout_take_back(request, pk):
    layout = get_object_or_404(Layout.objects.for_user(request.user).standing().select_related("county"), pk=pk)
    fmt = FORMATS[layout.list_code]
    if not may_send(request.user, layout.county, fmt):
        raise Http404
    if request.method == "POST":
        try:
            take_back_layout(layout, by=request.user)
            messages.success(request, f"{fmt.name}的列名对应已撤回")
        except Stale as stale:
            return conflict(request, str(stale))
        return redirect("layout_list")
    return confirm(
        request,
        title="撤回列名对应",
        consequence=f"以后的{fmt.name}不再按它认列：{_told(layout)}。已经校验和入库的文件不变。",
        verb="撤回",
        back=reverse("layout_list"),
        icon="undo-2",
        danger=True,
    )
