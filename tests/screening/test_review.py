"""The review queue: a person decides, once, within reach, and goes on to the next row."""

import pytest
from django.urls import reverse

from fangpin.accounts.roles import Role
from fangpin.audit.models import Entry
from fangpin.transitions import NotAllowed, Stale
from screening.choices import ExtractState, MatchState
from screening.matching.deciding import decide_match, undo_decision
from screening.matching.tiers import TIERS
from screening.matching.wording import EVIDENCE, METHODS, evidence_lines
from screening.models import ClosedMonth, Clue, Extract, RowMatch
from tests.builders import a_household, a_person, an_officer
from tests.screening.builders import MAY, an_extract, house, match_at, run_the_month

pytestmark = pytest.mark.django_db
DOUBTFUL = {"name": "韦大山", "grade": "D", "township": "青山镇", "village": "上坪村"}


def twins(count=2):
    return [a_person(a_household(people=0), name="韦大山", is_head=True, relation="户主") for _ in range(count)]


def waiting_rows(count=1, **cells):
    """A matched file whose rows each may be one of two people."""
    people = twins()
    extract = an_extract("HOU-R", *(DOUBTFUL | {"hamlet": f"{number}屯"} | cells for number in range(count)))
    run_the_month()
    assert RowMatch.objects.waiting().count() == count
    return extract, people


def address(match, name="review_detail", query=""):
    return reverse(name, args=[match.extract_id, match.sheet_no, match.row]) + query


@pytest.fixture
def office(client):
    user = an_officer(Role.COUNTY)
    client.force_login(user)
    return user


def decide(client, match, person, query=""):
    return client.post(address(match, "review_decide", query), {"person": person})


def test_the_chosen_person_counts_from_the_next_run_on(client, office):
    extract, (_, second) = waiting_rows()
    decide(client, match_at(extract), second.pk)
    match = match_at(extract)
    assert (match.state, match.person, match.household) == (MatchState.CERTAIN, second, second.household)
    assert (match.decided_by, match.method) == (office, "R68")
    assert Entry.objects.get(action="match.decided").detail == {
        "sheet": 0,
        "row": 2,
        "person": str(second.pk),
        "also": 0,
    }
    assert not Clue.objects.exists()
    run_the_month()
    assert Clue.objects.get().household == second.household


def test_nobody_is_a_decision_too(client, office):
    extract, _ = waiting_rows()
    decide(client, match_at(extract), "nobody")
    run_the_month()
    match = match_at(extract)
    assert (match.state, match.person, match.decided_by) == (MatchState.NONE, None, office)


def test_only_a_suggested_person_can_be_chosen(client, office):
    extract, _ = waiting_rows()
    stranger = a_person()
    decide(client, match_at(extract), stranger.pk)
    decide(client, match_at(extract), "")
    with pytest.raises(NotAllowed, match="从列出的人员中选择"):
        decide_match(match_at(extract), person=stranger, by=office)
    assert match_at(extract).state == MatchState.AMBIGUOUS


def test_the_second_to_decide_is_told(client, office):
    extract, (first, second) = waiting_rows()
    late = match_at(extract)
    decide(client, late, first.pk)
    answer = decide(client, late, second.pk)
    assert answer.status_code == 409
    assert match_at(extract).person == first


def test_undoing_puts_the_row_back(client, office):
    extract, (first, _) = waiting_rows()
    decide(client, match_at(extract), first.pk)
    client.post(address(match_at(extract), "review_undo"))
    match = match_at(extract)
    assert (match.state, match.person, match.household, match.decided_by) == (MatchState.AMBIGUOUS, None, None, None)
    with pytest.raises(Stale):
        undo_decision(match, by=office)


def test_a_closed_month_and_a_replaced_file_are_left_alone(office):
    extract, (first, _) = waiting_rows()
    ClosedMonth.objects.create(month=MAY)
    with pytest.raises(NotAllowed, match="已封账"):
        decide_match(match_at(extract), person=first, by=office)
    ClosedMonth.objects.all().delete()
    Extract.objects.update(state=ExtractState.REPLACED)
    with pytest.raises(Stale, match="已被替换或作废"):
        decide_match(match_at(extract), person=first, by=office)
    assert match_at(extract).decided_by is None


@pytest.mark.parametrize("role", [Role.VILLAGE, Role.TOWNSHIP, Role.DEPARTMENT, Role.COUNTY_HEAD, Role.ADMIN])
def test_nobody_but_the_county_office_sees_the_queue(client, role):
    extract, (first, _) = waiting_rows()
    client.force_login(an_officer(role))
    match = match_at(extract)
    assert client.get(reverse("review_list")).status_code == 404
    assert client.get(address(match)).status_code == 404
    assert decide(client, match, first.pk).status_code == 404
    assert client.post(address(match, "review_undo")).status_code == 404
    with pytest.raises(NotAllowed, match="只有县办"):
        decide_match(match, person=first, by=an_officer(role))
    assert match_at(extract).decided_by is None


def test_deciding_goes_on_to_the_row_behind_and_at_the_end_to_the_top(client, office):
    extract, (first, _) = waiting_rows(3)
    order = [row.object.row for row in client.get(reverse("review_list")).context["listing"]["rows"]]
    second = decide(client, match_at(extract, order[1]), first.pk)
    assert second["Location"] == address(match_at(extract, order[2]))
    third = decide(client, match_at(extract, order[2]), first.pk)
    assert third["Location"] == address(match_at(extract, order[0]))
    last = decide(client, match_at(extract, order[0]), first.pk)
    assert last["Location"] == reverse("review_list")


def test_the_queue_keeps_the_filter_it_was_opened_with(client, office):
    extract, (first, _) = waiting_rows(2)
    other = an_extract("HOU-1", DOUBTFUL)
    run_the_month()
    query = "?list_code=HOU-R"
    page = client.get(address(match_at(extract, 3), query=query))
    assert page.context["left"] == 2
    for row in (3, 2):
        answer = decide(client, match_at(extract, row), first.pk, query)
    assert answer["Location"] == reverse("review_list") + query
    assert match_at(other).state == MatchState.AMBIGUOUS


def test_the_page_shows_the_row_and_the_suggestions_masked(client, office):
    extract, people = waiting_rows(phone="19912345678")
    text = client.get(address(match_at(extract))).content.decode()
    assert "《HOU-R.xlsx》“名单”第 2 行" in text
    assert "只有姓名和村相符" in text
    assert "相同</small>" in text
    assert "19912345678" not in text
    for person in people:
        assert str(person.pk) in text
        assert person.id_number not in text


def test_a_row_that_is_certain_has_nothing_to_decide(client, office):
    person = a_household(people=1).members.get()
    extract = an_extract("HOU-R", house(person))
    run_the_month()
    text = client.get(address(match_at(extract))).content.decode()
    assert "这一行不用判定" in text
    assert "判定并看下一行" not in text


def test_the_list_counts_by_case_and_filters(client, office):
    waiting_rows(2)
    answer = client.get(reverse("review_list"), {"method": "R68", "period": "2021-05", "list_code": "HOU-R"})
    assert answer.context["listing"]["count"] == 2
    assert "只有姓名和村相符（2）</option>" in answer.content.decode()
    assert "韦大山" in answer.content.decode()


def test_the_list_asks_as_often_for_fifty_rows_as_for_one(client, office, django_assert_num_queries):
    extract, _ = waiting_rows()
    client.get(reverse("review_list"))
    with django_assert_num_queries(10):
        client.get(reverse("review_list"))
    match = match_at(extract)
    copies = [
        RowMatch(
            extract=extract, sheet_no=0, row=row, state=match.state, method=match.method, confidence=0.5, candidates=match.candidates
        )
        for row in range(10, 59)
    ]  # fmt: skip
    RowMatch.objects.bulk_create(copies)
    with django_assert_num_queries(10):
        answer = client.get(reverse("review_list"))
    assert answer.context["listing"]["count"] == 50


def test_every_tier_and_every_kind_of_evidence_has_chinese_words():
    assert {tier.slug for tier in TIERS} <= set(METHODS)
    assert all(not label.isascii() for label in (*METHODS.values(), *EVIDENCE.values()))
    assert evidence_lines({"name": "相同", "number": "缺"}) == [("号码", "缺"), ("姓名", "相同")]


def test_the_queue_can_be_exported_and_that_is_audited(client):
    office = an_officer(Role.COUNTY)
    client.force_login(office)
    assert client.get(f"{reverse('review_list')}?export=xlsx").status_code == 200
    assert Entry.objects.get(action="matches.exported").by == office
