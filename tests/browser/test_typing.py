"""Search as you type waits for the end of a Chinese IME composition."""

from playwright.sync_api import expect

from fangpin.accounts.roles import Role
from tests.browser.county import a_place
from tests.builders import an_officer


def test_a_composition_does_not_search_before_it_ends(visit, watch):
    a_place()
    an_officer(Role.VILLAGE, name="秦水生")
    page = visit("/accounts/", an_officer(Role.ADMIN, name="覃志平"))
    page.get_by_label("姓名、用户名").focus()
    keyboard = page.context.new_cdp_session(page)
    before = len(watch.fetched)
    for letters in ("q", "qi", "qin"):
        keyboard.send(
            "Input.imeSetComposition", {"text": letters, "selectionStart": len(letters), "selectionEnd": len(letters)}
        )
        page.wait_for_timeout(150)
    page.wait_for_timeout(450)  # longer than the pause after which typing searches
    assert watch.fetched[before:] == []
    keyboard.send("Input.insertText", {"text": "秦"})
    expect(page.locator("#list tbody tr")).to_have_count(1)
    expect(page.locator("#list")).to_contain_text("秦水生")
    assert len(watch.fetched) == before + 1
