"""Offline lists go up level by level: village → township → county, with returns, recall and withdrawal."""

import pytest
from django.utils import timezone

from fangpin.accounts.roles import Role
from fangpin.approvals.routes import Stage, Verdict
from fangpin.audit.models import Entry
from fangpin.transitions import NotAllowed, Stale
from screening.models import OfflineList, Round
from screening.rounds.handing_in import recall_list, sign_list, submit_list, withdraw_list
from tests.builders import VILLAGES, an_officer
from tests.screening.rounds.made import an_entry, an_offline_list

pytestmark = pytest.mark.django_db


@pytest.fixture
def cadre():
    return an_officer(Role.VILLAGE)


@pytest.fixture
def leader():
    return an_officer(Role.TOWNSHIP_LEADER)


@pytest.fixture
def office():
    return an_officer(Role.COUNTY)


@pytest.fixture
def listed():
    """One suspect among ten households that were looked at."""
    made = an_offline_list(due=12, looked_at=10, clear=9, checkers="甲")
    an_entry(made)
    return made


def submit(listed, by, **options):
    submit_list(listed, by=by, seen_version=listed.version, **options)


def sign(listed, by, verdict=Verdict.AGREE, **options):
    sign_list(listed, by=by, verdict=verdict, seen_version=listed.version, **options)


def stage():
    return OfflineList.objects.get(village=VILLAGES[0]).stage


def test_village_township_county(listed, cadre, leader, office):
    submit(listed, cadre)
    assert stage() == Stage.TOWNSHIP
    sign(listed, leader)
    assert stage() == Stage.COUNTY
    sign(listed, office)
    assert stage() == Stage.PASSED
    assert Entry.objects.filter(action="offline.submitted").count() == 1


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"checkers": ""}, "请填写本村排查人"),
        ({"looked_at": 0, "clear": 0}, "请填写已排查户数"),
        ({"clear": 8}, "已排查 10 户应等于无风险 8 户加疑似 1 户"),
    ],
)
def test_not_ready(listed, cadre, changes, why):
    OfflineList.objects.filter(pk=listed.pk).update(**changes)
    with pytest.raises(NotAllowed, match=why):
        submit(listed, cadre)
    assert stage() == ""


def test_a_draft_holds_the_list(listed, cadre):
    an_entry(listed, is_draft=True)
    with pytest.raises(NotAllowed, match="还有 1 户没有填完"):
        submit(listed, cadre)
    assert stage() == ""


def test_nothing_found_is_said_in_so_many_words(cadre):
    listed = an_offline_list(due=5, looked_at=5, clear=5, checkers="甲")
    with pytest.raises(NotAllowed, match="请勾选“零报告”"):
        submit(listed, cadre)
    assert stage() == ""
    submit(listed, cadre, zero=True)
    assert stage() == Stage.TOWNSHIP


def test_the_township_fills_in_but_does_not_submit(listed):
    with pytest.raises(NotAllowed, match="只有本村可以上报"):
        submit(listed, an_officer(Role.TOWNSHIP))
    assert stage() == ""


def test_submitted_twice(listed, cadre):
    second = OfflineList.objects.get(pk=listed.pk)
    submit(listed, cadre)
    with pytest.raises(Stale, match="刚刚有了变化"):
        submit(second, cadre)
    assert listed.approval.sign_offs.count() == 1


def test_returned_corrected_and_submitted_again(listed, cadre, leader):
    submit(listed, cadre)
    with pytest.raises(NotAllowed, match="意见"):
        sign(listed, leader, Verdict.RETURN, back_to=Stage.VILLAGE)
    listed.refresh_from_db()
    sign(listed, leader, Verdict.RETURN, back_to=Stage.VILLAGE, opinion="漏了二组")
    assert (stage(), listed.is_with_village) == (Stage.VILLAGE, True)
    submit(listed, cadre)
    assert (stage(), listed.approval.round) == (Stage.TOWNSHIP, 2)


def test_the_county_returns_to_the_township(listed, cadre, leader, office):
    submit(listed, cadre)
    sign(listed, leader)
    sign(listed, office, Verdict.RETURN, back_to=Stage.TOWNSHIP, opinion="请再核户数")
    assert stage() == Stage.TOWNSHIP


def test_recalled_until_the_township_has_signed(listed, cadre, leader):
    submit(listed, cadre)
    recall_list(listed, by=cadre, seen_version=listed.version)
    assert stage() == Stage.RECALLED
    submit(listed, cadre)
    sign(listed, leader)
    with pytest.raises(NotAllowed, match="上级已经签署"):
        recall_list(listed, by=cadre, seen_version=listed.version)
    assert stage() == Stage.COUNTY


def test_the_county_alone_withdraws_what_passed(listed, cadre, leader, office):
    submit(listed, cadre)
    sign(listed, leader)
    sign(listed, office)
    with pytest.raises(NotAllowed, match="只有县办"):
        withdraw_list(listed, by=leader, reason="更正", seen_version=listed.version)
    withdraw_list(listed, by=office, reason="漏报一户", seen_version=listed.version)
    assert (stage(), listed.approval.withdrawn_why) == (Stage.WITHDRAWN, "漏报一户")
    submit(listed, cadre)
    assert stage() == Stage.TOWNSHIP


def test_wrong_levels_sign_nothing(listed, cadre, office):
    with pytest.raises(NotAllowed, match="本村还没有上报"):
        sign(listed, office)
    submit(listed, cadre)
    for by in (office, cadre, an_officer(Role.TOWNSHIP), an_officer(Role.TOWNSHIP_LEADER, "450399102")):
        with pytest.raises(NotAllowed, match="您没有在这一级签署的岗位"):
            sign(listed, by)
    with pytest.raises(NotAllowed, match="只能同意或退回"):
        sign(listed, an_officer(Role.TOWNSHIP_LEADER), Verdict.REFUSE, opinion="不同意")
    assert stage() == Stage.TOWNSHIP


def test_nothing_moves_after_the_round(listed, cadre, leader):
    submit(listed, cadre)
    Round.objects.update(closed_at=timezone.now())
    for act in (lambda: sign(listed, leader), lambda: recall_list(listed, by=cadre, seen_version=listed.version)):
        with pytest.raises(NotAllowed, match="结束，不能再改动"):
            act()
    assert stage() == Stage.TOWNSHIP
