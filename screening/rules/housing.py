"""Housing: dangerous houses and rebuilding that does not begin (domain.md 3.3 HOU)."""

import numpy as np
import pandas as pd

from fangpin.policy.keys import Key
from screening.choices import Risk
from screening.rules.base import (
    Context,
    Example,
    Rule,
    StandardLike,
    day_keys,
    day_text,
    findings,
    located,
    number,
    plain,
)

_GRADES = {"A": 1, "B": 2, "C": 3, "D": 4}


def dangerous_house(rows, people, standard: StandardLike, context: Context):
    """HOU-1, HOU-R: a house of grade C or D in which the household has to live (its only one, unless the list says otherwise)."""
    rows = located(rows, people, standard)
    grade = rows["grade"].map(_GRADES)
    hits = rows[(grade >= number(standard, Key.HOUSE_GRADE_CLUE)) & rows["only_house"].ne("否")]
    # A household with several appraisals is one clue per grade and day; the worst comes first.
    hits = hits.sort_values("grade", ascending=False, kind="stable").drop_duplicates(
        ["household", "grade", "appraised_on"]
    )
    return findings(
        hits,
        fact=hits["grade"] + "级危房|" + day_keys(hits["appraised_on"]),
        value=hits["grade"],
        window=context.period,
        multiple=np.nan,
        red=hits["grade"].map(_GRADES) >= number(standard, Key.HOUSE_GRADE_RED),
        subject="household",
        sentence=[_house_sentence(row, context) for row in hits.itertuples()],
    )


def _house_sentence(row, context):
    when = f"{day_text(row.appraised_on)}鉴定" if not pd.isna(row.appraised_on) else f"{context.label}报告"
    structure = f"（{row.structure}）" if row.structure else ""
    only = "，为唯一住房" if row.only_house == "是" else ""
    return f"住房{when}为 {row.grade} 级危房{structure}{only}"


def rebuilding_not_begun(rows, people, standard: StandardLike, context: Context):
    """HOU-2: in the plan, but no work begun within the days allowed."""
    rows = located(rows, people, standard)
    waiting = (context.end - rows["planned_on"]).dt.days
    limit = number(standard, Key.HOUSE_START_DAYS)
    open_ = rows["started_on"].isna() & rows["finished_on"].isna() & rows["accepted_on"].isna()
    hits = rows.assign(waiting=waiting)[open_ & (waiting >= limit)]
    return findings(
        hits,
        fact="危改未开工|" + day_keys(hits["planned_on"]),
        value=hits["waiting"],
        limit=limit,
        unit="天",
        window=context.period,
        subject="household",
        sentence=[
            f"危房改造计划{day_text(row.planned_on)}下达，至{context.label}底 {plain(row.waiting)} 天未开工，超过 {plain(limit)} 天"
            for row in hits.itertuples()
        ],
    )


RULES = (
    Rule(
        "housing.dangerous", 1, "C、D 级危房", ("HOU-1", "HOU-R"), (Key.HOUSE_GRADE_CLUE, Key.HOUSE_GRADE_RED), Risk.HOUSING,
        dangerous_house,
        examples=(
            Example("D 级为红色", ({"grade": "D", "appraised_on": "2021-05-08", "structure": "泥砖", "only_house": "是"},), red=True,
                    expect=("住房2021年5月8日鉴定为 D 级危房（泥砖），为唯一住房",)),
            Example("C 级", ({"grade": "C", "appraised_on": "2021-05-08"},), red=False,
                    expect=("住房2021年5月8日鉴定为 C 级危房",)),
            Example("另有住房", ({"grade": "D", "only_house": "否"},)),
            Example("B 级", ({"grade": "B", "appraised_on": "2021-05-08"},)),
            Example("同一次鉴定列了两行", ({"grade": "C", "appraised_on": "2021-05-08"},) * 2,
                    expect=("住房2021年5月8日鉴定为 C 级危房",)),
        ),
    ),
    Rule(
        "housing.not_begun", 1, "危房改造未按期开工", ("HOU-2",), (Key.HOUSE_START_DAYS,), Risk.HOUSING, rebuilding_not_begun,
        examples=(
            Example("下达四个月未开工", ({"planned_on": "2021-01-31"},),
                    expect=("危房改造计划2021年1月31日下达，至2021年5月底 120 天未开工，超过 90 天",)),
            Example("已开工", ({"planned_on": "2021-01-31", "started_on": "2021-03-01"},)),
            Example("刚下达", ({"planned_on": "2021-05-01"},)),
            Example("没有下达日期", ({},)),
        ),
    ),
)  # fmt: skip
