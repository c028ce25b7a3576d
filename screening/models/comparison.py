"""比对: two lists of one round put side by side, frozen with the identity of what went in (domain.md 4.1)."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from fangpin.accounts.scope import ReachableQuerySet
from fangpin.divisions.models import Division
from households.models import Household
from screening.choices import ComparisonClass, Grade
from screening.models.extract import Extract
from screening.models.round import OfflineEntry, Round


class ComparisonQuerySet(ReachableQuerySet):
    division_path = "round__county_id"


class Comparison(models.Model):
    """Never changed after it was made; the next one of its round has the next number and says what moved."""

    round = models.ForeignKey(Round, models.PROTECT, related_name="comparisons", verbose_name="轮次")
    number = models.PositiveSmallIntegerField("次序")
    # "identity": what went in, each with count and digest (screening.rounds.comparing); "day", "submitted".
    inputs = models.JSONField("比对依据")
    # The sums of screening.rounds.comparison, "moves" ("C2>C1": 3), and "gone": who stands in neither list any more.
    counts = models.JSONField("结果")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField("比对时间", auto_now_add=True)

    objects = ComparisonQuerySet.as_manager()

    class Meta:
        verbose_name = "比对"
        default_permissions = ()
        ordering = ["-round_id", "-number"]
        constraints = [models.UniqueConstraint(name="comparison_number", fields=["round", "number"])]

    def __str__(self):
        return f"{self.round}第{self.number}次比对"


class ComparisonItem(models.Model):
    """One household of either list (or one village's scheme, or one row whose identity is in doubt) in its one class."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    comparison = models.ForeignKey(Comparison, models.PROTECT, related_name="items", verbose_name="比对")
    cls = models.CharField("比对类别", max_length=8, choices=ComparisonClass.choices)
    household = models.ForeignKey(
        Household, models.PROTECT, null=True, related_name="comparison_items", verbose_name="农户"
    )
    village = models.ForeignKey(Division, models.PROTECT, null=True, related_name="+", verbose_name="村")
    clues = models.JSONField("线上线索", default=list)  # keys of Clue
    # [{"clue", "why", "check", "until"}]: those that an earlier check covers (key of the VerificationResult), or whose person left.
    left_out = models.JSONField("不再派发的线索", default=list)
    offline = models.ForeignKey(OfflineEntry, models.PROTECT, null=True, related_name="+", verbose_name="线下条目")
    # C9 without a household: the row in doubt.
    extract = models.ForeignKey(Extract, models.PROTECT, null=True, related_name="+", verbose_name="部门数据")
    sheet_no = models.PositiveSmallIntegerField("工作表", null=True)
    row = models.PositiveIntegerField("行", null=True)
    risks = models.JSONField("风险类型", default=list)
    grade = models.CharField("级别", max_length=6, choices=Grade.choices, blank=True)
    why = models.CharField("说明", max_length=400)
    differs = models.JSONField("不一致的要素", default=list)
    # The class it had in the comparison before, and why it moved; "" when it is new or stayed.
    came_from = models.CharField("上次类别", max_length=8, blank=True)
    moved_why = models.CharField("变动原因", max_length=200, blank=True)
    suppressed_by = models.ForeignKey(
        "screening.VerificationResult", models.PROTECT, null=True, related_name="+", verbose_name="此前核实"
    )
    until = models.DateField("在此之前不再派发", null=True)
    overridden_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    overridden_at = models.DateTimeField("改为派发时间", null=True)
    override_reason = models.CharField("改为派发的原因", max_length=200, blank=True)

    objects = ReachableQuerySet.as_manager()

    class Meta:
        verbose_name = "比对项"
        default_permissions = ()
        ordering = ["cls", "village_id", "id"]
        indexes = [
            models.Index(fields=["comparison", "cls", "village"], name="comparison_item_class"),
            models.Index(fields=["comparison", "village"], name="comparison_item_village"),
        ]
        constraints = [
            models.UniqueConstraint(
                name="comparison_item_one_a_household",
                fields=["comparison", "household"],
                condition=Q(household__isnull=False),
            ),
            models.CheckConstraint(
                name="comparison_item_override",
                condition=Q(overridden_at=None, overridden_by=None, override_reason="")
                | (Q(overridden_at__isnull=False) & ~Q(override_reason="")),
                violation_error_message="改为派发须写明原因",
            ),
        ]

    def __str__(self):
        return f"{self.get_cls_display()}：{self.why}"
