"""What the rest of the file says about a row: on a roster everybody has one row, so a row without a usable number is whoever
of that name still has none.

Only on files that are rosters: nearly everybody of the village (or the county) has a row, and hardly anybody two. What it
decides is provisional, with the roster as its evidence.
"""

import numpy as np

from fangpin import idcard
from screening.matching import evidence
from screening.matching.decisions import Decisions, Verdict
from screening.matching.evidence import DIFFERENT, Residue
from screening.matching.keys import Block, mix
from screening.matching.names import Likeness
from screening.matching.register import Register
from screening.matching.tiers import PROBABLE

ENOUGH = 30  # decided rows, below which a file is not judged
ONCE = 0.97  # distinct persons (households) among decided rows of a roster
FULL = 0.85  # share of the people of a village who have a row, from which the absence of one says something
_RIVALS = 24

BY_VILLAGE, BY_NAME, BY_NUMBER = "E1", "E2", "E3"
NOTES = {
    BY_VILLAGE: (0.998, "名册每人（户）一行，本村同名的只有这一人还没有对应的行"),
    BY_NAME: (0.99, "名册每人（户）一行，全县同名的只有这一人还没有对应的行"),
    BY_NUMBER: (0.998, "号码是同户他人的，那个人另有一行，按姓名认定"),
}
_COMPLETE = tuple(int(k) for k in idcard.COMPLETE)


def settle(residue: Residue, register: Register, decisions: Decisions, never, household_level: bool) -> None:
    """Decide, in `decisions`, rows of the residue that are still open and that only one person is left for."""
    claims = Claims(decisions, register, household_level)
    if not claims.is_roster:
        return
    open_ = np.flatnonzero(decisions.undecided[residue.at])
    if not household_level:
        _of_relatives(residue, register, decisions, never, claims, open_)
        open_ = np.flatnonzero(decisions.undecided[residue.at])
    _of_names(residue, register, decisions, never, claims, open_)


def likelihood(decisions: Decisions, register: Register, line: np.ndarray, household_level: bool) -> np.ndarray:
    """What rows that are settled add to the weight of candidates (register lines): on a roster who has a row already is
    unlikely to have another, on a list of events who has some is likely to have more."""
    claims = Claims(decisions, register, household_level)
    rows = claims.count[claims.units(line)]
    return -14.0 * (rows > 0) if claims.is_roster else np.log2(1.0 + rows)


class Claims:
    """How many decided rows each unit (household or person) has, and whether the file is a roster."""

    def __init__(self, decisions: Decisions, register: Register, household_level: bool):
        self._household = register.household if household_level else None
        self._register = register
        total = len(register.household_value) if household_level else len(register)
        self.count = np.bincount(self.units(decisions.lines), minlength=total)
        rows = int(self.count.sum())
        self.is_roster = rows >= ENOUGH and np.count_nonzero(self.count) >= ONCE * rows

    def units(self, line: np.ndarray) -> np.ndarray:
        return line if self._household is None else self._household[line]

    def free(self, line: np.ndarray) -> np.ndarray:
        return self.count[self.units(line)] == 0

    def coverage(self, village: np.ndarray) -> np.ndarray:
        """Share of the units of each village that have a row; of the whole county for village 0."""
        register = self._register
        everyone = register.head[register.head >= 0] if self._household is not None else np.flatnonzero(~register.left)
        taken = self.count[self.units(everyone)] > 0
        names, place = np.unique(register.village[everyone], return_inverse=True)
        known = np.bincount(place[taken], minlength=len(names)) / np.bincount(place)
        at = np.minimum(np.searchsorted(names, village), len(names) - 1)
        return np.where(village == 0, taken.mean(), np.where(names[at] == village, known[at], 0.0))


def _of_names(
    residue: Residue, register: Register, decisions: Decisions, never, claims: Claims, open_: np.ndarray
) -> None:
    """Rows without a usable number, by name and village, or by name alone."""
    wanting = open_[(residue.name_hash[open_] > 0) & ~np.isin(residue.kind[open_], _COMPLETE)]
    lines, hashes = register.entries
    use = claims.free(lines)
    if claims.units(lines) is not lines:
        use &= (register.head[register.household[lines]] == lines) | register.left[lines]
    lines, hashes = lines[use], hashes[use]
    village = residue.village[wanting]
    found = []
    for slug, rows, block, query in (
        (
            BY_VILLAGE,
            wanting[village > 0],
            Block(mix(hashes, register.village[lines]), lines),
            mix(residue.name_hash[wanting[village > 0]], village[village > 0]),
        ),
        (BY_NAME, wanting[village == 0], Block(hashes, lines), residue.name_hash[wanting[village == 0]]),
    ):
        row, line = block.pairs(rows, query, _RIVALS)
        found.append((slug, row, line))
    row = np.concatenate([r for _, r, _ in found])
    line = np.concatenate([p for _, _, p in found])
    slug = np.concatenate([np.full(len(r), s, dtype=object) for s, r, _ in found])
    proof = evidence.weigh(residue, register, row, line)
    size = register.size[register.household[line]]
    told = residue.size[row]
    fits = (proof.name <= Likeness.FORMER) & (proof.kin != DIFFERENT) & ((told == 0) | (np.abs(told - size) <= 1))
    for said in (proof.birthday, proof.sex, proof.age, proof.hamlet):
        fits &= said != DIFFERENT
    fits &= ~never.items_hold(residue.at[row], line)
    alone = _alone(row, line, fits)
    full = claims.coverage(residue.village[row[alone]]) >= FULL
    unusable = proof.number[alone] == evidence.Number.UNUSABLE
    chosen = alone[full & unusable & ~register.left[line[alone]]]
    _write(residue, register, decisions, row[chosen], line[chosen], slug[chosen])
    decisions.explain(residue.at[row[chosen]], proof, chosen)


def _alone(row: np.ndarray, line: np.ndarray, fits: np.ndarray) -> np.ndarray:
    """Pairs that fit, whose row fits nobody else and whose person no other row wants."""
    at = np.flatnonzero(fits)
    _, inverse, wants = np.unique(row[at], return_inverse=True, return_counts=True)
    _, back, wanted = np.unique(line[at], return_inverse=True, return_counts=True)
    return at[(wants[inverse] == 1) & (wanted[back] == 1)]


def _of_relatives(
    residue: Residue, register: Register, decisions: Decisions, never, claims: Claims, open_: np.ndarray
) -> None:
    """Rows with the number of one member of a household, who has another row, and the name of a member who has none."""
    holder = residue.holder[open_]
    rows = open_[holder >= 0]
    row, line = register.member_names.pairs(
        rows, mix(register.household[residue.holder[rows]], residue.name_hash[rows])
    )
    holder = residue.holder[row]
    proof = evidence.weigh(residue, register, row, line)
    fits = (line != holder) & (proof.name <= Likeness.FORMER) & claims.free(line) & ~claims.free(holder)
    for said in (proof.birthday, proof.sex, proof.age):
        fits &= said != DIFFERENT
    fits &= ~never.items_hold(residue.at[row], line) & ~register.left[line]
    chosen = _alone(row, line, fits)
    _write(residue, register, decisions, row[chosen], line[chosen], np.full(len(chosen), BY_NUMBER, dtype=object))
    decisions.explain(residue.at[row[chosen]], proof, chosen)


def _write(
    residue: Residue, register: Register, decisions: Decisions, row: np.ndarray, line: np.ndarray, slug: np.ndarray
) -> None:
    verdicts = {one: Verdict(PROBABLE, one, *NOTES[one]) for one in NOTES}
    decisions.write(residue.at[row], [verdicts[one] for one in slug.tolist()], line, register.household[line])
