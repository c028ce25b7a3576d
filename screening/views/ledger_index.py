"""台账: all that the role may see, each with how many rows it has."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import QuerySet
from django.shortcuts import render
from django.views.decorators.http import require_safe

from fangpin.accounts.guards import needs
from fangpin.accounts.scope import holds_anywhere
from fangpin.divisions.rights import Right
from screening.models import Clue, DepartmentMonth, OfflineEntry, WatchItem
from screening.views.ledgers import differences_of

_SENDS = (Right.UPLOAD_EXTRACT, Right.VIEW_EXTRACTS)


@dataclass(frozen=True)
class Ledger:
    """``rows(user)`` are those of the ledger before any filter."""

    title: str
    about: str
    url_name: str
    icon: str
    unit: str
    rights: tuple[Right, ...]
    rows: Callable[[object], QuerySet]


LEDGERS = (
    Ledger(
        "线上排查台账", "部门数据预警的每条线索：来源、比对、派发、核实、反馈", "online_ledger", "table-2", "条",
        (Right.RUN_ROUND,), lambda user: Clue.objects.reachable_by(user, Right.RUN_ROUND).open(),
    ),
    Ledger(
        "线下排查台账", "各村入户排查填报的每一户：测算、保障、审核、结论", "offline_ledger", "table", "户",
        (Right.VIEW_CLUES,), lambda user: OfflineEntry.objects.reachable_by(user, Right.VIEW_CLUES).complete(),
    ),
    Ledger(
        "比对不一致反馈台账", "线上线下不一致、反馈到村再核实的每一件", "difference_ledger", "table-properties", "件",
        (Right.RUN_ROUND,), lambda user: differences_of(user),
    ),
    Ledger(
        "常态化筛查台账", "每个部门每个月：应报、实报、预警、派发、核实、反馈", "month_ledger", "calendar-range", "行",
        _SENDS, lambda user: DepartmentMonth.objects.for_user(user),
    ),
    Ledger(
        "疑似未纳入观察台账", "暂不符合转观察的户：上次核实、下次核查、责任人", "watch_list", "eye", "项",
        (Right.VIEW_CLUES,), lambda user: WatchItem.objects.reachable_by(user, Right.VIEW_CLUES),
    ),
)  # fmt: skip


@needs(Right.VIEW_CLUES, *_SENDS)
@require_safe
def ledger_index(request):
    mine = [one for one in LEDGERS if any(holds_anywhere(request.user, right) for right in one.rights)]
    shown = [{"ledger": one, "count": one.rows(request.user).count()} for one in mine]
    return render(request, "screening/rounds/ledgers.html", {"ledgers": shown})
