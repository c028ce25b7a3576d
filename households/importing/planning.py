"""The difference between a file and the register: new, changed (and in what), the same, gone. Frames in, plan out; no database.

Gone is who stands in the register, in a village or household that the file covers, and not in the file. A column that the file lacks changes
nothing, and neither does a refused row: its person stays as he is.
"""

import json
import os
from collections import Counter
from dataclasses import dataclass

import numpy as np
import pandas as pd

from households.choices import Category, HouseholdKind
from households.importing.cleaning import looked_up
from households.importing.columns import BY_KEY
from households.importing.reading import Reading
from households.importing.texts import among, starts

SEALED = {"id_number": "id_index", "phone": "phone_index"}
_LABELS = {
    "household": "所属户",
    "is_head": "户主",
    "left": "重新列入名册",
    "initials": "拼音",
    "phone": "联系电话",
}
_KIND_OF_CATEGORY = {
    Category.UNSTABLE.value: HouseholdKind.LIFTED.value,
    Category.MARGINAL.value: HouseholdKind.GENERAL.value,
}


@dataclass
class Plan:
    """What an import would do. The frames carry the fields as in ``Reading``, the ``id`` of the row and, for people, ``household_id`` and
    ``village``.

    ``old_households``, ``old_people``: the changed rows as the register has them, in the same order. ``gone``, ``stood_down``: rows of the register;
    the latter are heads who stop being it although nothing else of them changes. ``unseated``: ids of all present heads who stop being it.
    ``touched``: ids of the present households whose members change. ``changes``, ``household_changes``: label of the field -> persons or households in
    whom it changes.
    ``foreign``: labels of people whose numbers belong to another county, who are not taken in; ``strays``: the same of rows about
    households that neither the file nor the register has members of.
    """

    new_households: pd.DataFrame
    changed_households: pd.DataFrame
    old_households: pd.DataFrame
    new_people: pd.DataFrame
    changed_people: pd.DataFrame
    old_people: pd.DataFrame
    same: int
    gone: pd.DataFrame
    stood_down: pd.DataFrame
    unseated: list[str]
    touched: list[str]
    changes: dict[str, int]
    household_changes: dict[str, int]
    foreign: pd.Index
    strays: pd.Index
    misfits: int
    townships: dict[str, dict[str, int]]
    household_fields: frozenset[str]
    person_fields: frozenset[str]

    @property
    def is_empty(self) -> bool:
        frames = (self.new_households, self.changed_households, self.new_people, self.changed_people, self.gone)
        return all(frame.empty for frame in frames)

    @property
    def changed(self) -> int:
        """Persons in whom something changes."""
        return len(self.changed_people) + len(self.stood_down)


class _Taken:
    """Rows of a frame in another order, their columns taken when asked for: a second copy of a county would be 200 MB."""

    def __init__(self, frame: pd.DataFrame, at: np.ndarray):
        self._frame, self._at = frame, at

    def __getitem__(self, name: str) -> pd.Series:
        return self._frame[name].take(self._at).reset_index(drop=True)

    def __contains__(self, name: str) -> bool:
        return name in self._frame

    def __len__(self) -> int:
        return len(self._at)

    def rows(self, wanted: np.ndarray | pd.Series) -> pd.DataFrame:
        return self._frame.take(self._at[np.asarray(wanted)]).reset_index(drop=True)


def make_plan(reading: Reading, households: pd.DataFrame, people: pd.DataFrame, county_code: str) -> Plan:
    """Compare. ``households`` and ``people`` are the register (households.importing.present), all counties; ``reading`` has blind indexes
    in ``id_index`` and ``phone_index`` (hex)."""
    incoming, foreign = _own(reading, households, people, county_code)
    homes, strays = _homes(reading, incoming, households, county_code)
    new_homes, changed_homes, old_homes, home_fields, home_changes, misfits = _households(homes, households, reading)
    at = pd.Index(people["number"]).get_indexer(incoming["number"])
    existing, before = _Taken(incoming, np.flatnonzero(at >= 0)), _Taken(people, at[at >= 0])
    differing = _changed(
        existing, before, reading.person_fields, _labels(reading.person_labels), reading.never_emptied
    )
    changed, changed_people, old_people = differing.rows, existing.rows(differing.rows), before.rows(differing.rows)
    differing.fill(changed_people, old_people, reading.never_emptied)
    gone = _gone(reading, incoming, homes, people, county_code)
    new_people = (incoming if (at < 0).all() else incoming[at < 0]).reset_index(drop=True)
    unseated = _unseated(reading, incoming, existing, before, people, gone)
    stood_down = people[unseated & ~among(people["id"], old_people["id"])]
    touched = set(new_people["household"]) | set(changed_people["household"]) | set(old_people["household"])
    touched |= set(people.loc[gone, "household"]) | set(stood_down["household"])
    new_people.insert(0, "id", new_ids(len(new_people)))
    changed_people.insert(0, "id", old_people["id"])
    new_homes = _with_members(new_homes, incoming)
    ids = pd.concat([households[["number", "id"]], new_homes[["number", "id"]]]).set_index("number")["id"]
    villages = homes.set_index("number")["village"]
    for frame in (new_people, changed_people):
        frame.insert(1, "household_id", looked_up(frame["household"], ids))
        frame.insert(2, "village", looked_up(frame["household"], villages))
    gone_people = people[gone].assign(household_id=looked_up(people.loc[gone, "household"], ids))
    stood_down = stood_down.assign(household_id=looked_up(stood_down["household"], ids))
    return Plan(
        new_households=new_homes,
        changed_households=changed_homes,
        old_households=old_homes,
        new_people=new_people,
        changed_people=changed_people,
        old_people=old_people,
        same=int((~changed).sum()),
        gone=gone_people,
        stood_down=stood_down,
        unseated=people.loc[unseated, "id"].tolist(),
        touched=households.loc[among(households["number"], frozenset(touched)), "id"].tolist(),
        changes=differing.counts,
        household_changes=home_changes,
        foreign=foreign,
        strays=strays,
        misfits=misfits,
        townships=_townships(
            homes,
            {
                "new": new_people["household"],
                "changed": changed_people["household"],
                "same": existing["household"][~changed],
            },
            {"gone": people.loc[gone, "village"], "changed": stood_down["village"]},
        ),
        household_fields=home_fields,
        person_fields=reading.person_fields | ({"other"} if reading.person_labels else set()),
    )


def new_ids(count: int) -> list[str]:
    """Random ids in ascending order: rows that come in by the hundred thousand go into the indexes one behind the other."""
    raw = np.frombuffer(os.urandom(16 * count), np.uint8).reshape(count, 16).copy()
    raw[:, 6], raw[:, 8] = raw[:, 6] & 0x0F | 0x40, raw[:, 8] & 0x3F | 0x80  # version 4 as in RFC 9562
    digits = sorted(raw[row].tobytes().hex() for row in range(count))
    return [f"{d[:8]}-{d[8:12]}-{d[12:16]}-{d[16:20]}-{d[20:]}" for d in digits]


def _with_members(homes: pd.DataFrame, incoming: pd.DataFrame) -> pd.DataFrame:
    """New households with id, and what is derived from their members, who all stand in the file."""
    homes = homes.reset_index(drop=True)
    homes.insert(0, "id", new_ids(len(homes)))
    heads = incoming.loc[incoming["is_head"]].drop_duplicates("household").set_index("household")["name"]
    homes["head_name"] = looked_up(homes["number"], heads)
    homes["size"] = homes["number"].map(incoming["household"].value_counts()).fillna(0).astype(int)
    return homes


def _own(reading, households, people, county_code) -> tuple[pd.DataFrame, pd.Index]:
    """(people of the file who may be taken in, labels of those whose numbers another county's register holds)."""
    incoming = reading.people
    strange_homes = households.loc[~households["village"].str.startswith(county_code), "number"]
    strange_people = people.loc[~people["village"].str.startswith(county_code), "number"]
    if strange_homes.empty and strange_people.empty:
        return incoming, incoming.index[:0]
    foreign = among(incoming["household"], strange_homes) | among(incoming["number"], strange_people)
    return incoming[~foreign], incoming.index[foreign]


# -- households ---------------------------------------------------------------------------------------------------------
def _homes(reading, incoming, present, county_code) -> tuple[pd.DataFrame, pd.Index]:
    """(households of the file that have members in it or in the county's register, labels of rows about others)."""
    own = present.loc[present["village"].str.startswith(county_code), "number"]
    numbers = reading.households["number"]
    known = among(numbers, incoming["household"]) | among(numbers, own) & among(numbers, reading.home_labels.index)
    strays = reading.home_labels[~among(pd.Series(reading.home_labels.index), numbers[known]).to_numpy()]
    return reading.households[known].reset_index(drop=True), pd.Index(strays)


def _households(homes, present, reading):
    """(new, changed, these as they are, fields to write in them, changes by label, number of those whose category gave way to the kind)."""
    at = pd.Index(present["number"]).get_indexer(homes["number"])
    existing, before = homes[at >= 0].reset_index(drop=True), _Taken(present, at[at >= 0])
    fields, labels = set(reading.household_fields), _labels(reading.household_labels)
    if (
        reading.only_of_homes and not reading.people.empty
    ):  # a household that its own sheet leaves out keeps what only that sheet tells
        silent = ~among(existing["number"], reading.home_labels.index)
        for name in fields & {key.removeprefix("household_") for key in reading.only_of_homes}:
            column = SEALED.get(name, name)
            existing[column] = existing[column].mask(silent, before[column])
        labels = _labels(reading.household_labels, silent, reading.household_labels - reading.only_of_homes)
    misfits = 0
    if fields & {"kind", "category"}:
        misfits = _fit(existing, before, fields)
        fields |= {"kind", "category"}
    differing = _changed(existing, before, frozenset(fields), labels)
    changed, old = existing[differing.rows].reset_index(drop=True), before.rows(differing.rows)
    differing.fill(changed, old)
    changed = changed.assign(id=old["id"], head_name=old["head_name"])
    fields |= {"other"} if reading.household_labels else set()
    return homes[at < 0], changed, old, frozenset(fields), differing.counts, misfits


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
@dataclass
class _Differing:
    """Which ``rows`` differ, ``counts`` by label of the field, and the ``other`` values that are to be stored."""

    rows: pd.Series
    counts: dict[str, int]
    other: pd.Series | None

    def fill(self, changed: pd.DataFrame, old: pd.DataFrame, never_emptied=frozenset()) -> None:
        """Complete the changed rows with what the file leaves as it is."""
        for name in never_emptied:
            column = SEALED.get(name, name)
            changed[column] = changed[column].mask(changed[column] == "", old[column])
        if self.other is None:
            changed["other"] = old["other"]
        else:
            changed["other"] = self.other[self.rows].reset_index(drop=True)


def _labels(labels: frozenset[str], silent: pd.Series | None = None, otherwise: frozenset[str] = frozenset()):
    """Which keys of ``other`` the file speaks about in a row: ``labels``, but ``otherwise`` in the ``silent`` rows; None for nothing ever."""
    if not labels:
        return None
    if silent is None:
        return lambda row: labels
    quiet = silent.to_numpy()
    return lambda row: otherwise if quiet[row] else labels


def _changed(existing, before, fields, labels, never_emptied=frozenset()) -> _Differing:
    changed = pd.Series(False, index=range(len(before)))
    counts = {}
    for name in sorted(fields):
        column = SEALED.get(name, name)
        given, present = existing[column], before[column]
        differs = given != present
        if name in never_emptied:
            differs &= given != ""
        changed |= differs
        counts[label_of(name)] = int(differs.sum())
    other = None
    if labels:
        other, differs, by_label = _merge_other(existing["other"], before["other"], labels)
        changed |= differs
        counts |= by_label
    if "left" in before:
        returned = before["left"]
        changed |= returned
        counts[label_of("left")] = int(returned.sum())
    return _Differing(changed, {label: count for label, count in counts.items() if count}, other)


def label_of(name: str) -> str:
    return _LABELS.get(name) or (BY_KEY[name].label if name in BY_KEY else name)


def _merge_other(given, present, labels) -> tuple[pd.Series, pd.Series, Counter]:
    """(what is to be stored, whether it differs, in how many rows by label): keys that the file speaks about are replaced, the rest stays."""
    differs, counts = given != present, Counter()
    merged, really = given.to_numpy(dtype=object).copy(), differs.to_numpy().copy()
    for row in np.flatnonzero(really):
        old, new = json.loads(present.iat[row]), json.loads(merged[row])
        spoken = labels(row)
        whole = {key: value for key, value in old.items() if key not in spoken} | new
        merged[row] = json.dumps(whole, ensure_ascii=False)
        really[row] = whole != old
        counts.update(label_of(key) for key in old.keys() | whole.keys() if old.get(key) != whole.get(key))
    return pd.Series(merged, dtype="str"), pd.Series(really), counts


# -- who is not in the file ---------------------------------------------------------------------------------------------
def _gone(reading, incoming, homes, people, county_code) -> pd.Series:
    homes = homes[
        among(homes["number"], incoming["household"])
    ]  # a sheet of households alone says nothing about who lives there
    covered = among(people["village"], homes["village"]) | among(people["household"], homes["number"])
    # reading.people has the people of other counties too, which ``incoming`` leaves out.
    in_file = among(people["number"], reading.people["number"]) | among(people["number"], reading.refused_numbers)
    # A refused row without 人编号 may be any member of its household: nobody there is gone.
    unsure = among(people["household"], reading.refused_households)
    return covered & ~in_file & ~unsure & ~people["left"] & people["village"].str.startswith(county_code)


def _unseated(reading, incoming, existing, before, people, gone) -> pd.Series:
    """Present heads who must step down before others are seated: a household has one head at any moment."""
    moved = existing["number"][existing["household"] != before["household"]]
    if "is_head" not in reading.person_fields:
        leaves_the_seat = among(people["number"], moved)
    else:
        heads = incoming[incoming["is_head"]]
        stays = among(people["number"], heads["number"]) & ~among(people["number"], moved)
        in_file = among(people["household"], heads["household"]) | among(people["number"], incoming["number"])
        leaves_the_seat = in_file & ~stays
    return people["is_head"] & ~gone & leaves_the_seat


def _townships(homes, by_household, by_village) -> dict[str, dict[str, int]]:
    """Township code -> {"households", "new", "changed", "same", "gone"}, for the page that asks to confirm."""
    town = starts(homes["village"], 9).set_axis(homes["number"])
    places = [("households", town)]
    places += [(name, part.map(town)) for name, part in by_household.items()]
    places += [(name, starts(part, 9)) for name, part in by_village.items()]
    table: dict[str, dict[str, int]] = {}
    for name, codes in places:
        for code, count in codes.value_counts().items():
            row = table.setdefault(str(code), dict.fromkeys(("households", "new", "changed", "same", "gone"), 0))
            row[name] += int(count)
    return dict(sorted(table.items()))
