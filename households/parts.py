"""The register's own tabs of a household's page: 概况, 成员, 生活条件, 风险, 时间线. Other apps add theirs the same way."""

from fangpin.accounts.scope import holds
from fangpin.desk.contributions import HouseholdPart, contribute_part, timeline_of
from fangpin.divisions.rights import Right
from households import fields
from households.fields import fields_of, groups_of, unknown_of
from households.models import Household, QualityProblem
from households.quality.showing import shown_problems
from households.showing import masked_values, members_of
from households.values import Group, Of, shown_facts

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
    if not holds(request.user, Right.VIEW_REGISTER, household.village_id):
        return None
    problems = QualityProblem.objects.reachable_by(request.user, Right.VIEW_REGISTER).present()
    mine = problems.filter(household=household).select_related("person", "household", "exemption", "explained_by")
    return {"problems": shown_problems(mine.graver_first())}


def _groups(household: Household, groups: tuple[Group, ...]) -> list[dict]:
    """Groups that are filled in by hand show their gaps; the others only when the register says something."""
    found = [{"group": group, "facts": _facts(household, group)} for group in groups]
    return [entry for entry in found if entry["group"].by_hand or any(value for _, value in entry["facts"])]


def _facts(row, group: Group) -> list[tuple[str, str]]:
    return shown_facts(row, fields_of(group), masked=masked_values(row))


def _may_edit(request, household) -> bool:
    """Not into the past."""
    return not getattr(household, "day", None) and holds(request.user, Right.EDIT_REGISTER, household.village_id)


contribute_part(HouseholdPart("overview", "概况", "households/_overview.html", overview, 0, past=True, cards=True))
contribute_part(
    HouseholdPart(
        "people",
        "成员",
        "households/_people.html",
        people,
        5,
        count=lambda request, home: home.size,
        past=True,
        cards=True,
    )
)
contribute_part(HouseholdPart("living", "生活条件", "households/_living.html", living, 12, past=True, cards=True))
contribute_part(HouseholdPart("risks", "风险", "households/_living.html", risks, 15, past=True, cards=True))
contribute_part(
    HouseholdPart(
        "timeline", "时间线", "households/_timeline.html", timeline, 90, shown=lambda request, home: True, cards=True
    )
)
contribute_part(HouseholdPart("quality", "数据质量", "households/quality/_household.html", problems_of, order=60))
