"""The register's own tabs of a household's page: 概况, 成员, 收支, 生活条件, 风险, 数据质量, 时间线, 谁看过这户. Other apps add theirs the same way."""

from django.urls import reverse

from fangpin.accounts.scope import holds
from fangpin.audit.labels import ACTIONS
from fangpin.desk.contributions import HouseholdPart, contribute_part, timeline_of
from fangpin.divisions.rights import Right
from fangpin.policy.keys import Key
from fangpin.policy.lookup import amounts_on
from households import fields
from households.access import looks_at, posted, what
from households.choices import PeriodKind
from households.fields import fields_of, groups_of, unknown_of
from households.income import compare, reckon
from households.models import Household, Income, QualityProblem
from households.quality.showing import shown_problems
from households.showing import masked_values, members_of
from households.values import Group, Of, shown_facts

PERIODS = 20
LOOKS_SHOWN = 5


_OVERVIEW = (fields.HOME, fields.CARER, fields.MONEY)
_LIVING = (fields.HOUSING, fields.WATER, fields.LIVING, fields.LAND)
_RISK = (fields.RISKS, fields.GUARANTEES, fields.HELP)


def overview(request, household) -> dict:
    members, left = members_of(household)
    return {
        "members": members,
        "left": left,
        "groups": _groups(household, _OVERVIEW),
        "others": unknown_of(household),
        "editing": _may_edit(request, household),
        "asked": getattr(household, "day", None),
    }


def people(request, household) -> dict:
    """Every member with the groups in which the register says something of him."""
    members, _ = members_of(household)
    for person in members:
        person.groups = [
            {"group": group, "facts": [fact for fact in facts if fact[1]]}
            for group, facts in ((group, _facts(person, group)) for group in groups_of(Of.PERSON))
        ]
        person.others = unknown_of(person)
    return {"members": members, "editing": _may_edit(request, household)}


def living(request, household) -> dict:
    return {"groups": _groups(household, _LIVING), "editing": _may_edit(request, household)}


def risks(request, household) -> dict | None:
    """None for a household of which the register has never said anything of the kind."""
    groups = _groups(household, _RISK)
    if not household.category and not any(value for group in groups[1:] for _, value in group["facts"]):
        return None
    return {"groups": groups, "editing": _may_edit(request, household)}


def timeline(request, household) -> dict:
    return {"entries": timeline_of(request.user, household)}


def problems_of(request, household):
    """The problems that the user may see of this household; one with a number shared across villages is the township's."""
    problems = QualityProblem.objects.reachable_by(request.user, Right.VIEW_REGISTER).present()
    mine = problems.filter(household=household).select_related("person", "household", "exemption", "explained_by")
    return {"problems": shown_problems(mine.graver_first())}


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
    if not _may_see_looks(request, household):
        return None
    newest = looks_at(household)[:LOOKS_SHOWN]
    names = {str(key): name for key, name in household.members.values_list("pk", "name")}
    looks = [
        {"entry": entry, "label": ACTIONS[entry.action], "what": what(entry, names), "post": posted(entry)}
        for entry in newest
    ]
    return {"looks": looks}


def _groups(household: Household, groups: tuple[Group, ...]) -> list[dict]:
    """Groups that are filled in by hand show their gaps; the others only when the register says something."""
    found = [{"group": group, "facts": _facts(household, group)} for group in groups]
    return [entry for entry in found if entry["group"].by_hand or any(value for _, value in entry["facts"])]


def _facts(row, group: Group) -> list[tuple[str, str]]:
    return shown_facts(row, fields_of(group), masked=masked_values(row))


def _may_edit(request, household) -> bool:
    """Not into the past."""
    return not getattr(household, "day", None) and holds(request.user, Right.EDIT_REGISTER, household.village_id)


def _always(request, household) -> bool:
    return True


def _may_see_looks(request, household) -> bool:
    return holds(request.user, Right.VIEW_ACCESS, household.village_id)


def _size(request, household) -> int:
    return household.size


_OVER, _FACTS = "households/_overview.html", "households/_living.html"
contribute_part(HouseholdPart("overview", "概况", _OVER, overview, 0, past=True, cards=True))
contribute_part(
    HouseholdPart("people", "成员", "households/_people.html", people, 5, count=_size, past=True, cards=True)
)
contribute_part(HouseholdPart("income", "收支", "households/income/_part.html", incomes_of, 10, shown=_always))
contribute_part(HouseholdPart("living", "生活条件", _FACTS, living, 12, past=True, cards=True))
contribute_part(HouseholdPart("risks", "风险", _FACTS, risks, 15, past=True, cards=True))
contribute_part(
    HouseholdPart("quality", "数据质量", "households/quality/_household.html", problems_of, 60, shown=_always)
)
contribute_part(
    HouseholdPart("timeline", "时间线", "households/_timeline.html", timeline, 90, shown=_always, cards=True)
)
contribute_part(
    HouseholdPart("access", "谁看过这户", "households/access/_part.html", looks_of, 95, shown=_may_see_looks)
)
