"""Checks that need more than one cell: who a row is about, duplicates, cells that contradict each other."""

from functools import cached_property

import numpy as np
import pandas as pd

from fangpin import idcard
from fangpin.idcard import Kind
from fangpin.sheets import NO_VALUE_WORDS, NUMBER, alike, blank
from screening.extracts.cells import each_once
from screening.extracts.layout import ColumnKind, ListFormat
from screening.extracts.problems import ERROR, Problems

_COMPLETE = [int(kind) for kind in idcard.COMPLETE]
# A number that was cut or masked still helps to find the person.
_OF_USE = [*_COMPLETE, int(Kind.ROUNDED), int(Kind.MASKED)]
_COST, _SHARES = "total", ("pooled", "major", "aid", "self_pay")
_UNREADABLE = {
    ColumnKind.AMOUNT: "应填数字，保留两位小数",
    ColumnKind.INTEGER: "应填整数",
    ColumnKind.NUMBER: "应填数字",
    ColumnKind.DATE: "认不出的日期",
}


class Cells:
    """A file's cells while it is checked: raw text and kind by key, normalised values by key, all indexed 0…n-1."""

    def __init__(self, place: pd.DataFrame, text: dict, kind: dict, present: dict):
        self.place, self.text, self.kind, self.present = place, text, kind, present
        self.values: dict[str, pd.Series] = {}
        self._number_kinds: dict[str, np.ndarray] = {}

    def __len__(self) -> int:
        return len(self.place)

    @cached_property
    def sheets_and_rows(self) -> tuple[np.ndarray, np.ndarray]:
        """Name of the sheet and number of the row in it, of every row."""
        return self.place["sheet"].to_numpy(dtype=object), self.place["row"].to_numpy()

    def has(self, key: str) -> np.ndarray:
        """Which rows stand in a sheet that has the column."""
        return self.present.get(key, np.zeros(len(self), dtype=bool))

    def filled(self, key: str) -> np.ndarray:
        return self.values[key].ne("").to_numpy() if key in self.values else np.zeros(len(self), dtype=bool)

    def number_kinds(self, key: str) -> np.ndarray:
        """Kinds (idcard.Kind) of a column of numbers."""
        if key not in self.text:
            return np.full(len(self), int(Kind.EMPTY))
        if key not in self._number_kinds:
            cleaned = idcard.clean_series(self.text[key], (self.kind[key] == NUMBER).to_numpy())
            self._number_kinds[key] = cleaned["kind"].to_numpy()
        return self._number_kinds[key]


def check_identity(cells: Cells, fmt: ListFormat, problems: Problems) -> None:
    """A row that names nobody is refused; one without a name or without a number is pointed out."""
    if fmt.place_level:
        _check_place(cells, fmt, problems)
        return
    named = cells.filled("name")
    kinds = {role: cells.number_kinds(fmt.roles[role]) for role in ("id", "certificate") if role in fmt.roles}
    known = np.zeros(len(cells), dtype=bool)
    blank = np.ones(len(cells), dtype=bool)
    for kind in kinds.values():
        known |= np.isin(kind, _OF_USE)
        blank &= kind == Kind.EMPTY
    nobody = ~named & ~known
    problems.add(
        nobody,
        "",
        "nobody",
        "姓名和证件号码都没有，认不出是谁",
        suggestion="请补填姓名或证件号码",
        severity=ERROR,
        content="",
    )
    problems.add(~named & known, "name", "name_blank", "必填项没有填写", suggestion="匹配时按证件号码认人，请补填姓名")
    number = fmt.roles.get("id", "")
    if number:
        lacking = blank & ~nobody & cells.has(number)
        problems.add(
            lacking, number, "id_blank", "没有填写证件号码", suggestion="匹配时按姓名、出生日期和村认人，请补填"
        )


def _check_place(cells, fmt, problems):
    scheme = fmt.columns[0].key
    nothing = ~cells.filled(scheme) & ~cells.filled("village")
    problems.add(
        nothing, "", "nobody", "没有写明工程和村", suggestion="请补填工程名称和村名", severity=ERROR, content=""
    )
    problems.add(
        ~cells.filled("village") & ~nothing,
        "village",
        "missing",
        "没有填写村名，无法预警到村",
        suggestion="请补填村名",
    )


def check_essential(cells: Cells, fmt: ListFormat, problems: Problems) -> None:
    """A value without which the row says nothing."""
    for column in fmt.columns:
        if not column.essential:
            continue
        if column.key not in cells.text:
            continue
        lacking = cells.has(column.key) & ~cells.filled(column.key)
        written = ~blank(cells.text[column.key], NO_VALUE_WORDS).to_numpy()
        words = _UNREADABLE.get(column.kind, "不是规定的写法")
        again = "请核对原始记录后填写"
        problems.add(lacking & written, column.key, "missing", words, suggestion=again, severity=ERROR)
        problems.add(lacking & ~written, column.key, "missing", "必填项没有填写", suggestion=again, severity=ERROR)


def check_duplicates(cells: Cells, fmt: ListFormat, problems: Problems) -> None:
    """The same as an earlier row by the list's key (all of it filled), else in every column; rosters are only warned."""
    keys = [key for key in fmt.key if key in cells.values]
    complete = len(keys) == len(fmt.key)
    full = np.full(len(cells), complete)
    for key in keys:
        column = fmt.column(key)
        full &= cells.filled(key)
        if column.kind in (ColumnKind.ID, ColumnKind.CERTIFICATE):
            full &= np.isin(cells.number_kinds(key), _COMPLETE)
    if complete and "name" in cells.values and "name" not in keys:
        keys.append("name")  # one number under two names is another problem
    first = np.full(len(cells), -1)
    for chosen, columns in ((full, keys), (~full, list(cells.values))):
        at = np.flatnonzero(chosen)
        if len(at) and columns:
            starts = at[_first_alike([cells.values[key].iloc[at] for key in columns])]
            first[at] = np.where(starts < at, starts, -1)
    later = np.flatnonzero(first >= 0)
    problems.add(
        later,
        "",
        "duplicate",
        [_where(cells, at, first[at], "与{}重复") for at in later],
        suggestion="保留前一行" if not fmt.roster else "请删除多余的一行",
        severity=ERROR if not fmt.roster else "warn",
        content=[_where(cells, at, first[at], "与{}相同") for at in later],
    )


def _first_alike(columns: list[pd.Series]) -> np.ndarray:
    """For each line the first line that says the same in every column."""
    codes, firsts = alike(columns)
    return firsts[codes]


def _where(cells, at, other, words):
    sheets, rows = cells.sheets_and_rows
    prefix = "" if sheets[at] == sheets[other] else f"工作表“{sheets[other]}”"
    return words.format(f"{prefix}第 {rows[other]} 行")


def check_shared_numbers(cells: Cells, fmt: ListFormat, problems: Problems) -> None:
    """One number under two names within the file: one of the two is wrong."""
    number = fmt.roles.get("id", "")
    if number not in cells.values or "name" not in cells.values:
        return
    at = np.flatnonzero(np.isin(cells.number_kinds(number), _COMPLETE) & cells.filled("name"))
    if not len(at):
        return
    first = _first_alike([cells.values[number].iloc[at]])
    names = pd.factorize(cells.values["name"].iloc[at])[0]
    other = names != names[first]
    problems.add(
        at[other],
        number,
        "id_shared",
        [
            f"与{_where(cells, row, start, '{}')}证件号相同，姓名不同"
            for row, start in zip(at[other], at[first[other]], strict=True)
        ],
        suggestion="请核对两行的姓名和证件号码",
    )


def check_against_number(cells: Cells, fmt: ListFormat, problems: Problems) -> None:
    """Birth date and sex beside a sound number must be those inside it."""
    number = fmt.roles.get("id", "")
    if number not in cells.values:
        return
    keys = idcard.to_key(cells.values[number])
    sound = np.isin(cells.number_kinds(number), _COMPLETE)
    birthday = fmt.roles.get("birthday", "")
    if birthday in cells.values:
        inside = each_once(
            pd.Series(idcard.key_birthday(keys)),
            lambda day: f"{day // 10000:04d}-{day // 100 % 100:02d}-{day % 100:02d}",
        )
        written = cells.text[birthday].str.strip().ne("").to_numpy()
        differs = sound & written & cells.values[birthday].ne(inside).to_numpy()
        read = cells.filled(birthday)
        told = [f"身份证号中为 {day}" for day in inside[differs & read]]
        problems.add(
            differs & read,
            birthday,
            "date_differs",
            "与身份证号中的出生日期不一致",
            suggestion=told,
        )
    sex = fmt.roles.get("sex", "")
    if sex in cells.values:
        inside = np.where(idcard.key_is_male(keys), "男", "女")
        differs = sound & cells.values[sex].isin(("男", "女")).to_numpy() & (cells.values[sex].to_numpy() != inside)
        told = [f"身份证号中为 {one}" for one in inside[differs]]
        problems.add(differs, sex, "sex_differs", "与身份证号中的性别不一致", suggestion=told)


def check_balance(cells: Cells, fmt: ListFormat, problems: Problems) -> None:
    """总费用 = 统筹 + 大病 + 救助 + 个人自付 within a yuan or half a percent (domain.md 3.1)."""
    if not {_COST, *_SHARES} <= set(cells.values):
        return
    total, *shares = (pd.to_numeric(cells.values[key], errors="coerce") for key in (_COST, *_SHARES))
    together = sum(shares)
    off = ((together - total).abs() > np.maximum(1, total.abs() * 0.005)).to_numpy()
    problems.add(
        off,
        _COST,
        "amount_balance",
        [f"与统筹、大病、救助、自付之和 {value:,.2f} 元不符" for value in together[off]],
        suggestion="请核对各项金额；另有补助的请在备注写明",
    )
