"""名册导入: one upload of a register file, from check to application."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from fangpin.accounts.scope import ReachableQuerySet
from fangpin.divisions.models import Division


class ImportState(models.TextChoices):
    UPLOADED = "uploaded", "已上传"
    CHECKED = "checked", "已校验"
    REFUSED = "refused", "无法读取"
    APPLIED = "applied", "已入库"
    WITHDRAWN = "withdrawn", "已作废"
    UNDONE = "undone", "已撤销入库"


class RegisterImportQuerySet(ReachableQuerySet):
    division_path = "county_id"


class RegisterImport(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    county = models.ForeignKey(Division, models.PROTECT, related_name="+")
    filename = models.CharField("文件", max_length=200)
    digest = models.CharField(max_length=64)
    state = models.CharField("状态", max_length=10, choices=ImportState.choices, default=ImportState.UPLOADED)
    refusal = models.TextField("无法读取的原因", blank=True)
    # By name: rows, new, changed, same, gone, refused, households, villages …
    counts = models.JSONField("核对结果", default=dict)
    # [{"sheet", "row", "column", "content" (masked), "message"}], the refused rows
    problems = models.JSONField("不能入库的行", default=list)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="上传人"
    )
    uploaded_at = models.DateTimeField("上传时间", auto_now_add=True)
    applied_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="入库人"
    )
    applied_at = models.DateTimeField("入库时间", null=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="撤销人"
    )
    undone_at = models.DateTimeField("撤销时间", null=True)

    objects = RegisterImportQuerySet.as_manager()

    class Meta:
        verbose_name = "名册导入"
        default_permissions = ()
        ordering = ["-uploaded_at"]
        constraints = [
            models.UniqueConstraint(
                name="register_file_once",
                fields=["county", "digest"],
                condition=Q(state__in=["uploaded", "checked"]),
                violation_error_message="这个文件已经上传，正在等待入库",
            ),
        ]

    def __str__(self):
        return self.filename
