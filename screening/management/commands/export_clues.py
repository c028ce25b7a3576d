"""manage.py export_clues --period 2021-05 --out FILE.csv"""

from fangpin.masking import mask_id
from fangpin.periods import month_text
from fangpin.sheets import safe_csv_cell
from screening.management.month_export import MonthExport
from screening.models import Clue


class Command(MonthExport):
    help = "Write the month's clues, ID numbers masked."
    columns = (
        "period", "list", "rule", "rule_version", "risk", "grade", "state", "township", "village", "household_number",
        "person_number", "name", "id_number", "value", "limit", "unit", "sentence", "file", "sheet", "row", "fingerprint",
    )  # fmt: skip
    action = "clues.exported"
    unit = "条线索"
    encoding = "utf-8-sig"  # Excel opens it with a double click

    def lines(self, county, period):
        clues = Clue.objects.with_subject().filter(period=period, village__code__startswith=county.code)
        ordered = clues.order_by("village_id", "household__number", "rule", "fingerprint")
        return clues.count(), (
            [safe_csv_cell(cell) for cell in _line(clue)] for clue in ordered.iterator(chunk_size=2000)
        )


def _line(clue: Clue) -> tuple:
    household, person = clue.household, clue.person
    name = person.name if person else household.head_name if household else ""
    return (
        month_text(clue.period), clue.extract.list_code, clue.rule, clue.rule_version, clue.risk, clue.grade, clue.state,
        clue.village.parent.name, clue.village.name, household.number if household else "", person.number if person else "",
        name, mask_id(person.id_number) if person else "", _blank(clue.values["value"]), _blank(clue.values["limit"]),
        clue.values["unit"], clue.sentence, clue.extract.filename,
        "" if clue.row is None else clue.extract.sheets[clue.sheet_no]["name"], _blank(clue.row), clue.fingerprint,
    )  # fmt: skip


def _blank(value):
    return "" if value is None else value
