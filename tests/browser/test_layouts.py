"""A workbook under headings nobody has seen is mapped once in the browser; next month's is checked without a hand."""

import pytest
from playwright.sync_api import expect

from fangpin.accounts.roles import Role
from fangpin.runs.models import Run
from fangpin.runs.queue import drain
from screening.models import Extract, Layout
from tests.browser.conftest import DESK, PHONE
from tests.browser.county import a_place
from tests.builders import an_officer
from tests.screening.extracts.strange import PEOPLE, a_strange_file, meaning


def send(page, month, path, *, script=True):
    page.goto(f"/extracts/new/?list=MI-1&period={month}")
    page.get_by_label("表格文件").set_input_files(path)
    page.get_by_role("button", name="上传并校验").click()
    drain(Run.objects.alive().get())
    see_result(page, script)


def see_result(page, script):
    """With JavaScript the page goes on by itself, and would meet a reload on its way."""
    if not script:
        page.reload()


def of_month(month, *rows):
    return {
        "name": f"医保{month}.xlsx",
        "mimeType": "application/octet-stream",
        "buffer": a_strange_file(*rows).getvalue(),
    }


@pytest.mark.parametrize(
    ("screen", "script"), [(DESK, True), (PHONE, True), (DESK, False)], ids=["desk", "phone", "plain"]
)
def test_headings_are_mapped_once_and_next_month_needs_no_hand(visit, screen, script):
    a_place()
    page = visit("/", an_officer(Role.DEPARTMENT, department="MI"), screen, java_script_enabled=script)
    send(page, "2021-05", of_month("05"), script=script)
    page.get_by_role("link", name="对应列名").first.click()
    expect(page.get_by_role("heading", name="对应列名：大额医疗费用人员")).to_be_visible()
    page.get_by_label("B 列“病人”对应到").select_option(label="不需要这一列")
    page.get_by_label("A 列“编码”对应到").select_option(label="姓名")
    page.get_by_label("F 列“治疗总花销”对应到").select_option(label="姓名")
    page.get_by_role("button", name="记住对应并重新校验").click()
    expect(page.get_by_role("alert")).to_contain_text("“编码”、“治疗总花销”都对应到“姓名”：一列只能对应一次")
    page.get_by_label("A 列“编码”对应到").select_option(label="不需要这一列")
    page.get_by_label("B 列“病人”对应到").select_option(label="姓名")
    page.get_by_label("F 列“治疗总花销”对应到").select_option(label="医疗总费用")
    page.get_by_role("button", name="记住对应并重新校验").click()
    expect(page.get_by_text("列名对应已记住，正在按它重新校验")).to_be_visible()
    assert Layout.objects.get().columns == meaning()
    drain(Run.objects.alive().get())
    see_result(page, script)
    page.get_by_role("button", name="入库 3 行").click()
    expect(page.get_by_text("已入库 3 行", exact=True)).to_be_visible()

    send(page, "2021-06", of_month("06", *PEOPLE[:2]), script=script)
    page.get_by_role("button", name="入库 2 行").click()
    expect(page.get_by_text("已入库 2 行", exact=True)).to_be_visible()
    assert sorted(Extract.objects.confirmed().values_list("rows_ok", flat=True)) == [2, 3]


def test_a_layout_is_taken_back_in_the_dialog(visit):
    a_place()
    clerk = an_officer(Role.DEPARTMENT, department="MI")
    page = visit("/", clerk)
    send(page, "2021-05", of_month("05"))
    page.get_by_role("link", name="对应列名").first.click()
    page.get_by_role("button", name="记住对应并重新校验").click()
    page.goto("/extracts/")
    page.get_by_role("link", name="列名对应").click()
    page.get_by_role("link", name="撤回").click()
    page.get_by_role("dialog").get_by_role("button", name="撤回").click()
    expect(page.get_by_text("大额医疗费用人员的列名对应已撤回")).to_be_visible()
    assert Layout.objects.get().taken_back_by == clerk
