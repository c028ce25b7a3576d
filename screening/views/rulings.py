"""已作判定: what people decided and the machine reuses, and taking it back; 相同情形: many rows at once."""

from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from fangpin.accounts.guards import needs
from fangpin.audit.trail import record
from fangpin.divisions.rights import Right
from fangpin.periods import month_label
from fangpin.web import ListColumn, carry_out, confirm, list_page
from screening.forms.review import RulingFilter
from screening.matching.groups import AT_ONCE, decide_group, groups_of
from screening.matching.looking import people_of
from screening.matching.rulings import take_back
from screening.matching.wording import evidence_lines, method_label
from screening.models import RowMatch, Ruling

office = needs(Right.REVIEW_MATCHES)
COLUMNS = (
    ListColumn("name", "填报姓名", lambda ruling: ruling.name or "（没有姓名）", sort="name"),
    ListColumn(
        "same",
        "判定",
        lambda ruling: f"{'是' if ruling.same else '不是'} {ruling.person.name}",
        sort="same",
        sub=lambda ruling: f"{ruling.person.household.village.name}{ruling.person.household.hamlet}",
    ),
    ListColumn(
        "place",
        "判定于",
        lambda ruling: f"{ruling.extract.list_code} 第 {ruling.row} 行",
        sub=lambda ruling: month_label(ruling.extract.period),
    ),
    ListColumn("by", "判定人", "decided_by", sort="decided_by__name"),
    ListColumn("at", "时间", "decided_at", sort="decided_at"),
    ListColumn(
        "state",
        "状态",
        lambda ruling: "已撤回" if ruling.taken_back_at else "有效",
        tone=lambda ruling: "" if ruling.taken_back_at else "green",
        sub=lambda ruling: f"{ruling.taken_back_by} 撤回" if ruling.taken_back_at else "",
    ),
)


@office
@require_safe
def review_rulings(request):
    rulings = Ruling.objects.for_user(request.user)
    return list_page(
        request,
        "screening/review/rulings.html",
        queryset=rulings.select_related("person__household__village", "extract", "decided_by", "taken_back_by"),
        filterset=RulingFilter,
        columns=COLUMNS,
        default_sort="-at",
        unit="条",
        title="已作判定",
        export_name="身份判定",
        on_export=lambda count, **why: record(request.user, "rulings.exported", Ruling(pk=None), rows=count, **why),
        row_url=lambda ruling: "" if ruling.taken_back_at else reverse("review_take_back", args=[ruling.pk]),
        empty="还没有判定：在疑似匹配里判定的结果会记在这里，以后各月照此认定",
    )


@office
@require_http_methods(["GET", "HEAD", "POST"])
def review_take_back(request, pk):
    ruling = get_object_or_404(
        Ruling.objects.for_user(request.user).select_related("person", "extract", "decided_by"), pk=pk
    )
    if request.method == "POST":

        def act():
            rows = take_back(ruling, by=request.user)
            return f"判定已撤回{f'，{rows} 行回到疑似匹配' if rows else ''}，下次运行时重新认定"

        return carry_out(request, act, "review_rulings")
    said = f"“{ruling.name}”{'是' if ruling.same else '不是'}{ruling.person.name}"
    return confirm(
        request,
        title="撤回身份判定",
        consequence=f"{ruling.decided_by} 于 {ruling.decided_at:%Y-%m-%d} 判定{said}。撤回后，以后的月度运行不再照此认定；"
        "未封账月份里照此判定的行回到疑似匹配。撤回会留痕。",
        verb="撤回判定",
        back=reverse("review_rulings"),
        icon="undo-2",
    )


@office
@require_safe
def review_groups(request):
    """Waiting rows by kind and pattern of evidence."""
    waiting = RowMatch.objects.for_user(request.user).waiting()
    groups = [
        {"group": group, "label": method_label(group.method), "evidence": evidence_lines(dict(group.evidence))}
        for group in groups_of(waiting)
    ]
    context = {"groups": groups, "results": request.session.pop("review_results", None)}
    return render(request, "screening/review/groups.html", context)


@office
@require_http_methods(["GET", "HEAD", "POST"])
def review_group(request, key):
    """Accept the first candidate of every row of a group: asked with a sample, done row by row, each with its outcome."""
    waiting = RowMatch.objects.for_user(request.user).waiting().order_by("-would_change", "-confidence", "-pk")
    group = next((group for group in groups_of(waiting) if group.key == key and group.sensible), None)
    if group is None:
        raise Http404
    if request.method == "POST":
        done = decide_group(group, waiting, by=request.user)
        request.session["review_results"] = [
            {"place": f"{row.extract.list_code} 第 {row.row} 行", "refusal": refusal} for row, refusal in done
        ]
        return redirect("review_groups")
    count = min(group.rows, AT_ONCE)
    return confirm(
        request,
        title=f"批量判定：{method_label(group.method)}",
        consequence=f"把 {count} 行各自认定为名册中唯一可能的人，并记住供以后各月使用。每一行都可以单独撤回。例如：",
        verb=f"判定 {count} 行",
        back=reverse("review_groups"),
        items=_sample(group, waiting),
    )


def _sample(group, waiting) -> list[str]:
    """Five rows of the group in words."""
    rows = list(group.of(waiting).select_related("extract")[:5])
    people = {str(person.pk): person for person in people_of([row.candidates[0] for row in rows])}
    return [
        f"{row.name}（{row.extract.list_code} 第 {row.row} 行）→ {person.name}（{person.household.village.name}{person.household.hamlet}，"
        f"户主 {person.household.head_name}）"
        for row in rows
        if (person := people.get(row.candidates[0]))
    ]
