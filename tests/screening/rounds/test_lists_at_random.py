"""Whatever the lists are: every household in exactly one class, sums that hold, the order of the inputs without effect."""

import random
import time
from collections import Counter
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from screening.choices import ComparisonClass, Conclusion, Grade, Risk
from screening.rounds.comparison import compare, sums
from screening.rounds.moves import moved
from screening.rounds.sides import Departure, Doubt
from tests.screening.rounds.lists import (
    DAY,
    LIMITS,
    OTHER_VILLAGE,
    VILLAGE,
    a_case,
    a_check,
    a_clue,
    a_standing,
    compared,
)

HOUSEHOLDS, PERSONS = st.sampled_from(["h1", "h2", "h3", "h4"]), st.sampled_from(["p1", "p2"])
VILLAGES, RISKS = st.sampled_from([VILLAGE, OTHER_VILLAGE]), st.sampled_from([Risk.ILLNESS, Risk.HOUSING, Risk.OTHER])
DAYS = st.dates(date(2021, 2, 1), date(2021, 6, 30))
FACTS, VALUES = st.sampled_from(["f1", "f2", "f3"]), st.none() | st.sampled_from([Decimal(3000), Decimal(9000)])
SETS = {"persons": st.frozensets(PERSONS), "risks": st.frozensets(RISKS)}
CLUES = st.lists(
    st.builds(
        a_clue, id=st.uuids(), household=st.none() | HOUSEHOLDS, village=VILLAGES, person=st.none() | PERSONS, risk=RISKS,
        grade=st.sampled_from(Grade), rule=st.sampled_from(["labour.died", "housing.dangerous"]), fingerprint=FACTS,
        value=VALUES, event_on=st.none() | DAYS, applied=st.booleans(), ordered=st.booleans(),
    )
)  # fmt: skip
CASES = st.lists(
    st.builds(a_case, id=st.uuids(), household=HOUSEHOLDS, village=VILLAGES, **SETS),
    unique_by=lambda case: case.household,
)
STANDING = st.lists(
    st.builds(
        a_standing, household=HOUSEHOLDS, village=VILLAGES, active=st.booleans(), risks=SETS["risks"],
        ended_on=st.none() | DAYS, gone=st.sampled_from(["", "", "整户外迁"]),
        left=st.dictionaries(PERSONS, st.builds(Departure, st.just("死亡"), st.none() | DAYS, st.booleans()), max_size=2),
    ),
    unique_by=lambda one: one.household,
)  # fmt: skip
CHECKS = st.lists(
    st.builds(
        a_check, id=st.uuids(), household=HOUSEHOLDS, risk=RISKS, fingerprint=FACTS, checked_on=DAYS, value=VALUES,
        conclusion=st.sampled_from(Conclusion), grade=st.none() | st.sampled_from(Grade), persons=SETS["persons"],
    )
)  # fmt: skip
DOUBTS = st.lists(
    st.builds(
        Doubt, st.uuids(), st.just(0), st.integers(1, 9), st.just("疑"), VILLAGES, household=st.none() | HOUSEHOLDS
    ),
    unique_by=lambda doubt: doubt.extract,
)
LISTS = st.tuples(CLUES, CASES, STANDING, CHECKS, DOUBTS)


def items_of(lists):
    return compare(*lists, day=DAY, limits=LIMITS)


@given(LISTS)
def test_every_household_is_in_exactly_one_class_and_the_sums_hold(lists):
    online = {clue.household for clue in lists[0]} - {None}
    offline = {case.household for case in lists[1]}
    items, counted = items_of(lists), sums(items_of(lists))
    stands = Counter(item.household for item in items if item.household is not None)
    assert stands == dict.fromkeys(online | offline, 1)
    assert (counted.online, counted.offline, counted.both) == tuple(map(len, (online, offline, online & offline)))
    assert counted.adds_up


@given(LISTS)
def test_every_clue_entry_and_doubt_stands_in_exactly_one_item(lists):
    items = items_of(lists)
    assert Counter(clue for item in items for clue in item.clues) == Counter(clue.id for clue in lists[0])
    assert Counter(item.offline for item in items if item.offline) == Counter(case.id for case in lists[1])
    assert Counter(doubt for item in items for doubt in item.doubts) == Counter(lists[4])
    assert all(item.merged + len(item.left_out) == len(item.clues) for item in items)
    assert all(item.why for item in items)


@given(LISTS, st.randoms(use_true_random=False))
def test_the_order_of_the_inputs_does_not_matter(lists, dice: random.Random):
    shuffled = [dice.sample(one, len(one)) for one in lists]
    assert items_of(shuffled) == items_of(lists) == items_of(lists)


@given(LISTS)
def test_the_class_agrees_with_the_lists_it_came_from(lists):
    for item in items_of(lists):
        both, one_side = bool(item.clues and item.offline), bool(item.clues) != bool(item.offline)
        if item.cls in {ComparisonClass.C1, ComparisonClass.C4}:
            assert both
            assert (item.cls == ComparisonClass.C4) == bool(item.differs)
        if item.cls in {ComparisonClass.C2, ComparisonClass.C8, ComparisonClass.C10}:
            assert one_side
            assert item.offline is None
        if item.cls == ComparisonClass.C3:
            assert item.offline is not None
            assert item.merged == 0
        assert (item.cls == ComparisonClass.C6) == bool(item.new_risks)


@given(LISTS, LISTS)
def test_every_change_of_class_is_told_with_a_reason_and_nothing_else(before, after):
    old, new = items_of(before), items_of(after)
    was, now = ({item.household: item.cls for item in items if item.household} for items in (old, new))
    moves = moved(old, new)
    changed = {one for one in was.keys() | now.keys() if was.get(one) != now.get(one)}
    assert Counter(move.household for move in moves) == dict.fromkeys(changed, 1)
    assert all((move.before, move.after) == (was.get(move.household), now.get(move.household)) for move in moves)
    assert all(move.reason for move in moves)
    assert moved(old, old) == []


def test_a_county_is_compared_within_seconds():
    """5,000 online and 3,000 offline households, each of the online ones with two clues and an earlier check."""
    online = [
        a_clue(id=number, household=number % 5000, fingerprint=f"f{number}", risk=list(Risk)[number % 5])
        for number in range(10_000)
    ]
    offline = [a_case(id=number, household=number) for number in range(4000, 7000)]
    history = [
        a_check(id=number, household=number, checked_on=DAY - timedelta(number % 120)) for number in range(5000)
    ]
    began = time.process_time()
    items = compared(online, offline, history=history)
    assert time.process_time() - began < 3
    counted = sums(items)
    assert (counted.online, counted.offline, counted.both, counted.households) == (5000, 3000, 1000, 7000)
    assert counted.adds_up
