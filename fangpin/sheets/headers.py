"""Finds the header of a sheet by what it says: title rows above it, two or three stacked lines, merged cells."""

import re
from dataclasses import dataclass

import numpy as np

from fangpin.sheets.child import TEXT
from fangpin.sheets.reading import RawSheet

SEARCHED_ROWS = 10
MOST_LINES = 3
LEAST_KNOWN = 2

HALF_WIDTH = str.maketrans({code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)})
SILENT = re.compile(r"[\s\u200b-\u200f\u2060\ufeff*★☆:;,、。“”\"'_]")
# what a header says about its values, not what it is: （元）, （万元）, (18位), （必填）, （格式：2021-05-01）
REMARK = re.compile(
    r"\((?:[百千万亿]?元|[人户个名条次岁天年月日]|[人户]次|平方米|平米|㎡|m2|m²|公里|米|亩|斤|公斤|吨|%|\d+位"
    r"|[^()]*(?:单位|格式|必填|选填|必须|可选|下拉|例如|yyyy|YYYY|如[:,]?)[^()]*)\)"
)
UNIT_BEHIND_STROKE = re.compile(r"[/／](?:[百千万亿]?元|[人户个次岁天]|平方米|㎡)$")
# a group title that names another person than the one the row is about: 父亲 over 姓名 is not 姓名
OTHER_PERSON = re.compile(r"父|母|监护|家长|户主|配偶|代理|代办|联系人|经办|法定|包联|帮扶|负责|领导|医生|教师|班主任")


@dataclass(frozen=True)
class Header:
    """Where the header stands (0-based first and last line) and what each column is called, "" where it has no name.

    ``lines`` holds for each column what stands in the lines, top to bottom, without repeats.
    """

    first: int
    last: int
    texts: tuple[str, ...]
    lines: tuple[tuple[str, ...], ...]


def normalise_header(text: str) -> str:
    """What two spellings of a column name have in common: no space, line break, colon, star, or bracketed unit.

    "身份证号码\\n（18位）*" → "身份证号码"; "月保障金额（元）" → "月保障金额"; "乡（镇）" → "乡(镇)".
    """
    text = SILENT.sub("", text.translate(HALF_WIDTH))
    return UNIT_BEHIND_STROKE.sub("", REMARK.sub("", text))


def column_letter(number: int) -> str:
    """0 → "A", 26 → "AA"."""
    letters = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def find_header(raw: RawSheet, words: frozenset[str]) -> Header | None:
    """The lines among the first ten rows that hold most of ``words`` (normalised), if they hold at least two."""
    grid = _Top(raw, words)
    candidates = [candidate for first in range(grid.height) for candidate in grid.candidates(first)]
    if not candidates:
        return None
    score, _, _, header = max(candidates, key=lambda candidate: candidate[:3])
    return header if score >= min(LEAST_KNOWN, len(words)) else None


def header_at(raw: RawSheet, words: frozenset[str], row: int) -> Header | None:
    """The header that has spreadsheet row ``row`` (among the first ten) in it: somebody pointed at it, so what stands there is known."""
    top = _Top(raw, words)
    if not 1 <= row <= top.height or not any(top.cells[row - 1]):
        return None
    grid = _Top(raw, words | {normalise_header(cell) for cell in top.cells[row - 1]} - {""})
    found = [candidate for first in range(max(0, row - MOST_LINES), row) for candidate in grid.candidates(first)]
    found = [candidate for candidate in found if candidate[3].first < row <= candidate[3].last + 1]
    return max(found, key=lambda candidate: candidate[:3])[3] if found else None


def known_words(raw: RawSheet, words: frozenset[str]) -> set[str]:
    """Which of the known column names stand anywhere in the rows where a header is looked for."""
    cells = raw.text.iloc[:SEARCHED_ROWS].to_numpy().ravel()
    return {normalise_header(cell) for cell in cells} & words


class _Top:
    """The upper left of a sheet, merged cells spread over all they cover."""

    def __init__(self, raw, words):
        self.words = words
        rows = SEARCHED_ROWS + MOST_LINES - 1
        self.cells = raw.text.iloc[:rows].to_numpy(dtype=object).copy()
        self.kinds = raw.kind.iloc[:rows].to_numpy()
        self.height = min(SEARCHED_ROWS, len(self.cells))
        self.width = self.cells.shape[1]
        self.merged = [merge for merge in raw.merged if merge.top <= len(self.cells) and merge.left < self.width]
        for merge in self.merged:
            top = self.cells[merge.top - 1, merge.left]
            self.cells[merge.top - 1 : merge.bottom, merge.left : merge.right + 1] = top

    def candidates(self, first):
        """The headers that may begin at this row, as (score, lines, -first, header)."""
        if self._inside_a_merged_header(first):
            return
        depth = self._depth_by_merges(first)
        single, grouped = self._header(first, depth), None
        yield self._scored(single)
        if depth == 1 and first + 1 < len(self.cells) and (self.kinds[first + 1] <= TEXT).all():
            if self._has_groups(first):
                grouped = self._header(first, 2)
            elif self._fills_gaps(first):
                grouped = self._header(first, 2, fill=True)
            if grouped and self._score(grouped) > self._score(single):
                yield self._scored(grouped)

    def _scored(self, header):
        return self._score(header), header.last - header.first, -header.first, header

    def _score(self, header):
        return len({normalise_header(text) for text in header.texts} & self.words)

    def _depth_by_merges(self, first):
        """A column name merged over several rows says how many lines the header has."""
        depths = [
            merge.bottom - first
            for merge in self.merged
            if merge.top == first + 1 and merge.left == merge.right and self._is_known(first, merge.left)
        ]
        return min(max(depths, default=1), MOST_LINES, len(self.cells) - first)

    def _inside_a_merged_header(self, first):
        return any(
            merge.top <= first < merge.bottom and merge.left == merge.right and self._is_known(first, merge.left)
            for merge in self.merged
        )

    def _is_known(self, row, column):
        return normalise_header(self.cells[row, column]) in self.words

    def _has_groups(self, first):
        """Whether a cell of this row is merged over some columns, but not over all as a title is."""
        used = np.flatnonzero((self.cells != "").any(axis=0))
        return any(
            merge.top == merge.bottom == first + 1 and 0 < merge.right - merge.left < len(used) - 1
            for merge in self.merged
        )

    def _fills_gaps(self, first):
        """Whether the next row names columns where this one is blank behind a name, as unmerged groups do."""
        upper, lower = self.cells[first] != "", self.cells[first + 1] != ""
        return bool((~upper & lower).any() and (upper & ~lower).any())

    def _header(self, first, depth, *, fill=False):
        block = self.cells[first : first + depth].copy()
        if fill:
            for column in range(1, self.width):
                if block[0, column] == "" and block[1, column] != "":
                    block[0, column] = block[0, column - 1]
        lines = tuple(tuple(dict.fromkeys(cell for cell in block[:, column] if cell)) for column in range(self.width))
        return Header(first, first + depth - 1, self._texts(lines), lines)

    def _texts(self, lines):
        """The name of each column: its lines joined, or the lowest alone where the lines above only name a group."""
        lowest = [parts[-1] if parts else "" for parts in lines]
        return tuple(
            parts[-1] if self._lowest_says_all(parts) and lowest.count(parts[-1]) == 1 else "".join(parts)
            for parts in lines
        )

    def _lowest_says_all(self, parts):
        return (
            len(parts) > 1
            and normalise_header("".join(parts)) not in self.words
            and normalise_header(parts[-1]) in self.words
            and not OTHER_PERSON.search("".join(parts[:-1]))
        )
