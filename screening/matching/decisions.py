"""The answer of `match` while it is made: a column per array, and the words a person reads on the evidence page."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from screening.matching.evidence import Evidence
from screening.matching.register import Register
from screening.matching.tiers import CERTAIN, NONE

COLUMNS = ("state", "method", "confidence", "person", "household", "candidates", "evidence", "note")
SHOWN = 5  # candidates kept for a row

_SETTLED = {"number": "相同", "name": "相同"}
_WORDS = {
    "number": ("相同", "只差一处", "差两处", "同户他人的号码", "登记无号码，生日性别相符", "缺", "不同", "他人的号码"),
    "name": ("相同", "与曾用名相同", "可读部分相同", "同音", "形近", "一字之差", "不同", "缺"),
} | dict.fromkeys(("birthday", "sex", "age", "village", "hamlet", "phone", "kin", "size"), ("", "相同", "不同"))


class Verdict(NamedTuple):
    """What was decided about a row, apart from whom it means: most rows of a file share a few of them."""

    state: str
    method: str
    confidence: float
    note: str


UNKNOWN = Verdict(NONE, "unknown", 0.0, "登记中没有找到这个人")
AGREED = Verdict(CERTAIN, "T1", 1.0, "号码和姓名一致")
REMEMBERED = Verdict(CERTAIN, "decided", 1.0, "按以往人工核对的结果")
OUTSIDER = Verdict(NONE, "outsider", 0.99, "号码有效但登记中没有，多为外县或未登记人员")


class _Shared:
    """A column of objects, each of which stands in many rows: per row the number of its object, 0 at first."""

    def __init__(self, count: int, first: object):
        self.number = np.zeros(count, dtype=np.int32)
        self.objects = [first]

    def put(self, at: np.ndarray | int, *values: object, which: np.ndarray | int = 0) -> None:
        """``values[which]`` for the rows ``at``."""
        self.number[at] = which + len(self.objects)
        self.objects += values

    def column(self) -> np.ndarray:
        """The objects row by row."""
        return _objects(self.objects)[self.number]


def _objects(values: list) -> np.ndarray:
    """An array of any objects, also of lists of one length."""
    array = np.empty(len(values), dtype=object)
    array[:] = values
    return array


class Decisions:
    """Decisions for the rows of one file by position; everything starts as 'none'."""

    def __init__(self, index: pd.Index, register: Register):
        count = len(index)
        self._index, self._register = index, register
        self.open = np.ones(count, dtype=bool)
        self._verdict = _Shared(count, UNKNOWN)
        self._evidence = _Shared(count, {})
        self._candidates = _Shared(count, [])
        self._person = np.full(count, -1, dtype=np.int32)
        self._household = np.full(count, -1, dtype=np.int32)

    def settle(self, at: np.ndarray, lines: np.ndarray) -> None:
        """Number and name are one person's."""
        self._certain(at, lines, AGREED)
        self._evidence.put(at, _SETTLED)

    def remember(self, at: np.ndarray, lines: np.ndarray) -> None:
        """A person decided it before."""
        self._certain(at, lines, REMEMBERED)

    def _certain(self, at: np.ndarray, lines: np.ndarray, verdict: Verdict) -> None:
        self._verdict.put(at, verdict)
        self._person[at], self._household[at] = lines, self._register.household[lines]
        self.open[at] = False

    def outside(self, at: np.ndarray) -> None:
        """A whole number that nobody in the register has; the row stays open for a better answer."""
        self._verdict.put(at, OUTSIDER)

    def write(self, at: np.ndarray, verdicts: list[tuple], person: np.ndarray, household: np.ndarray) -> None:
        """Decisions by evidence, a ``Verdict`` as a plain tuple for each of the rows; person and household are lines of the register, -1 for none."""
        distinct = {verdict: number for number, verdict in enumerate(dict.fromkeys(verdicts))}
        which = np.fromiter(map(distinct.__getitem__, verdicts), np.int32, len(verdicts))
        self._verdict.put(at, *map(Verdict._make, distinct), which=which)
        self._person[at], self._household[at] = person, household

    def count(self, method: str) -> int:
        """Rows decided by a method."""
        numbers = [number for number, verdict in enumerate(self._verdict.objects) if verdict.method == method]
        return int(np.isin(self._verdict.number, numbers).sum())

    @property
    def undecided(self) -> np.ndarray:
        """bool per row: nobody is chosen."""
        return self._person < 0

    @property
    def lines(self) -> np.ndarray:
        """Register lines of the rows that are decided, in the order of the file."""
        return self._person[self._person >= 0]

    def those_who_left(self, household_level: bool) -> None:
        """A row that means somebody who left the register is nobody's: it names the person as its only candidate. On a list
        of households it still says which household, as long as somebody lives there."""
        register = self._register
        at = np.flatnonzero((self._person >= 0) & register.left[np.maximum(self._person, 0)])
        stays = household_level & (register.size[self._household[at]] > 0)
        for row, line, lives in zip(at.tolist(), self._person[at].tolist(), stays.tolist(), strict=True):
            self._candidates.put(row, [register.person[line]])
            why = register.left_note[line]
            note = "名册中此人已离户" + (f"（{why}）" if why else "")
            verdict = self._verdict.objects[self._verdict.number[row]]
            gone = {} if lives else {"state": NONE, "method": "left"}
            self._verdict.put(row, verdict._replace(note=note, **gone))
        self._person[at] = -1
        self._household[at[~stays]] = -1

    def show(self, at: np.ndarray, lines: np.ndarray, starts: np.ndarray, ends: np.ndarray) -> None:
        """Candidates of each row: lines[start:end], best first."""
        people = self._register.person[lines].tolist()
        spans = zip(starts.tolist(), np.minimum(ends, starts + SHOWN).tolist(), strict=True)
        self._candidates.put(at, *(people[start:end] for start, end in spans), which=np.arange(len(at)))

    def explain(self, at: np.ndarray, proof: Evidence, pairs: np.ndarray) -> None:
        """The evidence of one pair for each row, in words; rows with the same evidence share one dictionary."""
        columns = np.stack([getattr(proof, field)[pairs].astype(np.int64) for field in _WORDS])
        code = np.zeros(len(pairs), dtype=np.int64)
        for column in columns:
            code = code * 8 + column
        _, first, inverse = np.unique(code, return_index=True, return_inverse=True)
        said = (
            {field: _WORDS[field][value] for field, value in zip(_WORDS, sample, strict=True)}
            for sample in columns[:, first].T.tolist()
        )
        words = ({field: word for field, word in spoken.items() if word} for spoken in said)
        self._evidence.put(at, *words, which=inverse)

    @property
    def evidence(self) -> np.ndarray:
        """The words for each row."""
        return self._evidence.column()

    def frame(self) -> pd.DataFrame:
        """COLUMNS over the index of the file; person and household as the register's own keys, None for none."""
        told = {
            name: _objects([getattr(verdict, name) for verdict in self._verdict.objects])[self._verdict.number]
            for name in ("state", "method", "note")
        }
        confidence = np.array([verdict.confidence for verdict in self._verdict.objects])
        told |= {
            "confidence": confidence[self._verdict.number],
            "person": self._register.person_or_none[self._person],
            "household": self._register.household_or_none[self._household],
            "candidates": self._candidates.column(),
            "evidence": self.evidence,
        }
        columns = {name: pd.Series(told[name], dtype=told[name].dtype) for name in COLUMNS}
        return pd.DataFrame(columns, copy=False).set_axis(self._index)
