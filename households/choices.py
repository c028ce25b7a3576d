"""Dictionaries of the register as far as its first form needs them (domain.md 1.1, 1.5). Values are stable slugs, labels the real words."""

from django.db import models


class HouseholdKind(models.TextChoices):
    """户类型"""

    GENERAL = "general", "一般农户"
    LIFTED = "lifted", "脱贫户"


class Category(models.TextChoices):
    """监测对象类别"""

    UNSTABLE = "unstable", "脱贫不稳定户"
    MARGINAL = "marginal", "边缘易致贫户"
    SUDDEN = "sudden", "突发严重困难户"


class Sex(models.TextChoices):
    MALE = "male", "男"
    FEMALE = "female", "女"


class Leave(models.TextChoices):
    """为何不再是本户成员 (domain.md 1.4)."""

    GONE_FROM_LIST = "gone_from_list", "全国系统名册中已无此人"
    DIED = "died", "死亡"
    MARRIED_OUT = "married_out", "婚嫁迁出"
    MOVED_OUT = "moved_out", "户口迁出"
    IMPRISONED = "imprisoned", "服刑收监"
    MISSING = "missing", "失联失踪"


class Event(models.TextChoices):
    """人口变动 (domain.md 1.4, product.md R3)."""

    BIRTH = "birth", "出生"
    ADOPTION = "adoption", "收养"
    MARRIAGE_IN = "marriage_in", "婚入"
    MOVING_IN = "moving_in", "户口迁入"
    RELEASE = "release", "刑满释放"
    MISSED = "missed", "漏登补录"
    DEATH = "death", "死亡"
    MARRIAGE_OUT = "marriage_out", "婚嫁迁出"
    MOVING_OUT = "moving_out", "户口迁出"
    IMPRISONMENT = "imprisonment", "服刑收监"
    MISSING = "missing", "失联失踪"
    MOVE = "move", "县内迁移"
    SPLIT = "split", "分户"
    JOIN = "join", "并户"
    HEAD = "head", "户主变更"
    CORRECTION = "correction", "信息更正"


class Severity(models.TextChoices):
    """问题级别 (domain.md 7.4)."""

    ERROR = "E", "必须整改"
    WARNING = "W", "整改或说明"
    HINT = "I", "提示"


class Owner(models.TextChoices):
    """由谁整改."""

    VILLAGE = "village", "村"
    TOWNSHIP = "township", "乡镇"
    COUNTY = "county", "县办"
    DEPARTMENT = "department", "部门"


class CheckGroup(models.TextChoices):
    """数据质量检查的分组 (domain.md 7.4), the letter in front of each rule's code."""

    IDENTITY = "A", "身份和家庭结构"
    MEMBER = "B", "成员信息缺漏或矛盾"
    AGE = "C", "年龄、就学和劳动技能"
    WORK = "D", "务工和公益岗位"
    LIVING = "E", "生产生活条件"
    INCOME = "I", "收入"


class PeriodKind(models.TextChoices):
    """收支的处理类型 (domain.md 1.7): always twelve months."""

    YEAR = "year", "年度"
    IDENTIFIED = "identified", "识别时"
    CLEARED = "cleared", "消除时"


class IncomeGroup(models.TextChoices):
    """收支大类 (domain.md 1.7). The values are also the columns of an income row."""

    WAGES = "wages", "工资性收入"
    BUSINESS = "business", "生产经营性收入"
    ASSETS = "assets", "财产性收入"
    TRANSFER = "transfer", "转移性收入"
    COSTS = "costs", "生产经营性支出"
    CLAIMS = "claims", "家庭理赔收入"
    SELF_PAY = "self_pay", "合规自付支出"
    NOT_COUNTED = "not_counted", "不计入收入"


class Origin(models.TextChoices):
    """收支由来"""

    ENTERED = "entered", "录入"
    IMPORTED = "imported", "名册导入"
