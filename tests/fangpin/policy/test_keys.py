"""Every figure of policy has a label, a unit, a source and a default that fits its own bounds."""

from decimal import Decimal

import pytest

from fangpin.policy.keys import DEFAULTS, META, Key, defaults_in


@pytest.mark.parametrize("key", Key)
def test_a_key_is_described(key):
    info = META[key]
    assert key.label
    assert info.unit
    assert info.source
    assert info.minimum <= info.default <= info.maximum
    assert len(key.value) <= 40
    assert info.default == round(info.default, 2)


def test_the_line_of_2020_was_lower():
    assert DEFAULTS[Key.INCOME_LINE] == Decimal(6000)
    assert defaults_in(2020)[Key.INCOME_LINE] == Decimal(5000)
    assert defaults_in(2021) == DEFAULTS
