"""Stories of domain.md 9.3 through departments' files, the month's run and the pages: what the comparison makes of each, and what becomes of it."""

from datetime import date

import pytest
from django.urls import reverse

from fangpin.accounts.roles import Role
from fangpin.periods import this_day
from fangpin.policy.clocks import add_working_days
from households.choices import HouseholdKind
from households.models import Person
from screening.choices import Conclusion, Judgement, Risk, TaskState
from screening.models import Clue, VerificationTask
from tests.browser.county import twins
from tests.builders import TOWNSHIPS, a_department, a_household, a_phone, a_standard, an_officer
from tests.journeys.test_verification import act, fill_in
from tests.screening.builders import JUNE, an_extract, house, run_the_month
from tests.screening.rounds.frozen import offline
from tests.screening.rounds.made import a_round

pytestmark = pytest.mark.django_db
SCHEME = {"scheme": "上坪集中供水", "township": "青山镇", "village": "上坪村", "stopped_on": "2021-05-22", "resumed_on": "2021-05-26",
          "stop_days": "4", "running": "停水"}  # fmt: skip


@pytest.fixture
def county(client):
    a_standard()
    for code in ("EDU", "MI", "HOU", "WAT", "CIV", "DIS"):
        a_department(code)
    client.force_login(an_officer(Role.COUNTY))
    return client


def head(**fields):
    return a_household(people=2, phone=a_phone(), **fields).members.get(is_head=True)


def who(person, **cells):
    return {"name": person.name, "id_number": person.id_number, **cells}


def bill(person, paid):
    return who(person, self_pay=paid, year_self_pay=paid, settled_on="2021-04-25", settlement="住院")


def compare(client, round):
    """The county compares and looks; the items of the newest comparison and the text of its page."""
    client.post(reverse("round_compare", args=[round.pk]))
    newest = round.comparisons.latest("number")
    page = client.get(reverse("comparison_detail", args=[newest.pk])).content.decode()
    return newest.items.order_by("cls", "pk"), page


def send(client, items):
    """All that the comparison holds, with the question about it."""
    newest = items[0].comparison
    answers = {"whole": "1", "sure": "1", "count": newest.items.count(), "note": ""}
    client.post(reverse("comparison_send", args=[newest.pk]), answers)
    return VerificationTask.objects.filter(round=newest.round)


def include(client, task):
    """拟纳入, from the village to the county."""
    client.force_login(an_officer(Role.VILLAGE))
    fill_in(client, task, "自付 23,180 元，人均参考收入 4,870 元")
    answers = {"conclusion": "include", "reason": "人均参考收入 4,870 元，低于监测范围"}
    task.refresh_from_db()
    draft = task.results.get(is_last=True).version
    part = reverse("task_part", args=[task.pk, "outcome"])
    client.post(part, {**answers, "seen": task.version, "draft": draft})
    act(client, "task_report", task)
    client.force_login(an_officer(Role.TOWNSHIP_LEADER, TOWNSHIPS[0]))
    act(client, "task_check", task)
    client.force_login(an_officer(Role.COUNTY))
    act(client, "task_close", task)


def test_t1_and_t2_a_bill_is_verified_once_and_june_sends_nobody_again(county):
    father = head()
    an_extract("MI-1", bill(father, "23180"))
    run_the_month()
    (item,), page = compare(county, a_round())
    assert (item.cls, item.household) == ("C2", father.household)
    assert "避免重复核查 0 户次" in page
    task = send(county, [item]).get()
    include(county, task)
    task.refresh_from_db()
    assert (task.state, task.conclusion) == (TaskState.CLOSED, Conclusion.INCLUDE)

    an_extract("MI-1", bill(father, "24380"), period=JUNE)
    run_the_month(JUNE)
    (item,), page = compare(county, a_round(JUNE))
    assert (item.cls, Clue.objects.count()) == ("C8", 1)
    assert "避免重复核查 1 户次" in page
    shown = county.get(reverse("item_detail", args=[item.pk])).content.decode()
    assert "已核实：拟纳入；同一事实未变化" in shown
    assert list(send(county, [item])) == []


def disabled_child(person):
    return "DIS-1", who(person, level="一级", disability="智力残疾", change="新办", issued_on="2021-05-08")


def dropout(person):
    Person.objects.filter(pk=person.pk).update(birthday=date(2008, 3, 1))
    return "EDU-1", who(person, school="青山初级中学", grade="七年级", left_on="2021-05-12")


def helpless(person):
    return "CIV-2", who(person, care_form="分散供养", self_care="全护理", carer="")


def stopped(person):
    return "WAT-1", SCHEME


@pytest.mark.parametrize(
    ("fields", "tell", "cls", "risk", "grade"),
    [
        ({"category": "unstable", "kind": HouseholdKind.LIFTED, "other": {"risk_1": "illness"}}, disabled_child, "C6", Risk.DISABILITY, "orange"),
        ({}, dropout, "C2", Risk.EDUCATION, "red"),
        ({}, helpless, "C2", Risk.SPECIAL, "red"),
        ({}, stopped, "village", Risk.WATER, "orange"),
    ],
    ids=["T4", "T8", "T11", "T10"],
)  # fmt: skip
def test_what_a_department_tells_becomes_one_item_and_one_task(county, fields, tell, cls, risk, grade):
    person = head(**fields)
    a_household(people=2)  # a neighbour at the same scheme
    list_code, row = tell(person)
    an_extract(list_code, row)
    run_the_month()
    items, _ = compare(county, a_round())
    assert [(item.cls, item.risks, item.grade) for item in items] == [(cls, [risk], grade)]
    (task,) = send(county, items)
    days = {"red": 2, "orange": 3}[grade]
    assert task.due_on == add_working_days(this_day(), days)
    assert task.household == (None if cls == "village" else person.household)


def test_t3_what_only_the_village_knows_goes_back_to_it(county):
    home, round = head(kind=HouseholdKind.LIFTED).household, a_round()
    offline(round, home, risks=[Risk.EMPLOYMENT], judgement=Judgement.UNSTABLE)
    (item,), page = compare(county, round)
    assert (item.cls, item.why) == ("C3", "线下排查发现：务工不稳，没有可用的线上线索")
    assert "各类合计 <b>1</b> 户" in page
    assert send(county, [item]).get().household == home


def test_t9_of_two_houses_of_grade_d_the_only_dwelling_is_a_task(county):
    homes = [head(), head()]
    an_extract("HOU-1", house(homes[0], only_house="是"), house(homes[1], only_house="否"))
    run_the_month()
    items, _ = compare(county, a_round())
    task = send(county, items).get()
    assert (task.household, task.grade, task.risks) == (homes[0].household, "red", [Risk.HOUSING])


def test_t13_a_list_that_waits_for_its_department_raises_nothing(county):
    round = a_round()
    an_extract("MI-1", bill(head(), "23180"), state="checked", confirmed_at=None)
    answer = county.post(reverse("round_compare", args=[round.pk]), follow=True)
    assert "没有可以比对的内容" in answer.content.decode()
    assert (round.comparisons.count(), VerificationTask.objects.count()) == (0, 0)


def test_t15_a_household_that_left_monitoring_comes_first_when_something_happens(county):
    exited = head(
        kind=HouseholdKind.LIFTED, category="unstable", risk_cleared=True, other={"monitored_until": "2021-03"}
    )
    round = a_round()
    offline(round, exited.household, risks=[Risk.ACCIDENT], judgement=Judgement.UNSTABLE)
    (item,), _ = compare(county, round)
    assert (item.cls, item.why) == ("C7", "2021-03-31 已消除风险，又发现：意外事故")
    assert send(county, [item]).count() == 1


def test_t16_a_wrong_digit_goes_back_to_its_sender_with_whom_it_means_and_the_wife_is_looked_at(county):
    wife = head().household.members.get(is_head=False)
    number = wife.id_number[:8] + str((int(wife.id_number[8]) + 1) % 10) + wife.id_number[9:]
    told = {"level": "一级", "disability": "视力残疾", "change": "新办", "issued_on": "2021-05-17"}
    an_extract("DIS-1", {**who(wife), "id_number": number, "township": "青山镇", "village": "上坪村", **told})
    run_the_month()
    items, _ = compare(county, a_round())
    assert [(item.cls, item.household) for item in items] == [("C2", wife.household), ("C9", None)]
    assert items[1].why.startswith("号码有误：")
    (row,) = county.get(reverse("doubt_list", args=[items[0].comparison_id])).context["listing"]["rows"]
    cells = {cell.label: cell.text for cell in row.cells}
    assert cells["填报姓名"] == wife.name
    assert cells["建议匹配"].startswith(f"{wife.name}（{wife.relation}）")
    assert "看认定依据" in county.get(reverse("item_detail", args=[items[1].pk])).content.decode()
    assert [task.household for task in send(county, items)] == [wife.household]


def test_t16_a_row_that_may_be_either_of_two_goes_to_the_sender_with_whom_it_may_mean(county):
    wife, _ = twins()
    told = {"level": "一级", "disability": "视力残疾", "change": "新办", "township": "青山镇", "village": "上坪村"}
    an_extract("DIS-1", {"name": wife.name, "id_number": "", "issued_on": "2021-05-17", **told})
    run_the_month()
    items, _ = compare(county, a_round())
    assert [(item.cls, item.household) for item in items] == [("C9", None)]
    doubts = county.get(reverse("doubt_list", args=[items[0].comparison_id])).content.decode()
    assert wife.name in doubts
    assert list(send(county, items)) == []
