"""线下排查台账 (domain.md 4.4): every entry that a village completed, from the lists within reach."""

from datetime import date

from django.urls import reverse
from django.views.decorators.http import require_safe

from fangpin.approvals.routes import Stage, Verdict
from fangpin.divisions.rights import Right
from fangpin.web import ListColumn
from screening.choices import Conclusion, Judgement, Risk
from screening.forms.ledgers import OfflineLedgerFilter
from screening.models import OfflineEntry
from screening.rounds.answers import Answers, Need, from_told, net_per_head
from screening.rounds.ledgers import offline_rows
from screening.views.ledgers import class_label, head_id, ledger, numbered, with_heads
from screening.views.tasks import readers


def _answers(entry) -> Answers:
    """What the entry answers, unsealed once a row; members are not read."""
    if not hasattr(entry, "_answers"):
        told = from_told(entry.told)
        entry._answers = Answers(risks=tuple(entry.risks), judgement=entry.judgement, **told)
    return entry._answers


def _needs(entry) -> str:
    """三保障: what is lacking, with the remark; "都有保障" when nothing is."""
    answers = _answers(entry)
    lacking = [
        "：".join(filter(None, [f"{need.label}没有保障", answers.remarks.get(need, "")]))
        for need in Need
        if answers.living.get(need) is False
    ]
    if lacking:
        return "；".join(lacking)
    return "都有保障" if all(answers.living.get(need) for need in Need) else ""


def _difficulty(entry) -> str:
    answers = _answers(entry)
    told = [f"{Risk(risk).label}：{text}" for risk, text in answers.evidence.items() if text]
    return "；".join(told) or answers.reason


def _signed(stage: Stage):
    """ "同意 韦大 2021-05-05" of that level; "" before it signed."""

    def told(entry) -> str:
        signed = next((one for one in entry.signed if one["stage"] == stage), None)
        return f"{Verdict(signed['verdict']).label} {signed['by']} {signed['on']}" if signed else ""

    return told


def _handed_up(entry) -> date | None:
    """When the township agreed, and so sent the list to the county."""
    agreed = (one for one in entry.signed if one["stage"] == Stage.TOWNSHIP and one["verdict"] == Verdict.AGREE)
    return next((date.fromisoformat(one["on"]) for one in agreed), None)


def _outcome(entry) -> str:
    """What the verification said; before there was any, that the village saw no risk."""
    if entry.found:
        return Conclusion(entry.found["conclusion"]).label
    return Judgement.CLEAR.label if entry.judgement == Judgement.CLEAR else ""


COLUMNS = (
    ListColumn("round", "轮次", "offline_list.round", sort="offline_list__round__period"),
    ListColumn("town", "乡镇", "offline_list.village.parent.name", sort="offline_list__village_id", sub="offline_list.village.name"),
    ListColumn("village", "村", "offline_list.village.name", page=False),
    ListColumn("hamlet", "屯", "household.hamlet", page=False),
    ListColumn("head", "户主", "household.head_name", sort="household__head_name"),
    ListColumn("id", "身份证号", head_id, page=False),
    ListColumn("size", "人口数", "household.size", sort="household__size", right=True, page=False),
    ListColumn("kind", "户类型", "household.get_kind_display", page=False),
    ListColumn("judgement", "拟纳入类别", "get_judgement_display", sort="judgement"),
    ListColumn("risks", "风险类型", lambda entry: "、".join(Risk(risk).label for risk in entry.risks)),
    ListColumn("income", "人均纯收入", lambda entry: net_per_head(_answers(entry)), right=True),
    ListColumn("needs", "三保障情况", _needs, page=False),
    ListColumn("difficulty", "主要困难", _difficulty, wide=True),
    ListColumn("checkers", "排查人", "checkers", page=False),
    ListColumn("checked", "排查日期", "checked_on", sort="checked_on"),
    ListColumn("by_village", "村审核", _signed(Stage.VILLAGE), page=False),
    ListColumn("by_township", "乡镇审核", _signed(Stage.TOWNSHIP), page=False),
    ListColumn("handed_up", "上报日期", _handed_up),
    ListColumn("cls", "比对类别", lambda entry: class_label(entry.cls), sort="cls"),
    ListColumn("outcome", "结论", _outcome),
)  # fmt: skip


@readers
@require_safe
def offline_ledger(request):
    entries = OfflineEntry.objects.reachable_by(request.user, Right.VIEW_CLUES).complete()
    return ledger(
        request,
        "线下排查台账",
        queryset=with_heads(offline_rows(entries)),
        filterset=OfflineLedgerFilter,
        columns=numbered(request, COLUMNS),
        default_sort="town",
        unit="户",
        row_url=lambda entry: reverse("offline_entry", args=[entry.pk]),
        empty="还没有填完的线下条目：村级在本轮线下名单里填报后，在这里逐户列出",
    )
