"""Files that somebody might send to hurt, or by mistake: (name, content, the code it must be refused with)."""

import io
import random
import zipfile
from collections.abc import Callable

import xlwt

from fangpin.sheets import column_letter
from tests.fangpin.sheets.books import a_book, a_small_book, inline, parts_of, put_together, sheet_of, with_parts

SHEET = "xl/worksheets/sheet1.xml"
DTD = b'<!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'
XXE = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
OLE2 = bytes.fromhex("d0cf11e0a1b11ae1")
LINE = "张三,450399196911052340,堤高乡\n"


def _bomb(size=200_000_000):
    out = io.BytesIO()
    with (
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as parcel,
        parcel.open("[Content_Types].xml", "w") as types,
    ):
        types.write(b"<Types/>")
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as parcel, parcel.open(SHEET, "w") as sheet:
        for _ in range(size // 1_000_000):
            sheet.write(b'<row><c r="A1"/></row>' * 45_454)
    return out.getvalue()


def _one_long_string():
    head = b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" count="1" uniqueCount="1"><si><t>'
    return with_parts(strings=head + b"A" * 9_000_000 + b"</t></si></sst>")


def _with_doctype(name, doctype):
    parts = parts_of(a_small_book())
    head, rest = parts[name].split(b"?>", 1)
    return put_together(parts | {name: head + b"?>" + doctype + rest})


def _twice():
    parts = [*parts_of(a_small_book()).items(), (SHEET.upper(), sheet_of(inline("A1")))]
    return put_together(parts)


def _bad_crc():
    book = bytearray(put_together(parts_of(a_small_book()), zipfile.ZIP_STORED))
    at = book.index(b"<sheetData>")
    book[at + 1] ^= 0x20
    return bytes(book)


def _lying_sizes():
    """The directory says ten bytes for a part that holds more."""
    book = bytearray(a_small_book())
    at = book.rindex(b"PK\x01\x02", 0, book.rindex(SHEET.encode()))
    book[at + 24 : at + 28] = (10).to_bytes(4, "little")
    return bytes(book)


def _flagged_encrypted():
    book = bytearray(a_small_book())
    at = 0
    while (at := book.find(b"PK\x01\x02", at)) >= 0:
        book[at + 8] |= 1
        at += 4
    return bytes(book)


def _wide_rows():
    letters = [column_letter(number) for number in range(16_384)]
    rows = ["".join(f'<c r="{letter}{row}"><v>1</v></c>' for letter in letters) for row in range(1, 20)]
    return with_parts(sheet=sheet_of("".join(f'<row r="{at}">{cells}</row>' for at, cells in enumerate(rows, 1))))


def an_old_book(macro=False) -> bytes:
    """An .xls as Excel 97–2003 wrote it."""
    out = io.BytesIO()
    book = xlwt.Workbook()
    book.add_sheet("名单").write(0, 0, "姓名")
    book.save(out)
    return out.getvalue() + ("_VBA_PROJECT".encode("utf-16-le") if macro else b"")


def _encrypted_old_book():
    """An .xls whose stream begins with a FILEPASS record, as a password leaves it."""
    book = bytearray(an_old_book())
    start = book.index(bytes.fromhex("09081000"))  # BOF
    behind = start + 4 + int.from_bytes(book[start + 2 : start + 4], "little")
    size = int.from_bytes(book[behind + 2 : behind + 4], "little")
    book[behind : behind + 2] = bytes.fromhex("2f00")
    book[behind + 4 : behind + 4 + min(2, size)] = b"\x01\x00"[: min(2, size)]
    return bytes(book)


def _implied_cells():
    """Rows and cells without references, which only a parser can count."""
    return with_parts(sheet=sheet_of("<row>" + "<c><v>1</v></c>" * 300 + "</row>"))


def _late(reference):
    """A far cell behind a sparse sheet, in the middle of the second piece of the scan."""
    padding = "".join(
        f'<row r="{n}">{inline(f"A{n}", random.Random(n).randbytes(200).hex())}</row>' for n in range(1, 3000)
    )
    return with_parts(sheet=sheet_of(padding + f'<row r="3000">{inline(reference)}</row>'))


HOSTILE: list[tuple[str, str | Callable[[], bytes] | bytes, str]] = [
    ("~$名单.xlsx", b"\x05user", "lock_file"),
    ("名单.xlsm", a_small_book, "macro_name"),
    ("名单.xlsb", a_small_book, "binary_name"),
    ("名单.et", a_small_book, "wps_name"),
    ("名单.pdf", b"%PDF-1.4", "extension"),
    ("名单", a_small_book, "extension"),
    ("../../etc/名单.exe", b"MZ", "extension"),
    ("空.xlsx", b"", "empty"),
    ("空.csv", b"", "empty"),
    ("大.xlsx", lambda: b"PK\x03\x04" + bytes(61 << 20), "too_large"),
    ("加密.xlsx", OLE2 + bytes(600) + "EncryptedPackage".encode("utf-16-le"), "encrypted"),
    ("加密2.xlsx", _flagged_encrypted, "encrypted"),
    ("加密.xls", _encrypted_old_book, "encrypted"),
    ("旧.xlsx", an_old_book, "old_workbook"),
    ("旧.csv", an_old_book, "old_workbook"),
    ("新.xls", a_small_book, "new_workbook"),
    ("新.csv", a_small_book, "new_workbook"),
    ("网页.xls", "<html><table><tr><td>姓名</td></tr></table></html>".encode(), "web_page"),
    ("文字.xlsx", "姓名,身份证号码\n".encode(), "not_a_workbook"),
    ("压缩包.xlsx", lambda: put_together({"a.txt": b"x"}), "not_a_workbook"),
    ("截断.xlsx", lambda: a_small_book()[:2000], "damaged"),
    ("截断.xls", lambda: an_old_book()[:1500], "damaged"),
    ("校验错.xlsx", _bad_crc, "damaged"),
    ("大小谎报.xlsx", _lying_sizes, "damaged"),
    ("压缩法.xlsx", lambda: put_together(parts_of(a_small_book()), zipfile.ZIP_LZMA), "damaged"),
    ("缺部件.xlsx", lambda: put_together({"[Content_Types].xml": b"<Types/>"}), "damaged"),
    ("坏标记.xlsx", lambda: with_parts(sheet=sheet_of("<row><c></row>")), "damaged"),
    ("坏索引.xlsx", lambda: with_parts(sheet=sheet_of('<row r="1"><c r="A1" t="s"><v>999</v></c></row>')), "damaged"),
    (
        "部件多.xlsx",
        lambda: put_together(parts_of(a_small_book()) | {f"xl/{n}.bin": b"" for n in range(600)}),
        "too_many_parts",
    ),
    ("炸弹.xlsx", _bomb, "zip_bomb"),
    ("重名.xlsx", _twice, "part_names"),
    ("越界.xlsx", lambda: with_parts(**{"../../etc/passwd": b"x"}), "part_names"),
    ("绝对.xlsx", lambda: with_parts(**{"/etc/passwd": b"x"}), "part_names"),
    ("宏.xlsx", lambda: with_parts(**{"xl/vbaProject.bin": b"x"}), "macros"),
    ("宏.xls", lambda: an_old_book(macro=True), "macros"),
    ("外链.xlsx", lambda: with_parts(**{"xl/externalLinks/externalLink1.xml": b"<x/>"}), "external_links"),
    ("嵌入.xlsx", lambda: with_parts(**{"xl/embeddings/oleObject1.bin": b"x"}), "embedded_objects"),
    ("控件.xlsx", lambda: with_parts(**{"xl/activeX/activeX1.xml": b"<x/>"}), "active_x"),
    ("实体.xlsx", lambda: _with_doctype("xl/sharedStrings.xml", DTD), "doctype"),
    ("外部实体.xlsx", lambda: _with_doctype(SHEET, XXE), "doctype"),
    ("样式实体.xlsx", lambda: _with_doctype("xl/styles.xml", DTD), "doctype"),
    ("部件编码.xlsx", lambda: with_parts(sheet=sheet_of(inline("A1")).decode().encode("utf-16")), "encoding_of_part"),
    (
        "最末格.xlsx",
        lambda: with_parts(sheet=sheet_of(f'<row r="1048576">{inline("XFD1048576")}</row>')),
        "too_many_rows",
    ),
    (
        "十亿行.xlsx",
        lambda: with_parts(sheet=sheet_of(f'<row r="1000000000">{inline("A1000000000")}</row>')),
        "too_many_rows",
    ),
    ("最右格.xlsx", lambda: with_parts(sheet=sheet_of(f'<row r="1">{inline("XFD1")}</row>')), "too_many_columns"),
    ("后面.xlsx", lambda: _late("GS3000"), "too_many_columns"),
    ("怪写法.xlsx", lambda: with_parts(sheet=sheet_of("<row><c\tr = 'XFD9'><v>1</v></c></row>")), "too_many_columns"),
    ("宽.xlsx", _wide_rows, "too_many_columns"),
    ("暗列.xlsx", _implied_cells, "too_many_columns"),
    (
        "远格.xlsx",
        lambda: with_parts(
            sheet=sheet_of(f'<row r="1">{inline("A1")}</row><row r="599999">{inline("GR599999")}</row>')
        ),
        "too_much_memory",
    ),
    ("长串.xlsx", _one_long_string, "cell_too_long"),
    (
        "长格.xlsx",
        lambda: with_parts(sheet=sheet_of(f'<row r="1">{inline("A1", "长" * 5000)}</row>')),
        "cell_too_long",
    ),
    ("长空.xlsx", lambda: a_book(("s", [["姓名"], *[[]] * 1200, ["甘英利"]])), "too_many_blank_rows"),
    ("表多.xlsx", lambda: a_book(*[(f"s{n}", []) for n in range(120)]), "too_many_sheets"),
    ("空表.xlsx", lambda: a_book(("s", [])), "no_content"),
    ("逗号.csv", b"," * 3_000_000, "line_too_long"),
    ("长行.csv", "姓名,备注\n甘英利,".encode() + b"x" * 2_000_000, "line_too_long"),
    ("多列.csv", b"1,2\n" + b"," * 500, "too_many_columns"),
    ("引号.csv", '姓名,乡镇\n"甘英利,堤高乡\n'.encode() + LINE.encode() * 50, "quotes"),
    ("空字符.csv", "姓名,乡镇\n甘英\0利,堤高乡\n".encode(), "nul"),
    ("无标记.csv", (LINE * 20).encode("utf-16-le"), "utf16_without_mark"),
    ("坏UTF16.csv", b"\xff\xfe" + LINE.encode("utf-16-le") + b"\x00\xd8\x41\x00", "unknown_encoding"),
    ("混编码.csv", LINE.encode() * 3 + LINE.encode("gb18030") * 20, "mixed_encodings"),
    ("乱码.csv", LINE.encode("gb18030") + b"\xff\xff\x81\n", "unknown_encoding"),
    ("空白.csv", b" , \n , \n", "no_header"),
]
