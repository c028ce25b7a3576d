"""Verbs on accounts and postings. ``by`` is a system administrator; None is the system itself (commands, demo)."""

import secrets
from datetime import date, timedelta

from axes.utils import reset as end_lock_out
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from fangpin.accounts.grants import sync_grants
from fangpin.accounts.models import Department, Posting, User
from fangpin.accounts.roles import LEVELS, Role
from fangpin.accounts.scope import codes_by_permission, holds
from fangpin.audit.trail import record
from fangpin.divisions.models import Division, Level
from fangpin.divisions.rights import Right
from fangpin.transitions import NotAllowed

_LETTERS = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ"
_DIGITS = "23456789"


def new_password() -> str:
    """A one-time password of 14 characters without look-alikes, in the classes that the policy asks for."""
    while True:
        password = "".join(secrets.choice(_LETTERS + _DIGITS) for _ in range(13)) + secrets.choice(_DIGITS)
        if any(c.islower() for c in password) and any(c.isupper() for c in password):
            return password


def accounts_of(user: User, right: Right | str = Right.MANAGE_ACCOUNTS) -> QuerySet[User]:
    """The accounts ``user`` reaches by ``right``: all whose postings lie in the user's divisions, and those that have none."""
    codes = codes_by_permission(user).get(right, ())
    if not codes:
        return User.objects.none()
    inside = Q()
    for code in codes:
        inside |= Q(division__code__startswith=code)
    return User.objects.exclude(Exists(Posting.objects.filter(~inside, user=OuterRef("pk"))))


@transaction.atomic
def create_account(*, username: str, name: str, by: User | None) -> tuple[User, str]:
    """A new account and its one-time password, which is shown once and stored nowhere."""
    if by is not None and not codes_by_permission(by).get(Right.MANAGE_ACCOUNTS):
        raise NotAllowed("只有系统管理员可以新建账号")
    password = new_password()
    user = User(username=username.strip(), name=name.strip())
    user.set_password(password)
    _clean(user)
    user.save()
    record(by, "account.created", user, username=user.username)
    return user, password


@transaction.atomic
def open_posting(
    user: User,
    *,
    role: Role | str,
    division: Division,
    department: Department | None = None,
    since: date | None = None,
    by: User | None,
) -> Posting:
    """Post ``user``. Refuses a role on the wrong level of division, and a second hat that would break separation of duties."""
    role, since = Role(role), since or timezone.localdate()
    _lock(user, by)
    if by is not None:
        require(by, Right.MANAGE_ACCOUNTS, division.code, "只有本区划的系统管理员可以任命岗位")
        if by.pk == user.pk:
            raise NotAllowed("不能给自己任命岗位，请由另一位系统管理员办理")
    if LEVELS[role] != division.level:
        raise NotAllowed(f"{role.label}只能任在{Level(LEVELS[role]).label}一级，{division} 不是")
    meanwhile = Posting.objects.filter(Q(until=None) | Q(until__gte=since), user=user)  # also one that begins later
    others = set(meanwhile.values_list("role", flat=True)) - {role}
    if others and Role.ADMIN in {role, *others}:
        raise NotAllowed("系统管理员不能兼任业务岗位，请另建账号")
    posting = Posting(user=user, role=role, division=division, department=department, since=since)
    _clean(posting)
    posting.save()
    sync_grants(user)
    detail = {"role": role, "division": division.code, "department": department and department.code}
    record(by, "posting.opened", posting, user=user.pk, since=since.isoformat(), **detail)
    return posting


@transaction.atomic
def close_posting(posting: Posting, *, by: User) -> None:
    """End a posting today at once: its rights are gone with the next request. One that was never in force is deleted."""
    user = posting.user
    _lock(user, by)
    require(by, Right.MANAGE_ACCOUNTS, posting.division_id, "只有本区划的系统管理员可以结束岗位")
    if user.pk == by.pk:
        raise NotAllowed("不能结束自己的岗位，请由另一位系统管理员办理")
    yesterday = timezone.localdate() - timedelta(days=1)
    posting = Posting.objects.filter(pk=posting.pk).exclude(until__lte=yesterday).first()
    if posting is None:
        raise NotAllowed("该岗位已经结束")
    withdrawn = posting.since > yesterday
    record(by, "posting.closed", posting, user=user.pk, role=posting.role, withdrawn=withdrawn)
    if withdrawn:
        posting.delete()
    else:
        posting.until = yesterday
        posting.save(update_fields=["until"])
    sync_grants(user)


@transaction.atomic
def set_active(user: User, active: bool, *, by: User) -> None:
    """Disable (sessions end at once) or enable an account."""
    _lock(user, by)
    if user.pk == by.pk:
        raise NotAllowed("不能停用自己的账号")
    if not User.objects.filter(pk=user.pk, is_active=not active).update(is_active=active):
        raise NotAllowed("账号已经启用" if active else "账号已经停用")
    user.is_active = active
    sync_grants(user)
    if not active:
        end_sessions(user)
    record(by, "account.enabled" if active else "account.disabled", user)


@transaction.atomic
def reset_password(user: User, *, by: User | None) -> str:
    """A new one-time password, which also ends a lock-out; the user chooses an own one at the next log-in."""
    _lock(user, by)
    if by is not None and user.pk == by.pk:
        raise NotAllowed("自己的密码请在“修改密码”里更改")
    password = new_password()
    user.set_password(password)
    user.must_change_password = True
    user.save(update_fields=["password", "must_change_password"])
    end_sessions(user)
    end_lock_out(username=user.username)
    record(by, "account.password_reset", user)
    return password


@transaction.atomic
def choose_password(user: User, password: str, *, session_key: str | None) -> None:
    """One's own new password; every other session of the account ends."""
    user.set_password(password)
    user.must_change_password = False
    user.save(update_fields=["password", "must_change_password"])
    end_sessions(user, keep=session_key)
    record(user, "account.password_changed", user)


def end_sessions(user: User, keep: str | None = None) -> None:
    """Log ``user`` out everywhere, but for the session ``keep``."""
    for session in Session.objects.filter(expire_date__gt=timezone.now()):
        if session.get_decoded().get("_auth_user_id") == str(user.pk) and session.session_key != keep:
            session.delete()


def require(user, right: Right | str, division_code: str, sentence: str) -> None:
    """Raise NotAllowed with ``sentence`` unless ``user`` holds ``right`` on the division."""
    if not holds(user, right, division_code):
        raise NotAllowed(sentence)


def _lock(user: User, by: User | None) -> None:
    """One act on an account at a time, and only by who manages it."""
    User.objects.select_for_update().get(pk=user.pk)
    if by is not None and not accounts_of(by).filter(pk=user.pk).exists():
        raise NotAllowed("只有系统管理员可以管理账号岗位")


def _clean(row) -> None:
    try:
        row.full_clean()
    except ValidationError as error:
        raise NotAllowed("；".join(error.messages)) from error
