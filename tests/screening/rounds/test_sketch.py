"""The income sketch of the offline form, as a sum one can check (domain.md 4.6, 1.7)."""

from decimal import Decimal

import pytest

from households.choices import IncomeGroup
from households.income import Term, reckon
from screening.rounds.sketch import COMPONENTS, sketch

LINE = Decimal(6000)
ANSWERED = dict(zip(COMPONENTS, map(Decimal, (24000, 9000, 600, 11060, 2000)), strict=True))


def sketched(components=ANSWERED, *, spending="23180", compensation="0", persons=4):
    money = {"spending": spending and Decimal(spending), "compensation": compensation and Decimal(compensation)}
    return sketch(components, **money, persons=persons, line=LINE)


def test_the_sum_is_shown_line_by_line():
    found = sketched(compensation="3000")
    assert found.terms == [
        Term("工资性收入", "+", Decimal(24000)),
        Term("生产经营性收入", "+", Decimal(9000)),
        Term("财产性收入", "+", Decimal(600)),
        Term("转移性收入", "+", Decimal(11060)),
        Term("生产经营性支出", "−", Decimal(2000)),
        Term("家庭理赔收入", "+", Decimal(3000)),
        Term("合规自付支出", "−", Decimal(23180)),
    ]
    signed = sum(term.amount if term.sign == "+" else -term.amount for term in found.terms)
    assert signed == found.reckoning.reference == Decimal(22480)


def test_the_formula_is_the_registers():
    totals = {**ANSWERED, IncomeGroup.CLAIMS: Decimal(0), IncomeGroup.SELF_PAY: Decimal(23180)}
    assert sketched().reckoning == reckon(totals, 4)


@pytest.mark.parametrize(
    ("spending", "per_head", "distance", "sentence"),
    [
        ("23180", "4870", "-1130", "人均收入参考 4,870.00 元，低于监测范围 6,000 元 1,130.00 元"),
        ("18660", "6000", "0", "人均收入参考 6,000.00 元，等于监测范围 6,000 元"),
        ("18659.96", "6000.01", "0.01", "人均收入参考 6,000.01 元，高于监测范围 6,000 元 0.01 元"),
        (None, "10665", "4665", "人均收入参考 10,665.00 元，高于监测范围 6,000 元 4,665.00 元"),
    ],
)
def test_the_distance_from_the_line(spending, per_head, distance, sentence):
    found = sketched(spending=spending)
    assert found.reckoning.reference_per_head == Decimal(per_head)
    assert found.comparison.distance == Decimal(distance)
    assert found.sentence == sentence


@pytest.mark.parametrize("group", COMPONENTS)
def test_an_unanswered_component_leaves_the_verdict_open(group):
    found = sketched({**ANSWERED, group: None})
    assert (found.missing, found.comparison) == ((group,), None)
    assert found.sentence == f"还没有填写：{group.label}"


def test_a_component_of_nothing_is_an_answer():
    assert sketched({**ANSWERED, IncomeGroup.ASSETS: Decimal(0)}).missing == ()


def test_nobody_counted_has_no_figure_per_head():
    found = sketched(persons=0)
    assert (found.comparison, found.sentence) == (None, "没有家庭人口数，算不出人均")
