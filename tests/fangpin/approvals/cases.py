"""Approvals at any stage, and what the database holds of one."""

from fangpin.accounts.models import User
from fangpin.accounts.roles import Role
from fangpin.approvals.engine import open_approval, sign
from fangpin.approvals.models import Approval
from fangpin.approvals.routes import Kind, Stage, Verdict
from fangpin.audit.models import Entry
from fangpin.divisions.models import Division
from tests.builders import VILLAGES, a_county, an_officer

SIGNERS = {
    Stage.VILLAGE: (Role.VILLAGE, 12),
    Stage.TOWNSHIP: (Role.TOWNSHIP_LEADER, 9),
    Stage.COUNTY: (Role.COUNTY, 6),
}
OPINION = "收入未核实清楚"


def a_signer(stage: Stage, village: str = VILLAGES[0]) -> User:
    """A new officer who signs at ``stage`` for that village."""
    role, length = SIGNERS[stage]
    return an_officer(role, village[:length])


def an_approval(at: Stage = Stage.VILLAGE, *, kind=Kind.ENTRY, village: str = VILLAGES[0], by=None) -> Approval:
    """An approval that stands ``at`` a stage, agreed to by a new officer of each level below."""
    a_county()
    opener = by or an_officer(Role.TOWNSHIP, village[:9])
    approval = open_approval(kind=kind, village=Division.objects.get(code=village), by=opener)
    while approval.stage != at:
        give(approval, a_signer(approval.stage, village))
    return approval


def give(approval: Approval, by: User, verdict=Verdict.AGREE, **said):
    """``sign`` from a page that shows the present state."""
    if verdict != Verdict.AGREE:
        said = {"opinion": OPINION, **said}
    return sign(approval, by=by, verdict=verdict, seen_version=approval.version, **said)


def kept(approval: Approval) -> tuple:
    """What the database holds: stage, round, version, sign-offs, entries of the trail."""
    found = Approval.objects.get(pk=approval.pk)
    signed = [(s.round, s.stage, s.verdict, s.by_id) for s in found.sign_offs.all()]
    trail = [entry.action for entry in Entry.objects.about(found).order_by("pk")]
    return found.stage, found.round, found.version, signed, trail
