"""The register as arrays, with the blocks in which rows look for their person. Built once, used for every file.

Those who left (dead, moved, married away) stand in it too: a row that means one of them must not fall to a namesake.
"""

from functools import cached_property

import numpy as np
import pandas as pd

from fangpin import idcard
from screening.matching import keys
from screening.matching.keys import Block, mix
from screening.matching.names import NameTable

# A number with one wrong, missing, added or exchanged character still agrees in one of these parts (positions in 18
# characters; for other lengths counted from the end where negative). Each part holds enough of birth date and serial
# to keep the block of a common name small, however large the county.
FRONT = tuple(range(6, 13))
BACK = tuple(range(-7, 0))
MIDDLE = (6, 7, 8, 9, -4, -3, -2, -1)
TAIL = (-4, -3, -2, -1)
PHONE_OF_MANY = 6  # a telephone of more households than this is the shop's or the cadre's and tells nothing


class Register:
    """Persons by line (0 … n-1), all columns as arrays of length n; households by line likewise."""

    def __init__(self, persons: pd.DataFrame, left: pd.DataFrame | None = None):
        present = len(persons)
        persons = persons if left is None or left.empty else _with_those_who_left(persons, left)
        self.left = np.arange(len(persons)) >= present
        self.left_note = _text(persons, "left_note").array
        text = {
            c: _text(persons, c) for c in ("number", "name", "former", "birthday", "sex", "village", "hamlet", "phone")
        }
        self.person = persons["person"].to_numpy(dtype=object)
        self.household, households = pd.factorize(persons["household"])
        self.household_value = np.asarray(households, dtype=object)
        self.numbers, self.names = text["number"].array, text["name"].array
        self.key = idcard.to_key(text["number"])
        checked = idcard.clean_arrays(text["number"])
        self.wrong = (self.key >= 0) & (checked.kind != idcard.Kind.VALID)  # the register itself has a typing error
        self.name = NameTable(text["name"])
        self.former = NameTable(text["former"])
        self.name_hash = self.name.row_hash()
        self.former_hash = self.former.row_hash()
        self.birthday = idcard.key_birthday(self.key)
        undated = np.flatnonzero(self.birthday == 0)
        self.birthday[undated] = keys.integers(text["birthday"].iloc[undated], keys.day_in)
        self.sex = np.where(idcard.key_is_male(self.key), 1, 2).astype(np.int8)
        unnumbered = np.flatnonzero(self.key < 0)
        self.sex[unnumbered] = keys.integers(text["sex"].iloc[unnumbered], keys.sex_in)
        self.village = keys.integers(text["village"], keys.number_in)
        hamlet_code, hamlets = pd.factorize(keys.folded(text["hamlet"], keys.hamlet_name))
        self.hamlet_codes = {name: code + 1 for code, name in enumerate(hamlets) if name}
        self.hamlet = np.where(text["hamlet"] == "", 0, hamlet_code + 1).astype(np.int32)
        self.phone = keys.phones(text["phone"])
        self.is_head = persons["is_head"].fillna(False).to_numpy(dtype=bool) & ~self.left
        self._household_columns()
        self._number_lines()

    @classmethod
    def build(cls, persons: pd.DataFrame, left: pd.DataFrame | None = None) -> "Register":
        """From columns person, household, number, name, former, birthday, sex, village, hamlet, phone, relation,
        is_head (all text but the last; number 18 characters or ''). About 1 s for 300,000 persons.

        ``left``: people who are in no household any more, the same columns and left_note ("2021-03-01 死亡")."""
        return cls(persons, left)

    def __len__(self) -> int:
        return len(self.person)

    def _household_columns(self) -> None:
        count = len(self.household_value)
        self.size = np.bincount(self.household[~self.left], minlength=count).astype(np.int16)
        self.head = np.full(count, -1, dtype=np.int32)
        lines = np.flatnonzero(self.is_head)[::-1]
        self.head[self.household[lines]] = lines  # the first head on file wins
        self.head_hash = np.where(self.head >= 0, self.name_hash[self.head], np.uint64(0))

    def _number_lines(self) -> None:
        """Sorted distinct numbers, with the line of their only holder, -2 where several hold one."""
        lines = np.flatnonzero(self.key >= 0)
        order = lines[np.argsort(self.key[lines], kind="stable")]
        distinct, first, count = np.unique(self.key[order], return_index=True, return_counts=True)
        self.number_index = pd.Index(distinct)
        self.number_line = (
            np.where(count == 1, order[first], -2).astype(np.int32) if len(order) else order.astype(np.int32)
        )

    def holder(self, number_keys: np.ndarray) -> np.ndarray:
        """Line of the person with each number (int32): -1 unknown, -2 several persons."""
        found = self.number_index.get_indexer(number_keys)
        if not len(self.number_line):
            return np.full(len(number_keys), -1, dtype=np.int32)
        return np.where(found >= 0, self.number_line[found], -1)

    @cached_property
    def person_or_none(self) -> np.ndarray:
        """Ids of persons by line, None for line -1."""
        return np.append(self.person, None)

    @cached_property
    def household_or_none(self) -> np.ndarray:
        return np.append(self.household_value, None)

    def lines_of(self, persons: pd.Series) -> np.ndarray:
        """Line of each person by id, -1 for who is not in the register."""
        return self._person_index.get_indexer(persons)

    @cached_property
    def _person_index(self) -> pd.Index:
        return pd.Index(self.person)

    # Every name counts with its former name: two entries for one person.

    @cached_property
    def entries(self) -> tuple[np.ndarray, np.ndarray]:
        named = np.flatnonzero(self.name_hash)
        renamed = np.flatnonzero(self.former_hash)
        return np.concatenate([named, renamed]), np.concatenate([self.name_hash[named], self.former_hash[renamed]])

    def _by_name(self, column: np.ndarray) -> Block:
        lines, hashes = self.entries
        use = column[lines] > 0
        return Block(mix(hashes[use], column[lines[use]]), lines[use])

    @cached_property
    def by_number(self) -> Block:
        lines = np.flatnonzero(self.key >= 0)
        return Block(self.key[lines].astype(np.uint64), lines)

    @cached_property
    def by_household(self) -> Block:
        return Block(self.household.astype(np.uint64), np.arange(len(self)))

    @cached_property
    def by_name(self) -> Block:
        lines, hashes = self.entries
        return Block(hashes, lines)

    @cached_property
    def by_head_name(self) -> Block:
        lines, hashes = self.entries
        use = self.head[self.household[lines]] == lines
        return Block(hashes[use], lines[use])

    @cached_property
    def head_at_place(self) -> Block:
        """(village, hamlet, size of the household) of every head."""
        lines = self.head[self.head >= 0]
        lines = lines[(self.village[lines] > 0) & (self.hamlet[lines] > 0)]
        return Block(mix(self.village[lines], self.hamlet[lines], self.size[self.household[lines]]), lines)

    @cached_property
    def by_name_village(self) -> Block:
        return self._by_name(self.village)

    @cached_property
    def by_name_birthday(self) -> Block:
        return self._by_name(self.birthday)

    @cached_property
    def by_village_birthday(self) -> Block:
        lines = np.flatnonzero((self.village > 0) & (self.birthday > 0))
        return Block(mix(self.village[lines], self.birthday[lines]), lines)

    @cached_property
    def by_village_sound(self) -> Block:
        lines = np.flatnonzero(self.village > 0)
        named = Block(self.name.codes[lines].astype(np.uint64), lines)
        distinct, hashes = self.name.sounds()
        at, found = named.pairs(np.arange(len(distinct)), distinct.astype(np.uint64), len(lines))
        return Block(mix(hashes[at], self.village[found]), found)

    @cached_property
    def numberless(self) -> Block:
        """(birth date, whether male) of persons without a number."""
        lines = np.flatnonzero((self.key < 0) & (self.birthday > 0) & (self.sex > 0))
        return Block(mix(self.birthday[lines], self.sex[lines] == 1), lines)

    @cached_property
    def wrongly_numbered(self) -> Block:
        """Names of persons whose number in the register cannot be right."""
        lines, hashes = self.entries
        use = self.wrong[lines]
        return Block(hashes[use], lines[use])

    @cached_property
    def _digits(self) -> np.ndarray:
        return keys.digits_of(self.key)

    @cached_property
    def by_name_part(self) -> dict[tuple[int, ...], Block]:
        """Name and a part of the number."""
        lines, hashes = self.entries
        use = self.key[lines] >= 0
        lines, hashes = lines[use], hashes[use]
        parts = {p: keys.number_part(self._digits, p)[lines] for p in (FRONT, BACK, MIDDLE, TAIL)}
        return {p: Block(mix(hashes, values), lines) for p, values in parts.items()}

    @cached_property
    def by_village_part(self) -> dict[tuple[int, ...], Block]:
        """Village and a part of the number: for rows whose name is wrong too."""
        lines = np.flatnonzero((self.key >= 0) & (self.village > 0))
        parts = {p: keys.number_part(self._digits, p)[lines] for p in (FRONT, BACK, MIDDLE)}
        return {p: Block(mix(self.village[lines], values), lines) for p, values in parts.items()}

    @cached_property
    def _phones(self) -> tuple[np.ndarray, np.ndarray]:
        """(telephone, household line), each pair once, without telephones of too many."""
        lines = np.flatnonzero(self.phone > 0)
        order = np.lexsort((self.household[lines], self.phone[lines]))
        phone, home = self.phone[lines][order], self.household[lines][order]
        once = np.ones(len(phone), dtype=bool)
        once[1:] = (phone[1:] != phone[:-1]) | (home[1:] != home[:-1])
        phone, home = phone[once], home[once]
        few = Block(phone, home).count(phone) <= PHONE_OF_MANY
        return phone[few], home[few]

    @cached_property
    def phone_household(self) -> Block:
        """Telephone → household lines, each pair once."""
        phone, home = self._phones
        return Block(phone.astype(np.uint64), home)

    @cached_property
    def phone_pairs(self) -> Block:
        phone, home = self._phones
        return Block(mix(phone, home), home)

    @cached_property
    def member_names(self) -> Block:
        """(household, name) of every member, also by former name."""
        lines, hashes = self.entries
        return Block(mix(self.household[lines], hashes), lines)

    @cached_property
    def head_namesakes(self) -> Block:
        """(village, name) of every head of household, also by former name."""
        lines, hashes = self.entries
        use = self.head[self.household[lines]] == lines
        return Block(mix(self.village[lines[use]], hashes[use]), lines[use])


def _with_those_who_left(persons: pd.DataFrame, left: pd.DataFrame) -> pd.DataFrame:
    """Below the people of the register those who left it; who came back or only changed households is not among them."""
    known = persons["number"][persons["number"] != ""]
    gone = left[~left["number"].isin(known)]
    gone = gone[(gone["number"] == "") | ~gone["number"].duplicated()]
    back = pd.MultiIndex.from_frame(gone[["name", "birthday"]]).isin(
        pd.MultiIndex.from_frame(persons[["name", "birthday"]])
    )
    return pd.concat([persons, gone[~back]], ignore_index=True)


def _text(persons: pd.DataFrame, column: str) -> pd.Series:
    if column not in persons:
        return pd.Series("", index=persons.index, dtype="str")
    return persons[column].fillna("").astype("str")
