"""What screening has built on people of an import keeps the import from being undone."""

import pytest

from fangpin.runs.queue import drain
from households import register
from households.importing.undoing import blockers
from households.models import Person
from screening.choices import MatchState
from screening.models import Clue, RowMatch
from tests.builders import a_county, a_standard
from tests.households.tables import a_csv, a_household_of
from tests.screening.builders import an_extract, house, run_the_month

pytestmark = pytest.mark.django_db


@pytest.fixture
def imported(settings, tmp_path):
    settings.UPLOAD_DIR = tmp_path
    a_standard()
    found = register.upload_register(
        county=a_county(), file=a_csv(a_household_of("H1", 3)), filename="名册.csv", by=None
    )
    drain(register.check_run(found))
    found.refresh_from_db()
    drain(register.confirm_register(found, by=None))
    found.refresh_from_db()
    an_extract("HOU-1", house(Person.objects.get(is_head=True)))
    run_the_month()
    return found


def told(found):
    return {blocker.text: blocker.count for blocker in blockers(found)}


def test_matches_and_clues_point_at_its_people(imported):
    assert Clue.objects.count() == 1
    assert told(imported) == {
        "新增的户已有线索": 1, "新增的户已有匹配结果": 1, "新增的人已有线索": 1, "新增的人已有匹配结果": 1,
    }  # fmt: skip


def test_waiting_rows_name_its_people_as_candidates(imported):
    Clue.objects.all().delete()
    person = Person.objects.get(number="H1-1")
    RowMatch.objects.update(state=MatchState.AMBIGUOUS, person=None, household=None, candidates=[str(person.pk)])
    assert told(imported) == {"部门数据的疑似匹配把新增的人列为候选，请先完成判定或重新运行该月": 1}
