"""Load the official division codes from a CSV (code, name, level, parent_code with 12-digit codes as published)."""

import csv
from pathlib import Path

from django.core.exceptions import ValidationError
from django.db import transaction

from fangpin.divisions.models import CODE_LENGTH, Division, Level

COLUMNS = {"code", "name", "level", "parent_code"}


@transaction.atomic
def load_divisions(path: Path) -> tuple[int, int]:
    """Add the divisions of the file and rename those whose name changed; (added, renamed).

    Nothing is deleted, because villages that merged still stand in old papers. Raises ValidationError naming the line.
    """
    known = Division.objects.in_bulk()
    added = renamed = 0
    for division in _read(path):
        present = known.get(division.code)
        if present is None:
            division.full_clean(validate_unique=False, exclude=["parent"])
            division.save(force_insert=True)
            known[division.code] = division
            added += 1
        elif present.name != division.name:
            present.name = division.name
            present.save(update_fields=["name"])
            renamed += 1
    return added, renamed


def _read(path: Path) -> list[Division]:
    with open(path, encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        if not set(reader.fieldnames or ()) >= COLUMNS:
            raise ValidationError("区划文件缺少列：需要 code、name、level、parent_code")
        rows = [_division(number, row) for number, row in enumerate(reader, start=2)]
    depth = {level: place for place, level in enumerate(CODE_LENGTH)}
    return sorted(rows, key=lambda division: (depth[division.level], division.code))


def _division(number: int, row: dict[str, str]) -> Division:
    level = row["level"].strip()
    if level not in Level.values:
        raise ValidationError(f"第 {number} 行级别“{level}”不认识：应为 county、township 或 village")
    code = row["code"].strip()
    length = CODE_LENGTH[Level(level)]
    if not code.isdigit() or len(code) not in {length, 12} or code[length:].strip("0"):
        raise ValidationError(
            f"第 {number} 行代码“{code}”不对：{Level(level).label}级应为 {length} 位，可补零到 12 位"
        )
    code = code[:length]
    parents = {Level.TOWNSHIP: code[:6], Level.VILLAGE: code[:9]}
    return Division(code=code, name=row["name"].strip(), level=level, parent_id=parents.get(Level(level)))
