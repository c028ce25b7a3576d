"""Frames for tests of checks from a few words: what an example leaves out is an ordinary household of one."""

import pandas as pd

from fangpin.policy.keys import DEFAULTS, Key
from households.quality.base import Context, Example
from households.quality.facts import HOUSEHOLD, PERSON, WORK, with_all

ORDINARY = {
    "person": "p1", "household": "h1", "name": "赵大", "number": "450399197001010010", "id_type": "居民身份证", "birthday": "1970-01-01",
    "sex": "男", "relation": "户主", "is_head": True, "ethnicity": "汉族", "education": "初中", "health": "健康", "labour": "普通劳动力",
    "insured_resident": "是", "insured_employee": "否", "insured_serious": "是", "pension_resident": "是",
    "minimum_living": "未享受", "destitute": "不享受",
}  # fmt: skip
HOME = {
    "household": "h1", "head": "赵大", "size": 1, "kind": "一般农户", "house_area": "120", "house_grade": "A", "water_safe": "是",
    "toilet": "是", "road": "水泥路", "electricity": "是", "road_distance": "0.3", "field_area": "3",
}  # fmt: skip
PLACES = frozenset({"青山镇", "绿水乡", "上坪村", "下坪村", "河口村"})


class Figures:
    """A standard with the default figures; ``asked`` remembers which were read."""

    def __init__(self):
        self.asked = set()

    def amount(self, key: Key):
        self.asked.add(key)
        return DEFAULTS[key]


def frame_of(columns: dict, base: dict, rows) -> pd.DataFrame:
    lines = [{**base, **row} for row in rows]
    return with_all(pd.DataFrame(lines, columns=None if lines else list(columns)), columns)


def frames_of(example: Example, standard=None) -> tuple[pd.DataFrame, pd.DataFrame, Context]:
    people = frame_of(PERSON, ORDINARY, example.people)
    households = frame_of(HOUSEHOLD, HOME, example.households)
    work = frame_of(WORK, {"person": "p1"}, example.work)
    return people, households, Context(example.day, standard or Figures(), work, PLACES)
