"""Matching an extract: what is stored, what stays, what stops it."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from fangpin.accounts.roles import Role
from fangpin.runs.lease import Lost, working
from fangpin.runs.models import Run, State
from fangpin.runs.queue import enqueue, sweep
from screening import month
from screening.choices import ExtractState, MatchState
from screening.extracts.storing import forget
from screening.matching.deciding import decide_match, undo_decision
from screening.matching.matching import match_extract, register_of
from screening.models import Extract, RowMatch
from tests.builders import COUNTY, VILLAGES, a_household, a_person, an_officer
from tests.screening.builders import an_extract, house, match_at

pytestmark = pytest.mark.django_db


def a_child(extract) -> Run:
    return enqueue(kind=month.EXTRACT, key=str(extract.pk), task="screening.month_extract")


def match(extract) -> bool | None:
    """Whether matches were stored; None when the file was held."""
    with working(a_child(extract).pk) as work:
        return match_extract(extract, register_of(COUNTY), work=work) is not None


def head(**fields):
    return a_household(people=1, **fields).members.get()


def test_number_and_name_of_one_person_are_certain():
    person = head()
    extract = an_extract("HOU-R", house(person))
    assert match(extract) is True
    found = match_at(extract)
    assert (found.state, found.method, found.person, found.household) == (
        MatchState.CERTAIN,
        "T1",
        person,
        person.household,
    )
    assert found.evidence == {"number": "相同", "name": "相同"}
    assert Extract.objects.get().matched_at


def test_every_row_has_one_match_the_refused_ones_too():
    extract = an_extract("HOU-1", house(head()), {"name": "查无此人", "grade": "D"}, {"name": "赵大", "grade": ""})
    assert extract.rows_refused == 1
    match(extract)
    states = RowMatch.objects.order_by("row").values_list("row", "state", "method")
    assert list(states) == [(2, "certain", "T1"), (3, "none", "unknown"), (4, "none", "refused")]


def test_a_list_of_schemes_is_matched_with_nobody():
    extract = an_extract(
        "WAT-1", {"scheme": "上坪水厂", "township": "青山镇", "village": "上坪村", "stopped_on": "2021-05-10"}
    )
    match(extract)
    assert (match_at(extract).state, match_at(extract).method) == (MatchState.NONE, "place")


def test_matching_again_replaces_what_the_machine_said():
    person = head()
    extract = an_extract("HOU-R", house(person))
    match(extract)
    person.household.village_id = VILLAGES[1]
    person.household.save()
    before = list(RowMatch.objects.values_list())
    match(extract)
    assert list(RowMatch.objects.values_list()) == before


def test_matching_again_with_the_same_outcome_writes_nothing():
    extract = an_extract("HOU-R", house(head()))
    match(extract)
    with connection.cursor() as cursor:
        cursor.execute("SELECT ctid, xmin FROM screening_rowmatch")
        written = cursor.fetchall()
        match(extract)
        cursor.execute("SELECT ctid, xmin FROM screening_rowmatch")
        assert cursor.fetchall() == written


def test_a_file_that_is_forgotten_is_written_again():
    extract = an_extract("HOU-R", house(head()))
    match(extract)
    forget(extract)
    assert (Extract.objects.get().matches_digest, RowMatch.objects.count()) == ("", 0)


def test_what_a_person_undid_is_written_again():
    first, _ = two_of_one_name()
    extract = an_extract("HOU-R", {"name": "韦大山", "grade": "D", "township": "青山镇", "village": "上坪村"})
    match(extract)
    assert Extract.objects.get().matches_digest
    office = an_officer(Role.COUNTY)
    decide_match(match_at(extract), person=first, by=office)
    undo_decision(match_at(extract), by=office)
    assert Extract.objects.get().matches_digest == ""
    RowMatch.objects.update(candidates=[])
    match(extract)
    assert len(match_at(extract).candidates) == 2


def test_no_row_of_a_match_is_checked_against_other_tables():
    with connection.cursor() as cursor:
        constraints = connection.introspection.get_constraints(cursor, "screening_rowmatch")
    assert [name for name, found in constraints.items() if found["foreign_key"]] == []
    indexed = {name for name, found in constraints.items() if found["index"] and not found["primary_key"]}
    assert indexed == {"match_person", "match_waiting", "match_identical"}


def two_of_one_name(village=VILLAGES[0]):
    return [a_person(a_household(village, people=0), name="韦大山", id_number="", is_head=True) for _ in range(2)]


def test_a_decision_of_a_person_stays_when_the_machine_runs_again():
    first, _ = two_of_one_name()
    extract = an_extract("HOU-R", {"name": "韦大山", "grade": "D", "township": "青山镇", "village": "上坪村"})
    match(extract)
    waiting = match_at(extract)
    assert (waiting.state, waiting.person, len(waiting.candidates)) == (MatchState.AMBIGUOUS, None, 2)
    office = an_officer(Role.COUNTY)
    decide_match(waiting, person=first, by=office)
    match(extract)
    decided = match_at(extract)
    assert (decided.state, decided.person, decided.decided_by) == (MatchState.CERTAIN, first, office)
    assert RowMatch.objects.count() == 1


@pytest.mark.parametrize("state", [ExtractState.WITHDRAWN, ExtractState.REPLACED])
def test_a_file_that_went_while_its_child_ran_is_not_matched(state):
    extract = an_extract("HOU-R", house(head()))
    Extract.objects.update(state=state)
    assert match(extract) is False
    assert not RowMatch.objects.exists()
    assert Extract.objects.get().matched_at is None


def test_a_shifted_number_column_holds_the_file_and_stores_nothing():
    people = [
        head(head_name=f"{family}{given}")
        for family in "赵钱孙李周吴郑王"
        for given in ("德海", "秀兰", "国强", "玉凤", "少华")
    ]
    rows = [
        house(person) | {"id_number": other.id_number}
        for person, other in zip(people, people[1:] + people[:1], strict=True)
    ]
    extract = an_extract("HOU-R", *rows)
    assert match(extract) is None
    assert not RowMatch.objects.exists()
    held = Run.objects.get()
    assert held.state == State.FAILED
    assert held.error.startswith("从“名单”第 2 行起姓名与证件号码两列对不上")


def test_a_worker_that_was_thought_dead_writes_nothing_and_the_second_one_finishes():
    extract = an_extract("HOU-R", house(head()))
    run = a_child(extract)
    with working(run.pk) as zombie:
        Run.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
        assert sweep() == 1
        with working(run.pk) as second:
            match_extract(extract, register_of(COUNTY), work=second)
        RowMatch.objects.update(note="by the second")
        with pytest.raises(Lost):
            match_extract(extract, register_of(COUNTY), work=zombie)
    assert match_at(extract).note == "by the second"
    assert Run.objects.get().state == State.DONE
