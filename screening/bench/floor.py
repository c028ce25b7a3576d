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

NUMBER = ("证件号", "身份证", "残疾证号", "残疾人证号", "公民身份号码")  # in the heading of the column that is joined
SEARCHED = 6


def numbers_of(path: Path):
    """(rows, the column of numbers or None) of every sheet of a file, all of which is read."""
    if path.suffix == ".csv":
        options = csv.ParseOptions(newlines_in_values=True)
        table = csv.read_csv(io.BytesIO(path.read_bytes().decode("gb18030").encode()), parse_options=options)
        at = number_column([table.column_names])
        yield len(table), None if at is None else table.column(at).to_pandas().astype(str)
        return
    book = CalamineWorkbook.from_path(str(path))
    for name in book.sheet_names:
        rows = book.get_sheet_by_name(name).to_python()
        at = number_column(rows)
        yield len(rows), None if at is None else pd.Series([str(row[at]) for row in rows])


def number_column(rows) -> int | None:
    """Where the first heading that names a number stands."""
    for row in rows[:SEARCHED]:
        for at, cell in enumerate(row):
            if isinstance(cell, str) and any(word in cell for word in NUMBER):
                return at
    return None


def main(directory: Path) -> dict:
    register = csv.read_csv(directory / "register.csv").to_pandas()[["证件号码", "人编号"]].astype(str)
    register = register[register["证件号码"] != ""]
    read = found = 0
    for path in sorted((directory / "month").iterdir()):
        for rows, numbers in numbers_of(path):
            read += rows
            if numbers is not None:
                joined = pd.DataFrame({"证件号码": numbers.str.strip().str.upper()}).merge(register, on="证件号码")
                found += len(joined)
    return {"rows": read, "found": found}


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]))))
