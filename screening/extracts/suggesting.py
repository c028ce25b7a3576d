"""Which column of a list a heading nobody knows may be: by its words and by what stands below it, always with the reason. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from screening.extracts.formats import map_columns, normalise_header
from screening.extracts.layout import Column, ColumnKind, ListFormat
from screening.extracts.looks import LEAST_SHARE, WORDS, PlaceNames, best_look, looks, looks_like

K = ColumnKind
Cells = Sequence[tuple[str, int]]
# How much the look of the values alone tells: many columns hold amounts, few hold identity numbers.
TELLING = {
    K.ID: 1.0,
    K.CERTIFICATE: 1.0,
    K.TOWNSHIP: 0.9,
    K.VILLAGE: 0.9,
    K.PHONE: 0.8,
    K.CHOICE: 0.8,
    K.BOOL: 0.5,
    K.ACCOUNT: 0.7,
}
NOTHING_TOLD = (K.TEXT, K.HAMLET)  # any words would do
LITTLE = 0.5
ENOUGH, ALIKE, NEEDED, ALONE = 0.7, 0.6, 0.1, 0.15


@dataclass(frozen=True)
class Suggestion:
    """``key`` of the list, "" for none; ``why`` in words; ``sure`` when the heading is known or was answered before."""

    key: str
    why: str
    sure: bool = False


def suggest(
    headings: Sequence[str],
    cells: Sequence[Cells],
    fmt: ListFormat,
    answered: Mapping[str, str],
    places: PlaceNames,
) -> list[Suggestion]:
    """One suggestion per heading; no key is suggested twice. ``cells``: some of each column; ``answered``: as map_columns has it."""
    known = map_columns(headings, fmt, answered)
    taken = {index: key for key, index in known.columns.items()}
    found = [looks(column, places) for column in cells]
    open_ = [at for at in range(len(headings)) if at not in taken and normalise_header(headings[at]) not in answered]
    free = [column for column in fmt.columns if column.key not in known.columns]
    bids = [_bid(at, column, headings, cells, found, open_) for at in open_ for column in free]
    suggested: dict[int, Suggestion] = {}
    for score, at, column, why in sorted(bids, key=lambda bid: -bid[0]):
        if score >= ENOUGH and at not in suggested and column.key not in {one.key for one in suggested.values()}:
            suggested[at] = Suggestion(column.key, why)
    return [
        Suggestion(taken[at], _how_known(heading, answered), sure=True)
        if at in taken
        else suggested.get(
            at, Suggestion("", "以前答复过" if at not in open_ else best_look(found[at]), at not in open_)
        )
        for at, heading in enumerate(headings)
    ]


def _how_known(heading, answered):
    return "以前答复过" if normalise_header(heading) in answered else "认得的列名"


def _bid(at, column: Column, headings, cells, found, open_):
    """(score, heading, column, reason) of one heading for one column."""
    word, alike = _nearest(headings[at], column)
    fit = 0.0 if column.kind in NOTHING_TOLD else looks_like(column, found[at], cells[at])
    telling = TELLING.get(column.kind, LITTLE)
    others = sum(1 for other in open_ if found[other].get(column.kind, 0) >= LEAST_SHARE)
    score = 0.8 * alike + (fit * telling if fit >= LEAST_SHARE else 0) + NEEDED * column.required
    score += ALONE if column.required and fit >= LEAST_SHARE and others == 1 else 0
    if cells[at] and fit < 0.2 and column.kind not in (*NOTHING_TOLD, K.ADDRESS):
        score -= 0.3  # the words may fit, the values do not
    why = [WORDS.get(column.kind, "像规定的写法" if column.choices else "")] if fit >= LEAST_SHARE else []
    why += [f"与“{word}”相近"] if alike >= ALIKE else []
    return score, at, column, "，".join(filter(None, why))


def _nearest(heading: str, column: Column) -> tuple[str, float]:
    """The name of the column that the heading is most like, and how much, 0 to 1."""
    written = normalise_header(heading)
    names = (column.label, *column.aliases)
    alike = {name: _alike(written, normalise_header(name)) for name in names}
    best = max(alike, key=alike.__getitem__)
    return best, alike[best]


def _alike(written: str, name: str) -> float:
    within = 0.9 if len(name) > 1 and name in written else 0.0  # 参保群众姓名 says 姓名
    return max(fuzz.ratio(written, name) / 100, within * len(name) / max(len(written), 1) ** 0.5 / len(name) ** 0.5)
