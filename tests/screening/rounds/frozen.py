"""What a comparison reads from the database, for tests: clues without a file behind them, submitted lists, checks."""

from datetime import date
from itertools import count

from django.utils import timezone

from fangpin.accounts.roles import Role
from fangpin.approvals.routes import Stage
from households.models import Household
from screening.choices import Conclusion, ExtractState, Grade, Risk, TaskState
from screening.models import Clue, ComparisonItem, Extract, OfflineEntry, RepeatedReport, Round, VerificationResult
from screening.rounds.comparing import compare_round
from tests.builders import VILLAGES, a_county, a_department, a_household, a_standard, an_officer
from tests.screening.rounds.made import MAY, a_result, a_task, an_entry, an_offline_list

DAY, JUNE = date(2021, 5, 7), date(2021, 6, 1)
_next = count(1)


def a_file(list_code: str = "MI-1", period: date = MAY) -> Extract:
    fields = {"county": a_county(), "list_code": list_code, "period": period, "state": ExtractState.CONFIRMED}
    found = Extract.objects.filter(**fields).first()
    return found or Extract.objects.create(
        **fields, department=a_department(list_code.split("-")[0]), filename=f"{list_code}.xlsx", bytes=1,
        confirmed_at=timezone.now(), digest=f"{next(_next):064d}",
    )  # fmt: skip


def online(household: Household | None = None, *, village: str = VILLAGES[0], period: date = MAY, **fields) -> Clue:
    """A yellow clue because of illness about the first member, 23,180 yuan; ``household=None`` with a village: about the village."""
    if household is not None:
        fields = {"person": household.members.order_by("number").first(), **fields}
        village = household.village_id
    value = fields.pop("value", 23180)
    fields = {
        "fingerprint": f"fact-{next(_next)}", "rule": "medical.inpatient_year", "rule_version": 1, "risk": Risk.ILLNESS,
        "grade": Grade.YELLOW, "extract": fields.pop("extract", None) or a_file(period=period), "sentence": "住院自付累计超过标准",
        "standard": fields.pop("standard", None) or a_standard(), "values": {"value": value, "limit": 20000, "unit": "元", "fact": "x"},
        **fields,
    }  # fmt: skip
    return Clue.objects.create(household=household, village_id=village, period=period, **fields)


def told_again(clue: Clue, *, value: int = 23180, grade: Grade = Grade.YELLOW, period: date = JUNE) -> RepeatedReport:
    """The list of a later month says the fact of ``clue`` again, with that amount."""
    said = {"values": clue.values | {"value": value}, "sentence": f"住院自付累计 {value:,} 元", "grade": grade}
    return RepeatedReport.objects.create(clue=clue, period=period, extract=a_file(period=period), **said)


def offline(round: Round, household: Household, stage: Stage = Stage.PASSED, **fields) -> OfflineEntry:
    """An entry of illness in the list of the household's village, which stands at ``stage``."""
    found = an_offline_list(round, household.village_id)
    if found.approval_id is None:
        found = an_offline_list(round, household.village_id, stage)
    return an_entry(found, household, **fields)


def checked(
    clue: Clue, conclusion: Conclusion = Conclusion.UNFIT, on: date = date(2021, 4, 20), **fields
) -> VerificationResult:
    """A closed task about the clue's fact, as it was found ``on`` that day."""
    fact = {
        "risk": clue.risk, "fingerprint": clue.fingerprint, "value": clue.values["value"], "grade": clue.grade,
        "person": str(clue.person_id), "event_on": None,
    }  # fmt: skip
    fact |= fields
    task = a_task(clue.household, state=TaskState.CLOSED)
    if conclusion == Conclusion.WATCH:
        return a_result(task, facts=[fact], checked_on=on, conclusion=conclusion, next_check_on=on)
    return a_result(task, facts=[fact], checked_on=on, conclusion=conclusion)


def the_county():
    return an_officer(Role.COUNTY)


def compared(round: Round, *, on: date = DAY, by=None, submitted: bool = False) -> list[ComparisonItem]:
    made = compare_round(round, by=by or the_county(), on=on, submitted=submitted)
    return list(made.comparison.items.order_by("cls", "village", "pk"))


def home(village: str = VILLAGES[0], **fields) -> Household:
    return a_household(village, people=2, **fields)
