"""Precision, recall, reach and review share of matching on invented worlds; also a command that prints the table.

python -m tests.quality.measure [--persons 300000] [--worlds normal messy …]      ends with 1 when a "must" is missed
"""

import argparse
import sys
import time
from collections import Counter
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from screening.matching.register import Register
from screening.matching.resolve import match
from tests.quality.clues import rows_that_would_change
from tests.quality.figures import FIGURES
from tests.quality.insurance import falsely_uninsured
from tests.quality.world import HOUSEHOLD_LISTS, WORLDS, World, make_lists, make_register


@dataclass
class Tally:
    """Counts over rows; `true` are those whose person is in the register."""

    rows: int = 0
    true: int = 0
    certain: int = 0
    certain_wrong: int = 0
    probable: int = 0
    probable_wrong: int = 0
    review: int = 0
    would_change: int = 0  # of these, the rows whose decision would raise or lift a clue
    found: int = 0  # decided rightly, certain or probable
    found_certain: int = 0
    reached: int = 0  # decided rightly or first in the queue
    false_alarms: int = 0  # called uninsured though on the roster
    uninsured: int = 0  # true cases
    by_method: Counter = field(default_factory=Counter)
    wrong_by_method: Counter = field(default_factory=Counter)

    @property
    def precision(self) -> float:
        return 1 - self.certain_wrong / max(self.certain, 1)

    @property
    def recall(self) -> float:
        return self.found / max(self.true, 1)

    @property
    def recall_certain(self) -> float:
        return self.found_certain / max(self.true, 1)

    @property
    def reach(self) -> float:
        return self.reached / max(self.true, 1)

    @property
    def review_share(self) -> float:
        return self.review / max(self.rows, 1)

    @property
    def would_change_share(self) -> float:
        return self.would_change / max(self.rows, 1)

    @property
    def falsely_uninsured(self) -> float:
        return self.false_alarms / max(self.uninsured, 1)

    def line(self, name: str) -> str:
        return (
            f"{name:28}{self.rows:>9,}{self.precision:>11.6f}{self.recall:>9.4f}{self.recall_certain:>9.4f}"
            f"{self.reach:>9.4f}{self.review_share:>9.2%}{self.probable_wrong:>6}/{self.probable:<7,}"
        )


HEAD = f"{'':28}{'rows':>9}{'precision':>11}{'recall':>9}{'certain':>9}{'reach':>9}{'review':>9}{'prob. wrong':>14}"


def measure(world: World) -> tuple[Tally, dict[str, Tally], dict[str, float]]:
    """(total, per defect, CPU seconds per stage) of one world."""
    everyone = make_register(world)
    lists = make_lists(world, everyone)
    present = everyone["left_note"] == ""
    persons = everyone[present].reset_index(drop=True)
    start = time.process_time()
    register = Register.build(persons, everyone[~present])
    seconds = {"register": time.process_time() - start, "match": 0.0}
    total, per_defect = Tally(), {}
    house_of = dict(zip(everyone["person"], everyone["household"], strict=True))
    for code, rows in lists.items():
        start = time.process_time()
        decisions = match(
            rows.drop(columns=["truth", "truth_household", "defects"]),
            register,
            household_level=code in HOUSEHOLD_LISTS,
        )
        seconds["match"] += time.process_time() - start
        judged = _judge(rows, decisions, code in HOUSEHOLD_LISTS, house_of)
        _count(total, judged)
        marks = rows["defects"].str.strip("+").str.split("+")
        for defect in sorted({m for line in marks for m in line if m}):
            _count(per_defect.setdefault(defect, Tally()), judged[marks.map(lambda line, d=defect: d in line)])
        total.would_change += rows_that_would_change(code, persons, rows, decisions)
        if code == "MI-R":
            total.false_alarms, _, total.uninsured = falsely_uninsured(persons, rows, decisions)
    return total, per_defect, seconds


def _judge(rows: pd.DataFrame, decisions: pd.DataFrame, household_level: bool, house_of: dict) -> pd.DataFrame:
    if household_level:
        truth = rows["truth_household"]
        said = decisions["household"].where(decisions["state"].isin(["certain", "probable"]))
        first = decisions["candidates"].map(lambda c: house_of[c[0]] if len(c) else None)
        true = truth >= 0
    else:
        truth, said = rows["truth"], decisions["person"]
        first = decisions["candidates"].map(lambda c: c[0] if len(c) else None)
        true = truth != ""
    return pd.DataFrame(
        {
            "state": decisions["state"],
            "method": decisions["method"],
            "true": true,
            "right": said == truth,
            "first": first == truth,
        }
    )


def _count(tally: Tally, judged: pd.DataFrame) -> None:
    state, right, true = (
        judged["state"].to_numpy(),
        judged["right"].to_numpy(dtype=bool),
        judged["true"].to_numpy(dtype=bool),
    )
    certain, probable, review = state == "certain", state == "probable", state == "ambiguous"
    tally.rows += len(judged)
    tally.true += int(true.sum())
    tally.certain += int(certain.sum())
    tally.certain_wrong += int((certain & ~right).sum())
    tally.probable += int(probable.sum())
    tally.probable_wrong += int((probable & ~right).sum())
    tally.review += int(review.sum())
    tally.found += int(((certain | probable) & right).sum())
    tally.found_certain += int((certain & right).sum())
    tally.reached += int(
        (((certain | probable) & right) | (review & judged["first"].to_numpy(dtype=bool) & true)).sum()
    )
    tally.by_method.update(judged["method"])
    tally.wrong_by_method.update(judged["method"][(certain | probable) & ~right])


def table(name: str, total: Tally, per_defect: dict[str, Tally]) -> str:
    lines = [
        f"== {name}",
        HEAD,
        *(tally.line(defect) for defect, tally in sorted(per_defect.items())),
        total.line("total"),
    ]
    methods = "  ".join(f"{m} {total.wrong_by_method[m]}/{n:,}" for m, n in sorted(total.by_method.items()))
    lines += [
        "wrong/rows by method: " + methods,
        f"rows under review that would change a clue: {total.would_change} of {total.review}",
        f"called uninsured though on the roster: {total.false_alarms} of {total.uninsured} true cases",
    ]
    return "\n".join([*lines, *(figure.line(getattr(total, figure.name)) for figure in FIGURES[name])])


def missed(name: str, total: Tally) -> list[str]:
    """Names of the figures of a world that are not what they must be."""
    return [f"{name}: {f.name}" for f in FIGURES[name] if f.reached(getattr(total, f.name)) == "MISSED"]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--persons", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=20210506)
    parser.add_argument("--worlds", nargs="*", default=list(WORLDS))
    options = parser.parse_args()
    short = []
    for name in options.worlds:
        total, per_defect, seconds = measure(replace(WORLDS[name], persons=options.persons, seed=options.seed))
        print(table(name, total, per_defect))
        print("CPU seconds: " + ", ".join(f"{stage} {value:.2f}" for stage, value in seconds.items()), flush=True)
        short += missed(name, total)
    print("MISSED: " + ", ".join(short) if short else "every must is reached")
    return int(bool(short))


if __name__ == "__main__":
    np.seterr(over="ignore")
    sys.exit(main())
