"""Columns of text, worked on by their distinct values: 300,000 cells of a county say some ten thousand different things."""

import json
from collections.abc import Callable, Iterable

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

_BETWEEN = ", "
_PIECE = 50_000  # rows that are joined at one time


def arrow(column: pd.Series) -> pa.Array:
    array = pa.array(column, pa.large_string())
    return array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array


def series(array: pa.Array | pa.ChunkedArray, index: pd.Index) -> pd.Series:
    return pd.Series(array, index=index, dtype="str")


def each(column: pd.Series, meaning: Callable[[str], str]) -> pd.Series:
    """``meaning`` of every cell, asked once for each distinct text."""
    encoded = meanings(column, meaning)
    return series(encoded.dictionary.take(encoded.indices), column.index)


def meanings(column: pd.Series, meaning: Callable[[str], str]) -> pa.DictionaryArray:
    """The same, not written out: a number a cell, and each meaning once (or more often, where several texts mean the same)."""
    encoded = arrow(column).dictionary_encode()
    meant = pa.array([meaning(text) for text in encoded.dictionary.to_pylist()], pa.large_string())
    return pa.DictionaryArray.from_arrays(encoded.indices, meant)


def where(column: pd.Series, wanted: Callable[[str], bool]) -> np.ndarray:
    """Which cells hold a text that is wanted, as a bool array."""
    encoded = arrow(column).dictionary_encode()
    answers = np.fromiter(map(wanted, encoded.dictionary.to_pylist()), bool, len(encoded.dictionary))
    return answers[encoded.indices.to_numpy()] if len(answers) else np.zeros(len(column), bool)


def starts(column: pd.Series, length: int) -> pd.Series:
    return series(pc.utf8_slice_codeunits(arrow(column), 0, length), column.index)


def json_objects(columns: dict[str, pa.DictionaryArray], index: pd.Index) -> pd.Series:
    """The filled cells of each row as JSON text, in the order in which PostgreSQL keeps the keys of a jsonb (by length, then bytes), so that
    unchanged values are equal as text."""
    keys = sorted(columns, key=lambda key: (len(key.encode()), key.encode()))
    if not keys:
        return pd.Series("{}", index=index, dtype="str")
    members = [_members(key, columns[key].dictionary) for key in keys]
    pieces = []
    for start in range(0, len(index), _PIECE):
        numbers = [columns[key].indices.slice(start, _PIECE) for key in keys]
        pieces.append(_objects([texts.take(at) for texts, at in zip(members, numbers, strict=True)]))
    return series(pa.chunked_array(pieces, pa.large_string()), index)


def _objects(members: list[pa.Array]) -> pa.Array:
    opening, closing, nothing = (pa.scalar(text, pa.large_string()) for text in ("{", "}", ""))
    inner = pc.utf8_slice_codeunits(pc.binary_join_element_wise(*members, nothing), len(_BETWEEN))
    return pc.binary_join_element_wise(opening, inner, closing, nothing)


def _members(key: str, texts: pa.Array) -> pa.Array:
    """', "key": "cell"' of every distinct cell, nothing where it is empty."""
    return pa.array(
        [f"{_BETWEEN}{_json(key)}: {_json(text)}" if text else "" for text in texts.to_pylist()], pa.large_string()
    )


def _json(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def among(column: pd.Series, others: Iterable[str]) -> pd.Series:
    """``isin`` by a hash index: pandas makes a list of scalars of the other column first, ten times slower and 200 MB more."""
    found = pd.Series(list(others) if isinstance(others, frozenset) else others, dtype="str")
    there = pc.is_in(arrow(column), value_set=arrow(found))
    return pd.Series(there.to_numpy(zero_copy_only=False), index=column.index)
