"""Education: children out of school, and the burden of fees after compulsory school (domain.md 3.3 EDU)."""

import numpy as np
import pandas as pd

from fangpin.policy.keys import Key
from screening.choices import Risk
from screening.rules.base import (
    Context,
    Example,
    Rule,
    StandardLike,
    age_on,
    day_keys,
    day_text,
    findings,
    located,
    missing_from,
    number,
    plain,
    with_person,
    yuan,
)

# 休学 and 送教上门 are not dropout (domain.md 1.5); a suspended pupil is looked after, not alarmed about.
_DROPPED = ("辍学", "疑似辍学")
_SUSPENDED = ("休学",)
_BACK = r"已返校|已复学|已劝返|返校就读|已入学"


def school_year(context: Context) -> tuple[pd.Timestamp, pd.Timestamp]:
    """The 31 August before and the one at the end of the school year in which the month lies."""
    first = context.start.year - (context.start.month < 9)
    return pd.Timestamp(first, 8, 31), pd.Timestamp(first + 1, 8, 31)


def reported_dropout(rows, people, standard: StandardLike, context: Context):
    """EDU-1: every row of compulsory school age, unless the child is back at school."""
    rows = with_person(located(rows, people, standard), people, "birthday")
    age = age_on(rows["person_birthday"], school_year(context)[0])
    age = age.where(age.notna(), age_on(rows["birthday"], school_year(context)[0]))
    low, high = number(standard, Key.SCHOOL_AGE_MIN), number(standard, Key.SCHOOL_AGE_MAX)
    back = rows["persuasion"].str.contains(_BACK, regex=True)
    hits = rows.assign(age=age)[(age.isna() | age.between(low, high)) & ~back]
    return findings(
        hits,
        fact="疑似失学辍学|" + day_keys(hits["left_on"]),
        value=hits["age"],
        unit="周岁",
        window=context.period,
        multiple=np.nan,
        red=True,
        sentence=[_dropout_sentence(row, context) for row in hits.itertuples()],
    )


def _dropout_sentence(row, context):
    since = f"{day_text(row.left_on)}离校" if not pd.isna(row.left_on) else f"{context.label}报告"
    age = f"，{row.age:.0f} 周岁" if not pd.isna(row.age) else ""
    reason = f"，原因：{row.reason}" if row.reason else ""
    return f"教育部门报告疑似失学辍学（{since}{age}{reason}）"


def dropout_status(rows, people, standard: StandardLike, context: Context):
    """EDU-R: a pupil on the school register whose status is 辍学 (red) or 休学 (to be asked about)."""
    rows = located(rows, people, standard)
    hits = rows[rows["enrolment"].isin(_DROPPED + _SUSPENDED)]
    year = school_year(context)[0].year
    return findings(
        hits,
        fact=hits["enrolment"].radd(f"{year}学年|"),
        value=hits["enrolment"],
        window=context.period,
        multiple=np.nan,
        red=hits["enrolment"].isin(_DROPPED),
        sentence=[
            f"{context.label}学籍状态为“{row.enrolment}”" + (f"（{row.school}）" if row.school else "")
            for row in hits.itertuples()
        ],
    )


def not_enrolled(rows, people, standard: StandardLike, context: Context):
    """EDU-R anti-join: of compulsory age throughout the school year and on no school's register.

    "Throughout" (old enough at its first 31 August, not too old at its last) keeps out those who start or have finished.
    """
    first, last = school_year(context)
    young = age_on(people["birthday"], first) >= number(standard, Key.SCHOOL_AGE_MIN)
    old = age_on(people["birthday"], last) > number(standard, Key.SCHOOL_AGE_MAX)
    lost = missing_from(people[young & ~old], rows, standard, context)
    age = age_on(lost["birthday"], context.end)
    return findings(
        lost,
        fact=f"{first.year}学年无学籍",
        value=age,
        limit=number(standard, Key.SCHOOL_AGE_MAX),
        unit="周岁",
        window=context.period,
        multiple=np.nan,
        red=True,
        sentence=[f"{years:.0f} 周岁，处于义务教育阶段，{context.label}学籍名册中查无此人" for years in age],
    )


def tuition(rows, people, standard: StandardLike, context: Context):
    """EDU-5: what is left to pay for non-compulsory school after aid."""
    rows = located(rows, people, standard)
    limit = number(standard, Key.TUITION_SELF_PAY)
    hits = rows[rows["self_pay"] > limit]
    year = hits["year"].fillna(context.start.year).astype(int)
    return findings(
        hits,
        fact=year.map("{}年学费自付".format),
        value=hits["self_pay"],
        limit=limit,
        unit="元",
        window=year.astype(str),
        red=hits["self_pay"] >= limit * number(standard, Key.LEVEL_RED_MULTIPLE),
        sentence=[
            f"{when}年非义务教育阶段费用资助后自付 {yuan(paid)}，超过 {plain(limit)} 元"
            for when, paid in zip(year, hits["self_pay"], strict=True)
        ],
    )


_CHILD = {"birthday": "2010-03-05", "household_kind": "一般农户"}

RULES = (
    Rule(
        "education.reported", 1, "疑似失学辍学", ("EDU-1",), (Key.SCHOOL_AGE_MIN, Key.SCHOOL_AGE_MAX), Risk.EDUCATION,
        reported_dropout,
        examples=(
            Example("11 岁，离校", ({"left_on": "2021-04-12", "reason": "厌学"},), people=(_CHILD,), red=True,
                    expect=("教育部门报告疑似失学辍学（2021年4月12日离校，10 周岁，原因：厌学）",)),
            Example("年龄不明也要核实", ({},), people=({"birthday": ""},), expect=("教育部门报告疑似失学辍学（2021年5月报告）",)),
            Example("已满 16 周岁的不报", ({"left_on": "2021-04-12"},), people=({"birthday": "2003-01-01"},)),
            Example("已劝返的不报", ({"persuasion": "4月20日已返校"},), people=(_CHILD,)),
            Example("身份待判定的行不报", ({"state": "ambiguous", "person": None, "household": None},), people=(_CHILD,)),
        ),
    ),
    Rule(
        "education.status", 1, "学籍状态为辍学、休学", ("EDU-R",), (), Risk.EDUCATION, dropout_status,
        examples=(
            Example("辍学", ({"enrolment": "辍学", "school": "中心小学"},), people=(_CHILD,), red=True,
                    expect=("2021年5月学籍状态为“辍学”（中心小学）",)),
            Example("休学不作红色", ({"enrolment": "休学"},), people=(_CHILD,), red=False, expect=("2021年5月学籍状态为“休学”",)),
            Example("在读", ({"enrolment": "在读"},), people=(_CHILD,)),
            Example("送教上门不是辍学", ({"enrolment": "送教上门"},), people=(_CHILD,)),
        ),
    ),
    Rule(
        "education.absent", 1, "适龄儿童无学籍", ("EDU-R",),
        (Key.SCHOOL_AGE_MIN, Key.SCHOOL_AGE_MAX, Key.ROSTER_GAP_SHARE, Key.ROSTER_GAP_COUNT), Risk.EDUCATION, not_enrolled,
        examples=(
            Example("名册里没有", (), people=(_CHILD,), red=True,
                    expect=("11 周岁，处于义务教育阶段，2021年5月学籍名册中查无此人",)),
            Example("名册里有", ({"enrolment": "在读"},), people=(_CHILD,)),
            Example("可能是待判定的那一行", (), people=(_CHILD,), withheld=("p1",)),
            Example("上学年开始时未满 6 周岁", (), people=({"birthday": "2014-09-01"},)),
            Example("去年夏天已初中毕业", (), people=({"birthday": "2005-08-31"},)),
        ),
    ),
    Rule(
        "education.tuition", 1, "非义务教育费用负担", ("EDU-5",), (Key.TUITION_SELF_PAY, Key.LEVEL_RED_MULTIPLE), Risk.SCHOOLING,
        tuition,
        examples=(
            Example("超过一万元", ({"self_pay": "12500.00", "year": "2021"},), red=False,
                    expect=("2021年非义务教育阶段费用资助后自付 12,500.00 元，超过 10,000 元",)),
            Example("两倍为红色", ({"self_pay": "20000.00", "year": "2021"},), red=True,
                    expect=("2021年非义务教育阶段费用资助后自付 20,000.00 元，超过 10,000 元",)),
            Example("正好一万元不报", ({"self_pay": "10000.00"},)),
        ),
    ),
)  # fmt: skip
