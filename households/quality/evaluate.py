"""Run the checks over frames. Pure: the verb that stores what they find is ``checking``."""

import pandas as pd

from households.quality.base import Context, Rule, prepared
from households.quality.catalogue import RULES

FOUND = ("code", "household", "person", "severity", "values")
_OBJECT = ["household", "person"]


def evaluate(
    people: pd.DataFrame, households: pd.DataFrame, context: Context, rules: tuple[Rule, ...] = RULES
) -> pd.DataFrame:
    """One line per rule and object: FOUND. ``person`` is None where the household is the object; ``values`` are JSON's."""
    people, context = prepared(people, context)
    parts = [_found(rule, people, households, context) for rule in rules if context.keeps(rule.asks)]
    parts = [part for part in parts if not part.empty]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=list(FOUND))


def _found(rule: Rule, people: pd.DataFrame, households: pd.DataFrame, context: Context) -> pd.DataFrame:
    hits = rule.find(people, households, context)
    if hits.empty:
        return hits
    hits = hits.drop_duplicates(_OBJECT)
    found = hits[_OBJECT].assign(code=rule.code, severity=str(rule.severity))
    found["person"] = found["person"].astype(object).where(found["person"].notna(), None)
    found["values"] = pd.Series(hits.drop(columns=_OBJECT).to_dict("records"), index=hits.index, dtype=object)
    return found[list(FOUND)]
