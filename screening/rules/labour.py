"""Labour: the only earner of a household back home or without work, and the death of the main one (domain.md 3.3 人社, HLT-4)."""

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
    age_on,
    day_keys,
    day_text,
    findings,
    located,
    missing_from,
    nothing,
    number,
    plain,
    usable,
    with_person,
)

_JOBLESS = r"返乡|失业|待业|无业|离职|解雇|辞退|停工"
_WORKING = r"返乡创业|已再就业|再就业|已就业|就近就业|返岗|在岗"
_UNABLE = r"丧失|无劳动力"


def jobless(rows, people, standard: StandardLike, context: Context):
    """HR-R: back home or jobless for long enough, and nobody else of the household on the roster is at work.

    How long: by the day given, else by last month's roster saying so too. In the first month it cannot be known and is left
    to the village to find out.
    """
    rows = located(rows, people, standard)
    rows = rows[rows["person"].notna()]
    idle = _idle(rows)
    # Who waits for review may be the one that earns.
    earning = set(rows.loc[~idle, "household"]) | set(_households_under_review(people, context))
    hits = rows[idle & ~rows["household"].isin(earning)].drop_duplicates("person")
    months = int(number(standard, Key.JOBLESS_MONTHS))
    hits = hits[_long_enough(hits, months, context)]
    return findings(
        hits,
        fact="务工中断|" + day_keys(hits["returned_on"].fillna(hits["employed_on"])),
        value=hits["wage"],
        unit="元/月",
        window=context.period,
        multiple=np.nan,
        sentence=[_jobless_sentence(row, months, context) for row in hits.itertuples()],
    )


def _idle(rows):
    told = rows["work_status"] + rows["remark"]
    says_idle = told.str.contains(_JOBLESS, regex=True) & ~told.str.contains(_WORKING, regex=True)
    return says_idle | rows["wage"].eq(0)


def _long_enough(rows, months, context):
    since = rows["returned_on"] <= context.end - pd.DateOffset(months=months)
    if context.previous is None or months <= 1:
        return since | rows["returned_on"].isna()
    idle_before = context.previous.loc[_idle(context.previous), "person"].dropna()
    return since | (rows["returned_on"].isna() & rows["person"].isin(idle_before))


def _households_under_review(people, context):
    return people.loc[people["person"].isin(list(context.withheld_persons)), "household"]


def _jobless_sentence(row, months, context):
    state = row.remark or row.work_status or "月工资为 0"
    if not pd.isna(row.returned_on):
        return f"家中唯一务工人员{day_text(row.returned_on)}起{state}，已满 {months} 个月"
    if context.previous is None:
        return f"家中唯一务工人员{context.label}{state}（首次报送，持续时间待核实）"
    return f"家中唯一务工人员连续 {months} 个月{state}"


def vanished_worker(rows, people, standard: StandardLike, context: Context):
    """HR-R: at work last month, on no row this month, and nobody else of the household at work."""
    if context.previous is None:
        return nothing()
    before = usable(context.previous)
    before = before[before["person"].notna() & ~_idle(before)]
    gone = missing_from(people[people["person"].isin(before["person"])], rows, standard, context)
    gone = located(gone.assign(state="certain"), people, standard)
    now = usable(rows)
    earning = set(now.loc[~_idle(now), "household"]) | set(_households_under_review(people, context))
    gone = gone[~gone["household"].isin(earning)]
    return findings(
        gone,
        fact=f"退出务工台账|{context.period}",
        value="已无记录",
        window=context.period,
        multiple=np.nan,
        sentence=f"家中唯一务工人员上月在台账，{context.label}台账中已无",
    )


def main_worker_died(rows, people, standard: StandardLike, context: Context):
    """HLT-4: somebody of working age died who headed the household, or whose death leaves hardly any labour in it."""
    rows = with_person(located(rows, people, standard), people, "birthday", "is_head")
    dead = rows[rows["event"].ne("出生") & rows["person"].notna()].drop_duplicates("person")
    low, high = number(standard, Key.WORK_AGE_MIN), number(standard, Key.WORK_AGE_MAX)
    dead = dead[age_on(dead["person_birthday"], context.end).between(low, high)]
    left = people[people["household"].isin(dead["household"]) & ~people["person"].isin(dead["person"])]
    able = age_on(left["birthday"], context.end).between(low, high)
    if "labour" in left:
        able &= ~left["labour"].fillna("").astype("str").str.contains(_UNABLE, regex=True)
    counts = able.groupby(left["household"]).agg(["size", "sum"]).reindex(dead["household"]).fillna(0)
    dead = dead.assign(left=counts["size"].to_numpy(), able=counts["sum"].to_numpy())
    short = dead["able"] <= dead["left"] * number(standard, Key.LABOUR_SHARE_MAX)
    hits = dead[(dead["left"] > 0) & (short | dead["person_is_head"].eq(True))]
    return findings(
        hits,
        fact="主要劳动力死亡",
        value=hits["able"],
        unit="人",
        window=context.period,
        multiple=np.nan,
        sentence=[
            f"{day_text(row.happened_on) or context.label}家中主要劳动力死亡，余 {plain(row.left)} 人，其中劳动力 {plain(row.able)} 人"
            for row in hits.itertuples()
        ],
    )


_WORKER = {"birthday": "1980-01-01", "is_head": True}
_CHILDREN = ({"person": "p2", "birthday": "2010-01-01"}, {"person": "p3", "birthday": "2012-01-01"})
_WIFE = {"person": "p2", "birthday": "1982-01-01"}
_BACK = {"remark": "返乡", "wage": "2500", "employed_on": "2020-03-01"}

RULES = (
    Rule(
        "labour.jobless", 1, "唯一务工人员失业返乡", ("HR-R",), (Key.JOBLESS_MONTHS,), Risk.EMPLOYMENT, jobless,
        looks_back=PREVIOUS,
        examples=(
            Example("首月返乡", (_BACK,), people=(_WORKER,), expect=("家中唯一务工人员2021年5月返乡（首次报送，持续时间待核实）",)),
            Example("月工资为 0", ({"wage": "0"},), people=(_WORKER,),
                    expect=("家中唯一务工人员2021年5月月工资为 0（首次报送，持续时间待核实）",)),
            Example("连续两个月", (_BACK,), people=(_WORKER,), previous=(_BACK,), expect=("家中唯一务工人员连续 2 个月返乡",)),
            Example("上月还在务工", (_BACK,), people=(_WORKER,), previous=({"wage": "2500"},)),
            Example("家中另有人务工", (_BACK, {"person": "p2", "wage": "3000"}), people=(_WORKER, _WIFE)),
            Example("家人可能是待判定的那一行", (_BACK,), people=(_WORKER, _WIFE), withheld=("p2",)),
            Example("返乡创业", ({**_BACK, "remark": "返乡创业"},), people=(_WORKER,)),
            Example("在外务工", ({"wage": "3000"},), people=(_WORKER,)),
        ),
    ),
    Rule(
        "labour.vanished", 1, "唯一务工人员退出台账", ("HR-R",), (Key.ROSTER_GAP_SHARE, Key.ROSTER_GAP_COUNT), Risk.EMPLOYMENT,
        vanished_worker,
        looks_back=PREVIOUS,
        examples=(
            Example("上月有，本月没有", (), people=(_WORKER,), previous=({"wage": "3000"},),
                    expect=("家中唯一务工人员上月在台账，2021年5月台账中已无",)),
            Example("妻子仍在务工", ({"person": "p2", "wage": "3000"},), people=(_WORKER, _WIFE), previous=({"wage": "3000"},)),
            Example("可能是待判定的那一行", (), people=(_WORKER,), previous=({"wage": "3000"},), withheld=("p1",)),
            Example("首月", (), people=(_WORKER,)),
        ),
    ),
    Rule(
        "labour.died", 1, "主要劳动力死亡", ("HLT-4",), (Key.WORK_AGE_MIN, Key.WORK_AGE_MAX, Key.LABOUR_SHARE_MAX), Risk.LABOUR,
        main_worker_died,
        examples=(
            Example("留下两个孩子", ({"event": "死亡", "happened_on": "2021-05-12"},), people=(_WORKER, *_CHILDREN),
                    expect=("2021年5月12日家中主要劳动力死亡，余 2 人，其中劳动力 0 人",)),
            Example("老人去世", ({"event": "死亡", "happened_on": "2021-05-12"},), people=({"birthday": "1940-01-01"}, _WIFE)),
            Example("出生", ({"event": "出生", "happened_on": "2021-05-12"},), people=(_WORKER, *_CHILDREN)),
            Example("单身户，无人留下", ({"event": "死亡", "happened_on": "2021-05-12"},), people=(_WORKER,)),
        ),
    ),
)  # fmt: skip
