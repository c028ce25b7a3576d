"""A08–A16: one head, relations that sex and ages allow, the size, the category (domain.md 7.4 A)."""

import pandas as pd

from fangpin.policy.keys import Key
from households.choices import Category, HouseholdKind, Owner, Severity
from households.quality.base import Context, Example, Rule, amount, blank, found, joined, of_head, per_household, whole

HEAD, SPOUSE = "户主", "配偶"
MEN = frozenset(
    ("之子", "之女婿", "之孙子", "之外孙子", "之父", "之岳父", "之公公", "之祖父", "之外祖父", "之曾孙子", "之侄儿", "之叔伯")
)  # fmt: skip
WOMEN = frozenset(
    ("之女", "之儿媳", "之孙女", "之外孙女", "之母", "之岳母", "之婆婆", "之祖母", "之外祖母", "之曾孙女", "之侄女", "之兄弟媳妇")
)  # fmt: skip
CHILDREN, PARENTS = ("之子", "之女"), ("之父", "之母", "之岳父", "之岳母", "之公公", "之婆婆")
_KIND_OF = {
    Category.UNSTABLE.label: HouseholdKind.LIFTED.label,
    Category.MARGINAL.label: HouseholdKind.GENERAL.label,
}


def heads(people, households, context: Context):
    count = per_household(households, people, people["is_head"] | people["relation"].eq(HEAD))
    return found(households[count.ne(1)], count=count[count.ne(1)])


def spouses(people, households, context: Context):
    count = per_household(households, people, people["relation"].eq(SPOUSE))
    return found(households[count.gt(1)], count=count[count.gt(1)])


def spouse_of_same_sex(people, households, context: Context):
    spouses = of_head(people, "sex", "name")
    spouses = spouses[spouses["relation"].eq(SPOUSE) & spouses["sex"].ne("")]
    hits = spouses[spouses["sex"].eq(spouses["head_sex"])]
    return found(hits, head=hits["head_name"], sex=hits["sex"])


def sex_by_relation(people, households, context: Context):
    wrong = (people["sex"].eq("女") & people["relation"].isin(MEN)) | (
        people["sex"].eq("男") & people["relation"].isin(WOMEN)
    )
    hits = people[wrong]
    return found(hits, sex=hits["sex"], relation=hits["relation"])


def no_relation(people, households, context: Context):
    return found(people[blank(people["relation"])])


def ages_by_relation(people, households, context: Context):
    kin = of_head(people, "born", "name")
    years = (kin["born"] - kin["head_born"]).dt.days / 365.25
    least = context.number(Key.CHECK_PARENT_GAP)
    child = kin["relation"].isin(CHILDREN) & (years < least)
    parent = kin["relation"].isin(PARENTS) & (years > 0)
    hits = kin[child | parent]
    gap = whole(years[hits.index].abs().floordiv(1))
    side = (years[hits.index] > 0).map({True: "小", False: "大"})
    return found(hits, relation=hits["relation"], head=hits["head_name"], side=side, gap=gap)


def stated_size(people, households, context: Context):
    active = per_household(households, people, pd.Series(True, index=people.index))
    stated = amount(households["stated_size"])
    wrong = stated.notna() & stated.ne(active)
    return found(households[wrong], stated=whole(stated[wrong]), active=active[wrong])


def stated_head(people, households, context: Context):
    known = people[people["is_head"]].drop_duplicates("household").set_index("household")
    known = known.reindex(households["household"])
    name, number = (pd.Series(known[key].to_numpy(), index=households.index) for key in ("name", "number"))
    differs = {
        "户主姓名": ~blank(households["stated_head"]) & name.notna() & households["stated_head"].ne(name),
        "户主证件号码": ~blank(households["stated_head_number"])
        & number.notna()
        & households["stated_head_number"].str.upper().ne(number.str.upper()),
    }
    what = joined(differs)
    return found(households[what.ne("")], what=what[what.ne("")])


def category_by_kind(people, households, context: Context):
    wanted = households["category"].map(_KIND_OF)
    hits = households[wanted.notna() & households["kind"].ne(wanted)]
    return found(hits, category=hits["category"], kind=hits["kind"].mask(hits["kind"].eq(""), "未填"))


_HEAD = {"name": "赵大", "is_head": True, "relation": "户主", "birthday": "1970-01-01"}
_LI = {"person": "p2", "name": "李四", "is_head": False, "number": "", "id_type": ""}

RULES = (
    Rule("A08", Severity.ERROR, "户主人数", "{name}有 {count} 个户主，应为 1 个",
         "确定一名户主，其余改填与户主的关系", Owner.VILLAGE, heads, about="household", examples=(
             Example("没有户主", ("赵大户有 0 个户主，应为 1 个",), ({"is_head": False, "relation": "之子"},)),
             Example("两个户主", ("赵大户有 2 个户主，应为 1 个",), (_HEAD, {**_LI, "relation": "户主"})),
             Example("一个户主"))),
    Rule("A09", Severity.ERROR, "配偶人数", "{name}有 {count} 个配偶",
         "核实婚姻状况，改正与户主的关系", Owner.VILLAGE, spouses, about="household", examples=(
             Example("两个配偶", ("赵大户有 2 个配偶",),
                     (_HEAD, {**_LI, "relation": "配偶"}, {**_LI, "person": "p3", "relation": "配偶"})),
             Example("一个配偶", people=(_HEAD, {**_LI, "relation": "配偶"})))),
    Rule("A10", Severity.WARNING, "配偶性别", "{name}是{head}的配偶，两人性别都填为{sex}",
         "核对两人性别和关系", Owner.VILLAGE, spouse_of_same_sex, examples=(
             Example("同为男", ("李四是赵大的配偶，两人性别都填为男",), (_HEAD, {**_LI, "relation": "配偶", "sex": "男"})),
             Example("一男一女", people=(_HEAD, {**_LI, "relation": "配偶", "sex": "女"})))),
    Rule("A11", Severity.WARNING, "性别与关系", "{name}为{sex}，与户主关系却填“{relation}”",
         "核对性别和与户主关系", Owner.VILLAGE, sex_by_relation, examples=(
             Example("女的之子", ("李四为女，与户主关系却填“之子”",), (_HEAD, {**_LI, "relation": "之子", "sex": "女"})),
             Example("之子为男", people=(_HEAD, {**_LI, "relation": "之子", "sex": "男"})))),
    Rule("A12", Severity.ERROR, "与户主关系未填", "{name}没有填与户主关系",
         "补填与户主关系", Owner.VILLAGE, no_relation, examples=(
             Example("空白", ("李四没有填与户主关系",), (_HEAD, {**_LI, "relation": ""})),
             Example("已填"))),
    Rule("A13", Severity.WARNING, "年龄与关系", "{name}（{relation}）比户主{head}{side} {gap} 岁",
         "核对两人出生日期和关系；继子女、养子女说明情况", Owner.VILLAGE, ages_by_relation, (Key.CHECK_PARENT_GAP,), examples=(
             Example("子女只小十岁", ("李四（之子）比户主赵大小 10 岁",),
                     (_HEAD, {**_LI, "relation": "之子", "birthday": "1980-01-02"})),
             Example("父亲比户主小", ("李四（之父）比户主赵大小 5 岁",),
                     (_HEAD, {**_LI, "relation": "之父", "birthday": "1975-06-01"})),
             Example("子女小二十五岁", people=(_HEAD, {**_LI, "relation": "之子", "birthday": "1995-01-02"})))),
    Rule("A14", Severity.ERROR, "家庭人口数", "{name}家庭人口数填 {stated} 人，在册成员 {active} 人",
         "核实成员增减，人口数与成员表一致", Owner.VILLAGE, stated_size, about="household", examples=(
             Example("少一人", ("赵大户家庭人口数填 2 人，在册成员 1 人",), households=({"stated_size": "2"},)),
             Example("一致", households=({"stated_size": "1"},)))),
    Rule("A15", Severity.WARNING, "户主信息不一致", "{name}填写的{what}与成员表中的户主不同",
         "以成员表中的户主为准更正，或办理户主变更", Owner.VILLAGE, stated_head, about="household", examples=(
             Example("换过户主", ("赵大户填写的户主姓名与成员表中的户主不同",), households=({"stated_head": "赵老大"},)),
             Example("一致", households=({"stated_head": "赵大", "stated_head_number": "450399197001010010"},)))),
    Rule("A16", Severity.ERROR, "监测类别与户类型", "{name}是{category}，户类型却为{kind}",
         "脱贫不稳定户须为脱贫户，边缘易致贫户须为一般农户，由县办更正", Owner.COUNTY, category_by_kind, about="household", examples=(
             Example("边缘户填成脱贫户", ("赵大户是边缘易致贫户，户类型却为脱贫户",),
                     households=({"category": "边缘易致贫户", "kind": "脱贫户"},)),
             Example("突发严重困难户两类都可", households=({"category": "突发严重困难户", "kind": "脱贫户"},)))),
)  # fmt: skip
