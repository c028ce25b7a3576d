"""Tiers of certainty: what evidence suffices for which decision, as data (performance.md 6; `resolve` walks it).

A pair belongs to the first tier whose condition it meets. Tiers of one group compete: if two persons reach the best
group of a row, nobody is chosen.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from screening.matching.evidence import DIFFERENT, MISSING, SAME, Evidence, Number
from screening.matching.names import Likeness

CERTAIN, PROBABLE, AMBIGUOUS, NONE = "certain", "probable", "ambiguous", "none"
DECIDED_BY_PEOPLE = 7  # from this group on


class View:
    """Evidence of all pairs in words, with what the other pairs of the same row say."""

    def __init__(self, e: Evidence, rows: int, household_level: bool):
        self.household_level = household_level
        self.exact = e.number == Number.EXACT
        self.near = e.number == Number.NEAR
        self.near2 = e.number == Number.NEAR2
        self.relatives = e.number == Number.KIN
        self.absent = e.number == Number.ABSENT
        self.unusable = e.number == Number.UNUSABLE
        self.far = e.number == Number.FAR
        self.others = e.number == Number.OTHER
        self.same_name = e.name <= Likeness.FORMER
        self.readable_name = e.name <= Likeness.HOMOPHONE
        self.like_name = (e.name >= Likeness.MASKED) & (e.name <= Likeness.ALIKE)
        self.one_off = (e.name == Likeness.ALIKE) | (e.name == Likeness.ONE)
        self.any_name = e.name <= Likeness.ONE
        self.day, self.not_day = e.birthday == SAME, e.birthday == DIFFERENT
        self.not_sex = e.sex == DIFFERENT
        self.village, self.not_village = e.village == SAME, e.village == DIFFERENT
        self.unplaced = e.village == MISSING
        self.township = e.township == SAME
        self.hamlet, self.not_hamlet = e.hamlet == SAME, e.hamlet == DIFFERENT
        self.phone, self.kin, self.size = e.phone == SAME, e.kin == SAME, e.size == SAME
        self.not_kin = e.kin == DIFFERENT
        self.age, self.not_age = e.age == SAME, e.age == DIFFERENT
        self.kin_number = e.kin_number == SAME
        self.is_head = e.is_head
        self.long_name = e.long_name
        self.holder_is_kin = e.kin_is_holder
        self.only_head_of_name = e.namesake_heads == 1

        def somewhere(pairs: np.ndarray) -> np.ndarray:
            flags = np.zeros(rows, dtype=bool)
            flags[e.row[pairs]] = True
            return flags[e.row]

        closest_relative = np.full(rows, Likeness.MISSING, dtype=np.int8)
        np.minimum.at(closest_relative, e.row[self.relatives], e.name[self.relatives])
        self.closer_relative = closest_relative[e.row] < e.name
        self.as_close_relative = closest_relative[e.row] <= e.name
        self.sex = e.sex == SAME
        self.holder_has_other_sex = somewhere(self.exact & self.not_sex)
        self.namesake_of_row = somewhere(self.others & self.same_name & self.village)
        nearby = np.bincount(e.row[self.is_head & self.same_name & self.village & ~self.not_hamlet], minlength=rows)
        self.only_head_in_hamlet = nearby[e.row] == 1
        self.closer_namesake = somewhere(self.same_name & self.village)
        self.near_another = somewhere(self.near | self.near2)
        self.holder_has_day = somewhere(self.exact & self.day)
        self.named_relative_has_other_day = somewhere(self.relatives & self.same_name & self.not_day)
        self.relative_has_day = somewhere(self.relatives & self.day)
        self.placed = self.village | self.phone
        self.fits = ~self.not_day & ~self.not_sex & ~self.not_age
        self.holder_has_other_age = somewhere(self.exact & self.not_age)


@dataclass(frozen=True)
class Tier:
    slug: str
    group: int
    state: str
    confidence: float
    note: str
    holds: Callable[[View], np.ndarray]
    exact: bool = False  # stands even in a file whose number and name columns do not belong together


TIERS = (
    # number known
    Tier(
        "T1x",
        7,
        AMBIGUOUS,
        0.5,
        "号码和姓名是一人，出生日期是同户另一人，请核对",
        lambda v: v.exact & v.readable_name & v.not_day & ~v.closer_relative & v.relative_has_day,
    ),
    Tier(
        "T1", 0, CERTAIN, 1.0, "号码和姓名一致", lambda v: v.exact & v.readable_name & ~v.closer_relative, exact=True
    ),
    Tier(
        "T1b",
        1,
        CERTAIN,
        0.9999,
        "号码一致，姓名差一个字",
        lambda v: (
            v.exact & v.one_off & ~v.as_close_relative & ~v.namesake_of_row & (v.long_name | v.placed) & ~v.not_village
        ),
    ),
    Tier(
        "T1h",
        1,
        CERTAIN,
        0.9998,
        "填的是同户他人的号码，姓名和出生日期一致",
        lambda v: v.relatives & v.same_name & v.day & ~v.holder_has_day,
    ),
    Tier(
        "T1n",
        1,
        CERTAIN,
        0.9998,
        "号码和出生日期一致，姓名写成了同户他人",
        lambda v: v.exact & v.day & v.closer_relative & v.named_relative_has_other_day,
    ),
    Tier(
        "T1g",
        6,
        PROBABLE,
        0.9,
        "填的是户主或监护人的号码，按本人姓名认定",
        lambda v: v.relatives & v.same_name & v.holder_is_kin & v.fits,
    ),
    Tier(
        "T1s",
        6,
        PROBABLE,
        0.995,
        "填的是同户他人的号码，姓名和性别一致",
        lambda v: v.relatives & v.same_name & v.sex & v.holder_has_other_sex & ~v.not_day,
    ),
    Tier(
        "T1a",
        6,
        PROBABLE,
        0.998,
        "填的是同户他人的号码，姓名和年龄一致",
        lambda v: v.relatives & v.same_name & v.age & v.holder_has_other_age & v.fits,
    ),
    Tier(
        "T1hr",
        7,
        AMBIGUOUS,
        0.87,
        "号码是同户他人的，户可以确定，人请核对",
        lambda v: v.relatives & (v.same_name | (v.like_name & ~v.not_day)),
    ),
    # number damaged
    Tier("T2", 2, CERTAIN, 0.9999, "号码只差一处或末几位丢失，姓名一致", lambda v: v.near & v.same_name, exact=True),
    Tier(
        "T2p",
        3,
        CERTAIN,
        0.9998,
        "号码只差一处，姓名同音或形近，村或电话一致",
        lambda v: v.near & v.like_name & (v.placed | v.day) & ~v.not_day,
    ),
    Tier(
        "T2d",
        3,
        CERTAIN,
        0.9998,
        "号码差两处，姓名和村、电话或出生日期一致",
        lambda v: v.near2 & v.same_name & (v.placed | v.day),
    ),
    Tier(
        "T2m",
        3,
        CERTAIN,
        0.9999,
        "登记中没有号码，姓名和号码里的出生日期、性别一致",
        lambda v: v.absent & v.same_name & ~v.not_village,
        exact=True,
    ),
    # no usable number
    Tier(
        "T3g",
        4,
        CERTAIN,
        0.9998,
        "没有可用号码，姓名一致，户主或监护人号码属于该户",
        lambda v: v.unusable & v.same_name & v.kin_number & v.fits,
    ),
    Tier(
        "T3a",
        4,
        CERTAIN,
        0.9998,
        "没有可用号码，姓名、出生日期和地点一致",
        lambda v: v.unusable & v.same_name & v.day & ~v.not_sex & (v.placed | v.kin | (v.township & v.unplaced)),
    ),
    Tier(
        "T3b",
        4,
        CERTAIN,
        0.9998,
        "没有可用号码，姓名和该户电话一致",
        lambda v: (v.unusable | (v.far & ~v.near_another)) & v.same_name & v.phone & v.fits & ~v.not_village,
    ),
    Tier(
        "T3h",
        4,
        CERTAIN,
        0.9998,
        "没有可用号码，姓名、村和户主或监护人一致",
        lambda v: v.unusable & v.same_name & v.kin & v.village & v.fits,
    ),
    Tier(
        "T4",
        5,
        CERTAIN,
        0.9997,
        "没有可用号码，姓名同音或形近，村和电话一致",
        lambda v: v.unusable & v.like_name & v.phone & v.village & v.fits,
    ),
    Tier(
        "T4b",
        5,
        CERTAIN,
        0.9997,
        "没有可用号码，姓名同音或形近，村和出生日期一致",
        lambda v: v.unusable & v.like_name & v.day & v.village & ~v.not_sex,
    ),
    # provisional
    Tier(
        "T2q",
        6,
        PROBABLE,
        0.99,
        "号码相近，姓名差一个字，村或电话一致",
        lambda v: (v.near | v.near2) & v.any_name & (v.placed | v.day),
    ),
    Tier(
        "T2n",
        6,
        PROBABLE,
        0.99,
        "登记中没有号码，姓名相近，出生日期和性别一致",
        lambda v: v.absent & v.any_name & (v.same_name | v.village),
    ),
    Tier(
        "T3f",
        6,
        PROBABLE,
        0.99,
        "号码有误，姓名、出生日期和地点一致",
        lambda v: v.far & v.same_name & v.day & ~v.not_sex & (v.placed | v.kin),
    ),
    Tier(
        "T3d",
        6,
        PROBABLE,
        0.98,
        "没有可用号码，姓名和出生日期一致，没有地点",
        lambda v: v.unusable & v.same_name & v.day & ~v.not_sex & ~v.not_village,
    ),
    Tier(
        "T3y",
        6,
        PROBABLE,
        0.995,
        "没有可用号码，姓名、村和年龄一致",
        lambda v: v.unusable & v.same_name & v.village & v.age & v.fits,
    ),
    Tier(
        "T3c",
        6,
        PROBABLE,
        0.9995,
        "户主姓名、自然村和人口数一致，村内唯一",
        lambda v: (
            v.household_level
            & v.unusable
            & v.is_head
            & v.same_name
            & v.village
            & v.hamlet
            & v.size
            & v.only_head_of_name
        ),
    ),
    Tier(
        "T3e",
        6,
        PROBABLE,
        0.99,
        "户主姓名、自然村和人口数一致，村内同名户主都在别的自然村",
        lambda v: (
            v.household_level
            & v.unusable
            & v.is_head
            & v.same_name
            & v.village
            & v.hamlet
            & v.size
            & v.only_head_in_hamlet
        ),
    ),
    Tier(
        "T4c",
        6,
        PROBABLE,
        0.99,
        "户主姓名同音或形近，自然村和人口数一致",
        lambda v: (
            v.household_level
            & v.unusable
            & v.is_head
            & v.like_name
            & v.village
            & v.hamlet
            & v.size
            & ~v.closer_namesake
        ),
    ),
    Tier(
        "T4h",
        6,
        PROBABLE,
        0.98,
        "没有可用号码，姓名同音或形近，村和户主或监护人一致",
        lambda v: v.unusable & v.like_name & v.kin & v.village & v.fits,
    ),
    Tier(
        "T4o",
        6,
        PROBABLE,
        0.98,
        "没有可用号码，姓名差一个字，村、出生日期和电话或家人一致",
        lambda v: v.unusable & v.any_name & v.day & v.village & (v.phone | v.kin) & ~v.not_sex,
    ),
    # for people
    Tier(
        "conflict",
        7,
        AMBIGUOUS,
        0.5,
        "身份存疑：号码是一人，姓名是另一人",
        lambda v: v.exact | (v.others & v.same_name & (v.village | v.day | v.phone | v.kin)),
    ),
    Tier(
        "R92",
        8,
        AMBIGUOUS,
        0.92,
        "户主姓名、自然村和人口数一致，村内还有同名户主",
        lambda v: v.household_level & v.is_head & v.same_name & v.village & v.hamlet & v.size,
    ),
    Tier(
        "R75",
        8,
        AMBIGUOUS,
        0.75,
        "姓名、村一致，另有一项相符",
        lambda v: ~v.others & v.same_name & v.village & (v.hamlet | v.size | v.phone | v.kin),
    ),
    Tier("R68", 8, AMBIGUOUS, 0.68, "只有姓名和村一致", lambda v: ~v.others & v.same_name & v.village),
    Tier("R60", 8, AMBIGUOUS, 0.6, "号码相近，姓名或地点对不上", lambda v: v.near | v.near2),
    Tier(
        "R50",
        8,
        AMBIGUOUS,
        0.5,
        "姓名相近，地点、电话或出生日期有一项一致",
        lambda v: (
            v.unusable
            & (
                (v.like_name & v.village)
                | (v.any_name & (v.phone | v.day | (v.kin & v.village)))
                | (v.any_name & v.household_level & v.village & v.hamlet & v.size)
                | (v.same_name & v.household_level & v.hamlet & v.size)
            )
        ),
    ),
    Tier("R20", 8, AMBIGUOUS, 0.2, "只有姓名一致，没有其他依据", lambda v: v.unusable & v.same_name & ~v.not_village),
)


def assign(view: View) -> np.ndarray:
    """Number of the first tier each pair meets (int16), -1 for none."""
    tier = np.full(len(view.exact), -1, dtype=np.int16)
    for number, candidate in enumerate(TIERS):
        meets = candidate.holds(view) & (tier < 0)
        tier[meets] = number
    return tier
