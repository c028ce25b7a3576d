"""What moved between two runs, and why."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from screening.choices import ComparisonClass, Risk
from screening.rounds.moves import Move, moved
from tests.screening.rounds.lists import VILLAGE, a_case, a_check, a_clue, a_standing, compared

CLUE, CASE, HOME, CHECK = a_clue(), a_case(), a_standing(), a_check()
SECOND = a_clue(id="k2", person="p2", fingerprint="f2")
ACTIVE = a_standing(active=True, risks=frozenset({Risk.ILLNESS}))
WORLD = {"online": (CLUE,), "offline": (), "standing": (HOME,), "history": ()}


@pytest.mark.parametrize(
    ("before", "after", "classes", "reason"),
    [
        ({}, {"online": (CLUE, SECOND)}, ("C2", "C10"), "新增线索 1 条"),
        ({"online": (CLUE, SECOND)}, {}, ("C10", "C2"), "撤销线索 1 条"),
        ({}, {"offline": (CASE,)}, ("C2", "C1"), "线下新增填报"),
        ({"offline": (CASE,)}, {}, ("C1", "C2"), "线下填报已撤回"),
        ({"online": ()}, {}, (None, "C2"), "新增线索 1 条"),
        ({}, {"online": ()}, ("C2", None), "撤销线索 1 条"),
        ({"online": ()}, {"online": (), "offline": (CASE,)}, (None, "C3"), "线下新增填报"),
        ({}, {"history": (CHECK,)}, ("C2", "C8"), "其间已核实"),
        ({"history": (CHECK,)}, {"online": (a_clue(value=Decimal(13000)),), "history": (CHECK,)}, ("C8", "C2"), "核实已过有效期或有重大变化"),
        ({"history": (CHECK,)}, {"offline": (CASE,), "history": (CHECK,)}, ("C8", "C1"), "线下新增填报"),
        ({"offline": (CASE,), "history": (CHECK,)}, {"history": (CHECK,)}, ("C1", "C8"), "线下填报已撤回"),
        ({}, {"standing": (ACTIVE,)}, ("C2", "C5"), "已开始监测"),
        ({"standing": (ACTIVE,)}, {"standing": (a_standing(ended_on=date(2021, 6, 1)),)}, ("C5", "C7"), "监测已结束"),
        ({}, {"standing": (a_standing(gone="整户外迁"),)}, ("C2", "C9"), "身份存疑"),
        ({"standing": ()}, {}, ("C9", "C2"), "身份已核清"),
        ({"standing": (ACTIVE,)}, {"standing": (a_standing(gone="整户外迁"),)}, ("C5", "C9"), "身份存疑"),
        ({"offline": (CASE,)}, {"offline": (a_case(risks=frozenset({Risk.LABOUR})),)}, ("C1", "C4"), "线索、填报或名册内容有更正"),
        ({}, {"online": (SECOND,), "offline": (CASE,)}, ("C2", "C4"), "新增线索 1 条；撤销线索 1 条；线下新增填报"),
    ],
)  # fmt: skip
def test_a_move_and_its_reason(before, after, classes, reason):
    moves = moved(compared(**WORLD | before), compared(**WORLD | after))
    assert moves == [Move("h1", VILLAGE, *classes, reason)]


def test_what_stays_in_its_class_did_not_move():
    assert moved(compared([CLUE]), compared([replace(CLUE, value=Decimal(12000))])) == []


def test_problems_of_villages_do_not_move():
    stop = a_clue(household=None, person=None)
    assert moved([], compared([stop])) == []
    assert [item.cls for item in compared([stop])] == [ComparisonClass.VILLAGE]
