"""What a clerk's nephew would write: pandas with its default reader, merged on the number as it stands. Nothing is stored.

python -m screening.bench.clerk DIR: prints {"rows", "found"} as JSON.
"""

import json
import sys
from pathlib import Path

import pandas as pd


def read(path: Path) -> list[pd.DataFrame]:
    if path.suffix == ".csv":
        return [pd.read_csv(path, encoding="gb18030", dtype=str)]
    sheets = pd.read_excel(path, sheet_name=None, dtype=str, header=None, engine="openpyxl")
    return [with_headings(sheet) for sheet in sheets.values()]


def with_headings(sheet: pd.DataFrame) -> pd.DataFrame:
    """The first row in which a number is named has the headings."""
    for at in range(min(6, len(sheet))):
        if sheet.iloc[at].astype(str).str.contains("证件号|身份证|残疾证号").any():
            return sheet.iloc[at + 1 :].set_axis(sheet.iloc[at].astype(str), axis=1)
    return sheet


def main(directory: Path) -> dict:
    register = pd.read_csv(directory / "register.csv", dtype=str)
    rows = found = 0
    for path in sorted((directory / "month").iterdir()):
        for table in read(path):
            rows += len(table)
            named = [
                name for name in table.columns if any(word in str(name) for word in ("证件号", "身份证", "残疾证号"))
            ]
            if named:
                numbers = table[[named[0]]].rename(columns={named[0]: "证件号码"})
                found += len(numbers.merge(register, on="证件号码"))
    return {"rows": rows, "found": found}


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]))))
