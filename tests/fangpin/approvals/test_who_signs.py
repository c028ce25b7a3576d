"""Who may sign when, and the sentence that says why not; the list of what waits agrees with it."""

import pytest
from django.contrib.auth.models import AnonymousUser, Permission

from fangpin.accounts.grants import sync_grants
from fangpin.accounts.models import Posting, User
from fangpin.accounts.roles import Role
from fangpin.approvals.engine import waiting_for, why_not_sign
from fangpin.approvals.routes import Kind, Stage, Verdict
from fangpin.divisions.rights import Right
from fangpin.transitions import NotAllowed
from tests.builders import TOWNSHIPS, VILLAGES, a_posting, a_user, an_officer
from tests.fangpin.approvals.cases import a_signer, an_approval, give, kept

pytestmark = pytest.mark.django_db

V, T, C, NOBODY = Stage.VILLAGE, Stage.TOWNSHIP, Stage.COUNTY, None
OWN, TWICE = "这份审批是您上报的，您不能再签上级意见", "您已签署过下级意见，同一人不能签两级"
NO_POST = {
    V: "现在是“待村级评定”，您没有在这一级签署的岗位",
    T: "现在是“待乡镇审核”，您没有在这一级签署的岗位",
    C: "现在是“待县级审定”，您没有在这一级签署的岗位",
}


@pytest.mark.parametrize(
    ("role", "division", "signs"),
    [
        (Role.VILLAGE, VILLAGES[0], V),
        (Role.VILLAGE, VILLAGES[1], NOBODY),
        (Role.TOWNSHIP, TOWNSHIPS[0], NOBODY),
        (Role.TOWNSHIP_LEADER, TOWNSHIPS[0], T),
        (Role.TOWNSHIP_LEADER, TOWNSHIPS[1], NOBODY),
        (Role.COUNTY, None, C),
        (Role.COUNTY_LEADER, None, C),
        (Role.COUNTY_HEAD, None, NOBODY),
        (Role.INSPECTOR, TOWNSHIPS[0], NOBODY),
        (Role.DEPARTMENT, None, NOBODY),
        (Role.ADMIN, None, NOBODY),
    ],
)
def test_a_role_signs_on_its_own_level_and_division(role, division, signs):
    officer = an_officer(role, division)
    for stage in (V, T, C):
        approval = an_approval(stage)
        said = why_not_sign(officer, approval)
        assert said == ("" if stage == signs else NO_POST[stage])
        assert waiting_for(officer).contains(approval) is (stage == signs)


@pytest.mark.parametrize("stage", [V, T, C])
def test_without_a_posting_nobody_signs(stage):
    approval = an_approval(stage)
    superuser = a_user(is_superuser=True, is_staff=True)
    granted = a_user()
    granted.user_permissions.set(Permission.objects.filter(codename__startswith="sign_"))
    disabled = a_signer(stage)
    User.objects.filter(pk=disabled.pk).update(is_active=False)
    for user in (superuser, granted, User.objects.get(pk=disabled.pk), AnonymousUser()):
        assert why_not_sign(user, approval) == NO_POST[stage]
        assert not waiting_for(user).exists()


def test_an_ended_posting_signs_no_more():
    approval, officer = an_approval(V), a_signer(V)
    Posting.objects.filter(user=officer).delete()
    sync_grants(officer)
    before = kept(approval)
    with pytest.raises(NotAllowed, match="您没有在这一级签署的岗位"):
        give(approval, officer)
    assert kept(approval) == before


@pytest.mark.parametrize(("role", "at"), [(Role.VILLAGE, T), (Role.COUNTY, V), (Role.COUNTY, T), (Role.VILLAGE, C)])
def test_no_level_is_skipped_and_none_signs_for_another(role, at):
    approval, officer = an_approval(at), an_officer(role)
    before = kept(approval)
    with pytest.raises(NotAllowed, match=NO_POST[at]):
        give(approval, officer)
    assert kept(approval) == before


def test_the_opener_signs_for_the_village_but_for_no_higher_level():
    opener = an_officer(Role.VILLAGE)
    a_posting(opener, Role.TOWNSHIP_LEADER)
    a_posting(opener, Role.COUNTY_LEADER)
    approval = an_approval(by=opener)
    assert why_not_sign(opener, approval) == ""
    give(approval, a_signer(V))
    assert why_not_sign(opener, approval) == OWN
    give(approval, a_signer(T))
    assert why_not_sign(opener, approval) == OWN
    assert not waiting_for(opener).exists()
    before = kept(approval)
    with pytest.raises(NotAllowed, match=OWN):
        give(approval, opener)
    assert kept(approval) == before


def test_nobody_signs_twice_in_one_round():
    officer, approval = a_signer(V), an_approval()
    a_posting(officer, Role.TOWNSHIP_LEADER)
    give(approval, officer)
    assert why_not_sign(officer, approval) == TWICE
    assert not waiting_for(officer).exists()
    before = kept(approval)
    with pytest.raises(NotAllowed, match=TWICE):
        give(approval, officer)
    assert kept(approval) == before


def test_who_signed_for_the_village_does_not_judge_it_above_in_a_later_round():
    """Returned to the township, the village's opinion of the first round still stands."""
    officer, approval = a_signer(V), an_approval()
    a_posting(officer, Role.TOWNSHIP_LEADER)
    give(approval, officer)
    give(approval, a_signer(T))
    give(approval, a_signer(C), Verdict.RETURN, back_to=T)
    assert why_not_sign(officer, approval) == TWICE
    assert list(waiting_for(officer)) == []
    assert why_not_sign(a_signer(T), approval) == ""


def test_who_returned_a_case_may_judge_it_when_it_comes_again():
    officer, approval = a_signer(C), an_approval(C)
    give(approval, officer, Verdict.RETURN, back_to=V)
    give(approval, a_signer(V))
    give(approval, a_signer(T))
    assert why_not_sign(officer, approval) == ""
    assert list(waiting_for(officer)) == [approval]


@pytest.mark.parametrize(("at", "words"), [(Stage.PASSED, "已通过"), (Stage.REFUSED, "未通过")])
def test_what_is_finished_is_signed_no_more(at, words):
    approval = an_approval(C)
    give(approval, a_signer(C), Verdict.AGREE if at == Stage.PASSED else Verdict.REFUSE)
    before, officer = kept(approval), a_signer(C)
    assert why_not_sign(officer, approval) == f"现在是“{words}”，不需要签署"
    with pytest.raises(NotAllowed, match=words):
        give(approval, officer)
    assert kept(approval) == before
    assert not waiting_for(officer).exists()


# -- the list -----------------------------------------------------------------------------------------------------------
def test_what_waits_is_that_of_the_own_division_of_every_kind():
    here = [an_approval(T, kind=kind, village=village) for kind in Kind for village in VILLAGES[:2]]
    an_approval(T, village=VILLAGES[2])
    an_approval(V)
    an_approval(C)
    assert set(waiting_for(a_signer(T))) == set(here)


def test_a_cadre_of_two_villages_has_both_lists():
    approvals = [an_approval(village=village) for village in VILLAGES]
    officer = an_officer(Role.VILLAGE, VILLAGES[0])
    a_posting(officer, Role.VILLAGE, VILLAGES[2])
    assert set(waiting_for(officer)) == {approvals[0], approvals[2]}


def test_the_list_costs_one_query(django_assert_num_queries):
    for village in VILLAGES:
        an_approval(T, village=village)
        an_approval(C, village=village)
    officer = User.objects.get(pk=a_signer(C).pk)
    with django_assert_num_queries(2):  # the rights, and the list
        assert len(waiting_for(officer)) == 3


def test_rows_are_reached_by_the_prefix_of_the_village():
    approval = an_approval()
    approvals = type(approval).objects
    assert list(approvals.reachable_by(an_officer(Role.TOWNSHIP), Right.REPORT_OFFLINE)) == [approval]
    assert not approvals.reachable_by(an_officer(Role.TOWNSHIP, TOWNSHIPS[1]), Right.REPORT_OFFLINE).exists()
