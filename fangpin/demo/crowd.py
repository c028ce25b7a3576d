"""Columns about people as an office has them: from clean truth, through the mess, to cells.

`who` counts members of the register first, then strangers: who >= len(county.members) is not in the register.
"""

from typing import NamedTuple

import numpy as np
import pandas as pd

from fangpin.demo import mess
from fangpin.demo.county import DAY, County
from fangpin.demo.mess import day_cells, scaled, spoil, swap_in
from fangpin.demo.names import RARE


class Habits(NamedTuple):
    """How an office writes: shares of spoilt cells, from a machine's export to a form filled in by hand."""

    ids: float
    old_ids: float  # of people born before 1966, 15 digits
    lower_x: float
    names: float
    dates: float
    amounts: float
    places: float  # other notations than the plain one
    no_place: float
    no_phone: float = 0.1
    certificates: float = 0.0  # of disabled people, their certificate's number instead
    relatives: float = 0.0  # a relative's number instead


SYSTEM = Habits(0.006, 0, 0.03, 0.002, 0.045, 0.012, 0.06, 0.055)
BILLING = Habits(0.012, 0, 0.04, 0.004, 0.12, 0.02, 0, 0)
SCHOOL = Habits(0.05, 0, 0.3, 0.015, 0.17, 0, 0.06, 0.06, 0.11, 0.01, 0.004)
CLINIC = Habits(0.045, 0.25, 0.4, 0.018, 0.29, 0, 0.06, 0.065, 0.1, 0.01, 0.008)
FIELD = Habits(0.17, 0.42, 0.55, 0.045, 0.36, 0, 0.07, 0.055, 0.12, 0.05, 0.01)
LABOUR = Habits(0.035, 0, 0.35, 0.014, 0.5, 0.045, 0.06, 0.06, 0.1, 0.01, 0.005)
CIVIL = Habits(0.05, 0.3, 0.2, 0.008, 0.32, 0.1, 0.06, 0.05, 0.1, 0.03, 0.005)
CARDS = Habits(0.03, 0, 0.1, 0.014, 0.3, 0, 0.07, 0.01, 0.09)


class People:
    """The county's members and strangers side by side, for lookup by `who`."""

    def __init__(self, county: County):
        members, strangers, households = county.members, county.strangers, county.households
        self.count = len(members)
        home = members["home"].to_numpy()
        extra = len(strangers)
        rng = np.random.default_rng([county.seed, 77])
        head = households["head"].to_numpy()[home]
        self.home = np.concatenate([home, rng.integers(0, len(households), extra)])
        village = households["village"].to_numpy()
        places = county.villages

        def both(of_members, of_strangers) -> np.ndarray:
            return np.concatenate([np.asarray(of_members, dtype=object), np.asarray(of_strangers, dtype=object)])

        self.name = both(members["name"], strangers["name"])
        self.former = both(members["former"], [""] * extra)
        late = (members["id"] == "").to_numpy() & (rng.random(self.count) < 0.5)
        self.id = both(np.where(late, "", members["true_id"]), strangers["id"])
        self.sex = np.where(np.concatenate([members["male"], strangers["male"]]), "男", "女").astype(object)
        self.birth = np.concatenate(
            [
                members["birth"].to_numpy().astype("datetime64[D]"),
                strangers["birth"].to_numpy().astype("datetime64[D]"),
            ]
        )
        own_phone = np.where(
            members["phone"] != "", members["phone"], households["phone"].to_numpy(dtype=object)[home]
        )
        self.phone = both(own_phone, strangers["phone"])
        self.house_phone = both(households["phone"].to_numpy(dtype=object)[home], strangers["phone"])
        self.head_name = both(members["name"].to_numpy(dtype=object)[head], strangers["name"])
        self.head_id = both(members["true_id"].to_numpy(dtype=object)[head], [""] * extra)
        self.is_head = both(members["relation"] == "户主", [True] * extra).astype(bool)
        self.certificate = both(members["certificate"], [""] * extra)
        self.number = both(members["number"], [""] * extra)
        self.household = both(households["number"].to_numpy(dtype=object)[home], [""] * extra)
        at = village[self.home]
        self.township = np.array([place.township for place in places], dtype=object)[at]
        self.village = np.array([place.name for place in places], dtype=object)[at]
        self.plain_village = np.array([mess.plain_village(place.name) for place in places], dtype=object)[at]
        self.county_name = places[0].county
        self.hamlet = households["hamlet"].to_numpy(dtype=object)[self.home]
        self.size = households["size"].to_numpy()[self.home]
        self.kind = both(households["kind"].to_numpy(dtype=object)[home], ["一般农户"] * extra)
        told = {story.person for story in county.stories.values()}
        self.spared = np.array([number in told for number in self.number]) & (
            self.number != ""
        )  # always written cleanly


def mixed(
    frame: pd.DataFrame,
    people: People,
    rng: np.random.Generator,
    strangers: float = 0.02,
    twice: float = 0.004,
    ages: tuple[int, int] = (0, 120),
) -> pd.DataFrame:
    """`frame` (column `who`) with strangers of these `ages` at about `strangers` of its rows, and some rows twice.

    A stranger's row shows what another row of the list shows. The order of the list is kept.
    """
    count = len(frame)
    age = DAY.astype("datetime64[Y]") - people.birth[people.count :].astype("datetime64[Y]")
    extra = people.count + np.flatnonzero((age.astype(int) >= ages[0]) & (age.astype(int) <= ages[1]))
    unknown = min(int(rng.binomial(count, strangers)), len(extra))
    again = int(rng.binomial(count, twice))
    source = np.concatenate([np.arange(count), rng.integers(0, count, unknown + again)]) if count else np.arange(0)
    result = frame.iloc[source].reset_index(drop=True)
    who = result["who"].to_numpy().copy()
    who[count : count + unknown] = rng.choice(extra, unknown, replace=False)
    result["who"] = who
    place = np.arange(len(source), dtype=float)
    place[count:] = rng.uniform(0, count, len(source) - count)
    return result.iloc[np.argsort(place, kind="stable")].reset_index(drop=True)


class Crowd:
    """The people of one sheet, one row each; every method gives a column and notes in `kinds` what was spoilt."""

    def __init__(self, people: People, who: np.ndarray, habits: Habits, rng: np.random.Generator):
        self.people, self.who, self.habits, self.rng = people, np.asarray(who), habits, rng
        self.free = ~people.spared[self.who]
        self.kinds: dict[str, np.ndarray] = {}

    def names(self) -> np.ndarray:
        cells = self.people.name[self.who].copy()
        kinds = spoil(cells, mess.RARE_NAMES, self.rng, where=_unusual(cells) & self.free)
        share = self.habits.names
        clean = (kinds == "") & self.free
        kinds[clean] = spoil(cells, scaled(mess.NAME_WEIGHTS, share), self.rng, where=clean)[clean]
        former = np.where(self.free, self.people.former[self.who], "")
        swap_in(cells, former, min(0.5, 12 * share), self.rng, kinds, "former_name")
        self.kinds["name"] = kinds
        return cells

    def ids(self) -> np.ndarray:
        cells = self.people.id[self.who].copy()
        habits, rng = self.habits, self.rng
        kinds = spoil(cells, {mess.fifteen_digits: habits.old_ids}, rng, where=self.free)
        for defects in (scaled(mess.ID_WEIGHTS, habits.ids), {mess.lower_x: habits.lower_x}):
            clean = (kinds == "") & self.free
            kinds[clean] = spoil(cells, defects, rng, where=clean)[clean]
        for source, rate, name in (
            (self.people.certificate, habits.certificates, "certificate_instead"),
            (self.people.head_id, habits.relatives, "number_of_head"),
        ):
            swap_in(cells, np.where(self.free, source[self.who], ""), rate, rng, kinds, name)
        self.kinds["id"] = kinds
        return cells

    def certificates(self, numbers: np.ndarray) -> np.ndarray:
        """Certificate numbers, spoilt like the ID numbers they begin with."""
        cells = np.asarray(numbers, dtype=object).copy()
        careless = {mess.stray_space: 0.3, mess.one_digit_wrong: 0.3, mess.missing: 0.2, mess.lower_x: 0.2}
        self.kinds["id"] = spoil(cells, scaled(careless, self.habits.ids), self.rng)
        return cells

    def phones(self, of_household: bool = False) -> np.ndarray:
        source = self.people.house_phone if of_household else self.people.phone
        cells = source[self.who].copy()
        cells[self.rng.random(len(cells)) < self.habits.no_phone] = ""
        self.kinds["phone"] = spoil(cells, mess.PHONE_WEIGHTS, self.rng)
        return cells

    def dates(self, days, key: str = "date", month_only: float = 0.0) -> np.ndarray:
        cells = day_cells(days)
        defects = {**scaled(mess.DATE_WEIGHTS, self.habits.dates), mess.date_month_only: month_only}
        self.kinds[key] = spoil(cells, defects, self.rng)
        return cells

    def amounts(self, yuan, key: str = "amount") -> np.ndarray:
        cells = np.array(np.round(np.asarray(yuan, dtype=float), 2).tolist(), dtype=object)
        self.kinds[key] = spoil(cells, scaled(mess.AMOUNT_WEIGHTS, self.habits.amounts), self.rng, where=cells != 0)
        return cells

    def places(self) -> tuple[np.ndarray, np.ndarray]:
        """(townships, villages): plain (葡萄镇, 下岩村) with other notations and rows where both are blank."""
        townships, villages = self.people.township[self.who].copy(), self.people.plain_village[self.who].copy()
        official, share = self.people.village[self.who], self.habits.places
        kinds = np.full(len(villages), "", dtype=object)
        for row in np.flatnonzero((self.rng.random(len(villages)) < share) & self.free):
            defect = _VILLAGE_FORMS[self.rng.choice(len(_VILLAGE_FORMS), p=_VILLAGE_SHARES)]
            if defect is None:
                villages[row], kinds[row] = townships[row] + villages[row], "village_with_township"
            elif (form := defect(official[row], self.rng)) and form != villages[row]:
                villages[row], kinds[row] = form, defect.__name__
        where = (self.rng.random(len(villages)) < share * 0.6) & self.free
        self.kinds["township"] = spoil(townships, mess.TOWNSHIP_WEIGHTS, self.rng, where=where)
        with_county = where & (self.kinds["township"] == "")
        townships[with_county] = self.people.county_name + townships[with_county]
        self.kinds["township"][with_county] = "township_with_county"
        blank = (self.rng.random(len(villages)) < self.habits.no_place) & self.free
        townships[blank], villages[blank], kinds[blank] = "", "", "no_place"
        self.kinds["village"] = kinds
        return townships, villages

    def hamlets(self, villages: np.ndarray) -> np.ndarray:
        """屯 or 组, blank where the village is blank."""
        return np.where(villages == "", "", self.people.hamlet[self.who]).astype(object)

    def addresses(self) -> np.ndarray:
        townships, villages = self.places()
        return townships + villages + self.hamlets(villages)

    def of(self, column: str) -> np.ndarray:
        """A column of `People` as it is."""
        return getattr(self.people, column)[self.who]

    def ages(self, year: int) -> np.ndarray:
        return year - (self.people.birth[self.who].astype("datetime64[Y]").astype(int) + 1970)


_VILLAGE_FORMS = (*mess.VILLAGE_WEIGHTS, None)
_VILLAGE_SHARES = np.array([*mess.VILLAGE_WEIGHTS.values(), 0.2])
_VILLAGE_SHARES = _VILLAGE_SHARES / _VILLAGE_SHARES.sum()


def _unusual(names: np.ndarray) -> np.ndarray:
    """Names with a middle dot or a rare character: the ones that old software spoils."""
    seen: dict[str, bool] = {}
    rare = {*RARE, "·"}
    for name in names:
        if name not in seen:
            seen[name] = not rare.isdisjoint(name)
    return np.array([seen[name] for name in names], dtype=bool)
