"""名册带来的收支: the income columns of the national export, kept in ``Household.other`` under their fields' keys, become income rows."""

import re
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from fangpin.audit.trail import record
from fangpin.copying import copy_rows
from fangpin.transitions import NotAllowed
from households.choices import IncomeGroup, Origin, PeriodKind
from households.fields import BY_KEY
from households.income_items import LARGEST
from households.models import Household, Income, RegisterImport

GROUPS = {
    "wages": IncomeGroup.WAGES,
    "business": IncomeGroup.BUSINESS,
    "property": IncomeGroup.ASSETS,
    "transfers": IncomeGroup.TRANSFER,
    "business_costs": IncomeGroup.COSTS,
    "compensation": IncomeGroup.CLAIMS,
    "own_payments": IncomeGroup.SELF_PAY,
}
# Sums that the export states itself: kept beside ours under their headings, so that a difference shows.
REPORTED = {key: BY_KEY[key].label for key in ("net_income", "net_per_head", "reference_income", "reference_per_head")}
YEAR, PERSONS = "income_year", "stated_size"
PAGE, READ = 1_000, 10_000  # rows of one condition; households read at a time
_COLUMNS = (
    "id", "household", "kind", "start", *(group.value for group in IncomeGroup), "items", "persons", "reported", "origin", "batch", "version",
    "entered_by", "entered_at", "replaced_by", "replaced_at",
)  # fmt: skip


@dataclass(frozen=True)
class TakenOver:
    """What an export says of one household. ``year`` and ``persons`` are None where it does not say."""

    year: int | None
    persons: int | None
    totals: Mapping[IncomeGroup, Decimal]
    reported: Mapping[str, str]

    def same_as(self, income: Income, persons: int) -> bool:
        return income.totals == self.totals and income.reported == self.reported and income.persons == persons


def incomes_from(other: Mapping[str, str]) -> TakenOver | None:
    """IncomeGroup totals and stated sums of the columns kept under ``other``; None without any group. Yuan, two decimals."""
    found = {group: amount for key, group in GROUPS.items() if (amount := _amount(other.get(key))) is not None}
    if not found:
        return None
    totals = {group: found.get(group, Decimal(0)) for group in IncomeGroup}
    stated = {heading: _amount(other.get(key), least=-LARGEST) for key, heading in REPORTED.items()}
    reported = {heading: f"{amount:.2f}" for heading, amount in stated.items() if amount is not None}
    year = re.match(r"(20\d\d)", str(other.get(YEAR, "")))
    persons = str(other.get(PERSONS, ""))
    return TakenOver(
        int(year[1]) if year else None, int(persons) if re.fullmatch(r"\d{1,2}", persons) else None, totals, reported
    )


def _amount(text: object, least: Decimal = Decimal(0)) -> Decimal | None:
    """ "12,000.5元" -> 12000.50; None for nothing and for what is no amount."""
    plain = "" if text is None else str(text)
    if not plain.isdecimal():  # most are plain yuan, and there are hundreds of thousands
        plain = re.sub(r"[\s,，元]", "", plain)
    if not plain:
        return None
    try:
        amount = Decimal(plain)
    except InvalidOperation:
        return None
    return round(amount, 2) if amount.is_finite() and least <= amount <= LARGEST else None


@transaction.atomic
def take_over_incomes(
    household_ids: Iterable | None = None, *, by=None, batch: RegisterImport | None = None, year: int | None = None
) -> dict[str, int]:
    """Income rows of kind 年度 for these households (all without ``household_ids``); how many are new, corrected, kept, the same.

    ``year`` counts where the export has no column 年度: without it the year before today's. What people entered by hand is
    kept: the export never overwrites it. ``batch`` is the import that brought them, for ``give_back_incomes``.
    """
    year = year or timezone.localdate().year - 1
    counts = dict.fromkeys(("new", "corrected", "kept", "same"), 0)
    households = Household.objects.filter(other__has_any_keys=list(GROUPS)).order_by("pk")
    wanted = None if household_ids is None else sorted(map(str, household_ids))
    for piece in _pieces(households, wanted):
        _take_over(piece, by, batch, year, counts)
    if counts["new"] or counts["corrected"]:
        record(by, "incomes.taken_over", Income(pk=None), **counts)
    return counts


def _pieces(households, wanted: list[str] | None):
    """Lists of (id, size, other), READ each."""
    rows = households.values_list("pk", "size", "other")
    if wanted is not None:
        for at in range(0, len(wanted), READ):
            yield list(rows.filter(pk__in=wanted[at : at + READ]))
        return
    page = list(rows[:READ])
    while page:
        yield page
        page = list(rows.filter(pk__gt=page[-1][0])[:READ])


def _take_over(piece: list[tuple], by, batch: RegisterImport | None, year: int, counts: dict[str, int]) -> None:
    taken = {pk: (found, size) for pk, size, other in piece if (found := incomes_from(other))}
    rows = Income.objects.current().filter(household__in=taken, kind=PeriodKind.YEAR)
    present = {(row.household_id, row.start.year): row for row in rows}
    now, written, replaced = timezone.now(), [], []
    for pk, (found, size) in taken.items():
        persons = size if found.persons is None else found.persons
        before = present.get((pk, found.year or year))
        outcome = _outcome(before, found, persons)
        counts[outcome] += 1
        if outcome in ("new", "corrected"):
            replaced += [before.pk] if before else []
            start, version = date(found.year or year, 1, 1), before.version + 1 if before else 1
            written.append(
                (uuid.uuid4(), pk, PeriodKind.YEAR, start, *(found.totals[group] for group in IncomeGroup), {}, persons,
                 dict(found.reported), Origin.IMPORTED, batch and batch.pk, version, by and by.pk, now, None, None)
            )  # fmt: skip
    Income.objects.filter(pk__in=replaced).update(replaced_at=now, replaced_by=by)
    copy_rows(Income, _COLUMNS, written)


def _outcome(before: Income | None, found: TakenOver, persons: int) -> str:
    if before is None:
        return "new"
    if before.origin == Origin.ENTERED:
        return "kept"
    return "same" if found.same_as(before, persons) else "corrected"


def incomes_corrected_since(batch: RegisterImport) -> QuerySet[Income]:
    """Rows that the import brought and somebody corrected afterwards: with these it cannot be undone."""
    return Income.objects.filter(batch=batch).exclude(replaced_at=None)


@transaction.atomic
def give_back_incomes(batch: RegisterImport) -> int:
    """Take the rows of an import out again and let those hold which it had replaced; how many rows went. For undoing the import.

    Raises NotAllowed when one of them was corrected since.
    """
    if count := incomes_corrected_since(batch).count():
        raise NotAllowed(f"有 {count} 户的收支在入库后已更正，不能撤销")
    brought = list(Income.objects.filter(batch=batch).values_list("household_id", "kind", "start", "version"))
    Income.objects.filter(batch=batch).delete()
    later = [row for row in brought if row[3] > 1]
    for at in range(0, len(later), PAGE):
        replaced = Q()
        for household, kind, start, version in later[at : at + PAGE]:
            replaced |= Q(household=household, kind=kind, start=start, version=version - 1)
        Income.objects.filter(replaced).update(replaced_at=None, replaced_by=None)
    return len(brought)
