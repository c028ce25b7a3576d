"""政策标准: a set of thresholds in force from a day on. Adopting a new one never edits an old one."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from fangpin.policy.keys import Key


class StandardQuerySet(models.QuerySet):
    def in_force(self, day):
        """The standard that holds on a day, thresholds loaded; None before the first."""
        return self.filter(effective_from__lte=day).order_by("-effective_from").prefetch_related("thresholds").first()


class Standard(models.Model):
    name = models.CharField("名称", max_length=100)
    document_number = models.CharField("文号", max_length=60, blank=True)
    effective_from = models.DateField(
        "自何日起", unique=True, error_messages={"unique": "这一天已有标准生效，请改日期"}
    )
    adopted_at = models.DateTimeField("发布时间", auto_now_add=True)
    adopted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="发布人"
    )

    objects = StandardQuerySet.as_manager()

    class Meta:
        verbose_name = "政策标准"
        default_permissions = ()
        ordering = ["-effective_from"]

    def __str__(self):
        return self.name

    def amount(self, key: Key):
        """The figure of ``key`` as Decimal in the key's own unit. Raises KeyError for a key that the standard lacks."""
        if not hasattr(self, "_amounts"):
            self._amounts = {threshold.key: threshold.amount for threshold in self.thresholds.all()}
        return self._amounts[str(key)]


class Threshold(models.Model):
    standard = models.ForeignKey(Standard, models.PROTECT, related_name="thresholds", verbose_name="标准")
    # No choices: a new key must not need a migration; labels and units stand with policy.keys.Key.
    key = models.CharField("项目", max_length=40)
    amount = models.DecimalField("数值", max_digits=12, decimal_places=2)

    class Meta:
        verbose_name = "阈值"
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["standard", "key"], name="threshold_once"),
            models.CheckConstraint(
                name="threshold_not_negative", condition=Q(amount__gte=0), violation_error_message="数值不能为负"
            ),
        ]

    def __str__(self):
        return f"{Key(self.key).label} {self.amount}"
