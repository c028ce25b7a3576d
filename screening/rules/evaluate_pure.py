"""Run the rules of one list over matched rows. Pure: the verb that stores clues is ``raising``."""

import pandas as pd

from screening.extracts.formats import FORMATS
from screening.extracts.layout import ListFormat
from screening.extracts.typed import typed
from screening.rules.base import Context, Rule, StandardLike, nothing
from screening.rules.catalogue import rules_for
from screening.rules.grading import fingerprint

FOUND_COLUMNS = (*nothing().columns, "rule", "version", "fingerprint")


def evaluate(
    rows: pd.DataFrame,
    people: pd.DataFrame,
    standard: StandardLike,
    context: Context,
    *,
    fmt: ListFormat | None = None,
    rules: tuple[Rule, ...] | None = None,
) -> pd.DataFrame:
    """Findings of all rules for ``context.list_code``, one line per fact: FINDING_COLUMNS + rule, version, fingerprint.

    rows: the checked rows of one extract joined with their matches (state, person, household; place-level lists also
    village_code), as text or already typed. previous and earlier of ``context`` are given the same way.
    """
    fmt = fmt or FORMATS[context.list_code]
    rows = as_rule_rows(rows, fmt)
    context = Context(
        period=context.period,
        list_code=context.list_code,
        previous=None if context.previous is None else as_rule_rows(context.previous, fmt),
        earlier=None if context.earlier is None else as_rule_rows(context.earlier, fmt),
        withheld_names=context.withheld_names,
        withheld_persons=context.withheld_persons,
        held_back=context.held_back,
    )
    parts = []
    for rule in rules_for(context.list_code) if rules is None else rules:
        found = rule.find(rows, people, standard, context)
        found["risk"] = found["risk"].where(found["risk"].ne(""), str(rule.risk))
        parts.append(found.assign(rule=rule.code, version=rule.version))
    if not parts:
        return pd.DataFrame(columns=list(FOUND_COLUMNS))
    findings = pd.concat(parts, ignore_index=True)
    findings["fingerprint"] = [
        fingerprint(*identity)
        for identity in zip(findings["rule"], findings["subject"], findings["fact"], strict=True)
    ]
    return findings.drop_duplicates("fingerprint", ignore_index=True)[list(FOUND_COLUMNS)]


def as_rule_rows(rows: pd.DataFrame, fmt: ListFormat) -> pd.DataFrame:
    """Typed, with every column a rule may ask for."""
    out = typed(rows, fmt)
    for name in ("person", "household"):
        column = out[name].astype(object) if name in out else pd.Series(None, index=out.index, dtype=object)
        out[name] = column.where(column.notna() & column.ne(""), None)
    if "state" not in out:
        out["state"] = ""
    out["village_code"] = out["village_code"].fillna("").astype("str") if "village_code" in out else ""
    return out
