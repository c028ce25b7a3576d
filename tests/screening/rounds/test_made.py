"""What the builders leave satisfies every constraint of the database."""

import pytest

from fangpin.approvals.routes import Stage
from screening.choices import TaskState
from screening.models import OfflineList, Round
from tests.screening.rounds import made

pytestmark = pytest.mark.django_db


def test_a_round_has_a_list_for_every_village():
    made.a_round()

    assert (Round.objects.count(), OfflineList.objects.count()) == (1, 3)


def test_an_entry_stands_on_a_submitted_list():
    entry = made.an_entry(made.an_offline_list(stage=Stage.COUNTY))

    assert (entry.offline_list.approval.stage, entry.told) == (Stage.COUNTY, {})


@pytest.mark.parametrize("state", TaskState)
def test_a_task_can_stand_in_every_state(state):
    assert made.a_task(state=state).state == state


def test_a_watch_item_comes_from_a_result():
    item = made.a_watch_item()

    assert item.household == item.source.task.household


def test_an_item_belongs_to_a_comparison():
    assert made.an_item().comparison.round == Round.objects.get()
