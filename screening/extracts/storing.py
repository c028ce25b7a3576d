"""Rows at rest: what a checked file says is kept in RowChunk as sealed Arrow tables, and comes back as the same table.

A chunk holds some thousand rows of one sheet, column by column, compressed and sealed as a whole: names and numbers alike, so that nothing
has to be told apart. Whoever needs a few columns decompresses only those; a page that shows one row opens one chunk.
"""

from collections.abc import Collection, Iterator
from itertools import pairwise, repeat

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from fangpin.copying import copy_columns, copy_rows
from fangpin.masking import mask_account, mask_id, mask_phone, scrub
from fangpin.sealing import seal_bytes_many, unseal_bytes
from screening.choices import RowStatus
from screening.extracts.checking import Checked
from screening.extracts.formats import FORMATS
from screening.extracts.layout import ColumnKind, ListFormat
from screening.extracts.problems import CODES
from screening.models import Extract, RowChunk, RowMatch, RowProblem

CHUNK_ROWS = 16_384
RAW_KINDS = (ColumnKind.ID, ColumnKind.CERTIFICATE)
PLACE = ("sheet", "sheet_no", "row", "status")
_IN_CHUNK = ("row", "status")  # of PLACE; the sheet is the chunk's own
_MASKS = {
    ColumnKind.ID: mask_id,
    ColumnKind.CERTIFICATE: mask_id,
    ColumnKind.PHONE: mask_phone,
    ColumnKind.ACCOUNT: mask_account,
}


def store(extract: Extract, checked: Checked, fmt: ListFormat) -> None:
    """Replace what is stored of ``extract`` by the rows and problems of ``checked``, inside the caller's fenced transaction."""
    forget(extract)
    store_rows(extract, checked.rows)
    copy_columns(RowProblem, _problems(extract, checked, fmt))


def forget(extract: Extract) -> None:
    """Nothing of an earlier check stays."""
    for model in (RowChunk, RowProblem, RowMatch):
        model.objects.filter(extract=extract).delete()
    Extract.objects.filter(pk=extract.pk).forget_digest()


def store_rows(extract: Extract, rows: pd.DataFrame) -> None:
    """Write the chunks of ``rows`` (columns of ``Checked.rows``, in file order)."""
    columns = ("extract", "number", "sheet_no", "first_row", "last_row", "rows", "sealed")
    copy_rows(RowChunk, columns, _chunks(extract, rows))


def _chunks(extract: Extract, rows: pd.DataFrame) -> Iterator[tuple]:
    """Values of each chunk; one never reaches from a sheet into the next."""
    sheets = rows["sheet_no"].to_numpy()
    table = pa.Table.from_pandas(rows.drop(columns=["sheet", "sheet_no"]), preserve_index=False)
    table = table.replace_schema_metadata(None)
    for number, (start, end) in enumerate(_spans(sheets)):
        part = table.slice(start, end - start)
        first, last = (part["row"][at].as_py() for at in (0, end - start - 1))
        (sealed,) = seal_bytes_many([_packed(part)], [_chunk_place(extract, number)])
        yield extract.pk, number, int(sheets[start]), first, last, end - start, sealed


def _spans(sheets: np.ndarray) -> Iterator[tuple[int, int]]:
    """(start, end) of every chunk."""
    borders = [*np.flatnonzero(np.diff(sheets, prepend=-1)).tolist(), len(sheets)]
    for first, end in pairwise(borders):
        for start in range(first, end, CHUNK_ROWS):
            yield start, min(start + CHUNK_ROWS, end)


def _chunk_place(extract: Extract, number: int) -> str:
    return f"{extract.place}:{number}"


def _packed(table: pa.Table) -> bytes:
    """An Arrow file, every column compressed by itself."""
    sink = pa.BufferOutputStream()
    options = pa.ipc.IpcWriteOptions(compression="lz4", use_threads=False)
    with pa.ipc.new_file(sink, table.schema, options=options) as file:
        file.write_table(table.combine_chunks())
    return sink.getvalue().to_pybytes()


def _unpacked(plain: bytes, wanted: Collection[str] | None = None) -> pa.Table:
    """The reverse of ``_packed``; only the columns ``wanted`` are decompressed."""
    buffer = pa.py_buffer(plain)
    if wanted is None:
        fields = None
    else:
        with pa.ipc.open_file(buffer) as file:
            fields = [at for at, name in enumerate(file.schema.names) if name in wanted]
    options = pa.ipc.IpcReadOptions(use_threads=False, included_fields=fields)
    with pa.ipc.open_file(buffer, options=options) as file:
        return file.read_all()


def _problems(extract, checked: Checked, fmt: ListFormat) -> dict:
    """Columns of RowProblem."""
    found = checked.problems
    numbers = checked.rows.drop_duplicates("sheet").set_index("sheet")["sheet_no"]
    return {
        "extract": str(extract.pk),
        "sheet_no": found["sheet"].map(numbers).to_numpy(dtype="int64"),
        "row": found["row"].to_numpy(dtype="int64"),
        "name": _names_of(checked),
        "column": found["column_label"].str[:60],
        "letter": found["letter"],
        "code": found["code"].map(CODES),
        "severity": found["severity"],
        "content": _masked(found, fmt),
        "message": _scrubbed(found["message"]).str[:300],
        "suggestion": _scrubbed(found["suggestion"]).str[:300],
    }


def _names_of(checked: Checked) -> list[str]:
    """The name in the row of each problem."""
    rows = checked.rows
    if "name" not in rows:
        return [""] * len(checked.problems)
    named = checked.problems[["sheet", "row"]].merge(rows[["sheet", "row", "name"]], on=["sheet", "row"], how="left")
    return _scrubbed(named["name"]).str[:60].tolist()


def _masked(found: pd.DataFrame, fmt: ListFormat) -> list[str]:
    """What stood in each cell, as a page may show it; "无" in a column of numbers hides nobody."""
    masks = {column.key: _MASKS[column.kind] for column in fmt.columns if column.kind in _MASKS}
    secret = found["column_key"].isin(masks) & found["content"].str.contains(r"\d", regex=True)
    cells = zip(found["column_key"], found["content"].str[:200], _scrubbed(found["content"]), secret, strict=True)
    return [(masks[key](given) if hidden else scrubbed)[:120] for key, given, scrubbed, hidden in cells]


def _scrubbed(texts: pd.Series) -> pd.Series:
    """``masking.scrub`` of each text; only those with a long run of digits can hold anything to mask."""
    texts = texts.astype("str")
    telling = texts.str.contains(r"\d{11}", regex=True)
    masked = {text: scrub(text) for text in texts[telling].unique()}
    return texts.where(~telling, texts[telling].map(masked))


def load_rows(
    extract: Extract, *, acceptable_only: bool = True, columns: Collection[str] | None = None
) -> pd.DataFrame:
    """The stored rows in file order with the columns of ``Checked.rows``: text, blanks as '', flags as bool.

    ``acceptable_only`` leaves out the refused rows. With ``columns`` only those of them that the file has, behind PLACE. Raises Unsealable.
    """
    wanted = None if columns is None else {*_IN_CHUNK, *columns}
    parts = [_opened(chunk, extract, wanted) for chunk in _stored(extract)]
    if not parts:
        return _no_rows(extract, columns)
    table = pa.concat_tables(parts)
    if acceptable_only:
        acceptable = pc.not_equal(table["status"], RowStatus.REFUSED.value)
        table = table if pc.all(acceptable).as_py() else table.filter(acceptable)
    rows = table.to_pandas(use_threads=False, split_blocks=True, self_destruct=True)
    return rows[[*PLACE, *(name for name in rows.columns if name not in PLACE)]]


def _stored(extract: Extract) -> Iterator[RowChunk]:
    """The chunks in file order, one in memory at a time."""
    return RowChunk.objects.filter(extract=extract).order_by("number").iterator(chunk_size=1)


def _opened(chunk: RowChunk, extract: Extract, wanted: Collection[str] | None = None) -> pa.Table:
    """The table of a chunk with the sheet its rows stand in."""
    table = _unpacked(unseal_bytes(chunk.sealed, _chunk_place(extract, chunk.number)), wanted)
    sheet = pa.scalar(extract.sheets[chunk.sheet_no]["name"], pa.large_string())
    table = table.append_column("sheet", pa.repeat(sheet, len(table)))
    return table.append_column("sheet_no", pa.repeat(pa.scalar(chunk.sheet_no, pa.int64()), len(table)))


def _no_rows(extract: Extract, columns: Collection[str] | None) -> pd.DataFrame:
    """An empty table with every column the file was read under."""
    fmt = FORMATS[extract.list_code]
    read = {key for sheet in extract.sheets for key in sheet["columns"]}
    kinds = dict.fromkeys(PLACE, "str") | {"sheet_no": "int64", "row": "int64"}
    for column in fmt.columns:
        if column.key in read:
            kinds[column.key] = "str"
            if column.kind in RAW_KINDS:
                kinds |= {f"{column.key}_raw": "str", f"{column.key}_is_number": "bool"}
    kinds |= {"township_code": "str", "village_code": "str"}
    return pd.DataFrame({
        name: pd.Series(dtype=kind) for name, kind in kinds.items() if columns is None or name in (*PLACE, *columns)
    })  # fmt: skip


def places_of(extract: Extract) -> Iterator[tuple[int, int]]:
    """(sheet_no, row) of every row of the file, in its order; nothing else is decompressed."""
    for chunk in _stored(extract):
        rows = _unpacked(unseal_bytes(chunk.sealed, _chunk_place(extract, chunk.number)), ("row",))["row"]
        yield from zip(repeat(chunk.sheet_no, len(rows)), rows.to_pylist(), strict=True)


def row_at(extract: Extract, sheet_no: int, row: int) -> dict[str, str]:
    """The cells of one row by column name, blank ones left out. Raises RowChunk.DoesNotExist when the file has no such row."""
    chunk = RowChunk.objects.get(extract=extract, sheet_no=sheet_no, first_row__lte=row, last_row__gte=row)
    table = _opened(chunk, extract)
    (found,) = table.filter(pc.equal(table["row"], row)).to_pylist() or [None]
    if found is None:
        raise RowChunk.DoesNotExist(f"no row {row} in sheet {sheet_no}")
    return {name: cell for name, cell in found.items() if name not in PLACE and isinstance(cell, str) and cell}


class OwnRows:
    """Name and number as single rows of a file say them; a chunk is opened once as long as its rows are asked for one after the other."""

    def __init__(self, extract: Extract):
        self._extract, roles = extract, FORMATS[extract.list_code].roles
        self._name, self._number = roles.get("name", ""), roles.get("id", "")
        self._chunks = list(RowChunk.objects.filter(extract=extract).defer("sealed"))
        self._open: tuple[int, dict[int, dict]] | None = None

    def who(self, sheet_no: int, row: int) -> tuple[str, str]:
        """(name, masked number); blank where the file has none."""
        cells = self._cells(sheet_no, row)
        number = cells.get(f"{self._number}_raw") or cells.get(self._number) or ""
        return scrub(cells.get(self._name) or ""), mask_id(number) if number else ""

    def _cells(self, sheet_no: int, row: int) -> dict:
        chunk = next(
            (one for one in self._chunks if one.sheet_no == sheet_no and one.first_row <= row <= one.last_row), None
        )
        if chunk is None:
            return {}
        if self._open is None or self._open[0] != chunk.number:
            wanted = {*_IN_CHUNK, self._name, self._number, f"{self._number}_raw"}
            table = _opened(RowChunk.objects.get(extract=self._extract, number=chunk.number), self._extract, wanted)
            self._open = chunk.number, {cells["row"]: cells for cells in table.to_pylist()}
        return self._open[1].get(row, {})


def row_cells(cells: dict[str, str], fmt: ListFormat) -> list[tuple[str, str]]:
    """(label, text) of one row (``row_at``) as a page may show it: personal cells masked."""
    shown = []
    for column in fmt.columns:
        text = cells.get(column.key) or cells.get(f"{column.key}_raw", "")
        if text:
            shown.append((column.label, _MASKS.get(column.kind, scrub)(text)))
    return shown
