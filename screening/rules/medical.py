"""Medical burden: what families pay themselves, and newly diagnosed serious illness (domain.md 3.3 MI, HLT)."""

import numpy as np
import pandas as pd

from fangpin.policy.keys import Key
from screening.choices import Risk
from screening.rules.base import (
    EARLIER,
    PREVIOUS,
    Context,
    Example,
    Rule,
    StandardLike,
    day_keys,
    day_text,
    findings,
    located,
    new_against,
    number,
    plain,
    yuan,
)

_INPATIENT = "住院"
_OUTPATIENT = ("门诊慢特病", "普通门诊")
# 大病专项救治 (domain.md 3.3 HLT-1) as rosters write them. Managed chronic illness (高血压, 糖尿病, 慢阻肺 …) is not among them.
SERIOUS = (
    "恶性肿瘤|癌|白血病|淋巴瘤|骨肉瘤|神经母细胞瘤|终末期肾病|尿毒症|肾衰|透析|急性心肌梗|先天性心脏病|先心病|风湿性心脏病|"
    "脑卒中|脑梗|脑出血|重性精神|严重精神|精神分裂|血友病|地中海贫血|尘肺|耐多药|艾滋病|器官移植|再生障碍性贫血|唇腭裂|尿道下裂"
)


def inpatient_year(rows, people, standard: StandardLike, context: Context):
    """MI-1, MI-S: in-patient self-pay of a person since 1 January, by the population group's threshold.

    Months delivered one by one are added up with ``context.earlier``; a settlement counts once however often it is listed.
    Where the list itself gives the year's sum the larger of both holds. One fact per year and per multiple reached.
    """
    current = _settlements(rows, people, standard, context)
    everything = current
    if context.earlier is not None and len(context.earlier):
        everything = pd.concat([current, _settlements(context.earlier, people, standard, context)])
    everything = everything.drop_duplicates("settled_as")
    if everything.empty:
        return findings(everything, fact="", sentence="")
    paid = everything.groupby("who").agg(
        value=("self_pay", "sum"), first=("month", "min"), priority=("priority", "any")
    )
    if "year_self_pay" in current:
        told = current.groupby("who")["year_self_pay"].max().reindex(paid.index)
        paid["first"] = paid["first"].where(~(told > paid["value"]), 1)
        paid["value"] = paid["value"].where(~(told > paid["value"]), told)
    start = int(np.nanmin([everything["month"].min(), context.start.month, paid["first"].min()]))
    low, high = number(standard, Key.MEDICAL_SELF_PAY_PRIORITY), number(standard, Key.MEDICAL_SELF_PAY_GENERAL)
    paid["limit"] = np.where(paid["priority"], low, high)
    shown = current.sort_values("self_pay", ascending=False, kind="stable").drop_duplicates("who").set_index("who")
    hits = paid[(paid["value"] >= paid["limit"]) & paid.index.isin(shown.index)]
    hits = shown.loc[hits.index].drop(columns=["priority"]).join(hits[["value", "limit"]])
    return _self_pay_findings(hits, standard, context, start)


def _settlements(rows, people, standard, context):
    """In-patient settlements of the year, not admitted after the month, ``located``, with who and settled_as as keys."""
    if "care" in rows:
        rows = rows[rows["care"] == _INPATIENT]
    rows = located(rows, people, standard)
    when = rows["settled_on"].fillna(rows["admitted_on"])
    kept = rows[(when.isna() | (when.dt.year == context.start.year)) & ~(rows["admitted_on"] > context.end)]
    when = when[kept.index]
    # A stay that is settled after the month still belongs to the month in which it was reported.
    return _who(kept).assign(
        month=when.dt.month.clip(upper=context.start.month),
        settled_as=_settled_as(kept, when),
    )


def _who(rows):
    return rows.assign(who=rows["person"].where(rows["person"].notna(), rows["household"]))


def _settled_as(rows, when):
    """What makes a settlement one: its number, else person, day and amounts."""
    whole = (
        rows["person"].astype(str)
        + "|"
        + day_keys(when)
        + "|"
        + rows["total"].astype(str)
        + "|"
        + rows["self_pay"].astype(str)
    )
    return rows["settlement"].where(rows["settlement"].ne(""), whole)


def _self_pay_findings(hits, standard, context, first_month):
    year, last = context.start.year, context.start.month
    months = f"{first_month}–{last}" if first_month < last else f"{last}"
    red_multiple = number(standard, Key.LEVEL_RED_MULTIPLE)
    red = hits["value"] >= hits["limit"] * red_multiple
    return findings(
        hits,
        fact=np.where(red, f"{year}年住院自付|{plain(red_multiple)}倍", f"{year}年住院自付|1倍"),
        value=hits["value"].round(2),
        limit=hits["limit"],
        unit="元",
        window=f"{year}-{first_month:02d}..{context.period}",
        red=red,
        sentence=[
            f"{year}年{months}月住院自付累计 {yuan(value)}，达到 {plain(limit)} 元"
            for value, limit in zip(hits["value"], hits["limit"], strict=True)
        ],
    )


def outpatient_list(rows, people, standard: StandardLike, context: Context):
    """MI-2: the department's list of high out-patient cost, summed per person and month."""
    rows = located(rows, people, standard)
    return _outpatient(rows.assign(month=rows["month"].fillna(context.start)), standard, context)


def outpatient_settled(rows, people, standard: StandardLike, context: Context):
    """MI-S: out-patient settlements of the month, priority groups only (on the whole county it would be noise)."""
    when = rows["settled_on"].fillna(rows["admitted_on"])
    due = rows["care"].isin(_OUTPATIENT) & when.between(context.start, context.end)
    rows = located(rows[due], people, standard)
    rows = rows[rows["priority"]]
    rows = rows.assign(settled_as=_settled_as(rows, when[rows.index])).drop_duplicates("settled_as")
    return _outpatient(rows.assign(month=context.start), standard, context)


def _outpatient(rows, standard, context):
    rows = _who(rows)
    limit = number(standard, Key.OUTPATIENT_MONTHLY)
    largest = rows.sort_values("self_pay", ascending=False, kind="stable").drop_duplicates(["who", "month"])
    paid = rows.groupby(["who", "month"])["self_pay"].sum().rename("value").reset_index()
    hits = largest.merge(paid[paid["value"] >= limit], on=["who", "month"])
    return findings(
        hits,
        fact=[f"{month:%Y-%m}门诊自付" for month in hits["month"]],
        value=hits["value"].round(2),
        limit=limit,
        unit="元",
        window=hits["month"].dt.strftime("%Y-%m"),
        red=hits["value"] >= limit * number(standard, Key.LEVEL_RED_MULTIPLE),
        sentence=[
            f"{month.year}年{month.month}月门诊自付 {yuan(value)}，达到每月 {plain(limit)} 元"
            for month, value in zip(hits["month"], hits["value"], strict=True)
        ],
    )


def reported_illness(rows, people, standard: StandardLike, context: Context):
    """HLT-1: every new patient of the serious illness programme."""
    rows = located(rows, people, standard)
    return _illness(rows[rows["disease"].ne("")], context)


def new_illness(rows, people, standard: StandardLike, context: Context):
    """HLT-R: a serious illness diagnosed in the month, or new on the roster since last month."""
    rows = located(rows, people, standard)
    serious = rows[rows["disease"].str.contains(SERIOUS, regex=True)]
    return _illness(
        serious[new_against(serious, serious["diagnosed_on"], context, standard, same=("person", "disease"))], context
    )


def _illness(hits, context):
    return findings(
        hits,
        fact="大病|" + hits["disease"],
        value=hits["disease"],
        window=context.period,
        multiple=np.nan,
        orange=True,
        sentence=[
            f"{day_text(row.diagnosed_on)}确诊{row.disease}"
            if not pd.isna(row.diagnosed_on)
            else f"{context.label}新增大病患者：{row.disease}"
            for row in hits.itertuples()
        ],
    )


_POOR = {"household_kind": "脱贫户"}
_STAY = {
    "care": "住院",
    "admitted_on": "2021-02-01",
    "settled_on": "2021-02-20",
    "settlement": "A1",
    "self_pay": "13180.00",
}
_LATER = {
    "care": "住院",
    "admitted_on": "2021-05-03",
    "settled_on": "2021-05-20",
    "settlement": "A2",
    "self_pay": "10000.00",
}

RULES = (
    Rule(
        "medical.inpatient_year", 1, "住院自付年内累计", ("MI-1", "MI-S"),
        (Key.MEDICAL_SELF_PAY_PRIORITY, Key.MEDICAL_SELF_PAY_GENERAL, Key.LEVEL_RED_MULTIPLE), Risk.ILLNESS, inpatient_year,
        looks_back=EARLIER,
        examples=(
            Example("两次住院合计超过一般户标准", (_STAY, _LATER), list_code="MI-S", red=False,
                    expect=("2021年2–5月住院自付累计 23,180.00 元，达到 20,000 元",)),
            Example("脱贫户按 5,000 元，两倍为红色", (_LATER,), people=(_POOR,), list_code="MI-S", red=True,
                    expect=("2021年5月住院自付累计 10,000.00 元，达到 5,000 元",)),
            Example("身份类别为低保", ({**_LATER, "self_pay": "6000.00", "identity": "农村低保"},), red=False,
                    expect=("2021年5月住院自付累计 6,000.00 元，达到 5,000 元",)),
            Example("名单给出年度累计", ({**_LATER, "self_pay": "900.00", "year_self_pay": "20500.00"},),
                    expect=("2021年1–5月住院自付累计 20,500.00 元，达到 20,000 元",)),
            Example("同一笔结算列了两次", (_STAY, _STAY), list_code="MI-S"),
            Example("一般农户未达标准", (_LATER,), list_code="MI-S"),
            Example("门诊不算住院", ({**_STAY, "care": "普通门诊", "self_pay": "30000"},), list_code="MI-S"),
            Example("去年的住院", ({**_STAY, "admitted_on": "2020-11-01", "settled_on": "2020-12-01", "self_pay": "50000"},)),
            Example("查无此人", ({**_STAY, "self_pay": "50000", "state": "none", "person": None, "household": None},)),
        ),
    ),
    Rule(
        "medical.outpatient_list", 1, "门诊高额自付（部门名单）", ("MI-2",), (Key.OUTPATIENT_MONTHLY, Key.LEVEL_RED_MULTIPLE),
        Risk.ILLNESS, outpatient_list,
        examples=(
            Example("两个病种合计", ({"disease": "高血压", "self_pay": "300", "month": "2021-05"},
                                {"disease": "糖尿病", "self_pay": "260.5", "month": "2021-05"}), red=False,
                    expect=("2021年5月门诊自付 560.50 元，达到每月 500 元",)),
            Example("未到 500 元", ({"self_pay": "499.99", "month": "2021-05"},)),
        ),
    ),
    Rule(
        "medical.outpatient_settled", 1, "重点人群门诊自付（结算明细）", ("MI-S",),
        (Key.OUTPATIENT_MONTHLY, Key.LEVEL_RED_MULTIPLE), Risk.ILLNESS, outpatient_settled,
        examples=(
            Example("脱贫户当月门诊", ({**_LATER, "care": "门诊慢特病", "self_pay": "800"},), people=(_POOR,), red=False,
                    expect=("2021年5月门诊自付 800.00 元，达到每月 500 元",)),
            Example("一般农户", ({**_LATER, "care": "门诊慢特病", "self_pay": "800"},)),
            Example("上月的门诊", ({**_STAY, "care": "普通门诊", "self_pay": "800"},), people=(_POOR,)),
        ),
    ),
    Rule(
        "medical.serious_list", 1, "大病专项救治新增", ("HLT-1",), (), Risk.ILLNESS, reported_illness,
        examples=(
            Example("新增患者", ({"disease": "肺癌", "diagnosed_on": "2021-05-11"},), expect=("2021年5月11日确诊肺癌",)),
            Example("没有病种", ({"disease": ""},)),
        ),
    ),
    Rule(
        "medical.serious_new", 1, "新确诊大病", ("HLT-R",), (Key.NEW_RECORD_MONTHS,), Risk.ILLNESS, new_illness,
        looks_back=PREVIOUS,
        examples=(
            Example("本月确诊", ({"disease": "恶性肿瘤", "diagnosed_on": "2021-05-11"},), expect=("2021年5月11日确诊恶性肿瘤",)),
            Example("首月名册，往年确诊", ({"disease": "恶性肿瘤", "diagnosed_on": "2018-03-01"},)),
            Example("慢性病", ({"disease": "高血压", "diagnosed_on": "2021-05-11"},)),
            Example("上月没有", ({"disease": "重性精神病", "diagnosed_on": "2021-03-02"},), previous=(),
                    expect=("2021年3月2日确诊重性精神病",)),
            Example("上月已有", ({"disease": "恶性肿瘤", "diagnosed_on": "2021-03-02"},),
                    previous=({"disease": "恶性肿瘤", "diagnosed_on": "2021-03-02"},)),
            Example("补录的旧病", ({"disease": "恶性肿瘤", "diagnosed_on": "2014-03-02"},), previous=()),
        ),
    ),
)  # fmt: skip
