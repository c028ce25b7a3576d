"""An invented county in real villages: `make` draws its people, `month` tells what is true of them in a month."""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from fangpin.demo import identity, people, slips, stories, timeline, traits
from fangpin.demo.incomes import income_columns
from fangpin.demo.months import Month, snapshot
from fangpin.demo.people import Village
from fangpin.demo.stories import STORIES, Story

__all__ = ["STORIES", "County", "Month", "Story", "make", "month"]

DAY = np.datetime64("2021-05-01")  # the day of the register: the month of the plan of 2021


@dataclass
class County:
    """`people`: the member export of the national system, one row a member, text only, in the order of the register.

    `members`, `households`: the same people as the generator knows them (same row order); `strangers`: people in
    lists whom the register does not know; `year`: everything that happens in 2021; `stories`: code → Story.
    """

    people: pd.DataFrame
    members: pd.DataFrame
    households: pd.DataFrame
    strangers: pd.DataFrame
    villages: list[Village]
    seed: int
    year: timeline.Year = field(repr=False)
    stories: dict[str, Story] = field(default_factory=dict)


def make(*, divisions, persons: int = people.SCALE, seed: int = 20210506) -> County:
    """The county with exactly `persons` members; the same arguments give the same county.

    `divisions`: rows of (code, name, level, parent_code) with level county, township or village; at least one village.
    """
    places = people.villages(divisions)
    households, members = people.settle(persons, places, DAY, seed)
    people.name_members(households, members, seed)
    strangers = people.number_members(households, members, DAY, seed, strangers=max(60, persons // 25))
    traits.add_traits(households, members, DAY, seed)
    year = timeline.draw(households, members, DAY, seed)
    told = stories.plant(households, members, year, places)
    members["certificate"] = identity.certificates(
        members["true_id"], members["disability"], members["level"], members["reissued"]
    )
    export = register_frame(households, members, places, seed)
    slips.plant(export, frozenset(story.household for story in told.values()))
    return County(export, members, households, strangers, places, seed, year, told)


def month(county: County, period: str, seed: int | None = None) -> Month:
    """What is true at the end of `period` ("2021-01" … "2021-12"), cumulative: June holds all that May held.

    `seed` only varies what departments know beside the events (schools, hospitals, …); default: the county's own.
    """
    return snapshot(
        county.members, county.households, county.villages, county.year, period, county.seed if seed is None else seed
    )


def register_frame(households: pd.DataFrame, members: pd.DataFrame, places: list[Village], seed: int) -> pd.DataFrame:
    """The national export (domain 8.1): labels instead of codes, text in every cell, '' for blank."""
    house = households.iloc[members["home"].to_numpy()].reset_index(drop=True)
    village = house["village"].to_numpy()
    has_id = (members["id"] != "").to_numpy()
    rng = identity.stream(seed, "register")
    count = len(members)
    adult, young = (members["age"] >= 22).to_numpy(), members["age"].between(14, 28).to_numpy()
    draw = rng.random(count)
    insured, employed = members["insured"].to_numpy(), members["employee_insured"].to_numpy()
    member_cert = members["certificate"].to_numpy(dtype=object)
    heads = households["head"].to_numpy()[members["home"].to_numpy()]

    def yes(mask) -> np.ndarray:
        return np.where(mask, "是", "否")

    def text(values, mask) -> np.ndarray:
        return np.where(mask, np.asarray(values).astype(int).astype("<U8"), "")

    columns = {
        "省": people.HOME_AREA[0],
        "市": people.HOME_AREA[1],
        "县(市、区、旗)": np.array([place.county for place in places], dtype=object)[village],
        "乡(镇)": np.array([place.township for place in places], dtype=object)[village],
        "行政村": np.array([place.name for place in places], dtype=object)[village],
        "自然村": house["hamlet"],
        "户编号": house["number"],
        "人编号": members["number"],
        "姓名": members["name"],
        "曾用名": members["former"],
        "证件类型": np.where(has_id, "居民身份证", ""),
        "证件号码": members["id"],
        "性别": np.where(members["male"], "男", "女"),
        "出生日期": members["birth"].dt.strftime("%Y%m%d"),
        "人数": text(house["size"], np.ones(count, dtype=bool)),
        "与户主关系": members["relation"],
        "户主姓名": members["name"].to_numpy(dtype=object)[heads],
        "户主证件号码": members["id"].to_numpy(dtype=object)[heads],
        "民族": members["ethnic"],
        "政治面貌": np.select([adult & (draw < 0.05), young & (draw < 0.3)], ["中共党员", "共青团员"], "群众"),
        "文化程度": members["education"],
        "在校生状况": members["school"],
        "失学或辍学原因": "",
        "健康状况": members["health"],
        "残疾证号": member_cert,
        "残疾类别": np.where(member_cert != "", np.array(traits.KINDS_OF_DISABILITY)[members["disability"]], ""),
        "残疾等级": np.where(member_cert != "", np.array(traits.LEVELS)[members["level"]], ""),
        "劳动技能": members["labour"],
        "是否会讲普通话": np.where(members["age"] >= 3, yes(rng.random(count) < 0.93), ""),
        "务工所在地": members["workplace"],
        "务工时间（月）": text(members["months"], members["works"]),
        "务工企业名称": members["employer"],
        "就业渠道": np.where(
            members["works"], rng.choice(("亲友带动/自主就业", "企业招聘", "政府组织劳务输出"), count), ""
        ),
        "公益性岗位": members["post"],
        "是否参加城乡居民基本医疗保险": yes(insured & ~employed),
        "是否参加城镇职工基本医疗保险": yes(employed),
        "是否参加大病保险": yes(insured),
        "是否参加城乡居民基本养老保险": np.where(members["age"] >= 16, yes(rng.random(count) < 0.96), ""),
        "是否享受低保": np.where(members["relief"] == "低保", "农村低保", "未享受"),
        "是否特困供养": np.where(members["relief"] == "特困", "农村特困", "不享受"),
        "户类型": house["kind"],
        "首次识别时间": house["identified"],
        "监测对象类别": house["category"],
        "致贫返贫风险1": house["risk"],
        "风险识别时间": house["since"],
        "风险是否已消除": house["eliminated"],
        "风险消除时间": house["ended"],
        "危房户": "否",
        "是否解决安全饮用水": "是",
        "人均纯收入": text(house["income"], np.ones(count, dtype=bool)),
        "户联系电话": house["phone"],
        "成员联系电话": members["phone"],
    }
    home = members["home"].to_numpy()
    columns |= {heading: texts[home] for heading, texts in income_columns(households, seed).items()}
    return pd.DataFrame(columns, index=range(count))
