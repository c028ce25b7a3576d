"""Looks at an upload without parsing it: name, size, magic bytes, zip directory, and a streaming scan of the XML.

Nothing here builds a tree or a table, so that what would blow up a real reader is refused at the price of inflating it
once (security.md 2.3, in that order). What passes is still only read in the limited child (child.py).
"""

import re
import zipfile
import zlib
from collections.abc import Iterator
from functools import cache
from pathlib import PurePosixPath, PureWindowsPath
from typing import BinaryIO

from fangpin.sheets.limits import MEGABYTE, Limits
from fangpin.sheets.refusals import Unreadable

ZIP = b"PK\x03\x04"
OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
FIRST_RECORD = bytes.fromhex("0908100000060500")  # BOF of the workbook stream of Excel 97–2003
FILEPASS = 0x2F
EXCEL_ROWS, EXCEL_COLUMNS = 1_048_576, 16_384
PIECE = MEGABYTE
OVERLAP = 512  # of two pieces: longer than any row or cell tag
LONG_RUN = 65_536  # bytes without a "<": 4,000 characters need at most half of it

MACRO_EXTENSIONS = frozenset({".xlsm", ".xltm", ".xlam", ".xla"})
WPS_EXTENSIONS = frozenset({".et", ".ett", ".ets"})
READ_EXTENSIONS = frozenset({".xlsx", ".xls", ".csv"})

PAGE_STARTS = (b"<html", b"<!doctype", b"<table", b"<meta", b"<head", b"<style", b"<div", b"<?xml")

FORBIDDEN_PARTS = (
    (re.compile(r"vbaproject|(^|/)macrosheets/", re.I), "macros"),
    (re.compile(r"(^|/)externallinks?/", re.I), "external_links"),
    (re.compile(r"(^|/)embeddings/", re.I), "embedded_objects"),
    (re.compile(r"(^|/)activex/", re.I), "active_x"),
)
DECLARATION = re.compile(rb"<!(?!--|\[CDATA\[)")
ROW_OR_CELL = re.compile(rb"<(?:\w+:)?(?:c|row)\s")
ODD_SPELLING = re.compile(rb"""[\t\r\n]r\s*=|\sr(?:\s+=|=[^"]|="\s)""")
REFERENCE = re.compile(rb"""\sr\s*=\s*["']\s*([A-Za-z]{0,8})([0-9]{0,20})""")


def prescan(stream: BinaryIO, filename: str, limits: Limits, *, again: bool = False) -> tuple[str, int]:
    """Judge an upload from outside: ("xlsx" | "xls" | "csv", bytes of unpacked content), or raise Unreadable.

    ``stream`` is seekable and is left at its start. ``again``: it passed before and was sealed since, so its XML is not looked through twice.
    """
    extension = _extension(filename)
    size = stream.seek(0, 2)
    stream.seek(0)
    if not size:
        raise Unreadable("empty")
    limit = limits.csv_bytes if extension == ".csv" else limits.workbook_bytes
    if size > limit:
        raise Unreadable("too_large", size=-(-size // MEGABYTE), limit=limit // MEGABYTE)
    head = stream.read(512)
    stream.seek(0)
    _check_magic(stream, head, extension)
    unpacked = size
    if extension == ".xlsx":
        try:
            unpacked = _scan_parcel(stream, size, limits, again)
        except (
            zipfile.BadZipFile,
            zlib.error,
            EOFError,
            OSError,
            ValueError,
            NotImplementedError,
            RuntimeError,
        ) as error:
            # zipfile has no closed set of errors for broken files: a mutated header ends in any of these
            raise Unreadable("damaged") from error
    stream.seek(0)
    return extension[1:], unpacked


def _extension(filename):
    name = PureWindowsPath(filename).name  # takes both kinds of slash
    extension = PurePosixPath(name).suffix.lower()
    if name.startswith("~$"):
        raise Unreadable("lock_file")
    if extension in MACRO_EXTENSIONS:
        raise Unreadable("macro_name", extension=extension)
    if extension == ".xlsb":
        raise Unreadable("binary_name")
    if extension in WPS_EXTENSIONS:
        raise Unreadable("wps_name", extension=extension)
    if extension not in READ_EXTENSIONS:
        raise Unreadable("extension", extension=extension[:12] or "无")
    return extension


def _check_magic(stream, head, extension):
    """Refuse content that is not what the extension says; name what it is instead."""
    if head.startswith(OLE2):
        seen = _words_of_ole2(stream)
        if "encrypted" in seen:
            raise Unreadable("encrypted")
        if extension != ".xls":
            raise Unreadable("old_workbook", extension=extension)
        if "macros" in seen:
            raise Unreadable("macros")
    elif head.startswith(b"PK"):
        if extension != ".xlsx":
            raise Unreadable("new_workbook", extension=extension)
    elif head.lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(PAGE_STARTS):
        raise Unreadable("web_page", extension=extension)
    elif extension != ".csv":
        raise Unreadable("not_a_workbook", extension=extension)


def _words_of_ole2(stream):
    """What an OLE2 file gives away without being parsed: {"encrypted"}, {"macros"} or nothing."""
    data = stream.read()
    stream.seek(0)
    telling = {"EncryptedPackage": "encrypted", "_VBA_PROJECT": "macros"}  # names of streams, in its directory
    seen = {meaning for name, meaning in telling.items() if name.encode("utf-16-le") in data}
    # an .xls with a password says so in a record right behind the first one (or behind WRITEPROTECT)
    at = data.find(FIRST_RECORD)
    for _ in range(3 if at >= 0 else 0):
        kind, size = (int.from_bytes(data[at + n : at + n + 2], "little") for n in (0, 2))
        if kind == FILEPASS:
            seen.add("encrypted")
        at += 4 + size
    return seen


def _scan_parcel(stream, size, limits, again):
    """Check directory and XML of an .xlsx; returns the bytes it unpacks to."""
    with zipfile.ZipFile(stream) as parcel:
        parts = parcel.infolist()
        unpacked = _check_directory(parts, size, limits)
        if "[Content_Types].xml" not in parcel.namelist():
            raise Unreadable("not_a_workbook", extension=".xlsx")
        for part in () if again else parts:
            if part.filename.lower().endswith((".xml", ".rels", ".vml")):
                _scan_xml(part, _pieces(parcel, part), limits)
    return unpacked


def _check_directory(parts, size, limits):
    """Judge a parcel by its table of contents alone; returns the bytes it unpacks to."""
    if len(parts) > limits.parts:
        raise Unreadable("too_many_parts", parts=len(parts), limit=limits.parts)
    _check_names([part.filename.replace("\\", "/") for part in parts])
    for part in parts:
        if part.flag_bits & 1:
            raise Unreadable("encrypted")
        if part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise Unreadable("damaged")
        if part.file_size > limits.ratio_from and part.file_size > limits.ratio * max(1, part.compress_size):
            raise Unreadable("zip_bomb", ratio=part.file_size // max(1, part.compress_size))
    unpacked = sum(part.file_size for part in parts)
    if sum(part.compress_size for part in parts) > size:  # parts that share their bytes
        raise Unreadable("zip_bomb", ratio=unpacked // size)
    if unpacked > limits.unpacked_bytes:
        raise Unreadable("unpacks_too_large", size=unpacked // MEGABYTE, limit=limits.unpacked_bytes // MEGABYTE)
    return unpacked


def _check_names(names):
    outside = any(name.startswith("/") or ":" in name or ".." in name.split("/") for name in names)
    if outside or len({name.lower() for name in names}) < len(names):
        raise Unreadable("part_names")
    for pattern, code in FORBIDDEN_PARTS:
        if any(pattern.search(name) for name in names):
            raise Unreadable(code)


def _pieces(parcel, part) -> Iterator[bytes]:
    """The content of one part in pieces, each beginning with the end of the one before; the CRC is checked at the end."""
    tail = b""
    with parcel.open(part) as content:
        while piece := content.read(PIECE):
            yield tail + piece
            tail = piece[-OVERLAP:]


def _scan_xml(part, pieces, limits):
    name = part.filename.lower()
    is_sheet = "worksheets/" in name and name.endswith(".xml")
    has_text = is_sheet or "sharedstrings" in name
    for number, piece in enumerate(pieces):
        if number == 0 and (piece.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in piece[:256]):
            raise Unreadable("encoding_of_part")
        if DECLARATION.search(piece):
            raise Unreadable("doctype")
        if has_text:
            _check_runs(piece, limits)
        if is_sheet:
            if number == 0:
                outliers = _outliers(limits.rows, limits.columns, ODD_SPELLING.search(piece) is not None)
            _check_references(piece, outliers, limits)


def _check_runs(piece, limits):
    """Refuse a text of more than about 64 KB between two tags.

    Only aligned windows are looked at: a run of two windows always covers one of them whole, and one ``find`` per window
    costs nothing beside inflating it.
    """
    for start in range(0, len(piece) - LONG_RUN + 1, LONG_RUN):
        if piece.find(b"<", start, start + LONG_RUN) < 0:
            raise Unreadable("cell_too_long", where="", limit=limits.cell_chars)


def _check_references(piece, outliers, limits):
    """Refuse a row or cell that stands outside the caps.

    Blank cells that carry only a format do no harm (no reader makes anything of them) and stand at the right edge of many
    honest sheets, so an element without content is passed over as long as it lies inside Excel's own grid.
    """
    for match in outliers.finditer(piece):
        letters, digits = REFERENCE.match(piece, match.start()).groups()
        row, column = int(digits or 0), _column_number(letters)
        if (row <= limits.rows and column <= limits.columns) or not _in_row_or_cell(piece, match.start()):
            continue
        closing = piece.find(b">", match.end())
        if closing < 0 and match.start() >= len(piece) - OVERLAP:
            continue  # the next piece shows it whole
        blank = closing > 0 and piece[closing - 1 : closing] == b"/"
        if blank and row <= EXCEL_ROWS and column <= EXCEL_COLUMNS:
            continue
        if row > limits.rows:
            raise Unreadable("too_many_rows", row=row, limit=limits.rows)
        raise Unreadable("too_many_columns", column=column, limit=limits.columns)


@cache
def _outliers(rows, columns, odd):
    """A pattern for references that may lie outside: it must find next to nothing in an honest sheet of millions of cells.

    Every office program writes ``r="…"`` after one space, and that literal makes the search three times faster. ``odd``:
    this writer does otherwise. (One who does both to deceive meets the limits of the child.)
    """
    first, places = str(rows)[0], len(str(rows))
    far_row = f"[A-Za-z]{{0,3}}(?:[0-9]{{{places + 1},}}|[{first}-9][0-9]{{{places - 1}}})"
    letter = chr(ord("A") + max(0, (columns - 1) // 26 - 1))
    far_column = f"[A-Za-z]{{3,}}|[{letter}-Z{letter.lower()}-z][A-Za-z]" if columns > 26 else "[A-Za-z]"
    start = r"""\sr\s*=\s*["']\s*""" if odd else ' r="'
    return re.compile(f"{start}(?:{far_row}|{far_column})".encode())


def _column_number(letters):
    """ "A" → 1, "XFD" → 16384; none → 0."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def _in_row_or_cell(piece, position):
    """Whether the text at ``position`` is an attribute of a row or a cell, and not part of what a cell says."""
    opening = piece.rfind(b"<", 0, position)
    return opening < 0 or (ROW_OR_CELL.match(piece, opening) is not None and piece.find(b">", opening, position) < 0)
