"""数据质量: what a check found, since when, what was said about it, and what is left alone until a day (domain.md 7.3, 7.4)."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Case, F, IntegerField, Q, Value, When
from django.utils import timezone

from fangpin.accounts.scope import ReachableQuerySet
from fangpin.divisions.models import Division
from households.choices import Severity
from households.models.household import Household
from households.models.person import Person


class QualityCheck(models.Model):
    """One check of a whole county: when, over how many, what came of it, and which columns its register keeps."""

    county = models.ForeignKey(Division, models.PROTECT, related_name="+")
    at = models.DateTimeField("检查时间", auto_now_add=True)
    persons = models.PositiveIntegerField("人数")
    households = models.PositiveIntegerField("户数")
    kept = models.JSONField("名册有的栏目", default=list)

    class Meta:
        verbose_name = "数据检查"
        default_permissions = ()
        ordering = ["-at"]
        get_latest_by = "at"

    def __str__(self):
        return f"{self.at:%Y-%m-%d %H:%M}"


class ExemptionQuerySet(models.QuerySet):
    def standing(self, on=None):
        """In force on a day (today by default)."""
        return self.filter(ended_at=None, until__gte=on or timezone.localdate())


class Exemption(models.Model):
    """豁免: one check is not held against one household or person until a day."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    code = models.CharField("检查项", max_length=3)
    # No constraint of Django's own: the database takes these rows away with the household or person (migration).
    household = models.ForeignKey(
        Household, models.CASCADE, related_name="exemptions", verbose_name="户", db_constraint=False
    )
    person = models.ForeignKey(
        Person, models.CASCADE, null=True, related_name="+", verbose_name="人员", db_constraint=False
    )
    reason = models.CharField("理由", max_length=200)
    until = models.DateField("豁免至")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="同意人"
    )
    at = models.DateTimeField("同意时间", auto_now_add=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="终止人"
    )
    ended_at = models.DateTimeField("终止时间", null=True)

    objects = ExemptionQuerySet.as_manager()

    class Meta:
        verbose_name = "数据检查豁免"
        default_permissions = ()
        ordering = ["-at"]
        indexes = [models.Index(fields=["household", "code"], name="exemption_of_household")]
        constraints = [
            models.CheckConstraint(
                name="exemption_has_reason", condition=~Q(reason=""), violation_error_message="豁免须写明理由"
            ),
            models.CheckConstraint(
                name="exemption_ended_pair", condition=Q(ended_by=None, ended_at=None) | Q(ended_at__isnull=False)
            ),
        ]

    def __str__(self):
        return f"{self.code} 豁免至 {self.until}"


class QualityProblemQuerySet(ReachableQuerySet):
    division_path = "division_id"

    def present(self):
        """Found by the last check of their household."""
        return self.filter(gone_at=None)

    def exempt(self, on=None):
        return self.filter(exemption__ended_at=None, exemption__until__gte=on or timezone.localdate())

    def counting(self, on=None):
        """Present and not exempt."""
        return self.present().filter(
            Q(exemption=None)
            | Q(exemption__ended_at__isnull=False)
            | Q(exemption__until__lt=on or timezone.localdate())
        )

    def unexplained(self):
        return self.filter(explained_at=None)

    def waiting(self):
        """What somebody must mend or explain: errors, and warnings nobody has explained."""
        return self.counting().filter(Q(severity=Severity.ERROR) | Q(severity=Severity.WARNING, explained_at=None))

    def graver_first(self):
        order = Case(
            When(severity=Severity.ERROR, then=Value(0)),
            When(severity=Severity.WARNING, then=Value(1)),
            default=Value(2),
            output_field=IntegerField(),
        )
        return self.order_by(order, "code", "first_seen", "pk")


class QualityProblem(models.Model):
    """One check that does not hold for one household or person, from the day it was first seen until it was gone.

    Its sentence is made of ``values`` when it is shown (``households.quality.catalogue``); numbers in them are masked.
    """

    derived = True  # found anew by the next check: what is undone takes it along (households.changes.pointing_at)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    code = models.CharField("检查项", max_length=3)
    severity = models.CharField("级别", max_length=1, choices=Severity.choices)
    household = models.ForeignKey(
        Household, models.CASCADE, related_name="problems", verbose_name="户", db_constraint=False
    )
    person = models.ForeignKey(
        Person, models.CASCADE, null=True, related_name="problems", verbose_name="人员", db_constraint=False
    )
    # Who may see it: the household's village, or the smallest division in which all who share a number or phone live.
    division = models.ForeignKey(Division, models.PROTECT, related_name="+", verbose_name="范围")
    values = models.JSONField("数值", default=dict)
    first_seen = models.DateTimeField("发现时间")
    last_seen = models.DateTimeField("最近检查")
    gone_at = models.DateTimeField("消除时间", null=True)
    explanation = models.CharField("说明", max_length=200, blank=True)
    explained_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="说明人"
    )
    explained_at = models.DateTimeField("说明时间", null=True)
    exemption = models.ForeignKey(Exemption, models.SET_NULL, null=True, related_name="problems", verbose_name="豁免")

    objects = QualityProblemQuerySet.as_manager()

    class Meta:
        verbose_name = "数据问题"
        default_permissions = ()
        ordering = ["first_seen", "pk"]
        indexes = [
            models.Index(fields=["division", "first_seen"], name="problem_open", condition=Q(gone_at=None)),
            models.Index(F("gone_at").desc(), name="problem_gone", condition=Q(gone_at__isnull=False)),
            models.Index(fields=["household"], name="problem_of_household"),
        ]
        constraints = [
            models.UniqueConstraint(
                name="problem_once",
                fields=["household", "person", "code"],
                condition=Q(gone_at=None),
                nulls_distinct=False,
                violation_error_message="这个问题已经登记",
            ),
            models.CheckConstraint(
                name="problem_explained",
                condition=Q(explanation="", explained_by=None, explained_at=None)
                | (~Q(explanation="") & Q(explained_at__isnull=False)),
                violation_error_message="说明不能为空",
            ),
        ]

    def __str__(self):
        return f"{self.code} {self.household_id}"

    @property
    def days(self) -> int:
        """For how many days it has been there, or was there."""
        return ((self.gone_at or timezone.now()) - self.first_seen).days

    @property
    def is_exempt(self) -> bool:
        exemption = self.exemption
        return exemption is not None and exemption.ended_at is None and exemption.until >= timezone.localdate()
