"""Who owes what by when, and the names of the late."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from fangpin.accounts.roles import Role
from fangpin.approvals.models import SignOff
from fangpin.approvals.routes import Verdict
from fangpin.divisions.models import Division
from screening.choices import ExtractState, TaskState
from screening.models import Extract, OfflineList, VerificationTask
from screening.rounds.handing_in import recall_list, sign_list, submit_list
from screening.rounds.owing import owed_by_departments, owed_by_townships, owed_by_villages, owed_in_checks
from tests.builders import VILLAGES, an_officer
from tests.screening.builders import an_extract
from tests.screening.rounds.made import a_round, a_task, an_entry

pytestmark = pytest.mark.django_db
BEFORE, AFTER = date(2021, 5, 5), date(2021, 5, 9)


def lists():
    return OfflineList.objects.select_related("village__parent", "approval")


def handed_in(village=VILLAGES[0]):
    listed = OfflineList.objects.get(village=village)
    for name, value in {"due": 2, "looked_at": 2, "clear": 1, "checkers": "甲"}.items():
        setattr(listed, name, value)
    listed.save()
    an_entry(listed)
    submit_list(listed, by=an_officer(Role.VILLAGE, village), seen_version=listed.version)
    return listed


def test_nobody_is_late_on_the_day_itself():
    made = a_round(lists=["MI-1"])
    for owed in (owed_by_departments(made, BEFORE), owed_by_villages(made, lists(), BEFORE)):
        assert (owed.done, owed.late) == (0, [])


def test_a_department_that_sent_nothing_is_named():
    made = a_round(lists=["MI-1", "HOU-R"])
    an_extract("HOU-R")
    Extract.objects.update(state=ExtractState.CONFIRMED, confirmed_at=datetime(2021, 5, 4, tzinfo=ZoneInfo("UTC")))
    owed = owed_by_departments(made, AFTER)
    assert (owed.done, owed.total) == (1, 2)
    assert [(one.who, one.days, one.delivered_on) for one in owed.late] == [("医保局 MI-1", 4, None)]


def test_villages_that_did_not_submit_are_named():
    made = a_round()
    handed_in()
    owed = owed_by_villages(made, lists(), date.today())
    assert (owed.done, owed.total) == (1, len(VILLAGES))
    assert {one.who.pk for one in owed.still_late} == set(VILLAGES[1:])


def test_what_was_recalled_is_owed_again():
    made = a_round()
    listed = handed_in()
    recall_list(listed, by=listed.approval.opened_by, seen_version=listed.version)
    assert owed_by_villages(made, lists(), AFTER).done == 0


def test_a_township_has_delivered_when_all_its_villages_are_signed():
    made = a_round()
    town = Division.objects.get(pk=VILLAGES[0][:9])
    leader = an_officer(Role.TOWNSHIP_LEADER, town)
    own = [village for village in VILLAGES if village.startswith(town.pk)]
    for nth, village in enumerate(own, 1):
        listed = handed_in(village)
        sign_list(listed, by=leader, verdict=Verdict.AGREE, seen_version=listed.version)
        assert owed_by_townships(made, lists(), AFTER).done == (1 if nth == len(own) else 0)
    assert SignOff.objects.count() == 2 * len(own)


def test_checks_are_late_by_village():
    made = a_round()
    a_task(round=made, due_on=date(2021, 5, 8))
    a_task(round=made, due_on=date(2021, 5, 12))
    a_task(round=made, state=TaskState.REPORTED)
    a_task(round=made, state=TaskState.RECALLED)
    a_task()
    owed = owed_in_checks(made, VerificationTask.objects.all(), AFTER)
    assert (owed.done, owed.total) == (1, 3)
    assert [(one.who.pk, one.days) for one in owed.late] == [(VILLAGES[0], 1)]
