"""Filters of the ledgers that all levels see, and of what departments are told."""

import django_filters
from django import forms

from fangpin.approvals.routes import Stage
from fangpin.divisions.rights import Right
from households.filters import PlaceFilter
from screening.choices import ComparisonClass, Judgement, Outcome
from screening.extracts.formats import DEPARTMENTS, FORMATS
from screening.forms.months import month_choices
from screening.models import Clue, DepartmentMonth, Extract, OfflineEntry, Round

WITH_VILLAGE = "village_draft"
UNSIGNED = "unsigned"
GIVEN = {"yes": "已反馈", "no": "未反馈", UNSIGNED: "已反馈，待签收"}


class OfflineLedgerFilter(PlaceFilter):
    place = "offline_list__village__code"
    round = django_filters.ModelChoiceFilter(
        label="轮次",
        field_name="offline_list__round",
        queryset=lambda request: Round.objects.around(request.user, Right.VIEW_CLUES),
    )
    judgement = django_filters.ChoiceFilter(label="拟纳入类别", choices=Judgement.choices)
    cls = django_filters.ChoiceFilter(
        label="比对类别", choices=[(cls, f"{cls} {label}") for cls, label in ComparisonClass.choices]
    )
    stage = django_filters.ChoiceFilter(
        label="审核", method="at_stage", choices=[(WITH_VILLAGE, "村级未上报"), *Stage.choices]
    )
    field_order = ("round", "township", "village", "judgement", "cls", "stage")

    class Meta:
        model = OfflineEntry
        fields = ()

    def at_stage(self, entries, name, value):
        return entries.filter(offline_list__approval__stage=None if value == WITH_VILLAGE else value)


class MonthFilter(django_filters.FilterSet):
    """Months and departments among the rows that are there."""

    period = django_filters.ChoiceFilter(label="月份", method="in_month", choices=lambda: ())
    department = django_filters.ChoiceFilter(label="部门", choices=list(DEPARTMENTS.items()))

    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        months = self.queryset.order_by().values_list("period", flat=True).distinct()
        self.filters["period"].extra["choices"] = month_choices(months, self.data.get("period"))

    def in_month(self, rows, name, value):
        return rows.filter(period=f"{value}-01")


class MonthLedgerFilter(MonthFilter):
    late = django_filters.ChoiceFilter(label="逾期", method="is_late", choices=[("yes", "逾期"), ("no", "按期")])
    given = django_filters.ChoiceFilter(label="反馈", method="is_given", choices=list(GIVEN.items()))

    class Meta:
        model = DepartmentMonth
        fields = ()

    def is_late(self, months, name, value):
        return months.filter(late=value == "yes")

    def is_given(self, months, name, value):
        if value == UNSIGNED:
            return months.filter(given_on__isnull=False, received_at=None)
        return months.filter(given_on__isnull=value == "no")


class ReturnFilter(MonthFilter):
    list_code = django_filters.ChoiceFilter(
        label="名单", choices=[(code, f"{code} {fmt.name}") for code, fmt in FORMATS.items()]
    )

    class Meta:
        model = Extract
        fields = ()


class ReturnedFilter(django_filters.FilterSet):
    """The clues of one list: by what became of each and by township."""

    outcome = django_filters.ChoiceFilter(label="结果", choices=Outcome.choices)
    township = django_filters.ChoiceFilter(label="乡镇", field_name="village__parent", choices=lambda: ())

    class Meta:
        model = Clue
        fields = ()

    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        places = self.queryset.order_by().values_list("village__parent", "village__parent__name").distinct()
        self.filters["township"].extra["choices"] = sorted(places)


class GiveForm(forms.Form):
    note = forms.CharField(
        label="说明",
        max_length=200,
        required=False,
        help_text="会原样显示给部门",
        widget=forms.Textarea({"rows": 3}),
    )
