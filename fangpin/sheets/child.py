"""Reads one workbook in a process of its own, under resource limits, and writes its cells as Arrow to standard output.

A parser of office files can be made to ask for any amount of memory, and then the whole process dies (calamine aborts, no
exception). So it dies here: reading.py starts this file with ``python -I``, an empty environment and the upload on
standard input. It imports nothing of the project on purpose: no settings, no keys and no database are within reach.

Standard output is a row of messages, each one tag byte, eight bytes of length, then the payload:

    S  a sheet begins: JSON {name, hidden, rows, columns, merged: [[row, column, last row, last column], …] from 0}
    B  some rows of it: an Arrow IPC stream with a string column t0… and a uint8 column k0… (a kind below) per column
    E  refused: JSON {code, facts} as in refusals.py; nothing follows
    Z  the end, all was read
"""

import codecs
import csv
import io
import json
import os
import re
import resource
import sys
from collections import Counter
from datetime import date, datetime, time, timedelta
from itertools import islice

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

EMPTY, TEXT, NUMBER, DATE, DATETIME, BOOL, ERROR = range(7)
KIND_OF_TYPE = {
    str: TEXT, float: NUMBER, int: NUMBER, date: DATE, datetime: DATETIME, bool: BOOL, time: TEXT, timedelta: TEXT,
}  # fmt: skip
ERRORS = pa.array(["#N/A", "#REF!", "#DIV/0!", "#VALUE!", "#NAME?", "#NULL!", "#NUM!", "#SPILL!", "#CALC!"])
CELLS_PER_BATCH = 250_000
MEGABYTE = 1 << 20
LINES_NAMED = 5  # in a refusal
DELIMITERS = ",;\t|"
MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
CHINESE = re.compile("[\u3400-\u9fff]")


class Refused(Exception):
    """The file is not read; ``code`` and ``facts`` as in refusals.py."""

    def __init__(self, code, **facts):
        super().__init__(code)
        self.code, self.facts = code, facts


def confine(memory: int, cpu_seconds: int) -> None:
    """Give up, for good, what reading a table does not need."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a core dump would hold the upload
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (16, 16))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds + 2))
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))


def number_text(value: float) -> str:
    """A number as Excel shows it: 15 significant digits, and no more claimed.

    Whole numbers below 10^15 are plain ("2021"); larger ones keep the form that says what was lost
    ("4.50321195603208E+17"); infinities and not-a-number are "#NUM!".
    """
    if -1e15 < value < 1e15:
        whole = int(value)
        return str(whole) if whole == value else format(value, ".15g")
    if value != value or value in (float("inf"), float("-inf")):
        return "#NUM!"
    return format(value, ".14E")


def cell_text(value) -> str:
    """Any value that calamine gives for a cell, as text; dates in ISO form."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float | int):
        return number_text(value)
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="seconds")
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value)


def texts_of(values, types: set, kind: np.ndarray) -> pa.Array:
    """``cell_text`` of each value, asked once for equal ones where none is a number or True (which equals 1)."""
    texts = np.array(values, dtype=object)
    if types <= {str, float, int}:
        texts[kind == NUMBER] = number_texts(texts[kind == NUMBER].astype(np.float64))
        return pa.array(texts, pa.string())
    known = {} if bool in types else {value: cell_text(value) for value in set(values)}
    return pa.array([known.get(value) or cell_text(value) for value in values], pa.string())


def number_texts(values: np.ndarray) -> np.ndarray:
    """``number_text`` of each; whole numbers all at once."""
    texts, whole = np.empty(len(values), dtype=object), (np.abs(values) < 1e15) & (values == np.floor(values))
    texts[whole] = pa.array(values[whole].astype(np.int64)).cast(pa.string()).to_numpy(zero_copy_only=False)
    texts[~whole] = list(map(number_text, values[~whole].tolist()))
    return texts


def column_arrays(values, limits: dict) -> tuple[pa.Array, np.ndarray]:
    """One column of cells → (texts, kinds); a cell of nothing but space is empty."""
    types = set(map(type, values))
    if types == {str}:
        text, kind = pa.array(values, pa.string()), np.full(len(values), TEXT, np.uint8)
    else:
        kind = np.fromiter(map(KIND_OF_TYPE.__getitem__, map(type, values)), np.uint8, len(values))
        text = texts_of(values, types, kind)
    spaces = pc.utf8_is_space(text)
    if pc.any(spaces).as_py():
        text = pc.if_else(spaces, "", text)
    sizes = pc.binary_length(text).to_numpy(zero_copy_only=False)
    kind[sizes == 0] = EMPTY
    if sizes.max(initial=0) > limits["cell_chars"] and pc.max(pc.utf8_length(text)).as_py() > limits["cell_chars"]:
        raise Refused("cell_too_long", where="", limit=limits["cell_chars"])
    if pc.any(pc.starts_with(text, "#")).as_py():
        kind[pc.is_in(text, ERRORS).to_numpy(zero_copy_only=False)] = ERROR
    return text, kind


class Batches:
    """Turns rows of cells into record batches and keeps count of what the sheet and the file may hold."""

    def __init__(self, limits):
        self.limits = limits
        self.rows = self.blank = self.text_bytes = 0

    def columns(self, rows: list, width: int, offset: int = 0) -> list[tuple[pa.Array, np.ndarray]]:
        """The columns of some rows, ``offset`` empty ones before them."""
        nothing = pa.array([""] * len(rows), pa.string()), np.zeros(len(rows), np.uint8)
        columns = [nothing] * offset + [column_arrays(values, self.limits) for values in zip(*rows, strict=True)]
        columns += [nothing] * (width - len(columns))
        self._count(columns, len(rows))
        return columns

    def _count(self, columns, rows):
        self.text_bytes += sum(text.nbytes for text, _ in columns)
        if self.text_bytes > self.limits["text_bytes"]:
            raise Refused("too_much_text", limit=self.limits["text_bytes"] // MEGABYTE)
        filled = (
            np.flatnonzero(np.logical_or.reduce([kind > 0 for _, kind in columns])) if columns else np.array([], int)
        )
        if filled.size:
            gaps = np.diff(filled, prepend=-1 - self.blank) - 1
            if gaps.max() > self.limits["blank_rows"]:
                row = self.rows + int(filled[gaps.argmax()]) + 1
                raise Refused("too_many_blank_rows", row=row, blank=int(gaps.max()))
            self.blank = rows - 1 - int(filled[-1])
        else:
            self.blank += rows
        self.rows += rows


def as_stream(columns: list[tuple[pa.Array, np.ndarray]]) -> bytes:
    """Columns as one Arrow IPC stream."""
    names = [f"{letter}{number}" for number in range(len(columns)) for letter in "tk"]
    batch = pa.record_batch([array for text, kind in columns for array in (text, pa.array(kind))], names=names)
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, batch.schema) as stream:
        stream.write_batch(batch)
    return sink.getvalue().to_pybytes()


def read_workbooks(stream, limits: dict, first: int | None = None):
    """Messages of an .xlsx or .xls; of each sheet only the ``first`` rows, if a number is given.

    A large file comes as several workbooks (pieces.py): all sheets, then rows of the large ones in turn.
    """
    sheets, text_bytes = [], 0
    while size := int.from_bytes(stream.read(8), "big"):
        book = CalamineWorkbook.from_filelike(io.BytesIO(stream.read(size)))
        if len(book.sheets_metadata) > limits["sheets"]:
            raise Refused("too_many_sheets", sheets=len(book.sheets_metadata), limit=limits["sheets"])
        if any(sheet.typ in (SheetTypeEnum.MacroSheet, SheetTypeEnum.Vba) for sheet in book.sheets_metadata):
            raise Refused("macros")
        sheets = sheets or [Gathered(about, limits, first) for about in book.sheets_metadata]
        for number, gathered in enumerate(sheets):
            if gathered.wanted:
                text_bytes = gathered.add(book.get_sheet_by_index(number), text_bytes)
    for gathered in sheets:
        if gathered.wanted:
            yield from gathered.messages()


class Gathered:
    """One sheet, in one piece or several."""

    def __init__(self, about, limits, first):
        self.first, self.wanted = first, about.typ == SheetTypeEnum.WorkSheet
        self.name, self.hidden = about.name, about.visible != SheetVisibleEnum.Visible
        self.batches, self.kept, self.width, self.merged = Batches(limits), [], 0, []

    def add(self, sheet, text_bytes: int) -> int:
        """Take the rows behind those that are there; how many bytes all texts have now."""
        height, width = (sheet.end[0] + 1, sheet.end[1] + 1) if sheet.end else (0, 0)
        check_size(height, width, self.batches.limits)
        if height and sheet.start[0] < self.batches.rows:
            raise Refused("damaged")  # rows are out of order
        self.merged += [[*first, *last] for first, last in sheet.merged_cell_ranges or []]
        if len(self.merged) > self.batches.limits["merges"]:
            raise Refused("too_many_merges", merges=len(self.merged), limit=self.batches.limits["merges"])
        self.width, self.batches.text_bytes = max(self.width, width), text_bytes
        # The rows come from row 1 of the sheet, but from the first used column.
        rows = islice(sheet.iter_rows(), self.batches.rows, self.first)
        while part := list(islice(rows, max(1, CELLS_PER_BATCH // max(1, width)))):
            self.kept.append(self.batches.columns(part, width, sheet.start[1]))
        return self.batches.text_bytes

    def messages(self):
        yield b"S", head_of(self.name, self.hidden, self.batches.rows, self.width, self.merged)
        for columns in self.kept:
            yield b"B", as_stream(padded(columns, self.width))


def head_of(name, hidden, rows, columns, merged) -> bytes:
    return json.dumps({"name": name, "hidden": hidden, "rows": rows, "columns": columns, "merged": merged}).encode()


def padded(columns: list[tuple[pa.Array, np.ndarray]], width: int) -> list[tuple[pa.Array, np.ndarray]]:
    """Columns, and empty ones up to the width."""
    rows = len(columns[0][0]) if columns else 0
    return columns + [(pa.array([""] * rows, pa.string()), np.zeros(rows, np.uint8))] * (width - len(columns))


def check_size(height, width, limits):
    if height > limits["rows"]:
        raise Refused("too_many_rows", row=height, limit=limits["rows"])
    if width > limits["columns"]:
        raise Refused("too_many_columns", column=width, limit=limits["columns"])


def read_csv(data: bytes, limits: dict, first: int | None = None):
    """Messages of a CSV file. Its rows are counted as a spreadsheet shows them: a line break inside quotes starts no row."""
    data, encoding = decoded_form(data)
    check_lines(data, limits)
    csv.field_size_limit(limits["line_bytes"])
    with io.TextIOWrapper(io.BytesIO(data), encoding, newline="") as lines:
        delimiter = delimiter_of(list(islice(lines, 50)))
    batches, kept, width = Batches(limits), [], 0
    with io.TextIOWrapper(io.BytesIO(data), encoding, newline="") as lines:
        reader = csv.reader(lines, delimiter=delimiter, strict=True)
        rows = islice(reader, first)
        try:
            while part := list(islice(rows, 10_000)):
                width = max(width, *map(len, part))
                check_size(batches.rows + len(part), width, limits)
                if min(map(len, part)) < width:
                    part = [row + [""] * (width - len(row)) for row in part]
                kept.append(batches.columns(part, width))
        except csv.Error as error:
            too_long = "field larger" in str(error)
            facts = {"limit": limits["line_bytes"] >> 10} if too_long else {}
            raise Refused("line_too_long" if too_long else "quotes", lines=reader.line_num, **facts) from error
    yield b"S", head_of("", False, batches.rows, width, [])
    for columns in kept:
        yield b"B", as_stream(padded(columns, width))


def check_lines(data, limits):
    """Refuse a line of more than the cap before anything is made of it."""
    ends = np.flatnonzero(np.frombuffer(data, np.uint8) == 10)
    lengths = np.diff(ends, prepend=-1, append=len(data))
    if lengths.max() > limits["line_bytes"]:
        raise Refused("line_too_long", lines=int(lengths.argmax()) + 1, limit=limits["line_bytes"] >> 10)


def delimiter_of(lines: list[str]) -> str:
    """The separator that cuts most of the first lines into the same number of fields, more than one."""
    best, chosen = (0, 0), ","
    for delimiter in DELIMITERS:
        try:
            widths = Counter(len(row) for row in csv.reader(lines, delimiter=delimiter) if row)
        except csv.Error:
            continue
        width, agreeing = max(widths.items(), key=lambda item: (item[0] > 1, item[1], item[0]), default=(1, 0))
        if width > 1 and (agreeing, width) > best:
            best, chosen = (agreeing, width), delimiter
    return chosen


def decoded_form(data: bytes) -> tuple[bytes, str]:
    """The text of a CSV without its mark, and the encoding it reads in: UTF-8 or GB18030 (UTF-16 becomes UTF-8)."""
    for mark, encoding in MARKS:
        if data.startswith(mark):
            return _marked(data[len(mark) :], encoding), "utf-8"
    if b"\0" in data:
        raise (
            Refused("utf16_without_mark")
            if _looks_like_utf16(data)
            else Refused("nul", lines=_lines_with(data, b"\0"))
        )
    if _decodes(data, "utf-8"):
        accidental = (
            len(data) < 1000 and not data.isascii() and not CHINESE.search(data.decode())
        )  # the word 联通 in GBK
        return data, "gb18030" if accidental and _decodes(data, "gb18030") else "utf-8"
    lines = data.split(b"\n")
    utf8 = {number for number, line in enumerate(lines, 1) if not line.isascii() and _is_chinese_utf8(line)}
    others = [(number, line) for number, line in enumerate(lines, 1) if not line.isascii() and number not in utf8]
    broken = [] if _decodes(data) else [number for number, line in others if not _decodes(line)]
    if broken:
        raise Refused("unknown_encoding", lines=_named(broken))
    if utf8:
        raise Refused("mixed_encodings", lines=_named(min(sorted(utf8), [number for number, _ in others], key=len)))
    return data, "gb18030"


def _marked(data, encoding):
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data[: error.start].decode(encoding, "replace").count("\n") + 1
        raise Refused("unknown_encoding", lines=line) from error
    if "\0" in text:
        raise Refused("nul", lines=_lines_with(text, "\0"))
    return text.encode()


def _decodes(data, encoding="gb18030"):
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        for start in range(0, len(data), MEGABYTE):  # in pieces: the text itself is not wanted
            decoder.decode(data[start : start + MEGABYTE])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _is_chinese_utf8(line):
    try:
        return CHINESE.search(line.decode()) is not None
    except UnicodeDecodeError:
        return False


def _looks_like_utf16(data):
    """Whether its zero bytes all stand at places of one parity, and often, as in UTF-16 text with digits and commas."""
    zeros = np.flatnonzero(np.frombuffer(data[: MEGABYTE // 16], np.uint8) == 0)
    return (
        len(data) % 2 == 0
        and zeros.size * 40 >= min(len(data), MEGABYTE // 16)
        and len(set((zeros % 2).tolist())) == 1
    )


def _lines_with(text, needle):
    newline = "\n" if isinstance(text, str) else b"\n"
    return _named([number for number, line in enumerate(text.split(newline), 1) if needle in line])


def _named(lines):
    """ "3、8、21 等 40" for a sentence."""
    shown = "、".join(map(str, lines[:LINES_NAMED]))
    return f"{shown} 等 {len(lines)}" if len(lines) > LINES_NAMED else shown


def main() -> int:
    """Read standard input as the order in the first argument says; 0 when all was read, 3 when refused."""
    order = json.loads(sys.argv[1])
    with os.fdopen(os.dup(1), "wb") as out:
        os.dup2(2, 1)  # nothing a library prints may get between the messages
        confine(order["memory"], order["limits"]["cpu_seconds"])
        refused = None
        try:
            stdin, limits = sys.stdin.buffer, order["limits"]
            is_csv, first = order["format"] == "csv", order["first"]
            found = read_csv(stdin.read(), limits, first) if is_csv else read_workbooks(stdin, limits, first)
            for tag, payload in found:
                send(out, tag, payload)
        except Refused as error:
            refused = {"code": error.code, "facts": error.facts}
        except MemoryError:
            refused = {"code": "too_much_memory", "facts": {}}
        except BrokenPipeError:
            return 4
        except BaseException:  # a panic of the Rust library is a BaseException
            refused = {"code": "damaged", "facts": {}}
        send(out, b"E" if refused else b"Z", json.dumps(refused).encode())
    return 3 if refused else 0


def send(out, tag: bytes, payload: bytes) -> None:
    """Write one message."""
    out.write(tag + len(payload).to_bytes(8, "big"))
    out.write(payload)
    out.flush()


if __name__ == "__main__":
    sys.exit(main())
