"""A village account on a phone: its clue, its household, its menu, and nothing of the neighbours."""

from playwright.sync_api import expect

from fangpin.accounts.roles import Role
from screening.models import Clue
from tests.browser.conftest import PHONE
from tests.browser.county import a_place, matched_houses
from tests.builders import VILLAGES, an_officer


def test_the_village_finds_its_household_by_the_menu(visit):
    a_place()
    mine, neighbour, _ = matched_houses()
    page = visit("/", an_officer(Role.VILLAGE, VILLAGES[0]), PHONE)
    page.get_by_role("link", name="全部待研判线索").click()
    rows = page.locator("#list tbody tr")
    expect(rows).to_have_count(1)
    box, frame = rows.first.bounding_box(), page.locator("#list").bounding_box()
    assert box["width"] > 300  # a card of its own, not a squeezed table row
    assert box["x"] + box["width"] <= frame["x"] + frame["width"]
    rows.first.get_by_role("link").click()
    expect(page.get_by_role("main")).to_contain_text(Clue.objects.get(person=mine).sentence)
    page.get_by_role("link", name=mine.household.number).click()
    expect(page.get_by_role("heading", name=f"{mine.name}户")).to_be_visible()
    assert neighbour.name not in page.content()

    menu = page.get_by_role("navigation", name="导航菜单")
    expect(menu).to_be_hidden()
    page.locator("summary", has_text="导航菜单").click()
    expect(menu).to_be_visible()
    page.keyboard.press("Escape")
    expect(menu).to_be_hidden()
    page.locator("summary", has_text="导航菜单").click()
    menu.get_by_role("link", name="农户名册").click()
    expect(page.locator("#list tbody tr")).to_have_count(1)


def test_a_neighbours_pages_are_not_there(visit, home):
    a_place()
    _, neighbour, _ = matched_houses()
    page = visit("/", an_officer(Role.VILLAGE, VILLAGES[0]), PHONE)
    for path in (f"/households/{neighbour.household_id}/", f"/clues/{Clue.objects.get(person=neighbour).pk}/"):
        assert page.goto(path).status == 404
        assert neighbour.name not in page.content()
