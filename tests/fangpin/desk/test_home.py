"""The work page and the navigation around every page."""

import pytest
from django.urls import reverse

from fangpin.accounts.roles import Role
from fangpin.desk import contributions
from fangpin.desk.contributions import MenuItem, Todo, contribute_menu, contribute_todos, todos_of
from tests.builders import TOWNSHIPS, VILLAGES, a_posting, a_user, an_officer

pytestmark = pytest.mark.django_db


@pytest.fixture
def no_todos(monkeypatch):
    monkeypatch.setattr(contributions, "_todos", [])


def says(client):
    return client.get("/").content.decode()


def labels(client):
    return [item["label"] for group in client.get("/").context["nav"] for item in group["items"]]


def test_what_waits_stands_on_the_page_with_its_link(client, no_todos):
    contribute_todos(
        lambda user: [Todo("待判定的疑似匹配", 1246, "/review/", "user-search", unit="行", note="医保局 30 行")]
    )
    client.force_login(an_officer(Role.COUNTY))
    text = says(client)

    assert 'href="/review/"' in text
    assert "1,246 <small>行</small>" in text
    assert "医保局 30 行" in text


def test_the_most_pressing_comes_first_and_nothing_with_a_zero(no_todos):
    contribute_todos(lambda user: [Todo("蓝", 1, "/", "x"), Todo("无", 0, "/", "x", tone="red")])
    contribute_todos(lambda user: [Todo("红", 1, "/", "x", tone="red"), Todo("黄", 1, "/", "x", tone="amber")])

    assert [todo.title for todo in todos_of(None)] == ["红", "黄", "蓝"]


def test_nothing_to_do_is_said_in_words(client, no_todos):
    client.force_login(an_officer(Role.COUNTY, name="莫海燕"))
    text = says(client)

    assert "好，莫海燕" in text
    assert "没有等您处理的事项" in text


def test_an_account_without_a_posting_learns_whom_to_ask(client, no_todos):
    client.force_login(a_user())
    assert "请联系县里的系统管理员任命岗位" in says(client)


def test_my_postings_stand_on_the_page(client, no_todos):
    user = an_officer(Role.VILLAGE, VILLAGES[2])
    a_posting(user, Role.TOWNSHIP, TOWNSHIPS[0])
    client.force_login(user)
    text = says(client)

    assert "绿水乡 河口村" in text
    assert "青山镇" in text


def test_every_role_opens_its_work_page(client):
    for role in Role:
        client.force_login(an_officer(role))
        assert client.get("/").status_code == 200


def test_the_administrator_sees_accounts_and_trail_and_nothing_of_the_work(client):
    client.force_login(an_officer(Role.ADMIN))
    assert labels(client) == ["我的工作台", "账号岗位", "操作留痕"]


def test_others_see_neither(client):
    for role in Role:
        client.force_login(an_officer(role))
        assert ("账号岗位" in labels(client)) == (role == Role.ADMIN)


def test_every_line_of_the_menu_leads_to_a_page(client):
    for role in Role:
        user = an_officer(role)
        client.force_login(user)
        for item in contributions.menu_of(user):
            assert client.get(reverse(item.url_name), follow=True).status_code == 200, (role, item.label)


@pytest.mark.parametrize(
    ("address", "marked"), [("/", ["我的工作台"]), ("/accounts/new/", ["账号岗位"]), ("/password/", [])]
)
def test_the_line_of_the_present_page_is_marked(client, address, marked):
    client.force_login(an_officer(Role.ADMIN))
    nav = client.get(address).context["nav"]

    assert [item["label"] for group in nav for item in group["items"] if item["current"]] == marked


def test_lines_of_one_group_stand_together(client, monkeypatch):
    monkeypatch.setattr(contributions, "_menus", [])
    for group, order in (("甲", 1), ("乙", 2), ("甲", 3)):
        contribute_menu(MenuItem(group, f"{group}{order}", "x", "home", shown=lambda user: True, order=order))
    client.force_login(a_user())

    assert [(group["title"], len(group["items"])) for group in client.get("/").context["nav"]] == [
        ("甲", 2),
        ("乙", 1),
    ]


def test_the_page_costs_few_queries(client, no_todos, django_assert_max_num_queries):
    client.force_login(an_officer(Role.COUNTY))
    client.get("/")
    with django_assert_max_num_queries(6):
        client.get("/")
