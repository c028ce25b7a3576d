"""Forms of 列名对应: which column of the list each heading is."""

from itertools import chain

import django_filters
from django import forms

from screening.extracts.formats import FORMATS, map_columns, normalise_header
from screening.extracts.heads import Head
from screening.extracts.layout import ListFormat
from screening.models import Layout

NOT_NEEDED = "不需要这一列"
_OF_THE_FORM = {"form": "layout"}  # the page has other forms between the controls


def chosen_rows(data) -> dict[int, int]:
    """``row_0=3`` of an address or a posted page: the heading row somebody pointed out for a sheet."""
    found = {name.removeprefix("row_"): data.get(name, "") for name in data if name.startswith("row_")}
    return {int(n): int(row) for n, row in found.items() if n.isdecimal() and row.isdecimal() and len(n + row) < 9}


class LayoutForm(forms.Form):
    """One select per heading of every head, the suggestion chosen; ``sections`` goes with the page."""

    def __init__(self, *arguments, heads: list[Head], fmt: ListFormat, **options):
        super().__init__(*arguments, **options)
        self.heads = heads
        choices = _choices(fmt)
        self.missing = [_missing(head, fmt) for head in heads]
        for head, missing in zip(heads, self.missing, strict=True):
            for at, heading in enumerate(head.headings):
                self.fields[f"column_{head.number}_{at}"] = forms.ChoiceField(
                    label=f"{heading.letter} 列“{heading.text}”对应到",
                    choices=choices,
                    required=False,
                    initial=heading.suggestion.key,
                    widget=forms.Select(attrs=_OF_THE_FORM),
                )
            self.fields[f"no_list_{head.number}"] = forms.BooleanField(
                label="这张工作表不是这份名单，不需要读取",
                required=False,
                initial=bool(missing) and not all(self.missing),
                widget=forms.CheckboxInput(attrs=_OF_THE_FORM),
            )

    @property
    def sections(self):
        """(head, labels of required columns that nothing is suggested for, [(heading, bound select)], bound checkbox) for the page."""
        for head, missing in zip(self.heads, self.missing, strict=True):
            selects = [self[f"column_{head.number}_{at}"] for at in range(len(head.headings))]
            yield head, missing, list(zip(head.headings, selects, strict=True)), self[f"no_list_{head.number}"]

    def layouts(self) -> list[dict[str, str]]:
        """Heading as written -> key, for each head; what no reader would take for a list needs no answer."""
        given = self.cleaned_data
        found = []
        for head in self.heads:
            no_list = given[f"no_list_{head.number}"]
            if head.recognised or not no_list:
                keys = ["" if no_list else given[f"column_{head.number}_{at}"] for at in range(len(head.headings))]
                found.append(dict(zip((heading.text for heading in head.headings), keys, strict=True)))
        return found


def _missing(head: Head, fmt: ListFormat) -> list[str]:
    keys = {normalise_header(heading.text): heading.suggestion.key for heading in head.headings}
    return map_columns([heading.text for heading in head.headings], fmt, keys).missing_labels


def _choices(fmt: ListFormat):
    must = {column.key for column in fmt.columns if column.required} | {*chain.from_iterable(fmt.required_any)}
    first = [(column.key, column.label) for column in fmt.columns if column.key in must]
    others = [(column.key, column.label) for column in fmt.columns if column.key not in must]
    return [("", NOT_NEEDED), ("要求的列", first), ("其他列", others)]


class LayoutFilter(django_filters.FilterSet):
    list_code = django_filters.ChoiceFilter(label="名单", choices=lambda: ())
    state = django_filters.ChoiceFilter(
        label="状态", method="in_state", choices=[("standing", "有效"), ("taken_back", "已撤回")]
    )

    class Meta:
        model = Layout
        fields = ()

    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        codes = sorted(self.queryset.order_by().values_list("list_code", flat=True).distinct())
        self.filters["list_code"].extra["choices"] = [(code, f"{code} {FORMATS[code].name}") for code in codes]

    def in_state(self, layouts, name, value):
        return layouts.standing() if value == "standing" else layouts.exclude(taken_back_at=None)
