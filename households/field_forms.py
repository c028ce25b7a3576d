"""The form of one group of fields (households.fields): a control for each kind, canonical values out of it."""

from typing import Any

from django import forms
from django.utils import timezone

from households.events.writing import version_of
from households.fields import fields_of
from households.models import Household
from households.values import NO, YES, Field, Group, Kind, NotReadable, bounds, plain, read, value_of

_DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
_LONGEST = 100


class EventForm(forms.Form):
    """What every entry in the register says: the day, why, and which state of the household its writer saw."""

    on = forms.DateField(
        label="变动日期",
        widget=_DAY,
        initial=timezone.localdate,
        error_messages={"invalid": "日期写法不对，请写成 2021-06-03 这样的年-月-日"},
    )
    reason = forms.CharField(
        label="说明", max_length=200, required=False, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    seen = forms.CharField(widget=forms.HiddenInput, max_length=40, required=False)

    def __init__(self, *arguments, household: Household, **options):
        super().__init__(*arguments, **options)
        self.household = household
        self.fields["seen"].initial = version_of(household)

    def clean_on(self):
        day = self.cleaned_data["on"]
        if day > timezone.localdate():
            raise forms.ValidationError("变动日期不能晚于今天")
        return day

    def common(self) -> dict[str, Any]:
        """Arguments that every verb takes."""
        return {name: self.cleaned_data[name] for name in ("on", "reason", "seen")}

    def to_the_end(self, *names: str) -> None:
        self.order_fields([name for name in self.fields if name not in names] + list(names))


class CorrectionForm(EventForm):
    """The fields of ``group`` with what ``row`` (a household or a member) says now; ``values()`` is what was changed."""

    def __init__(self, *arguments, row, group: Group, masked: dict[str, str], **options):
        super().__init__(*arguments, **options)
        self.row, self.group = row, group
        self.editable = [field for field in fields_of(group) if field.by_hand]
        for field in self.editable:
            self.fields[field.key] = _control(field, row, masked.get(field.key, ""))
            self.initial.setdefault(field.key, _initial(field, row))
        self.fields["on"].label = "更正日期"
        self.fields["reason"].label, self.fields["reason"].required = "更正原因", True
        self.fields["reason"].error_messages["required"] = "请写明更正的原因，例如：入户核对户口簿"
        self.to_the_end("on", "reason", "seen")

    def values(self) -> dict[str, str]:
        """Canonical values of the fields that the clerk changed."""
        found = {field.key: _canonical(field, self.cleaned_data[field.key]) for field in self.editable}
        return {key: value for key, value in found.items() if key in self.changed_data and self._says(key, value)}

    def _says(self, key: str, value: str) -> bool:
        """A sealed field that is left empty stays as it is."""
        return bool(value) or not any(field.key == key and field.sealed for field in self.editable)


def _initial(field: Field, row) -> object:
    if field.sealed:
        return ""
    value = value_of(row, field)
    return value.split(",") if field.kind == Kind.MULTI else value


def _canonical(field: Field, value) -> str:
    if value is None:
        return ""
    if field.kind == Kind.MULTI:
        return ",".join(value)
    if field.kind in (Kind.NUMBER, Kind.YEAR):
        return plain(value)
    return value.isoformat() if field.kind == Kind.DATE else value


def _control(field: Field, row, masked: str) -> forms.Field:
    common: dict[str, Any] = {"label": field.label, "required": field.key == "name"}
    if field.unit:
        common["label"] = f"{field.label}（{field.unit}）"
    if field.kind in (Kind.NUMBER, Kind.YEAR):
        limits = {
            "min_value": field.low,
            "max_value": field.high,
            "decimal_places": 2 if field.kind == Kind.NUMBER else 0,
        }
        return forms.DecimalField(**common, **limits, error_messages=_limits(field), widget=_number())
    if field.kind == Kind.DATE:
        return forms.DateField(**common, widget=_DAY)
    if field.kind == Kind.MONTH:
        return _MonthField(field, **common)
    if field.kind == Kind.BOOL:
        return forms.ChoiceField(**common, choices=[("", "未填写"), (YES, "是"), (NO, "否")], widget=forms.RadioSelect)
    if field.kind == Kind.CHOICE:
        return forms.ChoiceField(**common, choices=[("", "未填写"), *field.codes.choices, *_as_imported(field, row)])
    if field.kind == Kind.MULTI:
        choices = [*field.codes.choices, *_as_imported(field, row)]
        return forms.MultipleChoiceField(**common, choices=choices, widget=forms.CheckboxSelectMultiple)
    if field.sealed:
        common["help_text"] = f"现在是 {masked}。不改请留空" if masked else "现在没有填写"
    longest = row._meta.get_field(field.column).max_length if field.column and not field.sealed else _LONGEST
    return forms.CharField(**common, max_length=longest, widget=forms.TextInput(attrs={"autocomplete": "off"}))


def _number() -> forms.TextInput:
    return forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})


def _limits(field: Field) -> dict[str, str]:
    return {"min_value": bounds(field), "max_value": bounds(field), "invalid": f"{field.label}请填数字"}


def _as_imported(field: Field, row) -> list[tuple[str, str]]:
    """What a file wrote and no dictionary knows stays to be chosen, so that saving the form does not lose it."""
    known = field.codes.labels
    return [(text, f"{text}（名册原文）") for text in value_of(row, field).split(",") if text and text not in known]


class _MonthField(forms.CharField):
    def __init__(self, field: Field, **options):
        self.of = field
        widget = forms.TextInput(attrs={"type": "month", "placeholder": "2021-05"})
        super().__init__(max_length=20, widget=widget, **options)

    def clean(self, value):
        try:
            return read(self.of, super().clean(value))
        except NotReadable as error:
            raise forms.ValidationError(str(error)) from error
