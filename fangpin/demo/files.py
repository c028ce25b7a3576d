"""The demo's spreadsheets as files: the register, a month of department lists, and lists that wait for a clerk's hand."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd

from fangpin.demo import mess
from fangpin.demo.books import Book, Sheet
from fangpin.demo.county import County
from fangpin.demo.crowd import People
from fangpin.demo.months import Month
from fangpin.demo.rosters import ROSTERS, Office, total
from fangpin.demo.suspects import SUSPECTS, TYPED, bill_sheet, bills

LISTS = {**ROSTERS, **SUSPECTS}  # code -> the function that writes it
PROBLEMS = {  # what the pending list of `write_pending` holds, and how many rows of each: 31 in all
    "seventeen_digits": 6,
    "wrong_check_digit": 8,
    "impossible_date": 4,
    "amount_in_words": 3,
    "same_settlement_twice": 6,
    "no_name": 4,
}


def write_register(county: County, path: Path) -> Path:
    """The register as the national system exports it: two title rows, header in row 3, every cell text."""
    columns = {header: county.people[header].to_numpy(dtype=object) for header in county.people}
    area = f"{county.villages[0].county}农村人口信息（自定义导出）"
    who = np.arange(len(county.people))
    sheet = Sheet("户成员信息", columns, who, [area, "导出时间：2021-05-01"], merge_title=False)
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    return Book("register", "扶贫办", path.stem, [sheet]).write_to(path)


def month_books(county: County, month: Month, codes=None) -> Iterator[Book]:
    """The lists of a month, one at a time, not yet written; the same county and month give the same books."""
    people = People(county)
    for code in codes or LISTS:
        yield LISTS[code](Office(county, month, people, code))


def write_month(county: County, month: Month, directory: Path, codes=None) -> list[Path]:
    """Writes every list of the month (or only `codes`) into `directory` as `<code>-<部门>_<名称>.xlsx|.xls|.csv`."""
    directory = Path(directory)
    directory.mkdir(parents=True, exist_ok=True)
    return [book.write(directory) for book in month_books(county, month, codes)]


def month_truth(county: County, month: Month, codes=None) -> pd.DataFrame:
    """What each data row of `write_month` really is (see Book.truth); for tests, never written by the demo."""
    people = People(county)
    return pd.concat([book.truth(people) for book in month_books(county, month, codes)], ignore_index=True)


def pending_books(county: County, month: Month) -> list[Book]:
    """[messy MI-1 with 31 rows to correct, MI-1 with all amounts in 万元 (story T13)] for `month`."""
    people = People(county)
    office = Office(county, month, people, "MI-1 pending")
    messy = bill_sheet(office, bills(office, at_least=90).head(260))
    _plant_problems(messy, people.count, office.rng)
    wrong_unit = Office(county, month, people, "MI-1 T13")
    sheet = bill_sheet(wrong_unit, bills(wrong_unit, at_least=60), TYPED._replace(amounts=0.0))
    for header in (
        "医疗总费用",
        "医保政策范围内费用",
        "统筹报销金额",
        "大病报销金额",
        "医疗救助金额",
        "个人自付",
        "年度累计自付",
    ):
        sheet.columns[header] = np.array([round(yuan / 10_000, 4) for yuan in sheet.columns[header]], dtype=object)
    sheet.footers = [total(sheet.columns, 序号="合计", 患者姓名=f"{len(sheet.who)}人")]
    return [
        Book("MI-1", "医保局", "大额医疗费用人员（待上传）", [messy]),
        Book("MI-1", "医保局", "大额医疗费用人员（金额误填万元）", [sheet]),
    ]


def write_pending(county: County, month: Month, directory: Path) -> list[Path]:
    """Two MI-1 workbooks for `month` (the month after the last one run) that a clerk uploads by hand; see `pending_books`."""
    directory = Path(directory)
    directory.mkdir(parents=True, exist_ok=True)
    return [book.write(directory) for book in pending_books(county, month)]


def _plant_problems(sheet: Sheet, members: int, rng: np.random.Generator) -> None:
    """Puts PROBLEMS into rows of members that are otherwise clean (column kinds "problem" tells which)."""
    columns, count = sheet.columns, len(sheet.who)
    sheet.kinds["problem"] = np.full(count, "", dtype=object)
    usable = (sheet.kinds["id"] == "") & (sheet.kinds["name"] == "") & (columns["身份证号码"] != "")
    usable &= sheet.who < members
    rows = iter(rng.permutation(np.flatnonzero(usable)).tolist())

    def take(problem: str) -> list[int]:
        chosen = [row for row, _ in zip(rows, range(PROBLEMS[problem]), strict=False)]
        sheet.kinds["problem"][chosen] = problem
        return chosen

    for row in take("seventeen_digits"):
        columns["身份证号码"][row] = mess.digit_missing(columns["身份证号码"][row], rng)
    for row in take("wrong_check_digit"):
        number = columns["身份证号码"][row]
        columns["身份证号码"][row] = number[:17] + ("X" if number[17] != "X" else str(rng.integers(10)))
    for row in take("impossible_date"):
        columns["出院日期"][row] = ("2021.13.05", "2021-02-30", "20210631", "2021年6月31日")[rng.integers(4)]
    for row in take("amount_in_words"):
        columns["个人自付"][row] = ("约3千", "一万多", "2千左右")[rng.integers(3)]
    for row in take("same_settlement_twice"):
        source = next(rows)
        for header in columns:
            if header != "序号":
                columns[header][row] = columns[header][source]
        sheet.who[row] = sheet.who[source]
    for row in take("no_name"):
        columns["患者姓名"][row] = ""
