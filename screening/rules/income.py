"""Income: households below the year's line on the office's own low-income list (domain.md 1.8, 3.3)."""

from fangpin.policy.keys import Key
from screening.choices import Risk
from screening.rules.base import Context, Example, Rule, StandardLike, findings, located, number, plain, yuan


def low_income(rows, people, standard: StandardLike, context: Context):
    """FPB-1: income per head, given or net income over members, below the line of the standard."""
    rows = located(rows, people, standard)
    per_head = rows["per_head"].fillna(rows["net_income"] / rows["size"].where(rows["size"] > 0))
    line = number(standard, Key.INCOME_LINE)
    hits = rows.assign(per_head=per_head)[per_head < line].drop_duplicates("household")
    year = hits["year"].fillna(context.start.year).astype(int)
    return findings(
        hits,
        fact=year.map("{}年人均纯收入低于监测范围".format),
        value=hits["per_head"].round(2),
        limit=line,
        unit="元",
        window=year.astype(str),
        subject="household",
        sentence=[
            f"{when}年家庭人均纯收入 {yuan(income)}，低于 {plain(line)} 元"
            for when, income in zip(year, hits["per_head"], strict=True)
        ],
    )


RULES = (
    Rule(
        "income.low", 1, "低收入农户", ("FPB-1",), (Key.INCOME_LINE,), Risk.INCOME, low_income,
        examples=(
            Example("低于 6,000 元", ({"per_head": "5230.5", "year": "2021"},),
                    expect=("2021年家庭人均纯收入 5,230.50 元，低于 6,000 元",)),
            Example("由纯收入和人口算出", ({"net_income": "16000", "size": "4"},),
                    expect=("2021年家庭人均纯收入 4,000.00 元，低于 6,000 元",)),
            Example("正好 6,000 元", ({"per_head": "6000"},)),
            Example("没有数", ({},)),
        ),
    ),
)  # fmt: skip
