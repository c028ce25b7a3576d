"""The stories of domain.md 9.3 as far as the comparison decides them: T1–T4, T10, T15, T16."""

from datetime import date
from decimal import Decimal

import pytest

from screening.choices import ComparisonClass, Conclusion, Grade, Risk
from screening.rounds.comparison import sums
from screening.rounds.sides import Doubt
from tests.screening.rounds.lists import VILLAGE, a_case, a_check, a_clue, a_standing, compared

MAY, JUNE = date(2021, 5, 8), date(2021, 6, 8)
FATHER = a_clue(value=Decimal(23180), limit=Decimal(20000), grade=Grade.YELLOW, fingerprint="住院自付1倍")
SAME_IN_JUNE = a_clue(value=Decimal(24380), limit=Decimal(20000), grade=Grade.YELLOW, fingerprint="住院自付1倍")
VISITED = a_check(value=Decimal(23180), grade=Grade.YELLOW, fingerprint="住院自付1倍", conclusion=Conclusion.INCLUDE)
ILL = frozenset({Risk.ILLNESS})
ACCIDENT = a_clue(risk=Risk.ACCIDENT, rule="quick", event_on=date(2021, 6, 2), fingerprint="交通事故")
CHILD = a_clue(
    person="p3", risk=Risk.DISABILITY, rule="disability.new", grade=Grade.ORANGE, fingerprint="一级残疾", value=None
)
JOB_LOST = a_case(risks=frozenset({Risk.EMPLOYMENT}), category="unstable")


@pytest.mark.parametrize(
    ("story", "online", "offline", "standing", "history", "day", "cls", "why"),
    [
        ("T1", [FATHER], [], a_standing(), [], MAY, "C2", "线上发现：因病，线下没有排查到"),
        ("T2 认定中", [SAME_IN_JUNE], [], a_standing(), [VISITED], JUNE, "C8",
         "2021-05-18 已核实：拟纳入；同一事实未变化，至 2021-08-16 不再派发"),
        ("T2 已纳入", [SAME_IN_JUNE], [], a_standing(active=True, risks=ILL), [VISITED], JUNE, "C5",
         "正在监测，已有风险：因病"),
        ("T3", [], [JOB_LOST], a_standing(kind="lifted"), [], MAY, "C3", "线下排查发现：务工不稳，没有可用的线上线索"),
        ("T4", [CHILD], [], a_standing(active=True, risks=ILL), [], MAY, "C6", "正在监测（因病），新出现：因残"),
        ("T15", [ACCIDENT], [], a_standing(ended_on=date(2021, 3, 31)), [], JUNE, "C7",
         "2021-03-31 已消除风险，又发现：意外事故"),
    ],
)  # fmt: skip
def test_story(story, online, offline, standing, history, day, cls, why):
    (item,) = compared(online, offline, [standing], history, day=day)
    assert (item.cls, item.why) == (cls, why), story


def test_t2_grown_by_the_material_amount_is_sent_again():
    grown = a_clue(value=Decimal("30134"), grade=Grade.YELLOW, fingerprint="住院自付1倍")
    (item,) = compared([grown], history=[VISITED], day=JUNE)
    assert (item.cls, item.merged) == (ComparisonClass.C2, 1)
    assert item.why == "线上发现：因病，线下没有排查到；此前核实过，数额由 23,180 增至 30,134"


def test_t10_a_stopped_scheme_is_one_problem_of_the_village():
    stop = a_clue(
        household=None, person=None, risk=Risk.WATER, rule="water.scheme_stopped", sentence="高田水厂停水 4 天"
    )
    (item,) = compared([stop])
    assert (item.cls, item.household, item.village, item.grade) == ("village", None, VILLAGE, Grade.ORANGE)
    assert (item.why, sums([item]).households) == ("村级问题：高田水厂停水 4 天", 0)


def test_t16_a_wrong_digit_goes_to_the_sender_with_the_suggested_match():
    row = Doubt("残联5月", 0, 12, "身份证号错一位，疑似名册中的李秀英", VILLAGE, "p2", "h7")
    items = compared([FATHER], doubts=[row])
    assert [(item.cls, item.household) for item in items] == [("C2", "h1"), ("C9", None)]
    assert (items[1].why, items[1].doubts[0].person) == ("身份证号错一位，疑似名册中的李秀英", "p2")
