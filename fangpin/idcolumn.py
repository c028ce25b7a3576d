"""A column of identity numbers: its bytes by position, and what ``idcard`` made of every cell."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc


class TextColumn:
    """The UTF-8 bytes of a text column, read by position without making Python strings."""

    def __init__(self, text: pd.Series):
        array = pa.array(text, type=pa.large_string(), from_pandas=True)
        if isinstance(array, pa.ChunkedArray):
            array = array.combine_chunks()
        if array.null_count:
            array = array.fill_null("")
        self.array = array
        _, offsets, data = array.buffers()
        self.starts = np.frombuffer(offsets, dtype=np.int64)[array.offset : array.offset + len(array) + 1]
        self.length = np.diff(self.starts)
        # 18 bytes of padding let every row be read to position 17, whatever its length
        text_bytes = np.frombuffer(data or b"", dtype=np.uint8)
        self.data = np.concatenate([text_bytes, np.zeros(18, dtype=np.uint8)])

    def at(self, rows: np.ndarray, position: int) -> np.ndarray:
        return self.data[self.starts[rows] + position]

    def texts(self, rows: np.ndarray) -> list[str]:
        return self.array.take(pa.array(rows)).to_pylist()


class CleanedColumn:
    """`idcard.Cleaned` over a column, arrays of one length: kind int8, repaired bool, key int64 (`idcard.to_key` of the number; -1
    unless the kind is in COMPLETE). Nearly all numbers are the text itself, so that only the others are kept beside it."""

    def __init__(self, column: TextColumn):
        count = len(column.length)
        self.kind = np.full(count, -1, dtype=np.int8)
        self.repaired = np.zeros(count, dtype=bool)
        self.key = np.full(count, -1, dtype=np.int64)
        self._text = column.array
        self._other: dict[int, str] = {}

    def put(self, at: int, number: str) -> None:
        """The number of a row, where it is not the text."""
        self._other[at] = number

    def numbers(self, rows: np.ndarray | None = None) -> np.ndarray:
        """The numbers (object, str), of all rows or those at the given places."""
        text = self._text if rows is None else self._text.take(pa.array(rows))
        numbers = np.array(text.to_pylist(), dtype=object)
        for place, at in enumerate(range(len(self._text)) if rows is None else rows.tolist()):
            if at in self._other:
                numbers[place] = self._other[at]
        return numbers

    def number_column(self) -> pd.Series:
        """All numbers as a text column."""
        changed = np.zeros(len(self._text), dtype=bool)
        places = sorted(self._other)
        changed[places] = True
        numbers = pa.array([self._other[at] for at in places], type=pa.large_string())
        return pc.replace_with_mask(self._text, pa.array(changed), numbers).to_pandas()

    def take_over(self, rows: np.ndarray, other: "CleanedColumn", theirs: np.ndarray) -> None:
        """Answers of another column in place of those at ``rows``."""
        for name in ("kind", "repaired", "key"):
            getattr(self, name)[rows] = getattr(other, name)[theirs]
        for at, number in zip(rows.tolist(), other.numbers(theirs).tolist(), strict=True):
            self.put(at, number)
