"""What is true at the end of one month: the events of the year until then, as each department's system holds them."""

import calendar
from dataclasses import dataclass

import numpy as np
import pandas as pd

from fangpin.demo import medical
from fangpin.demo.identity import stream
from fangpin.demo.people import Village
from fangpin.demo.timeline import NEW_YEAR, Year

PREMIUM = 280  # yuan, resident insurance for 2021


@dataclass(frozen=True)
class Month:
    """Truth of a month, before any office writes it down. `who` is a row of members, `home` of households.

    Lists with a `since`-like `day` column are cumulative; `new(frame)` keeps what happened in the month itself.
    Money is in yuan.
    """

    period: str
    seed: int
    first: np.datetime64
    last: np.datetime64
    enrolment: pd.DataFrame  # who grade school status
    insurance: pd.DataFrame  # who status paid day
    settlements: pd.DataFrame  # who day admitted kind hospital disease total covered pooled serious aid own
    illness: pd.DataFrame  # who day disease hospital signed serious
    housing: pd.DataFrame  # home structure built floors area grade day only reason
    water: pd.DataFrame  # home scheme mode quality stopped
    stops: pd.DataFrame  # scheme day until reason
    relief: pd.DataFrame  # who day kind monthly care selfcare carer
    ended_relief: pd.DataFrame  # the same columns and ended
    grants: pd.DataFrame  # who day reason amount
    disability: pd.DataFrame  # who day until kind level number subsidy
    work: pd.DataFrame  # who day place employer wage skill remark
    dropouts: pd.DataFrame  # who day reason

    def new(self, frame: pd.DataFrame, column: str = "day") -> pd.DataFrame:
        """Rows of `frame` whose `column` falls into this month."""
        return frame[(frame[column] >= self.first) & (frame[column] <= self.last)]

    def inpatient_self_pay(self) -> pd.Series:
        """Year-to-date in-patient self-pay in yuan by member row, highest first."""
        stays = self.settlements[self.settlements["kind"] == medical.INPATIENT]
        return stays.groupby("who")["own"].sum().sort_values(ascending=False, kind="stable").round(2)


def snapshot(
    members: pd.DataFrame, households: pd.DataFrame, places: list[Village], year: Year, period: str, seed: int
) -> Month:
    """The month `period` ("2021-05"). Raises ValueError outside the year that has been drawn."""
    number = int(period[5:])
    if period[:5] != f"{str(NEW_YEAR)[:4]}-" or not 1 <= number <= 12:
        raise ValueError(f"演示数据只有 {str(NEW_YEAR)[:4]} 年各月，没有 {period}")
    first = np.datetime64(f"{period}-01")
    last = np.datetime64(f"{period}-{calendar.monthrange(int(period[:4]), number)[1]:02d}")

    def past(frame: pd.DataFrame) -> pd.DataFrame:
        return frame[frame["day"] <= last].reset_index(drop=True)

    settlements = past(year.settlements)
    for column in ("total", "covered", "pooled", "serious", "aid", "own"):
        settlements[column] = settlements[column] / 100
    relief = past(year.relief)
    over = relief["ended"] <= last
    dropouts = past(year.dropouts)
    stops = past(year.stops)
    return Month(
        period=period,
        seed=seed,
        first=first,
        last=last,
        enrolment=_enrolment(members, households, places, dropouts, year.away, seed),
        insurance=_insurance(members, households, last, seed),
        settlements=settlements,
        illness=past(year.diagnoses),
        housing=_housing(year, past(year.damage)),
        water=_water(year, stops[stops["until"] >= first], first, last),
        stops=stops[stops["until"] >= first].reset_index(drop=True),
        relief=relief[~over].reset_index(drop=True),
        ended_relief=relief[over].reset_index(drop=True),
        grants=past(year.grants),
        disability=past(year.certificates),
        work=_work(members, past(year.losses), seed),
        dropouts=dropouts,
    )


def _enrolment(members, households, places, dropouts, away, seed) -> pd.DataFrame:
    """Pupils of grades 1–12; of those who dropped out, the ones still on the roll."""
    rng = stream(seed, "enrolment")
    draw = rng.random(len(members))
    grade = members["grade"].to_numpy()
    who = np.flatnonzero((grade >= 1) & (grade <= 12))
    who = who[~np.isin(who, away)]
    left = dropouts["who"].to_numpy()
    who = who[~np.isin(who, left[dropouts["off_roll"].to_numpy(dtype=bool)])]
    status = np.where(draw[who] > 0.997, "休学", "在读").astype(object)
    severe = (members["disability"].to_numpy() > 0) & (members["level"].to_numpy() <= 2)
    status[severe[who] & (grade[who] <= 9)] = "送教上门"
    status[np.isin(who, left)] = "辍学"
    township = np.array([place.township for place in places], dtype=object)
    of = township[households["village"].to_numpy()[members["home"].to_numpy()[who]]]
    vocational = members["school"].str.startswith("中职").to_numpy()[who]
    level = np.select(
        [grade[who] <= 6, grade[who] <= 9, vocational], ["中心小学", "初级中学", "阳朔县职业教育中心"], "阳朔中学"
    )
    own = np.where(grade[who] <= 9, of, "").astype(object)
    return pd.DataFrame({"who": who, "grade": grade[who], "school": own + level.astype(object), "status": status})


def _insurance(members, households, last, seed) -> pd.DataFrame:
    """Who stands in the insurer's file: the insured, those aided, and most of the uninsured as 未缴费."""
    rng = stream(seed, "premiums")
    count = len(members)
    draw = rng.random(count)
    late = NEW_YEAR + rng.integers(0, 365, count).astype("timedelta64[D]")
    insured = members["insured"].to_numpy() | ((draw > 0.8) & (late <= last))
    listed = insured | (draw < 0.55)
    listed &= members["birth"].to_numpy().astype("datetime64[D]") < last - 45
    day = np.datetime64("2020-09-05") + rng.integers(0, 115, count).astype("timedelta64[D]")
    day = np.where(members["insured"], day, late)
    home = members["home"].to_numpy()
    relief = members["relief"].to_numpy(dtype=object)
    poor = (households["kind"] == "脱贫户").to_numpy()[home]
    severe = (members["disability"].to_numpy() > 0) & (members["level"].to_numpy() <= 2)
    identity = np.select(
        [relief == "特困", relief == "低保", severe, poor], ["特困", "低保", "重残", "脱贫人口"], "普通居民"
    ).astype(object)
    paid = np.select([identity == "特困", np.isin(identity, ("低保", "重残")), poor], [0, 56, 140], PREMIUM)
    aided = paid < PREMIUM
    status = np.where(insured, np.where(aided, "资助参保", "已缴费"), "未缴费").astype(object)
    frame = pd.DataFrame(
        {
            "who": np.arange(count),
            "status": status,
            "identity": identity,
            "paid": np.where(insured, paid, 0),
            "day": np.where(insured, day, np.datetime64("NaT")),
        }
    )
    return frame[listed].reset_index(drop=True)


def _housing(year: Year, damage: pd.DataFrame) -> pd.DataFrame:
    housing = year.houses.copy()
    housing["reason"] = ""
    worst = damage.sort_values(["home", "day"]).drop_duplicates("home", keep="last").set_index("home")
    for column in ("grade", "day", "reason"):
        housing.loc[worst.index, column] = worst[column]
    return housing


def _water(year: Year, stops: pd.DataFrame, first: np.datetime64, last: np.datetime64) -> pd.DataFrame:
    water = year.water.copy()
    begin = np.maximum(stops["day"].to_numpy().astype("datetime64[D]"), first)
    until = np.minimum(stops["until"].to_numpy().astype("datetime64[D]"), last)
    length = pd.Series((until - begin).astype(int) + 1, index=stops["scheme"]).groupby(level=0).sum()
    piped = water["mode"] == "集中供水"
    water["stopped"] = np.where(piped, water["scheme"].map(length).fillna(0), water["short"]).astype(int)
    return water.drop(columns="short")


def _work(members: pd.DataFrame, losses: pd.DataFrame, seed: int) -> pd.DataFrame:
    rng = stream(seed, "jobs")
    start = np.datetime64("2018-03-01") + rng.integers(0, 1080, len(members)).astype("timedelta64[D]")
    lost = losses.drop_duplicates("who").set_index("who")
    who = np.flatnonzero(members["works"])
    frame = pd.DataFrame(
        {
            "who": who,
            "day": start[who],
            "place": members["workplace"].to_numpy(dtype=object)[who],
            "employer": members["employer"].to_numpy(dtype=object)[who],
            "wage": members["wage"].to_numpy()[who],
            "skill": members["skill"].to_numpy(dtype=object)[who],
        }
    )
    frame["remark"] = lost["remark"].reindex(who).astype(object).fillna("").to_numpy()
    return frame
