"""The plan between check and application: a sealed file beside the upload, so that what was shown is what is written, and nothing is read twice."""

import io
import json
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pyarrow as pa

from fangpin.sealing import open_sealed, seal_stream
from households.importing.planning import Plan

_FRAMES = ("new_households", "changed_households", "new_people", "changed_people")
_LISTS = ("gone", "unseated", "touched")
_FIELDS = ("household_fields", "person_fields")


@dataclass
class Writes:
    """Of a Plan what is needed to write it: frames, ids of the register's rows, fields. ``state``: what the register was when it was made."""

    new_households: pd.DataFrame
    changed_households: pd.DataFrame
    new_people: pd.DataFrame
    changed_people: pd.DataFrame
    gone: list[str]
    unseated: list[str]
    touched: list[str]
    household_fields: frozenset[str]
    person_fields: frozenset[str]
    state: str = ""


def writes_of(plan: Plan, state: str = "") -> Writes:
    frames = {name: getattr(plan, name) for name in _FRAMES}
    fields = {name: getattr(plan, name) for name in _FIELDS}
    return Writes(
        **frames, **fields, gone=plan.gone["id"].tolist(), unseated=plan.unseated, touched=plan.touched, state=state
    )


def keep(writes: Writes, path: Path, place: str) -> None:
    head = {"state": writes.state}
    head |= {name: getattr(writes, name) for name in _LISTS}
    head |= {name: sorted(getattr(writes, name)) for name in _FIELDS}
    packed = io.BytesIO()
    for piece in (json.dumps(head).encode(), *(_packed(getattr(writes, name)) for name in _FRAMES)):
        packed.write(len(piece).to_bytes(8, "big") + piece)
    packed.seek(0)
    seal_stream(packed, path, place)


def kept(path: Path, place: str) -> Writes:
    """What ``keep`` wrote. Raises Unsealable when the file was altered, FileNotFoundError when it is gone."""
    packed = open_sealed(path, place)
    head = json.loads(_piece(packed))
    head |= {name: frozenset(head[name]) for name in _FIELDS}
    return Writes(**{name: _unpacked(_piece(packed)) for name in _FRAMES}, **head)


def _packed(frame: pd.DataFrame) -> bytes:
    table = pa.Table.from_pandas(frame, preserve_index=False, nthreads=1)
    sink, options = pa.BufferOutputStream(), pa.ipc.IpcWriteOptions(compression="zstd", use_threads=False)
    with pa.ipc.new_stream(sink, table.schema, options=options) as out:
        out.write_table(table, max_chunksize=50_000)
    return sink.getvalue().to_pybytes()


def _piece(packed: io.BytesIO) -> bytes:
    return packed.read(int.from_bytes(packed.read(8), "big"))


def _unpacked(piece: bytes) -> pd.DataFrame:
    options = pa.ipc.IpcReadOptions(use_threads=False)  # no thread pool in a process that may have been forked
    with pa.ipc.open_stream(pa.py_buffer(piece), options=options) as stream:
        return stream.read_all().to_pandas(use_threads=False)
