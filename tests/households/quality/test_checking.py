"""What a check keeps: once per object, with its age, gone when mended; and who else is looked at again."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import OperationalError, connection, transaction
from django.utils import timezone

from fangpin.accounts.roles import Role
from fangpin.runs.models import Run, State
from fangpin.runs.queue import drain
from households.income_register import record_income
from households.models import Household, Income, Person, QualityCheck, QualityProblem
from households.quality import checking
from households.quality.checking import check_run, recheck
from households.quality.kept import find_kept
from households.tasks import check_quality
from tests.builders import COUNTY, VILLAGES, a_county, a_household, a_person, an_id, an_officer

pytestmark = pytest.mark.django_db


def check():
    return drain(check_run(COUNTY))


def open_codes(household=None):
    problems = QualityProblem.objects.present().order_by("code")
    return list((problems.filter(household=household) if household else problems).values_list("code", flat=True))


def a_home(**head):
    home = a_household(people=0)
    a_person(home, **{"name": "赵大", "is_head": True, "relation": "户主", **head})
    return home


def test_the_ordinary_household_has_no_problem():
    a_person(a_home(), name="赵小大", relation="之子", birthday=date(1995, 1, 1))
    run = check()
    assert (run.state, open_codes()) == ("done", [])
    assert (run.counts["rows"], run.counts["households"]) == (2, 1)


def test_a_problem_is_kept_once_and_ages():
    home = a_home(labour="普通劳动力", birthday=date(2015, 1, 1))
    check()
    first = QualityProblem.objects.get(household=home, code="C01")
    QualityProblem.objects.update(first_seen=timezone.now() - timedelta(days=12))
    check()
    again = QualityProblem.objects.get(household=home, code="C01")
    assert (again.pk, again.days, again.gone_at) == (first.pk, 12, None)
    assert again.last_seen > first.last_seen
    assert again.values == {"age": again.values["age"], "labour": "普通劳动力"}


def test_a_mended_problem_is_gone_and_one_that_comes_back_is_new():
    home = a_home(relation="")
    recheck([home.pk])
    Person.objects.update(relation="户主")
    recheck([home.pk])
    assert open_codes() == []
    Person.objects.update(relation="")
    recheck([home.pk])
    assert QualityProblem.objects.filter(code="A12").count() == 2
    assert open_codes(home) == ["A12"]


def test_a_change_in_one_household_mends_the_other():
    number = an_id()
    one, other = a_home(id_number=number), a_home(id_number=number)
    recheck([one.pk])
    assert (open_codes(one), open_codes(other)) == (["A19"], ["A19"])
    person = Person.objects.get(household=one)
    person.id_number = an_id()
    person.save()
    recheck([one.pk])
    assert open_codes() == []


def test_who_shares_a_number_across_villages_is_a_matter_of_the_township():
    number = an_id()
    homes = [a_household(village, people=0) for village in VILLAGES[:2]]
    for nth, home in enumerate(homes):
        a_person(home, name=f"赵{nth}", is_head=True, relation="户主", id_number=number)
    check()
    problems = QualityProblem.objects.filter(code="A04")
    assert {problem.division_id for problem in problems} == {VILLAGES[0][:9]}
    assert {problem.values["others"] for problem in problems} == {"上坪村赵0", "下坪村赵1"}


def test_a_shared_phone_is_found_and_masked():
    for _ in range(2):
        a_household(people=1, phone="19900001234")
    check()
    problems = QualityProblem.objects.filter(code="A18")
    assert [(p.values["phone"], p.values["count"]) for p in problems] == [("199****1234", 1)] * 2


def test_who_left_has_no_problems():
    home = a_home(relation="")
    check()
    Person.objects.update(left_on=date(2021, 5, 1), left_why="died")
    Household.objects.update(size=0)
    recheck([home.pk])
    assert open_codes() == []


def test_a_column_that_the_register_lacks_is_nobodys_gap():
    homes = [a_home() for _ in range(30)]
    assert "ethnicity" not in find_kept(COUNTY)
    check()
    assert open_codes() == []
    Person.objects.exclude(household=homes[0]).update(ethnicity="汉族")
    check()
    assert open_codes() == ["B01"]
    assert "ethnicity" in QualityCheck.objects.latest().kept


def test_a_household_that_is_gone_takes_its_problems_along():
    home = a_home(relation="")
    recheck([home.pk])
    Person.objects.all().delete()
    Household.objects.all().delete()
    assert QualityProblem.objects.count() == 0


# -- in parts -----------------------------------------------------------------------------------------------------------
SHOWN = ("code", "severity", "household__number", "person__number", "division_id", "values")


def found():
    """Every open problem as it is shown; the day it was seen and its own id are not the check's affair."""
    return list(
        QualityProblem.objects.present().order_by("code", "household__number", "person__number").values_list(*SHOWN)
    )


def an_entangled_county():
    """Problems of households alone, of persons, and of those who share a number or a phone across villages."""
    number, phone, homes = an_id(), "19900001234", []
    for nth, village in enumerate(VILLAGES):
        home = a_household(village, people=0, phone=phone if nth else "")
        a_person(home, name=f"赵{nth % 2}", is_head=True, relation="户主", id_number=number, labour="无劳动力")
        a_person(home, name="赵五", relation="", birthday=date(2015, 1, 1), labour="普通劳动力", phone=phone)
        homes.append(home)
    return homes


def test_a_county_in_parts_finds_what_it_finds_as_a_whole(monkeypatch):
    an_entangled_county()
    run = check()
    assert run.children.count() == 1
    as_a_whole, counts = found(), run.counts
    assert {"A04", "A12", "A18", "A19", "C01"} <= {code for code, *_ in as_a_whole}
    QualityProblem.objects.all().delete()
    monkeypatch.setattr(checking, "PART_PEOPLE", 2)
    run = check()
    assert [part.key for part in run.children.order_by("id")] == [f"{run.pk}:{code}-{code}" for code in VILLAGES]
    assert (found(), run.counts) == (as_a_whole, counts)


def test_a_second_check_in_parts_finds_nothing_new_and_loses_nothing(monkeypatch):
    monkeypatch.setattr(checking, "PART_PEOPLE", 2)
    an_entangled_county()
    first, before = check(), found()
    again = check()
    assert (first.counts["problems_new"], first.counts["problems_gone"]) == (len(before), 0)
    assert (again.counts["problems_new"], again.counts["problems_gone"]) == (0, 0)
    assert found() == before


def test_a_part_whose_worker_died_is_taken_up_again(monkeypatch):
    monkeypatch.setattr(checking, "PART_PEOPLE", 2)
    an_entangled_county()
    run = check_run(COUNTY)
    check_quality(run.pk)
    lost = run.children.order_by("id")[1]
    taken = {"state": State.RUNNING, "token": 1, "attempt": 1}
    Run.objects.filter(pk=lost.pk).update(**taken, lease_until=timezone.now() - timedelta(seconds=1))
    assert drain(run).state == State.DONE
    assert list(run.children.order_by("id").values_list("state", "attempt")) == [("done", 1), ("done", 2), ("done", 1)]
    assert run.counts["problems_new"] == len(found()) > 0


def test_a_part_that_fails_is_told_as_the_countys_failure(monkeypatch):
    monkeypatch.setattr(checking, "PART_PEOPLE", 2)
    an_entangled_county()
    monkeypatch.setattr(checking, "store", lambda *arguments: 1 / 0)
    run = check()
    assert (run.state, QualityCheck.objects.count()) == ("failed", 0)
    assert (
        run.error == run.children.first().error == "系统内部错误，已重试 3 次仍未成功，请联系系统管理员查看服务器日志"
    )


def a_turn(villages):
    """As soon as it is free, or OperationalError after a tenth of a second."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '100ms'")
        checking._take_turn(villages)


@pytest.mark.django_db(transaction=True)
def test_parts_wait_for_who_checks_their_villages_and_a_change_waits_for_all():
    holding, over = threading.Event(), threading.Event()

    def hold():
        with transaction.atomic():
            checking._take_turn(VILLAGES[:1])
            holding.set()
            over.wait(30)
        connection.close()

    with ThreadPoolExecutor(1) as other:
        other.submit(hold)
        assert holding.wait(30)
        a_turn(VILLAGES[1:])
        for villages in (VILLAGES, ()):
            with pytest.raises(OperationalError, match="lock timeout"):
                a_turn(villages)
        over.set()


def test_an_empty_county_is_checked():
    a_county()
    run = check()
    assert (run.state, run.counts["rows"]) == ("done", 0)


# -- income that people entered -----------------------------------------------------------------------------------------
def entered(home, year=2020, **items):
    income = Income.objects.current().filter(household=home, start__year=year).first()
    amounts = {slug: Decimal(amount) for slug, amount in items.items()}
    return record_income(
        household=home, kind="year", start=date(year, 1, 1), items=amounts, totals={}, persons=1,
        by=an_officer(Role.TOWNSHIP), seen_version=income.version if income else 0,
    )  # fmt: skip


def test_an_income_entered_by_hand_takes_the_place_of_what_the_export_said():
    home = a_home(other={})
    Household.objects.update(other={"wages": "-5"})
    recheck([home.pk])
    assert open_codes(home) == ["I01"]
    entered(home, wages_migrant="9000")
    assert open_codes(home) == []


def test_a_leap_since_the_year_before():
    home = a_home()
    entered(home, 2019, wages_migrant="9000")
    entered(home, 2020, wages_migrant="30000")
    problem = QualityProblem.objects.present().get(household=home)
    assert (problem.code, problem.values["before"], problem.values["net"]) == ("I07", "9000", "30000")


def test_a_pensioner_whose_transfers_were_entered_without_pension():
    home = a_home(birthday=date(1950, 1, 1), labour="无劳动力", other={"pension_resident": "yes"})
    entered(home, wages_migrant="9000", transfer_minimum_living="800")
    assert open_codes(home) == ["I05"]
    entered(home, wages_migrant="9000", transfer_minimum_living="800", transfer_pension="1300")
    assert open_codes(home) == []
