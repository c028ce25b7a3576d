"""Matching alone beside Splink's predict, on the rows and the register of the month that ran last on the bench's servers.

python -m screening.bench.splink DIR, with FANGPIN_VAR naming the servers' directory; needs the extra ``bench``. Prints {"rows", "ours",
"decided", "splink", "linked"} as JSON: rows compared; seconds of ours, index of the register included, and rows that got a person;
seconds of Splink, without any training, and rows for which it has a pair that is more likely true than not.
"""

import json
import logging
import os
import time

import django
import pandas as pd
import splink.comparison_library as compare
from splink import Linker, SettingsCreator, block_on
from splink.backends.duckdb import DuckDBAPI

from fangpin import embedded

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fangpin.settings")
embedded.ensure(alone=True)
django.setup()

from fangpin.divisions.models import Division, Level  # noqa: E402 - Django first
from households.frames import left_frame, people_of  # noqa: E402
from screening.choices import MatchState  # noqa: E402
from screening.extracts.formats import FORMATS  # noqa: E402
from screening.extracts.storing import load_rows  # noqa: E402
from screening.matching.matching import identity_columns  # noqa: E402
from screening.matching.register import Register  # noqa: E402
from screening.matching.resolve import match  # noqa: E402
from screening.models import Extract  # noqa: E402

KNOWN = ["number", "name", "birthday", "village", "phone"]
# Given, as training would find them: (m of the levels from equal to different, u of the same).
NUMBER = compare.LevenshteinAtThresholds("number", 2), (0.95, 0.04, 0.01), (0.000003, 0.0001, 0.9998969)
NAME = compare.JaroWinklerAtThresholds("name", 0.8), (0.96, 0.03, 0.01), (0.0005, 0.01, 0.9895)
EQUAL = {"birthday": (0.97, 0.0001), "village": (0.93, 0.01), "phone": (0.6, 0.00001)}


def settings() -> SettingsCreator:
    """Numbers, names, birthday, village and phone; pairs that share number, name and birthday, name and village, or phone."""
    compared = [NUMBER, NAME]
    compared += [(compare.ExactMatch(name), (m, 1 - m), (u, 1 - u)) for name, (m, u) in EQUAL.items()]
    return SettingsCreator(
        link_type="link_only",
        comparisons=[one.configure(m_probabilities=[*m], u_probabilities=[*u]) for one, m, u in compared],
        blocking_rules_to_generate_predictions=[
            block_on("number"), block_on("name", "birthday"), block_on("name", "village"), block_on("phone"),
        ],
        probability_two_random_records_match=1 / 300_000,
        retain_matching_columns=False,
    )  # fmt: skip


def told(numbers: pd.Series, rows: pd.DataFrame) -> pd.DataFrame:
    """KNOWN of rows, blanks as None: normalised numbers, the birthday from the number where it has one."""
    blank = pd.Series("", index=rows.index)
    written = rows.get("birthday", blank).str.replace("-", "", regex=False)
    known = {name: rows.get(name, blank) for name in ("name", "village", "phone")}
    known |= {"number": numbers, "birthday": numbers.str[6:14].where(numbers.str.len() == 18, written)}
    frame = pd.DataFrame(known)[KNOWN].astype(object)
    return frame.where(frame.ne(""), None)


def by_splink(rows: pd.DataFrame, people: pd.DataFrame) -> tuple[float, int]:
    """(seconds of predict, rows with a likely pair)."""
    api = DuckDBAPI()
    sides = {"register": people, "told": rows}
    given = [
        api.register(side.assign(unique_id=range(len(side))), dataset_display_name=name)
        for name, side in sides.items()
    ]
    linker = Linker(given, settings(), log_level=logging.ERROR)
    begun = time.perf_counter()
    pairs = linker.inference.predict(threshold_match_probability=0.5)
    seconds = time.perf_counter() - begun
    linked = api.query_sql(f"SELECT count(DISTINCT unique_id_r) AS n FROM {pairs.physical_name}")  # noqa: S608 - our own
    return seconds, int(linked.fetchone()[0])


def by_us(lists: dict[str, pd.DataFrame], people: pd.DataFrame, left: pd.DataFrame) -> tuple[float, int]:
    """(seconds with the index of the register, rows that got a person or household)."""
    begun, decided = time.perf_counter(), 0
    register = Register.build(people, left)
    for code, rows in lists.items():
        found = match(rows, register, household_level=FORMATS[code].household_level)
        decided += int(found["state"].isin([MatchState.CERTAIN, MatchState.PROBABLE]).sum())
    return time.perf_counter() - begun, decided


def main() -> dict:
    county = Division.objects.get(level=Level.COUNTY).code
    people, left = people_of(county), left_frame(county)
    lists, sides = {}, []
    for extract in Extract.objects.confirmed().order_by("list_code"):
        fmt, rows = FORMATS[extract.list_code], load_rows(extract)
        lists[extract.list_code] = identity_columns(rows, fmt)
        sides.append(told(rows.get(fmt.roles.get("id", ""), pd.Series("", rows.index)), lists[extract.list_code]))
    seconds, decided = by_us(lists, people, left)
    theirs, linked = by_splink(pd.concat(sides), told(people["number"], people))
    return {"rows": sum(map(len, sides)), "ours": seconds, "decided": decided, "splink": theirs, "linked": linked}


if __name__ == "__main__":
    print(json.dumps(main()))
    embedded.stop()
