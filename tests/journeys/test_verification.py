"""A task through the pages: the village fills in and reports, the township returns, the village reports again, the county closes."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from fangpin.accounts.roles import Role
from screening.choices import TaskAct, TaskState
from screening.models import VerificationTask, WatchItem
from screening.rounds.findings import NEEDS, Part
from screening.rounds.verification import last_result
from tests.builders import TOWNSHIPS, a_standard, an_officer
from tests.screening.rounds.made import a_task

pytestmark = pytest.mark.django_db


@pytest.fixture
def task():
    a_standard()
    today = timezone.localdate()
    return a_task(sent_on=today, due_on=today, why="住院自付 38,620.50 元")


def fill_in(client, task, reason):
    today = timezone.localdate()
    typed = {
        Part.VISIT: {"checked_on": today, "checkers": "韦大、覃二", "way": "visit", "interviewee": "户主", "truth": "true"},
        Part.LIVING: dict.fromkeys(NEEDS, "yes"),
        Part.MONEY: {"income": "42000", "spending": "38620.50"},
        Part.OUTCOME: {"conclusion": "watch", "reason": reason, "next_check_on": today + timedelta(days=30)},
    }  # fmt: skip
    for part, answers in typed.items():
        client.post(reverse("task_part", args=[task.pk, part]), {**answers, **versions(task)})


def versions(task):
    task.refresh_from_db()
    draft = last_result(task)
    return {"seen": task.version, "draft": draft.version if draft else 0}


def act(client, name, task, **given):
    return client.post(reverse(name, args=[task.pk]), {**versions(task), **given})


def test_a_result_goes_up_comes_back_and_is_closed(client, task):
    client.force_login(an_officer(Role.VILLAGE))
    fill_in(client, task, "报销以后还有负担")
    act(client, "task_report", task)
    client.force_login(an_officer(Role.TOWNSHIP_LEADER, TOWNSHIPS[0]))
    act(client, "task_return", task, reason="没有写自付的金额")

    client.force_login(an_officer(Role.VILLAGE))
    page = client.get(reverse("task_detail", args=[task.pk])).content.decode()
    assert "没有写自付的金额" in page
    assert "报销以后还有负担" in page  # what was filled in is still there
    fill_in(client, task, "自付 38,620.50 元，收入稳定")
    act(client, "task_report", task)
    client.force_login(an_officer(Role.TOWNSHIP_LEADER, TOWNSHIPS[0]))
    act(client, "task_check", task)
    client.force_login(an_officer(Role.COUNTY))
    act(client, "task_close", task, note="同意")

    task.refresh_from_db()
    assert (task.state, task.conclusion) == (TaskState.CLOSED, "watch")
    assert [step.act for step in task.steps.all()] == [
        TaskAct.REPORTED, TaskAct.RETURNED, TaskAct.REPORTED, TaskAct.CHECKED, TaskAct.CLOSED,
    ]  # fmt: skip
    assert WatchItem.objects.get().last_check == last_result(task)
    listed = client.get(reverse("watch_list")).content.decode()
    assert "自付 38,620.50 元，收入稳定" in listed


def test_who_closes_what_somebody_closed_before_is_told_what_happened(client):
    today = timezone.localdate()
    task = a_task(state=TaskState.CLOSED, version=3, sent_on=today, due_on=today, closed_on=today)
    client.force_login(an_officer(Role.COUNTY))
    response = client.post(reverse("task_close", args=[task.pk]), {"seen": 2})
    assert response.status_code == 409
    assert "现在是“已办结”" in response.content.decode()
    assert VerificationTask.objects.get().version == 3
