"""Filters of a comparison's items and of what came of them, and the forms of the county's acts."""

import django_filters
from django import forms

from fangpin.divisions.models import Division, Level
from fangpin.divisions.rights import Right
from fangpin.periods import this_day
from screening.choices import ComparisonClass, Grade, Risk, TaskState
from screening.extracts.formats import FORMATS
from screening.forms.clue import places_within
from screening.models import Clue, ComparisonItem, Round, VerificationTask
from screening.rounds.looking import Progress, in_progress


class ItemFilter(django_filters.FilterSet):
    cls = django_filters.ChoiceFilter(
        label="类别", choices=[(cls, f"{cls} {label}") for cls, label in ComparisonClass.choices]
    )
    place = django_filters.ChoiceFilter(label="乡镇", method="in_place", choices=lambda: ())
    risk = django_filters.ChoiceFilter(label="风险", choices=Risk.choices, method="with_risk")
    grade = django_filters.ChoiceFilter(label="级别", choices=Grade.choices)
    progress = django_filters.ChoiceFilter(label="状态", choices=Progress.choices, method="that_far")
    moved = django_filters.ChoiceFilter(label="变动", choices=[("yes", "与上次不同")], method="that_moved")

    class Meta:
        model = ComparisonItem
        fields = ()

    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        self.filters["place"].extra["choices"] = places_within(self.request.user, Right.RUN_ROUND)

    def in_place(self, items, name, value):
        return items.filter(village__code__startswith=value)

    def with_risk(self, items, name, value):
        return items.filter(risks__contains=[value])

    def that_far(self, items, name, value):
        return in_progress(items, value, this_day())

    def that_moved(self, items, name, value):
        return items.exclude(moved_why="")


class DoubtFilter(django_filters.FilterSet):
    department = django_filters.ChoiceFilter(label="部门", field_name="extract__department", choices=lambda: ())

    class Meta:
        model = ComparisonItem
        fields = ()

    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        found = self.queryset.order_by().values_list("extract__department", "extract__department__name").distinct()
        self.filters["department"].extra["choices"] = sorted(found)


class _RoundFilter(django_filters.FilterSet):
    """Both ledgers: one round, one township."""

    round = django_filters.ModelChoiceFilter(label="轮次", queryset=lambda request: _rounds(request))
    place = django_filters.ChoiceFilter(label="乡镇", method="in_place", choices=lambda: ())

    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        self.filters["place"].extra["choices"] = places_within(self.request.user, Right.RUN_ROUND)

    def in_place(self, rows, name, value):
        return rows.filter(village__code__startswith=value)


def _rounds(request):
    return Round.objects.reachable_by(request.user, Right.RUN_ROUND)


class OnlineLedgerFilter(_RoundFilter):
    round = django_filters.ModelChoiceFilter(
        label="轮次", queryset=lambda request: _rounds(request), method="of_round"
    )
    list_code = django_filters.ChoiceFilter(
        label="名单",
        field_name="extract__list_code",
        choices=[(code, f"{code} {fmt.name}") for code, fmt in FORMATS.items()],
    )
    risk = django_filters.ChoiceFilter(label="风险", choices=Risk.choices)

    class Meta:
        model = Clue
        fields = ()

    def of_round(self, clues, name, value):
        return clues.filter(period=value.period, village__parent__in=value.townships.all())


class DifferenceLedgerFilter(_RoundFilter):
    cls = django_filters.ChoiceFilter(
        label="类别",
        field_name="item__cls",
        choices=[(cls, f"{cls} {label}") for cls, label in ComparisonClass.choices],
    )
    state = django_filters.ChoiceFilter(label="状态", choices=TaskState.choices)

    class Meta:
        model = VerificationTask
        fields = ()


class CompareForm(forms.Form):
    submitted = forms.BooleanField(
        label="村级已上报、县办还没有通过的线下名单也参加比对",
        required=False,
        help_text="不勾选时只比对县办已经通过的名单",
    )


class ReasonForm(forms.Form):
    reason = forms.CharField(label="原因", max_length=200, widget=forms.Textarea({"rows": 3}))
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)


class ReassignForm(ReasonForm):
    village = forms.ModelChoiceField(label="改派到", queryset=Division.objects.none())
    field_order = ("village", "reason", "version")

    def __init__(self, *arguments, county: str, **options):
        super().__init__(*arguments, **options)
        field = self.fields["village"]
        field.queryset = Division.objects.under(county).filter(level=Level.VILLAGE).select_related("parent")
        field.label_from_instance = lambda village: f"{village.parent.name} {village.name}"


class SendForm(forms.Form):
    """What was chosen travels with the question, so that it is answered for the same rows."""

    note = forms.CharField(
        label="核实要求",
        max_length=200,
        required=False,
        help_text="会原样显示在村级核实单上",
        widget=forms.Textarea({"rows": 3}),
    )
    chosen = forms.CharField(widget=forms.HiddenInput, required=False)
    whole = forms.BooleanField(widget=forms.HiddenInput, required=False)
    count = forms.IntegerField(widget=forms.HiddenInput)
    sure = forms.BooleanField(widget=forms.HiddenInput, initial=True)
