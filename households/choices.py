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
    """为何不再是本户成员; life events come with their own issue."""

    GONE_FROM_LIST = "gone_from_list", "全国系统名册中已无此人"
