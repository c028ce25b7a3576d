"""What the rules found in a file waits until the month is published, and counts only on the same basis."""

import pytest

from fangpin.accounts.roles import Role
from households.frames import people_of, register_state
from households.models import Person
from screening import month
from screening.matching.deciding import decide_match
from screening.models import Clue, Evaluation, Extract
from screening.rules.keeping import basis_of, keep, kept
from screening.rules.raising import _chosen, _lines, find_clues
from screening.tasks import month_extract, month_run
from tests.builders import COUNTY, a_county, a_household, a_person, a_standard, an_officer
from tests.screening.builders import MAY, an_extract, house, match_at

pytestmark = pytest.mark.django_db


def matched(*rows):
    """A file whose child run is done; the month is not."""
    extract = an_extract("HOU-R", *rows)
    run = month.run_month(county=a_county(), period=MAY, by=None)
    month_extract(run.children.get().pk)
    return Extract.objects.get(pk=extract.pk), run


def head():
    return a_household(people=1).members.get()


def test_what_is_kept_publishes_the_same_clues():
    standard = a_standard()
    extract, _ = matched(house(head()), house(head(), "C"))
    fresh, again = (
        find_clues(extract, people_of(COUNTY), standard),
        kept(extract, basis_of(extract, standard, register_state(COUNTY))),
    )
    told = [[line[1:-1] for line in _lines(_chosen([found], MAY)[0], MAY, standard)] for found in (fresh, again)]
    assert len(told[0]) == 2
    assert told[0] == told[1]
    assert again.would_change == fresh.would_change


def test_what_is_kept_is_sealed_and_goes_with_the_month():
    _, run = matched(house(head()))
    sealed = bytes(Evaluation.objects.get().sealed)
    assert "危房".encode() not in sealed
    assert b"housing.dangerous" not in sealed
    month_run(run.pk)
    assert Clue.objects.count() == 1
    assert not Evaluation.objects.exists()


def test_the_month_evaluates_nothing_again(monkeypatch):
    extract, run = matched(house(head()))
    monkeypatch.setattr(month, "find_clues", None)
    month_run(run.pk)
    assert Clue.objects.get().extract == extract


def test_a_decision_after_the_match_is_evaluated_anew():
    home = a_household(people=0)
    second = [a_person(home, name="韦大山", id_number="", is_head=n == 0) for n in range(2)][1]
    extract, run = matched({"name": "韦大山", "grade": "D", "township": "青山镇", "village": "上坪村"})
    decide_match(match_at(extract), person=second, by=an_officer(Role.COUNTY))
    month_run(run.pk)
    assert Clue.objects.get().household == home


def test_another_register_or_standard_is_another_basis():
    person, standard = head(), a_standard()
    extract, _ = matched(house(person))
    basis = basis_of(extract, standard, register_state(COUNTY))
    assert kept(extract, basis)
    Person.objects.get(pk=person.pk).save()
    assert basis_of(extract, standard, register_state(COUNTY)) != basis
    assert basis_of(extract, type(standard)(pk=standard.pk + 1), register_state(COUNTY)) != basis


def test_without_a_basis_nothing_is_taken():
    extract, _ = matched(house(head()))
    found = kept(extract, basis_of(extract, a_standard(), register_state(COUNTY)))
    keep(found, "")
    assert kept(extract, "") is None
