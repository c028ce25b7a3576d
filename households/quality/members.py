"""B01–B13: what is blank about a member, and what contradicts itself (domain.md 7.4 B)."""

import pandas as pd

from fangpin.policy.keys import Key
from households.choices import Owner, Severity
from households.quality.base import Context, Example, Rule, blank, found, holds, no, yes

ILL = ("长期慢性病", "患有大病")
_ILL_REASONS = r"因病|因残"
# 大病、医疗救助记录按近 12 个月计 (7.4 B13); the fact "aided" is formed over these months by whoever contributes it.


def no_ethnicity(people, households, context: Context):
    return found(people[blank(people["ethnicity"])])


def no_health(people, households, context: Context):
    return found(people[blank(people["health"])])


def no_labour(people, households, context: Context):
    return found(people[blank(people["labour"])])


def no_schooling(people, households, context: Context):
    old_enough = people["age"] >= context.number(Key.CHECK_KINDERGARTEN_MAX)
    neither = blank(people["education"]) & blank(people["student_status"]) & blank(people["dropout_why"])
    hits = people[old_enough & neither]
    return found(hits, age=hits["age"].astype("int64"))


def both_schoolings(people, households, context: Context):
    at_school = ~people["student_status"].isin(("", "非在校生"))
    hits = people[~blank(people["education"]) & at_school]
    return found(hits, education=hits["education"], school=hits["student_status"])


def no_insurance_answer(people, households, context: Context):
    return found(people[blank(people["insured_resident"]) & blank(people["insured_employee"])])


def insured_twice_or_never(people, households, context: Context):
    resident, employee = people["insured_resident"], people["insured_employee"]
    neither, both = no(resident) & no(employee), yes(resident) & yes(employee)
    hits = people[neither | both]
    return found(hits, answer=neither[hits.index].map({True: "都填未参加", False: "都填参加"}))


def no_serious_illness_answer(people, households, context: Context):
    return found(people[blank(people["insured_serious"])])


def no_pension_answer(people, households, context: Context):
    neither = blank(people["pension_resident"]) & blank(people["pension_employee"])
    grown = (people["age"] >= context.number(Key.WORK_AGE_MIN)) & ~people["pupil"]
    return found(people[neither & grown])


def _certified(people: pd.DataFrame) -> pd.Series:
    """Whether the register knows of a certificate: its number, or the kind or level that stand on it."""
    known = yes(people["certificate"]) | yes(people["disability_kind"]) | yes(people["disability_level"])
    return known.astype(bool)


def disability_without_certificate(people, households, context: Context):
    disabled, certified = holds(people["health"], "残疾"), _certified(people)
    only_word, only_paper = disabled & ~certified, certified & people["healthy"]
    hits = people[only_word | only_paper]
    texts = {True: "健康状况填残疾，却没有残疾证信息", False: "有残疾证信息，健康状况却填健康"}
    return found(hits, what=only_word[hits.index].map(texts))


def ill_dropout_in_health(people, households, context: Context):
    hits = people[holds(people["dropout_why"], _ILL_REASONS) & people["healthy"]]
    return found(hits, reason=hits["dropout_why"])


def healthy_and_ill(people, households, context: Context):
    words = holds(people["health"], "健康") & holds(people["health"], "|".join((*ILL, "残疾")))
    hits = people[words]
    return found(hits, health=hits["health"])


def seriously_ill_without_aid(people, households, context: Context):
    ill = holds(people["health"], "患有大病")
    return found(people[ill & ~yes(people["medical_aid"]) & ~people["aided"]])


RULES = (
    Rule("B01", Severity.ERROR, "民族未填", "{name}没有填民族", "按户口簿补填", Owner.VILLAGE, no_ethnicity,
         asks=("ethnicity",), examples=(
             Example("空白", ("赵大没有填民族",), ({"ethnicity": ""},)), Example("已填"))),
    Rule("B02", Severity.ERROR, "健康状况未填", "{name}没有填健康状况", "入户核实后补填", Owner.VILLAGE, no_health,
         asks=("health",), examples=(
             Example("空白", ("赵大没有填健康状况",), ({"health": ""},)), Example("已填"))),
    Rule("B03", Severity.ERROR, "劳动技能未填", "{name}没有填劳动技能", "按年龄和身体状况补填", Owner.VILLAGE, no_labour,
         asks=("labour",), examples=(
             Example("空白", ("赵大没有填劳动技能",), ({"labour": ""},)), Example("已填"))),
    Rule("B04", Severity.ERROR, "文化程度和在校状况都未填", "{name} {age} 岁，文化程度、在校生状况和失学原因都没有填",
         "在校的填在校生状况，不在校的填文化程度", Owner.VILLAGE, no_schooling, (Key.CHECK_KINDERGARTEN_MAX,),
         ("education",), examples=(
             Example("都空白", ("赵大 51 岁，文化程度、在校生状况和失学原因都没有填",), ({"education": ""},)),
             Example("六岁以下不问", people=({"education": "", "birthday": "2016-01-01"},)),
             Example("填了失学原因", people=({"education": "", "dropout_why": "厌学"},)))),
    Rule("B05", Severity.WARNING, "文化程度和在校状况都填了", "{name}文化程度填“{education}”，在校生状况又填“{school}”",
         "在校生只填在校生状况", Owner.VILLAGE, both_schoolings, examples=(
             Example("都填", ("赵大文化程度填“初中”，在校生状况又填“本科一年级”",), ({"student_status": "本科一年级"},)),
             Example("非在校生", people=({"student_status": "非在校生"},)))),
    Rule("B06", Severity.ERROR, "医保情况未填", "{name}城乡居民医保和职工医保都没有填",
         "查参保记录后补填", Owner.VILLAGE, no_insurance_answer, asks=("insured_resident", "insured_employee"), examples=(
             Example("都空白", ("赵大城乡居民医保和职工医保都没有填",), ({"insured_resident": "", "insured_employee": ""},)),
             Example("填了一种", people=({"insured_employee": ""},)))),
    Rule("B07", Severity.WARNING, "医保都参加或都未参加", "{name}城乡居民医保和职工医保{answer}",
         "未参保的动员参保；重复的退一种", Owner.VILLAGE, insured_twice_or_never, examples=(
             Example("都未参加", ("赵大城乡居民医保和职工医保都填未参加",), ({"insured_resident": "否"},)),
             Example("都参加", ("赵大城乡居民医保和职工医保都填参加",), ({"insured_employee": "是"},)),
             Example("参加一种"))),
    Rule("B08", Severity.WARNING, "大病保险未填", "{name}没有填是否参加大病保险", "查参保记录后补填", Owner.VILLAGE,
         no_serious_illness_answer, asks=("insured_serious",), examples=(
             Example("空白", ("赵大没有填是否参加大病保险",), ({"insured_serious": ""},)), Example("已填"))),
    Rule("B09", Severity.WARNING, "养老保险未填", "{name}城乡居民养老和职工养老都没有填", "查参保记录后补填", Owner.VILLAGE,
         no_pension_answer, (Key.WORK_AGE_MIN,), ("pension_resident", "pension_employee"), examples=(
             Example("都空白", ("赵大城乡居民养老和职工养老都没有填",), ({"pension_resident": ""},)),
             Example("学生不问", people=({"pension_resident": "", "student_status": "本科一年级"},)),
             Example("已填"))),
    Rule("B10", Severity.WARNING, "残疾与残疾证", "{name}{what}", "核对残疾证，补填证号、类别和等级，或更正健康状况", Owner.VILLAGE,
         disability_without_certificate, examples=(
             Example("没有证", ("赵大健康状况填残疾，却没有残疾证信息",), ({"health": "残疾"},)),
             Example("填健康", ("赵大有残疾证信息，健康状况却填健康",), ({"disability_level": "二级"},)),
             Example("相符", people=({"health": "残疾", "disability_level": "二级"},)))),
    Rule("B11", Severity.WARNING, "因病因残失学却健康", "{name}失学原因填“{reason}”，健康状况却填健康", "核实后更正其中一项", Owner.VILLAGE,
         ill_dropout_in_health, examples=(
             Example("因病", ("赵大失学原因填“因病”，健康状况却填健康",), ({"dropout_why": "因病"},)),
             Example("厌学", people=({"dropout_why": "厌学"},)))),
    Rule("B12", Severity.WARNING, "健康又患病", "{name}健康状况同时填“{health}”", "患病或残疾的去掉“健康”", Owner.VILLAGE,
         healthy_and_ill, examples=(
             Example("两样都选", ("赵大健康状况同时填“健康,长期慢性病”",), ({"health": "健康,长期慢性病"},)),
             Example("残疾加慢性病", people=({"health": "残疾,长期慢性病", "disability_level": "三级"},)))),
    Rule("B13", Severity.WARNING, "患大病没有救助记录", "{name}患有大病，近 12 个月没有大病保险或医疗救助记录",
         "核实病情和报销情况，应救助的协助申请", Owner.VILLAGE, seriously_ill_without_aid, asks=("medical_aid", "aided"), examples=(
             Example("没有记录", ("赵大患有大病，近 12 个月没有大病保险或医疗救助记录",), ({"health": "患有大病"},)),
             Example("医保名单中有", people=({"health": "患有大病", "aided": True},)),
             Example("填了享受救助", people=({"health": "患有大病", "medical_aid": "是"},)))),
)  # fmt: skip
