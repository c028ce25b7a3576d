"""Pages of rounds: opening by the calendar, who is late by name, closing, todos; each role sees its own."""

import pytest
from django.urls import reverse

from fangpin.accounts.roles import Role
from fangpin.approvals.routes import Stage
from fangpin.desk.contributions import todos_of
from fangpin.divisions.models import Division, Level
from screening.models import OfflineList, Round
from tests.builders import VILLAGES, a_county, a_standard, an_officer
from tests.screening.rounds.made import a_round, an_entry, an_offline_list

pytestmark = pytest.mark.django_db
TOWN = VILLAGES[0][:9]


@pytest.fixture
def office():
    a_county()
    a_standard()
    return an_officer(Role.COUNTY)


def shown(client, user, name, *args, query=""):
    client.force_login(user)
    return client.get(reverse(name, args=args) + query)


def text(response):
    assert response.status_code == 200
    return response.content.decode()


def test_the_form_proposes_the_dates_of_the_month(client, office):
    client.force_login(office)
    page = text(client.post(reverse("round_open"), {"period": "2021-05", "step": "dates"}))
    assert all(f'value="2021-{day}"' in page for day in ("05-01", "06-05", "06-07", "06-08", "06-15", "06-28"))
    assert not Round.objects.exists()


def asked(**changes):
    days = {"starts_on": 1, "uploads_due": 5, "offline_due": 5, "compare_on": 7, "dispatch_on": 8, "verify_due": 15}
    dates = {name: f"2021-05-{day:02}" for name, day in days.items()}
    return {
        "step": "open", "period": "2021-05", "kind": "concentrated", "townships": [TOWN], "lists": ["MI-1"],
        **dates, "ends_on": "2021-05-28", **changes,
    }  # fmt: skip


def test_opening(client, office):
    client.force_login(office)
    response = client.post(reverse("round_open"), asked())
    made = Round.objects.get()
    assert response.url == reverse("round_detail", args=[made.pk])
    assert (str(made), made.lists) == ("2021年5月集中排查", ["MI-1"])
    assert {one.village_id[:9] for one in OfflineList.objects.all()} == {TOWN}


def test_a_refused_form_keeps_what_was_typed(client, office):
    client.force_login(office)
    page = text(client.post(reverse("round_open"), asked(verify_due="2021-05-02", ends_on="2021-05-30")))
    assert "日期须依次为" in page
    assert 'value="2021-05-30"' in page
    assert not Round.objects.exists()


def test_the_late_are_named_to_who_reaches_them(client, office):
    made = a_round(lists=["MI-1"])
    page = text(shown(client, office, "round_detail", made.pk))
    assert "医保局 MI-1（已逾期" in page
    cadre = an_officer(Role.VILLAGE)
    page = text(shown(client, cadre, "round_detail", made.pk))
    own, other = (OfflineList.objects.get(village=code).village for code in VILLAGES[:2])
    assert f"{own}（已逾期" in page
    assert other.name not in page
    assert "医保局" not in page


def test_another_county_is_not_there(client, office):
    made = a_round()
    stranger = an_officer(Role.COUNTY, _another_county())
    assert shown(client, stranger, "round_detail", made.pk).status_code == 404


def _another_county():
    return Division.objects.create(code="450398", name="邻县", level=Level.COUNTY)


def test_closing_asks_for_a_reason(client, office):
    made = a_round()
    page = text(shown(client, office, "round_close", made.pk))
    assert f"村未上报线下名单 {len(VILLAGES)} 个村" in page
    assert "请写明原因" in text(client.post(reverse("round_close", args=[made.pk]), {"reason": ""}))
    client.post(reverse("round_close", args=[made.pk]), {"reason": "并入六月"})
    made.refresh_from_db()
    assert made.closed_why == "并入六月"


def test_only_the_county_opens_and_closes(client):
    made = a_round()
    for role in (Role.VILLAGE, Role.TOWNSHIP, Role.TOWNSHIP_LEADER, Role.COUNTY_HEAD):
        user = an_officer(role)
        assert shown(client, user, "round_open").status_code == 404
        assert shown(client, user, "round_close", made.pk).status_code == 404


def test_completion_by_village_filters_and_counts(client, office, django_assert_max_num_queries):
    made = a_round()
    an_entry(an_offline_list(made, stage=Stage.TOWNSHIP, due=3, looked_at=3, clear=2))
    client.force_login(office)
    with django_assert_max_num_queries(14):
        page = text(client.get(reverse("round_offline", args=[made.pk])))
    assert all(OfflineList.objects.get(village=code).village.name in page for code in VILLAGES)
    page = shown(client, office, "round_offline", made.pk, query="?state=township").context["listing"]
    assert (page["count"], page["rows"][0].object.suspected) == (1, 1)
    page = shown(client, office, "round_offline", made.pk, query="?state=todo").context["listing"]
    assert page["count"] == len(VILLAGES) - 1
    page = shown(client, office, "round_offline", made.pk, query="?nothing=on").context["listing"]
    assert page["count"] == 0


def test_completion_goes_out_as_excel(client, office):
    made = a_round()
    response = shown(client, office, "round_offline", made.pk, query="?export=xlsx")
    assert b"".join(response.streaming_content)[:2] == b"PK"


def titles(user):
    return {todo.title: (todo.count, todo.tone) for todo in todos_of(user)}


def test_an_open_round_is_a_todo_for_villages_townships_county_and_departments(office):
    made = a_round(lists=["MI-1", "HOU-R"])
    an_offline_list(made, VILLAGES[1], stage=Stage.TOWNSHIP)
    own = len([code for code in VILLAGES if code.startswith(TOWN)])
    assert titles(an_officer(Role.VILLAGE))["2021年5月月度排查线下名单待上报"] == (1, "red")
    assert titles(an_officer(Role.TOWNSHIP))["2021年5月月度排查线下名单待上报"] == (own - 1, "red")
    assert titles(an_officer(Role.TOWNSHIP_LEADER))["2021年5月月度排查线下名单待乡镇审核"] == (1, "purple")
    assert titles(an_officer(Role.DEPARTMENT, department="MI"))["2021年5月月度排查名单待报送"] == (1, "red")
    assert "2021年5月月度排查线下名单待县级审定" not in titles(office)
    Round.objects.update(closed_at="2021-06-01T00:00Z")
    assert not [title for title in titles(an_officer(Role.VILLAGE)) if "线下名单" in title]
