"""What the register knows of each member and what departments know besides: school, health, work, assistance."""

import numpy as np
import pandas as pd

from fangpin.demo import identity
from fangpin.demo.identity import stream

CHRONIC = ("高血压", "糖尿病", "骨关节炎", "冠心病", "慢阻肺", "脑卒中")
SERIOUS = ("恶性肿瘤", "终末期肾病", "急性心肌梗死", "脑出血", "重性精神病", "肝硬化")
CHILD_SERIOUS = ("儿童白血病", "先天性心脏病", "血友病")
KINDS_OF_DISABILITY = ("", "视力", "听力", "言语", "肢体", "智力", "精神", "多重")
LEVELS = ("", "一级", "二级", "三级", "四级")
EMPLOYERS = ("某电子厂", "某制衣厂", "某物流公司", "建筑工地", "餐饮", "个体", "某家具厂", "某五金厂")
WORKPLACES = ("广东省佛山市", "广东省深圳市", "广东省东莞市", "广东省广州市", "浙江省宁波市", "广西桂林市", "本县")
SKILLS = ("无", "电工", "焊工", "厨师", "家政", "缝纫", "驾驶")

_SCHOOL_GRADES = ("", *["小学"] * 6, "七年级", "八年级", "九年级")
_CHINESE = "一二三四"


def add_traits(households: pd.DataFrame, members: pd.DataFrame, today: np.datetime64, seed: int) -> None:
    """Adds to `members`: grade, school, education, diseases, disability, labour, work, relief and insurance columns."""
    _schooling(members, today, stream(seed, "school"))
    _health(members, stream(seed, "health"))
    _relief(households, members, stream(seed, "relief"))
    _work(households, members, stream(seed, "work"))
    rng = stream(seed, "insurance")
    chance = np.where(_of_house(households, members, "kind") == "脱贫户", 0.003, 0.013)
    members["insured"] = rng.random(len(members)) >= chance
    members["employee_insured"] = members["insured"] & members["works"] & (rng.random(len(members)) < 0.05)
    members["card"] = identity.bank_cards(len(members), stream(seed, "cards"))


def _of_house(households: pd.DataFrame, members: pd.DataFrame, column: str) -> np.ndarray:
    return households[column].to_numpy()[members["home"].to_numpy()]


def school_grades(births: np.ndarray, year: int) -> np.ndarray:
    """Grade by age on 31 August of `year`: 1 for six-year-olds; may be 0 or below, or above 12."""
    cut = np.datetime64(f"{year}-08-31")
    months = cut.astype("datetime64[M]").astype(int) - births.astype("datetime64[M]").astype(int)
    return months // 12 - 5


def _schooling(members: pd.DataFrame, today: np.datetime64, rng: np.random.Generator) -> None:
    count, age = len(members), members["age"].to_numpy()
    grade = school_grades(members["birth"].to_numpy().astype("datetime64[D]"), int(str(today)[:4]) - 1)
    draw = rng.random(count)
    in_school = (grade >= 1) & (grade <= 9)
    in_school |= (grade >= 10) & (grade <= 12) & (draw < 0.9) | (grade >= 13) & (grade <= 15) & (draw < 0.42)
    in_school |= (grade == 16) & (draw < 0.2)
    vocational = rng.random(count) < 0.38
    college = rng.random(count) < 0.55
    status = np.full(count, "", dtype=object)
    for row in np.flatnonzero(in_school):
        level = grade[row]
        if level <= 9:
            status[row] = _SCHOOL_GRADES[level]
        elif level <= 12:
            status[row] = ("中职" if vocational[row] else "普通高中") + _CHINESE[level - 10] + "年级"
        else:
            status[row] = ("高职高专" if college[row] and level < 16 else "本科") + _CHINESE[level - 13] + "年级"
    status = np.where(age < 3, "学龄前儿童", np.where((age >= 3) & (grade <= 0), "学前教育", status))
    members["grade"] = np.where(in_school, grade, 0)
    members["school"] = status
    ladder = np.array(["文盲或半文盲", "小学", "初中", "高中", "大专", "本科及以上"], dtype=object)
    shares = np.select(
        [(age >= 70)[:, None], (age >= 50)[:, None], (age >= 30)[:, None]],
        [
            np.array([[0.3, 0.85, 0.97, 1, 1, 1]]),
            np.array([[0.06, 0.5, 0.92, 0.99, 1, 1]]),
            np.array([[0.01, 0.12, 0.78, 0.92, 0.98, 1]]),
        ],
        np.array([[0, 0.02, 0.5, 0.75, 0.92, 1.0]]),
    )
    reached = (rng.random(count)[:, None] > shares).sum(axis=1)
    members["education"] = np.where(status == "", ladder[np.minimum(reached, 5)], "")


def _health(members: pd.DataFrame, rng: np.random.Generator) -> None:
    count, age = len(members), members["age"].to_numpy()
    band = np.digitize(age, [20, 40, 60, 75])
    chronic = rng.random(count) < np.array([0.002, 0.02, 0.15, 0.42, 0.58])[band]
    shares = (0.44, 0.18, 0.14, 0.11, 0.08, 0.05)
    first, second = rng.choice(CHRONIC, count, p=shares), rng.choice(CHRONIC, count, p=shares)
    members["disease"] = np.where(chronic, first, "").astype(object)
    twice = chronic & (rng.random(count) < 0.22) & (first != second)
    members["disease2"] = np.where(twice, second, "").astype(object)
    serious = rng.random(count) < np.array([0.001, 0.002, 0.006, 0.011, 0.014])[band]
    named = np.where(age < 18, rng.choice(CHILD_SERIOUS, count), rng.choice(SERIOUS, count))
    members["serious"] = np.where(serious, named, "").astype(object)
    disabled = rng.random(count) < np.array([0.009, 0.02, 0.04, 0.075, 0.09])[band]
    members["disability"] = np.where(
        disabled, rng.choice(np.arange(1, 8), count, p=(0.12, 0.1, 0.02, 0.5, 0.1, 0.12, 0.04)), 0
    )
    members["level"] = np.where(disabled, rng.choice(np.arange(1, 5), count, p=(0.15, 0.27, 0.3, 0.28)), 0)
    members["reissued"] = disabled & (rng.random(count) < 0.12)
    words = []
    for ill, bad, lame in zip(members["disease"], members["serious"], members["disability"], strict=True):
        parts = ["残疾"] * bool(lame) + ["患有大病"] * bool(bad) + ["长期慢性病"] * bool(ill)
        words.append(",".join(parts) or "健康")
    members["health"] = words


def _relief(households: pd.DataFrame, members: pd.DataFrame, rng: np.random.Generator) -> None:
    """低保 by household, 特困 for old people alone, 孤儿 for children who live with grandparents."""
    chance = np.where(households["category"] != "", 0.35, np.where(households["kind"] == "脱贫户", 0.12, 0.016))
    low = rng.random(len(households)) < chance
    head_age = members["age"].to_numpy()[households["head"].to_numpy()]
    alone = (households["size"].to_numpy() == 1) & (head_age >= 60) & (rng.random(len(households)) < 0.2)
    home = members["home"].to_numpy()
    relief = np.where(alone[home], "特困", np.where(low[home], "低保", "")).astype(object)
    grandchild = members["kin"].isin(["grandchild", "nephew"]).to_numpy() & (members["age"].to_numpy() < 16)
    no_parents = ~pd.Series(members["kin"].isin(["child", "daughter_in_law"])).groupby(home).any().to_numpy()[home]
    orphan = grandchild & no_parents & (rng.random(len(members)) < 0.15)
    members["relief"] = np.where(orphan, "孤儿", relief)
    members["care"] = np.where((relief == "特困") & (rng.random(len(members)) < 0.16), "集中", "分散").astype(object)


def _work(households: pd.DataFrame, members: pd.DataFrame, rng: np.random.Generator) -> None:
    count, age = len(members), members["age"].to_numpy()
    student = members["school"].to_numpy(dtype=object) != ""
    severe = (members["disability"].to_numpy() > 0) & (members["level"].to_numpy() <= 2)
    ill = members["serious"].to_numpy(dtype=object) != ""
    working_age = (age >= 16) & (age < 60) & ~student
    members["labour"] = np.select(
        [
            working_age & severe,
            working_age & ill,
            working_age & (rng.random(count) < 0.16),
            working_age,
            (age >= 60) & (age < 70) & ~severe & (rng.random(count) < 0.6),
        ],
        ["丧失劳动力", "弱劳动力或半劳动力", "技能劳动力", "普通劳动力", "弱劳动力或半劳动力"],
        "无劳动力",
    ).astype(object)
    able = np.isin(members["labour"].to_numpy(dtype=object), ["技能劳动力", "普通劳动力"]) & (age >= 18)
    works = able & (rng.random(count) < 0.5)
    members["works"] = works
    members["workplace"] = np.where(
        works, rng.choice(WORKPLACES, count, p=(0.2, 0.16, 0.15, 0.12, 0.07, 0.16, 0.14)), ""
    )
    members["employer"] = np.where(works, rng.choice(EMPLOYERS, count), "").astype(object)
    members["wage"] = np.where(works, (rng.lognormal(np.log(3600), 0.3, count) / 10).round() * 10, 0)
    members["months"] = np.where(works, np.minimum(12, rng.integers(3, 18, count)), 0)
    members["skill"] = np.where(rng.random(count) < 0.35, "无", rng.choice(SKILLS, count)).astype(object)
    poor = households["kind"].to_numpy()[members["home"].to_numpy()] == "脱贫户"
    posts = rng.choice(("生态护林员", "保洁员", "护路员", "护水员"), count)
    members["post"] = np.where(able & ~works & poor & (rng.random(count) < 0.12), posts, "").astype(object)
