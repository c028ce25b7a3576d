"""The household list and the search."""

from urllib.parse import urlencode

from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from fangpin.accounts.guards import needs
from fangpin.accounts.scope import reach_of
from fangpin.audit.trail import record
from fangpin.divisions.rights import Right
from fangpin.masking import mask_phone
from fangpin.web import ListColumn, list_page
from households.browsing import TABS, narrowed, token_of
from households.filters import HouseholdFilter
from households.forms import SearchForm
from households.models import Household
from households.search import LIMIT, find

readers = needs(Right.VIEW_REGISTER)

COLUMNS = (
    ListColumn(
        "head",
        "户主",
        lambda row: row.head_name or "（无户主）",
        sort="head_name",
        sub="number",
        export_value="head_name",
    ),
    ListColumn("number", "户编号", "number", sort="number", page=False),
    ListColumn(
        "category",
        "监测对象类别",
        "get_category_display",
        sort="category",
        tone=lambda row: "amber" if row.category else None,
    ),
    ListColumn("township", "乡镇", "village.parent.name", page=False),
    ListColumn(
        "village", "行政村", "village.name", sort=("village_id", "number"), sub=lambda row: row.village.parent.name
    ),
    ListColumn("hamlet", "自然村（屯）", "hamlet"),
    ListColumn("size", "人口", "size", sort="size", right=True),
    ListColumn("kind", "户类型", "get_kind_display", sort="kind"),
    ListColumn("phone", "户联系电话", lambda row: mask_phone(row.phone)),
)


@readers
@require_safe
def household_list(request):
    key = next((key for key, *_ in TABS if key == request.GET.get("tab")), "")
    url, came = reverse("household_list"), urlencode({"from": _token(request)})
    tabs = [
        {"label": label, "url": f"{url}?tab={tab}" if tab else url, "current": tab == key} for tab, label, _ in TABS
    ]
    households = Household.objects.reachable_by(request.user, Right.VIEW_REGISTER).with_place()
    asked = {name: request.GET[name] for name in ("tab", *HouseholdFilter.base_filters) if request.GET.get(name)}
    narrowest = asked.get("village") or asked.get("township")
    places = [narrowest] if narrowest else list(reach_of(request.user, Right.VIEW_REGISTER))
    return list_page(
        request,
        "households/list.html",
        {"tabs": tabs},
        queryset=narrowed(households, key),
        columns=COLUMNS,
        title="农户名册",
        filterset=HouseholdFilter,
        default_sort="village",
        export_name="农户名册",
        on_export=lambda count, **why: record(
            request.user, "register.exported", Household(pk=None), rows=count, filters=asked, divisions=places, **why
        ),
        row_url=lambda row: f"{reverse('household_detail', args=[row.pk])}?{came}",
        empty="名册里还没有农户。县办导入全国系统导出的名册后，这里列出您负责范围内的农户",
    )


def _token(request) -> str:
    """What the rows' links carry so that the household's page finds its neighbours in this list."""
    orders = {column.key: column.sort for column in COLUMNS if column.sort}
    sort = request.GET.get("sort", "")
    sort = sort if sort.removeprefix("-") in orders else "village"
    lookups = orders[sort.removeprefix("-")]
    return token_of(request, sort, (lookups,) if isinstance(lookups, str) else lookups)


@readers
@require_http_methods(["GET", "HEAD", "POST"])
def household_search(request):
    """The term comes by POST and is answered at once: it stands in no address and in no log."""
    form = SearchForm(request.POST if request.method == "POST" else None)
    found = None
    if form.is_bound and form.is_valid():
        found = find(request.user, form.cleaned_data["q"])
        kinds = [group.title for group in found.groups]
        record(request.user, "household.searched", Household(pk=None), kinds=kinds, found=found.count)
    return render(request, "households/search.html", {"form": form, "found": found, "limit": LIMIT})
