"""Pages of verification: who sees what, drafts with photos, what is missing, closing many, the watch list and its workbook."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from fangpin.accounts.roles import Role
from fangpin.desk.contributions import todos_of
from screening.choices import Conclusion, TaskState
from screening.models import Photo, TaskStep, VerificationResult, VerificationTask
from screening.rounds.findings import Finding
from screening.rounds.photos import add_photo
from screening.rounds.verification import finding_of, last_result
from tests.builders import VILLAGES, a_household, a_standard, an_officer
from tests.screening.rounds.made import a_result, a_task, a_watch_item
from tests.screening.rounds.test_photos import a_picture

pytestmark = pytest.mark.django_db


@pytest.fixture
def cadre(client, settings, tmp_path):
    settings.UPLOAD_DIR = tmp_path
    a_standard()
    user = an_officer(Role.VILLAGE)
    client.force_login(user)
    return user


@pytest.fixture
def county(client):
    user = an_officer(Role.COUNTY)
    client.force_login(user)
    return user


def due(days=0, **fields):
    """A task that is due so many days from today."""
    day = timezone.localdate() + timedelta(days=days)
    return a_task(sent_on=day - timedelta(days=7), due_on=day, **fields)


def address(name, *args, query=""):
    return reverse(name, args=args) + query


def text(response, status=200):
    assert response.status_code == status
    return response.content.decode()


def shown(response):
    return [row.object.pk for row in response.context["listing"]["rows"]]


def test_what_is_due_first_stands_first_and_what_is_closed_last(client, cadre):
    over, later, late = a_task(state=TaskState.CLOSED), due(3), due(-2)
    response = client.get(address("task_list"))
    assert shown(response) == [late.pk, later.pk, over.pk]
    cell = response.context["listing"]["rows"][0].cells[1]
    assert (cell.text, cell.tone) == (f"{late.due_on} 逾期 2 天", "red")
    assert shown(client.get(address("task_list", query="?late=on"))) == [late.pk]


def test_each_step_of_the_way_has_a_tab_that_counts_what_it_lists(client, cadre):
    due(), due(state=TaskState.RECALLED)
    reported = due(state=TaskState.REPORTED)
    response = client.get(address("task_list", query="?state=reported"))
    assert [(tab["label"], tab["count"]) for tab in response.context["tabs"] if tab["count"]] == [
        ("全部", 2), ("待核实", 1), ("待乡镇审核", 1), ("已撤回", 1),
    ]  # fmt: skip
    assert shown(response) == [reported.pk]


def test_another_villages_task_does_not_exist(client, cadre):
    task = due(household=a_household(VILLAGES[1]))
    assert client.get(address("task_detail", task.pk)).status_code == 404
    assert client.post(address("task_part", task.pk, "visit"), {"checkers": "甲"}).status_code == 404
    assert not VerificationResult.objects.exists()


def test_a_part_is_kept_and_leads_to_the_next(client, cadre):
    task = due()
    given = {"checkers": "韦大、覃二", "seen": 1, "draft": 0}
    response = client.post(address("task_part", task.pk, "visit"), given)
    assert response.url == address("task_part", task.pk, "living")
    assert finding_of(last_result(task)) == Finding(checkers="韦大、覃二")


def test_what_cannot_be_right_stays_on_the_page_and_is_not_kept(client, cadre):
    task = due()
    tomorrow = timezone.localdate() + timedelta(days=1)
    given = {"checked_on": tomorrow, "checkers": "韦大、覃二", "seen": 1, "draft": 0}
    page = text(client.post(address("task_part", task.pk, "visit"), given))
    assert 'href="#id_checked_on">核实日期不能晚于今天' in page
    assert "韦大、覃二" in page
    assert not VerificationResult.objects.exists()


def test_who_saves_over_somebody_elses_draft_is_told_and_keeps_his_words(client, cadre):
    task = due()
    client.post(address("task_part", task.pk, "visit"), {"checkers": "别人", "seen": 1, "draft": 0})
    response = client.post(address("task_part", task.pk, "visit"), {"checkers": "韦大", "seen": 1, "draft": 0})
    page = text(response, 409)
    assert "刚刚被他人保存过" in page
    assert "韦大" in page
    assert finding_of(last_result(task)).checkers == "别人"


def test_reporting_too_early_names_each_field_as_a_link(client, cadre):
    task = due()
    page = text(client.post(address("task_report", task.pk), {"seen": 1, "draft": 0}))
    assert "有 10 处需要更正" in page
    assert f'{address("task_part", task.pk, "outcome")}?check=1#id_conclusion">请选择结论' in page
    assert not TaskStep.objects.exists()


def test_a_part_that_is_checked_says_at_its_fields_what_is_missing(client, cadre):
    task = due()
    client.post(address("task_part", task.pk, "visit"), {"checkers": "韦大", "seen": 1, "draft": 0})
    page = text(client.get(address("task_part", task.pk, "visit", query="?check=1")))
    assert "有 5 处需要更正" in page
    assert 'href="#id_checkers">核实人至少两名' in page
    assert last_result(task).version == 1


def test_a_photo_is_added_seen_in_reach_and_removed(client, cadre):
    task, seen = due(), {"seen": 1, "draft": 0, "step": "photo"}
    file = SimpleUploadedFile("a.jpg", a_picture().getvalue())
    client.post(address("task_part", task.pk, "living"), {**seen, "water": "yes", "photos": file})
    photo = Photo.objects.get()
    assert finding_of(last_result(task)).living == {"water": True}
    response = client.get(address("photo_detail", photo.pk))
    assert (response["Content-Type"], response["Cache-Control"]) == ("image/jpeg", "no-store")
    assert response.content[:2] == b"\xff\xd8"
    client.force_login(an_officer(Role.VILLAGE, VILLAGES[1]))
    assert client.get(address("photo_detail", photo.pk)).status_code == 404
    client.force_login(cadre)
    client.post(address("task_part", task.pk, "living"), {"seen": 1, "draft": 1, "remove": photo.pk})
    assert not Photo.objects.exists()


@pytest.mark.parametrize("key", ["zz", "00000000-0000-4000-8000-000000000000"])
def test_a_photo_that_is_not_of_the_task_is_not_there_to_remove(client, cadre, key):
    task = due()
    response = client.post(address("task_part", task.pk, "living"), {"seen": 1, "draft": 0, "remove": key})
    assert response.status_code == 404


def test_a_file_that_is_no_picture_is_refused_and_what_was_typed_is_kept(client, cadre):
    task, file = due(), SimpleUploadedFile("a.jpg", b"<svg/>")
    given = {"water": "yes", "photos": file, "seen": 1, "draft": 0}
    page = text(client.post(address("task_part", task.pk, "living"), given, follow=True))
    assert "读不出这张照片" in page
    assert finding_of(last_result(task)).living == {"water": True}
    assert not Photo.objects.exists()


def test_not_of_this_village_goes_to_the_county(client, cadre):
    task = due()
    client.post(address("task_dispute", task.pk), {"seen": 1, "reason": "已迁往外村"})
    task.refresh_from_db()
    assert (task.state, task.steps.get().note) == (TaskState.DISPUTED, "已迁往外村")


def test_many_are_closed_but_not_what_changed_since_the_question(client, county):
    fields = {"state": TaskState.CHECKED, "conclusion": Conclusion.UNFIT}
    first, second = (due(**fields) for _ in range(2))
    for task in (first, second):
        a_result(task)
    question = client.post(address("task_close_many"), {"pk": [first.pk, second.pk]})
    chosen = question.context["form"]["chosen"].value()
    assert "办结 2 件" in text(question)
    VerificationTask.objects.filter(pk=second.pk).update(version=2)
    page = text(client.post(address("task_close_many"), {"chosen": chosen, "note": "同意"}, follow=True))
    assert "已办结 1 件；1 件没有办结" in page
    states = dict(VerificationTask.objects.values_list("pk", "state"))
    assert states == {first.pk: TaskState.CLOSED, second.pk: TaskState.CHECKED}


@pytest.mark.parametrize(
    ("role", "state", "title"),
    [
        (Role.VILLAGE, TaskState.SENT, "核查任务待核实"),
        (Role.TOWNSHIP_LEADER, TaskState.REPORTED, "核实结果待乡镇审核"),
        (Role.COUNTY, TaskState.CHECKED, "核实结果待办结"),
        (Role.COUNTY, TaskState.DISPUTED, "核查任务待改派"),
    ],
)
def test_what_waits_for_whom_leads_to_exactly_that(client, role, state, title):
    task, user = due(1, state=state), an_officer(role)
    client.force_login(user)
    todo = next(one for one in todos_of(user) if one.title == title)
    assert todo.count == 1
    assert shown(client.get(todo.url)) == [task.pk]


def test_the_watch_list_has_the_columns_of_the_ledger(client, county):
    item = a_watch_item()
    response = client.get(address("watch_list", query="?export=xlsx"))
    rows = list(load_workbook(BytesIO(b"".join(response.streaming_content))).active.values)
    heads = next(row for row in rows if row[0] == "户主")
    asked = (
        "户主", "身份证号", "乡镇", "村", "首次疑似日期", "来源", "风险类型", "上次核实", "结论原因", "下次核查日期", "责任人",
        "累计核查次数", "状态",
    )  # fmt: skip
    assert [head for head in heads if head in asked] == list(asked)
    line = dict(zip(heads, rows[rows.index(heads) + 1], strict=True))
    assert (line["户主"], line["风险类型"], line["状态"]) == (item.household.head_name, "因病", "核查到期")


def test_who_left_the_watch_list_shows_only_when_asked_for(client, county):
    left = a_watch_item(left_on=timezone.localdate(), left_why="连续 2 次核查无风险")
    assert shown(client.get(address("watch_list", query="?status=left"))) == [left.pk]
    assert shown(client.get(address("watch_list", query="?status=active"))) == []


def test_the_households_page_tells_of_its_tasks(client, county):
    task = due(why="住院自付 38,620.50 元")
    page = text(client.get(address("household_part", task.household_id, "tasks")))
    assert "住院自付 38,620.50 元" in page
    assert address("task_detail", task.pk) in page


def test_the_list_of_tasks_costs_the_same_for_one_and_for_many(client, county, django_assert_max_num_queries):
    for _ in range(5):
        due()
    with django_assert_max_num_queries(14):
        client.get(address("task_list"))


@pytest.mark.parametrize("role", [Role.TOWNSHIP, Role.TOWNSHIP_LEADER, Role.COUNTY])
def test_a_draft_is_read_by_the_village_that_types_it_only(client, cadre, role):
    task = due()
    client.post(address("task_part", task.pk, "visit"), {"checkers": "韦大、覃二", "seen": 1, "draft": 0})
    assert "韦大、覃二" in text(client.get(address("task_detail", task.pk)))
    client.force_login(an_officer(role))
    page = text(client.get(address("task_detail", task.pk)))
    assert "韦大、覃二" not in page
    assert "村里正在填写核实结果" in page
    VerificationResult.objects.update(is_draft=False, reported_at=timezone.now(), checked_on=task.sent_on,
                                      way="visit", truth="true", conclusion="unfit")  # fmt: skip
    assert "韦大、覃二" in text(client.get(address("task_detail", task.pk)))


def test_a_photo_of_a_draft_is_not_shown_above_the_village(client, cadre):
    photo = add_photo(due(), file=a_picture(), by=cadre)
    client.force_login(an_officer(Role.COUNTY))
    assert client.get(address("photo_detail", photo.pk)).status_code == 404
    VerificationResult.objects.update(is_draft=False, reported_at=timezone.now(), checked_on=timezone.localdate(),
                                      checkers="甲、乙", way="visit", truth="true", conclusion="unfit")  # fmt: skip
    assert client.get(address("photo_detail", photo.pk)).status_code == 200
