"""manage.py run_month 2021-05"""

import sys

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from fangpin.divisions.models import Division, Level
from fangpin.periods import month_label, parse_month
from fangpin.runs.models import Run, State
from fangpin.runs.queue import drain, working_here
from fangpin.transitions import NotAllowed
from screening import month
from screening.choices import Grade


class Command(BaseCommand):
    help = "Match the month's confirmed lists and raise clues; may be repeated."

    def add_arguments(self, parser):
        parser.add_argument("period", help="month, e.g. 2021-05")

    def handle(self, *, period, **options):
        try:
            month_of = parse_month(period)
        except ValidationError as error:
            raise CommandError(error.messages[0]) from error
        county = Division.objects.filter(level=Level.COUNTY).first()
        if county is None:
            raise CommandError("还没有行政区划：请先运行 manage.py load_divisions")
        try:
            with working_here():
                run = self._perform(month.run_month(county=county, period=month_of, by=None))
        except NotAllowed as refusal:
            raise CommandError(str(refusal)) from refusal
        if run.state == State.FAILED:
            raise CommandError(run.error)
        self._report(month_label(month_of), run.counts)

    def _perform(self, run: Run) -> Run:
        """The lists one by one, then what is left of the month's own run: what workers would do, here and now."""
        children = list(run.children.order_by("pk"))
        with tqdm(total=len(children) + 1, unit="份", disable=None, file=sys.stderr) as bar:
            for child in children:
                child = drain(child)
                bar.set_description(str(child.counts.get("list") or child.get_state_display()))
                bar.update()
            bar.set_description("预警")
            run = drain(run)
            bar.update()
        return run

    def _report(self, label, counts):
        self.stdout.write(
            f"{label}：{counts['extracts']} 份名单 {counts['rows']:,} 行；确定 {counts['certain']:,}，疑似 {counts['probable']:,}，"
            f"待判定 {counts['ambiguous']:,}，无匹配 {counts['none']:,}，未入库 {counts['refused']:,}"
        )
        grades = "，".join(f"{grade.label} {counts['grades'].get(grade.value, 0):,}" for grade in Grade)
        self.stdout.write(f"线索 {counts['open_clues']:,} 条（{grades}），涉及 {counts['households']:,} 户")
        for child in counts["failed"]:
            self.stdout.write(f"{child['list']}：{child['error']}")
        if counts["failed"]:
            raise CommandError(f"{len(counts['failed'])} 份名单没有完成，其余已完成")
