"""Rows at rest: what a checked file says goes into ExtractRow by COPY, personal cells sealed; and comes back as the same table."""

import json
from collections.abc import Iterable
from itertools import chain, repeat

import pandas as pd
from django.db.models import TextField, Value
from django.db.models.functions import Cast

from fangpin.copying import copy_rows
from fangpin.masking import mask_account, mask_id, mask_phone, scrub
from fangpin.sealing import seal_many, unseal, unseal_many
from screening.choices import RowStatus
from screening.extracts.checking import Checked
from screening.extracts.formats import FORMATS
from screening.extracts.layout import ColumnKind, ListFormat
from screening.extracts.problems import CODES
from screening.models import Extract, ExtractRow, RowMatch, RowProblem

RAW_KINDS = (ColumnKind.ID, ColumnKind.CERTIFICATE)
PLACE = ("sheet", "sheet_no", "row", "status")
_MASKS = {
    ColumnKind.ID: mask_id,
    ColumnKind.CERTIFICATE: mask_id,
    ColumnKind.PHONE: mask_phone,
    ColumnKind.ACCOUNT: mask_account,
}


def store(extract: Extract, checked: Checked, fmt: ListFormat) -> None:
    """Replace what is stored of ``extract`` by the rows and problems of ``checked``, inside the caller's fenced transaction."""
    for model in (ExtractRow, RowProblem, RowMatch):
        model.objects.filter(extract=extract).delete()
    copy_rows(
        ExtractRow, ("extract", "sheet_no", "row", "status", "values", "sealed"), _rows(extract, checked.rows, fmt)
    )
    copy_rows(RowProblem, _PROBLEM, _problems(extract, checked, fmt))


def _rows(extract, rows: pd.DataFrame, fmt: ListFormat):
    open_cells, secret_cells = _parted(rows, fmt)
    sheets, numbers, statuses = (rows[name].tolist() for name in ("sheet_no", "row", "status"))
    places = [f"{extract.place}:{sheet}:{row}" for sheet, row in zip(sheets, numbers, strict=True)]
    secrets = (json.dumps(cells, ensure_ascii=False) if cells else "" for cells in _cells(secret_cells))
    yield from zip(
        repeat(extract.pk, len(rows)),
        sheets,
        numbers,
        statuses,
        _cells(open_cells),
        seal_many(secrets, places),
        strict=True,
    )


def _parted(rows: pd.DataFrame, fmt: ListFormat) -> tuple[pd.DataFrame, pd.DataFrame]:
    """(what may stand in the open, what is sealed): numbers of persons, and any other cell in which somebody wrote one."""
    personal = [name for name in rows.columns if _is_personal(name, fmt)]
    open_cells, secret_cells = rows.drop(columns=[*PLACE, *personal]), rows[personal].copy()
    for name in open_cells.columns:
        telling = _scrubbed(rows[name]) != rows[name]
        if telling.any():
            secret_cells[name] = rows[name].where(telling, "")
            open_cells[name] = rows[name].mask(telling, "")
    return open_cells, secret_cells


def _cells(cells: pd.DataFrame):
    """One dict per row without the blank cells; a flag is kept only when it is set."""
    columns = [cells[name].to_numpy(dtype=object).tolist() for name in cells.columns]
    for row in zip(*columns, strict=True) if columns else repeat((), len(cells)):
        yield {name: value for name, value in zip(cells.columns, row, strict=True) if value}


def _is_personal(name: str, fmt: ListFormat) -> bool:
    return name.removesuffix("_raw").removesuffix("_is_number") in fmt.personal_keys


_PROBLEM = (
    "extract", "sheet_no", "row", "name", "column", "letter", "code", "severity", "content", "message", "suggestion",
)  # fmt: skip


def _problems(extract, checked: Checked, fmt: ListFormat):
    found = checked.problems
    numbers = checked.rows.drop_duplicates("sheet").set_index("sheet")["sheet_no"]
    columns = (
        found["sheet"].map(numbers).tolist(), found["row"].tolist(), _names_of(checked), found["column_label"].str[:60],
        found["letter"], found["code"].map(CODES), found["severity"], _masked(found, fmt), _scrubbed(found["message"]).str[:300],
        _scrubbed(found["suggestion"]).str[:300],
    )  # fmt: skip
    return zip(repeat(extract.pk, len(found)), *columns, strict=True)


def _names_of(checked: Checked) -> list[str]:
    """The name in the row of each problem."""
    rows = checked.rows
    if "name" not in rows:
        return [""] * len(checked.problems)
    names = dict(zip(zip(rows["sheet"], rows["row"], strict=True), _scrubbed(rows["name"]).str[:60], strict=True))
    return [names[place] for place in zip(checked.problems["sheet"], checked.problems["row"], strict=True)]


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


def load_rows(extract: Extract, *, acceptable_only: bool = True, unsealed: bool = True) -> pd.DataFrame:
    """The stored rows in file order with the columns of ``Checked.rows``: text, blanks as '', flags as bool; numbers unsealed.

    ``acceptable_only`` leaves out the refused rows; without ``unsealed`` personal cells stay shut and their columns blank (rules
    need none). Raises Unsealable.
    """
    stored = ExtractRow.objects.filter(extract=extract).order_by("sheet_no", "row")
    if acceptable_only:
        stored = stored.exclude(status=RowStatus.REFUSED)
    secret = "sealed" if unsealed else Value(b"")
    rows = list(stored.values_list("sheet_no", "row", "status", Cast("values", TextField()), secret))
    sheet_no, row, status, values, sealed = zip(*rows, strict=True) if rows else ((),) * 5
    records = _decoded(values)
    if unsealed:
        places = [f"{extract.place}:{sheet}:{number}" for sheet, number in zip(sheet_no, row, strict=True)]
        secrets = _decoded(text or "{}" for text in unseal_many(sealed, places))
        records = [cells | hidden for cells, hidden in zip(records, secrets, strict=True)]
    columns = {name: [record.get(name, "") for record in records] for name in _names(extract, records)}
    sheets = [extract.sheets[number]["name"] for number in sheet_no]
    loaded = pd.DataFrame(dict(zip(PLACE, (sheets, sheet_no, row, status), strict=True)))
    loaded = loaded.astype({"sheet": "str", "sheet_no": "int64", "row": "int64", "status": "str"})
    for name, cells in columns.items():
        if name.endswith("_is_number"):
            loaded[name] = [bool(cell) for cell in cells]
        else:
            loaded[name] = pd.Series(cells, dtype="str")
    return loaded


def _decoded(texts: Iterable[str]) -> list[dict]:
    """JSON objects, all read in one go: four times as fast as one by one."""
    return json.loads(f"[{','.join(texts)}]")


def _names(extract: Extract, records: list[dict]) -> list[str]:
    """Every column the file has: those it was read under, also when they are blank throughout, and what checking put beside them."""
    fmt = FORMATS[extract.list_code]
    read = {key for sheet in extract.sheets for key in sheet["columns"]}
    names = []
    for column in fmt.columns:
        if column.key in read:
            names.append(column.key)
            names += [f"{column.key}_raw", f"{column.key}_is_number"] if column.kind in RAW_KINDS else []
    return list(dict.fromkeys([*names, "township_code", "village_code", *chain.from_iterable(records)]))


def row_cells(row: ExtractRow, fmt: ListFormat) -> list[tuple[str, str]]:
    """(label, text) of one row as a page may show it: personal cells masked."""
    place = f"{row.extract.place}:{row.sheet_no}:{row.row}"
    sealed = json.loads(unseal(row.sealed, place)) if row.sealed else {}
    cells = []
    for column in fmt.columns:
        mask = _MASKS.get(column.kind, scrub)
        text = sealed.get(column.key) or sealed.get(f"{column.key}_raw") or row.values.get(column.key, "")
        if text:
            cells.append((column.label, mask(text)))
    return cells
