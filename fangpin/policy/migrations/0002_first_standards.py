"""The first standards: figures of the papers for 2020 and 2021 (domain.md 1.8 and 3.3). Later ones are adopted by the county."""

from datetime import date
from decimal import Decimal

from django.db import migrations

# Frozen here: a figure that changes in policy.keys later must not rewrite history.
FIGURES = {
    "medical_self_pay_priority": "5000",
    "medical_self_pay_general": "20000",
    "outpatient_monthly": "500",
    "newborn_days": "90",
    "school_age_min": "6",
    "school_age_max": "15",
    "tuition_self_pay": "10000",
    "house_grade_clue": "3",
    "house_grade_red": "4",
    "house_start_days": "90",
    "water_stop_days_orange": "3",
    "water_stop_days_red": "7",
    "water_distance_km": "1",
    "water_rise_m": "100",
    "water_short_months": "6",
    "temporary_aid_count": "2",
    "temporary_aid_amount": "5000",
    "temporary_aid_months": "12",
    "disability_level_max": "2",
    "jobless_months": "2",
    "work_age_min": "16",
    "work_age_max": "59",
    "labour_share_max": "0.25",
    "income_line": "6000",
    "new_record_months": "12",
    "roster_gap_share": "0.20",
    "roster_gap_count": "10",
    "category_3_from": "20210601",
    "level_red_multiple": "2",
    "level_red_risks": "2",
    "verify_days_red": "2",
    "verify_days_orange": "3",
    "verify_days_yellow": "5",
}
STANDARDS = {
    date(2020, 1, 1): ("2020年监测标准", {"income_line": "5000"}),
    date(2021, 1, 1): ("2021年监测标准", {}),
}


def fill(apps, schema_editor):
    standard, threshold = apps.get_model("policy", "Standard"), apps.get_model("policy", "Threshold")
    for day, (name, other) in STANDARDS.items():
        adopted = standard.objects.create(name=name, effective_from=day)
        threshold.objects.bulk_create(
            threshold(standard=adopted, key=key, amount=Decimal(other.get(key, amount))) for key, amount in FIGURES.items()
        )


class Migration(migrations.Migration):
    dependencies = [("policy", "0001_initial")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
