"""What the values of a column look like: identity numbers, dates, amounts, phones, names of villages. Pure; for suggestions only."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from fangpin.sheets import DATE, DATETIME, NO_VALUE_WORDS, NUMBER, clean_cell, parse_amount, parse_date, parse_integer
from screening.extracts.cells import flat
from screening.extracts.layout import Column, ColumnKind

K = ColumnKind
LEAST_SHARE = 0.6
WORDS = {
    K.CERTIFICATE: "像残疾证号",  # before the number of a person, which stands in it
    K.ID: "像身份证号",
    K.PHONE: "像电话号码",
    K.ACCOUNT: "像银行账号",
    K.NAME: "像姓名",
    K.TOWNSHIP: "像乡镇名",
    K.VILLAGE: "像村名",
    K.ADDRESS: "像住址",
    K.DATE: "像日期",
    K.MONTH: "像月份",
    K.YEAR: "像年份",
    K.AMOUNT: "像金额",
    K.INTEGER: "像整数",
}
_NUMBER_OF_A_PERSON = re.compile(r"[1-9]\d{16}[\dXx]|[1-9]\d{14}|\d\.\d+E\+17")
_CERTIFICATE = re.compile(r"[1-9]\d{16}[\dXx](?:\d\d|\d{4})")
_PHONE = re.compile(r"(?:\+?86)?1[3-9]\d{9}|0\d{2,3}-?\d{7,8}")
_ACCOUNT = re.compile(r"\d{16,19}")
_NAME = re.compile("[\u3400-\u9fff][\u3400-\u9fff·•]{1,3}|[\u3400-\u9fff]{2,6}·[\u3400-\u9fff]{2,8}")
_TOWNSHIP_ENDING = re.compile("(?:镇|乡|街道)(?:人民政府|政府)?$")
_VILLAGE_ENDING = re.compile("(?:村民委员会|居民委员会|社区居委会|村委会|居委会|社区|村委|村)$")
_ADDRESS = re.compile("(?:村|社区|屯|组|队|路|街).*(?:号|屯|组|队|室)|(?:镇|乡).*(?:村|社区)")
_MONTH = re.compile(r"\d{4}[-./年]?(?:0?[1-9]|1[0-2])月?份?")
_YEAR = re.compile(r"(?:19|20)\d\d年?")


@dataclass(frozen=True)
class PlaceNames:
    """Names of the county's townships and villages, without what offices add or drop at their end."""

    townships: frozenset[str] = frozenset()
    villages: frozenset[str] = frozenset()

    @classmethod
    def of(cls, townships: Iterable[str], villages: Iterable[str]) -> "PlaceNames":
        return cls(
            frozenset(_TOWNSHIP_ENDING.sub("", name) for name in townships),
            frozenset(_VILLAGE_ENDING.sub("", name) for name in villages),
        )


def looks(cells: Sequence[tuple[str, int]], places: PlaceNames) -> dict[ColumnKind, float]:
    """Share of the cells that say something and could be of each kind; ``cells``: (text, kind of cell as fangpin.sheets has it)."""
    said = [(clean_cell(text), kind) for text, kind in cells]
    said = [(text, kind) for text, kind in said if text and text not in NO_VALUE_WORDS]
    found: dict[ColumnKind, int] = {}
    for text, kind in said:
        for meant in _meanings(text, kind, places):
            found[meant] = found.get(meant, 0) + 1
    return {meant: count / len(said) for meant, count in found.items()}


def looks_like(column: Column, found: Mapping[ColumnKind, float], cells: Sequence[tuple[str, int]]) -> float:
    """How well the cells fit one column of a list, 0 to 1."""
    if not column.choices:
        return found.get(column.kind, 0.0)
    known = {flat(word) for word in column.choices} | {flat(written) for written, _ in column.synonyms}
    said = [flat(text) for text, _ in cells if text.strip()]
    return sum(text in known for text in said) / len(said) if said else 0.0


def best_look(found: Mapping[ColumnKind, float]) -> str:
    """In words what most of the cells look like, "" when nothing stands out."""
    likely = [meant for meant in WORDS if found.get(meant, 0) >= LEAST_SHARE]
    return WORDS[max(likely, key=lambda meant: found[meant])] if likely else ""


def _meanings(text, kind, places):
    """Every kind that one cell could be of."""
    tight = text.replace(" ", "")
    if _CERTIFICATE.fullmatch(tight):
        return {K.CERTIFICATE, K.ID}
    if _NUMBER_OF_A_PERSON.fullmatch(tight):
        return {K.ID, K.ACCOUNT} if len(tight) > 15 else {K.ID}
    if _PHONE.fullmatch(tight):
        return {K.PHONE}
    if _ACCOUNT.fullmatch(tight):
        return {K.ACCOUNT}
    if kind in (DATE, DATETIME):
        return {K.DATE, K.MONTH}
    return _of_numbers(tight, kind) or _of_words(tight, places)


def _of_numbers(text, kind):
    found = set()
    if _YEAR.fullmatch(text):
        found.add(K.YEAR)
    if _MONTH.fullmatch(text):
        found.add(K.MONTH)
    written_out = (len(text) >= 6 and text.isdigit()) or not re.fullmatch(r"[\d.,]*", text)
    if written_out and kind != NUMBER and parse_date(text):
        found.add(K.DATE)
    if K.DATE not in found and parse_amount(text) is not None:
        found |= {K.AMOUNT, K.NUMBER}
    if K.DATE not in found and parse_integer(text) is not None:
        found.add(K.INTEGER)
    return found


def _of_words(text, places):
    if _TOWNSHIP_ENDING.sub("", text) in places.townships:
        return {K.TOWNSHIP}
    if _VILLAGE_ENDING.sub("", text) in places.villages:
        return {K.VILLAGE, K.NAME} if not _VILLAGE_ENDING.search(text) else {K.VILLAGE}
    if len(text) >= 6 and _ADDRESS.search(text):
        return {K.ADDRESS}
    return {K.NAME, K.TEXT} if _NAME.fullmatch(text) else {K.TEXT}
