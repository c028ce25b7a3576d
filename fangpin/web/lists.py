"""Lists: filter, sort, page, count and export from one description of the columns."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import F, QuerySet
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase

from fangpin.web.exporting import Wanted, export
from fangpin.web.filters import carried_by, chips_of, controls_of, errors_of, names_of
from fangpin.web.pages import Action, page_or_fragment
from fangpin.web.values import EMPTY, address_with, shown, value_of

LIST_FRAGMENT = "components/listing_rows.html"


@dataclass(frozen=True)
class ListColumn:
    """One column of a list and of its export.

    ``value`` is a dotted path ("village.name"; methods are called, None stops the walk) or a function of the row.
    ``sort`` is the ORM lookup (or several) behind ``?sort=key``; without it the column cannot be sorted by.
    ``tone`` turns the cell into a tag: a function of the row giving blue, amber, purple, red, green, teal or "".
    ``sub`` is a second, grey line of the page. ``page=False``: only exported; ``export=False``: only on the page.
    ``export_value`` replaces ``value`` in the export, for a cell whose page text joins several facts. ``url`` makes the cell a link,
    such as a number that leads to what it counts; "" for no link.
    """

    key: str
    label: str
    value: str | Callable[[Any], object]
    sort: str | tuple[str, ...] = ""
    tone: Callable[[Any], str] | None = None
    right: bool = False
    export: bool = True
    sub: str | Callable[[Any], object] = ""
    wide: bool = False
    page: bool = True
    export_value: str | Callable[[Any], object] = ""
    url: Callable[[Any], str] | None = None


@dataclass(frozen=True)
class Bulk:
    """Selecting rows of a list: a POST form to ``action`` with one ``pk`` per chosen row.

    ``template`` holds the buttons of the bar, ``place`` gives (township, village) so that the bar can count them.
    """

    action: str
    template: str
    place: Callable[[Any], tuple[str, str]] | None = None


@dataclass(frozen=True)
class Cell:
    label: str
    text: str
    sub: str
    tone: str | None
    css: str
    url: str


@dataclass(frozen=True)
class Row:
    object: Any
    url: str
    cells: list[Cell]
    place: tuple[str, str]


@dataclass(frozen=True)
class Heading:
    key: str
    label: str
    right: bool
    sort_url: str
    direction: str  # "", "ascending", "descending"


def list_page(request: HttpRequest, template: str, context: dict | None = None, **arguments) -> HttpResponseBase:
    """A whole list view: the page, the table alone for htmx, or the export. ``arguments`` are those of ``listing``."""
    listed = listing(request, **arguments)
    if isinstance(listed, HttpResponseBase):
        return listed
    return page_or_fragment(request, template, LIST_FRAGMENT, {**(context or {}), "listing": listed})


def listing(
    request: HttpRequest,
    *,
    queryset: QuerySet,
    columns: Sequence[ListColumn],
    title: str,
    filterset: type | None = None,
    default_sort: str = "",
    unit: str = "户",
    per_page: int = 50,
    export_name: str = "",
    personal: bool = True,
    watermark: str = "",
    on_export: Callable[..., object] | None = None,
    row_url: Callable[[Any], str] | None = None,
    row_template: str = "",
    bulk: Bulk | None = None,
    empty: str = "",
    empty_step: Action | None = None,
) -> HttpResponseBase | dict:
    """Filter, sort, page or export ``queryset`` as the query string asks; the dict is ``listing`` in the templates.

    ``queryset`` must already be limited to what the user reaches. ``?sort=`` takes only keys of ``columns`` with a
    ``sort``; ``default_sort`` is such a key ("-due"), "" keeps the queryset's order; the primary key always breaks
    ties, so that no row shows twice or never. A page beyond the end is the last one. A filter that does not validate
    finds nothing and says why. Without ``export_name`` there is no export (404); ``on_export(count, **why)`` is
    called with the number of rows written before anything is sent, so that the view can audit it; ``why`` holds the reason of
    an export that a second person agreed to. ``personal=False`` is for lists without people of the register: theirs need
    nobody's agreement (fangpin.web.exporting). The footer of the file says who (``watermark``, else the user), when, how many.
    ``row_template`` draws a ``<tr>`` of its own from ``row`` (Row) and ``listing``, instead of ``columns``.
    ``empty`` says why the unfiltered list may be empty, ``empty_step`` is the next step.
    """
    filters = filterset(request.GET, queryset=queryset, request=request) if filterset else None
    rows = queryset
    if filters:
        rows = filters.qs if filters.is_valid() else queryset.none()
    sort = _chosen_sort(request.GET.get("sort", ""), columns) or default_sort
    rows = rows.order_by(*_ordering(sort, columns, rows))
    if "export" in request.GET:
        if not export_name or request.GET["export"] != "xlsx":
            raise Http404("没有这种导出")
        words = "；".join(f"{chip.label}：{chip.text}" for chip in chips_of(request, filters)) if filters else ""
        return export(
            request,
            rows,
            columns,
            wanted=Wanted(title, rows.count(), unit, words),
            name=export_name,
            personal=personal,
            watermark=watermark,
            on_export=on_export,
        )
    visible = [column for column in columns if column.page]
    page = Paginator(rows, per_page).get_page(request.GET.get("page"))
    return {
        "title": title,
        "unit": unit,
        "path": request.path,
        "headings": [_heading(request, column, sort) for column in visible],
        "rows": _rows(page, visible, row_url, bulk),
        "page": page,
        "count": page.paginator.count,
        "pages": _page_links(request, page),
        "sort": sort,
        "filters": filters,
        "controls": controls_of(filters) if filters else [],
        "carried": carried_by(request, filters),
        "chips": chips_of(request, filters) if filters else [],
        "filter_errors": errors_of(filters),
        "clear_url": address_with(request, **dict.fromkeys(names_of(filters)), page=None),
        "export_url": address_with(request, export="xlsx", page=None) if export_name else "",
        "row_template": row_template,
        "bulk": bulk,
        "empty": empty,
        "empty_step": empty_step,
    }


def _chosen_sort(asked: str, columns: Sequence[ListColumn]) -> str:
    allowed = {column.key for column in columns if column.sort}
    return asked if asked.removeprefix("-") in allowed else ""


def _ordering(sort: str, columns: Sequence[ListColumn], rows: QuerySet) -> list:
    """Order-by terms: the column's lookups (empty values last), or the queryset's own order, then the primary key."""
    if not sort:
        return [*(rows.query.order_by or rows.model._meta.ordering), "pk"]
    lookups = next(column.sort for column in columns if column.key == sort.removeprefix("-"))
    lookups = (lookups,) if isinstance(lookups, str) else lookups
    if sort.startswith("-"):
        return [*(F(lookup).desc(nulls_last=True) for lookup in lookups), "-pk"]
    return [*(F(lookup).asc(nulls_last=True) for lookup in lookups), "pk"]


def _heading(request: HttpRequest, column: ListColumn, sort: str) -> Heading:
    if not column.sort:
        return Heading(column.key, column.label, column.right, "", "")
    direction = {column.key: "ascending", f"-{column.key}": "descending"}.get(sort, "")
    turned = f"-{column.key}" if direction == "ascending" else column.key
    return Heading(
        column.key,
        column.label,
        column.right,
        address_with(request, sort=turned, page=None),
        direction,
    )


def _page_links(request: HttpRequest, page: Page) -> list[tuple[object, str]]:
    """(number or "…", address) for the pager; no address for the gap."""
    if page.paginator.num_pages == 1:
        return []
    numbers = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    return [(number, address_with(request, page=number) if isinstance(number, int) else "") for number in numbers]


def _rows(
    page: Page,
    columns: Sequence[ListColumn],
    row_url: Callable[[Any], str] | None,
    bulk: Bulk | None,
) -> list[Row]:
    tagged = next((column.key for column in columns[1:] if column.tone), None)
    rows = []
    for item in page:
        cells = [_cell(item, column, first=column is columns[0], end=column.key == tagged) for column in columns]
        place = bulk.place(item) if bulk and bulk.place else ("", "")
        rows.append(Row(item, row_url(item) if row_url else "", cells, place))
    return rows


def _cell(item: Any, column: ListColumn, *, first: bool, end: bool) -> Cell:
    roles = {"list__who": first, "list__end": end, "list__wide": column.wide and not first, "r": column.right}
    css = " ".join(name for name, wanted in roles.items() if wanted)
    sub = shown(value_of(item, column.sub)) if column.sub else ""
    tone = column.tone(item) if column.tone else None
    return Cell(
        column.label,
        shown(value_of(item, column.value)),
        "" if sub == EMPTY else sub,
        tone,
        css,
        column.url(item) if column.url else "",
    )
