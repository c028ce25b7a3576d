"""身份判定 that stand: kept when somebody decides, ended when taken back (verb); what matching reuses is read in ``remembered``."""

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from fangpin.accounts.postings import require
from fangpin.audit.trail import record
from fangpin.divisions.rights import Right
from fangpin.transitions import Stale
from screening.choices import ExtractState, MatchState
from screening.models import ClosedMonth, Extract, RowMatch, Ruling


def remember(match: RowMatch, said: dict[str, bool], *, name: str, by) -> None:
    """Keep what was said of the row's entry: person id -> the same or never. A ruling that says otherwise ends here.

    Nothing is kept of a row that names nobody but by a name. Raises Stale when somebody else rules on the same entry just now.
    """
    if match.row_index is None:
        return
    standing = _about(match)
    against = Q()
    for person, same in said.items():
        against |= Q(person=person, same=not same)
        against |= Q(same=True) & ~Q(person=person) if same else Q()
    standing.filter(against).update(taken_back_by=by, taken_back_at=timezone.now())
    known = {(str(person), same) for person, same in standing.values_list("person_id", "same")}
    place = {"extract": match.extract, "sheet_no": match.sheet_no, "row": match.row, "name": name}
    new = [
        Ruling(county_id=match.extract.county_id, row_index=match.row_index, person_id=person, same=same, decided_by=by, **place)
        for person, same in said.items()
        if (person, same) not in known
    ]  # fmt: skip
    try:
        with transaction.atomic():
            Ruling.objects.bulk_create(new)
    except IntegrityError:
        raise Stale("同样的填写刚刚由他人判定，请刷新后再看") from None


def end_those_of_act(match: RowMatch, *, by) -> None:
    """End the rulings that were kept when this row was decided."""
    if match.row_index is not None:
        kept = _about(match).filter(decided_by=match.decided_by_id, decided_at__gte=match.decided_at)
        kept.filter(extract__period=match.extract.period).update(taken_back_by=by, taken_back_at=timezone.now())


def rulings_on(match: RowMatch, row_index: bytes | None) -> QuerySet[Ruling]:
    """Everything ever ruled on the entry, standing or not, newest first."""
    if row_index is None:
        return Ruling.objects.none()
    about = Ruling.objects.filter(county=match.extract.county_id, row_index=row_index)
    return about.select_related("person__household", "decided_by", "taken_back_by")


def _about(match: RowMatch) -> QuerySet[Ruling]:
    return Ruling.objects.standing().filter(county=match.extract.county_id, row_index=match.row_index)


@transaction.atomic
def take_back(ruling: Ruling, *, by) -> int:
    """撤回判定: later runs decide without it; the rows of open months that it settled wait again; how many.

    Raises Stale when it was taken back before.
    """
    require(by, Right.REVIEW_MATCHES, ruling.county_id, "只有县办可以撤回身份判定")
    settled = _settled_by(ruling)
    extracts = set(settled.values_list("extract_id", flat=True))
    held = Extract.objects.filter(pk__in=extracts).order_by("pk").select_for_update(no_key=True)
    list(held)
    standing = Ruling.objects.standing().filter(pk=ruling.pk)
    if not standing.update(taken_back_by=by, taken_back_at=timezone.now()):
        raise Stale("这条判定刚刚已被撤回")
    back = settled.filter(extract__in=extracts).update(
        state=MatchState.AMBIGUOUS, person=None, household=None, decided_by=None, decided_at=None
    )
    held.forget_digest()
    record(by, "ruling.taken_back", ruling, rows=back, person=str(ruling.person_id))
    return back


def _settled_by(ruling: Ruling) -> QuerySet[RowMatch]:
    """Rows that people decided as the ruling says, in confirmed files of months that are not closed."""
    decided = RowMatch.objects.filter(
        row_index=ruling.row_index,
        decided_by__isnull=False,
        extract__county=ruling.county_id,
        extract__state=ExtractState.CONFIRMED,
    ).exclude(extract__period__in=ClosedMonth.objects.values("month"))
    if ruling.same:
        return decided.filter(person=ruling.person_id)
    return decided.filter(state=MatchState.NONE)
