"""查看完整号码 (verb): one number for one reason, recorded with who and when, and only so many a day (security.md 2.4)."""

from datetime import datetime, time

from django.db import transaction
from django.utils import timezone

from fangpin.accounts.models import User
from fangpin.accounts.postings import require
from fangpin.accounts.scope import codes_by_permission
from fangpin.audit.models import Entry
from fangpin.audit.trail import record
from fangpin.divisions.models import CODE_LENGTH, Level
from fangpin.divisions.rights import Right
from fangpin.policy.keys import Key
from fangpin.policy.lookup import limit_on
from fangpin.transitions import NotAllowed
from households.models import Household, Person

REVEALS = ("person.revealed", "household.revealed")
# The widest posting counts.
LIMITS = (
    (Level.COUNTY, Key.REVEALS_COUNTY),
    (Level.TOWNSHIP, Key.REVEALS_TOWNSHIP),
    (Level.VILLAGE, Key.REVEALS_VILLAGE),
)


def quota_of(user) -> int:
    """How many numbers a day the user's posting allows; 0 without one."""
    lengths = {len(code) for code in codes_by_permission(user).get(Right.VIEW_REGISTER, ())}
    key = next((key for level, key in LIMITS if CODE_LENGTH[level] in lengths), None)
    return int(limit_on(timezone.localdate(), key)) if key else 0


def revealed_today(user) -> int:
    midnight = timezone.make_aware(datetime.combine(timezone.localdate(), time.min))
    return Entry.objects.filter(by=user, action__in=REVEALS, at__gte=midnight).count()


def why_not_reveal(user) -> str:
    """The sentence for who has used up the day's quota; "" while something is left."""
    quota, used = quota_of(user), revealed_today(user)
    if used < quota:
        return ""
    return (
        f"您今天已查看 {used} 次完整号码，达到每日限额 {quota} 次，明日 0 时恢复。"
        "确需继续查看，请县办领导在“政策标准”的“个人信息保护”里调整限额"
    )


@transaction.atomic
def reveal(target: Person | Household, *, field: str, reason: str, by: User) -> str:
    """The full ``id_number`` or ``phone`` of a person or household. Raises NotAllowed when the day's quota is used up.

    One at a time for each user, so that the quota holds for clicks in several windows too.
    """
    household = target if isinstance(target, Household) else target.household
    require(by, Right.VIEW_REGISTER, household.village_id, "您没有查看农户的岗位")
    User.objects.select_for_update().get(pk=by.pk)
    if refusal := why_not_reveal(by):
        raise NotAllowed(refusal)
    action = "household.revealed" if isinstance(target, Household) else "person.revealed"
    record(by, action, target, reason=reason, field=field)
    return getattr(target, field)
