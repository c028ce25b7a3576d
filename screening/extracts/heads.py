"""How the sheets of an uploaded file begin: the heading row, a few masked values of each column, and what the column may be."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from fangpin.divisions.models import Division, Level
from fangpin.masking import mask_account, scrub
from fangpin.sealing import open_sealed
from fangpin.sheets import SEARCHED_ROWS, TEXT, RawSheet, Table, normalise_header, read_raw, table_of
from screening.extracts.formats import header_words
from screening.extracts.headings import Remembered
from screening.extracts.intake import format_of, sealed_path
from screening.extracts.layout import ListFormat
from screening.extracts.layouts import remembered_for
from screening.extracts.looks import PlaceNames
from screening.extracts.suggesting import Suggestion, suggest
from screening.models import Extract

FIRST_ROWS = 200  # of each sheet, which is enough to see what a column holds
SAMPLES, SAMPLE_CHARACTERS = 3, 24
SHOWN_COLUMNS = 8  # of the first rows, where somebody looks for the heading row
_LONG_NUMBER = re.compile(r"(?<!\d)\d{12,}(?!\d)")


@dataclass(frozen=True)
class Heading:
    text: str
    letter: str
    samples: tuple[str, ...]
    suggestion: Suggestion


@dataclass(frozen=True)
class Head:
    """The beginning of one sheet, and of all others laid out like it.

    ``number``: place of the first such sheet in the file. ``row``: spreadsheet row of the headings (the last one where they are stacked).
    ``recognised``: the reader found the row by itself. ``rows``: (row, cells) of the first rows, masked.
    """

    number: int
    sheets: tuple[str, ...]
    row: int
    recognised: bool
    rows: tuple[tuple[int, tuple[str, ...]], ...]
    headings: tuple[Heading, ...]


def heads_of(extract: Extract, chosen: Mapping[int, int]) -> list[Head]:
    """The heads of the file. ``chosen``: number of a sheet -> its heading row as somebody pointed it out. Raises Unreadable."""
    fmt = format_of(extract.list_code)
    remembered = remembered_for(extract.county, fmt.code)
    words = frozenset(map(normalise_header, header_words(fmt) | remembered.words)) - {""}
    places = _places(extract.county_id)
    source = open_sealed(sealed_path(extract), extract.place)
    heads: dict[tuple, Head] = {}
    for number, raw in enumerate(read_raw(source, extract.filename, first=FIRST_ROWS)):
        found = _table_of(raw, words, chosen.get(number))
        if found is None:
            continue
        table, recognised = found
        alike = heads.get(table.columns)
        if alike:
            heads[table.columns] = _with_sheet(alike, raw.name)
        else:
            headings = _headings(table, fmt, remembered, places)
            heads[table.columns] = Head(number, (raw.name,), table.header_row, recognised, _first_rows(raw), headings)
    return list(heads.values())


def _places(county_code: str) -> PlaceNames:
    found = list(Division.objects.under(county_code).values_list("level", "name"))
    return PlaceNames.of(
        (name for level, name in found if level == Level.TOWNSHIP),
        (name for level, name in found if level == Level.VILLAGE),
    )


def _table_of(raw: RawSheet, words, row: int | None) -> tuple[Table, bool] | None:
    """(table, whether the reader knows its heading row by itself); the likeliest row where nobody knows it."""
    known = table_of(raw, words)
    if row:
        table = table_of(raw, words, row)
        return (table, bool(known and known.header_row == row)) if table else None
    if known:
        return known, True
    guess = likely_heading_row(raw)
    table = table_of(raw, words, guess) if guess else None
    return (table, False) if table else None


def likely_heading_row(raw: RawSheet) -> int:
    """The spreadsheet row among the first ten with most different short words and no numbers; the first of equals, 0 for none."""
    best, chosen = 0, 0
    for row in raw.text.index[:SEARCHED_ROWS]:
        cells = {text for text, kind in zip(raw.text.loc[row], raw.kind.loc[row], strict=True) if kind == TEXT}
        words = [text for text in cells if len(text) <= 30 and not re.search(r"\d{4}", text)]
        if len(words) == len(cells) and len(words) > best:
            best, chosen = len(words), int(row)
    return chosen


def _with_sheet(head: Head, name: str) -> Head:
    return Head(head.number, (*head.sheets, name), head.row, head.recognised, head.rows, head.headings)


def _headings(table: Table, fmt: ListFormat, remembered: Remembered, places: PlaceNames) -> tuple[Heading, ...]:
    cells = [
        [(text, kind) for text, kind in zip(table.text[at], table.kind[at], strict=True) if text]
        for at in range(len(table.columns))
    ]
    suggestions = suggest(table.columns, cells, fmt, remembered.answers(table.columns), places)
    parts = zip(table.columns, table.letters, cells, suggestions, strict=True)
    return tuple(Heading(text, letter, _samples(column), meant) for text, letter, column, meant in parts)


def _samples(cells: Sequence[tuple[str, int]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(masked(text, SAMPLE_CHARACTERS) for text, _ in cells))[:SAMPLES]


def masked(text: str, most: int) -> str:
    """A cell as the page shows it: numbers of persons, phones and accounts masked."""
    hidden = _LONG_NUMBER.sub(lambda found: mask_account(found[0]), scrub(text))
    return hidden if len(hidden) <= most else f"{hidden[:most]}…"


def _first_rows(raw: RawSheet) -> tuple[tuple[int, tuple[str, ...]], ...]:
    rows = []
    for row in raw.text.index[:SEARCHED_ROWS]:
        cells = [masked(text, SAMPLE_CHARACTERS) for text in raw.text.loc[row]]
        if any(cells):
            rows.append((int(row), tuple(cells[:SHOWN_COLUMNS])))
    return tuple(rows)
