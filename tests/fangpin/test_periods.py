"""Months."""

from datetime import UTC, date, datetime

import pytest
from django.core.exceptions import ValidationError

from fangpin import periods


def test_a_month_is_read_and_written():
    assert periods.parse_month(" 2021-05 ") == date(2021, 5, 1)
    assert periods.month_text(date(2021, 5, 1)) == "2021-05"
    assert periods.month_label(date(2021, 5, 1)) == "2021年5月"


@pytest.mark.parametrize("text", ["2021-13", "2021-5", "202105", "1999-01", "2021-05-01", "", "２０２１-05"])
def test_what_is_no_month_is_refused_with_the_way_to_write_it(text):
    with pytest.raises(ValidationError, match="请写成 2021-05"):
        periods.parse_month(text)


@pytest.mark.parametrize(
    ("month", "before", "after"),
    [
        (date(2021, 1, 1), date(2020, 12, 1), date(2021, 2, 1)),
        (date(2021, 5, 1), date(2021, 4, 1), date(2021, 6, 1)),
        (date(2021, 12, 1), date(2021, 11, 1), date(2022, 1, 1)),
    ],
)
def test_the_months_beside(month, before, after):
    assert (periods.previous_month(month), periods.next_month(month)) == (before, after)


def test_the_last_day_of_a_leap_february():
    assert periods.month_end(date(2024, 2, 1)) == date(2024, 2, 29)


def test_this_month_is_the_countys_not_utc(monkeypatch):
    late = datetime(2021, 5, 31, 17, 0, tzinfo=UTC)  # 1 June, 01:00 in the county
    monkeypatch.setattr("django.utils.timezone.now", lambda: late)

    assert periods.this_month() == date(2021, 6, 1)


def test_the_url_converter_goes_both_ways():
    converter = periods.MonthConverter()
    assert converter.to_url(converter.to_python("2021-05")) == "2021-05"


def test_the_day_of_rounds_is_today_unless_the_demo_stands_still(settings, monkeypatch):
    monkeypatch.setattr(periods.timezone, "localdate", lambda: date(2026, 11, 24))
    assert periods.this_day() == date(2026, 11, 24)
    settings.ROUNDS_DAY = date(2021, 7, 14)
    assert periods.this_day() == date(2021, 7, 14)
