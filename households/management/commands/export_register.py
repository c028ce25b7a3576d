"""manage.py export_register --out FILE.xlsx [--under CODE]"""

import os
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from fangpin.audit.trail import record
from fangpin.divisions.models import Division, Level
from households.exporting import write_register
from households.models import Household


class Command(BaseCommand):
    help = "Write the register in the layout of the national system; holds full ID numbers, so the export is audited and the file is yours alone."

    def add_arguments(self, parser):
        parser.add_argument("--out", type=Path, required=True, help="the .xlsx to write")
        parser.add_argument("--under", default="", help="code of a township or village; the whole county without it")

    def handle(self, *, out, under, **options):
        county = Division.objects.filter(level=Level.COUNTY).first()
        if county is None:
            raise CommandError("还没有行政区划：请先运行 manage.py load_divisions")
        under = under or county.pk
        if not under.startswith(county.pk) or not Division.objects.filter(pk=under).exists():
            raise CommandError(f"没有区划代码 {under}")
        if out.suffix != ".xlsx":
            raise CommandError("导出的文件名应以 .xlsx 结尾")
        try:
            count = self._write(out, county, under)
        except OSError as error:
            raise CommandError(f"写不了文件 {out}：{error.strerror}") from error
        self.stdout.write(f"已导出 {count:,} 人到 {out}（含完整证件号码，请妥善保管）")

    def _write(self, out: Path, county: Division, under: str) -> int:
        """Beside ``out`` first, so that a broken export leaves nothing; file and trail go together."""
        staged = out.with_name(f".{out.name}.part")
        staged.unlink(missing_ok=True)
        try:
            with (
                transaction.atomic(),
                open(os.open(staged, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b") as file,
            ):
                count = write_register(
                    file, county=county, under=under, by="系统管理员（命令行）", at=timezone.localtime()
                )
                record(None, "register.national_exported", Household(pk=None), divisions=[under], rows=count)
                staged.replace(out)
        finally:
            staged.unlink(missing_ok=True)
        return count
