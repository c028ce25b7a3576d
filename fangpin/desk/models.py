"""导出申请: a large export of personal data that a second person agrees to before it goes out (security.md 2.6)."""

import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from fangpin.accounts.scope import ReachableQuerySet, reach_of
from fangpin.divisions.models import Division
from fangpin.divisions.rights import Right

VALID = timedelta(hours=24)


class ExportState(models.TextChoices):
    WAITING = "waiting", "待审批"
    APPROVED = "approved", "已同意"
    REFUSED = "refused", "不同意"


class ExportRequestQuerySet(ReachableQuerySet):
    division_path = "division_id"

    def for_user(self, user):
        """The own ones, and those that the user may decide."""
        decides = Q(pk__in=())
        for code in reach_of(user, Right.APPROVE_EXPORT):
            decides |= Q(division__code__startswith=code)
        return self.filter(Q(asked_by=user) | decides)

    def waiting_without(self, user):
        """What waits and was asked by others: nobody decides on the own."""
        return self.filter(state=ExportState.WAITING).exclude(asked_by=user)

    def live(self):
        """Waiting, or agreed to and still valid."""
        agreed = Q(state=ExportState.APPROVED, decided_at__gt=timezone.now() - VALID)
        return self.filter(Q(state=ExportState.WAITING) | agreed)


class ExportRequest(models.Model):
    """No file is kept: the list is written anew at download, within what the asker reaches then, and no more rows than agreed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    division = models.ForeignKey(Division, models.PROTECT, related_name="+", verbose_name="申请人所在区划")
    title = models.CharField("名单", max_length=100)
    path = models.CharField("页面", max_length=200)
    query = models.CharField("筛选参数", max_length=500, blank=True)
    filters = models.CharField("筛选", max_length=500, blank=True)  # in words, for who decides
    rows = models.PositiveIntegerField("行数")
    unit = models.CharField("单位", max_length=10)
    reason = models.CharField("用途", max_length=200)
    state = models.CharField("状态", max_length=10, choices=ExportState.choices, default=ExportState.WAITING)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="export_requests", verbose_name="申请人"
    )
    asked_at = models.DateTimeField("申请时间", auto_now_add=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="审批人"
    )
    decided_at = models.DateTimeField("审批时间", null=True, blank=True)
    opinion = models.CharField("审批意见", max_length=200, blank=True)
    downloads = models.PositiveSmallIntegerField("下载次数", default=0)
    downloaded_at = models.DateTimeField("最近下载", null=True, blank=True)

    objects = ExportRequestQuerySet.as_manager()

    class Meta:
        verbose_name = "导出申请"
        default_permissions = ()
        ordering = ["-asked_at"]
        constraints = [
            models.CheckConstraint(
                name="export_decided_pair",
                condition=Q(state=ExportState.WAITING, decided_by=None, decided_at=None)
                | (~Q(state=ExportState.WAITING) & Q(decided_by__isnull=False, decided_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="export_by_a_second_person",
                condition=Q(decided_by=None) | ~Q(decided_by=F("asked_by")),
                violation_error_message="不能审批自己的导出申请",
            ),
            models.CheckConstraint(
                name="export_refused_with_opinion",
                condition=~Q(state=ExportState.REFUSED) | ~Q(opinion=""),
                violation_error_message="不同意须写明原因",
            ),
            models.CheckConstraint(
                name="export_downloaded_after_consent",
                condition=Q(downloads=0, downloaded_at=None)
                | Q(downloads__gt=0, downloaded_at__isnull=False, state=ExportState.APPROVED),
            ),
            models.UniqueConstraint(
                name="export_asked_once",
                fields=["asked_by", "path", "query"],
                condition=Q(state=ExportState.WAITING),
                violation_error_message="同样的导出已经申请，正在等待审批",
            ),
        ]

    def __str__(self):
        return f"{self.title} {self.rows:,} {self.unit}"

    @property
    def expires_at(self) -> datetime | None:
        """Until when it may be downloaded; None unless agreed to."""
        return self.decided_at + VALID if self.state == ExportState.APPROVED else None

    @property
    def is_open(self) -> bool:
        """May be downloaded now."""
        return self.state == ExportState.APPROVED and timezone.now() < self.expires_at

    @property
    def address(self) -> str:
        """Where the agreed export is downloaded: the list itself, asked for the file."""
        return f"{self.path}?{self.query + '&' if self.query else ''}export=xlsx&agreed={self.pk}"

    @property
    def list_address(self) -> str:
        return f"{self.path}?{self.query}" if self.query else self.path
