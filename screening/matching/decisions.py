"""The answer of `match` while it is made: a column per array, and the words a person reads on the evidence page."""

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


class Decisions:
    """Decisions for the rows of one file by position; everything starts as 'none'."""

    def __init__(self, index: pd.Index, register: Register):
        count = len(index)
        self._index, self._register = index, register
        self.open = np.ones(count, dtype=bool)
        self.state = np.full(count, NONE, dtype=object)
        self.method = np.full(count, "unknown", dtype=object)
        self.confidence = np.zeros(count)
        self.note = np.full(count, "登记中没有找到这个人", dtype=object)
        self.evidence = np.full(count, {}, dtype=object)
        self._person = np.full(count, -1, dtype=np.int64)
        self._household = np.full(count, -1, dtype=np.int64)
        nobody: list[object] = []
        self._candidates = np.empty(count, dtype=object)
        self._candidates[:] = [nobody] * count

    def settle(self, at: np.ndarray, lines: np.ndarray) -> None:
        """Number and name are one person's."""
        self._certain(at, lines, "T1", "号码和姓名一致")
        self.evidence[at] = _SETTLED

    def remember(self, at: np.ndarray, lines: np.ndarray) -> None:
        """A person decided it before."""
        self._certain(at, lines, "decided", "按以往人工核对的结果")

    def _certain(self, at: np.ndarray, lines: np.ndarray, method: str, note: str) -> None:
        self.state[at], self.method[at], self.confidence[at], self.note[at] = CERTAIN, method, 1.0, note
        self._person[at], self._household[at] = lines, self._register.household[lines]
        self.open[at] = False

    def outside(self, at: np.ndarray) -> None:
        """A whole number that nobody in the register has; the row stays open for a better answer."""
        self.method[at], self.confidence[at] = "outsider", 0.99
        self.note[at] = "号码有效但登记中没有，多为外县或未登记人员"

    def write(
        self,
        at: np.ndarray,
        *,
        state: np.ndarray,
        method: np.ndarray,
        confidence: np.ndarray,
        note: np.ndarray,
        person: np.ndarray,
        household: np.ndarray,
    ) -> None:
        """Decisions by evidence; person and household are lines of the register, -1 for none."""
        self.state[at], self.method[at], self.confidence[at], self.note[at] = state, method, confidence, note
        self._person[at], self._household[at] = person, household

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
        for row, line in zip(at.tolist(), self._person[at].tolist(), strict=True):
            self._candidates[row] = [register.person[line]]
            why = register.left_note[line]
            self.note[row] = "名册中此人已离户" + (f"（{why}）" if why else "")
        self._person[at] = -1
        stays = household_level & (register.size[self._household[at]] > 0)
        gone = at[~stays] if household_level else at
        self.state[gone], self.method[gone], self._household[gone] = NONE, "left", -1

    def show(self, at: np.ndarray, lines: np.ndarray, starts: np.ndarray, ends: np.ndarray) -> None:
        """Candidates of each row: lines[start:end], best first."""
        people = self._register.person[lines].tolist()
        spans = zip(starts.tolist(), np.minimum(ends, starts + SHOWN).tolist(), strict=True)
        shown = np.empty(len(at), dtype=object)
        shown[:] = [people[start:end] for start, end in spans]
        self._candidates[at] = shown

    def explain(self, at: np.ndarray, proof: Evidence, pairs: np.ndarray) -> None:
        """The evidence of one pair for each row, in words; rows with the same evidence share one dictionary."""
        columns = np.stack([getattr(proof, field)[pairs].astype(np.int64) for field in _WORDS])
        code = np.zeros(len(pairs), dtype=np.int64)
        for column in columns:
            code = code * 8 + column
        _, first, inverse = np.unique(code, return_index=True, return_inverse=True)
        words = np.empty(len(first), dtype=object)
        for number, sample in enumerate(columns[:, first].T.tolist()):
            spoken = {field: _WORDS[field][value] for field, value in zip(_WORDS, sample, strict=True)}
            words[number] = {field: word for field, word in spoken.items() if word}
        self.evidence[at] = words[inverse]

    def frame(self) -> pd.DataFrame:
        """COLUMNS over the index of the file; person and household as the register's own keys, None for none."""
        register = self._register
        person = np.where(self._person >= 0, register.person[np.maximum(self._person, 0)], None)
        household = np.where(self._household >= 0, register.household_value[np.maximum(self._household, 0)], None)
        values = (
            self.state,
            self.method,
            self.confidence,
            person,
            household,
            self._candidates,
            self.evidence,
            self.note,
        )
        columns = {name: pd.Series(value, dtype=value.dtype) for name, value in zip(COLUMNS, values, strict=True)}
        return pd.DataFrame(columns).set_axis(self._index)
