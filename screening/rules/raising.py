"""Raise clues from matched rows (verbs): evaluate the rules of a list, grade what they find, keep each fact once."""

import math
import uuid
from datetime import date

import pandas as pd
from django.db import connection, transaction

from fangpin.copying import copy_rows
from fangpin.divisions.models import Division
from fangpin.periods import month_text, previous_month
from fangpin.policy.lookup import standard_on
from fangpin.policy.models import Standard
from fangpin.runs.lease import Work
from screening.choices import ClueState, MatchState
from screening.extracts.formats import FORMATS
from screening.extracts.storing import load_rows
from screening.models import Clue, Extract, RowMatch
from screening.rules.base import Context, households
from screening.rules.evaluate_pure import evaluate
from screening.rules.grading import grade_together, own_grade

_COLUMNS = (
    "id", "fingerprint", "rule", "rule_version", "standard", "risk", "grade", "period", "village", "household", "person",
    "extract", "sheet_no", "row", "values", "sentence", "state", "raised_at",
)  # fmt: skip


def raise_clues(extract: Extract, rows: pd.DataFrame, people: pd.DataFrame, standard: Standard, *, work: Work) -> int:
    """Evaluate the rules of the extract's list over its matched ``rows``; the number of open clues it supports afterwards.

    A fact that is known keeps its clue (and gets its source if the old one is gone); what the list no longer says is withdrawn.
    """
    fmt = FORMATS[extract.list_code]
    findings = evaluate(rows, people, standard, _context(extract, rows), fmt=fmt)
    known = households(people)
    findings = findings.assign(own=own_grade(findings, known)) if len(findings) else findings
    with transaction.atomic():
        work.fence()
        _withdraw_gone(extract, set(findings["fingerprint"]))
        _upsert(extract, findings, standard)
    return Clue.objects.open().filter(extract=extract).count()


def _context(extract: Extract, rows: pd.DataFrame) -> Context:
    earlier = _earlier(extract)
    previous = earlier[-1] if earlier and earlier[-1][0] == previous_month(extract.period) else None
    waiting = rows[rows["state"] == MatchState.AMBIGUOUS]
    suspects = waiting["candidates"].explode().dropna() if len(waiting) else pd.Series(dtype=object)
    names = zip(waiting["name"], waiting["village_code"], strict=True) if {"name", "village_code"} <= set(waiting) else ()
    return Context(
        period=month_text(extract.period),
        list_code=extract.list_code,
        previous=previous[1] if previous else None,
        earlier=pd.concat([frame for _, frame in earlier], ignore_index=True) if earlier else None,
        withheld_names=frozenset(names),
        withheld_persons=frozenset(suspects),
    )


def _earlier(extract: Extract) -> list[tuple[date, pd.DataFrame]]:
    """(month, matched rows) of the same list's confirmed months of the last year, oldest first."""
    first = extract.period.replace(year=extract.period.year - 1)
    former = Extract.objects.confirmed().filter(
        county=extract.county, list_code=extract.list_code, period__gt=first, period__lt=extract.period
    )
    return [(one.period, matched_rows(one)) for one in former.order_by("period")]


def matched_rows(extract: Extract) -> pd.DataFrame:
    """The acceptable rows of an extract joined with its stored matches (state, person, household)."""
    rows = load_rows(extract)
    matches = pd.DataFrame(
        RowMatch.objects.filter(extract=extract).values_list("sheet_no", "row", "state", "person_id", "household_id"),
        columns=["sheet_no", "row", "state", "person", "household"],
    )
    for name in ("person", "household"):
        matches[name] = [str(key) if key else None for key in matches[name]]
    return rows.merge(matches, on=["sheet_no", "row"], how="left").fillna({"state": MatchState.NONE.value})


def _withdraw_gone(extract: Extract, still: set[str]) -> None:
    """Clues of this list and month that no longer arise, whether from this file or from the one it replaced."""
    mine = Clue.objects.open().filter(
        extract__county=extract.county, extract__list_code=extract.list_code, period=extract.period
    )
    gone = [pk for pk, fingerprint in mine.values_list("pk", "fingerprint") if fingerprint not in still]
    Clue.objects.filter(pk__in=gone).update(state=ClueState.WITHDRAWN)


def _upsert(extract: Extract, findings: pd.DataFrame, standard: Standard) -> None:
    """New facts become clues. A known fact whose source counts no more, or that was withdrawn, gets this source and is open."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE found_clue (LIKE screening_clue) ON COMMIT DROP")
        copy_rows(Clue, _COLUMNS, _lines(extract, findings, standard), table="found_clue")
        cursor.execute(
            """
            INSERT INTO screening_clue SELECT * FROM found_clue
            ON CONFLICT (fingerprint) DO UPDATE SET
              extract_id = EXCLUDED.extract_id, sheet_no = EXCLUDED.sheet_no, "row" = EXCLUDED."row", state = EXCLUDED.state,
              period = EXCLUDED.period, "values" = EXCLUDED."values", sentence = EXCLUDED.sentence, grade = EXCLUDED.grade,
              rule_version = EXCLUDED.rule_version, standard_id = EXCLUDED.standard_id
            WHERE screening_clue.state = %s
               OR screening_clue.extract_id IN (SELECT id FROM screening_extract WHERE state <> 'confirmed')
               OR (screening_clue.extract_id = EXCLUDED.extract_id
                   AND (screening_clue."values", screening_clue.sentence) IS DISTINCT FROM (EXCLUDED."values", EXCLUDED.sentence))
            """,
            [ClueState.WITHDRAWN],
        )
        cursor.execute("DROP TABLE found_clue")


def _lines(extract, findings, standard):
    numbers = {sheet["name"]: place for place, sheet in enumerate(extract.sheets)}
    now = pd.Timestamp.now(tz="UTC").isoformat()
    # In one order, so that two lists that know the same facts do not wait for each other crosswise.
    for found in findings.sort_values("fingerprint").itertuples(index=False):
        has_row = found.row > 0
        yield (
            uuid.uuid4(), found.fingerprint, found.rule, found.version, standard.pk, found.risk, found.own, extract.period,
            found.village, found.household or None, found.person or None, extract.pk,
            numbers[found.sheet] if has_row else None, int(found.row) if has_row else None,
            {
                "value": _plain(found.value), "limit": _plain(found.limit), "unit": found.unit, "window": found.window,
                "fact": found.fact, "own_grade": found.own,
            },
            found.sentence[:300], ClueState.OPEN, now,
        )  # fmt: skip


def _plain(value):
    """A value that JSON can hold: None for NaN, whole numbers without a decimal point."""
    if value is None or isinstance(value, float) and math.isnan(value):
        return None
    if isinstance(value, str | bool):
        return value
    number = float(value)
    return int(number) if number.is_integer() else round(number, 2)


def grade_over_lists(county: Division, period: date) -> None:
    """Grade every open clue of the month by all that is open about its household: several kinds of risk at once are red."""
    clues = pd.DataFrame(
        Clue.objects.open().filter(village_id__startswith=county.code, period=period)
        .values_list("pk", "household_id", "risk", "grade", "values__own_grade"),
        columns=["pk", "household", "risk", "present", "grade"],
    )  # fmt: skip
    if clues.empty:
        return
    clues["now"] = grade_together(clues, standard_on(period))
    for grade, changed in clues[clues["now"] != clues["present"]].groupby("now"):
        Clue.objects.filter(pk__in=list(changed["pk"])).update(grade=grade)


def withdraw_clues_of(extract: Extract) -> int:
    """The file counts no more: its open clues are withdrawn; how many."""
    return Clue.objects.open().filter(extract=extract).update(state=ClueState.WITHDRAWN)
