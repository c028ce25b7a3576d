"""Filters of the review queue."""

import django_filters

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
        found = set(self.queryset.order_by().values_list("extract__period", "extract__list_code", "method").distinct())
        months, lists, methods = ({row[place] for row in found} for place in range(3))
        lists |= {self.data.get("list_code")} & FORMATS.keys()
        methods |= {self.data.get("method")} & METHODS.keys()
        self.filters["period"].extra["choices"] = month_choices(months, self.data.get("period"))
        self.filters["list_code"].extra["choices"] = [(code, f"{code} {FORMATS[code].name}") for code in sorted(lists)]
        self.filters["method"].extra["choices"] = [(method, method_label(method)) for method in sorted(methods)]

    def in_month(self, matches, name, value):
        return matches.filter(extract__period=f"{value}-01")
