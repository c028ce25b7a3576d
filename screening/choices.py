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


class RoundKind(models.TextChoices):
    """排查轮次 (plan 二(一)1 and 2)."""

    CONCENTRATED = "concentrated", "集中排查"
    MONTHLY = "monthly", "月度排查"


class CheckWay(models.TextChoices):
    """How somebody looked (domain.md 4.3): by phone or video only for families that are away."""

    VISIT = "visit", "入户"
    PHONE = "phone", "电话"
    VIDEO = "video", "微信视频"


class Judgement(models.TextChoices):
    """What the village thinks of a household it has looked at (domain.md 4.6)."""

    CLEAR = "clear", "无风险"
    UNSTABLE = "unstable", "疑似脱贫不稳定户"
    MARGINAL = "marginal", "疑似边缘易致贫户"
    SUDDEN = "sudden", "疑似突发严重困难户"


class TaskOrigin(models.TextChoices):
    """Why a household is sent to its village."""

    COMPARISON = "comparison", "比对反馈"
    WATCH = "watch", "观察到期"
    ORDER = "order", "县办指定"


class TaskState(models.TextChoices):
    """核查任务: 县 → 村 → 乡 → 县."""

    SENT = "sent", "待核实"
    DISPUTED = "disputed", "不属于本村，待改派"
    REPORTED = "reported", "待乡镇审核"
    CHECKED = "checked", "待县办办结"
    CLOSED = "closed", "已办结"
    RECALLED = "recalled", "已撤回"


OPEN_TASK = (TaskState.SENT, TaskState.DISPUTED, TaskState.REPORTED, TaskState.CHECKED)
TASK_TONES = {
    TaskState.SENT: "amber",
    TaskState.DISPUTED: "red",
    TaskState.REPORTED: "blue",
    TaskState.CHECKED: "blue",
    TaskState.CLOSED: "green",
    TaskState.RECALLED: "",
}


class TaskAct(models.TextChoices):
    SENT = "sent", "派发"
    JOINED = "joined", "并入线索"
    DISPUTED = "disputed", "反映不属于本村"
    REASSIGNED = "reassigned", "改派"
    REPORTED = "reported", "报送结果"
    RETURNED = "returned", "退回重核"
    CHECKED = "checked", "乡镇审核"
    CLOSED = "closed", "县办办结"
    RECALLED = "recalled", "撤回"


class Truth(models.TextChoices):
    """情况是否属实 (domain.md 4.3)."""

    TRUE = "true", "属实"
    PARTLY = "partly", "部分属实"
    FALSE = "false", "不属实"


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


class Outcome(models.TextChoices):
    """What became of a clue, for the department that sent it (domain.md 3.4): each clue has exactly one."""

    WAITING = "waiting", "待比对派发"
    KNOWN = "known", "已在监测"
    SAVED = "saved", "避免重复核查"
    CHECKING = "checking", "核实中"
    LATE = "late", "超期未核查"
    REPORTED = "reported", "已核实，待审定"
    # Closed by the county: the conclusion of the visit.
    INCLUDE = Conclusion.INCLUDE.value, Conclusion.INCLUDE.label
    RESOLVED = Conclusion.RESOLVED.value, Conclusion.RESOLVED.label
    WATCH = Conclusion.WATCH.value, Conclusion.WATCH.label
    UNFIT = Conclusion.UNFIT.value, Conclusion.UNFIT.label
    WRONG = Conclusion.WRONG.value, Conclusion.WRONG.label
    NOBODY = Conclusion.NOBODY.value, Conclusion.NOBODY.label
    DEAD = Conclusion.DEAD.value, Conclusion.DEAD.label
    GONE = Conclusion.GONE.value, Conclusion.GONE.label
    DUPLICATE = Conclusion.DUPLICATE.value, Conclusion.DUPLICATE.label


class WatchLevel(models.TextChoices):
    """观察级别 (domain.md 4.5), the closest first."""

    KEY = "key", "重点观察"
    GENERAL = "general", "一般观察"
    LONG = "long", "长期观察"
