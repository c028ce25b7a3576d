"""Pages of a village's offline list and of one entry: what was typed is never lost, each level has its buttons."""

import pytest
from django.urls import reverse
from django.utils import timezone

from fangpin.accounts.roles import Role
from fangpin.approvals.routes import Stage
from screening.models import OfflineEntry, OfflineList, Round
from screening.rounds.answers import Part
from screening.rounds.offline import answers_of, begin_entry
from tests.builders import VILLAGES, a_household, a_standard, an_officer
from tests.screening.rounds.made import a_round, an_entry, an_offline_list, answered

pytestmark = pytest.mark.django_db


@pytest.fixture
def cadre(client):
    a_standard()
    user = an_officer(Role.VILLAGE)
    client.force_login(user)
    return user


@pytest.fixture
def listed(cadre):
    today = timezone.localdate()
    return an_offline_list(a_round(today.replace(day=1), **_dates(today)))


def _dates(today):
    names = ("uploads_due", "offline_due", "compare_on", "dispatch_on", "verify_due", "ends_on")
    return dict.fromkeys(names, today)


@pytest.fixture
def entry(listed, cadre):
    return begin_entry(listed, household=a_household(), by=cadre)


def address(name, *args):
    return reverse(name, args=args)


def text(response, status=200):
    assert response.status_code == status
    return response.content.decode()


def form_of(part, entry):
    """What a browser would send for the answers of the builder."""
    found = answered(entry.household)
    today = timezone.localdate().isoformat()
    return {
        Part.WHERE: {"checked_on": today, "checkers": "甲", "way": "visit"},
        Part.HOUSEHOLD: {"flags": ["ill"], "chosen": list(found.members)},
        Part.INCOME: {"persons": 3, **found.amounts},
        Part.LIVING: dict.fromkeys(found.living, "yes"),
        Part.RISKS: {"risk_1": "illness", "evidence_1": "住院结算单"},
        Part.JUDGEMENT: {"judgement": "marginal", "reason": "自付大"},
    }[part]


def fill_in(client, entry):
    for part in Part:
        entry.refresh_from_db()
        client.post(address("offline_part", entry.pk, part), {**form_of(part, entry), "seen": entry.version})
    entry.refresh_from_db()


def test_found_by_name_begun_and_opened_at_the_first_part(client, listed):
    home = a_household(head_name="覃秀芳")
    page = text(client.post(address("round_find", listed.pk), {"q": "覃秀芳"}))
    assert str(home.pk) in page
    response = client.post(address("round_start", listed.pk), {"household": home.pk})
    made = OfflineEntry.objects.get()
    assert (made.household, response.url) == (home, address("offline_part", made.pk, "where"))


def test_a_household_out_of_reach_is_not_begun(client, listed):
    client.post(address("round_start", listed.pk), {"household": a_household(VILLAGES[1]).pk})
    client.post(address("round_start", listed.pk), {"household": "zz"})
    assert not OfflineEntry.objects.exists()


def test_part_by_part_to_completion(client, entry):
    fill_in(client, entry)
    page = text(client.get(address("offline_entry", entry.pk)))
    assert "完成，列入名单" in page
    client.post(address("offline_complete", entry.pk), {"seen": entry.version})
    entry.refresh_from_db()
    assert (entry.is_draft, entry.judgement, str(entry.reference_income)) == (False, "marginal", "4870.00")


def test_each_part_leads_to_the_next(client, entry):
    response = client.post(address("offline_part", entry.pk, "where"), {"checkers": "甲", "seen": 1})
    assert response.url == address("offline_part", entry.pk, "household")
    assert answers_of(OfflineEntry.objects.get()).checkers == "甲"


def test_what_is_missing_is_listed_and_linked(client, entry):
    page = text(client.post(address("offline_complete", entry.pk), {"seen": 1}))
    assert "请填写排查日期" in page
    assert address("offline_part", entry.pk, "judgement") in page
    assert OfflineEntry.objects.get().is_draft


@pytest.mark.parametrize(
    ("part", "typed", "why"),
    [
        ("where", {"checked_on": "2999-01-01", "checkers": "甲乙丙"}, "排查日期不能晚于今天"),
        ("where", {"checked_on": "五月四日", "checkers": "甲乙丙"}, "日期写成 2021-05-06"),
        ("income", {"wages": "-5", "business": "甲乙丙"}, "金额不能为负"),
        ("risks", {"evidence_1": "甲乙丙"}, "写了依据，请选择是哪项风险"),
    ],
)
def test_errors_keep_what_was_typed(client, entry, part, typed, why):
    page = text(client.post(address("offline_part", entry.pk, part), {**typed, "seen": 1}))
    assert why in page
    assert "甲乙丙" in page
    assert OfflineEntry.objects.get().version == 1


def test_a_round_closed_while_a_village_types_loses_nothing(client, entry):
    Round.objects.update(closed_at=timezone.now())
    page = text(client.post(address("offline_part", entry.pk, "judgement"), {"reason": "腿伤不能务工", "seen": 1}))
    assert "没有保存" in page
    assert "结束，不能再改动" in page
    assert "腿伤不能务工" in page
    assert answers_of(OfflineEntry.objects.get()).reason == ""


def test_who_was_slower_is_told_and_keeps_his_text(client, entry):
    client.post(address("offline_part", entry.pk, "judgement"), {"reason": "先", "seen": 1})
    page = text(client.post(address("offline_part", entry.pk, "judgement"), {"reason": "后写的", "seen": 1}), 409)
    assert "刚刚被他人修改过" in page
    assert "后写的" in page
    assert answers_of(OfflineEntry.objects.get()).reason == "先"


def test_the_income_is_added_up_without_saving(client, entry):
    typed = {**form_of(Part.INCOME, entry), "seen": 1, "step": "sum"}
    page = text(client.post(address("offline_part", entry.pk, "income"), typed))
    assert "人均收入参考 4,870.00 元，低于监测范围" in page
    assert OfflineEntry.objects.get().version == 1


def test_removed_after_a_question(client, entry):
    assert "删除这一户" in text(client.get(address("offline_remove", entry.pk)))
    client.post(address("offline_remove", entry.pk), {"seen": 1})
    assert not OfflineEntry.objects.exists()


def test_numbers_that_do_not_fit_stay_on_the_page(client, listed):
    typed = {"due": 10, "looked_at": 12, "clear": 3, "checkers": "甲乙丙", "seen": 1}
    page = text(client.post(address("round_counts", listed.pk), typed))
    assert "已排查户数不能超过应排查的 10 户" in page
    assert "甲乙丙" in page
    listed.refresh_from_db()
    assert listed.due == 0


def test_numbers_and_zero_report(client, listed):
    typed = {"due": 10, "looked_at": 10, "clear": 10, "checkers": "甲", "seen": 1}
    client.post(address("round_counts", listed.pk), typed)
    assert "零报告上报" in text(client.get(address("round_village", listed.pk)))
    assert "请勾选“零报告”" in text(client.post(address("round_submit", listed.pk), {"seen": 2}))
    client.post(address("round_submit", listed.pk), {"seen": 2, "zero": "on"})
    assert OfflineList.objects.get(pk=listed.pk).stage == Stage.TOWNSHIP


def handed_in(client, listed):
    for name, value in {"due": 1, "looked_at": 1, "clear": 0, "checkers": "甲"}.items():
        setattr(listed, name, value)
    listed.save()
    an_entry(listed)
    client.post(address("round_submit", listed.pk), {"seen": listed.version})
    listed.refresh_from_db()
    assert listed.stage == Stage.TOWNSHIP


def test_the_township_returns_with_a_reason(client, listed):
    handed_in(client, listed)
    client.force_login(an_officer(Role.TOWNSHIP_LEADER))
    assert "签署意见" in text(client.get(address("round_village", listed.pk)))
    sign = {"verdict": "return:village", "seen": listed.version}
    assert "退回须写明原因" in text(client.post(address("round_sign", listed.pk), sign))
    client.post(address("round_sign", listed.pk), {**sign, "opinion": "漏了二组"})
    assert OfflineList.objects.get(pk=listed.pk).stage == Stage.VILLAGE
    assert "漏了二组" in text(client.get(address("round_village", listed.pk)))


def test_township_and_county_sign_and_the_county_withdraws(client, listed):
    handed_in(client, listed)
    for role in (Role.TOWNSHIP_LEADER, Role.COUNTY):
        client.force_login(an_officer(role))
        listed.refresh_from_db()
        client.post(address("round_sign", listed.pk), {"verdict": "agree", "seen": listed.version})
    listed.refresh_from_db()
    assert listed.stage == Stage.PASSED
    assert "撤销审定" in text(client.get(address("round_withdraw", listed.pk)))
    client.post(address("round_withdraw", listed.pk), {"reason": "漏报一户", "seen": listed.version})
    assert OfflineList.objects.get(pk=listed.pk).stage == Stage.WITHDRAWN


def test_the_village_recalls(client, listed):
    handed_in(client, listed)
    client.post(address("round_recall", listed.pk), {"seen": listed.version})
    assert OfflineList.objects.get(pk=listed.pk).stage == Stage.RECALLED


def test_a_stale_page_is_refused(client, listed):
    handed_in(client, listed)
    client.force_login(an_officer(Role.TOWNSHIP_LEADER))
    response = client.post(address("round_sign", listed.pk), {"verdict": "agree", "seen": 1})
    assert response.status_code == 409
    assert OfflineList.objects.get(pk=listed.pk).stage == Stage.TOWNSHIP


def test_other_villages_see_nothing(client, entry):
    client.force_login(an_officer(Role.VILLAGE, VILLAGES[1]))
    for name, *args in (
        ("round_village", entry.offline_list_id),
        ("offline_entry", entry.pk),
        ("offline_part", entry.pk, "where"),
        ("round_find", entry.offline_list_id),
    ):
        assert client.get(address(name, *args)).status_code == 404


def test_a_villages_list_asks_the_same_number_of_questions_however_long_it_is(
    client, listed, django_assert_max_num_queries
):
    for _ in range(6):
        an_entry(listed)
    with django_assert_max_num_queries(16):
        text(client.get(address("round_village", listed.pk)))


def test_a_long_list_is_turned_by_pages_and_counts_all(client, listed, monkeypatch):
    monkeypatch.setattr("screening.views.offline.PER_PAGE", 2)
    for _ in range(3):
        an_entry(listed)
    response = client.get(address("round_village", listed.pk) + "?page=2")
    assert (len(response.context["entries"]), response.context["page"].paginator.count) == (1, 3)
    assert (response.context["suspected"], "第 2 页，共 2 页" in text(response)) == (3, True)
