"""更正机器认定 (verb): the county office says that the machine took a row for the wrong person."""

from django.db import transaction
from django.utils import timezone

from fangpin.audit.trail import record
from fangpin.transitions import NotAllowed, Stale
from households.models import Person
from screening.choices import MatchState
from screening.matching.deciding import hold, outcome_of, row_of
from screening.matching.rulings import remember
from screening.models import RowMatch

SETTLED = (MatchState.CERTAIN, MatchState.PROBABLE)


@transaction.atomic
def correct_match(
    match: RowMatch, *, person: Person | None, reason: str, by, name: str, row_index: bytes | None
) -> None:
    """The row is ``person`` (None: nobody of the register), not whom the machine took it for; kept for later months.

    ``name`` and ``row_index`` are what the row says (``matching.looking``), since rows that were certain keep neither. Counts from the
    next run of the month on. Raises NotAllowed without a reason, Stale when the row's decision is not the one that was looked at.
    """
    hold(match, RowMatch.objects.none(), by=by)
    reason, former = reason.strip(), match.person_id
    if not reason:
        raise NotAllowed("请写明更正的原因")
    if former is None or match.state not in SETTLED:
        raise NotAllowed("这一行没有认定到人，不需要更正")
    if person is not None and person.pk == former:
        raise NotAllowed("更正后的人和现在认定的是同一个人")
    if person is not None and not person.household.village_id.startswith(match.extract.county_id):
        raise NotAllowed("请选择本县名册中的人员")
    shown = list(dict.fromkeys([str(former), *([str(person.pk)] if person else []), *match.candidates]))
    changes = outcome_of(person) | {"candidates": shown, "name": name, "row_index": row_index}
    standing = row_of(match).filter(state__in=SETTLED, person=former, decided_by=None)
    if not standing.update(decided_by=by, decided_at=timezone.now(), **changes):
        raise Stale("这一行的认定刚刚有了变化，请刷新后再看")
    match.row_index = row_index
    said = {str(former): False} | ({str(person.pk): True} if person else {})
    remember(match, said, name=name, by=by)
    chosen = str(person.pk) if person else None
    record(
        by, "match.corrected", match.extract, sheet=match.sheet_no, row=match.row,
        former=str(former), person=chosen, reason=reason,
    )  # fmt: skip
