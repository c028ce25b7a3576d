"""Dictionaries of screening."""

from django.db import models


class ExtractState(models.TextChoices):
    """部门数据的状态 (domain.md 3.1: 已上传 → 已校验 → 已入库)."""

    UPLOADED = "uploaded", "校验中"
    CHECKED = "checked", "待确认"
    REFUSED = "refused", "无法读取"
    CONFIRMED = "confirmed", "已入库"
    REPLACED = "replaced", "已被替换"
    WITHDRAWN = "withdrawn", "已作废"


# Colour of a state's tag (fangpin.templatetags.ui.TONES has the meaning of the colours).
EXTRACT_TONES = {
    ExtractState.UPLOADED: "blue",
    ExtractState.CHECKED: "amber",
    ExtractState.REFUSED: "red",
    ExtractState.CONFIRMED: "green",
    ExtractState.REPLACED: "",
    ExtractState.WITHDRAWN: "",
}


class RowStatus(models.TextChoices):
    OK = "ok", "通过"
    WARNED = "warned", "可入库，需留意"
    REFUSED = "refused", "不能入库"


class Severity(models.TextChoices):
    ERROR = "error", "不能入库"
    WARN = "warn", "需留意"


class MatchState(models.TextChoices):
    CERTAIN = "certain", "确定"
    PROBABLE = "probable", "疑似"
    AMBIGUOUS = "ambiguous", "待判定"
    NONE = "none", "无匹配"


class Risk(models.TextChoices):
    """致贫返贫风险 (domain.md 1.6)."""

    ILLNESS = "illness", "因病"
    DISABILITY = "disability", "因残"
    SCHOOLING = "schooling", "因学"
    EDUCATION = "education", "义务教育"
    INSURANCE = "insurance", "未参保"
    HOUSING = "housing", "住房安全"
    WATER = "water", "饮水安全"
    DISASTER = "disaster", "自然灾害"
    ACCIDENT = "accident", "意外事故"
    LABOUR = "labour", "缺劳动力"
    INDUSTRY = "industry", "产业失败"
    EMPLOYMENT = "employment", "务工不稳"
    SPECIAL = "special", "特殊人群"
    INCOME = "income", "收入偏低"
    OTHER = "other", "其他"


class Grade(models.TextChoices):
    """预警级别 (domain.md 3.5)."""

    RED = "red", "红"
    ORANGE = "orange", "橙"
    YELLOW = "yellow", "黄"


class ClueState(models.TextChoices):
    OPEN = "open", "待研判"
    WITHDRAWN = "withdrawn", "已撤销"
