"""谁看过这户: who looked, when and why, for those who may ask."""

import pytest
from django.urls import reverse

from fangpin.accounts.roles import Role
from fangpin.audit.models import Entry
from fangpin.audit.trail import record
from households.access import looks_at
from households.models import Household
from households.revealing import reveal
from screening.models import Clue
from tests.builders import TOWNSHIPS, VILLAGES, a_household, a_person, an_officer
from tests.screening.builders import an_extract, house, run_the_month

pytestmark = pytest.mark.django_db
REASON = "电话核对参保信息"


@pytest.fixture
def home():
    return a_household(people=0, phone="19900001234")


@pytest.fixture
def cadre():
    return an_officer(Role.VILLAGE, VILLAGES[0])


def page_of(household):
    return reverse("household_access", args=[household.pk])


def texts(response):
    """(操作, 内容, 原因) of each line."""
    return [tuple(cell.text for cell in row.cells[2:]) for row in response.context["listing"]["rows"]]


def test_every_look_is_listed_with_who_and_why(client, home, cadre):
    person = a_person(home, name="李四", phone="19900004321")
    client.force_login(cadre)
    client.get(reverse("household_detail", args=[home.pk]))
    client.get(reverse("household_print", args=[home.pk]))
    reveal(person, field="phone", reason=REASON, by=cadre)
    reveal(home, field="phone", reason=REASON, by=cadre)
    client.get(f"{reverse('household_list')}?village={VILLAGES[0]}&export=xlsx")
    client.force_login(an_officer(Role.COUNTY_LEADER))
    response = client.get(page_of(home))
    assert texts(response) == [
        ("导出农户名单", "本户所在范围的名单，1 行", "—"),
        ("查看户完整电话", "—", REASON),
        ("查看完整号码", "李四联系电话", REASON),
        ("打印农户档案", "—", "—"),
        ("查看农户档案", "—", "—"),
    ]
    row = response.context["listing"]["rows"][0]
    assert (row.cells[0].text, row.cells[0].sub) == (str(cadre), "村级（上坪村）")


def test_looking_at_a_clue_is_looking_at_the_household(client, cadre, home):
    person = a_person(home, is_head=True, relation="户主")
    an_extract("HOU-R", house(person))
    run_the_month()
    client.force_login(cadre)
    client.get(reverse("clue_detail", args=[Clue.objects.get(household=home).pk]))
    assert [entry.action for entry in looks_at(home)] == ["clue.viewed"]


def test_other_households_and_other_villages_do_not_show(client, home, cadre):
    sibling, far = a_household(village=VILLAGES[1]), an_officer(Role.VILLAGE, VILLAGES[1])
    client.force_login(far)
    client.get(reverse("household_detail", args=[sibling.pk]))
    client.get(f"{reverse('household_list')}?export=xlsx")
    record(cadre, "household.searched", Household(pk=None), kinds=[], found=1)
    assert not looks_at(home).exists()
    assert looks_at(sibling).count() == 2


@pytest.mark.parametrize(
    ("role", "place", "status"),
    [
        (Role.COUNTY, None, 200), (Role.COUNTY_LEADER, None, 200), (Role.TOWNSHIP_LEADER, TOWNSHIPS[0], 200),
        (Role.TOWNSHIP_LEADER, TOWNSHIPS[1], 404), (Role.TOWNSHIP, TOWNSHIPS[0], 404), (Role.VILLAGE, VILLAGES[0], 404),
        (Role.COUNTY_HEAD, None, 404), (Role.INSPECTOR, TOWNSHIPS[0], 404), (Role.ADMIN, None, 404),
    ],
)  # fmt: skip
def test_who_may_ask(client, home, role, place, status):
    client.force_login(an_officer(role, place))
    assert client.get(page_of(home)).status_code == status
    page = client.get(reverse("household_detail", args=[home.pk]))
    if page.status_code == 200:
        assert ("谁看过这户" in [tab["label"] for tab in page.context["tabs"]]) is (status == 200)


def test_who_exports_the_answer_is_recorded(client, home):
    client.force_login(an_officer(Role.COUNTY))
    assert client.get(f"{page_of(home)}?export=xlsx").status_code == 200
    entry = Entry.objects.get(action="household.access_exported")
    assert (entry.target_id, entry.detail["rows"]) == (str(home.pk), 0)


@pytest.mark.parametrize("count", [1, 30])
def test_queries_do_not_grow_with_the_looks(client, home, count, django_assert_num_queries):
    for _ in range(count):
        record(an_officer(Role.VILLAGE, VILLAGES[0]), "household.viewed", home)
    client.force_login(an_officer(Role.COUNTY))
    client.get(page_of(home))
    with django_assert_num_queries(16):
        assert client.get(page_of(home)).context["listing"]["count"] == count
