"""留痕. Entries are never changed or deleted (a trigger refuses it); seals chain them so that tampering shows (security.md 2.6).

A hash per row that carries the one before would make all acts wait for each other. So a beat task seals, each minute, what has been
committed since: ``Seal`` covers a range of transaction numbers and carries the HMAC over its entries and the seal before.
"""

from django.conf import settings
from django.db import models
from django.db.models.expressions import RawSQL


class EntryQuerySet(models.QuerySet):
    def about(self, target: models.Model):
        return self.filter(target_type=target._meta.label_lower, target_id=str(target.pk))


class Entry(models.Model):
    at = models.DateTimeField("时间", auto_now_add=True, db_index=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, verbose_name="经办人", related_name="audit_entries"
    )
    action = models.CharField("操作", max_length=60, db_index=True)
    # No foreign key: the entry outlives its object, and an object may not be kept alive by its trail.
    target_type = models.CharField("对象类别", max_length=60)
    target_id = models.CharField("对象编号", max_length=60)
    detail = models.JSONField("内容", default=dict)
    transaction = models.BigIntegerField(editable=False, db_default=RawSQL("pg_current_xact_id()::text::bigint", ()))

    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name = "操作留痕"
        default_permissions = ()
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["target_type", "target_id"], name="audit_target"),
            models.Index(fields=["transaction"], name="audit_transaction"),
        ]

    def __str__(self):
        return f"{self.at:%Y-%m-%d %H:%M} {self.action}"


class Seal(models.Model):
    at = models.DateTimeField(auto_now_add=True)
    before = models.BigIntegerField("覆盖到（不含）的事务号", unique=True)
    entries = models.PositiveIntegerField("条数")
    digest = models.BinaryField(max_length=32)

    class Meta:
        verbose_name = "留痕封签"
        default_permissions = ()
        ordering = ["before"]

    def __str__(self):
        return f"{self.entries} 条 @ {self.at:%Y-%m-%d %H:%M}"
