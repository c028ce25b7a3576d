"""The dates of a month and who is late (domain.md 3.5)."""

from datetime import date
from decimal import Decimal

import pytest

from screening.rounds.calendar import Calendar, Late, calendar_of, late
from tests.screening.rules.frames import Figures

DUE = date(2021, 5, 5)


def test_what_may_brought_is_dealt_with_in_june():
    assert calendar_of(date(2021, 5, 1), Figures()) == Calendar(
        uploads_due=date(2021, 6, 5),
        offline_due=date(2021, 6, 5),
        compare_on=date(2021, 6, 7),
        dispatch_on=date(2021, 6, 8),
        verify_due=date(2021, 6, 15),
        freeze_on=date(2021, 6, 28),
    )


@pytest.mark.parametrize(("month", "day"), [((2021, 1), 28), ((2024, 1), 29), ((2021, 3), 30), ((2021, 12), 31)])
def test_a_day_the_month_does_not_have_is_its_last(month, day):
    assert calendar_of(date(*month, 1), Figures(FREEZE_DAY=Decimal(31))).freeze_on == date(
        month[0] + month[1] // 12, month[1] % 12 + 1, day
    )


def test_each_date_has_its_own_figure():
    names = ("EXTRACT_DUE_DAY", "OFFLINE_DUE_DAY", "COMPARE_DAY", "DISPATCH_DAY", "VERIFY_DAY", "FREEZE_DAY")
    figures = Figures(**{name: Decimal(10 + place) for place, name in enumerate(names)})
    found = calendar_of(date(2021, 5, 1), figures)
    assert [day.day for day in vars(found).values()] == [10, 11, 12, 13, 14, 15]


@pytest.mark.parametrize(
    ("delivered", "day", "found"),
    [
        ({}, DUE, []),
        ({}, date(2021, 5, 6), [Late("医保局", DUE, 1)]),
        ({"医保局": DUE}, date(2021, 5, 20), []),
        ({"医保局": date(2021, 5, 4)}, date(2021, 5, 20), []),
        ({"医保局": date(2021, 5, 8)}, date(2021, 5, 20), [Late("医保局", DUE, 3, date(2021, 5, 8))]),
        ({"医保局": date(2021, 5, 8)}, date(2021, 5, 7), [Late("医保局", DUE, 2)]),
        ({"医保局": date(2021, 5, 8)}, DUE, []),
        ({"教育局": DUE}, date(2021, 5, 6), [Late("医保局", DUE, 1)]),
    ],
)
def test_who_is_late(delivered, day, found):
    assert late(["医保局"], delivered, due=DUE, day=day) == found


def test_the_late_stand_in_the_order_of_those_who_owe():
    found = late(["乙", "甲", "丙"], {"甲": DUE}, due=DUE, day=date(2021, 5, 7))
    assert [one.who for one in found] == ["乙", "丙"]
