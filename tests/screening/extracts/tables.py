"""Tables for tests of checking: a heading line and some rows, as the reader of sheets gives them."""

import pandas as pd

from fangpin.sheets import NUMBER, TEXT, Table, column_letter


def a_table(headers: str, *rows: tuple, sheet="Sheet1", header_row=1, above=()) -> Table:
    """``headers`` separated by spaces; a number in a row is a number cell. The first row stands below the heading."""
    columns = tuple(headers.split())
    index = range(header_row + 1, header_row + 1 + len(rows))
    text = pd.DataFrame(
        [[str(cell) for cell in row] for row in rows], index=index, columns=range(len(columns)), dtype="str"
    )
    kind = pd.DataFrame(
        [[NUMBER if not isinstance(cell, str) else TEXT if cell else 0 for cell in row] for row in rows],
        index=index,
        columns=range(len(columns)),
        dtype="uint8",
    )
    letters = tuple(map(column_letter, range(len(columns))))
    return Table(sheet, header_row, columns, text, kind, letters, (), tuple(above))
