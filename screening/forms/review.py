"""Filters of the review queue."""

from collections import Counter

import django_filters
from django.db.models import Count

from screening.extracts.formats import FORMATS
from screening.forms.months import month_choices
from screening.matching.wording import METHODS, method_label
from screening.models import RowMatch


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
