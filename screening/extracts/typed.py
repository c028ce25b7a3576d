"""Checked rows are text (they are stored and shown as such); rules and reports want numbers and dates."""

import numpy as np
import pandas as pd

from fangpin.sheets import matches
from screening.extracts.layout import DATE_KINDS, NUMERIC_KINDS, ListFormat


def typed(rows: pd.DataFrame, fmt: ListFormat) -> pd.DataFrame:
    """A copy of ``rows`` with every column of the list in its own type, columns the file lacks filled with blanks.

    Amounts, numbers, integers and years float64 (NaN blank), dates and months datetime64[ns] (NaT blank, months as
    their first day), everything else str ("" blank). Columns that are not the list's stay as they are.
    Text that does not fit (refused rows keep it) becomes blank.
    """
    out = rows.copy()
    for column in fmt.columns:
        values = out[column.key] if column.key in out else pd.Series("", index=out.index, dtype="str")
        if column.kind in NUMERIC_KINDS:
            out[column.key] = _numbers(values)
        elif column.kind in DATE_KINDS:
            out[column.key] = _dates(values)
        else:
            out[column.key] = _texts(values)
    return out


def _texts(values):
    whole = isinstance(values.dtype, pd.StringDtype) and not values.hasnans
    return values if whole else values.fillna("").astype("str")


def _numbers(values):
    if pd.api.types.is_numeric_dtype(values):
        return values.astype("float64")
    # checking writes plain numbers; the rare others go the slow way
    text = _texts(values)
    numbers = np.full(len(text), np.nan)
    plain = matches(text, r"^-?\d+(?:\.\d+)?$")
    numbers[plain] = text[plain].astype("float64")
    left = ~plain & text.ne("").to_numpy()
    numbers[left] = pd.to_numeric(text[left], errors="coerce")
    return pd.Series(numbers, values.index)


def _dates(values):
    if pd.api.types.is_datetime64_any_dtype(values):
        return values.astype("datetime64[ns]")
    # checking writes "2021-05-06" and, for months, "2021-05"
    text = _texts(values)
    return pd.to_datetime(text.where(text.str.len() != 7, text + "-01"), format="%Y-%m-%d", errors="coerce").astype(
        "datetime64[ns]"
    )
