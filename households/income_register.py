"""收支登记 (verb): what a household earned and spent in one period, by sub-items or by group totals."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from fangpin.accounts.postings import require
from fangpin.audit.trail import record
from fangpin.divisions.rights import Right
from fangpin.transitions import NotAllowed, Stale
from households.choices import IncomeGroup
from households.income import Amounts, mismatches, totals_of
from households.models import Household, Income
from households.quality.checking import recheck

FIELDS = ("items", "persons", *(group.value for group in IncomeGroup))


@transaction.atomic
def record_income(
    *,
    household: Household,
    kind: str,
    start: date,
    items: Amounts,
    totals: Mapping[IncomeGroup, Decimal],
    persons: int,
    by,
    seen_version: int = 0,
) -> Income:
    """Enter or correct the income of twelve months from ``start``; ``totals`` only of groups without sub-items. Yuan.

    ``seen_version`` is the version that the page showed, 0 for none. Raises Stale when somebody entered another one meanwhile,
    NotAllowed with the sentence for the clerk. The row that is corrected stays as it was.
    """
    require(by, Right.EDIT_REGISTER, household.village_id, "您没有登记农户变动的岗位")
    Household.objects.select_for_update().get(pk=household.pk)  # one act on a household at a time
    present = Income.objects.current().filter(household=household, kind=kind, start=start).first()
    if (present.version if present else 0) != seen_version:
        raise Stale("这个期间的收支刚刚被他人登记，请刷新后再试")
    if wrong := mismatches(items, totals):
        raise NotAllowed(
            "；".join(f"{group.label}：与分项之和 {amount:,.2f} 元不符" for group, amount in wrong.items())
        )
    if start > timezone.localdate():
        raise NotAllowed("这个期间还没有开始")
    income = Income(household=household, kind=kind, start=start, persons=persons, entered_by=by)
    income.items = {slug: f"{amount:.2f}" for slug, amount in items.items()}
    for group, amount in totals_of(items, totals).items():
        setattr(income, group.value, amount)
    if present:
        _replace(present, income, by)
    try:
        income.full_clean()
    except ValidationError as error:
        raise NotAllowed("；".join(error.messages)) from error
    income.save()
    action = "income.corrected" if present else "income.recorded"
    record(by, action, income, household=str(household.pk), period=income.period_label, version=income.version)
    recheck([household.pk])
    return income


def _replace(present: Income, income: Income, by) -> None:
    if all(getattr(present, name) == getattr(income, name) for name in FIELDS):
        raise NotAllowed("与已登记的相同，没有改动")
    income.version, income.reported = present.version + 1, present.reported
    present.replaced_by, present.replaced_at = by, timezone.now()
    present.save(update_fields=["replaced_by", "replaced_at"])
