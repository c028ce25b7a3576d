"""The form of a new standard: one field per figure, prefilled from the standard in force."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from django import forms

from fangpin.policy.keys import META, Key
from fangpin.policy.models import Standard
from fangpin.policy.sections import DATE, SECTIONS, day_of
from fangpin.policy.standards import WHOLE, why_not


class StandardForm(forms.ModelForm):
    """``amounts`` prefills the figures; ``figures()`` gives those that were entered, by key."""

    class Meta:
        model = Standard
        fields = ["name", "document_number", "effective_from"]
        widgets = {"effective_from": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}

    def __init__(self, *args, amounts: Mapping[Key, Decimal], **kwargs):
        super().__init__(*args, **kwargs)
        for key in Key:
            self.fields[key.value] = _field(key, amounts.get(key))

    def clean(self):
        super().clean()
        if not any(key.value in self.errors for key in Key):
            for key, reason in why_not(self.figures()).items():
                self.add_error(key.value, reason)

    def figures(self) -> dict[Key, Decimal]:
        """Each figure as the standard stores it; a day as the number 20210601."""
        entered = ((key, self.cleaned_data[key.value]) for key in Key)
        return {key: Decimal(f"{value:%Y%m%d}") if isinstance(value, date) else value for key, value in entered}

    def sections(self):
        """(title, bound fields) as the page groups them."""
        return [(title, [self[key.value] for key in keys]) for title, keys in SECTIONS]


def _field(key: Key, amount: Decimal | None) -> forms.Field:
    info = META[key]
    if info.unit == DATE:
        widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        initial = day_of(amount) if amount is not None else None
        return forms.DateField(label=key.label, initial=initial, widget=widget, help_text=info.source)
    whole = info.unit in WHOLE
    return forms.DecimalField(
        label=f"{key.label}（{info.unit}）",
        initial=amount and Decimal(f"{amount.normalize():f}"),
        max_digits=12,
        decimal_places=0 if whole else 2,
        widget=forms.NumberInput(attrs={"inputmode": "numeric" if whole else "decimal"}),
        help_text=info.source,
    )
