"""变更: what a row of the register was before each change, so that a batch can be undone and any past day be shown.

``before`` is the row as ``to_jsonb`` gives it (ciphertexts as they stand, so nothing is unsealed here) and goes back through
``jsonb_populate_record``; None says that the row did not exist. The state on a day is the ``before`` of the first change that took effect
after it, or the present row where there is none.
"""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.fields.json import KT

from fangpin.accounts.scope import ReachableQuerySet
from households.choices import Event
from households.models.household import Household
from households.models.importing import RegisterImport
from households.models.person import Person


class LifeEventQuerySet(ReachableQuerySet):
    division_path = "household__village_id"

    def of(self, household: Household):
        """Events of this household, also those that led into it."""
        return self.filter(Q(household=household) | Q(other_household=household))


class LifeEvent(models.Model):
    """人口变动 (domain.md 1.4): birth, death, marriage, moving, splitting … with its date and reason."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField("变动", max_length=20, choices=Event.choices)
    on = models.DateField("变动日期")
    reason = models.CharField("说明", max_length=200, blank=True)
    household = models.ForeignKey(Household, models.PROTECT, related_name="events", verbose_name="户")
    other_household = models.ForeignKey(
        Household, models.PROTECT, null=True, related_name="+", verbose_name="来自或去往的户"
    )
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="events", verbose_name="人员")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="登记人"
    )
    at = models.DateTimeField("登记时间", auto_now_add=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="撤销人"
    )
    undone_at = models.DateTimeField("撤销时间", null=True)

    objects = LifeEventQuerySet.as_manager()

    class Meta:
        verbose_name = "人口变动"
        default_permissions = ()
        ordering = ["-on", "-at"]
        constraints = [
            models.CheckConstraint(
                name="event_undone_pair",
                condition=Q(undone_by=None, undone_at=None) | Q(undone_at__isnull=False),
            ),
        ]

    def __str__(self):
        return f"{self.on} {self.get_kind_display()}"


class Change(models.Model):
    class Table(models.TextChoices):
        HOUSEHOLD = "household", "户"
        PERSON = "person", "人"

    table = models.CharField(max_length=10, choices=Table.choices)
    object_id = models.UUIDField()
    before = models.JSONField(null=True)
    effective_on = models.DateField("生效日期")
    at = models.DateTimeField("登记时间", auto_now_add=True)
    event = models.ForeignKey(LifeEvent, models.PROTECT, null=True, related_name="changes")
    # No database constraint: a county's 380,000 rows of one import would be checked one by one; imports are never deleted.
    batch = models.ForeignKey(RegisterImport, models.PROTECT, null=True, db_constraint=False, related_name="changes")

    class Meta:
        verbose_name = "变更"
        default_permissions = ()
        ordering = ["id"]
        indexes = [
            models.Index(fields=["object_id", "effective_on"], name="change_of_object"),
            # Who was once a member: the household's past asks for it.
            models.Index(KT("before__household_id"), name="change_from_household", condition=Q(table="person")),
        ]
        constraints = [
            models.CheckConstraint(
                name="change_has_one_cause",
                condition=~Q(event__isnull=False, batch__isnull=False),
            ),
        ]

    def __str__(self):
        return f"{self.get_table_display()} {self.object_id}"
