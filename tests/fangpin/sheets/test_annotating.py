"""The annotated workbook: everything where it was, faults coloured and said in words, ready to be corrected and sent again."""

import io

import openpyxl

from fangpin.sheets import Note, Severity, annotate, read_tables
from tests.fangpin.sheets.books import HEADER, PEOPLE, WORDS, a_book

NOTES = [
    Note("名单", 3, 1, "身份证号码最后几位被表格改写"),
    Note("名单", 3, 2, "乡镇写法不统一", Severity.WARNING),
    Note("名单", 4, None, "与第 3 行重复", Severity.WARNING),
]


def annotated(book, name="名单.xlsx", notes=NOTES):
    out = io.BytesIO()
    annotate(io.BytesIO(book), name, notes, out, header_rows={"名单": 2})
    return out.getvalue()


def a_marked_book():
    rows = [["低保花名册"], HEADER, ["=1+1", 450399196911052340, "堤高"], PEOPLE[1], ["", 3.5, "x"]]
    return annotated(a_book(("名单", rows), ("续", [HEADER, *PEOPLE]), merges=[(0, 0, 0, 2, "低保花名册")]))


def test_every_cell_stands_where_it_stood():
    book = openpyxl.load_workbook(io.BytesIO(a_marked_book()))
    assert book.sheetnames == ["名单", "续"]
    assert list(book["名单"].iter_rows(values_only=True)) == [
        ("低保花名册", None, None, None),
        (*HEADER, "问题说明"),
        ("=1+1", "4.50399196911052E+17", "堤高", "身份证号码最后几位被表格改写；乡镇写法不统一"),
        (*PEOPLE[1], "与第 3 行重复"),
        (None, 3.5, "x", None),
    ]
    assert book["名单"]["A3"].data_type == "s"


def test_faults_are_coloured_and_commented():
    sheet = openpyxl.load_workbook(io.BytesIO(a_marked_book()))["名单"]
    fills = {cell: sheet[cell].fill.start_color.rgb for cell in ("A3", "B3", "C3", "D3", "D4")}
    red, yellow = "FFFFC7CE", "FFFFEB9C"
    assert fills == {"A3": "00000000", "B3": red, "C3": yellow, "D3": red, "D4": yellow}
    assert sheet["B3"].comment.text.strip() == "身份证号码最后几位被表格改写"
    assert sheet["A4"].comment is None
    assert sheet["B3"].number_format == "@"


def test_it_can_be_sent_again():
    book = a_book(("名单", [["册"], HEADER, ["甘英利", "1"], ["李挺文", "2"]]), vertical=[(0, 2, 3, 2, "堤高乡")])
    (table,) = read_tables(io.BytesIO(annotated(book, notes=NOTES[:1])), filename="改.xlsx", header_words=WORDS)
    assert (table.header_row, table.columns) == (2, (*HEADER, "问题说明"))
    assert table.text.iloc[:, :3].to_numpy().tolist() == [["甘英利", "1", "堤高乡"], ["李挺文", "2", "堤高乡"]]


def test_a_csv_comes_back_as_a_workbook():
    book = openpyxl.load_workbook(
        io.BytesIO(annotated("册\n姓名,身份证号码\n甘英利,=2\n".encode("gb18030"), "名单.csv"))
    )
    assert [row[:2] for row in book["名单"].iter_rows(values_only=True)] == [
        ("册", None),
        ("姓名", "身份证号码"),
        ("甘英利", "=2"),
    ]
