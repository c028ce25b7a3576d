"""Matches on their way into RowMatch: columns, not rows, because nineteen in twenty say the same (performance.md 5)."""

import hashlib
import json
from collections.abc import Container, Iterable
from itertools import chain

import numpy as np
import pandas as pd

from fangpin.copying import bytea_texts, copy_pieces, csv_pieces
from screening.choices import MatchState
from screening.matching.remembered import name_kept
from screening.models import Extract, RowMatch

KEY = ["sheet_no", "row"]
NOTE = 200  # as long as the column holds


def replace_matches(extract: Extract, rows: pd.DataFrame, decided: pd.DataFrame, refused: pd.DataFrame) -> str:
    """Make what is stored of the machine what it decided now: one match for each of ``rows`` and of ``refused``; the digest of it.

    decided: ``decisions.COLUMNS`` and row_index, index of ``rows``. Rows that a person decided are left alone. What stands in the table
    already (``extract.matches_digest``) is not written again. The caller holds the extract.
    """
    parts = [_columns(extract, rows, decided), _refused_columns(extract, refused)]
    pieces = [list(csv_pieces(part)) for part in parts]
    digest = _digest(chain.from_iterable(pieces))
    if extract.matched_at and digest == extract.matches_digest:
        return digest
    if extract.matched_at:
        RowMatch.objects.filter(extract=extract, decided_by=None).delete()
    by_people = decided_by_people(extract)
    for part, told in zip(parts, pieces, strict=True):
        copy_pieces(RowMatch, list(part), csv_pieces(_left(part, by_people)) if by_people else told)
    return digest


def decided_by_people(extract: Extract) -> dict[tuple[int, int], dict]:
    """(sheet_no, row) -> state, person and household of the rows that a person decided; none before the first match."""
    if not extract.matched_at:
        return {}
    rows = RowMatch.objects.filter(extract=extract).exclude(decided_by=None)
    told = rows.values_list(*KEY, "state", "person_id", "household_id")
    return {
        (sheet_no, row): {"state": state, "person": person and str(person), "household": household and str(household)}
        for sheet_no, row, state, person, household in told
    }


def stored_of(extract: Extract, rows: pd.DataFrame, decided: pd.DataFrame) -> pd.DataFrame:
    """state, person and household of each of ``rows`` as they now stand in the table, in their order, without reading them from there."""
    columns, by_people = _outcome(decided), decided_by_people(extract)
    if by_people:
        lines = {place: at for at, place in enumerate(zip(*(rows[name].tolist() for name in KEY), strict=True))}
        for place in by_people.keys() & lines.keys():
            for name, value in by_people[place].items():
                columns[name][lines[place]] = value
    return pd.DataFrame(columns, index=rows.index).astype({"state": "str"})


def _outcome(decided: pd.DataFrame) -> dict[str, np.ndarray]:
    """state, person and household; only of settled rows the latter two."""
    state = decided["state"].to_numpy(dtype=object, copy=True)
    settled = (state == MatchState.CERTAIN.value) | (state == MatchState.PROBABLE.value)
    whose = {name: np.where(settled, decided[name].to_numpy(dtype=object), None) for name in ("person", "household")}
    return {"state": state, **whose}


def _digest(pieces: Iterable[bytes]) -> str:
    told = hashlib.sha256()
    for piece in pieces:
        told.update(piece)
    return told.hexdigest()


def _columns(extract, rows, decided) -> dict:
    outcome = _outcome(decided)
    return {
        "extract": str(extract.pk),
        "sheet_no": rows["sheet_no"].to_numpy(),
        "row": rows["row"].to_numpy(),
        "state": outcome["state"],
        "method": decided["method"].to_numpy(dtype=object),
        "confidence": decided["confidence"].to_numpy(dtype="float64"),
        "household": outcome["household"],
        "person": outcome["person"],
        "candidates": _texts(decided["candidates"], json.dumps),
        "evidence": _texts(decided["evidence"], _json),
        "note": _texts(decided["note"], lambda note: note[:NOTE]),
        "name": _names(rows, outcome["state"]),
        "row_index": _indexes(decided),
    }


def _refused_columns(extract, refused) -> dict:
    return {
        "extract": str(extract.pk),
        "sheet_no": refused["sheet_no"].to_numpy(),
        "row": refused["row"].to_numpy(),
        "state": MatchState.NONE.value,
        "method": "refused",
        "confidence": 0.0,
        "household": None,
        "person": None,
        "candidates": "[]",
        "evidence": "{}",
        "note": "校验时未通过",
        "name": "",
    }


def _left(columns: dict, by_people: Container[tuple[int, int]]) -> dict:
    places = zip(columns["sheet_no"].tolist(), columns["row"].tolist(), strict=True)
    stays = np.array([place not in by_people for place in places], dtype=bool)
    return {name: value[stays] if isinstance(value, np.ndarray) else value for name, value in columns.items()}


def _json(value) -> str:
    return json.dumps(value, ensure_ascii=False)


def _texts(column: pd.Series, write) -> np.ndarray:
    """``write`` of each value, asked once per object: rows with the same evidence share one dictionary."""
    values = column.to_numpy(dtype=object)
    at, _ = pd.factorize(np.fromiter(map(id, values), np.int64, len(values)))
    first = np.zeros(at.max(initial=-1) + 1, dtype=np.int64)
    first[at[::-1]] = np.arange(len(at))[::-1]  # of equal ones the earliest is written last
    return np.array([write(values[place]) for place in first], dtype=object)[at] if len(values) else values


def _names(rows: pd.DataFrame, state: np.ndarray) -> np.ndarray:
    """The name a waiting row shows; the others need none."""
    shown = np.full(len(rows), "", dtype=object)
    waiting = np.flatnonzero(state == MatchState.AMBIGUOUS.value)
    if "name" in rows:
        shown[waiting] = [name_kept(name) for name in rows["name"].iloc[waiting]]
    return shown


def _indexes(decided: pd.DataFrame) -> np.ndarray:
    """Blind indexes of the rows that wait or that a ruling decided; None for the others."""
    indexes = decided["row_index"].to_numpy(dtype=object)
    kept = np.flatnonzero(decided["row_index"].notna().to_numpy())
    written = np.full(len(indexes), None, dtype=object)
    written[kept] = bytea_texts(indexes[kept])
    return written
