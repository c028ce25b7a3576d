"""收入测算 of the offline form (domain.md 4.6): reference income per head of the last 12 months against the line. Pure.

The formula is that of households.income (domain.md 1.7); this is only which questions of the form feed it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from households.choices import IncomeGroup
from households.income import INCOMES, Comparison, Reckoning, Term, compare, reckon

COMPONENTS = (*INCOMES, IncomeGroup.COSTS)


@dataclass(frozen=True)
class Sketch:
    """Yuan. missing: components nobody answered, counted as nothing in the sum, which then compares with no line."""

    reckoning: Reckoning
    comparison: Comparison | None
    missing: tuple[IncomeGroup, ...]

    @property
    def terms(self) -> list[Term]:
        """The whole sum, line by line: the five components, compensation, large rigid spending."""
        return [*self.reckoning.net_terms, *self.reckoning.reference_terms[1:]]

    @property
    def sentence(self) -> str:
        """The verdict in words; what is missing where there is none."""
        if self.missing:
            return "还没有填写：" + "、".join(group.label for group in self.missing)
        if self.comparison is None:
            return "没有家庭人口数，算不出人均"
        head = f"人均收入参考 {self.reckoning.reference_per_head:,} 元"
        distance, line = abs(self.comparison.distance), f"监测范围 {self.comparison.line:,} 元"
        if self.comparison.is_below:
            return f"{head}，低于{line} {distance:,} 元"
        return f"{head}，高于{line} {distance:,} 元" if distance else f"{head}，等于{line}"


def sketch(
    components: Mapping[IncomeGroup, Decimal | None],
    *,
    spending: Decimal | None,
    compensation: Decimal | None,
    persons: int,
    line: Decimal,
) -> Sketch:
    """components: COMPONENTS of the last 12 months, yuan of the whole household; spending (large and rigid, what was
    reimbursed taken off) and compensation count as nothing where the form leaves them empty. line: yuan per head.
    """
    missing = tuple(group for group in COMPONENTS if components.get(group) is None)
    totals = {group: components.get(group) or Decimal(0) for group in COMPONENTS}
    totals |= {IncomeGroup.CLAIMS: compensation or Decimal(0), IncomeGroup.SELF_PAY: spending or Decimal(0)}
    reckoning = reckon(totals, persons)
    return Sketch(reckoning, None if missing else compare(reckoning.reference_per_head, line), missing)
