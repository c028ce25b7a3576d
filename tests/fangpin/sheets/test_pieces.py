"""A large workbook is cut and read as one: same cells, same row numbers, whatever stands where it is cut."""

import io
import zipfile

import pytest
import xlsxwriter

from fangpin.sheets import Unreadable, pieces, read_raw


@pytest.fixture
def small_pieces(monkeypatch):
    monkeypatch.setattr(pieces, "LARGE", 2_000)
    monkeypatch.setattr(pieces, "PIECE", 3_000)
    monkeypatch.setattr(pieces, "READ", 700)


def a_book(rows=400, *, gap=0, other=True):
    """A sheet of ``rows`` rows and three columns with ``gap`` blank rows in its middle, merged at its end; a small sheet before it."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"constant_memory": True}) as book:
        if other:
            book.add_worksheet("说明").write_string(1, 1, "小表")
        sheet = book.add_worksheet("大表")
        for row in range(rows):
            at = row + (gap if row >= rows // 2 else 0)
            sheet.write_string(at, 1, f"第{row}行<&>")
            sheet.write_number(at, 2, row)
            if row % 7 == 0:
                sheet.write_string(at, 4, "</row>")
        sheet.merge_range(rows + gap + 1, 1, rows + gap + 2, 1, "合")
    out.seek(0)
    return out


def cells(sheets):
    return [(s.name, s.text.to_numpy().tolist(), s.kind.to_numpy().tolist(), s.merged, s.hidden) for s in sheets]


@pytest.mark.parametrize("gap", [0, 90])
def test_read_in_pieces_it_is_the_same(monkeypatch, small_pieces, gap):
    book = a_book(gap=gap)
    assert len(list(pieces.workbooks(book, pieces.large_parts(book)))) > 3
    book.seek(0)
    cut = cells(read_raw(book, "a.xlsx"))
    monkeypatch.setattr(pieces, "LARGE", 10**9)
    book.seek(0)
    assert cut == cells(read_raw(book, "a.xlsx"))


def test_only_the_first_rows(small_pieces):
    assert [len(sheet.text) for sheet in read_raw(a_book(), "a.xlsx", first=5)] == [2, 5]


def rewritten(book, change):
    """The workbook with the XML of its last sheet changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(book) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, change(content) if name.endswith("sheet2.xml") else content)
    out.seek(0)
    return out


def test_rows_without_numbers_are_not_cut(small_pieces):
    book = rewritten(a_book(), lambda xml: xml.replace(b"<row r=", b"<row spans="))
    assert pieces.large_parts(book) == []


def test_rows_out_of_order_are_refused(small_pieces):
    def swap(xml):
        head, first, rest = xml.partition(b'<row r="1"')
        body, end, tail = (first + rest).partition(b"</sheetData>")
        rows = [row + b"</row>" for row in body.split(b"</row>")[:-1]]
        return head + b"".join(rows[200:] + rows[:200]) + end + tail

    with pytest.raises(Unreadable):
        read_raw(rewritten(a_book(), swap), "a.xlsx")
