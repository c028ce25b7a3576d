"""The files of a measurement, made once: the register and nine full rosters of one month of an invented county."""

import csv
import json
from pathlib import Path

import numpy as np
from django.conf import settings

from fangpin.demo import county, files
from fangpin.demo.books import Book
from fangpin.demo.rosters import ROSTERS

PERIOD = "2021-10"
SEED = 20210506
CUT = "MI-S"  # the longest roster is cut to the rows asked for
DIVISIONS = Path("fangpin") / "divisions" / "data" / "yangshuo.csv"
# What matching and rules read of the register; the other columns of the national export would only make the file longer.
COLUMNS = (
    "乡(镇)", "行政村", "自然村", "户编号", "人编号", "姓名", "曾用名", "证件类型", "证件号码", "性别", "出生日期", "与户主关系", "户类型",
    "监测对象类别", "风险是否已消除", "户联系电话", "健康状况", "劳动技能", "在校生状况", "是否享受低保", "是否特困供养", "残疾等级",
)  # fmt: skip


def divisions() -> Path:
    return settings.BASE_DIR / DIVISIONS


def make(directory: Path, persons: int, rows: int | None) -> dict:
    """Write ``register.csv`` and the rosters below ``directory`` unless they stand there; {"persons", "rows", "lists"}.

    ``rows``: data rows of all rosters together, at most what the month has; None for all.
    """
    described = directory / "data.json"
    if described.exists():
        return json.loads(described.read_text())
    (directory / "month").mkdir(parents=True, exist_ok=True)
    with open(divisions(), encoding="utf-8") as file:
        places = [tuple(line) for line in csv.reader(file)][1:]
    invented = county.make(divisions=places, persons=persons, seed=SEED)
    register = invented.people[[name for name in COLUMNS if name in invented.people]]
    register.to_csv(directory / "register.csv", index=False)
    books = list(files.month_books(invented, county.month(invented, PERIOD), ROSTERS))
    counts = {book.code: sum(len(sheet.who) for sheet in book.sheets) for book in books}
    for book in books:
        if book.code == CUT and rows is not None:
            _cut(book, counts[CUT] - max(0, sum(counts.values()) - rows))
            counts[CUT] = sum(len(sheet.who) for sheet in book.sheets)
        book.write(directory / "month")
    told = {"persons": persons, "rows": sum(counts.values()), "lists": counts}
    described.write_text(json.dumps(told))  # last: what it describes is whole
    return told


def _cut(book: Book, keep: int) -> None:
    (sheet,) = book.sheets
    sheet.who = sheet.who[: max(keep, 0)]
    count = len(sheet.who)
    sheet.columns = {name: np.asarray(cells, dtype=object)[:count] for name, cells in sheet.columns.items()}
    sheet.kinds = {name: kinds[:count] for name, kinds in sheet.kinds.items()}
    sheet.blanks = frozenset(row for row in sheet.blanks if row < count)
    sheet.hidden = frozenset(row for row in sheet.hidden if row < count)
