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


class ComparisonClass(models.TextChoices):
    """比对类别 (domain.md 4.1)."""

    C1 = "C1", "一致"
    C2 = "C2", "线上有线下无"
    C3 = "C3", "线下有线上无"
    C4 = "C4", "要素不一致"
    C5 = "C5", "已在监测，风险相同"
    C6 = "C6", "已在监测，新增风险"
    C7 = "C7", "风险已消除，再次出现"
    C8 = "C8", "近期已核实未纳入，无重大变化"
    C9 = "C9", "身份存疑"
    C10 = "C10", "同户多条"
    VILLAGE = "village", "村级问题"


class Actor(models.TextChoices):
    """比对之后由谁处理."""

    VILLAGE = "village", "村"
    DEPARTMENT = "department", "部门"
    COUNTY = "county", "县办"
    NOBODY = "nobody", "无需处理"


class Conclusion(models.TextChoices):
    """核查结论 (domain.md 4.3)."""

    INCLUDE = "include", "拟纳入"
    RESOLVED = "resolved", "已化解不纳入"
    WATCH = "watch", "暂不符合转观察"
    UNFIT = "unfit", "不符合"
    WRONG = "wrong", "信息有误"
    NOBODY = "nobody", "查无此人"
    DEAD = "dead", "已死亡"
    GONE = "gone", "整户外迁"
    DUPLICATE = "duplicate", "重复"


class WatchLevel(models.TextChoices):
    """观察级别 (domain.md 4.5), the closest first."""

    KEY = "key", "重点观察"
    GENERAL = "general", "一般观察"
    LONG = "long", "长期观察"
