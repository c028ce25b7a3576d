"""E01–E08: house, water, road, land, and gaps of a household that nobody watches (domain.md 7.4 E)."""

import pandas as pd

from fangpin.policy.keys import Key
from households.choices import Owner, Severity
from households.quality.base import Context, Example, Rule, amount, blank, found, holds, joined, no, whole, yes

ASKED = {
    "house_area": "住房面积",
    "house_grade": "危房等级",
    "water_safe": "饮水是否安全",
    "toilet": "卫生厕所",
    "road": "入户路类型",
}
LAND = {
    "field_area": "耕地",
    "forest_area": "林地",
    "returned_area": "退耕还林",
    "orchard_area": "林果",
    "pasture_area": "牧草地",
    "pond_area": "水面",
}
DANGEROUS = r"[CDcd]"
REBUILT = r"危房改造|危改|拆除重建|加固"


def blank_conditions(people, households, context: Context):
    missing = {
        label: blank(households[column]) for column, label in ASKED.items() if context.keeps((column,))
    }  # a column that the county does not keep is nobody's gap
    most = context.number(Key.CHECK_HOUSE_AREA_MAX)
    missing[f"住房面积超过 {most:.0f} 平方米"] = amount(households["house_area"]) > most
    what = joined(missing)
    return found(households[what.ne("")], what=what[what.ne("")])


def no_electricity(people, households, context: Context):
    return found(households[no(households["electricity"])])


def far_from_road(people, households, context: Context):
    km, most = amount(households["road_distance"]), context.number(Key.CHECK_ROAD_KM_MAX)
    hits = households[km.isna() | (km > most)]
    what = ("为 " + whole(km[hits.index]) + f" 公里，超过 {most:.0f} 公里").mask(km[hits.index].isna(), "没有填")
    return found(hits, what=what)


def land_areas(people, households, context: Context):
    most = context.number(Key.CHECK_LAND_MAX)
    areas = {label: amount(households[column]) for column, label in LAND.items()}
    wrong = {f"{label}为负数": area < 0 for label, area in areas.items()}
    wrong |= {f"{label}超过 {most:.0f} 亩": area > most for label, area in areas.items()}
    wrong["都没有填"] = pd.DataFrame(areas).isna().all(axis=1)
    what = joined(wrong)
    return found(households[what.ne("")], what=what[what.ne("")])


def dangerous_house(people, households, context: Context):
    grade = holds(households["house_grade"], DANGEROUS)
    rebuilt = holds(households["help_housing"], REBUILT) | households["rebuilt"]
    wrong = (grade | yes(households["house_unsafe"])) & ~households["monitored"] & ~rebuilt
    hits = households[wrong]
    return found(hits, house=hits["house_grade"].where(grade[hits.index], "危房"))


def unsafe_water(people, households, context: Context):
    return found(households[no(households["water_safe"]) & ~households["monitored"]])


def uninsured(people, households, context: Context):
    without = people[no(people["insured_resident"]) & no(people["insured_employee"])]
    names = without.groupby("household", sort=False)["name"].agg("、".join)
    known = households["household"].map(names)
    hits = households[known.notna() & ~households["monitored"] & ~households["insurance_ledger"]]
    return found(hits, who=known[hits.index])


def low_income(people, households, context: Context):
    income, line = amount(households["net_per_head"]), context.number(Key.INCOME_LINE)
    hits = households[(income < line) & ~households["monitored"]]
    return found(hits, income=whole(income[hits.index]), line=f"{line:.0f}")


_ALL_BLANK = dict.fromkeys(LAND, "")

RULES = (
    Rule("E01", Severity.WARNING, "居住条件未填", "{name}居住条件有缺漏或不合理：{what}",
         "入户核实后补填", Owner.VILLAGE, blank_conditions, (Key.CHECK_HOUSE_AREA_MAX,), tuple(ASKED), about="household", examples=(
             Example("没填等级和厕所", ("赵大户居住条件有缺漏或不合理：危房等级、卫生厕所",), households=({"house_grade": "", "toilet": ""},)),
             Example("面积过大", ("赵大户居住条件有缺漏或不合理：住房面积超过 1000 平方米",), households=({"house_area": "1200"},)),
             Example("都填了"))),
    Rule("E02", Severity.WARNING, "未通生活用电", "{name}填为未通生活用电",
         "核实后更正；确未通电的报供电部门", Owner.VILLAGE, no_electricity, about="household", examples=(
             Example("未通", ("赵大户填为未通生活用电",), households=({"electricity": "否"},)), Example("已通"))),
    Rule("E03", Severity.WARNING, "与村主干路距离", "{name}与村主干路距离{what}",
         "按公里填写实际距离", Owner.VILLAGE, far_from_road, (Key.CHECK_ROAD_KM_MAX,), ("road_distance",), about="household", examples=(
             Example("按米填", ("赵大户与村主干路距离为 800 公里，超过 5 公里",), households=({"road_distance": "800"},)),
             Example("没有填", ("赵大户与村主干路距离没有填",), households=({"road_distance": ""},)),
             Example("半公里", households=({"road_distance": "0.5"},)))),
    Rule("E04", Severity.WARNING, "土地面积", "{name}的土地面积{what}",
         "按亩填写，没有的填 0", Owner.VILLAGE, land_areas, (Key.CHECK_LAND_MAX,), tuple(LAND), about="household", examples=(
             Example("都没有填", ("赵大户的土地面积都没有填",), households=(_ALL_BLANK,)),
             Example("按平方米填", ("赵大户的土地面积耕地超过 100 亩",), households=({"field_area": "1800"},)),
             Example("负数", ("赵大户的土地面积林地为负数",), households=({"forest_area": "-3"},)),
             Example("三亩"))),
    Rule("E05", Severity.WARNING, "危房户未监测", "{name}住房为{house}，未列为监测对象，也没有危房改造记录",
         "核实住房安全，按程序纳入监测或申请危房改造", Owner.VILLAGE, dangerous_house, about="household", examples=(
             Example("D 级", ("赵大户住房为D级，未列为监测对象，也没有危房改造记录",), households=({"house_grade": "D级"},)),
             Example("已危改", households=({"house_grade": "D级", "help_housing": "危房改造"},)),
             Example("监测对象", households=({"house_grade": "D级", "monitored": True},)))),
    Rule("E06", Severity.WARNING, "饮水不安全未监测", "{name}饮水不安全，未列为监测对象",
         "报水利部门解决，按程序研判", Owner.VILLAGE, unsafe_water, about="household", examples=(
             Example("不安全", ("赵大户饮水不安全，未列为监测对象",), households=({"water_safe": "否"},)), Example("安全"))),
    Rule("E07", Severity.WARNING, "有成员未参保", "{name}有成员未参加基本医保（{who}），未列为监测对象，也不在未参保台账",
         "动员参保；不愿参保的登记台账并说明", Owner.VILLAGE, uninsured, about="household", examples=(
             Example("一人未参保", ("赵大户有成员未参加基本医保（赵大），未列为监测对象，也不在未参保台账",), ({"insured_resident": "否"},)),
             Example("在台账", people=({"insured_resident": "否"},), households=({"insurance_ledger": True},)),
             Example("都参保"))),
    Rule("E08", Severity.WARNING, "收入低于监测范围未监测", "{name}人均纯收入 {income} 元，低于 {line} 元，未列为监测对象",
         "核实收入和支出，符合条件的纳入监测；不纳入的说明原因", Owner.TOWNSHIP, low_income, (Key.INCOME_LINE,), about="household", examples=(
             Example("五千元", ("赵大户人均纯收入 5000 元，低于 6000 元，未列为监测对象",), households=({"net_per_head": "5000"},)),
             Example("监测对象", households=({"net_per_head": "5000", "monitored": True},)),
             Example("没有填"))),
)  # fmt: skip
