"""Income and spending by the formulas of domain.md 1.7. Pure: amounts in yuan as Decimal, nothing from the database.

纯收入 = 工资性 + 生产经营性 + 财产性 + 转移性 − 生产经营性支出; 收入参考 = 纯收入 + 理赔收入 − 合规自付支出; each also per head.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from households.choices import IncomeGroup
from households.income_items import BY_SLUG

CENT = Decimal("0.01")
INCOMES = (IncomeGroup.WAGES, IncomeGroup.BUSINESS, IncomeGroup.ASSETS, IncomeGroup.TRANSFER)

Amounts = Mapping[str, Decimal]


@dataclass(frozen=True)
class Term:
    """One line of a visible sum: what it is called, whether it adds or takes away, how much."""

    label: str
    sign: str  # "+" or "−"
    amount: Decimal


@dataclass(frozen=True)
class Reckoning:
    """Yuan. The figures per head are None where nobody is counted."""

    totals: Mapping[IncomeGroup, Decimal]
    persons: int
    net: Decimal
    net_per_head: Decimal | None
    reference: Decimal
    reference_per_head: Decimal | None

    @property
    def net_terms(self) -> list[Term]:
        added = [Term(group.label, "+", self.totals[group]) for group in INCOMES]
        return [*added, Term(IncomeGroup.COSTS.label, "−", self.totals[IncomeGroup.COSTS])]

    @property
    def reference_terms(self) -> list[Term]:
        claims = Term(IncomeGroup.CLAIMS.label, "+", self.totals[IncomeGroup.CLAIMS])
        return [
            Term("家庭纯收入", "+", self.net),
            claims,
            Term("合规自付支出", "−", self.totals[IncomeGroup.SELF_PAY]),
        ]


@dataclass(frozen=True)
class Comparison:
    """A figure per head against the line of its year; ``distance`` is negative below the line."""

    line: Decimal
    distance: Decimal

    @property
    def is_below(self) -> bool:
        return self.distance < 0


def totals_of(items: Amounts, given: Amounts) -> dict[IncomeGroup, Decimal]:
    """The total of every group: the sum of its sub-items, or the total that was given where there are none."""
    totals = {group: given.get(group) or Decimal(0) for group in IncomeGroup}
    for group, amount in _sums(items).items():
        totals[group] = amount
    return totals


def mismatches(items: Amounts, given: Amounts) -> dict[IncomeGroup, Decimal]:
    """Groups whose given total is not the sum of their sub-items, with that sum."""
    return {group: total for group, total in _sums(items).items() if given.get(group) not in (None, total)}


def _sums(items: Amounts) -> dict[IncomeGroup, Decimal]:
    sums: dict[IncomeGroup, Decimal] = {}
    for slug, amount in items.items():
        group = BY_SLUG[slug].group
        sums[group] = sums.get(group, Decimal(0)) + amount
    return sums


def reckon(totals: Mapping[IncomeGroup, Decimal], persons: int) -> Reckoning:
    """Net and reference income of a household of ``persons`` counted members. A loss is a negative income."""
    net = sum((totals[group] for group in INCOMES), Decimal(0)) - totals[IncomeGroup.COSTS]
    reference = net + totals[IncomeGroup.CLAIMS] - totals[IncomeGroup.SELF_PAY]
    return Reckoning(totals, persons, net, per_head(net, persons), reference, per_head(reference, persons))


def per_head(amount: Decimal, persons: int) -> Decimal | None:
    """To the cent, half a cent away from zero; None where nobody is counted."""
    return (amount / persons).quantize(CENT, ROUND_HALF_UP) if persons else None


def compare(amount: Decimal | None, line: Decimal | None) -> Comparison | None:
    """``amount`` per head against the line; None where either is missing. Who has exactly the line is not below it."""
    return None if amount is None or line is None else Comparison(line, amount - line)
