"""What screening adds to a household's page."""

from fangpin.accounts.scope import holds
from fangpin.desk.contributions import HouseholdPart, Trace, contribute_part, contribute_trace
from fangpin.divisions.rights import Right
from screening.choices import ClueState
from screening.models import Clue


def clues_of(request, household):
    if not holds(request.user, Right.VIEW_CLUES, household.village_id):
        return None
    clues = (
        Clue.objects.reachable_by(request.user, Right.VIEW_CLUES)
        .filter(household=household)
        .exclude(state=ClueState.WITHDRAWN)
    )
    newest = clues.graded().order_by("-period", "grade_order", "pk")
    return {"clues": newest.select_related("extract__department", "person")[:50]}


@contribute_trace
def clue_traces(household):
    """Who opened a clue of the household saw the household."""
    yield Trace(Clue._meta.label_lower, Clue.objects.filter(household=household).values_list("pk", flat=True))


contribute_part(HouseholdPart("clues", "线索", "screening/clues/_household.html", clues_of, order=20))
