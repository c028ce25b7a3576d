"""认定依据: why a row is this person, who else was considered, what was ruled; and saying that it is wrong."""

import pytest
from django.urls import reverse

from fangpin.accounts.roles import Role
from screening.choices import MatchState
from screening.extracts.formats import FORMATS
from screening.matching.deciding import decide_match
from screening.matching.looking import compare, considered, lines_of, told_by
from screening.matching.wording import NO_GROUND
from screening.models import Clue, RowMatch
from tests.builders import a_household, a_person, an_id, an_officer
from tests.screening.builders import JUNE, an_extract, house, match_at, run_the_month
from tests.screening.doubts import DOUBTFUL, outcome, twins, waiting_file

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(client):
    user = an_officer(Role.COUNTY)
    client.force_login(user)
    return user


def evidence(match) -> str:
    return reverse("review_evidence", args=[match.extract_id, match.sheet_no, match.row])


def a_certain_row(**cells):
    """A row with number and name of one of two heads of that name; (file, its person, the namesake)."""
    person, namesake = twins()
    extract = an_extract("HOU-R", house(person, township="青山镇", village="上坪村", **cells))
    run_the_month()
    return extract, person, namesake


def table(match):
    fmt, told = FORMATS[match.extract.list_code], told_by(match)
    people = considered(match, told)
    compared = compare(told, people, fmt)
    return people, compared, {line.label: line for line in lines_of(told, compared, fmt)}


def test_each_person_is_compared_field_by_field():
    extract, person, namesake = a_certain_row()
    people, compared, lines = table(match_at(extract))
    assert people == [person, namesake]
    assert [one.ground for one in compared] == ["号码和姓名一致", "姓名相符，号码是别人的"]
    assert [(cell.verdict, cell.mark) for cell in lines["号码"].cells] == [("相同", "same"), ("他人的号码", "differs")]
    assert [cell.mark for cell in lines["村"].cells] == ["same", "same"]
    assert lines["姓名"].told == "韦大山"


def test_a_number_one_digit_off_is_near_and_stays_masked():
    person = a_person(name="韦大山", is_head=True)
    wrong = person.id_number[:9] + str((int(person.id_number[9]) + 1) % 10) + person.id_number[10:]
    extract = an_extract("HOU-R", {"name": "韦大山", "id_number": wrong, "grade": "D"})
    run_the_month()
    *_, lines = table(match_at(extract))
    assert [(cell.verdict, cell.mark) for cell in lines["号码"].cells] == [("只差一处", "near")]
    assert lines["号码"].told == f"{wrong[:6]}********{wrong[-4:]}"


def test_of_a_number_and_a_name_of_two_people_both_are_shown_the_likely_one_first(client, office):
    holder = a_person(name="莫建国", is_head=True)
    named = a_person(name="韦大山", is_head=True)
    extract = an_extract("HOU-R", DOUBTFUL | {"id_number": holder.id_number})
    run_the_month()
    match = match_at(extract)
    assert (match.method, match.candidates) == ("conflict", [str(named.pk), str(holder.pk)])
    assert "身份存疑" in client.get(evidence(match)).content.decode()
    listed = client.get(reverse("review_list"), {"tab": "conflict"})
    assert listed.context["listing"]["count"] == 1
    assert [(tab["label"], tab["count"]) for tab in listed.context["tabs"]] == [
        ("全部", 1), ("会改变线索", 1), ("身份存疑", 1),
    ]  # fmt: skip


def test_somebody_without_any_ground_is_told_so():
    extract, person, _ = a_certain_row()
    match, stranger = match_at(extract), a_person(name="莫建国", birthday=person.birthday)
    (compared,) = compare(told_by(match), [stranger], FORMATS["HOU-R"])
    assert compared.ground == NO_GROUND


def test_the_page_says_who_decided_and_when_and_never_a_full_number(client, office):
    first, second = twins()
    decide_match(match_at(waiting_file()), person=second, by=office)
    june = waiting_file(period=JUNE)
    text = client.get(evidence(match_at(june))).content.decode()
    assert "按以往人工核对的结果" in text
    assert f"{office} 于 " in text
    assert first.id_number not in text
    assert second.id_number not in text


def test_a_correction_on_the_page_wants_a_reason_and_then_counts(client, office):
    extract, person, namesake = a_certain_row()
    match = match_at(extract)
    address = reverse("review_correct", args=[match.extract_id, 0, 2])
    refused = client.post(address, {"person": str(namesake.pk), "reason": ""})
    assert "请填写更正原因" in refused.content.decode()
    assert outcome(extract) == (MatchState.CERTAIN, "T1", person)
    client.post(address, {"person": str(namesake.pk), "reason": "电话核实"})
    assert outcome(extract) == (MatchState.CERTAIN, "T1", namesake)
    assert client.get(address)["Location"] == evidence(match)


def test_a_correction_takes_only_people_that_were_considered(client, office):
    extract, person, _ = a_certain_row()
    address = reverse("review_correct", args=[extract.pk, 0, 2])
    for chosen in (person, a_person()):
        client.post(address, {"person": str(chosen.pk), "reason": "电话核实"})
    assert outcome(extract) == (MatchState.CERTAIN, "T1", person)
    assert match_at(extract).decided_by is None


@pytest.mark.parametrize("role", [Role.VILLAGE, Role.TOWNSHIP, Role.DEPARTMENT, Role.COUNTY_HEAD, Role.ADMIN])
def test_evidence_is_for_the_county_office(client, role):
    extract, person, namesake = a_certain_row()
    client.force_login(an_officer(role))
    match = match_at(extract)
    assert client.get(evidence(match)).status_code == 404
    assert client.get(reverse("extract_matches", args=[extract.pk])).status_code == 404
    correction = {"person": str(namesake.pk), "reason": "核实"}
    assert client.post(reverse("review_correct", args=[extract.pk, 0, 2]), correction).status_code == 404
    assert outcome(extract) == (MatchState.CERTAIN, "T1", person)


def test_it_is_reached_from_clue_file_and_household(client, office):
    extract, person, _ = a_certain_row()
    address = evidence(match_at(extract))
    pages = (
        reverse("clue_detail", args=[Clue.objects.get().pk]),
        reverse("extract_matches", args=[extract.pk]),
        reverse("household_part", args=[person.household_id, "rows"]),
    )
    assert all(address in client.get(page).content.decode() for page in pages)
    assert pages[1] in client.get(reverse("extract_detail", args=[extract.pk])).content.decode()


def test_a_village_cadre_sees_no_way_to_the_evidence(client):
    extract, person, _ = a_certain_row()
    client.force_login(an_officer(Role.VILLAGE))
    for page in (
        reverse("clue_detail", args=[Clue.objects.get().pk]),
        reverse("household_part", args=[person.household_id, "rows"]),
    ):
        assert evidence(match_at(extract)) not in client.get(page).content.decode()


def test_the_rows_of_a_file_cost_as_many_queries_for_fifty_as_for_one(client, office, django_assert_num_queries):
    extract, *_ = a_certain_row()
    address = reverse("extract_matches", args=[extract.pk])
    client.get(address)
    with django_assert_num_queries(8):
        client.get(address)
    match = match_at(extract)
    RowMatch.objects.bulk_create(
        RowMatch(extract=extract, sheet_no=0, row=row, state=match.state, method="T1", confidence=1, person=match.person, household=match.household)
        for row in range(10, 59)
    )  # fmt: skip
    with django_assert_num_queries(8):
        answer = client.get(address)
    assert answer.context["listing"]["count"] == 50


def test_a_row_of_a_list_about_places_has_nobody_to_show(client, office):
    a_household()
    extract = an_extract(
        "WAT-1", {"scheme": "上坪水厂", "township": "青山镇", "village": "上坪村", "stopped_on": "2021-05-10"}
    )
    run_the_month()
    assert "名册里没有相近的人" in client.get(evidence(match_at(extract))).content.decode()


def test_an_unknown_number_is_shown_with_namesakes_of_the_village():
    (namesake,) = twins(1)
    extract = an_extract("HOU-R", DOUBTFUL | {"id_number": an_id(serial=499)})
    run_the_month()
    people, compared, _ = table(match_at(extract))
    assert match_at(extract).method == "outsider"
    assert people == [namesake]
    assert compared[0].ground == "姓名相符，号码是别人的"
