"""Run the checks and keep what they find: of a whole county in parts (each night, after an import), of a few households (after each change).

The parts are child runs, which are done side by side. Reading, judging and keeping a part happen in one transaction under a lock, so that
a slow check never puts back what a change in the meantime has mended.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Count, QuerySet, Sum

from fangpin.accounts.postings import require
from fangpin.audit.trail import record
from fangpin.divisions.models import Division
from fangpin.divisions.rights import Right
from fangpin.runs.lease import Waiting, Work
from fangpin.runs.models import Run, State
from fangpin.runs.queue import enqueue
from fangpin.transitions import NotAllowed
from households.choices import Severity
from households.models import Household, Person, QualityCheck, QualityProblem
from households.quality.catalogue import ACROSS
from households.quality.evaluate import evaluate
from households.quality.facts import County, county_on, within
from households.quality.kept import find_kept, kept_columns
from households.quality.sharing import repeated_in
from households.quality.storing import Stored, store

CHECK, PART = "quality.check", "quality.part"
PART_PEOPLE = 40_000  # judged at a time: about 300 MB, and a lock held for some seconds
_LOCK = "households.quality"


# -- a county -----------------------------------------------------------------------------------------------------------
def check_run(county_code: str, *, about: str = "", by=None) -> Run:
    """The run that checks the county. ``about`` sets one apart that must not be taken for one already under way (an import's)."""
    return enqueue(kind=CHECK, key=_key(county_code, about), task="households.check_quality", by=by)


def last_run(county_code: str, *, about: str = "") -> Run | None:
    """The newest run of ``check_run`` with the same arguments."""
    return Run.objects.about(CHECK, _key(county_code, about)).first()


def _key(county_code: str, about: str) -> str:
    return f"{county_code}:{about}" if about else county_code


def start_check(*, county: Division, by) -> Run:
    """立即检查: the county office does not want to wait for the night."""
    require(by, Right.IMPORT_REGISTER, county.code, "只有县办可以发起全县数据检查")
    record(by, "quality.started", county)
    return check_run(county.code, by=by)


def perform_check(work: Work) -> None:
    """Body of a county's run: hand its parts out as child runs, which several processes take; count together when all have ended."""
    run, code = work.run, work.run.key.partition(":")[0]
    parts = list(run.children.all()) or _hand_out(work, code)
    if any(part.is_alive for part in parts):
        raise Waiting
    for part in parts:
        if part.state == State.FAILED:
            raise NotAllowed(part.error)
    total = sum(part.counts["rows"] for part in parts)
    changes = {name: sum(part.counts[name] for part in parts) for name in ("problems_new", "problems_gone")}
    households = Household.objects.present().filter(village__code__startswith=code).count()
    QualityCheck.objects.create(county_id=code, persons=total, households=households, kept=run.counts["kept"])
    run.counts = {"rows": total, "households": households, **_counts(code), **changes}


def _hand_out(work: Work, code: str) -> list[Run]:
    """The child runs, made together with what all of them go by: none begins before it stands there."""
    run = work.run
    work.progress(note="检查名册数据")
    run.counts = {"kept": sorted(find_kept(code))}
    with transaction.atomic():
        work.fence()
        run.save(update_fields=["counts"])
        return [
            enqueue(
                kind=PART, key=f"{run.pk}:{first}-{last}", task="households.check_part", by=run.created_by, parent=run
            )
            for first, last in _parts(code)
        ]


def perform_part(work: Work) -> None:
    """Body of a child: check every household of its villages, in one transaction."""
    first, _, last = work.run.key.partition(":")[2].partition("-")
    sizes = dict(_sizes(Household.objects.filter(village_id__gte=first, village_id__lte=last)))
    work.progress(0, sum(sizes.values()), note=f"{len(sizes)} 个村")
    county = _county_of(work.run.parent_id)
    with transaction.atomic(), connection.cursor() as cursor:
        # What a power cut takes is found again by the run that is taken up again: nobody waits for the disk.
        cursor.execute("SET LOCAL synchronous_commit = off")
        work.fence()
        _take_turn(list(sizes))
        stored = _check(county, villages=list(sizes))
    work.run.counts = {"rows": sum(sizes.values()), "problems_new": stored.new, "problems_gone": stored.gone}


@lru_cache(maxsize=1)
def _county_of(run_id: int) -> County:
    """What is the same for all parts of a county's run, looked up once by each process that does parts of it."""
    run = Run.objects.get(pk=run_id)
    code = run.key.partition(":")[0]
    return replace(county_on(code, frozenset(run.counts["kept"])), repeated=repeated_in(code))


def _parts(county_code: str) -> Iterator[tuple[str, str]]:
    """(first, last) village of about PART_PEOPLE people each; also those whose households are all empty now."""
    first, last, persons = "", "", 0
    for village, size in _sizes(Household.objects.filter(village__code__startswith=county_code)):
        if first and persons + size > PART_PEOPLE:
            yield first, last
            first, persons = "", 0
        first, last, persons = first or village, village, persons + size
    if first:
        yield first, last


def _sizes(households: QuerySet[Household]) -> QuerySet:
    """(village, people in it), by village."""
    return households.values_list("village_id").annotate(people=Sum("size")).order_by("village_id")


def _counts(county_code: str) -> dict[str, int]:
    """What counts in the county now."""
    counting = QualityProblem.objects.counting().filter(household__village__code__startswith=county_code)
    found = dict(counting.order_by().values_list("severity").annotate(count=Count("pk")))
    names = {Severity.ERROR: "errors", Severity.WARNING: "warnings", Severity.HINT: "hints"}
    return {name: found.get(severity, 0) for severity, name in names.items()}


# -- a few households ---------------------------------------------------------------------------------------------------
@transaction.atomic
def recheck(household_ids: Iterable[UUID | str]) -> None:
    """Check these households again, and those that share a number or phone with them, or did. Call it last in the verb that changed
    them, inside its transaction."""
    changed = {str(pk) for pk in household_ids}
    if not changed:
        return
    _take_turn()
    by_county: dict[str, set[str]] = {}
    wider = changed | _sharing(changed)
    for pk, village in Household.objects.filter(pk__in=wider).values_list("pk", "village_id"):
        by_county.setdefault(village[:6], set()).add(str(pk))
    for code, ids in sorted(by_county.items()):
        county = county_on(code, kept_columns(code))
        _check(county, households=sorted(ids))


def _sharing(ids: set[str]) -> set[str]:
    """Households that have, or by an open problem had, a number or phone in common with these."""
    members = Person.objects.present()
    own = members.filter(household__in=ids)
    numbers = own.exclude(id_index=None).values("id_index")
    phones = own.exclude(phone_index=None).values("phone_index")
    of_homes = Household.objects.filter(pk__in=ids).exclude(phone_index=None).values("phone_index")
    found = set(members.filter(id_index__in=numbers).values_list("household_id", flat=True))
    for wanted in (phones, of_homes):
        found |= set(members.filter(phone_index__in=wanted).values_list("household_id", flat=True))
        found |= set(Household.objects.present().filter(phone_index__in=wanted).values_list("pk", flat=True))
    before = QualityProblem.objects.present().filter(household__in=ids, code__in=ACROSS)
    said = {home for values in before.values_list("values", flat=True) for home in values.get("homes", "").split()}
    return {str(pk) for pk in found} | said


def _check(county: County, *, villages: list[str] = (), households: list[str] = ()) -> Stored:
    people, homes, context = county.part(villages=villages, households=households)
    return store(evaluate(people, homes, context), homes, within(villages, households))


def _take_turn(villages: Sequence[str] = ()) -> None:
    """Until the transaction ends: a change of a few households excludes all other checking, a part of a county other changes and
    whoever checks one of its villages. Parts of a county write about households of their own only."""
    with connection.cursor() as cursor:
        if villages:
            cursor.execute("SELECT pg_advisory_xact_lock_shared(hashtext(%s))", [_LOCK])
            cursor.execute(
                "SELECT pg_advisory_xact_lock(hashtext(%s || code)) FROM unnest(%s) code", [_LOCK, sorted(villages)]
            )
        else:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [_LOCK])
