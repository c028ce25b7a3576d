"""Households placed in the villages, and their members with names and numbers."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from fangpin.demo import families, identity, names
from fangpin.demo.identity import stream

SCALE = 30_000  # the size for which the numbers of domain 9.2 are meant
MONITORED = 240
ELIMINATED = 40
HOME_AREA = ("广西壮族自治区", "桂林市")

_ETHNIC = ("汉族", "壮族", "瑶族", "回族", "苗族", "侗族")
_RISKS = ("因病", "因残", "因学", "缺劳动力", "因务工就业不稳", "因产业项目失败", "因自然灾害", "因意外事故")


class Village(NamedTuple):
    code: str
    name: str
    township: str
    county: str


def villages(divisions) -> list[Village]:
    """The village-level units of `divisions`, rows of (code, name, level, parent_code), in order of code."""
    by_code = {str(code): (name, level, str(parent)) for code, name, level, parent in divisions}
    found = []
    for code in sorted(by_code):
        name, level, parent = by_code[code]
        if level == "village":
            township, _, county = by_code[parent]
            found.append(Village(code, name, township, by_code[county][0]))
    if not found:
        raise ValueError("the divisions hold no village")
    return found


def settle(persons: int, places: list[Village], today: np.datetime64, seed: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """(households, members): who lives where with whom; `members.home` is the row of the household."""
    members = families.draw(persons, today, stream(seed, "families"))
    rng = stream(seed, "places")
    count = int(members["户"].max()) + 1
    weights = rng.lognormal(0, 0.35, len(places))
    village = np.sort(rng.choice(len(places), count, p=weights / weights.sum()))
    hamlet = np.empty(count, dtype=object)
    clan = np.empty(count, dtype=object)
    for number in range(len(places)):
        here = np.flatnonzero(village == number)
        known = names.hamlet_names(int(np.clip(len(here) // 16, 2, 12)), rng)
        main = rng.choice(names.CLANS, 3, replace=False)
        clans = main[rng.choice(3, len(known), p=(0.55, 0.3, 0.15))]
        share = rng.dirichlet(np.full(len(known), 3.0))
        chosen = np.sort(rng.choice(len(known), len(here), p=share))
        hamlet[here] = np.array(known, dtype=object)[chosen]
        clan[here] = clans[chosen]
    households = pd.DataFrame(
        {
            "village": village,
            "hamlet": hamlet,
            "line": np.where(rng.random(count) < 0.72, clan, names.surnames(count, rng)),
            "wife": names.surnames(count, rng),
            "inlaw": names.surnames(count, rng),
            "ethnic": _ethnic(village, len(places), rng),
            "number": [f"{identity.HOME_PREFIX}{n:06d}" for n in range(1, count + 1)],
        }
    )
    members = members.rename(columns={"户": "home"})
    households["size"] = members.groupby("home").size().reindex(range(count)).to_numpy()
    households["head"] = np.flatnonzero(~members["home"].duplicated())
    _classify(households, stream(seed, "kinds"))
    return households, members


def _ethnic(village: np.ndarray, count: int, rng: np.random.Generator) -> np.ndarray:
    tilt = np.where(rng.random(count) < 0.12, 0.45, 0.1)[village]
    other = rng.choice(_ETHNIC[1:], len(village), p=(0.55, 0.31, 0.05, 0.05, 0.04))
    return np.where(rng.random(len(village)) < tilt, other, _ETHNIC[0]).astype(object)


def _classify(households: pd.DataFrame, rng: np.random.Generator) -> None:
    """户类型 (一般农户 to 脱贫户 about 4 to 1), monitored households, income per head in the year before."""
    count = len(households)
    poor = rng.random(count) < 0.2
    monitored = min(round(MONITORED * households["size"].sum() / SCALE), count // 4)
    unstable = rng.choice(np.flatnonzero(poor), monitored - monitored // 3, replace=False)
    marginal = rng.choice(np.flatnonzero(~poor), monitored // 3, replace=False)
    households["kind"] = np.where(poor, "脱贫户", "一般农户").astype(object)
    households["category"] = ""
    households.loc[unstable, "category"] = "脱贫不稳定户"
    households.loc[marginal, "category"] = "边缘易致贫户"
    watched = np.concatenate([unstable, marginal])
    over = rng.choice(watched, round(monitored * ELIMINATED / MONITORED), replace=False)
    households["eliminated"] = ""
    households.loc[watched, "eliminated"] = "否"
    households.loc[over, "eliminated"] = "是"
    since = np.datetime64("2019-12") + rng.integers(0, 15, count).astype("timedelta64[M]")
    since[over] = np.datetime64("2019-12") + rng.integers(0, 4, len(over)).astype("timedelta64[M]")
    is_watched = households["category"].to_numpy() != ""
    households["since"] = np.where(is_watched, np.char.replace(since.astype("<U7"), "-", ""), "").astype(object)
    ended = np.datetime64("2020-12") + rng.integers(0, 4, count).astype("timedelta64[M]")
    gone = households["eliminated"].to_numpy() == "是"
    households["ended"] = np.where(gone, np.char.replace(ended.astype("<U7"), "-", ""), "").astype(object)
    households["risk"] = np.where(
        is_watched, rng.choice(_RISKS, count, p=(0.46, 0.15, 0.1, 0.12, 0.08, 0.03, 0.04, 0.02)), ""
    ).astype(object)
    income = rng.lognormal(np.log(np.where(poor, 11_500, 14_500)), 0.3, count)
    low = rng.random(count) < 0.011
    income = np.where(is_watched | low, rng.uniform(4_300, 6_600, count), np.maximum(income, 6_050))
    households["income"] = np.where(gone, rng.uniform(8_600, 11_000, count), income).round()
    households["identified"] = np.where(
        poor, np.char.add(rng.integers(2014, 2019, count).astype("<U4"), "12"), ""
    ).astype(object)


def name_members(households: pd.DataFrame, members: pd.DataFrame, seed: int) -> None:
    """Adds 姓, 名, name, former, ethnic. Twins and generations sound alike; namesakes live in one village."""
    rng = stream(seed, "names")
    home, male = members["home"].to_numpy(), members["male"].to_numpy()
    members["year"] = members["birth"].dt.year
    members["姓"] = _surnames(households, members, rng)
    in_line = (members["line"] == "line").to_numpy() & male
    village = households["village"].to_numpy()[home]
    surname_code = pd.factorize(members["姓"])[0]
    cohort = (members["year"].to_numpy() - 1900) // 25
    generation = np.where(in_line, village * 7 + surname_code * 13 + cohort * 5, -1)
    members["名"] = names.given_names(male, members["year"].to_numpy(), generation, rng)
    members["名"] = _namesakes(members, village, rng)
    view = members.rename(columns={"home": "户"})
    members["名"] = names.without_twins_in_name(view, generation, rng)
    members["name"] = members["姓"].to_numpy(dtype=object) + members["名"].to_numpy(dtype=object)
    members["ethnic"] = households["ethnic"].to_numpy(dtype=object)[home]
    far = np.flatnonzero((members["kin"] == "spouse").to_numpy() & (rng.random(len(members)) < 0.0025))
    members.loc[far, "name"] = names.minority_names(male[far], rng)
    moved = members["moved"].to_numpy() & (rng.random(len(members)) < 0.3)
    members.loc[moved, "ethnic"] = "汉族"
    members.loc[far, "ethnic"] = "维吾尔族"
    others = names.given_names(male, members["year"].to_numpy(), np.full(len(members), -1), rng)
    once = (rng.random(len(members)) < 0.012) & (members["year"].to_numpy() < 2012)
    once[far] = False
    members["former"] = np.where(once, members["姓"].to_numpy(dtype=object) + others, "").astype(object)


def _surnames(households: pd.DataFrame, members: pd.DataFrame, rng: np.random.Generator) -> np.ndarray:
    home, male, line = members["home"].to_numpy(), members["male"].to_numpy(), members["line"].to_numpy(dtype=object)
    own = names.surnames(len(members), rng)
    of_house = {key: households[key].to_numpy(dtype=object)[home] for key in ("line", "wife", "inlaw")}
    head = np.flatnonzero(~members["home"].duplicated())
    widow = (members["relation"] == "户主").to_numpy() & ~male  # a woman at the head came by marriage
    clan = (line == "line") & ~widow
    clan |= (line == "other") & ~male[head][home]  # husband of a woman who is the head
    clan |= (line == "grand") & male
    wife = ((line == "other") & male[head][home]) | ((line == "second_if_male") & male)
    return np.select([clan, wife, line == "second"], [of_house["line"], of_house["wife"], of_house["inlaw"]], own)


def _namesakes(members: pd.DataFrame, village: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Given names where about 0.6 % took over the name of a neighbour of the same surname, sex and time."""
    given = members["名"].to_numpy(dtype=object).copy()
    order = rng.permutation(len(members))
    key = pd.DataFrame(
        {"v": village, "s": members["姓"], "m": members["male"], "e": members["year"] // 20, "h": members["home"]}
    ).iloc[order]
    order = order[key.reset_index(drop=True).sort_values(["v", "s", "m", "e"], kind="stable").index]
    key = key.loc[order]
    same = (key[["v", "s", "m", "e"]] == key[["v", "s", "m", "e"]].shift()).all(axis=1).to_numpy()
    same = same & (key["h"] != key["h"].shift()).to_numpy() & (rng.random(len(order)) < 0.01)
    rows = np.flatnonzero(same)
    given[order[rows]] = given[order[rows - 1]]
    return given


def number_members(
    households: pd.DataFrame, members: pd.DataFrame, today: np.datetime64, seed: int, strangers: int
) -> pd.DataFrame:
    """Adds true_id, id ('' for babies without one), number, phone to `members`; returns the strangers.

    The telephone of a household is that of its first member who has one.

    Strangers are people in departments' lists whom the register does not know: name, id, male, birth, phone.
    """
    rng = stream(seed, "numbers")
    count = len(members)
    away = members["moved"].to_numpy() & (rng.random(count) < 0.38)
    birth = today - rng.integers(200, 30_000, strangers).astype("timedelta64[D]")
    male = rng.random(strangers) < 0.5
    prefixes = identity.id_prefixes(np.concatenate([~away, rng.random(strangers) < 0.6]), rng)
    births = np.concatenate([members["birth"].to_numpy().astype("datetime64[D]"), birth])
    numbers = identity.id_numbers(prefixes, births, np.concatenate([members["male"].to_numpy(), male]), rng)
    phones = identity.phones(count + strangers, stream(seed, "phones"))
    age = (today - births[:count]).astype(int) / families.YEAR
    none = ((age < 1.6) & (rng.random(count) < 0.45)) | ((age < 7) & (rng.random(count) < 0.012))
    members["age"] = age
    members["true_id"] = numbers[:count]
    members["id"] = np.where(none, "", numbers[:count])
    members["number"] = [f"{n:010d}" for n in range(1, count + 1)]
    members["phone"] = np.where((age > 15) & (age < 78) & (rng.random(count) < 0.8), phones[:count], "")
    reached = members[members["phone"] != ""].drop_duplicates("home").set_index("home")["phone"]
    households["phone"] = reached.reindex(range(len(households))).fillna("").to_numpy(dtype=object)
    years = birth.astype("datetime64[Y]").astype(int) + 1970
    given = names.given_names(male, years, np.full(strangers, -1), rng)
    return pd.DataFrame(
        {
            "name": names.surnames(strangers, rng) + given,
            "id": numbers[count:],
            "male": male,
            "birth": birth,
            "phone": phones[count:],
        }
    )
