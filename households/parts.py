"""What the register adds to a household's page: income and spending, who looked at it."""

from django.urls import reverse

from fangpin.accounts.scope import holds
from fangpin.audit.labels import ACTIONS
from fangpin.desk.contributions import HouseholdPart, contribute_part
from fangpin.divisions.rights import Right
from fangpin.policy.keys import Key
from fangpin.policy.lookup import amounts_on
from households.access import looks_at, posted, what
from households.choices import PeriodKind
from households.income import compare, reckon
from households.models import Income

PERIODS = 20
LOOKS_SHOWN = 5


def incomes_of(request, household):
    """One row a period, newest first, each against the line of its own year; the change is that against the year before."""
    found = Income.objects.reachable_by(request.user, Right.VIEW_REGISTER).current().filter(household=household)
    incomes = list(found.select_related("entered_by")[:PERIODS])
    lines = amounts_on({income.end for income in incomes}, Key.INCOME_LINE)
    sums = {income: reckon(income.totals, income.persons) for income in incomes}
    yearly = {income.start.year: sums[income].net_per_head for income in incomes if income.kind == PeriodKind.YEAR}
    rows = [
        {
            "income": income,
            "sums": sums[income],
            "comparison": compare(sums[income].reference_per_head, lines[income.end]),
            "change": _change(income, yearly),
        }
        for income in incomes
    ]
    may_edit = holds(request.user, Right.EDIT_REGISTER, household.village_id)
    return {
        "rows": rows,
        "newest": rows[0]["sums"] if rows else None,
        "trend": [yearly[year] for year in sorted(yearly) if yearly[year] is not None],
        "new_url": reverse("income_new", args=[household.pk]) if may_edit else "",
    }


def _change(income, yearly):
    before = yearly.get(income.start.year - 1)
    now = yearly.get(income.start.year)
    return now - before if income.kind == PeriodKind.YEAR and None not in (now, before) else None


def looks_of(request, household):
    """The newest looks, for who may ask who looked."""
    if not holds(request.user, Right.VIEW_ACCESS, household.village_id):
        return None
    newest = looks_at(household)[:LOOKS_SHOWN]
    names = {str(key): name for key, name in household.members.values_list("pk", "name")}
    looks = [
        {"entry": entry, "label": ACTIONS[entry.action], "what": what(entry, names), "post": posted(entry)}
        for entry in newest
    ]
    return {"looks": looks}


contribute_part(HouseholdPart("access", "谁看过这户", "households/access/_part.html", looks_of, order=90))
contribute_part(HouseholdPart("income", "收支", "households/income/_part.html", incomes_of, order=10))
