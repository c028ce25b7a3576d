"""Menus of screening."""

from fangpin.accounts.scope import holds_anywhere
from fangpin.desk.contributions import MenuItem, contribute_menu
from fangpin.divisions.rights import Right


def _sends_or_sees(user):
    return holds_anywhere(user, Right.UPLOAD_EXTRACT) or holds_anywhere(user, Right.VIEW_EXTRACTS)


contribute_menu(
    MenuItem("工作", "线索", "radar", "clue_list", lambda user: holds_anywhere(user, Right.VIEW_CLUES), order=20),
    MenuItem(
        "工作",
        "疑似匹配",
        "users-round",
        "review_list",
        lambda user: holds_anywhere(user, Right.REVIEW_MATCHES),
        order=25,
    ),
    MenuItem("数据", "部门数据", "file-up", "extract_list", _sends_or_sees, order=60),
    MenuItem(
        "数据",
        "月度运行",
        "calendar-check",
        "month_now",
        lambda user: holds_anywhere(user, Right.VIEW_EXTRACTS),
        order=65,
    ),
)


def _runs_rounds(user):
    return holds_anywhere(user, Right.RUN_ROUND)


contribute_menu(
    MenuItem("工作", "线上线下比对", "git-compare", "comparison_list", _runs_rounds, order=32),
    MenuItem("台账", "线上排查台账", "table-2", "online_ledger", _runs_rounds, order=80),
    MenuItem("台账", "比对不一致台账", "table-properties", "difference_ledger", _runs_rounds, order=82),
)
contribute_menu(
    MenuItem(
        "工作",
        "排查轮次",
        "clipboard-list",
        "round_list",
        lambda user: holds_anywhere(user, Right.VIEW_CLUES),
        order=15,
    ),
)


def _reads_clues(user):
    return holds_anywhere(user, Right.VIEW_CLUES)


contribute_menu(
    MenuItem("工作", "核查任务", "clipboard-check", "task_list", _reads_clues, order=34),
    MenuItem("台账", "观察名单", "eye", "watch_list", _reads_clues, order=84),
)


def _reads_any(user):
    return _reads_clues(user) or _sends_or_sees(user)


contribute_menu(
    MenuItem("数据", "部门反馈", "message-square-reply", "return_list", _sends_or_sees, order=62),
    MenuItem("台账", "全部台账", "library", "ledger_index", _reads_any, order=79),
    MenuItem("台账", "线下排查台账", "table", "offline_ledger", _reads_clues, order=81),
    MenuItem("台账", "常态化筛查台账", "calendar-range", "month_ledger", _sends_or_sees, order=83),
)
