"""What runs and their results are called on a page. Kinds and counts come from the floors above, as plain strings."""

KINDS = {
    "extract.check": "校验部门数据",
    "register.check": "核对农户名册",
    "register.import": "核对农户名册",
    "register.apply": "农户名册入库",
    "quality.check": "检查名册数据",
    "month.run": "月度运行",
    "month.extract": "匹配和预警",
}
COUNTS = {
    "extracts": "名单",
    "rows": "行数",
    "ok": "通过",
    "warned": "需留意",
    "refused": "不能入库",
    "certain": "确定",
    "probable": "疑似",
    "ambiguous": "待判定",
    "none": "无匹配",
    "clues": "线索",
    "open_clues": "待研判线索",
    "households": "涉及农户",
    "new": "新增",
    "changed": "变更",
    "same": "未变",
    "gone": "已不在名册",
    "errors": "必须整改",
    "warnings": "整改或说明",
    "hints": "提示",
    "problems_new": "新发现问题",
    "problems_gone": "已消除问题",
}
