"""红/橙/黄, and what makes a fact the same."""

import pandas as pd
import pytest

from screening.rules.grading import fingerprint, grade, grade_together
from tests.screening.rules.frames import Figures

HOUSEHOLDS = pd.DataFrame({"priority": [True, False]}, index=["poor", "other"])


def graded(*lines):
    columns = ["household", "risk", "red", "orange"]
    return list(grade(pd.DataFrame(lines, columns=columns), HOUSEHOLDS, Figures()))


@pytest.mark.parametrize(
    ("household", "red", "orange", "level"),
    [
        ("other", False, False, "yellow"),
        ("other", False, True, "orange"),
        ("poor", False, False, "orange"),
        ("poor", True, False, "red"),
        ("other", True, True, "red"),
        (None, False, True, "orange"),
    ],
)
def test_one_finding(household, red, orange, level):
    assert graded((household, "illness", red, orange)) == [level]


def test_two_kinds_of_risk_in_one_household_are_red():
    assert graded(("other", "illness", False, False), ("other", "water", False, False)) == ["red", "red"]


def test_twice_the_same_risk_or_something_unspecified_is_not():
    assert graded(("other", "illness", False, False), ("other", "illness", False, False)) == ["yellow", "yellow"]
    assert graded(("other", "illness", False, False), ("other", "other", False, False)) == ["yellow", "yellow"]


def test_findings_about_villages_keep_their_own_level():
    clues = pd.DataFrame({"household": [None, None], "risk": ["water", "illness"], "grade": ["orange", "yellow"]})
    assert list(grade_together(clues, Figures())) == ["orange", "yellow"]


def test_fingerprints_stay_the_same():
    assert fingerprint("housing.dangerous", "h1", "D级危房|2021-05-08") == (
        "694ca7d80266c43235ad85689db5d3190fcc1b54fe23b5928298b867f78a2aa8"
    )


def test_fingerprints_tell_parts_apart():
    assert fingerprint("a", "bc", "d") != fingerprint("ab", "c", "d")
