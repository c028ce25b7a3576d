"""Rows that would change a clue if they were decided come first; the others need nobody."""

import pytest

from screening.choices import ExtractState
from screening.models import Clue, Extract, RowMatch
from tests.builders import VILLAGES, a_household, a_person
from tests.screening.builders import an_extract, house, run_the_month
from tests.screening.doubts import DOUBTFUL, twins

pytestmark = pytest.mark.django_db
UNINSURED = {"insured": "未缴费", "year": "2021"}


def first_rows() -> list[tuple[str, int]]:
    """(list, row) of those marked."""
    marked = RowMatch.objects.filter(would_change=True).order_by("extract__list_code", "row")
    return list(marked.values_list("extract__list_code", "row"))


def test_a_row_that_would_raise_a_clue_is_marked_and_one_that_would_not_is_not():
    twins()
    an_extract("HOU-R", DOUBTFUL, DOUBTFUL | {"grade": "A", "remark": "二"})
    run_the_month()
    assert first_rows() == [("HOU-R", 2)]
    assert not Clue.objects.exists()


def test_a_clue_that_is_there_already_is_not_raised_again():
    first, _ = twins()
    an_extract("HOU-R", house(first), DOUBTFUL | {"appraised_on": "2021-05-08"})
    run_the_month()
    (waiting,) = RowMatch.objects.waiting()
    assert waiting.candidates[0] == str(first.pk)
    assert first_rows() == []


def test_a_row_that_would_lift_a_clue_is_marked():
    household = a_household(people=0, kind="lifted")
    person = a_person(household, name="韦大山", is_head=True, relation="户主")
    twins(1)
    an_extract(
        "MI-R",
        {"name": person.name, "id_number": person.id_number, **UNINSURED},
        {"name": "韦大山", "township": "青山镇", "village": "上坪村", "insured": "已缴费", "year": "2021"},
    )
    run_the_month()
    (waiting,) = RowMatch.objects.waiting()
    assert Clue.objects.get().rule == "insurance.unpaid"
    assert waiting.candidates[0] == str(person.pk)
    assert first_rows() == [("MI-R", 3)]


def test_a_row_that_keeps_somebody_from_counting_as_uninsured_is_marked():
    lifted = [
        a_household(VILLAGES[0], people=1, kind="lifted", head_name=name).members.get()
        for name in ("韦大山", "莫建国", "秦秀兰")
    ]
    a_person(a_household(people=0), name="韦大山", is_head=True, relation="户主")
    paid = [{"name": one.name, "id_number": one.id_number, "insured": "已缴费"} for one in lifted[1:]]
    an_extract("MI-R", *paid, {"name": "韦大山", "township": "青山镇", "village": "上坪村", "insured": "已缴费"})
    run_the_month()
    assert not Clue.objects.exists()
    assert first_rows() == [("MI-R", 4)]


def test_a_mark_goes_when_its_reason_goes():
    first, _ = twins()
    an_extract("HOU-R", DOUBTFUL)
    run_the_month()
    assert first_rows() == [("HOU-R", 2)]
    Extract.objects.update(state=ExtractState.REPLACED)
    an_extract("HOU-R", house(first), DOUBTFUL | {"appraised_on": "2021-05-08"})
    run_the_month()
    assert not RowMatch.objects.waiting().filter(would_change=True).exists()
