"""Bulk writing with PostgreSQL's COPY: 5 to 25 times faster than bulk_create (performance.md 5).

``copy_rows`` takes rows of Python values, ``copy_columns`` whole columns and is some ten times as fast again.
"""

import io
import json
import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv
from django.db import connection, models

_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r", "\0": ""})
CHUNK = 20_000
COLUMN_CHUNK = 100_000


def copy_rows(
    model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence], *, table: str | None = None
) -> int:
    """Append ``rows`` to the model's table, or to another ``table`` of its shape; how many rows.

    ``columns`` are field names, values plain Python (dict and list become JSON). Constraints of the database hold as for any
    insert; ``save()`` and field defaults in Python do not run.
    """
    fields = [model._meta.get_field(name) for name in columns]
    names = ", ".join(connection.ops.quote_name(field.column) for field in fields)
    encode = [_json if isinstance(field, models.JSONField) else _text for field in fields]
    statement = f"COPY {connection.ops.quote_name(table or model._meta.db_table)} ({names}) FROM STDIN"
    count, buffer = 0, io.StringIO()
    for count, row in enumerate(rows, start=1):
        buffer.write("\t".join(write(value) for write, value in zip(encode, row, strict=True)) + "\n")
        if count % CHUNK == 0:
            _send(statement, buffer)
            buffer = io.StringIO()
    _send(statement, buffer)
    return count


def copy_columns(
    model: type[models.Model], columns: Mapping[str, np.ndarray | str | float | None], *, table: str | None = None
) -> int:
    """Append rows given as columns by field name, all of one length; a plain value stands in every row. How many rows.

    Values are what PostgreSQL reads as text: strings, numbers, bool, None; JSON and dates as text, bytes as ``bytea_texts`` makes them.
    """
    length = max((len(value) for value in columns.values() if isinstance(value, np.ndarray)), default=0)
    names = ", ".join(connection.ops.quote_name(model._meta.get_field(name).column) for name in columns)
    statement = f"COPY {connection.ops.quote_name(table or model._meta.db_table)} ({names}) FROM STDIN (FORMAT csv, DELIMITER ',')"
    options = pa_csv.WriteOptions(include_header=False)  # a text is quoted, so that "" is no NULL
    for start in range(0, length, COLUMN_CHUNK):
        count = min(COLUMN_CHUNK, length - start)
        arrays = [
            pa.array(value[start : start + count], from_pandas=False)
            if isinstance(value, np.ndarray)
            else _repeated(value, count)
            for value in columns.values()
        ]
        buffer = io.BytesIO()
        pa_csv.write_csv(pa.table(arrays, names=list(columns)), buffer, options)
        _send(statement, buffer)
    return length


def _repeated(value, count: int) -> pa.Array:
    return pa.nulls(count, pa.string()) if value is None else pa.repeat(pa.scalar(value), count)


def bytea_texts(values: Iterable[bytes | None]) -> np.ndarray:
    """Bytes as PostgreSQL reads them from text."""
    return np.array([None if value is None else "\\x" + value.hex() for value in values], dtype=object)


def _send(statement: str, buffer: io.StringIO | io.BytesIO) -> None:
    if buffer.tell():
        buffer.seek(0)
        with connection.cursor() as cursor, connection.wrap_database_errors:  # IntegrityError as for any insert
            cursor.cursor.copy_expert(statement, buffer)


def _json(value) -> str:
    # JSON has written its own control characters as \n, \t …: only the backslash is left to double
    return "\\N" if value is None else json.dumps(value, ensure_ascii=False).replace("\\", "\\\\")


def _text(value) -> str:
    if value is None:
        return "\\N"
    if isinstance(value, str):
        return value.translate(_ESCAPES)
    if isinstance(value, bool):
        return "t" if value else "f"
    if isinstance(value, bytes | memoryview):
        return "\\\\x" + bytes(value).hex()
    if isinstance(value, int | float | Decimal | uuid.UUID):
        return str(value)
    if isinstance(value, date | datetime):
        return value.isoformat()
    raise TypeError(f"no COPY text for {type(value).__name__}")
