"""Resident identity numbers (公民身份号码): checking, repairing what offices and Excel did to them, one or a million at a time.

Rules: GB 11643-1999 (18 characters, check character by ISO 7064 MOD 11-2; the old 15-digit form lacks century and
check) and the disability certificate (number + category digit + level digit [+ reissue], 20 or 22 characters,
domain.md 1.5). `clean` is the scalar truth; `clean_series` gives the same answers over a column and sends only the
rows that are not plainly right through `clean` (performance.md 3).
"""

import calendar
import re
import unicodedata
from datetime import date
from enum import IntEnum
from operator import mul
from typing import NamedTuple

import numpy as np
import pandas as pd

from fangpin.idcolumn import CleanedColumn, TextColumn

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECKS = "10X98765432"
MALE, FEMALE = "男", "女"
OLD_LENGTH = 15  # characters of a number before 1999


class Kind(IntEnum):
    """What a cell that should hold a number turned out to be."""

    EMPTY = 0
    VALID = 1
    WRONG_CHECK = 2  # 18 characters that cannot be a number: check character or birth date
    FIFTEEN = 3  # old form, upgraded to 18
    CERTIFICATE = 4  # disability certificate of 20 or 22 characters, cut to its first 18
    ROUNDED = 5  # kept by a spreadsheet as a number: only the first 15 digits are true
    SCIENTIFIC = 6  # 4.50321E+17: six digits left
    MASKED = 7  # 450321********1234
    PLACEHOLDER = 8  # 999999…, used for people without a number
    MALFORMED = 9


COMPLETE = (Kind.VALID, Kind.FIFTEEN, Kind.CERTIFICATE)


class Cleaned(NamedTuple):
    """`number` is a whole number of 18 characters for the kinds in COMPLETE. For the others it keeps what can be used:
    WRONG_CHECK 18 characters, ROUNDED 15 true digits, SCIENTIFIC six digits, MASKED 18 with '*', MALFORMED the digits
    found (or ''). `repaired`: the text was not the number as it should have been typed."""

    number: str
    kind: Kind
    repaired: bool
    note_zh: str


_BLANK = re.compile("无|没有|不详|不祥|未知|暂无|缺|空|否|无证|未办|未办理|待补|NA|NULL|NONE")
_SEPARATORS = re.compile(r"[\s'‘’`´\"“”.·•,，、;；:：_—–\-/\\\x00-\x1f\u200b-\u200f\u202a-\u202e\u2060\ufeff]+")
_SCIENTIFIC = re.compile(r"(\d(?:\.\d+)?)[Ee]\+?(\d{1,2})")
_DECIMAL_TAIL = re.compile(r"(\d{15,})\.0+")
_CERTIFICATE = re.compile(r"(\d{17}[\dXx])[1-7][1-4](?:[Bb]?\d|\d\d)?")
_MASKED = re.compile(r"(\d{3,14})[*×●■#Xx]{3,}(\d{0,7}[\dXx]|)")
_LOOKS = str.maketrans("OoQDlI|iBSZz〇", "0000" + "1111" + "8522" + "0")
_RUN = re.compile(r"[0-9OoQDlI|iBSZz〇]{14,21}[0-9OoQDlI|iBSZz〇Xx]?")

_NOTE_BLANK = "没有填写证件号码"
_NOTE_ROUNDED = "Excel 把号码当成了数字，末几位已丢失，请把该列设为文本后重新填写"
_NOTE_SCIENTIFIC = "号码成了科学计数法，只剩前六位，请把该列设为文本后重新填写"


def check_digit(first17: str) -> str:
    """Check character ('0'–'9' or 'X') for the first 17 digits. ValueError when they are not 17 digits."""
    if len(first17) != 17 or not (first17.isascii() and first17.isdigit()):
        raise ValueError("校验码由前 17 位数字算出")
    return CHECKS[sum(map(mul, map(int, first17), WEIGHTS)) % 11]


def birthday(number: str) -> date | None:
    """Birth date inside an 18-character number; None when there is no such day."""
    try:
        born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None
    return born if 1880 <= born.year <= 2099 else None


def sex(number: str) -> str:
    """'男' or '女' from the 17th digit of an 18-character number, '' when it is no digit."""
    digit = number[16:17]
    return (FEMALE, MALE)[int(digit) % 2] if digit.isdigit() else ""


def is_valid(number: str) -> bool:
    """Whether `number` is 18 characters with an existing birth date and the right check character (upper-case X)."""
    if len(number) != 18 or not (number.isascii() and number[:17].isdigit()):
        return False
    return number[0] != "0" and check_digit(number[:17]) == number[17] and birthday(number) is not None


def upgrade15(number15: str) -> str:
    """18-character form of an old 15-digit number (all of them born 19xx); ValueError when it holds no birth date."""
    if len(number15) != 15 or not (number15.isascii() and number15.isdigit()):
        raise ValueError("旧号码应为 15 位数字")
    body = number15[:6] + "19" + number15[6:]
    if birthday(body) is None:
        raise ValueError("旧号码里的出生日期不存在")
    return body + check_digit(body)


def is_rounded(value: int) -> bool:
    """Whether an 18-digit integer is what a spreadsheet makes of a number cell: a double whose 15 digits say it all.

    Finds every rounded number; one genuine number in a thousand looks so too (performance.md 1).
    """
    as_float = float(value)
    return int(as_float) == value and float(format(as_float, ".14E")) == as_float


def clean(text: object, is_number: bool = False) -> Cleaned:
    """The number in one cell. `is_number`: the cell held a number, not text (its text may be any notation)."""
    raw = "" if text is None else str(text)
    flat = unicodedata.normalize("NFKC", raw).strip()
    numeric = _numeric(flat, is_number)
    if numeric is not None:
        return numeric
    compact = _SEPARATORS.sub("", flat)
    if not compact or _BLANK.fullmatch(compact.upper()):
        return Cleaned("", Kind.EMPTY, False, _NOTE_BLANK)
    if found := _CERTIFICATE.search(compact):
        return _certificate(found, compact, raw)
    if (found := _MASKED.search(compact)) and len(found[0]) <= 22:
        return _masked(found)
    run = _RUN.search(compact)
    if run is None:
        digits = "".join(re.findall(r"\d", compact))
        if not digits:
            return Cleaned("", Kind.MALFORMED, False, "不是身份证号码")
        return Cleaned(digits[:21], Kind.MALFORMED, False, f"只有 {len(digits)} 位数字，应为 18 位")
    digits = run[0].upper() if run[0][:-1].isdigit() else _unlook(run[0])
    return _by_length(digits, raw)


def _numeric(flat: str, is_number: bool) -> Cleaned | None:
    """Answer for a number cell or its text (scientific, or with '.0'); None when the cell is to be read as text."""
    tail = _DECIMAL_TAIL.fullmatch(flat)
    whole = tail[1] if tail else flat
    written = _SCIENTIFIC.fullmatch(flat)
    if written:
        power = int(written[2])
        if power not in (14, 17, 19, 21):
            return None
        if len(written[1]) <= 8:  # Excel shows 4.50321E+17; a double written out has more digits
            return Cleaned(written[1].replace(".", "")[:6], Kind.SCIENTIFIC, True, _NOTE_SCIENTIFIC)
        if power == 14:
            return _fifteen(str(int(float(flat))), True)
        return Cleaned(_fifteen_true_digits(float(flat)), Kind.ROUNDED, True, _NOTE_ROUNDED)
    if not (is_number or tail) or not (whole.isascii() and whole.isdigit()):
        return None
    if len(whole) in (18, 20, 22):
        return Cleaned(_fifteen_true_digits(float(whole)), Kind.ROUNDED, True, _NOTE_ROUNDED)
    return _fifteen(whole, True) if len(whole) == 15 else None


def _fifteen_true_digits(value: float) -> str:
    return format(value, ".14E").split("E")[0].replace(".", "")


def _unlook(run: str) -> str:
    """Letters typed for digits (O, l, B …) set right; a closing X stays."""
    return run[:-1].translate(_LOOKS) + run[-1:].translate(_LOOKS).upper()


def _certificate(found: re.Match, compact: str, raw: str) -> Cleaned:
    number = found[1].upper()
    if is_valid(number):
        note = f"由残疾人证号（{len(found[0])} 位）取前 18 位"
        return Cleaned(number, Kind.CERTIFICATE, found[0] != raw, note)
    if len(found[0]) == 19 and found[0] == compact:
        return Cleaned(compact, Kind.MALFORMED, True, "有 19 位，应为 18 位")
    return Cleaned(number, Kind.WRONG_CHECK, True, "残疾人证号的前 18 位不对：" + _why_wrong(number))


def _masked(found: re.Match) -> Cleaned:
    head, tail = found[1], found[2].upper()
    number = head + "*" * max(18 - len(head) - len(tail), 0) + tail
    return Cleaned(number[:18], Kind.MASKED, True, "号码被打了星号，请填写完整号码")


def _fifteen(digits: str, repaired: bool) -> Cleaned:
    try:
        return Cleaned(upgrade15(digits), Kind.FIFTEEN, repaired, "15 位旧号码，已换算为 18 位")
    except ValueError:
        return Cleaned(digits, Kind.MALFORMED, repaired, "只有 15 位，且其中的出生日期不存在")


def _by_length(digits: str, raw: str) -> Cleaned:
    repaired = digits != raw
    if digits.startswith("999999") or len(set(digits)) == 1:
        return Cleaned(digits[:18], Kind.PLACEHOLDER, False, "是占位号码，不是真实证件号码")
    if len(digits) == 18:
        if is_valid(digits):
            return Cleaned(digits, Kind.VALID, repaired, "已更正写法" if repaired else "")
        if digits.isdigit() and is_rounded(int(digits)):
            return Cleaned(_fifteen_true_digits(float(digits)), Kind.ROUNDED, True, _NOTE_ROUNDED)
        return Cleaned(digits, Kind.WRONG_CHECK, repaired, _why_wrong(digits))
    if len(digits) == 15 and digits.isdigit():
        return _fifteen(digits, repaired)
    if len(digits) in (20, 22) and is_valid(digits[:18]):
        return Cleaned(digits[:18], Kind.CERTIFICATE, repaired, f"由残疾人证号（{len(digits)} 位）取前 18 位")
    few = "只有" if len(digits) < 18 else "有"
    return Cleaned(
        digits, Kind.MALFORMED, repaired, f"{few} {len(digits)} 位" + ("" if few == "只有" else "，应为 18 位")
    )


def _why_wrong(number: str) -> str:
    if birthday(number) is None:
        return f"其中的出生日期 {number[6:14]} 不存在"
    return f"校验码不对，末位应为 {check_digit(number[:17])}"


# --- over a column ----------------------------------------------------------------------------------------------------

_MONTH_DAYS = np.array([0] + [calendar.monthrange(2000, m)[1] for m in range(1, 13)] + [0] * 87, dtype=np.int16)
_CHECK_BYTES = np.frombuffer(CHECKS.encode(), dtype=np.uint8)


def clean_series(text: pd.Series, is_number: np.ndarray | None = None) -> pd.DataFrame:
    """`clean` over a column: number (text), kind, repaired and key as of `CleanedColumn`, with the index of `text`. Missing values
    count as empty."""
    cleaned = clean_arrays(text, is_number)
    columns = {name: getattr(cleaned, name) for name in ("kind", "repaired", "key")}
    return pd.DataFrame({"number": cleaned.number_column().array} | columns, index=text.index)


def clean_arrays(text: pd.Series, is_number: np.ndarray | None = None) -> CleanedColumn:
    """`clean` over a column, for those who go on with arrays."""
    column = TextColumn(text)
    answer = CleanedColumn(column)
    typed = np.zeros(len(column.length), dtype=bool) if is_number is None else np.asarray(is_number, dtype=bool)
    for length, found in ((18, Kind.VALID), (20, Kind.CERTIFICATE), (22, Kind.CERTIFICATE)):
        rows = np.flatnonzero((column.length == length) & ~typed)
        if not len(rows):
            continue
        right, keys, lower, shaped = _plainly_right(column, rows, length)
        answer.kind[rows[right]], answer.key[rows[right]] = found, keys[right]
        shortened = rows[right] if found == Kind.CERTIFICATE else rows[right & lower]
        for at, given in zip(shortened.tolist(), column.texts(shortened), strict=True):
            answer.put(at, given[:18].upper())
        answer.repaired[rows[right & lower]] = True
        if found == Kind.VALID:
            _wrong_or_rounded(column, answer, rows[shaped & ~right & ~lower])
    answer.kind[column.length == 0] = Kind.EMPTY
    _upgrade_old(column, answer, typed)
    _one_by_one(column, answer, typed)
    return answer


def _one_by_one(column: TextColumn, answer: CleanedColumn, typed: np.ndarray) -> None:
    """What is still open, in place; each writing once."""
    known: dict[tuple[str, bool], Cleaned] = {}
    rows = np.flatnonzero(answer.kind < 0)
    for at, *cell in zip(rows.tolist(), column.texts(rows), typed[rows].tolist(), strict=True):
        found = known.get(tuple(cell))
        if found is None:
            found = known[tuple(cell)] = clean(*cell)
        answer.put(at, found.number)
        answer.kind[at], answer.repaired[at] = found.kind, found.repaired
        if found.kind in COMPLETE:
            answer.key[at] = int(found.number[:17]) * 11 + _check_value(found.number[17])


def _wrong_or_rounded(column: TextColumn, answer: CleanedColumn, rows: np.ndarray) -> None:
    """18 digits (or 17 and X) that are no number: with a wrong check, or made by a spreadsheet. In place."""
    for at, digits in zip(rows.tolist(), column.texts(rows), strict=True):
        if digits.startswith("999999") or digits == digits[0] * 18:
            continue
        if digits[17] != "X" and is_rounded(int(digits)):
            answer.put(at, _fifteen_true_digits(float(digits)))
            answer.kind[at], answer.repaired[at] = Kind.ROUNDED, True
        else:
            answer.kind[at] = Kind.WRONG_CHECK


def _plainly_right(column: TextColumn, rows: np.ndarray, length: int) -> tuple[np.ndarray, ...]:
    """For rows of 18, 20 or 22 bytes: whether the first 18 are a number with nothing to repair (but the case of X);
    its key; whether the X is lower-case; whether there are 17 digits and a check character, right or wrong."""
    body = np.zeros(len(rows), dtype=np.int64)
    total = np.zeros(len(rows), dtype=np.int32)
    right = np.ones(len(rows), dtype=bool)
    for position in range(17):
        digit = column.at(rows, position) - np.uint8(48)  # wraps above 9 for anything that is no digit
        right &= digit <= 9
        total += digit * np.int32(WEIGHTS[position])
        body = body * 10 + digit
    last = column.at(rows, 17)
    lower = last == ord("x")
    remainder = total % 11
    shaped = right & ((last - np.uint8(48) <= 9) | (last == ord("X")))
    right &= np.where(lower, ord("X"), last) == _CHECK_BYTES[remainder]
    right &= body >= 10**16
    right &= _is_day(body // 1000 % 10**8) & (body // 10**11 != 999999)
    if length > 18:
        right &= (column.data[column.starts[rows] + 18] - np.uint8(49) <= 6) & (
            column.data[column.starts[rows] + 19] - np.uint8(49) <= 3
        )
    check = (12 - remainder) % 11  # the value of the check character: 10 stands for X
    return right, body * 11 + check, lower, shaped


def _is_day(number: np.ndarray) -> np.ndarray:
    """Whether YYYYMMDD integers are days between 1880 and 2099."""
    year, month, day = number // 10000, number // 100 % 100, number % 100
    leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    days = _MONTH_DAYS[month] - ((month == 2) & ~leap)
    return (day >= 1) & (day <= days) & (year >= 1880) & (year <= 2099)


def _upgrade_old(column: TextColumn, answer: CleanedColumn, typed: np.ndarray) -> None:
    """15 plain digits with a birth date become 18, in place. A number cell of 15 digits lost nothing."""
    rows = np.flatnonzero(column.length == OLD_LENGTH)
    if not len(rows):
        return
    digits = np.stack([column.at(rows, at) - np.uint8(48) for at in range(OLD_LENGTH)])
    full = np.vstack([digits[:6], np.full((1, len(rows)), 1), np.full((1, len(rows)), 9), digits[6:]]).astype(np.int64)
    body = np.zeros(len(rows), dtype=np.int64)
    for line in full:
        body = body * 10 + line
    right = (digits <= 9).all(axis=0) & _is_day(body // 1000 % 10**8) & (digits[0] > 0)
    right &= (digits != digits[0]).any(axis=0) & (body // 10**11 != 999999)
    remainder = (full * np.array(WEIGHTS)[:, None]).sum(axis=0) % 11
    for at, whole, rest in zip(rows[right].tolist(), body[right].tolist(), remainder[right].tolist(), strict=True):
        answer.put(at, f"{whole}{CHECKS[rest]}")
    answer.kind[rows[right]] = Kind.FIFTEEN
    answer.repaired[rows[right]] = typed[rows[right]]
    answer.key[rows[right]] = body[right] * 11 + (12 - remainder[right]) % 11


def _check_value(character: str) -> int:
    return 10 if character == "X" else int(character)


def to_key(numbers: pd.Series | list[str]) -> np.ndarray:
    """One int64 for each 18-character number (X counts as 10, so keys are unique); -1 for anything else."""
    column = TextColumn(pd.Series(numbers, dtype="str"))
    keys = np.full(len(column.length), -1, dtype=np.int64)
    rows = np.flatnonzero(column.length == 18)
    body = np.zeros(len(rows), dtype=np.int64)
    right = np.ones(len(rows), dtype=bool)
    for position in range(17):
        digit = column.at(rows, position) - np.uint8(48)
        right &= digit <= 9
        body = body * 10 + digit
    last = column.at(rows, 17)
    check = np.where((last == ord("X")) | (last == ord("x")), np.uint8(10), last - np.uint8(48))
    right &= check <= 10
    keys[rows[right]] = (body * 11 + check)[right]
    return keys


def key_birthday(keys: np.ndarray) -> np.ndarray:
    """YYYYMMDD (int64) inside keys of `to_key`; 0 for -1."""
    return np.where(keys < 0, 0, keys // 11 // 1000 % 10**8)


def key_is_male(keys: np.ndarray) -> np.ndarray:
    """Whether the 17th digit is odd, for keys of `to_key`."""
    return keys // 11 % 2 == 1
