"""The form of income and spending: one field per sub-item and one total per group, which the server adds up."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django import forms
from django.forms.boundfield import BoundField
from django.utils import timezone

from fangpin.periods import month_text, parse_month
from households.choices import IncomeGroup, PeriodKind
from households.income import Reckoning, mismatches, reckon, totals_of
from households.income_items import ITEMS, items_of
from households.models import Household, Income

YEARS_BACK = 8
FIGURES = {"max_digits": 12, "decimal_places": 2, "min_value": Decimal(0), "required": False}
ERRORS = {"min_value": "金额不能为负", "max_decimal_places": "金额最多两位小数"}
HINTS = {
    IncomeGroup.COSTS: "种苗、饲料、农资等生产投入，从收入中扣除",
    IncomeGroup.CLAIMS: "计入收入参考范围，不计入纯收入",
    IncomeGroup.SELF_PAY: "报销、补助之后由本户承担的合规刚性支出",
    IncomeGroup.NOT_COUNTED: "一次性或专项资金，只作记录，不参加计算",
}


@dataclass(frozen=True)
class Section:
    """A group as the page shows it: its sub-items, its total where there are none, and what they add up to now."""

    group: IncomeGroup
    total: BoundField
    items: list[BoundField]
    amount: Decimal

    @property
    def hint(self) -> str:
        return HINTS.get(self.group, "")

    @property
    def is_open(self) -> bool:
        return any(item.value() not in (None, "") or item.errors for item in self.items)


class IncomeForm(forms.Form):
    """``income`` is the row that is corrected: its kind and period stand fast. Without it they are asked."""

    kind = forms.ChoiceField(label="处理类型", choices=PeriodKind.choices, widget=forms.RadioSelect)
    year = forms.TypedChoiceField(label="年度", coerce=int, empty_value=None, required=False, choices=())
    since = forms.CharField(
        label="起始月份",
        required=False,
        max_length=7,
        help_text="识别时、消除时填写：往后连续 12 个月。例如 2021年5月开始识别的，填 2020-05",
        widget=forms.TextInput(attrs={"placeholder": "2020-05", "inputmode": "numeric"}),
    )
    persons = forms.IntegerField(label="计算人数", min_value=0, max_value=99)

    def __init__(self, *arguments, household: Household, income: Income | None = None, **options):
        super().__init__(*arguments, **options)
        self.income = income
        for group in IncomeGroup:
            self.fields[group.value] = _field(f"{group.label}合计", "只知道合计时填写；填了分项就由系统相加")
            for item in items_of(group):
                self.fields[item.slug] = _field(item.label)
        if income:
            for name in ("kind", "year", "since"):
                del self.fields[name]
            self.initial |= _initial(income)
        else:
            last = timezone.localdate().year
            self.fields["year"].choices = [
                ("", "请选择"),
                *((year, f"{year}年") for year in range(last, last - YEARS_BACK, -1)),
            ]
            self.initial |= {"kind": PeriodKind.YEAR, "persons": household.size}

    def clean_since(self) -> date | None:
        text = self.cleaned_data["since"]
        return parse_month(text) if text else None

    def clean(self):
        cleaned = super().clean()
        if "kind" in self.fields and "kind" in cleaned:
            needed = "year" if cleaned["kind"] == PeriodKind.YEAR else "since"
            if not cleaned.get(needed) and needed not in self.errors:
                self.add_error(needed, "请选择年度" if needed == "year" else "请填写起始月份")
        for group, amount in mismatches(self.items(), self.totals()).items():
            self.add_error(group.value, f"与分项之和 {amount:,.2f} 元不符：请改正，或清空合计由系统相加")
        return cleaned

    def period(self) -> dict[str, object]:
        """``kind`` and ``start`` as the verb wants them."""
        if self.income:
            return {"kind": self.income.kind, "start": self.income.start}
        kind = self.cleaned_data["kind"]
        is_year = kind == PeriodKind.YEAR
        return {
            "kind": kind,
            "start": date(self.cleaned_data["year"], 1, 1) if is_year else self.cleaned_data["since"],
        }

    def items(self) -> dict[str, Decimal]:
        return {item.slug: amount for item in ITEMS if (amount := self._given(item.slug)) is not None}

    def totals(self) -> dict[IncomeGroup, Decimal]:
        return {group: amount for group in IncomeGroup if (amount := self._given(group.value)) is not None}

    def reckoning(self) -> Reckoning:
        """The sums of what stands in the form now, as far as it is valid."""
        persons = self.cleaned_data.get("persons") if self.is_bound else self.initial["persons"]
        return reckon(totals_of(self.items(), self.totals()), persons or 0)

    def sections(self) -> Iterator[Section]:
        totals = self.reckoning().totals
        for group in IncomeGroup:
            yield Section(group, self[group.value], [self[item.slug] for item in items_of(group)], totals[group])

    def _given(self, name: str) -> Decimal | None:
        return self.cleaned_data.get(name) if self.is_bound else self.initial.get(name)


def _field(label: str, hint: str = "") -> forms.DecimalField:
    widget = forms.NumberInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
    return forms.DecimalField(label=label, help_text=hint, widget=widget, error_messages=ERRORS, **FIGURES)


def _initial(income: Income) -> dict[str, object]:
    items = income.amounts
    counted = {item.group for item in ITEMS if item.slug in items}
    totals = {group.value: amount for group, amount in income.totals.items() if amount and group not in counted}
    return {"persons": income.persons, "since": month_text(income.start), **totals, **items}
