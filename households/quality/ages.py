"""C01–C13: age against school, labour and disability (domain.md 7.4 C)."""

from fangpin.policy.keys import Key
from households.choices import Owner, Severity
from households.quality.base import Context, Example, Rule, blank, each, found, holds

NONE, LOST, WEAK = "无劳动力", "丧失劳动力", "弱劳动力或半劳动力"
ABLE = ("普通劳动力", "技能劳动力")
KINDERGARTEN = ("学龄前儿童", "学前教育")
JUNIOR = ("七年级", "八年级", "九年级")
# Grades that last one year; 小学 and 硕士 say no grade, so that nobody can be seen to stay down.
_ONE_YEAR = r"年级$"
_LEVELS = {word: at for at, words in enumerate(("一壹1", "二贰2", "三叁3", "四肆4"), 1) for word in words}
_AFTER_SEPTEMBER = (10, 11, 12, 1, 2, 3, 4, 5, 6, 7, 8)


def _years(people):
    return people["age"].astype("int64")


def child_can_work(people, households, context: Context):
    young = people["age"] < context.number(Key.WORK_AGE_MIN)
    hits = people[young & ~blank(people["labour"]) & people["labour"].ne(NONE)]
    return found(hits, age=_years(hits), labour=hits["labour"])


def pupil_can_work(people, households, context: Context):
    grown = ~(people["age"] < context.number(Key.WORK_AGE_MIN))  # the younger ones are C01
    hits = people[grown & people["pupil"] & ~blank(people["labour"]) & people["labour"].ne(NONE)]
    return found(hits, school=hits["student_status"], labour=hits["labour"])


def elderly_labour(people, households, context: Context):
    old = people["age"] >= context.number(Key.CHECK_ELDERLY_AGE)
    hits = people[old & people["labour"].isin((*ABLE, LOST))]
    return found(hits, age=_years(hits), labour=hits["labour"])


def healthy_without_labour(people, households, context: Context):
    grown = people["age"].between(context.number(Key.WORK_AGE_MIN), context.number(Key.WORK_AGE_MAX))
    unfit = people["labour"].isin((NONE, LOST, WEAK))
    hits = people[grown & people["healthy"] & ~people["pupil"] & unfit]
    return found(hits, age=_years(hits), labour=hits["labour"])


def _level(texts):
    digit = texts.str.extract(r"([一二三四壹贰叁肆1-4])", expand=False)
    return digit.map(_LEVELS).astype("float64")


def severe_with_labour(people, households, context: Context):
    level = each(people["disability_level"], _level)
    severe = level <= context.number(Key.DISABILITY_LEVEL_MAX)
    limb = holds(people["disability_kind"], "肢体")
    hits = people[severe & limb & people["labour"].isin(ABLE)]
    return found(hits, level=hits["disability_level"], labour=hits["labour"])


def not_at_school(people, households, context: Context):
    ages = people["age_in_august"]
    due = (ages >= context.number(Key.SCHOOL_AGE_MIN)) & (people["age"] <= context.number(Key.SCHOOL_AGE_MAX))
    absent = ~people["pupil"] & blank(people["dropout_why"])
    hits = people[due & absent]
    return found(hits, age=_years(hits))


def old_for_kindergarten(people, households, context: Context):
    old = people["age"] >= context.number(Key.CHECK_KINDERGARTEN_MAX)
    hits = people[old & people["student_status"].isin(KINDERGARTEN)]
    return found(hits, age=_years(hits), school=hits["student_status"])


def _outside(people, chosen, context, low, high):
    least, most = context.number(low), context.number(high)
    hits = people[chosen & people["age"].notna() & ~people["age"].between(least, most)]
    return found(hits, age=_years(hits), school=hits["student_status"], low=f"{least:.0f}", high=f"{most:.0f}")


def primary_age(people, households, context: Context):
    return _outside(people, people["student_status"].eq("小学"), context, Key.CHECK_PRIMARY_MIN, Key.CHECK_PRIMARY_MAX)


def junior_age(people, households, context: Context):
    chosen = people["student_status"].isin(JUNIOR)
    return _outside(people, chosen, context, Key.CHECK_JUNIOR_MIN, Key.CHECK_JUNIOR_MAX)


def senior_age(people, households, context: Context):
    chosen = holds(people["student_status"], r"^(?:(?:普通)?高中|中职)")
    return _outside(people, chosen, context, Key.CHECK_SENIOR_MIN, Key.CHECK_SENIOR_MAX)


def young_for_college(people, households, context: Context):
    master = people["student_status"].str.startswith("硕士")
    college = holds(people["student_status"], r"^(?:高职|本科)")
    hits = people[
        (college & (people["age"] < context.number(Key.CHECK_COLLEGE_MIN)))
        | (master & (people["age"] < context.number(Key.CHECK_POSTGRADUATE_MIN)))
    ]
    return found(hits, age=_years(hits), school=hits["student_status"])


def youth_with_little_school(people, households, context: Context):
    young = people["age"].between(context.number(Key.WORK_AGE_MIN), context.number(Key.CHECK_YOUTH_MAX))
    little = people["education"].isin(("文盲或半文盲", "小学"))
    hits = people[young & little & ~people["pupil"]]
    return found(hits, age=_years(hits), education=hits["education"])


def not_promoted(people, households, context: Context):
    """The status is that of the last 31 August although the new school year has begun (``status_before``, "" unknown)."""
    graded = holds(people["status_before"], _ONE_YEAR)
    same = people["status_before"].eq(people["student_status"])
    hits = people[graded & same & (context.day.month in _AFTER_SEPTEMBER)]
    return found(hits, school=hits["student_status"])


_CHILD = {
    "birthday": "2010-03-01",
    "education": "",
    "student_status": "小学",
    "labour": "无劳动力",
    "pension_resident": "",
}

RULES = (
    Rule("C01", Severity.ERROR, "未满十六岁的劳动技能", "{name} {age} 岁，劳动技能填“{labour}”，应为无劳动力",
         "改为无劳动力", Owner.VILLAGE, child_can_work, (Key.WORK_AGE_MIN,), examples=(
             Example("小学生填普通劳动力", ("赵大 11 岁，劳动技能填“普通劳动力”，应为无劳动力",), ({**_CHILD, "labour": "普通劳动力"},)),
             Example("无劳动力", people=(_CHILD,)))),
    Rule("C02", Severity.WARNING, "在校生的劳动技能", "{name}在读{school}，劳动技能填“{labour}”",
         "在校生改为无劳动力；已毕业的更新在校生状况", Owner.VILLAGE, pupil_can_work, (Key.WORK_AGE_MIN,), examples=(
             Example("本科生", ("赵大在读本科一年级，劳动技能填“普通劳动力”",),
                     ({"birthday": "2002-03-01", "student_status": "本科一年级"},)),
             Example("不在校"))),
    Rule("C03", Severity.WARNING, "老年人的劳动技能", "{name} {age} 岁，劳动技能填“{labour}”",
         "老年人按实际填弱劳动力或半劳动力、无劳动力", Owner.VILLAGE, elderly_labour, (Key.CHECK_ELDERLY_AGE,), examples=(
             Example("七十岁普通劳动力", ("赵大 71 岁，劳动技能填“普通劳动力”",), ({"birthday": "1950-01-01"},)),
             Example("半劳动力", people=({"birthday": "1950-01-01", "labour": "弱劳动力或半劳动力"},)))),
    Rule("C04", Severity.WARNING, "青壮年健康却无劳动力", "{name} {age} 岁，健康、不在校，劳动技能填“{labour}”",
         "核实身体状况，更正劳动技能或健康状况", Owner.VILLAGE, healthy_without_labour, (Key.WORK_AGE_MIN, Key.WORK_AGE_MAX), examples=(
             Example("健康无劳动力", ("赵大 51 岁，健康、不在校，劳动技能填“无劳动力”",), ({"labour": "无劳动力"},)),
             Example("患病", people=({"labour": "丧失劳动力", "health": "患有大病"},)))),
    Rule("C05", Severity.WARNING, "肢体重残的劳动技能", "{name}肢体残疾{level}，劳动技能填“{labour}”",
         "核实劳动能力后更正", Owner.VILLAGE, severe_with_labour, (Key.DISABILITY_LEVEL_MAX,), examples=(
             Example("一级", ("赵大肢体残疾一级，劳动技能填“普通劳动力”",), ({"disability_kind": "肢体", "disability_level": "一级"},)),
             Example("三级", people=({"disability_kind": "肢体", "disability_level": "三级"},)))),
    Rule("C06", Severity.WARNING, "适龄不在校", "{name} {age} 岁，不在校，也没有填失学原因",
         "立即核实是否失学，报教育部门劝返；已就读的补填在校生状况", Owner.VILLAGE, not_at_school,
         (Key.SCHOOL_AGE_MIN, Key.SCHOOL_AGE_MAX), ("student_status",), examples=(
             Example("没有填在校", ("赵大 11 岁，不在校，也没有填失学原因",), ({**_CHILD, "student_status": ""},)),
             Example("八月后才满六岁", people=({**_CHILD, "student_status": "", "birthday": "2014-10-01"},)),
             Example("在校", people=(_CHILD,)))),
    Rule("C07", Severity.WARNING, "超龄学前", "{name} {age} 岁，在校生状况填“{school}”",
         "核实是否已入小学", Owner.VILLAGE, old_for_kindergarten, (Key.CHECK_KINDERGARTEN_MAX,), examples=(
             Example("八岁学前", ("赵大 8 岁，在校生状况填“学前教育”",), ({**_CHILD, "birthday": "2013-01-01", "student_status": "学前教育"},)),
             Example("五岁学前", people=({**_CHILD, "birthday": "2016-01-01", "student_status": "学前教育"},)))),
    Rule("C08", Severity.WARNING, "小学年龄", "{name} {age} 岁，在读{school}，一般为 {low}–{high} 岁",
         "核实年级和出生日期", Owner.VILLAGE, primary_age, (Key.CHECK_PRIMARY_MIN, Key.CHECK_PRIMARY_MAX), examples=(
             Example("十六岁小学", ("赵大 16 岁，在读小学，一般为 6–14 岁",), ({**_CHILD, "birthday": "2005-01-01"},)),
             Example("十一岁小学", people=(_CHILD,)))),
    Rule("C09", Severity.WARNING, "初中年龄", "{name} {age} 岁，在读{school}，一般为 {low}–{high} 岁",
         "核实年级和出生日期", Owner.VILLAGE, junior_age, (Key.CHECK_JUNIOR_MIN, Key.CHECK_JUNIOR_MAX), examples=(
             Example("十一岁七年级", ("赵大 11 岁，在读七年级，一般为 12–17 岁",), ({**_CHILD, "student_status": "七年级"},)),
             Example("十三岁", people=({**_CHILD, "birthday": "2008-01-01", "student_status": "七年级"},)))),
    Rule("C10", Severity.WARNING, "高中、中职年龄", "{name} {age} 岁，在读{school}，一般为 {low}–{high} 岁",
         "核实年级和出生日期", Owner.VILLAGE, senior_age, (Key.CHECK_SENIOR_MIN, Key.CHECK_SENIOR_MAX), examples=(
             Example("十一岁中职", ("赵大 11 岁，在读中职一年级，一般为 15–20 岁",), ({**_CHILD, "student_status": "中职一年级"},)),
             Example("十六岁", people=({**_CHILD, "birthday": "2005-01-01", "student_status": "普通高中一年级"},)))),
    Rule("C11", Severity.WARNING, "大学年龄", "{name} {age} 岁，在读{school}，年龄偏小",
         "核实年级和出生日期", Owner.VILLAGE, young_for_college, (Key.CHECK_COLLEGE_MIN, Key.CHECK_POSTGRADUATE_MIN), examples=(
             Example("十五岁本科", ("赵大 15 岁，在读本科一年级，年龄偏小",),
                     ({**_CHILD, "birthday": "2006-01-01", "student_status": "本科一年级"},)),
             Example("十九岁硕士", ("赵大 19 岁，在读硕士研究生及以上，年龄偏小",),
                     ({**_CHILD, "birthday": "2002-01-01", "student_status": "硕士研究生及以上"},)),
             Example("十九岁本科", people=({**_CHILD, "birthday": "2002-01-01", "student_status": "本科一年级"},)))),
    Rule("C12", Severity.WARNING, "青年文化程度偏低", "{name} {age} 岁，不在校，文化程度填“{education}”",
         "核实是否完成义务教育", Owner.VILLAGE, youth_with_little_school, (Key.WORK_AGE_MIN, Key.CHECK_YOUTH_MAX), examples=(
             Example("十八岁小学", ("赵大 18 岁，不在校，文化程度填“小学”",), ({"birthday": "2003-01-01", "education": "小学"},)),
             Example("五十岁小学", people=({"education": "小学"},)))),
    Rule("C13", Severity.HINT, "秋季未升级", "{name}新学年开始后仍填上学年的“{school}”",
         "核实升学、毕业或休学情况，更新在校生状况", Owner.VILLAGE, not_promoted, examples=(
             Example("仍是七年级", ("赵大新学年开始后仍填上学年的“七年级”",),
                     ({**_CHILD, "student_status": "七年级", "status_before": "七年级"},)),
             Example("升了八年级", people=({**_CHILD, "student_status": "八年级", "status_before": "七年级"},)),
             Example("小学不分年级", people=({**_CHILD, "status_before": "小学"},)))),
)  # fmt: skip
