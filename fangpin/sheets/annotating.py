"""Gives an uploaded workbook back with its problems marked: every cell where it was, faults coloured, and said in words.

The upload itself is never opened for writing: that would mean parsing hostile XML outside the limited child, and no writer
can do .xls. A fresh workbook is written from what the child read.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import BinaryIO

from fangpin.sheets.child import BOOL, DATE, DATETIME, NUMBER
from fangpin.sheets.limits import Limits
from fangpin.sheets.reading import RawSheet, read_raw
from fangpin.sheets.tables import fill_down
from fangpin.sheets.writing import Formats, new_workbook, safe_text, write_value

PROBLEMS_COLUMN = "问题说明"
MOST_COMMENTS = 2_000  # on a sheet; Excel gets slow beyond, and colour and words are there anyway
FORBIDDEN_IN_NAMES = str.maketrans(dict.fromkeys("[]:*?/\\", "_"))
WIDTH = 14
PROBLEMS_WIDTH = 60


class Severity(StrEnum):
    """How bad: an error keeps the row out, a warning does not."""

    ERROR = "错误"
    WARNING = "提醒"


@dataclass(frozen=True)
class Note:
    """A problem of a row: sheet by name, spreadsheet row (1-based), column number (0-based; None for the whole row)."""

    sheet: str
    row: int
    column_index: int | None
    message: str
    severity: Severity = Severity.ERROR


def annotate(
    source: BinaryIO,
    filename: str,
    notes: Iterable[Note],
    out: BinaryIO,
    *,
    header_rows: Mapping[str, int] | None = None,
    limits: Limits | None = None,
) -> None:
    """Write the upload again as .xlsx to ``out``: same sheets, rows and columns, marked cells with a comment, and a last
    column 问题说明. ``header_rows`` (sheet name → spreadsheet row of the header) says where that column's name goes.

    Cells that were merged over several rows are filled down, titles stand in their first cell. Raises Unreadable.
    """
    write_annotated(read_raw(source, filename, limits=limits), notes, out, header_rows=header_rows)


def write_annotated(sheets: list[RawSheet], notes: Iterable[Note], out: BinaryIO, *, header_rows=None) -> None:
    """The same from sheets that were read already."""
    by_sheet = defaultdict(lambda: defaultdict(list))
    for note in notes:
        by_sheet[note.sheet][note.row].append(note)
    with new_workbook(out) as book:
        formats, marks = Formats(book), _marks(book)
        taken = set()
        for raw in sheets:
            sheet = book.add_worksheet(_sheet_name(raw.name, taken))
            if raw.hidden and len(taken) > 1:  # the first sheet must be seen
                sheet.hide()
            header_row = (header_rows or {}).get(raw.name, 1)
            _write_sheet(sheet, raw, by_sheet.get(raw.name, {}), header_row, formats, marks)


def _marks(book):
    look = {"font_name": "宋体", "font_size": 11, "border": 1, "border_color": "#BFBFBF", "num_format": "@"}
    return {
        Severity.ERROR: book.add_format({**look, "bg_color": "#FFC7CE"}),
        Severity.WARNING: book.add_format({**look, "bg_color": "#FFEB9C"}),
    }


def _sheet_name(name, taken):
    """A name that a workbook may have: at most 31 characters, none of []:*?/\\, none twice."""
    stem = safe_text(name).translate(FORBIDDEN_IN_NAMES).strip("'")[:31] or "Sheet"
    name, turn = stem, 1
    while name.lower() in taken:
        turn += 1
        name = f"{stem[: 28 - len(str(turn))]}({turn})"
    taken.add(name.lower())
    return name


def _write_sheet(sheet, raw, notes, header_row, formats, marks):
    text, kind = fill_down(raw.text, raw.kind, raw.merged)
    width = text.shape[1]
    sheet.set_column(0, max(0, width - 1), WIDTH)
    sheet.set_column(width, width, PROBLEMS_WIDTH)
    comments = 0
    lines = zip(text.itertuples(index=False, name=None), kind.itertuples(index=False, name=None), strict=True)
    for row, (texts, kinds) in enumerate(lines, 1):
        marked = _worst_by_column(notes.get(row, ()))
        for column, (cell, sort) in enumerate(zip(texts, kinds, strict=True)):
            note = marked.get(column)
            if sort or note:
                look = marks[note.severity] if note else formats.header if row == header_row else None
                # a marked cell becomes text: it takes the colour, and a corrected ID number keeps its digits
                write_value(sheet, row - 1, column, cell if note else _value(cell, sort), formats, look)
            if note and comments < MOST_COMMENTS:
                comments += 1
                sheet.write_comment(row - 1, column, safe_text(note.message), {"author": "", "x_scale": 2})
        if row == header_row:
            sheet.write_string(row - 1, width, PROBLEMS_COLUMN, formats.header)
        elif row in notes:
            said = "；".join(dict.fromkeys(note.message for note in notes[row]))
            worst = Severity.ERROR if any(note.severity == Severity.ERROR for note in notes[row]) else Severity.WARNING
            sheet.write_string(row - 1, width, safe_text(said), marks[worst])
    if header_row <= len(text):
        sheet.freeze_panes(header_row, 0)


def _worst_by_column(notes):
    """Column → the note that marks it, an error before a warning."""
    return {note.column_index: note for note in sorted(notes, key=lambda note: note.severity == Severity.ERROR)}


def _value(text, kind):
    """A cell as it was: number, date, or text."""
    if kind == NUMBER:
        return float(text)
    if kind in (DATE, DATETIME):
        moment = datetime.fromisoformat(text)
        return moment if kind == DATETIME else moment.date()
    return text == "TRUE" if kind == BOOL else text
