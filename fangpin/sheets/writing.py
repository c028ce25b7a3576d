"""Writes spreadsheets that a cadre opens and prints: text stays text, no cell becomes a formula, every page says who and when."""

import csv
import io
import math
import re
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import BinaryIO

import xlsxwriter

LONGEST_TEXT = 32_767  # what a cell holds
LAST_ROW = 1_048_576
FIRST_DATE = date(1900, 1, 1)
MEMORY_DISK = Path("/dev/shm")
MEMORY_DISK_NEEDS = 1 << 30
TEMPLATE_ROWS = 5_000
LISTED_CHOICES = 255  # characters of a drop-down that stand in the cell itself
FONT = {"font_name": "宋体", "font_size": 11}
UNWRITABLE = re.compile("[\ud800-\udfff\ufffe\uffff]")
FORMULA_START = re.compile("[\x00-\x20\ufeff\u00a0\u200b\u3000]*[=+\\-@|%＝＋－＠\u2212]|[\x00-\x1f]*[\t\r]")


@dataclass(frozen=True)
class TemplateColumn:
    """A column of a fill-in sheet: its name, what the clerk is told, whether it must stay text (numbers of people), choices."""

    label: str
    hint: str = ""
    text_format: bool = False
    choices: tuple[str, ...] = ()


def safe_text(value) -> str:
    """A text as a cell may hold it: not longer than 32,767 characters, nothing that XML cannot say."""
    return UNWRITABLE.sub("\ufffd", str(value))[:LONGEST_TEXT]


def safe_csv_cell(value) -> str:
    """A value for a CSV file: a text that a spreadsheet would take for a formula gets an apostrophe; numbers stay numbers."""
    if value is None:
        return ""
    if isinstance(value, int | float | Decimal):
        return str(value)
    text = safe_text(value)
    return f"'{text}" if FORMULA_START.match(text) else text


def write_csv(out: BinaryIO, columns: Sequence[str], rows: Iterable[Sequence]) -> None:
    """A CSV that Excel opens with a double click: UTF-8 with mark, CRLF, formula-safe."""
    text = io.TextIOWrapper(out, "utf-8-sig", newline="")
    writer = csv.writer(text)
    writer.writerow([safe_csv_cell(column) for column in columns])
    writer.writerows([safe_csv_cell(value) for value in row] for row in rows)
    text.detach()  # flushes, and leaves ``out`` open to its owner


@contextmanager
def new_workbook(out: BinaryIO) -> Iterator[xlsxwriter.Workbook]:
    """A workbook that is written row by row in constant memory and never turns a text into a formula, link or number.

    Rows wait in files until the end; these hold people's data, so they stand in memory (/dev/shm) or, where that is
    missing or small, the whole workbook is kept in the process.
    """
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    if MEMORY_DISK.is_dir() and shutil.disk_usage(MEMORY_DISK).free > MEMORY_DISK_NEEDS:
        with (
            tempfile.TemporaryDirectory(dir=MEMORY_DISK, prefix="fangpin-") as folder,
            xlsxwriter.Workbook(out, {**options, "constant_memory": True, "tmpdir": folder}) as book,
        ):
            yield book
    else:
        with xlsxwriter.Workbook(out, {**options, "in_memory": True}) as book:
            yield book


class Formats:
    """The few looks that cells of a workbook have."""

    def __init__(self, book):
        edge = {"border": 1, "border_color": "#BFBFBF", "valign": "vcenter"}
        self.title = book.add_format({**FONT, "font_size": 16, "bold": True, "align": "center", "valign": "vcenter"})
        self.note = book.add_format({**FONT, "font_color": "#595959", "text_wrap": True, "valign": "top"})
        self.header = book.add_format(
            {**FONT, **edge, "bold": True, "align": "center", "bg_color": "#DCE6F1", "text_wrap": True}
        )
        self.text = book.add_format({**FONT, **edge, "num_format": "@"})
        self.number = book.add_format({**FONT, **edge})
        self.date = book.add_format({**FONT, **edge, "num_format": "yyyy-mm-dd"})
        self.time = book.add_format({**FONT, **edge, "num_format": "yyyy-mm-dd hh:mm"})


def write_value(sheet, row: int, column: int, value, formats: Formats, text_format=None) -> None:
    """Write one value by its type; a str is always a text cell. ``text_format`` replaces the look of all kinds but dates."""
    if value is None or value == "":
        sheet.write_blank(row, column, None, text_format or formats.text)
    elif isinstance(value, bool):
        sheet.write_string(row, column, "是" if value else "否", text_format or formats.text)
    elif isinstance(value, int | float | Decimal) and math.isfinite(value) and abs(value) < 1e15:
        sheet.write_number(row, column, value, text_format or formats.number)
    elif isinstance(value, datetime) and value.date() >= FIRST_DATE:
        sheet.write_datetime(row, column, value.replace(tzinfo=None), formats.time)
    elif isinstance(value, date) and not isinstance(value, datetime) and value >= FIRST_DATE:
        sheet.write_datetime(row, column, value, formats.date)
    else:
        sheet.write_string(row, column, safe_text(value), text_format or formats.text)


def write_workbook(
    out: BinaryIO,
    *,
    title: str,
    columns: Sequence[str],
    rows: Iterable[Sequence],
    watermark: str,
    widths: Sequence[float] | None = None,
) -> None:
    """One sheet for reading and printing: title, header (frozen, filtered, on every page), rows, and a footer with
    ``watermark`` (who and when) and page numbers. Values may be str, numbers, dates, bool (是/否) or None. ``widths`` in
    characters. Raises ValueError beyond what a sheet holds.
    """
    with new_workbook(out) as book:
        sheet, formats = book.add_worksheet("Sheet1"), Formats(book)
        last = max(0, len(columns) - 1)
        set_page(sheet, watermark, repeat=1)
        for number, column in enumerate(columns):
            width = widths[number] if widths else max(10, min(30, 2 * len(column) + 4))
            sheet.set_column(number, number, width)
        sheet.set_row(0, 30)
        if last:
            sheet.merge_range(0, 0, 0, last, safe_text(title), formats.title)
        else:
            sheet.write_string(0, 0, safe_text(title), formats.title)
        for number, column in enumerate(columns):
            sheet.write_string(1, number, safe_text(column), formats.header)
        at = 1
        for at, row in enumerate(rows, 2):
            if at >= LAST_ROW:
                raise ValueError("超过一张工作表能放下的行数")
            for number, value in enumerate(row):
                write_value(sheet, at, number, value, formats)
        sheet.freeze_panes(2, 0)
        sheet.autofilter(1, 0, at, last)


def set_page(sheet, watermark: str, *, repeat: int, wide: int = 1) -> None:
    """A4 landscape, ``wide`` pages beside each other, the rows up to ``repeat`` on every page, who and page numbers at the foot."""
    sheet.set_paper(9)  # A4
    sheet.set_landscape()
    sheet.fit_to_pages(wide, 0)
    sheet.repeat_rows(0, repeat)
    sheet.set_footer(f"&L&8{safe_text(watermark)[:120].replace('&', '&&')}&R&8第 &P 页，共 &N 页")


def template(out: BinaryIO, *, columns: Sequence[TemplateColumn], title: str) -> None:
    """An empty sheet to fill in: title, header, text columns that keep every digit, drop-downs, hints beside the cell."""
    with new_workbook(out) as book:
        sheet, formats = book.add_worksheet("填报表"), Formats(book)
        choices = book.add_worksheet("选项")
        choices.hide()
        write_choices(choices, columns, formats)
        text = book.add_format({**FONT, "num_format": "@"})
        for number, column in enumerate(columns):
            sheet.set_column(
                number, number, max(12, min(30, 2 * len(column.label) + 4)), text if column.text_format else None
            )
        sheet.set_row(0, 30)
        sheet.merge_range(0, 0, 0, max(1, len(columns) - 1), safe_text(title), formats.title)
        for number, column in enumerate(columns):
            sheet.write_string(1, number, safe_text(column.label), formats.header)
            rule = rule_of(number, column)
            if rule:
                sheet.data_validation(2, number, TEMPLATE_ROWS + 1, number, rule)
        sheet.freeze_panes(2, 0)


def write_choices(sheet, columns: Sequence[TemplateColumn], formats: Formats) -> None:
    """The choices of drop-downs that are no list in the cell itself, one column each, row by row as constant memory wants."""
    longest = max((len(column.choices) for column in columns), default=0)
    for at in range(longest):
        for number, column in enumerate(columns):
            if at < len(column.choices):
                sheet.write_string(at, number, safe_text(column.choices[at]), formats.text)


def rule_of(number: int, column: TemplateColumn, *, inline: bool = True) -> dict:
    """What Excel checks and says in the cells of a column. Not ``inline``: its choices always stand on the sheet 选项."""
    rule = {}
    if column.choices:
        listed = ",".join(column.choices)
        letter = xlsxwriter.utility.xl_col_to_name(number)
        plain = inline and len(listed) <= LISTED_CHOICES and not any("," in choice for choice in column.choices)
        source = list(column.choices) if plain else f"=选项!${letter}$1:${letter}${len(column.choices)}"
        message = "请从下拉列表中选择"
        rule |= {"validate": "list", "source": source, "error_title": "内容不在选项中", "error_message": message}
    elif column.hint:
        rule |= {"validate": "any"}
    if column.hint:
        rule |= {"input_title": column.label[:32], "input_message": column.hint[:255]}
    return rule
