"""线上线下比对: the comparisons of the rounds, one of them with its classes and items, the rows that go back to departments."""

from django.contrib import messages
from django.db.models import Count
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from fangpin.accounts.guards import needs
from fangpin.audit.trail import record
from fangpin.divisions.rights import Right
from fangpin.periods import this_day
from fangpin.transitions import NotAllowed
from fangpin.web import Action, Bulk, ListColumn, confirm, list_page
from fangpin.web.values import address_with
from screening.choices import ComparisonClass, Risk
from screening.extracts.formats import FORMATS
from screening.forms.comparison import CompareForm, DoubtFilter, ItemFilter
from screening.matching.wording import method_label
from screening.models import Comparison, ComparisonItem, Round
from screening.rounds.classes import CLASSES
from screening.rounds.comparing import compare_round, why_over
from screening.rounds.looking import offline_words, progress_of, with_sides, with_suspects, with_task

office = needs(Right.RUN_ROUND)
COLUMNS = (
    ListColumn("made", "比对时间", "made_at", sort="made_at", sub=lambda made: made.made_by or "系统"),
    ListColumn("round", "轮次", lambda made: f"{made.round}第 {made.number} 次", sort=("round__period", "number")),
    ListColumn("online", "线上（户）", lambda made: made.counts.get("online", 0), right=True),
    ListColumn("offline", "线下（户）", lambda made: made.counts.get("offline", 0), right=True),
    ListColumn("both", "两边都有", lambda made: made.counts.get("both", 0), right=True),
    ListColumn("saved", "避免重复核查（户次）", lambda made: _count(made, ComparisonClass.C8), right=True),
)
ITEM_COLUMNS = (
    ListColumn("who", "户主", lambda item: who(item), sort="household__head_name", sub=lambda item: _size(item)),
    ListColumn(
        "place",
        "乡镇 · 村",
        lambda item: item.village.parent.name if item.village.parent_id else "",
        sort="village_id",
        sub="village.name",
        export_value=lambda item: place(item),
    ),
    ListColumn(
        "cls", "比对类别", lambda item: class_words(item), sort="cls", tone=lambda item: CLASSES[item.cls].tone
    ),
    ListColumn("sides", "线上线索与线下结论", "why", wide=True, export=False),
    ListColumn("online", "线上线索", lambda item: "；".join(told["sentence"] for told in item.told), page=False),
    ListColumn("offline", "线下结论", offline_words, page=False),
    ListColumn("why", "说明", "why", page=False),
    ListColumn("risks", "风险", lambda item: "、".join(risks(item))),
    ListColumn("grade", "级别", lambda item: item.get_grade_display(), sort="grade", page=False),
    ListColumn(
        "state",
        "状态",
        lambda item: progress_of(item, this_day())[0],
        sort="task_state",
        tone=lambda item: progress_of(item, this_day())[1],
    ),
    ListColumn("due", "核实期限", "task_due", sort="task_due"),
    ListColumn("moved", "与上次比对", "moved_why", page=False),
)
DOUBT_COLUMNS = (
    ListColumn("name", "填报姓名", lambda item: item.filled_in and item.filled_in["name"]),
    ListColumn("department", "报送部门", "extract.department.name", sort="extract__department"),
    ListColumn("list", "名单", lambda item: FORMATS[item.extract.list_code].name, sort="extract__list_code"),
    ListColumn("row", "行", "row", sort="row", right=True),
    ListColumn("why", "情形", lambda item: item.filled_in and method_label(item.filled_in["method"]), wide=True),
    ListColumn("suspect", "建议匹配", lambda item: _suspect(item.suspect), wide=True),
    ListColumn("file", "文件", "extract.filename", page=False),
)


def who(item) -> str:
    if item.household_id:
        return item.household.head_name or "（无户主）"
    return f"{item.village.name}（村）" if item.cls == ComparisonClass.VILLAGE else f"名单第 {item.row} 行"


def class_words(item) -> str:
    """ "C2 线上有线下无"; a village's problem has no number."""
    return item.get_cls_display() if item.cls == ComparisonClass.VILLAGE else f"{item.cls} {item.get_cls_display()}"


def place(item) -> str:
    return f"{item.village.parent or ''}{item.village.name}"


def risks(item) -> list[str]:
    return [Risk(risk).label for risk in item.risks]


def _size(item) -> str:
    return f"{item.household.size} 人 · {item.household.number[-4:]}" if item.household_id else ""


def _suspect(told: dict | None) -> str:
    if told is None:
        return ""
    return f"{told['name']}（{told['relation']}），户主{told['head']}，{told['township']}{told['village']}，户编号 {told['number']}"


def _count(made, cls) -> int:
    return made.counts.get("classes", {}).get(cls, 0)


def comparison_or_404(request, pk) -> Comparison:
    found = Comparison.objects.reachable_by(request.user, Right.RUN_ROUND)
    return get_object_or_404(found.select_related("round__county", "made_by"), pk=pk)


@office
@require_safe
def comparison_list(request):
    rounds = Round.objects.reachable_by(request.user, Right.RUN_ROUND).open().order_by("-period")[:3]
    ways = [
        Action(f"比对{round}", reverse("round_compare", args=[round.pk]), "git-compare", "pri", dialog=True)
        for round in rounds
    ]
    return list_page(
        request,
        "screening/rounds/comparisons.html",
        {"actions": ways},
        queryset=Comparison.objects.reachable_by(request.user, Right.RUN_ROUND).select_related("round", "made_by"),
        columns=COLUMNS,
        default_sort="-made",
        unit="次",
        title="线上线下比对",
        row_url=lambda made: reverse("comparison_detail", args=[made.pk]),
        empty="还没有比对：开启轮次、部门数据运行、线下名单上报之后，在这里比对",
    )


@office
@require_http_methods(["GET", "HEAD", "POST"])
def round_compare(request, pk):
    round = get_object_or_404(Round.objects.reachable_by(request.user, Right.RUN_ROUND), pk=pk)
    form = CompareForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            found = compare_round(round, by=request.user, submitted=form.cleaned_data["submitted"])
        except NotAllowed as refusal:
            messages.error(request, str(refusal))
            return redirect("comparison_list")
        told = "比对完成" if found.new else "线上、线下和名册都没有变化，仍是上一次的比对结果"
        messages.success(request, told)
        return redirect("comparison_detail", found.comparison.pk)
    return confirm(
        request,
        title=f"比对{round}",
        consequence="把本月线索和线下名单按户对照，每户归入一类；结果冻结，以后只会新增下一次比对。",
        verb="开始比对",
        back=reverse("comparison_list"),
        form=form,
        icon="git-compare",
    )


def items_of(request, comparison):
    items = ComparisonItem.objects.reachable_by(request.user, Right.RUN_ROUND).filter(comparison=comparison)
    return with_task(items, comparison)


@office
@require_safe
def comparison_detail(request, pk):
    comparison = comparison_or_404(request, pk)
    return list_page(
        request,
        "screening/rounds/comparison.html",
        {"comparison": comparison, "cards": _cards(request, comparison), **_heading(comparison)},
        queryset=with_sides(items_of(request, comparison)),
        filterset=ItemFilter,
        columns=ITEM_COLUMNS,
        default_sort="cls",
        unit="项",
        title="比对结果",
        export_name=f"比对结果-{comparison.round}",
        on_export=lambda count, **why: record(request.user, "comparison.exported", comparison, rows=count, **why),
        row_url=lambda item: reverse("item_detail", args=[item.pk]),
        row_template="screening/rounds/_item.html",
        bulk=Bulk(_send_url(request, comparison), "screening/rounds/_bulk.html", _town_and_village),
        empty="这次比对没有任何条目",
    )


def _send_url(request, comparison) -> str:
    """The filters go along: "all of this filter" is answered by the server, not by the page."""
    return f"{reverse('comparison_send', args=[comparison.pk])}{address_with(request, page=None, sort=None)}"


def _town_and_village(item) -> tuple[str, str]:
    return (item.village.parent.name, item.village.name) if item.village.parent_id else ("", "")


def _cards(request, comparison) -> list[dict]:
    """One for each class, counted from the items, so that a card says what its list shows."""
    items = ComparisonItem.objects.filter(comparison=comparison).order_by()
    whole = dict(items.values_list("cls").annotate(n=Count("household")))
    rows = dict(items.filter(household=None).values_list("cls").annotate(n=Count("*")))
    asked = request.GET.get("cls")
    cards = []
    for cls, info in CLASSES.items():
        count, unit = (rows.get(cls, 0), "个") if cls == ComparisonClass.VILLAGE else (whole.get(cls, 0), "户")
        url = address_with(request, cls=None if asked == cls else cls.value, page=None)
        extra = rows.get(cls, 0) if cls == ComparisonClass.C9 else 0
        cards.append({"info": info, "count": count, "unit": unit, "url": url, "extra": extra, "current": asked == cls})
    return cards


def _heading(comparison) -> dict:
    counts = comparison.counts
    added = sum(counts.get("classes", {}).values())
    return {
        "added": added,
        "saved": _count(comparison, ComparisonClass.C8),
        "over": why_over(comparison),
        "moves": sum(counts.get("moves", {}).values()),
        "gone": len(counts.get("gone", [])),
    }


@office
@require_safe
def doubt_list(request, pk):
    comparison = comparison_or_404(request, pk)
    items = ComparisonItem.objects.reachable_by(request.user, Right.RUN_ROUND).filter(comparison=comparison)
    return list_page(
        request,
        "screening/rounds/doubts.html",
        {"comparison": comparison},
        queryset=with_suspects(items),
        filterset=DoubtFilter,
        columns=DOUBT_COLUMNS,
        default_sort="department",
        unit="行",
        title="身份存疑，请部门核对",
        export_name=f"身份存疑-{comparison.round}",
        on_export=lambda count, **why: record(request.user, "comparison.exported", comparison, rows=count, **why),
        row_url=lambda item: reverse("item_detail", args=[item.pk]),
        empty="没有身份存疑的行",
    )
