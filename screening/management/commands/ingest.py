"""manage.py ingest DIR --period 2021-05"""

import re
import sys
from datetime import date
from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse
from tqdm import tqdm

from fangpin.divisions.models import Division, Level
from fangpin.periods import month_label, parse_month
from fangpin.runs.queue import drain, working_here
from fangpin.transitions import NotAllowed
from screening.choices import ExtractState
from screening.extracts.intake import check_run, confirm_extract, digest_of, upload_extract
from screening.extracts.layouts import is_mappable
from screening.extracts.naming import list_code_of
from screening.models import Extract

_LIKE_A_CODE = re.compile(r"[A-Za-z]{2,4}-[A-Za-z0-9]{1,3}(?![A-Za-z0-9])")


class Command(BaseCommand):
    help = "Upload, check and confirm every file of a directory, each named <list code>[-anything].xlsx|.xls|.csv."

    def add_arguments(self, parser):
        parser.add_argument("directory", type=Path)
        parser.add_argument("--period", required=True, help="month, e.g. 2021-05")

    def handle(self, *, directory, period, **options):
        try:
            period = parse_month(period)
        except ValidationError as error:
            raise CommandError(error.messages[0]) from error
        county = Division.objects.filter(level=Level.COUNTY).first()
        if county is None:
            raise CommandError("还没有行政区划：请先运行 manage.py load_divisions")
        if not directory.is_dir():
            raise CommandError(f"没有目录 {directory}")
        paths = [path for path in sorted(directory.iterdir()) if path.is_file() and not path.name.startswith(".")]
        if not any(list_code_of(path.name) for path in paths):
            raise CommandError(f"{directory} 里没有以名单代码开头的文件，例如 MI-1-医保大额.xlsx")
        failed = self._take_all(county, period, paths)
        if failed:
            raise CommandError(f"{len(failed)} 个文件没有入库：{'、'.join(failed)}")

    def _take_all(self, county: Division, period: date, paths: list[Path]) -> list[str]:
        """The names of the files that are not confirmed in the end."""
        failed, taken = [], {}
        with working_here():
            for path in tqdm(paths, desc=month_label(period), unit="个", disable=None, file=sys.stderr):
                try:
                    line = self._take(county, period, path, taken.setdefault(list_code_of(path.name), path))
                except NotAllowed as refusal:
                    failed.append(path.name)
                    line = str(refusal)
                with tqdm.external_write_mode(file=sys.stderr):
                    self.stdout.write(f"{path.name}：{line}")
        return failed

    def _take(self, county: Division, period: date, path: Path, first: Path) -> str:
        """One file through the verbs; what to print. Raises NotAllowed. A file that a broken-off call left half-way goes on.

        ``first`` is the directory's first file of the same list: a second one would replace it at every call.
        """
        code = list_code_of(path.name)
        if not code:
            # A name like "XX-9-…" means a list; anything else lies there for another purpose.
            if _LIKE_A_CODE.match(path.name):
                raise NotAllowed("没有这个名单代码，没有上传。请按名单清单改正文件名，例如 MI-1-医保大额.xlsx")
            return "不是部门名单（文件名不以名单代码开头），跳过"
        if path != first:
            raise NotAllowed(
                f"和 {first.name} 是同一份名单，没有上传。一份名单一个月只能有一个文件：请合并，或只留一个"
            )
        extract = _upload(path, county=county, list_code=code, period=period)
        if extract.state == ExtractState.CONFIRMED:
            return f"已经入库 {extract.rows_acceptable:,} 行，没有改动"
        run = drain(check_run(extract)) if extract.state == ExtractState.UPLOADED else None
        extract.refresh_from_db()
        if run and run.error:
            raise NotAllowed(run.error)
        if extract.state == ExtractState.REFUSED:
            raise NotAllowed(_refusal(extract))
        confirm_extract(extract, by=None, replace=True)
        return (
            f"共 {extract.rows_total:,} 行，入库 {extract.rows_acceptable:,} 行"
            f"（需留意 {extract.rows_warned:,}），不能入库 {extract.rows_refused:,} 行"
        )


def _refusal(extract: Extract) -> str:
    """Why the file was not read, and where its headings can be mapped if that would help."""
    if not is_mappable(extract):
        return extract.refusal
    page = reverse("extract_layout", args=[extract.pk])
    return f"{extract.refusal.rstrip('。')}。列名可在页面 {page} 上对应"


def _upload(path: Path, **place) -> Extract:
    """The extract of this file: the one that came in earlier, if it still counts, else a new one."""
    with open(path, "rb") as file:
        here = Extract.objects.live().filter(digest=digest_of(file)[0], **place).first()
        return here or upload_extract(file=file, filename=path.name, by=None, **place)
