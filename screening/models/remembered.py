"""What people decided once and the machine reuses: headings of a layout, who a row is, which village a spelling means.

Each line says who decided and when. Taking one back ends it (``taken_back_*``) and keeps it: the next check or run works
without it, and the trail shows both.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q

from fangpin.accounts.models import Department
from fangpin.accounts.scope import codes_by_permission
from fangpin.divisions.models import Division
from fangpin.divisions.rights import Right
from households.models import Person
from screening.models.extract import Extract, extracts_of


class RememberedQuerySet(models.QuerySet):
    def standing(self):
        """Not taken back."""
        return self.filter(taken_back_at=None)


class Remembered(models.Model):
    """Who decided, when, and who took it back."""

    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="判定人"
    )
    decided_at = models.DateTimeField("判定时间", auto_now_add=True)
    taken_back_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="撤回人"
    )
    taken_back_at = models.DateTimeField("撤回时间", null=True)

    class Meta:
        abstract = True


class LayoutQuerySet(RememberedQuerySet):
    def for_user(self, user):
        """As with its files: a data clerk sees the layouts of the own department, the county office all of its county."""
        return self.filter(extracts_of(user))


class Layout(Remembered):
    """表头对应: which heading of a department's own layout is which column of the list."""

    county = models.ForeignKey(Division, models.PROTECT, related_name="+")
    department = models.ForeignKey(Department, models.PROTECT, related_name="+", verbose_name="部门")
    list_code = models.CharField("名单", max_length=10)
    fingerprint = models.CharField(max_length=64, help_text="SHA-256 of the normalised headings, in order")
    # heading as written -> column key, "" for "not needed"; "" throughout: a sheet like this is not the list
    columns = models.JSONField("列名对应", default=dict)

    objects = LayoutQuerySet.as_manager()

    class Meta:
        verbose_name = "表头对应"
        default_permissions = ()
        ordering = ["-decided_at"]
        constraints = [
            models.UniqueConstraint(
                name="layout_once",
                fields=["county", "department", "list_code", "fingerprint"],
                condition=Q(taken_back_at=None),
                violation_error_message="这种表头已经对应过，请刷新后查看",
            ),
        ]

    def __str__(self):
        return f"{self.list_code} 表头对应"


class CountyQuerySet(RememberedQuerySet):
    def for_user(self, user):
        """Decisions on identity are seen and made by whoever reviews matches of the county."""
        return self.filter(county__in=codes_by_permission(user).get(Right.REVIEW_MATCHES, ()))


class Ruling(Remembered):
    """身份判定: a row that says this is that person (``same``), or never that person; reused in every later month.

    ``row_index`` is the blind index of what the row says of a person (``matching.keys.row_key``): the same entry has the same index next
    month and in other lists.
    """

    county = models.ForeignKey(Division, models.PROTECT, related_name="+")
    row_index = models.BinaryField(max_length=16, editable=False, db_index=True)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name="人员")
    same = models.BooleanField("是同一人")
    # Where it was decided, for the page that lists rulings.
    extract = models.ForeignKey(Extract, models.PROTECT, related_name="+")
    sheet_no = models.PositiveSmallIntegerField("工作表")
    row = models.PositiveIntegerField("行")
    name = models.CharField("填报姓名", max_length=60, blank=True)

    objects = CountyQuerySet.as_manager()

    class Meta:
        verbose_name = "身份判定"
        default_permissions = ()
        ordering = ["-decided_at"]
        constraints = [
            models.UniqueConstraint(
                name="ruling_once",
                fields=["county", "row_index", "person"],
                condition=Q(taken_back_at=None),
                violation_error_message="这一行和这个人已经判定过",
            ),
            models.UniqueConstraint(
                name="ruling_one_person",
                fields=["county", "row_index"],
                condition=Q(taken_back_at=None, same=True),
                violation_error_message="这一行已经判定为另一个人，请先撤回",
            ),
        ]

    def __str__(self):
        return f"{self.name} {'是' if self.same else '不是'}同一人"


class Spelling(Remembered):
    """地名写法: what a department writes for a village or township that no division's name explains."""

    county = models.ForeignKey(Division, models.PROTECT, related_name="+")
    text = models.CharField(
        "写法", max_length=100, help_text="normalised: township and village as written, joined by |"
    )
    division = models.ForeignKey(Division, models.PROTECT, related_name="+", verbose_name="所指行政区划")

    objects = CountyQuerySet.as_manager()

    class Meta:
        verbose_name = "地名写法"
        default_permissions = ()
        ordering = ["-decided_at"]
        constraints = [
            models.UniqueConstraint(
                name="spelling_once",
                fields=["county", "text"],
                condition=Q(taken_back_at=None),
                violation_error_message="这种写法已经指定过，请先撤回",
            ),
        ]

    def __str__(self):
        return self.text
