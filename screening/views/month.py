"""月度运行: what is in, one button, what came out."""

from datetime import date

from django import forms
from django.contrib import messages
from django.db.models import Count
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from fangpin.accounts.scope import codes_by_permission, holds_anywhere
from fangpin.divisions.models import Division, Level
from fangpin.divisions.rights import Right
from fangpin.periods import month_label, month_text, next_month, previous_month, this_month
from fangpin.runs.models import Run, State
from fangpin.transitions import NotAllowed
from fangpin.web import confirm, poll
from screening import month
from screening.choices import ClueState, ExtractState, Grade
from screening.extracts.formats import DEPARTMENTS, FORMATS
from screening.extracts.monthly import MONTH, month_key
from screening.models import ClosedMonth, Clue, Extract, RowMatch


class ReasonForm(forms.Form):
    reason = forms.CharField(label="启封原因", max_length=200, widget=forms.Textarea(attrs={"rows": 3}))


def _county_or_404(request) -> Division:
    """The county whose months this user may look at."""
    codes = codes_by_permission(request.user).get(Right.VIEW_EXTRACTS, ())
    county = Division.objects.filter(level=Level.COUNTY, code__in=codes).order_by("code").first()
    if county is None:
        raise Http404
    return county


@require_safe
def month_now(request):
    """The newest month that has files, else the current one."""
    county = _county_or_404(request)
    newest = Extract.objects.filter(county=county).order_by("-period").values_list("period", flat=True).first()
    return redirect("month_detail", newest or this_month())


@require_safe
def month_detail(request, period: date):
    county = _county_or_404(request)
    runs = Run.objects.about(MONTH, month_key(county, period)).select_related("created_by")
    run, *history = [*runs[:10]] or [None]
    context = {
        "period": period,
        "label": month_label(period),
        "previous": previous_month(period),
        "next": next_month(period) if period < this_month() else None,
        "departments": _departments(county, period),
        "history": history,
        "closed": ClosedMonth.objects.select_related("closed_by").filter(month=period).first(),
        "may_run": holds_anywhere(request.user, Right.RUN_MONTH),
        "may_review": holds_anywhere(request.user, Right.REVIEW_MATCHES),
        **_running(county, period, run),
        **_results(county, period),
    }
    return render(request, "screening/month/detail.html", context)


@require_safe
def month_progress(request, period: date):
    """The part of the page that renews itself while the month runs."""
    county = _county_or_404(request)
    run = Run.objects.about(MONTH, month_key(county, period)).first()
    if run is None:
        raise Http404
    context = {
        "period": period,
        "may_review": holds_anywhere(request.user, Right.REVIEW_MATCHES),
        **_running(county, period, run),
    }
    return poll(request, "screening/month/_running.html", context, running=run.is_alive)


def _departments(county, period) -> list[dict]:
    """Per department what is in, what waits, and which monthly lists are missing."""
    cards = {code: {"name": name, "extracts": [], "missing": []} for code, name in DEPARTMENTS.items()}
    here = set()
    for extract in Extract.objects.live().filter(county=county, period=period).order_by("list_code"):
        cards[FORMATS[extract.list_code].department]["extracts"].append(extract)
        here.add(extract.list_code)
    for fmt in FORMATS.values():
        if fmt.roster and fmt.code not in here:
            cards[fmt.department]["missing"].append(fmt)
    for card in cards.values():
        card["waiting"] = [extract for extract in card["extracts"] if extract.state != ExtractState.CONFIRMED]
    return list(cards.values())


def _running(county, period, run: Run | None) -> dict:
    """The last run with one line per confirmed file: its child, and where its clues and waiting rows are listed."""
    runs = {child.key: child for child in run.children.order_by("pk")} if run else {}
    extracts = list(month.confirmed_extracts(county, period).select_related("department"))
    clues = _open_clues(county, period).values_list("extract__list_code").annotate(n=Count("*")).order_by()
    waiting = (
        RowMatch.objects.waiting()
        .filter(extract__in=extracts)
        .values_list("extract__list_code")
        .annotate(n=Count("*"))
    )
    clues, waiting = dict(clues), dict(waiting.order_by())
    children = [
        {
            "extract": extract,
            "name": FORMATS[extract.list_code].name,
            "run": runs.get(str(extract.pk)),
            "clues": (clues.get(extract.list_code, 0), f"{_clue_url(period)}&list_code={extract.list_code}"),
            "waiting": (waiting.get(extract.list_code, 0), f"{_review_url(period)}&list_code={extract.list_code}"),
        }
        for extract in extracts
    ]
    return {
        "run": run,
        "children": children,
        "failed": [child for child in children if child["run"] and child["run"].state == State.FAILED],
        "late": [child["extract"] for child in children if run and not child["run"]],
        "matched": (sum(1 for child in runs.values() if not child.is_alive), len(runs)),
        "review_count": sum(waiting.values()),
        "review_url": _review_url(period),
    }


def _results(county, period) -> dict:
    counts = dict(_open_clues(county, period).values_list("grade").annotate(n=Count("*")).order_by())
    url = _clue_url(period)
    grades = [
        {"grade": grade, "label": grade.label, "count": counts.get(grade.value, 0), "url": f"{url}&grade={grade}"}
        for grade in Grade
    ]
    return {"grades": grades, "clue_count": sum(counts.values()), "clue_url": url}


def _open_clues(county, period):
    return Clue.objects.open().filter(village__code__startswith=county.code, period=period)


def _clue_url(period):
    return f"{reverse('clue_list')}?period={month_text(period)}&state={ClueState.OPEN}"


def _review_url(period):
    return f"{reverse('review_list')}?period={month_text(period)}"


@require_POST
def month_run(request, period: date):
    county = _county_or_404(request)
    try:
        month.run_month(county=county, period=period, by=request.user)
    except NotAllowed as refusal:
        messages.error(request, str(refusal))
    return redirect("month_detail", period)


def month_close(request, period: date):
    """封账, after a page that says what it means."""
    _county_or_404(request)
    if request.method == "POST":
        return _act(request, period, lambda: month.close_month(period=period, by=request.user), "已封账")
    return confirm(
        request,
        title=f"{month_label(period)}封账",
        consequence="封账后，这个月不再接收、替换和作废部门数据，也不能重新运行；需要时可以写明原因启封。",
        verb=f"封存{month_label(period)}",
        back=reverse("month_detail", args=[period]),
        icon="lock",
    )


def month_reopen(request, period: date):
    _county_or_404(request)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        return _act(
            request, period, lambda: month.reopen_month(period=period, reason=reason, by=request.user), "已启封"
        )
    return confirm(
        request,
        title=f"{month_label(period)}启封",
        consequence="启封后，这个月可以继续接收和更正部门数据。启封和原因会留痕。",
        verb=f"启封{month_label(period)}",
        back=reverse("month_detail", args=[period]),
        form=form,
        icon="lock-open",
    )


def _act(request, period, verb, done):
    try:
        verb()
        messages.success(request, f"{month_label(period)}{done}")
    except NotAllowed as refusal:
        messages.error(request, str(refusal))
    return redirect("month_detail", period)
