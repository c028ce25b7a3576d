"""岗位角色: which role holds which rights, on the division of its posting (domain.md 2.8). Roles are code, postings are rows."""

from django.db import models

from fangpin.divisions.models import Level
from fangpin.divisions.rights import Right


class Role(models.TextChoices):
    VILLAGE = "village", "村级"
    TOWNSHIP = "township", "乡镇经办"
    TOWNSHIP_LEADER = "township_leader", "乡镇分管领导"
    COUNTY = "county", "县办经办"
    COUNTY_LEADER = "county_leader", "县办领导"
    DEPARTMENT = "department", "部门数据员"
    COUNTY_HEAD = "county_head", "县领导"
    INSPECTOR = "inspector", "调研指导组"
    ADMIN = "admin", "系统管理员"


# On which level of division a role is posted.
LEVELS = {
    Role.VILLAGE: Level.VILLAGE,
    Role.TOWNSHIP: Level.TOWNSHIP,
    Role.TOWNSHIP_LEADER: Level.TOWNSHIP,
    Role.COUNTY: Level.COUNTY,
    Role.COUNTY_LEADER: Level.COUNTY,
    Role.DEPARTMENT: Level.COUNTY,
    Role.COUNTY_HEAD: Level.COUNTY,
    Role.INSPECTOR: Level.TOWNSHIP,
    Role.ADMIN: Level.COUNTY,
}

_READS = (Right.VIEW_REGISTER, Right.VIEW_CLUES)
_COUNTY = (
    *_READS,
    Right.EDIT_REGISTER,
    Right.VIEW_ACCESS,
    Right.IMPORT_REGISTER,
    Right.EXPLAIN_QUALITY,
    Right.EXEMPT_QUALITY,
    Right.VIEW_EXTRACTS,
    Right.REVIEW_MATCHES,
    Right.RUN_MONTH,
    Right.RUN_ROUND,
    Right.SIGN_COUNTY,
)

GRANTS: dict[Role, tuple[Right, ...]] = {
    Role.VILLAGE: (*_READS, Right.EXPLAIN_QUALITY, Right.REPORT_OFFLINE, Right.SIGN_VILLAGE),
    Role.TOWNSHIP: (
        *_READS,
        Right.EDIT_REGISTER,
        Right.EXPLAIN_QUALITY,
        Right.EXEMPT_QUALITY,
        Right.REPORT_OFFLINE,
        Right.CHECK_RESULT,
    ),
    Role.TOWNSHIP_LEADER: (
        *_READS,
        Right.VIEW_ACCESS,
        Right.APPROVE_EXPORT,
        Right.EXPLAIN_QUALITY,
        Right.EXEMPT_QUALITY,
        Right.CHECK_RESULT,
        Right.SIGN_TOWNSHIP,
    ),
    Role.COUNTY: _COUNTY,
    Role.COUNTY_LEADER: (*_COUNTY, Right.APPROVE_EXPORT, Right.SET_POLICY),
    Role.DEPARTMENT: (Right.UPLOAD_EXTRACT,),
    Role.COUNTY_HEAD: (*_READS, Right.VIEW_EXTRACTS),
    Role.INSPECTOR: _READS,
    # Accounts and the trail only: the system administrator sees no case and signs nothing (product.md).
    Role.ADMIN: (Right.MANAGE_ACCOUNTS, Right.VIEW_AUDIT),
}
