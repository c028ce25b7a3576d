"""一户一档: tabs, past days, timeline, paper, neighbours in the list."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from fangpin.accounts.roles import Role
from fangpin.audit.models import Entry
from households.choices import Category, Event
from households.events.correcting import correct
from households.events.leaving import leave
from households.events.moving import split
from households.events.undoing import undo_event
from households.models import Person
from households.revealing import reveal
from tests.builders import VILLAGES, a_household, a_person, an_income, an_officer
from tests.households.events.families import BEFORE, DAY, a_family

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk(client):
    client.user = an_officer(Role.TOWNSHIP, name="莫经办")
    client.force_login(client.user)
    return client


def page_of(household, **query):
    return reverse("household_detail", args=[household.pk], query=query)


def tab_of(household, slug, **query):
    return reverse("household_part", args=[household.pk, slug], query=query)


def text_of(answer):
    """Visible text without tags and runs of spaces."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


# -- tabs ---------------------------------------------------------------------------------------------------------------
def test_tabs_are_links_and_the_present_one_is_marked(clerk):
    home, *_ = a_family()
    tabs = clerk.get(page_of(home)).context["tabs"]
    assert [tab["label"] for tab in tabs][:4] == ["概况", "成员", "收支", "生活条件"]
    assert [tab["label"] for tab in tabs if tab["current"]] == ["概况"]
    assert next(tab["count"] for tab in tabs if tab["label"] == "成员") == 3
    assert "风险" not in [tab["label"] for tab in tabs]  # the register says nothing of the kind
    for tab in tabs:
        assert clerk.get(tab["url"]).status_code == 200


def test_a_monitored_household_has_the_risk_tab(clerk):
    home, *_ = a_family(category=Category.SUDDEN, other={"risk_1": "illness", "monitored_from": "2021-05"})
    text = text_of(clerk.get(tab_of(home, "risks")))
    assert "致贫返贫风险1 因病" in text
    assert "识别监测时间 2021-05" in text


def test_living_conditions_in_groups_with_units(clerk):
    home, *_ = a_family(other={"house_area": "82.5", "house_grade": "c", "road": "concrete", "备注": "新栏目"})
    text = text_of(clerk.get(tab_of(home, "living")))
    for said in ("住房面积 82.5 平方米", "危房等级 C级", "入户路类型 水泥路", "供水方式 —"):
        assert said in text
    assert "备注 新栏目" in text_of(clerk.get(page_of(home)))


def test_members_with_what_is_known_of_them(clerk):
    home, *_ = a_family()
    a_person(home, name="莫读书", student_status="七年级", other={"school": "中心小学", "insured_resident": "yes"})
    text = text_of(clerk.get(tab_of(home, "people")))
    for said in ("在校生状况 七年级", "就读学校 中心小学", "是否参加城乡居民基本医疗保险 是"):
        assert said in text


def test_a_tab_that_is_none_is_not_there(clerk):
    home, *_ = a_family()
    for slug in ("zz", "risks"):
        assert clerk.get(tab_of(home, slug)).status_code == 404


def test_viewing_a_tab_is_recorded_with_its_name(clerk):
    home, *_ = a_family()
    clerk.get(tab_of(home, "timeline"))
    assert Entry.objects.get(action="household.viewed").detail == {"part": "timeline"}


def test_only_who_may_edit_is_offered_to(clerk, client):
    home, *_ = a_family()
    assert "登记变动" in clerk.get(page_of(home)).content.decode()
    client.force_login(an_officer(Role.VILLAGE))
    for url in (page_of(home), tab_of(home, "people"), tab_of(home, "living")):
        page = client.get(url).content.decode()
        assert "登记变动" not in page
        assert "更正" not in page


# -- a past day ---------------------------------------------------------------------------------------------------------
def test_the_day_before_and_the_day_of_an_event(clerk):
    home, head, wife, son = a_family()
    leave(Event.DEATH, person=head, on=DAY, by=None, relations={wife.pk: "户主", son.pk: "之子"})
    before, after = (clerk.get(page_of(home, on=day.isoformat())) for day in (BEFORE, DAY))
    assert "2021年6月2日的情况 ，不是现在的情况" in text_of(before)
    assert (str(before.context["household"]), before.context["household"].size) == ("莫大山户", 3)
    assert (str(after.context["household"]), after.context["household"].size) == ("秦秀芳户", 2)
    assert "登记变动" not in before.content.decode()
    assert "死亡" in text_of(after)


def test_ages_are_those_of_the_day(clerk):
    home, *_ = a_family()
    assert "，25 岁" in clerk.get(page_of(home, on="2021-03-31")).content.decode()
    assert "，26 岁" in clerk.get(page_of(home, on="2021-04-01")).content.decode()


def test_tabs_of_a_past_day_stay_in_it(clerk):
    home, *_ = a_family()
    correct(home, values={"house_grade": "c"}, on=DAY, reason="鉴定", by=None)
    answer = clerk.get(tab_of(home, "living", on=BEFORE.isoformat()))
    assert "危房等级 —" in text_of(answer)
    tabs = {tab["label"]: tab["url"] for tab in answer.context["tabs"]}
    assert "时间线" not in tabs
    assert all("on=2021-06-02" in url for url in tabs.values())
    assert "危房等级 C级" in text_of(clerk.get(tab_of(home, "living", on=DAY.isoformat())))


def test_before_it_was_founded_there_is_no_household(clerk):
    home, _, _, son = a_family()
    new = split(household=home, people=[son], relations={son.pk: "户主"}, on=DAY, by=None).other_household
    assert "2021年6月2日还没有这户" in clerk.get(page_of(new, on=BEFORE.isoformat())).content.decode()


@pytest.mark.parametrize(
    ("on", "sentence"),
    [
        ("昨天", "日期写法不对"),
        ("", "请选择日期"),
        (f"{timezone.localdate() + timedelta(days=1)}", "只能查看今天以前的情况"),
    ],
)
def test_a_day_that_is_none_is_told_and_today_is_shown(clerk, on, sentence):
    home, *_ = a_family()
    answer = clerk.get(page_of(home, on=on))
    assert sentence in answer.content.decode()
    assert answer.context["household"].size == 3


# -- timeline -----------------------------------------------------------------------------------------------------------
def test_the_timeline_says_what_who_and_when(clerk):
    home, head, wife, _ = a_family()
    correct(head, values={"health": "chronic"}, on=BEFORE, reason="入户核对", by=clerk.user)
    leave(Event.MARRIAGE_OUT, person=wife, on=DAY, reason="派出所证明", by=clerk.user)
    text = text_of(clerk.get(tab_of(home, "timeline")))
    assert text.index("婚嫁迁出：秦秀芳") < text.index("信息更正：莫大山")
    assert "派出所证明" in text
    assert "健康状况 空 改为 长期慢性病；入户核对" in text
    assert "莫经办" in text


def test_numbers_in_corrections_are_told_as_changed_only(clerk):
    home, head, *_ = a_family()
    correct(head, values={"phone": "19900003333"}, on=DAY, reason="核对", by=clerk.user)
    text = text_of(clerk.get(tab_of(home, "timeline")))
    assert "联系电话已更改" in text
    assert "19900003333" not in text


def test_an_undone_event_stays_and_says_so(clerk):
    home, _, wife, _ = a_family()
    undo_event(leave(Event.DEATH, person=wife, on=DAY, by=clerk.user), by=clerk.user)
    page = clerk.get(tab_of(home, "timeline")).content.decode()
    assert "已撤销" in page
    assert "event_undo" not in page
    assert "/undo/" not in page


def test_both_households_of_an_event_tell_it(clerk):
    home, _, _, son = a_family()
    new = split(household=home, people=[son], relations={son.pk: "户主"}, on=DAY, by=None).other_household
    assert f"去往户编号 {new.number}" in text_of(clerk.get(tab_of(home, "timeline")))
    assert f"来自户编号 {home.number}" in text_of(clerk.get(tab_of(new, "timeline")))


def test_a_revealed_number_stands_in_the_timeline_with_its_reason(clerk):
    home, head, *_ = a_family()
    clerk.post(reverse("person_reveal", args=[head.pk]), {"reason": "核对参保信息"})
    text = text_of(clerk.get(tab_of(home, "timeline")))
    assert "查看完整号码：莫大山证件号码" in text
    assert "核对参保信息" in text


def test_a_revealed_phone_and_an_entered_income_stand_in_the_timeline(clerk):
    home, *_ = a_family(phone="19900001234")
    reveal(home, field="phone", reason="电话核对", by=clerk.user)
    an_income(home, 2019, origin="imported", wages=9000)
    an_income(home, 2020, wages=9000)
    text = text_of(clerk.get(tab_of(home, "timeline")))
    assert "查看完整号码：户联系电话" in text
    assert "登记收支：2020年度" in text
    assert "2019年度" not in text


@pytest.mark.parametrize("events", [1, 6])
def test_queries_of_the_timeline(clerk, django_assert_num_queries, events):
    home, head, *_ = a_family()
    for nth in range(events):
        correct(head, values={"political": ("league", "masses")[nth % 2]}, on=DAY, reason="核对", by=clerk.user)
    clerk.get(tab_of(home, "timeline"))
    with django_assert_num_queries(22):
        clerk.get(tab_of(home, "timeline"))


# -- paper --------------------------------------------------------------------------------------------------------------
def test_the_whole_file_is_printed_masked_and_recorded(clerk):
    home, head, *_ = a_family(other={"house_grade": "c"})
    text = text_of(clerk.get(reverse("household_print", args=[home.pk])))
    for said in ("家庭成员", "危房等级 C级", "时间线", "莫经办", "含个人信息，请妥善保管"):
        assert said in text
    assert head.id_number not in text
    assert Entry.objects.filter(action="household.printed", target_id=str(home.pk)).count() == 1


# -- neighbours in the list ---------------------------------------------------------------------------------------------
def neighbours(client, query=""):
    """户主 of each household by walking "下一户" from the first row of the list."""
    rows = client.get(reverse("household_list") + query).context["listing"]["rows"]
    url, seen = rows[0].url, []
    while url:
        answer = client.get(url)
        seen.append(answer.context["household"].head_name)
        url = answer.context["place"].next
    return seen, answer.context["place"]


@pytest.mark.parametrize(
    "query", ["", "?sort=-size", "?sort=head", "?sort=-head", "?sort=village", "?size=1", "?tab=monitored"]
)
def test_walking_goes_as_the_list_does(clerk, query):
    for nth, people in enumerate((1, 3, 1, 2)):
        a_household(
            VILLAGES[nth % 2],
            people=people,
            head_name=f"赵{'丙甲丁乙'[nth]}",
            category=Category.SUDDEN if nth % 2 else "",
        )
    a_household(VILLAGES[2], people=1)
    listed = [row.object.head_name for row in clerk.get(reverse("household_list") + query).context["listing"]["rows"]]
    seen, last = neighbours(clerk, query)
    assert seen == listed
    assert (last.place, last.count) == (len(listed), len(listed))


def test_the_way_back_leads_to_the_same_list(clerk):
    a_household(people=1)
    row = clerk.get(reverse("household_list") + "?size=1&sort=-size").context["listing"]["rows"][0]
    place = clerk.get(row.url).context["place"]
    assert (place.list_url, place.previous, place.next) == ("/households/?size=1&sort=-size", "", "")


def test_a_forged_or_missing_list_gives_no_neighbours(clerk):
    home = a_household(people=1)
    a_household(people=1)
    for query in ({}, {"from": "eyJhc2tlZCI6e319:1abc:xyz"}):
        assert clerk.get(page_of(home, **query)).context["place"] is None


def test_anothers_list_shows_only_ones_own(clerk, client):
    homes = [a_household(village, people=1) for village in VILLAGES]
    client.force_login(an_officer(Role.COUNTY))
    rows = client.get(reverse("household_list")).context["listing"]["rows"]
    url = next(row.url for row in rows if row.object == homes[1])
    client.force_login(an_officer(Role.VILLAGE, VILLAGES[1]))
    place = client.get(url).context["place"]
    assert (place.place, place.count, place.previous, place.next) == (1, 1, "", "")


@pytest.mark.parametrize("count", [3, 20])
def test_queries_of_the_page_with_neighbours(clerk, django_assert_num_queries, count):
    for _ in range(count):
        a_household(people=2)
    row = clerk.get(reverse("household_list")).context["listing"]["rows"][1]
    clerk.get(row.url)
    with django_assert_num_queries(13):
        clerk.get(row.url)
    assert Person.objects.count() == 2 * count
