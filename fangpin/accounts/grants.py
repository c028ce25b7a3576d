"""Derive guardian's permission rows from open postings. Nothing else writes them."""

from django.contrib.auth.models import Permission
from django.db import connection, transaction
from django.utils import timezone

from fangpin.accounts.models import DivisionUserObjectPermission, Posting, User
from fangpin.accounts.roles import GRANTS, Role
from fangpin.divisions.models import Division


@transaction.atomic
def sync_grants(user: User) -> None:
    """Make the rights of ``user`` exactly what the postings in force today say."""
    User.objects.select_for_update().get(pk=user.pk)
    permissions = {
        permission.codename: permission
        for permission in Permission.objects.filter(
            content_type__app_label=Division._meta.app_label, content_type__model=Division._meta.model_name
        )
    }
    wanted = set()
    if user.is_active:
        for role, code in Posting.objects.open().filter(user=user).values_list("role", "division_id"):
            wanted |= {(permissions[right].pk, code) for right in GRANTS[Role(role)]}
    present = set(
        DivisionUserObjectPermission.objects.filter(user=user).values_list("permission_id", "content_object_id")
    )
    for permission, code in present - wanted:
        DivisionUserObjectPermission.objects.filter(
            user=user, permission_id=permission, content_object_id=code
        ).delete()
    DivisionUserObjectPermission.objects.bulk_create(
        DivisionUserObjectPermission(user=user, permission_id=permission, content_object_id=code)
        for permission, code in sorted(wanted - present)
    )
    for cached in ("_codes_by_permission", "_departments"):
        user.__dict__.pop(cached, None)


def sync_everybody() -> int:
    """Bring in line every account with a posting that has begun; run each night by the schedule. How many accounts.

    All, and not only those whose postings began or ended lately: a release may give a role a new right, and a server may have been off.
    """
    users = User.objects.filter(postings__since__lte=timezone.localdate()).distinct()
    for user in users:
        sync_grants(user)
    return len(users)


def after_migrate(sender, plan=(), **kwargs) -> None:
    """A release that gives a role a new right gives it to those who are posted, at once and not only in the night."""
    forwards = plan and not any(backwards for _, backwards in plan)
    if (
        forwards and Posting._meta.db_table in connection.introspection.table_names()
    ):  # "migrate divisions" alone has none
        sync_everybody()
