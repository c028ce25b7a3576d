"""I01–I09: income and spending that do not add up (domain.md 7.4 I, formulas 1.7). Amounts in yuan a year."""

import pandas as pd

from fangpin.policy.keys import Key
from households.choices import Owner, Severity
from households.quality.base import (
    Context,
    Example,
    Rule,
    amount,
    blank,
    found,
    joined,
    of_home,
    per_household,
    whole,
    yes,
)

RECEIVED = {
    "wages": "工资性收入",
    "business": "生产经营性收入",
    "property": "财产性收入",
    "transfers": "转移性收入",
}
PARTS = {**RECEIVED, "business_costs": "生产经营性支出"}
TOLERANCE = 1  # yuan: what rounding to whole yuan may leave (7.4 I09)
IN_TEN_THOUSANDS = 10  # 7.4 I08: nobody's year brings less than 10 yuan in every part


def _parts(households: pd.DataFrame, columns=PARTS) -> pd.DataFrame:
    return pd.DataFrame({column: amount(households[column]) for column in columns})


def negative(people, households, context: Context):
    what = joined({PARTS[column]: values < 0 for column, values in _parts(households).items()})
    return found(households[what.ne("")], what=what[what.ne("")])


def does_not_add_up(people, households, context: Context):
    parts = _parts(households)
    total = parts[list(RECEIVED)].sum(axis=1) - parts["business_costs"]
    net, per_head = amount(households["net_income"]), amount(households["net_per_head"])
    size = households["size"].where(households["size"] > 0)
    wrong_net = parts.notna().all(axis=1) & net.notna() & ((net - total).abs() > TOLERANCE)
    wrong_head = net.notna() & per_head.notna() & ((per_head - net / size).abs() > TOLERANCE)
    hits = households[wrong_net | wrong_head]
    by_parts = "家庭纯收入填 " + whole(net[hits.index]) + " 元，按各项应为 " + whole(total[hits.index]) + " 元"
    by_head = "人均纯收入填 " + whole(per_head[hits.index]) + " 元，应为 " + whole((net / size)[hits.index]) + " 元"
    return found(hits, what=by_head.mask(wrong_net[hits.index], by_parts))


def all_zero(people, households, context: Context):
    return found(households[_parts(households).eq(0).all(axis=1)])


def aided_without_transfer(people, households, context: Context):
    relief, support = (
        per_household(households, people, yes(people[column])) > 0 for column in ("minimum_living", "destitute")
    )
    hits = households[(relief | support) & amount(households["transfers"]).eq(0)]
    return found(hits, what=support[hits.index].map({True: "特困供养", False: "低保"}))


def pensioner_without_pension(people, households, context: Context):
    home = of_home(people, households, "pension_income")
    old = home["age"] >= context.number(Key.CHECK_ELDERLY_AGE)
    receives = yes(home["pension_resident"]) | yes(home["pension_employee"])
    nothing = amount(home["home_pension_income"].fillna("").astype("str")).eq(0)
    hits = home[old & receives & nothing]
    return found(hits, age=hits["age"].astype("int64"))


def paid_more_than_cost(people, households, context: Context):
    paid, cost = amount(households["own_payments"]), households["medical_total"]
    hits = households[cost.notna() & (paid > cost)]
    return found(hits, paid=whole(paid[hits.index]), cost=whole(cost[hits.index]))


def leap_since_last_year(people, households, context: Context):
    net, before = amount(households["net_income"]), amount(households["net_income_before"])
    change = (net - before) / before.where(before > 0)
    leap = (change.abs() > context.number(Key.CHECK_INCOME_CHANGE)) & blank(households["income_reason"])
    hits = households[leap]
    text = (change[hits.index] > 0).map({True: "增加", False: "减少"}) + " " + whole(change[hits.index].abs() * 100)
    return found(hits, net=whole(net[hits.index]), before=whole(before[hits.index]), change=text + "%")


def in_ten_thousands(people, households, context: Context):
    parts = _parts(households, RECEIVED)
    low = (parts.fillna(0) < IN_TEN_THOUSANDS).all(axis=1) & (parts > 0).any(axis=1)
    return found(households[low], most=whole(parts.max(axis=1)[low]))


def medical_balance(people, households, context: Context):
    total, paid, own = (households[f"medical_{part}"] for part in ("total", "paid", "own"))
    gap = total - paid - own
    hits = households[gap.abs() > TOLERANCE]
    amounts = {name: whole(column[hits.index]) for name, column in (("total", total), ("paid", paid), ("own", own))}
    return found(hits, gap=whole(gap[hits.index].abs()), **amounts)


_INCOME = {
    "wages": "24000", "business": "8000", "property": "0", "transfers": "1200", "business_costs": "3200",
    "net_income": "30000", "net_per_head": "30000", "size": 1,
}  # fmt: skip
_ZERO = dict.fromkeys(PARTS, "0")

RULES = (
    Rule("I01", Severity.ERROR, "收入支出为负", "{name}的{what}为负数",
         "各项收入、支出都填正数，支出由系统扣减", Owner.VILLAGE, negative, about="household", examples=(
             Example("支出为负", ("赵大户的生产经营性支出为负数",), households=({**_INCOME, "business_costs": "-3200"},)),
             Example("正常", households=(_INCOME,)))),
    Rule("I02", Severity.ERROR, "收入合计", "{name}{what}",
         "按公式重新计算：纯收入为四项收入减生产经营性支出，人均为纯收入除以人口", Owner.VILLAGE, does_not_add_up, about="household", examples=(
             Example("合计不对", ("赵大户家庭纯收入填 33200 元，按各项应为 30000 元",),
                     households=({**_INCOME, "net_income": "33200", "net_per_head": "33200"},)),
             Example("人均不对", ("赵大户人均纯收入填 30000 元，应为 10000 元",), households=({**_INCOME, "size": 3},)),
             Example("相符", households=(_INCOME,)))),
    Rule("I03", Severity.WARNING, "收入全为零", "{name}各项收入和支出都是 0",
         "入户核算后补填", Owner.VILLAGE, all_zero, about="household", examples=(
             Example("全为零", ("赵大户各项收入和支出都是 0",), households=(_ZERO,)), Example("没有填"))),
    Rule("I04", Severity.WARNING, "低保特困没有转移性收入", "{name}享受{what}，转移性收入却为 0",
         "把低保金、供养金计入转移性收入", Owner.VILLAGE, aided_without_transfer, about="household", examples=(
             Example("低保", ("赵大户享受低保，转移性收入却为 0",), ({"minimum_living": "农村低保"},), ({**_INCOME, "transfers": "0"},)),
             Example("特困", ("赵大户享受特困供养，转移性收入却为 0",), ({"destitute": "农村特困"},), ({**_INCOME, "transfers": "0"},)),
             Example("有转移性收入", people=({"minimum_living": "农村低保"},), households=(_INCOME,)))),
    Rule("I05", Severity.WARNING, "领养老金却为零", "{name} {age} 岁，已参加养老保险，本户养老金收入却为 0",
         "核实领取情况，计入转移性收入", Owner.VILLAGE, pensioner_without_pension, (Key.CHECK_ELDERLY_AGE,), about="person", examples=(
             Example("七十一岁", ("赵大 71 岁，已参加养老保险，本户养老金收入却为 0",),
                     ({"birthday": "1950-01-01", "labour": "无劳动力"},), ({"pension_income": "0"},)),
             Example("五十岁", households=({"pension_income": "0"},)))),
    Rule("I06", Severity.WARNING, "自付超过医疗总费用", "{name}合规自付支出 {paid} 元，医保记录的总费用只有 {cost} 元",
         "与医保部门核对票据", Owner.VILLAGE, paid_more_than_cost, about="household", examples=(
             Example("超过", ("赵大户合规自付支出 9000 元，医保记录的总费用只有 6000 元",),
                     households=({"own_payments": "9000", "medical_total": 6000.0},)),
             Example("未超过", households=({"own_payments": "2000", "medical_total": 6000.0},)))),
    Rule("I07", Severity.WARNING, "年收入变化过大", "{name}家庭纯收入 {net} 元，上年 {before} 元，{change}，没有说明原因",
         "核实后填写变化原因", Owner.VILLAGE, leap_since_last_year, (Key.CHECK_INCOME_CHANGE,), about="household",
         examples=(
             Example("翻倍", ("赵大户家庭纯收入 30000 元，上年 15000 元，增加 100%，没有说明原因",),
                     households=({**_INCOME, "net_income_before": "15000"},)),
             Example("有原因", households=({**_INCOME, "net_income_before": "15000", "income_reason": "长子就业"},)),
             Example("变化不大", households=({**_INCOME, "net_income_before": "28000"},)))),
    Rule("I08", Severity.WARNING, "可能按万元填写", "{name}各项收入都不到 10 元（最大 {most}），可能按万元填写",
         "换算成元", Owner.VILLAGE, in_ten_thousands, about="household", examples=(
             Example("万元", ("赵大户各项收入都不到 10 元（最大 2.4），可能按万元填写",),
                     households=({"wages": "2.4", "business": "0.8"},)),
             Example("元", households=(_INCOME,)))),
    Rule("I09", Severity.WARNING, "医疗费用不平", "{name}医疗总费用 {total} 元，报销和救助 {paid} 元，自付 {own} 元，相差 {gap} 元",
         "与医保部门核对结算单", Owner.DEPARTMENT, medical_balance, about="household", examples=(
             Example("差一百", ("赵大户医疗总费用 6000 元，报销和救助 3900 元，自付 2000 元，相差 100 元",),
                     households=({"medical_total": 6000.0, "medical_paid": 3900.0, "medical_own": 2000.0},)),
             Example("平", households=({"medical_total": 6000.0, "medical_paid": 4000.0, "medical_own": 2000.0},)))),
)  # fmt: skip
