"""What the register itself adds to a household's page."""

from fangpin.accounts.scope import holds
from fangpin.desk.contributions import HouseholdPart, contribute_part
from fangpin.divisions.rights import Right
from households.models import QualityProblem
from households.quality.showing import shown_problems


def problems_of(request, household):
    """The problems that the user may see of this household; one with a number shared across villages is the township's."""
    if not holds(request.user, Right.VIEW_REGISTER, household.village_id):
        return None
    problems = QualityProblem.objects.reachable_by(request.user, Right.VIEW_REGISTER).present()
    mine = problems.filter(household=household).select_related("person", "household", "exemption", "explained_by")
    return {"problems": shown_problems(mine.graver_first())}


contribute_part(HouseholdPart("quality", "数据质量", "households/quality/_household.html", problems_of, order=60))
