"""What a reported result keeps of the facts it looked at, as the comparison reads it back."""

from datetime import date

import pytest

from households.models import Person
from screening.choices import Conclusion, Risk, TaskState
from screening.models import Clue
from screening.rounds.facts import facts_of
from screening.rounds.gathering import history_of
from tests.builders import a_person, a_standard
from tests.screening.builders import an_extract, house, run_the_month
from tests.screening.rounds.made import a_comparison, a_result, a_task, an_entry, an_item

pytestmark = pytest.mark.django_db


def test_every_clue_of_the_task_is_a_fact():
    a_standard()
    person = a_person()
    an_extract("HOU-1", house(person))
    run_the_month()
    clue = Clue.objects.get()
    task = a_task(person.household, risks=[Risk.HOUSING])
    task.clues.add(clue)
    (fact,) = facts_of(task)
    assert (fact["risk"], fact["fingerprint"], fact["grade"]) == ("housing", clue.fingerprint, "red")
    assert (fact["value"], fact["event_on"]) == (clue.values["value"], "2021-05-08")


def test_a_risk_that_only_the_village_named_is_a_fact_of_its_members():
    entry = an_entry()
    member = Person.objects.filter(household=entry.household).first()
    entry.members.add(member)
    item = an_item(a_comparison(entry.offline_list.round), entry.household, offline=entry)
    (fact,) = facts_of(a_task(entry.household, item=item))
    assert (fact["risk"], fact["fingerprint"], fact["person"]) == ("illness", "", str(member.pk))


def test_a_task_without_clue_or_entry_keeps_its_risks():
    (fact,) = facts_of(a_task())
    assert (fact["risk"], fact["person"]) == ("illness", None)


def test_the_comparison_reads_them_back():
    task = a_task(state=TaskState.REPORTED)
    a_result(task, facts=facts_of(task))
    (check,) = history_of([task.household_id])
    assert (check.risk, check.checked_on, check.conclusion) == (Risk.ILLNESS, date(2021, 5, 12), Conclusion.UNFIT)
