"""A round in the bench's county, made once: 3,000 households on the offline lists, compared with the month's clues, all differences sent.

The verbs do what an officer does; the villages' entries, which nobody types here, are written past them.
"""

from datetime import date, timedelta
from itertools import cycle

from django.db.models import TextField
from django.db.models.functions import MD5, Cast

from fangpin.accounts.models import User
from fangpin.approvals.models import Approval
from fangpin.approvals.routes import Kind, Stage
from fangpin.divisions.models import Division
from households.models import Household
from screening.choices import CheckWay, Judgement, Risk, RoundKind
from screening.models import Clue, OfflineEntry, OfflineList, Round
from screening.rounds.classes import BACK_TO_VILLAGE
from screening.rounds.comparing import compare_round
from screening.rounds.dispatching import send
from screening.rounds.opening import dates_for, lists_for, open_round

ENTRIES, BOTH = 3_000, 1_000  # households on the offline lists, and those of them that departments know too


def a_round_of(county: Division, period: date, by: User) -> Round:
    """The round of the month, compared and sent. by: the county's officer."""
    found = Round.objects.filter(county=county, period=period).first()
    if found:
        return found
    towns = list(Division.objects.filter(parent=county))
    opened = open_round(
        county=county,
        kind=RoundKind.CONCENTRATED,
        period=period,
        townships=towns,
        lists=lists_for(),
        dates=dates_for(period),
        by=by,
    )
    _hand_in(opened, by)
    made = compare_round(opened, by=by, on=opened.compare_on).comparison
    send(items=made.items.filter(cls__in=BACK_TO_VILLAGE), by=by, on=opened.dispatch_on)
    return opened


def _hand_in(opened: Round, by: User) -> None:
    """Every village's list, passed by the county, with its share of ENTRIES."""
    lists = list(OfflineList.objects.filter(round=opened))
    passed = {"kind": Kind.OFFLINE_LIST, "stage": Stage.PASSED, "opened_by": by, "submitted_by": by}
    approvals = Approval.objects.bulk_create(Approval(village_id=one.village_id, **passed) for one in lists)
    for one, approval in zip(lists, approvals, strict=True):
        one.approval = approval
    OfflineList.objects.bulk_update(lists, ["approval"], batch_size=500)
    of_village = {one.village_id: one for one in lists}
    known = Clue.objects.filter(period=opened.period, household__isnull=False).values("household")
    homes = Household.objects.present().order_by(MD5(Cast("pk", TextField())))  # from all over the county
    chosen = [*homes.filter(pk__in=known)[:BOTH], *homes.exclude(pk__in=known)[: ENTRIES - BOTH]]
    told = {
        "checked_on": opened.offline_due - timedelta(days=2),
        "checkers": "第一书记、村干部",
        "way": CheckWay.VISIT,
        "judgement": Judgement.MARGINAL,
        "is_draft": False,
    }
    risks = cycle(Risk.values)
    entries = (
        OfflineEntry(offline_list=of_village[home.village_id], household=home, risks=[next(risks)], **told)
        for home in chosen
    )
    OfflineEntry.objects.bulk_create(entries, batch_size=1000)
