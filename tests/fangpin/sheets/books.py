"""Small workbooks for the tests: written with xlsxwriter, taken apart and put together again where they shall be broken."""

import io
import zipfile

import xlsxwriter

HEADER = ["姓名", "身份证号码", "乡镇"]
PEOPLE = [["甘英利", "450399196911052340", "堤高乡"], ["李挺文", "450399197912313235", "堤高乡"]]
WORDS = frozenset(
    {*HEADER, "村", "金额", "学生姓名", "身份证件号", "户主", "监护人姓名", "总费用", "个人自付", "残疾人证号"}
)


def a_book(*sheets, title=None, merges=(), vertical=()) -> bytes:
    """A workbook of (name, rows) sheets; str stay text, numbers numbers. ``merges``: (sheet, row, left, right, text);
    ``vertical``: (sheet, top, bottom, column, text), rows from 0.
    """
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        for number, (name, rows) in enumerate(sheets):
            sheet = book.add_worksheet(name)
            for at, row in enumerate(rows):
                for column, value in enumerate(row):
                    write = sheet.write_string if isinstance(value, str) else sheet.write
                    if value not in ("", None):
                        write(at, column, value)
            for at, row, left, right, text in merges:
                if at == number:
                    sheet.merge_range(row, left, row, right, text)
            for at, top, bottom, column, text in vertical:
                if at == number:
                    sheet.merge_range(top, column, bottom, column, text)
    return out.getvalue()


def a_small_book() -> bytes:
    """One sheet with a header and two people."""
    return a_book(("名单", [HEADER, *PEOPLE]))


def parts_of(book: bytes) -> dict[str, bytes]:
    """The parts of a workbook by name."""
    with zipfile.ZipFile(io.BytesIO(book)) as parcel:
        return {name: parcel.read(name) for name in parcel.namelist()}


def put_together(parts, compression=zipfile.ZIP_DEFLATED) -> bytes:
    """A parcel of parts, given as a dict or as (name, content) pairs (names may then repeat)."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as parcel:
        for name, content in parts.items() if isinstance(parts, dict) else parts:
            parcel.writestr(name, content)
    return out.getvalue()


def with_parts(**changes: bytes) -> bytes:
    """The small book with parts changed or added; "__" stands for "/" in names, sheet= for its only sheet."""
    names = {"sheet": "xl/worksheets/sheet1.xml", "strings": "xl/sharedStrings.xml", "workbook": "xl/workbook.xml"}
    return put_together(
        parts_of(a_small_book()) | {names.get(name, name): content for name, content in changes.items()}
    )


def sheet_of(cells: str) -> bytes:
    """The XML of a sheet around its rows."""
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return f'<?xml version="1.0"?><worksheet xmlns="{space}"><sheetData>{cells}</sheetData></worksheet>'.encode()


def inline(reference: str, text: str = "x") -> str:
    """A cell that holds its text itself."""
    return f'<c r="{reference}" t="inlineStr"><is><t>{text}</t></is></c>'
