"""An invented county with known truth: a register, and rosters as departments send them, one switch per kind of defect.

Nothing of the sample month is copied. Numbers carry the unassigned district 450399 (and other invented districts for
married-in members). Everything follows from the seed.
"""

from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from fangpin import idcard
from tests.quality.defects import FEMALE, MALE, SURNAMES, YOUNG, Defects, Spoiler, typo

RARE = "堃喆昇翯垚淼犇赟彧祎"


@dataclass(frozen=True)
class World:
    seed: int = 20210506
    persons: int = 10_000
    defects: Defects = field(default_factory=Defects)
    clans: bool = False  # villages of one or two surnames with generation characters
    shifted: tuple[str, ...] = ()  # lists whose name column slipped by one row halfway down


WORLDS = {
    "normal": World(),
    "messy": World(defects=Defects().times(3)),
    "outsiders": World(defects=replace(Defects(), outsider=0.10)),
    "clans": World(clans=True),
    "shifted": World(shifted=("HLT-R",)),
}

# list: (share of persons, fields beside number and name)
LISTS = {
    "MI-R": (0.98, ("village",)),
    "MI-S": (1.0, ()),
    "HLT-R": (0.37, ("village", "phone", "sex")),
    "EDU-R": (0.85, ("village", "hamlet", "birthday", "sex", "guardian", "phone")),
    "HR-R": (0.31, ("village", "phone")),
    "CIV-R": (0.08, ("village", "head_name")),
    "DIS-R": (0.04, ("village", "guardian", "phone")),
    "HOU-R": (0.97, ("village", "hamlet", "phone", "size")),
    "WAT-R": (0.97, ("village", "hamlet", "phone", "size")),
}
HOUSEHOLD_LISTS = ("HOU-R", "WAT-R")


def make_register(world: World) -> pd.DataFrame:
    """Persons with the columns `Register.build` wants."""
    rng = np.random.default_rng(world.seed)
    villages = max(3, world.persons // 2600)
    people: list[dict] = []
    household = 0
    while len(people) < world.persons:
        people += _household(rng, world, household, villages)
        household += 1
    persons = pd.DataFrame(people[: world.persons])
    persons["is_head"] = ~persons["household"].duplicated()
    persons["person"] = [f"p{n:07}" for n in range(len(persons))]
    persons.loc[rng.random(len(persons)) < 0.0025, "number"] = ""
    wrong = rng.random(len(persons)) < 0.0003
    persons.loc[wrong, "number"] = [typo(rng, n) if n else n for n in persons.loc[wrong, "number"]]
    return persons


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
        if not 1925 <= year <= 2021 or (relation == "配偶" and rng.random() < 0.2):
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

    persons: pd.DataFrame
    strangers: pd.DataFrame
    homes: dict  # household → positions in persons


def make_lists(world: World, persons: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Rows per list: the columns `match` reads, and beside them `truth` (person or '' for outsiders), `truth_household`,
    `defects` (names joined by '+')."""
    rng = np.random.default_rng(world.seed + 1)
    strangers = make_register(replace(world, seed=world.seed + 77, persons=max(world.persons // 8, 500)))
    bodies = ["4502" + n[4:17] for n in strangers["number"]]
    strangers["number"] = [b + idcard.check_digit(b) if len(b) == 17 else "" for b in bodies]
    strangers["person"] = ""
    county = County(persons, strangers, {h: list(m) for h, m in persons.groupby("household").indices.items()})
    return {code: _list(rng, world, code, county) for code in LISTS}


def _list(rng: np.random.Generator, world: World, code: str, county: County) -> pd.DataFrame:
    entries, foreign = _draw(rng, world, code, county)
    fields = LISTS[code][1]
    own = [c for c in ("village", "hamlet", "birthday", "sex", "phone") if c in fields]
    rows = entries[["number", "name", *own]].rename(columns={"number": "id_text"}).reset_index(drop=True)
    homes = [county.homes[h] for h in entries["home"]]
    if "size" in fields:
        rows["size"] = [str(len(home)) for home in homes]
    heads = county.persons["name"].iloc[[home[0] for home in homes]].to_numpy()
    for column in {"guardian", "head_name"} & set(fields):
        rows[column] = np.where(foreign, rows["name"], heads)
    if code == "WAT-R":
        rows = rows.drop(columns="id_text")
    rows["id_is_number"] = False
    rows["defects"] = np.where(foreign, "outsider", "")
    rows = Spoiler(rng, world.defects, rows, entries, county.persons, county.homes).spoil(code)
    rows["truth"] = entries["person"].to_numpy()
    rows["truth_household"] = np.where(foreign, -1, entries["home"])
    if code in world.shifted:
        late = rows.index[len(rows) // 2 :]
        rows.loc[late, "name"] = np.roll(rows.loc[late, "name"].to_numpy(), 1)
        rows.loc[late, "defects"] += "+shifted"
    return rows


def _draw(rng: np.random.Generator, world: World, code: str, county: County) -> tuple[pd.DataFrame, np.ndarray]:
    """People on a list (with `home`, the household whose head and size the row names), and which are outsiders."""
    pool, strangers = county.persons, county.strangers
    if code in HOUSEHOLD_LISTS:
        pool, strangers = (p[p["is_head"]] for p in (pool, strangers))
    elif code == "EDU-R":
        pool, strangers = (p[p["birthday"].str[:4].astype(int).between(2005, 2015)] for p in (pool, strangers))
    count = int(len(pool) * LISTS[code][0])
    repeated = code == "MI-S"  # one person may have several settlements
    at = np.sort(rng.integers(len(pool), size=count) if repeated else rng.permutation(len(pool))[:count])
    entries = pool.iloc[at].assign(home=pool["household"].iloc[at]).reset_index(drop=True)
    foreign = rng.random(count) < world.defects.outsider
    guests = strangers.iloc[rng.integers(len(strangers), size=int(foreign.sum()))].set_axis(np.flatnonzero(foreign))
    entries.loc[foreign, strangers.columns] = guests
    return entries, foreign
