"""线下名单逐级上报 (verbs): the village submits, township and county sign or return, who submitted recalls, the county withdraws."""

from django.db import transaction
from django.db.models import Count, Q

from fangpin.accounts.scope import holds
from fangpin.approvals import engine
from fangpin.approvals.routes import WITH_OPENER, Kind, Stage, Verdict
from fangpin.audit.trail import record
from fangpin.divisions.rights import Right
from fangpin.transitions import NotAllowed
from screening.choices import Judgement
from screening.models import OfflineList
from screening.rounds.turn import changed, take


def unready(offline_list: OfflineList) -> list[str]:
    """What the village has still to do before it may submit, in words."""
    counted = offline_list.entries.aggregate(
        drafts=Count("pk", filter=Q(is_draft=True)),
        suspected=Count("pk", filter=Q(is_draft=False) & ~Q(judgement=Judgement.CLEAR)),
    )
    drafts, suspected = counted["drafts"], counted["suspected"]
    found = []
    if drafts:
        found.append(f"还有 {drafts} 户没有填完")
    if not offline_list.checkers:
        found.append("请填写本村排查人")
    if not offline_list.looked_at:
        found.append("请填写已排查户数")
    elif offline_list.looked_at != offline_list.clear + suspected:
        found.append(
            f"已排查 {offline_list.looked_at} 户应等于无风险 {offline_list.clear} 户加疑似 {suspected} 户，请核对户数"
        )
    return found


def is_zero(offline_list: OfflineList) -> bool:
    """Nobody is suspected: submitting it is a 零报告, which the village says in so many words."""
    return not offline_list.entries.suspected().exists()


def why_not_submit(user, offline_list: OfflineList) -> str:
    """Why ``user`` may not submit the list now, whatever stands in it; empty when he may."""
    if not holds(user, Right.SIGN_VILLAGE, offline_list.village_id):
        return "只有本村可以上报，乡镇可以代填"
    if not offline_list.round.is_open:
        return f"{offline_list.round}已结束"
    if not offline_list.is_with_village:
        return f"本村名单现在是“{offline_list.approval.get_stage_display()}”，不需要再上报"
    return ""


@transaction.atomic
def submit_list(offline_list: OfflineList, *, by, zero: bool = False, seen_version: int) -> None:
    """上报: opens the approval, or brings it forward again, and signs for the village. Raises Stale or NotAllowed."""
    take(offline_list, seen_version=seen_version)
    if refusal := why_not_submit(by, offline_list):
        raise NotAllowed(refusal)
    if lacking := unready(offline_list):
        raise NotAllowed("；".join(lacking))
    if is_zero(offline_list) and not zero:
        raise NotAllowed("本村没有疑似户，请勾选“零报告”后上报")
    if offline_list.approval is None:
        opened = engine.open_approval(kind=Kind.OFFLINE_LIST, village=offline_list.village, by=by)
        changed(offline_list, by=by, approval=opened)
    elif offline_list.stage in WITH_OPENER:
        engine.resubmit(offline_list.approval, by=by, seen_version=offline_list.approval.version)
    _sign(offline_list, by=by, verdict=Verdict.AGREE)
    record(by, "offline.submitted", offline_list, round=offline_list.approval.round, count=offline_list.looked_at)


def why_not_sign(user, offline_list: OfflineList) -> str:
    """Why ``user`` may not sign for the township or the county now; empty when he may."""
    if offline_list.is_with_village:
        return "本村还没有上报"
    if not offline_list.round.is_open:
        return f"{offline_list.round}已结束"
    return engine.why_not_sign(user, offline_list.approval)


@transaction.atomic
def sign_list(
    offline_list: OfflineList, *, by, verdict: Verdict, opinion: str = "", back_to: Stage | str = "", seen_version: int
) -> None:
    """审核、审定: agree, or return with the reason to a level below. Raises Stale or NotAllowed."""
    take(offline_list, seen_version=seen_version)
    if refusal := why_not_sign(by, offline_list):
        raise NotAllowed(refusal)
    if verdict not in (Verdict.AGREE, Verdict.RETURN):
        raise NotAllowed("线下名单只能同意或退回")
    _sign(offline_list, by=by, verdict=verdict, opinion=opinion, back_to=back_to)


def why_not_recall(user, offline_list: OfflineList) -> str:
    if offline_list.is_with_village:
        return "名单在村里，不需要收回"
    if not offline_list.round.is_open:
        return f"{offline_list.round}已结束"
    return engine.why_not_recall(user, offline_list.approval)


@transaction.atomic
def recall_list(offline_list: OfflineList, *, by, seen_version: int) -> None:
    """收回: the village takes it back before the township has signed. Raises Stale or NotAllowed."""
    take(offline_list, seen_version=seen_version)
    if refusal := why_not_recall(by, offline_list):
        raise NotAllowed(refusal)
    engine.recall(offline_list.approval, by=by, seen_version=offline_list.approval.version)
    changed(offline_list, by=by)


def why_not_withdraw(user, offline_list: OfflineList) -> str:
    if offline_list.approval is None:
        return "本村还没有上报"
    if not offline_list.round.is_open:
        return f"{offline_list.round}已结束"
    return engine.why_not_withdraw(user, offline_list.approval)


@transaction.atomic
def withdraw_list(offline_list: OfflineList, *, by, reason: str, seen_version: int) -> None:
    """撤销: the county opens a list again that it had agreed to. Raises Stale or NotAllowed."""
    take(offline_list, seen_version=seen_version)
    if refusal := why_not_withdraw(by, offline_list):
        raise NotAllowed(refusal)
    engine.withdraw(offline_list.approval, by=by, reason=reason, seen_version=offline_list.approval.version)
    changed(offline_list, by=by)


def _sign(offline_list: OfflineList, *, by, **opinion) -> None:
    """The engine signs under the turn of the list, so what it has is what was seen."""
    engine.sign(offline_list.approval, by=by, seen_version=offline_list.approval.version, **opinion)
    changed(offline_list, by=by)
