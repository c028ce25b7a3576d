"""Run the checks and keep what they find: of a whole county in parts (each night, after an import), of a few households (after each change).

Reading, judging and keeping a part happen in one transaction under one lock, so that a slow check never puts back what a change in the
meantime has mended.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Count, Sum

from fangpin.accounts.postings import require
from fangpin.audit.trail import record
from fangpin.divisions.models import Division
from fangpin.divisions.rights import Right
from fangpin.runs.lease import Work
from fangpin.runs.models import Run
from fangpin.runs.queue import enqueue
from households.choices import Severity
from households.models import Household, Person, QualityCheck, QualityProblem
from households.quality.catalogue import ACROSS
from households.quality.evaluate import evaluate
from households.quality.facts import County, county_on, within
from households.quality.kept import find_kept, kept_columns
from households.quality.sharing import repeated_in
from households.quality.storing import Stored, store

CHECK = "quality.check"
PART = 40_000  # people judged at a time: about 300 MB, and a lock held for some seconds
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
    """Check every household of the run's county, part by part."""
    code = work.run.key.partition(":")[0]
    kept = find_kept(code)
    county, parts = replace(county_on(code, kept), repeated=repeated_in(code)), list(_parts(code))
    total, done, stored = sum(persons for _, persons in parts), 0, Stored()
    work.progress(0, total, note="检查名册数据")
    for villages, persons in parts:
        with transaction.atomic(), connection.cursor() as cursor:
            # What a power cut takes is found again by the run that is taken up again: nobody waits for the disk.
            cursor.execute("SET LOCAL synchronous_commit = off")
            work.fence()
            stored += _check(county, villages=villages)
        done += persons
        work.progress(done, total)
    households = Household.objects.present().filter(village__code__startswith=code).count()
    QualityCheck.objects.create(county_id=code, persons=total, households=households, kept=sorted(kept))
    changes = {"problems_new": stored.new, "problems_gone": stored.gone}
    work.run.counts = {"rows": total, "households": households, **_counts(code), **changes}


def _parts(county_code: str) -> Iterator[tuple[list[str], int]]:
    """Villages together with about PART people, and how many; also those whose households are all empty now."""
    sizes = Household.objects.filter(village__code__startswith=county_code).values_list("village_id")
    villages, persons = [], 0
    for village, size in sizes.annotate(people=Sum("size")).order_by("village_id"):
        if villages and persons + size > PART:
            yield villages, persons
            villages, persons = [], 0
        villages, persons = [*villages, village], persons + size
    if villages:
        yield villages, persons


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
    _take_turn()
    people, homes, context = county.part(villages=villages, households=households)
    return store(evaluate(people, homes, context), homes, within(villages, households))


def _take_turn() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [_LOCK])
