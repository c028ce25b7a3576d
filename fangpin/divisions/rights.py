"""What can be granted on a division: the permission codenames of the whole system (roles bundle them, accounts.roles)."""

from django.db import models


class Right(models.TextChoices):
    VIEW_REGISTER = "view_register", "查看农户"
    EDIT_REGISTER = "edit_register", "登记农户变动"
    IMPORT_REGISTER = "import_register", "导入农户"
    VIEW_ACCESS = "view_access", "查看谁看过农户"
    APPROVE_EXPORT = "approve_export", "审批大批量导出"
    EXPLAIN_QUALITY = "explain_quality", "说明数据问题"
    EXEMPT_QUALITY = "exempt_quality", "豁免数据问题"
    VIEW_CLUES = "view_clues", "查看线索"
    UPLOAD_EXTRACT = "upload_extract", "报送部门数据"
    VIEW_EXTRACTS = "view_extracts", "查看各部门报送"
    REVIEW_MATCHES = "review_matches", "判定疑似匹配"
    RUN_MONTH = "run_month", "开展月度运行"
    SET_POLICY = "set_policy", "维护政策标准"
    MANAGE_ACCOUNTS = "manage_accounts", "管理账号岗位"
    VIEW_AUDIT = "view_audit", "查看操作留痕"


PERMISSIONS = list(Right.choices)
