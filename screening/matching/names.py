"""Names as offices write them: one form for comparing, keys by writing and by sound, and how far two names agree.

Scalar functions for single names; `NameTable` holds a column of names as a matrix of code points, so that a million
comparisons are a few array operations.
"""

from enum import IntEnum
from functools import lru_cache

import numpy as np
import pandas as pd
from rapidfuzz.distance import JaroWinkler

from screening.matching import characters
from screening.matching.characters import ALIKE, FOLD, SPACE, WILD

WIDTH = 12  # characters of a name that are compared

_LAST_OF_TITLES = np.array([ord(title[-1]) for title in characters.TITLES])
_FACTORS = np.random.default_rng(20210506).integers(1, 2**63, size=WIDTH, dtype=np.uint64) | np.uint64(1)


class Likeness(IntEnum):
    """How far the name on a row agrees with a name in the register; smaller is closer."""

    EQUAL = 0
    FORMER = 1  # equal to the former name
    MASKED = 2  # equal where it can be read
    HOMOPHONE = 3
    ALIKE = 4  # every differing character looks like or nearly sounds like the other
    ONE = 5  # one character differs, is missing, is too many, or two are exchanged
    DIFFERENT = 6
    MISSING = 7


def name_key(name: str) -> str:
    """The form in which two writings of one name are equal."""
    return characters.plain_name(name)


@lru_cache(maxsize=100_000)
def pinyin_key(name: str) -> str:
    """Syllables without tone: '王小明' → 'wang xiao ming'."""
    key = characters.plain_name(name)
    return " ".join(
        [characters.surname_reading(c) if i == 0 else (characters.readings(c) or ("?",))[0] for i, c in enumerate(key)]
    )


def initials(name: str) -> str:
    """Initial letters for searching: '覃小明' → 'QXM' (surnames by their reading as surnames)."""
    return "".join(syllable[:1] for syllable in pinyin_key(name).split()).upper()


def similarity(first: str, second: str) -> float:
    """0–1 for showing people which of two candidates is closer; decides nothing."""
    a, b = name_key(first), name_key(second)
    by_sight = JaroWinkler.similarity(a, b)
    by_sound = JaroWinkler.similarity(pinyin_key(first), pinyin_key(second))
    return round(max(by_sight, 0.9 * by_sound), 3)


class NameTable:
    """A column of names, each distinct one once.

    codes: int32[n], the line of each name. Per line: chars uint32[u, WIDTH] (0-padded), length int16[u], hash
    uint64[u] (0 for no name; 64-bit, so equal hash is taken as equal name), hidden bool[u] (has unreadable characters).
    """

    def __init__(self, names: pd.Series):
        codes, uniques = pd.factorize(names)
        uniques = np.asarray(uniques, dtype=object)
        self.codes = codes.astype(np.int32)
        if (codes < 0).any():
            self.codes[codes < 0] = len(uniques)
            uniques = np.append(uniques, "")
        self.chars = _matrix(uniques)
        self.length = (self.chars > 0).sum(axis=1).astype(np.int16)
        self.hidden = (self.chars == WILD).any(axis=1)
        self.hash = (self.chars.astype(np.uint64) * _FACTORS).sum(axis=1, dtype=np.uint64)

    def row_hash(self) -> np.ndarray:
        """uint64 for each name of the column; 0 for none and for names not fully readable."""
        return np.where(self.hidden, np.uint64(0), self.hash)[self.codes]

    def sounds(self) -> tuple[np.ndarray, np.ndarray]:
        """(lines, hashes uint64) of the distinct names by how they sound; a name with characters that are read in several
        ways stands there once for each other reading of one of them."""
        lines = np.flatnonzero((self.length > 0) & ~self.hidden)
        chars = self.chars[lines]
        characters.learn_sounds(chars)
        heard = characters.sounds(chars).astype(np.uint64)
        usual = (heard[..., 0] * _FACTORS).sum(axis=1, dtype=np.uint64)
        found, hashes = [lines], [usual]
        for other in range(1, heard.shape[-1]):
            at, place = np.nonzero(heard[..., other])
            change = heard[at, place, other] - heard[at, place, 0]  # wraps, as the sum does
            found.append(lines[at])
            hashes.append(usual[at] + change * _FACTORS[place])
        return np.concatenate(found), np.concatenate(hashes)


def _matrix(uniques: np.ndarray) -> np.ndarray:
    """Folded code points of distinct names, uint32[u, WIDTH]."""
    raw = np.array(uniques, dtype=f"U{WIDTH + 1}")
    if not len(raw):
        return np.zeros((0, WIDTH), dtype=np.uint32)
    points = raw.view(np.uint32).reshape(len(raw), WIDTH + 1)
    folded = FOLD[np.minimum(points, SPACE - 1)]
    odd = ((folded == 0) & (points > 0)).any(axis=1) | (points[:, WIDTH] > 0) | (points >= SPACE).any(axis=1)
    length = (points > 0).sum(axis=1)
    last = points[np.arange(len(points)), np.maximum(length - 1, 0)]
    odd |= (length > 3) & np.isin(last, _LAST_OF_TITLES)
    folded = folded[:, :WIDTH].copy()
    for at in np.flatnonzero(odd):
        key = characters.plain_name(uniques[at])[:WIDTH]
        folded[at] = 0
        folded[at, : len(key)] = [characters.place(c) for c in key]
    return folded


def compare(rows: NameTable, row_lines: np.ndarray, others: NameTable, other_lines: np.ndarray) -> np.ndarray:
    """Likeness (int8) of names pair by pair; FORMER is not given here."""
    a, b = rows.chars[row_lines], others.chars[other_lines]
    la, lb = rows.length[row_lines], others.length[other_lines]
    answer = np.full(len(a), Likeness.DIFFERENT, dtype=np.int8)
    answer[(la == 0) | (lb == 0)] = Likeness.MISSING
    same = rows.hash[row_lines] == others.hash[other_lines]
    hidden = rows.hidden[row_lines] | others.hidden[other_lines]
    rest = np.flatnonzero((answer == Likeness.DIFFERENT) & ~(same & ~hidden))
    answer[(answer == Likeness.DIFFERENT) & same & ~hidden] = Likeness.EQUAL
    if len(rest):
        answer[rest] = _compare_unequal(a[rest], b[rest], la[rest], lb[rest])
    return answer


def _compare_unequal(a: np.ndarray, b: np.ndarray, la: np.ndarray, lb: np.ndarray) -> np.ndarray:
    characters.learn_sounds(a)
    characters.learn_sounds(b)
    equal = a == b
    wild = (a == WILD) | (b == WILD)
    readable = (equal & (a > 0) & ~wild).sum(axis=1)
    heard = _share(characters.sounds(a), characters.sounds(b))
    near = characters.loose_sounds(a) == characters.loose_sounds(b)
    near &= characters.loose_sounds(a) > 0
    seen = _share(ALIKE[a], ALIKE[b])
    level = la == lb
    differing = (~equal).sum(axis=1)
    answer = np.full(len(a), Likeness.DIFFERENT, dtype=np.int8)
    answer[((level & (differing == 1)) | _one_more(a, b, la, lb) | _exchanged(a, b)) & (np.maximum(la, lb) >= 2)] = (
        Likeness.ONE
    )
    answer[level & (equal | heard | near | seen).all(axis=1) & (differing <= 2)] = Likeness.ALIKE
    answer[level & (equal | heard).all(axis=1)] = Likeness.HOMOPHONE
    answer[level & (equal | wild).all(axis=1) & wild.any(axis=1) & (readable >= 1)] = Likeness.MASKED
    return answer


def _share(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Whether the last axes share a number other than 0."""
    found = np.zeros(a.shape[:-1], dtype=bool)
    for i in range(a.shape[-1]):
        for j in range(b.shape[-1]):
            found |= (a[..., i] == b[..., j]) & (a[..., i] > 0)
    return found


def _one_more(a: np.ndarray, b: np.ndarray, la: np.ndarray, lb: np.ndarray) -> np.ndarray:
    """Whether one name is the other with one character more."""
    head = np.cumprod(a == b, axis=1).sum(axis=1)  # common beginning
    found = np.zeros(len(a), dtype=bool)
    for long, short, step in ((a, b, la - lb), (b, a, lb - la)):
        rows = np.flatnonzero(step == 1)
        positions = np.arange(WIDTH)[None, :]
        shifted = np.take_along_axis(
            long[rows], np.minimum(positions + (positions >= head[rows, None]), WIDTH - 1), axis=1
        )
        shifted[:, -1] = np.where(head[rows] < WIDTH, 0, shifted[:, -1])
        found[rows] = (shifted == short[rows]).all(axis=1)
    return found


def _exchanged(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Whether the names differ in two neighbouring characters that changed places."""
    different = a != b
    two = different.sum(axis=1) == 2
    first = different.argmax(axis=1)
    rows = np.flatnonzero(two & (first < WIDTH - 1))
    i = first[rows]
    found = np.zeros(len(a), dtype=bool)
    found[rows] = (a[rows, i] == b[rows, i + 1]) & (a[rows, i + 1] == b[rows, i])
    return found
