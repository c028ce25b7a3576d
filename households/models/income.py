"""收支: one household's income and spending over twelve months (domain.md 1.7). A correction is a new row; the earlier one stays."""

import uuid
from datetime import date, timedelta
from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import Q

from fangpin.accounts.scope import ReachableQuerySet
from households.choices import IncomeGroup, Origin, PeriodKind
from households.income_items import validate_items
from households.models.household import Household
from households.models.importing import RegisterImport


class IncomeQuerySet(ReachableQuerySet):
    division_path = "household__village_id"

    def current(self):
        """Without what was corrected since."""
        return self.filter(replaced_at=None)


def _amount(group: IncomeGroup) -> models.DecimalField:
    return models.DecimalField(group.label, max_digits=12, decimal_places=2, default=Decimal(0))


class Income(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    household = models.ForeignKey(Household, models.PROTECT, related_name="incomes", verbose_name="户")
    kind = models.CharField("处理类型", max_length=10, choices=PeriodKind.choices)
    start = models.DateField("起始月份")  # the first day of twelve months
    # Yuan, one column for each group.
    wages = _amount(IncomeGroup.WAGES)
    business = _amount(IncomeGroup.BUSINESS)
    assets = _amount(IncomeGroup.ASSETS)
    transfer = _amount(IncomeGroup.TRANSFER)
    costs = _amount(IncomeGroup.COSTS)
    claims = _amount(IncomeGroup.CLAIMS)
    self_pay = _amount(IncomeGroup.SELF_PAY)
    not_counted = _amount(IncomeGroup.NOT_COUNTED)
    # slug -> "1200.00"; a group without sub-items was given as a total only.
    items = models.JSONField("分项", default=dict, blank=True, validators=[validate_items])
    persons = models.PositiveSmallIntegerField("计算人数")
    # What the export itself says of its sums, by its headings: shown beside ours.
    reported = models.JSONField("全国系统填报", default=dict, blank=True)
    origin = models.CharField("由来", max_length=10, choices=Origin.choices, default=Origin.ENTERED)
    batch = models.ForeignKey(
        RegisterImport, models.PROTECT, null=True, blank=True, related_name="incomes", verbose_name="名册导入"
    )
    version = models.PositiveIntegerField("版本", default=1)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="登记人"
    )
    entered_at = models.DateTimeField("登记时间", auto_now_add=True)
    replaced_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="更正人"
    )
    replaced_at = models.DateTimeField("更正时间", null=True, blank=True)

    objects = IncomeQuerySet.as_manager()

    class Meta:
        verbose_name = "收支"
        default_permissions = ()
        ordering = ["-start", "kind", "-version"]
        constraints = [
            models.CheckConstraint(
                name="income_not_negative",
                condition=Q(
                    wages__gte=0,
                    business__gte=0,
                    assets__gte=0,
                    transfer__gte=0,
                    costs__gte=0,
                    claims__gte=0,
                    self_pay__gte=0,
                    not_counted__gte=0,
                ),
                violation_error_message="收入和支出的金额不能为负",
            ),
            models.CheckConstraint(
                name="income_period",
                condition=Q(start__day=1) & (~Q(kind=PeriodKind.YEAR) | Q(start__month=1)),
                violation_error_message="期间须从某月 1 日起，年度须从 1 月起",
            ),
            models.CheckConstraint(
                name="income_replaced_pair", condition=Q(replaced_at__isnull=False) | Q(replaced_by=None)
            ),
            models.UniqueConstraint(
                name="income_once",
                fields=["household", "kind", "start"],
                condition=Q(replaced_at=None),
                violation_error_message="这一户这个期间的收支已经登记",
            ),
            models.UniqueConstraint(name="income_version", fields=["household", "kind", "start", "version"]),
        ]

    def __str__(self):
        return self.period_label

    @property
    def end(self) -> date:
        """The last day of the twelve months."""
        return self.start.replace(year=self.start.year + 1) - timedelta(days=1)

    @property
    def period_label(self) -> str:
        if self.kind == PeriodKind.YEAR:
            return f"{self.start.year}年度"
        return f"{self.get_kind_display()}（{self.start:%Y-%m} 至 {self.end:%Y-%m}）"

    @property
    def totals(self) -> dict[IncomeGroup, Decimal]:
        return {group: getattr(self, group.value) for group in IncomeGroup}

    @property
    def amounts(self) -> dict[str, Decimal]:
        """The sub-items as numbers."""
        return {slug: Decimal(text) for slug, text in self.items.items()}
