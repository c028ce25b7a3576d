"""线下排查台账, 常态化筛查台账, 观察台账 and the page of all ledgers: columns of domain.md 4.4, counts that equal rows."""

from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse

from fangpin.accounts.roles import Role
from fangpin.approvals.models import SignOff
from fangpin.approvals.routes import Stage
from fangpin.masking import mask_id
from screening.choices import ComparisonClass, Conclusion, Judgement, TaskState
from screening.extracts.intake import confirm_extract
from screening.models import DepartmentMonth, Extract, OfflineEntry
from screening.rounds.answers import to_told
from screening.rounds.giving_back import give_back
from screening.rounds.opening import open_round
from tests.builders import COUNTY, TOWNSHIPS, VILLAGES, a_county, a_department, a_household, an_officer
from tests.screening.rounds.frozen import a_file, home, offline, online, the_county, told_again
from tests.screening.rounds.made import (
    MAY,
    a_comparison,
    a_result,
    a_round,
    a_task,
    a_watch_item,
    an_entry,
    an_item,
    answered,
)
from tests.screening.rounds.test_ledgers import sheet

pytestmark = pytest.mark.django_db
OFFLINE = (
    "序号 轮次 乡镇 村 屯 户主 身份证号 人口数 户类型 拟纳入类别 风险类型 人均纯收入 三保障情况 主要困难 排查人 排查日期 村审核 乡镇审核 上报日期 "
    "比对类别 结论"
)
MONTHS = (
    "月份 部门 应报日期 实报日期 是否逾期 条数 有效条数 命中预警 剔除重复 派发 已核实 超期 纳入 观察 不符合 反馈日期"
)
WATCHED = "户主 身份证号 乡镇 村 首次疑似日期 来源 风险类型 上次核实 结论原因 下次核查日期 责任人 累计核查次数 状态"


@pytest.fixture
def county(client):
    client.force_login(the_county())
    return client


def row_of(client, name, query="") -> dict:
    heading, row = sheet(client, name, query)
    return dict(zip(heading, row, strict=True))


def an_answer(round=None, **changes) -> OfflineEntry:
    """An entry with everything that the form asks."""
    household = a_household(head_name="赵大海", hamlet="大岭屯")
    entry = offline(round or a_round(), household, Stage.COUNTY)
    entry.told = to_told(answered(household, **changes))
    entry.save()
    return entry


def a_month(code="MI", lists=("MI-1",), **fields) -> DepartmentMonth:
    a_county()
    fields = {"period": MAY, "due_on": date(2021, 5, 5), **fields}
    return DepartmentMonth.objects.create(county_id=COUNTY, department=a_department(code), lists=list(lists), **fields)


def sent(day: int, code="MI-1", **counts) -> Extract:
    extract = a_file(code)
    at = datetime(2021, 5, day, 0, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
    Extract.objects.filter(pk=extract.pk).update(confirmed_at=at, **counts)
    return extract


@pytest.mark.parametrize(
    ("name", "columns", "make"),
    [("offline_ledger", OFFLINE, an_answer), ("month_ledger", MONTHS, a_month), ("watch_list", WATCHED, a_watch_item)],
    ids=["offline", "months", "watched"],
)
def test_the_columns_are_those_of_the_paper(county, name, columns, make):
    make()
    heading, *rows = sheet(county, name)
    assert list(heading)[: len(columns.split())] == columns.split()
    assert len(rows) == 1


def test_an_offline_row_tells_what_the_village_found_and_who_agreed(county):
    entry = an_answer(remarks={"housing": "土坯房"}, living={"housing": False, "water": True})
    by = an_officer(Role.TOWNSHIP_LEADER, name="乡领导")
    for stage, code in ((Stage.VILLAGE, VILLAGES[0]), (Stage.TOWNSHIP, TOWNSHIPS[0])):
        SignOff.objects.create(
            approval=entry.offline_list.approval, round=1, stage=stage, division_id=code, verdict="agree",
            by=by if stage == Stage.TOWNSHIP else an_officer(Role.VILLAGE, name="村干部"),
        )  # fmt: skip
    told = row_of(county, "offline_ledger")
    today = SignOff.objects.first().at.astimezone(ZoneInfo("Asia/Shanghai")).date()
    expected = {
        "序号": 1, "轮次": "2021年5月月度排查", "乡镇": "青山镇", "村": "上坪村", "屯": "大岭屯", "户主": "赵大海",
        "人口数": 3, "户类型": "一般农户", "拟纳入类别": "疑似边缘易致贫户", "风险类型": "因病", "人均纯收入": Decimal("12596.67"),
        "三保障情况": "住房安全没有保障：土坯房", "主要困难": "因病：住院结算单，自付 23180 元", "排查人": "第一书记 甲、村干部 乙",
        "村审核": f"同意 村干部 {today}", "乡镇审核": f"同意 乡领导 {today}", "比对类别": None, "结论": None,
    }  # fmt: skip
    told["人均纯收入"] = Decimal(str(told["人均纯收入"]))
    assert {name: told[name] for name in expected} == expected
    assert told["身份证号"] == mask_id(entry.household.members.get(is_head=True).id_number)
    assert (told["排查日期"].date(), told["上报日期"].date()) == (date(2021, 5, 4), today)


def test_an_offline_row_tells_its_class_and_what_the_check_said(county):
    entry = an_answer()
    comparison = a_comparison(entry.offline_list.round)
    an_item(comparison, entry.household, cls=ComparisonClass.C3, offline=entry)
    task = a_task(entry.household, state=TaskState.REPORTED, round=entry.offline_list.round)
    a_result(task, conclusion=Conclusion.INCLUDE)
    told = row_of(county, "offline_ledger")
    assert (told["比对类别"], told["结论"]) == ("C3 线下有线上无", "拟纳入")
    assert len(sheet(county, "offline_ledger", "&cls=C3")) == 2
    assert len(sheet(county, "offline_ledger", "&cls=C1")) == 1


def test_a_draft_is_no_row_and_reach_and_filters_hold(client):
    round = a_round()
    offline(round, home()), offline(round, home(VILLAGES[2]), judgement=Judgement.CLEAR, risks=[])
    an_entry(round.offline_lists.get(village=VILLAGES[1]), home(VILLAGES[1]), is_draft=True)
    client.force_login(the_county())
    assert len(sheet(client, "offline_ledger")) == 3
    assert row_of(client, "offline_ledger", "&judgement=clear")["结论"] == "无风险"
    assert len(sheet(client, "offline_ledger", f"&round={round.pk}&township={TOWNSHIPS[0]}")) == 2
    assert len(sheet(client, "offline_ledger", "&stage=village_draft")) == 1
    client.force_login(an_officer(Role.VILLAGE, VILLAGES[2]))
    assert row_of(client, "offline_ledger")["村"] == "河口村"


def test_a_month_tells_what_came_and_what_it_led_to(county):
    month = a_month(lists=["MI-1", "MI-2"])
    sent(4, rows_ok=90, rows_warned=6, rows_refused=4), sent(6, "MI-2", rows_ok=50)
    a_task(online(home()).household)
    clue = online(home())
    a_task(clue.household, state=TaskState.CLOSED).clues.add(clue)
    told_again(online(home(), period=date(2021, 4, 1)), period=month.period)
    give_back(month, by=the_county(), on=date(2021, 5, 31))
    told = row_of(county, "month_ledger")
    days = {name: told[name].date() for name in ("应报日期", "实报日期", "反馈日期")}
    assert days == {"应报日期": date(2021, 5, 5), "实报日期": date(2021, 5, 6), "反馈日期": date(2021, 5, 31)}
    expected = {
        "月份": "2021年5月", "部门": "医保局", "是否逾期": "是", "条数": 150, "有效条数": 146, "命中预警": 2, "剔除重复": 1,
        "派发": 1, "已核实": 1, "超期": 0, "纳入": 0, "观察": 0, "不符合": 1,
    }  # fmt: skip
    assert {name: told[name] for name in expected} == expected


@pytest.mark.parametrize(
    ("days", "lists", "late"),
    [
        ([5], ["MI-1"], "否"),
        ([6], ["MI-1"], "是"),
        ([], ["MI-1"], "是"),
        ([5], ["MI-1", "MI-2"], "是"),
        ([5], [], None),
    ],
)
def test_late_is_whose_list_was_not_here_when_it_was_due(county, days, lists, late):
    a_month(lists=lists, due_on=date(2021, 5, 5) if lists else None)
    for day in days:
        sent(day)
    assert row_of(county, "month_ledger")["是否逾期"] == late


def test_a_list_that_is_not_yet_due_is_not_late(county):
    a_month(due_on=date(2999, 5, 5))
    assert row_of(county, "month_ledger")["是否逾期"] == "否"


def test_months_are_filtered_and_a_department_sees_its_own(client):
    a_month(), a_month("EDU", ["EDU-1"]), a_month(period=date(2021, 6, 1), due_on=date(2999, 1, 1), given_on=MAY)
    client.force_login(the_county())
    queries = {"": 3, "&period=2021-05": 2, "&department=MI": 2, "&late=yes": 2, "&given=no": 2}
    assert {query: len(sheet(client, "month_ledger", query)) - 1 for query in queries} == queries
    client.force_login(an_officer(Role.DEPARTMENT, department="EDU"))
    assert row_of(client, "month_ledger")["部门"] == "教育局"


def test_opening_a_round_asks_the_departments(county):
    a_county()
    days = dict.fromkeys(
        ("starts_on", "uploads_due", "offline_due", "compare_on", "dispatch_on", "verify_due", "ends_on"), MAY
    )
    DepartmentMonth.objects.create(county_id=COUNTY, department=a_department("MI"), period=MAY)
    open_round(
        county=a_county(), kind="monthly", period=MAY, townships=list(a_county().children.all()),
        lists=["MI-1", "MI-2", "EDU-1"], dates=days, by=the_county(),
    )  # fmt: skip
    found = DepartmentMonth.objects.order_by("department").values_list("department", "lists", "due_on")
    assert list(found) == [("EDU", ["EDU-1"], MAY), ("MI", ["MI-1", "MI-2"], MAY)]


def test_a_list_that_nobody_asked_for_has_its_month_too():
    extract = a_file()
    Extract.objects.filter(pk=extract.pk).update(state="checked", confirmed_at=None, rows_ok=1)
    extract.refresh_from_db()
    confirm_extract(extract, by=an_officer(Role.DEPARTMENT, department="MI"))
    month = DepartmentMonth.objects.get()
    assert (month.department_id, month.period, month.lists, month.due_on) == ("MI", MAY, [], None)


def test_the_online_ledger_tells_when_the_department_was_told(county):
    online(home()), a_month(given_on=date(2021, 5, 31)), sent(4)
    told = row_of(county, "online_ledger")
    assert (told["报送日期"].date(), told["反馈部门日期"].date()) == (date(2021, 5, 4), date(2021, 5, 31))


@pytest.mark.parametrize("name", ["offline_ledger", "month_ledger"])
def test_pages_ask_few_questions(county, name, django_assert_max_num_queries):
    round = a_round()
    for code in ("MI", "EDU", "HOU"):
        offline(round, home()), a_month(code, [f"{code}-1"])
    county.get(reverse(name))
    with django_assert_max_num_queries(22):
        assert county.get(reverse(name)).context["listing"]["count"] == 3


@pytest.mark.parametrize(
    ("role", "ledgers"),
    [
        (Role.COUNTY, "线上排查台账 线下排查台账 比对不一致反馈台账 常态化筛查台账 疑似未纳入观察台账"),
        (Role.VILLAGE, "线下排查台账 疑似未纳入观察台账"),
        (Role.DEPARTMENT, "常态化筛查台账"),
        (Role.COUNTY_HEAD, "线下排查台账 常态化筛查台账 疑似未纳入观察台账"),
    ],
)
def test_the_index_counts_what_each_ledger_lists(client, role, ledgers):
    an_answer(), a_month(), a_watch_item(), online(home())
    client.force_login(an_officer(role))
    shown = client.get(reverse("ledger_index")).context["ledgers"]
    assert [one["ledger"].title for one in shown] == ledgers.split()
    for one in shown:
        listed = client.get(reverse(one["ledger"].url_name)).context["listing"]["count"]
        assert (one["ledger"].title, one["count"]) == (one["ledger"].title, listed)


def test_the_administrator_has_no_ledgers(client):
    client.force_login(an_officer(Role.ADMIN))
    names = ("ledger_index", "offline_ledger", "month_ledger", "return_list", "return_doubts")
    assert [client.get(reverse(name)).status_code for name in names] == [404] * 5
