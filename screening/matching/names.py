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
USUAL = 4  # nearly all names are no longer

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
    la, lb = rows.length[row_lines], others.length[other_lines]
    hidden = rows.hidden[row_lines] | others.hidden[other_lines]
    missing = (la == 0) | (lb == 0)
    equal = ~missing & ~hidden & (rows.hash[row_lines] == others.hash[other_lines])
    answer = np.full(len(la), Likeness.DIFFERENT, dtype=np.int8)
    answer[missing], answer[equal] = Likeness.MISSING, Likeness.EQUAL
    longest = np.where(missing | equal, 0, np.maximum(la, lb))
    for width, fits in ((USUAL, longest <= USUAL), (WIDTH, longest > USUAL)):
        at = np.flatnonzero((longest > 0) & fits)
        if len(at):
            a, b = rows.chars[row_lines[at], :width], others.chars[other_lines[at], :width]
            answer[at] = _compare_unequal(a, b, la[at], lb[at])
    return answer


def _compare_unequal(a: np.ndarray, b: np.ndarray, la: np.ndarray, lb: np.ndarray) -> np.ndarray:
    """Likeness of names as code points [n, w], of lengths up to w; almost all of them have nothing in common."""
    differing = (a != b).sum(axis=1)
    answer = np.full(len(a), Likeness.DIFFERENT, dtype=np.int8)
    level = la == lb
    one = level & (differing == 1) | _one_more(a, b, la, lb) | _exchanged(a, b, differing)
    answer[one & (np.maximum(la, lb) >= 2)] = Likeness.ONE
    level = np.flatnonzero(level)
    sounds_so, looks_so = _same_everywhere(a[level], b[level])
    answer[level[looks_so & (differing[level] <= 2)]] = Likeness.ALIKE
    answer[level[sounds_so]] = Likeness.HOMOPHONE
    wild = (a[level] == WILD) | (b[level] == WILD)
    hidden = level[wild.any(axis=1)]
    answer[hidden[_readable_parts_agree(a[hidden], b[hidden])]] = Likeness.MASKED
    return answer


def _same_everywhere(a: np.ndarray, b: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Whether all characters of two names are the same or may sound the same; whether they are the same, may sound or
    nearly sound the same or look alike. Position by position, since few are left after the first."""
    sounds_so, looks_so = np.ones((2, len(a)), dtype=bool)
    rest = np.arange(len(a))
    for position in range(a.shape[1]):
        x, y = a[rest, position], b[rest, position]
        unequal = np.flatnonzero(x != y)
        at = rest[unequal]
        heard, like = _characters_alike(x[unequal], y[unequal])
        sounds_so[at] &= heard
        looks_so[at] &= like
        rest = rest[looks_so[rest]]
    return sounds_so, looks_so


def _characters_alike(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Whether two characters may sound the same; whether they do, nearly do or look alike."""
    characters.learn_sounds(x)
    characters.learn_sounds(y)
    heard = _share(characters.sounds(x), characters.sounds(y))
    loose = characters.loose_sounds(x)
    near = (loose > 0) & (loose == characters.loose_sounds(y))
    return heard, heard | near | _share(ALIKE[x], ALIKE[y])


def _readable_parts_agree(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Whether names are equal wherever both can be read, and can be read somewhere."""
    wild = (a == WILD) | (b == WILD)
    same = a == b
    return (same | wild).all(axis=1) & (same & (a > 0) & ~wild).any(axis=1)


def _share(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Whether the last axes share a number other than 0."""
    found = np.zeros(a.shape[:-1], dtype=bool)
    for i in range(a.shape[-1]):
        for j in range(b.shape[-1]):
            found |= (a[..., i] == b[..., j]) & (a[..., i] > 0)
    return found


def _one_more(a: np.ndarray, b: np.ndarray, la: np.ndarray, lb: np.ndarray) -> np.ndarray:
    """Whether one name is the other with one character more."""
    found = np.zeros(len(a), dtype=bool)
    width = a.shape[1]
    positions = np.arange(width)[None, :]
    for long, short, step in ((a, b, la - lb), (b, a, lb - la)):
        rows = np.flatnonzero(step == 1)
        head = np.cumprod(long[rows] == short[rows], axis=1).sum(
            axis=1
        )  # common beginning, shorter than the longer name
        left_out = np.minimum(positions + (positions >= head[:, None]), width - 1)
        shifted = np.take_along_axis(long[rows], left_out, axis=1)
        shifted[:, -1] = 0
        found[rows] = (shifted == short[rows]).all(axis=1)
    return found


def _exchanged(a: np.ndarray, b: np.ndarray, differing: np.ndarray) -> np.ndarray:
    """Whether the names differ in two neighbouring characters that changed places; differing: in how many they differ."""
    rows = np.flatnonzero(differing == 2)
    i = (a[rows] != b[rows]).argmax(axis=1)
    found = np.zeros(len(a), dtype=bool)
    found[rows] = (a[rows, i] == b[rows, i + 1]) & (a[rows, i + 1] == b[rows, i])
    return found
