"""The difference between a file and the register: new, changed (and in what), the same, gone. Frames in, plan out; no database.

Gone is who stands in the register, in a village or household that the file covers, and not in the file. A column that the file lacks changes
nothing, and neither does a refused row: its person stays as he is.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from households.choices import Category, HouseholdKind
from households.importing.cleaning import looked_up
from households.importing.columns import BY_KEY
from households.importing.reading import Reading

_SEALED = {"id_number": "id_index", "phone": "phone_index"}
_LABELS = {
    "household": "所属户",
    "is_head": "户主",
    "left": "重新列入名册",
    "initials": "拼音",
    "phone": "联系电话",
    "other": "其他栏目",
}
_KIND_OF_CATEGORY = {
    Category.UNSTABLE.value: HouseholdKind.LIFTED.value,
    Category.MARGINAL.value: HouseholdKind.GENERAL.value,
}


@dataclass
class Plan:
    """What an import would do. The frames carry the fields as in ``Reading``; those that change something also ``id``.

    ``changes``: field -> persons in whom it changes. ``unseated``: ids of present heads who stop being it. ``foreign``: labels of people and
    numbers of households (``foreign_households``) that belong to another county, which are not taken in.
    """

    new_households: pd.DataFrame
    changed_households: pd.DataFrame
    new_people: pd.DataFrame
    changed_people: pd.DataFrame
    same: int
    gone: list[str]
    unseated: list[str]
    changes: dict[str, int]
    foreign: pd.Index
    misfits: int
    household_ids: dict[str, str]
    townships: dict[str, dict[str, int]]
    household_fields: frozenset[str]
    person_fields: frozenset[str]
    touched: list[str] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        frames = (self.new_households, self.changed_households, self.new_people, self.changed_people)
        return not self.gone and all(frame.empty for frame in frames)


class _Before:
    """Columns of the register in the order of the file's rows, taken when asked for: a second copy of a county would be 200 MB."""

    def __init__(self, frame: pd.DataFrame, at: np.ndarray):
        self._frame, self._at = frame, at

    def __getitem__(self, name: str) -> pd.Series:
        return self._frame[name].take(self._at).reset_index(drop=True)

    def __contains__(self, name: str) -> bool:
        return name in self._frame


def make_plan(reading: Reading, households: pd.DataFrame, people: pd.DataFrame, county_code: str) -> Plan:
    """Compare. ``households`` and ``people`` are the register (households.importing.present), all counties; ``reading`` has blind indexes
    in ``id_index`` and ``phone_index`` (hex)."""
    incoming, foreign = _own(reading, households, people, county_code)
    homes = reading.households[_among(reading.households["number"], incoming["household"])].reset_index(drop=True)
    new_homes, changed_homes, home_fields, misfits = _households(homes, households, reading)
    at = pd.Index(people["number"]).get_indexer(incoming["number"])
    existing, before = incoming[at >= 0].reset_index(drop=True), _Before(people, at[at >= 0])
    changed, changes = _changed(existing, before, reading.person_fields, reading.person_labels, reading.never_emptied)
    changed_people = existing[changed].assign(id=before["id"][changed])
    gone = _gone(reading, incoming, homes, people, county_code)
    new_people = incoming[at < 0]
    touched = set(new_homes["number"]) | set(new_people["household"]) | set(changed_people["household"])
    touched |= set(before["household"][changed]) | set(people.loc[gone, "household"])
    return Plan(
        new_households=new_homes,
        changed_households=changed_homes,
        new_people=new_people,
        changed_people=changed_people,
        same=int((~changed).sum()),
        gone=people.loc[gone, "id"].tolist(),
        unseated=_unseated(reading, incoming, existing, before, people, gone),
        changes=changes,
        foreign=foreign,
        misfits=misfits,
        household_ids=dict(zip(households["number"], households["id"], strict=True)),
        townships=_townships(homes, new_people, changed_people, existing[~changed], people[gone]),
        household_fields=home_fields,
        person_fields=reading.person_fields | ({"other"} if reading.person_labels else set()),
        touched=sorted(touched),
    )


def _own(reading, households, people, county_code) -> tuple[pd.DataFrame, pd.Index]:
    """(people of the file who may be taken in, labels of those whose numbers another county's register holds)."""
    incoming = reading.people
    strange_homes = households.loc[~households["village"].str.startswith(county_code), "number"]
    strange_people = people.loc[~people["village"].str.startswith(county_code), "number"]
    if strange_homes.empty and strange_people.empty:
        return incoming, incoming.index[:0]
    foreign = _among(incoming["household"], strange_homes) | _among(incoming["number"], strange_people)
    return incoming[~foreign], incoming.index[foreign]


# -- households ---------------------------------------------------------------------------------------------------------
def _households(homes, present, reading) -> tuple[pd.DataFrame, pd.DataFrame, frozenset[str], int]:
    """(new, changed, fields to write in those, number of households whose category had to give way to the kind)."""
    at = pd.Index(present["number"]).get_indexer(homes["number"])
    existing, before = homes[at >= 0].reset_index(drop=True), _Before(present, at[at >= 0])
    fields = set(reading.household_fields)
    misfits = 0
    if fields & {"kind", "category"}:
        misfits = _fit(existing, before, fields)
        fields |= {"kind", "category"}
    changed, _ = _changed(existing, before, frozenset(fields), reading.household_labels)
    fields |= {"other"} if reading.household_labels else set()
    return homes[at < 0], existing[changed].assign(id=before["id"][changed]), frozenset(fields), misfits


def _fit(existing, before, fields) -> int:
    """Where the file gives only one of kind and category, take the other from the register, unless they contradict each other."""
    if "kind" not in fields:
        implied = looked_up(existing["category"], pd.Series(_KIND_OF_CATEGORY))
        existing["kind"] = implied.where(implied != "", before["kind"])
    if "category" not in fields:
        existing["category"] = before["category"]
    wrong = (existing["category"] == Category.UNSTABLE) & (existing["kind"] == HouseholdKind.GENERAL)
    wrong |= (existing["category"] == Category.MARGINAL) & (existing["kind"] == HouseholdKind.LIFTED)
    existing.loc[wrong, "category"] = ""
    return int(wrong.sum())


# -- fields -------------------------------------------------------------------------------------------------------------
def _changed(existing, before, fields, labels, never_emptied=frozenset()) -> tuple[pd.Series, dict[str, int]]:
    """(which rows differ, label of the field -> how many). ``other`` of ``existing`` becomes what is to be stored."""
    changed = pd.Series(False, index=existing.index)
    counts = {}
    for name in sorted(fields):
        column = _SEALED.get(name, name)
        if name in never_emptied:
            existing[column] = existing[column].where(existing[column] != "", before[column])
        differs = existing[column] != before[column]
        changed |= differs
        counts[_label(name)] = int(differs.sum())
    if labels:
        differs = _merge_other(existing, before, labels)
        changed |= differs
        counts[_label("other")] = int(differs.sum())
    if "left" in before:
        returned = before["left"]
        changed |= returned
        counts[_label("left")] = int(returned.sum())
    return changed, {label: count for label, count in counts.items() if count}


def _label(name: str) -> str:
    return _LABELS.get(name) or (BY_KEY[name].label if name in BY_KEY else name)


def _merge_other(existing, before, labels) -> pd.Series:
    """Keys that the file speaks about are replaced, the rest stays; whether that changes anything."""
    present = before["other"]
    differs = existing["other"] != present
    merged = existing["other"].to_numpy(dtype=object).copy()
    for row in np.flatnonzero(differs):
        old, new = json.loads(present[row]), json.loads(merged[row])
        whole = {key: value for key, value in old.items() if key not in labels} | new
        merged[row] = json.dumps(whole, ensure_ascii=False)
        differs.iat[row] = whole != old
    existing["other"] = pd.Series(merged, index=existing.index, dtype="str")
    return differs


# -- who is not in the file ---------------------------------------------------------------------------------------------
def _gone(reading, incoming, homes, people, county_code) -> pd.Series:
    covered = _among(people["village"], homes["village"]) | _among(people["household"], homes["number"])
    # reading.people has the people of other counties too, which ``incoming`` leaves out.
    in_file = _among(people["number"], reading.people["number"]) | _among(people["number"], reading.refused_numbers)
    # A refused row without 人编号 may be any member of its household: nobody there is gone.
    unsure = _among(people["household"], reading.refused_households)
    return covered & ~in_file & ~unsure & ~people["left"] & people["village"].str.startswith(county_code)


def _unseated(reading, incoming, existing, before, people, gone) -> list[str]:
    """Present heads who must step down before others are seated: a household has one head at any moment."""
    moved = existing.loc[existing["household"] != before["household"], "number"]
    if "is_head" not in reading.person_fields:
        leaves_the_seat = _among(people["number"], moved)
    else:
        heads = incoming[incoming["is_head"]]
        stays = _among(people["number"], heads["number"]) & ~_among(people["number"], moved)
        in_file = _among(people["household"], heads["household"]) | _among(people["number"], incoming["number"])
        leaves_the_seat = in_file & ~stays
    return people.loc[people["is_head"] & ~gone & leaves_the_seat, "id"].tolist()


def _among(column: pd.Series, others: Iterable[str]) -> pd.Series:
    """``isin`` by a hash index: pandas makes a list of scalars of the other column first, ten times slower and 200 MB more."""
    found = pd.Index(
        pd.Series(list(others) if isinstance(others, frozenset) else others, dtype="str").drop_duplicates()
    )
    return pd.Series(found.get_indexer(column) >= 0, index=column.index)


def _townships(homes, new, changed, same, gone) -> dict[str, dict[str, int]]:
    """Township code -> {"households", "new", "changed", "same", "gone"} for the page that asks to confirm."""
    town = homes.set_index("number")["village"].str.slice(0, 9)
    counted = {"households": town.value_counts(), "gone": gone["village"].str.slice(0, 9).value_counts()}
    for name, part in (("new", new), ("changed", changed), ("same", same)):
        counted[name] = part["household"].map(town).value_counts()
    table = pd.DataFrame(counted).fillna(0).astype(int).sort_index()
    return {
        str(code): {name: int(value) for name, value in row.items()} for code, row in table.to_dict("index").items()
    }
