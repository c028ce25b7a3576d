"""The filter form of a list: its controls, what is switched on, what does not validate.

``filters`` is always a bound django-filter FilterSet, or None for a list without filters.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest

from fangpin.web.values import address_with, shown


@dataclass(frozen=True)
class Chip:
    label: str
    text: str
    remove: str


@dataclass(frozen=True)
class Control:
    kind: str  # the widget: "text", "select", "checkbox", "date" …
    label: str
    html: str


def names_of(filters) -> list[str]:
    """Every query parameter that belongs to the filters; a date range has two."""
    if filters is None:
        return []
    return [name for key, field in filters.form.fields.items() for name in _parameters(key, field.widget)]


def _parameters(name: str, widget: forms.Widget) -> list[str]:
    suffixes = getattr(widget, "suffixes", None)  # django-filter's ranges: name_after, name_before
    if suffixes:
        return [f"{name}_{suffix}" if suffix else name for suffix in suffixes]
    return [f"{name}{suffix}" for suffix in getattr(widget, "widgets_names", [""])]


def carried_by(request: HttpRequest, filters) -> list[tuple[str, str]]:
    """Parameters that a filter form sends along: the sort, a tab; not the page, a filtered list begins at its top."""
    own = {*names_of(filters), "page", "export"}
    return [(name, value) for name, values in request.GET.lists() if name not in own for value in values]


def controls_of(filters) -> list[Control]:
    """The filter form's controls, each named by aria-label, the empty choice by what it leaves open ("全部乡镇")."""
    controls = []
    for name, field in filters.form.fields.items():
        bound = filters.form[name]
        if getattr(field, "empty_label", None) is not None:
            field.empty_label = f"全部{bound.label}"
            field.widget.choices = field.choices
        attrs = {"aria-label": bound.label}
        if bound.widget_type == "text":
            attrs |= {
                "placeholder": bound.help_text or bound.label,
                "data-find-in": "",
                "autocomplete": "off",
            }
        controls.append(Control(bound.widget_type, bound.label, bound.as_widget(attrs=attrs)))
    return controls


def chips_of(request: HttpRequest, filters) -> list[Chip]:
    """What is switched on, each with the address that switches it off."""
    values = filters.form.cleaned_data if filters.is_valid() else {}
    chips = []
    for name, value in values.items():
        text = _filter_text(filters.form.fields[name], value)
        if text:
            off = dict.fromkeys(_parameters(name, filters.form.fields[name].widget))
            chips.append(Chip(filters.form[name].label, text, address_with(request, **off, page=None)))
    return chips


def _filter_text(field: forms.Field, value: object) -> str:
    if value is None or value == "" or value is False:
        return ""
    if isinstance(value, slice):
        return f"{_filter_text(field, value.start) or '…'} 至 {_filter_text(field, value.stop) or '…'}"
    if isinstance(value, list | tuple | set | QuerySet):
        return "、".join(_filter_text(field, one) for one in value)
    if isinstance(field, forms.ChoiceField) and not isinstance(field, forms.ModelChoiceField):
        return next(
            (str(label) for key, label in _flat(field.choices) if str(key) == str(value)),
            str(value),
        )
    return shown(value)


def _flat(choices: Iterable) -> Iterator[tuple[object, object]]:
    for key, label in choices:
        if isinstance(label, list | tuple):
            yield from label
        else:
            yield key, label


def errors_of(filters) -> list[str]:
    if filters is None or filters.is_valid():
        return []
    form = filters.form
    return [
        f"{form[name].label if name in form.fields else '筛选'}：{text}"
        for name in form.errors
        for text in form.errors[name]
    ]
