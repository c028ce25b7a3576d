"""收回, 重新上报, 撤销: who may take a case back, and that a new round begins when it comes again."""

import pytest

from fangpin.accounts.roles import Role
from fangpin.approvals.engine import (
    note_edit,
    recall,
    resubmit,
    waiting_for,
    why_not_recall,
    why_not_resubmit,
    why_not_sign,
    why_not_withdraw,
    withdraw,
)
from fangpin.approvals.models import Approval
from fangpin.approvals.routes import Stage, Verdict
from fangpin.audit.models import Entry
from fangpin.transitions import NotAllowed, Stale
from tests.builders import TOWNSHIPS, VILLAGES, a_posting, an_officer
from tests.fangpin.approvals.cases import a_signer, an_approval, give, kept

pytestmark = pytest.mark.django_db
HIGHER = "上级已经签署，不能收回；确需修改的，请上级退回"


@pytest.fixture
def opener():
    return an_officer(Role.TOWNSHIP)


def refused(verb, approval, by, sentence, error=NotAllowed, **said):
    """``verb`` is refused with the sentence and changes nothing."""
    before = kept(approval)
    with pytest.raises(error, match=sentence):
        verb(approval, by=by, **{"seen_version": approval.version, **said})
    assert kept(approval) == before
    assert (approval.stage, approval.version) == (before[0], before[2])


# -- 收回 ---------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("at", "signed"), [(Stage.VILLAGE, 0), (Stage.TOWNSHIP, 1)])
def test_the_opener_takes_it_back_before_the_next_level_has_signed(opener, at, signed):
    approval = an_approval(at, by=opener)
    recall(approval, by=opener, seen_version=approval.version)
    stage, turn, version, signatures, trail = kept(approval)
    assert (stage, turn, version, len(signatures)) == (Stage.RECALLED, 1, signed + 2, signed)
    assert trail[-1] == "approval.recalled"
    assert Entry.objects.get(action="approval.recalled").detail["stage"] == "已收回"
    assert not waiting_for(a_signer(at)).exists()


def test_after_the_township_signed_it_is_not_taken_back(opener):
    approval = an_approval(Stage.COUNTY, by=opener)
    assert why_not_recall(opener, approval) == HIGHER
    refused(recall, approval, opener, HIGHER)


def test_what_the_county_returned_to_the_township_is_not_taken_back(opener):
    approval = an_approval(Stage.COUNTY, by=opener)
    give(approval, a_signer(Stage.COUNTY), Verdict.RETURN, back_to=Stage.TOWNSHIP)
    refused(recall, approval, opener, HIGHER)


@pytest.mark.parametrize("at", [Stage.PASSED, Stage.RECALLED])
def test_where_nobody_signs_nothing_is_taken_back(opener, at):
    approval = an_approval(Stage.VILLAGE if at == Stage.RECALLED else at, by=opener)
    if at == Stage.RECALLED:
        recall(approval, by=opener, seen_version=1)
    refused(recall, approval, opener, f"现在是“{at.label}”，不能收回")


@pytest.mark.parametrize("role", [Role.VILLAGE, Role.TOWNSHIP, Role.TOWNSHIP_LEADER, Role.COUNTY])
def test_nobody_else_takes_it_back(opener, role):
    approval, other = an_approval(by=opener), an_officer(role)
    assert why_not_recall(other, approval) == "只有上报人可以收回"
    refused(recall, approval, other, "只有上报人可以收回")


def test_a_recall_from_an_old_page_is_told_so(opener):
    approval = an_approval(Stage.TOWNSHIP, by=opener)
    refused(recall, approval, opener, "请刷新", Stale, seen_version=1)


def test_a_recall_that_meets_the_next_signature_is_told_so(opener):
    approval = an_approval(Stage.TOWNSHIP, by=opener)
    early = Approval.objects.get()
    give(approval, a_signer(Stage.TOWNSHIP))
    before = kept(approval)
    with pytest.raises(Stale, match="刚刚被他人处理"):
        recall(early, by=opener, seen_version=early.version)
    assert kept(approval) == before


# -- 重新上报 -----------------------------------------------------------------------------------------------------------
def test_it_comes_again_in_a_new_round_from_the_village_on(opener):
    approval = an_approval(Stage.TOWNSHIP, by=opener)
    recall(approval, by=opener, seen_version=approval.version)
    note_edit(approval)
    resubmit(approval, by=opener, seen_version=approval.version)
    assert kept(approval)[:3] == (Stage.VILLAGE, 2, 5)
    assert kept(approval)[4][-1] == "approval.resubmitted"
    assert approval.submitted_by == opener
    village = a_signer(Stage.VILLAGE)
    assert list(waiting_for(village)) == [approval]
    give(approval, village)
    assert kept(approval)[:2] == (Stage.TOWNSHIP, 2)


def test_the_village_submits_again_for_an_opener_who_is_gone_and_may_not_judge_it_above(opener):
    approval, cadre = an_approval(by=opener), a_signer(Stage.VILLAGE)
    a_posting(cadre, Role.TOWNSHIP_LEADER)
    recall(approval, by=opener, seen_version=1)
    resubmit(approval, by=cadre, seen_version=2)
    give(approval, a_signer(Stage.VILLAGE))
    assert (approval.opened_by, approval.submitted_by) == (opener, cadre)
    assert why_not_sign(cadre, approval) == "这份审批是您上报的，您不能再签上级意见"
    assert not waiting_for(cadre).exists()
    assert why_not_recall(cadre, approval) == ""


@pytest.mark.parametrize(
    ("role", "division"),
    [(Role.VILLAGE, VILLAGES[1]), (Role.TOWNSHIP, TOWNSHIPS[0]), (Role.TOWNSHIP_LEADER, None), (Role.COUNTY, None)],
)
def test_others_do_not_submit_it_again(opener, role, division):
    approval, other = an_approval(by=opener), an_officer(role, division)
    recall(approval, by=opener, seen_version=1)
    assert why_not_resubmit(other, approval) == "只有上报人和本村可以重新上报"
    refused(resubmit, approval, other, "只有上报人和本村可以重新上报")


@pytest.mark.parametrize("at", [Stage.VILLAGE, Stage.TOWNSHIP, Stage.COUNTY, Stage.PASSED])
def test_only_what_was_taken_back_is_submitted_again(opener, at):
    approval = an_approval(at, by=opener)
    refused(resubmit, approval, opener, f"现在是“{at.label}”，不需要重新上报")


def test_a_refused_case_does_not_come_again(opener):
    approval = an_approval(Stage.TOWNSHIP, by=opener)
    give(approval, a_signer(Stage.TOWNSHIP), Verdict.REFUSE)
    refused(resubmit, approval, opener, "现在是“未通过”")


# -- 撤销 ---------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("verdict", [Verdict.AGREE, Verdict.REFUSE])
@pytest.mark.parametrize("role", [Role.COUNTY, Role.COUNTY_LEADER])
def test_the_county_annuls_what_was_finished_and_it_comes_again(opener, role, verdict):
    approval, officer = an_approval(Stage.COUNTY, by=opener), an_officer(role)
    give(approval, a_signer(Stage.COUNTY), verdict)
    withdraw(approval, by=officer, reason="名单漏报，电话 19900001234", seen_version=approval.version)

    assert kept(approval)[:3] == (Stage.WITHDRAWN, 1, 5)
    assert len(kept(approval)[3]) == 3
    approval.refresh_from_db()
    assert approval.withdrawn_why == "名单漏报，电话 199****1234"
    assert Entry.objects.get(action="approval.withdrawn").detail["reason"] == "名单漏报，电话 199****1234"
    assert approval.is_editable

    resubmit(approval, by=opener, seen_version=5)
    approval.refresh_from_db()
    assert (approval.stage, approval.round, approval.withdrawn_why) == (Stage.VILLAGE, 2, "")


def test_who_signed_for_the_county_may_annul_it(opener):
    approval, officer = an_approval(Stage.COUNTY, by=opener), a_signer(Stage.COUNTY)
    give(approval, officer)
    assert why_not_withdraw(officer, approval) == ""


@pytest.mark.parametrize("role", [Role.VILLAGE, Role.TOWNSHIP, Role.TOWNSHIP_LEADER, Role.COUNTY_HEAD, Role.ADMIN])
def test_nobody_below_the_county_office_annuls(role):
    approval, other = an_approval(Stage.PASSED), an_officer(role)
    assert why_not_withdraw(other, approval) == "只有县办可以撤销已结束的审批"
    refused(withdraw, approval, other, "只有县办可以撤销已结束的审批", reason="名单漏报")


@pytest.mark.parametrize("at", [Stage.VILLAGE, Stage.TOWNSHIP, Stage.COUNTY])
def test_what_is_not_finished_is_not_annulled(at):
    approval = an_approval(at)
    refused(withdraw, approval, an_officer(Role.COUNTY), f"现在是“{at.label}”，审批还没有结束", reason="名单漏报")


@pytest.mark.parametrize("reason", ["", "  "])
def test_to_annul_wants_a_reason(reason):
    approval = an_approval(Stage.PASSED)
    refused(withdraw, approval, an_officer(Role.COUNTY), "撤销审批须写明原因", reason=reason)


def test_annulled_twice_is_told_so():
    approval, officer = an_approval(Stage.PASSED), an_officer(Role.COUNTY)
    withdraw(approval, by=officer, reason="名单漏报", seen_version=4)
    refused(withdraw, approval, officer, "请刷新", Stale, reason="名单漏报", seen_version=4)
