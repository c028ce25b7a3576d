"""What a comparison looks at (domain.md 4.1): the two lists, the register, earlier checks, rows in doubt. Pure.

Keys of households, persons, clues, entries and checks are whatever the caller has (UUIDs, numbers); villages are division codes.
"""

import re
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from fangpin.periods import month_end
from screening.choices import Conclusion, Grade, Risk

# Rules whose facts add up or recur: what is new about them is the amount or the level, never the month.
ACCRUING = frozenset({"medical.inpatient_year", "medical.outpatient_list", "medical.outpatient_settled"})
# Facts that households report by the dozen when their village's scheme fails: the rule of the one problem they are part of (9.3 T10).
SHARED = {"water.household_supply": "water.scheme_stopped"}
_DAY_AT_END = re.compile(r"\|(\d{4}-\d\d-\d\d)$")


@dataclass(frozen=True)
class OnlineClue:
    """A clue of the round (线上). household None: a fact about the village, such as a stopped water scheme.

    event_on: see :func:`event_of`. value in the unit of its rule, None where that is no number.
    applied: the household applied itself; ordered: order from above. Both are checked whatever was found before (4.2).
    """

    id: Hashable
    household: Hashable | None
    village: str
    person: Hashable | None
    risk: Risk
    grade: Grade
    rule: str
    fingerprint: str
    value: Decimal | None = None
    limit: Decimal | None = None
    event_on: date | None = None
    extract: Hashable | None = None
    sentence: str = ""
    applied: bool = False
    ordered: bool = False


def event_of(rule: str, fact: str, period: date) -> date | None:
    """When the fact of a clue happened, to tell whether a visit came after it: the day its rule wrote into the fact.

    A fact without a day happened by the end of the month that reports it. None for ACCRUING rules: costs that go on are no
    new event each month.
    """
    if rule in ACCRUING:
        return None
    found = _DAY_AT_END.search(fact)
    return date.fromisoformat(found[1]) if found else month_end(period)


@dataclass(frozen=True)
class OfflineCase:
    """A suspect of the offline list (线下); persons: the members at issue, empty when the risk is the household's."""

    id: Hashable
    household: Hashable
    village: str
    persons: frozenset
    risks: frozenset[Risk]
    category: str = ""


@dataclass(frozen=True)
class Departure:
    """Why ("死亡", "婚嫁迁出") and when somebody left the household; the day is None where unknown."""

    why: str
    on: date | None = None
    died: bool = False


@dataclass(frozen=True)
class Standing:
    """A household as the register has it; who is not told of is not in the register.

    active: monitored now, for ``risks``. ended_on: the day its last spell ended, None when it never was monitored.
    gone: why the whole household is no longer there ("整户外迁"), "" when it is. left: members who left it.
    """

    household: Hashable
    village: str
    kind: str = ""
    active: bool = False
    risks: frozenset[Risk] = frozenset()
    ended_on: date | None = None
    gone: str = ""
    left: Mapping[Hashable, Departure] = field(default_factory=dict)


@dataclass(frozen=True)
class Check:
    """A fact that a completed verification looked at, and what was found.

    fingerprint: of the clue it was sent for, "" for an offline entry. persons: whose fact it was, empty for the household's.
    """

    id: Hashable
    household: Hashable
    risk: Risk
    fingerprint: str
    checked_on: date
    conclusion: Conclusion
    value: Decimal | None = None
    grade: Grade | None = None
    persons: frozenset = frozenset()
    event_on: date | None = None


@dataclass(frozen=True)
class Doubt:
    """A row that would have raised a clue if it were known whose it is; person and household are the suggested match."""

    extract: Hashable
    sheet: int
    row: int
    why: str
    village: str = ""
    person: Hashable | None = None
    household: Hashable | None = None
