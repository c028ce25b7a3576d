"""A department's clerk sends a messy file, the county office runs the month, a clue leads back to the row it came from."""

import re
from datetime import date

import openpyxl
import pytest
from django.core.management import call_command
from playwright.sync_api import expect

from fangpin.accounts.roles import Role
from fangpin.demo import county as invented
from fangpin.demo.files import PROBLEMS, write_pending, write_register
from fangpin.divisions.models import Division
from fangpin.runs.models import Run
from fangpin.runs.queue import drain, working_here
from screening.choices import ExtractState
from screening.models import Clue, Extract
from tests.browser.county import a_place
from tests.builders import an_officer

MONTH = date(2021, 8, 1)
PER_PAGE = 20


@pytest.fixture
def messy(home, tmp_path):
    """The demo's MI-1 workbook with 31 rows to correct, about the people of a register that is in."""
    a_place()
    made = invented.make(
        persons=1_000, divisions=[*Division.objects.values_list("code", "name", "level", "parent_id")]
    )
    with working_here():
        call_command("import_register", write_register(made, tmp_path / "register.xlsx"))
    return write_pending(made, invented.month(made, f"{MONTH:%Y-%m}"), tmp_path)[0]


def work_is_done():
    """What a worker would do with the one run somebody has just started, while the page watches."""
    drain(Run.objects.alive().get(parent=None))


def send(page, path):
    page.get_by_role("link", name="部门数据").click()
    page.get_by_role("link", name="上传名单").first.click()
    page.get_by_label("名单").select_option("MI-1")
    page.get_by_label("月份").fill(f"{MONTH:%Y-%m}")
    page.get_by_label("表格文件").set_input_files(path)
    expect(page.locator("[data-drop-name]")).to_contain_text(path.name)
    page.get_by_role("button", name="上传并校验").click()


def test_from_the_clerks_workbook_to_a_clue_and_back_to_its_row(visit, messy, tmp_path):
    page = visit("/", an_officer(Role.DEPARTMENT, department="MI"))
    send(page, messy)
    expect(page.get_by_role("progressbar")).to_be_visible()
    work_is_done()
    expect(page.get_by_role("heading", name="校验结果：大额医疗费用人员")).to_be_visible()  # without a click
    extract = Extract.objects.get()
    assert extract.rows_total == extract.rows_ok + extract.rows_warned + extract.rows_refused
    _reads_the_problems(page, extract)
    _downloads_the_marked_workbook(page, extract, tmp_path / "marked.xlsx")
    page.get_by_role("button", name=f"入库 {extract.rows_acceptable} 行").click()
    expect(page.get_by_text(f"已入库 {extract.rows_acceptable} 行", exact=True)).to_be_visible()

    page = visit("/", an_officer(Role.COUNTY))
    page.get_by_role("link", name="月度运行").click()
    page.get_by_role("button", name="本月运行").click()
    expect(page.get_by_role("progressbar")).to_be_visible()
    work_is_done()
    expect(page.get_by_label("运行结果")).to_be_visible()  # without a click
    page.get_by_label("运行结果").get_by_role("link").first.click()
    _reads_a_clue(page)


def _reads_the_problems(page, extract):
    rows = page.locator("#list tbody tr")
    assert extract.problems.count() >= sum(PROBLEMS.values())
    assert rows.count() == min(PER_PAGE, extract.problems.count())
    assert not re.search(r"\d{17}[\dX]", page.content())  # the numbers are masked
    segment = page.get_by_role("group", name="问题类别").get_by_role("link").nth(1)
    name, count = segment.text_content().split()
    segment.click()
    expect(page.get_by_role("group", name="问题类别").locator("[aria-current]")).to_have_text(f"{name} {count}")
    assert page.locator("#list tbody tr").count() == min(PER_PAGE, int(count)) < extract.problems.count()
    row = page.locator("#list tbody tr").first.locator(".list__who .strong").inner_text()
    assert extract.problems.filter(row=int(row.strip("第 行\n"))).exists()


def _downloads_the_marked_workbook(page, extract, path):
    with page.expect_download() as download:
        page.get_by_role("link", name="下载标注错误的表格").click()
    download.value.save_as(path)
    sheet = openpyxl.load_workbook(path).worksheets[0]
    problem = extract.problems.filter(severity="error").exclude(letter="").first()
    assert sheet[f"{problem.letter}{problem.row}"].comment is not None
    said = {row for row in range(1, sheet.max_row + 1) if sheet.cell(row, sheet.max_column).value}
    assert set(extract.problems.values_list("row", flat=True)) <= said
    extract.refresh_from_db()
    assert extract.state == ExtractState.CHECKED


def _reads_a_clue(page):
    clue = Clue.objects.open().exclude(row=None).graded().order_by("grade_order").first()
    page.locator("tr", has_text=clue.sentence).locator("a.who").first.click()
    main = page.get_by_role("main")
    expect(main).to_contain_text(clue.sentence)
    for label in ("规则", "数值", "标准", "依据的政策标准"):
        expect(main.locator("dt", has_text=label).first).to_be_visible()
    expect(main).to_contain_text(f"《{clue.extract.filename}》")
    expect(main).to_contain_text(f"第 {clue.row} 行")
