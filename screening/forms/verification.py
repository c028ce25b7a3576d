"""Filters of tasks and of the watch list, and the forms of the township's and the county's acts."""

import django_filters
from django import forms

from fangpin.periods import this_day
from households.filters import PlaceFilter
from screening.choices import Grade, Risk, WatchLevel
from screening.forms.rounds import SeenForm
from screening.models import VerificationTask, WatchItem

DUE, LEFT = "due", "left"
STATUSES = {"active": "观察中", DUE: "核查到期", LEFT: "已移出"}


class TaskFilter(PlaceFilter):
    grade = django_filters.ChoiceFilter(label="级别", choices=Grade.choices)
    late = django_filters.BooleanFilter(label="只看超期", method="only_late", widget=forms.CheckboxInput)

    class Meta:
        model = VerificationTask
        fields = ()

    def only_late(self, tasks, name, value):
        return tasks.overdue(this_day()) if value else tasks


class WatchFilter(PlaceFilter):
    place = "household__village__code"
    level = django_filters.ChoiceFilter(label="观察级别", choices=WatchLevel.choices)
    risk = django_filters.ChoiceFilter(label="风险", choices=Risk.choices)
    status = django_filters.ChoiceFilter(label="状态", method="in_status", choices=list(STATUSES.items()))

    class Meta:
        model = WatchItem
        fields = ()

    def in_status(self, items, name, value):
        if value == LEFT:
            return items.exclude(left_on=None)
        return items.active().filter(next_check_on__lte=this_day()) if value == DUE else items.active()


class OpinionForm(SeenForm):
    note = forms.CharField(label="意见", required=False, max_length=300, widget=forms.Textarea(attrs={"rows": 3}))


class CloseManyForm(forms.Form):
    """``chosen``: "task:version" of each task that the question was about, so that nothing is closed that changed since."""

    note = OpinionForm.base_fields["note"]
    chosen = forms.CharField(widget=forms.HiddenInput)
