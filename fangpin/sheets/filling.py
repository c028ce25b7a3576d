"""Writes a protected workbook that somebody fills in without network and sends back: what is given is locked, what is asked is open."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from fangpin.sheets.writing import (
    FONT,
    Formats,
    TemplateColumn,
    new_workbook,
    rule_of,
    safe_text,
    set_page,
    write_choices,
    write_value,
)

HEADER_ROW = 2  # of the sheet, from 0: under the title and the note
PAGES_WIDE = 2
NOT_ASKED = "—"  # in an open column: a cell that stays closed
_ALLOWED = {"format_columns": True, "format_rows": True, "select_locked_cells": True}


@dataclass(frozen=True)
class FormColumn(TemplateColumn):
    """A column of a form with given rows. ``is_open``: to be filled in; ``hidden``: a key that comes back with the row.

    An empty open cell is text, a date or a number, by ``text_format`` and ``is_date``.
    """

    width: float = 12
    is_open: bool = False
    is_date: bool = False
    hidden: bool = False


@dataclass(frozen=True)
class Paper:
    """What stands around the rows of a form."""

    title: str
    note: str
    instructions: Sequence[str]
    watermark: str


class _Looks(Formats):
    def __init__(self, book):
        super().__init__(book)
        edge = {**FONT, "border": 1, "border_color": "#BFBFBF", "valign": "top", "text_wrap": True}
        self.given = book.add_format({**edge, "bg_color": "#F2F2F2", "num_format": "@"})
        self.text = book.add_format({**edge, "locked": False, "num_format": "@"})
        self.number = book.add_format({**edge, "locked": False})
        self.date = book.add_format({**edge, "locked": False, "num_format": "yyyy-mm-dd"})


def write_form(
    out: BinaryIO, *, name: str, paper: Paper, columns: Sequence[FormColumn], rows: Iterable[Sequence]
) -> None:
    """One row of ``rows`` for each thing that is asked, all of ``columns``; a value None in an open column is a cell to fill in,
    NOT_ASKED one that is closed. Drop-downs read a hidden sheet; a second sheet says how to fill in.
    """
    with new_workbook(out) as book:
        sheet, looks = book.add_worksheet(name), _Looks(book)
        guide, choices = book.add_worksheet("填写说明"), book.add_worksheet("选项")
        choices.hide()
        for number, column in enumerate(columns):
            sheet.set_column(number, number, column.width, None, {"hidden": column.hidden})
        last = _write_rows(sheet, looks, paper, columns, rows)
        for number, column in enumerate(columns):
            if rule := rule_of(number, column, inline=False) if last > HEADER_ROW else {}:
                sheet.data_validation(HEADER_ROW + 1, number, last, number, rule)
        set_page(sheet, paper.watermark, repeat=HEADER_ROW, wide=PAGES_WIDE)
        sheet.repeat_columns(0, 1)
        sheet.freeze_panes(HEADER_ROW + 1, 2)
        _write_guide(guide, looks, paper)
        write_choices(choices, columns, looks)
        for one in (sheet, guide, choices):
            one.protect("", _ALLOWED)


def _write_rows(sheet, looks, paper, columns, rows) -> int:
    """The number of the last row."""
    shown = sum(not column.hidden for column in columns)
    sheet.set_row(0, 30)
    sheet.merge_range(0, 0, 0, shown - 1, safe_text(paper.title), looks.title)
    sheet.merge_range(1, 0, 1, shown - 1, safe_text(paper.note), looks.note)
    for number, column in enumerate(columns):
        sheet.write_string(HEADER_ROW, number, safe_text(column.label), looks.header)
    at = HEADER_ROW
    for at, row in enumerate(rows, HEADER_ROW + 1):
        for number, (column, value) in enumerate(zip(columns, row, strict=True)):
            if column.is_open and value != NOT_ASKED:
                _write_open(sheet, at, number, column, value, looks)
            else:
                sheet.write_string(at, number, safe_text("" if value is None else value), looks.given)
    return at


def _write_open(sheet, at, number, column, value, looks):
    if value in (None, ""):
        look = looks.text if column.text_format else looks.date if column.is_date else looks.number
        sheet.write_blank(at, number, None, look)
    else:
        write_value(sheet, at, number, value, looks)


def _write_guide(sheet, looks, paper):
    sheet.set_column(0, 0, 100)
    sheet.write_string(0, 0, safe_text(paper.title), looks.title)
    for at, line in enumerate(paper.instructions, 1):
        sheet.write_string(at, 0, safe_text(line), looks.note)
    set_page(sheet, paper.watermark, repeat=0)
