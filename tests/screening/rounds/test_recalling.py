"""Taking a task back, giving it to another village."""

from datetime import date

import pytest

from fangpin.accounts.roles import Role
from fangpin.divisions.models import Division
from fangpin.transitions import NotAllowed, Stale
from screening.choices import TaskState
from screening.models import Photo, TaskStep, VerificationTask
from screening.rounds.recalling import reassign, recall
from tests.builders import COUNTY, VILLAGES, an_officer
from tests.screening.rounds.frozen import the_county
from tests.screening.rounds.made import a_result, a_task

pytestmark = pytest.mark.django_db


def village(code=VILLAGES[2]):
    return Division.objects.get(pk=code)


def unchanged(task) -> bool:
    now = VerificationTask.objects.get(pk=task.pk)
    return (now.state, now.version, now.village_id) == (task.state, 1, VILLAGES[0]) and not TaskStep.objects.exists()


@pytest.mark.parametrize("state", [TaskState.SENT, TaskState.DISPUTED])
def test_an_unanswered_task_is_recalled_with_its_reason(state):
    task = a_task(state=state)
    recall(task, reason="派错了户", by=(officer := the_county()))
    assert (task.state, task.version) == ("recalled", 2)
    assert list(task.steps.values_list("act", "note", "by")) == [("recalled", "派错了户", officer.pk)]


def test_a_recalled_household_is_free_for_another_task():
    task = a_task()
    recall(task, reason="派错了户", by=the_county())
    assert a_task(task.household).is_open


def test_photos_of_the_draft_go_to_the_new_village():
    task = a_task()
    draft = a_result(task, is_draft=True)
    Photo.objects.create(village=task.village, result=draft, digest="0" * 64, size=1, width=1, height=1)
    reassign(task, village=village(), reason="已搬走", by=the_county())
    assert Photo.objects.get().village_id == VILLAGES[2]


@pytest.mark.parametrize("state", [TaskState.REPORTED, TaskState.CHECKED, TaskState.CLOSED, TaskState.RECALLED])
def test_an_answer_is_never_thrown_away(state):
    task = a_task(state=state)
    for act in (recall, lambda task, **given: reassign(task, village=village(), **given)):
        with pytest.raises(NotAllowed, match=r"不能(撤回|改派)"):
            act(task, reason="派错了", by=the_county())
    assert unchanged(task)


def test_a_disputed_task_goes_to_the_right_village_with_a_term_of_its_own():
    task = a_task(state=TaskState.DISPUTED)
    reassign(task, village=village(), reason="户籍已迁", by=the_county(), on=date(2021, 5, 17))
    assert (task.state, task.village_id, task.sent_on, task.due_on) == (
        "sent", VILLAGES[2], date(2021, 5, 17), date(2021, 5, 24),
    )  # fmt: skip
    assert task.steps.get().note == "改派到绿水乡河口村：户籍已迁"


@pytest.mark.parametrize(
    ("code", "reason", "why"),
    [
        (VILLAGES[0], "迁", "任务已经在上坪村"),
        (COUNTY, "迁", "只能改派给本县的村"),
        (VILLAGES[2], " ", "请写明改派原因"),
    ],
)
def test_a_reassignment_is_refused(code, reason, why):
    task = a_task()
    with pytest.raises(NotAllowed, match=why):
        reassign(task, village=village(code), reason=reason, by=the_county())
    assert unchanged(task)


def test_a_village_of_another_county_is_refused():
    task = a_task()
    far = Division.objects.create(code="450398", name="邻县", level="county")
    town = Division.objects.create(code="450398101", name="邻镇", level="township", parent=far)
    other = Division.objects.create(code="450398101201", name="邻村", level="village", parent=town)
    with pytest.raises(NotAllowed, match="只能改派给本县的村"):
        reassign(task, village=other, reason="迁", by=the_county())
    assert unchanged(task)


def test_a_page_that_is_out_of_date_changes_nothing():
    task = a_task()
    with pytest.raises(Stale, match="刚刚有了变化"):
        recall(task, reason="派错了户", by=the_county(), version=7)
    assert unchanged(task)


def test_a_recall_needs_a_reason():
    task = a_task()
    with pytest.raises(NotAllowed, match="请写明撤回原因"):
        recall(task, reason="", by=the_county())
    assert unchanged(task)


@pytest.mark.parametrize("role", [Role.TOWNSHIP_LEADER, Role.VILLAGE, Role.COUNTY_HEAD])
def test_only_the_county_office_recalls_and_reassigns(role):
    task, officer = a_task(), an_officer(role)
    with pytest.raises(NotAllowed, match="只有县办可以撤回"):
        recall(task, reason="派错了户", by=officer)
    with pytest.raises(NotAllowed, match="只有县办可以改派"):
        reassign(task, village=village(), reason="迁", by=officer)
    assert unchanged(task)
