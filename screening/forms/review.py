"""Filters of the review queue and of what was decided in it, and the forms of its acts."""

from collections import Counter

import django_filters
from django import forms
from django.db.models import Count, QuerySet

from fangpin.divisions.models import Level
from screening.choices import MatchState
from screening.extracts.formats import FORMATS
from screening.forms.months import month_choices
from screening.matching.wording import KINDS, METHODS, OTHER_KIND, method_label
from screening.models import RowMatch, Ruling


class ReviewFilter(django_filters.FilterSet):
    period = django_filters.ChoiceFilter(label="月份", method="in_month", choices=lambda: ())
    list_code = django_filters.ChoiceFilter(label="名单", field_name="extract__list_code", choices=lambda: ())
    method = django_filters.ChoiceFilter(label="情形", choices=lambda: ())

    class Meta:
        model = RowMatch
        fields = ()

    def __init__(self, *arguments, **options):
        """What is chosen stays a choice when the last row of it has been decided."""
        super().__init__(*arguments, **options)
        months, lists, methods = set(), Counter(), Counter()
        rows = (
            self.queryset.order_by()
            .values_list("extract__period", "extract__list_code", "method")
            .annotate(n=Count("*"))
        )
        for month, list_code, method, count in rows:
            months.add(month)
            lists[list_code] += count
            methods[method] += count
        lists.update(dict.fromkeys({self.data.get("list_code")} & FORMATS.keys(), 0))
        methods.update(dict.fromkeys({self.data.get("method")} & METHODS.keys(), 0))
        self.filters["period"].extra["choices"] = month_choices(months, self.data.get("period"))
        self.filters["list_code"].extra["choices"] = [
            (code, f"{code} {FORMATS[code].name}（{lists[code]:,}）") for code in sorted(lists)
        ]
        self.filters["method"].extra["choices"] = [
            (method, f"{method_label(method)}（{count:,}）") for method, count in methods.most_common()
        ]

    def in_month(self, matches, name, value):
        return matches.filter(extract__period=f"{value}-01")


FIRST = "first"  # the tab of rows that would change a clue
TABS = {FIRST: "会改变线索"} | {kind: label for kind, (label, _) in KINDS.items()} | dict([OTHER_KIND])
_NAMED = [method for _, methods in KINDS.values() for method in methods]


def in_tab(waiting: QuerySet[RowMatch], tab: str) -> QuerySet[RowMatch]:
    """The rows of one tab of the queue; all of them for a tab that does not exist."""
    if tab == FIRST:
        return waiting.filter(would_change=True)
    if tab in KINDS:
        return waiting.filter(method__in=KINDS[tab][1])
    return waiting.exclude(method__in=_NAMED) if tab == OTHER_KIND[0] else waiting


class RulingFilter(django_filters.FilterSet):
    standing = django_filters.ChoiceFilter(
        label="状态", method="by_standing", choices=[("yes", "有效"), ("no", "已撤回")]
    )
    same = django_filters.ChoiceFilter(
        label="判定", field_name="same", choices=[("True", "是此人"), ("False", "不是此人")]
    )

    class Meta:
        model = Ruling
        fields = ()

    def by_standing(self, rulings, name, value):
        return rulings.filter(taken_back_at__isnull=value == "yes")


class MatchFilter(django_filters.FilterSet):
    """Of the rows of one file."""

    state = django_filters.ChoiceFilter(label="结果", choices=MatchState.choices)
    method = django_filters.ChoiceFilter(label="情形", choices=sorted(METHODS.items()))

    class Meta:
        model = RowMatch
        fields = ()


class CorrectForm(forms.Form):
    """Whom the row really is, of the people that were considered, and why."""

    person = forms.ChoiceField(label="这一行其实是谁", widget=forms.RadioSelect)
    reason = forms.CharField(label="更正原因", max_length=200, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *arguments, people=(), **options):
        super().__init__(*arguments, **options)
        self.people = {str(person.pk): person for person in people}
        named = [(pk, f"{person.name}（{_home(person)}）") for pk, person in self.people.items()]
        self.fields["person"].choices = [*named, ("nobody", "都不是，名册中没有这个人")]

    def chosen(self):
        return self.people.get(self.cleaned_data["person"])


def _home(person) -> str:
    return f"{person.household.village.name}{person.household.hamlet}，户主 {person.household.head_name}"


class PlaceForm(forms.Form):
    """Which division a spelling means."""

    division = forms.ChoiceField(label="所指的乡镇或村")

    def __init__(self, *arguments, divisions=(), **options):
        """divisions: townships and villages of the county in the order of their codes."""
        super().__init__(*arguments, **options)
        self.divisions = {division.code: division for division in divisions}
        townships = [division for division in divisions if division.level == Level.TOWNSHIP]
        self.fields["division"].choices = [("", "请选择")] + [
            (town.name, [(town.code, f"{town.name}（只到乡镇）"), *self._villages(town)]) for town in townships
        ]

    def _villages(self, town):
        return [(code, one.name) for code, one in self.divisions.items() if one.parent_id == town.code]

    def chosen(self):
        return self.divisions[self.cleaned_data["division"]]
