"""From matched rows to clues (verbs): evaluate the rules list by list, then publish the month's clues in one transaction.

Publishing sees all lists of the month together, so the outcome does not depend on which list came first. A fact has one clue,
whoever reports it and however often (fingerprint); it keeps the source it was found by as long as that source says so. What a
later month says of it is kept beside it (RepeatedReport), for that month's comparison.
"""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import chain, groupby
from operator import itemgetter

import pandas as pd
from django.db import connection, transaction
from django.db.models import F, OuterRef, QuerySet, Subquery

from fangpin.copying import copy_rows, read_rows
from fangpin.divisions.models import Division
from fangpin.periods import month_text, previous_month
from fangpin.policy.lookup import standard_on
from fangpin.policy.models import Standard
from fangpin.runs.lease import Work
from households.models import Household
from screening.choices import ClueState, ExtractState, MatchState
from screening.extracts.formats import FORMATS
from screening.extracts.layout import ListFormat
from screening.extracts.storing import PLACE, load_rows
from screening.models import Clue, Extract, RowMatch
from screening.rules.base import EARLIER, PREVIOUS, Context, households
from screening.rules.catalogue import rules_for
from screening.rules.evaluate_pure import evaluate
from screening.rules.grading import grade_together, own_grade
from screening.rules.repeating import forget_repeats_of, note_repeated
from screening.rules.saying import said_by
from screening.rules.waiting import would_change

_COLUMNS = (
    "id", "fingerprint", "rule", "rule_version", "standard", "risk", "grade", "period", "village", "household", "person",
    "extract", "sheet_no", "row", "values", "sentence", "state", "raised_at",
)  # fmt: skip
_MATCH = ("sheet_no", "row", "state", "person", "household")
# What publishing again may change of a clue. Its grade follows from all clues of the household, afterwards.
_RENEWED = (
    "extract_id",
    "sheet_no",
    "row",
    "period",
    "village_id",
    "values",
    "sentence",
    "state",
    "rule_version",
    "standard_id",
)


Report = tuple[Extract, tuple]  # the file and its finding, a line of FOUND_COLUMNS


@dataclass(frozen=True)
class Found:
    """What the rules found in one extract: FOUND_COLUMNS of ``evaluate`` and ``own``, the grade by the finding alone.

    would_change: (sheet_no, row) of waiting rows whose decision would change a clue.
    """

    extract: Extract
    findings: pd.DataFrame
    would_change: list[tuple[int, int]] = field(default_factory=list)


def find_clues(
    extract: Extract, people: pd.DataFrame, standard: Standard, matched: pd.DataFrame | None = None
) -> Found:
    """Evaluate the rules of the extract's list over its matched rows (``matched`` as for ``matched_rows``). Reads only."""
    rows, fmt, candidates = matched_rows(extract, matched), FORMATS[extract.list_code], _candidates(extract)
    context = _context(extract, rows, candidates)
    findings = evaluate(rows, people, standard, context, fmt=fmt)
    known = households(people, standard)
    # A household that left the register since has no village, and nobody to look after.
    findings = findings[findings["village"].fillna("").ne("")].reset_index(drop=True)
    waiting = would_change(rows, candidates, people, standard, context, fmt)
    return Found(extract, findings.assign(own=own_grade(findings, known)), waiting)


def _candidates(extract: Extract) -> pd.Series:
    """Whom each waiting row may be, by (sheet_no, row)."""
    waiting = RowMatch.objects.filter(extract=extract, state=MatchState.AMBIGUOUS)
    found = {(sheet_no, row): shown for sheet_no, row, shown in waiting.values_list("sheet_no", "row", "candidates")}
    return pd.Series(found, dtype=object)


def matched_rows(extract: Extract, matched: pd.DataFrame | None = None) -> pd.DataFrame:
    """The acceptable rows of an extract joined with its stored matches (state, person, household); no numbers of persons.

    ``matched``: these of every row in file order, from who stored them just now; else they are read.
    """
    rows = load_rows(extract, columns=_told_to_rules(FORMATS[extract.list_code]))
    if matched is not None:
        return rows.assign(**matched)
    decided = read_rows(RowMatch.objects.filter(extract=extract).order_by().values_list(*_MATCH), names=_MATCH)
    decided[["sheet_no", "row"]] = decided[["sheet_no", "row"]].astype("int64")
    for key in ("person", "household"):
        decided[key] = decided[key].astype(object).where(decided[key].ne(""), None)
    return rows.merge(decided, on=["sheet_no", "row"], how="left").fillna({"state": MatchState.NONE.value})


def _told_to_rules(fmt: ListFormat) -> list[str]:
    """Rules need no number of a person."""
    return [*(column.key for column in fmt.columns if not column.personal), "township_code", "village_code"]


def _context(extract: Extract, rows: pd.DataFrame, candidates: pd.Series) -> Context:
    waiting = rows[rows["state"] == MatchState.AMBIGUOUS]
    names = (
        zip(waiting["name"], waiting["village_code"], strict=True) if {"name", "village_code"} <= set(waiting) else ()
    )
    wanted = {rule.looks_back for rule in rules_for(extract.list_code)}
    return Context(
        period=month_text(extract.period),
        list_code=extract.list_code,
        previous=_previous(extract) if PREVIOUS in wanted else None,
        earlier=_earlier(extract, rows) if EARLIER in wanted else None,
        withheld_names=frozenset(names),
        withheld_persons=frozenset(chain.from_iterable(candidates)),
    )


def _former(extract: Extract) -> QuerySet[Extract]:
    """The same list's matched files of earlier months."""
    former = Extract.objects.confirmed().filter(county=extract.county_id, list_code=extract.list_code)
    return former.filter(period__lt=extract.period, matched_at__isnull=False)


def _previous(extract: Extract) -> pd.DataFrame | None:
    """The matched rows of last month."""
    former = _former(extract).filter(period=previous_month(extract.period)).first()
    return former and matched_rows(former)


def _earlier(extract: Extract, rows: pd.DataFrame) -> pd.DataFrame | None:
    """The matched rows of the last year's other months, oldest first; what ``rows`` or a later month says again is left out.

    A roster that lists every settlement since New Year would otherwise fill the memory with ten copies of itself by December.
    """
    former = _former(extract).filter(period__gt=extract.period.replace(year=extract.period.year - 1))
    kept, known = [], []
    for one in former.order_by("-period"):
        known = known or [_said(rows)]
        frame = matched_rows(one)
        said = _said(frame)
        new = ~said.isin(pd.concat(known)) & ~said.duplicated()
        kept.append(frame[new])
        known.append(said[new])
    return pd.concat(kept[::-1], ignore_index=True) if kept else None


def _said(rows: pd.DataFrame) -> pd.Series:
    """A hash of what each row says and whose it is, wherever it stands."""
    columns = sorted(set(rows.columns) - {*PLACE, "state"})
    texts = rows[columns].fillna("").astype("str")
    return pd.util.hash_pandas_object(texts, index=False)


@transaction.atomic
def publish(
    county: Division, period: date, found: list[Found], standard: Standard, *, standing: set, work: Work
) -> bool:
    """Make the month's clues what ``found`` says: new facts in, those that nobody reports any more withdrawn, all graded.

    ``standing``: keys of the extracts that were confirmed when evaluation began. False, with nothing changed, when they are not the
    same any more. Clues whose extract is confirmed but not in ``found`` (held, failed) stay as they are.
    """
    work.fence()
    _take_turn(county)
    confirmed = Extract.objects.confirmed().filter(county=county, period=period).order_by("pk")
    if set(confirmed.select_for_update(no_key=True).values_list("pk", flat=True)) != standing:
        return False
    chosen, repeated = _chosen(found, period)
    _withdraw_gone(_clues_of(county, period), found)
    _upsert(chosen, period, standard)
    note_repeated(county, period, repeated, looked_at=[one.extract.pk for one in found])
    _follow_households(county)
    _mark_waiting(found)
    grade_over_lists(county, period)
    return True


def _take_turn(county: Division) -> None:
    """One publication in a county at a time: two months may know the same fact."""
    Division.objects.select_for_update(no_key=True).get(pk=county.pk)


def _clues_of(county: Division, period: date) -> QuerySet[Clue]:
    return Clue.objects.open().filter(village__code__startswith=county.code, period=period)


def _withdraw_gone(clues: QuerySet[Clue], found: list[Found]) -> None:
    """Open clues of the month that their source, looked at again or gone, no longer supports, and no other list either."""
    still = {fingerprint for one in found for fingerprint in one.findings["fingerprint"]}
    looked_at = {one.extract.pk for one in found}
    present = clues.values_list("pk", "fingerprint", "extract_id", "extract__state")
    gone = [
        pk
        for pk, fingerprint, extract, state in present
        if fingerprint not in still and (extract in looked_at or state != ExtractState.CONFIRMED)
    ]
    Clue.objects.filter(pk__in=gone).update(state=ClueState.WITHDRAWN)


def _chosen(found: list[Found], period: date) -> tuple[list[Report], list[tuple[uuid.UUID, Report]]]:
    """One finding for each fact, in the order of fingerprints: that of the list which has the clue, else of the first list.

    Left out are facts whose open clue stands on a confirmed extract that was not looked at: a held one, or another month's. Those
    of an earlier month come second, each with the key of its clue.
    """
    reports: dict[str, list[Report]] = {}
    for one in sorted(found, key=lambda one: one.extract.list_code):
        for finding in one.findings.itertuples(index=False):
            reports.setdefault(finding.fingerprint, []).append((one.extract, finding))
    known = Clue.objects.open().filter(fingerprint__in=list(reports))
    columns = ("fingerprint", "pk", "period", "extract_id", "extract__state")
    standing = {fingerprint: rest for fingerprint, *rest in known.values_list(*columns)}
    looked_at = {one.extract.pk for one in found}
    chosen, repeated = [], []
    for fingerprint, reported in sorted(reports.items()):
        clue, first, source, state = standing.get(fingerprint, (None, None, None, None))
        if not source or source in looked_at or state != ExtractState.CONFIRMED:
            chosen.append(next((report for report in reported if report[0].pk == source), reported[0]))
        elif first < period:
            repeated.append((clue, reported[0]))
    return chosen, repeated


def _upsert(chosen: list[tuple[Extract, tuple]], period: date, standard: Standard) -> None:
    quote = connection.ops.quote_name
    names = [quote(name) for name in _RENEWED]
    renewed = ", ".join(f"{name} = EXCLUDED.{name}" for name in names)
    before, after = (", ".join(f"{row}.{name}" for name in names) for row in ("screening_clue", "EXCLUDED"))
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE found_clue (LIKE screening_clue) ON COMMIT DROP")
        copy_rows(Clue, _COLUMNS, _lines(chosen, period, standard), table="found_clue")
        cursor.execute(
            f"""
            INSERT INTO screening_clue SELECT * FROM found_clue
            ON CONFLICT (fingerprint) DO UPDATE SET {renewed}, grade = EXCLUDED.grade
            WHERE ({before}) IS DISTINCT FROM ({after})
            """  # noqa: S608 - names of columns, no input
        )
        cursor.execute("DROP TABLE found_clue")


def _lines(chosen, period, standard) -> Iterator[tuple]:
    now = pd.Timestamp.now(tz="UTC").isoformat()
    sheets: dict = {}
    for extract, found in chosen:
        numbers = sheets.setdefault(extract.pk, {sheet["name"]: place for place, sheet in enumerate(extract.sheets)})
        has_row, said = found.row > 0, said_by(found)
        yield (
            uuid.uuid4(), found.fingerprint, found.rule, found.version, standard.pk, found.risk, found.own, period,
            found.village, found.household or None, found.person or None, extract.pk,
            numbers[found.sheet] if has_row else None, int(found.row) if has_row else None,
            said["values"], said["sentence"], ClueState.OPEN.value, now,
        )  # fmt: skip


def _mark_waiting(found: list[Found]) -> None:
    """Note at the rows that wait for a person which of them would change a clue."""
    for one in found:
        rows = RowMatch.objects.filter(extract=one.extract)
        rows.filter(would_change=True).update(would_change=False)
        for sheet_no, at in groupby(sorted(one.would_change), key=itemgetter(0)):
            rows.filter(sheet_no=sheet_no, row__in=[row for _, row in at]).update(would_change=True)


def _follow_households(county: Division) -> None:
    """A clue is the village's where the household lives now."""
    home = Subquery(Household.objects.filter(pk=OuterRef("household_id")).values("village_id"))
    moved = Clue.objects.open().filter(village__code__startswith=county.code, household__isnull=False)
    moved.exclude(village_id=F("household__village_id")).update(village_id=home)


def grade_over_lists(county: Division, period: date) -> None:
    """Grade every open clue of the month by all that is open about its household: several kinds of risk at once are red."""
    present = _clues_of(county, period).values_list("pk", "household_id", "risk", "grade", "values__own_grade")
    clues = pd.DataFrame(present, columns=["pk", "household", "risk", "present", "grade"])
    if clues.empty:
        return
    clues["now"] = grade_together(clues, standard_on(period))
    for grade, changed in clues[clues["now"] != clues["present"]].groupby("now"):
        Clue.objects.filter(pk__in=list(changed["pk"])).update(grade=grade)


@transaction.atomic
def withdraw_clues_of(extract: Extract) -> int:
    """The file counts no more: its open clues are withdrawn, those of the same households graded without them; how many.

    A fact that another list reports too is opened again by the next run of the month.
    """
    withdrawn = Clue.objects.open().filter(extract=extract).update(state=ClueState.WITHDRAWN)
    forget_repeats_of(extract)
    if withdrawn:
        grade_over_lists(extract.county, extract.period)
    return withdrawn
