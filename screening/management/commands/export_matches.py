"""manage.py export_matches --period 2021-05 --out FILE.csv"""

from django.core.management.base import CommandError
from django.db.models import F, Sum

from fangpin.periods import month_label
from screening.management.month_export import MonthExport
from screening.matching.exporting import COLUMNS, exported_extracts, match_lines


class Command(MonthExport):
    help = "Write who each row of the month's files is; holds full ID numbers, so the export is audited and the file is yours alone."
    columns = COLUMNS
    action = "matches.exported"
    unit = "行"

    def lines(self, county, period):
        rows = F("rows_ok") + F("rows_warned") + F("rows_refused")
        total = exported_extracts(county, period).aggregate(total=Sum(rows))["total"]
        if not total:
            raise CommandError(f"{month_label(period)}没有已入库的部门数据，没有可导出的行")
        return total, match_lines(county, period)

    def note(self):
        return "（含完整证件号码，请妥善保管）"
