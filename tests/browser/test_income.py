"""Income is added up while somebody types, and by the server for who has no JavaScript."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from fangpin.accounts.roles import Role
from tests.browser.conftest import DESK, PHONE
from tests.browser.county import a_place
from tests.builders import a_household, an_officer


@pytest.mark.parametrize("screen", [DESK, PHONE], ids=["desk", "phone"])
def test_the_sum_follows_what_is_typed_and_is_what_the_server_saves(visit, screen):
    a_place()
    home = a_household(people=3)
    page = visit(reverse("income_new", args=[home.pk]), an_officer(Role.TOWNSHIP), screen)
    page.get_by_label("计算人数").fill("3")
    page.get_by_label("转移性收入合计").fill("0.05")
    page.locator("[data-group=工资性收入] summary").click()
    page.get_by_label("采摘、零工").fill("999.99")
    page.locator("#id_wages_migrant").fill("1000")
    page.get_by_label("生产经营性支出合计").fill("5000")
    expect(page.locator("strong[data-sum=net]")).to_have_text("−2,999.96")
    expect(page.locator("strong[data-sum=net_per_head]")).to_have_text("−999.99")
    expect(page.locator("strong[data-sum=工资性收入]")).to_have_text("1,999.99")
    page.locator("#id_year").select_option(index=1)
    page.get_by_role("button", name="保存").click()
    expect(page.locator("strong[data-sum=net_per_head]")).to_have_text("−999.99")
    assert home.incomes.get().wages * 100 == 199_999


def test_without_javascript_the_button_adds_up(visit):
    a_place()
    home = a_household(people=2)
    page = visit(reverse("income_new", args=[home.pk]), an_officer(Role.TOWNSHIP), java_script_enabled=False)
    page.get_by_label("工资性收入合计").fill("5000")
    page.locator("#id_year").select_option(index=1)
    page.get_by_role("button", name="重新计算").click()
    expect(page.locator("strong[data-sum=net_per_head]")).to_have_text("2,500.00")
    assert not home.incomes.exists()
