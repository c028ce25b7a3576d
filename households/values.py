"""What a field of the register is, and its values: read out of a file, shown on a page, held by a row (domain.md 1.3, 1.4).

A value is text in one canonical form: a number "2.5", a month "2021-05", a day "2021-05-03", yes or no "yes"/"no", a slug of the
dictionary, several slugs "chronic,disabled", else the text itself. Values live in ``other`` of the household or person under the field's
key, but for the fields with a ``column`` of their own. Columns with a dictionary hold the label (or the text that a file had in its place),
because matching and rules read labels.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from fangpin.sheets.cells import clean_cell, parse_amount, parse_date
from households.dictionaries import Dictionary

YES, NO = "yes", "no"
_YES = frozenset({"是", "有", "1", "TRUE", "Y", "YES", "√", "已消除", "参加", "享受", "已参加", "已享受", "安全"})
_NO = frozenset({"否", "无", "0", "FALSE", "N", "NO", "×", "未消除", "未参加", "未享受", "不享受", "不安全"})
_NOTHING = frozenset({"", "-", "—", "/", "\\", "--"})
SLUG_COLUMNS = frozenset({"kind", "category", "sex"})  # these hold slugs, not labels
_YEAR = re.compile(r"((?:19|20)\d\d)(?:年|年度|[-./]?\d{1,2}.*)?")


class NotReadable(ValueError):
    """The text says nothing this field can hold; its text is the sentence for the clerk."""


class Of(StrEnum):
    HOUSEHOLD = "household"
    PERSON = "person"


class Kind(StrEnum):
    TEXT = "text"
    NUMBER = "number"
    YEAR = "year"
    MONTH = "month"
    DATE = "date"
    BOOL = "bool"
    CHOICE = "choice"
    MULTI = "multi"


@dataclass(frozen=True)
class Group:
    """A group of fields as people know it; ``by_hand`` says that a township may correct it (the others come from decisions or imports)."""

    slug: str
    label: str
    of: Of
    by_hand: bool = True


@dataclass(frozen=True)
class Field:
    """``key`` is unique among all fields; ``column`` names the attribute of Household or Person that holds the value, if one does.

    ``low`` and ``high`` bound what is plausible, in ``unit``. ``sealed``: kept encrypted, shown masked, typed anew to change it.
    ``by_hand=False``: derived, decided or imported, never typed by a township. ``aliases``: headings of the national export.
    """

    key: str
    label: str
    group: Group
    kind: Kind = Kind.TEXT
    aliases: tuple[str, ...] = ()
    codes: Dictionary | None = None
    column: str = ""
    unit: str = ""
    low: Decimal | None = None
    high: Decimal | None = None
    sealed: bool = False
    by_hand: bool = True

    @property
    def of(self) -> Of:
        return self.group.of


# -- one text -----------------------------------------------------------------------------------------------------------
def read(field: Field, text: str) -> str:
    """The canonical value of a cell, "" for one that says nothing. Raises NotReadable."""
    text = clean_cell(text)
    return "" if text in _NOTHING else _READERS[field.kind](field, text)


def _read_number(field: Field, text: str) -> str:
    value = parse_amount(text.removesuffix(field.unit)) if field.unit else parse_amount(text)
    if value is None:
        raise NotReadable(f"{field.label}应为数字，现在是“{text}”")
    return plain(Decimal(str(value)))


def _read_year(field: Field, text: str) -> str:
    found = _YEAR.fullmatch(text)
    if not found:
        raise NotReadable(f"{field.label}应为年份，如 2019，现在是“{text}”")
    return found[1]


def _read_month(field: Field, text: str) -> str:
    day = parse_date(text)
    if day is None:
        raise NotReadable(f"{field.label}应为年月，如 202105，现在是“{text}”")
    return f"{day:%Y-%m}"


def _read_date(field: Field, text: str) -> str:
    day = parse_date(text)
    if day is None:
        raise NotReadable(f"{field.label}应为日期，如 2021-05-03，现在是“{text}”")
    return day.isoformat()


def _read_bool(field: Field, text: str) -> str:
    word = text.upper()
    if word in _YES or word in _NO:
        return YES if word in _YES else NO
    raise NotReadable(f"{field.label}应填“是”或“否”，现在是“{text}”")


def _read_choice(field: Field, text: str) -> str:
    slug = field.codes.slug_of(text)
    if not slug:
        raise NotReadable(f"{field.label}没有“{text}”这一项")
    return slug


def _read_multi(field: Field, text: str) -> str:
    found = {_read_choice(field, part) for part in re.split(r"[,，、;；+|\s]+", text) if part}
    return ",".join(slug for slug in field.codes.labels if slug in found)


_READERS = {
    Kind.TEXT: lambda field, text: text,
    Kind.NUMBER: _read_number,
    Kind.YEAR: _read_year,
    Kind.MONTH: _read_month,
    Kind.DATE: _read_date,
    Kind.BOOL: _read_bool,
    Kind.CHOICE: _read_choice,
    Kind.MULTI: _read_multi,
}


def plain(number: Decimal) -> str:
    """2.50 -> "2.5", 1E+3 -> "1000"."""
    return f"{number.normalize():f}"


def show(field: Field, value: str) -> str:
    """The value as pages and files write it; a text that no reader made stays as it is, so that nothing imported is hidden."""
    if not value:
        return ""
    if field.kind == Kind.BOOL:
        return {YES: "是", NO: "否"}.get(value, value)
    if field.codes:
        return "、".join(map(field.codes.label_of, value.split(",")))
    return f"{value} {field.unit}" if field.unit else value


def implausible(field: Field, value: str) -> str:
    """Why a readable number or year cannot be right, or ""."""
    if not value or field.kind not in (Kind.NUMBER, Kind.YEAR):
        return ""
    if (field.low is not None and Decimal(value) < field.low) or (
        field.high is not None and Decimal(value) > field.high
    ):
        return f"{field.label}应在 {plain(field.low)} 到 {plain(field.high)} {field.unit}".rstrip() + "之间"
    return ""


# -- the value of a row -------------------------------------------------------------------------------------------------
def value_of(row, field: Field) -> str:
    """The canonical value of a household or person; what a file wrote and no reader knows comes as it stands."""
    if not field.column:
        return row.other.get(field.key, "")
    held = getattr(row, field.column)
    if field.kind == Kind.BOOL:
        return YES if held else NO
    if held is None or held == "":
        return ""
    if field.kind == Kind.DATE:
        return held.isoformat()
    if field.column in SLUG_COLUMNS or not field.codes:
        return str(held)
    try:
        return read(field, held)
    except NotReadable:
        return held


def put(row, field: Field, value: str) -> None:
    """Set the canonical value on the row, which the caller saves."""
    if not field.column:
        row.other = {key: held for key, held in row.other.items() if key != field.key} | (
            {field.key: value} if value else {}
        )
    elif field.kind == Kind.BOOL:
        setattr(row, field.column, value == YES)
    elif field.kind == Kind.DATE:
        setattr(row, field.column, parse_date(value) if value else None)
    elif field.column in SLUG_COLUMNS or not field.codes:
        setattr(row, field.column, value)
    else:
        setattr(row, field.column, ",".join(map(field.codes.label_of, value.split(","))) if value else "")


def shown_facts(row, fields: Iterable[Field], *, masked: dict[str, str] | None = None) -> list[tuple[str, str]]:
    """(label, text) of fields for a page; ``masked``: key -> what stands for a sealed value."""
    masked = masked or {}
    return [
        (field.label, masked.get(field.key, "") if field.sealed else show(field, value_of(row, field)))
        for field in fields
    ]
