"""Lists for comparisons from a few words: what a test leaves out is one ordinary household with one clue of illness."""

from datetime import date
from decimal import Decimal

from screening.choices import Conclusion, Grade, Risk
from screening.rounds.comparison import compare
from screening.rounds.repetition import Limits, limits_of
from screening.rounds.sides import Check, OfflineCase, OnlineClue, Standing
from tests.screening.rules.frames import Figures

VILLAGE, OTHER_VILLAGE = "450399101201", "450399101202"
VISIT, DAY = date(2021, 5, 18), date(2021, 6, 8)
LIMITS: Limits = limits_of(Figures())


def a_clue(**changes) -> OnlineClue:
    usual = {
        "id": "k1",
        "household": "h1",
        "village": VILLAGE,
        "person": "p1",
        "risk": Risk.ILLNESS,
        "grade": Grade.ORANGE,
        "rule": "medical.inpatient_year",
        "fingerprint": "f1",
        "value": Decimal(10000),
        "limit": Decimal(5000),
        "sentence": "住院自付累计 10,000.00 元，达到 5,000 元",
    }
    return OnlineClue(**{**usual, **changes})


def a_case(**changes) -> OfflineCase:
    usual = {
        "id": "e1",
        "household": "h1",
        "village": VILLAGE,
        "persons": frozenset({"p1"}),
        "risks": frozenset({Risk.ILLNESS}),
    }
    return OfflineCase(**{**usual, **changes})


def a_standing(**changes) -> Standing:
    return Standing(**{"household": "h1", "village": VILLAGE, **changes})


def a_check(**changes) -> Check:
    """The visit of 2021-05-18 that looked at the fact of ``a_clue``."""
    usual = {
        "id": "v1",
        "household": "h1",
        "risk": Risk.ILLNESS,
        "fingerprint": "f1",
        "checked_on": VISIT,
        "conclusion": Conclusion.UNFIT,
        "value": Decimal(10000),
        "grade": Grade.ORANGE,
        "persons": frozenset({"p1"}),
    }
    return Check(**{**usual, **changes})


def compared(online=(), offline=(), standing=None, history=(), doubts=(), *, day=DAY):
    """The items of a comparison; every household of the lists is an ordinary one of the register unless ``standing`` is given."""
    if standing is None:
        standing = [
            a_standing(household=one.household, village=one.village)
            for one in [*online, *offline]
            if one.household is not None
        ]
    return compare(online, offline, standing, history, doubts, day=day, limits=LIMITS)
