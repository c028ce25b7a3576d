"""One item of a comparison with both sides, and what the county does about it: send, override, recall, reassign."""

from collections import Counter

from django.contrib import messages
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from fangpin.audit.trail import record
from fangpin.divisions.models import CODE_LENGTH, Level
from fangpin.divisions.rights import Right
from fangpin.periods import this_day
from fangpin.transitions import NotAllowed, Stale
from fangpin.web import carry_out, confirm, conflict
from fangpin.web.filters import chips_of
from screening.choices import Grade, TaskState
from screening.forms.comparison import ItemFilter, ReasonForm, ReassignForm, SendForm
from screening.models import Clue, ComparisonItem, VerificationResult, VerificationTask
from screening.rounds.classes import CLASSES
from screening.rounds.comparing import why_over
from screening.rounds.dispatching import due_by_grade, override, send, why_not_send
from screening.rounds.looking import offline_words, progress_of, with_sides, with_suspects, with_task
from screening.rounds.recalling import UNANSWERED, reassign, recall
from screening.views.checking import key_of
from screening.views.comparison import comparison_or_404, items_of, office, place, risks, who


def item_or_404(request, pk) -> ComparisonItem:
    found = ComparisonItem.objects.reachable_by(request.user, Right.RUN_ROUND)
    item = get_object_or_404(found.select_related("comparison__round"), pk=pk)
    return with_sides(with_task(found.filter(pk=pk), item.comparison)).select_related(
        "comparison__round", "suppressed_by__task", "overridden_by", "extract__department"
    ).get()  # fmt: skip


@office
@require_safe
def item_detail(request, pk):
    item = item_or_404(request, pk)
    record(request.user, "item.viewed", item)
    context = {
        "item": item,
        "subject": who(item),
        "place": place(item),
        "info": CLASSES[item.cls],
        "risks": risks(item),
        "progress": progress_of(item, this_day()),
        "online": _online(item),
        "offline": item.offline,
        "offline_words": offline_words(item),
        "task": _task(request, item),
        "checks": _checks(item),
        "doubt": with_suspects(ComparisonItem.objects.filter(pk=item.pk)).first(),
        **_acts(item),
    }
    return render(request, "screening/rounds/item.html", context)


def _online(item) -> list[dict]:
    """The clues of the item, each with why it is not sent, if it is not."""
    why = {one["clue"]: one["why"] for one in item.left_out}
    clues = (
        Clue.objects.filter(pk__in=item.clues).graded().with_again().select_related("extract__department", "person")
    )
    return [{"clue": clue, "why": why.get(str(clue.pk), "")} for clue in clues.order_by("grade_order", "pk")]


def _task(request, item) -> VerificationTask | None:
    if item.task_id is None:
        return None
    found = VerificationTask.objects.reachable_by(request.user, Right.RUN_ROUND)
    return found.select_related("village__parent").prefetch_related("steps__by", "results").get(pk=item.task_id)


def _checks(item) -> QuerySet[VerificationResult]:
    """What was found at the household before, the newest first."""
    if item.household_id is None:
        return VerificationResult.objects.none()
    results = VerificationResult.objects.standing().filter(task__household=item.household_id, is_draft=False)
    return results.select_related("task").order_by("-checked_on", "-pk")[:10]


def _acts(item) -> dict:
    over = why_over(item.comparison)
    return {
        "over": over,
        "may_send": not over and not why_not_send(item) and item.task_state in (None, TaskState.CLOSED),
        "may_override": not over and item.cls == "C8" and item.overridden_at is None,
        "may_take_back": item.task_state in UNANSWERED,
    }


# -- sending -------------------------------------------------------------------------------------------------------------
@office
@require_http_methods(["GET", "HEAD", "POST"])
def comparison_send(request, pk):
    """First the question with its scope in words, then the act, for exactly what the question was about."""
    comparison = comparison_or_404(request, pk)
    back = f"{reverse('comparison_detail', args=[pk])}?{request.GET.urlencode()}"
    if request.method != "POST":
        return redirect(back)
    form = SendForm(request.POST if "sure" in request.POST else None)
    items = _chosen(request, comparison)
    count = items.count()
    if form.is_bound and form.is_valid():
        if form.cleaned_data["count"] != count:
            return conflict(request, f"选中的由 {form.cleaned_data['count']} 项变为 {count} 项，请返回列表重新确认")
        return _send(request, items, form, back)
    if not count:
        messages.error(request, "请先勾选要派发的户")
        return redirect(back)
    return _ask(request, items, form, count, back)


def _send(request, items, form, back):
    try:
        done = send(items=items, by=request.user, note=form.cleaned_data["note"], scope=_scope(request, len(items)))
    except Stale as stale:
        return conflict(request, str(stale))
    except NotAllowed as refusal:
        messages.error(request, str(refusal))
        return redirect(back)
    told = [f"已派发 {len(done.tasks):,} 件核查任务"]
    told += [f"{len(done.joined):,} 户的新线索并入正在核实的任务"] if done.joined else []
    reasons = Counter(reason for _, reason in done.skipped)
    told += [f"{count:,} 项没有派发：{reason}" for reason, count in reasons.most_common(3)]
    (messages.success if done.tasks or done.joined else messages.warning)(request, "；".join(told))
    return redirect(back)


def _chosen(request, comparison) -> QuerySet[ComparisonItem]:
    """The rows that were ticked, or everything that the filters of the address leave."""
    items = items_of(request, comparison)
    if request.POST.get("whole"):
        filters = ItemFilter(request.GET, queryset=items, request=request)
        return filters.qs if filters.is_valid() else items.none()
    keys = request.POST.getlist("pk") or request.POST.get("chosen", "").split(",")
    return items.filter(pk__in=filter(None, map(key_of, keys)))


def _scope(request, count: int) -> str:
    if not request.POST.get("whole"):
        return f"勾选的 {count} 项"
    filters = ItemFilter(request.GET, queryset=ComparisonItem.objects.none(), request=request)
    words = "、".join(f"{chip.label}：{chip.text}" for chip in chips_of(request, filters))
    return f"{words or '全部类别'}，共 {count} 项"


def _ask(request, items, form, count, back):
    rows = list(items.select_related("village__parent", "household"))
    due = due_by_grade(this_day())
    going = [item for item in rows if not why_not_send(item) and item.task_state != TaskState.CLOSED]
    grades = Counter(item.grade or Grade.YELLOW for item in going)
    terms = "，".join(
        f"{Grade(grade).label}色 {grades[grade]} 件限 {due[grade].month}月{due[grade].day}日前"
        for grade in Grade.values
        if grades[grade]
    )
    villages = Counter((item.village.parent.name, item.village.name) for item in going if item.village.parent_id)
    towns = {town for town, _ in villages}
    left = f"另有 {count - len(going):,} 项按类别不派发或已经办结。" if count > len(going) else ""
    if not form.is_bound:
        keys = "" if request.POST.get("whole") else ",".join(str(item.pk) for item in rows)
        form = SendForm(initial={"chosen": keys, "whole": bool(request.POST.get("whole")) or "", "count": count})
    named = [f"{town}{village} {many} 件" for (town, village), many in villages.most_common(12)]
    return confirm(
        request,
        title="反馈乡村核实",
        consequence=f"{_scope(request, count)}：派发 {len(going):,} 件核查任务给 {len(towns)} 个乡镇 {len(villages)} 个村"
        f"{'，' + terms if terms else ''}。{left}同一户已有未办结任务的，新线索并入那一件。",
        verb=f"派发 {len(going):,} 件",
        back=back,
        form=form,
        items=named + ([f"等 {len(villages)} 个村"] if len(villages) > len(named) else []),
        icon="send",
    )


# -- override, recall, reassign -------------------------------------------------------------------------------------------
@office
@require_http_methods(["GET", "HEAD", "POST"])
def item_override(request, pk):
    item = item_or_404(request, pk)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _done(
            request,
            lambda: override(item, reason=form.cleaned_data["reason"], by=request.user),
            "已改为派发，可以反馈村级核实",
            reverse("item_detail", args=[pk]),
        )
    return confirm(
        request,
        title=f"{who(item)}：改为派发",
        consequence=f"{item.why}。改为派发后会再次入户核实，原因留在台账里。",
        verb="改为派发",
        back=reverse("item_detail", args=[pk]),
        form=form,
        icon="send",
    )


def _done(request, act, told: str, back: str):
    return carry_out(request, lambda: act() or told, back)


def _task_or_404(request, pk) -> VerificationTask:
    found = VerificationTask.objects.reachable_by(request.user, Right.RUN_ROUND)
    return get_object_or_404(found.select_related("household", "village__parent"), pk=pk)


def _back_from(task) -> str:
    if task.item_id is None:
        return reverse("task_detail", args=[task.pk])
    return reverse("item_detail", args=[task.item_id])


@office
@require_http_methods(["GET", "HEAD", "POST"])
def task_recall(request, pk):
    task = _task_or_404(request, pk)
    form = ReasonForm(request.POST or None, initial={"version": task.version})
    if request.method == "POST" and form.is_valid():
        given = {"reason": form.cleaned_data["reason"], "version": form.cleaned_data["version"]}
        return _done(request, lambda: recall(task, by=request.user, **given), "已撤回", _back_from(task))
    return confirm(
        request,
        title="撤回核查任务",
        consequence=f"{task.village.parent}{task.village}不再核实“{task.why}”，撤回原因村里看得到；以后可以重新派发。",
        verb="撤回",
        back=_back_from(task),
        form=form,
        icon="undo-2",
        danger=True,
    )


@office
@require_http_methods(["GET", "HEAD", "POST"])
def task_reassign(request, pk):
    task = _task_or_404(request, pk)
    county = task.village_id[: CODE_LENGTH[Level.COUNTY]]
    form = ReassignForm(request.POST or None, initial={"version": task.version}, county=county)
    if request.method == "POST" and form.is_valid():
        given = {name: form.cleaned_data[name] for name in ("village", "reason", "version")}
        return _done(request, lambda: reassign(task, by=request.user, **given), "已改派", _back_from(task))
    return confirm(
        request,
        title="改派核查任务",
        consequence=f"“{task.why}”由{task.village.parent}{task.village}改派到另一个村，时限从今天重新起算。农户名册里的村不变，须另行登记迁移。",
        verb="改派",
        back=_back_from(task),
        form=form,
        icon="corner-up-right",
    )
