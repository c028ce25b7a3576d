"""The eight departments of the plan, the office itself and 人社局 (whose roster already arrives)."""

from django.db import migrations

DEPARTMENTS = {
    "FPB": "扶贫办",
    "EDU": "教育局",
    "MI": "医保局",
    "HLT": "卫健局",
    "HOU": "住建局",
    "WAT": "水利局",
    "CIV": "民政局",
    "DIS": "残联",
    "HR": "人社局",
}


def fill(apps, schema_editor):
    department = apps.get_model("accounts", "Department")
    for code, name in DEPARTMENTS.items():
        department.objects.get_or_create(code=code, defaults={"name": name})


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
