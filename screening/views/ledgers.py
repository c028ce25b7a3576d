"""台账 (domain.md 4.4): each is a query and a column tuple, the same for the page and the workbook; a page shows fewer columns."""

from datetime import date
from itertools import count

from django.db.models import Prefetch, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from fangpin.accounts.guards import needs
from fangpin.audit.trail import record
from fangpin.divisions.rights import Right
from fangpin.masking import mask_id
from fangpin.periods import month_label
from fangpin.web import ListColumn, list_page
from fangpin.web.values import shown
from households.models import Person
from screening.choices import ComparisonClass, Conclusion, RoundKind, TaskOrigin, TaskState
from screening.extracts.formats import FORMATS
from screening.forms.comparison import DifferenceLedgerFilter, OnlineLedgerFilter
from screening.models import Clue, VerificationTask
from screening.rounds.ledgers import difference_rows, online_rows
from screening.rounds.looking import offline_words
from screening.rules.catalogue import BY_CODE

office = needs(Right.RUN_ROUND)
PER_PAGE = 50
CLASSES = dict(ComparisonClass.choices)


def class_label(code: str | None) -> str:
    if not code:
        return ""
    return CLASSES[code] if code == ComparisonClass.VILLAGE else f"{code} {CLASSES[code]}"


def told(what: str, name: str):
    """A part of the JSON that the query joined."""
    return lambda row: (getattr(row, what) or {}).get(name) or ""


def conclusion(row) -> str:
    found = (row.found or {}).get("conclusion")
    return Conclusion(found).label if found else ""


def _included(clue) -> str:
    """是否纳入: as the register has it, once the household has been looked at."""
    if not (clue.found and clue.household_id):
        return ""
    return "是" if _monitored(clue.household) else "否"


def _monitored(household) -> bool:
    return bool(household.category) and not household.risk_cleared


def _round(clue) -> str:
    kind = RoundKind(clue.round_kind).label if clue.round_kind else ""
    return f"{month_label(clue.period)}{kind}"


def _value(clue) -> str:
    value, unit = clue.values.get("value"), clue.values.get("unit") or ""
    return f"{clue.sentence}（{shown(value)}{unit}）" if value not in (None, "") else clue.sentence


def with_heads(rows: QuerySet) -> QuerySet:
    """With what ``head_id`` needs of the households of ``rows``."""
    heads = Person.objects.filter(is_head=True, left_on=None)
    return rows.prefetch_related(Prefetch("household__members", heads, to_attr="heads"))


def head_id(row) -> str:
    heads = row.household.heads if row.household_id else ()
    return mask_id(heads[0].id_number) if heads else ""


ONLINE = (
    ListColumn("round", "轮次", lambda clue: _round(clue), page=False),
    ListColumn("department", "来源部门", "extract.department.name", page=False),
    ListColumn("list", "名单名称", lambda clue: FORMATS[clue.extract.list_code].name, sort="extract__list_code", wide=True,
               sub="extract.department.name"),
    ListColumn("sent_in", "报送日期", lambda clue: _sent_in(clue.extract), page=False),
    ListColumn("name", "姓名", "person.name", sort="person__name"),
    ListColumn("id", "身份证号", lambda clue: mask_id(clue.person.id_number) if clue.person_id else "", page=False),
    ListColumn("relation", "与户主关系", "person.relation", page=False),
    ListColumn("head", "户主", "household.head_name", sort="household__head_name"),
    ListColumn("town", "乡镇", "village.parent.name", sort="village_id", sub="village.name"),
    ListColumn("village", "村", "village.name", page=False),
    ListColumn("hamlet", "屯", "household.hamlet", page=False),
    ListColumn("kind", "户类型", "household.get_kind_display", page=False),
    ListColumn("risk", "风险类型", "get_risk_display", sort="risk"),
    ListColumn("rule", "预警规则", lambda clue: BY_CODE[clue.rule].name if clue.rule in BY_CODE else clue.rule, page=False),
    ListColumn("told", "预警内容(数值)", lambda clue: _value(clue), wide=True),
    ListColumn("grade", "等级", "get_grade_display", sort="grade"),
    ListColumn("monitored", "是否已在监测", lambda clue: bool(clue.household_id) and _monitored(clue.household), page=False),
    ListColumn("cls", "比对类别", lambda clue: class_label(clue.cls), sort="cls"),
    ListColumn("sent", "派发日期", told("sent", "sent_on"), page=False),
    ListColumn("due", "时限", told("sent", "due_on"), page=False),
    ListColumn("checkers", "核实人", told("found", "checkers"), page=False),
    ListColumn("checked", "核实日期", told("found", "checked_on"), page=False),
    ListColumn("conclusion", "核实结论", lambda clue: conclusion(clue)),
    ListColumn("reason", "原因", lambda clue: clue.why or "", page=False),
    ListColumn("included", "是否纳入", lambda clue: _included(clue), page=False),
    ListColumn("included_on", "纳入日期", lambda clue: _since(clue), page=False),
    ListColumn("returned", "反馈部门日期", "given_on", page=False),
    ListColumn("note", "备注", lambda clue: clue.task_note or "", page=False),
)  # fmt: skip
DIFFERENCES = (
    ListColumn("head", "户主", lambda task: task.household.head_name if task.household_id else "（村）", sort="household__head_name"),
    ListColumn("id", "身份证号", lambda task: head_id(task), page=False),
    ListColumn("town", "乡镇", "village.parent.name", sort="village_id", sub="village.name"),
    ListColumn("village", "村", "village.name", page=False),
    ListColumn("online", "线上情况", lambda task: task.online or "没有线上线索", wide=True),
    ListColumn("offline", "线下情况", lambda task: offline_words(task.item)),
    ListColumn("cls", "不一致类型", lambda task: class_label(task.item.cls), sort="item__cls"),
    ListColumn("sent", "反馈日期", "sent_on", sort="sent_on"),
    ListColumn("due", "时限", "due_on", sort="due_on"),
    ListColumn("conclusion", "再核实结论", lambda task: conclusion(task)),
    ListColumn("checkers", "核实人", told("found", "checkers"), page=False),
    ListColumn("checked", "日期", told("found", "checked_on"), page=False),
    ListColumn("opinion", "县办意见", lambda task: task.opinion or "", page=False),
)  # fmt: skip


def _sent_in(extract) -> date | None:
    return timezone.localdate(extract.confirmed_at) if extract.confirmed_at else None


def _since(clue) -> str:
    return (clue.household.other.get("monitored_from") or "") if _included(clue) == "是" else ""


def numbered(request, columns) -> tuple:
    """序号 before the columns: it goes on from page to page, and from 1 in a workbook."""
    page = request.GET.get("page", "")
    before = (int(page) - 1) * PER_PAGE if page.isdecimal() and len(page) < 7 and not request.GET.get("export") else 0
    serial = count(1 + max(before, 0))
    return (ListColumn("serial", "序号", lambda row: next(serial), right=True), *columns)


@office
@require_safe
def online_ledger(request):
    clues = Clue.objects.reachable_by(request.user, Right.RUN_ROUND).open()
    return ledger(
        request,
        "线上排查台账",
        queryset=online_rows(clues),
        filterset=OnlineLedgerFilter,
        columns=numbered(request, ONLINE),
        default_sort="town",
        unit="条",
        row_url=lambda clue: reverse("clue_detail", args=[clue.pk]),
        empty="还没有线索",
    )


def differences_of(user) -> QuerySet[VerificationTask]:
    """What was sent back because two lists differ, and not recalled."""
    tasks = VerificationTask.objects.reachable_by(user, Right.RUN_ROUND).exclude(state=TaskState.RECALLED)
    return tasks.filter(origin=TaskOrigin.COMPARISON, item__isnull=False)


@office
@require_safe
def difference_ledger(request):
    return ledger(
        request,
        "比对不一致反馈台账",
        queryset=with_heads(difference_rows(differences_of(request.user))),
        filterset=DifferenceLedgerFilter,
        columns=numbered(request, DIFFERENCES),
        default_sort="due",
        unit="件",
        row_url=lambda task: reverse("item_detail", args=[task.item_id]),
        empty="还没有反馈核实的任务",
    )


def ledger(request, title: str, **listed):
    return list_page(
        request,
        "screening/rounds/ledger.html",
        {"title": title},
        title=title,
        export_name=title,
        per_page=PER_PAGE,
        on_export=lambda rows, **why: record(
            request.user, "ledger.exported", listed["queryset"].model(pk=None), rows=rows, ledger=title, **why
        ),
        **listed,
    )
