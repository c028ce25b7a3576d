"""审批 (verbs): what moves an approval, and why somebody may not move it (architecture.md 5).

The engine knows no case. The verb of an app asks for its own right and readiness, calls the engine in the same transaction and then does
what follows. ``seen_version`` is the version that the page showed: a second click or a page older than an edit raises Stale (409).
Nothing is ever signed by the system itself.
"""

from collections.abc import Collection, Iterable, Sequence
from functools import reduce
from operator import or_

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from fangpin.accounts.models import User
from fangpin.accounts.scope import holds, reach_of
from fangpin.approvals.models import Approval, SignOff
from fangpin.approvals.routes import ROUTES, WITH_OPENER, Kind, Stage, Step, Verdict
from fangpin.audit.trail import record
from fangpin.divisions.models import CODE_LENGTH, Division
from fangpin.masking import scrub
from fangpin.transitions import NotAllowed, Stale, move


@transaction.atomic
def open_approval(*, kind: Kind, village: Division, by: User) -> Approval:
    """A new approval at the first level of its route. The app's verb has asked whether ``by`` may bring such a case forward."""
    stage = ROUTES[kind][0].stage
    approval = Approval(kind=kind, village=village, stage=stage, opened_by=by, submitted_by=by)
    _clean(approval)
    approval.save(force_insert=True)
    record(by, "approval.opened", approval, **_about(approval))
    return approval


def note_edit(approval: Approval) -> None:
    """Part of every verb that changes a case: pages that show the former content can no longer be signed.

    Raises NotAllowed when a level above the first has the case on its table or it is finished. Edits do not exclude each other.
    """
    editable = Approval.objects.filter(pk=approval.pk, stage__in=approval.editable_stages)
    changed = editable.update(version=F("version") + 1)
    approval.refresh_from_db(fields=["stage", "round", "version"])
    if not changed:
        raise NotAllowed(f"现在是“{approval.get_stage_display()}”，不能再修改；确需修改的，请上级退回")


def why_not_sign(user: User, approval: Approval) -> str:
    """Why ``user`` may not sign now, in one sentence; empty when nothing speaks against it."""
    step = approval.step
    if step is None:
        return f"现在是“{approval.get_stage_display()}”，不需要签署"
    if not holds(user, step.right, step.division_code(approval.village_id)):
        return f"现在是“{step.stage.label}”，您没有在这一级签署的岗位"
    if not approval.lower_stages:
        return ""
    if user.pk in (approval.opened_by_id, approval.submitted_by_id):
        return "这份审批是您上报的，您不能再签上级意见"
    if approval.sign_offs.filter(by=user, stage__in=approval.lower_stages).exists():
        return "您已签署过下级意见，同一人不能签两级"
    return ""


def waiting_for(user: User) -> QuerySet[Approval]:
    """The approvals that ``user`` may sign now: exactly those for which ``why_not_sign`` has nothing to say."""
    waiting = Q(pk__in=())
    for route in dict.fromkeys(ROUTES.values()):
        kinds = [kind for kind in Kind if ROUTES[kind] == route]
        for nth, step in enumerate(route):
            reach = [code for code in reach_of(user, step.right) if len(code) <= CODE_LENGTH[step.level]]
            if reach:
                mine = Q(kind__in=kinds, stage=step.stage) & _under(reach)
                waiting |= mine & ~_has_a_hand(user, route[:nth]) if nth else mine
    return Approval.objects.filter(waiting)


@transaction.atomic
def sign(
    approval: Approval, *, by: User, verdict: Verdict, opinion: str = "", back_to: Stage | str = "", seen_version: int
) -> SignOff:
    """The level that holds the pen agrees, refuses, or returns the case to the lower level ``back_to``, which signs again in a new round.

    Raises Stale when somebody was quicker, NotAllowed with the sentence of ``why_not_sign`` or of a constraint. Afterwards
    ``approval`` is as the database has it; when the last level agreed its stage is PASSED.
    """
    _check(approval, seen_version, why_not_sign(by, approval))
    about, signed = _about(approval), _sign_off(approval, verdict=verdict, opinion=opinion, back_to=back_to, by=by)
    following = (*(step.stage for step in approval.route), Stage.PASSED)[len(approval.lower_stages) + 1]
    target = {Verdict.AGREE: following, Verdict.REFUSE: Stage.REFUSED, Verdict.RETURN: back_to}[verdict]
    _move(approval, seen_version, target, new_round=verdict == Verdict.RETURN)
    signed.save(force_insert=True)
    action = {
        Verdict.AGREE: "approval.agreed",
        Verdict.RETURN: "approval.returned",
        Verdict.REFUSE: "approval.refused",
    }[verdict]
    said = {"back_to": Stage(back_to).label if back_to else None, "opinion": signed.opinion or None}
    record(by, action, approval, **about, **said)
    return signed


def _sign_off(approval: Approval, *, verdict: Verdict, opinion: str, back_to: Stage | str, by: User) -> SignOff:
    """The present level's opinion, not saved yet. Raises NotAllowed for one that contradicts itself."""
    step, lower = approval.step, approval.lower_stages
    if verdict == Verdict.RETURN and back_to not in lower:
        raise NotAllowed("只能退回下级" if lower else "村级没有下一级，不能退回；不同意的请写明意见")
    signed = SignOff(
        approval=approval,
        round=approval.round,
        stage=step.stage,
        division_id=step.division_code(approval.village_id),
        verdict=verdict,
        back_to=back_to,
        opinion=scrub(opinion.strip()),
        by=by,
    )
    _clean(signed, exclude={"approval"})  # that it is the first of its level and round is known by the compare-and-set
    return signed


def why_not_recall(user: User, approval: Approval) -> str:
    """Why ``user`` may not take the case back; empty when it is the own one and no level above the first has signed in this round."""
    if user.pk not in (approval.opened_by_id, approval.submitted_by_id):
        return "只有上报人可以收回"
    if approval.step is None:
        return f"现在是“{approval.get_stage_display()}”，不能收回"
    first, *above = (step.stage for step in approval.route)
    signed = approval.sign_offs.filter(round=approval.round, stage=first).exists()
    if approval.stage != first and not (approval.stage == above[0] and signed):
        return "上级已经签署，不能收回；确需修改的，请上级退回"
    return ""


@transaction.atomic
def recall(approval: Approval, *, by: User, seen_version: int) -> None:
    """收回: who brought the case forward takes it back to correct it. Raises Stale or NotAllowed."""
    _check(approval, seen_version, why_not_recall(by, approval))
    _move(approval, seen_version, Stage.RECALLED)
    record(by, "approval.recalled", approval, **_about(approval))


def why_not_resubmit(user: User, approval: Approval) -> str:
    """Why ``user`` may not bring the case forward again: who did so before may, and who signs for the first level."""
    if approval.stage not in WITH_OPENER:
        return f"现在是“{approval.get_stage_display()}”，不需要重新上报"
    first = approval.route[0]
    own = user.pk in (approval.opened_by_id, approval.submitted_by_id)
    if not own and not holds(user, first.right, first.division_code(approval.village_id)):
        return "只有上报人和本村可以重新上报"
    return ""


@transaction.atomic
def resubmit(approval: Approval, *, by: User, seen_version: int) -> None:
    """重新上报: a case that was recalled or withdrawn begins a new round at the first level. Raises Stale or NotAllowed."""
    _check(approval, seen_version, why_not_resubmit(by, approval))
    first = approval.route[0].stage
    _move(approval, seen_version, first, new_round=True, submitted_by=by, withdrawn_why="")
    record(by, "approval.resubmitted", approval, **_about(approval))


def why_not_withdraw(user: User, approval: Approval) -> str:
    """Why ``user`` may not annul a finished approval: only who signs for the last level of the route may."""
    last = approval.route[-1]
    if not holds(user, last.right, last.division_code(approval.village_id)):
        return "只有县办可以撤销已结束的审批"
    if not approval.is_finished:
        return f"现在是“{approval.get_stage_display()}”，审批还没有结束，不能撤销"
    return ""


@transaction.atomic
def withdraw(approval: Approval, *, by: User, reason: str, seen_version: int) -> None:
    """撤销: the county annuls what was finished, so that it can be corrected and submitted again. Raises Stale or NotAllowed.

    What followed from the approval is undone by the app's verb in the same transaction.
    """
    _check(approval, seen_version, why_not_withdraw(by, approval))
    reason = scrub(reason.strip())
    _move(approval, seen_version, Stage.WITHDRAWN, withdrawn_why=reason)
    record(by, "approval.withdrawn", approval, **_about(approval), reason=reason)


def _check(approval: Approval, seen_version: int, why_not: str) -> None:
    """Stale before NotAllowed: who clicks twice is told that it was done, not that the second signature is wrong."""
    if approval.version != seen_version:
        raise Stale("这份审批刚刚有了变化，请刷新后再试")
    if why_not:
        raise NotAllowed(why_not)


def _move(approval: Approval, seen_version: int, target: Stage | str, *, new_round: bool = False, **changes) -> None:
    """Compare-and-set on the version, which grows whenever the stage changes."""
    changes |= {"stage": target, "round": approval.round + new_round}
    move(approval, "version", [seen_version], seen_version + 1, **changes)


def _clean(row: Approval | SignOff, exclude: Collection[str] = ()) -> None:
    try:
        row.full_clean(exclude=exclude)
    except ValidationError as error:
        raise NotAllowed("；".join(error.messages)) from error


def _under(codes: Iterable[str]) -> Q:
    return reduce(or_, (Q(village__code__startswith=code) for code in codes))


def _has_a_hand(user: User, lower: Sequence[Step]) -> Q:
    """``user`` brought the case forward or signed it at one of the levels below: what ``why_not_sign`` holds against him, as a condition."""
    signed = SignOff.objects.filter(approval=OuterRef("pk"), by=user.pk, stage__in=[step.stage for step in lower])
    return Q(opened_by=user.pk) | Q(submitted_by=user.pk) | Exists(signed)


def _about(approval: Approval) -> dict:
    """What the trail keeps of every act: no personal data."""
    return {
        "kind": approval.get_kind_display(),
        "division": approval.village_id,
        "round": approval.round,
        "stage": approval.get_stage_display(),
    }
