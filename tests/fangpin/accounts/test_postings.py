"""Verbs of the system administrator: what they do and what they refuse."""

from datetime import timedelta

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.utils import timezone

from fangpin.accounts import postings
from fangpin.accounts.models import Department, Posting, User
from fangpin.accounts.roles import Role
from fangpin.accounts.scope import codes_by_permission, holds
from fangpin.audit.models import Entry
from fangpin.divisions.models import Division
from fangpin.divisions.rights import Right
from fangpin.transitions import NotAllowed
from tests.builders import COUNTY, TOWNSHIPS, VILLAGES, a_posting, a_user, an_officer

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin():
    return an_officer(Role.ADMIN, name="管理员")


@pytest.fixture
def county(admin):
    return Division.objects.get(pk=COUNTY)


def actions():
    return list(Entry.objects.order_by("id").values_list("action", flat=True))


def a_session(user):
    session = SessionStore()
    session["_auth_user_id"] = str(user.pk)
    session.save()
    return session.session_key


def test_a_new_account_has_a_one_time_password_that_must_be_changed(admin):
    user, password = postings.create_account(username=" mohaiyan ", name="莫海燕", by=admin)

    user.refresh_from_db()
    assert (user.username, user.name, user.must_change_password) == ("mohaiyan", "莫海燕", True)
    assert user.check_password(password)
    assert len(password) == 14
    assert password not in str(list(Entry.objects.values()))
    assert actions() == ["account.created"]


def test_a_name_in_use_is_refused(admin):
    a_user(username="mohaiyan")
    with pytest.raises(NotAllowed, match="已存在"):
        postings.create_account(username="mohaiyan", name="莫海燕", by=admin)

    assert User.objects.count() == 2
    assert actions() == []


def test_one_time_passwords_fit_the_rule():
    passwords = {postings.new_password() for _ in range(200)}

    assert len(passwords) == 200
    for password in passwords:
        assert any(c.islower() for c in password)
        assert any(c.isupper() for c in password)
        assert any(c.isdigit() for c in password)
        assert not set(password) & set("0O1lIio")


def test_a_posting_holds_at_once(admin, county):
    user = a_user()
    posting = postings.open_posting(user, role=Role.COUNTY, division=county, by=admin)

    assert posting.since == timezone.localdate()
    assert holds(User.objects.get(pk=user.pk), Right.RUN_MONTH, VILLAGES[0])
    assert Entry.objects.get().detail["role"] == "county"


@pytest.mark.parametrize(
    ("role", "code"),
    [
        (Role.VILLAGE, TOWNSHIPS[0]),
        (Role.TOWNSHIP, COUNTY),
        (Role.COUNTY, VILLAGES[0]),
        (Role.DEPARTMENT, TOWNSHIPS[0]),
    ],
)
def test_a_role_on_the_wrong_level_is_refused(admin, role, code):
    user = a_user()
    with pytest.raises(NotAllowed, match="只能任在"):
        postings.open_posting(user, role=role, division=Division.objects.get(pk=code), by=admin)

    assert not user.postings.exists()
    assert actions() == []


def test_a_department_belongs_to_data_clerks_and_to_nobody_else(admin, county):
    for role, department in ((Role.DEPARTMENT, None), (Role.COUNTY, Department.objects.get(pk="MI"))):
        with pytest.raises(NotAllowed, match="部门数据员必须选部门，其他岗位不能选部门"):
            postings.open_posting(a_user(), role=role, division=county, department=department, by=admin)

    assert Posting.objects.count() == 1


@pytest.mark.parametrize("days", [-30, 0, 30])
@pytest.mark.parametrize(("first", "second"), [(Role.ADMIN, Role.COUNTY), (Role.COUNTY, Role.ADMIN)])
def test_a_system_administrator_wears_no_second_hat(admin, county, first, second, days):
    user = a_user()
    since = timezone.localdate() + timedelta(days)
    postings.open_posting(user, role=first, division=county, since=since, by=admin)
    with pytest.raises(NotAllowed, match="不能兼任"):
        postings.open_posting(user, role=second, division=county, by=admin)

    assert user.postings.get().role == first


def test_a_hat_that_was_put_down_is_no_second_hat(admin, county):
    user = a_user()
    a_posting(user, Role.COUNTY, since=timezone.localdate() - timedelta(9), until=timezone.localdate() - timedelta(1))
    postings.open_posting(user, role=Role.ADMIN, division=county, by=admin)

    assert set(codes_by_permission(user)) == {Right.MANAGE_ACCOUNTS, Right.VIEW_AUDIT}


def test_the_same_posting_twice_is_refused(admin, county):
    user = a_user()
    postings.open_posting(user, role=Role.COUNTY, division=county, by=admin)
    with pytest.raises(NotAllowed, match="已有这个岗位"):
        postings.open_posting(user, role=Role.COUNTY, division=county, by=admin)

    assert user.postings.count() == 1


def test_nobody_posts_themself(admin, county):
    with pytest.raises(NotAllowed, match="不能给自己任命"):
        postings.open_posting(admin, role=Role.ADMIN, division=county, by=admin)

    assert admin.postings.count() == 1


def test_closing_takes_the_rights_with_the_next_request(admin):
    user = a_user()
    posting = a_posting(user, Role.COUNTY, since=timezone.localdate() - timedelta(9))
    postings.close_posting(posting, by=admin)

    assert user.postings.get().until == timezone.localdate() - timedelta(1)
    assert codes_by_permission(User.objects.get(pk=user.pk)) == {}
    with pytest.raises(NotAllowed, match="已经结束"):
        postings.close_posting(posting, by=admin)
    assert actions() == ["posting.closed"]


def test_a_posting_opened_today_by_mistake_never_was(admin):
    user = an_officer(Role.COUNTY)
    postings.close_posting(user.postings.get(), by=admin)

    assert not user.postings.exists()
    assert codes_by_permission(User.objects.get(pk=user.pk)) == {}
    assert Entry.objects.get().detail["withdrawn"] is True


def test_nobody_closes_their_own_posting(admin):
    with pytest.raises(NotAllowed, match="不能结束自己的岗位"):
        postings.close_posting(admin.postings.get(), by=admin)

    assert holds(User.objects.get(pk=admin.pk), Right.MANAGE_ACCOUNTS, COUNTY)


def test_disabling_ends_sessions_and_rights_at_once(admin):
    user, other = an_officer(Role.COUNTY), a_user()
    a_session(user)
    kept = a_session(other)
    postings.set_active(user, False, by=admin)

    assert codes_by_permission(User.objects.get(pk=user.pk)) == {}
    assert list(Session.objects.values_list("session_key", flat=True)) == [kept]
    assert actions() == ["account.disabled"]


def test_enabling_gives_the_rights_back(admin):
    user = an_officer(Role.COUNTY)
    postings.set_active(user, False, by=admin)
    postings.set_active(user, True, by=admin)

    assert holds(User.objects.get(pk=user.pk), Right.RUN_MONTH, COUNTY)
    assert actions() == ["account.disabled", "account.enabled"]


@pytest.mark.parametrize(("active", "sentence"), [(True, "账号已经启用"), (False, "账号已经停用")])
def test_an_act_that_changes_nothing_is_refused(admin, active, sentence):
    user = a_user(is_active=active)
    with pytest.raises(NotAllowed, match=sentence):
        postings.set_active(user, active, by=admin)

    assert actions() == []


def test_nobody_disables_themself(admin):
    with pytest.raises(NotAllowed, match="不能停用自己"):
        postings.set_active(admin, False, by=admin)

    assert User.objects.get(pk=admin.pk).is_active


def test_a_reset_password_ends_sessions_and_must_be_changed(admin):
    user = a_user(password="Old-password-1")
    a_session(user)
    password = postings.reset_password(user, by=admin)

    user.refresh_from_db()
    assert (user.check_password(password), user.check_password("Old-password-1")) == (True, False)
    assert user.must_change_password
    assert not Session.objects.exists()


def test_ones_own_password_is_not_reset(admin):
    with pytest.raises(NotAllowed, match="修改密码"):
        postings.reset_password(admin, by=admin)


def test_an_own_password_keeps_the_present_session_only():
    user = a_user(must_change_password=True)
    kept, _ = a_session(user), a_session(user)
    postings.choose_password(user, "Right-horse-7-battery", session_key=kept)

    user.refresh_from_db()
    assert not user.must_change_password
    assert list(Session.objects.values_list("session_key", flat=True)) == [kept]
    assert actions() == ["account.password_changed"]


@pytest.mark.parametrize("role", [role for role in Role if role != Role.ADMIN])
def test_only_system_administrators_manage_accounts(admin, county, role):
    officer, other = an_officer(role), an_officer(Role.VILLAGE)
    attempts = [
        lambda: postings.create_account(username="new", name="新", by=officer),
        lambda: postings.open_posting(other, role=Role.COUNTY, division=county, by=officer),
        lambda: postings.close_posting(other.postings.get(), by=officer),
        lambda: postings.set_active(other, False, by=officer),
        lambda: postings.reset_password(other, by=officer),
    ]
    for attempt in attempts:
        with pytest.raises(NotAllowed, match="只有"):
            attempt()

    other.refresh_from_db()
    assert other.is_active
    assert other.postings.get().role == Role.VILLAGE
    assert actions() == []


def test_an_administrator_manages_the_own_county_only(admin):
    elsewhere = Division.objects.create(code="450398", name="邻县", level="county")
    stranger = an_officer(Role.COUNTY, elsewhere)
    newcomer = a_user()

    assert set(postings.accounts_of(admin)) == {admin, newcomer}
    with pytest.raises(NotAllowed, match="只有"):
        postings.set_active(stranger, False, by=admin)
    with pytest.raises(NotAllowed, match="本区划"):
        postings.open_posting(newcomer, role=Role.COUNTY, division=elsewhere, by=admin)
    assert not newcomer.postings.exists()
