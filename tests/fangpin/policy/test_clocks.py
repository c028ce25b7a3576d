"""Working days of real years: the May and October holidays of 2021 and 2026 with the weekends worked in exchange."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fangpin.policy.clocks import Unit, add_working_days, due_on, next_working_day, working_day, working_days_between
from fangpin.policy.keys import META, Key

DAYS = st.dates(date(2003, 12, 1), date(2027, 2, 1))


@pytest.mark.parametrize(
    ("first", "last", "working"),
    [
        (date(2021, 4, 25), date(2021, 4, 25), True),  # Sunday, for Labour Day
        (date(2021, 4, 26), date(2021, 4, 30), True),
        (date(2021, 5, 1), date(2021, 5, 5), False),
        (date(2021, 5, 6), date(2021, 5, 8), True),  # 8 May is a Saturday
        (date(2021, 5, 9), date(2021, 5, 9), False),
        (date(2021, 9, 18), date(2021, 9, 18), True),  # Saturday, for the Mid-Autumn Festival
        (date(2021, 9, 19), date(2021, 9, 21), False),
        (date(2021, 9, 26), date(2021, 9, 30), True),  # 26 September is a Sunday
        (date(2021, 10, 1), date(2021, 10, 7), False),
        (date(2021, 10, 8), date(2021, 10, 9), True),  # 9 October is a Saturday
        (date(2021, 10, 10), date(2021, 10, 10), False),
        (date(2026, 5, 1), date(2026, 5, 5), False),
        (date(2026, 5, 6), date(2026, 5, 9), True),  # 9 May is a Saturday
        (date(2026, 5, 10), date(2026, 5, 10), False),
        (date(2026, 9, 20), date(2026, 9, 24), True),  # 20 September is a Sunday
        (date(2026, 9, 25), date(2026, 9, 27), False),
        (date(2026, 10, 1), date(2026, 10, 7), False),
        (date(2026, 10, 8), date(2026, 10, 10), True),  # 10 October is a Saturday
        (date(2026, 10, 11), date(2026, 10, 11), False),
        (date(2003, 5, 1), date(2003, 5, 2), True),  # a Thursday and a Friday of a year that the library lacks
        (date(2027, 1, 1), date(2027, 1, 1), True),  # a Friday, the same
        (date(2027, 1, 2), date(2027, 1, 3), False),
    ],
)
def test_which_days_are_worked(first, last, working):
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    assert {day: working_day(day) for day in days} == dict.fromkeys(days, working)


@pytest.mark.parametrize(
    ("day", "n", "expected"),
    [
        (date(2021, 5, 1), 0, date(2021, 5, 1)),
        (date(2021, 4, 30), 1, date(2021, 5, 6)),
        (date(2021, 4, 30), 3, date(2021, 5, 8)),
        (date(2021, 4, 30), 4, date(2021, 5, 10)),
        (date(2021, 5, 3), 1, date(2021, 5, 6)),  # begun in the holiday
        (date(2021, 9, 30), 2, date(2021, 10, 9)),
        (date(2021, 9, 30), 3, date(2021, 10, 11)),
        (date(2026, 4, 30), 4, date(2026, 5, 9)),
        (date(2026, 9, 30), 3, date(2026, 10, 10)),
        (date(2026, 12, 31), 2, date(2027, 1, 4)),  # 1 January 2027 is not known to be a holiday
    ],
)
def test_working_days_are_added(day, n, expected):
    assert add_working_days(day, n) == expected
    assert working_days_between(day, expected) == n
    assert working_days_between(expected, day) == -n


def test_working_days_are_counted_forwards_only():
    with pytest.raises(ValueError, match="-1"):
        add_working_days(date(2021, 5, 1), -1)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2021, 5, 6), date(2021, 5, 6)),
        (date(2021, 5, 8), date(2021, 5, 8)),
        (date(2021, 5, 1), date(2021, 5, 6)),
        (date(2021, 10, 1), date(2021, 10, 8)),
        (date(2026, 10, 11), date(2026, 10, 12)),
    ],
)
def test_the_next_working_day_may_be_today(day, expected):
    assert next_working_day(day) == expected


@pytest.mark.parametrize(
    ("start", "amount", "unit", "expected"),
    [
        (date(2021, 4, 28), 5, Unit.DAYS, date(2021, 5, 3)),
        (date(2021, 4, 28), 5, Unit.WORKING_DAYS, date(2021, 5, 8)),
        (date(2021, 4, 30), 15, "天", date(2021, 5, 15)),
        (date(2021, 4, 30), 15, "工作日", date(2021, 5, 25)),
        (date(2021, 9, 30), Decimal("2.00"), META[Key.VERIFY_DAYS_RED].unit, date(2021, 10, 9)),
        (date(2021, 5, 6), 0, Unit.WORKING_DAYS, date(2021, 5, 6)),
    ],
)
def test_when_something_is_due(start, amount, unit, expected):
    assert due_on(start, amount, unit) == expected


def test_a_limit_without_a_known_unit_is_refused():
    with pytest.raises(ValueError, match="周"):
        due_on(date(2021, 5, 6), 1, "周")


@settings(max_examples=50)
@given(day=DAYS, n=st.integers(1, 30))
def test_adding_and_counting_agree(day, n):
    due = add_working_days(day, n)
    assert working_day(due)
    assert working_days_between(day, due) == n
    assert add_working_days(day, n - 1) < due
