"""Reads every cell of an upload through the limited child; whatever happens there, the answer is sheets or Unreadable."""

import json
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pandas as pd
import pyarrow as pa

from fangpin.masking import scrub
from fangpin.sheets.limits import MEGABYTE, Limits
from fangpin.sheets.pieces import large_parts, workbooks
from fangpin.sheets.prescan import prescan
from fangpin.sheets.refusals import SENTENCES, Unreadable

CHILD = Path(__file__).with_name("child.py")
# libraries of the child: one thread, and memory that goes back to the system
ENVIRONMENT = {
    "LANG": "C.UTF-8",
    "ARROW_DEFAULT_MEMORY_POOL": "system",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
}
MESSAGE_BYTES = 512 * MEGABYTE
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Merge:
    """A merged range, by 1-based spreadsheet rows and 0-based column numbers, both ends included."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True)
class RawSheet:
    """All cells of a sheet as they stand, from A1 to the last used row and column.

    ``text``: data frame of str, index = spreadsheet row (1-based), columns = column number (0-based); "" where empty.
    ``kind``: the same shape in uint8: 0 empty, 1 text, 2 number, 3 date, 4 date and time, 5 yes/no, 6 error. A number keeps
    its 15 significant digits ("2021", "4.50321195603208E+17": kind 2 says that the digits after are lost), a date is ISO.
    (Error cells of a workbook come as empty: the reader does not tell them; kind 6 is an error written out as text.)
    """

    name: str
    text: pd.DataFrame
    kind: pd.DataFrame
    merged: tuple[Merge, ...] = ()
    hidden: bool = False


def read_raw(
    source: BinaryIO | Path,
    filename: str,
    *,
    limits: Limits | None = None,
    progress: Progress | None = None,
    first: int | None = None,
    scanned: bool = False,
) -> list[RawSheet]:
    """Every worksheet of an upload in its order, hidden ones too; charts are left out. Raises Unreadable.

    ``source`` is a path or a seekable stream, ``filename`` the name the user gave it (only its extension is believed, and
    only if the content agrees). ``progress(done, total)`` is told the rows of the sheet at hand. ``first``: no more rows of a sheet
    than these, for pages that show how it begins. ``scanned``: as ``again`` of the pre-scan.
    """
    limits = limits or Limits()
    with source.open("rb") if isinstance(source, Path) else nullcontext(source) as stream:
        form, unpacked = prescan(stream, filename, limits, again=scanned)
        large = large_parts(stream) if form == "xlsx" else []
        order = {"format": form, "memory": limits.memory_for(unpacked), "limits": asdict(limits), "first": first}
        try:
            with _child(_parcels(stream, form, large), order, limits) as messages:
                sheets = list(_sheets(messages, limits, progress))
        except (pa.ArrowException, KeyError, TypeError, ValueError) as error:
            raise Unreadable("damaged") from error  # the child was made to say something else than cells
    if form == "csv":
        name = Path(filename.replace("\\", "/")).stem[:31]  # as a spreadsheet program names the sheet of a CSV file
        sheets = [RawSheet(name, sheet.text, sheet.kind) for sheet in sheets]
    if not any(len(sheet.text) for sheet in sheets):
        raise Unreadable("no_content")
    if any(scrub(sheet.name) != sheet.name for sheet in sheets):  # pages, exports and the database name the sheet
        raise Unreadable("sheet_name")
    return sheets


@contextmanager
def _child(source: Iterator[bytes], order: dict, limits: Limits) -> Iterator[Iterator[tuple[bytes, memoryview]]]:
    """Runs the child on a file; inside, its messages up to the end message. It does not outlive the block."""
    command = [sys.executable, "-I", "-B", str(CHILD), json.dumps(order)]
    child = subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,  # a panic may quote the cells it fell over
        env=ENVIRONMENT,
        cwd="/",
    )
    overrun = threading.Event()

    def stop():
        overrun.set()
        child.kill()

    alarm = threading.Timer(limits.wall_seconds, stop)
    feeder = threading.Thread(target=_feed, args=(source, child.stdin), daemon=True)
    try:
        alarm.start()
        feeder.start()
        yield _messages(child, overrun)
    finally:
        alarm.cancel()
        child.kill()
        child.wait()
        feeder.join()
        child.stdout.close()


def _parcels(stream: BinaryIO, form: str, large: list[str]) -> Iterator[bytes]:
    """What goes to the child: a CSV as it is, a workbook behind its length, a large one as several small ones."""
    if form != "csv" and not large:
        yield stream.seek(0, 2).to_bytes(8, "big")
        stream.seek(0)
    if large:
        for workbook in workbooks(stream, large):
            yield len(workbook).to_bytes(8, "big")
            yield workbook
    else:
        yield from iter(lambda: stream.read(MEGABYTE), b"")


def _feed(source, pipe):
    try:
        with pipe:
            for piece in source:
                pipe.write(piece)
    except BrokenPipeError:
        pass  # the child is gone; why is read from its exit


def _messages(child, overrun):
    while True:
        head = child.stdout.read(9)
        size = int.from_bytes(head[1:], "big")
        if size > MESSAGE_BYTES:
            raise Unreadable("damaged")
        payload = child.stdout.read(size)
        if len(head) < 9 or len(payload) < size:
            raise _fate(child.wait(), overrun.is_set())
        if head[:1] == b"E":
            raise _refusal(json.loads(payload))
        if head[:1] == b"Z":
            return
        yield head[:1], memoryview(payload)


def _fate(code: int, overrun: bool) -> Unreadable:
    """What an exit without the end message means; ``code`` as subprocess gives it, negative for a signal."""
    if overrun or code == -signal.SIGXCPU:
        return Unreadable("too_slow")
    if code in (-signal.SIGABRT, -signal.SIGSEGV, -signal.SIGBUS, -signal.SIGKILL):
        return Unreadable("too_much_memory")  # the Rust allocator aborts at the limit, a full machine kills
    return Unreadable("damaged")


def _refusal(said: dict) -> Unreadable:
    """The child's refusal, if it is one that we know: its words are taken as numbers and short strings only."""
    code = said["code"] if said.get("code") in SENTENCES else "damaged"
    facts = {key: value if isinstance(value, int) else str(value)[:80] for key, value in said["facts"].items()}
    return Unreadable(code, **facts)


def _sheets(messages, limits, progress):
    head, batches, rows, seen = None, [], 0, 0
    for tag, payload in messages:
        if tag == b"S":
            if head:
                yield _sheet(head, batches, rows)
            head, batches, rows = json.loads(bytes(payload)), [], 0
        else:
            seen += len(payload)
            if seen > 2 * limits.text_bytes + MESSAGE_BYTES:
                raise Unreadable("too_much_text", limit=limits.text_bytes // MEGABYTE)
            batches.append(_columns(payload, head["columns"]))
            rows += len(batches[-1][1])
            if progress:
                progress(rows, head["rows"])
    if head:
        yield _sheet(head, batches, rows)


def _columns(payload, width):
    """One batch → (texts per column, kinds as a rows × columns matrix), every value checked."""
    options = pa.ipc.IpcReadOptions(use_threads=False)  # no thread pool in a process that may have been forked
    with pa.ipc.open_stream(pa.py_buffer(payload), options=options) as stream:
        batch = stream.read_next_batch()
    batch.validate(full=True)
    if batch.schema.types != [pa.string(), pa.uint8()] * width or any(column.null_count for column in batch.columns):
        raise ValueError("a batch of another shape")
    kinds = np.column_stack([column.to_numpy() for column in batch.columns[1::2]])
    return batch.columns[0::2], kinds


def _sheet(head, batches, rows):
    width = head["columns"]
    if rows != head["rows"]:
        raise ValueError("rows are missing")
    index = pd.RangeIndex(1, rows + 1)
    if not batches:
        empty = pd.DataFrame(index=index, columns=range(width))
        return RawSheet(head["name"], empty.astype("str"), empty.astype("uint8"), (), head["hidden"])
    texts = [
        pa.chunked_array([columns[number] for columns, _ in batches]).cast(pa.large_string())
        for number in range(width)
    ]
    text = pa.table(texts, names=[str(number) for number in range(width)]).to_pandas(use_threads=False)
    text.index, text.columns = index, range(width)
    kind = pd.DataFrame(np.concatenate([kinds for _, kinds in batches]), index=index, columns=range(width))
    merged = tuple(Merge(top + 1, left, bottom + 1, right) for top, left, bottom, right in head["merged"])
    return RawSheet(head["name"], text, kind, merged, head["hidden"])
