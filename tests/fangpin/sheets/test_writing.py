"""What we write is safe to open: text stays text, every page names its reader, templates keep every digit."""

import csv
import io
import re
from datetime import date, datetime
from decimal import Decimal

import openpyxl
import pytest

from fangpin.sheets import (
    TemplateColumn,
    read_raw,
    read_tables,
    safe_csv_cell,
    template,
    write_csv,
    write_workbook,
    writing,
)
from tests.fangpin.sheets.books import parts_of

STARTS = ["=", "+", "-", "@", "\t", "\r", "|", "%", "＝", "＋", "－", "＠", " =", "\ufeff=", "\u3000+", "\x01@", "\n="]
ENDS = [
    "1+1",
    "cmd|'/c calc'!A0",
    "SUM(A1:A9)",
    'HYPERLINK("http://x","y")',
    "张三",
    "2",
    "-1",
    "@x",
    "|calc",
    "%0A",
    "",
    " ",
]
PAYLOADS = [start + end for start in STARTS for end in ENDS]


def a_workbook(rows, **options):
    out = io.BytesIO()
    settings = {"title": "农户名单", "columns": ["姓名", "数"], "watermark": "李四 & 2021-06-01 08:00"} | options
    write_workbook(out, rows=rows, **settings)
    return out.getvalue()


def test_no_payload_becomes_a_formula_in_a_workbook():
    book = a_workbook([[payload, payload] for payload in PAYLOADS], title="=1+1", columns=["=1+1", "@x"])
    sheet = openpyxl.load_workbook(io.BytesIO(book)).active
    assert len(PAYLOADS) > 200
    assert {cell.data_type for row in sheet for cell in row} <= {"s", "n", "inlineStr"}
    assert not re.search(rb"<f[ >]|<hyperlink", b"".join(parts_of(book).values()))
    written = [row[0] for row in sheet.iter_rows(min_row=3, values_only=True)]
    assert [text for text in written if isinstance(text, int | float)] == []


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_payload_begins_a_csv_cell_as_a_formula(payload):
    assert safe_csv_cell(payload) == f"'{payload}"


def test_plain_values_of_a_csv_stay_as_they_are():
    out = io.BytesIO()
    write_csv(out, ["姓名", "数"], [["甘英利", -5], [None, Decimal("1.50")], ["a=b", 2.5], ["=1", True]])
    assert out.getvalue().startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(out.getvalue().decode("utf-8-sig"), newline="")))
    assert rows == [["姓名", "数"], ["甘英利", "-5"], ["", "1.50"], ["a=b", "2.5"], ["'=1", "True"]]


def test_a_workbook_reads_back_with_title_header_and_kinds():
    rows = [["甘英利", 3], ["450399196911052340", 2.5], [date(2021, 5, 6), datetime(2021, 5, 6, 7, 8)], [True, None]]
    (sheet,) = read_raw(io.BytesIO(a_workbook(rows)), "名单.xlsx")
    assert sheet.text.to_numpy().tolist() == [
        ["农户名单", ""],
        ["姓名", "数"],
        ["甘英利", "3"],
        ["450399196911052340", "2.5"],
        ["2021-05-06", "2021-05-06 07:08:00"],
        ["是", ""],
    ]
    assert sheet.kind.loc[3:5].to_numpy().tolist() == [[1, 2], [1, 2], [3, 4]]


def test_a_workbook_is_ready_to_print_and_filter():
    sheet = openpyxl.load_workbook(io.BytesIO(a_workbook([["甲", 1], ["乙", 2]], widths=[12, 40]))).active
    assert (sheet.freeze_panes, sheet.auto_filter.ref, sheet.print_title_rows) == ("A3", "A2:B4", "$1:$2")
    assert (sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width) == (
        pytest.approx(12, abs=1),
        pytest.approx(40, abs=1),
    )
    assert [str(area) for area in sheet.merged_cells.ranges] == ["A1:B1"]
    assert "李四 && 2021-06-01 08:00" in sheet.oddFooter.left.text
    assert "&P" in sheet.oddFooter.right.text or "第" in sheet.oddFooter.right.text


def test_texts_that_xml_cannot_hold_are_made_harmless():
    (sheet,) = read_raw(io.BytesIO(a_workbook([["a\ud800b", "c\x00\uffffd"], ["长" * 3000, ""]])), "名单.xlsx")
    assert sheet.text.loc[3, 0] == "a\ufffdb"
    assert sheet.text.loc[4, 0] == "长" * 3000
    assert len(writing.safe_text("长" * 40_000)) == 32_767


def test_without_a_memory_disk_the_workbook_is_the_same(monkeypatch, tmp_path):
    monkeypatch.setattr(writing, "MEMORY_DISK", tmp_path / "none")
    (sheet,) = read_raw(io.BytesIO(a_workbook([["=1", 2]])), "名单.xlsx")
    assert sheet.text.loc[3].tolist() == ["=1", "2"]


def test_no_file_is_left_beside_the_workbook():
    before = set(writing.MEMORY_DISK.glob("fangpin-*"))
    a_workbook([["甲", 1]])
    assert set(writing.MEMORY_DISK.glob("fangpin-*")) <= before


def test_a_template_reads_back_as_an_empty_table_and_keeps_digits_as_text():
    out, villages = io.BytesIO(), tuple(f"第{number}村民委员会" for number in range(60))
    columns = [
        TemplateColumn("姓名", "与身份证一致"),
        TemplateColumn("身份证号码", "18 位", text_format=True),
        TemplateColumn("性别", choices=("男", "女")),
        TemplateColumn("村", choices=villages),
    ]
    template(out, columns=columns, title="低保对象花名册")
    (table,) = read_tables(io.BytesIO(out.getvalue()), filename="模板.xlsx", header_words={"姓名", "身份证号码"})
    assert (table.header_row, table.columns, len(table.text)) == (2, ("姓名", "身份证号码", "性别", "村"), 0)
    book = openpyxl.load_workbook(io.BytesIO(out.getvalue()))
    sheet, choices = book.worksheets
    assert (choices.sheet_state, choices["D60"].value) == ("hidden", "第59村民委员会")
    assert sheet.column_dimensions["B"].number_format == "@"
    rules = {str(rule.sqref).split(":")[0]: rule for rule in sheet.data_validations.dataValidation}
    assert rules["C3"].formula1 == '"男,女"'
    assert rules["D3"].formula1 == "选项!$D$1:$D$60"
    assert rules["B3"].prompt == "18 位"
