"""Who reaches what: postings give rights on a division and everything below it, and nothing else gives any."""

from datetime import date, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser, Permission
from django.utils import timezone

from fangpin.accounts.grants import after_migrate, sync_everybody, sync_grants
from fangpin.accounts.models import DivisionUserObjectPermission, Posting, User
from fangpin.accounts.roles import GRANTS, LEVELS, Role
from fangpin.accounts.scope import codes_by_permission, departments_of, holds, holds_anywhere
from fangpin.divisions.rights import Right
from households.models import Household, Person
from tests.builders import COUNTY, TOWNSHIPS, VILLAGES, a_county, a_household, a_posting, a_user, an_officer

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate


def again(user):
    """The user as the next request sees it."""
    return User.objects.get(pk=user.pk)


def test_a_township_reaches_its_villages_and_nothing_beside():
    officer = an_officer(Role.TOWNSHIP)
    reach = {code: holds(officer, Right.VIEW_REGISTER, code) for code in (COUNTY, *TOWNSHIPS, *VILLAGES)}

    assert reach == {
        COUNTY: False,
        TOWNSHIPS[0]: True,
        TOWNSHIPS[1]: False,
        VILLAGES[0]: True,
        VILLAGES[1]: True,
        VILLAGES[2]: False,
    }


@pytest.mark.parametrize(
    ("role", "reached"),
    [
        (Role.VILLAGE, {0}),
        (Role.TOWNSHIP, {0, 1}),
        (Role.COUNTY, {0, 1, 2}),
        (Role.DEPARTMENT, set()),
        (Role.ADMIN, set()),
    ],
)
def test_rows_are_reached_by_the_prefix_of_their_village(role, reached):
    households = [a_household(village, people=1) for village in VILLAGES]
    officer = an_officer(role)

    assert set(Household.objects.reachable_by(officer, Right.VIEW_REGISTER)) == {households[n] for n in reached}
    assert Person.objects.reachable_by(officer, Right.VIEW_REGISTER).count() == len(reached)


def test_two_postings_add_up():
    officer = an_officer(Role.VILLAGE, VILLAGES[0])
    a_posting(officer, Role.VILLAGE, VILLAGES[2])

    assert codes_by_permission(officer)[Right.VIEW_REGISTER] == (VILLAGES[0], VILLAGES[2])


@pytest.mark.parametrize("role", Role)
def test_a_role_gives_exactly_its_rights(role):
    a_county()
    officer = an_officer(role)

    assert set(codes_by_permission(officer)) == set(GRANTS[role])
    assert {len(codes) for codes in codes_by_permission(officer).values()} == {1}
    assert LEVELS[role] == Posting.objects.get().division.level


def test_a_disabled_account_reaches_nothing():
    a_household()
    officer = an_officer(Role.COUNTY)
    User.objects.update(is_active=False)

    assert codes_by_permission(again(officer)) == {}
    assert not Household.objects.reachable_by(again(officer), Right.VIEW_REGISTER).exists()


def test_a_superuser_without_a_posting_reaches_nothing():
    a_household()
    user = a_user(is_superuser=True, is_staff=True)

    assert not any(holds_anywhere(user, right) for right in Right)
    assert not Household.objects.reachable_by(user, Right.VIEW_REGISTER).exists()


def test_a_visitor_reaches_nothing():
    a_household()
    assert not Household.objects.reachable_by(AnonymousUser(), Right.VIEW_REGISTER).exists()


def test_a_model_wide_permission_reaches_nothing():
    a_household()
    user = a_user()
    user.user_permissions.add(Permission.objects.get(codename=Right.VIEW_REGISTER))

    assert not holds(again(user), Right.VIEW_REGISTER, COUNTY)


def test_an_ended_posting_gives_nothing_after_the_nightly_sync():
    officer = an_officer(Role.COUNTY)
    Posting.objects.update(since=TODAY() - timedelta(9), until=TODAY() - timedelta(1))

    assert sync_everybody() == 1
    assert codes_by_permission(again(officer)) == {}
    assert not DivisionUserObjectPermission.objects.exists()


@pytest.mark.parametrize("days_ago", [0, 1, 5])
def test_a_posting_that_began_gives_its_rights_even_if_nights_were_missed(days_ago):
    officer = an_officer(Role.COUNTY, username="later")
    Posting.objects.update(since=TODAY() + timedelta(3))
    sync_grants(officer)
    assert codes_by_permission(again(officer)) == {}

    Posting.objects.update(since=TODAY() - timedelta(days_ago))
    sync_everybody()
    assert holds(again(officer), Right.RUN_MONTH, COUNTY)


def test_a_right_that_a_release_adds_reaches_those_who_were_posted_long_ago():
    officer = an_officer(Role.VILLAGE)
    Posting.objects.update(since=TODAY() - timedelta(400))
    DivisionUserObjectPermission.objects.filter(permission__codename=Right.SIGN_VILLAGE).delete()
    assert not holds(again(officer), Right.SIGN_VILLAGE, VILLAGES[0])

    after_migrate(None, plan=[("a migration that is taken back", True)])
    assert not holds(again(officer), Right.SIGN_VILLAGE, VILLAGES[0])
    after_migrate(None, plan=[("a migration", False)])
    assert holds(again(officer), Right.SIGN_VILLAGE, VILLAGES[0])


def test_the_last_day_of_a_posting_still_counts():
    officer = an_officer(Role.COUNTY)
    Posting.objects.update(until=TODAY())
    sync_grants(officer)

    assert holds(officer, Right.RUN_MONTH, COUNTY)


def test_syncing_twice_changes_nothing():
    officer = an_officer(Role.COUNTY)
    before = list(DivisionUserObjectPermission.objects.values_list("pk", flat=True))
    sync_grants(officer)

    assert list(DivisionUserObjectPermission.objects.values_list("pk", flat=True)) == before


def test_rows_that_no_posting_explains_are_taken_away():
    officer = an_officer(Role.VILLAGE)
    stray = Permission.objects.get(codename=Right.SET_POLICY)
    DivisionUserObjectPermission.objects.create(user=officer, permission=stray, content_object_id=COUNTY)
    sync_grants(officer)

    assert set(codes_by_permission(officer)) == set(GRANTS[Role.VILLAGE])


def test_rights_are_read_once_a_request(django_assert_num_queries):
    officer = again(an_officer(Role.COUNTY))
    with django_assert_num_queries(1):
        for right in Right:
            holds(officer, right, COUNTY)
            Household.objects.reachable_by(officer, right)


def test_the_departments_of_a_data_clerk():
    clerk = an_officer(Role.DEPARTMENT, department="MI")
    a_posting(clerk, Role.DEPARTMENT, department="CIV")
    Posting.objects.create(
        user=clerk,
        role=Role.DEPARTMENT,
        division_id=COUNTY,
        department_id="EDU",
        since=date(2020, 1, 1),
        until=date(2020, 2, 1),
    )

    assert departments_of(again(clerk)) == ("CIV", "MI")
    assert departments_of(an_officer(Role.COUNTY)) == ()
