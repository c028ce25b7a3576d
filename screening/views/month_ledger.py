"""常态化筛查台账 (domain.md 4.4): month × department, what was due, what came, what it led to."""

from datetime import date

from django.urls import reverse
from django.views.decorators.http import require_safe

from fangpin.accounts.guards import needs
from fangpin.divisions.rights import Right
from fangpin.periods import month_label, month_text, this_day
from fangpin.web import ListColumn
from screening.forms.ledgers import MonthLedgerFilter
from screening.models import DepartmentMonth
from screening.rounds.ledgers import month_rows
from screening.rounds.outcomes import in_group, tally
from screening.views.ledgers import ledger

departments = needs(Right.UPLOAD_EXTRACT, Right.VIEW_EXTRACTS)


def _file(name: str):
    return lambda month: month.files[name] or 0  # nothing came: the sum of no rows


def _sent_on(month) -> date | None:
    return date.fromisoformat(month.files["on"]) if month.files["on"] else None


def _late(month) -> str:
    return "" if month.late is None else "是" if month.late else "否"


def _late_tone(month) -> str | None:
    return None if month.late is None else "red" if month.late else "green"


def _clues(month) -> int:
    return sum(tally(month.outcomes).values())


def _group(name: str):
    return lambda month: in_group(tally(month.outcomes), name)


COLUMNS = (
    ListColumn(
        "period",
        "月份",
        lambda month: month_label(month.period),
        sort=("period", "department_id"),
        sub="department.name",
    ),
    ListColumn("department", "部门", "department.name", page=False),
    ListColumn("due", "应报日期", "due_on", sort="due_on"),
    ListColumn("sent", "实报日期", _sent_on),
    ListColumn("late", "是否逾期", _late, sort="late", tone=_late_tone),
    ListColumn("rows", "条数", _file("rows"), right=True, sub=lambda month: f"有效 {_file('good')(month):,}"),
    ListColumn("good", "有效条数", _file("good"), right=True, page=False),
    ListColumn("clues", "命中预警", _clues, right=True),
    ListColumn("saved", "剔除重复", lambda month: _group("saved")(month) + month.repeated, right=True),
    ListColumn("dispatched", "派发", _group("sent"), right=True),
    ListColumn("verified", "已核实", _group("verified"), right=True),
    ListColumn("overdue", "超期", _group("late"), right=True),
    ListColumn("included", "纳入", _group("included"), right=True),
    ListColumn("watched", "观察", _group("watched"), right=True),
    ListColumn("refused", "不符合", _group("refused"), right=True),
    ListColumn("given", "反馈日期", "given_on", sort="given_on"),
)


@departments
@require_safe
def month_ledger(request):
    months = DepartmentMonth.objects.for_user(request.user)
    return ledger(
        request,
        "常态化筛查台账",
        queryset=month_rows(months, this_day()),
        filterset=MonthLedgerFilter,
        columns=COLUMNS,
        default_sort="-period",
        unit="行",
        row_url=lambda month: (
            f"{reverse('return_list')}?period={month_text(month.period)}&department={month.department_id}"
        ),
        empty="还没有月份：开启排查轮次或部门报送名单后，在这里按月列出各部门",
        personal=False,
    )
