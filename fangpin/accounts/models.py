"""账号: users, departments, postings, and guardian's permission rows on divisions."""

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from guardian.models import UserObjectPermissionBase

from fangpin.accounts.roles import Role
from fangpin.divisions.models import Division


class User(AbstractUser):
    """A person with an account. Rights come from postings only; is_superuser grants nothing in this system."""

    first_name = last_name = None
    name = models.CharField("姓名", max_length=50)
    must_change_password = models.BooleanField("下次登录须改密码", default=True)

    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = "账号"
        default_permissions = ()

    def __str__(self):
        return self.name or self.username

    def get_full_name(self):
        return self.name

    def get_short_name(self):
        return self.name


class Department(models.Model):
    """部门: who sends lists. Codes are those of the list formats (MI 医保局 …)."""

    code = models.CharField("代码", max_length=10, primary_key=True)
    name = models.CharField("名称", max_length=50, unique=True)

    class Meta:
        verbose_name = "部门"
        ordering = ["code"]
        default_permissions = ()

    def __str__(self):
        return self.name


class PostingQuerySet(models.QuerySet):
    def open(self, on=None):
        """Postings in force on a day (today by default)."""
        day = on or timezone.localdate()
        return self.filter(since__lte=day).filter(Q(until=None) | Q(until__gte=day))


class Posting(models.Model):
    """岗位任职: a role on a division (and, for a data clerk, in a department) from a day until a day."""

    user = models.ForeignKey(User, models.PROTECT, related_name="postings", verbose_name="账号")
    role = models.CharField("岗位", max_length=20, choices=Role.choices)
    division = models.ForeignKey(Division, models.PROTECT, related_name="+", verbose_name="区划")
    department = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, related_name="postings", verbose_name="部门"
    )
    since = models.DateField("任职起", default=timezone.localdate)
    until = models.DateField("任职止", null=True, blank=True)

    objects = PostingQuerySet.as_manager()

    class Meta:
        verbose_name = "岗位任职"
        default_permissions = ()
        ordering = ["-since", "-id"]
        constraints = [
            models.CheckConstraint(
                name="posting_department_pair",
                condition=Q(role=Role.DEPARTMENT, department__isnull=False)
                | (~Q(role=Role.DEPARTMENT) & Q(department=None)),
                violation_error_message="部门数据员必须选部门，其他岗位不能选部门",
            ),
            models.CheckConstraint(
                name="posting_until_after_since",
                condition=Q(until=None) | Q(until__gte=F("since")),
                violation_error_message="任职止不能早于任职起",
            ),
            models.UniqueConstraint(
                name="posting_once",
                fields=["user", "role", "division", "department"],
                condition=Q(until=None),
                nulls_distinct=False,
                violation_error_message="该账号已有这个岗位",
            ),
        ]

    def __str__(self):
        place = self.department or self.division
        return f"{self.user} {self.get_role_display()}（{place}）"


class DivisionUserObjectPermission(UserObjectPermissionBase):
    """guardian's rows with a direct foreign key. Written by accounts.grants only, read by accounts.scope only."""

    content_object = models.ForeignKey(Division, models.CASCADE)

    class Meta(UserObjectPermissionBase.Meta):
        verbose_name = "区划权限"
        default_permissions = ()
