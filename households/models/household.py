"""农户: the unit of everything (domain.md 1.3)."""

import uuid

from django.db import models
from django.db.models import F, Q

from fangpin.accounts.scope import ReachableQuerySet
from fangpin.divisions.models import Division
from fangpin.masking import mask_phone
from fangpin.sealing import SealedText
from households.choices import Category, HouseholdKind


class HouseholdQuerySet(ReachableQuerySet):
    def present(self):
        """Households that have members."""
        return self.filter(size__gt=0)

    def monitored(self):
        return self.exclude(category="")

    def with_place(self):
        """Village and township loaded, for rows that name them."""
        return self.select_related("village__parent")


class Household(models.Model):
    PERSONAL = {"phone": mask_phone}

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.CharField("户编号", max_length=32, unique=True)
    village = models.ForeignKey(Division, models.PROTECT, related_name="+", verbose_name="行政村")
    hamlet = models.CharField("自然村（屯）", max_length=50, blank=True)
    kind = models.CharField("户类型", max_length=10, choices=HouseholdKind.choices, default=HouseholdKind.GENERAL)
    category = models.CharField("监测对象类别", max_length=10, choices=Category.choices, blank=True)
    risk_cleared = models.BooleanField("风险是否已消除", default=False)
    phone_sealed = models.BinaryField("户联系电话", default=b"", editable=False)
    phone_index = models.BinaryField(null=True, max_length=16, editable=False, db_index=True)
    # Derived from the members by the verbs of the register, so that lists of 80,000 households sort and count without them.
    head_name = models.CharField("户主姓名", max_length=60, blank=True)
    size = models.PositiveSmallIntegerField("家庭人口数", default=0)
    other = models.JSONField("名册其他栏目", default=dict, blank=True)
    updated_at = models.DateTimeField("更新时间", auto_now=True)

    phone = SealedText("phone_sealed", index={"phone_index": "phone"})
    objects = HouseholdQuerySet.as_manager()

    class Meta:
        verbose_name = "农户"
        default_permissions = ()
        ordering = ["village_id", "number"]
        indexes = [models.Index(F("village_id"), F("number"), name="household_by_village")]
        constraints = [
            models.CheckConstraint(
                name="category_fits_kind",
                condition=~Q(category=Category.UNSTABLE, kind=HouseholdKind.GENERAL)
                & ~Q(category=Category.MARGINAL, kind=HouseholdKind.LIFTED),
                violation_error_message="监测对象类别与户类型不符：脱贫不稳定户须为脱贫户，边缘易致贫户须为一般农户",
            ),
        ]

    def __str__(self):
        return f"{self.head_name or '（无户主）'}户"
