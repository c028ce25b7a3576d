"""收支 on the household's page, its own page and its form, per role and per reach."""

import re
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from fangpin.accounts.roles import Role
from fangpin.audit.models import Entry
from households.models import Income
from tests.builders import VILLAGES, a_household, a_standard, an_income, an_officer

pytestmark = pytest.mark.django_db
LAST_YEAR = str(timezone.localdate().year - 1)
FIGURES = {"wages": "12000", "business": "8000", "costs": "2000", "persons": "4"}


def logged_in(client, role, division=None):
    client.force_login(an_officer(role, division))
    return client


def said(response):
    """The text of a page as one reads it."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


# -- the form -----------------------------------------------------------------------------------------------------------
def test_the_server_adds_up_without_saving(client):
    home = a_household()
    url = reverse("income_new", args=[home.pk])
    response = logged_in(client, Role.TOWNSHIP).post(
        url, {"kind": "year", "year": LAST_YEAR, "step": "sum", **FIGURES}
    )
    assert "= 18,000.00 元" in said(response)
    assert "18,000.00 ÷ 4 人 = 4,500.00 元" in said(response)
    assert not Income.objects.exists()


def test_sub_items_add_up_to_their_group(client):
    home = a_household()
    body = {
        "kind": "year",
        "year": LAST_YEAR,
        "persons": "2",
        "step": "save",
        "wages_migrant": "900.5",
        "wages_casual": "99.5",
    }
    logged_in(client, Role.COUNTY).post(reverse("income_new", args=[home.pk]), body)
    income = home.incomes.get()
    assert (income.wages, income.items) == (Decimal(1000), {"wages_migrant": "900.50", "wages_casual": "99.50"})
    page = said(client.get(reverse("income_detail", args=[income.pk])))
    assert "1,000.00 ÷ 2 人 = 500.00 元" in page
    assert "采摘、零工 99.50" in page


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ({"kind": "year"}, "请选择年度"),
        ({"kind": "identified"}, "请填写起始月份"),
        ({"kind": "cleared", "since": "2020年5月"}, "写法不对"),
        ({"kind": "year", "year": LAST_YEAR, "wages": "-1"}, "金额不能为负"),
        ({"kind": "year", "year": LAST_YEAR, "wages": "1.005"}, "小数"),
        ({"kind": "year", "year": LAST_YEAR, "wages": "5", "wages_migrant": "4"}, "与分项之和 4.00 元不符"),
        ({"kind": "year", "year": LAST_YEAR, "persons": ""}, "请填写计算人数"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_saved(client, body, sentence):
    home = a_household()
    url = reverse("income_new", args=[home.pk])
    response = logged_in(client, Role.TOWNSHIP).post(url, {"persons": "3", "step": "save", **body})
    assert response.status_code == 200
    assert re.search(sentence, said(response))
    assert not Income.objects.exists()


def test_a_window_is_entered_by_its_first_month(client):
    home = a_household()
    body = {"kind": "identified", "since": "2020-05", "step": "save", **FIGURES}
    logged_in(client, Role.TOWNSHIP).post(reverse("income_new", args=[home.pk]), body)
    assert home.incomes.get().start == date(2020, 5, 1)


def test_a_correction_begins_with_what_was_entered(client):
    home = a_household()
    income = an_income(home, wages=900, items={"wages_migrant": "900.00"}, transfer=50)
    url = reverse("income_edit", args=[income.pk])
    form = logged_in(client, Role.TOWNSHIP).get(url).context["form"]
    assert (form["wages_migrant"].value(), form["wages"].value()) == (Decimal("900.00"), None)
    assert (form["transfer"].value(), "kind" in form.fields) == (Decimal("50.00"), False)
    client.post(url, {"persons": "3", "wages_migrant": "1000", "step": "save"})
    assert home.incomes.current().get().wages == 1000


def test_the_second_of_two_corrections_is_told_to_look_again(client):
    home = a_household()
    url = reverse("income_edit", args=[an_income(home, wages=900).pk])
    logged_in(client, Role.TOWNSHIP)
    client.post(url, {"persons": "3", "wages": "1000", "step": "save"})
    response = client.post(url, {"persons": "3", "wages": "2000", "step": "save"})
    assert response.status_code == 409
    assert home.incomes.current().get().wages == 1000
    assert client.get(url).status_code == 302


# -- who ----------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("role", "reads", "writes"),
    [(Role.VILLAGE, True, False), (Role.TOWNSHIP, True, True), (Role.COUNTY, True, True), (Role.ADMIN, False, False)],
)
def test_village_cadres_read_and_townships_write(client, role, reads, writes):
    income = an_income(a_household(), wages=900)
    logged_in(client, role)
    assert (client.get(reverse("income_detail", args=[income.pk])).status_code == 200) is reads
    for url in (reverse("income_edit", args=[income.pk]), reverse("income_new", args=[income.household_id])):
        assert (client.get(url).status_code == 200) is writes
        assert client.post(url, {}).status_code == (200 if writes else 404)


def test_what_is_out_of_reach_does_not_exist(client):
    income = an_income(a_household(village=VILLAGES[2]), wages=900)
    logged_in(client, Role.TOWNSHIP)
    for name, pk in (("income_detail", income.pk), ("income_edit", income.pk), ("income_new", income.household_id)):
        assert client.get(reverse(name, args=[pk])).status_code == 404
    assert not Entry.objects.filter(action="household.viewed").exists()


def test_looking_at_it_is_recorded(client):
    income = an_income(a_household(), wages=900)
    logged_in(client, Role.VILLAGE).get(reverse("income_detail", args=[income.pk]))
    entry = Entry.objects.get(action="household.viewed")
    assert (entry.target_id, entry.detail) == (str(income.household_id), {"part": "收支", "period": "2020年度"})


# -- pages --------------------------------------------------------------------------------------------------------------
def test_each_period_stands_against_the_line_of_its_own_year(client):
    a_standard(date(2020, 1, 1), {"income_line": 5000})
    a_standard(date(2021, 1, 1), {"income_line": 6000})
    home = a_household(people=1)
    an_income(home, 2020, wages=5500)
    an_income(home, 2021, wages=5500, claims=100)
    response = logged_in(client, Role.VILLAGE).get(reverse("household_part", args=[home.pk, "income"]))
    assert "不低于 5,000.00 元 高出 500.00" in said(response)
    assert "低于 6,000.00 元 差 −400.00" in said(response)


def test_the_change_is_that_against_the_year_before(client):
    home = a_household(people=2)
    for year, wages in ((2018, 8000), (2020, 9000), (2021, 8500)):
        an_income(home, year, wages=wages)
    part = logged_in(client, Role.COUNTY).get(reverse("household_part", args=[home.pk, "income"])).content.decode()
    assert "−250.00" in part
    assert "+" not in re.sub(r"<dl class=\"reckon\".*", "", part.partition('id="income"')[2], flags=re.DOTALL)
    assert '<svg class="spark' in part


def test_what_the_national_system_says_is_held_against_our_sum(client):
    income = an_income(a_household(people=2), wages=8000, reported={"家庭纯收入": "8000.00", "人均纯收入": "3999.00"})
    page = said(logged_in(client, Role.COUNTY).get(reverse("income_detail", args=[income.pk])))
    assert "家庭纯收入 8,000.00 8,000.00 一致" in page
    assert "人均纯收入 3,999.00 4,000.00 不一致" in page


def test_an_earlier_version_says_that_it_is_one(client):
    home = a_household()
    first = an_income(home, wages=900)
    logged_in(client, Role.TOWNSHIP)
    client.post(reverse("income_edit", args=[first.pk]), {"persons": "3", "wages": "1000", "step": "save"})
    page = said(client.get(reverse("income_detail", args=[first.pk])))
    assert "这是更正前的第 1 版" in page
    assert "更正</a>" not in client.get(reverse("income_detail", args=[first.pk])).content.decode()


@pytest.mark.parametrize("page", ["household_detail", "income_detail"])
def test_queries_do_not_grow_with_the_periods(client, page, django_assert_num_queries):
    few, many = a_household(people=1), a_household(people=1)
    for home, years in ((few, (2020,)), (many, (2016, 2017, 2018, 2019, 2020))):
        for year in years:
            an_income(home, year, wages=900, items={"wages_migrant": "900.00"})
    urls = [
        reverse(page, args=[home.pk if page == "household_detail" else home.incomes.first().pk])
        for home in (few, many)
    ]
    logged_in(client, Role.COUNTY).get(urls[0])
    with CaptureQueriesContext(connection) as queries:
        client.get(urls[0])
    with django_assert_num_queries(len(queries)):
        client.get(urls[1])
