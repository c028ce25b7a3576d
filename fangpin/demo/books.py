"""Workbooks before they are files: sheets with titles, totals, blank and hidden rows; writing them as .xlsx, .xls, .csv."""

import csv
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd
import xlsxwriter
import xlwt

from fangpin.demo.crowd import People
from fangpin.demo.mess import EPOCH, Day, Serial

_BIG = 40_000  # data rows from which a workbook is written in constant memory


@dataclass
class Sheet:
    """One sheet. `who` tells for each data row which person it is about (see crowd), -1 for none (a water scheme)."""

    name: str
    columns: dict[str, np.ndarray]
    who: np.ndarray
    titles: list[str] = field(default_factory=list)
    footers: list[list] = field(default_factory=list)
    kinds: dict[str, np.ndarray] = field(default_factory=dict)
    blanks: frozenset[int] = frozenset()  # data rows with a blank row above them
    hidden: frozenset[int] = frozenset()  # data rows that are hidden
    merged: tuple[str, ...] = ()  # columns where equal neighbours are merged into one tall cell
    merge_title: bool = True

    def row_numbers(self) -> np.ndarray:
        """The number the spreadsheet shows beside each data row."""
        skipped = np.zeros(len(self.who), dtype=int)
        skipped[sorted(self.blanks)] = 1
        return len(self.titles) + 2 + np.arange(len(self.who)) + np.cumsum(skipped)

    def lines(self):
        """(spreadsheet row counted from 0, cells) from the header down to the last footer."""
        yield len(self.titles), list(self.columns)
        numbers = self.row_numbers()
        for number, cells in zip(numbers, zip(*self.columns.values(), strict=True), strict=True):
            yield number - 1, cells
        last = int(numbers[-1]) if len(numbers) else len(self.titles) + 1
        yield from enumerate(self.footers, last)


@dataclass
class Book:
    """One file: `{code}-{office}_{title}.{kind}`."""

    code: str
    office: str
    title: str
    sheets: list[Sheet]
    kind: str = "xlsx"

    @property
    def filename(self) -> str:
        return f"{self.code}-{self.office}_{self.title}.{self.kind}"

    def truth(self, people: People) -> pd.DataFrame:
        """What each data row really is: list, file, sheet, row, who (-1: not in the register), household_number,
        person_number, and one column `spoilt_…` per kind of cell. For tests only; never written beside the files."""
        parts = []
        for sheet in self.sheets:
            known = (sheet.who >= 0) & (sheet.who < people.count)
            row = np.where(known, sheet.who, 0)
            part = {
                "list": self.code,
                "file": self.filename,
                "sheet": sheet.name,
                "row": sheet.row_numbers(),
                "who": np.where(known, sheet.who, -1),
                "household_number": np.where(known, people.household[row], ""),
                "person_number": np.where(known, people.number[row], ""),
            }
            part |= {f"spoilt_{key}": kinds for key, kinds in sheet.kinds.items()}
            parts.append(pd.DataFrame(part, index=range(len(sheet.who))))
        return pd.concat(parts, ignore_index=True)

    def write(self, directory: Path) -> Path:
        """Writes the file under its own name; returns its path."""
        return self.write_to(directory / self.filename)

    def write_to(self, path: Path) -> Path:
        {"xlsx": _write_xlsx, "xls": _write_xls, "csv": _write_csv}[self.kind](self, path)
        return path


def _write_xlsx(book: Book, path: Path) -> None:
    big = sum(len(sheet.who) for sheet in book.sheets) > _BIG
    with xlsxwriter.Workbook(path, {"constant_memory": big}) as workbook:
        workbook.set_properties({"author": book.office, "comments": "演示数据，人名均为虚构"})
        date = workbook.add_format({"num_format": "yyyy-mm-dd"})
        bold = workbook.add_format({"bold": True, "align": "center"})
        middle = workbook.add_format({"valign": "vcenter"})
        for sheet in book.sheets:
            page = workbook.add_worksheet(sheet.name)
            page.set_column(0, len(sheet.columns) - 1, 13)
            _write_titles(sheet, page, bold)
            _write_cells(sheet, page, date, bold)
            if not big:
                _merge_tall(sheet, page, middle)


def _write_titles(sheet: Sheet, page, style) -> None:
    for row, text in enumerate(sheet.titles):
        if row == 0 and sheet.merge_title:
            page.merge_range(0, 0, 0, len(sheet.columns) - 1, text, style)
        else:
            page.write_string(row, 0, text)


def _write_cells(sheet: Sheet, page, date, bold) -> None:
    """The hot loop: several million cells in a demo, so it asks for the type of a value once and calls straight."""
    hidden = set(sheet.row_numbers()[sorted(sheet.hidden)] - 1)
    number, string, start = page.write_number, page.write_string, len(sheet.titles)
    for row, values in sheet.lines():
        if row in hidden:
            page.set_row(row, None, None, {"hidden": True})
        style = bold if row == start else None
        for column, value in enumerate(values):
            if type(value) is str:
                if value:
                    string(row, column, value, style)
            else:
                number(row, column, value, date if type(value) is Day else None)


def _merge_tall(sheet: Sheet, page, style) -> None:
    """Merges runs of equal neighbours in the `merged` columns; only the first cell of a run keeps its value."""
    rows = sheet.row_numbers() - 1
    for header in sheet.merged:
        place = list(sheet.columns).index(header)
        cells = sheet.columns[header]
        start = 0
        for end in range(1, len(cells) + 1):
            whole = end < len(cells) and cells[end] == cells[start] and rows[end] == rows[end - 1] + 1
            if not whole:
                if end - start > 1 and cells[start] != "":
                    page.merge_range(rows[start], place, rows[end - 1], place, cells[start], style)
                start = end


def _write_xls(book: Book, path: Path) -> None:
    workbook = xlwt.Workbook(encoding="utf-8")
    date = xlwt.easyxf(num_format_str="yyyy-mm-dd")
    for sheet in book.sheets:
        page = workbook.add_sheet(sheet.name)
        for row, text in enumerate(sheet.titles):
            if row == 0 and sheet.merge_title:
                page.write_merge(0, 0, 0, len(sheet.columns) - 1, text)
            else:
                page.write(row, 0, text)
        for row, cells in sheet.lines():
            for column, value in enumerate(cells):
                if type(value) is Day:
                    page.write(int(row), column, int(value), date)
                elif value != "" and value is not None:
                    page.write(int(row), column, int(value) if type(value) is Serial else value)
        for row in sheet.row_numbers()[sorted(sheet.hidden)] - 1:
            page.row(int(row)).hidden = True
    workbook.save(str(path))


def _write_csv(book: Book, path: Path) -> None:
    """GB18030, as the insurer's system exports it; dates as 2021/05/27, long numbers as Excel would save them."""
    with path.open("w", encoding="gb18030", newline="") as file:
        writer = csv.writer(file)
        writer.writerows([_csv_cell(value) for value in cells] for _, cells in book.sheets[0].lines())


def _csv_cell(value) -> str:
    if type(value) is Day:
        return str(EPOCH + int(value)).replace("-", "/")
    if isinstance(value, float) and value > 1e15:
        return f"{value:.5E}"
    return str(value)
