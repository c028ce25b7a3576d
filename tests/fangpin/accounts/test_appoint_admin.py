"""The command that makes the first system administrator."""

import re
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from fangpin.accounts.models import User
from fangpin.accounts.scope import holds
from tests.builders import COUNTY, a_county

pytestmark = pytest.mark.django_db


def test_the_first_administrator_can_sign_in_and_must_change_the_password():
    a_county()
    out = StringIO()
    call_command("appoint_admin", "guanli", "覃志平", stdout=out)
    user = User.objects.get(username="guanli")
    assert user.check_password(re.search(r"一次性密码：(\S+)（", out.getvalue())[1])
    assert (
        user.must_change_password,
        holds(user, "manage_accounts", COUNTY),
        holds(user, "view_register", COUNTY),
    ) == (True, True, False)


def test_a_name_that_is_taken_is_refused_and_nothing_is_made():
    a_county()
    call_command("appoint_admin", "guanli", "覃志平", stdout=StringIO())
    with pytest.raises(CommandError, match="已存在"):
        call_command("appoint_admin", "guanli", "莫海燕")
    assert User.objects.count() == 1


def test_without_divisions_it_says_what_to_do_first():
    with pytest.raises(CommandError, match="load_divisions"):
        call_command("appoint_admin", "guanli", "覃志平")
