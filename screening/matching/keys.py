"""Keys by which rows and register meet: hashes of several columns, sorted blocks, and columns turned into integers."""

import re
from datetime import date, timedelta
from functools import lru_cache

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

ROW_FIELDS = (
    "id_text",
    "certificate",
    "name",
    "birthday",
    "township",
    "village",
    "hamlet",
    "phone",
    "head_name",
    "guardian",
)
_PLAIN_PHONE = "^[1-9][0-9]{6,11}$"
_EXCEL_EPOCH = date(1899, 12, 30)
_HAMLET_ENDING = re.compile(r"(?:村民小组|村民组|自然村|自然屯|小组|生产队|屯|组|队)$")


def row_key(rows: pd.DataFrame) -> pd.Series:
    """One text per row that is the same next month for the same entry (str, index of `rows`).

    It holds personal data: the caller blinds it before it is stored with a remembered decision.
    """
    empty = pd.Series("", index=rows.index, dtype="str")
    parts = [rows[c].fillna("").str.strip() if c in rows else empty for c in ROW_FIELDS]
    return parts[0].str.cat(parts[1:], sep="|")


def mix(*columns: np.ndarray | int) -> np.ndarray:
    """64-bit hash of columns of integers, row by row (splitmix64 finaliser over a running sum)."""
    mixed = np.uint64(0x9E3779B97F4A7C15)
    with np.errstate(over="ignore"):
        for column in columns:
            value = mixed * np.uint64(0xBF58476D1CE4E5B9) + np.asarray(column).astype(np.uint64)
            value = (value ^ (value >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
            value = (value ^ (value >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
            mixed = value ^ (value >> np.uint64(31))
    return np.atleast_1d(mixed)


def distinct(values: np.ndarray) -> np.ndarray:
    """The integers that occur, ascending; sorting takes a sixth of the time of numpy's own table of them."""
    ordered = np.sort(values)
    return ordered[_first_of_each(ordered)]


def _first_of_each(ordered: np.ndarray) -> np.ndarray:
    """bool: where in sorted values another one begins."""
    first = np.ones(len(ordered), dtype=bool)
    first[1:] = ordered[1:] != ordered[:-1]
    return first


class Block:
    """Items (register lines) by a 64-bit key; many items may share a key.

    keys: the distinct ones, ascending; the items of keys[i] are items[starts[i]:starts[i + 1]].
    """

    def __init__(self, keys: np.ndarray, items: np.ndarray):
        order = np.argsort(keys)
        ordered = keys[order]
        first = np.flatnonzero(_first_of_each(ordered))
        self.keys = ordered[first]
        self.starts = np.append(first, len(ordered))
        self.items = items[order].astype(np.int32)

    def _place(self, wanted: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """(where each wanted key begins among the items, how many items it has)."""
        if not len(self.keys):
            return np.zeros((2, len(wanted)), dtype=np.int64)
        at = np.minimum(np.searchsorted(self.keys, wanted), len(self.keys) - 1)
        start = self.starts[at]
        return start, np.where(self.keys[at] == wanted, self.starts[at + 1] - start, 0)

    def pairs(self, rows: np.ndarray, wanted: np.ndarray, at_most: int = 64) -> tuple[np.ndarray, np.ndarray]:
        """All (row, item) whose key is wanted by the row; keys shared by more than `at_most` items tell nothing."""
        start, count = self._place(wanted)
        count[count > at_most] = 0
        before = np.cumsum(count) - count
        step = np.arange(count.sum()) - np.repeat(before - start, count)
        return np.repeat(rows, count), self.items[step]

    def count(self, wanted: np.ndarray) -> np.ndarray:
        """How many items have each wanted key."""
        return self._place(wanted)[1]

    def holds(self, wanted: np.ndarray) -> np.ndarray:
        """Whether any item has the wanted key."""
        return self.count(wanted) > 0


def integers(column: pd.Series, read) -> np.ndarray:
    """int64 for a text column, `read` being asked once per distinct text; missing and '' give 0."""
    codes, uniques = pd.factorize(column)
    told = np.asarray(uniques, dtype=object).tolist()
    values = np.array([read(text) if isinstance(text, str) and text else 0 for text in told] + [0], dtype=np.int64)
    return values[codes]


def folded(column: pd.Series, read) -> np.ndarray:
    """`read` of each text, asked once per distinct text; missing gives ''."""
    codes, uniques = pd.factorize(column)
    return np.array([read(text) for text in np.asarray(uniques, dtype=object).tolist()] + [""], dtype=object)[codes]


def phones(column: pd.Series) -> np.ndarray:
    """`phone_in` of a text column (int64); plain digits are read all at once."""
    texts = pa.array(column, type=pa.large_string(), from_pandas=True)
    plain = pc.fill_null(pc.match_substring_regex(texts, _PLAIN_PHONE), False)
    numbers = np.asarray(pc.cast(pc.if_else(plain, texts, "0"), pa.int64()))
    numbers = np.where(_digits_used(numbers) > 2, numbers, 0)
    other = ~np.asarray(plain)
    if other.any():
        numbers[other] = integers(column[other], phone_in)
    return numbers


def _digits_used(numbers: np.ndarray) -> np.ndarray:
    """How many different digits each number above 0 is written with."""
    used, rest = np.zeros(len(numbers), dtype=np.uint16), numbers
    while (left := (rest > 0).astype(np.uint16)).any():
        rest, digit = np.divmod(rest, 10)
        used |= left << digit.astype(np.uint16)
    return np.bitwise_count(used)


def number_in(text: str) -> int:
    """The digits of a text as a number, 0 for none or more than 18: division codes, phones."""
    digits = re.sub(r"\D", "", text)
    return int(digits) if 0 < len(digits) <= 18 else 0


def phone_in(text: str) -> int:
    """A telephone number of 7 to 13 digits (country code dropped), else 0."""
    digits = text if text.isdigit() and text.isascii() else re.sub(r"\D", "", text.removesuffix(".0"))
    digits = digits[2:] if len(digits) == 13 and digits.startswith("86") else digits
    return int(digits) if 7 <= len(digits) <= 12 and len(set(digits)) > 2 else 0


def size_in(text: str) -> int:
    found = re.match(r"\d{1,2}", text.strip())
    return int(found[0]) if found else 0


def sex_in(text: str) -> int:
    """1 男, 2 女, 0 not given."""
    return {"男": 1, "女": 2}.get(text.strip()[:1], 0)


@lru_cache(maxsize=50_000)
def day_in(text: str) -> int:
    """YYYYMMDD of a birth date in the usual notations and as an Excel serial; 0 when it is no day."""
    parts = re.findall(r"\d+", text)
    if len(parts) >= 3 and len(parts[0]) == 4:
        year, month, day = (int(p) for p in parts[:3])
    elif parts and len(parts[0]) == 8:
        year, month, day = int(parts[0][:4]), int(parts[0][4:6]), int(parts[0][6:])
    elif parts and len(parts[0]) == 5:
        year, month, day = (_EXCEL_EPOCH + timedelta(days=int(parts[0]))).timetuple()[:3]
    else:
        return 0
    try:
        date(year, month, day)
    except ValueError:
        return 0
    return year * 10000 + month * 100 + day


def hamlet_name(text: str) -> str:
    """A hamlet without its ending and blanks: '坪河组', '坪河屯' → '坪河'."""
    plain = re.sub(r"\s", "", text)
    return _HAMLET_ENDING.sub("", plain) or plain


def digit_values(numbers: np.ndarray) -> np.ndarray:
    """uint8[n, 18] of numbers (str up to 18 characters): 0–9, 10 for X, 200 and above for anything else."""
    raw = np.array(numbers, dtype="S18").view(np.uint8).reshape(-1, 18)
    return np.where(raw == ord("X"), np.uint8(10), raw - np.uint8(48))


def digits_of(number_keys: np.ndarray) -> np.ndarray:
    """`digit_values` of the numbers behind keys (`idcard.to_key`); 200 throughout for -1."""
    values = np.empty((18, len(number_keys)), dtype=np.uint8)
    rest, values[17] = np.divmod(number_keys, 11)
    for position in range(16, -1, -1):
        rest, values[position] = np.divmod(rest, 10)
    values[:, number_keys < 0] = 200
    return values.T


def number_part(values: np.ndarray, positions: tuple[int, ...]) -> np.ndarray:
    """int64 from the given positions of `digit_values`; -1 where one of them cannot be read."""
    part = np.zeros(len(values), dtype=np.int64)
    for position in positions:
        part = part * 11 + values[:, position]
    part[(values[:, list(positions)] > 10).any(axis=1)] = -1
    return part
