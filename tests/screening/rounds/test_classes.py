"""Every class says what happens to it and who acts (domain.md 4.1)."""

import pytest

from screening.choices import Actor, ComparisonClass
from screening.rounds.classes import BACK_TO_VILLAGE, CLASSES


@pytest.mark.parametrize("cls", ComparisonClass)
def test_a_class_is_described(cls):
    info = CLASSES[cls]
    assert (info.code, info.name) == (cls.value, cls.label)
    assert info.action
    assert info.tone in {"", "green", "amber", "blue", "red"}
    assert (info.who == Actor.VILLAGE) or not info.back_to_village


def test_what_goes_back_to_the_village_is_what_the_paper_says():
    assert {cls.value for cls in BACK_TO_VILLAGE} == {"C2", "C3", "C4", "C6", "C7", "C10"}
    assert [cls for cls, info in CLASSES.items() if info.first] == [ComparisonClass.C7]
    assert {cls.value for cls, info in CLASSES.items() if info.who == Actor.NOBODY} == {"C5", "C8"}
