"""A round in the browser: the county sends back what a filter leaves, the village answers on its phone, the township returns once."""

from io import BytesIO

from PIL import Image
from playwright.sync_api import expect

from fangpin.accounts.roles import Role
from fangpin.periods import this_day
from screening.choices import Grade, TaskAct, TaskState
from screening.models import Photo, VerificationTask
from tests.browser.conftest import DESK, PHONE
from tests.browser.county import a_place
from tests.builders import TOWNSHIPS, VILLAGES, a_household, an_officer
from tests.screening.rounds.frozen import compared, offline, online
from tests.screening.rounds.made import a_round


def compared_households():
    """Two households with a large bill, one that only its village knows, one known to both: C2, C2, C3, C1."""
    a_place()
    round, both = a_round(), a_household()
    for household in (a_household(), a_household(VILLAGES[1]), both):
        online(household, grade=Grade.ORANGE)
    offline(round, both)
    offline(round, a_household())
    return compared(round)[0].comparison


def send_back(page):
    """县办: filtered, all of the filter, the scope in words."""
    page.locator("#list tbody tr").first.wait_for()
    expect(page.locator("#list tbody tr")).to_have_count(2)
    page.locator("#list tbody input[type=checkbox]").first.check()
    page.get_by_role("button", name="派发筛选出的全部 2 项").click()
    said = page.get_by_text("共 2 项：派发 2 件核查任务给 1 个乡镇 2 个村")
    expect(said).to_contain_text("类别：C2")
    page.get_by_role("button", name="派发 2 件").click()
    expect(page.get_by_text("已派发 2 件核查任务")).to_be_visible()


def a_picture():
    file = BytesIO()
    Image.new("RGB", (900, 600), "#7a9a6a").save(file, "JPEG")
    return {"name": "院子.jpg", "mimeType": "image/jpeg", "buffer": file.getvalue()}


def fill_in(page):
    """村级: section after section on a phone."""
    page.get_by_role("link", name="开始填写").click()
    page.get_by_label("核实日期").fill(this_day().isoformat())
    page.get_by_label("核实人").fill("韦志强、覃桂芳")
    page.get_by_label("入户", exact=True).check()
    page.get_by_label("受访人", exact=True).fill("户主")
    page.get_by_label("属实", exact=True).check()
    page.get_by_role("button", name="保存，下一步").click()
    for choice in page.get_by_label("有保障", exact=True).all():
        choice.check()
    page.get_by_label("添加照片").set_input_files(a_picture())
    page.get_by_role("button", name="保存并上传照片").click()
    expect(page.get_by_role("img", name="照片 1")).to_be_visible()
    page.get_by_role("button", name="保存，下一步").click()
    page.get_by_label("大额支出").fill("23180")
    page.get_by_role("button", name="保存，下一步").click()
    page.get_by_label("不符合", exact=True).check()
    page.get_by_label("理由").fill("收入稳定")
    page.get_by_role("button", name="保存，去核对").click()
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") == 0
    page.get_by_role("button", name="报送").click()


def decide(page, verb, reason=None):
    """A button that asks in a dialog."""
    page.get_by_role("link", name=verb).click()
    dialog = page.get_by_role("dialog")
    if reason:
        dialog.get_by_role("textbox").first.fill(reason)
    dialog.locator("button.btn--pri, button.btn--danger").last.click()
    expect(dialog).to_be_hidden()


def state(task):
    task.refresh_from_db()
    return task.state


def test_from_the_comparison_to_the_closed_task(visit):
    comparison = compared_households()
    county = visit(f"/comparisons/{comparison.pk}/?cls=C2", an_officer(Role.COUNTY), DESK)
    send_back(county)
    task = VerificationTask.objects.get(village=VILLAGES[0])

    village = visit("/tasks/", an_officer(Role.VILLAGE), PHONE)
    village.locator("#list tbody a").first.click()
    fill_in(village)
    assert (state(task), Photo.objects.count()) == (TaskState.REPORTED, 1)

    township = visit(f"/tasks/{task.pk}/", an_officer(Role.TOWNSHIP, TOWNSHIPS[0]), DESK)
    decide(township, "退回重核", "请写明收入的来源")
    assert state(task) == TaskState.SENT
    village.goto(f"/tasks/{task.pk}/")
    expect(village.get_by_role("main")).to_contain_text("请写明收入的来源")
    village.goto(f"/tasks/{task.pk}/parts/outcome/")
    village.get_by_label("理由").fill("务工和种植收入稳定")
    village.get_by_role("button", name="保存，去核对").click()
    village.get_by_role("button", name="报送").click()
    assert state(task) == TaskState.REPORTED

    township.goto(f"/tasks/{task.pk}/")
    decide(township, "审核通过")
    county.goto(f"/tasks/{task.pk}/")
    decide(county, "办结")
    assert state(task) == TaskState.CLOSED
    assert [step.act for step in task.steps.all()] == [
        TaskAct.SENT, TaskAct.REPORTED, TaskAct.RETURNED, TaskAct.REPORTED, TaskAct.CHECKED, TaskAct.CLOSED,
    ]  # fmt: skip
