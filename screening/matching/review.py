"""判定疑似匹配 (verbs): a person says who a row is; the machine leaves it alone from then on."""

from django.db import transaction
from django.utils import timezone

from fangpin.accounts.postings import require
from fangpin.audit.trail import record
from fangpin.divisions.rights import Right
from fangpin.transitions import NotAllowed, Stale
from households.models import Person
from screening.choices import ExtractState, MatchState
from screening.models import ClosedMonth, Extract, RowMatch


@transaction.atomic
def decide_match(match: RowMatch, *, person: Person | None, by) -> None:
    """The row is this person, or (None) nobody of the register. Counts from the next run of the month on.

    Raises Stale when somebody decided meanwhile or the file counts no more. ``method`` keeps saying why the machine hesitated.
    """
    _may_decide(match, by)
    if person is not None and str(person.pk) not in match.candidates:
        raise NotAllowed("请从列出的人员中选择")
    if person is None:
        outcome = {"state": MatchState.NONE, "person": None, "household": None}
    else:
        outcome = {"state": MatchState.CERTAIN, "person": person, "household_id": person.household_id}
    waiting = _row(match).filter(state=MatchState.AMBIGUOUS, decided_by=None)
    if not waiting.update(decided_by=by, decided_at=timezone.now(), **outcome):
        raise Stale("这一行刚刚由他人判定，请看下一行")
    chosen = str(person.pk) if person else None
    record(by, "match.decided", match.extract, sheet=match.sheet_no, row=match.row, person=chosen)


@transaction.atomic
def undo_decision(match: RowMatch, *, by) -> None:
    """Back into the queue."""
    _may_decide(match, by)
    decided = _row(match).filter(decided_by__isnull=False)
    if not decided.update(state=MatchState.AMBIGUOUS, person=None, household=None, decided_by=None, decided_at=None):
        raise Stale("这一行没有人工判定，或刚刚被他人撤回")
    record(by, "match.undone", match.extract, sheet=match.sheet_no, row=match.row)


def _may_decide(match: RowMatch, by) -> None:
    """Also waits for a run that is just storing this file's matches: it either sees the decision or is seen by it."""
    extract = Extract.objects.select_for_update(no_key=True).get(pk=match.extract_id)
    require(by, Right.REVIEW_MATCHES, extract.county_id, "只有县办可以判定疑似匹配")
    if ClosedMonth.objects.filter(month=extract.period).exists():
        raise NotAllowed("这个月已封账，如需改动请先启封")
    if extract.state != ExtractState.CONFIRMED:
        raise Stale("这个文件已被替换或作废，不必再判定")


def _row(match):
    return RowMatch.objects.filter(extract=match.extract_id, sheet_no=match.sheet_no, row=match.row)
