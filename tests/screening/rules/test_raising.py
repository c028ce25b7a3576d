"""Publishing the clues of a month: one per fact, whoever reports it; withdrawn when nobody does; graded together."""

from datetime import date

import pytest
from django.db.models import F

from fangpin.policy.keys import Key
from fangpin.runs.models import Run, State
from fangpin.runs.queue import drain
from households.choices import HouseholdKind
from screening import month
from screening.choices import ClueState, ExtractState, Grade
from screening.models import Clue, Extract, RepeatedReport
from screening.rules.raising import withdraw_clues_of
from screening.tasks import month_run
from tests.builders import VILLAGES, a_household, a_standard
from tests.screening.builders import JUNE, MAY, an_extract, everything_found, house, match_at, run_the_month

pytestmark = pytest.mark.django_db


def head(**fields):
    return a_household(people=1, **fields).members.get()


def replace(extract, list_code, *rows):
    """The file gives way to another one of the same list and month."""
    Extract.objects.filter(pk=extract.pk).update(state=ExtractState.REPLACED)
    return an_extract(list_code, *rows)


def test_a_clue_says_rule_value_standard_and_row():
    standard, person = a_standard(), head(village=VILLAGES[1])
    extract = an_extract("HOU-R", house(head(), "A"), house(person, "D", structure="泥砖"))
    run_the_month()
    clue = Clue.objects.get()
    assert (clue.rule, clue.rule_version, clue.standard, clue.risk) == ("housing.dangerous", 1, standard, "housing")
    assert (clue.household, clue.village_id, clue.period) == (person.household, VILLAGES[1], MAY)
    assert (clue.extract, clue.sheet_no, clue.row) == (extract, 0, 3)
    assert clue.sentence == "住房2021年5月8日鉴定为 D 级危房（泥砖）"
    assert (clue.grade, clue.state) == (Grade.RED, ClueState.OPEN)
    assert clue.values["value"] == "D"
    assert len(clue.fingerprint) == 64


def test_running_twice_changes_nothing():
    an_extract("HOU-R", house(head(), "D"), house(head(), "C"))
    run_the_month()
    before = everything_found()
    run_the_month()
    assert everything_found() == before
    assert Clue.objects.count() == 2


def test_two_lists_that_know_one_fact_make_one_clue_of_the_first_list():
    person = head()
    roster, first = an_extract("HOU-R", house(person)), an_extract("HOU-1", house(person))
    run_the_month()
    assert Clue.objects.get().extract == first
    Extract.objects.filter(pk=first.pk).update(state=ExtractState.WITHDRAWN)
    withdraw_clues_of(first)
    assert Clue.objects.get().state == ClueState.WITHDRAWN
    run_the_month()
    assert (Clue.objects.get().extract, Clue.objects.get().state) == (roster, ClueState.OPEN)


def test_a_clue_keeps_its_source_while_that_says_so():
    person = head()
    roster = an_extract("HOU-R", house(person))
    run_the_month()
    an_extract("HOU-1", house(person))
    run_the_month()
    assert Clue.objects.get().extract == roster


def test_what_a_corrected_file_no_longer_says_is_withdrawn_and_reopens_when_it_does_again():
    person, other = head(), head()
    wrong = an_extract("HOU-R", house(person, "D"), house(other, "D"))
    run_the_month()
    corrected = replace(wrong, "HOU-R", house(other, "D"), house(person, "A"))
    run_the_month()
    assert list(Clue.objects.open().values_list("household", "extract", "row")) == [
        (other.household_id, corrected.pk, 2)
    ]
    clue = Clue.objects.get(household=person.household)
    assert clue.state == ClueState.WITHDRAWN
    last = replace(corrected, "HOU-R", house(person, "D"))
    run_the_month()
    clue.refresh_from_db()
    assert (clue.state, clue.extract, clue.row) == (ClueState.OPEN, last, 2)
    assert Clue.objects.count() == 2


def test_another_list_keeps_a_fact_alive_that_the_first_one_dropped():
    person = head()
    first = an_extract("HOU-1", house(person))
    roster = an_extract("HOU-R", house(person))
    run_the_month()
    replace(first, "HOU-1", house(head(), "D"))
    run_the_month()
    clue = Clue.objects.get(household=person.household)
    assert (clue.state, clue.extract) == (ClueState.OPEN, roster)


def test_a_fact_of_last_month_is_no_new_clue_but_a_repeated_report():
    person = head()
    an_extract("HOU-R", house(person, structure="泥砖"))
    run_the_month()
    june = an_extract("HOU-R", house(person, structure="土木"), period=JUNE)
    for _ in range(2):
        run_the_month(JUNE)
    clue, again = Clue.objects.get(), RepeatedReport.objects.get()
    assert (clue.period, clue.sentence) == (MAY, "住房2021年5月8日鉴定为 D 级危房（泥砖）")
    assert (again.clue, again.period, again.extract) == (clue, JUNE, june)
    assert (again.grade, again.sentence) == (Grade.RED, "住房2021年5月8日鉴定为 D 级危房（土木）")
    assert Clue.objects.with_again().get().again == {"period": "2021-06-01", "sentence": again.sentence}


def test_what_a_withdrawn_file_said_again_is_forgotten():
    person = head()
    an_extract("HOU-R", house(person))
    run_the_month()
    june = an_extract("HOU-R", house(person), period=JUNE)
    run_the_month(JUNE)
    withdraw_clues_of(june)
    assert (Clue.objects.open().count(), RepeatedReport.objects.count()) == (1, 0)


def test_a_fact_that_only_the_later_month_still_reports_becomes_its_clue():
    person = head()
    may = an_extract("HOU-R", house(person))
    run_the_month()
    an_extract("HOU-R", house(person), period=JUNE)
    run_the_month(JUNE)
    Extract.objects.filter(pk=may.pk).update(state=ExtractState.WITHDRAWN)
    withdraw_clues_of(may)
    run_the_month(JUNE)
    assert (Clue.objects.get().period, Clue.objects.get().state) == (JUNE, ClueState.OPEN)
    assert not RepeatedReport.objects.exists()


def test_several_kinds_of_risk_are_red_until_one_is_withdrawn():
    person = head()
    an_extract("HOU-R", house(person, "C"))
    ill = an_extract(
        "HLT-1", {"name": person.name, "id_number": person.id_number, "disease": "肺癌", "diagnosed_on": "2021-05-11"}
    )
    run_the_month()
    assert set(Clue.objects.values_list("risk", "grade")) == {("housing", "red"), ("illness", "red")}
    Extract.objects.filter(pk=ill.pk).update(state=ExtractState.WITHDRAWN)
    assert withdraw_clues_of(ill) == 1
    own = Clue.objects.open().get()
    assert (own.risk, own.grade, own.values["own_grade"]) == ("housing", own.values["own_grade"], own.grade)
    assert own.grade != Grade.RED


def test_a_priority_household_is_orange_and_an_ordinary_one_yellow():
    poor, ordinary = head(kind=HouseholdKind.LIFTED), head()
    bill = {"self_pay": "12500", "year": "2021"}
    an_extract("EDU-5", *({"name": one.name, "id_number": one.id_number, **bill} for one in (poor, ordinary)))
    run_the_month()
    grades = dict(Clue.objects.values_list("household", "grade"))
    assert grades == {poor.household_id: Grade.ORANGE, ordinary.household_id: Grade.YELLOW}


def test_the_standard_of_the_month_decides():
    a_standard(date(2021, 1, 1), {Key.TUITION_SELF_PAY: 10_000})
    later = a_standard(date(2021, 6, 1), {Key.TUITION_SELF_PAY: 5_000})
    person = head()
    line = {"name": person.name, "id_number": person.id_number, "self_pay": "8000", "year": "2021"}
    an_extract("EDU-5", line)
    run_the_month()
    assert not Clue.objects.exists()
    an_extract("EDU-5", line, period=JUNE)
    run_the_month(JUNE)
    clue = Clue.objects.get()
    assert (clue.standard, clue.values["limit"], clue.values["value"]) == (later, 5000, 8000)


def test_a_clue_follows_its_household_to_another_village():
    person = head()
    an_extract("HOU-R", house(person))
    run_the_month()
    person.household.village_id = VILLAGES[2]
    person.household.save()
    run_the_month()
    assert Clue.objects.get().village_id == VILLAGES[2]


def test_a_decided_row_raises_its_clue_and_keeps_it(django_user_model):
    office = django_user_model.objects.create(username="office", name="办")
    first, second = (head(head_name="韦大山") for _ in range(2))
    extract = an_extract("HOU-R", {"name": "韦大山", "grade": "D", "township": "青山镇", "village": "上坪村"})
    run_the_month()
    assert not Clue.objects.exists()
    waiting = match_at(extract)
    assert set(waiting.candidates) == {str(first.pk), str(second.pk)}
    type(waiting).objects.filter(extract=extract).update(
        state="certain", person=second, household=second.household, decided_by=office, decided_at=extract.confirmed_at
    )
    for _ in range(2):
        run_the_month()
        assert Clue.objects.get().household == second.household


def test_a_late_worker_publishes_nothing(monkeypatch):
    extract = an_extract("HOU-R", house(head()))
    run = month.run_month(county=extract.county, period=MAY, by=None)
    for child in run.children.all():
        drain(child)
    kept = month.kept

    def overtaken(*arguments):
        Run.objects.filter(pk=run.pk).update(token=F("token") + 1)
        return kept(*arguments)

    monkeypatch.setattr(month, "kept", overtaken)
    month_run(run.pk)
    assert not Clue.objects.exists()
    run.refresh_from_db()
    assert (run.state, run.counts) == (State.RUNNING, {})
