"""Entering and correcting income, and taking it over from the national export."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from fangpin.accounts.roles import Role
from fangpin.audit.models import Entry
from fangpin.transitions import NotAllowed, Stale
from households.choices import IncomeGroup, Origin, PeriodKind
from households.income_register import record_income
from households.income_takeover import give_back_incomes, take_over_incomes
from households.models import Income, RegisterImport
from tests.builders import COUNTY, VILLAGES, a_household, an_income, an_officer

pytestmark = pytest.mark.django_db


def enter(household, by, seen=0, **changes):
    figures = {"items": {"wages_migrant": Decimal(9000)}, "totals": {IncomeGroup.TRANSFER: Decimal(500)}, "persons": 3}
    period = {"kind": PeriodKind.YEAR, "start": date(2020, 1, 1)}
    return record_income(household=household, by=by, seen_version=seen, **period | figures | changes)


@pytest.fixture
def clerk():
    return an_officer(Role.TOWNSHIP)


# -- entering -----------------------------------------------------------------------------------------------------------
def test_income_is_entered(clerk):
    home = a_household()
    income = enter(home, clerk)
    income.refresh_from_db()
    assert (income.wages, income.transfer, income.business) == (Decimal(9000), Decimal(500), 0)
    assert (income.items, income.persons, income.version, income.origin) == (
        {"wages_migrant": "9000.00"},
        3,
        1,
        "entered",
    )
    entry = Entry.objects.get(action="income.recorded")
    assert (entry.by, entry.target_id, entry.detail["period"]) == (clerk, str(income.pk), "2020年度")
    assert "9000" not in str(entry.detail)


def test_a_correction_keeps_the_earlier_version(clerk):
    home = a_household()
    first = enter(home, clerk)
    second = enter(home, clerk, seen=1, persons=4)
    assert list(home.incomes.values_list("version", "persons", "pk")) == [(2, 4, second.pk), (1, 3, first.pk)]
    first.refresh_from_db()
    assert (first.replaced_by, first.replaced_at is not None) == (clerk, True)
    assert list(home.incomes.current()) == [second]
    assert Entry.objects.filter(action="income.corrected").count() == 1


@pytest.mark.parametrize("seen", [0, 2])
def test_a_stale_page_changes_nothing(clerk, seen):
    home = a_household()
    enter(home, clerk)
    with pytest.raises(Stale):
        enter(home, clerk, seen=seen, persons=4)
    assert list(home.incomes.values_list("persons", "version")) == [(3, 1)]


def test_who_saw_one_that_is_not_there_is_stale(clerk):
    home = a_household()
    with pytest.raises(Stale):
        enter(home, clerk, seen=1)
    assert not Income.objects.exists()


@pytest.mark.parametrize("role", [Role.VILLAGE, Role.TOWNSHIP_LEADER, Role.COUNTY_HEAD, Role.INSPECTOR, Role.ADMIN])
def test_who_may_not_enter(role):
    home = a_household()
    with pytest.raises(NotAllowed, match="您没有登记农户变动的岗位"):
        enter(home, an_officer(role))
    assert not Income.objects.exists()


def test_another_township_may_not(clerk):
    home = a_household(village=VILLAGES[2])
    with pytest.raises(NotAllowed):
        enter(home, clerk)
    assert not Income.objects.exists()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"totals": {IncomeGroup.WAGES: Decimal(8000)}}, "工资性收入：与分项之和 9,000.00 元不符"),
        ({"start": date(2999, 1, 1)}, "这个期间还没有开始"),
        ({"start": date(2020, 2, 1)}, "期间须从某月 1 日起，年度须从 1 月起"),
        ({"kind": PeriodKind.IDENTIFIED, "start": date(2020, 2, 2)}, "期间须从某月 1 日起"),
        ({"items": {"wages_migrant": Decimal(-1)}}, "不能为负|不小于 0"),
        ({"totals": {IncomeGroup.COSTS: Decimal(-1)}}, "收入和支出的金额不能为负"),
        ({"persons": -1}, "0"),
    ],
)
def test_what_is_wrong_is_refused_with_the_reason(clerk, changes, sentence):
    home = a_household()
    with pytest.raises(NotAllowed, match=sentence):
        enter(home, clerk, **changes)
    assert not Income.objects.exists()
    assert not Entry.objects.filter(action__startswith="income.").exists()


def test_saving_the_same_again_makes_no_version(clerk):
    home = a_household()
    enter(home, clerk)
    with pytest.raises(NotAllowed, match="没有改动"):
        enter(home, clerk, seen=1)
    assert home.incomes.count() == 1


def test_periods_stand_side_by_side(clerk):
    home = a_household()
    enter(home, clerk)
    enter(home, clerk, start=date(2019, 1, 1))
    window = enter(home, clerk, kind=PeriodKind.IDENTIFIED, start=date(2020, 5, 1))
    assert home.incomes.current().count() == 3
    assert (window.end, window.period_label) == (date(2021, 4, 30), "识别时（2020-05 至 2021-04）")


@pytest.mark.parametrize("fields", [{"wages": -1}, {"month": 2}, {}])
def test_the_database_refuses_it_too(fields):
    home = a_household()
    if not fields:
        an_income(home)
    with pytest.raises(IntegrityError), transaction.atomic():
        an_income(home, **fields)


# -- from the export ----------------------------------------------------------------------------------------------------
OTHER = {
    "income_year": "2020",
    "stated_size": "5",
    "wages": "12000",
    "business_costs": "800.5",
    "net_income": "11199.50",
}


def test_the_export_becomes_an_income():
    home, bare = a_household(other=OTHER), a_household(other={"net_per_head": "9000"})
    assert take_over_incomes() == {"new": 1, "corrected": 0, "kept": 0, "same": 0}
    income = home.incomes.get()
    assert (income.start, income.kind, income.persons, income.origin) == (date(2020, 1, 1), "year", 5, Origin.IMPORTED)
    assert (income.wages, income.costs, income.items) == (Decimal(12000), Decimal("800.50"), {})
    assert income.reported == {"家庭纯收入": "11199.50"}
    assert not bare.incomes.exists()


def test_taking_over_twice_changes_nothing():
    a_household(other=OTHER)
    take_over_incomes()
    assert take_over_incomes() == {"new": 0, "corrected": 0, "kept": 0, "same": 1}
    assert Income.objects.count() == 1
    assert Entry.objects.filter(action="incomes.taken_over").count() == 1


def test_a_changed_export_corrects_its_own_and_keeps_what_people_entered(clerk):
    ours, theirs = a_household(other=OTHER), a_household(other=OTHER)
    take_over_incomes()
    enter(ours, clerk, seen=1)
    for home in (ours, theirs):
        home.other = {**OTHER, "wages": "13000"}
        home.save()
    assert take_over_incomes() == {"new": 0, "corrected": 1, "kept": 1, "same": 0}
    assert ours.incomes.current().get().wages == 9000
    assert list(theirs.incomes.values_list("version", "wages")) == [(2, 13000), (1, 12000)]


def test_only_the_households_that_are_named():
    first, second = a_household(other=OTHER), a_household(other=OTHER)
    take_over_incomes([second.pk])
    assert (first.incomes.count(), second.incomes.count()) == (0, 1)


def test_without_a_year_it_is_the_year_that_is_given_or_the_last_one():
    other = {"wages": "12000"}
    first, second = a_household(other=other, people=2), a_household(other=other)
    take_over_incomes([first.pk], year=2019)
    take_over_incomes([second.pk])
    assert (first.incomes.get().start.year, first.incomes.get().persons) == (2019, 2)
    assert second.incomes.get().start.year == timezone.localdate().year - 1


def test_a_batch_can_be_given_back(clerk):
    home, new = a_household(other=OTHER), a_household(other={})
    take_over_incomes()
    before = list(Income.objects.values())
    home.other, new.other = {**OTHER, "wages": "13000"}, OTHER
    home.save()
    new.save()
    batch = RegisterImport.objects.create(county_id=COUNTY, filename="名册.xlsx", digest="x")
    take_over_incomes([home.pk, new.pk], batch=batch)
    assert give_back_incomes(batch) == 2
    assert list(Income.objects.values()) == before


def test_what_was_corrected_since_blocks_giving_back(clerk):
    home = a_household(other=OTHER)
    batch = RegisterImport.objects.create(county_id=COUNTY, filename="名册.xlsx", digest="x")
    take_over_incomes([home.pk], batch=batch)
    enter(home, clerk, seen=1)
    with pytest.raises(NotAllowed, match="有 1 户的收支在入库后已更正"):
        give_back_incomes(batch)
    assert home.incomes.count() == 2


@pytest.mark.parametrize("count", [1, 30])
def test_queries_do_not_grow_with_the_households(count, django_assert_num_queries):
    homes = [a_household(people=0, other=OTHER).pk for _ in range(count)]
    with django_assert_num_queries(5):
        take_over_incomes(homes)
