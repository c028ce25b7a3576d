"""A01–A07, A17–A22: numbers, names, phones, and who stands in the register twice or should not stand there (domain.md 7.4 A)."""

import numpy as np
import pandas as pd

from fangpin import idcard
from fangpin.masking import mask_phone
from households.choices import Owner, Severity
from households.quality.base import Context, Example, Rule, blank, found, years_between

AGE_MAX = 120  # nobody is older; a fact of life, not of policy
PLACEHOLDER = "999999"
CERTIFICATE = "残疾人证"
# 与姓名无关的字：数字、空格、遮挡和"某"；少数民族姓名的间隔号不算
_ODD_NAME = r"[0-9０-９A-Za-z\s某×*＊□?？〇○●_]"
_MOBILE = r"1[3-9]\d{9}"
# (township, village) behind whatever names the province, city and county
_ADDRESS = r"^(?:.*[省县区市])?([^镇乡村\s]{1,8}[镇乡])?([^村\s]{1,10}村)?"


def id_length(people, households, context: Context):
    number, length = people["number"], people["number"].str.len()
    as_certificate = people["id_type"].eq(CERTIFICATE) & length.isin((20, 22))
    wrong = ~blank(number) & ~number.str.startswith(PLACEHOLDER) & ~as_certificate
    wrong &= length.ne(18) | number.str.contains("*", regex=False)
    hits = people[wrong]
    shown = length[wrong].astype("str").mask(number[wrong].str.contains("*", regex=False), "不足 18")
    return found(hits, length=shown)


def _shaped(people: pd.DataFrame) -> pd.DataFrame:
    """The people whose number has 18 characters in order, right or not, with ``key`` (idcard.to_key)."""
    keys = idcard.to_key(people["number"].str.slice(0, 18))
    there = people.assign(key=keys)[keys >= 0]
    return there[~there["number"].str.startswith(PLACEHOLDER)]


def check_digit(people, households, context: Context):
    kinds = idcard.clean_series(people["number"])["kind"].to_numpy()
    doubtful = _shaped(people[~np.isin(kinds, idcard.COMPLETE)])
    right = [idcard.check_digit(number[:17]) for number in doubtful["number"]]
    right = pd.Series(right, index=doubtful.index, dtype="str")
    wrong = right.ne(doubtful["number"].str[17:18])
    return found(doubtful[wrong], right=right[wrong])


def impossible_birthday(people, households, context: Context):
    there = _shaped(people)
    written = pd.Series(idcard.key_birthday(there["key"].to_numpy()), index=there.index).astype("str")
    day = pd.to_datetime(written, format="%Y%m%d", errors="coerce")
    today = pd.Timestamp(context.day)
    wrong = day.isna() | (day > today) | (years_between(day, today) > AGE_MAX)
    return found(there[wrong], born=written[wrong])


def same_number(people, households, context: Context):
    hits = people[people["id_others"].ne("") & ~people["id_same_name"] & ~people["number"].str.startswith(PLACEHOLDER)]
    return found(hits, others=hits["id_others"], homes=hits["id_homes"])


def in_two_households(people, households, context: Context):
    hits = people[people["id_others"].ne("") & people["id_same_name"] & ~people["number"].str.startswith(PLACEHOLDER)]
    return found(hits, others=hits["id_others"], homes=hits["id_homes"])


def no_true_number(people, households, context: Context):
    placeholder = people["number"].str.startswith(PLACEHOLDER)
    hits = people[placeholder | blank(people["number"])]
    return found(hits, what=placeholder[hits.index].map({True: "占位号码（999999 开头）", False: "空白"}))


def sex_by_number(people, households, context: Context):
    there = _shaped(people)
    by_number = pd.Series(np.where(idcard.key_is_male(there["key"].to_numpy()), "男", "女"), index=there.index)
    wrong = there["sex"].ne("") & there["sex"].ne(by_number)
    return found(there[wrong], sex=there["sex"][wrong], by_number=by_number[wrong])


def odd_name(people, households, context: Context):
    return found(people[people["name"].str.contains(_ODD_NAME, regex=True)])


def phone_shape(people, households, context: Context):
    wrong = ~blank(people["phone"]) & ~people["phone"].str.fullmatch(_MOBILE)
    hits = people[wrong]
    return found(hits, phone=hits["phone"].map(mask_phone))


def shared_phone(people, households, context: Context):
    hits = households[households["phone_homes"].gt(1) & ~households["phone_of_helper"]]
    shown = hits["phone"].map(mask_phone)
    return found(hits, phone=shown, count=hits["phone_homes"] - 1, homes=hits["phone_with"])


def certificate_number(people, households, context: Context):
    given = people[~blank(people["certificate"])]
    number = given["certificate"].str.upper()
    differs = {
        "前 18 位与证件号码不同": number.str[:18].ne(given["number"].str[:18]) & ~blank(given["number"]),
        "类别位不是 1–7": ~number.str[18:19].isin(list("1234567")),
        "等级位不是 1–4": ~number.str[19:20].isin(list("1234")),
    }
    why = pd.Series("", index=given.index, dtype="str")
    for text, wrong in differs.items():
        why = why.mask(wrong & why.eq(""), text)
    return found(given[why.ne("")], why=why[why.ne("")])


def dead_but_active(people, households, context: Context):
    hits = people[people["died_on"].ne("")]
    return found(hits, day=hits["died_on"], source=hits["died_source"])


def unknown_place(people, households, context: Context):
    """The township or village that 家庭住址 names, in words that no division of the county has."""
    if not context.places:
        return found(households.iloc[:0], text="")
    stems = {stem for name in context.places for stem in (name, _stem(name))}
    named = households["address"].str.extract(_ADDRESS)
    text = named[0].fillna("").astype("str"), named[1].fillna("").astype("str")
    unknown = [part.ne("") & ~part.isin(stems) & ~part.map(_stem).isin(stems) for part in text]
    shown = text[0].where(unknown[0], text[1])
    wrong = unknown[0] | unknown[1]
    return found(households[wrong], text=shown[wrong])


def _stem(name: str) -> str:
    for ending in ("社区居委会", "村民委员会", "居委会", "村委会", "社区", "村", "镇", "乡"):
        if name.endswith(ending) and len(name) > len(ending) + 1:
            return name[: -len(ending)]
    return name


_TWIN = {"id_others": "赵二", "id_homes": "h1 h2"}

RULES = (
    Rule("A01", Severity.ERROR, "证件号码位数", "{name}的证件号码为 {length} 位，应为 18 位",
         "对照身份证或户口簿更正；只有残疾人证的，证件类型选“残疾人证”", Owner.VILLAGE, id_length, examples=(
             Example("少一位", ("赵大的证件号码为 17 位，应为 18 位",), ({"number": "45039919700101001"},)),
             Example("打了星号", ("赵大的证件号码为 不足 18 位，应为 18 位",), ({"number": "450399********0016"},)),
             Example("残疾人证 20 位", people=({"number": "45039919700101001043", "id_type": "残疾人证"},)),
             Example("18 位"))),
    Rule("A02", Severity.ERROR, "证件号码校验码", "{name}的证件号码校验码不对，末位按前 17 位应为 {right}",
         "号码中有一位抄错，对照身份证更正", Owner.VILLAGE, check_digit, examples=(
             Example("末位抄错", ("赵大的证件号码校验码不对，末位按前 17 位应为 0",), ({"number": "450399197001010019"},)),
             Example("末位正确"))),
    Rule("A03", Severity.ERROR, "证件号码中的出生日期", "{name}的证件号码中出生日期为 {born}，不存在、在今天之后或超过 120 岁",
         "对照身份证更正号码", Owner.VILLAGE, impossible_birthday, examples=(
             Example("没有这一天", ("赵大的证件号码中出生日期为 19700231，不存在、在今天之后或超过 120 岁",),
                     ({"number": "450399197002310011"},)),
             Example("日期存在"))),
    Rule("A04", Severity.ERROR, "证件号码重复", "{name}与{others}的证件号码相同",
         "核对两人的身份证，更正抄错的一个", Owner.TOWNSHIP, same_number, examples=(
             Example("两人同号", ("赵大与赵二的证件号码相同",), (_TWIN,)),
             Example("都是占位号码", people=({**_TWIN, "number": "999999197001010016"},)))),
    Rule("A05", Severity.WARNING, "没有真实证件号码", "{name}的证件号码是{what}",
         "已上户口的补填真实号码；未上户口的协助办理并说明", Owner.VILLAGE, no_true_number, examples=(
             Example("占位号码", ("赵大的证件号码是占位号码（999999 开头）",), ({"number": "999999202001010011"},)),
             Example("没有填", ("赵大的证件号码是空白",), ({"number": ""},)),
             Example("真实号码"))),
    Rule("A06", Severity.WARNING, "性别与证件号码", "{name}填为{sex}，证件号码第 17 位表示{by_number}",
         "对照身份证更正性别或号码", Owner.VILLAGE, sex_by_number, examples=(
             Example("填反", ("赵大填为女，证件号码第 17 位表示男",), ({"sex": "女"},)),
             Example("一致"))),
    Rule("A07", Severity.WARNING, "姓名写法", "{name}的姓名中有数字、空格、字母或“某”“×”一类的字",
         "按户口簿填写完整姓名", Owner.VILLAGE, odd_name, examples=(
             Example("用某代替", ("李某的姓名中有数字、空格、字母或“某”“×”一类的字",), ({"name": "李某"},)),
             Example("少数民族姓名", people=({"name": "阿依古丽·买买提"},)))),
    Rule("A17", Severity.WARNING, "电话号码", "{name}的联系电话 {phone} 不是 11 位手机号",
         "核实后更正；没有手机的留空", Owner.VILLAGE, phone_shape, examples=(
             Example("少一位", ("赵大的联系电话 199***0123 不是 11 位手机号",), ({"phone": "1990000123"},)),
             Example("留空"))),
    Rule("A18", Severity.WARNING, "多户共用电话", "{name}的联系电话 {phone} 与另外 {count} 户相同",
         "逐户核实本人电话；确由帮扶人代接的说明原因", Owner.TOWNSHIP, shared_phone, about="household", examples=(
             Example("两户同号", ("赵大户的联系电话 199****0123 与另外 1 户相同",),
                     households=({"phone": "19900000123", "phone_homes": 2, "phone_with": "h1 h2"},)),
             Example("帮扶人的电话", households=({"phone": "19900000123", "phone_homes": 2, "phone_of_helper": True},)))),
    Rule("A19", Severity.ERROR, "一人列在两户", "{name}同时列在两户中（证件号码和姓名都相同，另见{others}）",
         "保留实际共同生活的一户，另一户按迁出或更正办理", Owner.TOWNSHIP, in_two_households, examples=(
             Example("两户都有", ("赵大同时列在两户中（证件号码和姓名都相同，另见赵大（大屯））",),
                     ({"id_others": "赵大（大屯）", "id_same_name": True, "id_homes": "h1 h2"},)),
             Example("只在一户"))),
    Rule("A20", Severity.WARNING, "残疾证号", "{name}的残疾证号{why}",
         "对照残疾证更正；证号为身份证号加类别、等级各一位", Owner.VILLAGE, certificate_number, examples=(
             Example("号码不是本人的", ("赵大的残疾证号前 18 位与证件号码不同",), ({"certificate": "45039919800101001643"},)),
             Example("类别不存在", ("赵大的残疾证号类别位不是 1–7",), ({"certificate": "45039919700101001093"},)),
             Example("正确", people=({"certificate": "45039919700101001043"},)))),
    Rule("A21", Severity.WARNING, "已死亡仍在册", "{name}在{source}名单中已于 {day} 死亡，名册中仍在册",
         "核实后办理死亡减员；名单有误的说明", Owner.VILLAGE, dead_but_active, examples=(
             Example("死亡名单中有", ("赵大在卫健局名单中已于 2021-05-03 死亡，名册中仍在册",),
                     ({"died_on": "2021-05-03", "died_source": "卫健局"},)),
             Example("名单中没有"))),
    Rule("A22", Severity.HINT, "住址中的乡镇、村名", "{name}的家庭住址写有“{text}”，本县没有这个乡镇或村",
         "按现行区划更正住址", Owner.VILLAGE, unknown_place, about="household", examples=(
             Example("旧村名", ("赵大户的家庭住址写有“老坪村”，本县没有这个乡镇或村",), households=({"address": "试点县青山镇老坪村大屯"},)),
             Example("现名", households=({"address": "试点县青山镇上坪村大屯"},)))),
)  # fmt: skip
