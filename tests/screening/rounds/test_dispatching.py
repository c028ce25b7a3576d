"""Sending items of a comparison to the villages: whom, by when, once; and overriding what an earlier check answers."""

from datetime import date

import pytest
from django.utils import timezone

from fangpin.accounts.roles import Role
from fangpin.audit.models import Entry
from fangpin.transitions import NotAllowed, Stale
from screening.choices import Grade, Risk, TaskState
from screening.models import ComparisonItem, TaskStep, VerificationTask
from screening.rounds.dispatching import override, send
from tests.builders import VILLAGES, an_officer
from tests.screening.rounds.frozen import compared, home, offline, online, the_county
from tests.screening.rounds.made import a_comparison, a_result, a_round, a_task, an_item

pytestmark = pytest.mark.django_db
SATURDAY = date(2021, 5, 8)  # a make-up working day


def sent(*items, by=None, on=SATURDAY, **fields):
    return send(items=items, by=by or the_county(), on=on, **fields)


def test_an_item_becomes_the_village_s_task_with_its_clues_and_first_step():
    household, round = home(VILLAGES[2]), a_round()
    clue = online(household)
    (item,) = compared(round)
    (task,) = sent(item, note="请入户核对自付费用").tasks
    assert (task.item, task.household, task.village_id, task.round) == (item, household, VILLAGES[2], round)
    assert (task.why, task.note, task.state) == (item.why, "请入户核对自付费用", "sent")
    assert (list(task.clues.all()), task.risks) == ([clue], ["illness"])
    assert list(task.steps.values_list("act", "note")) == [("sent", "请入户核对自付费用")]


@pytest.mark.parametrize(
    ("grade", "due"),
    [(Grade.RED, date(2021, 5, 11)), (Grade.ORANGE, date(2021, 5, 12)), (Grade.YELLOW, date(2021, 5, 14)),
     ("", date(2021, 5, 14))],
)  # fmt: skip
def test_the_grade_says_how_many_working_days_there_are(grade, due):
    (task,) = sent(an_item(grade=grade)).tasks
    assert (task.sent_on, task.due_on) == (SATURDAY, due)


@pytest.mark.parametrize("cls", ["C2", "C3", "C4", "C6", "C7", "C10"])
def test_classes_that_go_back_give_a_task(cls):
    assert len(sent(an_item(cls=cls)).tasks) == 1


@pytest.mark.parametrize(
    ("cls", "why"),
    [("C1", "“一致”不派发核查任务"), ("C5", "“已在监测，风险相同”不派发核查任务"), ("C9", "“身份存疑”不派发核查任务"),
     ("C8", "近期已核实，须先写明原因改为派发")],
)  # fmt: skip
def test_the_others_are_named_and_left(cls, why):
    item = an_item(cls=cls)
    found = sent(item)
    assert (found.tasks, found.skipped) == ([], [(item, why)])
    assert not VerificationTask.objects.exists()


def test_several_clues_of_a_household_are_one_task():
    household = home()
    for risk in (Risk.ILLNESS, Risk.HOUSING, Risk.WATER):
        online(household, risk=risk)
    (item,) = compared(a_round())
    (task,) = sent(item).tasks
    assert (item.cls, task.clues.count(), task.risks) == ("C10", 3, ["illness", "housing", "water"])


def test_sending_again_sends_nothing():
    item = an_item()
    sent(item)
    again = sent(item)
    assert (again.tasks, again.joined, again.skipped) == ([], [], [(item, "已经派发，正在核实")])
    assert VerificationTask.objects.count() == TaskStep.objects.count() == 1


def test_a_later_clue_joins_the_open_task():
    round, household = a_round(), home()
    online(household)
    (task,) = sent(*compared(round)).tasks
    later = online(household, risk=Risk.HOUSING, grade=Grade.RED)
    found = sent(*compared(round))
    task.refresh_from_db()
    assert (found.tasks, found.joined, task.clues.count()) == ([], [task], 2)
    assert (task.risks, task.grade, task.due_on, task.version) == (
        ["illness", "housing"], "red", date(2021, 5, 14), 2,
    )  # fmt: skip
    assert later in task.clues.all()
    assert list(task.steps.values_list("act", "note")) == [("sent", ""), ("joined", "并入线索 1 条")]


def test_nothing_joins_a_task_whose_result_is_in():
    household = home()
    task = a_task(household, state=TaskState.REPORTED)
    online(household)
    (item,) = compared(a_round())
    assert sent(item).skipped == [(item, "村里已报送结果，办结后再派发")]
    assert not task.clues.exists()


def test_a_household_closed_in_this_round_is_not_sent_again():
    household, round = home(), a_round()
    online(household)
    (task,) = sent(*compared(round)).tasks
    VerificationTask.objects.filter(pk=task.pk).update(state="closed", closed_on=SATURDAY, conclusion="unfit")
    offline(round, household)
    (item,) = compared(round)
    ComparisonItem.objects.filter(pk=item.pk).update(cls="C4")
    assert sent(item).skipped == [(item, "本轮已经核实办结")]


def test_what_was_recalled_may_be_sent_again():
    item = an_item()
    (task,) = sent(item).tasks
    VerificationTask.objects.filter(pk=task.pk).update(state=TaskState.RECALLED)
    assert len(sent(item).tasks) == 1


def test_the_task_is_the_village_s_where_the_household_lives_now():
    item = an_item(household=(household := home()))
    household.village_id = VILLAGES[1]
    household.save()
    (task,) = sent(item).tasks
    assert task.village_id == VILLAGES[1]


def test_two_problems_of_a_village_are_two_tasks_and_never_its_households():
    round = a_round()
    home(), home()
    online(village=VILLAGES[0], risk=Risk.WATER, rule="water.scheme_stopped", sentence="水厂停水")
    (item,) = compared(round)
    (task,) = sent(item).tasks
    assert (task.household, task.village_id, task.clues.count()) == (None, VILLAGES[0], 1)
    online(village=VILLAGES[0], risk=Risk.WATER, rule="water.quality", sentence="水质不达标")
    found = sent(*compared(round))
    assert (len(found.tasks), len(found.skipped)) == (1, 1)


def test_a_newer_comparison_makes_the_old_one_stale():
    item = an_item(a_comparison(round := a_round()))
    a_comparison(round, number=2)
    with pytest.raises(Stale, match="已有新的比对结果"):
        sent(item)
    assert not VerificationTask.objects.exists()


@pytest.mark.parametrize("role", [Role.TOWNSHIP_LEADER, Role.TOWNSHIP, Role.VILLAGE, Role.COUNTY_HEAD])
def test_only_the_county_office_sends(role):
    with pytest.raises(NotAllowed, match="只有县办可以派发核查任务"):
        sent(an_item(), by=an_officer(role))
    assert not VerificationTask.objects.exists()


def test_a_closed_round_sends_nothing():
    officer = the_county()
    item = an_item(a_comparison(a_round(closed_at=timezone.now(), closed_by=officer)))
    with pytest.raises(NotAllowed, match="已经结束"):
        sent(item, by=officer)
    assert not VerificationTask.objects.exists()


def test_nothing_chosen_is_said():
    with pytest.raises(NotAllowed, match="请先选择要派发的户"):
        sent()


def test_the_trail_keeps_what_was_chosen():
    sent(an_item(), scope="乡镇：青山镇；共 1 户")
    (entry,) = Entry.objects.filter(action="tasks.sent")
    assert entry.detail == {"count": 1, "joined": 0, "skipped": 0, "scope": "乡镇：青山镇；共 1 户"}


# -- override ------------------------------------------------------------------------------------------------------------
def covered():
    return an_item(cls="C8", suppressed_by=a_result())


def test_an_override_with_its_reason_lets_the_item_be_sent():
    item, officer = covered(), the_county()
    VerificationTask.objects.update(state="closed", closed_on=SATURDAY, conclusion="unfit")
    override(item, reason="群众来访反映", by=officer)
    item.refresh_from_db()
    assert (item.overridden_by, item.override_reason) == (officer, "群众来访反映")
    assert len(sent(item).tasks) == 1


@pytest.mark.parametrize(
    ("cls", "reason", "why"), [("C8", " ", "请写明改为派发的原因"), ("C2", "来访", "只有“近期已核实未纳入”的户")]
)
def test_an_override_needs_a_reason_and_a_check(cls, reason, why):
    item = an_item(cls=cls)
    with pytest.raises(NotAllowed, match=why):
        override(item, reason=reason, by=the_county())
    item.refresh_from_db()
    assert item.overridden_at is None


def test_the_second_override_is_stale():
    item = covered()
    override(item, reason="群众来访反映", by=the_county())
    with pytest.raises(Stale, match="刚刚由他人改为派发"):
        override(item, reason="领导交办", by=the_county())
    assert ComparisonItem.objects.get().override_reason == "群众来访反映"


def test_only_the_county_office_overrides():
    with pytest.raises(NotAllowed, match="只有县办可以改为派发"):
        override(covered(), reason="来访", by=an_officer(Role.TOWNSHIP))
    assert ComparisonItem.objects.get().overridden_at is None
