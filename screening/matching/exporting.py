"""导出匹配结果: one line for every data row of the month's confirmed files."""

from collections.abc import Iterator
from datetime import date

from django.db.models import QuerySet

from fangpin.divisions.models import Division
from households.frames import register_numbers
from screening.choices import MatchState
from screening.extracts.storing import places_of
from screening.models import Extract, RowMatch

COLUMNS = (
    "list", "file", "sheet", "row", "state", "method", "confidence", "household_number", "person_number", "id_number",
)  # fmt: skip
_UNMATCHED = (MatchState.NONE.value, "unmatched", 0.0, None, None, [])


def exported_extracts(county: Division, period: date) -> QuerySet[Extract]:
    return Extract.objects.confirmed().filter(county=county, period=period).order_by("list_code")


def match_lines(county: Division, period: date) -> Iterator[tuple]:
    """Lines in the order of COLUMNS; of an ambiguous row the first suggestion stands in the last three.

    A row of a file that has not been matched yet (or is held) is "none" by method "unmatched", so that no row is missing.
    """
    persons, households = register_numbers(county.code)
    nobody = ("", "", "")
    for extract in exported_extracts(county, period):
        matches = _matches(extract)
        sheets = [sheet["name"] for sheet in extract.sheets]
        for sheet_no, row in places_of(extract):
            state, method, confidence, household, person, candidates = matches.get((sheet_no, row), _UNMATCHED)
            if state == MatchState.AMBIGUOUS and candidates:
                person = candidates[0]
            who = persons.get(str(person), nobody) if person else (households.get(str(household), ""), "", "")
            yield extract.list_code, extract.filename, sheets[sheet_no], row, state, method, f"{confidence:.4f}", *who


def _matches(extract: Extract) -> dict[tuple[int, int], tuple]:
    rows = RowMatch.objects.filter(extract=extract).values_list(
        "sheet_no", "row", "state", "method", "confidence", "household_id", "person_id", "candidates"
    )
    return {(sheet_no, row): rest for sheet_no, row, *rest in rows.iterator(chunk_size=20_000)}
