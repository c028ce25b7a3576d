"""Keys read over a whole column say what they say of single cells; blocks give back what was put in."""

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from fangpin import idcard
from screening.matching import keys

DIGITS = st.text("0123456789", max_size=14)
PHONES = st.one_of(
    DIGITS, st.sampled_from(["199-0000-0101", "8619900000101", "19900000101.0", "无", "1111111", "１９９"])
)


@given(st.lists(PHONES, max_size=20))
def test_telephones_of_a_column_are_those_of_its_cells(cells):
    read = keys.phones(pd.Series(cells, dtype="str"))
    assert read.tolist() == [keys.phone_in(cell) if cell else 0 for cell in cells]


def test_no_telephone_is_none():
    assert keys.phones(pd.Series(["19900000101", None], dtype="str")).tolist() == [19900000101, 0]


def test_digits_of_a_number_come_from_its_key():
    numbers = ["450399199001011238", "45039919900101001X"]
    read = keys.digits_of(np.append(idcard.to_key(numbers), -1))
    assert read[:2].tolist() == keys.digit_values(np.array(numbers, dtype=object)).tolist()
    assert (read[2] > 10).all()


@given(st.lists(st.integers(-5, 5), max_size=30))
def test_distinct_numbers_are_ascending(values):
    assert keys.distinct(np.array(values, dtype=np.int64)).tolist() == sorted(set(values))


def test_a_block_gives_the_items_of_each_key_but_not_of_keys_of_too_many():
    block = keys.Block(np.array([7, 3, 7, 9, 9, 9]), np.array([0, 1, 2, 3, 4, 5]))
    row, item = block.pairs(np.array([10, 11, 12, 13]), np.array([7, 3, 9, 4]), at_most=2)
    assert sorted(zip(row.tolist(), item.tolist(), strict=True)) == [(10, 0), (10, 2), (11, 1)]
    assert block.count(np.array([7, 9, 4])).tolist() == [2, 3, 0]
    assert block.holds(np.array([3, 4])).tolist() == [True, False]


def test_an_empty_block_holds_nothing():
    block = keys.Block(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64))
    assert [found.tolist() for found in block.pairs(np.arange(2), np.array([1, 2]))] == [[], []]
    assert block.holds(np.array([1])).tolist() == [False]
