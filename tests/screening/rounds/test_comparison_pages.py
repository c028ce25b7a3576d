"""Pages of the comparison: who sees them, cards and sums, filters, bulk sending with its scope in words, the evidence page."""

from io import BytesIO

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from fangpin.accounts.roles import Role
from fangpin.audit.models import Entry
from screening.choices import ComparisonClass, MatchState, Risk
from screening.models import Comparison, ComparisonItem, RowMatch, VerificationTask
from screening.rounds.dispatching import send
from tests.builders import VILLAGES, an_officer
from tests.screening.rounds.frozen import a_file, checked, compared, home, offline, online, the_county
from tests.screening.rounds.made import a_comparison, a_round, a_task, an_item

pytestmark = pytest.mark.django_db


@pytest.fixture
def county(client):
    officer = the_county()
    client.force_login(officer)
    return client


def page(client, comparison, query=""):
    return client.get(reverse("comparison_detail", args=[comparison.pk]) + query)


def shown(answer) -> set:
    return {row.object.pk for row in answer.context["listing"]["rows"]}


def text(answer) -> str:
    return answer.content.decode()


@pytest.mark.parametrize(
    "role", [Role.VILLAGE, Role.TOWNSHIP, Role.TOWNSHIP_LEADER, Role.COUNTY_HEAD, Role.DEPARTMENT, Role.ADMIN]
)
def test_only_the_county_office_sees_comparisons(client, role):
    item = an_item()
    client.force_login(an_officer(role))
    for name, pk in (
        ("comparison_detail", item.comparison_id),
        ("item_detail", item.pk),
        ("doubt_list", item.comparison_id),
    ):
        assert client.get(reverse(name, args=[pk])).status_code == 404
    assert client.get(reverse("comparison_list")).status_code == 404


def test_the_office_compares_and_is_led_to_the_result(county):
    round = a_round()
    online(home())
    address = reverse("round_compare", args=[round.pk])
    assert "开始比对" in text(county.get(address))
    answer = county.post(address, follow=True)
    assert answer.redirect_chain[-1][0] == reverse("comparison_detail", args=[Comparison.objects.get().pk])
    assert "仍是上一次的比对结果" in text(county.post(address, follow=True))
    assert Comparison.objects.count() == 1


def test_a_refused_comparison_says_why(county):
    answer = county.post(reverse("round_compare", args=[a_round().pk]), follow=True)
    assert "没有可以比对的内容" in text(answer)


def test_cards_count_their_lists_and_the_sum_is_checked(county):
    round, both = a_round(), home()
    online(both), online(home()), offline(round, both), offline(round, home())
    answer = page(county, compared(round)[0].comparison)
    cards = {card["info"].cls: card["count"] for card in answer.context["cards"]}
    assert [cards[cls] for cls in ("C1", "C2", "C3", "C8")] == [1, 1, 1, 0]
    assert "各类合计 <b>3</b> 户 ＝ 线上 2 ＋ 线下 2 － 两边都有 1，数目相符" in text(answer)


def test_saved_visits_are_told(county):
    round = a_round()
    checked(online(home()))
    assert "避免重复核查 1 户次" in text(page(county, compared(round)[0].comparison))


def test_filters_leave_what_they_say(county):
    comparison = a_comparison()
    near, far = (
        an_item(comparison, grade="red"),
        an_item(comparison, home(VILLAGES[2]), risks=[Risk.HOUSING], cls="C3"),
    )
    a_task(near.household, round=comparison.round, item=near)
    for query, found in (
        ("?cls=C3", far), ("?place=450399102", far), ("?risk=housing", far), ("?grade=red", near),
        ("?progress=waiting", far), ("?progress=late", near), ("?progress=sent", near),
    ):  # fmt: skip
        assert shown(page(county, comparison, query)) == {found.pk}, query


def test_a_page_of_items_asks_few_questions(county, django_assert_max_num_queries):
    comparison = a_comparison()
    for _ in range(8):
        clue = online(home())
        item = an_item(comparison, clue.household, clues=[str(clue.pk)])
        a_task(clue.household, round=comparison.round, item=item)
    page(county, comparison)
    with django_assert_max_num_queries(25):
        answer = page(county, comparison)
    assert text(answer).count("住院自付累计超过标准") == 8


def test_the_export_holds_the_rows_of_the_filter(county):
    comparison = a_comparison()
    an_item(comparison), an_item(comparison, cls="C3", why="线下排查发现")
    answer = page(county, comparison, "?cls=C3&export=xlsx")
    rows = list(load_workbook(BytesIO(b"".join(answer.streaming_content))).active.iter_rows(values_only=True))
    assert (len(rows), rows[2][2]) == (3, "C3 线下有线上无")
    assert Entry.objects.get(action="comparison.exported").detail["rows"] == 1


# -- sending -------------------------------------------------------------------------------------------------------------
def ask(client, comparison, query="", **given):
    return client.post(reverse("comparison_send", args=[comparison.pk]) + query, given)


def test_the_question_tells_the_scope_in_words(county):
    comparison = a_comparison()
    items = [an_item(comparison), an_item(comparison, home(VILLAGES[2]), grade="red"), an_item(comparison, cls="C5")]
    answer = ask(county, comparison, pk=[item.pk for item in items])
    assert "勾选的 3 项：派发 2 件核查任务给 2 个乡镇 2 个村，红色 1 件限" in text(answer)
    assert "另有 1 项按类别不派发或已经办结" in text(answer)
    assert "青山镇上坪村 1 件、绿水乡河口村 1 件" in text(answer)
    assert not VerificationTask.objects.exists()


def test_chosen_rows_are_sent_after_the_question(county):
    comparison = a_comparison()
    item, _ = an_item(comparison), an_item(comparison)
    answer = ask(county, comparison, chosen=str(item.pk), whole="", count=1, sure="True", note="请入户")
    assert answer.url == reverse("comparison_detail", args=[comparison.pk]) + "?"
    assert list(VerificationTask.objects.values_list("item", "note")) == [(item.pk, "请入户")]


def test_all_of_a_filter_is_sent_and_nothing_else(county):
    comparison = a_comparison()
    an_item(comparison)
    far = an_item(comparison, home(VILLAGES[2]))
    question = ask(county, comparison, "?place=450399102", whole="1")
    assert "乡镇：绿水乡，共 1 项" in text(question)
    ask(county, comparison, "?place=450399102", whole="True", count=1, sure="True")
    assert list(VerificationTask.objects.values_list("household", flat=True)) == [far.household_id]
    assert Entry.objects.get(action="tasks.sent").detail["scope"] == "乡镇：绿水乡，共 1 项"


def test_a_scope_that_changed_meanwhile_is_asked_again(county):
    comparison = a_comparison()
    an_item(comparison), an_item(comparison)
    answer = ask(county, comparison, whole="True", count=1, sure="True")
    assert (answer.status_code, VerificationTask.objects.count()) == (409, 0)
    assert "由 1 项变为 2 项" in text(answer)


def test_nothing_ticked_is_said(county):
    answer = county.post(reverse("comparison_send", args=[a_comparison().pk]), {"pk": ["zz", "1"]}, follow=True)
    assert "请先勾选要派发的户" in text(answer)


def test_a_note_that_is_too_long_stays_on_the_page(county):
    comparison = a_comparison()
    item = an_item(comparison)
    answer = ask(county, comparison, chosen=str(item.pk), whole="", count=1, sure="True", note="长" * 201)
    assert "长" * 201 in text(answer)
    assert not VerificationTask.objects.exists()


def test_an_old_comparison_can_only_be_looked_at(county):
    comparison = a_comparison(round := a_round())
    item = an_item(comparison)
    a_comparison(round, number=2)
    assert "这里只能查看" in text(page(county, comparison))
    assert ask(county, comparison, chosen=str(item.pk), whole="", count=1, sure="True").status_code == 409
    assert not VerificationTask.objects.exists()


# -- one item ------------------------------------------------------------------------------------------------------------
def item_page(client, item):
    return text(client.get(reverse("item_detail", args=[item.pk])))


def test_the_evidence_page_shows_both_sides_and_is_recorded(county):
    round, household = a_round(), home()
    online(household), offline(round, household, risks=[Risk.DISABILITY])
    (item,) = compared(round)
    body = item_page(county, item)
    for told in (
        "住院自付累计超过标准",
        "疑似边缘易致贫户",
        "第一书记 甲、村干部 乙",
        "风险类型（线上：因病；线下：因残）不一致",
    ):
        assert told in body
    assert Entry.objects.filter(action="item.viewed", target_id=str(item.pk)).count() == 1


def test_a_suppressed_item_names_the_earlier_finding_and_offers_the_override(county):
    checked(online(home()))
    (item,) = compared(a_round())
    body = item_page(county, item)
    assert "不派发：2021-04-20 已核实：不符合" in body
    assert "本次不再派发的依据，至 2021-07-19" in body
    assert reverse("item_override", args=[item.pk]) in body


def test_an_override_is_asked_for_a_reason(county):
    checked(online(home()))
    (item,) = compared(a_round())
    address = reverse("item_override", args=[item.pk])
    assert county.post(address, {"reason": ""}).status_code == 200
    assert ComparisonItem.objects.get().overridden_at is None
    county.post(address, {"reason": "群众来访"})
    item.refresh_from_db()
    assert item.override_reason == "群众来访"
    assert "改为派发：群众来访" in item_page(county, item)


def test_a_row_in_doubt_shows_the_suggested_match(county):
    person, file = home().members.order_by("number").first(), a_file()
    RowMatch.objects.create(
        extract=file, sheet_no=0, row=7, state=MatchState.AMBIGUOUS, method="tie", confidence=0.5, name="赵小",
        candidates=[str(person.pk)], would_change=True,
    )  # fmt: skip
    (item,) = compared(a_round())
    for body in (item_page(county, item), text(county.get(reverse("doubt_list", args=[item.comparison_id])))):
        assert f"{person.name}（户主），户主{person.name}，青山镇上坪村，户编号 {person.household.number}" in body


def test_a_task_is_recalled_and_reassigned_from_its_item(county):
    item = an_item()
    (task,) = send(items=[item], by=the_county(), on=timezone.localdate()).tasks
    assert reverse("task_recall", args=[task.pk]) in item_page(county, item)
    county.post(reverse("task_reassign", args=[task.pk]), {"village": VILLAGES[2], "reason": "已搬走", "version": 1})
    task.refresh_from_db()
    assert (task.village_id, task.version) == (VILLAGES[2], 2)
    stale = county.post(reverse("task_recall", args=[task.pk]), {"reason": "派错", "version": 1})
    assert stale.status_code == 409
    county.post(reverse("task_recall", args=[task.pk]), {"reason": "派错", "version": 2})
    task.refresh_from_db()
    assert task.state == "recalled"


def test_a_village_s_problem_shows_its_one_task(county):
    online(village=VILLAGES[0], risk=Risk.WATER, rule="water.scheme_stopped", sentence="水厂停水 4 天")
    (item,) = compared(a_round())
    send(items=[item], by=the_county())
    assert item.cls == ComparisonClass.VILLAGE
    answer = page(county, item.comparison)
    assert [row.object.task_state for row in answer.context["listing"]["rows"]] == ["sent"]
    assert "派往" in item_page(county, item)
    assert ComparisonItem.objects.count() == 1
