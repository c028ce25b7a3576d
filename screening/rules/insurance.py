"""Basic medical insurance: who of those that must be insured is not (domain.md 3.3 MI-3; S12)."""

import numpy as np
import pandas as pd

from fangpin.policy.keys import Key
from screening.choices import Risk
from screening.rules.base import (
    Context,
    Example,
    Rule,
    StandardLike,
    findings,
    households,
    located,
    missing_from,
    number,
    usable,
)

_UNINSURED = ("未缴费", "未参保", "停保")
# Insured elsewhere, or otherwise provided for: domain.md 6.2.
_PROVIDED = r"异地.*参保|外地.*参保|职工.*参保|已.*参保|参军|服役|服刑|死亡|去世|重复参保"


def reported_uninsured(rows, people, standard: StandardLike, context: Context):
    """MI-3: the department's own list of people without insurance."""
    rows = located(rows, people, standard)
    provided = rows["reason"].str.contains(_PROVIDED, regex=True) | rows["insured"].isin(
        ("已缴费", "资助参保", "职工参保", "异地参保")
    )
    return _uninsured(rows[~provided], context)


def unpaid(rows, people, standard: StandardLike, context: Context):
    """MI-R: on the roster, but the contribution is not paid; only for those whom the county must keep insured.

    Somebody with a second row that is paid is insured.
    """
    rows = usable(rows)
    lacking = rows["insured"].isin(_UNINSURED)
    paid = rows.loc[~lacking & rows["insured"].ne(""), "person"]
    lacking = located(rows[lacking], people, standard)
    return _uninsured(lacking[lacking["priority"] & ~lacking["person"].isin(paid.dropna())], context)


def _uninsured(hits, context):
    year = hits["year"].fillna(context.start.year).astype(int)
    return findings(
        hits,
        fact=year.map("{}年未参保".format),
        value=hits["insured"].where(hits["insured"].ne(""), "未参保"),
        window=year.astype(str),
        multiple=np.nan,
        red=True,
        sentence=[
            f"{when}年度基本医保状态为“{row.insured or '未参保'}”"
            + (f"，原因：{row.reason}" if getattr(row, "reason", "") else "")
            for when, row in zip(year, hits.itertuples(), strict=True)
        ],
    )


def not_on_roster(rows, people, standard: StandardLike, context: Context):
    """MI-R anti-join: 脱贫户 and monitored households only (the list the county pushes to 医保局), newborns excepted."""
    known = households(people, standard)
    pushed = people["household"].map(known["lifted"] | known["monitored"]).fillna(False).astype(bool)
    oldest_newborn = context.end - pd.Timedelta(days=number(standard, Key.NEWBORN_DAYS))
    newborn = pd.to_datetime(people["birthday"], format="%Y-%m-%d", errors="coerce") > oldest_newborn
    lost = missing_from(people[pushed & ~newborn], rows, standard, context)
    year = context.start.year
    return findings(
        lost,
        fact=f"{year}年未参保",
        value="名册中没有",
        window=str(year),
        multiple=np.nan,
        red=True,
        sentence=f"{context.label}参保名册中查无此人，未见{year}年度基本医保缴费记录",
    )


_POOR = {"household_kind": "脱贫户", "birthday": "1970-01-01"}

RULES = (
    Rule(
        "insurance.reported", 1, "未参加基本医保", ("MI-3",), (), Risk.INSURANCE, reported_uninsured,
        examples=(
            Example("未参保", ({"insured": "未参保", "year": "2021", "reason": "拒缴"},), red=True,
                    expect=("2021年度基本医保状态为“未参保”，原因：拒缴",)),
            Example("异地已参保", ({"insured": "未参保", "reason": "异地已参保"},)),
            Example("已缴费", ({"insured": "已缴费"},)),
        ),
    ),
    Rule(
        "insurance.unpaid", 1, "重点人群未缴费", ("MI-R",), (), Risk.INSURANCE, unpaid,
        examples=(
            Example("脱贫户未缴费", ({"insured": "未缴费", "year": "2021"},), people=(_POOR,), red=True,
                    expect=("2021年度基本医保状态为“未缴费”",)),
            Example("低保对象未缴费", ({"insured": "未缴费", "year": "2021", "identity": "低保"},),
                    expect=("2021年度基本医保状态为“未缴费”",)),
            Example("一般居民自愿参保，不预警", ({"insured": "未缴费", "identity": "普通居民"},)),
            Example("已缴费", ({"insured": "已缴费"},), people=(_POOR,)),
            Example("另有一行已缴费", ({"insured": "未缴费"}, {"insured": "已缴费"}), people=(_POOR,)),
        ),
    ),
    Rule(
        "insurance.absent", 1, "脱贫、监测人口不在参保名册", ("MI-R",),
        (Key.NEWBORN_DAYS, Key.ROSTER_GAP_SHARE, Key.ROSTER_GAP_COUNT), Risk.INSURANCE, not_on_roster,
        examples=(
            Example("名册里没有", (), people=(_POOR,), red=True,
                    expect=("2021年5月参保名册中查无此人，未见2021年度基本医保缴费记录",)),
            Example("一般农户不比对", (), people=({},)),
            Example("新生儿", (), people=({**_POOR, "birthday": "2021-04-20"},)),
            Example("可能是待判定的那一行", (), people=(_POOR,), withheld=("p1",)),
            Example("同户有一行认不出是谁", ({"insured": "已缴费", "person": None},), people=(_POOR,)),
        ),
    ),
)  # fmt: skip
