"""Full numbers: for a reason, recorded, so many a day."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from fangpin.accounts.roles import Role
from fangpin.audit.models import Entry
from fangpin.transitions import NotAllowed
from households.revealing import quota_of, reveal, revealed_today
from tests.builders import VILLAGES, a_household, a_person, a_standard, an_officer

pytestmark = pytest.mark.django_db
REASON = "电话核对参保信息"


def limits(**figures):
    return a_standard(timezone.localdate(), {f"reveals_{level}": number for level, number in figures.items()})


@pytest.mark.parametrize(
    ("role", "quota"),
    [
        (Role.VILLAGE, 50), (Role.TOWNSHIP, 100), (Role.TOWNSHIP_LEADER, 100), (Role.INSPECTOR, 100), (Role.COUNTY, 200),
        (Role.COUNTY_HEAD, 200), (Role.ADMIN, 0), (Role.DEPARTMENT, 0),
    ],
)  # fmt: skip
def test_the_quota_of_a_role_holds_also_without_a_standard_that_names_it(role, quota):
    officer = an_officer(role, department="MI" if role == Role.DEPARTMENT else None)
    assert quota_of(officer) == quota


def test_the_county_sets_the_quota():
    limits(village=7)
    assert quota_of(an_officer(Role.VILLAGE)) == 7


def test_the_quota_is_used_up_and_renews_at_midnight(monkeypatch):
    limits(village=2)
    home, cadre = a_household(people=0, phone="19900001234"), an_officer(Role.VILLAGE)
    person = a_person(home, phone="19900004321")
    assert reveal(person, field="phone", reason=REASON, by=cadre) == "19900004321"
    assert reveal(home, field="phone", reason=REASON, by=cadre) == "19900001234"
    with pytest.raises(
        NotAllowed, match="已查看 2 次完整号码，达到每日限额 2 次，明日 0 时恢复。确需继续查看，请县办领导"
    ):
        reveal(person, field="id_number", reason=REASON, by=cadre)
    assert revealed_today(cadre) == 2
    assert [entry.detail["field"] for entry in Entry.objects.filter(by=cadre)] == ["phone", "phone"]
    tomorrow = timezone.localdate() + timedelta(days=1)
    monkeypatch.setattr(timezone, "localdate", lambda *arguments: tomorrow)
    assert reveal(person, field="id_number", reason=REASON, by=cadre) == person.id_number


def test_the_quota_is_the_own():
    limits(village=1)
    person = a_person(phone="19900004321")
    first, second = an_officer(Role.VILLAGE), an_officer(Role.VILLAGE)
    reveal(person, field="phone", reason=REASON, by=first)
    assert reveal(person, field="phone", reason=REASON, by=second) == "19900004321"


def test_another_village_is_not_revealed():
    person = a_person(a_household(village=VILLAGES[1], people=0), phone="19900004321")
    with pytest.raises(NotAllowed):
        reveal(person, field="phone", reason=REASON, by=an_officer(Role.VILLAGE, VILLAGES[0]))
    assert not Entry.objects.filter(action="person.revealed").exists()


@pytest.mark.django_db(transaction=True)
def test_two_windows_at_once_get_no_more_than_the_quota():
    limits(village=3)
    person, cadre = a_person(phone="19900004321"), an_officer(Role.VILLAGE)
    start, outcomes = Barrier(6), []

    def click():
        start.wait()
        try:
            outcomes.append(reveal(person, field="phone", reason=REASON, by=cadre))
        except NotAllowed:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [Thread(target=click) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["19900004321"] * 3 + ["refused"] * 3
    assert revealed_today(cadre) == 3


@pytest.mark.parametrize("name", ["person_phone", "household_phone"])
def test_phones_are_shown_once_for_a_reason_with_what_is_left(client, name):
    home = a_household(people=0, phone="19900001234")
    person = a_person(home, phone="19900001234")
    url = reverse(name, args=[person.pk if name == "person_phone" else home.pk])
    client.force_login(an_officer(Role.VILLAGE))
    asked = client.get(url).content.decode()
    assert "今天还可查看 50 次" in asked
    assert "19900001234" not in asked
    assert "19900001234" not in client.post(url, {"reason": ""}).content.decode()
    shown = client.post(url, {"reason": REASON}).content.decode()
    assert "19900001234" in shown
    assert "今天还可查看 49 次" in shown


def test_the_page_refuses_beyond_the_quota(client):
    limits(village=0)
    person = a_person(phone="19900004321")
    client.force_login(an_officer(Role.VILLAGE))
    url = reverse("person_phone", args=[person.pk])
    for response in (client.get(url), client.post(url, {"reason": REASON})):
        assert "达到每日限额 0 次，明日 0 时恢复" in response.content.decode()
        assert "19900004321" not in response.content.decode()
    assert not Entry.objects.filter(action="person.revealed").exists()


@pytest.mark.parametrize("name", ["person_phone", "household_phone"])
def test_there_is_nothing_to_reveal_without_a_phone(client, name):
    home = a_household(people=1)
    client.force_login(an_officer(Role.VILLAGE))
    pk = home.members.get().pk if name == "person_phone" else home.pk
    assert client.get(reverse(name, args=[pk])).status_code == 404
