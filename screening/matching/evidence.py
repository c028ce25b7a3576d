"""Which persons a row could mean, and field by field what speaks for and against each of them.

Only rows that are not settled by number and name come here. Every block is bounded by a village, a household, a
birthday or a part of the number, so that the work per row does not grow with the county.
"""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import pandas as pd
from rapidfuzz.distance import OSA
from rapidfuzz.process import cpdist

from fangpin import idcard
from fangpin.idcard import Kind
from fangpin.idcolumn import CleanedColumn
from screening.matching import keys
from screening.matching.keys import mix
from screening.matching.names import Likeness, NameTable, compare
from screening.matching.register import BACK, FRONT, MIDDLE, TAIL, Register

MISSING, SAME, DIFFERENT = 0, 1, 2
NAMESAKES = 24  # a name that more people have in the county is no lead by itself
_NEAR_KINDS = (Kind.WRONG_CHECK, Kind.MALFORMED, Kind.ROUNDED, Kind.MASKED, Kind.FIFTEEN)
_COMPLETE = tuple(int(k) for k in idcard.COMPLETE)


class Number(IntEnum):
    """What the number on the row says about a person."""

    EXACT = 0
    NEAR = 1  # one edit away, or the readable digits agree
    NEAR2 = 2  # two edits away
    KIN = 3  # the number of another member of the same household
    ABSENT = 4  # the register has none; birth date and sex inside the row's number agree
    UNUSABLE = 5  # the row has none that could be compared
    FAR = 6  # damaged, and more than two edits away
    OTHER = 7  # somebody else's


TELLING = (Number.EXACT, Number.NEAR, Number.NEAR2, Number.KIN)  # says something whatever the name is


@dataclass
class Residue:
    """Columns of the rows that need evidence, all arrays of one length (m)."""

    at: np.ndarray  # position in the file
    key: np.ndarray
    kind: np.ndarray
    digits: np.ndarray  # as cleaned, str
    holder: np.ndarray  # line in the register, -1, -2
    name: NameTable
    name_hash: np.ndarray
    birthday: np.ndarray
    sex: np.ndarray
    village: np.ndarray
    township: np.ndarray
    hamlet: np.ndarray  # the register's codes; -1 for a hamlet it does not know
    phones: tuple[np.ndarray, ...]
    kin: tuple[np.ndarray, ...]  # name hashes of head and guardian, 0 where missing or the person's own
    kin_holder: np.ndarray  # line of the person with the head's or guardian's number
    size: np.ndarray
    born: np.ndarray  # year of birth by the age on the row, 0 where none is given

    def __len__(self) -> int:
        return len(self.at)


def take(
    rows: pd.DataFrame,
    at: np.ndarray,
    cleaned: CleanedColumn,
    holder: np.ndarray,
    born: np.ndarray,
    register: Register,
) -> Residue:
    """The residue `at` positions of a file; `cleaned`, `holder` and `born` belong to the whole file."""
    part = rows.iloc[at]

    def column(name: str) -> pd.Series:
        return part[name].fillna("").astype("str") if name in part else pd.Series("", index=part.index, dtype="str")

    names = NameTable(column("name"))
    own = names.row_hash()
    kin = []
    for field in ("head_name", "guardian"):
        hashed = NameTable(column(field)).row_hash()
        kin.append(np.where(hashed == own, np.uint64(0), hashed))
    kin_holder = np.full(len(part), -1)
    for field in ("head_id", "guardian_id"):
        if field in part:
            found = register.holder(idcard.clean_arrays(column(field)).key)
            kin_holder = np.where(kin_holder >= 0, kin_holder, found)
    village = keys.integers(column("village"), keys.number_in)
    township = keys.integers(column("township"), keys.number_in)
    hamlet = keys.integers(column("hamlet"), lambda text: register.hamlet_codes.get(keys.hamlet_name(text), -1))
    return Residue(
        at=at,
        key=cleaned.key[at],
        kind=cleaned.kind[at],
        digits=cleaned.numbers(at),
        holder=holder[at],
        name=names,
        name_hash=own,
        birthday=keys.integers(column("birthday"), keys.day_in),
        sex=keys.integers(column("sex"), keys.sex_in).astype(np.int8),
        village=village,
        township=np.where(village > 0, village // 1000, township),
        hamlet=hamlet,
        phones=tuple(keys.phones(column(f)) for f in ("phone", "guardian_phone") if f in part),
        kin=tuple(kin),
        kin_holder=kin_holder,
        size=keys.integers(column("size"), keys.size_in),
        born=born[at],
    )


def candidates(residue: Residue, register: Register, household_level: bool) -> tuple[np.ndarray, np.ndarray]:
    """All pairs (line of residue, line of register) worth looking at, each once, sorted."""
    everyone = np.arange(len(residue))
    named = residue.name_hash > 0
    found: list[tuple[np.ndarray, np.ndarray]] = []

    def look(block: keys.Block, use: np.ndarray, *wanted: np.ndarray, at_most: int = 64) -> None:
        if use.any():
            query = mix(*(w[use] for w in wanted)) if len(wanted) > 1 else wanted[0][use].astype(np.uint64)
            found.append(block.pairs(everyone[use], query, at_most))

    look(register.by_number, residue.key >= 0, residue.key)
    _households(found, register, everyone, residue.holder)
    _households(found, register, everyone, residue.kin_holder)
    # a complete number that nobody has is an outsider's: only persons whose number the register lacks or has wrong
    unknown = np.isin(residue.kind, _COMPLETE) & (residue.holder == -1)
    look(register.numberless, unknown, idcard.key_birthday(residue.key), idcard.key_is_male(residue.key))
    look(register.wrongly_numbered, unknown & named, residue.name_hash)
    _near_numbers(found, residue, register, named)
    open_ = ~unknown
    look(register.by_name_village, open_ & named & (residue.village > 0), residue.name_hash, residue.village)
    look(register.by_name_birthday, open_ & named & (residue.birthday > 0), residue.name_hash, residue.birthday)
    place_and_day = open_ & (residue.village > 0) & (residue.birthday > 0)
    look(register.by_village_birthday, place_and_day, residue.village, residue.birthday)
    for phone in residue.phones:
        rows, households = register.phone_household.pairs(
            everyone[open_ & (phone > 0)], phone[open_ & (phone > 0)].astype(np.uint64), 12
        )
        if household_level:  # the row names the head; who else has its name is found by name
            rows, households = rows[register.head[households] >= 0], households[register.head[households] >= 0]
            found.append((rows, register.head[households]))
        else:
            found.append(_expand(register, rows, households))
    sounding = np.flatnonzero(open_ & (residue.village > 0) & (residue.name.length[residue.name.codes] > 0))
    if len(sounding):
        distinct, hashes = residue.name.sounds()
        spelled = keys.Block(distinct.astype(np.uint64), np.arange(len(distinct)))
        at, which = spelled.pairs(sounding, residue.name.codes[sounding].astype(np.uint64))
        found.append(register.by_village_sound.pairs(at, mix(hashes[which], residue.village[at]), 12))
    for kin in residue.kin:
        use = open_ & (kin > 0) & (residue.village > 0)
        rows, lines = register.by_name_village.pairs(everyone[use], mix(kin[use], residue.village[use]), 12)
        found.append(_expand(register, rows, register.household[lines]))
    if household_level:
        place = open_ & (residue.village > 0) & (residue.hamlet > 0) & (residue.size > 0)
        look(register.head_at_place, place, residue.village, residue.hamlet, residue.size, at_most=24)
    rows, lines = _distinct(found)
    alike = residue.name_hash[rows] == register.name_hash[lines]
    alike |= residue.name_hash[rows] == register.former_hash[lines]
    lonely = open_ & named & (np.bincount(rows[alike], minlength=len(residue)) == 0)
    found = [(rows, lines)]
    look(register.by_head_name if household_level else register.by_name, lonely, residue.name_hash, at_most=NAMESAKES)
    return _distinct(found)


def promising(residue: Residue, register: Register, row: np.ndarray, line: np.ndarray) -> np.ndarray:
    """bool: pairs that some tier could hold for, or that say something of others of the row. Most people of a block have
    another name, and nothing in the row's number speaks of them: all else of such a pair need not be looked at."""
    worth = _compare_names(residue, register, row, line) <= Likeness.ONE
    rest = np.flatnonzero(~worth & (residue.kind[row] != Kind.EMPTY))
    worth[rest] = np.isin(_compare_numbers(residue, register, row[rest], line[rest]), TELLING)
    return worth


def _distinct(found: list[tuple[np.ndarray, np.ndarray]]) -> tuple[np.ndarray, np.ndarray]:
    pairs = keys.distinct(np.concatenate([rows.astype(np.int64) << 32 | lines for rows, lines in found]))
    return pairs >> 32, pairs.astype(np.int32)  # the lower half is the line


def _expand(register: Register, rows: np.ndarray, households: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """All members of the households."""
    return register.by_household.pairs(rows, households.astype(np.uint64))


def _households(found: list, register: Register, everyone: np.ndarray, holder: np.ndarray) -> None:
    use = holder >= 0
    found.append(_expand(register, everyone[use], register.household[holder[use]]))


def _near_numbers(found: list, residue: Residue, register: Register, named: np.ndarray) -> None:
    """Persons of the same name or village whose number agrees in a part that one mistake leaves whole."""
    damaged = np.isin(residue.kind, _NEAR_KINDS) & (residue.holder == -1)
    doubtful = looks_rounded(residue.key) & (residue.holder == -1)
    lines = np.flatnonzero(damaged | doubtful)
    if not len(lines):
        return
    # Aligned from the front and from the back, so that a missing or added digit shifts only one of the two.
    front = keys.digit_values(residue.digits[lines])
    back = keys.digit_values(np.array([d[-18:].rjust(18) for d in residue.digits[lines]], dtype=object))
    rounded = np.isin(residue.kind[lines], (Kind.ROUNDED,)) | doubtful[lines]
    for part in (FRONT, BACK, MIDDLE, TAIL):
        head = [p for p in part if p >= 0]
        tail = [p for p in part if p < 0]
        values = np.concatenate([front[:, head], back[:, tail]], axis=1)
        wanted = keys.number_part(values, tuple(range(values.shape[1])))
        use = wanted >= 0
        if part is TAIL:  # four digits are little: only for numbers that show no more
            use &= residue.kind[lines] == Kind.MASKED
        elif part is not FRONT:
            use &= ~rounded
        with_name = use & named[lines]
        query = mix(residue.name_hash[lines[with_name]], wanted[with_name])
        found.append(register.by_name_part[part].pairs(lines[with_name], query))
        if part is not TAIL:
            placed = use & (residue.village[lines] > 0)
            query = mix(residue.village[lines[placed]], wanted[placed])
            found.append(register.by_village_part[part].pairs(lines[placed], query, 12))


def looks_rounded(number_keys: np.ndarray) -> np.ndarray:
    """`idcard.is_rounded` over complete numbers (X never is)."""
    value = number_keys // 11 * 10 + number_keys % 11
    as_float = value.astype(np.float64)
    kept = ((value + 500) // 1000 * 1000).astype(np.float64)
    return (number_keys >= 0) & (number_keys % 11 < 10) & (as_float.astype(np.int64) == value) & (kept == as_float)


@dataclass
class Evidence:
    """One line per pair: row (line of the residue), line (of the register), and what each field says."""

    row: np.ndarray
    line: np.ndarray
    number: np.ndarray  # Number
    name: np.ndarray  # Likeness
    birthday: np.ndarray  # MISSING, SAME, DIFFERENT, as all below
    sex: np.ndarray
    village: np.ndarray
    hamlet: np.ndarray
    phone: np.ndarray
    kin: np.ndarray  # the head or guardian named on the row is of the household
    kin_number: np.ndarray
    size: np.ndarray
    township: np.ndarray
    is_head: np.ndarray
    long_name: np.ndarray  # the row's name has three characters or more
    kin_is_holder: np.ndarray  # the number on the row is that of the head or guardian named on it
    namesake_heads: np.ndarray  # heads of this name in the row's village
    age: np.ndarray


def weigh(residue: Residue, register: Register, row: np.ndarray, line: np.ndarray) -> Evidence:
    """Evidence for the pairs (row, line)."""
    household = register.household[line]
    phone = np.zeros(len(row), dtype=np.int8)
    known_phone = register.phone[register.head[household]] > 0
    for given in residue.phones:
        told = given[row] > 0
        agrees = told & register.phone_pairs.holds(mix(given[row], household))
        phone = np.where(agrees, SAME, np.where((phone == MISSING) & told & known_phone, DIFFERENT, phone))
    kin = np.zeros(len(row), dtype=np.int8)
    holder = residue.holder[row]
    holder_named = np.zeros(len(row), dtype=bool)
    for given in residue.kin:
        told = given[row] > 0
        agrees = told & register.member_names.holds(mix(household, given[row]))
        kin = np.where(agrees, SAME, np.where((kin == MISSING) & told, DIFFERENT, kin))
        holder_named |= told & (holder >= 0) & (given[row] == register.name_hash[holder])
    kin_household = np.where(residue.kin_holder >= 0, register.household[residue.kin_holder], -1)[row]
    village = residue.village[row]
    hamlet = residue.hamlet[row]
    return Evidence(
        row=row,
        line=line,
        number=_compare_numbers(residue, register, row, line),
        name=_compare_names(residue, register, row, line),
        birthday=_agree(residue.birthday[row], register.birthday[line]),
        sex=_agree(residue.sex[row], register.sex[line]),
        village=_agree(village, register.village[line]),
        hamlet=_agree(hamlet, register.hamlet[line]),
        phone=phone.astype(np.int8),
        kin=kin.astype(np.int8),
        kin_number=_agree(kin_household + 1, household + 1),
        size=_agree(residue.size[row], register.size[household]),
        township=_agree(residue.township[row], register.village[line] // 1000),
        is_head=register.head[household] == line,
        long_name=residue.name.length[residue.name.codes[row]] >= 3,
        kin_is_holder=holder_named,
        namesake_heads=register.head_namesakes.count(mix(register.village[line], residue.name_hash[row])),
        age=_same_age(residue.born[row], register.birthday[line] // 10000),
    )


def _compare_names(residue: Residue, register: Register, row: np.ndarray, line: np.ndarray) -> np.ndarray:
    """Likeness (int8) for each pair, to the name or the former name, whichever is closer."""
    name = compare(residue.name, residue.name.codes[row], register.name, register.name.codes[line])
    renamed = np.flatnonzero((register.former_hash[line] > 0) & (name > Likeness.FORMER))
    by_former = compare(
        residue.name, residue.name.codes[row[renamed]], register.former, register.former.codes[line[renamed]]
    )
    by_former[by_former == Likeness.EQUAL] = Likeness.FORMER
    name[renamed] = np.minimum(name[renamed], by_former)
    return name


def _same_age(told: np.ndarray, known: np.ndarray) -> np.ndarray:
    """Ages are counted in several ways: a year more or less is the same."""
    return np.where(np.abs(told - known) <= 1, _agree(told, told), _agree(told, known)).astype(np.int8)


def _agree(told: np.ndarray, known: np.ndarray) -> np.ndarray:
    return np.where((told == 0) | (known == 0), MISSING, np.where(told == known, SAME, DIFFERENT)).astype(np.int8)


def _compare_numbers(residue: Residue, register: Register, row: np.ndarray, line: np.ndarray) -> np.ndarray:
    """Number (int8) for each pair."""
    key, kind, holder = residue.key[row], residue.kind[row], residue.holder[row]
    complete = key >= 0
    answer = np.where(complete, Number.OTHER, Number.UNUSABLE).astype(np.int8)
    in_number = idcard.key_birthday(key)
    fits = complete & (register.key[line] < 0) & (holder == -1) & (in_number == register.birthday[line])
    answer[fits & (np.where(idcard.key_is_male(key), 1, 2) == register.sex[line])] = Number.ABSENT
    of_kin = (holder >= 0) & (register.household[np.maximum(holder, 0)] == register.household[line])
    answer[of_kin] = Number.KIN
    answer[complete & (key == register.key[line])] = Number.EXACT
    numbered = register.key[line] >= 0
    doubtful = complete & (holder == -1) & looks_rounded(key)
    misprinted = complete & (holder == -1) & register.wrong[line]
    for pairs, distance in (
        (np.flatnonzero(numbered & (misprinted | np.isin(kind, (Kind.WRONG_CHECK, Kind.MALFORMED)))), _edits),
        (np.flatnonzero(numbered & (kind == Kind.FIFTEEN) & (holder == -1)), _edits_of_old),
        (np.flatnonzero(numbered & ((kind == Kind.ROUNDED) | doubtful)), _rounded_distance),
        (np.flatnonzero(numbered & (kind == Kind.MASKED)), _masked_distance),
    ):
        if len(pairs):
            steps = distance(residue.digits[row[pairs]], register.numbers.take(line[pairs]).to_numpy(dtype=object))
            answer[pairs] = np.select([steps <= 1, steps == 2], [Number.NEAR, Number.NEAR2], answer[pairs])
            far = (steps > 2) & np.isin(answer[pairs], (Number.UNUSABLE,))
            answer[pairs[far & np.array([len(d) >= 14 for d in residue.digits[row[pairs]]])]] = Number.FAR
    return answer


def _edits(told: np.ndarray, known: np.ndarray) -> np.ndarray:
    return cpdist(told.tolist(), known.tolist(), scorer=OSA.distance, score_cutoff=2, dtype=np.int32)


def _edits_of_old(told: np.ndarray, known: np.ndarray) -> np.ndarray:
    """An old number has no check character, so a mistake in it cannot be seen: never better than two edits."""
    steps = cpdist(
        [t[:17] for t in told], [k[:17] for k in known], scorer=OSA.distance, score_cutoff=2, dtype=np.int32
    )
    return np.where(steps <= 1, 2, 9)


def _rounded_distance(told: np.ndarray, known: np.ndarray) -> np.ndarray:
    prefix = [t if len(t) == 15 else format(float(t), ".14E").split("E")[0].replace(".", "") for t in told]
    return np.array([1 if k.startswith(p) else 9 for p, k in zip(prefix, known, strict=True)])


def _masked_distance(told: np.ndarray, known: np.ndarray) -> np.ndarray:
    """1 when every readable character agrees and at least four beyond the district are readable."""
    a = np.array(told, dtype="S18").view(np.uint8).reshape(-1, 18)
    b = np.array(known, dtype="S18").view(np.uint8).reshape(-1, 18)
    hidden = a == ord("*")
    enough = (~hidden[:, 6:]).sum(axis=1) >= 4
    return np.where((hidden | (a == b)).all(axis=1) & enough, 1, 9)
