"""Log-in, lock-out, the forced change of a first password, and what is left after log-out."""

from playwright.sync_api import expect

from fangpin.accounts.roles import Role
from tests.browser.county import a_place, matched_houses
from tests.builders import PASSWORD, an_officer

MINE = "Another-horse-8-battery"


def sign_in(page, username, password):
    page.get_by_label("用户名").fill(username)
    page.get_by_label("密码").fill(password)
    page.get_by_role("button", name="登录").click()


def test_the_sixth_attempt_meets_a_lock_that_says_until_when(visit):
    a_place()
    user = an_officer(Role.COUNTY, password=PASSWORD)
    page = visit("/login/")
    for _ in range(4):
        sign_in(page, user.username, "wrong")
        expect(page.get_by_role("alert")).to_contain_text("用户名或密码不对")
    for attempt in ("wrong", PASSWORD):
        sign_in(page, user.username, attempt)
        expect(page.get_by_role("heading", name="账号已锁定")).to_be_visible()
        expect(page.get_by_role("main")).to_contain_text("密码连续输错 5 次。请在")
        expect(page.get_by_role("main")).to_contain_text("以后再试")
        page.get_by_role("link", name="回到登录页").click()


def test_a_first_password_must_be_changed_before_anything_else(visit):
    a_place()
    user = an_officer(Role.COUNTY, password=PASSWORD, must_change_password=True)
    page = visit("/login/")
    sign_in(page, user.username, PASSWORD)
    expect(page.get_by_role("main")).to_contain_text("请先换成自己的密码")
    page.goto("/clues/")
    expect(page.get_by_role("heading", name="修改密码")).to_be_visible()
    old, new, again = page.locator("main input[type=password]").all()
    old.fill(PASSWORD)
    new.fill(MINE)
    again.fill(MINE)
    page.get_by_role("main").get_by_role("button", name="修改密码").click()
    expect(page.get_by_text("密码已修改")).to_be_visible()


def test_after_log_out_the_back_button_shows_nothing(visit):
    a_place()
    person = matched_houses()[0]
    page = visit("/", an_officer(Role.COUNTY))
    page.goto(f"/households/{person.household_id}/")
    expect(page.get_by_role("heading", name=f"{person.name}户")).to_be_visible()
    page.locator("summary", has_text="县办经办").click()
    page.get_by_role("button", name="退出登录").click()
    expect(page.get_by_role("heading", name="登录")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("heading", name="登录")).to_be_visible()
    assert person.name not in page.content()
    assert page.evaluate("localStorage.length") == 0
