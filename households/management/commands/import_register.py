"""manage.py import_register FILE [--dry-run]"""

import sys
from contextlib import nullcontext
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from fangpin.divisions.models import Division, Level
from fangpin.runs.helping import helped
from fangpin.runs.models import Run, State
from fangpin.runs.queue import drain, working_here
from fangpin.sealing import Unsealable
from fangpin.transitions import NotAllowed
from households.importing.refused import write_refused
from households.models import ImportState, RegisterImport
from households.register import (
    WAITING,
    check_run,
    confirm_register,
    digest_of,
    quality_run,
    upload_register,
    withdraw_register,
)

_COUNTS = (("new", "新增"), ("changed", "变化"), ("same", "未变"), ("gone", "已不在名册"), ("refused", "不能入库"))
WORTH_HELP = 4 << 20  # bytes of a file whose rows keep two processes busy for longer than one takes to start
_MUCH = 0.1  # share of the present people whose absence suggests that the file is a part only


class Command(BaseCommand):
    help = "Import a household register as the national system exports it."

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="check and compare only, change nothing")

    def handle(self, *, file, dry_run, **options):
        county = _only_county()
        if not file.is_file():
            raise CommandError(f"没有文件 {file}")
        try:
            with (
                working_here(),
                helped() if file.stat().st_size > WORTH_HELP and not dry_run else nullcontext(),
                tqdm(total=3 - 2 * dry_run, desc="农户名册", unit="步", disable=None, file=sys.stderr) as bar,
            ):
                register_import = self._check(county, file)
                bar.update()
                if dry_run:
                    withdraw_register(register_import, by=None)
                else:
                    _finished(drain(confirm_register(register_import, by=None)))
                    bar.update()
                    _finished(drain(quality_run(register_import)))
                    bar.update()
        except (NotAllowed, Unsealable, OSError) as refusal:
            raise CommandError(f"{file.name}：{refusal}") from refusal
        register_import.refresh_from_db()
        self._report(register_import, file, dry_run)

    def _check(self, county: Division, path: Path) -> RegisterImport:
        with open(path, "rb") as file:
            self._make_way(county, file)
            register_import = upload_register(county=county, file=file, filename=path.name, by=None)
        _finished(drain(check_run(register_import)))
        register_import.refresh_from_db()
        if register_import.state == ImportState.REFUSED:
            raise NotAllowed(register_import.refusal)
        return register_import

    def _make_way(self, county: Division, file) -> None:
        """A former call that was broken off left the same file waiting: its comparison is of yesterday."""
        waiting = RegisterImport.objects.filter(county=county, digest=digest_of(file), state__in=WAITING)
        for former in waiting:
            withdraw_register(former, by=None)

    def _report(self, register_import: RegisterImport, path: Path, dry_run: bool) -> None:
        counts = register_import.counts
        told = "，".join(f"{label} {counts[name]:,} 人" for name, label in _COUNTS)
        verb = "仅核对，没有入库" if dry_run else "已入库"
        self.stdout.write(f"{path.name}：共 {counts['rows']:,} 行，{counts['households']:,} 户；{told}（{verb}）")
        if counts["noted"]:
            self.stdout.write(f"另有 {counts['noted']:,} 处需留意，不影响入库")
        if counts["unknown_columns"]:
            self.stdout.write(f"不认识、没有读取的列：{'、'.join(counts['unknown_columns'])}")
        for line in counts["passed_over"]:
            self.stdout.write(f"没有读取：{line}")
        if counts["gone"] > _MUCH * (counts["gone"] + counts["changed"] + counts["same"]):
            self.stderr.write("注意：名册中有较多人员不在这个文件里，请确认文件是全部人员，而不是其中一部分")
        if counts["refused"]:
            out = path.with_name(f"{path.name}.problems.xlsx")
            with open(out, "wb") as target:
                write_refused(path, county_code=register_import.county_id, out=target)
            self.stdout.write(f"不能入库的行写在 {out}，请在原文件中更正后重新导入")


def _only_county() -> Division:
    counties = list(Division.objects.filter(level=Level.COUNTY)[:2])
    if not counties:
        raise CommandError("还没有行政区划：请先运行 manage.py load_divisions")
    if len(counties) > 1:
        raise CommandError("系统中有多个县，无法确定导入哪一个：请在网页上由县办导入")
    return counties[0]


def _finished(run: Run) -> None:
    if run.state == State.FAILED:
        raise NotAllowed(run.error)
