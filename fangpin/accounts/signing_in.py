"""What the trail keeps of log-ins, and how long a lock-out lasts."""

from datetime import datetime

from axes.helpers import get_cool_off
from axes.models import AccessAttempt
from django.utils import timezone

from fangpin.accounts.models import User
from fangpin.audit.models import Entry
from fangpin.audit.trail import record
from fangpin.masking import scrub


def note_success(user: User) -> None:
    record(user, "account.logged_in", user)


def note_failure(username: str, *, locked: bool) -> None:
    """Record a failed log-in of an existing account; once per lock-out, so that guessing on does not flood the trail.

    A name that no account has is not recorded: it may be a password typed into the wrong field.
    """
    user = User.objects.filter(username=username).first()
    if user is None:
        return
    if not locked:
        record(None, "account.login_failed", user)
    elif (
        not Entry.objects.about(user).filter(action="account.locked", at__gt=timezone.now() - get_cool_off()).exists()
    ):
        record(None, "account.locked", user)


def name_for_lock(request, credentials: dict | None) -> str:
    """The name under which axes counts attempts: as typed, but an ID number or a phone typed there is masked."""
    typed = credentials.get("username", "") if credentials else request.POST.get("username", "")
    return scrub(typed or "")


def locked_until(username: str) -> datetime:
    """When the next attempt is possible; a name without an account is locked and answered alike."""
    last = AccessAttempt.objects.filter(username=scrub(username)).order_by("-attempt_time").first()
    return (last.attempt_time if last else timezone.now()) + get_cool_off()
