"""Illness and its bills: who is diagnosed when, and every settlement of the year, balanced to the cent."""

import numpy as np
import pandas as pd

from fangpin.demo import traits

HOSPITALS = ("镇卫生院", "县人民医院", "县中医院", "市人民医院", "桂林医学院附院")
INPATIENT, CHRONIC, OUTPATIENT = "住院", "门诊慢特病", "普通门诊"


def diagnoses(members: pd.DataFrame, rng: np.random.Generator, new_year: np.datetime64) -> pd.DataFrame:
    """Old diagnoses of the register and the serious illnesses that are found during the year (about 12 a month at 30,000)."""
    parts = []
    for column, serious in (("disease", False), ("disease2", False), ("serious", True)):
        who = np.flatnonzero(members[column] != "")
        parts.append(
            pd.DataFrame(
                {
                    "who": who,
                    "day": new_year - rng.integers(20, 2600, len(who)).astype("timedelta64[D]"),
                    "disease": members[column].to_numpy(dtype=object)[who],
                    "serious": serious,
                }
            )
        )
    spared = (members["serious"] == "").to_numpy() & (members["id"] != "").to_numpy()
    weight = np.where(spared, 1 + (members["age"].to_numpy() > 45) * 3.0, 0)
    count = max(12, round(len(members) * 0.0004 * 12))
    who = rng.choice(len(members), count, replace=False, p=weight / weight.sum())
    young = members["age"].to_numpy()[who] < 18
    parts.append(
        pd.DataFrame(
            {
                "who": who,
                "day": new_year + rng.integers(0, 365, count).astype("timedelta64[D]"),
                "disease": np.where(young, rng.choice(traits.CHILD_SERIOUS, count), rng.choice(traits.SERIOUS, count)),
                "serious": True,
            }
        )
    )
    found = pd.concat(parts, ignore_index=True)
    born = members["birth"].to_numpy().astype("datetime64[D]")[found["who"]]
    found["day"] = np.maximum(found["day"].to_numpy().astype("datetime64[D]"), born + 3)
    found["hospital"] = np.where(
        found["serious"], rng.choice(HOSPITALS[1:], len(found)), rng.choice(HOSPITALS, len(found))
    ).astype(object)
    found["signed"] = np.where(rng.random(len(found)) < 0.93, "已签约", "未签约").astype(object)
    return found.sort_values(["day", "who"], ignore_index=True)


def settlements(
    households: pd.DataFrame,
    members: pd.DataFrame,
    found: pd.DataFrame,
    rng: np.random.Generator,
    new_year: np.datetime64,
) -> pd.DataFrame:
    """Every settlement of the year, in order of discharge (`day`). Money in 分 (integers): total = pooled + serious + aid + own."""
    age = members["age"].to_numpy()
    ill, bad = (members["disease"] != "").to_numpy(), (members["serious"] != "").to_numpy()
    rate = 1.1 + 0.9 * (age >= 60) + 2.0 * ill + 6.0 * bad
    rate[~members["insured"].to_numpy()] *= 0.2
    times = rng.poisson(rate)
    who = np.repeat(np.arange(len(members)), times)
    day = new_year + rng.integers(0, 365, len(who)).astype("timedelta64[D]")
    fresh = found[found["serious"] & (found["day"] >= new_year)]
    more = rng.poisson(4.0, len(fresh)) + 1
    who = np.concatenate([who, np.repeat(fresh["who"].to_numpy(), more)])
    after = np.repeat(fresh["day"].to_numpy().astype("datetime64[D]"), more)
    after = after + rng.integers(1, 120, len(after)).astype("timedelta64[D]")
    is_new = np.arange(len(who)) >= len(day)
    frame = pd.DataFrame(
        {"who": who, "day": np.concatenate([day, after]), "grave": is_new | bad[who], "ill": ill[who]}
    )
    born = members["birth"].to_numpy().astype("datetime64[D]")[who]
    frame = frame[(frame["day"] < new_year + 365) & (frame["day"].to_numpy() > born + 2)]
    frame = frame.sort_values(["day", "who"], kind="stable", ignore_index=True)
    _describe(frame, rng)
    _bill(frame, _helped(households, members)[frame["who"].to_numpy()], rng)
    disease = pd.Series("", index=range(len(members)), dtype=object)
    for column in ("disease", "serious"):
        known = (members[column] != "").to_numpy()
        disease[known] = members[column].to_numpy(dtype=object)[known]
    disease[fresh["who"].to_numpy()] = fresh["disease"].to_numpy(dtype=object)
    named = disease.to_numpy(dtype=object)[frame["who"].to_numpy()]
    common = rng.choice(("肺炎", "骨折", "胆囊结石", "阑尾炎", "腰椎间盘突出", "急性支气管炎"), len(frame))
    frame["disease"] = np.where((named == "") | (~frame["grave"] & (rng.random(len(frame)) < 0.5)), common, named)
    return frame.drop(columns=["grave", "ill"])


def _helped(households: pd.DataFrame, members: pd.DataFrame) -> np.ndarray:
    """0 nobody, 1 脱贫户 or monitored, 2 低保 or 特困; per member."""
    home = members["home"].to_numpy()
    poor = ((households["kind"] == "脱贫户") | (households["category"] != "")).to_numpy()[home]
    return np.where(members["relief"].isin(["低保", "特困"]), 2, poor.astype(int))


def _describe(frame: pd.DataFrame, rng: np.random.Generator) -> None:
    count, grave = len(frame), frame["grave"].to_numpy()
    draw = rng.random(count)
    chronic = (frame["ill"].to_numpy() | grave) & (draw < 0.5)
    inpatient = np.where(grave, draw > 0.55, draw > 0.83)
    frame["kind"] = np.select([inpatient, chronic], [INPATIENT, CHRONIC], OUTPATIENT).astype(object)
    stay = np.where(inpatient, rng.integers(3, 24, count), 0).astype("timedelta64[D]")
    frame["admitted"] = np.maximum(frame["day"].to_numpy() - stay, np.datetime64("2021-01-01"))
    frame["hospital"] = np.where(
        grave,
        rng.choice(HOSPITALS[1:], count, p=(0.3, 0.15, 0.3, 0.25)),
        rng.choice(HOSPITALS, count, p=(0.4, 0.25, 0.2, 0.1, 0.05)),
    ).astype(object)


def _bill(frame: pd.DataFrame, helped: np.ndarray, rng: np.random.Generator) -> None:
    count = len(frame)
    kind, grave = frame["kind"].to_numpy(dtype=object), frame["grave"].to_numpy()
    cases = [(kind == INPATIENT) & grave, kind == INPATIENT, kind == CHRONIC]
    middle = np.select(cases, [15_000, 3_200, 380], 160)
    spread = np.select(cases, [0.7, 0.65, 0.6], 0.7)
    total = np.round(rng.lognormal(np.log(middle), spread) * 100).astype(np.int64)
    part = np.clip(rng.normal(np.select(cases, [0.52, 0.63, 0.62], 0.5), 0.08), 0.2, 0.85)
    pooled = (total * part).astype(np.int64)
    left = total - pooled
    serious = np.where(left > 800_000, (left - 800_000) * 0.55, 0).astype(np.int64)
    left -= serious
    chance, share = np.array([0.01, 0.4, 0.8])[helped], np.array([0.2, 0.4, 0.65])[helped]
    aid = np.where((kind != OUTPATIENT) & (rng.random(count) < chance), left * share, 0).astype(np.int64)
    frame["total"], frame["pooled"], frame["serious"], frame["aid"] = total, pooled, serious, aid
    frame["own"] = left - aid
    frame["covered"] = pooled + serious + ((left - aid) * 0.7).astype(np.int64)
