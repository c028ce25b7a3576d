"""Frames for rule tests from a few words: what an example leaves out is an ordinary household of one."""

import pandas as pd

from fangpin.policy.keys import DEFAULTS, Key
from screening.extracts.formats import FORMATS
from screening.extracts.layout import ListFormat
from screening.rules.base import Context

VILLAGE = "450399101201"
PERSON = {
    "person": "p1",
    "household": "h1",
    "name": "赵大",
    "birthday": "1970-01-01",
    "sex": "男",
    "village": VILLAGE,
    "relation": "户主",
    "household_kind": "一般农户",
    "category": "",
    "monitored": False,
    "risk_cleared": False,
    "is_head": False,
}


class Figures:
    """A standard with the default figures, but for what a test changes."""

    def __init__(self, **changes):
        self.changes = changes

    def amount(self, key: Key):
        return self.changes.get(key.name, DEFAULTS[key])


def people_of(*persons: dict) -> pd.DataFrame:
    return pd.DataFrame([{**PERSON, **person} for person in persons], columns=None if persons else list(PERSON))


def rows_of(fmt: ListFormat, *rows: dict) -> pd.DataFrame:
    """Checked and matched rows as text; each is the person p1 of the household h1 unless it says otherwise."""
    blank = dict.fromkeys((column.key for column in fmt.columns), "")
    place = {"sheet": "表1", "sheet_no": 0, "state": "certain", "person": "p1", "household": "h1"}
    lines = [{**place, "row": number, **blank, **row} for number, row in enumerate(rows, start=2)]
    return pd.DataFrame(lines, columns=None if lines else [*place, "row", *blank])


def context_of(list_code: str, *, period="2021-05", previous=None, withheld=(), **more) -> Context:
    before = None if previous is None else rows_of(FORMATS[list_code], *previous)
    return Context(period, list_code, previous=before, withheld_persons=frozenset(withheld), **more)
