"""Formulas of income and spending (domain.md 1.7), to the cent."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from households.choices import IncomeGroup
from households.income import compare, mismatches, per_head, reckon, totals_of
from households.income_items import BY_SLUG, ITEMS, items_of, validate_items
from households.income_takeover import incomes_from
from households.models import Income

WHOLE = {"wages": "12000", "business": "8000.50", "assets": "300", "transfer": "4200", "costs": "2500.25"}


def yuan(amounts):
    return {group: Decimal(amounts.get(group.value, 0)) for group in IncomeGroup}


@pytest.mark.parametrize(
    ("amounts", "persons", "net", "head", "reference", "reference_head"),
    [
        (WHOLE, 4, "22000.25", "5500.06", "22000.25", "5500.06"),
        ({**WHOLE, "claims": "5000", "self_pay": "9000"}, 4, "22000.25", "5500.06", "18000.25", "4500.06"),
        ({"wages": "10000"}, 3, "10000", "3333.33", "10000", "3333.33"),
        ({"wages": "0.05"}, 2, "0.05", "0.03", "0.05", "0.03"),
        ({"business": "1000", "costs": "1000.05"}, 2, "-0.05", "-0.03", "-0.05", "-0.03"),
        ({"business": "3000", "costs": "15000"}, 4, "-12000", "-3000", "-12000", "-3000"),
        ({"wages": "6000", "not_counted": "30000"}, 1, "6000", "6000", "6000", "6000"),
        ({}, 5, "0", "0", "0", "0"),
    ],
)
def test_net_and_reference(amounts, persons, net, head, reference, reference_head):
    found = reckon(yuan(amounts), persons)
    assert (found.net, found.net_per_head) == (Decimal(net), Decimal(head))
    assert (found.reference, found.reference_per_head) == (Decimal(reference), Decimal(reference_head))


def test_nobody_counted_has_no_figure_per_head():
    found = reckon(yuan(WHOLE), 0)
    assert (found.net, found.net_per_head, found.reference_per_head) == (Decimal("22000.25"), None, None)
    assert per_head(Decimal(1), 0) is None


def test_the_visible_terms_add_up_to_the_result():
    found = reckon(yuan({**WHOLE, "claims": "100", "self_pay": "700"}), 4)
    for terms, result in ((found.net_terms, found.net), (found.reference_terms, found.reference)):
        assert sum(term.amount if term.sign == "+" else -term.amount for term in terms) == result
    assert [(term.sign, term.label) for term in found.reference_terms] == [
        ("+", "家庭纯收入"), ("+", "家庭理赔收入"), ("−", "合规自付支出"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("amount", "distance", "is_below"), [("5999.99", "-0.01", True), ("6000", "0", False), ("-50", "-6050", True)]
)
def test_distance_from_the_line(amount, distance, is_below):
    found = compare(Decimal(amount), Decimal(6000))
    assert (found.distance, found.is_below) == (Decimal(distance), is_below)


def test_without_a_figure_or_a_line_nothing_is_compared():
    assert compare(None, Decimal(6000)) is None
    assert compare(Decimal(6000), None) is None


def test_sub_items_make_the_total_and_a_bare_total_stands():
    items = {"wages_migrant": Decimal("9000.10"), "wages_casual": Decimal("0.15")}
    totals = totals_of(items, {IncomeGroup.TRANSFER: Decimal(500)})
    assert {group: amount for group, amount in totals.items() if amount} == {
        IncomeGroup.WAGES: Decimal("9000.25"), IncomeGroup.TRANSFER: Decimal(500),
    }  # fmt: skip
    assert mismatches(items, {IncomeGroup.WAGES: Decimal(9000)}) == {IncomeGroup.WAGES: Decimal("9000.25")}
    assert mismatches(items, {IncomeGroup.WAGES: Decimal("9000.25"), IncomeGroup.TRANSFER: Decimal(1)}) == {}


def test_every_item_has_its_group_in_its_slug_and_every_group_a_column():
    assert len(BY_SLUG) == len(ITEMS)
    assert all(item.slug.startswith(f"{item.group}_") and item.label and item.source for item in ITEMS)
    assert {group: len(items_of(group)) for group in IncomeGroup} == {
        IncomeGroup.WAGES: 5, IncomeGroup.BUSINESS: 4, IncomeGroup.ASSETS: 5, IncomeGroup.TRANSFER: 18, IncomeGroup.COSTS: 4, IncomeGroup.CLAIMS: 3,
        IncomeGroup.SELF_PAY: 4, IncomeGroup.NOT_COUNTED: 5,
    }  # fmt: skip
    assert {group.value for group in IncomeGroup} <= {field.name for field in Income._meta.fields}


@pytest.mark.parametrize(
    "values",
    [
        {"wages_gold": "1.00"}, {"wages_migrant": "-1.00"}, {"wages_migrant": "1.005"}, {"wages_migrant": 1},
        {"wages_migrant": "NaN"}, {"wages_migrant": "1e3"}, {"wages_migrant": "99999999999.00"}, [],
    ],
)  # fmt: skip
def test_stored_items_are_known_amounts(values):
    with pytest.raises(ValidationError):
        validate_items(values)


def test_columns_of_the_export_become_totals():
    found = incomes_from(
        {"income_year": "2020", "stated_size": "4", "wages": "12,000.5元", "business_costs": "800", "net_income": "-1"}
    )
    assert (found.year, found.persons) == (2020, 4)
    assert {group: amount for group, amount in found.totals.items() if amount} == {
        IncomeGroup.WAGES: Decimal("12000.50"), IncomeGroup.COSTS: Decimal(800),
    }  # fmt: skip
    assert found.reported == {"家庭纯收入": "-1.00"}


@pytest.mark.parametrize("other", [{}, {"net_per_head": "9000"}, {"wages": "不详"}, {"wages": "-5"}])
def test_no_group_no_income(other):
    assert incomes_from(other) is None
