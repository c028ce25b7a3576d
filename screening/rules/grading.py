"""Levels 红/橙/黄 (domain.md 3.5) and the identity of a fact."""

import hashlib

import numpy as np
import pandas as pd

from fangpin.policy.keys import Key
from screening.choices import Grade, Risk
from screening.rules.base import StandardLike, number


def grade(findings: pd.DataFrame, households: pd.DataFrame, standard: StandardLike) -> pd.Series:
    """The level of each finding (values of Grade), index of ``findings``: its own, raised by the household's other findings.

    households: the frame of ``base.households``. Columns used: household, risk, red, orange.
    """
    return grade_together(findings.assign(grade=own_grade(findings, households)), standard)


def own_grade(findings: pd.DataFrame, households: pd.DataFrame) -> pd.Series:
    """The level by the finding alone: red and orange as the rule hints, orange in a priority household, else yellow."""
    known = households["priority"].reindex(findings["household"].to_numpy())
    priority = np.equal(known.to_numpy(dtype=object), True)
    levels = np.select(
        [findings["red"].astype(bool), findings["orange"].astype(bool) | priority],
        [Grade.RED.value, Grade.ORANGE.value],
        default=Grade.YELLOW.value,
    )
    return pd.Series(levels, index=findings.index, dtype="str")


def grade_together(clues: pd.DataFrame, standard: StandardLike) -> pd.Series:
    """Red for every finding of a household with several kinds of risk at once (Key.LEVEL_RED_RISKS); "其他" is no kind.

    clues: household, risk, grade, all open findings of the month over all lists.
    """
    kinds = (
        clues[clues["household"].notna() & clues["risk"].ne(Risk.OTHER.value)].groupby("household")["risk"].nunique()
    )
    several = clues["household"].map(kinds).fillna(0) >= number(standard, Key.LEVEL_RED_RISKS)
    return clues["grade"].astype("str").where(~several, Grade.RED.value)


def fingerprint(rule_code: str, subject: str, fact: str) -> str:
    """64 hex digits, the same for the same fact in every month and on every machine. The rule's version is no part of it."""
    return hashlib.sha256("\x1f".join((rule_code, str(subject), fact)).encode()).hexdigest()
