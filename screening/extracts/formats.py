"""The built-in lists and how the headings of a sheet are recognised. Always by text, never by position."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Mapping as AnyMapping
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from fangpin.sheets import normalise_header as spoken_header
from screening.extracts import catalogue_education, catalogue_health, catalogue_living, catalogue_support
from screening.extracts.layout import DEPARTMENTS, Column, ColumnKind, ListFormat

__all__ = [
    "DEPARTMENTS",
    "FORMATS",
    "Column",
    "ColumnKind",
    "ListFormat",
    "Mapping",
    "amounts_in_wan",
    "header_words",
    "map_columns",
    "normalise_header",
]

FORMATS: dict[str, ListFormat] = {
    fmt.code: fmt
    for part in (catalogue_education, catalogue_health, catalogue_living, catalogue_support)
    for fmt in part.LISTS
}

_SPACES = re.compile(r"\s+")
_UNIT = re.compile(
    r"\((?:单位[:：]?)?(?:万?元(?:/[年月人户])?|人|户|天|日|次|亩|岁|年|月|个月|公里|km|米|m|平方米|㎡|m2|必填|选填)\)"
)
_BRACKETED = re.compile(r"\([^()]*\)")
# The reader makes a repeated heading "金额(2)" and calls a nameless column "F列".
_REPEATED = re.compile(r"\((?:[2-9]|\d\d)\)$")
_NAMELESS = re.compile(r"[a-z]{1,3}列")
_MARKS = re.compile(r"[()\[\]{}【】〔〕<>《》/\\|、·,，.。:：;；*#_\-—\"'“”]")
_WAN = re.compile(r"万元|\(万\)")
# Headings that never carry anything.
_NUMBERING = frozenset({"序号", "no", "行号", "编码序号", "顺序号"})


def _plain(text):
    return _SPACES.sub("", unicodedata.normalize("NFKC", str(text or ""))).casefold()


def normalise_header(text: str) -> str:
    """A heading without spaces, width differences and punctuation: “村（社区） ” -> “村社区”. The key of remembered mappings."""
    return _MARKS.sub("", _plain(text))


def amounts_in_wan(header: str) -> bool:
    """The heading itself says that amounts are in 万元."""
    return bool(_WAN.search(_plain(header)))


def _forms(header):
    """The heading as given, without its unit, without anything in brackets: tried in this order."""
    plain = _REPEATED.sub("", _plain(header))
    forms = (_MARKS.sub("", plain), _MARKS.sub("", _UNIT.sub("", plain)), _MARKS.sub("", _BRACKETED.sub("", plain)))
    return tuple(dict.fromkeys(form for form in forms if form))


@lru_cache(maxsize=256)
def _vocabulary(fmt):
    """Normalised label -> key and normalised alias -> key. A label wins over another column's alias."""
    labels = {normalise_header(column.label): column.key for column in fmt.columns}
    aliases = {}
    for column in fmt.columns:
        for alias in column.aliases:
            aliases.setdefault(normalise_header(alias), column.key)
    return labels, {alias: key for alias, key in aliases.items() if alias not in labels}


@lru_cache(maxsize=256)
def header_words(fmt: ListFormat) -> frozenset[str]:
    """Every heading the list knows, as the reader of sheets normalises them to find the heading row."""
    words = (word for column in fmt.columns for word in (column.label, *column.aliases))
    return frozenset(map(spoken_header, words)) | frozenset(_NUMBERING)


@dataclass
class Mapping:
    """Which column of a sheet is which. ``ambiguous``: key -> indices that claim it equally well; none of them is taken."""

    columns: dict[str, int] = field(default_factory=dict)
    unknown: list[int] = field(default_factory=list)
    missing_required: list[Column] = field(default_factory=list)
    missing_any: list[tuple[Column, ...]] = field(default_factory=list)
    ambiguous: dict[str, list[int]] = field(default_factory=dict)

    @property
    def complete(self) -> bool:
        return not self.missing_required and not self.missing_any

    @property
    def missing_labels(self) -> list[str]:
        """What the sheet lacks, as a sentence names it: 姓名, 身份证号或残疾证号."""
        groups = ("或".join(column.label for column in group) for group in self.missing_any)
        return [*(column.label for column in self.missing_required), *groups]


def map_columns(headers: Sequence[str], fmt: ListFormat, remembered: AnyMapping[str, str] | None = None) -> Mapping:
    """Recognise the headings of one sheet.

    ``remembered`` holds what the department answered before: normalised heading -> key, or "" for "does not belong here".
    Two headings that claim one key: the better one wins (answered > label > alias > without unit), equals are asked back.
    """
    keys = {column.key for column in fmt.columns}
    claims = defaultdict(list)
    found = Mapping()
    for index, header in enumerate(headers):
        key, rank = _claim(header, fmt, remembered or {})
        if key in keys:
            claims[key].append((rank, index))
        elif key is None and _says_something(header):
            found.unknown.append(index)
    for key, bids in claims.items():
        best = min(rank for rank, _ in bids)
        first, *others = [index for rank, index in bids if rank == best]
        if others:
            found.ambiguous[key] = [first, *others]
        else:
            found.columns[key] = first
            found.unknown.extend(index for rank, index in bids if rank > best)
    _let_the_head_stand_in(found, fmt)
    found.unknown.sort()
    found.missing_required = [column for column in fmt.columns if column.required and column.key not in found.columns]
    found.missing_any = [
        tuple(fmt.column(key) for key in group)
        for group in fmt.required_any
        if not any(key in found.columns for key in group)
    ]
    return found


def _claim(header, fmt, remembered):
    """(key, rank) of a heading; key "" when answered "does not belong", None when nobody knows it."""
    word = normalise_header(header)
    if word in remembered:
        return remembered[word], 0
    labels, aliases = _vocabulary(fmt)
    for rank, form in enumerate(_forms(header)):
        if form in labels:
            return labels[form], 1 + 2 * rank
        if form in aliases:
            return aliases[form], 2 + 2 * rank
    return None, 0


def _says_something(header):
    word = normalise_header(header)
    return bool(word) and word not in _NUMBERING and not _NAMELESS.fullmatch(word)


def _let_the_head_stand_in(found, fmt):
    """A list of persons that only names the household head is about the head (domain.md 3.1: 户主 for 姓名)."""
    for own, heads in (("name", "head_name"), ("id_number", "head_id")):
        known = {column.key for column in fmt.columns}
        if (
            {own, heads} <= known
            and own not in found.columns
            and own not in found.ambiguous
            and heads in found.columns
        ):
            if own == "id_number" and "head_name" in found.columns:
                continue  # the person has a name of his own: the head's number is not his
            found.columns[own] = found.columns.pop(heads)
