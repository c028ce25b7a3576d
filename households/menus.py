"""Menus of the register."""

from fangpin.accounts.scope import holds_anywhere
from fangpin.desk.contributions import MenuItem, contribute_menu
from fangpin.divisions.rights import Right

contribute_menu(
    MenuItem(
        "对象", "农户名册", "house", "household_list", lambda user: holds_anywhere(user, Right.VIEW_REGISTER), order=40
    ),
    MenuItem(
        "对象",
        "数据质量",
        "list-checks",
        "quality_list",
        lambda user: holds_anywhere(user, Right.VIEW_REGISTER),
        order=45,
    ),
    MenuItem(
        "数据",
        "名册导入",
        "database",
        "import_list",
        lambda user: holds_anywhere(user, Right.IMPORT_REGISTER),
        order=70,
    ),
)
