"""manage.py check --database default: nobody holds what no posting gives."""

import pytest
from django.contrib.auth.models import Group, Permission
from guardian.models import UserObjectPermission

from fangpin.accounts.checks import rights_come_from_postings
from fangpin.accounts.models import DivisionUserObjectPermission, User
from fangpin.accounts.roles import Role
from fangpin.divisions.rights import Right
from tests.builders import COUNTY, a_county, a_user, an_officer

pytestmark = pytest.mark.django_db


def found():
    return [message.id for message in rights_come_from_postings(None, databases=["default"])]


def right(codename=Right.VIEW_REGISTER):
    return Permission.objects.get(codename=codename)


def test_postings_alone_are_in_order():
    for role in Role:
        an_officer(role)

    assert found() == []


def test_a_right_granted_to_an_account_is_an_error():
    a_user().user_permissions.add(right())
    assert found() == ["accounts.E001"]


def test_a_right_granted_to_a_group_is_an_error():
    Group.objects.create(name="县办").permissions.add(right())
    assert found() == ["accounts.E001"]


def test_a_right_in_guardians_generic_table_is_an_error():
    UserObjectPermission.objects.assign_perm(right(), a_user(), a_county())
    assert found() == ["accounts.E001"]


def test_a_row_that_no_posting_explains_is_a_warning():
    officer = an_officer(Role.VILLAGE)
    DivisionUserObjectPermission.objects.create(
        user=officer, permission=right(Right.SET_POLICY), content_object_id=COUNTY
    )

    messages = rights_come_from_postings(None, databases=["default"])
    assert [message.id for message in messages] == ["accounts.W001"]
    assert str(officer.pk) in messages[0].msg


def test_rights_of_a_disabled_account_are_a_warning():
    an_officer(Role.COUNTY)
    User.objects.update(is_active=False)

    assert found() == ["accounts.W001"]


def test_without_a_database_nothing_is_asked(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert rights_come_from_postings(None) == []
