"""Drinking water: stoppages of schemes, households without safe water (domain.md 3.3 WAT)."""

import numpy as np
import pandas as pd

from fangpin.policy.keys import Key
from screening.choices import Risk
from screening.rules.base import (
    Context,
    Example,
    Rule,
    StandardLike,
    day_key,
    day_text,
    findings,
    located,
    number,
    plain,
)


def scheme_stopped(rows, people, standard: StandardLike, context: Context):
    """WAT-1: a scheme that stood still for days; one finding per village, no household.

    rows carry ``village_code``; a village the county does not have raises nothing.
    """
    days = rows["stop_days"].fillna((rows["resumed_on"].fillna(context.end) - rows["stopped_on"]).dt.days)
    limit = number(standard, Key.WATER_STOP_DAYS_ORANGE)
    hits = rows.assign(days=days, village=rows["village_code"], household=None, person=None)
    hits = hits[(hits["days"] >= limit) & hits["village"].fillna("").ne("")]
    hits = hits.sort_values("days", ascending=False, kind="stable").drop_duplicates("village")
    red_limit = number(standard, Key.WATER_STOP_DAYS_RED)
    return findings(
        hits,
        fact=[f"停水|{row.scheme}|{day_key(row.stopped_on) or context.period}" for row in hits.itertuples()],
        value=hits["days"],
        limit=limit,
        unit="天",
        window=context.period,
        red=hits["days"] >= red_limit,
        orange=True,
        subject="village",
        sentence=[_stop_sentence(row, limit) for row in hits.itertuples()],
    )


def _stop_sentence(row, limit):
    since = f"{day_text(row.stopped_on)}起" if not pd.isna(row.stopped_on) else ""
    cause = f"（{row.cause}）" if row.cause else ""
    return f"{row.scheme}{since}停水 {plain(row.days)} 天{cause}，达到 {plain(limit)} 天，全村受影响"


def hard_to_fetch(rows, people, standard: StandardLike, context: Context):
    """WAT-4: no supply, too far, too high, or short for too many months; all that holds stands in one sentence."""
    rows = located(rows, people, standard)
    distance = rows["fetch_km"].fillna(rows["fetch_m"] / 1000)
    tests = (
        (distance, Key.WATER_DISTANCE_KM, "取水单程 {} 公里，超过 {} 公里", False),
        (rows["rise_m"], Key.WATER_RISE_M, "取水高差 {} 米，超过 {} 米", False),
        (rows["short_months"], Key.WATER_SHORT_MONTHS, "年内缺水 {} 个月，达到 {} 个月", True),
    )
    reasons = pd.Series([[] for _ in rows.index], index=rows.index)
    for values, key, words, reaching in tests:
        limit = number(standard, key)
        for index, value in values[(values >= limit) if reaching else (values > limit)].items():
            reasons[index].append(words.format(plain(value), plain(limit)))
    for index in rows.index[rows["supply"] == "未通水"]:
        reasons[index].insert(0, "未通水")
    hits = rows[reasons.map(bool)].drop_duplicates("household")
    told = reasons[hits.index]
    return findings(
        hits,
        fact=[f"{context.start.year}年饮水困难|" + "、".join(text.split(" ")[0] for text in texts) for texts in told],
        value=told.map("；".join),
        window=context.period,
        multiple=np.nan,
        red=True,
        subject="household",
        sentence=told.map("；".join),
    )


def household_supply(rows, people, standard: StandardLike, context: Context):
    """WAT-R: no supply, water below standard, or too many days without; one finding per household and trouble."""
    rows = located(rows, people, standard)
    limit, red_limit = number(standard, Key.WATER_STOP_DAYS_ORANGE), number(standard, Key.WATER_STOP_DAYS_RED)
    year = context.start.year
    unsafe = rows["quality"] == "不达标"
    cut_off = rows["supply"] == "未通水"
    dry = rows["stop_days"] >= limit
    long = rows["stop_days"] >= red_limit
    parts = [
        _trouble(rows[cut_off], f"{year}年未通水", "未通水", "未通水", context, red=True),
        _trouble(rows[unsafe], f"{year}年水质不达标", "不达标", "饮用水水质不达标", context, red=True),
        _trouble(
            rows[dry & ~cut_off],
            np.where(long[dry & ~cut_off], f"{year}年停水|长", f"{year}年停水"),
            rows.loc[dry & ~cut_off, "stop_days"],
            [
                f"{context.label}停水 {plain(days)} 天，达到 {plain(limit)} 天"
                for days in rows.loc[dry & ~cut_off, "stop_days"]
            ],
            context,
            red=long[dry & ~cut_off],
            limit=limit,
            unit="天",
        ),
    ]
    return pd.concat(parts, ignore_index=True)


def _trouble(rows, fact, value, sentence, context, *, red, limit=np.nan, unit=""):
    found = findings(
        rows, fact=fact, value=value, sentence=sentence, limit=limit, unit=unit, window=context.period, red=red, orange=True,
        multiple=None if unit else np.nan, subject="household",
    )  # fmt: skip
    return found.drop_duplicates(["subject", "fact"])


RULES = (
    Rule(
        "water.scheme_stopped", 1, "供水工程停水", ("WAT-1",), (Key.WATER_STOP_DAYS_ORANGE, Key.WATER_STOP_DAYS_RED), Risk.WATER,
        scheme_stopped,
        examples=(
            Example("停水 4 天", ({"scheme": "上坪水厂", "village_code": "450321100201", "stopped_on": "2021-05-10",
                               "resumed_on": "2021-05-14", "cause": "管道爆裂"},), red=False,
                    expect=("上坪水厂2021年5月10日起停水 4 天（管道爆裂），达到 3 天，全村受影响",)),
            Example("至月底未恢复", ({"scheme": "上坪水厂", "village_code": "450321100201", "stopped_on": "2021-05-20"},), red=True,
                    expect=("上坪水厂2021年5月20日起停水 11 天，达到 3 天，全村受影响",)),
            Example("停水 2 天", ({"scheme": "上坪水厂", "village_code": "450321100201", "stop_days": "2"},)),
            Example("运行正常", ({"scheme": "上坪水厂", "village_code": "450321100201"},)),
            Example("村名不详", ({"scheme": "上坪水厂", "village_code": "", "stop_days": "9"},)),
        ),
    ),
    Rule(
        "water.hard_to_fetch", 1, "未通水、季节性缺水", ("WAT-4",),
        (Key.WATER_DISTANCE_KM, Key.WATER_RISE_M, Key.WATER_SHORT_MONTHS), Risk.WATER, hard_to_fetch,
        examples=(
            Example("又远又缺", ({"fetch_km": "1.5", "short_months": "6"},), red=True,
                    expect=("取水单程 1.5 公里，超过 1 公里；年内缺水 6 个月，达到 6 个月",)),
            Example("以米填报", ({"fetch_m": "1200", "rise_m": "130"},),
                    expect=("取水单程 1.2 公里，超过 1 公里；取水高差 130 米，超过 100 米",)),
            Example("未通水", ({"supply": "未通水"},), expect=("未通水",)),
            Example("各项都在标准内", ({"fetch_km": "1", "rise_m": "100", "short_months": "5"},)),
        ),
    ),
    Rule(
        "water.household_supply", 1, "到户饮水不安全", ("WAT-R",), (Key.WATER_STOP_DAYS_ORANGE, Key.WATER_STOP_DAYS_RED),
        Risk.WATER, household_supply,
        examples=(
            Example("水质不达标", ({"quality": "不达标", "supply": "分散供水", "stop_days": "0"},), red=True,
                    expect=("饮用水水质不达标",)),
            Example("停水 4 天", ({"quality": "达标", "stop_days": "4"},), red=False, expect=("2021年5月停水 4 天，达到 3 天",)),
            Example("停水 7 天为红色", ({"stop_days": "7"},), red=True, expect=("2021年5月停水 7 天，达到 3 天",)),
            Example("未检测不是不达标", ({"quality": "未检测", "stop_days": "2"},)),
            Example("一切正常", ({"quality": "达标", "supply": "集中供水", "stop_days": "0"},)),
        ),
    ),
)  # fmt: skip
