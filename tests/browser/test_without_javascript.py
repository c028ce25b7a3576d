"""Everything that has to be done can be done without JavaScript: log-in, upload, confirm, run, decide, search; and print."""

import re

import pytest
from playwright.sync_api import expect

from fangpin.accounts.roles import Role
from fangpin.runs.models import Run
from fangpin.runs.queue import drain
from screening.models import Extract, RowMatch
from tests.browser.conftest import DESK
from tests.browser.county import DOUBTFUL, a_place, heads, matched_houses, twins
from tests.builders import PASSWORD, an_officer
from tests.screening.builders import an_extract, house
from tests.screening.extracts.uploads import a_file, a_row


@pytest.fixture
def plain(visit):
    return lambda path, user=None: visit(path, user, DESK, java_script_enabled=False)


def work_is_done():
    drain(Run.objects.alive().get(parent=None))


def test_log_in_search_and_log_out(plain):
    a_place()
    person = heads()[0]
    user = an_officer(Role.COUNTY, password=PASSWORD)
    page = plain("/login/")
    page.get_by_label("用户名").fill(user.username)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.goto("/households/search/")
    field = page.get_by_role("main").locator("input[name=q]")
    field.fill(person.name)
    field.press("Enter")
    page.get_by_role("link", name=person.name).first.click()
    expect(page.get_by_role("heading", name=f"{person.name}户")).to_be_visible()
    page.locator("summary", has_text="县办经办").click()
    page.get_by_role("button", name="退出登录").click()
    expect(page.get_by_role("heading", name="登录")).to_be_visible()


def test_upload_and_confirm(plain, tmp_path):
    a_place()
    path = tmp_path / "MI-1.xlsx"
    path.write_bytes(a_file(a_row()).getvalue())
    page = plain("/extracts/new/?list=MI-1&period=2021-05", an_officer(Role.DEPARTMENT, department="MI"))
    page.get_by_label("表格文件").set_input_files(path)
    page.get_by_role("button", name="上传并校验").click()
    expect(page.get_by_role("heading", name="正在校验")).to_be_visible()
    work_is_done()
    page.get_by_role("link", name="刷新进度").click()
    page.get_by_role("button", name="入库 1 行").click()
    expect(page.get_by_text("已入库 1 行", exact=True)).to_be_visible()
    assert Extract.objects.get().state == "confirmed"


def test_run_the_month_and_decide_a_row(plain):
    a_place()
    people = twins()
    an_extract("HOU-R", *(house(person) for person in heads()), DOUBTFUL)
    page = plain("/months/2021-05/", an_officer(Role.COUNTY))
    page.get_by_role("button", name="本月运行").click()
    expect(page.get_by_text("正在运行")).to_be_visible()
    work_is_done()
    page.get_by_role("link", name="刷新进度").click()
    page.get_by_label("运行结果").get_by_role("link").last.click()
    page.get_by_role("link", name="韦大山").click()
    page.get_by_role("radio").first.check(force=True)
    page.get_by_role("button", name="判定并看下一行").click()
    expect(page.get_by_text("下次本月运行时生效")).to_be_visible()
    assert RowMatch.objects.get(decided_by__isnull=False).person in people


def test_a_household_prints_on_a4_without_the_frame(visit):
    a_place()
    person = matched_houses()[0]
    page = visit(f"/households/{person.household_id}/", an_officer(Role.COUNTY))
    paper = page.pdf(format="A4", prefer_css_page_size=True)
    assert 1 <= len(re.findall(rb"/Type\s*/Page\b", paper)) <= 2
    page.emulate_media(media="print")
    expect(page.locator("header.top")).to_be_hidden()
    expect(page.get_by_text("含个人信息，请妥善保管")).to_be_visible()
    assert page.get_by_role("table").first.evaluate("e => getComputedStyle(e).display") == "table"
