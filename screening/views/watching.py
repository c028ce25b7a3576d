"""观察名单 and 疑似未纳入观察台账 (domain.md 4.4, 4.5): one query for the page and the workbook."""

from django.urls import reverse
from django.views.decorators.http import require_safe

from fangpin.divisions.rights import Right
from fangpin.periods import this_day
from fangpin.web import ListColumn
from screening.forms.verification import WatchFilter
from screening.models import WatchItem
from screening.views.ledgers import head_id, ledger, with_heads
from screening.views.tasks import readers


def _status(item) -> str:
    if item.left_on:
        return f"已移出（{item.left_why}）"
    return "核查到期" if item.next_check_on <= this_day() else "观察中"


def _tone(item) -> str:
    if item.left_on:
        return ""
    return "red" if item.next_check_on <= this_day() else "blue"


def _reason(item) -> str:
    """The conclusion of the last check and why."""
    check = item.last_check
    return "：".join(filter(None, [check.get_conclusion_display(), check.told.get("reason", "")]))


COLUMNS = (
    ListColumn("head", "户主", "household.head_name", sort="household__head_name"),
    ListColumn("id", "身份证号", head_id, page=False),
    ListColumn("town", "乡镇", "household.village.parent.name", sort="household__village_id", sub="household.village.name"),
    ListColumn("village", "村", "household.village.name", page=False),
    ListColumn("since", "首次疑似日期", "since", sort="since"),
    ListColumn("origin", "来源", "source.task.get_origin_display", page=False),
    ListColumn("risk", "风险类型", "get_risk_display", sort="risk", sub="get_level_display"),
    ListColumn("last", "上次核实", "last_check.checked_on", sort="last_check__checked_on"),
    ListColumn("reason", "结论原因", _reason, wide=True, sub="refreshed_note"),
    ListColumn("next", "下次核查日期", "next_check_on", sort="next_check_on"),
    ListColumn("officer", "责任人", "officer"),
    ListColumn("checks", "累计核查次数", "checks", sort="checks", right=True),
    ListColumn("status", "状态", _status, tone=_tone),
    ListColumn("level", "观察级别", "get_level_display", page=False),
    ListColumn("news", "本月数据", "refreshed_note", page=False),
)  # fmt: skip


@readers
@require_safe
def watch_list(request):
    items = WatchItem.objects.reachable_by(request.user, Right.VIEW_CLUES)
    shown = items.select_related("household__village__parent", "last_check__task", "source__task")
    return ledger(
        request,
        "疑似未纳入观察台账",
        queryset=with_heads(shown),
        filterset=WatchFilter,
        columns=COLUMNS,
        default_sort="next",
        unit="项",
        row_url=lambda item: reverse("task_detail", args=[item.last_check.task_id]),
        empty="还没有转观察的户",
    )
