"""Everything that happens to the county in one year, with its day; a month is what has happened until its end."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from fangpin.demo import identity, medical, traits
from fangpin.demo.identity import stream

NEW_YEAR = np.datetime64("2021-01-01")
DAYS = 365
FLOOD = np.datetime64("2021-06-10")
FLOODED = "福利镇"
STRUCTURES = ("砖混", "砖混", "砖混", "框架", "砖木", "砖木", "土木", "泥砖")
GRANT_REASONS = ("因病致困", "突发意外", "子女就学困难", "火灾", "基本生活困难")
STOP_REASONS = ("水泵故障", "管道爆裂", "水源干枯", "洪水冲毁取水口", "停电")
DROPOUT_REASONS = ("厌学", "随父母外出", "因病", "因家庭困难", "外出务工")


@dataclass
class Year:
    """Frames with `who` (row of members) or `home` (row of households) and `day` (datetime64[D])."""

    settlements: pd.DataFrame  # who day admitted kind hospital disease total covered pooled serious aid own
    diagnoses: pd.DataFrame  # who day disease hospital signed serious
    certificates: pd.DataFrame  # who day until kind level reissued number subsidy guardian
    relief: pd.DataFrame  # who day kind monthly care selfcare carer ended
    grants: pd.DataFrame  # who day reason amount
    houses: pd.DataFrame  # home structure built floors area grade day only
    damage: pd.DataFrame  # home day grade reason
    water: pd.DataFrame  # home scheme mode quality short
    stops: pd.DataFrame  # scheme day until reason
    losses: pd.DataFrame  # who day remark
    dropouts: pd.DataFrame  # who day reason off_roll
    away: np.ndarray  # rows of pupils whom the county's schools never had


def draw(households: pd.DataFrame, members: pd.DataFrame, today: np.datetime64, seed: int) -> Year:
    """The year 2021 of these people."""
    diagnoses = medical.diagnoses(members, stream(seed, "diagnoses"), NEW_YEAR)
    return Year(
        settlements=medical.settlements(households, members, diagnoses, stream(seed, "settlements"), NEW_YEAR),
        diagnoses=diagnoses,
        certificates=_certificates(members, stream(seed, "certificates")),
        relief=_relief(households, members, stream(seed, "relief year")),
        grants=_grants(households, stream(seed, "grants")),
        **_houses(households, members, stream(seed, "houses")),
        **_water(households, stream(seed, "water")),
        losses=_losses(members, stream(seed, "losses")),
        dropouts=_dropouts(members, stream(seed, "dropouts")),
        away=_away(members, stream(seed, "away")),
    )


def days(count: int, rng: np.random.Generator, first: np.datetime64 = NEW_YEAR, span: int = DAYS) -> np.ndarray:
    """`count` days from `first` on within `span` days."""
    return first + rng.integers(0, span, count).astype("timedelta64[D]")


def _picked(rows: np.ndarray, rate: float, rng: np.random.Generator) -> np.ndarray:
    """About `rate` of the rows, at least one if there is any."""
    count = min(len(rows), max(1, rng.binomial(len(rows), rate))) if len(rows) else 0
    return np.sort(rng.choice(rows, count, replace=False))


def _certificates(members: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    old = np.flatnonzero(members["disability"] > 0)
    healthy = np.flatnonzero((members["disability"] == 0) & (members["age"] >= 3) & (members["id"] != ""))
    new = _picked(healthy, 0.0005 * 12, rng)
    who = np.concatenate([old, new])
    fresh = np.arange(len(who)) >= len(old)
    kind = np.where(fresh, rng.choice(np.arange(1, 8), len(who)), members["disability"].to_numpy()[who])
    level = np.where(
        fresh, rng.choice(np.arange(1, 5), len(who), p=(0.2, 0.28, 0.3, 0.22)), members["level"].to_numpy()[who]
    )
    again = np.where(fresh, False, members["reissued"].to_numpy()[who])
    day = np.where(fresh, days(len(who), rng), days(len(who), rng, np.datetime64("2011-02-01"), 3600))
    born = members["birth"].to_numpy().astype("datetime64[D]")[who]
    day = np.maximum(day, np.minimum(born + 700, NEW_YEAR - 40))
    return pd.DataFrame(
        {
            "who": who,
            "day": day,
            "until": day + np.timedelta64(3652, "D"),
            "kind": kind,
            "level": level,
            "number": identity.certificates(members["true_id"].to_numpy()[who], kind, level, again),
            "subsidy": np.where(
                level <= 2, rng.choice(("护理补贴", "双补"), len(who)), rng.choice(("生活补贴", "无"), len(who))
            ),
        }
    )


def _relief(households: pd.DataFrame, members: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    old = np.flatnonzero(members["relief"] != "")
    names = {"低保": "农村低保", "特困": "特困供养", "孤儿": "孤儿及事实无人抚养"}
    poor = np.flatnonzero(
        (members["relief"].to_numpy() == "")[households["head"].to_numpy()] & (households["income"] < 9_000)
    )
    new_homes = _picked(poor, 0.07, rng)
    new = np.flatnonzero(np.isin(members["home"].to_numpy(), new_homes) & (members["relief"] == "").to_numpy())
    who = np.concatenate([old, new])
    fresh = np.arange(len(who)) >= len(old)
    home = members["home"].to_numpy()[who]
    day_of_home = days(len(households), rng)
    old_day = days(len(households), rng, np.datetime64("2014-03-01"), 2400)
    day = np.where(fresh, day_of_home[home], old_day[home])
    day = np.maximum(day, members["birth"].to_numpy().astype("datetime64[D]")[who] + 30)
    kind = np.where(fresh, "农村低保", members["relief"].map(names).to_numpy()[who])
    stopped = ~fresh & (kind == "农村低保") & (rng.random(len(households)) < 0.02)[home]
    helpless = (kind == "特困供养") & (members["age"].to_numpy()[who] > 74)
    return pd.DataFrame(
        {
            "who": who,
            "day": day,
            "kind": kind,
            "monthly": np.where(
                kind == "农村低保", rng.integers(150, 420, len(who)), rng.integers(620, 1150, len(who))
            ),
            "care": members["care"].to_numpy(dtype=object)[who],
            "selfcare": np.where(helpless, rng.choice(("半护理", "全护理"), len(who)), "全自理").astype(object),
            "carer": np.where(kind == "特困供养", "村委会", "").astype(object),
            "ended": np.where(stopped, days(len(households), rng)[home], np.datetime64("NaT")),
        }
    )


def _grants(households: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    homes = _picked(np.arange(len(households)), 0.0024 * 12, rng)
    homes = np.concatenate([homes, _picked(homes, 0.12, rng)])
    amount = (rng.lognormal(np.log(1400), 0.6, len(homes)) / 100).round() * 100
    return pd.DataFrame(
        {
            "who": households["head"].to_numpy()[homes],
            "day": days(len(homes), rng),
            "reason": rng.choice(GRANT_REASONS, len(homes)),
            "amount": np.clip(amount, 300, 8_000),
        }
    ).sort_values("day", ignore_index=True)


def _houses(households: pd.DataFrame, members: pd.DataFrame, rng: np.random.Generator) -> dict[str, pd.DataFrame]:
    count = len(households)
    structure = rng.choice(STRUCTURES, count).astype(object)
    built = np.where(
        np.isin(structure, ("土木", "泥砖")), rng.integers(1960, 1990, count), rng.integers(1985, 2020, count)
    )
    grade = np.where(rng.random(count) < 0.3, "B级", "A级")
    draw_of = rng.random(count)
    weak = np.isin(structure, ("土木", "泥砖", "砖木"))
    grade = np.where(weak & (draw_of < 0.011), "C级", grade)
    grade = np.where(weak & (draw_of < 0.002), "D级", grade).astype(object)
    houses = pd.DataFrame(
        {
            "home": np.arange(count),
            "structure": structure,
            "built": built,
            "floors": np.where(structure == "框架", 3, rng.integers(1, 3, count)),
            "area": rng.integers(45, 190, count),
            "grade": grade,
            "day": days(count, rng, np.datetime64("2019-09-01"), 590),
            "only": rng.random(count) > 0.06,
        }
    )
    damaged = _picked(np.arange(count), 0.0004 * 12, rng)
    damage = pd.DataFrame(
        {
            "home": damaged,
            "day": days(len(damaged), rng, np.datetime64("2021-05-03"), 180),
            "grade": rng.choice(("C级", "D级"), len(damaged), p=(0.75, 0.25)).astype(object),
            "reason": rng.choice(("年久失修", "强降雨", "地基沉降"), len(damaged)).astype(object),
        }
    )
    return {"houses": houses, "damage": damage}


def _water(households: pd.DataFrame, rng: np.random.Generator) -> dict[str, pd.DataFrame]:
    """One scheme a village; some hamlets have their own. `scheme` is (village, hamlet or '') as text "12|石山屯"."""
    count = len(households)
    village, hamlet = households["village"].to_numpy(), households["hamlet"].to_numpy(dtype=object)
    place = pd.factorize(pd.Series(village.astype(str)) + "|" + pd.Series(hamlet))
    own = rng.random(len(place[1])) < 0.3
    scheme = np.where(
        own[place[0]], np.asarray(place[1], dtype=object)[place[0]], np.char.add(village.astype(str), "|")
    )
    mode = rng.choice(("集中供水", "分散供水", "自备水"), count, p=(0.86, 0.09, 0.05)).astype(object)
    short = np.where((mode != "集中供水") & (rng.random(count) < 0.05), rng.integers(8, 40, count), 0)
    water = pd.DataFrame(
        {
            "home": np.arange(count),
            "scheme": scheme.astype(object),
            "mode": mode,
            "quality": rng.choice(("达标", "未检测", "不达标"), count, p=(0.972, 0.0245, 0.0035)).astype(object),
            "short": short,
        }
    )
    small = np.unique(water["scheme"][own[place[0]]])
    many = max(2, round(4 * 12 * count / 8_000))
    first = NEW_YEAR + (np.arange(many) * DAYS // many + rng.integers(0, 6, many)).astype("timedelta64[D]")
    stops = pd.DataFrame(
        {
            "scheme": rng.choice(small, many) if len(small) else water["scheme"].to_numpy()[:many],
            "day": first,
            "until": first + rng.integers(1, 11, many).astype("timedelta64[D]"),
            "reason": rng.choice(STOP_REASONS, many),
        }
    )
    return {"water": water, "stops": stops.drop_duplicates("scheme", ignore_index=True)}


def _losses(members: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    who = _picked(np.flatnonzero(members["works"]), 0.003 * 12, rng)
    return pd.DataFrame(
        {"who": who, "day": days(len(who), rng), "remark": rng.choice(("返乡", "失业"), len(who)).astype(object)}
    )


def _dropouts(members: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    pupils = np.flatnonzero(members["grade"].between(5, 9))
    who = _picked(pupils, 0.0016 * 12, rng)
    reason = rng.choice(DROPOUT_REASONS, len(who)).astype(object)
    off_roll = rng.random(len(who)) < 0.4  # has left the roll; the others stay on it as 辍学
    return pd.DataFrame({"who": who, "day": days(len(who), rng), "reason": reason, "off_roll": off_roll})


def _away(members: pd.DataFrame, rng: np.random.Generator) -> np.ndarray:
    return _picked(np.flatnonzero(members["grade"].between(1, 12)), 0.004, rng)


def disability_words(kinds: np.ndarray, levels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Labels of category and level numbers."""
    return (
        np.array(traits.KINDS_OF_DISABILITY, dtype=object)[kinds],
        np.array(traits.LEVELS, dtype=object)[levels],
    )
