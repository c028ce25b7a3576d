"""Returns to departments: each clue has one outcome, numbers lead to what they count, a department sees only what it sent."""

from datetime import date, timedelta
from io import BytesIO

import pandas as pd
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from fangpin.accounts.roles import Role
from fangpin.audit.models import Entry
from fangpin.desk.contributions import todos_of
from fangpin.masking import mask_id
from fangpin.transitions import NotAllowed
from screening.choices import ComparisonClass, Conclusion, MatchState, Outcome, TaskState
from screening.extracts.storing import store_rows
from screening.models import Clue, ComparisonItem, DepartmentMonth, RowMatch, VerificationTask
from screening.rounds.giving_back import give_back, receive, standing
from screening.rounds.outcomes import GROUPS, in_group, with_outcome
from tests.builders import COUNTY, VILLAGES, a_county, a_department, a_person, an_id, an_officer
from tests.screening.rounds.frozen import a_file, home, online, told_again
from tests.screening.rounds.made import MAY, a_comparison, a_task, an_item

pytestmark = pytest.mark.django_db
DAY = date(2021, 5, 20)
OWN_ID = an_id(serial=77)


def a_month(department="MI", **fields) -> DepartmentMonth:
    a_county()
    return DepartmentMonth.objects.create(county_id=COUNTY, department=a_department(department), period=MAY, **fields)


def with_task(state=TaskState.SENT, **fields) -> Clue:
    clue = online(home())
    a_task(clue.household, state=state, **fields).clues.add(clue)
    return clue


def outcome_of(clue, day=DAY) -> str:
    return with_outcome(Clue.objects.filter(pk=clue.pk), day).get().outcome


def with_rows(extract) -> None:
    """Row 3 of the file says who it is in the department's own words."""
    rows = {
        "sheet": ["Sheet1"],
        "sheet_no": [0],
        "row": [3],
        "status": ["ok"],
        "name": ["赵小海"],
        "id_number": [OWN_ID],
    }
    rows |= {"id_number_raw": [OWN_ID], "id_number_is_number": [False], "township_code": [""], "village_code": [""]}
    store_rows(extract, pd.DataFrame(rows))
    type(extract).objects.filter(pk=extract.pk).update(
        sheets=[{"name": "Sheet1", "columns": {}, "rows": 1}], rows_ok=1
    )


@pytest.fixture
def clerk(client):
    user = an_officer(Role.DEPARTMENT, department="MI")
    client.force_login(user)
    return user


@pytest.mark.parametrize(
    ("state", "day", "outcome"),
    [
        (TaskState.SENT, date(2021, 5, 15), Outcome.CHECKING),
        (TaskState.SENT, date(2021, 5, 16), Outcome.LATE),
        (TaskState.DISPUTED, date(2021, 5, 16), Outcome.LATE),
        (TaskState.REPORTED, date(2021, 5, 16), Outcome.REPORTED),
        (TaskState.CHECKED, date(2021, 5, 16), Outcome.REPORTED),
        (TaskState.RECALLED, date(2021, 5, 16), Outcome.WAITING),
    ],
)
def test_a_task_on_its_way(state, day, outcome):
    assert outcome_of(with_task(state), day) == outcome


@pytest.mark.parametrize("conclusion", Conclusion)
def test_a_closed_task_is_its_conclusion(conclusion):
    clue = with_task(TaskState.CLOSED, conclusion=conclusion)
    found = with_outcome(Clue.objects.filter(pk=clue.pk), DAY).get()
    assert (found.outcome, found.outcome_on) == (conclusion.value, date(2021, 5, 14))


@pytest.mark.parametrize(
    ("cls", "check", "outcome"),
    [
        (ComparisonClass.C8, "an earlier one", Outcome.SAVED),
        (ComparisonClass.C2, None, Outcome.WAITING),  # left out because the person is gone: nothing was checked
        (ComparisonClass.C5, None, Outcome.KNOWN),
    ],
)
def test_what_is_not_sent(cls, check, outcome):
    clue = online(home())
    left_out = [{"clue": str(clue.pk), "why": "x", "check": check, "until": ""}]
    an_item(a_comparison(), clue.household, cls=cls, clues=[str(clue.pk)], left_out=left_out)
    assert outcome_of(clue) == outcome


def test_the_last_comparison_counts_and_a_task_more():
    clue = online(home())
    first = a_comparison()
    kept = [{"clue": str(clue.pk), "why": "x", "check": "one", "until": ""}]
    an_item(first, clue.household, cls=ComparisonClass.C8, clues=[str(clue.pk)], left_out=kept)
    second = a_comparison(first.round, 2)
    an_item(second, clue.household, cls=ComparisonClass.C2, clues=[str(clue.pk)])
    assert outcome_of(clue) == Outcome.WAITING
    a_task(clue.household, state=TaskState.REPORTED).clues.add(clue)
    assert outcome_of(clue) == Outcome.REPORTED


def test_a_clue_of_a_village_has_its_outcome_too():
    clue = online(village=VILLAGES[0])
    an_item(a_comparison(), home(), cls=ComparisonClass.C5, household_id=None, clues=[str(clue.pk)])
    assert outcome_of(clue) == Outcome.KNOWN


def test_the_numbers_of_a_list_count_every_clue_once(client, clerk):
    today = timezone.localdate()
    late, sent, closed = with_task(), with_task(due_on=today), with_task(TaskState.CLOSED, conclusion="unfit")
    online(home())
    told_again(online(home(), period=date(2021, 4, 1), extract=a_file("EDU-1", date(2021, 4, 1))), period=late.period)
    (row,) = client.get(reverse("return_list")).context["listing"]["rows"]
    told = {cell.label: cell.text for cell in row.cells}
    assert {name: told[name] for name in ("线索", "以前已报", "派发", "已核实", "拟纳入", "不纳入", "观察", "超期未核查", "避免重复核查")} == {
        "线索": "4", "以前已报": "1", "派发": "3", "已核实": "1", "拟纳入": "0", "不纳入": "1", "观察": "0", "超期未核查": "1", "避免重复核查": "0",
    }  # fmt: skip
    urls = {cell.label: cell.url for cell in row.cells}
    assert [shown.object for shown in client.get(urls["超期未核查"]).context["listing"]["rows"]] == [late]
    assert urls["观察"] == ""
    assert {sent.pk, closed.pk} < {shown.object.pk for shown in client.get(urls["派发"]).context["listing"]["rows"]}


def test_the_workbook_of_a_list_is_its_page(client, clerk):
    extract = a_file()
    with_rows(extract)
    clue = online(home(), sheet_no=0, row=3)
    online(home())
    address = reverse("return_detail", args=[extract.pk])
    answer = client.get(f"{address}?export=xlsx")
    book = load_workbook(BytesIO(b"".join(answer.streaming_content))).active
    heading, *rows = list(book.iter_rows(min_row=2, values_only=True))
    assert heading == ("姓名", "身份证号", "Excel 行", "乡镇 · 村", "风险类型", "结果", "办结日期")
    assert rows[0][:6] == ("赵小海", mask_id(OWN_ID), 3, "青山镇上坪村", "因病", "待比对派发")
    assert rows[1][0] == "（名单中没有此人）"
    assert client.get(address).context["listing"]["count"] == len(rows) == 2
    assert clue.person.name not in client.get(address).content.decode()


def test_a_department_sees_nothing_of_the_household_beyond_its_own_row(client, clerk):
    extract = a_file()
    with_rows(extract)
    clue = online(home(head_name="莫户主"), sheet_no=0, row=3, sentence="家庭人均收入 3120 元")
    page = client.get(reverse("return_detail", args=[extract.pk])).content.decode()
    assert "赵小海" in page
    for hidden in ("莫户主", "3120", clue.person.id_number, OWN_ID, clue.household.number):
        assert hidden not in page


def test_another_department_has_neither_the_list_nor_its_numbers(client):
    extract = a_file()
    online(home())
    client.force_login(an_officer(Role.DEPARTMENT, department="EDU"))
    assert client.get(reverse("return_list")).context["listing"]["count"] == 0
    assert client.get(reverse("return_detail", args=[extract.pk])).status_code == 404


def test_tabs_count_what_they_list(client, clerk):
    for state in (TaskState.SENT, TaskState.CLOSED, TaskState.REPORTED):
        with_task(state)
    address = reverse("return_detail", args=[a_file().pk])
    tabs = client.get(f"{address}?group=late").context["tabs"]
    for tab in tabs:
        assert client.get(f"{address}{tab['url']}").context["listing"]["count"] == tab["count"]
    assert [(tab["label"], tab["count"]) for tab in tabs if tab["count"]] == [
        ("全部", 3), ("派发", 3), ("已核实", 2), ("不纳入", 1), ("超期未核查", 1),
    ]  # fmt: skip


def test_pages_ask_few_questions(client, clerk, django_assert_max_num_queries):
    extract = a_file()
    with_rows(extract)
    for _ in range(5):
        online(home(), sheet_no=0, row=3)
    a_file("MI-2"), a_file("MI-3")
    for address in (reverse("return_list"), reverse("return_detail", args=[extract.pk])):
        client.get(address)
        with django_assert_max_num_queries(20):
            assert client.get(address).status_code == 200


def test_giving_back_is_kept_and_reaches_the_inbox(clerk):
    month, county = a_month(), an_officer(Role.COUNTY)
    with_task(TaskState.CLOSED)
    assert give_back(month, by=county, note="请核对", on=DAY)
    month.refresh_from_db()
    assert (month.given_on, month.given_by, month.told) == (DAY, county, {"unfit": 1})
    entry = Entry.objects.get(action="returns.given")
    assert (entry.by, entry.detail["rows"]) == (county, 1)
    (todo,) = (one for one in todos_of(clerk) if one.title == "县办反馈的结果待签收")
    assert todo.count == 1
    listed = Client()
    listed.force_login(clerk)
    assert listed.get(todo.url).context["listing"]["count"] == 1


def test_the_same_results_twice_are_given_once_and_new_ones_again():
    month, county = a_month(), an_officer(Role.COUNTY)
    clue = with_task(TaskState.CLOSED)
    give_back(month, by=county, on=DAY)
    assert not give_back(month, by=county, on=DAY + timedelta(days=1))
    month.refresh_from_db()
    assert month.given_on == DAY
    VerificationTask.objects.filter(clues=clue).update(conclusion="include")
    assert give_back(month, by=county, on=DAY + timedelta(days=2))
    assert Entry.objects.filter(action="returns.given").count() == 2


@pytest.mark.parametrize(("state", "message"), [(None, "没有产生线索"), (TaskState.REPORTED, "1 条线索都还没有结果")])
def test_nothing_to_give_back_is_refused(state, message):
    month = a_month()
    if state:
        with_task(state)
    with pytest.raises(NotAllowed, match=message):
        give_back(month, by=an_officer(Role.COUNTY), on=DAY)
    month.refresh_from_db()
    assert month.given_on is None


@pytest.mark.parametrize("role", [Role.DEPARTMENT, Role.TOWNSHIP, Role.COUNTY_HEAD])
def test_only_the_county_office_gives_back(role):
    month = a_month()
    with_task(TaskState.CLOSED)
    with pytest.raises(NotAllowed, match="只有县办"):
        give_back(month, by=an_officer(role), on=DAY)
    assert not DepartmentMonth.objects.exclude(given_on=None).exists()


def test_the_clerk_signs_once_and_the_inbox_is_empty(client, clerk):
    month = a_month()
    with_task(TaskState.CLOSED)
    give_back(month, by=an_officer(Role.COUNTY), on=DAY)
    for _ in range(2):
        client.post(reverse("return_receive", args=[month.pk]))
    month.refresh_from_db()
    assert month.received_by == clerk
    assert Entry.objects.filter(action="returns.received").count() == 1
    assert not [one for one in todos_of(clerk) if one.title == "县办反馈的结果待签收"]


@pytest.mark.parametrize(
    ("department", "given", "message"), [("EDU", DAY, "只有本部门"), ("MI", None, "县办还没有反馈")]
)
def test_signing_for_what_is_not_there_is_refused(department, given, message):
    month = a_month(given_on=given)
    with pytest.raises(NotAllowed, match=message):
        receive(month, by=an_officer(Role.DEPARTMENT, department=department))
    month.refresh_from_db()
    assert month.received_at is None


def test_the_county_gives_back_on_the_page(client):
    month = a_month()
    with_task(TaskState.CLOSED)
    client.force_login(an_officer(Role.COUNTY))
    page = client.get(reverse("return_detail", args=[a_file().pk])).content.decode()
    assert "向医保局反馈" in page
    assert "向医保局反馈" in client.get(f"{reverse('return_list')}?period=2021-05&department=MI").content.decode()
    assert "向医保局反馈" not in client.get(f"{reverse('return_list')}?period=2021-05&department=zz").content.decode()
    answer = client.post(reverse("return_give", args=[month.pk]), {"note": "请核对"}, follow=True)
    assert "已向医保局反馈" in answer.content.decode()
    month.refresh_from_db()
    assert (month.given_on, month.note) == (timezone.localdate(), "请核对")


def test_a_refusal_is_said_on_the_page(client):
    month = a_month()
    client.force_login(an_officer(Role.COUNTY))
    answer = client.post(reverse("return_give", args=[month.pk]), {}, follow=True)
    assert "没有产生线索，没有可以反馈的结果" in answer.content.decode()


def test_standing_sums_to_the_clues():
    with_task(TaskState.CLOSED), with_task(), online(home())
    told = standing(a_month(), DAY)
    assert told == {"unfit": 1, "late": 1, "waiting": 1}
    assert [in_group(told, name) for name in GROUPS] == [2, 1, 0, 1, 0, 0, 1, 0]


def a_doubt(list_code="DIS-1", comparison=None, row=3):
    """A row of that list in which one digit of a wife's number is wrong."""
    wife = a_person(home(), name="覃小芳", relation="配偶")
    extract = a_file(list_code)
    RowMatch.objects.create(
        extract=extract, sheet_no=0, row=row, state=MatchState.AMBIGUOUS, method="ambiguous", confidence=0.5,
        candidates=[str(wife.pk)], name="覃小芳",
    )  # fmt: skip
    return ComparisonItem.objects.create(
        comparison=comparison or a_comparison(), cls=ComparisonClass.C9, extract=extract, sheet_no=0, row=row, why="x"
    )


def test_a_department_sees_its_own_rows_in_doubt_and_who_may_be_meant(client):
    """T16 of domain.md 9.3."""
    item = a_doubt()
    a_doubt("MI-1", item.comparison)
    client.force_login(an_officer(Role.DEPARTMENT, department="DIS"))
    (row,) = client.get(reverse("return_doubts")).context["listing"]["rows"]
    told = {cell.label: cell.text for cell in row.cells}
    assert (told["填报姓名"], told["Excel 行"], told["可能是"]) == ("覃小芳", "3", "覃小芳（青山镇上坪村）")
    client.force_login(an_officer(Role.COUNTY))
    assert client.get(reverse("return_doubts")).context["listing"]["count"] == 2


def test_a_doubt_that_a_later_comparison_settled_is_gone(client):
    item = a_doubt()
    a_comparison(item.comparison.round, 2)
    client.force_login(an_officer(Role.DEPARTMENT, department="DIS"))
    assert client.get(reverse("return_doubts")).context["listing"]["count"] == 0


def test_clue_and_file_lead_to_the_return(client):
    clue = online(home(), sheet_no=None, row=None)
    client.force_login(an_officer(Role.COUNTY))
    there = reverse("return_detail", args=[clue.extract_id])
    for address in (reverse("clue_detail", args=[clue.pk]), reverse("extract_detail", args=[clue.extract_id])):
        assert f'href="{there}"' in client.get(address).content.decode()
    client.force_login(an_officer(Role.VILLAGE))
    assert there not in client.get(reverse("clue_detail", args=[clue.pk])).content.decode()
