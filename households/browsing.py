"""Previous and next within the list one came from. The list's tab, filters and order travel in the address, signed; nothing personal is among them."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.core import signing
from django.db.models import Count, Q, QuerySet
from django.urls import reverse

from fangpin.divisions.rights import Right
from households.choices import HouseholdKind
from households.filters import HouseholdFilter
from households.models import Household

SALT = "households.list"
TABS = (
    ("", "全部农户", lambda rows: rows),
    ("monitored", "监测对象", lambda rows: rows.monitored()),
    ("lifted", "脱贫户", lambda rows: rows.filter(kind=HouseholdKind.LIFTED)),
)


@dataclass(frozen=True)
class Place:
    """Where a household stands in the list: ``place`` of ``count``; addresses of its neighbours, "" at the ends; the list's own."""

    place: int
    count: int
    previous: str
    next: str
    list_url: str


def narrowed(rows: QuerySet, tab: str) -> QuerySet:
    return next((narrow for key, _, narrow in TABS if key == tab), TABS[0][2])(rows)


def token_of(request, sort: str, lookups: tuple[str, ...]) -> str:
    """What the links of a list carry: ``sort`` as in its address, ``lookups`` the columns behind it."""
    asked = {key: request.GET[key] for key in ("tab", *HouseholdFilter.base_filters) if request.GET.get(key)}
    return signing.dumps({"asked": asked, "sort": sort, "by": lookups}, salt=SALT, compress=True)


def place_of(request, household: Household) -> Place | None:
    """The household's place in the list of ``?from=``; None without one, or when the household is not (any more) in it."""
    try:
        came = signing.loads(request.GET.get("from", ""), salt=SALT)
    except signing.BadSignature:
        return None
    rows = Household.objects.reachable_by(request.user, Right.VIEW_REGISTER)
    filters = HouseholdFilter(came["asked"], queryset=narrowed(rows, came["asked"].get("tab", "")), request=request)
    rows = filters.qs if filters.is_valid() else rows.none()
    terms = [*came["by"], "pk"]
    here = rows.filter(pk=household.pk).values_list(*terms).first()
    if here is None:
        return None
    down = came["sort"].startswith("-")
    before, after = (_beyond(terms, here, "gt" if up else "lt") for up in (down, not down))
    counted = rows.order_by().aggregate(count=Count("*"), before=Count("pk", filter=before))
    return Place(
        counted["before"] + 1,
        counted["count"],
        _address(request, rows.filter(before).order_by(*_order(terms, not down))),
        _address(request, rows.filter(after).order_by(*_order(terms, down))),
        f"{reverse('household_list')}?{urlencode(came['asked'] | {'sort': came['sort']})}",
    )


def _beyond(terms: list[str], here: tuple, than: str) -> Q:
    """Rows after (gt) or before (lt) the values ``here`` in the order of ``terms``."""
    bound = Q(**{f"{terms[0]}__{than}e": here[0]})  # implied by the rest; an index can begin there
    found, equal = Q(), Q()
    for term, value in zip(terms, here, strict=True):
        found |= equal & Q(**{f"{term}__{than}": value})
        equal &= Q(**{term: value})
    return bound & found


def _order(terms: list[str], down: bool) -> list[str]:
    return [f"-{term}" if down else term for term in terms]


def _address(request, rows: QuerySet) -> str:
    pk = rows.values_list("pk", flat=True).first()
    return f"{reverse('household_detail', args=[pk])}?{urlencode({'from': request.GET['from']})}" if pk else ""
