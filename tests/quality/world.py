"""An invented county with known truth: a register, and rosters as departments send them, one switch per kind of defect.

Nothing of the sample month is copied. Numbers carry the unassigned district 450399 (and other invented districts for
married-in members). Everything follows from the seed.
"""

from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from fangpin import idcard
from tests.quality.defects import Defects, Spoiler, typo
from tests.quality.spelling import FEMALE, MALE, MINORITY, RARE, SURNAMES, YOUNG, homophone

YEAR = 2021


@dataclass(frozen=True)
class RegisterErrors:
    """Share of people whose entry in the register itself is wrong or incomplete."""

    number_missing: float = 0.0025
    number_typo: float = 0.0003
    name_homophone: float = 0.0005
    former_exchanged: float = 0.0005
    phone_of_hamlet: float = 0.01  # of households
    left: float = 0.02  # gone since (dead, moved): no members any more, but still on lists


@dataclass(frozen=True)
class World:
    seed: int = 20210506
    persons: int = 10_000
    defects: Defects = field(default_factory=Defects)
    register: RegisterErrors = field(default_factory=RegisterErrors)
    clans: bool = False  # villages of one or two surnames with generation characters
    shifted: tuple[str, ...] = ()  # lists whose name column slipped by one row halfway down


WORLDS = {
    "normal": World(),
    "messy": World(defects=Defects().times(3)),
    "outsiders": World(defects=replace(Defects(), outsider=0.10)),
    "clans": World(clans=True),
    "shifted": World(shifted=("HLT-R",)),
    "numberless": World(defects=replace(Defects(), number_empty=0.30), register=RegisterErrors(number_missing=0.02)),
    "departed": World(defects=replace(Defects(), left=0.05), register=RegisterErrors(left=0.08)),
}

# list: (share of persons, fields beside number and name)
LISTS = {
    "MI-R": (0.98, ("village",)),
    "MI-S": (1.0, ()),
    "HLT-R": (0.37, ("village", "phone", "sex", "age")),
    "EDU-R": (0.85, ("village", "hamlet", "birthday", "sex", "guardian", "phone")),
    "HR-R": (0.31, ("village", "phone")),
    "CIV-R": (0.08, ("village", "head_name")),
    "DIS-R": (0.04, ("village", "guardian", "phone")),
    "HOU-R": (0.97, ("village", "hamlet", "phone", "size")),
    "WAT-R": (0.97, ("village", "hamlet", "phone", "size")),
}
HOUSEHOLD_LISTS = ("HOU-R", "WAT-R")


def make_register(world: World) -> pd.DataFrame:
    """Everybody: those with left_note '' are the register of today, the others left it. The columns `Register.build`
    wants, and beside them true_number and true_name, which departments know."""
    rng = np.random.default_rng(world.seed)
    villages = max(3, world.persons // 2600)
    people: list[dict] = []
    household = 0
    wanted = int(world.persons / (1 - world.register.left))
    while len(people) < wanted:
        people += _household(rng, world, household, villages)
        household += 1
    persons = pd.DataFrame(people[:wanted])
    gone = rng.random(len(persons)) < world.register.left
    persons["left_note"] = np.where(gone, rng.choice(["2021-02-11 死亡", "2020-11-03 迁出"], len(persons)), "")
    persons["person"] = [f"p{n:07}" for n in range(len(persons))]
    persons["is_head"] = False
    persons.loc[persons.index[~gone][~persons.loc[~gone, "household"].duplicated()], "is_head"] = True
    _mistake(rng, world.register, persons)
    return persons


def _mistake(rng: np.random.Generator, errors: RegisterErrors, persons: pd.DataFrame) -> None:
    """What is wrong in the register itself, in place."""
    persons["true_number"], persons["true_name"] = persons["number"], persons["name"]
    count = len(persons)
    persons.loc[rng.random(count) < errors.number_missing, "number"] = ""
    wrong = rng.random(count) < errors.number_typo
    persons.loc[wrong, "number"] = [typo(rng, n) if n else n for n in persons.loc[wrong, "number"]]
    wrong = rng.random(count) < errors.name_homophone
    persons.loc[wrong, "name"] = [n[:-1] + homophone(rng, n[-1]) for n in persons.loc[wrong, "name"]]
    swapped = (rng.random(count) < errors.former_exchanged / 0.012) & persons["former"].ne("").to_numpy()
    persons.loc[swapped, ["name", "former"]] = persons.loc[swapped, ["former", "name"]].to_numpy()
    shared = persons["household"].isin(np.flatnonzero(rng.random(count) < errors.phone_of_hamlet))
    persons.loc[shared, "phone"] = [f"1992{n % (count // 500 + 1):07}" for n in persons.loc[shared, "household"]]


def _household(rng: np.random.Generator, world: World, household: int, villages: int) -> list[dict]:
    village = int(rng.integers(villages))
    surname = _surname(rng, world, village)
    hamlet = "坪岩竹石塘枫桥龙荷山田寨"[rng.integers(12)] + "头尾上下中背"[rng.integers(6)] + ("屯", "组")[village % 2]
    phones = [f"1990{rng.integers(10**7):07}" for _ in range(rng.choice([0, 1, 2], p=[0.12, 0.6, 0.28]))]
    born = int(rng.integers(1945, 1996))
    members = [("户主", 0, born, surname), ("配偶", 1, born + int(rng.integers(-5, 6)), None)]
    members += [
        ("之子", int(rng.integers(2)), born + int(rng.integers(21, 34)), surname)
        for _ in range(rng.choice(4, p=[0.2, 0.35, 0.33, 0.12]))
    ]
    if rng.random() < 0.35:
        members.append(("之母", 1, born - int(rng.integers(20, 32)), None))
    if rng.random() < 0.2:
        members.append(("之父", 0, born - int(rng.integers(20, 32)), surname))
    generation = MALE[(born * 7 + village) % len(MALE)]
    made = []
    for relation, female, year, own in members:
        if not 1925 <= year <= YEAR or (relation == "配偶" and rng.random() < 0.2):
            continue
        name = _name(rng, world, own or _surname(rng, world, None), female, year, generation)
        number = _number(rng, female, year, "450399" if own or rng.random() < 0.6 else "450398")
        former = _name(rng, world, name[0], female, year, generation) if rng.random() < 0.012 else ""
        made.append(
            {"household": household, "number": number, "name": name, "former": former, "birthday": f"{number[6:10]}-{number[10:12]}-{number[12:14]}",
             "sex": "女" if female else "男", "village": f"450321100{200 + village}", "hamlet": hamlet,
             "phone": phones[rng.integers(len(phones))] if phones and rng.random() < 0.85 else "", "relation": relation}
        )  # fmt: skip
    return made


def _surname(rng: np.random.Generator, world: World, village: int | None) -> str:
    if world.clans and village is not None and rng.random() < 0.8:
        return SURNAMES[village % len(SURNAMES)]
    return SURNAMES[min(int(rng.exponential(9)), len(SURNAMES) - 1)]


def _name(rng: np.random.Generator, world: World, surname: str, female: int, year: int, generation: str) -> str:
    if rng.random() < 0.002:
        return str(rng.choice(MINORITY))
    pool = YOUNG if year > 2000 else FEMALE if female else MALE
    second = generation if world.clans and not female else pool[min(int(rng.exponential(14)), len(pool) - 1)]
    third = RARE[rng.integers(len(RARE))] if rng.random() < 0.004 else pool[rng.integers(len(pool))]
    return surname + third if rng.random() < 0.16 else surname + second + third


def _number(rng: np.random.Generator, female: int, year: int, district: str) -> str:
    serial = int(rng.integers(500)) * 2 + (1 - female)
    body = f"{district}{year}{rng.integers(1, 13):02}{rng.integers(1, 29):02}{serial:03}"
    return body + idcard.check_digit(body)


@dataclass(frozen=True)
class County:
    """What the lists are drawn from."""

    persons: pd.DataFrame  # of the register of today
    left: pd.DataFrame
    strangers: pd.DataFrame
    homes: dict  # household → positions in persons


def make_lists(world: World, everyone: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Rows per list: the columns `match` reads, and beside them `truth` (person, '' for outsiders and those who left),
    `truth_household` (-1 for none), `defects` (names joined by '+')."""
    rng = np.random.default_rng(world.seed + 1)
    strangers = make_register(replace(world, seed=world.seed + 77, persons=max(world.persons // 8, 500)))
    bodies = ["4502" + n[4:17] for n in strangers["true_number"]]
    strangers["true_number"] = [b + idcard.check_digit(b) for b in bodies]
    present = everyone["left_note"] == ""
    persons = everyone[present].reset_index(drop=True)
    homes = {h: list(m) for h, m in persons.groupby("household").indices.items()}
    county = County(persons, everyone[~present], strangers, homes)
    return {code: _list(rng, world, code, county) for code in LISTS}


def _list(rng: np.random.Generator, world: World, code: str, county: County) -> pd.DataFrame:
    entries = _draw(rng, world, code, county)
    foreign = entries["foreign"].to_numpy(dtype=bool)
    fields = LISTS[code][1]
    own = [c for c in ("village", "hamlet", "birthday", "sex", "phone") if c in fields]
    rows = entries[["true_number", "true_name", *own]].set_axis(["id_text", "name", *own], axis=1)
    homes = [county.homes[h] for h in entries["home"]]
    if "size" in fields:
        rows["size"] = [str(len(home)) for home in homes]
    if "age" in fields:
        rows["age"] = (YEAR - entries["birthday"].str[:4].astype(int)).astype(str)
    heads = county.persons["true_name"].iloc[[home[0] for home in homes]].to_numpy()
    for column in {"guardian", "head_name"} & set(fields):
        rows[column] = np.where(foreign, rows["name"], heads)
    if code == "WAT-R":
        rows = rows.drop(columns="id_text")
    rows["id_is_number"] = False
    rows["defects"] = entries["origin"].to_numpy()
    rows = Spoiler(rng, world.defects, rows, entries, county.persons, county.homes).spoil(code)
    rows["truth"] = np.where(foreign, "", entries["person"])
    of_a_house = ~foreign | ((entries["origin"] == "left") & entries["household"].isin(county.homes)).to_numpy()
    rows["truth_household"] = np.where(of_a_house, entries["home"], -1)
    if code in world.shifted:
        late = rows.index[len(rows) // 2 :]
        rows.loc[late, "name"] = np.roll(rows.loc[late, "name"].to_numpy(), 1)
        rows.loc[late, "defects"] += "+shifted"
    return rows


def _draw(rng: np.random.Generator, world: World, code: str, county: County) -> pd.DataFrame:
    """People on a list, with `home` (the household whose head and size the row names), `foreign` (not in the register of
    today) and `origin` (outsider, left, duplicate or '')."""
    pools = [county.persons, county.strangers, county.left]
    if code in HOUSEHOLD_LISTS:
        pools[:2] = (p[p["is_head"]] for p in pools[:2])
    elif code == "EDU-R":
        pools = [p[p["birthday"].str[:4].astype(int).between(2005, 2015)] for p in pools]
    pool, strangers, left = pools
    count = int(len(pool) * LISTS[code][0])
    if code == "MI-S":  # who is ill has several settlements: half of the people, the more the rarer
        ill = rng.permutation(len(pool))[: len(pool) // 2]
        at = np.sort(ill[(rng.beta(0.7, 1.6, size=count) * len(ill)).astype(int)])
    else:
        at = np.sort(rng.permutation(len(pool))[:count])
        again = at[rng.random(count) < world.defects.duplicate]
        at = np.append(at, again)
    entries = pool.iloc[at].assign(home=pool["household"].iloc[at]).reset_index(drop=True)
    count = len(entries)
    entries["origin"] = ""
    if code != "MI-S":
        entries.loc[count - len(again) :, "origin"] = "duplicate"
    for origin, others, share in (
        ("outsider", strangers, world.defects.outsider),
        ("left", left, world.defects.left),
    ):
        hit = (rng.random(count) < share) & (entries["origin"] == "").to_numpy()
        guests = others.iloc[rng.integers(len(others), size=int(hit.sum()))].set_axis(np.flatnonzero(hit))
        entries.loc[hit, list(others.columns)] = guests
        entries.loc[hit, "origin"] = origin
    stays = (entries["origin"] == "left") & entries["household"].isin(county.homes)
    entries.loc[stays, "home"] = entries.loc[stays, "household"]
    entries["foreign"] = entries["origin"].isin(["outsider", "left"])
    return entries
