"""The tables of an upload: header found, merged cells filled down, totals and footers told from data, no row lost."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pandas as pd

from fangpin.sheets.cells import matches
from fangpin.sheets.child import NUMBER
from fangpin.sheets.headers import (
    LEAST_KNOWN,
    SEARCHED_ROWS,
    Header,
    column_letter,
    find_header,
    header_at,
    known_words,
    normalise_header,
)
from fangpin.sheets.limits import Limits
from fangpin.sheets.reading import Progress, RawSheet, read_raw
from fangpin.sheets.refusals import Unreadable

TOTAL = re.compile(
    r"[\u4e00-\u9fff]{0,10}?(?:合计|总计|小计|共计|总数|累计)(?:人数|户数|人次|金额|数)?(?:[:：(（\d].*)?|共\d+[人户条名次个].*",
    re.S,
)
FOOT = re.compile(
    r"(?:(?:填表|填报|审核|审批|复核|制表|经办|负责|统计)人?|(?:单位|部门|分管|主要)?(?:负责人|领导)|制表(?:单位|时间|日期)"
    r"|(?:填报|填表|报送|制表)单位|(?:统计|填报|填表|打印|导出|报送|截止|统计截止)(?:时间|日期)|统计截止)"
    r"(?:[(（:：].*)?|(?:备?注|说明|填表说明|联系人|联系电话|单位|日期)[\d一二三四]?[:：].*|.{0,8}盖章.*",
    re.S,
)
SPACE = re.compile(r"\s+")
NUMBER_OF_A_PERSON = re.compile(r"\d{15}|\d{17}[\dXx]|\d{20}|\d{22}")
NAME = re.compile("[\u3400-\u9fff\U00020000-\U0003ffff·•．.]{2,15}")
NAMED = re.compile("姓名|^户主$|^患者$|^学生$")
FIRST_COLUMNS = 4  # where a total or a footer begins in a row with many cells
FEW_CELLS = 4


class Why(StrEnum):
    """Why a row below the header is no data row."""

    BLANK = "空行"
    TOTAL = "合计行"
    FOOTER = "表尾行"
    HEADER = "重复的表头"
    TITLE = "标题行"


@dataclass(frozen=True)
class Skipped:
    """A row below the header that is no data row: its spreadsheet row and why."""

    row: int
    why: Why


@dataclass(frozen=True)
class Table:
    """The data rows of a sheet.

    ``header_row``: spreadsheet row of the last header line (1-based). ``columns``: the header texts as written, stacked
    lines joined, made unique ("金额", "金额(2)"; "F列" where there is none). ``text`` and ``kind``: as in RawSheet, index =
    spreadsheet row, columns = 0…n-1, only data rows; cells merged over several rows are filled down. ``letters``: the
    spreadsheet's column letters. ``above``: what stands above the header (titles, 单位：万元). Rows of ``text`` and rows in
    ``skipped`` are together all rows of the sheet below the header.
    """

    sheet: str
    header_row: int
    columns: tuple[str, ...]
    text: pd.DataFrame
    kind: pd.DataFrame
    letters: tuple[str, ...]
    skipped: tuple[Skipped, ...]
    above: tuple[str, ...] = ()
    hidden: bool = False


@dataclass(frozen=True)
class PassedOver:
    """A sheet without a table: how many of its rows hold something, and why it is left out."""

    sheet: str
    rows: int
    why: str


class Tables(list[Table]):
    """The tables of an upload in the order of its sheets, and beside them (``passed_over``) the sheets that hold none."""

    def __init__(self, tables: Iterable[Table] = (), passed_over: Iterable[PassedOver] = ()):
        super().__init__(tables)
        self.passed_over = list(passed_over)


def read_tables(
    source: BinaryIO | Path,
    *,
    filename: str,
    header_words: Iterable[str],
    limits: Limits | None = None,
    progress: Progress | None = None,
    scanned: bool = False,
) -> Tables:
    """The tables of an upload whose headers hold at least two of ``header_words`` (all column names and aliases known).

    Raises Unreadable when the file is refused or no sheet has such a header.
    """
    return tables_of(read_raw(source, filename, limits=limits, progress=progress, scanned=scanned), header_words)


def tables_of(sheets: list[RawSheet], header_words: Iterable[str]) -> Tables:
    """The same from sheets that were read already."""
    words = frozenset(map(normalise_header, header_words)) - {""}
    tables = Tables()
    for raw in sheets:
        table = table_of(raw, words)
        if table:
            tables.append(table)
        else:
            filled = int((raw.kind.to_numpy() > 0).any(axis=1).sum())
            tables.passed_over.append(PassedOver(raw.name, filled, "没有认出表头" if filled else "空工作表"))
    if not tables:
        found = sorted(set().union(*(known_words(raw, words) for raw in sheets)))
        said = f"只认得{'、'.join(f'“{word}”' for word in found[:8])}且不在同一行" if len(found) > 1 else None
        said = said or (f"只认得“{found[0]}”" if found else "没有一个认得的列名")
        raise Unreadable("no_header", rows=SEARCHED_ROWS, found=said, least=LEAST_KNOWN)
    return tables


def table_of(raw: RawSheet, words: frozenset[str], heading_row: int | None = None) -> Table | None:
    """The table of one sheet under the header that ``words`` (normalised) tell, or under the one somebody pointed at."""
    header = find_header(raw, words) if heading_row is None else header_at(raw, words, heading_row)
    return _table(raw, header) if header else None


def _table(raw: RawSheet, header: Header) -> Table:
    text, kind = raw.text.iloc[header.last + 1 :], raw.kind.iloc[header.last + 1 :]
    used = [number for number in range(text.shape[1]) if header.texts[number] or kind[number].any()]
    width = max(used, default=-1) + 1
    text, kind = text.iloc[:, :width], kind.iloc[:, :width]
    reasons = _reasons(raw, header, text, kind)
    text, kind = fill_down(text, kind, raw.merged)
    keep = reasons == ""
    rows = text.index.to_numpy()
    above = raw.text.iloc[: header.first].to_numpy().ravel()
    return Table(
        sheet=raw.name,
        header_row=header.last + 1,
        columns=_unique(header.texts[:width]),
        text=text if keep.all() else text[keep],
        kind=kind if keep.all() else kind[keep],
        letters=tuple(map(column_letter, range(width))),
        skipped=tuple(Skipped(int(rows[at]), Why(reasons[at])) for at in np.flatnonzero(~keep)),
        above=tuple(dict.fromkeys(cell for cell in above if cell)),
        hidden=raw.hidden,
    )


def _unique(texts):
    """Names for all columns, none twice."""
    names = []
    for number, text in enumerate(texts):
        name = stem = text or f"{column_letter(number)}列"
        turn = 1
        while name in names:
            turn += 1
            name = f"{stem}({turn})"
        names.append(name)
    return tuple(names)


def fill_down(text: pd.DataFrame, kind: pd.DataFrame, merged) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Repeat what a cell merged over several rows of one column says in each of them (titles merged sideways stay)."""
    if text.empty:
        return text, kind
    first, last = int(text.index[0]), int(text.index[-1])
    by_column = {}
    for merge in merged:
        if merge.left == merge.right < text.shape[1] and first <= merge.top < min(merge.bottom, last):
            by_column.setdefault(merge.left, []).append((merge.top - first, min(merge.bottom, last) - first + 1))
    if not by_column:
        return text, kind
    text, kind = text.copy(), kind.copy()
    for column, spans in by_column.items():
        texts, kinds = text[column].to_numpy(dtype=object).copy(), kind[column].to_numpy().copy()
        for top, bottom in spans:
            texts[top:bottom], kinds[top:bottom] = texts[top], kinds[top]
        text[column], kind[column] = pd.Series(texts, text.index, dtype="str"), kinds
    return text, kind


def _reasons(raw, header, text, kind):
    """Why each row is no data row, "" for data rows."""
    filled = kind.to_numpy() > 0
    count = filled.sum(axis=1)
    reasons = np.full(len(text), "", dtype=object)
    reasons[count == 0] = Why.BLANK
    rows = _Rows(text, kind, filled, header)
    titles = _title_rows(raw, header)
    sections = {merge.top for merge in raw.merged if merge.top == merge.bottom and merge.right - merge.left >= 2}
    for at in np.flatnonzero(_suspects(text, count, header, titles, sections)):
        reasons[at] = rows.reason(at, titles, sections)
    _extend_footer(reasons, count)
    return reasons


def _title_rows(raw, header):
    """What the rows above the header say, as tuples of their cells."""
    rows = raw.text.iloc[: header.first].to_numpy()
    return {tuple(cell for cell in row if cell) for row in rows} - {()}


def _suspects(text, count, header, titles, sections):
    """Rows worth a closer look: by far most rows are not, and a sheet may have 600,000."""
    suspect = (count > 0) & (count <= FEW_CELLS) | text.index.isin(sections)
    title_starts = {title[0] for title in titles}
    for number in range(min(FIRST_COLUMNS, text.shape[1])):
        column = text[number]
        words = title_starts | set(header.lines[number])
        suspect |= column.isin(words).to_numpy() & (count > 0)
        suspect |= matches(column, r"计|总\s*数|累|共\s*\d|[:：]|人\s*$|盖章")
    return suspect


class _Rows:
    """Judges single rows of a table."""

    def __init__(self, text, kind, filled, header):
        self.text, self.kind, self.filled = text, kind, filled
        self.lines = [{normalise_header(part) for part in (*parts, *both)} for parts, both in _with_joined(header)]
        self.name_columns = [n for n, name in enumerate(header.texts) if NAMED.search(normalise_header(name))]

    def reason(self, at, titles, sections):
        """Why this row, which is not blank, is no data row, or ""."""
        columns = np.flatnonzero(self.filled[at])
        cells = {int(number): self.text.iat[at, number] for number in columns}
        alike = sum(normalise_header(cell) in self.lines[number] for number, cell in cells.items())
        if alike >= 2 and alike * 5 >= len(cells) * 3:
            return Why.HEADER
        if tuple(cells.values()) in titles or (len(cells) == 1 and self.text.index[at] in sections):
            return Why.TITLE
        if self._names_a_person(at, cells):
            return ""
        for turn, cell in enumerate(list(cells.values())[:3]):
            said = SPACE.sub("", cell)
            if TOTAL.fullmatch(said):
                return Why.TOTAL
            if FOOT.fullmatch(said) and (turn == 0 or len(cells) <= FEW_CELLS):  # 审核 may be a value in a full row
                return Why.FOOTER
        return ""

    def _names_a_person(self, at, cells):
        """Whether the row carries a usable name and number: then it is data, whatever else it says."""
        numbered = any(
            NUMBER_OF_A_PERSON.fullmatch(SPACE.sub("", cell))
            or (self.kind.iat[at, number] == NUMBER and "E+17" in cell)
            for number, cell in cells.items()
        )
        if not numbered:
            return False
        names = [SPACE.sub("", cells.get(number, "")) for number in self.name_columns] or map(
            str.strip, cells.values()
        )
        return any(NAME.fullmatch(name) and not TOTAL.fullmatch(name) and not FOOT.fullmatch(name) for name in names)


def _with_joined(header):
    return [(parts, (text,) if text else ()) for parts, text in zip(header.lines, header.texts, strict=True)]


def _extend_footer(reasons, count):
    """Lines of one or two cells after the first footer line at the end belong to it: notes go on, signatures have dates."""
    full = np.flatnonzero((count > 2) & (reasons == ""))
    end = full[-1] + 1 if full.size else 0
    footers = np.flatnonzero(reasons[end:] == Why.FOOTER)
    if footers.size:
        tail = slice(end + footers[0], None)
        reasons[tail][reasons[tail] == ""] = Why.FOOTER
