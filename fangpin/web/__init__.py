"""What every page shares: forms, lists, fragments, confirmations, progress, refusals.

The page side of it lies in templates/components/ (each partial names its parameters at its top). In short:

========================  ==========================================================================================
a list                    ``list_page(request, "app/page.html", context, queryset=…, columns=…, …)``; the page says
                          ``{% include "components/listing.html" %}``; ``listing(…)`` alone gives dict or export
a fragment                ``page_or_fragment(request, page, fragment, context)``
a form                    ``{{ form }}`` (error summary, fields, 选填) or ``{{ form.name.as_field_group }}`` one by one
a confirmation            ``confirm(request, title=…, consequence=…, verb=…, back=…)``; from ``Action(dialog=True)``
an act                    ``carry_out(request, act, back)``: ``act()`` returns what is said when it is done
progress                  ``poll(request, fragment, context, running=…)`` behind ``components/progress.html``
a refusal                 ``conflict(request, message)`` (409), ``problem(request, message, status)``
buttons of a page head    ``actions=[Action("导出", url, icon="download")]`` for ``components/page_head.html``
========================  ==========================================================================================

Context that the base template reads, on every page: ``nav`` (list of groups ``title, items``; an item has ``url, icon,
label, count, hot, current``), ``county_name``, ``account_label``, ``can_search``, ``demo_note``. A view may add
``form`` (its errors are counted in the page title) or ``form_errors_count``.
"""

from fangpin.web.exporting import Wanted, guard_exports
from fangpin.web.filters import Chip, Control
from fangpin.web.forms import FormRenderer
from fangpin.web.lists import Bulk, ListColumn, Row, list_page, listing
from fangpin.web.pages import (
    Action,
    carry_out,
    confirm,
    conflict,
    large_print,
    page_or_fragment,
    poll,
    problem,
)
from fangpin.web.values import EMPTY, shown

__all__ = [
    "EMPTY",
    "Action",
    "Bulk",
    "Chip",
    "Control",
    "FormRenderer",
    "ListColumn",
    "Row",
    "Wanted",
    "carry_out",
    "confirm",
    "conflict",
    "guard_exports",
    "large_print",
    "list_page",
    "listing",
    "page_or_fragment",
    "poll",
    "problem",
    "shown",
]
