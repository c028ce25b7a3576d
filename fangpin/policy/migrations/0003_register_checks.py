"""The ranges of the register's checks (domain.md 7.4) for the standards that are older than them."""

from decimal import Decimal

from django.db import migrations

# Frozen here, as in 0002.
FIGURES = {
    "check_parent_gap": "15",
    "check_elderly_age": "60",
    "check_kindergarten_max": "7",
    "check_primary_min": "6",
    "check_primary_max": "14",
    "check_junior_min": "12",
    "check_junior_max": "17",
    "check_senior_min": "15",
    "check_senior_max": "20",
    "check_college_min": "18",
    "check_postgraduate_min": "20",
    "check_youth_max": "22",
    "check_wage_max": "30000",
    "check_wage_min": "400",
    "check_wage_hard_min": "100",
    "check_work_open_months": "18",
    "check_wage_gap": "0.30",
    "check_posts": "3",
    "check_post_age_max": "70",
    "check_house_area_max": "1000",
    "check_road_km_max": "5",
    "check_land_max": "100",
    "check_income_change": "0.50",
}


def fill(apps, schema_editor):
    standard, threshold = apps.get_model("policy", "Standard"), apps.get_model("policy", "Threshold")
    for adopted in standard.objects.exclude(thresholds__key__in=FIGURES):
        threshold.objects.bulk_create(
            threshold(standard=adopted, key=key, amount=Decimal(amount)) for key, amount in FIGURES.items()
        )


class Migration(migrations.Migration):
    dependencies = [("policy", "0002_first_standards")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
