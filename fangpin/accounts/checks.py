"""System checks of rights (``manage.py check --database default``): nobody holds what no posting gives.

guardian counts a right that is granted model-wide for every object, and Django's admin or a script could grant one; here rights come
from postings only (security.md 5), so such a row is a mistake or an attack.
"""

from django.contrib.auth.models import Group, Permission
from django.core.checks import Error, Tags, Warning, register
from django.db import connections
from guardian.models import GroupObjectPermission, UserObjectPermission

from fangpin.accounts.models import DivisionUserObjectPermission, Posting, User
from fangpin.accounts.roles import GRANTS, Role
from fangpin.divisions.rights import Right


@register(Tags.database)
def rights_come_from_postings(app_configs, databases=None, **kwargs):
    """Error for rights outside the permission rows on divisions, a warning for rows that no posting explains."""
    if "default" not in (databases or ()):
        return []
    tables = set(connections["default"].introspection.table_names())
    if not {DivisionUserObjectPermission._meta.db_table, GroupObjectPermission._meta.db_table} <= tables:
        return []  # before the first migrate
    return [*_granted_elsewhere(), *_unexplained()]


def _granted_elsewhere():
    ours = Permission.objects.filter(content_type__app_label="divisions", codename__in=Right.values)
    places = {
        "直接授予账号": User.user_permissions.through.objects.filter(permission__in=ours),
        "授予用户组": Group.permissions.through.objects.filter(permission__in=ours),
        "写入 guardian 通用用户权限表": UserObjectPermission.objects.filter(permission__in=ours),
        "写入 guardian 通用组权限表": GroupObjectPermission.objects.filter(permission__in=ours),
    }
    for place, rows in places.items():
        if count := rows.count():
            yield Error(
                f"有 {count} 项业务权限被{place}，不经岗位",
                hint="权限只能由岗位产生：删除这些记录，在“账号岗位”里任命岗位",
                id="accounts.E001",
            )


def _unexplained():
    open_postings = Posting.objects.open().filter(user__is_active=True).values_list("user", "role", "division_id")
    explained = {(user, right, code) for user, role, code in open_postings for right in GRANTS[Role(role)]}
    rows = DivisionUserObjectPermission.objects.values_list("user_id", "permission__codename", "content_object_id")
    stray = set(rows) - explained
    if stray:
        users = "、".join(str(user) for user in sorted({user for user, _, _ in stray})[:10])
        yield Warning(
            f"有 {len(stray)} 项区划权限没有在任岗位支持（账号编号 {users}）",
            hint="每日 0:05 的任务 accounts.sync_grants 会清理；若仍存在，请查明是谁写入的",
            id="accounts.W001",
        )
