"""Disability: newly severe, or worse than before; benefits that the severe do not get (domain.md 3.3 DIS)."""

import numpy as np
import pandas as pd

from fangpin.policy.keys import Key
from screening.choices import Risk
from screening.rules.base import (
    PREVIOUS,
    Context,
    Example,
    Rule,
    StandardLike,
    day_key,
    day_text,
    findings,
    level_number,
    located,
    new_against,
    nothing,
    number,
    says_yes,
    with_person,
)

_LEVELS = {1: "一级", 2: "二级", 3: "三级", 4: "四级"}
_NOT_PAID = r"停发|未发|未享受|不享受|取消"


def reported_severe(rows, people, standard: StandardLike, context: Context):
    """DIS-1: a certificate newly issued at a severe level, or a change to the worse."""
    rows = located(rows, people, standard)
    rows = rows.assign(now=level_number(rows["level"]), before=level_number(rows["former_level"]))
    severe = rows["now"] <= number(standard, Key.DISABILITY_LEVEL_MAX)
    worse = rows["now"] < rows["before"]
    return _severe_findings(rows[rows["change"].ne("注销") & (worse | (severe & rows["change"].ne("变更")))], context)


def new_severe(rows, people, standard: StandardLike, context: Context):
    """DIS-R: a severe level that was not on the roster last month, or (first month) was certified this month."""
    rows = located(rows, people, standard)
    rows = rows.assign(now=level_number(rows["level"]), before=np.nan)
    severe = rows[rows["now"] <= number(standard, Key.DISABILITY_LEVEL_MAX)]
    return _severe_findings(severe[new_against(severe, severe["issued_on"], context, standard)], context)


def worse_level(rows, people, standard: StandardLike, context: Context):
    """DIS-R: the level of somebody who was on last month's roster got worse."""
    if context.previous is None:
        return nothing()
    earlier = context.previous.dropna(subset=["person"]).drop_duplicates("person").set_index("person")["level"]
    rows = located(rows, people, standard)
    rows = rows.assign(now=level_number(rows["level"]), before=level_number(rows["person"].map(earlier)))
    return _severe_findings(rows[rows["now"] < rows["before"]], context)


def _severe_findings(hits, context):
    hits = hits.drop_duplicates(["household", "person"])
    return findings(
        hits,
        fact=[
            f"残疾{_LEVELS[level]}|{day_key(day)}" for level, day in zip(hits["now"], hits["issued_on"], strict=True)
        ],
        value=hits["now"].map(_LEVELS),
        window=context.period,
        multiple=np.nan,
        sentence=[_level_sentence(row, context) for row in hits.itertuples()],
    )


def _level_sentence(row, context):
    kind = f"{row.disability}残疾" if row.disability else "残疾"
    if row.now < row.before:
        return f"{context.label}{kind}等级由{_LEVELS[row.before]}变为{_LEVELS[row.now]}"
    since = f"{day_text(row.issued_on)}发证" if not pd.isna(row.issued_on) else f"{context.label}新增"
    return f"{since}，{kind}{_LEVELS[row.now]}"


def benefit_gap(rows, people, standard: StandardLike, context: Context):
    """DIS-2: severe without 护理补贴; 低保 and disabled without 生活补贴. All rows of a person count together."""
    rows = with_person(
        located(rows, people, standard), people, *(name for name in ("minimum_living",) if name in people)
    )
    rows = rows[rows["person"].notna()]
    paid = ~rows["payment"].str.contains(_NOT_PAID, regex=True)
    both = rows["subsidy"].str.contains(r"双补|两项|均享受", regex=True)
    marks = pd.DataFrame(
        {
            "person": rows["person"],
            "severe": level_number(rows["level"]) <= number(standard, Key.DISABILITY_LEVEL_MAX),
            "poor": rows["identity"].str.contains(r"低保(?!边缘)", regex=True)
            | says_yes(rows, "person_minimum_living"),
            "nursing": paid & (both | rows["subsidy"].str.contains("护理")),
            "living": paid & (both | rows["subsidy"].str.contains("生活")),
        }
    )
    whole = marks.groupby("person").any()
    whole["lacking"] = np.select(
        [whole["severe"] & ~whole["nursing"], whole["poor"] & ~whole["living"]], ["护理补贴", "生活补贴"], default=""
    )
    hits = rows.drop_duplicates("person").set_index("person", drop=False).join(whole["lacking"])
    hits = hits[hits["lacking"].ne("")]
    return findings(
        hits,
        fact=f"{context.start.year}年未享受残疾人" + hits["lacking"],
        value=hits["lacking"],
        window=context.period,
        multiple=np.nan,
        sentence=[
            f"残疾{row.level}，未享受重度残疾人护理补贴"
            if row.lacking == "护理补贴"
            else "低保家庭残疾人，未享受困难残疾人生活补贴"
            for row in hits.itertuples()
        ],
    )


_CARD = {"disability": "肢体", "level": "二级", "issued_on": "2021-05-06"}

RULES = (
    Rule(
        "disability.reported", 1, "新办或加重的重度残疾", ("DIS-1",), (Key.DISABILITY_LEVEL_MAX,), Risk.DISABILITY, reported_severe,
        examples=(
            Example("新办二级", ({**_CARD, "change": "新办"},), expect=("2021年5月6日发证，肢体残疾二级",)),
            Example("由四级变为三级", ({**_CARD, "change": "变更", "level": "三级", "former_level": "四级"},),
                    expect=("2021年5月肢体残疾等级由四级变为三级",)),
            Example("换证，等级未变", ({**_CARD, "change": "变更", "former_level": "二级"},)),
            Example("新办四级", ({**_CARD, "change": "新办", "level": "四级"},)),
            Example("注销", ({**_CARD, "change": "注销"},)),
        ),
    ),
    Rule(
        "disability.new", 1, "新增重度残疾", ("DIS-R",), (Key.DISABILITY_LEVEL_MAX, Key.NEW_RECORD_MONTHS), Risk.DISABILITY,
        new_severe,
        looks_back=PREVIOUS,
        examples=(
            Example("本月发证", (_CARD,), expect=("2021年5月6日发证，肢体残疾二级",)),
            Example("首月名册，往年发证", ({**_CARD, "issued_on": "2014-10-06"},)),
            Example("三级", ({**_CARD, "level": "三级"},)),
            Example("上月名册中已有（换证）", (_CARD,), previous=({**_CARD, "issued_on": "2011-05-06"},)),
        ),
    ),
    Rule(
        "disability.worse", 1, "残疾等级加重", ("DIS-R",), (), Risk.DISABILITY, worse_level,
        looks_back=PREVIOUS,
        examples=(
            Example("三级变二级", ({**_CARD, "issued_on": "2015-01-01"},), previous=({**_CARD, "level": "三级"},),
                    expect=("2021年5月肢体残疾等级由三级变为二级",)),
            Example("等级减轻", ({**_CARD, "level": "三级"},), previous=(_CARD,)),
            Example("首月", (_CARD,)),
        ),
    ),
    Rule(
        "disability.benefit_gap", 1, "残疾人补贴缺漏", ("DIS-2",), (Key.DISABILITY_LEVEL_MAX,), Risk.DISABILITY, benefit_gap,
        examples=(
            Example("重度无护理补贴", ({"level": "一级", "subsidy": "生活补贴"},), expect=("残疾一级，未享受重度残疾人护理补贴",)),
            Example("两行合起来都有", ({"level": "一级", "subsidy": "生活补贴"}, {"level": "一级", "subsidy": "护理补贴"})),
            Example("停发", ({"level": "二级", "subsidy": "护理补贴", "payment": "停发"},), expect=("残疾二级，未享受重度残疾人护理补贴",)),
            Example("低保无生活补贴", ({"level": "三级", "subsidy": "无", "identity": "低保"},),
                    expect=("低保家庭残疾人，未享受困难残疾人生活补贴",)),
            Example("双补", ({"level": "一级", "subsidy": "双补", "identity": "低保"},)),
        ),
    ),
)  # fmt: skip
