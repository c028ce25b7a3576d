"""What a cell means: clean text, blank or not, dates, amounts and whole numbers in all notations that offices use.

Clean cells take a vectorised way; the others are parsed one by one, each distinct text once. Nothing here raises: a text
that is not what it should be is "not ok", and the caller says so beside the row.
"""

import re
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from fangpin.sheets.child import NUMBER

NOTHING = frozenset(
    {
        "",
        "/",
        "\\",
        "／",
        "-",
        "--",
        "—",
        "——",
        "－",
        "–",
        "―",
        "_",
        ".",
        "*",
        "null",
        "NULL",
        "None",
        "NaN",
        "nan",
        "N/A",
    }
)
NO_VALUE_WORDS = frozenset({"无", "没有", "暂无", "空", "未知", "不详", "不清楚", "(无)", "（无）", "无。"})

_FULL_WIDTH = {
    code: code - 0xFEE0 for span in ((0xFF10, 0xFF1A), (0xFF21, 0xFF3B), (0xFF41, 0xFF5B)) for code in range(*span)
}
_UNSEEN = dict.fromkeys([*range(0x20), 0x7F, *range(0x200B, 0x2010), *range(0x202A, 0x202F), 0x2060, 0xFEFF, 0xAD])
_SPACES = dict.fromkeys(
    [0x09, 0x0A, 0x0B, 0x0C, 0x0D, 0x85, 0xA0, 0x2028, 0x2029, 0x3000, *range(0x2000, 0x200B), 0x202F], " "
)
_CLEAN = str.maketrans({**_UNSEEN, **_SPACES, **_FULL_WIDTH})
_DIRTY = "[^!-&(-<>-_a-~\u00b7\u3001-\u9fff\uff08\uff09\uff0c\uff1a\uff1b]"  # anything that cleaning may touch
_SIGNS = str.maketrans("，．。－—＋／（）：￥％", ",..--+/():¥%")

FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2100, 12, 31)
_TIME = r"(?:[T ]?([01]?\d|2[0-3]):([0-5]?\d)(?::([0-5]?\d)(?:\.\d{1,9})?)?)?"
_DATE_FORMS = (
    re.compile(r"(\d{4})([-./])(\d{1,2})\2(\d{1,2})[.]?" + _TIME),
    re.compile(r"(\d{4})()年(\d{1,2})月(\d{1,2})[日号]?" + _TIME),
    re.compile(r"(\d{4})()(\d{2})(\d{2})(?: ?[0-2]\d[0-5]\d[0-5]\d)?"),
    re.compile(r"(\d{4})()年(\d{1,2})月份?"),
    re.compile(r"(\d{4})([-/])(\d{1,2})"),
    re.compile(r"(\d{4})([.])([2-9]|0[1-9]|1[0-2])"),  # 2021.1 may have been 2021.10 before a program cut it
    re.compile(r"(\d{4})()(\d{2})"),
)
_SERIAL = re.compile(r"\d{1,5}(?:\.\d+)?")
_EARLIEST_SERIAL_TEXT = 10_000  # as text, 44267 is a serial number, 120 is not

_AMOUNT = re.compile(
    r"(?:人民币|RMB|CNY|¥)?([-+]?)(?:人民币|¥)?(\d{1,15}|\d{1,3}(?:,\d{3}){1,4})(\.\d{0,12})?(万?)(?:元整?|块钱?|圆)?",
    re.I,
)
_SCIENTIFIC = re.compile(r"[-+]?\d(?:\.\d{0,15})?[eE][-+]?\d{1,2}")
_INTEGER = re.compile(r"([-+]?\d{1,15}|\d{1,3}(?:,\d{3}){1,4})(?:\.0*)?(?:[人口户个名天日岁次年月间层]|人次)?")


class Dates(NamedTuple):
    """``values``: datetime64[s] at midnight, NaT where not ok. ``ok``: whether the cell reads as a date (a blank does not)."""

    values: pd.Series
    ok: pd.Series


class Amounts(NamedTuple):
    """``values``: float in 元, NaN where not ok. ``ok``. ``in_wan``: the cell itself says 万元, and was multiplied for it."""

    values: pd.Series
    ok: pd.Series
    in_wan: pd.Series


class Integers(NamedTuple):
    """``values``: Int64, NA where not ok. ``ok``."""

    values: pd.Series
    ok: pd.Series


def matches(text: pd.Series, pattern: str) -> np.ndarray:
    """Which cells hold a match, by Arrow's own engine: pandas calls Python once a cell for patterns with classes."""
    return np.asarray(pc.match_substring_regex(pa.array(text, pa.large_string()), pattern))


def clean_text(text: pd.Series) -> pd.Series:
    """Cells without what cannot be seen: outer and doubled spaces, line breaks, zero-width characters, the apostrophe or
    ``="…"`` that keeps a number text; full-width letters and digits become plain ones. Other characters stay as they are.
    """
    text = text.astype("str")
    dirty = matches(text, _DIRTY)
    if not dirty.any():
        return text
    values = text.to_numpy(dtype=object).copy()
    values[dirty] = _each_once(text[dirty], clean_cell, object)
    return pd.Series(values, text.index, dtype="str", name=text.name)


def clean_cell(text: str) -> str:
    """One cell as clean_text does it."""
    text = " ".join(text.translate(_CLEAN).split(" ")).strip()
    text = re.sub(" {2,}", " ", text)
    if text.startswith('="') and text.endswith('"') and len(text) > 2:
        text = text[2:-1].strip()
    return text.lstrip("'’‘`").strip() if text[:1] in "'’‘`" else text


def blank(text: pd.Series, also: Iterable[str] = ()) -> pd.Series:
    """Which cells say nothing: empty, "/", "-", "—" and the like, and the words in ``also``.

    "无" is a value in some columns (补贴：无) and nothing in others: give NO_VALUE_WORDS for numbers, phones and free text.
    "否" is always a value.
    """
    return says_nothing(clean_text(text), also)


def says_nothing(cleaned: pd.Series, also: Iterable[str] = ()) -> pd.Series:
    """``blank`` of cells that are clean already."""
    return cleaned.isin(NOTHING | frozenset(also))


def parse_dates(text: pd.Series, kind: pd.Series) -> Dates:
    """Dates of domain.md 3.1: 2021.5.6, 2021/5/6, 2021-5-6 00:00:00, 20210506, 202105, 2021年5月6日, 2021年5月, and Excel serial
    numbers in number cells or as text ("44267"). A month alone is its first day, a time of day is dropped.

    Not ok: two-digit years, days that do not exist, years outside 1900–2100, a year alone, a blank cell.
    """
    text, is_number = text.astype("str"), np.asarray(kind) == NUMBER
    days = _iso_days(text)
    left = np.isnat(days) & (text != "").to_numpy()
    for chosen, parse in ((left & is_number, _date_of_number), (left & ~is_number, parse_date)):
        if chosen.any():
            days[chosen] = _each_once(text[chosen], parse, "datetime64[D]")
    values = pd.Series(days.astype("datetime64[s]"), text.index)
    return Dates(values, values.notna())


def _iso_days(text: pd.Series) -> np.ndarray:
    """The days of cells that are nothing but 2021-05-06, NaT for all others and for days that do not exist."""
    days = np.full(len(text), np.datetime64("NaT"), "datetime64[D]")
    iso = np.flatnonzero(matches(text, r"^\d{4}-\d\d-\d\d$"))
    read = pd.to_datetime(text.iloc[iso], format="%Y-%m-%d", errors="coerce").to_numpy().astype("datetime64[D]")
    fits = (read >= np.datetime64(FIRST_DAY)) & (read <= np.datetime64(LAST_DAY))
    days[iso[fits]] = read[fits]
    return days


def parse_date(text: str) -> date | None:
    """One date written as text."""
    text = clean_cell(text).translate(_SIGNS)
    text = re.sub(r" ?([-./年月日号]) ?", r"\1", text)
    for form in _DATE_FORMS:
        found = form.fullmatch(text)
        if found:
            day = found[4] if form.groups >= 4 and found[4] else 1
            return _day(int(found[1]), int(found[3]), int(day))
    if _SERIAL.fullmatch(text) and float(text) >= _EARLIEST_SERIAL_TEXT:
        return _date_of_serial(float(text))
    return None


def _date_of_number(text):
    """A number cell: 20210506, 202105, or the days since 1900."""
    if re.fullmatch(r"\d{8}|\d{6}", text):
        return parse_date(text)
    if _SERIAL.fullmatch(text) and not 1900 <= float(text) < 2101:  # that is a year, not a day in 1905
        return _date_of_serial(float(text))
    return None


def _date_of_serial(serial):
    """Days as Excel counts them: it believes in 29 February 1900 (60), so the days before are one off."""
    days = int(serial)
    if days == 60 or days < 1:
        return None
    found = date(1899, 12, 31 if days < 60 else 30) + timedelta(days=days)
    return found if found <= LAST_DAY else None


def _day(year, month, day):
    try:
        found = date(year, month, day)
    except ValueError:
        return None
    return found if FIRST_DAY <= found <= LAST_DAY else None


def parse_amounts(text: pd.Series, kind: pd.Series) -> Amounts:
    """Amounts in 元: "1,234.50", "¥1234.5元", "１２３４", "(200)" for less, "1.2万元" (12000, and in_wan).

    Whether a whole column is in 万元 is not decided here. Not ok: "约3千", "3万5", ranges, percentages, blanks.
    """
    text = text.astype("str")
    numbers = _plain_numbers(text)
    left = np.isnan(numbers) & (text != "").to_numpy()
    in_wan = np.zeros(len(text), bool)
    if left.any():
        numbers[left] = _each_once(text[left], parse_amount, float)
        in_wan[left] = matches(text[left], "万") & ~np.isnan(numbers[left])
    ok = ~np.isnan(numbers)
    return Amounts(*(pd.Series(values, text.index) for values in (numbers, ok, in_wan)))


def parse_amount(text: str) -> float | None:
    """One amount in 元."""
    text = clean_cell(text).translate(_SIGNS).replace(" ", "")
    if _SCIENTIFIC.fullmatch(text):
        return float(text)
    in_brackets = text.startswith("(") and text.endswith(")")
    found = _AMOUNT.fullmatch(text[1:-1] if in_brackets else text)
    if not found or (in_brackets and found[1]):
        return None
    value = Decimal(found[2].replace(",", "") + (found[3] or "").rstrip("."))
    value = value * 10_000 if found[4] else value
    return float(-value if found[1] == "-" or in_brackets else value)


def parse_integers(text: pd.Series, kind: pd.Series) -> Integers:
    """Whole numbers: "12", "１２", "12.0", "1,200", "4人", "1967年". Not ok: fractions, words, blanks."""
    text = text.astype("str")
    numbers = _plain_numbers(text)
    left = np.isnan(numbers) & (text != "").to_numpy()
    if left.any():
        numbers[left] = _each_once(text[left], parse_integer, float)
    numbers[numbers != np.floor(numbers)] = np.nan
    ok = pd.Series(~np.isnan(numbers), text.index)
    values = pd.Series(np.where(ok, numbers, 0).astype("int64"), text.index).astype("Int64").where(ok)
    return Integers(values, ok)


def parse_integer(text: str) -> int | None:
    """One whole number."""
    found = _INTEGER.fullmatch(clean_cell(text).translate(_SIGNS).replace(" ", ""))
    return int(found[1].replace(",", "")) if found else None


def alike(columns: list[pd.Series]) -> tuple[np.ndarray, np.ndarray]:
    """Which rows say the same in every column: the number of each row's group, from 0 in the order they come, and each group's first row."""
    codes = np.zeros(len(columns[0]), dtype=np.int64)
    for column in columns:
        part, distinct = pd.factorize(column)
        codes = pd.factorize(codes * (len(distinct) + 1) + part)[0]
    # numbered as they come: the first row of a group has a larger number than all rows before it
    return codes, np.flatnonzero(np.diff(np.maximum.accumulate(codes), prepend=-1))


def _plain_numbers(text):
    """The values of cells that are nothing but digits, a sign and a point; NaN for all others."""
    plain = matches(text, r"^-?\d{1,15}(\.\d{1,12})?$")
    numbers = np.full(len(text), np.nan)
    numbers[plain] = text[plain].astype("float64")
    return numbers


def _each_once(text: pd.Series, parse: Callable, dtype) -> np.ndarray:
    """``parse`` of every cell, called once for each distinct text; None becomes NaT or NaN."""
    codes, distinct = pd.factorize(text)
    return np.array([parse(one) for one in np.asarray(distinct, dtype=object).tolist()], dtype=dtype)[codes]
