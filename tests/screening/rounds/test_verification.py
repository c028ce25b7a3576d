"""The village reports, the township checks or returns, the county closes; each refusal leaves everything as it was."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from fangpin.accounts.roles import Role
from fangpin.audit.models import Entry
from fangpin.transitions import NotAllowed, Stale
from households.models import Household
from screening.choices import CheckWay, Conclusion, Grade, Risk, TaskAct, TaskState, Truth
from screening.models import TaskStep, VerificationResult, WatchItem
from screening.rounds.findings import NEEDS, Finding
from screening.rounds.verification import (
    Lacking,
    Seen,
    check,
    close,
    close_many,
    dispute,
    finding_of,
    last_result,
    report,
    return_,
    save_draft,
)
from tests.builders import COUNTY, TOWNSHIPS, VILLAGES, a_standard, an_officer
from tests.screening.rounds.made import SENT, a_result, a_task

pytestmark = pytest.mark.django_db
DAY = date(2021, 5, 12)
FOUND = Finding(
    checked_on=DAY,
    checkers="韦大、覃二",
    way=CheckWay.VISIT,
    interviewee="户主",
    truth=Truth.TRUE,
    living=dict.fromkeys(NEEDS, True),
    spending=Decimal("38620.50"),
    conclusion=Conclusion.UNFIT,
    reason="报销以后负担不重",
)


@pytest.fixture
def village():
    return an_officer(Role.VILLAGE, VILLAGES[0])


@pytest.fixture
def township():
    return an_officer(Role.TOWNSHIP, TOWNSHIPS[0])


@pytest.fixture
def county():
    return an_officer(Role.COUNTY, COUNTY)


def reported(village, finding=FOUND, task=None):
    task = task or a_task()
    save_draft(task, finding=finding, by=village, seen=Seen(1), on=DAY)
    report(task, by=village, seen=Seen(1, 1), on=DAY)
    return task


def refused(task, finding, by, text):
    """Reporting says ``text`` and leaves the task with its village."""
    save_draft(task, finding=finding, by=by, seen=Seen(1), on=DAY)
    with pytest.raises(Lacking, match=text):
        report(task, by=by, seen=Seen(1, 1), on=DAY)
    task.refresh_from_db()
    assert (task.state, task.version, last_result(task).is_draft) == (TaskState.SENT, 1, True)


def test_a_draft_keeps_what_is_there_and_nothing_is_asked_yet(village):
    task = a_task()
    begun = Finding(checkers="韦大")
    save_draft(task, finding=begun, by=village, seen=Seen(1), on=DAY)
    assert finding_of(last_result(task)) == begun
    assert (task.state, last_result(task).version) == (TaskState.SENT, 1)


def test_what_is_typed_is_sealed(village):
    task = a_task()
    save_draft(task, finding=FOUND, by=village, seen=Seen(1), on=DAY)
    kept = last_result(task)
    assert "报销".encode() not in bytes(kept.told_sealed)
    assert finding_of(kept) == FOUND


def test_two_who_type_at_once_lose_nothing_silently(village):
    task = a_task()
    save_draft(task, finding=FOUND, by=village, seen=Seen(1), on=DAY)
    with pytest.raises(Stale, match="刚刚被他人保存过"):
        save_draft(task, finding=Finding(checkers="别人"), by=village, seen=Seen(1), on=DAY)
    assert finding_of(last_result(task)) == FOUND


def test_the_village_reports(village):
    task = reported(village)
    task.refresh_from_db()
    assert (task.state, task.version, task.reported_on, task.conclusion) == (TaskState.REPORTED, 2, DAY, "unfit")
    assert [(one.act, one.by) for one in task.steps.all()] == [(TaskAct.REPORTED, village)]
    assert Entry.objects.filter(action="task.reported", target_id=str(task.pk)).exists()


def test_reporting_an_empty_form_names_everything(village):
    task = a_task()
    with pytest.raises(Lacking) as refusal:
        report(task, by=village, seen=Seen(1), on=DAY)
    keys = [lack.key for lack in refusal.value.lacks]
    assert keys == [
        "checked_on", "checkers", "way", "interviewee", "truth", "education", "insurance", "housing", "water", "conclusion",
    ]  # fmt: skip
    assert not VerificationResult.objects.exists()


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"checkers": "韦大"}, "至少两名"),
        ({"checkers": "韦大、韦大"}, "至少两名"),
        ({"way": CheckWay.PHONE}, "只用于全家外出"),
        ({"reason": ""}, "请写明理由"),
        ({"conclusion": ""}, "请选择结论"),
        ({"conclusion": Conclusion.WATCH}, "下次核查日期"),
        ({"conclusion": Conclusion.INCLUDE, "truth": Truth.FALSE}, "不能拟纳入"),
        ({"living": {**FOUND.living, Risk.WATER: False}}, "“饮水安全”没有保障"),
    ],
)
def test_what_is_asked_before_reporting(village, change, text):
    refused(a_task(), replace(FOUND, **change), village, text)


@pytest.mark.parametrize(
    ("day", "text"), [(date(2021, 5, 13), "不能晚于今天"), (date(2021, 5, 7), "早于派发的 2021-05-08")]
)
def test_no_day_before_the_task_or_in_the_future_even_in_a_draft(village, day, text):
    task = a_task()
    with pytest.raises(Lacking, match=text):
        save_draft(task, finding=replace(FOUND, checked_on=day), by=village, seen=Seen(1), on=DAY)
    assert not VerificationResult.objects.exists()


def test_the_day_of_sending_counts(village):
    assert reported(village, replace(FOUND, checked_on=SENT)).state == TaskState.REPORTED


def test_a_family_away_may_be_asked_by_phone(village):
    assert reported(village, replace(FOUND, way=CheckWay.PHONE, absent="全家在东莞务工")).state == TaskState.REPORTED


def test_red_needs_a_visit(village):
    away = replace(FOUND, way=CheckWay.VIDEO, absent="全家在东莞务工")
    refused(a_task(grade=Grade.RED), away, village, "红色任务必须入户")


def test_a_household_that_moved_is_not_reported_by_the_old_village(village):
    task = a_task()
    save_draft(task, finding=FOUND, by=village, seen=Seen(1), on=DAY)
    Household.objects.filter(pk=task.household_id).update(village_id=VILLAGES[2])
    task = type(task).objects.get(pk=task.pk)
    with pytest.raises(NotAllowed, match="已迁到绿水乡河口村"):
        report(task, by=village, seen=Seen(1, 1), on=DAY)
    assert finding_of(last_result(task)) == FOUND
    dispute(task, reason="已迁到河口村", by=village, seen_version=1)
    assert task.state == TaskState.DISPUTED


def test_a_dispute_says_why(village):
    task = a_task()
    with pytest.raises(NotAllowed, match="请写明"):
        dispute(task, reason=" ", by=village, seen_version=1)
    task.refresh_from_db()
    assert (task.state, TaskStep.objects.count()) == (TaskState.SENT, 0)


def test_another_village_has_no_say():
    task, other = a_task(), an_officer(Role.VILLAGE, VILLAGES[1])
    for act in (
        lambda: save_draft(task, finding=FOUND, by=other, seen=Seen(1), on=DAY),
        lambda: dispute(task, reason="不是", by=other, seen_version=1),
    ):
        with pytest.raises(NotAllowed, match="没有填报本村"):
            act()
    assert not VerificationResult.objects.exists()


def test_the_township_checks_and_the_county_closes(village, township, county):
    task = reported(village)
    check(task, by=township, note="属实", seen_version=2)
    close(task, by=county, seen_version=3, on=date(2021, 5, 14))
    task.refresh_from_db()
    assert (task.state, task.closed_on) == (TaskState.CLOSED, date(2021, 5, 14))
    assert [one.act for one in task.steps.all()] == ["reported", "checked", "closed"]


def test_the_county_closes_only_what_the_township_checked(village, county):
    task = reported(village)
    with pytest.raises(NotAllowed, match="待乡镇审核"):
        close(task, by=county, seen_version=2, on=DAY)
    task.refresh_from_db()
    assert task.state == TaskState.REPORTED


def test_nothing_closes_without_an_outcome(county):
    task = a_task(state=TaskState.CHECKED)
    a_result(task)
    with pytest.raises(NotAllowed, match="没有核实结论"):
        close(task, by=county, seen_version=1, on=DAY)
    task.refresh_from_db()
    assert task.state == TaskState.CHECKED


def test_who_reported_does_not_check(township):
    task = reported(township)
    with pytest.raises(NotAllowed, match="是您报送的"):
        check(task, by=township, seen_version=2)
    task.refresh_from_db()
    assert task.state == TaskState.REPORTED


def test_a_returned_result_is_filled_in_again_and_the_first_stays(village, township):
    task = reported(village)
    return_(task, reason="请补充报销单", by=township, seen_version=2)
    assert (task.state, task.reported_on, task.conclusion) == (TaskState.SENT, None, "")
    first, second = task.results.all()
    assert (first.is_last, first.is_draft, second.is_last, second.is_draft) == (False, False, True, True)
    assert finding_of(second) == FOUND
    report(task, by=village, seen=Seen(3, 1), on=DAY)
    assert [one.act for one in task.steps.all()] == ["reported", "returned", "reported"]


def test_a_return_has_a_reason(village, township):
    task = reported(village)
    with pytest.raises(NotAllowed, match="退回的原因"):
        return_(task, reason="", by=township, seen_version=2)
    assert task.results.count() == 1


def test_the_county_returns_what_the_township_let_pass(village, township, county):
    task = reported(village)
    check(task, by=township, seen_version=2)
    return_(task, reason="结论与照片不符", by=county, seen_version=3)
    assert task.state == TaskState.SENT
    with pytest.raises(NotAllowed):
        return_(task, reason="再退一次", by=county, seen_version=4)


def test_a_stale_page_hears_what_happened(village, township):
    task = reported(village)
    check(task, by=township, seen_version=2)
    with pytest.raises(Stale, match=f"{township}在 .* 乡镇审核，任务现在是“待县办办结”"):
        return_(task, reason="重核", by=township, seen_version=2)
    assert task.results.count() == 1


def test_many_are_closed_at_once_and_the_rest_is_named(village, township, county):
    ready, early = reported(village), reported(village)
    check(ready, by=township, seen_version=2)
    done = close_many([ready, early], by=county, on=DAY)
    assert [task.pk for task in done.tasks] == [ready.pk]
    assert [(task.pk, why) for task, why in done.skipped] == [(early.pk, "任务现在是“待乡镇审核”，不能办结")]
    early.refresh_from_db()
    assert early.state == TaskState.REPORTED


def test_watching_begins_when_the_county_closes(village, township, county):
    a_standard()
    finding = replace(FOUND, conclusion=Conclusion.WATCH, next_check_on=date(2021, 9, 30))
    task = reported(village, finding, a_task(grade=Grade.RED))
    check(task, by=township, seen_version=2)
    assert not WatchItem.objects.exists()
    close(task, by=county, seen_version=3, on=DAY)
    item = WatchItem.objects.get()
    assert (item.household_id, item.risk, item.level) == (task.household_id, "illness", "key")
    assert (item.since, item.next_check_on) == (SENT, date(2021, 6, 12))  # a month, not when the village would like
