"""Whose turn a village's list is: every verb that changes one takes it first, so that all of them see the same state."""

from datetime import date

from django.utils import timezone

from fangpin.approvals.engine import note_edit
from fangpin.periods import this_day
from fangpin.transitions import NotAllowed, Stale
from screening.models import OfflineList


def take(given: OfflineList, *, seen_version: int | None = None) -> None:
    """Lock the list until the transaction ends and make ``given`` what the database has. Raises Stale when the page showed an older
    version, NotAllowed when the round is over.
    """
    fresh = OfflineList.objects.select_for_update(of=("self",)).select_related("round", "approval").get(pk=given.pk)
    for field in fresh._meta.concrete_fields:
        setattr(given, field.attname, getattr(fresh, field.attname))
    given.round, given.approval = fresh.round, fresh.approval
    if not given.round.is_open:
        closed = timezone.localtime(given.round.closed_at)
        raise NotAllowed(f"{given.round}已于 {closed:%Y-%m-%d %H:%M} 结束，不能再改动；确需更正请联系县办")
    if seen_version is not None and given.version != seen_version:
        raise Stale("这份名单刚刚有了变化，请核对后再试")


def take_to_edit(given: OfflineList, *, seen_version: int | None = None) -> None:
    """The same for who changes what the village found: only while the list is with the village."""
    take(given, seen_version=seen_version)
    if not given.is_with_village:
        raise NotAllowed(
            f"本村名单现在是“{given.approval.get_stage_display()}”，不能修改；确需修改的，请上级退回或由上报人收回"
        )


def changed(given: OfflineList, *, by, **fields) -> None:
    """Write what changed; the version grows, so that nobody submits or signs what he has not seen."""
    fields |= {"version": given.version + 1, "updated_by": by}
    for name, value in fields.items():
        setattr(given, name, value)
    given.save(update_fields=[*fields, "updated_at"])
    if given.approval and given.is_with_village:
        note_edit(given.approval)


def today(day: date | None) -> date:
    return day or this_day()
