"""What people decided about rows, as matching reads it: indexes of what rows say, and the rulings that stand in a county."""

import numpy as np
import pandas as pd

from fangpin.masking import scrub
from fangpin.sealing import blind_many
from screening.choices import MatchState
from screening.matching.keys import row_key
from screening.models import Extract, Ruling

_DOMAIN = "row_key"
_DIGITS = r"\d{6}"  # fewer are no number of a person
_LONGEST_NAME = 15  # longer cells hold more than a name and may be kept masked


def row_indexes(rows: pd.DataFrame, list_code: str) -> pd.Series:
    """The blind index (16 bytes) of what each row says of a person, None where that is only a name; index of ``rows``.

    rows: identity columns (``matching.identity_columns``). Name and place alone are two people's in many a village, so they count
    within one list only; a number, birthday, phone or relative beside the name makes the index the same in every list.
    """
    strong = telling(rows)
    placed = _filled(rows, "village") | _filled(rows, "township") | _filled(rows, "hamlet")
    texts = row_key(rows)
    texts = texts.where(strong, texts + "@" + list_code).where(strong | placed, "")
    return pd.Series(_objects(blind_many(_DOMAIN, texts)), index=rows.index)


def _objects(values: list[bytes | None]) -> np.ndarray:
    """An array that keeps None as it is, where a column would make NaN of it."""
    array = np.empty(len(values), dtype=object)
    array[:] = values
    return array


def telling(rows: pd.DataFrame) -> pd.Series:
    """Whether a row says more of a person than name and place."""
    name = rows.get("name", "")
    found = _filled(rows, "birthday") | _filled(rows, "guardian")
    for column in ("id_text", "certificate", "phone"):
        if column in rows:
            found |= rows[column].fillna("").str.contains(_DIGITS, regex=True)
    return found | (_filled(rows, "head_name") & rows["head_name"].ne(name) if "head_name" in rows else False)


def _filled(rows: pd.DataFrame, column: str) -> pd.Series:
    if column not in rows:
        return pd.Series(False, index=rows.index)
    return rows[column].fillna("").str.strip().ne("")


def with_standing(rows: pd.DataFrame, extract: Extract) -> tuple[pd.DataFrame, pd.DataFrame | None]:
    """(rows with the column row_key, the county's rulings as ``resolve.match`` reads them); no rulings, nothing computed.

    Only rows with a name that somebody ruled on get a key. Of several rows of one file with the same name and place, and nothing
    else, a ruling does not say which it meant: they are left to people.
    """
    rulings = Ruling.objects.standing().filter(county=extract.county_id)
    standing = pd.DataFrame(
        [(bytes(index), str(person), same, name) for index, person, same, name in rulings.values_list(
            "row_index", "person_id", "same", "name"
        )],
        columns=["row_key", "person", "same", "name"],
    )  # fmt: skip
    if standing.empty or "name" not in rows:
        return rows, None
    names = rows["name"].fillna("")
    asked = rows[names.isin(standing["name"]) | (names.str.len() > _LONGEST_NAME)]
    found = row_indexes(asked, extract.list_code)
    unclear = ~telling(asked) & found.duplicated(keep=False)
    keys = found.where(~unclear).reindex(rows.index)
    return rows.assign(row_key=keys), standing[["row_key", "person", "same"]]


def indexes_to_keep(rows: pd.DataFrame, decided: pd.DataFrame, list_code: str) -> np.ndarray:
    """The index of each row that waits for a person or that a ruling decided, None for all others (object)."""
    wanted = (decided["state"].eq(MatchState.AMBIGUOUS) | decided["method"].eq("decided")).to_numpy()
    indexes = np.full(len(rows), None, dtype=object)
    indexes[wanted] = row_indexes(rows[wanted], list_code).to_numpy()
    return indexes


def name_kept(name: str) -> str:
    """A name as a waiting row keeps it."""
    return scrub(name[:60])
