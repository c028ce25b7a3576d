import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("households", "0002_changes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("screening", "0004_layout_county"),
    ]

    operations = [
        migrations.AddField(
            "extract",
            "matches_digest",
            models.CharField(blank=True, db_default="", default="", editable=False, max_length=64),
        ),
        migrations.AlterField(
            "rowmatch",
            "extract",
            models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="matches",
                to="screening.extract",
            ),
        ),
        migrations.AlterField(
            "rowmatch",
            "household",
            models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="households.household",
            ),
        ),
        migrations.AlterField(
            "rowmatch",
            "person",
            models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="households.person",
            ),
        ),
        migrations.AlterField(
            "rowmatch",
            "decided_by",
            models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
    ]
