"""排查轮次: which there are, opening one with the dates of the calendar, who owes what by when, closing."""

from datetime import date

from django.contrib import messages
from django.db.models import Count, Q, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from fangpin.accounts.guards import needs
from fangpin.accounts.scope import holds, holds_anywhere, reach_of
from fangpin.divisions.models import Division, Level
from fangpin.divisions.rights import Right
from fangpin.periods import this_day, this_month
from fangpin.transitions import NotAllowed, Stale
from fangpin.web import Action, ListColumn, confirm, conflict, list_page
from screening.choices import Judgement, RoundKind
from screening.forms.rounds import CloseForm, MonthForm, OpenForm
from screening.models import OfflineList, Round, VerificationTask
from screening.rounds.opening import close_round, dates_for, left_open, lists_for, open_round
from screening.rounds.owing import owed_by_departments, owed_by_townships, owed_by_villages, owed_in_checks

readers, runners = needs(Right.VIEW_CLUES), needs(Right.RUN_ROUND)
page = require_http_methods(["GET", "HEAD", "POST"])
STEPS = (
    ("开始", "starts_on"),
    ("部门报送截止", "uploads_due"),
    ("线下上报截止", "offline_due"),
    ("线上线下比对", "compare_on"),
    ("反馈核实截止", "verify_due"),
    ("结束", "ends_on"),
)
COLUMNS = (
    ListColumn("round", "轮次", str, sort="period"),
    ListColumn(
        "state",
        "状态",
        lambda row: "进行中" if row.is_open else "已结束",
        tone=lambda row: "blue" if row.is_open else "",
    ),
    ListColumn("starts_on", "开始", "starts_on", sort="starts_on"),
    ListColumn("offline_due", "线下上报截止", "offline_due"),
    ListColumn("verify_due", "核实截止", "verify_due"),
    ListColumn("ends_on", "结束", "ends_on", sort="ends_on"),
    ListColumn("opened_by", "开启", lambda row: row.opened_by or "", sub="opened_at"),
)


def round_or_404(request, pk) -> Round:
    rounds = Round.objects.around(request.user, Right.VIEW_CLUES).select_related("county", "opened_by", "closed_by")
    return get_object_or_404(rounds, pk=pk)


def lists_of(request, of: Round) -> QuerySet[OfflineList]:
    """The village lists of a round within reach, with the number of their suspects."""
    lists = OfflineList.objects.reachable_by(request.user, Right.VIEW_CLUES).filter(round=of)
    suspected = Q(entries__is_draft=False) & ~Q(entries__judgement=Judgement.CLEAR)
    return lists.select_related("village__parent", "approval").annotate(suspected=Count("entries", filter=suspected))


@readers
@require_safe
def round_list(request):
    may_open = holds_anywhere(request.user, Right.RUN_ROUND)
    opening = Action("开启轮次", reverse("round_open"), icon="plus", tone="pri")
    return list_page(
        request,
        "screening/rounds/list.html",
        {"actions": [opening] if may_open else []},
        queryset=Round.objects.around(request.user, Right.VIEW_CLUES).select_related("opened_by"),
        columns=COLUMNS,
        unit="轮",
        title="排查轮次",
        row_url=lambda row: reverse("round_detail", args=[row.pk]),
        empty="还没有开启过排查轮次",
        empty_step=opening if may_open else None,
    )


@readers
@require_safe
def round_detail(request, pk):
    """The calendar: each line what is owed, what is done, and who is late by name."""
    found, today = round_or_404(request, pk), this_day()
    lists = list(lists_of(request, found))
    day = today if found.is_open else timezone.localdate(found.closed_at)
    tasks = VerificationTask.objects.reachable_by(request.user, Right.VIEW_CLUES)
    owed = [
        owed_by_villages(found, lists, day),
        owed_by_townships(found, lists, day),
        owed_in_checks(found, tasks, day),
    ]
    if holds_anywhere(request.user, Right.VIEW_EXTRACTS):
        owed.insert(0, owed_by_departments(found, day))
    context = {
        "round": found,
        "today": today,
        "steps": _steps(found, today),
        "owed": owed,
        "towns": _towns(lists),
        "totals": _totals(lists),
        "offline_url": reverse("round_offline", args=[found.pk]),
        "may_run": found.is_open and holds(request.user, Right.RUN_ROUND, found.county_id),
        "own": lists[0] if len(lists) == 1 else None,
    }
    return render(request, "screening/rounds/detail.html", context)


def _steps(of: Round, today: date) -> list[dict]:
    days = [(title, getattr(of, name)) for title, name in STEPS]
    coming = next((at for at, (_, day) in enumerate(days) if day >= today), len(days))
    states = ["done" if at < coming else "now" if at == coming else "next" for at in range(len(days))]
    return [
        {"title": title, "note": f"{day:%m-%d}", "state": state}
        for (title, day), state in zip(days, states, strict=True)
    ]


def _totals(lists: list[OfflineList]) -> dict[str, int]:
    return {
        "villages": len(lists),
        "handed_in": sum(not one.is_with_village for one in lists),
        "due": sum(one.due for one in lists),
        "looked_at": sum(one.looked_at for one in lists),
        "clear": sum(one.clear for one in lists),
        "suspected": sum(one.suspected for one in lists),
    }


def _towns(lists: list[OfflineList]) -> list[dict]:
    """Completion per township, the least complete first."""
    groups: dict[Division, list[OfflineList]] = {}
    for one in lists:
        groups.setdefault(one.village.parent, []).append(one)
    towns = [{"town": town, **_totals(group)} for town, group in groups.items()]
    return sorted(towns, key=lambda town: (town["handed_in"] / town["villages"], town["town"].pk))


@runners
@page
def round_open(request):
    """``step=dates`` fills the dates in again from the month, ``step=open`` opens."""
    county = (
        Division.objects.filter(pk__in=reach_of(request.user, Right.RUN_ROUND), level=Level.COUNTY)
        .order_by("code")
        .first()
    )
    if county is None:
        raise Http404
    asked = request.POST if request.method == "POST" else None
    form = OpenForm(
        asked if asked and asked.get("step") == "open" else None, county=county, initial=_initial(asked, county)
    )
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        try:
            opened = open_round(
                county=county,
                kind=RoundKind(given["kind"]),
                period=given["period"],
                townships=list(given["townships"]),
                lists=given["lists"],
                dates=form.dates(),
                by=request.user,
            )
            messages.success(request, f"已开启{opened}，{opened.offline_lists.count()} 个村有了待办")
            return redirect("round_detail", opened.pk)
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
    return render(request, "screening/rounds/open.html", {"form": form, "county": county})


def _initial(asked, county: Division) -> dict:
    """What the form proposes: the month asked for, its dates by the calendar, all townships, the monthly lists."""
    month = MonthForm(asked)
    period = month.cleaned_data["period"] if month.is_valid() else this_month()
    try:
        dates = dates_for(period)
    except NotAllowed:
        dates = {}
    chosen = (
        {
            "kind": asked.get("kind"),
            "townships": asked.getlist("townships"),
            "lists": asked.getlist("lists"),
        }
        if asked
        else {}
    )
    everything = {"kind": RoundKind.MONTHLY, "townships": list(county.children.townships()), "lists": lists_for()}
    return {**everything, **chosen, "period": period, **dates}


@runners
@page
def round_close(request, pk):
    found = round_or_404(request, pk)
    if not holds(request.user, Right.RUN_ROUND, found.county_id):
        raise Http404
    back, form = reverse("round_detail", args=[pk]), CloseForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            close_round(found, by=request.user, reason=form.cleaned_data["reason"])
            messages.success(request, f"{found}已结束")
            return redirect(back)
        except Stale as stale:
            return conflict(request, str(stale))
        except NotAllowed as refusal:
            form.add_error("reason", str(refusal))
    left = left_open(found)
    return confirm(
        request,
        title=f"结束{found}",
        consequence="结束后各村不能再填报和上报，已派发的核查任务继续办理。"
        + (f"现在还有：{'，'.join(map(str, left))}。" if left else "本轮事项都已做完。"),
        verb="结束本轮",
        back=back,
        form=form,
        icon="flag",
        danger=bool(left),
    )
