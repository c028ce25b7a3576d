"""线上排查台账 and 比对不一致反馈台账: their columns are those of domain.md 4.4, their rows what happened."""

from datetime import date
from io import BytesIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from fangpin.accounts.roles import Role
from fangpin.audit.models import Entry
from fangpin.masking import mask_id
from households.choices import Category
from screening.choices import ClueState, Conclusion, TaskState
from screening.models import TaskStep, VerificationTask
from screening.rounds.dispatching import send
from tests.builders import VILLAGES, an_officer
from tests.screening.rounds.frozen import compared, home, offline, online, the_county
from tests.screening.rounds.made import a_result, a_round, a_task

pytestmark = pytest.mark.django_db
SENT = date(2021, 5, 8)
ONLINE = (
    "序号 轮次 来源部门 名单名称 报送日期 姓名 身份证号 与户主关系 户主 乡镇 村 屯 户类型 风险类型 预警规则 预警内容(数值) 等级 是否已在监测 比对类别 "
    "派发日期 时限 核实人 核实日期 核实结论 原因 是否纳入 纳入日期 反馈部门日期 备注"
)
DIFFERENCES = "序号 户主 身份证号 乡镇 村 线上情况 线下情况 不一致类型 反馈日期 时限 再核实结论 核实人 日期 县办意见"


@pytest.fixture
def county(client):
    client.force_login(the_county())
    return client


def sheet(client, name, query="") -> list[tuple]:
    """The heading and the rows of the exported ledger."""
    answer = client.get(f"{reverse(name)}?export=xlsx{query}")
    return list(
        load_workbook(BytesIO(b"".join(answer.streaming_content))).active.iter_rows(min_row=2, values_only=True)
    )


def verified(household, **fields) -> VerificationTask:
    """A clue of May compared, sent, reported and closed by the county."""
    online(household)
    (task,) = send(items=compared(a_round()), by=the_county(), on=SENT, note="请入户").tasks
    a_result(task, conclusion=Conclusion.UNFIT, **fields)
    VerificationTask.objects.filter(pk=task.pk).update(state="closed", closed_on=SENT, conclusion="unfit")
    TaskStep.objects.create(task=task, act="closed", note="同意不纳入")
    return task


@pytest.mark.parametrize(("name", "columns"), [("online_ledger", ONLINE), ("difference_ledger", DIFFERENCES)])
def test_the_columns_are_those_of_the_paper(county, name, columns):
    verified(home())
    heading, *rows = sheet(county, name)
    assert list(heading) == columns.split()
    assert len(rows) == 1


def test_an_online_row_tells_the_way_of_the_clue(county):
    household = home(head_name="赵大海")
    verified(household)
    heading, row = sheet(county, "online_ledger")
    told = dict(zip(heading, row, strict=True))
    head = household.members.order_by("number").first()
    expected = {
        "序号": 1, "轮次": "2021年5月月度排查", "来源部门": "医保局", "姓名": "赵大海", "身份证号": mask_id(head.id_number),
        "与户主关系": "户主", "户主": "赵大海", "乡镇": "青山镇", "村": "上坪村", "风险类型": "因病", "等级": "黄", "是否已在监测": "否",
        "预警内容(数值)": "住院自付累计超过标准（23180元）", "比对类别": "C2 线上有线下无", "派发日期": "2021-05-08",
        "时限": "2021-05-14", "核实人": "甲、乙", "核实日期": "2021-05-12", "核实结论": "不符合", "是否纳入": "否", "备注": "请入户",
    }  # fmt: skip
    assert {name: told[name] for name in expected} == expected


def test_who_was_taken_in_stands_in_the_online_ledger(county):
    household = home()
    verified(household)
    household.category, household.other = Category.MARGINAL, {"monitored_from": "2021-06"}
    household.save()
    heading, row = sheet(county, "online_ledger")
    told = dict(zip(heading, row, strict=True))
    assert (told["是否纳入"], told["纳入日期"], told["是否已在监测"]) == ("是", "2021-06", "是")


def test_a_difference_row_tells_both_sides_and_the_county_s_word(county):
    household = home(head_name="赵大海")
    verified(household)
    heading, row = sheet(county, "difference_ledger")
    told = dict(zip(heading, row, strict=True))
    expected = {
        "序号": 1, "户主": "赵大海", "线上情况": "住院自付累计超过标准", "线下情况": "未列入线下名单", "不一致类型": "C2 线上有线下无",
        "再核实结论": "不符合", "核实人": "甲、乙", "日期": "2021-05-12", "县办意见": "同意不纳入",
    }  # fmt: skip
    assert {name: told[name] for name in expected} == expected
    assert told["身份证号"].startswith("4503")
    assert "*" in told["身份证号"]


def test_an_offline_side_is_told(county):
    round, household = a_round(), home()
    offline(round, household)
    send(items=compared(round), by=the_county(), on=SENT)
    _, row = sheet(county, "difference_ledger")
    assert row[5:8] == ("没有线上线索", "疑似边缘易致贫户（05月04日，第一书记 甲、村干部 乙）", "C3 线下有线上无")


def test_withdrawn_clues_and_recalled_or_other_tasks_are_no_rows(county):
    online(home(), state=ClueState.WITHDRAWN), a_task()
    task = verified(home())
    VerificationTask.objects.filter(pk=task.pk).update(state=TaskState.RECALLED)
    assert (len(sheet(county, "online_ledger")), len(sheet(county, "difference_ledger"))) == (2, 1)


def test_filters_by_round_and_place(county):
    verified(home()), online(home(VILLAGES[2])), online(home(), period=date(2021, 6, 1))
    round = VerificationTask.objects.get().round
    assert len(sheet(county, "online_ledger")) == 4
    assert len(sheet(county, "online_ledger", f"&round={round.pk}")) == 3
    assert len(sheet(county, "online_ledger", f"&round={round.pk}&place=450399102")) == 2
    assert len(sheet(county, "difference_ledger", "&place=450399102")) == 1


def test_the_count_on_the_page_is_the_rows_of_the_workbook(county):
    for _ in range(3):
        online(home())
    answer = county.get(reverse("online_ledger"))
    assert answer.context["listing"]["count"] == len(sheet(county, "online_ledger")) - 1 == 3
    assert [row.cells[0].text for row in answer.context["listing"]["rows"]] == ["1", "2", "3"]
    assert Entry.objects.get(action="ledger.exported").detail["ledger"] == "线上排查台账"


@pytest.mark.parametrize("name", ["online_ledger", "difference_ledger"])
def test_pages_ask_few_questions(county, name, django_assert_max_num_queries):
    round = a_round()
    for _ in range(6):
        online(home())
    send(items=compared(round), by=the_county(), on=SENT)
    county.get(reverse(name))
    with django_assert_max_num_queries(22):
        assert county.get(reverse(name)).context["listing"]["count"] == 6


@pytest.mark.parametrize("name", ["online_ledger", "difference_ledger"])
@pytest.mark.parametrize("role", [Role.TOWNSHIP, Role.VILLAGE, Role.DEPARTMENT, Role.ADMIN])
def test_ledgers_are_the_county_office_s(client, name, role):
    client.force_login(an_officer(role))
    assert client.get(reverse(name)).status_code == 404
