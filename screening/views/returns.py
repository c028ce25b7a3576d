"""部门反馈 (domain.md 3.4): what became of each list and each clue, for the department that sent it and for the county office.

Of a household a department sees what it sent itself and the outcome, nothing else.
"""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fangpin.accounts.guards import needs
from fangpin.accounts.scope import departments_of, holds
from fangpin.audit.trail import record
from fangpin.divisions.rights import Right
from fangpin.periods import month_label, month_text, parse_month, this_day
from fangpin.transitions import NotAllowed
from fangpin.web import Action, ListColumn, confirm, list_page
from fangpin.web.values import address_with
from screening.choices import Outcome
from screening.extracts.formats import FORMATS
from screening.extracts.storing import OwnRows
from screening.forms.ledgers import GiveForm, ReturnedFilter, ReturnFilter
from screening.matching.wording import method_label
from screening.models import DepartmentMonth, Extract
from screening.rounds.giving_back import give_back, receive
from screening.rounds.looking import doubts_of
from screening.rounds.outcomes import CLOSED, GROUPS, clues_in, in_group, returned, tally

departments = needs(Right.UPLOAD_EXTRACT, Right.VIEW_EXTRACTS)
TONES = {Outcome.LATE: "red", Outcome.CHECKING: "amber", Outcome.REPORTED: "blue", Outcome.INCLUDE: "purple"}


def _tone(clue) -> str:
    return "green" if clue.outcome in CLOSED and clue.outcome != Outcome.INCLUDE else TONES.get(clue.outcome, "")


def _number(name: str, label: str) -> ListColumn:
    """A number of ``GROUPS`` that opens the clues it counts."""

    def count(extract) -> int:
        return in_group(tally(extract.outcomes), name)

    def url(extract) -> str:
        return f"{_url(extract)}?group={name}" if count(extract) else ""

    return ListColumn(name, label, count, right=True, url=url)


def _url(extract) -> str:
    return reverse("return_detail", args=[extract.pk])


COLUMNS = (
    ListColumn("list", "名单", lambda extract: FORMATS[extract.list_code].name, sort="list_code", sub="department.name"),
    ListColumn("department", "部门", "department.name", page=False),
    ListColumn("period", "月份", lambda extract: month_label(extract.period), sort=("period", "list_code")),
    ListColumn("rows", "收到", "rows_total", right=True),
    ListColumn("clues", "线索", lambda extract: sum(tally(extract.outcomes).values()), right=True, url=_url),
    ListColumn("repeated", "以前已报", "repeated", right=True),
    *(_number(name, label) for name, (label, _) in GROUPS.items()),
    ListColumn("given", "反馈日期", "given_on"),
)  # fmt: skip
DOUBTS = (
    ListColumn("name", "填报姓名", lambda item: item.filled_in and item.filled_in["name"]),
    ListColumn("list", "名单", lambda item: FORMATS[item.extract.list_code].name, sort="extract__list_code", sub="extract.department.name"),
    ListColumn("period", "月份", lambda item: month_label(item.extract.period), sort="extract__period"),
    ListColumn("row", "Excel 行", "row", sort=("extract__list_code", "sheet_no", "row"), right=True),
    ListColumn("why", "情形", lambda item: item.filled_in and method_label(item.filled_in["method"]), wide=True),
    ListColumn("suspect", "可能是", lambda item: _suspect(item.suspect)),
    ListColumn("file", "文件", "extract.filename", page=False),
)  # fmt: skip


def _suspect(told: dict | None) -> str:
    """Name and village only: the sender has to find out by itself which of the two is wrong."""
    return f"{told['name']}（{told['township']}{told['village']}）" if told else ""


@departments
@require_safe
def return_list(request):
    lists = Extract.objects.for_user(request.user).confirmed().select_related("department")
    return list_page(
        request,
        "screening/returns/list.html",
        {
            "actions": [
                Action("身份存疑的行", reverse("return_doubts"), "id-card"),
                *_actions(request.user, _month_chosen(request)),
            ]
        },
        queryset=returned(lists, this_day()),
        filterset=ReturnFilter,
        columns=COLUMNS,
        default_sort="-period",
        unit="份",
        title="部门反馈",
        export_name="部门反馈",
        personal=False,
        on_export=lambda count: record(request.user, "returns.exported", Extract(pk=None), rows=count),
        row_url=_url,
        empty="还没有已入库的名单：部门数据入库、运行以后，在这里看每份名单的结果",
    )


def _clue_columns(extract: Extract) -> tuple[ListColumn, ...]:
    rows = OwnRows(extract)

    def told(clue) -> tuple[str, str]:
        if clue.row is None:
            return "（名单中没有此人）", ""
        return rows.who(clue.sheet_no, clue.row)

    return (
        ListColumn("name", "姓名", lambda clue: told(clue)[0] or "（没有姓名）", sub=lambda clue: told(clue)[1], export_value=lambda clue: told(clue)[0]),
        ListColumn("id", "身份证号", lambda clue: told(clue)[1], page=False),
        ListColumn("row", "Excel 行", "row", sort=("sheet_no", "row"), right=True),
        ListColumn("place", "乡镇 · 村", "village.parent.name", sort="village_id", sub="village.name",
                   export_value=lambda clue: f"{clue.village.parent.name}{clue.village.name}"),
        ListColumn("risk", "风险类型", "get_risk_display", sort="risk"),
        ListColumn("outcome", "结果", lambda clue: Outcome(clue.outcome).label, sort="outcome", tone=_tone),
        ListColumn("on", "办结日期", "outcome_on", sort="outcome_on"),
    )  # fmt: skip


@departments
@require_safe
def return_detail(request, pk):
    lists = Extract.objects.for_user(request.user).confirmed().select_related("department")
    extract = get_object_or_404(lists, pk=pk)
    name, label = FORMATS[extract.list_code].name, month_label(extract.period)
    clues = clues_in(extract, this_day())
    month = _month_of(request.user, extract)
    record(request.user, "returns.viewed", extract)
    return list_page(
        request,
        "screening/returns/detail.html",
        {
            "extract": extract, "list_name": name, "label": label, "month": month,
            "actions": _actions(request.user, month), "tabs": _tabs(request, clues), "tabs_label": "结果",
        },
        queryset=_in_group(request, clues).select_related("village__parent"),
        filterset=ReturnedFilter,
        columns=_clue_columns(extract),
        default_sort="row",
        unit="条",
        title=f"{label}{name}的结果",
        export_name=f"反馈-{extract.list_code}-{month_text(extract.period)}",
        on_export=lambda count, **why: record(request.user, "returns.exported", extract, rows=count, **why),
        empty="这份名单没有产生线索",
    )  # fmt: skip


def _in_group(request, clues):
    """The clues that the chosen number of the return counts, else all."""
    group = request.GET.get("group", "")
    return clues.filter(outcome__in=GROUPS[group][1]) if group in GROUPS else clues


def _tabs(request, clues) -> list[dict]:
    """One per number of the return, each counting what the list shows when it is opened."""
    filters = ReturnedFilter(request.GET, queryset=clues, request=request)
    found = filters.qs if filters.is_valid() else clues.none()
    told = dict(found.order_by().values_list("outcome").annotate(n=Count("pk")))
    chosen = request.GET.get("group", "")
    every = {"label": "全部", "url": address_with(request, group=None, page=None), "count": sum(told.values())}
    tabs = [every | {"current": chosen not in GROUPS}]
    for key, (label, _) in GROUPS.items():
        url, count = address_with(request, group=key, page=None), in_group(told, key)
        hot = key == "late" and count > 0
        tabs.append({"label": label, "url": url, "count": count, "current": chosen == key, "hot": hot})
    return tabs


def _month_of(user, extract: Extract) -> DepartmentMonth | None:
    months = DepartmentMonth.objects.for_user(user).select_related("given_by", "received_by")
    return months.filter(county=extract.county_id, department=extract.department_id, period=extract.period).first()


def _month_chosen(request) -> DepartmentMonth | None:
    """The one that both filters of the list name, so that it can be given back or signed for as a whole."""
    try:
        period = parse_month(request.GET.get("period", ""))
    except ValidationError:
        return None
    months = DepartmentMonth.objects.for_user(request.user).select_related("department")
    return months.filter(period=period, department=request.GET.get("department", "")).first()


def _actions(user, month: DepartmentMonth | None) -> list[Action]:
    if month is None:
        return []
    found = []
    if holds(user, Right.RUN_ROUND, month.county_id):
        label = f"再次向{month.department}反馈" if month.given_on else f"向{month.department}反馈"
        found.append(
            Action(label, reverse("return_give", args=[month.pk]), "message-square-reply", "pri", dialog=True)
        )
    if month.given_on and not month.received_at and month.department_id in departments_of(user):
        found.append(Action("签收", reverse("return_receive", args=[month.pk]), "check", "pri", post=True))
    return found


def _month_or_404(request, pk) -> DepartmentMonth:
    months = DepartmentMonth.objects.for_user(request.user).select_related("department", "county")
    return get_object_or_404(months, pk=pk)


def _back(month: DepartmentMonth) -> str:
    return f"{reverse('return_list')}?period={month_text(month.period)}&department={month.department_id}"


@needs(Right.RUN_ROUND)
@require_http_methods(["GET", "HEAD", "POST"])
def return_give(request, pk):
    month, form = _month_or_404(request, pk), GiveForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            new = give_back(month, by=request.user, note=form.cleaned_data["note"])
        except NotAllowed as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, f"已向{month.department}反馈" if new else "结果没有变化，反馈日期不变")
        return redirect(_back(month))
    return confirm(
        request,
        title=f"向{month.department}反馈{month_label(month.period)}的结果",
        consequence="记下今天为反馈日期，部门数据员的待办里出现签收；以后结果有变化可以再次反馈。",
        verb=f"反馈{month.department}",
        back=_back(month),
        form=form,
        icon="message-square-reply",
    )


@needs(Right.UPLOAD_EXTRACT)
@require_POST
def return_receive(request, pk):
    month = _month_or_404(request, pk)
    try:
        receive(month, by=request.user)
        messages.success(request, f"已签收{month_label(month.period)}的反馈")
    except NotAllowed as refusal:
        messages.error(request, str(refusal))
    return redirect(_back(month))


@departments
@require_safe
def return_doubts(request):
    """C9: rows of the own lists that fit nobody for certain, with whom they may mean."""
    lists = Extract.objects.for_user(request.user).confirmed()
    return list_page(
        request,
        "screening/returns/doubts.html",
        queryset=doubts_of(lists),
        columns=DOUBTS,
        default_sort="row",
        unit="行",
        title="身份存疑，请核对后重报",
        export_name="身份存疑",
        on_export=lambda count, **why: record(request.user, "returns.exported", Extract(pk=None), rows=count, **why),
        empty="没有身份存疑的行",
    )
