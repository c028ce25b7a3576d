"""A sealed copy of the register as a table, beside the uploads: one for each county, for the processes of one state of the register."""

import hashlib
import io
import logging
import os
from pathlib import Path

import pandas as pd
import pyarrow as pa
from django.conf import settings

from fangpin.sealing import Unsealable, open_sealed, seal_stream

log = logging.getLogger(__name__)
_OBJECTS = ("person", "household")  # columns of Python's own strings


def read_copy(county_code: str, state: tuple) -> pd.DataFrame | None:
    """The people of this state; None where the copy is of another state, cannot be opened or was never made."""
    try:
        plain = open_sealed(_path(county_code), _place(county_code, state))
    except (FileNotFoundError, Unsealable):
        return None
    people = pa.ipc.open_stream(plain.getbuffer()).read_all().to_pandas()
    return people.astype(dict.fromkeys(_OBJECTS, object))


def write_copy(people: pd.DataFrame, county_code: str, state: tuple) -> None:
    """Make the copy one of these people, instead of any other."""
    table, plain = pa.Table.from_pandas(people, preserve_index=False), io.BytesIO()
    with pa.ipc.new_stream(plain, table.schema) as stream:
        stream.write_table(table)
    plain.seek(0)
    path = _path(county_code)
    own = path.with_name(f"{county_code}-{os.getpid()}.arrow")  # several processes may make it at once
    try:
        seal_stream(plain, own, _place(county_code, state))
        own.replace(path)
    except OSError:  # a full disk, say: the register itself is there
        log.warning("no copy of the register could be written", exc_info=True)


def _path(county_code: str) -> Path:
    return settings.UPLOAD_DIR / "copies" / f"{county_code}.arrow"


def _place(county_code: str, state: tuple) -> str:
    """What the copy is sealed to: it opens for the same state of the register alone."""
    return f"register:{county_code}:{hashlib.sha256(repr(state).encode()).hexdigest()}"
