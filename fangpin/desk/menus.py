"""Menu of the desk and of the ground below it (accounts, policy), which may not import the desk."""

from fangpin.accounts.scope import holds_anywhere
from fangpin.desk.contributions import MenuItem, contribute_menu
from fangpin.divisions.rights import Right


def _holder_of(*rights):
    return lambda user: any(holds_anywhere(user, right) for right in rights)


contribute_menu(
    MenuItem("工作", "我的工作台", "layout-dashboard", "home", shown=lambda user: True, order=10),
    MenuItem(
        "管理", "政策标准", "scale", "standard_list", shown=_holder_of(Right.VIEW_CLUES, Right.SET_POLICY), order=80
    ),
    MenuItem(
        "管理",
        "导出审批",
        "shield-check",
        "export_list",
        shown=_holder_of(Right.APPROVE_EXPORT),
        order=85,
    ),
    MenuItem("管理", "账号岗位", "users", "account_list", shown=_holder_of(Right.MANAGE_ACCOUNTS), order=90),
    MenuItem("管理", "操作留痕", "scroll-text", "audit_list", shown=_holder_of(Right.VIEW_AUDIT), order=95),
)
