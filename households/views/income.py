"""收支: one period with its visible sum, entering it and correcting it."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from fangpin.accounts.guards import needs
from fangpin.accounts.scope import holds
from fangpin.audit.trail import record
from fangpin.divisions.rights import Right
from fangpin.policy.keys import Key
from fangpin.policy.lookup import amounts_on
from fangpin.transitions import NotAllowed, Stale
from fangpin.web import Action, conflict
from households.choices import IncomeGroup
from households.income import compare, reckon
from households.income_form import IncomeForm
from households.income_items import items_of
from households.income_register import record_income
from households.models import Household, Income

readers, editors = needs(Right.VIEW_REGISTER), needs(Right.EDIT_REGISTER)
page = require_http_methods(["GET", "HEAD", "POST"])


@readers
@require_safe
def income_detail(request, pk):
    incomes = Income.objects.reachable_by(request.user, Right.VIEW_REGISTER)
    income = get_object_or_404(
        incomes.select_related("household__village__parent", "entered_by", "replaced_by"), pk=pk
    )
    record(request.user, "household.viewed", income.household, part="收支", period=income.period_label)
    sums = reckon(income.totals, income.persons)
    line = amounts_on([income.end], Key.INCOME_LINE)[income.end]
    context = {
        "income": income,
        "household": income.household,
        "sums": sums,
        "comparison": compare(sums.reference_per_head, line),
        "groups": _groups(income),
        "reported": _reported(income, sums),
        "versions": income.household.incomes.filter(kind=income.kind, start=income.start).select_related("entered_by"),
        "actions": _actions(request.user, income),
        "printed_by": f"{request.user} {timezone.localtime():%Y-%m-%d %H:%M}",
    }
    return render(request, "households/income/detail.html", context)


def _groups(income) -> list[tuple]:
    """(group, total, [(label, amount)]) for the groups that hold something."""
    amounts, totals = income.amounts, income.totals
    listed = [
        (group, totals[group], [(item.label, amounts[item.slug]) for item in items_of(group) if item.slug in amounts])
        for group in IncomeGroup
    ]
    return [(group, total, items) for group, total, items in listed if total or items]


def _reported(income, sums) -> list[tuple]:
    """(heading, what the export states, ours, whether they differ)."""
    ours = {
        "家庭纯收入": sums.net,
        "人均纯收入": sums.net_per_head,
        "纳入监测对象的收入参考范围": sums.reference,
        "纳入监测对象的人均收入参考范围": sums.reference_per_head,
    }
    return [(heading, text, ours[heading], text != str(ours[heading])) for heading, text in income.reported.items()]


def _actions(user, income) -> list[Action]:
    if income.replaced_at or not holds(user, Right.EDIT_REGISTER, income.household.village_id):
        return []
    return [Action("更正", reverse("income_edit", args=[income.pk]), icon="pencil", tone="pri")]


@editors
@page
def income_new(request, pk):
    households = Household.objects.reachable_by(request.user, Right.EDIT_REGISTER).with_place()
    household = get_object_or_404(households, pk=pk)
    return _fill_in(request, household, None)


@editors
@page
def income_edit(request, pk):
    incomes = Income.objects.reachable_by(request.user, Right.EDIT_REGISTER)
    income = get_object_or_404(incomes.select_related("household__village__parent"), pk=pk)
    if income.replaced_at and request.method != "POST":
        return redirect("income_detail", pk)
    return _fill_in(request, income.household, income)


def _fill_in(request, household, income):
    """``step`` says which button was pressed: sum only adds up, save records."""
    form = IncomeForm(request.POST if request.method == "POST" else None, household=household, income=income)
    if form.is_bound and form.is_valid() and request.POST.get("step") == "save":
        figures = {"items": form.items(), "totals": form.totals(), "persons": form.cleaned_data["persons"]}
        seen = income.version if income else 0
        try:
            saved = record_income(household=household, by=request.user, seen_version=seen, **form.period(), **figures)
            messages.success(request, f"已登记{saved.period_label}的收支")
            return redirect("income_detail", saved.pk)
        except Stale as stale:
            return conflict(request, str(stale))
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
    context = {"form": form, "household": household, "income": income, "sums": form.reckoning()}
    return render(request, "households/income/form.html", context)
