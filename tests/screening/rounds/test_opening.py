"""Rounds: opened with the dates of the calendar, a list for every village, closed with what is left open said."""

from datetime import date

import pytest

from fangpin.accounts.roles import Role
from fangpin.approvals.routes import Stage
from fangpin.audit.models import Entry
from fangpin.divisions.models import Division, Level
from fangpin.transitions import NotAllowed, Stale
from screening.choices import RoundKind
from screening.extracts.formats import FORMATS
from screening.models import OfflineList, Round
from screening.rounds.opening import close_round, dates_for, left_open, lists_for, open_round
from tests.builders import COUNTY, VILLAGES, a_county, a_household, a_standard, an_officer
from tests.screening.rounds.made import MAY, a_round, a_task, an_offline_list

pytestmark = pytest.mark.django_db


@pytest.fixture
def office():
    return an_officer(Role.COUNTY)


def opened(by, **changes) -> Round:
    a_county()
    a_standard()
    towns = list(Division.objects.filter(level=Level.TOWNSHIP, parent_id=COUNTY))
    asked = {"kind": RoundKind.MONTHLY, "period": MAY, "townships": towns, "lists": ["MI-1", "HOU-R"]}
    asked |= {"dates": dates_for(MAY), "county": Division.objects.get(pk=COUNTY), **changes}
    return open_round(by=by, **asked)


def test_the_dates_come_from_the_calendar_of_the_standard():
    a_standard()
    days = [5, 5, 7, 8, 15, 28]
    assert list(dates_for(MAY).values()) == [MAY, *(date(2021, 6, day) for day in days)]


def test_the_monthly_lists_are_due():
    assert {"MI-1", "CIV-4"} <= set(lists_for())
    assert all(FORMATS[code].cycle == "monthly" for code in lists_for())


def test_every_village_of_the_scope_gets_a_list_with_its_number_of_households(office):
    a_household(VILLAGES[0])
    a_household(VILLAGES[0])
    a_household(VILLAGES[1], people=0)
    made = opened(office)
    lists = dict(made.offline_lists.values_list("village", "due"))
    assert set(lists) == set(VILLAGES)
    assert (lists[VILLAGES[0]], lists[VILLAGES[1]]) == (2, 0)
    assert Entry.objects.get(action="round.opened").detail["period"] == "2021-05"


def test_a_township_out_of_scope_has_no_lists(office):
    a_county()
    town = Division.objects.filter(level=Level.TOWNSHIP).order_by("pk").first()
    made = opened(office, townships=[town])
    assert {one.village.parent_id for one in made.offline_lists.all()} == {town.pk}


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"townships": []}, "请选择本县的乡镇"),
        ({"lists": ["XX"]}, "没有这些名单：XX"),
        ({"dates": {"starts_on": date(2021, 6, 9)}}, "日期须依次为"),
    ],
)
def test_refused_and_nothing_opened(office, changes, why):
    if "dates" in changes:
        a_standard()
        changes = {"dates": {**dates_for(MAY), **changes["dates"]}}
    with pytest.raises(NotAllowed, match=why):
        opened(office, **changes)
    assert not Round.objects.exists()


def test_one_round_a_month(office):
    opened(office)
    with pytest.raises(NotAllowed, match="这个月已经开启了排查轮次"):
        opened(office)
    assert Round.objects.count() == 1


def test_a_township_opens_and_closes_none():
    clerk = an_officer(Role.TOWNSHIP_LEADER)
    with pytest.raises(NotAllowed, match="只有县办可以组织"):
        opened(clerk)
    made = a_round()
    with pytest.raises(NotAllowed, match="只有县办可以组织"):
        close_round(made, by=clerk, reason="结束")
    made.refresh_from_db()
    assert made.is_open


def test_what_is_left_open_is_said_and_wants_a_reason(office):
    made = a_round(lists=["MI-1"])
    an_offline_list(made, stage=Stage.TOWNSHIP)
    an_offline_list(made, VILLAGES[1], stage=Stage.PASSED)
    a_task(round=made)
    said = [str(left) for left in left_open(made)]
    rest = OfflineList.objects.filter(approval=None).count()
    assert said == [
        "部门名单未报送 1 份",
        f"村未上报线下名单 {rest} 个村",
        "待乡镇审核 1 个村",
        "核查任务未办结 1 户",
    ]
    with pytest.raises(NotAllowed, match="本轮还有：部门名单未报送 1 份"):
        close_round(made, by=office)
    made.refresh_from_db()
    assert made.is_open
    close_round(made, by=office, reason="并入六月")
    assert (made.is_open, made.closed_by, made.closed_why) == (False, office, "并入六月")


def test_what_is_all_done_closes_without_a_reason_and_once(office):
    made = a_round()
    for one in OfflineList.objects.all():
        an_offline_list(made, one.village_id, stage=Stage.PASSED)
    assert left_open(made) == []
    close_round(made, by=office)
    with pytest.raises(Stale, match="已被他人结束"):
        close_round(Round.objects.get(), by=office)
    assert Entry.objects.filter(action="round.closed").count() == 1
