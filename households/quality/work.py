"""D01–D12: work away from home and public-welfare posts (domain.md 7.4 D).

One row of ``context.work`` is one spell of one person (``facts.WORK``), as text: start, end, months, wage (yuan a month), place, county,
channel; with first, last, count and pay read from them and what is known of the person. A problem is told of the person once, by the first spell that shows it.
"""

import pandas as pd

from fangpin.policy.keys import Key
from households.choices import Owner, Severity
from households.quality.base import Context, Example, Rule, amount, blank, each, found, holds, no, whole, yes

UNABLE = ("无劳动力", "丧失劳动力")
HERE = r"公益岗位|帮扶车间|扶贫车间"  # channels that exist within the county only
AT_HOME = r"^(?:本县|县内|本乡|本村|乡内|村内)"
HOLIDAYS = r"假期|暑假|寒假|勤工"
MONTHS_OF_YEAR = 12
_POSTS = r"[、,，;；/ ]+"


def _once(hits: pd.DataFrame, **values) -> pd.DataFrame:
    return found(hits, **values).drop_duplicates("person")


def child_or_pupil_at_work(people, households, context: Context):
    work = context.work
    least = context.number(Key.WORK_AGE_MIN)
    young = work["age"] < least
    studying = work["pupil"] & ~holds(work["channel"], HOLIDAYS)
    hits = work[young | studying]
    return _once(hits, who=young[hits.index].map({True: f"未满 {least:.0f} 岁", False: "在校"}))


def unable_at_work(people, households, context: Context):
    work = context.work
    hits = work[work["labour"].isin(UNABLE)]
    return _once(hits, labour=hits["labour"])


def _away(work: pd.DataFrame) -> pd.Series:
    place = work["county"].where(~blank(work["county"]), work["place"])
    return ~blank(place) & ~holds(place, AT_HOME)


def destitute_away(people, households, context: Context):
    work = context.work
    hits = work[yes(work["destitute"]) & _away(work)]
    return _once(hits, place=hits["place"].where(~blank(hits["place"]), hits["county"]))


def wage_range(people, households, context: Context):
    work = context.work
    most, least, hard = (
        context.number(key) for key in (Key.CHECK_WAGE_MAX, Key.CHECK_WAGE_MIN, Key.CHECK_WAGE_HARD_MIN)
    )
    hits = work[(work["pay"] > most) | (work["pay"] < least)]
    why = pd.Series(f"超过 {most:,.0f} 元", index=hits.index).mask(hits["pay"] < least, f"低于 {least:,.0f} 元")
    why = why.mask(hits["pay"] < hard, f"不足 {hard:,.0f} 元，可能按万元或日工资填写")
    return _once(hits, pay=whole(hits["pay"]), why=why)


def overlapping_spells(people, households, context: Context):
    work = context.work.dropna(subset=["first"]).sort_values(["person", "first"], kind="stable")
    until = work["last"].fillna(pd.Timestamp(context.day))
    furthest = until.groupby(work["person"]).cummax().groupby(work["person"]).shift()
    hits = work[work["first"] < furthest]
    return _once(hits, start=hits["first"].dt.strftime("%Y-%m"), until=furthest[hits.index].dt.strftime("%Y-%m"))


def spell_dates(people, households, context: Context):
    """Start after end; or no end although it began long ago: a record that was over and not closed."""
    work = context.work
    longest = context.number(Key.CHECK_WORK_OPEN_MONTHS)
    turned = work["first"] > work["last"]
    oldest = pd.Timestamp(context.day) - pd.DateOffset(months=int(longest))
    open_long = blank(work["end"]) & (work["first"] < oldest)
    hits = work[turned | open_long]
    texts = {True: "晚于结束时间", False: f"已超过 {longest:.0f} 个月，没有结束时间"}
    return _once(hits, start=hits["first"].dt.strftime("%Y-%m"), what=turned[hits.index].map(texts))


def work_place(people, households, context: Context):
    work = context.work
    nowhere = blank(work["county"]) & blank(work["place"])
    several = work["phone_workplaces"].ne("")
    hits = work[nowhere | several]
    what = pd.Series("有务工记录，没有填务工所在县", index=hits.index)
    what = what.mask(several[hits.index] & ~nowhere[hits.index], "与他人共用一个电话，务工地却不同")
    return _once(hits, what=what, homes=hits["phone_with"])


def away_by_local_channel(people, households, context: Context):
    work = context.work
    hits = work[holds(work["channel"], HERE) & _away(work)]
    place = hits["county"].where(~blank(hits["county"]), hits["place"])
    return _once(hits, place=place, channel=hits["channel"])


def months_of_work(people, households, context: Context):
    work = context.work
    months = (work["last"].dt.year - work["first"].dt.year) * 12 + work["last"].dt.month - work["first"].dt.month + 1
    many, differs = work["count"] > MONTHS_OF_YEAR, (months < work["count"]) & (months > 0)
    hits = work[many | differs]
    span = "起止时间只有 " + whole(months[hits.index].fillna(0)) + " 个月"
    return _once(hits, count=whole(hits["count"]), why=span.mask(many[hits.index], "一年最多 12 个月"))


def wages_of_household(people, households, context: Context):
    work = context.work
    earned = (work["count"] * work["pay"]).groupby(work["household"]).sum(min_count=1)
    known = households["household"].map(earned).astype("float64")
    stated = amount(households["wages"])
    share = context.number(Key.CHECK_WAGE_GAP)
    wrong = (known > 0) & stated.notna() & ((stated - known).abs() > share * known)
    hits = households[wrong]
    return found(hits, stated=whole(stated[wrong]), known=whole(known[wrong]))


def posts_of_person(people, households, context: Context):
    held = yes(people["post"])
    count = each(people["post"], _how_many)
    many = held & (count >= context.number(Key.CHECK_POSTS))
    young = held & (people["age"] < context.number(Key.WORK_AGE_MIN))
    old = held & (people["age"] >= context.number(Key.CHECK_POST_AGE_MAX))
    hits = people[many | young | old]
    age = hits["age"].fillna(0).astype("int64").astype("str")
    why = ("年龄 " + age + " 岁").mask(many[hits.index], count[hits.index].astype("str") + " 个岗位")
    return found(hits, post=hits["post"], why=why)


def _how_many(posts: pd.Series) -> pd.Series:
    return posts.str.split(_POSTS, regex=True).map(lambda names: len(list(filter(None, names))))


def post_and_months(people, households, context: Context):
    post, months = yes(people["post"]), amount(people["post_months"]) > 0
    no_post = (blank(people["post"]) | no(people["post"])) & months
    hits = people[(post & ~months) | no_post]
    return found(hits, what=no_post[hits.index].map({True: "有聘用月数，没有岗位类型", False: "有岗位，没有聘用月数"}))


_WORK = {
    "start": "202003",
    "end": "202102",
    "months": "12",
    "wage": "3000",
    "place": "广东省佛山市",
    "county": "南海区",
}
_PUPIL = {"birthday": "2002-03-01", "student_status": "本科一年级", "labour": "无劳动力"}

RULES = (
    Rule("D01", Severity.WARNING, "未成年或在校生务工", "{name}{who}，却有务工记录",
         "核实后删除务工记录；假期务工在就业渠道注明", Owner.VILLAGE, child_or_pupil_at_work, (Key.WORK_AGE_MIN,), examples=(
             Example("大学生", ("赵大在校，却有务工记录",), (_PUPIL,), work=(_WORK,)),
             Example("十五岁", ("赵大未满 16 岁，却有务工记录",), ({"birthday": "2006-01-01"},), work=(_WORK,)),
             Example("假期务工", people=(_PUPIL,), work=({**_WORK, "channel": "假期务工"},)))),
    Rule("D02", Severity.WARNING, "无劳动力却务工", "{name}劳动技能为“{labour}”，却有务工记录",
         "更正劳动技能或务工记录", Owner.VILLAGE, unable_at_work, examples=(
             Example("丧失劳动力", ("赵大劳动技能为“丧失劳动力”，却有务工记录",), ({"labour": "丧失劳动力"},), work=(_WORK,)),
             Example("普通劳动力", work=(_WORK,)))),
    Rule("D03", Severity.WARNING, "特困人员外出务工", "{name}享受特困供养，却在{place}务工",
         "核实供养资格，报民政部门", Owner.VILLAGE, destitute_away, examples=(
             Example("在外", ("赵大享受特困供养，却在广东省佛山市务工",), ({"destitute": "农村特困"},), work=(_WORK,)),
             Example("不享受", people=({"destitute": "不享受"},), work=(_WORK,)))),
    Rule("D04", Severity.WARNING, "务工月收入", "{name}务工月收入填 {pay} 元，{why}",
         "按工资条或本人叙述更正", Owner.VILLAGE, wage_range, (Key.CHECK_WAGE_MAX, Key.CHECK_WAGE_MIN, Key.CHECK_WAGE_HARD_MIN), examples=(
             Example("过高", ("赵大务工月收入填 36000 元，超过 30,000 元",), work=({**_WORK, "wage": "36000"},)),
             Example("偏低", ("赵大务工月收入填 350 元，低于 400 元",), work=({**_WORK, "wage": "350"},)),
             Example("万元", ("赵大务工月收入填 0.36 元，不足 100 元，可能按万元或日工资填写",), work=({**_WORK, "wage": "0.36"},)),
             Example("合理", work=(_WORK,)))),
    Rule("D05", Severity.WARNING, "务工时间重叠", "{name}有两段务工时间重叠：{start} 开始的一段在前一段结束（{until}）之前",
         "核实后更正起止时间", Owner.VILLAGE, overlapping_spells, examples=(
             Example("重叠", ("赵大有两段务工时间重叠：2020-10 开始的一段在前一段结束（2021-02）之前",),
                     work=(_WORK, {**_WORK, "start": "202010", "end": "202104"})),
             Example("先后", work=(_WORK, {**_WORK, "start": "202103", "end": "202104"})))),
    Rule("D06", Severity.WARNING, "务工起止时间", "{name}务工开始时间 {start} {what}",
         "更正时间；已返乡的补填结束时间", Owner.VILLAGE, spell_dates, (Key.CHECK_WORK_OPEN_MONTHS,), examples=(
             Example("倒置", ("赵大务工开始时间 2021-03 晚于结束时间",), work=({**_WORK, "start": "202103", "end": "202102"},)),
             Example("未结束", ("赵大务工开始时间 2019-03 已超过 18 个月，没有结束时间",), work=({**_WORK, "start": "201903", "end": ""},)),
             Example("正常", work=(_WORK,)))),
    Rule("D07", Severity.WARNING, "务工所在县", "{name}{what}",
         "补填务工所在县；共用电话的核实本人电话", Owner.VILLAGE, work_place, examples=(
             Example("没有填", ("赵大有务工记录，没有填务工所在县",), work=({**_WORK, "place": "", "county": ""},)),
             Example("同号不同地", ("赵大与他人共用一个电话，务工地却不同",), work=({**_WORK, "phone_workplaces": "南海区、龙岗区"},)),
             Example("已填", work=(_WORK,)))),
    Rule("D08", Severity.WARNING, "县外务工与就业渠道", "{name}在{place}务工，就业渠道却为“{channel}”",
         "公益岗位、帮扶车间都在县内，更正地点或渠道", Owner.VILLAGE, away_by_local_channel, examples=(
             Example("县外公益岗", ("赵大在南海区务工，就业渠道却为“公益岗位”",), work=({**_WORK, "channel": "公益岗位"},)),
             Example("本县车间", work=({**_WORK, "channel": "帮扶车间", "county": "本县"},)))),
    Rule("D09", Severity.WARNING, "务工月数", "{name}务工 {count} 个月，{why}",
         "更正务工月数或起止时间", Owner.VILLAGE, months_of_work, examples=(
             Example("十四个月", ("赵大务工 14 个月，一年最多 12 个月",), work=({**_WORK, "months": "14"},)),
             Example("起止较短", ("赵大务工 12 个月，起止时间只有 6 个月",), work=({**_WORK, "end": "202008"},)),
             Example("一致", work=(_WORK,)))),
    Rule("D10", Severity.WARNING, "工资性收入与务工记录", "{name}工资性收入填 {stated} 元，务工记录合计 {known} 元",
         "核对务工月数、月收入和工资性收入", Owner.VILLAGE, wages_of_household, (Key.CHECK_WAGE_GAP,), about="household", examples=(
             Example("相差一半", ("赵大户工资性收入填 18000 元，务工记录合计 36000 元",), households=({"wages": "18000"},), work=(_WORK,)),
             Example("相近", households=({"wages": "33000"},), work=(_WORK,)))),
    Rule("D11", Severity.WARNING, "公益岗位人数和年龄", "{name}聘为公益岗位（{post}），{why}",
         "核实聘用情况，不符合条件的调整", Owner.TOWNSHIP, posts_of_person,
         (Key.CHECK_POSTS, Key.WORK_AGE_MIN, Key.CHECK_POST_AGE_MAX), examples=(
             Example("三个岗位", ("赵大聘为公益岗位（保洁员、护路员、护水员），3 个岗位",),
                     ({"post": "保洁员、护路员、护水员", "post_months": "12"},)),
             Example("七十岁以上", ("赵大聘为公益岗位（保洁员），年龄 71 岁",), ({"post": "保洁员", "birthday": "1950-01-01"},)),
             Example("一个岗位", people=({"post": "保洁员", "post_months": "12"},)))),
    Rule("D12", Severity.WARNING, "公益岗位与聘用月数", "{name}{what}",
         "补填聘用月数或岗位类型", Owner.VILLAGE, post_and_months, asks=("post_months",), examples=(
             Example("没有月数", ("赵大有岗位，没有聘用月数",), ({"post": "保洁员"},)),
             Example("没有岗位", ("赵大有聘用月数，没有岗位类型",), ({"post_months": "6"},)),
             Example("都有", people=({"post": "保洁员", "post_months": "6"},)))),
)  # fmt: skip
