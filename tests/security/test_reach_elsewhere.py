"""The same for villages, departments and those who have no post at all (tests.security.test_reach)."""

import pytest

from tests.security.actors import OTHERS
from tests.security.reach import keeps_to_the_own

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("actor", OTHERS)
def test_nobody_reads_or_writes_what_is_not_the_own(world, total, actor):
    keeps_to_the_own(world, actor, total)
