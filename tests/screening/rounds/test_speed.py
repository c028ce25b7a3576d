"""Comparing 5,000 online with 3,000 offline households, and sending 1,000 to their villages, within the time the issue gives."""

import time
import uuid
from datetime import date

import pytest
from django.utils import timezone

from fangpin.approvals.routes import Stage
from households.models import Household, Person
from screening.choices import Grade, Risk
from screening.models import Clue, ComparisonItem, OfflineEntry, VerificationTask
from screening.rounds.comparing import compare_round
from screening.rounds.dispatching import send
from tests.builders import VILLAGES, a_county, a_standard
from tests.screening.rounds.frozen import a_file, the_county
from tests.screening.rounds.made import MAY, a_round, an_offline_list

pytestmark = pytest.mark.django_db
ONLINE, OFFLINE, BOTH = 5000, 3000, 2000
DAY = date(2021, 5, 7)


def the_lists():
    """5,000 households with a clue, 3,000 with an entry, 2,000 of them in both."""
    a_county()
    round, file, standard = a_round(), a_file(), a_standard()
    homes = [
        Household(number=f"SPEED{nth:08d}", village_id=VILLAGES[nth % 3], head_name="赵大", size=1)
        for nth in range(ONLINE + OFFLINE - BOTH)
    ]
    Household.objects.bulk_create(homes, batch_size=2000)
    people = [
        Person(number=f"SPEEDP{nth:08d}", household=home, name="赵大", relation="户主", is_head=True)
        for nth, home in enumerate(homes)
    ]
    Person.objects.bulk_create(people, batch_size=2000)
    shared = {"rule": "medical.inpatient_year", "rule_version": 1, "standard": standard, "risk": Risk.ILLNESS, "period": MAY,
              "grade": Grade.YELLOW, "extract": file, "values": {"value": 23180, "fact": "x"}, "sentence": "住院自付"}  # fmt: skip
    Clue.objects.bulk_create(
        Clue(fingerprint=uuid.uuid4().hex, village_id=home.village_id, household=home, person=person, **shared)
        for home, person in zip(homes[:ONLINE], people, strict=False)
    )
    lists = {village: an_offline_list(round, village, Stage.PASSED) for village in VILLAGES}
    told = {
        "checked_on": DAY,
        "checkers": "甲、乙",
        "risks": [Risk.ILLNESS],
        "judgement": "marginal",
        "is_draft": False,
    }
    OfflineEntry.objects.bulk_create(
        OfflineEntry(offline_list=lists[home.village_id], household=home, entered_at=timezone.now(), **told)
        for home in homes[-OFFLINE:]
    )
    return round


def test_a_county_is_compared_in_five_seconds_and_a_thousand_are_sent_in_three():
    round, officer = the_lists(), the_county()
    start = time.perf_counter()
    found = compare_round(round, by=officer, on=DAY).comparison
    compared = time.perf_counter() - start
    assert found.counts["classes"] == {
        **dict.fromkeys(found.counts["classes"], 0),
        "C1": 2000,
        "C2": 3000,
        "C3": 1000,
    }
    chosen = list(ComparisonItem.objects.filter(comparison=found, cls="C2")[:1000])
    start = time.perf_counter()
    sent = send(items=chosen, by=officer, on=DAY)
    took = time.perf_counter() - start
    assert len(sent.tasks) == VerificationTask.objects.count() == 1000
    assert (compared < 5, took < 3) == (True, True), (compared, took)
