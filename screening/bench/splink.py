"""Matching alone beside Splink's predict, on the rows and the register of the month that ran last on the bench's servers.

python -m screening.bench.splink DIR, with FANGPIN_VAR naming the servers' directory; needs the extra ``bench``. Prints {"rows", "ours",
"decided", "splink", "linked"} as JSON: rows compared; seconds of ours, index of the register included, and rows that got a person;
seconds of Splink, and rows for which it has a pair that is more likely true than not.

Both get every acceptable row of every list and the whole register, and both cores: DuckDB takes them by itself, ours are two processes
as the month's worker has them, each with its own index. Splink runs as its guide has it: the DuckDB backend, default settings, names
weighed by how frequent they are, one ``predict`` over all rows with a threshold; no training, loading or choosing among a row's pairs is
counted. It gets our cleaned numbers, the blocks in which ours look (``matching.register``) and the same columns but for sex and age
(inside most numbers), relatives and former names. m and u are given, which does not change its time.
"""

import json
import logging
import os
import time
from multiprocessing import get_context

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
from screening.matching.keys import folded, hamlet_name  # noqa: E402
from screening.matching.matching import identity_columns  # noqa: E402
from screening.matching.register import Register  # noqa: E402
from screening.matching.resolve import match  # noqa: E402
from screening.models import Extract  # noqa: E402

PROCESSES = 2
KNOWN = ["number", "name", "birthday", "village", "phone", "hamlet", "size"]
# m and u are given, as training would find them: of the levels from equal to different.
NUMBER = (
    compare.DamerauLevenshteinAtThresholds("number", [1, 2]),
    (0.95, 0.03, 0.01, 0.01),
    (3e-6, 3e-5, 1e-4, 0.999867),
)
NAME = compare.JaroWinklerAtThresholds("name", [0.9, 0.7]), (0.95, 0.01, 0.03, 0.01), (0.0005, 0.001, 0.01, 0.9885)
EQUAL = {
    "birthday": (0.97, 0.0001), "village": (0.93, 0.01), "phone": (0.6, 0.00001), "hamlet": (0.9, 0.001), "size": (0.8, 0.2),
}  # fmt: skip
# The blocks of matching.register: the number, its parts with name or village, names with place or birthday, telephone, heads by place.
_FRONT, _BACK, _YEAR, _LAST = "substr(number, 7, 7)", "right(number, 7)", "substr(number, 7, 4)", "right(number, 4)"
BLOCKS = (
    ("number",), ("name", _FRONT), ("name", _BACK), ("name", _YEAR, _LAST), ("village", _FRONT), ("village", _BACK), ("village", _YEAR, _LAST),
    ("name", "village"), ("name", "birthday"), ("village", "birthday"), ("phone",), ("village", "hamlet", "size"),
)  # fmt: skip


def settings() -> SettingsCreator:
    """A block for each of ours, a comparison for each column."""
    names = NAME[0].configure(m_probabilities=[*NAME[1]], u_probabilities=[*NAME[2]], term_frequency_adjustments=True)
    numbers = NUMBER[0].configure(m_probabilities=[*NUMBER[1]], u_probabilities=[*NUMBER[2]])
    others = [
        compare.ExactMatch(name).configure(m_probabilities=[m, 1 - m], u_probabilities=[u, 1 - u])
        for name, (m, u) in EQUAL.items()
    ]
    return SettingsCreator(
        link_type="link_only",
        comparisons=[numbers, names, *others],
        blocking_rules_to_generate_predictions=[block_on(*columns) for columns in BLOCKS],
        probability_two_random_records_match=1 / 300_000,
    )


def told(numbers: pd.Series, rows: pd.DataFrame) -> pd.DataFrame:
    """KNOWN of rows, blanks as None: normalised numbers, the birthday from the number where it has one, hamlets without their ending.
    Of the register only heads have a size, as only they are found by it."""
    blank = pd.Series("", index=rows.index)
    written = rows.get("birthday", blank).str.replace("-", "", regex=False)
    known = {name: rows.get(name, blank) for name in ("name", "village", "phone", "size")}
    known["hamlet"] = pd.Series(folded(rows.get("hamlet", blank), hamlet_name), index=rows.index)
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
    return seconds, int(linked.as_record_list()[0]["n"])


def by_us(lists: dict[str, pd.DataFrame], people: pd.DataFrame, left: pd.DataFrame) -> tuple[float, int]:
    """(seconds with the index of the register, rows that got a person or household)."""
    begun = time.perf_counter()
    longest_first = sorted(lists, key=lambda code: -len(lists[code]))
    with get_context("fork").Pool(PROCESSES, _take_up, (lists, people, left)) as pool:
        decided = sum(pool.imap_unordered(_decided, longest_first))
    return time.perf_counter() - begun, decided


_taken: dict = {}  # what a process of ours works on


def _take_up(lists: dict[str, pd.DataFrame], people: pd.DataFrame, left: pd.DataFrame) -> None:
    _taken.update(lists=lists, register=Register.build(people, left))


def _decided(code: str) -> int:
    found = match(_taken["lists"][code], _taken["register"], household_level=FORMATS[code].household_level)
    return int(found["state"].isin([MatchState.CERTAIN, MatchState.PROBABLE]).sum())


def numbers_of(rows: pd.DataFrame, roles: dict[str, str]) -> pd.Series:
    """The cleaned number of each row, from its disability certificate where it has no other."""
    number, certificate = (rows.get(roles.get(role, ""), pd.Series("", rows.index)) for role in ("id", "certificate"))
    return number.where(number.ne(""), certificate.str[:18])


def main() -> dict:
    county = Division.objects.get(level=Level.COUNTY).code
    people, left = people_of(county), left_frame(county)
    lists, sides = {}, []
    for extract in Extract.objects.confirmed().order_by("list_code"):
        fmt, rows = FORMATS[extract.list_code], load_rows(extract)
        lists[extract.list_code] = identity_columns(rows, fmt)
        sides.append(told(numbers_of(rows, fmt.roles), lists[extract.list_code]))
    seconds, decided = by_us(lists, people, left)
    sizes = people.groupby("household")["person"].transform("size").astype("str").where(people["is_head"], "")
    theirs, linked = by_splink(pd.concat(sides), told(people["number"], people.assign(size=sizes)))
    return {"rows": sum(map(len, sides)), "ours": seconds, "decided": decided, "splink": theirs, "linked": linked}


if __name__ == "__main__":
    print(json.dumps(main()))
    embedded.stop()
