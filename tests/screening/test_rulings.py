"""Decisions are kept: the same entry is decided by itself next month, until somebody takes the decision back."""

import threading

import pytest
from django.db import connection
from django.urls import reverse

from fangpin.accounts.roles import Role
from fangpin.audit.models import Entry
from fangpin.transitions import NotAllowed, Stale
from households.choices import Leave
from screening.choices import MatchState
from screening.matching.correcting import correct_match
from screening.matching.deciding import decide_match, strike_candidate, undo_decision
from screening.matching.looking import told_by
from screening.matching.rulings import take_back
from screening.models import ClosedMonth, Clue, Extract, Ruling
from tests.builders import a_household, an_officer
from tests.screening.builders import JUNE, MAY, an_extract, house, match_at, run_the_month
from tests.screening.doubts import DOUBTFUL, outcome, twins, waiting_file

pytestmark = pytest.mark.django_db
R68 = (MatchState.AMBIGUOUS, "R68", None)


@pytest.fixture
def office():
    return an_officer(Role.COUNTY)


def test_a_decision_changes_next_months_matching_and_taking_it_back_changes_it_again(office):
    _, second = twins()
    decide_match(match_at(waiting_file()), person=second, by=office)
    june = waiting_file(period=JUNE)
    assert outcome(june) == (MatchState.CERTAIN, "decided", second)
    assert Clue.objects.get().household == second.household
    take_back(Ruling.objects.get(), by=office)
    run_the_month(JUNE)
    assert outcome(june) == R68
    assert Entry.objects.filter(action="ruling.taken_back").count() == 1


def test_nobody_of_those_shown_is_kept_too(office):
    first, second = twins()
    decide_match(match_at(waiting_file()), person=None, by=office)
    assert set(Ruling.objects.values_list("person", "same")) == {(first.pk, False), (second.pk, False)}
    june = waiting_file(period=JUNE)
    assert outcome(june) == (MatchState.NONE, "unknown", None)


def test_one_candidate_is_struck_out_and_the_row_waits_without_him(office):
    first, second = twins()
    may = waiting_file()
    strike_candidate(match_at(may), person=first, by=office)
    assert outcome(may) == R68
    assert match_at(may).candidates == [str(second.pk)]
    with pytest.raises(Stale):
        strike_candidate(match_at(may), person=first, by=office)
    assert match_at(waiting_file(period=JUNE)).candidates == [str(second.pk)]


def test_taking_back_puts_the_settled_rows_of_open_months_back(office):
    first, _ = twins()
    may = waiting_file()
    decide_match(match_at(may), person=first, by=office)
    assert take_back(Ruling.objects.get(), by=office) == 1
    assert outcome(may) == R68
    assert match_at(may).decided_by is None
    assert Extract.objects.get().matches_digest == ""
    with pytest.raises(Stale, match="已被撤回"):
        take_back(Ruling.objects.get(), by=office)


def test_taking_back_leaves_closed_months_alone(office):
    first, _ = twins()
    may = waiting_file()
    decide_match(match_at(may), person=first, by=office)
    ClosedMonth.objects.create(month=MAY)
    assert take_back(Ruling.objects.get(), by=office) == 0
    assert outcome(may) == (MatchState.CERTAIN, "R68", first)


def test_rows_that_say_the_same_are_decided_together_in_every_list(office):
    first, _ = twins()
    told = {"phone": "19900112233"}  # more than name and place: the same in every list
    roster = an_extract("HOU-R", DOUBTFUL | told | {"remark": "一"}, DOUBTFUL | told | {"remark": "二"}, DOUBTFUL)
    other = waiting_file(told, list_code="HOU-1")
    assert decide_match(match_at(roster), person=first, by=office) == 2
    decided = (MatchState.CERTAIN, "R68", first)
    assert [outcome(roster, 3), outcome(other), outcome(roster, 4)] == [decided, decided, R68]
    assert undo_decision(match_at(other), by=office) == 2
    assert [outcome(roster, 3), outcome(other)] == [R68, R68]
    assert not Ruling.objects.standing().exists()


def test_a_row_decided_alone_says_nothing_of_the_others(office):
    first, second = twins()
    may = waiting_file({"remark": "一"}, {"remark": "二"})
    assert decide_match(match_at(may), person=first, by=office, together=False) == 0
    decide_match(match_at(may, 3), person=second, by=office, together=False)
    assert (match_at(may).person, match_at(may, 3).person) == (first, second)
    assert not Ruling.objects.exists()


def test_name_and_place_alone_are_remembered_for_their_list_only(office):
    first, _ = twins()
    decide_match(match_at(waiting_file()), person=first, by=office)
    assert outcome(waiting_file(list_code="HOU-1", period=JUNE)) == R68


def test_of_two_rows_with_name_and_place_alone_a_ruling_decides_none(office):
    first, _ = twins()
    decide_match(match_at(waiting_file()), person=first, by=office)
    june = waiting_file({"remark": "一"}, {"remark": "二"}, period=JUNE)
    assert [outcome(june), outcome(june, 3)] == [R68, R68]


def test_a_name_alone_is_never_remembered(office):
    first, _ = twins()
    may = waiting_file({"township": "", "village": ""})
    decide_match(match_at(may), person=first, by=office)
    assert outcome(may) == (MatchState.CERTAIN, "R20", first)
    assert not Ruling.objects.exists()


def test_a_ruling_on_somebody_who_left_decides_nothing(office):
    first, second = twins()
    decide_match(match_at(waiting_file()), person=first, by=office)
    first.left_on, first.left_why = MAY, Leave.DIED
    first.save()
    june = waiting_file(period=JUNE)
    assert match_at(june).candidates == [str(second.pk)]
    decide_match(match_at(june), person=second, by=office)
    assert Ruling.objects.standing().get().person == second


def test_a_machine_decision_is_set_right_with_a_reason(office):
    person = a_household(people=1, head_name="韦大山").members.get()
    other = a_household(people=1, head_name="韦大山").members.get()
    may = an_extract("HOU-R", house(person))
    run_the_month()
    match = match_at(may)
    told = told_by(match)
    correction = {"person": other, "by": office, "name": told.name, "row_index": told.row_index}
    with pytest.raises(NotAllowed, match="原因"):
        correct_match(match, reason=" ", **correction)
    assert outcome(may) == (MatchState.CERTAIN, "T1", person)
    correct_match(match, reason="电话核实，号码填错", **correction)
    assert (match_at(may).person, match_at(may).decided_by) == (other, office)
    assert Entry.objects.get(action="match.corrected").detail["reason"] == "电话核实，号码填错"
    june = an_extract("HOU-R", house(person), period=JUNE)
    run_the_month(JUNE)
    assert outcome(june) == (MatchState.CERTAIN, "decided", other)
    undo_decision(match_at(may), by=office)
    run_the_month(JUNE)
    assert outcome(june) == (MatchState.CERTAIN, "T1", person)


def test_a_correction_is_refused_where_there_is_nothing_to_correct(office):
    first, _ = twins()
    may = waiting_file()
    match = match_at(may)
    with pytest.raises(NotAllowed, match="不需要更正"):
        correct_match(match, person=first, reason="核实", by=office, name="", row_index=None)
    assert outcome(may) == R68


@pytest.mark.parametrize("role", [Role.VILLAGE, Role.TOWNSHIP, Role.DEPARTMENT, Role.COUNTY_HEAD, Role.ADMIN])
def test_nobody_but_the_county_office_rules(role, office):
    first, _ = twins()
    may = waiting_file()
    outsider = an_officer(role)
    with pytest.raises(NotAllowed, match="只有县办"):
        strike_candidate(match_at(may), person=first, by=outsider)
    decide_match(match_at(may), person=first, by=office)
    with pytest.raises(NotAllowed, match="只有县办"):
        take_back(Ruling.objects.get(), by=outsider)
    assert Ruling.objects.standing().count() == 1


def test_the_page_of_rulings_lists_them_and_takes_one_back(client, office, django_assert_num_queries):
    first, _ = twins()
    may = waiting_file()
    decide_match(match_at(may), person=first, by=office)
    client.force_login(office)
    client.get(reverse("review_rulings"))
    with django_assert_num_queries(7):
        text = client.get(reverse("review_rulings")).content.decode()
    assert "是 韦大山" in text
    address = reverse("review_take_back", args=[Ruling.objects.get().pk])
    assert "未封账月份里照此判定的行回到疑似匹配" in client.get(address).content.decode()
    client.post(address)
    assert outcome(may) == R68
    assert client.post(address).status_code == 409


def test_rulings_are_exported_and_that_is_audited(client, office):
    client.force_login(office)
    assert client.get(f"{reverse('review_rulings')}?export=xlsx").status_code == 200
    assert Entry.objects.get(action="rulings.exported").by == office


@pytest.mark.django_db(transaction=True)
def test_of_two_officers_who_decide_at_once_one_is_told():
    first, second = twins()
    may = waiting_file({"phone": "19900112233", "remark": "一"}, {"phone": "19900112233", "remark": "二"})
    told, start = [], threading.Barrier(2)

    def act(row, person, by):
        try:
            match = match_at(may, row)
            start.wait(5)
            told.append(decide_match(match, person=person, by=by))
        except Stale as stale:
            told.append(str(stale))
        finally:
            connection.close()

    threads = [
        threading.Thread(target=act, args=(row, person, an_officer(Role.COUNTY)))
        for row, person in ((2, first), (3, second))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(map(str, told)) == ["1", "这一行刚刚由他人判定，请看下一行"]
    assert match_at(may).person == match_at(may, 3).person
    assert Ruling.objects.standing().count() == 1
