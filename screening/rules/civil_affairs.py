"""Social assistance: who has just been granted or lost it, and the helpless who have nobody (domain.md 3.3 CIV)."""

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
    missing_from,
    new_against,
    nothing,
    number,
    plain,
    usable,
    yuan,
)

SUBSISTENCE = r"低保(?!边缘)|最低生活保障"
DESTITUTE = r"特困|五保"
ORPHAN = r"孤儿|事实无人抚养"
LEFT_BEHIND = r"留守"
TEMPORARY = r"临时救助"
_BY_REASON = (
    (r"病|医疗", Risk.ILLNESS),
    (r"灾|洪|火|旱|滑坡", Risk.DISASTER),
    (r"意外|事故|车祸|溺水", Risk.ACCIDENT),
    (r"学", Risk.SCHOOLING),
    (r"残", Risk.DISABILITY),
    (r"失业|务工", Risk.EMPLOYMENT),
)


def _of_kind(rows, pattern, code, context):
    """The rows of one kind of CIV-R; a list of its own (``code``) is of that kind throughout."""
    return rows if context.list_code == code else rows[rows["category"].str.contains(pattern, regex=True)]


def new_subsistence(rows, people, standard: StandardLike, context: Context):
    """CIV-1, CIV-R: a household newly on 低保 that is not monitored is to be looked at."""
    rows = _of_kind(located(rows, people, standard), SUBSISTENCE, "CIV-1", context)
    if "change" in rows:
        rows = rows[rows["change"].ne("停发") & rows["stopped_on"].isna()]
    hits = rows[new_against(rows, rows["started_on"], context, standard, same=("household",))]
    hits = hits[~hits["monitored"]].drop_duplicates("household")
    return findings(
        hits,
        fact="低保新增|" + day_keys(hits["started_on"]),
        value="新增",
        window=context.period,
        multiple=np.nan,
        subject="household",
        sentence=[
            f"{day_text(day)}批准享受低保，该户未纳入监测"
            if not pd.isna(day)
            else f"{context.label}新增低保，该户未纳入监测"
            for day in hits["started_on"]
        ],
    )


def stopped_subsistence(rows, people, standard: StandardLike, context: Context):
    """CIV-1: 低保 stopped this month in a monitored, exited or 脱贫 household."""
    rows = located(rows, people, standard)
    recent = rows["stopped_on"].between(context.start, context.end)
    stopped = recent | (rows["change"].eq("停发") & rows["stopped_on"].isna())
    hits = rows[stopped & _watched(rows)].drop_duplicates("household")
    reasons = ["" if not text else f"（{text}）" for text in hits["reason"]]
    return _stop_findings(hits, reasons, context)


def vanished_subsistence(rows, people, standard: StandardLike, context: Context):
    """CIV-R: on 低保 last month, on no row this month, in a monitored, exited or 脱贫 household."""
    if context.previous is None:
        return nothing()
    before = usable(context.previous)
    before = before[before["category"].str.contains(SUBSISTENCE, regex=True)]
    still_here = people[people["person"].isin(before["person"].dropna())]
    gone = missing_from(still_here, rows, standard, context)
    gone = located(gone.assign(state="certain"), people, standard)
    gone = gone[_watched(gone)].drop_duplicates("household")
    return _stop_findings(gone, ["（本月名册中已无）"] * len(gone), context)


def _watched(rows):
    return rows["monitored"] | rows["exited"] | rows["lifted"]


def _stop_findings(hits, reasons, context):
    held = np.select([hits["monitored"], hits["exited"]], ["监测户", "风险已消除户"], default="脱贫户")
    return findings(
        hits,
        fact=f"低保停发|{context.period}",
        value="停发",
        window=context.period,
        multiple=np.nan,
        subject="household",
        sentence=[
            f"{context.label}低保停发{reason}，该户为{kind}" for reason, kind in zip(reasons, held, strict=True)
        ],
    )


def nobody_cares(rows, people, standard: StandardLike, context: Context):
    """CIV-2, CIV-R: scattered 特困, not self-caring, without a carer: red (S15). Silent where the list never names carers."""
    rows = _of_kind(located(rows, people, standard), DESTITUTE, "CIV-2", context)
    if context.list_code != "CIV-2" and not rows["carer"].ne("").any():
        return nothing()
    helpless = rows["self_care"].isin(("全护理", "半护理"))
    hits = rows[rows["care_form"].eq("分散") & helpless & rows["carer"].eq("")]
    return findings(
        hits,
        fact="特困无照料人",
        value=hits["self_care"],
        window=context.period,
        multiple=np.nan,
        red=True,
        sentence=[f"分散供养特困人员，自理能力为“{level}”，没有照料人" for level in hits["self_care"]],
    )


def unguarded_child(rows, people, standard: StandardLike, context: Context):
    """CIV-3, CIV-R: orphans and children nobody brings up, in a household that is not monitored; the left-behind only without guardian."""
    rows = located(rows, people, standard)
    orphan = rows["category"].str.contains(ORPHAN, regex=True)
    alone = rows["category"].str.contains(LEFT_BEHIND, regex=True)
    # A list that names no guardian at all says nothing about who has none.
    alone &= rows["guardian"].eq("") & bool(rows["guardian"].ne("").any()) if "guardian" in rows else False
    hits = rows[(orphan | alone) & ~rows["monitored"]]
    return findings(
        hits,
        fact="特殊群体|" + hits["category"],
        value=hits["category"],
        window=context.period,
        multiple=np.nan,
        sentence=[
            f"{row.category}，该户未纳入监测" if is_orphan else f"{row.category}，没有监护人，该户未纳入监测"
            for row, is_orphan in zip(hits.itertuples(), orphan[hits.index], strict=True)
        ],
    )


def temporary_aid(rows, people, standard: StandardLike, context: Context):
    """CIV-4, CIV-R: several grants within the window, or one large one; the risk follows the reason given."""
    frames = [located(rows, people, standard)]
    if context.earlier is not None and len(context.earlier):
        frames.append(located(context.earlier, people, standard).assign(row=np.nan))
    grants = pd.concat([_grants(frame, context) for frame in frames], ignore_index=True)
    months = int(number(standard, Key.TEMPORARY_AID_MONTHS))
    since = context.end - pd.DateOffset(months=months)
    grants = grants[grants["granted_on"].between(since, context.end, inclusive="right")]
    grants = grants.drop_duplicates(["household", "person", "granted_on", "granted"])
    grants = grants.sort_values("granted_on", ascending=False, kind="stable")
    by_household = grants.groupby("household")["granted"]
    grants["count"], grants["total"] = by_household.transform("size"), by_household.transform("sum")
    often, much = number(standard, Key.TEMPORARY_AID_COUNT), number(standard, Key.TEMPORARY_AID_AMOUNT)
    large = grants[grants["granted"] >= much].drop_duplicates("household")
    many = grants[grants["count"] >= often].drop_duplicates("household")
    return pd.concat(
        [
            findings(
                large, fact="临时救助大额|" + day_keys(large["granted_on"]), value=large["granted"], limit=much, unit="元",
                window=context.period, risk=_risk_of(large["reason"]), subject="household", multiple=np.nan,
                sentence=[f"{day_text(row.granted_on)}临时救助 {yuan(row.granted)}，达到 {plain(much)} 元" for row in large.itertuples()],
            ),
            findings(
                many, fact="临时救助多次|" + day_keys(many["granted_on"]), value=many["count"], limit=often, unit="次",
                window=f"近{months}个月", risk=_risk_of(many["reason"]), subject="household", multiple=np.nan,
                sentence=[
                    f"近{months}个月临时救助 {plain(row.count_)} 次，合计 {yuan(row.total)}，达到 {plain(often)} 次"
                    for row in many.rename(columns={"count": "count_"}).itertuples()
                ],
            ),
        ],
        ignore_index=True,
    )  # fmt: skip


def _grants(rows, context):
    if context.list_code == "CIV-4":
        return rows.assign(granted_on=rows["granted_on"].fillna(context.start))
    rows = rows[rows["category"].str.contains(TEMPORARY, regex=True)]
    return rows.assign(granted=rows["monthly"], granted_on=rows["started_on"])


def _risk_of(reasons):
    matches = [reasons.str.contains(pattern, regex=True) for pattern, _ in _BY_REASON]
    return np.select(matches, [str(risk) for _, risk in _BY_REASON], default=str(Risk.OTHER))


_POOR = {"household_kind": "脱贫户"}
_NEW = {"category": "农村低保", "started_on": "2021-05-12"}
_OLD = {"category": "农村低保", "started_on": "2014-09-01"}
_ALONE = {"category": "特困供养", "care_form": "分散", "self_care": "全护理", "carer": ""}

RULES = (
    Rule(
        "support.new_subsistence", 1, "新增低保户未纳入监测", ("CIV-1", "CIV-R"), (Key.NEW_RECORD_MONTHS,), Risk.INCOME,
        new_subsistence,
        looks_back=PREVIOUS,
        examples=(
            Example("本月批准", (_NEW,), list_code="CIV-R", expect=("2021年5月12日批准享受低保，该户未纳入监测",)),
            Example("同户两人只报一次", (_NEW, {**_NEW, "person": None}), list_code="CIV-R",
                    expect=("2021年5月12日批准享受低保，该户未纳入监测",)),
            Example("首月名册中的老低保", (_OLD,), list_code="CIV-R"),
            Example("已在监测", (_NEW,), people=({"monitored": True},), list_code="CIV-R"),
            Example("特困不是低保", ({**_NEW, "category": "特困供养"},), list_code="CIV-R"),
            Example("上月没有，三月批准", ({"started_on": "2021-03-02", "change": "新增"},), previous=(), list_code="CIV-1",
                    expect=("2021年3月2日批准享受低保，该户未纳入监测",)),
            Example("上月已有", (_NEW,), previous=(_NEW,), list_code="CIV-R"),
        ),
    ),
    Rule(
        "support.stopped_subsistence", 1, "监测户、脱贫户低保停发", ("CIV-1",), (), Risk.INCOME, stopped_subsistence,
        examples=(
            Example("脱贫户停发", ({"change": "停发", "stopped_on": "2021-05-01", "reason": "收入超标"},), people=(_POOR,),
                    expect=("2021年5月低保停发（收入超标），该户为脱贫户",)),
            Example("一般农户停发", ({"change": "停发", "stopped_on": "2021-05-01"},)),
            Example("去年停发", ({"change": "停发", "stopped_on": "2020-05-01"},), people=(_POOR,)),
        ),
    ),
    Rule(
        "support.vanished_subsistence", 1, "监测户、脱贫户退出低保名册", ("CIV-R",), (Key.ROSTER_GAP_SHARE, Key.ROSTER_GAP_COUNT),
        Risk.INCOME, vanished_subsistence,
        looks_back=PREVIOUS,
        examples=(
            Example("上月有，本月没有", (), people=({"monitored": True},), previous=(_OLD,),
                    expect=("2021年5月低保停发（本月名册中已无），该户为监测户",)),
            Example("转为特困供养", ({"category": "特困供养"},), people=(_POOR,), previous=(_OLD,)),
            Example("可能是待判定的那一行", (), people=(_POOR,), previous=(_OLD,), withheld=("p1",)),
            Example("首月", (), people=(_POOR,)),
        ),
    ),
    Rule(
        "support.nobody_cares", 1, "特困人员无人照料", ("CIV-2", "CIV-R"), (), Risk.SPECIAL, nobody_cares,
        examples=(
            Example("分散、不能自理、无照料人", (_ALONE,), list_code="CIV-2", red=True,
                    expect=("分散供养特困人员，自理能力为“全护理”，没有照料人",)),
            Example("有照料人", ({**_ALONE, "carer": "李四"},), list_code="CIV-2"),
            Example("集中供养", ({**_ALONE, "care_form": "集中"},), list_code="CIV-2"),
            Example("能自理", ({**_ALONE, "self_care": "全自理"},), list_code="CIV-2"),
            Example("名册根本没有照料人一列", (_ALONE,), list_code="CIV-R"),
        ),
    ),
    Rule(
        "support.unguarded_child", 1, "孤儿、无人抚养、无人监护", ("CIV-3", "CIV-R"), (), Risk.SPECIAL, unguarded_child,
        examples=(
            Example("孤儿", ({"category": "孤儿"},), list_code="CIV-3", expect=("孤儿，该户未纳入监测",)),
            Example("户已监测", ({"category": "孤儿"},), people=({"monitored": True},), list_code="CIV-3"),
            Example("留守儿童有监护人", ({"category": "留守儿童", "guardian": "王五"},), list_code="CIV-3"),
            Example("留守儿童没有监护人", ({"category": "留守儿童"}, {"category": "留守儿童", "guardian": "王五"}), list_code="CIV-3",
                    expect=("留守儿童，没有监护人，该户未纳入监测",)),
            Example("低保不是孤儿", (_OLD,), list_code="CIV-R"),
        ),
    ),
    Rule(
        "support.temporary_aid", 1, "临时救助多次或大额", ("CIV-4", "CIV-R"),
        (Key.TEMPORARY_AID_COUNT, Key.TEMPORARY_AID_AMOUNT, Key.TEMPORARY_AID_MONTHS), Risk.OTHER, temporary_aid,
        looks_back=EARLIER,
        examples=(
            Example("一次六千元", ({"granted": "6000", "granted_on": "2021-05-10", "reason": "因病"},), list_code="CIV-4",
                    expect=("2021年5月10日临时救助 6,000.00 元，达到 5,000 元",)),
            Example("一年两次", ({"granted": "800", "granted_on": "2021-05-10"}, {"granted": "500", "granted_on": "2020-09-01"}),
                    list_code="CIV-4", expect=("近12个月临时救助 2 次，合计 1,300.00 元，达到 2 次",)),
            Example("一次小额", ({"granted": "800", "granted_on": "2021-05-10"},), list_code="CIV-4"),
            Example("同一笔列了两行", ({"granted": "800", "granted_on": "2021-05-10"},) * 2, list_code="CIV-4"),
            Example("三年前的救助", ({"category": "临时救助", "monthly": "6000", "started_on": "2018-03-08"},), list_code="CIV-R"),
        ),
    ),
)  # fmt: skip
