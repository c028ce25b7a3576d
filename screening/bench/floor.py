"""The floor: read the files with calamine and join the number column to the register. Nothing is checked, nothing stored.

python -m screening.bench.floor DIR: prints {"rows", "found"} as JSON.
"""

import io
import json
import sys
from pathlib import Path

import pandas as pd
from pyarrow import csv
from python_calamine import CalamineWorkbook

NUMBER = ("证件号", "身份证", "残疾证号")  # the heading of the column that is joined
SEARCHED = 6


def sheets_of(path: Path):
    """The rows of every sheet of a file."""
    if path.suffix == ".csv":
        options = csv.ParseOptions(newlines_in_values=True)
        text = io.BytesIO(path.read_bytes().decode("gb18030").encode())
        table = csv.read_csv(text, parse_options=options)
        yield [table.column_names, *zip(*(column.to_pylist() for column in table.columns), strict=True)]
        return
    book = CalamineWorkbook.from_path(str(path))
    for name in book.sheet_names:
        yield book.get_sheet_by_name(name).to_python()


def number_column(rows) -> int | None:
    """Where the first heading that names a number stands."""
    for row in rows[:SEARCHED]:
        for at, cell in enumerate(row):
            if isinstance(cell, str) and any(word in cell for word in NUMBER):
                return at
    return None


def main(directory: Path) -> dict:
    register = csv.read_csv(directory / "register.csv").to_pandas()[["证件号码", "人编号"]].astype(str)
    read = found = 0
    for path in sorted((directory / "month").iterdir()):
        for rows in sheets_of(path):
            read += len(rows)
            at = number_column(rows)
            if at is not None:
                numbers = [str(row[at]).strip().upper() for row in rows]
                joined = pd.DataFrame({"证件号码": numbers}).merge(register, on="证件号码")
                found += len(joined)
    return {"rows": read, "found": found}


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]))))
