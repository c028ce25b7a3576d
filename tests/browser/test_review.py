"""The queue of doubtful rows, by keyboard alone."""

from playwright.sync_api import expect

from fangpin.accounts.roles import Role
from screening.choices import MatchState
from screening.models import RowMatch
from tests.browser.county import DOUBTFUL, a_place, matched_houses, twins
from tests.builders import an_officer


def test_two_rows_are_decided_without_a_mouse(visit):
    a_place()
    people = twins()
    matched_houses(DOUBTFUL | {"remark": "一"}, DOUBTFUL | {"remark": "二"})
    office = an_officer(Role.COUNTY)
    page = visit("/review/", office)
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="这一行是谁？")).to_be_visible()
    page.keyboard.press("2")
    second = page.get_by_role("radio").nth(1)
    expect(second).to_be_checked()
    chosen = second.get_attribute("value")
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_contain_text("下次本月运行时生效")
    expect(page.get_by_role("main")).to_contain_text("还有 1 行待判定")
    page.keyboard.press("0")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="疑似匹配")).to_be_visible()
    decided = RowMatch.objects.filter(decided_by=office)
    assert {str(person.pk) for person in people} >= {chosen}
    assert {(row.state, str(row.person_id)) for row in decided} == {
        (MatchState.CERTAIN, chosen),
        (MatchState.NONE, "None"),
    }
