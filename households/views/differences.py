"""名册差异: what an import would change or has changed, by village, by household, and field by field."""

import django_filters
from django.db.models import Count
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from fangpin.audit.trail import record
from fangpin.divisions.models import Division, Level
from fangpin.divisions.rights import Right
from fangpin.web import EMPTY, ListColumn, list_page
from households.filters import divisions_within
from households.models import Change, Difference, Household, ImportState
from households.views.imports import import_or_404, importers

HOME, PERSON = Change.Table.HOUSEHOLD, Change.Table.PERSON
NEW, CHANGED, GONE = Difference.Kind.NEW, Difference.Kind.CHANGED, Difference.Kind.GONE
# key of the tab, label, (table, kind)
TABS = (
    ("", "全部", None),
    ("new", "新增的人", (PERSON, NEW)),
    ("changed", "变化的人", (PERSON, CHANGED)),
    ("gone", "已不在名册的人", (PERSON, GONE)),
    ("home_new", "新增的户", (HOME, NEW)),
    ("home_changed", "变化的户", (HOME, CHANGED)),
)
# Where the check of the file has written down how many rows a tab has: a first import has 380,000, too many to count for each look.
COUNTED = {
    "new": "new", "changed": "changed", "gone": "gone", "home_new": "households_new", "home_changed": "households_changed",
}  # fmt: skip
TONES = {NEW: "green", CHANGED: "blue", GONE: "amber"}
NOTHING = "空"


def _told(row) -> str:
    """What changes, in one line."""
    return "；".join(f"{field}：{old or NOTHING} → {new or NOTHING}" for field, old, new in row.fields) or EMPTY


COLUMNS = (
    ListColumn("name", "姓名", lambda row: row.name or "（无户主）", sub="about"),
    ListColumn("kind", "差异", lambda row: f"{row.get_table_display()}{row.get_kind_display()}", tone=lambda row: TONES[row.kind]),
    ListColumn("number", "人编号", "number"),
    ListColumn("home", "户编号", "household_number"),
    ListColumn("village", "行政村", "village.name", sub="village.parent.name"),
    ListColumn("fields", "变化", _told, wide=True),
)  # fmt: skip


class DifferenceFilter(django_filters.FilterSet):
    township = django_filters.ChoiceFilter(label="乡镇", method="under", choices=())
    village = django_filters.ChoiceFilter(label="行政村", method="under", choices=())
    field = django_filters.ChoiceFilter(label="变化的栏目", method="changing", choices=())

    class Meta:
        model = Difference
        fields = ()

    def __init__(self, *arguments, register_import, **options):
        super().__init__(*arguments, **options)
        places = list(divisions_within(self.request.user, Right.IMPORT_REGISTER).under(register_import.county_id))
        towns = {place.pk: place.name for place in places if place.level == Level.TOWNSHIP}
        villages: dict[str, list] = {name: [] for name in towns.values()}
        for place in places:
            if place.level == Level.VILLAGE:
                villages[towns[place.parent_id]].append((place.pk, place.name))
        labels = register_import.counts.get("household_changes", {}) | register_import.counts.get("changes", {})
        self.filters["township"].extra["choices"] = list(towns.items())
        self.filters["village"].extra["choices"] = list(villages.items())
        self.filters["field"].extra["choices"] = [(label, label) for label in sorted(labels)]

    def under(self, differences, name, value):
        return differences.filter(village__code__startswith=value)

    def changing(self, differences, name, value):
        return differences.filter(fields__contains=[[value]])


@importers
@require_safe
def import_differences(request, pk):
    found = import_or_404(request, pk)
    key, label, wanted = next((tab for tab in TABS if tab[0] == request.GET.get("tab", "")), TABS[0])
    rows = found.differences.select_related("village__parent")
    return list_page(
        request,
        "households/import_differences.html",
        {"found": found, "tabs": _tabs(found, key)},
        queryset=rows.filter(table=wanted[0], kind=wanted[1]) if wanted else rows,
        columns=COLUMNS,
        title=f"名册差异：{label}",
        filterset=lambda *arguments, **options: DifferenceFilter(*arguments, register_import=found, **options),
        unit="条",
        export_name="名册差异",
        on_export=lambda count, **why: record(
            request.user, "register.exported", found, rows=count, divisions=[found.county_id], **why
        ),
        row_url=lambda row: reverse("import_household", args=[pk, row.household]),
        empty="这个文件与名册没有差异",
    )


def _tabs(found, current) -> list[dict]:
    told = {} if found.state == ImportState.WITHDRAWN else found.counts  # its differences are forgotten
    counts = {key: told.get(name, 0) for key, name in COUNTED.items()}
    url = reverse("import_differences", args=[found.pk])
    return [
        {
            "label": label,
            "url": f"{url}?tab={key}" if key else url,
            "count": counts[key] if key else sum(counts.values()),
            "current": key == current,
        }
        for key, label, _ in TABS
    ]


@importers
@require_safe
def import_villages(request, pk):
    """The figures of each village of the township asked for, or of all; each leads to the rows behind it."""
    found = import_or_404(request, pk)
    township = request.GET.get("township", "")
    differences = found.differences.filter(village__code__startswith=township).order_by()
    table: dict[str, dict[str, int]] = {}
    tabs = {wanted: key for key, _, wanted in TABS if wanted}
    for code, of, kind, count in differences.values_list("village_id", "table", "kind").annotate(count=Count("pk")):
        table.setdefault(code, dict.fromkeys(tabs.values(), 0))[tabs[of, kind]] = count
    places = Division.objects.under(found.county_id).filter(pk__in=table).select_related("parent")
    rows = [{"place": place, "counts": table[place.pk]} for place in places]
    sums = {key: sum(row["counts"][key] for row in rows) for key in tabs.values()}
    heads = [(key, label) for key, label, wanted in TABS if wanted]
    context = {"found": found, "rows": rows, "sums": sums, "heads": heads, "township": township}
    return render(request, "households/import_villages.html", context)


@importers
@require_safe
def import_household(request, pk, household):
    """Everything that the import changes in one household, field by field."""
    found = import_or_404(request, pk)
    rows = list(found.differences.filter(household=household).select_related("village__parent").order_by("id"))
    if not rows:
        raise Http404
    present = Household.objects.reachable_by(request.user, Right.VIEW_REGISTER).filter(pk=household).first()
    context = {"found": found, "rows": rows, "first": rows[0], "present": present, "tones": TONES, "nothing": NOTHING}
    return render(request, "households/import_household.html", context)
