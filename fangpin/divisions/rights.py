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
    REPORT_OFFLINE = "report_offline", "填报线下排查"
    CHECK_RESULT = "check_result", "审核核查结果"
    RUN_ROUND = "run_round", "组织排查轮次"
    SIGN_VILLAGE = "sign_village", "签署村级意见"
    SIGN_TOWNSHIP = "sign_township", "签署乡镇意见"
    SIGN_COUNTY = "sign_county", "签署县级意见"
    SET_POLICY = "set_policy", "维护政策标准"
    MANAGE_ACCOUNTS = "manage_accounts", "管理账号岗位"
    VIEW_AUDIT = "view_audit", "查看操作留痕"


PERMISSIONS = list(Right.choices)
