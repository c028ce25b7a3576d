"""操作留痕: who did what, for the system administrator. Entries hold codes, numbers and reasons, never personal data."""

from datetime import date, datetime, time, timedelta

import django_filters
from django import forms
from django.apps import apps
from django.db.models import Q
from django.utils import timezone
from django.views.decorators.http import require_safe

from fangpin.accounts.guards import needs
from fangpin.accounts.models import User
from fangpin.accounts.postings import accounts_of
from fangpin.accounts.roles import Role
from fangpin.audit.labels import ACTIONS, DETAILS
from fangpin.audit.models import Entry, Seal
from fangpin.audit.trail import broken_seal, record
from fangpin.divisions.rights import Right
from fangpin.web import ListColumn, list_page

SEALS_CHECKED = 5
_DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class EntryFilter(django_filters.FilterSet):
    by = django_filters.ModelChoiceFilter(label="经办人", queryset=User.objects.none())
    action = django_filters.ChoiceFilter(label="操作", choices=list(ACTIONS.items()))
    first = django_filters.DateFilter(label="自", method="from_day", widget=_DAY)
    last = django_filters.DateFilter(label="至", method="to_day", widget=_DAY)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.filters["by"].queryset = accounts_of(self.request.user, Right.VIEW_AUDIT).order_by("name", "pk")

    def from_day(self, queryset, name, value):
        return queryset.filter(at__gte=_midnight(value))

    def to_day(self, queryset, name, value):
        return queryset.filter(at__lt=_midnight(value + timedelta(days=1)))


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def target_text(entry: Entry) -> str:
    """对象: what kind of thing and which one."""
    try:
        kind = str(apps.get_model(entry.target_type)._meta.verbose_name)
    except (LookupError, ValueError):  # a model that a later version dropped
        kind = entry.target_type
    return f"{kind} {entry.target_id}".strip()


def detail_text(detail: dict) -> str:
    """内容 in words: "岗位：县办经办；区划：450321"."""
    return "；".join(
        f"{DETAILS.get(name, name)}：{_value(value)}" for name, value in detail.items() if value is not None
    )


def _value(value) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list):
        return "、".join(map(_value, value))
    return Role(value).label if value in Role.values else str(value)


COLUMNS = (
    ListColumn("at", "时间", "at", sort="at"),
    ListColumn("by", "经办人", lambda entry: entry.by or "系统", sub="by.username", sort="by__name"),
    ListColumn("action", "操作", lambda entry: ACTIONS.get(entry.action, entry.action), sort="action"),
    ListColumn("target", "对象", target_text),
    ListColumn("detail", "内容", lambda entry: detail_text(entry.detail), wide=True),
)


@needs(Right.VIEW_AUDIT)
@require_safe
def audit_list(request):
    mine = accounts_of(request.user, Right.VIEW_AUDIT)
    return list_page(
        request,
        "desk/audit.html",
        {"broken": broken_seal(last=SEALS_CHECKED), "last_seal": Seal.objects.last()},
        queryset=Entry.objects.filter(Q(by=None) | Q(by__in=mine)).select_related("by"),
        filterset=EntryFilter,
        columns=COLUMNS,
        default_sort="-at",
        unit="条",
        title="操作留痕",
        export_name="操作留痕",
        personal=False,
        on_export=lambda count: record(request.user, "audit.exported", Entry(), count=count),
        empty="还没有操作记录",
    )
