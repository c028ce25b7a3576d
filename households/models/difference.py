"""差异: what an import would change, row by row, as it is shown before anything is written; personal numbers masked."""

from django.db import models

from fangpin.divisions.models import Division
from households.models.change import Change
from households.models.importing import RegisterImport


class Difference(models.Model):
    class Kind(models.TextChoices):
        NEW = "new", "新增"
        CHANGED = "changed", "变化"
        GONE = "gone", "已不在名册"

    # Neither reference has a database constraint, by which a county's 380,000 rows would be checked one by one (imports are never
    # deleted), nor an index of its own: the two below begin with the import.
    register_import = models.ForeignKey(
        RegisterImport, models.CASCADE, db_constraint=False, db_index=False, related_name="differences"
    )
    table = models.CharField("对象", max_length=10, choices=Change.Table.choices)
    kind = models.CharField("差异", max_length=10, choices=Kind.choices)
    # Where the file has the household.
    village = models.ForeignKey(
        Division, models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+", verbose_name="行政村"
    )
    household = models.UUIDField(help_text="the id that the household has, or will have")
    household_number = models.CharField("户编号", max_length=32)
    number = models.CharField("人编号", max_length=32, blank=True)
    name = models.CharField("姓名", max_length=60, blank=True)
    about = models.CharField("说明", max_length=60, blank=True)
    # [[field, what the register says, what the file says]], as shown
    fields = models.JSONField("变化的栏目", default=list)

    class Meta:
        verbose_name = "名册差异"
        default_permissions = ()
        ordering = ["village_id", "household_number", "id"]
        indexes = [
            models.Index(fields=["register_import", "village", "household_number"], name="difference_by_village"),
            models.Index(fields=["register_import", "household"], name="difference_by_household"),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} {self.get_table_display()}"
