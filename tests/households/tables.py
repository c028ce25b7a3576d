"""Register files for tests: rows as dictionaries of heading -> text, as a table in memory or as a real file."""

from io import BytesIO

import numpy as np
import pandas as pd

from fangpin.sheets import NUMBER, TEXT, Table, Tables, column_letter, write_csv, write_workbook
from tests.builders import a_phone, an_id

TOWN, VILLAGE = "青山镇", "上坪村"
BASE = (
    "乡(镇)",
    "行政村",
    "自然村",
    "户编号",
    "人编号",
    "姓名",
    "证件号码",
    "与户主关系",
    "户类型",
    "监测对象类别",
    "户联系电话",
)


def a_row(number: str, home: str = "H1", **cells) -> dict[str, str]:
    """One member of household ``home``; the first of a household is its head unless ``与户主关系`` says otherwise."""
    row = dict.fromkeys(BASE, "") | {
        "乡(镇)": TOWN,
        "行政村": VILLAGE,
        "自然村": "大屯",
        "户编号": home,
        "人编号": number,
    }
    row |= {
        "姓名": f"李{number[-6:]}",
        "证件号码": an_id(),
        "与户主关系": "户主",
        "户类型": "一般农户",
        "户联系电话": "",
    }
    return row | cells


def a_household_of(home: str, count: int, **cells) -> list[dict[str, str]]:
    phone = a_phone()
    relations = ["户主", "配偶", "之子", "之女"]
    return [
        a_row(
            f"{home}-{nth}",
            home,
            **{"与户主关系": relations[nth % 4] if nth < 4 else "其他", "户联系电话": phone, **cells},
        )
        for nth in range(count)
    ]


def a_table(
    rows: list[dict[str, str]], *, numbers: frozenset[tuple[int, str]] = frozenset(), sheet="户成员信息", first=4
) -> Table:
    """The table that the reader would give; ``numbers`` are (position of the row, heading) of number cells."""
    headings = list(dict.fromkeys(heading for row in rows for heading in row))
    index = pd.RangeIndex(first, first + len(rows))
    cells = [[row.get(heading, "") for heading in headings] for row in rows]
    text = pd.DataFrame(cells, index=index, columns=range(len(headings)), dtype="str")
    kind = pd.DataFrame(np.where(text == "", 0, TEXT).astype("uint8"), index=index, columns=text.columns)
    for position, heading in numbers:
        kind.iat[position, headings.index(heading)] = NUMBER
    letters = tuple(map(column_letter, range(len(headings))))
    return Table(sheet, first - 1, tuple(headings), text, kind, letters, ())


def tables(*given: Table) -> Tables:
    return Tables(given)


def a_csv(rows: list[dict[str, str]]) -> BytesIO:
    return _written(write_csv, rows)


def a_workbook(rows: list[dict[str, str]]) -> BytesIO:
    """An .xlsx with a title row, the header on row 2."""
    return _written(lambda out, **what: write_workbook(out, title="农村人口信息", watermark="测试", **what), rows)


def _written(write, rows):
    headings = list(dict.fromkeys(heading for row in rows for heading in row))
    out = BytesIO()
    write(out, columns=headings, rows=[[row.get(heading, "") for heading in headings] for row in rows])
    out.seek(0)
    return out
