"""Base of the commands that write a month's figures about people: for the owner's eyes only, audited, whole or not at all."""

import csv
import os
import sys
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from tqdm import tqdm

from fangpin.audit.trail import record
from fangpin.divisions.models import Division, Level
from fangpin.periods import month_text, parse_month


class MonthExport(BaseCommand):
    """``--period 2021-05 --out FILE.csv``. A subclass names columns, action, unit and gives (number of lines, lines)."""

    columns: Sequence[str]
    action: str
    unit: str
    encoding = "utf-8"

    def lines(self, county: Division, period: date) -> tuple[int, Iterable[Sequence]]:
        raise NotImplementedError

    def note(self) -> str:
        """What to mind about the file."""
        return ""

    def add_arguments(self, parser):
        parser.add_argument("--period", required=True, help="month, e.g. 2021-05")
        parser.add_argument("--out", type=Path, required=True, help="the CSV to write")

    def handle(self, *, period, out, **options):
        try:
            month = parse_month(period)
        except ValidationError as error:
            raise CommandError(error.messages[0]) from error
        county = Division.objects.filter(level=Level.COUNTY).first()
        if county is None:
            raise CommandError("还没有行政区划：请先运行 manage.py load_divisions")
        total, lines = self.lines(county, month)
        try:
            # The trail and the file go together: no file that the trail does not know.
            with transaction.atomic():
                record(None, self.action, county, period=month_text(month), rows=total)
                self._write(out, tqdm(lines, total=total, desc=out.name, unit="行", disable=None, file=sys.stderr))
        except OSError as error:
            raise CommandError(f"写不了文件 {out}：{error.strerror}") from error
        self.stdout.write(f"已导出 {total:,} {self.unit}到 {out}{self.note()}")

    def _write(self, out: Path, lines: Iterable[Sequence]) -> None:
        """Beside ``out`` first, so that a broken export leaves nothing and an older file keeps its content."""
        staged = out.with_name(f".{out.name}.part")
        staged.unlink(missing_ok=True)
        try:
            with open(
                os.open(staged, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding=self.encoding, newline=""
            ) as file:
                writer = csv.writer(file)
                writer.writerow(self.columns)
                writer.writerows(lines)
            staged.replace(out)
        finally:
            staged.unlink(missing_ok=True)
