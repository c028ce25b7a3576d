"""Log-in, lock-out, log-out, one's own password."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from fangpin.accounts.models import User
from fangpin.accounts.roles import Role
from fangpin.audit.models import Entry
from tests.builders import PASSWORD, a_user, an_officer

pytestmark = pytest.mark.django_db

LOGIN, CHANGE, HOME = "/login/", "/password/", "/"


@pytest.fixture
def user():
    return a_user(username="mohaiyan", name="莫海燕", password=PASSWORD)


def sign_in(client, username="mohaiyan", password=PASSWORD):
    return client.post(LOGIN, {"username": username, "password": password})


def actions():
    return list(Entry.objects.order_by("id").values_list("action", flat=True))


def test_signing_in_opens_the_work_page_and_is_recorded(client, user):
    response = sign_in(client)

    assert (response.status_code, response.url) == (302, HOME)
    assert (Entry.objects.get().action, Entry.objects.get().by) == ("account.logged_in", user)


def test_the_session_key_changes_at_log_in(client, user):
    client.get(LOGIN)
    session = client.session
    session["something"] = 1
    session.save()
    before = session.session_key
    client.cookies["session"] = before
    sign_in(client)

    assert client.session.session_key != before


def test_wrong_unknown_and_disabled_are_answered_alike(client, user):
    a_user(username="gone", password=PASSWORD, is_active=False)
    pages = [sign_in(client, *attempt) for attempt in (("mohaiyan", "wrong"), ("nobody", "wrong"), ("gone", PASSWORD))]

    assert [page.status_code for page in pages] == [200, 200, 200]
    assert [page.context["form"].non_field_errors() for page in pages] == [["用户名或密码不对"]] * 3


def test_failures_of_existing_accounts_are_recorded_without_the_password(client, user):
    sign_in(client, "mohaiyan", "My-secret-7")
    sign_in(client, "My-secret-7", "mohaiyan")

    assert actions() == ["account.login_failed"]
    assert "My-secret-7" not in str(list(Entry.objects.values()))


@pytest.mark.parametrize("username", ["mohaiyan", "nobody"])
def test_five_failures_lock_the_name_for_a_quarter_of_an_hour(client, user, username):
    for _ in range(4):
        assert sign_in(client, username, "wrong").status_code == 200
    locked = sign_in(client, username, "wrong")

    assert locked.status_code == 429
    assert abs(locked.context["until"] - timezone.now() - timedelta(minutes=15)) < timedelta(minutes=1)
    assert "以后再试" in locked.content.decode()
    assert sign_in(Client(), username).status_code == 429


def test_guessing_on_while_locked_is_recorded_once(client, user):
    for _ in range(8):
        sign_in(client, "mohaiyan", "wrong")

    assert actions() == [*["account.login_failed"] * 4, "account.locked"]


def test_who_is_signed_in_needs_no_log_in_page(client, user):
    client.force_login(user)
    assert client.get(LOGIN).url == HOME


def test_signing_out_is_a_post_and_ends_the_session(client, user):
    client.force_login(user)
    assert client.get("/logout/").status_code == 405

    response = client.post("/logout/")
    assert (response.url, response["Clear-Site-Data"]) == (LOGIN, '"storage"')
    assert not Session.objects.exists()


def test_a_one_time_password_must_be_changed_first(client):
    user = an_officer(Role.COUNTY, password=PASSWORD, must_change_password=True)
    client.force_login(user)

    assert client.get("/policy/").url == CHANGE
    assert "初始密码" in client.get(CHANGE).content.decode()


def test_an_own_password_ends_the_other_sessions(client, user):
    User.objects.update(must_change_password=True)
    client.force_login(user)
    other = Client()
    other.force_login(user)
    new = {"old_password": PASSWORD, "new_password1": "Blue-river-88", "new_password2": "Blue-river-88"}

    assert client.post(CHANGE, new).url == HOME
    assert client.get(HOME).status_code == 200
    assert other.get(HOME).url.startswith(LOGIN)
    user.refresh_from_db()
    assert user.check_password("Blue-river-88")
    assert not user.must_change_password
    assert actions() == ["account.password_changed"]


@pytest.mark.parametrize(
    ("old", "first", "second", "why"),
    [
        ("wrong", "Blue-river-88", "Blue-river-88", "old_password"),
        (PASSWORD, "Blue-river-88", "Blue-river-89", "new_password2"),
        (PASSWORD, PASSWORD, PASSWORD, "new_password1"),
        (PASSWORD, "Short-1", "Short-1", "new_password2"),
        (PASSWORD, "onlylowercaseletters", "onlylowercaseletters", "new_password2"),
    ],
)
def test_a_password_against_the_rule_is_refused(client, user, old, first, second, why):
    client.force_login(user)
    page = client.post(CHANGE, {"old_password": old, "new_password1": first, "new_password2": second})

    assert page.status_code == 200
    assert list(page.context["form"].errors) == [why]
    assert User.objects.get().check_password(PASSWORD)
    assert actions() == []


def test_a_missing_token_is_answered_in_words(user):
    response = Client(enforce_csrf_checks=True).post(LOGIN, {"username": "mohaiyan", "password": PASSWORD})

    assert response.status_code == 403
    assert "刷新后重新提交" in response.content.decode()


def test_visitors_are_sent_to_the_log_in_page(client):
    for name in ("home", "account_list", "audit_list", "standard_list", "password_change"):
        assert client.get(reverse(name)).url.startswith(LOGIN)
