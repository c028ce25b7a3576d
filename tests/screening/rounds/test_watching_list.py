"""The watch list: who is put on it, how checks change it, what the months say, and what falls due."""

from datetime import date

import pytest

from screening.choices import Conclusion, Grade, Risk, TaskAct, TaskOrigin, TaskState, WatchLevel
from screening.models import VerificationTask, WatchItem
from screening.rounds.refreshing import refresh
from screening.rounds.watching_list import send_due, take_in
from tests.builders import a_county, a_person, a_standard
from tests.screening.builders import JUNE, an_extract, house, run_the_month
from tests.screening.rounds.made import a_result, a_task, a_watch_item

pytestmark = pytest.mark.django_db
DAY = date(2021, 6, 14)


@pytest.fixture(autouse=True)
def standard():
    a_standard()


def a_check(item, conclusion, **fields):
    """A result of the task that the item's next check became."""
    task = a_task(
        item.household,
        origin=TaskOrigin.WATCH,
        state=TaskState.CLOSED,
        sent_on=date(2021, 6, 12),
        due_on=date(2021, 6, 19),
    )
    return a_result(task, checked_on=date(2021, 6, 13), conclusion=conclusion, **fields)


def a_watched(**fields) -> WatchItem:
    """An item whose own task is closed."""
    task = a_task(state=TaskState.CLOSED)
    first = a_result(task, conclusion=Conclusion.WATCH, next_check_on=date(2021, 6, 12))
    return a_watch_item(first, **fields)


def test_every_risk_of_the_task_is_watched():
    task = a_task(state=TaskState.CLOSED, grade=Grade.ORANGE, risks=[Risk.ILLNESS, Risk.WATER])
    take_in(a_result(task, conclusion=Conclusion.WATCH, next_check_on=date(2021, 9, 30)), day=DAY)
    items = WatchItem.objects.order_by("risk")
    assert [(one.risk, one.level, one.checks) for one in items] == [("illness", "general", 1), ("water", "general", 1)]
    assert items[0].next_check_on == date(2021, 8, 12)


@pytest.mark.parametrize("conclusion", [Conclusion.UNFIT, Conclusion.RESOLVED])
def test_a_clean_check_lowers_the_level(conclusion):
    item = a_watched()
    take_in(a_check(item, conclusion), day=DAY)
    item.refresh_from_db()
    assert (item.level, item.clean_checks, item.checks, item.left_on) == (WatchLevel.LONG, 1, 2, None)
    assert item.next_check_on == date(2021, 12, 13)


def test_the_second_clean_check_ends_it():
    item = a_watched(clean_checks=1)
    take_in(a_check(item, Conclusion.UNFIT), day=DAY)
    item.refresh_from_db()
    assert (item.left_on, item.left_why) == (DAY, "连续 2 次核查无风险")


def test_one_that_is_still_doubtful_is_watched_more_closely():
    item = a_watched(clean_checks=1)
    take_in(a_check(item, Conclusion.WATCH, next_check_on=date(2021, 12, 1)), day=DAY)
    item.refresh_from_db()
    assert (item.level, item.clean_checks, item.next_check_on) == (WatchLevel.KEY, 0, date(2021, 7, 13))


@pytest.mark.parametrize("conclusion", [Conclusion.INCLUDE, Conclusion.GONE])
def test_inclusion_or_departure_ends_it(conclusion):
    item = a_watched()
    take_in(a_check(item, conclusion), day=DAY)
    item.refresh_from_db()
    assert (item.left_on, item.left_why) == (DAY, f"核实结论：{conclusion.label}")


def test_a_check_of_another_risk_changes_nothing():
    item = a_watched(risk=Risk.WATER)
    take_in(a_check(item, Conclusion.UNFIT), day=DAY)
    item.refresh_from_db()
    assert (item.level, item.checks) == (WatchLevel.GENERAL, 1)


def test_the_months_run_says_what_it_found():
    person = a_person()
    a_watch_item(a_result(a_task(person.household), conclusion=Conclusion.WATCH, next_check_on=DAY), risk=Risk.HOUSING)
    an_extract("HOU-1", house(person))
    run_the_month()
    item = WatchItem.objects.get()
    assert item.refreshed_for == date(2021, 5, 1)
    assert item.refreshed_note == "2021年5月有 1 条线索，最高红色"
    an_extract("HOU-1", house(person), period=JUNE)
    run_the_month(JUNE)
    item.refresh_from_db()
    assert item.refreshed_note == "2021年6月有 1 条线索，最高红色"


def test_a_month_without_clues_says_so():
    item = a_watched()
    assert refresh(county=a_county(), period=date(2021, 6, 1)) == 0
    item.refresh_from_db()
    assert item.refreshed_note == "2021年6月没有这类线索"


def test_what_is_due_becomes_one_task_a_household():
    item = a_watched(level=WatchLevel.KEY)
    a_watch_item(item.source, risk=Risk.WATER)
    (task,) = send_due(day=date(2021, 6, 15))  # the 14th was a holiday
    assert (task.origin, task.state, task.grade, task.due_on) == ("watch", "sent", Grade.ORANGE, date(2021, 6, 18))
    assert task.risks == ["illness", "water"]
    assert task.why == "观察到期：因病、饮水安全，2021-05-12 核实后转观察，请再次核实"
    assert [(step.act, step.by) for step in task.steps.all()] == [(TaskAct.SENT, None)]
    assert send_due(day=date(2021, 6, 15)) == []


@pytest.mark.parametrize("fields", [{"next_check_on": date(2021, 6, 16)}, {"left_on": DAY, "left_why": "已纳入"}])
def test_what_is_not_due_or_has_left_stays(fields):
    a_watched(**fields)
    assert send_due(day=date(2021, 6, 15)) == []


def test_a_household_with_a_task_under_way_gets_no_other():
    a_task(a_watched().household)
    assert send_due(day=date(2021, 6, 15)) == []
    assert VerificationTask.objects.filter(origin=TaskOrigin.WATCH).count() == 0
