"""Cuts a large .xlsx into small ones: a reader needs twice the memory of the XML of a sheet, and a county's register has 600 MB of it.

The first workbook has every sheet but the large ones, which are blank in it; each other one has some rows of one large sheet. Rows carry their
numbers, so that whoever reads the workbooks one after the other knows where each belongs. Works on the bytes; nothing is parsed.
"""

import io
import re
import zipfile
from collections.abc import Iterator
from typing import BinaryIO

from fangpin.sheets.limits import MEGABYTE

LARGE = 96 * MEGABYTE  # unpacked XML of one sheet
PIECE = 64 * MEGABYTE
READ = 4 * MEGABYTE
BLANK = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData/></worksheet>'
ROWS_BEGIN = re.compile(rb"<sheetData\s*>")
NUMBERED_ROW = re.compile(rb'\s*<row\s[^>]*?\br="\d')
ROW_ENDS, TAIL = b"</row>", b"</sheetData></worksheet>"


def large_parts(stream: BinaryIO) -> list[str]:
    """Names of the sheets that are worth cutting; the stream is left at its start."""
    with zipfile.ZipFile(stream) as parcel:
        sheets = [part for part in parcel.infolist() if "worksheets/" in part.filename and part.file_size > LARGE]
        names = [part.filename for part in sheets if _can_be_cut(parcel, part)]
    stream.seek(0)
    return names


def _can_be_cut(parcel, part) -> bool:
    """Whether rows begin where they should and have numbers, as every office program writes them."""
    with parcel.open(part) as content:
        start = content.read(MEGABYTE)
    rows = ROWS_BEGIN.search(start)
    return rows is not None and NUMBERED_ROW.match(start, rows.end()) is not None


def workbooks(stream: BinaryIO, large: list[str]) -> Iterator[bytes]:
    """The small workbooks, one in memory at a time."""
    with zipfile.ZipFile(stream) as parcel:
        shared = sum(part.file_size for part in parcel.infolist() if "sharedStrings" in part.filename)
        rest = {name: parcel.read(name) for name in parcel.namelist() if name not in large}
        blank = dict.fromkeys(large, BLANK)
        yield _packed(rest | blank)
        others = {name: BLANK if "worksheets/" in name else content for name, content in rest.items()}
        for name in large:
            with parcel.open(name) as content:
                for piece in _pieces(content, max(PIECE, 2 * shared)):  # each workbook has all the shared texts
                    yield _packed(others | blank | {name: piece})


def _pieces(content: BinaryIO, size: int) -> Iterator[bytes]:
    """The sheet in pieces that are sheets themselves, cut behind a row."""
    first = content.read(READ)
    start = ROWS_BEGIN.search(first).end()
    head, chunks, held = first[:start], [first[start:]], 0
    while more := content.read(READ):
        cut = more.rfind(ROW_ENDS) + len(ROW_ENDS) if held > size else 0
        if cut >= len(ROW_ENDS):
            yield b"".join([head, *chunks, more[:cut], TAIL])
            chunks, held = [more[cut:]], 0
        else:
            chunks.append(more)
            held += len(more)
    yield b"".join([head, *chunks])


def _packed(parts: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as parcel:
        for name, content in parts.items():
            parcel.writestr(name, content)
    return packed.getvalue()
