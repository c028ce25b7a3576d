"""Builders for tests of screening: files as if they had been checked, and a month run here and now."""

from datetime import date

import pandas as pd
from django.utils import timezone

from fangpin.accounts.models import Department
from fangpin.divisions.models import Division
from fangpin.runs.models import Run
from fangpin.runs.queue import drain
from fangpin.sheets import TEXT, Table, column_letter
from households.models import Person
from screening import month
from screening.choices import ExtractState, RowStatus
from screening.extracts.checking import check
from screening.extracts.formats import FORMATS
from screening.extracts.storing import store
from screening.models import Clue, Extract, RowMatch
from tests.builders import a_county

MAY, JUNE = date(2021, 5, 1), date(2021, 6, 1)
SHEET = "名单"


def an_extract(list_code: str, *rows: dict[str, str], period: date = MAY, **fields) -> Extract:
    """A confirmed file of the invented county; ``rows`` are texts by column key, the first stands in row 2."""
    fmt, county = FORMATS[list_code], a_county()
    told = {"village", *(key for row in rows for key in row)}
    keys = [column.key for column in fmt.columns if column.required or column.key in told]
    table = _table([fmt.column(key).label for key in keys], [[row.get(key, "") for key in keys] for row in rows])
    places = pd.DataFrame(Division.objects.values_list("code", "name", "level"), columns=["code", "name", "level"])
    checked = check([table], fmt, period=f"{period:%Y-%m}", places=places)
    counted = checked.rows["status"].value_counts()
    fields = {
        "state": ExtractState.CONFIRMED, "confirmed_at": timezone.now(), "filename": f"{list_code}.xlsx",
        "digest": f"{Extract.objects.count():064d}", **fields,
    }  # fmt: skip
    extract = Extract.objects.create(
        county=county,
        department=Department.objects.get(code=fmt.department),
        list_code=list_code,
        period=period,
        bytes=1,
        sheets=[{"name": SHEET, "rows": len(rows), "columns": dict.fromkeys(keys, "A"), "skipped": []}],
        rows_ok=int(counted.get(RowStatus.OK, 0)),
        rows_warned=int(counted.get(RowStatus.WARNED, 0)),
        rows_refused=int(counted.get(RowStatus.REFUSED, 0)),
        **fields,
    )
    store(extract, checked, fmt)
    return extract


def _table(labels: list[str], rows: list[list[str]]) -> Table:
    index = range(2, 2 + len(rows))
    text = pd.DataFrame(rows, index=index, columns=range(len(labels)), dtype="str")
    kind = (text != "").astype("uint8") * TEXT
    return Table(SHEET, 1, tuple(labels), text, kind, tuple(map(column_letter, range(len(labels)))), (), ())


def house(person: Person, grade: str = "D", **cells: str) -> dict[str, str]:
    """A line of HOU-R or HOU-1 about the household that ``person`` heads."""
    return {"name": person.name, "id_number": person.id_number, "grade": grade, "appraised_on": "2021-05-08", **cells}


def run_the_month(period: date = MAY) -> Run:
    return drain(month.run_month(county=a_county(), period=period, by=None))


def match_at(extract: Extract, row: int = 2) -> RowMatch:
    return RowMatch.objects.get(extract=extract, sheet_no=0, row=row)


def everything_found() -> list[tuple]:
    """All rows of both result tables, to compare."""
    return [
        *RowMatch.objects.order_by("extract_id", "sheet_no", "row").values_list(),
        *Clue.objects.order_by("pk").values_list(),
    ]
