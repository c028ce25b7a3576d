"""Matching against invented worlds with known truth: the floors below which a change may not fall.

`python -m tests.quality.measure` prints the same tables for any size.
"""

from dataclasses import replace

import numpy as np
import pytest

from screening.matching import evidence
from screening.matching.register import Register
from screening.matching.resolve import match
from tests.quality.figures import FIGURES
from tests.quality.measure import measure, missed, table
from tests.quality.world import WORLDS, make_lists, make_register

# defects of the number that are repaired nearly always when they stand alone
REPAIRED = (
    "fifteen",
    "full_width",
    "blanks",
    "apostrophe",
    "lower_x",
    "letters",
    "rounded",
    "typo",
    "transposed",
    "lost_digit",
)


@pytest.mark.parametrize("name", list(FIGURES))
def test_every_must_is_reached(name, quality_tables):
    total, per_defect, _ = measure(WORLDS[name])
    quality_tables(table(name, total, per_defect))
    assert missed(name, total) == []
    if name == "normal":
        assert {d: per_defect[f"number_{d}"].recall for d in REPAIRED if per_defect[f"number_{d}"].recall < 0.97} == {}
        assert per_defect["outsider"].certain == 0


def test_the_same_file_is_decided_the_same_twice():
    world = replace(WORLDS["messy"], persons=3_000)
    register = Register.build(people := make_register(world))
    rows = make_lists(world, people)["HOU-R"]
    first, second = (match(rows, register, household_level=True) for _ in range(2))
    assert first.to_json() == second.to_json()


def test_work_per_row_does_not_grow_with_the_county(monkeypatch):
    """Ten times the persons must not mean more candidates per row (performance.md 6: no name-only block)."""
    seen: dict[str, list[int]] = {"rows": [], "pairs": []}
    original = evidence.candidates

    def counted(residue, register, household_level):
        row, line = original(residue, register, household_level)
        seen["rows"].append(len(residue))
        seen["pairs"].append(len(row))
        return row, line

    monkeypatch.setattr(evidence, "candidates", counted)
    per_row = []
    for persons in (6_000, 24_000):
        world = replace(WORLDS["normal"], persons=persons)
        register = Register.build(people := make_register(world))
        for rows in make_lists(world, people).values():
            match(rows, register)
        per_row.append(np.sum(seen["pairs"]) / np.sum(seen["rows"]))
        seen["rows"].clear()
        seen["pairs"].clear()
    assert per_row[1] < 1.3 * per_row[0]
