"""An entry of the offline list: prefilled, kept part by part, complete only when everything is said, locked when it should be."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from django.utils import timezone

from fangpin.accounts.roles import Role
from fangpin.approvals.routes import Stage
from fangpin.transitions import NotAllowed, Stale
from screening.models import OfflineEntry, Round
from screening.rounds.offline import (
    Lacking,
    answers_of,
    begin_entry,
    complete_entry,
    enter,
    remove_entry,
    save_counts,
    save_entry,
)
from tests.builders import VILLAGES, a_household, a_person, a_standard, an_income, an_officer
from tests.screening.rounds.made import MAY, an_offline_list, answered

pytestmark = pytest.mark.django_db
ON = date(2021, 5, 6)


@pytest.fixture
def cadre():
    a_standard()
    return an_officer(Role.VILLAGE)


@pytest.fixture
def entry(cadre):
    return begin_entry(an_offline_list(), household=a_household(), by=cadre)


def save(entry, by, **changes):
    answers = replace(answers_of(entry), **changes)
    save_entry(entry, answers=answers, by=by, seen_version=entry.version, day=ON)


def test_an_entry_begins_with_what_the_register_knows(cadre):
    home = a_household()
    a_person(home, minimum_living="农村低保", disability_level="一级", health="患有大病")
    an_income(home, wages=12_000, costs=500)
    entry = begin_entry(an_offline_list(checkers="李书记"), household=home, by=cadre)
    found = answers_of(entry)
    assert set(found.flags) == {"minimum_living", "disabled", "ill"}
    assert (found.persons, found.amounts["wages"], found.checkers) == (4, Decimal(12_000), "李书记")
    assert (entry.is_draft, entry.offline_list.version) == (True, 2)


def test_a_household_has_one_entry(cadre, entry):
    assert begin_entry(entry.offline_list, household=entry.household, by=cadre) == entry
    assert OfflineEntry.objects.count() == 1


def test_a_household_of_another_village_is_refused(cadre):
    with pytest.raises(NotAllowed, match="请在那个村的名单里填报"):
        begin_entry(an_offline_list(), household=a_household(VILLAGES[1]), by=cadre)
    assert not OfflineEntry.objects.exists()


def test_a_draft_keeps_what_is_there(cadre, entry):
    save(entry, cadre, checked_on=date(2021, 5, 4), reason="腿伤后不能务工", living={"food": True})
    kept = answers_of(OfflineEntry.objects.get())
    assert (kept.checked_on, kept.reason, kept.living) == (date(2021, 5, 4), "腿伤后不能务工", {"food": True})
    assert (entry.is_draft, entry.version, entry.offline_list.version) == (True, 2, 2)


def test_what_an_entry_tells_is_sealed_in_the_database(cadre, entry):
    save(entry, cadre, reason="腿伤后不能务工")
    assert "腿伤" not in bytes(OfflineEntry.objects.get().told_sealed).decode("utf-8", "replace")


def test_the_income_is_summed_and_compared(cadre, entry):
    save(entry, cadre, **vars(answered(entry.household)))
    assert entry.reference_income == Decimal("4870.00")


def test_complete_when_all_is_said(cadre, entry):
    save(entry, cadre, **vars(answered(entry.household)))
    complete_entry(entry, by=cadre, seen_version=entry.version, day=ON)
    assert (entry.is_draft, entry.offline_list.version) == (False, 3)
    assert list(OfflineEntry.objects.suspected()) == [entry]


def test_changing_a_complete_entry_makes_it_a_draft_again(cadre, entry):
    save(entry, cadre, **vars(answered(entry.household)))
    complete_entry(entry, by=cadre, seen_version=entry.version, day=ON)
    save(entry, cadre, reason="再核对")
    assert (OfflineEntry.objects.get().is_draft, entry.offline_list.version) == (True, 4)


def test_what_is_missing_is_named_and_it_stays_a_draft(cadre, entry):
    save(entry, cadre, **vars(answered(entry.household)) | {"risks": (), "evidence": {}})
    with pytest.raises(Lacking, match="判断为疑似的，至少选择一项风险"):
        complete_entry(entry, by=cadre, seen_version=entry.version, day=ON)
    assert OfflineEntry.objects.get().is_draft


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"checked_on": date(2021, 5, 7)}, "不能晚于今天"),
        ({"checked_on": date(2021, 4, 30)}, "早于本轮开始的 2021-05-01"),
        ({"risks": ("illness", "illness")}, "同一项风险只选一次"),
        ({"judgement": "unstable"}, "本户是一般农户"),
        ({"judgement": "sudden"}, "突发严重困难户还没有启用，自 2021-06-01 起"),
        ({"judgement": "clear", "risks": ("illness",)}, "已填写了风险"),
    ],
)
def test_what_cannot_be_right_is_not_kept(cadre, entry, changes, why):
    with pytest.raises(Lacking, match=why):
        save(entry, cadre, **changes)
    assert OfflineEntry.objects.get().version == 1


def test_a_lifted_household_cannot_be_marginal(cadre):
    entry = begin_entry(an_offline_list(), household=a_household(kind="lifted"), by=cadre)
    with pytest.raises(Lacking, match="本户是脱贫户"):
        save(entry, cadre, judgement="marginal")


def test_two_who_save_at_once(cadre, entry):
    stale = OfflineEntry.objects.get()
    save(entry, cadre, reason="先保存的")
    with pytest.raises(Stale, match="刚刚被他人修改过"):
        save(stale, cadre, reason="后保存的")
    assert answers_of(OfflineEntry.objects.get()).reason == "先保存的"


def test_a_round_that_closed_meanwhile_takes_nothing(cadre, entry):
    Round.objects.update(closed_at=timezone.now())
    with pytest.raises(NotAllowed, match="结束，不能再改动"):
        save(entry, cadre, reason="晚了")
    assert answers_of(OfflineEntry.objects.get()).reason == ""


def test_a_list_with_the_township_is_locked(cadre):
    listed = an_offline_list(stage=Stage.TOWNSHIP)
    with pytest.raises(NotAllowed, match="待乡镇审核"):
        begin_entry(listed, household=a_household(), by=cadre)
    with pytest.raises(NotAllowed, match="待乡镇审核"):
        save_counts(listed, due=1, looked_at=1, clear=1, checkers="甲", by=cadre, seen_version=1)
    assert not OfflineEntry.objects.exists()


def test_removed(cadre, entry):
    remove_entry(entry, by=cadre, seen_version=1)
    assert not OfflineEntry.objects.exists()
    assert entry.offline_list.version == 3


def test_another_village_changes_nothing(entry):
    other = an_officer(Role.VILLAGE, VILLAGES[1])
    for act in (
        lambda: save(entry, other, reason="别村"),
        lambda: remove_entry(entry, by=other, seen_version=1),
        lambda: begin_entry(entry.offline_list, household=a_household(), by=other),
    ):
        with pytest.raises(NotAllowed, match="您没有填报本村线下排查的岗位"):
            act()
    assert OfflineEntry.objects.get().version == 1


def test_plain_numbers(cadre):
    listed = an_offline_list()
    save_counts(listed, due=120, looked_at=100, clear=98, checkers=" 甲、乙 ", by=cadre, seen_version=1)
    listed.refresh_from_db()
    assert (listed.due, listed.looked_at, listed.clear, listed.checkers, listed.version) == (120, 100, 98, "甲、乙", 2)
    with pytest.raises(Stale):
        save_counts(listed, due=1, looked_at=1, clear=1, checkers="", by=cadre, seen_version=1)
    with pytest.raises(NotAllowed, match="无风险户数 ≤ 已排查户数"):
        save_counts(listed, due=9, looked_at=5, clear=6, checkers="", by=cadre, seen_version=2)
    listed.refresh_from_db()
    assert listed.clear == 98


def test_a_sheet_brings_complete_entries_and_overwrites_none(cadre):
    listed, home = an_offline_list(), a_household()
    enter(listed, household=home, answers=answered(home), by=cadre, day=ON)
    with pytest.raises(NotAllowed, match="没有覆盖"):
        enter(listed, household=home, answers=answered(home), by=cadre, day=ON)
    with pytest.raises(Lacking, match="请作出判断"):
        enter(listed, household=a_household(), answers=replace(answered(home), judgement=""), by=cadre, day=ON)
    assert list(OfflineEntry.objects.complete().values_list("household", flat=True)) == [home.pk]
    assert listed.round.period == MAY
