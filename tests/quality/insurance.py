""" "Not insured" by the real rule on a roster that was matched by machine, against what a perfect match would say."""

from itertools import chain

import pandas as pd

from screening.rules.base import LIFTED, Context
from screening.rules.insurance import not_on_roster
from tests.screening.rules.frames import Figures

PERIOD = "2021-05"


def falsely_uninsured(persons: pd.DataFrame, rows: pd.DataFrame, decisions: pd.DataFrame) -> tuple[int, int, int]:
    """(persons called uninsured who are on the roster, persons rightly called so, true cases). Every household counts as
    one that must be insured, so that the figure rests on many cases."""
    people = persons[["person", "household", "name", "village", "birthday"]].assign(
        household_kind=LIFTED, monitored=False
    )
    known = rows[rows["truth"] != ""]
    perfect = pd.DataFrame({"state": "certain", "person": known["truth"], "household": known["truth_household"]})
    expected = _found(perfect, people, Context(PERIOD, "MI-R"))
    waiting = decisions["state"] == "ambiguous"
    context = Context(
        PERIOD,
        "MI-R",
        withheld_names=frozenset(zip(rows.loc[waiting, "name"], rows.loc[waiting, "village"], strict=True)),
        withheld_persons=frozenset(chain.from_iterable(decisions.loc[waiting, "candidates"])),
    )
    found = _found(decisions, people, context)
    return len(found - expected), len(found & expected), len(expected)


def _found(rows: pd.DataFrame, people: pd.DataFrame, context: Context) -> set[str]:
    return set(not_on_roster(rows, people, Figures(), context)["person"])
