"""What departments' lists say that the register's checks compare with it (households.quality.outside): deaths (domain.md 7.4 A21)."""

import pandas as pd

from households.quality.outside import contribute_facts
from screening.models import Extract, RowMatch
from screening.rules.base import USABLE_STATES
from screening.rules.raising import matched_rows

DEATHS = ("HLT-4", "CIV-6")  # 死亡人员: 卫健, 民政殡葬
MONTHS = 12  # lists looked back at: a death that was not acted upon for a year is no news of the list any more


@contribute_facts("person", "died_on", "died_source")
def deaths(county_code: str, people: list[str]) -> pd.DataFrame:
    """The people among these whom a confirmed list of deaths is matched with for certain or by decision, the newest list first."""
    confirmed = Extract.objects.confirmed().filter(county=county_code, list_code__in=DEATHS, matched_at__isnull=False)
    newest = list(confirmed.select_related("department").order_by("-period", "list_code")[: MONTHS * len(DEATHS)])
    if not newest:
        return _NOBODY
    named = RowMatch.objects.filter(extract__in=[one.pk for one in newest], person__in=people, state__in=USABLE_STATES)
    wanted = set(named.values_list("extract_id", flat=True))
    found = [_died(extract, people) for extract in newest if extract.pk in wanted]
    return pd.concat([*found, _NOBODY], ignore_index=True)


_NOBODY = pd.DataFrame({"person": [], "died_on": [], "died_source": []}, dtype=object)


def _died(extract: Extract, people: list[str]) -> pd.DataFrame:
    rows = matched_rows(extract)
    rows = rows[rows["person"].isin(people) & rows["state"].isin(USABLE_STATES)]
    if "event" in rows:  # births stand in the same list
        rows = rows[rows["event"] == "死亡"]
    told = {"died_on": rows.get("happened_on", ""), "died_source": str(extract.department)}
    return pd.DataFrame({"person": rows["person"], **told})
