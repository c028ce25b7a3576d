"""The queue of doubtful rows, by keyboard alone."""

from playwright.sync_api import expect

from fangpin.accounts.roles import Role
from households.models import Household, Person
from screening.choices import MatchState
from screening.models import RowMatch, Ruling
from tests.browser.county import DOUBTFUL, a_place, matched_houses, twins
from tests.builders import COUNTY, VILLAGES, an_officer
from tests.screening.builders import an_extract, run_the_month

FAMILIES, GIVEN = "莫黎徐秦毛李韦黄覃卢", ("建国", "秀兰", "德海", "玉凤", "少华")


def fifty_doubts() -> None:
    """Fifty names, each of two heads in one village, and a file that gives no more than name and village."""
    names = [family + given for family in FAMILIES for given in GIVEN]
    homes = [
        Household(number=f"{COUNTY}8{nth:09d}", village_id=VILLAGES[0], head_name=name, size=1)
        for nth, name in enumerate(names * 2)
    ]
    Household.objects.bulk_create(homes)
    heads = [
        Person(
            household=home,
            number=f"{COUNTY}Q{nth:09d}",
            name=home.head_name,
            is_head=True,
            relation="户主",
            sex="male",
        )
        for nth, home in enumerate(homes)
    ]
    Person.objects.bulk_create(heads)
    an_extract("HOU-R", *(DOUBTFUL | {"name": name} for name in names))
    run_the_month()
    assert RowMatch.objects.waiting().count() == 50


def go_to_the_queue(visit):
    office = an_officer(Role.COUNTY)
    page = visit("/review/", office)
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="这一行是谁？")).to_be_visible()
    return page, office


def test_fifty_rows_are_decided_with_the_keyboard_alone(visit):
    a_place()
    fifty_doubts()
    page, office = go_to_the_queue(visit)
    page.wait_for_load_state()
    loads = []
    page.on("load", lambda: loads.append(page.url))
    for left in range(50, 0, -1):
        expect(page.locator("#review")).to_contain_text(f"还有 {left} 行待判定")
        page.keyboard.press("0" if left % 10 == 0 else "2")
        page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="疑似匹配")).to_be_visible()
    assert len(loads) == 1  # the list at the end: keys wait for the row that is on its way
    decided = RowMatch.objects.filter(decided_by=office)
    counts = {state: decided.filter(state=state).count() for state in (MatchState.CERTAIN, MatchState.NONE)}
    assert counts == {MatchState.CERTAIN: 45, MatchState.NONE: 5}
    assert all(str(match.person_id) == match.candidates[1] for match in decided.filter(state=MatchState.CERTAIN))
    assert Ruling.objects.standing().filter(same=True, decided_by=office).count() == 45


def test_striking_skipping_undoing_and_the_help(visit):
    a_place()
    people = twins()
    matched_houses(DOUBTFUL | {"hamlet": "一屯"}, DOUBTFUL | {"hamlet": "二屯"})
    page, _ = go_to_the_queue(visit)
    review = page.locator("#review")
    page.keyboard.press("?")
    expect(page.get_by_text("显示或收起按键说明")).to_be_visible()
    page.keyboard.press("1")
    page.keyboard.press("x")
    expect(review).to_contain_text("已剔除韦大山")
    expect(page.get_by_role("radio")).to_have_count(2)  # the other one, and 都不是
    here = page.url
    page.keyboard.press("s")
    page.wait_for_url(lambda url: url != here)
    page.keyboard.press("1")
    page.keyboard.press("Enter")
    expect(review).to_contain_text("还有 1 行待判定")
    assert RowMatch.objects.filter(person__in=people).count() == 1
    page.keyboard.press("u")
    expect(review).to_contain_text("判定已撤回")
    expect(review).to_contain_text("还有 2 行待判定")
    assert not RowMatch.objects.filter(person__in=people).exists()


def test_a_row_that_somebody_else_decided_stays_and_says_so(visit):
    a_place()
    people = twins()
    matched_houses(DOUBTFUL)
    page, _ = go_to_the_queue(visit)
    other = an_officer(Role.COUNTY_LEADER)
    RowMatch.objects.waiting().update(
        state=MatchState.CERTAIN,
        person=people[0],
        household=people[0].household,
        decided_by=other,
        decided_at="2021-06-01T00:00Z",
    )
    page.keyboard.press("2")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("刚刚由他人判定")
    assert RowMatch.objects.get(decided_by=other).person == people[0]
