"""谁看过这户, for the county office and the township's leader: everybody sees by it that looking leaves a trace."""

import django_filters
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from fangpin.accounts.guards import needs
from fangpin.audit.labels import ACTIONS
from fangpin.audit.models import Entry
from fangpin.audit.trail import record
from fangpin.divisions.rights import Right
from fangpin.web import ListColumn, list_page
from households.access import LOOKS, looks_at, posted, what
from households.models import Household


class LookFilter(django_filters.FilterSet):
    action = django_filters.ChoiceFilter(label="操作", choices=[(action, ACTIONS[action]) for action in LOOKS])

    class Meta:
        model = Entry
        fields = ()


@needs(Right.VIEW_ACCESS)
@require_safe
def household_access(request, pk):
    households = Household.objects.reachable_by(request.user, Right.VIEW_ACCESS)
    household = get_object_or_404(households.with_place(), pk=pk)
    names = {str(key): name for key, name in household.members.values_list("pk", "name")}
    return list_page(
        request,
        "households/access/list.html",
        {"household": household},
        queryset=looks_at(household),
        columns=_columns(names),
        title=f"谁看过{household}",
        filterset=LookFilter,
        unit="次",
        export_name="谁看过这户",
        on_export=lambda count, **why: record(request.user, "household.access_exported", household, rows=count, **why),
        empty="还没有人看过这一户",
    )


def _columns(names):
    return (
        ListColumn("by", "谁", lambda entry: entry.by or "系统", sort="by__name", sub=posted),
        ListColumn("post", "岗位", posted, page=False),
        ListColumn("at", "时间", "at", sort="id"),
        ListColumn("action", "操作", lambda entry: ACTIONS.get(entry.action, entry.action), sort="action"),
        ListColumn("what", "内容", lambda entry: what(entry, names)),
        ListColumn("why", "原因", lambda entry: entry.detail.get("reason", ""), wide=True),
    )
