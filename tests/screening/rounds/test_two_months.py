"""May is compared, sent and reported; June's comparison visits nobody twice for the same fact, and goes where the cost grew."""

from datetime import date

import pytest

from screening.choices import Conclusion, Grade
from screening.models import Clue, ComparisonItem, VerificationTask
from screening.rounds.dispatching import send
from screening.rounds.facts import facts_of
from screening.rounds.looking import with_sides
from tests.screening.rounds.frozen import a_file, compared, home, online, the_county, told_again
from tests.screening.rounds.made import a_result, a_round

pytestmark = pytest.mark.django_db
JUNE, DISPATCHED, VISITED, NEXT = date(2021, 6, 1), date(2021, 5, 8), date(2021, 5, 12), date(2021, 6, 7)


def visited(task, conclusion=Conclusion.UNFIT):
    """The village reports, the county closes."""
    clue = task.clues.get()
    fact = {"risk": clue.risk, "fingerprint": clue.fingerprint, "value": clue.values["value"], "grade": clue.grade}
    person = {"person": str(clue.person_id), "event_on": None}
    a_result(task, facts=[fact | person], checked_on=VISITED, conclusion=conclusion)
    VerificationTask.objects.filter(pk=task.pk).update(state="closed", closed_on=VISITED, conclusion=conclusion)


def june(*values: int) -> list:
    """Households that cost 23,180 in May, were visited, and of whom June says ``values``; the items of June."""
    homes, officer = [home() for _ in values], the_county()
    for household in homes:
        online(household, value=23180)
    for task in send(items=compared(a_round()), by=officer, on=DISPATCHED).tasks:
        visited(task)
    for household, value in zip(homes, values, strict=True):
        told_again(Clue.objects.get(household=household), value=value)
    items = {item.household_id: item for item in compared(a_round(JUNE), on=NEXT)}
    return [items[household.pk] for household in homes]


def test_june_raises_no_task_for_what_may_has_checked_and_counts_the_visits_saved():
    items = june(23180, 24380)
    assert [item.cls for item in items] == ["C8", "C8"]
    assert items[0].comparison.counts["classes"]["C8"] == 2
    sent = send(items=items, by=the_county(), on=NEXT)
    assert (sent.tasks, len(sent.skipped), VerificationTask.objects.count()) == ([], 2, 2)


def test_june_goes_where_the_cost_grew_by_the_material_amount():
    same, grown = june(24380, 30134)
    assert (same.cls, grown.cls) == ("C8", "C2")
    assert grown.why == "线上发现：因病，线下没有排查到；此前核实过，数额由 23,180 增至 30,134"
    (task,) = send(items=[same, grown], by=the_county(), on=NEXT).tasks
    assert (task.household_id, task.due_on) == (grown.household_id, date(2021, 6, 15))


def test_a_worse_grade_is_gone_after():
    household = home()
    online(household)
    (task,) = send(items=compared(a_round()), by=the_county(), on=DISPATCHED).tasks
    visited(task, Conclusion.RESOLVED)
    told_again(Clue.objects.get(), grade=Grade.RED)
    (item,) = compared(a_round(JUNE), on=NEXT)
    assert (item.cls, item.why[-7:]) == ("C2", "级别由黄升为红")


def test_what_june_said_is_what_its_visit_has_looked_at():
    (grown,) = june(30134)
    (task,) = send(items=[grown], by=the_county(), on=NEXT).tasks
    assert [(fact["value"], fact["fingerprint"]) for fact in facts_of(task)] == [(30134, task.clues.get().fingerprint)]


def test_the_list_of_june_shows_the_amount_of_june():
    (grown,) = june(30134)
    (shown,) = with_sides(ComparisonItem.objects.filter(pk=grown.pk))
    assert shown.told == [{"sentence": "住院自付累计 30,134 元", "department": a_file().department.name}]
