"""Photos of a visit: re-encoded, without what the phone wrote into them, sealed on disk (security.md 2.2)."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from fangpin.accounts.scope import ReachableQuerySet
from fangpin.divisions.models import Division
from screening.models.round import OfflineEntry
from screening.models.verification import VerificationResult


class PhotoQuerySet(ReachableQuerySet):
    def reported(self):
        """Those of results and entries that are no drafts."""
        return self.exclude(result__is_draft=True).exclude(entry__is_draft=True)


class Photo(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    village = models.ForeignKey(Division, models.PROTECT, related_name="+", verbose_name="村")
    result = models.ForeignKey(VerificationResult, models.CASCADE, null=True, related_name="photos")
    entry = models.ForeignKey(OfflineEntry, models.CASCADE, null=True, related_name="photos")
    digest = models.CharField(max_length=64, help_text="SHA-256 of the picture as stored")
    size = models.PositiveIntegerField("字节")
    width = models.PositiveSmallIntegerField("宽")
    height = models.PositiveSmallIntegerField("高")
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    added_at = models.DateTimeField("上传时间", auto_now_add=True)

    objects = PhotoQuerySet.as_manager()

    class Meta:
        verbose_name = "照片"
        default_permissions = ()
        ordering = ["added_at", "id"]
        constraints = [
            models.CheckConstraint(
                name="photo_of_one",
                condition=Q(result__isnull=False, entry=None) | Q(result=None, entry__isnull=False),
            ),
            models.UniqueConstraint(
                name="photo_once_a_result", fields=["result", "digest"], condition=Q(result__isnull=False)
            ),
            models.UniqueConstraint(
                name="photo_once_an_entry", fields=["entry", "digest"], condition=Q(entry__isnull=False)
            ),
        ]

    def __str__(self):
        return str(self.pk)
