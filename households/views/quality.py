"""数据质量: problems by village with their age, what is checked, reasons and exemptions."""

import django_filters
from django.contrib import messages
from django.db.models import Count, Min, Q
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from fangpin.accounts.guards import needs
from fangpin.accounts.scope import codes_by_permission, holds, holds_anywhere, reach_of
from fangpin.audit.trail import record
from fangpin.divisions.models import Level
from fangpin.divisions.rights import Right
from fangpin.policy.models import Standard
from fangpin.transitions import NotAllowed, Stale
from fangpin.web import Action, ListColumn, confirm, conflict, list_page
from households.choices import CheckGroup, Owner, Severity
from households.filters import PlaceFilter, divisions_within, villages_within
from households.forms import ExemptionForm, ReasonForm
from households.models import QualityCheck, QualityProblem
from households.quality.catalogue import BY_CODE, RULES
from households.quality.checking import start_check
from households.quality.showing import TONES, rules_by_group, shown_problems, state_of
from households.quality.standing import end_exemption, exempt, explain, sentence_of

readers = needs(Right.VIEW_REGISTER)
_RELATED = ("person", "household__village__parent", "exemption", "explained_by")

COLUMNS = (
    ListColumn(
        "who",
        "户或人员",
        lambda row: row.person.name if row.person_id else str(row.household),
        sub=lambda row: f"{row.household.village.parent.name}{row.household.village.name}{row.household.hamlet}",
        export_value=lambda row: row.person.name if row.person_id else "",
    ),
    ListColumn("severity", "级别", "get_severity_display", sort="severity", tone=lambda row: TONES[row.severity]),
    ListColumn("sentence", "问题", sentence_of, sub=lambda row: BY_CODE[row.code].hint, wide=True),
    ListColumn("hint", "怎么办", lambda row: BY_CODE[row.code].hint, page=False),
    ListColumn("code", "检查项", lambda row: f"{row.code} {BY_CODE[row.code].title}", sort="code"),
    ListColumn("owner", "由谁整改", lambda row: BY_CODE[row.code].owner.label),
    ListColumn(
        "since",
        "发现",
        lambda row: timezone.localdate(row.first_seen),
        sort="first_seen",
        sub=lambda row: f"{row.days} 天",
    ),
    ListColumn("days", "天数", "days", page=False),
    ListColumn("state", "状态", lambda row: state_of(row)[0]),
    ListColumn("head", "户主", "household.head_name", page=False),
    ListColumn("number", "户编号", "household.number", page=False),
    ListColumn("township", "乡镇", "household.village.parent.name", page=False),
    ListColumn("village", "行政村", "household.village.name", page=False),
    ListColumn("explanation", "说明", "explanation", page=False),
)
TABS = (
    ("", "待整改或说明", lambda rows: rows.waiting()),
    ("all", "全部", lambda rows: rows.counting()),
    ("explained", "已说明", lambda rows: rows.counting().filter(explained_at__isnull=False)),
    ("exempt", "豁免", lambda rows: rows.present().exempt()),
    ("gone", "已消除", lambda rows: rows.exclude(gone_at=None)),
)


class ProblemFilter(PlaceFilter):
    place = "household__village__code"
    group = django_filters.ChoiceFilter(
        label="分组", field_name="code", lookup_expr="startswith", choices=CheckGroup.choices
    )
    code = django_filters.ChoiceFilter(
        label="检查项", choices=[(rule.code, f"{rule.code} {rule.title}") for rule in RULES]
    )
    severity = django_filters.ChoiceFilter(label="级别", choices=Severity.choices)
    owner = django_filters.ChoiceFilter(label="由谁整改", method="of_owner", choices=Owner.choices)

    class Meta:
        model = QualityProblem
        fields = ()

    def of_owner(self, problems, name, value):
        return problems.filter(code__in=[rule.code for rule in RULES if rule.owner == value])


@readers
@require_safe
def quality_list(request):
    key, _, narrowed = next((tab for tab in TABS if tab[0] == request.GET.get("tab", "")), TABS[0])
    url = reverse("quality_list")
    tabs = [
        {"label": label, "url": f"{url}?tab={tab}" if tab else url, "current": tab == key} for tab, label, _ in TABS
    ]
    problems = QualityProblem.objects.reachable_by(request.user, Right.VIEW_REGISTER).select_related(*_RELATED)
    return list_page(
        request,
        "households/quality/list.html",
        {"tabs": tabs, "actions": _elsewhere(request.user)},
        queryset=narrowed(problems),
        columns=COLUMNS,
        title="数据质量",
        filterset=ProblemFilter,
        unit="个",
        export_name="数据问题",
        on_export=lambda count, **why: record(
            request.user,
            "quality.exported",
            QualityProblem(pk=None),
            rows=count,
            divisions=list(reach_of(request.user, Right.VIEW_REGISTER)),
            **why,
        ),
        row_url=lambda row: reverse("quality_detail", args=[row.pk]),
        empty="没有数据问题。每次导入、每次变动之后和每天夜里都会检查",
    )


def _elsewhere(user) -> list[Action]:
    actions = [
        Action("按村汇总", reverse("quality_villages"), icon="chart-bar"),
        Action("检查了什么", reverse("quality_rules"), icon="list-checks"),
    ]
    if holds_anywhere(user, Right.IMPORT_REGISTER):
        actions.append(Action("立即检查", reverse("quality_check"), icon="play", post=True))
    return actions


# -- by village ---------------------------------------------------------------------------------------------------------
_FIGURES = {
    "households": (Count("household", distinct=True), "", "户数"),
    "errors": (Count("pk", filter=Q(severity=Severity.ERROR)), "severity=E", "必须整改"),
    "warnings": (Count("pk", filter=Q(severity=Severity.WARNING, explained_at=None)), "severity=W", "待整改或说明"),
    "explained": (Count("pk", filter=Q(explained_at__isnull=False)), "tab=explained", "已说明"),
    "hints": (Count("pk", filter=Q(severity=Severity.HINT)), "tab=all&severity=I", "提示"),
}


@readers
@require_safe
def quality_villages(request):
    problems = QualityProblem.objects.reachable_by(request.user, Right.VIEW_REGISTER).counting().order_by()
    figures = {name: count for name, (count, *_) in _FIGURES.items()}
    found = problems.values("household__village_id").annotate(oldest=Min("first_seen"), **figures)
    by_village = {row["household__village_id"]: row for row in found}
    now, towns = timezone.now(), {}
    for village in villages_within(request.user):
        row = by_village.get(village.pk, {})
        days = (now - row["oldest"]).days if row else None
        cells = [(row.get(name, 0), _list_url(village.pk, query)) for name, (_, query, _) in _FIGURES.items()]
        towns.setdefault(village.parent, []).append({"village": village, "cells": cells, "days": days})
    headings = [label for *_, label in _FIGURES.values()]
    total = [sum(row.get(name, 0) for row in by_village.values()) for name in _FIGURES]
    context = {"towns": list(towns.items()), "headings": headings, "total": total}
    return render(request, "households/quality/villages.html", context)


def _list_url(village: str, query: str) -> str:
    return f"{reverse('quality_list')}?village={village}&{query or 'tab=all'}"


# -- what is checked ----------------------------------------------------------------------------------------------------
@readers
@require_safe
def quality_rules(request):
    counting = QualityProblem.objects.reachable_by(request.user, Right.VIEW_REGISTER).counting().order_by()
    counts = dict(counting.values_list("code").annotate(count=Count("pk")))
    codes = codes_by_permission(request.user)[Right.VIEW_REGISTER]
    last = QualityCheck.objects.filter(county__in={code[:6] for code in codes}).first()
    kept = frozenset(last.kept) if last else None
    standard = Standard.objects.in_force(timezone.localdate())
    context = {"groups": rules_by_group(standard, kept, counts), "last": last, "standard": standard}
    return render(request, "households/quality/rules.html", context)


@needs(Right.IMPORT_REGISTER)
@require_http_methods(["POST"])
def quality_check(request):
    county = divisions_within(request.user, Right.IMPORT_REGISTER).filter(level=Level.COUNTY).first()
    return redirect("run_status", start_check(county=county, by=request.user).pk)


# -- one problem --------------------------------------------------------------------------------------------------------
def _problem_or_404(request, pk) -> QualityProblem:
    problems = QualityProblem.objects.reachable_by(request.user, Right.VIEW_REGISTER)
    return get_object_or_404(problems.select_related(*_RELATED, "exemption__by"), pk=pk)


@readers
@require_safe
def quality_detail(request, pk):
    problem = _problem_or_404(request, pk)
    shown_problems([problem])
    return render(request, "households/quality/detail.html", {"problem": problem, "actions": _acts(request, problem)})


def _acts(request, problem) -> list[Action]:
    """What this user may do about it now."""
    if problem.gone_at:
        return []
    may_explain = holds(request.user, Right.EXPLAIN_QUALITY, problem.household.village_id)
    may_exempt = holds(request.user, Right.EXEMPT_QUALITY, problem.division_id)
    acts = []
    if may_explain and problem.severity != Severity.ERROR:
        acts.append(
            Action("说明情况", reverse("quality_explain", args=[problem.pk]), icon="pencil", tone="pri", dialog=True)
        )
    if may_exempt and problem.is_exempt:
        acts.append(
            Action("终止豁免", reverse("quality_count_again", args=[problem.pk]), icon="rotate-ccw", dialog=True)
        )
    elif may_exempt:
        acts.append(Action("豁免", reverse("quality_exempt", args=[problem.pk]), icon="shield-check", dialog=True))
    return acts


@needs(Right.EXPLAIN_QUALITY)
@require_http_methods(["GET", "HEAD", "POST"])
def quality_explain(request, pk):
    problem = _problem_or_404(request, pk)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        return _act(request, problem, "已记录说明", lambda: explain(problem, by=request.user, **form.cleaned_data))
    return _asked(
        request, problem, "说明情况", "说明后不再列为待处理；事实变了请直接更正数据。", "记录说明", "pencil", form
    )


@needs(Right.EXEMPT_QUALITY)
@require_http_methods(["GET", "HEAD", "POST"])
def quality_exempt(request, pk):
    problem = _problem_or_404(request, pk)
    form = ExemptionForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        return _act(request, problem, "已豁免", lambda: exempt(problem, by=request.user, **form.cleaned_data))
    consequence = "到期日之前，这一项不再列为问题，也不影响材料上报。豁免人和理由留痕。"
    return _asked(request, problem, "豁免数据问题", consequence, "豁免", "shield-check", form)


@needs(Right.EXEMPT_QUALITY)
@require_http_methods(["GET", "HEAD", "POST"])
def quality_count_again(request, pk):
    problem = _problem_or_404(request, pk)
    if request.method == "POST":
        return _act(request, problem, "已终止豁免", lambda: end_exemption(problem, by=request.user))
    return _asked(request, problem, "终止豁免", "这个问题立即重新列为待处理。", "终止豁免", "rotate-ccw", None)


def _asked(request, problem, title, consequence, verb, icon, form):
    back = reverse("quality_detail", args=[problem.pk])
    items = [sentence_of(problem)]
    return confirm(
        request, title=title, consequence=consequence, verb=verb, back=back, form=form, items=items, icon=icon
    )


def _act(request, problem, success, verb):
    try:
        verb()
        messages.success(request, success)
    except Stale as stale:
        return conflict(request, str(stale))
    except NotAllowed as refusal:
        messages.error(request, str(refusal))
    return redirect("quality_detail", problem.pk)
