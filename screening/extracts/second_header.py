"""A second table in the same sheet: its rows would be read under the columns of the first. Such a file is sent back."""

from collections.abc import Sequence

import numpy as np

from fangpin.sheets import Table, normalise_header

LEAST_WORDS = 3  # a data row may happen to say 户主 or 备注, hardly three column names
SHARE = 0.6


class SecondHeader(Exception):
    """``str()`` is the sentence for the clerk."""


def refuse_second_header(tables: Sequence[Table], words: frozenset[str]) -> None:
    """Raise SecondHeader when a data row of a sheet is made of column names in other places than the header above.

    ``words``: the normalised column names of the list. (A header repeated in its own columns is no harm: the reader leaves
    it out and names the row.)
    """
    for table in tables:
        row = _second_header(table, words)
        if row:
            raise SecondHeader(
                f"工作表“{table.sheet}”第 {row} 行又是一行表头，与第 {table.header_row} 行的列不同：一张工作表里有两张表。"
                "请把下面的表移到单独的工作表，或把各列对齐后只留一行表头，再重新上传"
            )


def _second_header(table: Table, words: frozenset[str]) -> int:
    """The spreadsheet row of the first such row, 0 when there is none."""
    if table.text.empty:
        return 0
    exact = words | set(table.columns)  # cells just as they stand first: there may be 600,000 rows
    suspects = np.column_stack([table.text[column].isin(exact).to_numpy() for column in table.text]).sum(axis=1) >= 2
    for at in np.flatnonzero(suspects):
        cells = [cell for cell in table.text.iloc[at] if cell]
        named = sum(normalise_header(cell) in words for cell in cells)
        if named >= max(LEAST_WORDS, SHARE * len(cells)):
            return int(table.text.index[at])
    return 0
