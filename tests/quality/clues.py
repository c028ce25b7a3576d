"""Rows that wait for a person and would change a clue, by the real rules: what departments report beside names is drawn here.

Shares are those of the demo county's clues for each list (`bench month`); MI-R and EDU-R also ask who is missing from them.
"""

from itertools import chain

import numpy as np
import pandas as pd

from screening.extracts.formats import FORMATS
from screening.rules.base import LIFTED, Context
from screening.rules.evaluate_pure import evaluate
from screening.rules.waiting import would_change
from tests.screening.rules.frames import PERSON, Figures

PERIOD = "2021-05"
ORDINARY = "一般农户"
LIFTED_SHARE = 0.08  # of households
# list: (share of rows, what these rows say)
TROUBLE = {
    "MI-R": (0.001, {"insured": "未参保"}),
    "HLT-R": (0.002, {"disease": "恶性肿瘤", "diagnosed_on": "2021-05-11"}),
    "EDU-R": (0.007, {"enrolment": "辍学"}),
    "HR-R": (0.02, {"remark": "返乡", "wage": "0"}),
    "HOU-R": (0.01, {"grade": "D", "appraised_on": "2021-05-08"}),
    "WAT-R": (0.02, {"quality": "不达标"}),
}


def rows_that_would_change(code: str, persons: pd.DataFrame, rows: pd.DataFrame, decisions: pd.DataFrame) -> int:
    """How many waiting rows of a list would raise or lift a clue if they were decided; 0 for lists without facts here."""
    if code not in TROUBLE:
        return 0
    people, fmt = _people(persons), FORMATS[code]
    told = _told(code, rows, decisions)
    waiting = told[told["state"].eq("ambiguous")]
    candidates = decisions.loc[waiting.index, "candidates"].set_axis(
        pd.MultiIndex.from_frame(waiting[["sheet_no", "row"]])
    )
    context = Context(
        PERIOD,
        code,
        withheld_names=frozenset(zip(waiting["name"], waiting["village_code"], strict=True)),
        withheld_persons=frozenset(chain.from_iterable(candidates)),
    )
    evaluate(told, people, Figures(), context, fmt=fmt)  # which also fills what the context holds back
    return len(would_change(told, candidates, people, Figures(), context, fmt))


def _people(persons: pd.DataFrame) -> pd.DataFrame:
    known = persons[["person", "household", "name", "village", "birthday", "is_head", "relation"]].copy()
    for name, value in PERSON.items():
        if name not in known:
            known[name] = value
    lifted = np.random.default_rng(1).random(int(known["household"].max()) + 1) < LIFTED_SHARE
    known["household_kind"] = np.where(lifted[known["household"]], LIFTED, ORDINARY)
    return known


def _told(code: str, rows: pd.DataFrame, decisions: pd.DataFrame) -> pd.DataFrame:
    share, trouble = TROUBLE[code]
    told = pd.DataFrame("", index=rows.index, columns=[column.key for column in FORMATS[code].columns])
    told["name"], told["village_code"] = rows["name"], rows["village"]
    hit = np.random.default_rng(2).random(len(rows)) < share
    for key, text in trouble.items():
        told.loc[hit, key] = text
    place = {"sheet": "表1", "sheet_no": 0, "row": np.arange(2, len(rows) + 2)}
    return told.assign(**place, **{name: decisions[name] for name in ("state", "person", "household")})
