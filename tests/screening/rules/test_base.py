"""What rules share: who counts as missing, what counts as new, who is in a priority household."""

import gc

import pandas as pd
import pytest

from screening.extracts.formats import FORMATS
from screening.rules.base import _described, households, missing_from, new_against, priority_identity
from screening.rules.evaluate_pure import as_rule_rows
from tests.screening.rules.frames import VILLAGE, Figures, context_of, people_of, rows_of


def village_of(count):
    return people_of(
        *({"person": f"p{n}", "household": f"h{n}", "name": f"赵{chr(0x4E00 + n)}"} for n in range(1, count + 1))
    )


def missing(people, *rows, **context):
    rows = as_rule_rows(rows_of(FORMATS["MI-R"], *rows), FORMATS["MI-R"])
    return list(missing_from(people, rows, Figures(), context_of("MI-R", **context))["person"])


def test_only_people_without_any_row_are_missing():
    assert missing(village_of(3), {"person": "p1"}, {"person": "p3", "household": "h3"}) == ["p2"]


def test_a_row_without_a_match_finds_nobody():
    assert missing(village_of(2), {"person": None, "household": None, "state": "none"}) == ["p1", "p2"]


def test_candidates_of_rows_under_review_are_not_missing():
    assert missing(village_of(2), withheld=("p2",)) == ["p1"]


def test_namesakes_of_rows_under_review_are_not_missing():
    names = frozenset({(f"赵 {chr(0x4E01)}", VILLAGE), (f"赵{chr(0x4E02)}", "")})
    assert missing(village_of(3), withheld_names=names) == ["p3"]


def test_a_row_that_names_only_the_household_withholds_all_of_it():
    assert missing(village_of(2), {"person": None, "household": "h2"}) == ["p1"]


def test_a_village_that_was_not_reported_raises_nobody():
    near = village_of(60)
    far = near.tail(11).assign(village="450399102201")
    people = pd.concat([near.head(49), far])
    rows = [{"person": f"p{n}", "household": f"h{n}"} for n in range(2, 50)]
    assert missing(people, *rows) == ["p1"]


def test_a_roster_with_a_big_hole_raises_nobody():
    assert missing(village_of(30), {"person": "p1"}) == []


def new(rows, previous=None):
    rows = as_rule_rows(rows_of(FORMATS["CIV-R"], *rows), FORMATS["CIV-R"])
    context = context_of("CIV-R", previous=previous)
    return list(new_against(rows, rows["started_on"], context, Figures()))


@pytest.mark.parametrize(
    ("started_on", "previous", "expected"),
    [
        ("2021-05-31", None, True),
        ("2021-04-30", None, False),
        ("", None, False),
        ("2021-04-30", (), True),
        ("2020-05-01", (), True),
        ("2020-04-30", (), False),
        ("", (), True),
        ("2021-05-31", ({},), False),
    ],
)
def test_new_in_the_first_month_and_later(started_on, previous, expected):
    assert new([{"started_on": started_on}], previous) == [expected]


@pytest.mark.parametrize(
    ("person", "priority"),
    [
        ({}, False),
        ({"household_kind": "脱贫户"}, True),
        ({"monitored": True}, True),
        ({"category": "边缘易致贫户", "risk_cleared": True}, True),
        ({"minimum_living": "农村低保"}, True),
        ({"minimum_living": "未享受"}, False),
        ({"destitute": "不享受特困"}, False),
        ({"disability_level": "二级"}, True),
        ({"disability_level": "三级"}, False),
    ],
)
def test_priority_households(person, priority):
    assert bool(households(people_of(person), Figures())["priority"]["h1"]) is priority


def test_identities_that_departments_write():
    identities = pd.Series(["脱贫人口", "低保", "特困", "重残", "普通居民", "低保边缘", "", "稳定脱贫人口"])
    assert list(priority_identity(identities)) == [True, True, True, True, False, False, False, True]


def test_households_are_described_once_and_not_kept_longer_than_the_people():
    gc.collect()
    people, figures, before = people_of({}), Figures(), len(_described)
    assert households(people, figures) is households(people, figures)
    assert households(people, Figures()) is not None
    assert len(_described) == before + 1
    del people
    gc.collect()
    assert len(_described) == before
