"""Who a row is: certain, probable, ambiguous or none, with the reasons. `match` is the door of this package.

A tie is never decided; a number that belongs to nobody in the register is an outsider's and is not looked for by name;
a number without its name decides nothing (performance.md 0 and 6).
"""

import numpy as np
import pandas as pd

from fangpin import idcard
from fangpin.idcard import Kind
from fangpin.idcolumn import CleanedColumn
from screening.matching import characters, elimination, evidence, guard, keys
from screening.matching.decisions import Decisions
from screening.matching.evidence import DIFFERENT, SAME, Evidence, Number, Residue
from screening.matching.keys import mix
from screening.matching.names import Likeness, NameTable
from screening.matching.register import Register
from screening.matching.tiers import AMBIGUOUS, CERTAIN, DECIDED_BY_PEOPLE, TIERS, View, assign

_AGES_TO_TRUST = 20
_COMPLETE = tuple(int(k) for k in idcard.COMPLETE)

_GROUP = np.array([t.group for t in TIERS])
_STATE = np.array([t.state for t in TIERS], dtype=object)
_SLUG = np.array([t.slug for t in TIERS], dtype=object)
_NOTE = np.array([t.note for t in TIERS], dtype=object)
_CONFIDENCE = np.array([t.confidence for t in TIERS])
_EXACT = np.array([t.exact for t in TIERS])
_T1 = int(np.flatnonzero(_SLUG == "T1")[0])


def match(
    rows: pd.DataFrame, register: Register, *, household_level: bool = False, standing: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Decisions for the rows of one file (`decisions.COLUMNS`, index of `rows`).

    rows: text columns id_text, certificate, name, birthday, sex, age, township, village, hamlet, phone, head_name,
    head_id, guardian, guardian_id, guardian_phone, size and bool id_is_number, each of which may be missing.
    `household_level`: the name and number are the head's and the answer is a household. `standing`: remembered
    decisions of people, columns row_key (as the column rows.row_key, which may be blinded and None for rows that nobody
    ruled on; else `keys.row_key`), person and optionally same (False: never this person); or rows.decided_person.
    """
    rows = _exchanged_back(rows)
    cleaned = _numbers(rows)
    holder = register.holder(cleaned.key)
    decisions = Decisions(rows.index, register)
    never = _remembered(rows, register, standing, decisions)

    name_hash = _name_hashes(_column(rows, "name"), register, holder)
    agreed = decisions.open & ~never.rows_of(len(rows)) & (holder >= 0) & (name_hash > 0)
    agreed &= name_hash == register.name_hash[holder]
    agreed &= ~_other_birthday(rows, register, holder, agreed)
    born = _birth_years(rows, register, holder, agreed)
    decisions.settle(np.flatnonzero(agreed), holder[agreed])
    unknown = np.flatnonzero(decisions.open & (holder == -1) & np.isin(cleaned.kind, _COMPLETE))
    decisions.outside(unknown)
    looked_for = decisions.open.copy()
    looked_for[unknown] = _may_be_known(cleaned.key[unknown], cleaned.kind[unknown], name_hash[unknown], register)
    rest = np.flatnonzero(looked_for)
    if len(rest):
        residue = evidence.take(rows, rest, cleaned, holder, born, register)
        row, line = evidence.candidates(residue, register, household_level)
        allowed = ~never.items_hold(rest[row], line) & evidence.promising(residue, register, row, line)
        if _decide(residue, register, row[allowed], line[allowed], household_level, decisions):
            elimination.settle(residue, register, decisions, never, household_level)
    decisions.those_who_left(household_level)
    return decisions.frame()


def _may_be_known(number_key: np.ndarray, kind: np.ndarray, name_hash: np.ndarray, register: Register) -> np.ndarray:
    """bool: rows with a whole number that nobody has, which may be somebody's of the register all the same: the number was made of
    an old one or looks rounded, or the register lacks the number of such a person or has it wrong."""
    absent = register.numberless.holds(mix(idcard.key_birthday(number_key), idcard.key_is_male(number_key)))
    absent |= register.wrongly_numbered.holds(name_hash)
    return (kind == Kind.FIFTEEN) | evidence.looks_rounded(number_key) | absent


def _column(rows: pd.DataFrame, name: str) -> pd.Series:
    return rows[name].fillna("") if name in rows else pd.Series("", index=rows.index, dtype="str")


def _name_hashes(names: pd.Series, register: Register, holder: np.ndarray) -> np.ndarray:
    """`NameTable.row_hash` of the names. Most are written as the register writes the holder of the number: only the others are read."""
    found = np.flatnonzero(holder >= 0)
    as_known = names.iloc[found].array == register.names.take(holder[found])
    hashes = np.zeros(len(names), dtype=np.uint64)
    hashes[found] = register.name_hash[holder[found]]
    other = np.ones(len(names), dtype=bool)
    other[found[np.asarray(as_known, dtype=bool)]] = False
    hashes[other] = NameTable(names[other]).row_hash()
    return hashes


def _exchanged_back(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows with number and name put right where one stands in the column of the other."""
    if not {"id_text", "name"} <= set(rows):
        return rows
    odd = np.flatnonzero((rows["name"].str.len() >= idcard.OLD_LENGTH).to_numpy(dtype=bool, na_value=False))
    names, numbers = rows["name"].iloc[odd].fillna(""), rows["id_text"].iloc[odd].fillna("")
    pairs = zip(odd.tolist(), names, numbers, strict=True)
    odd = [at for at, name, number in pairs if idcard.clean(name).kind in _COMPLETE and characters.is_name(number)]
    if not odd:
        return rows
    rows = rows.copy()
    told = rows[["id_text", "name"]].iloc[odd].to_numpy(dtype=object)
    rows.iloc[odd, rows.columns.get_indexer(["name", "id_text"])] = told
    return rows


def _birth_years(rows: pd.DataFrame, register: Register, holder: np.ndarray, agreed: np.ndarray) -> np.ndarray:
    """Year of birth by the age on each row, 0 for none. The year in which the file counted the ages is the one that fits
    its rows with number and name; few such rows say nothing."""
    if "age" not in rows:
        return np.zeros(len(rows), dtype=np.int64)
    age = keys.integers(rows["age"], keys.size_in)
    known = np.flatnonzero(agreed & (age > 0))
    if len(known) < _AGES_TO_TRUST:
        return np.zeros(len(rows), dtype=np.int64)
    year = int(np.median(register.birthday[holder[known]] // 10000 + age[known]))
    return np.where(age > 0, year - age, 0)


def _numbers(rows: pd.DataFrame) -> CleanedColumn:
    """Cleaned numbers; the certificate column stands in where the number column has no whole number."""
    is_number = rows["id_is_number"].to_numpy(dtype=bool) if "id_is_number" in rows else None
    cleaned = idcard.clean_arrays(_column(rows, "id_text"), is_number)
    if "certificate" not in rows:
        return cleaned
    certificate = _column(rows, "certificate")
    lacking = np.flatnonzero(~np.isin(cleaned.kind, _COMPLETE) & (certificate != "").to_numpy())
    second = idcard.clean_arrays(certificate.iloc[lacking])
    better = np.isin(second.kind, _COMPLETE) | np.isin(cleaned.kind[lacking], (Kind.EMPTY, Kind.SCIENTIFIC))
    cleaned.take_over(lacking[better], second, np.flatnonzero(better))
    return cleaned


def _other_birthday(rows: pd.DataFrame, register: Register, holder: np.ndarray, agreed: np.ndarray) -> np.ndarray:
    """Rows where number and name are one person's but the birth date is that of another member of the household."""
    found = np.zeros(len(rows), dtype=bool)
    if "birthday" not in rows:
        return found
    told = keys.integers(rows["birthday"], keys.day_in)
    at = np.flatnonzero(agreed & (told > 0) & (told != register.birthday[np.maximum(holder, 0)]))
    row, line = register.by_household.pairs(at, register.household[holder[at]].astype(np.uint64))
    found[row[register.birthday[line] == told[row]]] = True
    return found


class Never:
    """Pairs (row position, register line) that people have ruled out."""

    def __init__(self, at: np.ndarray, lines: np.ndarray):
        self.rows = at
        self.pairs = keys.Block(mix(at, lines), lines)

    def rows_of(self, count: int) -> np.ndarray:
        """bool for each of the file's rows: something was ruled out about it."""
        found = np.zeros(count, dtype=bool)
        found[self.rows] = True
        return found

    def items_hold(self, at: np.ndarray, lines: np.ndarray) -> np.ndarray:
        return self.pairs.holds(mix(at, lines)) if len(lines) else np.zeros(0, dtype=bool)


def _remembered(rows: pd.DataFrame, register: Register, standing: pd.DataFrame | None, decisions: Decisions) -> Never:
    """Apply what people decided before; returns what they ruled out."""
    nobody = np.zeros(0, dtype=np.int64)
    ruled_out = Never(nobody, nobody)
    if standing is not None and len(standing):
        own = rows["row_key"] if "row_key" in rows else keys.row_key(rows)
        told = pd.DataFrame({"row_key": own.to_numpy(dtype=object), "at": np.arange(len(rows))})
        told = told[own.notna().to_numpy()].merge(standing, on="row_key")
        told["line"] = register.lines_of(told["person"])
        told = told[told["line"] >= 0]
        same = told["same"].to_numpy(dtype=bool) if "same" in told else np.ones(len(told), dtype=bool)
        decisions.remember(told["at"].to_numpy()[same], told["line"].to_numpy()[same])
        ruled_out = Never(told["at"].to_numpy()[~same], told["line"].to_numpy()[~same])
    if "decided_person" in rows:
        told = rows["decided_person"]
        at = np.flatnonzero((told.notna() & (told != "")).to_numpy())
        found = register.lines_of(told.iloc[at])
        decisions.remember(at[found >= 0], found[found >= 0])
    return ruled_out


def _decide(
    residue: Residue,
    register: Register,
    row: np.ndarray,
    line: np.ndarray,
    household_level: bool,
    decisions: Decisions,
) -> bool:
    """Weigh the pairs, find each row's best group of tiers, decide where one person stands alone in it. False when number
    and name of the file do not belong together."""
    proof = evidence.weigh(residue, register, row, line)
    tier = assign(View(proof, len(residue), household_level))
    pair = np.flatnonzero(tier >= 0)
    if not len(pair):
        return True
    group = _GROUP[tier]
    # In groups that decide nothing the likeliest comes first, whatever its tier.
    rank = np.where(group >= DECIDED_BY_PEOPLE, 0, tier)
    weight = _weight(proof, household_level) + elimination.likelihood(decisions, register, line, household_level)
    pair = pair[np.lexsort((line[pair], -weight[pair], rank[pair], group[pair], row[pair]))]
    row, line, group = row[pair], line[pair], group[pair]
    starts = np.flatnonzero(np.diff(row, prepend=-1))
    ends = np.append(starts[1:], len(row))
    best = tier[pair[starts]]
    rival = group == np.repeat(group[starts], ends - starts)
    count = np.add.reduceat(rival, starts, dtype=np.int64)
    house = register.household[line]
    one_house = np.maximum.reduceat(np.where(rival, house, -1), starts) == np.minimum.reduceat(
        np.where(rival, house, len(register)), starts
    )
    state, method, note, confidence = _STATE[best], _SLUG[best], _NOTE[best], _CONFIDENCE[best]
    if household_level:
        state[method == "T1hr"] = CERTAIN
    chosen = starts.copy()
    tie = (count > 1) & (state != AMBIGUOUS) & ~(one_house & household_level)
    for at in np.flatnonzero(tie):
        alone = _only_in_village(proof.village[pair[starts[at] : starts[at] + count[at]]]) if best[at] == _T1 else -1
        if alone >= 0:
            tie[at], chosen[at] = False, starts[at] + alone
        else:
            note[at] = f"有 {count[at]} 人同样符合（{note[at]}），请选定"
    state[tie], method[tie], confidence[tie] = AMBIGUOUS, "tie", 0.5
    known = decisions.count("T1") + int((residue.holder >= 0).sum())
    suspect = guard.is_suspect(int((method == "conflict").sum()), known)
    if suspect:
        named = proof.name[pair[chosen]] <= Likeness.FORMER
        held = (state != AMBIGUOUS) & ~(_EXACT[best] & named)
        state[held], note[held] = AMBIGUOUS, "整张表的号码与姓名可能错位，本行不自动认定"
    decided = state != AMBIGUOUS
    house_known = decided | (one_house & np.isin(method, ("T1hr", "tie")))
    at = residue.at[row[starts]]
    verdicts = list(zip(state.tolist(), method.tolist(), confidence.tolist(), note.tolist(), strict=True))
    decisions.write(at, verdicts, np.where(decided, line[chosen], -1), np.where(house_known, house[chosen], -1))
    decisions.show(at, line, starts, ends)
    decisions.explain(at, proof, pair[chosen])
    return not suspect


def _only_in_village(village: np.ndarray) -> int:
    """Of several holders of one number and name, the only one in the row's village where all others are elsewhere."""
    there = np.flatnonzero(village == SAME)
    return int(there[0]) if len(there) == 1 and (village == DIFFERENT).sum() == len(village) - 1 else -1


def _weight(e: Evidence, household_level: bool) -> np.ndarray:
    """How likely a pair is, for showing candidates in order; decides nothing."""
    weight = 2.0 * (Likeness.DIFFERENT - np.minimum(e.name, Likeness.DIFFERENT))
    for field, good, bad in (
        ("birthday", 6, -4),
        ("age", 4, -3),
        ("village", 4, -2),
        ("phone", 5, 0),
        ("kin", 4, -1),
        ("hamlet", 2, -1),
    ):
        weight += good * (getattr(e, field) == SAME) + bad * (getattr(e, field) == DIFFERENT)
    weight += (
        1.5 * (e.size == SAME)
        - 3 * (e.sex == DIFFERENT)
        + 1 * (e.number == Number.EXACT)
        + 2 * (e.number == Number.KIN)
    )
    weight += 6 * (e.number <= Number.NEAR2) * (e.number >= Number.NEAR) + 3 * e.is_head * household_level
    return weight
