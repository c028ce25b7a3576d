"""Layouts of the demo's workbooks: row numbers beside blank rows, tall cells, hidden rows, dates, totals."""

import datetime

import numpy as np
import openpyxl
from python_calamine import CalamineWorkbook

from fangpin.demo import mess
from fangpin.demo.books import Book, Sheet
from fangpin.demo.mess import Day, Serial


def a_sheet(**changes) -> Sheet:
    columns = {
        "乡镇": np.array(["葡萄镇", "葡萄镇", "高田镇", "高田镇"], dtype=object),
        "姓名": np.array(["莫一", "莫二", "黎三", ""], dtype=object),
        "日期": np.array([Day(44322), Serial(44322), "2021.5.6", ""], dtype=object),
        "号码": np.array([4.50399195004105e17, "450399195004105019", 5, ""], dtype=object),
    }
    return Sheet("表", columns, np.arange(4), ["名单", "单位：元"], footers=[["合计", "4人"]], **changes)


def written(tmp_path, sheet: Sheet, kind: str = "xlsx"):
    return Book("MI-1", "医保局", "名单", [sheet], kind).write(tmp_path)


def test_row_numbers_count_titles_header_and_blank_rows():
    assert a_sheet().row_numbers().tolist() == [4, 5, 6, 7]
    assert a_sheet(blanks=frozenset({0, 2})).row_numbers().tolist() == [5, 6, 8, 9]


def test_cells_stand_in_the_rows_that_are_told(tmp_path):
    sheet = a_sheet(blanks=frozenset({2}), hidden=frozenset({1}))
    page = openpyxl.load_workbook(written(tmp_path, sheet))["表"]
    assert [page.cell(row, 2).value for row in sheet.row_numbers()] == ["莫一", "莫二", "黎三", None]
    assert [cell.value for cell in page[9]][:2] == ["合计", "4人"]
    assert [row for row, look in page.row_dimensions.items() if look.hidden] == [5]
    assert "A1:D1" in [str(area) for area in page.merged_cells.ranges]


def test_equal_neighbours_share_a_tall_cell_but_not_across_a_blank_row(tmp_path):
    page = openpyxl.load_workbook(written(tmp_path, a_sheet(merged=("乡镇",), blanks=frozenset({3}))))["表"]
    assert sorted(str(area) for area in page.merged_cells.ranges) == ["A1:D1", "A4:A5"]


def test_a_date_keeps_its_format_and_a_pasted_one_is_a_number(tmp_path):
    page = openpyxl.load_workbook(written(tmp_path, a_sheet()))["表"]
    assert page["C4"].value == datetime.datetime(2021, 5, 6)
    assert page["C5"].value == 44322
    assert page["D4"].value == 4.50399195004105e17


def test_old_excel_has_the_same_rows(tmp_path):
    from_old = written(tmp_path, a_sheet(hidden=frozenset({1})), "xls")
    rows = CalamineWorkbook.from_path(str(from_old)).get_sheet_by_index(0).to_python(skip_empty_area=False)
    assert [row[1] for row in rows] == ["", "", "姓名", "莫一", "莫二", "黎三", "", "4人"]
    assert rows[3][2] == datetime.date(2021, 5, 6)


def test_text_file_writes_dates_and_long_numbers_as_excel_saves_them(tmp_path):
    sheet = a_sheet()
    sheet.titles, sheet.footers = [], []
    lines = written(tmp_path, sheet, "csv").read_text("gb18030").splitlines()
    assert lines[:3] == [
        "乡镇,姓名,日期,号码",
        "葡萄镇,莫一,2021/05/06,4.50399E+17",
        "葡萄镇,莫二,44322,450399195004105019",
    ]


def test_days_are_counted_as_excel_counts_them():
    cells = mess.day_cells(np.array(["2021-05-06", "NaT"], dtype="datetime64[D]"))
    assert cells.tolist() == [44322, ""]
    assert type(cells[0]) is Day
