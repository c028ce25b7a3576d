"""观察名单: suspects that were not included, and when somebody looks again (domain.md 4.5)."""

import uuid

from django.db import models
from django.db.models import Q

from fangpin.accounts.scope import ReachableQuerySet
from households.models import Household
from screening.choices import Risk, WatchLevel
from screening.models.verification import VerificationResult


class WatchQuerySet(ReachableQuerySet):
    division_path = "household__village_id"

    def active(self):
        return self.filter(left_on=None)


class WatchItem(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    household = models.ForeignKey(Household, models.PROTECT, related_name="watch_items", verbose_name="农户")
    risk = models.CharField("风险类型", max_length=12, choices=Risk.choices)
    level = models.CharField("观察级别", max_length=10, choices=WatchLevel.choices)
    source = models.ForeignKey(VerificationResult, models.PROTECT, related_name="+", verbose_name="转观察的核实")
    since = models.DateField("首次疑似日期")
    last_check = models.ForeignKey(VerificationResult, models.PROTECT, related_name="+", verbose_name="上次核实")
    next_check_on = models.DateField("下次核查日期")
    clean_checks = models.PositiveSmallIntegerField("连续无风险核查", default=0)
    checks = models.PositiveSmallIntegerField("累计核查次数", default=1)
    officer = models.CharField("责任人", max_length=60, blank=True)
    # What the last month's department data said of it.
    refreshed_for = models.DateField("数据更新至月份", null=True)
    refreshed_note = models.CharField("数据更新", max_length=200, blank=True)
    left_on = models.DateField("移出日期", null=True)
    left_why = models.CharField("移出原因", max_length=200, blank=True)

    objects = WatchQuerySet.as_manager()

    class Meta:
        verbose_name = "观察名单"
        default_permissions = ()
        ordering = ["next_check_on", "household_id", "id"]
        constraints = [
            models.UniqueConstraint(
                name="watch_one_active",
                fields=["household", "risk"],
                condition=Q(left_on=None),
                violation_error_message="这一户的这类风险已在观察名单",
            ),
            models.CheckConstraint(
                name="watch_left_pair",
                condition=Q(left_on=None, left_why="") | (Q(left_on__isnull=False) & ~Q(left_why="")),
                violation_error_message="移出观察须写明原因",
            ),
        ]

    def __str__(self):
        return f"{self.household} {self.get_risk_display()} {self.get_level_display()}"
