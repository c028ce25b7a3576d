"""Pages of the register, per role and per reach."""

import re
from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from fangpin.accounts.roles import Role
from fangpin.audit.models import Entry
from fangpin.sheets import read_tables
from households.choices import Category, HouseholdKind
from tests.builders import TOWNSHIPS, VILLAGES, a_county, a_household, a_person, an_id, an_officer

pytestmark = pytest.mark.django_db

READERS = [
    Role.VILLAGE,
    Role.TOWNSHIP,
    Role.TOWNSHIP_LEADER,
    Role.COUNTY,
    Role.COUNTY_LEADER,
    Role.COUNTY_HEAD,
    Role.INSPECTOR,
]
OTHERS = [Role.DEPARTMENT, Role.ADMIN]


def logged_in(client, role, division=None):
    client.force_login(an_officer(role, division))
    return client


def page_of(household):
    return reverse("household_detail", args=[household.pk])


def without_token(response):
    return re.sub(rb"[0-9A-Za-z]{64}", b"", response.content)


def listed(response):
    return [row.object.number for row in response.context["listing"]["rows"]]


# -- list ---------------------------------------------------------------------------------------------------------------
def test_each_level_lists_its_own(client):
    homes = [a_household(village=code, people=1) for code in VILLAGES]
    for role, division, own in (
        (Role.VILLAGE, VILLAGES[1], homes[1:2]),
        (Role.TOWNSHIP, TOWNSHIPS[0], homes[:2]),
        (Role.COUNTY, None, homes),
    ):
        response = logged_in(client, role, division).get(reverse("household_list"))
        assert listed(response) == [home.number for home in own]


@pytest.mark.parametrize("role", OTHERS)
def test_who_has_no_register_has_no_pages(client, role):
    home = a_household()
    logged_in(client, role)
    person = home.members.first()
    for url in (
        reverse("household_list"),
        page_of(home),
        reverse("household_search"),
        reverse("person_reveal", args=[person.pk]),
    ):
        assert client.get(url).status_code == 404


def test_filters_and_tabs(client):
    plain = a_household(people=1)
    lifted = a_household(people=3, kind=HouseholdKind.LIFTED, category=Category.UNSTABLE, village=VILLAGES[2])
    logged_in(client, Role.COUNTY)
    for query, expected in (
        ("tab=monitored", [lifted]), ("tab=lifted", [lifted]), ("kind=general", [plain]), ("category=none", [plain]), ("size=3", [lifted]),
        (f"village={VILLAGES[2]}", [lifted]), (f"township={TOWNSHIPS[0]}", [plain]), ("sort=-size", [lifted, plain]), ("village=110", []),
    ):  # fmt: skip
        assert listed(client.get(f"{reverse('household_list')}?{query}")) == [home.number for home in expected], query


def test_filters_name_only_what_is_in_reach(client):
    a_county()
    page = logged_in(client, Role.VILLAGE, VILLAGES[0]).get(reverse("household_list")).content.decode()
    assert "上坪村" in page
    assert "河口村" not in page


def test_the_export_is_masked_and_recorded(client):
    a_household(people=1, phone="19900001234", head_name="李四")
    response = logged_in(client, Role.TOWNSHIP).get(f"{reverse('household_list')}?export=xlsx&tab=")
    content = b"".join(response.streaming_content)
    table = read_tables(BytesIO(content), filename="x.xlsx", header_words=("户编号", "户主", "人口"))[0]
    assert "199****1234" in table.text.to_numpy().ravel()
    assert "19900001234" not in table.text.to_numpy().ravel()
    assert Entry.objects.get(action="register.exported").detail["rows"] == 1


@pytest.mark.parametrize("count", [1, 20])
def test_queries_of_the_list(client, django_assert_num_queries, count):
    for _ in range(count):
        a_household(people=1)
    logged_in(client, Role.COUNTY).get(reverse("household_list"))
    with django_assert_num_queries(8):
        client.get(reverse("household_list"))


# -- household ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("role", READERS)
def test_readers_see_the_household_masked(client, role):
    home = a_household(people=0, phone="19900001234")
    person = a_person(
        home, is_head=True, relation="户主", name="李四", id_number="450399197001010016", phone="19900004321"
    )
    page = logged_in(client, role).get(page_of(home)).content.decode()
    for text in ("李四户", "450399********0016", "199****1234", "199****4321", "上坪村"):
        assert text in page
    assert person.id_number not in page
    assert "19900004321" not in page


def test_viewing_is_recorded(client):
    home = a_household()
    logged_in(client, Role.VILLAGE).get(page_of(home))
    entry = Entry.objects.get(action="household.viewed")
    assert (entry.target_id, entry.detail) == (str(home.pk), {})


def test_a_sibling_village_does_not_exist(client):
    home = a_household(village=VILLAGES[1])
    person = home.members.first()
    logged_in(client, Role.VILLAGE, VILLAGES[0])
    for url in (page_of(home), reverse("person_reveal", args=[person.pk])):
        assert client.get(url).status_code == 404
        assert client.post(url, {"reason": "核对参保信息"}).status_code in (404, 405)
    assert not Entry.objects.filter(action__in=("household.viewed", "person.revealed")).exists()


def test_outside_and_nowhere_answer_alike(client):
    home = a_household(village=VILLAGES[1])
    logged_in(client, Role.VILLAGE, VILLAGES[0])
    outside = client.get(page_of(home))
    nowhere = client.get(reverse("household_detail", args=["00000000-0000-4000-8000-000000000000"]))
    assert (outside.status_code, outside.headers) == (nowhere.status_code, nowhere.headers)
    assert without_token(outside) == without_token(nowhere)


def test_who_left_is_shown_apart(client):
    home = a_household(people=1)
    a_person(home, name="王走了", left_on="2021-05-01", left_why="gone_from_list")
    response = logged_in(client, Role.COUNTY).get(page_of(home))
    assert [person.name for person in response.context["left"]] == ["王走了"]
    assert len(response.context["members"]) == 1


def test_queries_of_the_household_do_not_grow_with_its_members(client, django_assert_num_queries):
    small, large = a_household(people=1), a_household(people=8)
    logged_in(client, Role.COUNTY).get(page_of(small))
    with CaptureQueriesContext(connection) as queries:
        client.get(page_of(small))
    with django_assert_num_queries(len(queries)):
        client.get(page_of(large))


# -- reveal -------------------------------------------------------------------------------------------------------------
def test_a_number_is_shown_once_for_a_reason(client):
    person = a_person(id_number="450399197001010016")
    url = reverse("person_reveal", args=[person.pk])
    logged_in(client, Role.VILLAGE)
    assert "450399197001010016" not in client.get(url).content.decode()
    assert "450399197001010016" in client.post(url, {"reason": "核对参保信息"}).content.decode()
    entry = Entry.objects.get(action="person.revealed")
    assert entry.detail == {"reason": "核对参保信息", "field": "id_number"}
    assert "450399197001010016" not in client.get(page_of(person.household)).content.decode()


def test_without_a_reason_nothing_is_shown(client):
    person = a_person(id_number="450399197001010016")
    response = logged_in(client, Role.VILLAGE).post(reverse("person_reveal", args=[person.pk]), {"reason": "看"})
    assert "查看原因至少写 4 个字" in response.content.decode()
    assert "450399197001010016" not in response.content.decode()
    assert not Entry.objects.filter(action="person.revealed").exists()


def test_there_is_nothing_to_reveal_without_a_number(client):
    person = a_person(id_number="")
    assert logged_in(client, Role.VILLAGE).get(reverse("person_reveal", args=[person.pk])).status_code == 404


# -- search -------------------------------------------------------------------------------------------------------------
def found(client, text):
    response = client.post(reverse("household_search"), {"q": text})
    groups = response.context["found"].groups
    return {group.title: [str(hit) for hit in (*group.people, *group.households, *group.villages)] for group in groups}


@pytest.fixture
def known():
    home = a_household(people=0, number="4503990000009901", phone="19900001234", village=VILLAGES[0])
    number = an_id(serial=7)
    person = a_person(
        home, name="覃小明", initials="qxm", is_head=True, id_number=number, phone="19900004321", number="450399P99"
    )
    return person, number


def test_every_way_of_searching(client, known):
    person, number = known
    logged_in(client, Role.VILLAGE, VILLAGES[0])
    for text, title in (
        (number, "证件号码"), (number[:6] + number[8:17], "证件号码"), (number.lower(), "证件号码"), (number[-6:], "证件号码末六位"), ("qxm", "拼音首字母"),
        ("QX", "拼音首字母"), ("覃小明", "姓名"), ("覃小", "姓名"), ("199 0000 4321", "成员联系电话"), ("450399P99", "人编号"),
    ):  # fmt: skip
        assert found(client, text)[title] == [person.name], text
    for text, title in (("4503990000009901", "户编号"), ("450399000000", "户编号"), ("19900001234", "户联系电话")):
        assert found(client, text)[title] == ["覃小明户"], text
    assert found(client, "上坪") == {"行政村": ["上坪村"]}


def answer(client, text):
    """(what the page says with the term and the token taken out, how many queries it took)."""
    with CaptureQueriesContext(connection) as queries:
        response = client.post(reverse("household_search"), {"q": text})
    return without_token(response).replace(text.encode(), b"TERM"), len(queries)


# What the register of another village knows, and what no register does, of the same shape.
ELSEWHERE_AND_NOWHERE = {
    "id": (an_id(serial=7), an_id(serial=8)),
    "old id": (an_id(serial=7)[:6] + an_id(serial=7)[8:17], an_id(serial=8)[:6] + an_id(serial=8)[8:17]),
    "last six": (an_id(serial=7)[-6:], "199999"),
    "phone of the person": ("19900004321", "19900004322"),
    "phone of the household": ("19900001234", "19900001235"),
    "name": ("覃小明", "覃小暗"),
    "beginning of the name": ("覃小", "覃大"),
    "initials": ("qxm", "zzz"),
    "household": ("4503990000009901", "4503990000009902"),
    "beginning of the household": ("450399000000", "450399999999"),
    "person": ("450399P99", "450399P98"),
    "village": ("上坪", "天边"),
}


@pytest.mark.parametrize(("elsewhere", "nowhere"), ELSEWHERE_AND_NOWHERE.values(), ids=ELSEWHERE_AND_NOWHERE)
def test_who_lives_elsewhere_is_answered_like_who_does_not_exist(client, known, elsewhere, nowhere):
    assert found(logged_in(client, Role.COUNTY), elsewhere) != {}
    logged_in(client, Role.VILLAGE, VILLAGES[1])
    assert found(client, elsewhere) == {}
    assert answer(client, elsewhere) == answer(client, nowhere)


def test_the_term_is_recorded_nowhere(client, known):
    _, number = known
    logged_in(client, Role.COUNTY)
    found(client, number)
    entry = Entry.objects.get(action="household.searched")
    assert entry.detail == {"kinds": ["证件号码"], "found": 1}
    assert number not in str(entry.__dict__)


def test_short_and_empty_terms(client, known):
    logged_in(client, Role.COUNTY)
    response = client.post(reverse("household_search"), {"q": "覃"})
    assert "请至少输入两个字" in response.content.decode()
    assert "请输入要查找的内容" in client.post(reverse("household_search"), {"q": " "}).content.decode()
    assert client.get(f"{reverse('household_search')}?q=覃小明").context["found"] is None


def test_many_hits_are_cut_with_a_hint(client):
    home = a_household(people=0)
    for _ in range(51):
        a_person(home, name="李同名", id_number="")
    response = logged_in(client, Role.COUNTY).post(reverse("household_search"), {"q": "李同名"})
    group = response.context["found"].groups[0]
    assert (len(group.people), group.more) == (50, True)
    assert "只列出前 50 条" in response.content.decode()


@pytest.mark.parametrize("count", [1, 20])
def test_queries_of_the_search(client, django_assert_num_queries, count):
    for _ in range(count):
        a_person(name="李同名")
    logged_in(client, Role.COUNTY)
    client.post(reverse("household_search"), {"q": "李同名"})
    with django_assert_num_queries(9):
        client.post(reverse("household_search"), {"q": "李同名"})
