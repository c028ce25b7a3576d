"""A township account enters every life event in the browser, looks at the day before and after, and takes one back."""

import pytest
from playwright.sync_api import expect

from fangpin.accounts.roles import Role
from households.acts import ACTS
from households.choices import Sex
from households.models import LifeEvent
from tests.browser.conftest import DESK, PHONE
from tests.browser.county import a_place
from tests.builders import VILLAGES, a_household, a_person, an_officer, unchecked

DAY, BEFORE = "2021-06-03", "2021-06-02"
ARRIVALS = ("birth", "adoption", "marriage-in", "moving-in", "release", "missed")
DEPARTURES = ("marriage-out", "moving-out", "imprisonment", "missing")


@pytest.fixture
def family(home):
    a_place()
    household = a_household(people=0, hamlet="大屯")
    a_person(household, name="莫大山", is_head=True, relation="户主")
    a_person(household, name="秦秀芳", relation="配偶", sex=Sex.FEMALE)
    a_person(household, name="莫小山", relation="之子")
    with unchecked():  # tests/households/events show the same verbs with the check
        yield household


@pytest.fixture
def neighbour(family):
    return a_household(VILLAGES[1], people=2, head_name="莫二山")


def opened(visit, family, screen=DESK, **options):
    """The household's page as its township clerk sees it."""
    return visit(f"/households/{family.pk}/", an_officer(Role.TOWNSHIP), screen, **options)


def choose(page, slug):
    page.get_by_role("link", name="登记变动", exact=True).first.click()
    page.locator(f".acts a[href*='/events/{slug}/']").click()


def enter(page, slug):
    page.get_by_label("出生日期" if slug == "birth" else "变动日期").fill(DAY)
    page.get_by_label("说明").fill("核实")
    page.get_by_role("button", name=f"登记{ACTS[slug].event.label}").click()
    expect(page.get_by_text(f"已登记{ACTS[slug].event.label}")).to_be_visible()


def relate(page, **relations):
    for name, relation in relations.items():
        page.get_by_label(f"{name}与").select_option(relation)


def names(page):
    return page.get_by_role("table", name="家庭成员", exact=True).locator(".who").all_inner_texts()


@pytest.mark.parametrize("slug", ARRIVALS)
def test_somebody_arrives(visit, family, slug):
    page = opened(visit, family)
    choose(page, slug)
    page.get_by_label("姓名").fill("莫新")
    page.get_by_label("与户主关系").select_option("之女")
    page.get_by_role("radio", name="女").check(force=True)
    if slug != "birth":
        page.get_by_label("出生日期").fill("2015-04-01")
    enter(page, slug)
    assert names(page) == ["莫大山", "秦秀芳", "莫小山", "莫新"]
    _day_before_and_after(page, 3, 4)


@pytest.mark.parametrize("slug", DEPARTURES)
def test_somebody_leaves(visit, family, slug):
    page = opened(visit, family)
    choose(page, slug)
    page.get_by_role("link", name="莫小山").click()
    enter(page, slug)
    assert names(page) == ["莫大山", "秦秀芳"]
    expect(page.get_by_role("table", name="已不在册的成员")).to_contain_text(DAY)
    _day_before_and_after(page, 3, 2)


def _day_before_and_after(page, before, after):
    """Members on the day before and on the day itself, asked for in the timeline."""
    for day, size in ((BEFORE, before), (DAY, after)):
        page.get_by_role("link", name="时间线").click()
        page.get_by_label("查看某一天的情况").fill(day)
        page.get_by_role("button", name="查看").click()
        expect(page.get_by_role("status").filter(has_text="不是现在的情况")).to_be_visible()
        assert len(names(page)) == size
        page.get_by_role("link", name="回到现在").click()


def test_the_head_dies_and_it_is_taken_back(visit, family):
    page = opened(visit, family)
    choose(page, "death")
    page.get_by_role("link", name="莫大山 户主").click()
    enter(page, "death")  # wife and son are suggested
    expect(page.get_by_role("heading", name="秦秀芳户")).to_be_visible()
    page.get_by_role("link", name="时间线").click()
    page.get_by_role("link", name="撤销死亡").click()
    page.get_by_role("dialog").get_by_role("button", name="撤销变动").click()
    expect(page.get_by_role("heading", name="莫大山户")).to_be_visible()
    expect(page.get_by_role("listitem").filter(has_text="死亡：莫大山")).to_contain_text("已撤销")


def test_a_member_moves_to_the_neighbour(visit, family, neighbour):
    page = opened(visit, family)
    choose(page, "move")
    page.get_by_role("link", name="莫小山").click()
    page.get_by_label("另一户的户编号").fill(neighbour.number)
    page.get_by_role("button", name="下一步").click()
    relate(page, 莫小山="之侄儿")
    enter(page, "move")
    assert names(page) == ["莫大山", "秦秀芳"]
    _day_before_and_after(page, 3, 2)


def test_the_whole_household_moves(visit, family):
    page = opened(visit, family)
    choose(page, "move-all")
    page.get_by_label("迁到").select_option(label="青山镇 下坪村")
    page.get_by_label("自然村（屯）").fill("小屯")
    enter(page, "move-all")
    expect(page.get_by_text("青山镇下坪村小屯")).to_be_visible()
    page.goto(f"/households/{family.pk}/?on={BEFORE}")
    expect(page.get_by_text("青山镇上坪村大屯")).to_be_visible()


def test_a_household_is_split(visit, family):
    page = opened(visit, family)
    choose(page, "split")
    page.get_by_role("group", name="莫小山去留").get_by_label("分到新户").check(force=True)
    relate(page, 莫小山="户主")
    enter(page, "split")
    assert names(page) == ["莫大山", "秦秀芳"]
    new = LifeEvent.objects.get().other_household
    page.goto(f"/households/{new.pk}/")
    expect(page.get_by_role("heading", name="莫小山户")).to_be_visible()
    page.goto(f"/households/{new.pk}/?on={BEFORE}")
    expect(page.get_by_role("heading", name="2021年6月2日还没有这户")).to_be_visible()


def test_two_households_are_joined(visit, family, neighbour):
    page = opened(visit, family)
    choose(page, "join")
    page.get_by_label("另一户的户编号").fill(neighbour.number)
    page.get_by_role("button", name="下一步").click()
    relate(page, 莫二山="之兄弟姐妹")
    page.locator("select").last.select_option("之侄儿")
    enter(page, "join")
    assert len(names(page)) == 5
    _day_before_and_after(page, 3, 5)


@pytest.mark.parametrize("javascript", [True, False])
def test_the_son_becomes_head(visit, family, javascript):
    page = opened(visit, family, java_script_enabled=javascript)
    choose(page, "head")
    page.get_by_role("link", name="莫小山").click()
    enter(page, "head")  # father and mother are suggested
    expect(page.get_by_role("heading", name="莫小山户")).to_be_visible()
    page.get_by_role("link", name="时间线").click()
    expect(page.get_by_role("list").filter(has_text="户主变更")).to_be_visible()
    page.goto(f"/households/{family.pk}/?on={BEFORE}")
    expect(page.get_by_role("heading", name="莫大山户")).to_be_visible()


def test_a_correction_on_a_phone(visit, family):
    page = opened(visit, family, PHONE)
    page.get_by_role("link", name="生活条件").click()
    page.get_by_role("link", name="更正住房").click()
    page.get_by_label("住房面积").fill("82.5")
    page.get_by_label("危房等级").select_option("C级")
    page.get_by_label("更正日期").fill(DAY)
    page.get_by_role("button", name="保存更正").click()
    expect(page.get_by_role("heading", name="有 1 处需要更正")).to_be_visible()
    page.get_by_label("更正原因").fill("入户核对")
    page.get_by_role("button", name="保存更正").click()
    page.get_by_role("link", name="生活条件").click()
    expect(page.get_by_text("82.5 平方米")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def test_every_event_is_entered_above():
    assert {*ARRIVALS, *DEPARTURES, "death", "move", "move-all", "split", "join", "head"} == set(ACTS)
