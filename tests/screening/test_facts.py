"""Deaths that departments report, as the register's checks see them (7.4 A21)."""

import pytest

from households.models import QualityProblem
from households.quality.checking import recheck
from households.quality.standing import sentence_of
from tests.builders import a_household, a_person
from tests.screening.builders import an_extract, run_the_month

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_death_on_a_matched_list_is_held_against_the_register():
    home = a_household(people=0)
    dead, alive = (
        a_person(home, name=name, relation=relation) for name, relation in (("韦大山", "户主"), ("韦小山", "之子"))
    )
    rows = [
        {"id_number": person.id_number, "name": person.name, "event": event, "happened_on": "2021-05-03"}
        for person, event in ((dead, "死亡"), (alive, "出生"))
    ]
    an_extract("HLT-4", *rows)
    run_the_month()
    recheck([home.pk])
    problem = QualityProblem.objects.get(code="A21")
    assert problem.person == dead
    assert sentence_of(problem) == "韦大山在卫健局名单中已于 2021-05-03 死亡，名册中仍在册"
