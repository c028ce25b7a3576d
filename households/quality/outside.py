"""What departments know of people and households of the register, for the checks that compare it (A21, B13, E05, E07, I06, I09).

Apps above the register contribute it in a module named ``facts`` (found as the desk finds ``menus``): a function that gives, for a county
and the people or households asked about, one row each with columns of PERSON or HOUSEHOLD.
"""

from collections.abc import Callable

import pandas as pd

PERSON = {
    "died_on": "str",  # YYYY-MM-DD, of a death that a department reports
    "died_source": "str",  # which department
    "aided": "bool",  # a record of 大病保险 or 医疗救助 within 12 months
}
HOUSEHOLD = {
    "rebuilt": "bool",  # 危房改造 on record
    "insurance_ledger": "bool",  # in the 未参保台账
    "medical_total": "float64",  # yuan within 12 months, as settled by 医保
    "medical_paid": "float64",  # of these paid by insurance and aid
    "medical_own": "float64",
}
_KEYS = {"person": PERSON, "household": HOUSEHOLD}

Find = Callable[[str, list[str]], pd.DataFrame]
_contributed: list[tuple[str, tuple[str, ...], Find]] = []


def contribute_facts(about: str, *columns: str) -> Callable[[Find], Find]:
    """Decorator: ``find(county code, ids)`` gives a frame of ``about`` ("person", "household"; ids as text) and these columns."""
    if unknown := set(columns) - set(_KEYS[about]):
        raise KeyError(f"no check asks for {sorted(unknown)} of a {about}")

    def register(find: Find) -> Find:
        _contributed.append((about, columns, find))
        return find

    return register


def contributed_columns() -> frozenset[str]:
    return frozenset(column for _, columns, _ in _contributed for column in columns)


def join(people: pd.DataFrame, homes: pd.DataFrame, county_code: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Both frames with the contributed columns; who contributes nothing about an object leaves it blank."""
    frames = {"person": people, "household": homes}
    for about, columns, find in _contributed:
        frame = frames[about]
        known = find(county_code, frame[about].tolist())[[about, *columns]].drop_duplicates(about)
        frames[about] = frame.merge(known, on=about, how="left")
    return frames["person"], frames["household"]
