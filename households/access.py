"""谁看过这户: every look at a household that the trail knows, be it its page, a full number, a clue or a list that held it."""

from collections.abc import Iterator

from django.db.models import Prefetch, Q, QuerySet

from fangpin.accounts.models import Posting
from fangpin.audit.models import Entry
from fangpin.desk.contributions import Trace, contribute_trace, traces_of
from fangpin.divisions.models import CODE_LENGTH
from households.models import Household, Person

EXPORTS = ("register.exported", "register.national_exported", "quality.exported", "clues.exported")
LOOKS = ("household.viewed", "household.printed", "household.revealed", "person.revealed", "clue.viewed", *EXPORTS)


@contribute_trace
def own_traces(household: Household) -> Iterator[Trace]:
    yield Trace(Household._meta.label_lower, [household.pk])
    yield Trace(Person._meta.label_lower, household.members.values_list("pk", flat=True))


def looks_at(household: Household) -> QuerySet[Entry]:
    """Newest first, with who it was and where the person is posted. A list counts where it covered the household's village."""
    about = Q(pk__in=())
    for trace in traces_of(household):
        about |= Q(target_type=trace.model, target_id__in=[str(key) for key in trace.keys])
    places = [household.village_id[:length] for length in CODE_LENGTH.values()]
    lists = Q(action__in=EXPORTS, detail__divisions__has_any_keys=places)
    postings = Posting.objects.open().select_related("division", "department")
    found = Entry.objects.filter(Q(action__in=LOOKS) & about | lists).select_related("by")
    return found.prefetch_related(Prefetch("by__postings", postings, to_attr="open_postings")).order_by("-id")


def posted(entry: Entry) -> str:
    """乡镇经办（金宝乡）"""
    postings = entry.by.open_postings if entry.by else ()
    return "；".join(f"{post.get_role_display()}（{post.department or post.division}）" for post in postings)


def what(entry: Entry, names: dict[str, str]) -> str:
    """What was looked at, in words. ``names``: members by key."""
    detail = entry.detail
    if entry.action == "person.revealed":
        field = {"id_number": "证件号码", "phone": "联系电话"}.get(detail.get("field"), "")
        return f"{names.get(entry.target_id, '')}{field}"
    if entry.action in EXPORTS:
        return f"本户所在范围的名单，{detail['rows']:,} 行"
    return " ".join(detail[key] for key in ("part", "period") if key in detail)
