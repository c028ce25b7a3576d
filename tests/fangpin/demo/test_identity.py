"""Numbers of invented people: right check digits, unassigned prefixes, nothing twice."""

import numpy as np
import pytest

from fangpin.demo import identity

BORN = np.array(["1949-12-31"] * 4, dtype="datetime64[D]")


def test_check_digit_of_the_example_in_the_standard():
    assert identity.check_digits(np.array(["11010519491231002", "44052418800101001"])).tolist() == ["X", "4"]


def test_people_of_one_day_get_different_numbers_with_the_sex_in_the_seventeenth_digit():
    male = np.array([True, True, False, False])
    numbers = identity.id_numbers(np.array(["450399"] * 4), BORN, male, identity.stream(1, "x"))
    assert len(set(numbers)) == 4
    assert [number[:14] for number in numbers] == ["45039919491231"] * 4
    assert [int(number[16]) % 2 for number in numbers] == [1, 1, 0, 0]


def test_more_people_than_serials_are_refused():
    births = np.repeat(BORN[:1], 501)
    with pytest.raises(ValueError, match="500"):
        identity.id_numbers(np.repeat("450399", 501), births, np.ones(501, dtype=bool), identity.stream(1, "x"))


def test_certificate_is_number_category_level_and_mark_of_reissue():
    made = identity.certificates(["45039919491231002X", "1", ""], [4, 0, 4], [2, 0, 1], [True, False, False])
    assert made.tolist() == ["45039919491231002X42B1", "", ""]


def test_phones_stay_in_the_block_of_the_demo():
    numbers = identity.phones(1_000, identity.stream(1, "x"))
    assert len(set(numbers)) == 1_000
    assert {number[:5] for number in numbers} == {"19900"}
