import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("screening", "0003_rows_in_chunks")]

    operations = [
        migrations.RemoveConstraint("layout", "layout_once"),
        # No layout was remembered before this column came.
        migrations.AddField(
            "layout",
            "county",
            models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="divisions.division"),
        ),
        migrations.AddConstraint(
            "layout",
            models.UniqueConstraint(
                condition=models.Q(("taken_back_at", None)),
                fields=("county", "department", "list_code", "fingerprint"),
                name="layout_once",
                violation_error_message="这种表头已经对应过，请刷新后查看",
            ),
        ),
    ]
