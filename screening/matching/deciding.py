"""判定疑似匹配 (verbs): a person says who a row is; the machine leaves the row alone, and decides the same entry so in later months."""

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from fangpin.accounts.postings import require
from fangpin.audit.trail import record
from fangpin.divisions.rights import Right
from fangpin.transitions import NotAllowed, Stale
from households.models import Person
from screening.choices import ExtractState, MatchState
from screening.matching.rulings import end_those_of_act, remember
from screening.models import ClosedMonth, Extract, RowMatch

_UNDECIDED = {
    "state": MatchState.AMBIGUOUS, "person": None, "household": None, "decided_by": None, "decided_at": None,
}  # fmt: skip


@transaction.atomic
def decide_match(match: RowMatch, *, person: Person | None, by, together: bool = True) -> int:
    """The row is this person, or (None) none of those shown; how many rows that say the same were decided with it.

    ``together`` settles them, in all lists of the month, and is remembered for later months; else it is about this row alone, because
    the others mean somebody else. Counts from the next run of the month on. Raises Stale when somebody decided meanwhile or the file
    counts no more. ``method`` keeps saying why the machine hesitated.
    """
    others = rows_alike(match) if together else RowMatch.objects.none()
    hold(match, others, by=by)
    if person is not None and str(person.pk) not in match.candidates:
        raise NotAllowed("请从列出的人员中选择")
    outcome = outcome_of(person) | {"decided_by": by, "decided_at": timezone.now()}
    if not row_of(match).filter(state=MatchState.AMBIGUOUS, decided_by=None).update(**outcome):
        raise Stale("这一行刚刚由他人判定，请看下一行")
    if person is None:  # rows alike with other candidates ask about them
        others = others.filter(candidates__contained_by=match.candidates)
    also = others.update(**outcome)
    if together:
        said = {str(person.pk): True} if person else dict.fromkeys(match.candidates, False)
        remember(match, said, name=match.name, by=by)
    chosen = str(person.pk) if person else None
    record(by, "match.decided", match.extract, sheet=match.sheet_no, row=match.row, person=chosen, also=also)
    return also


@transaction.atomic
def strike_candidate(match: RowMatch, *, person: Person, by) -> None:
    """不是此人: the row is certainly not this one of its candidates; it goes on waiting without him, and so do rows that say the same."""
    others = rows_alike(match)
    hold(match, others, by=by)
    waiting = row_of(match).filter(state=MatchState.AMBIGUOUS, decided_by=None).first()
    if waiting is None or str(person.pk) not in waiting.candidates:
        raise Stale("这一行刚刚由他人判定或剔除，请刷新后再看")
    for row in (waiting, *others.filter(candidates__contains=str(person.pk))):
        row.candidates = [one for one in row.candidates if one != str(person.pk)]
        row.save(update_fields=["candidates"])
    remember(match, {str(person.pk): False}, name=match.name, by=by)
    record(by, "match.struck", match.extract, sheet=match.sheet_no, row=match.row, person=str(person.pk))


@transaction.atomic
def undo_decision(match: RowMatch, *, by) -> int:
    """Back into the queue, with the rows that were decided in the same act, whose rulings end; how many these were beside it."""
    hold(match, decided_with(match), by=by)
    decided = row_of(match).filter(decided_by__isnull=False).first()
    if decided is None:
        raise Stale("这一行没有人工判定，或刚刚被他人撤回")
    end_those_of_act(decided, by=by)
    also = decided_with(decided).update(**_UNDECIDED)
    row_of(match).update(**_UNDECIDED)
    record(by, "match.undone", match.extract, sheet=match.sheet_no, row=match.row, also=also)
    return also


def outcome_of(person: Person | None) -> dict:
    """What a row becomes when people say who it is."""
    if person is None:
        return {"state": MatchState.NONE, "person": None, "household": None}
    return {"state": MatchState.CERTAIN, "person": person, "household_id": person.household_id}


def rows_alike(match: RowMatch) -> QuerySet[RowMatch]:
    """The other waiting rows of the month that say the same of a person, in every list."""
    return _with_index(match).filter(state=MatchState.AMBIGUOUS, decided_by=None)


def decided_with(match: RowMatch) -> QuerySet[RowMatch]:
    """The other rows that were decided in the act that decided this one."""
    if match.decided_at is None:
        return RowMatch.objects.none()
    return _with_index(match).filter(decided_by=match.decided_by_id, decided_at=match.decided_at)


def _with_index(match: RowMatch) -> QuerySet[RowMatch]:
    if match.row_index is None:
        return RowMatch.objects.none()
    alike = RowMatch.objects.filter(
        row_index=match.row_index,
        extract__county=match.extract.county_id,
        extract__period=match.extract.period,
        extract__state=ExtractState.CONFIRMED,
    )
    return alike.exclude(pk=match.pk)


def hold(match: RowMatch, others: QuerySet[RowMatch], *, by) -> None:
    """Lock the files concerned and ask whether ``by`` may decide in them.

    Also waits for a run that is just storing matches of these files: it either sees the decision or is seen by it.
    """
    concerned = {match.extract_id, *others.values_list("extract_id", flat=True)}
    held = Extract.objects.filter(pk__in=concerned).order_by("pk").select_for_update(no_key=True)
    extract = next(one for one in list(held) if one.pk == match.extract_id)
    require(by, Right.REVIEW_MATCHES, extract.county_id, "只有县办可以判定疑似匹配")
    if ClosedMonth.objects.filter(month=extract.period).exists():
        raise NotAllowed("这个月已封账，如需改动请先启封")
    if extract.state != ExtractState.CONFIRMED:
        raise Stale("这个文件已被替换或作废，不必再判定")
    held.forget_digest()


def row_of(match: RowMatch) -> QuerySet[RowMatch]:
    return RowMatch.objects.filter(extract=match.extract_id, sheet_no=match.sheet_no, row=match.row)
