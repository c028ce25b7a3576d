"""Three levels sign in order; a return begins a new round; what is refused changes nothing."""

import pytest
from django.db import InternalError, transaction

from fangpin.accounts.roles import Role
from fangpin.approvals.engine import note_edit, open_approval, sign
from fangpin.approvals.models import Approval, SignOff
from fangpin.approvals.routes import ROUTES, Kind, Stage, Verdict
from fangpin.audit.models import Entry
from fangpin.divisions.models import Division
from fangpin.transitions import NotAllowed, Stale
from tests.builders import COUNTY, TOWNSHIPS, VILLAGES, a_county, an_officer
from tests.fangpin.approvals.cases import OPINION, a_signer, an_approval, give, kept

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("kind", Kind)
def test_village_township_and_county_agree_in_this_order(kind):
    approval = an_approval(kind=kind)
    signers = [a_signer(stage) for stage in (Stage.VILLAGE, Stage.TOWNSHIP, Stage.COUNTY)]
    stages = []
    for signer in signers:
        give(approval, signer)
        stages.append(approval.stage)
    assert stages == [Stage.TOWNSHIP, Stage.COUNTY, Stage.PASSED]
    assert kept(approval) == (
        Stage.PASSED,
        1,
        4,
        [(1, stage, "agree", by.pk) for stage, by in zip(("village", "township", "county"), signers, strict=True)],
        ["approval.opened", *["approval.agreed"] * 3],
    )


def test_a_sign_off_keeps_for_which_division_it_speaks():
    approval = an_approval(Stage.PASSED, village=VILLAGES[2])
    divisions = approval.sign_offs.values_list("division_id", flat=True)
    assert list(divisions) == [VILLAGES[2], TOWNSHIPS[1], COUNTY]


def test_the_trail_names_stage_round_and_opinion():
    approval = an_approval(Stage.COUNTY)
    give(approval, a_signer(Stage.COUNTY), Verdict.RETURN, back_to=Stage.TOWNSHIP, opinion="请核对电话 19900001234")
    assert Entry.objects.get(action="approval.returned").detail == {
        "kind": "监测对象认定",
        "division": VILLAGES[0],
        "round": 1,
        "stage": "待县级审定",
        "back_to": "待乡镇审核",
        "opinion": "请核对电话 199****1234",
    }
    assert approval.sign_offs.get(round=1, stage=Stage.COUNTY).opinion == "请核对电话 199****1234"


def test_an_approval_belongs_to_a_village():
    a_county()
    township, clerk = Division.objects.get(code=TOWNSHIPS[0]), an_officer(Role.TOWNSHIP)
    with pytest.raises(NotAllowed, match="审批须落到村"):
        open_approval(kind=Kind.ENTRY, village=township, by=clerk)
    assert not Approval.objects.exists()
    assert not Entry.objects.exists()


# -- return and refusal -------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("at", "back_to"),
    [(Stage.TOWNSHIP, Stage.VILLAGE), (Stage.COUNTY, Stage.TOWNSHIP), (Stage.COUNTY, Stage.VILLAGE)],
)
def test_a_return_begins_a_new_round_at_the_level_named(at, back_to):
    approval = an_approval(at)
    below = kept(approval)[3]
    signer = a_signer(at)
    give(approval, signer, Verdict.RETURN, back_to=back_to)

    stage, turn, version, signed, trail = kept(approval)
    assert (stage, turn, version) == (back_to, 2, len(below) + 2)
    assert signed == [*below, (1, at, "return", signer.pk)]
    assert trail[-1] == "approval.returned"


def test_the_same_officers_sign_again_in_the_new_round():
    approval = an_approval()
    officers = {stage: a_signer(stage) for stage in (Stage.VILLAGE, Stage.TOWNSHIP, Stage.COUNTY)}
    give(approval, officers[Stage.VILLAGE])
    give(approval, officers[Stage.TOWNSHIP])
    give(approval, officers[Stage.COUNTY], Verdict.RETURN, back_to=Stage.VILLAGE)
    for officer in officers.values():
        give(approval, officer)
    assert (approval.stage, approval.round) == (Stage.PASSED, 2)
    assert approval.sign_offs.filter(round=2).count() == 3


@pytest.mark.parametrize("at", [step.stage for step in ROUTES[Kind.ENTRY]])
def test_a_refusal_of_any_level_ends_it(at):
    approval = an_approval(at)
    signer = a_signer(at)
    give(approval, signer, Verdict.REFUSE)

    assert kept(approval)[0] == Stage.REFUSED
    assert kept(approval)[3][-1] == (1, at, "refuse", signer.pk)
    assert kept(approval)[4][-1] == "approval.refused"
    assert approval.is_finished


@pytest.mark.parametrize(
    ("at", "verdict", "said", "sentence"),
    [
        (Stage.COUNTY, Verdict.RETURN, {"back_to": Stage.VILLAGE, "opinion": ""}, "退回或不同意须写明意见"),
        (Stage.COUNTY, Verdict.RETURN, {"back_to": Stage.VILLAGE, "opinion": "  "}, "退回或不同意须写明意见"),
        (Stage.COUNTY, Verdict.REFUSE, {"opinion": ""}, "退回或不同意须写明意见"),
        (Stage.COUNTY, Verdict.RETURN, {}, "只能退回下级"),
        (Stage.TOWNSHIP, Verdict.RETURN, {"back_to": Stage.TOWNSHIP}, "只能退回下级"),
        (Stage.TOWNSHIP, Verdict.RETURN, {"back_to": Stage.COUNTY}, "只能退回下级"),
        (Stage.TOWNSHIP, Verdict.RETURN, {"back_to": "nowhere"}, "只能退回下级"),
        (Stage.VILLAGE, Verdict.RETURN, {"back_to": Stage.VILLAGE}, "村级没有下一级"),
        (Stage.COUNTY, Verdict.REFUSE, {"back_to": Stage.VILLAGE}, "同意或不同意不能选"),
        (Stage.COUNTY, Verdict.AGREE, {"back_to": Stage.VILLAGE}, "同意或不同意不能选"),
        (Stage.COUNTY, "maybe", {}, "maybe"),
    ],
)
def test_what_cannot_be_said(at, verdict, said, sentence):
    approval, signer = an_approval(at), a_signer(at)
    before = kept(approval)
    with pytest.raises(NotAllowed, match=sentence):
        give(approval, signer, verdict, **said)
    assert kept(approval) == before
    assert (approval.stage, approval.version) == (before[0], before[2])


@pytest.mark.parametrize(
    "change", [{"verdict": "return", "back_to": "village"}, {"verdict": "refuse"}, {"back_to": "village"}]
)
def test_the_database_keeps_its_own_rules_of_a_sign_off(change):
    approval, signer = an_approval(Stage.TOWNSHIP), a_signer(Stage.TOWNSHIP)
    given = {"verdict": "agree", "division_id": TOWNSHIPS[0], "round": 1, "stage": Stage.TOWNSHIP, "by": signer}
    with pytest.raises(Exception, match=r"sign_off_(with_opinion|back_to)"), transaction.atomic():
        SignOff.objects.create(approval=approval, **{**given, **change})
    assert approval.sign_offs.count() == 1


@pytest.mark.parametrize("act", ["update", "delete"])
def test_what_was_signed_is_never_changed(act):
    approval = an_approval(Stage.PASSED)
    before, signed = kept(approval), approval.sign_offs.all()
    with pytest.raises(InternalError, match="never changed or deleted"), transaction.atomic():
        signed.update(verdict="refuse", opinion=OPINION) if act == "update" else signed.delete()
    assert kept(approval) == before


# -- pages that are no longer true --------------------------------------------------------------------------------------
def test_a_second_click_is_told_that_something_happened():
    approval, signer = an_approval(), a_signer(Stage.VILLAGE)
    give(approval, signer)
    before = kept(approval)
    for found in (approval, Approval.objects.get()):
        with pytest.raises(Stale, match="请刷新"):
            sign(found, by=signer, verdict=Verdict.AGREE, seen_version=1)
    assert kept(approval) == before


def test_a_row_read_too_early_does_not_sign_over_what_happened():
    approval = an_approval(Stage.COUNTY)
    early = Approval.objects.get()
    give(approval, a_signer(Stage.COUNTY), Verdict.RETURN, back_to=Stage.VILLAGE)
    before = kept(approval)
    with pytest.raises(Stale, match="刚刚被他人处理"):
        give(early, a_signer(Stage.COUNTY))
    assert kept(approval) == before
    assert (early.stage, early.version) == (Stage.COUNTY, 3)


def test_an_edit_of_the_case_makes_older_pages_unsignable():
    approval, signer = an_approval(), a_signer(Stage.VILLAGE)
    shown = approval.version
    note_edit(Approval.objects.get())
    with pytest.raises(Stale):
        sign(Approval.objects.get(), by=signer, verdict=Verdict.AGREE, seen_version=shown)
    assert kept(approval) == (Stage.VILLAGE, 1, 2, [], ["approval.opened"])
    give(Approval.objects.get(), signer)
    assert kept(approval)[:3] == (Stage.TOWNSHIP, 1, 3)


def test_two_edits_from_rows_read_earlier_both_count():
    approval = an_approval()
    rows = [Approval.objects.get(), Approval.objects.get()]
    for row in rows:
        note_edit(row)
    assert [row.version for row in rows] == [2, 3]
    assert kept(approval)[2] == 3


@pytest.mark.parametrize(
    ("at", "words"), [(Stage.TOWNSHIP, "待乡镇审核"), (Stage.COUNTY, "待县级审定"), (Stage.PASSED, "已通过")]
)
def test_a_case_on_a_higher_table_is_not_edited(at, words):
    approval = an_approval()
    early = Approval.objects.get()
    while approval.stage != at:
        give(approval, a_signer(approval.stage))
    before = kept(approval)
    with pytest.raises(NotAllowed, match=words):
        note_edit(early)
    assert kept(approval) == before
    assert (early.stage, early.is_editable) == (at, False)
