"""行政区划. The official code at its natural length is the key: county 6, township 9, village 12 digits.

"Under" is a prefix of the code, "ancestor" a slice of it; no tree library (architecture.md 6).
"""

from django.db import models

from fangpin.divisions.rights import PERMISSIONS


class Level(models.TextChoices):
    COUNTY = "county", "县"
    TOWNSHIP = "township", "乡镇"
    VILLAGE = "village", "村"


CODE_LENGTH = {Level.COUNTY: 6, Level.TOWNSHIP: 9, Level.VILLAGE: 12}


class DivisionQuerySet(models.QuerySet):
    def under(self, code: str):
        """The division with this code and everything below it."""
        return self.filter(code__startswith=code)

    def villages(self):
        return self.filter(level=Level.VILLAGE)

    def townships(self):
        return self.filter(level=Level.TOWNSHIP)


class Division(models.Model):
    code = models.CharField("代码", max_length=12, primary_key=True)
    name = models.CharField("名称", max_length=50)
    level = models.CharField("级别", max_length=10, choices=Level.choices)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name="上级"
    )

    objects = DivisionQuerySet.as_manager()

    class Meta:
        verbose_name = "行政区划"
        ordering = ["code"]
        default_permissions = ()
        permissions = PERMISSIONS
        constraints = [
            models.CheckConstraint(
                name="division_code_fits_level",
                condition=models.Q(level=Level.COUNTY, code__regex=r"^\d{6}$", parent=None)
                | models.Q(level=Level.TOWNSHIP, code__regex=r"^\d{9}$", parent__isnull=False)
                | models.Q(level=Level.VILLAGE, code__regex=r"^\d{12}$", parent__isnull=False),
                violation_error_message="区划代码长度与级别不符：县 6 位、乡镇 9 位、村 12 位",
            ),
        ]

    def __str__(self):
        return self.name

    @property
    def township_code(self) -> str:
        return self.code[:9]
