"""The tiers as data: what a pair must say to meet one."""

from dataclasses import fields, replace

import numpy as np

from screening.matching.evidence import TELLING, Evidence, Number
from screening.matching.names import Likeness
from screening.matching.tiers import TIERS, View, assign

ROWS, PAIRS = 400, 4_000
FLAGS = ("is_head", "long_name", "kin_is_holder")


def anything(seed: int) -> Evidence:
    """Pairs that say whatever can be said."""
    rng = np.random.default_rng(seed)
    of_three = {field.name: rng.integers(0, 3, PAIRS, dtype=np.int8) for field in fields(Evidence)}
    flags = {name: rng.integers(0, 2, PAIRS).astype(bool) for name in FLAGS}
    return Evidence(**of_three | flags | {
        "row": np.sort(rng.integers(0, ROWS, PAIRS)), "line": np.arange(PAIRS),
        "number": rng.integers(0, len(Number), PAIRS, dtype=np.int8), "name": rng.integers(0, len(Likeness), PAIRS, dtype=np.int8),
    })  # fmt: skip


def test_a_pair_without_prospect_meets_no_tier_and_changes_none():
    """What ``evidence.promising`` leaves out (every tier and every question across the pairs of a row, by chance)."""
    proof = anything(20210506)
    kept = (proof.name <= Likeness.ONE) | np.isin(proof.number, TELLING)
    part = replace(proof, **{field.name: getattr(proof, field.name)[kept] for field in fields(Evidence)})
    for household_level in (False, True):
        tier = assign(View(proof, ROWS, household_level))
        assert set(tier[~kept].tolist()) == {-1}
        assert assign(View(part, ROWS, household_level)).tolist() == tier[kept].tolist()


def test_chance_reaches_most_tiers():
    tiers = assign(View(anything(1), ROWS, household_level=True))
    assert len(set(tiers.tolist()) - {-1}) > len(TIERS) // 2
