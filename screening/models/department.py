"""部门月份: what one department owed in one month, and when it was told what became of its lists (domain.md 3.4, 4.4)."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from fangpin.accounts.models import Department
from fangpin.divisions.models import Division
from screening.models.extract import extracts_of


class DepartmentMonthQuerySet(models.QuerySet):
    def for_user(self, user):
        """A data clerk sees the months of the own department, the county office those of its county, nobody else any."""
        return self.filter(extracts_of(user))


class DepartmentMonth(models.Model):
    """Made when a round asks the department for lists, or when it delivers one unasked; one a county, department and month."""

    county = models.ForeignKey(Division, models.PROTECT, related_name="+", verbose_name="县")
    department = models.ForeignKey(Department, models.PROTECT, related_name="months", verbose_name="部门")
    period = models.DateField("月份")
    lists = models.JSONField("应报名单", default=list)  # list codes that the round asked for
    due_on = models.DateField("应报日期", null=True)
    given_on = models.DateField("反馈日期", null=True)
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    note = models.CharField("反馈说明", max_length=200, blank=True)
    told = models.JSONField("反馈的结果", default=dict)  # outcome -> clues, as they stood on that day
    received_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    received_at = models.DateTimeField("签收时间", null=True)

    objects = DepartmentMonthQuerySet.as_manager()

    class Meta:
        verbose_name = "部门月份"
        default_permissions = ()
        ordering = ["-period", "department_id"]
        constraints = [
            models.UniqueConstraint(name="department_month_once", fields=["county", "department", "period"]),
            models.CheckConstraint(name="department_month_first", condition=Q(period__day=1)),
            models.CheckConstraint(
                name="department_month_received",
                condition=Q(received_at=None) | Q(given_on__isnull=False, received_by__isnull=False),
                violation_error_message="县办反馈以后才能签收",
            ),
        ]

    def __str__(self):
        return f"{self.department}{self.period.year}年{self.period.month}月"
