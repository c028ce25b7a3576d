"""观察名单: next checks, levels, leaving (domain.md 4.5)."""

from datetime import date
from decimal import Decimal

import pytest

from screening.choices import WatchLevel
from screening.rounds.watching import Watched, after_check, lowered, next_check, raised
from tests.screening.rules.frames import Figures

KEY, GENERAL, LONG = WatchLevel


@pytest.mark.parametrize(
    ("level", "last", "due"),
    [
        (KEY, date(2021, 5, 18), date(2021, 6, 18)),
        (GENERAL, date(2021, 5, 18), date(2021, 8, 18)),
        (LONG, date(2021, 5, 18), date(2021, 11, 18)),
        (KEY, date(2021, 12, 31), date(2022, 1, 31)),
        (KEY, date(2021, 1, 31), date(2021, 2, 28)),
        (KEY, date(2024, 1, 30), date(2024, 2, 29)),
        (GENERAL, date(2021, 11, 30), date(2022, 2, 28)),
        (LONG, date(2021, 8, 31), date(2022, 2, 28)),
        ("general", date(2021, 9, 30), date(2021, 12, 30)),
    ],
)
def test_the_next_check(level, last, due):
    assert next_check(level, last, Figures()) == due


def test_the_county_may_set_other_intervals():
    assert next_check(KEY, date(2021, 5, 18), Figures(WATCH_MONTHS_KEY=Decimal(2))) == date(2021, 7, 18)


@pytest.mark.parametrize(
    ("level", "before", "clean", "after"),
    [
        (KEY, 0, True, Watched(GENERAL, 1, leaves=False)),
        (GENERAL, 0, True, Watched(LONG, 1, leaves=False)),
        (GENERAL, 1, True, Watched(LONG, 2, leaves=True)),
        (LONG, 1, True, Watched(LONG, 2, leaves=True)),
        (LONG, 1, False, Watched(GENERAL, 0, leaves=False)),
        (GENERAL, 0, False, Watched(KEY, 0, leaves=False)),
        (KEY, 1, False, Watched(KEY, 0, leaves=False)),
    ],
)
def test_what_a_check_changes(level, before, clean, after):
    assert after_check(level, before, clean=clean, standard=Figures()) == after


def test_how_many_clean_checks_are_enough_is_policy():
    strict = Figures(WATCH_CLEAN_CHECKS=Decimal(3))
    assert not after_check(LONG, 1, clean=True, standard=strict).leaves
    assert after_check(LONG, 2, clean=True, standard=strict).leaves


def test_levels_end_somewhere():
    assert [raised(level) for level in WatchLevel] == [KEY, KEY, GENERAL]
    assert [lowered(level) for level in WatchLevel] == [GENERAL, LONG, LONG]
