"""Death, marriage out, moving out, imprisonment, missing."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from fangpin.accounts.roles import Role
from fangpin.audit.models import Entry
from fangpin.transitions import NotAllowed, Stale
from households.choices import Event, Leave
from households.events.correcting import correct
from households.events.leaving import WHY, leave
from households.events.writing import version_of
from households.models import Change, LifeEvent
from tests.builders import TOWNSHIPS, VILLAGES, an_id, an_officer
from tests.households.events.families import DAY, NEXT, a_family, digest, in_step, state

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk():
    return an_officer(Role.TOWNSHIP)


@pytest.mark.parametrize("kind", list(WHY))
def test_a_member_leaves_for_a_reason_and_on_a_day(clerk, kind):
    home, _, wife, _ = a_family()
    event = leave(kind, person=wife, on=DAY, reason="派出所证明", by=clerk)
    wife.refresh_from_db()
    assert (wife.left_on, wife.left_why, wife.household) == (DAY, WHY[kind], home)
    assert (event.kind, event.on, event.person, event.household, event.by) == (kind, DAY, wife, home, clerk)
    assert in_step(home)
    assert home.size == 2


def test_the_head_dies_and_the_wife_follows(clerk):
    home, head, wife, son = a_family()
    leave(Event.DEATH, person=head, on=DAY, by=clerk, relations={wife.pk: "户主", son.pk: "之子"})
    assert state() == {
        "莫大山": ("户主", "秦秀芳", False, Leave.DIED),
        "秦秀芳": ("户主", "秦秀芳", True, ""),
        "莫小山": ("之子", "秦秀芳", False, ""),
    }
    assert in_step(home)


def test_the_last_member_dies_and_the_household_stays_empty(clerk):
    home, head, wife, son = a_family()
    leave(Event.DEATH, person=son, on=DAY, by=clerk)
    leave(Event.MARRIAGE_OUT, person=wife, on=DAY, by=clerk)
    leave(Event.DEATH, person=head, on=DAY, by=clerk)
    home.refresh_from_db()
    assert (home.size, home.head_name) == (0, "")


@pytest.mark.parametrize(
    ("relations", "sentence"),
    [
        (lambda wife, son: {}, "有且只有一个户主"),
        (lambda wife, son: {wife.pk: "户主", son.pk: "户主"}, "有且只有一个户主"),
        (lambda wife, son: {wife.pk: "户主", son.pk: "干儿子"}, "没有“干儿子”这种与户主关系"),
    ],
)
def test_without_one_new_head_the_head_does_not_leave(clerk, relations, sentence):
    _, head, wife, son = a_family()
    before = digest()
    with pytest.raises(NotAllowed, match=sentence):
        leave(Event.DEATH, person=head, on=DAY, by=clerk, relations=relations(wife, son))
    assert digest() == before
    assert not LifeEvent.objects.exists()


@pytest.mark.parametrize(
    "who",
    [
        lambda: an_officer(Role.VILLAGE),
        lambda: an_officer(Role.TOWNSHIP, TOWNSHIPS[1]),
        lambda: an_officer(Role.TOWNSHIP_LEADER),
        lambda: an_officer(Role.INSPECTOR),
        lambda: an_officer(Role.COUNTY_HEAD),
        lambda: an_officer(Role.ADMIN),
    ],
)
def test_who_has_no_such_post_registers_nothing(who):
    _, _, wife, _ = a_family(VILLAGES[0])
    before = digest()
    with pytest.raises(NotAllowed, match="没有登记该村农户变动的岗位"):
        leave(Event.DEATH, person=wife, on=DAY, by=who())
    assert digest() == before
    assert not Entry.objects.exists()


def test_tomorrow_has_not_happened(clerk):
    _, _, wife, _ = a_family()
    with pytest.raises(NotAllowed, match="不能晚于今天"):
        leave(Event.DEATH, person=wife, on=timezone.localdate() + timedelta(days=1), by=clerk)
    assert not LifeEvent.objects.exists()


def test_events_of_a_person_do_not_run_backwards(clerk):
    _, _, wife, son = a_family()
    correct(son, values={"political": "league"}, on=NEXT, reason="团员证", by=clerk)
    leave(Event.MARRIAGE_OUT, person=wife, on=DAY, by=clerk)  # another person's, told late: that happens
    with pytest.raises(NotAllowed, match="2021-06-10"):
        leave(Event.DEATH, person=son, on=DAY, by=clerk)
    assert LifeEvent.objects.count() == 2


def test_who_left_cannot_leave_again(clerk):
    _, _, wife, _ = a_family()
    leave(Event.MARRIAGE_OUT, person=wife, on=DAY, by=clerk)
    with pytest.raises(Stale, match="刚刚被他人更新"):
        leave(Event.DEATH, person=wife, on=NEXT, by=clerk)
    assert LifeEvent.objects.count() == 1


def test_a_form_that_is_older_than_the_household_is_refused(clerk):
    home, _, wife, son = a_family()
    seen = version_of(home)
    leave(Event.MARRIAGE_OUT, person=wife, on=DAY, by=clerk, seen=seen)
    with pytest.raises(Stale):
        leave(Event.DEATH, person=son, on=DAY, by=clerk, seen=seen)
    assert LifeEvent.objects.count() == 1


def test_what_was_before_is_kept_sealed_and_the_act_is_audited(clerk):
    home, head, wife, _ = a_family()
    told = f"电话核实 {an_id(date(1970, 1, 1))}"
    event = leave(Event.DEATH, person=wife, on=DAY, reason=told, by=clerk)
    assert "********" in event.reason
    kept = Change.objects.get(object_id=wife.pk)
    assert (kept.before["left_on"], kept.before["name"], kept.effective_on) == (None, "秦秀芳", DAY)
    assert wife.id_number not in str(kept.before)
    assert not Change.objects.filter(object_id=head.pk).exists()
    entry = Entry.objects.get(action="event.entered")
    assert (entry.by, entry.target_id, entry.detail) == (clerk, str(home.pk), {"event": "死亡", "on": "2021-06-03"})
