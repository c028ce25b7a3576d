"""Ask for pages as each role would, and time them inside the process: no network, no browser, the whole stack of middleware.

python -m screening.bench.visits DIR TIMES, with FANGPIN_VAR naming the servers' directory; prints {"visits": [{"role", "page", "p50", "p95" (ms),
"queries", "size" (bytes)}]} as JSON. Pages that a role does not have are left out.
"""

import json
import logging
import os
import sys
import time
from dataclasses import dataclass, field
from datetime import date

import django
import numpy as np

from fangpin import embedded

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fangpin.settings")
embedded.ensure(alone=True)
django.setup()

from django.conf import settings  # noqa: E402 - Django first
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.urls import reverse  # noqa: E402

from fangpin.accounts.models import User  # noqa: E402
from fangpin.accounts.postings import create_account, open_posting  # noqa: E402
from fangpin.accounts.roles import LEVELS, Role  # noqa: E402
from fangpin.divisions.models import Division, Level  # noqa: E402
from households.models import Household, Income, Person, QualityProblem, RegisterImport  # noqa: E402
from screening.bench.data import PERIOD  # noqa: E402
from screening.bench.round import a_round_of  # noqa: E402
from screening.models import (  # noqa: E402
    Clue,
    Comparison,
    ComparisonItem,
    Extract,
    OfflineEntry,
    OfflineList,
    Round,
    RowMatch,
    VerificationTask,
)

MONTH = date.fromisoformat(f"{PERIOD}-01")
PARTS = ("people", "income", "living", "clues", "quality", "timeline", "access")
ROLES = (Role.VILLAGE, Role.TOWNSHIP, Role.COUNTY)


@dataclass(frozen=True)
class Visit:
    """``term`` is searched for by POST; otherwise the address is asked for."""

    page: str
    address: str
    term: dict = field(default_factory=dict)


def visits() -> list[Visit]:
    """Every page, about objects of the village whose officer asks: so all three roles have them."""
    village = _village()
    home = Household.objects.present().filter(village=village).order_by("number")[20]
    person = Person.objects.present().filter(household=home).order_by("-is_head")[0]
    phoned = Person.objects.present().filter(household__village=village).exclude(phone_sealed=b"").first()
    names = (
        "home",
        "household_list",
        "clue_list",
        "extract_list",
        "review_list",
        "review_rulings",
        "import_list",
        "quality_list",
        "quality_villages",
        "quality_rules",
        "export_list",
        "audit_list",
    )
    found = [Visit(name, reverse(name)) for name in names]
    found += [
        Visit("household_list monitored", reverse("household_list") + "?tab=monitored&sort=-size"),
        Visit("household_list by name, p. 3", reverse("household_list") + "?sort=head&page=3"),
        Visit("household_detail", reverse("household_detail", args=[home.pk])),
        *(Visit(f"household_part {slug}", reverse("household_part", args=[home.pk, slug])) for slug in PARTS),
        Visit("household_print", reverse("household_print", args=[home.pk])),
        *_about(Income.objects.filter(household__village=village), "income_detail"),
        *_about(QualityProblem.objects.present().filter(household__village=village), "quality_detail"),
        *_about(Clue.objects.filter(village=village), "clue_detail"),
        *_about(Extract.objects.all(), "extract_detail"),
        *_about(RegisterImport.objects.all(), "import_detail", "import_differences", "import_villages"),
        *_of_round(village),
        Visit("month_detail", reverse("month_detail", args=[MONTH])),
    ]
    waiting = RowMatch.objects.waiting().first()
    if waiting:
        found.append(
            Visit("review_detail", reverse("review_detail", args=[waiting.extract_id, waiting.sheet_no, waiting.row]))
        )
    terms = {
        "name": person.name, "one surname": person.name[:1] + "小", "initials": person.initials, "two initials": person.initials[:2],
        "whole ID": person.id_number, "last six": person.id_number[-6:], "household number": home.number,
        "beginning of a number": home.number[:9], "village": village.name[:2], "phone": phoned.phone if phoned else "19900000000",
    }  # fmt: skip
    return found + [Visit(f"search {what}", reverse("household_search"), {"q": term}) for what, term in terms.items()]


def _of_round(village: Division) -> list[Visit]:
    """The pages of the round, its comparison and its tasks, and the ledgers."""
    opened = Round.objects.first()
    made = Comparison.objects.filter(round=opened).first()
    names = ("round_list", "comparison_list", "task_list", "watch_list", "online_ledger", "difference_ledger")
    return [
        *(Visit(name, reverse(name)) for name in names),
        Visit("round_detail", reverse("round_detail", args=[opened.pk])),
        Visit("round_offline", reverse("round_offline", args=[opened.pk])),
        Visit("comparison_detail", reverse("comparison_detail", args=[made.pk])),
        Visit("comparison_detail C2, p. 3", reverse("comparison_detail", args=[made.pk]) + "?cls=C2&page=3"),
        *_about(OfflineList.objects.filter(round=opened, village=village), "round_village"),
        *_about(OfflineEntry.objects.filter(offline_list__village=village), "offline_entry"),
        *_about(ComparisonItem.objects.filter(comparison=made, village=village), "item_detail"),
        *_about(VerificationTask.objects.filter(village=village), "task_detail"),
    ]


def _about(rows, *names: str) -> list[Visit]:
    row = rows.first()
    return [Visit(name, reverse(name, args=[row.pk])) for name in names] if row else []


def _village() -> Division:
    """The one with most clues; without clues the first."""
    clue = Clue.objects.values_list("village", flat=True).order_by("village_id").first()
    return Division.objects.get(pk=clue) if clue else Division.objects.villages().first()


def officers() -> dict[Role, User]:
    """One account a role, made once."""
    village = _village()
    places = {"village": village.pk, "township": village.parent_id, "county": village.pk[:6]}
    return {role: _officer(role, Division.objects.get(pk=places[LEVELS[role]])) for role in ROLES}


def _officer(role: Role, place: Division) -> User:
    username = f"bench-{role.value}"
    user = User.objects.filter(username=username).first()
    if user is None:
        user, _ = create_account(username=username, name=role.label, by=None)
        open_posting(user, role=role, division=place, department=None, by=None)
    user.must_change_password = False
    user.save(update_fields=["must_change_password"])
    return user


def measured(times: int) -> list[dict]:
    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # whitenoise warns where it is missing
    logging.disable(logging.WARNING)  # pages that a role does not have
    asking = officers()
    a_round_of(Division.objects.get(level=Level.COUNTY), MONTH, asking[Role.COUNTY])
    found, pages = [], visits()
    for role, user in asking.items():
        client = Client(SERVER_NAME="127.0.0.1")
        client.force_login(user)
        found += [told for visit in pages if (told := _measured(client, visit, times))]
        for told in found:
            told.setdefault("role", role.value)
    return found


def _measured(client: Client, visit: Visit, times: int) -> dict | None:
    first = _ask(client, visit)  # templates are compiled, caches are filled
    if first.status_code in (403, 404):
        return None
    if first.status_code != 200:
        raise RuntimeError(f"{visit.page} answered {first.status_code}")
    with CaptureQueriesContext(connection) as queries:
        _ask(client, visit)
    count, seconds = len(queries), []  # counted now: the next request empties the log
    for _ in range(times):
        begun = time.perf_counter()
        _ask(client, visit)
        seconds.append(time.perf_counter() - begun)
    p50, p95 = (float(np.percentile(seconds, share)) * 1000 for share in (50, 95))
    return {"page": visit.page, "p50": p50, "p95": p95, "queries": count, "size": len(first.content)}


def _ask(client: Client, visit: Visit):
    return client.post(visit.address, visit.term) if visit.term else client.get(visit.address)


if __name__ == "__main__":
    print(json.dumps({"visits": measured(int(sys.argv[2]))}))
    embedded.stop()
