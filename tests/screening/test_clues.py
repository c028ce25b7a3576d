"""The clue pages: who sees which, what explains it."""

import pytest
from django.urls import reverse

from fangpin.accounts.roles import Role
from fangpin.audit.models import Entry
from screening.choices import ClueState, Grade
from screening.models import Clue, Extract, RowMatch
from tests.builders import TOWNSHIPS, VILLAGES, a_household, an_officer
from tests.screening.builders import an_extract, house, run_the_month

pytestmark = pytest.mark.django_db


def head(**fields):
    return a_household(people=1, **fields).members.get()


def clues_in(*villages, grade="D") -> list[Clue]:
    """One open clue in each village, run and all."""
    people = [head(village=village) for village in villages]
    an_extract("HOU-R", *(house(person, grade) for person in people))
    run_the_month()
    found = {clue.household_id: clue for clue in Clue.objects.all()}
    return [found[person.household_id] for person in people]


def the_list(client, query="", role=Role.COUNTY, **officer):
    client.force_login(an_officer(role, **officer))
    return client.get(reverse("clue_list") + query)


def the_page(client, clue, role=Role.COUNTY, **officer):
    client.force_login(an_officer(role, **officer))
    return client.get(reverse("clue_detail", args=[clue.pk]))


def shown(answer) -> set:
    return {row.object.pk for row in answer.context["listing"]["rows"]}


@pytest.mark.parametrize(
    ("role", "division", "places"),
    [
        (Role.VILLAGE, VILLAGES[0], {0}),
        (Role.TOWNSHIP, TOWNSHIPS[0], {0, 1}),
        (Role.COUNTY, None, {0, 1, 2}),
    ],
)
def test_each_sees_the_clues_of_the_own_divisions(client, role, division, places):
    clues = clues_in(*VILLAGES)
    assert shown(the_list(client, role=role, division=division)) == {clues[place].pk for place in places}


def test_the_clue_of_a_sibling_village_is_not_there(client):
    own, other = clues_in(*VILLAGES[:2])
    assert the_page(client, own, Role.VILLAGE, division=VILLAGES[0]).status_code == 200
    assert the_page(client, other, Role.VILLAGE, division=VILLAGES[0]).status_code == 404
    assert Entry.objects.filter(action="clue.viewed").count() == 1


@pytest.mark.parametrize("role", [Role.DEPARTMENT, Role.ADMIN])
def test_departments_and_the_administrator_see_no_clue(client, role):
    assert the_page(client, clues_in(VILLAGES[0])[0], role).status_code == 404
    assert the_list(client, role=role).status_code == 404


def test_filters_and_tabs_of_a_village_name_and_count_nothing_foreign(client):
    clues_in(*VILLAGES)
    answer = the_list(client, role=Role.VILLAGE, division=VILLAGES[0])
    text = answer.content.decode()
    assert "上坪村" in text
    for foreign in ("下坪村", "河口村", "绿水乡"):
        assert foreign not in text
    assert [tab["count"] for tab in answer.context["tabs"]] == [1, 1, 0, 0]


def test_the_county_chooses_among_townships_and_a_township_among_villages(client):
    clues_in(*VILLAGES)
    assert "绿水乡</option>" in the_list(client).content.decode()
    text = the_list(client, role=Role.TOWNSHIP, division=TOWNSHIPS[0]).content.decode()
    assert "下坪村</option>" in text
    assert "绿水乡" not in text


def test_filters_narrow_the_list_and_the_tabs_count_with_them(client):
    clues = clues_in(*VILLAGES)
    answer = the_list(
        client, f"?place={TOWNSHIPS[0]}&period=2021-05&rule=housing.dangerous&list_code=HOU-R&risk=housing"
    )
    assert shown(answer) == {clues[0].pk, clues[1].pk}
    assert [tab["count"] for tab in answer.context["tabs"]] == [2, 2, 0, 0]
    assert "place=450399101" in answer.context["tabs"][1]["url"]
    assert shown(the_list(client, "?period=2021-06")) == set()


def test_the_tab_of_a_grade_lists_that_grade(client):
    red, _ = clues_in(*VILLAGES[:2])
    Clue.objects.exclude(pk=red.pk).update(grade=Grade.YELLOW)
    assert shown(the_list(client, "?grade=red")) == {red.pk}


def test_red_comes_first(client):
    first, second, third = clues_in(*VILLAGES)
    for clue, grade in ((first, Grade.YELLOW), (second, Grade.RED), (third, Grade.ORANGE)):
        Clue.objects.filter(pk=clue.pk).update(grade=grade)
    rows = the_list(client).context["listing"]["rows"]
    assert [row.object.pk for row in rows] == [second.pk, third.pk, first.pk]


def test_withdrawn_clues_show_only_when_asked_for(client):
    kept, gone = clues_in(*VILLAGES[:2])
    Clue.objects.filter(pk=gone.pk).update(state=ClueState.WITHDRAWN)
    assert shown(the_list(client)) == {kept.pk}
    assert shown(the_list(client, "?state=withdrawn")) == {gone.pk}


def test_the_page_says_rule_value_standard_and_row_with_numbers_masked(client):
    clue = clues_in(VILLAGES[0])[0]
    number = clue.household.members.get().id_number
    text = the_page(client, clue).content.decode()
    for words in (
        "C、D 级危房",
        clue.sentence,
        clue.standard.name,
        "《HOU-R.xlsx》工作表“名单”第 2 行",
        "号码和姓名一致",
        "住建局",
    ):
        assert words in text
    assert number not in text
    assert f"{number[:6]}********{number[-4:]}" in text


def test_evidence_is_told_in_words(client):
    clue = clues_in(VILLAGES[0])[0]
    RowMatch.objects.update(evidence={"number": "只差一处", "kin": "相同"}, method="T2p", note="")
    text = the_page(client, clue).content.decode()
    assert "<dt>号码</dt><dd>只差一处</dd>" in text
    assert "<dt>户主或监护人</dt><dd>相同</dd>" in text
    assert "kin" not in text
    assert "T2p" not in text


def test_a_clue_without_a_row_says_that_nobody_was_found(client):
    clue = clues_in(VILLAGES[0])[0]
    Clue.objects.update(sheet_no=None, row=None)
    assert "里查不到此人" in the_page(client, clue).content.decode()


def test_other_clues_of_the_household_stay_within_reach(client):
    own, other = clues_in(*VILLAGES[:2])
    Clue.objects.filter(pk=other.pk).update(household=own.household)
    assert the_page(client, own).context["others"][0] == other
    assert not the_page(client, own, Role.VILLAGE, division=VILLAGES[0]).context["others"]


def test_the_export_is_audited_and_holds_what_the_list_holds(client):
    clues_in(*VILLAGES)
    answer = the_list(client, "?export=xlsx", role=Role.VILLAGE, division=VILLAGES[0])
    assert answer.status_code == 200
    assert Entry.objects.get(action="clues.exported").detail == {"rows": 1, "divisions": [VILLAGES[0]]}


def test_the_list_asks_as_often_for_fifty_clues_as_for_one(client, django_assert_num_queries):
    clue = clues_in(VILLAGES[0])[0]
    the_list(client)
    with django_assert_num_queries(12):
        client.get(reverse("clue_list"))
    copies = []
    for number in range(49):
        household = head().household
        copies.append(Clue(**_fields(clue), fingerprint=f"{number:064d}", household=household))
    Clue.objects.bulk_create(copies)
    with django_assert_num_queries(12):
        answer = client.get(reverse("clue_list"))
    assert answer.context["listing"]["count"] == 50


def _fields(clue) -> dict:
    names = ("rule", "rule_version", "standard", "risk", "grade", "period", "village", "extract", "values", "sentence")
    return {name: getattr(clue, name) for name in names}


def test_the_household_page_shows_its_clues(client):
    own, other = clues_in(*VILLAGES[:2])
    client.force_login(an_officer(Role.VILLAGE, division=VILLAGES[0]))
    text = client.get(reverse("household_part", args=[own.household_id, "clues"])).content.decode()
    assert reverse("clue_detail", args=[own.pk]) in text
    assert str(other.pk) not in text
    assert Extract.objects.count() == 1
