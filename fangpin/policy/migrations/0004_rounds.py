"""The figures of comparison, watch list and monthly calendar (domain.md 3.5, 4.2, 4.5) for the standards that are older than them."""

from decimal import Decimal

from django.db import migrations

# Frozen here, as in 0002.
FIGURES = {
    "cooldown_days": "90",
    "watch_cooldown_days": "30",
    "growth_share": "0.30",
    "growth_amount": "3000",
    "watch_months_key": "1",
    "watch_months_general": "3",
    "watch_months_long": "6",
    "watch_clean_checks": "2",
    "extract_due_day": "5",
    "offline_due_day": "5",
    "compare_day": "7",
    "dispatch_day": "8",
    "verify_day": "15",
    "freeze_day": "28",
}


def fill(apps, schema_editor):
    standard, threshold = apps.get_model("policy", "Standard"), apps.get_model("policy", "Threshold")
    for adopted in standard.objects.exclude(thresholds__key__in=FIGURES):
        threshold.objects.bulk_create(
            threshold(standard=adopted, key=key, amount=Decimal(amount)) for key, amount in FIGURES.items()
        )


class Migration(migrations.Migration):
    dependencies = [("policy", "0003_register_checks")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
