"""When a fact happened, as far as its clue tells."""

from datetime import date

import pytest

from screening.rounds.sides import ACCRUING, event_of
from screening.rules.catalogue import BY_CODE

JUNE = date(2021, 6, 1)


@pytest.mark.parametrize(
    ("rule", "fact", "day"),
    [
        ("housing.dangerous", "D级危房|2021-05-08", date(2021, 5, 8)),
        ("disability.new", "残疾一级|2019-03-02", date(2019, 3, 2)),
        ("water.scheme_stopped", "停水|高田水厂|2021-06-03", date(2021, 6, 3)),
        ("medical.serious_new", "大病|肺癌", date(2021, 6, 30)),
        ("education.reported", "疑似失学辍学|", date(2021, 6, 30)),
        ("labour.vanished", "退出务工台账|2021-06", date(2021, 6, 30)),
        ("medical.outpatient_settled", "2021-06门诊自付", None),
        ("medical.inpatient_year", "2021年住院自付|2倍", None),
    ],
)
def test_the_day_of_a_fact(rule, fact, day):
    assert rule in BY_CODE
    assert event_of(rule, fact, JUNE) == day


def test_what_accrues_are_rules_of_the_house():
    assert BY_CODE.keys() >= ACCRUING
