"""Which rows that wait for a person would change a clue if they were decided: those come first in the queue. Pure."""

import dataclasses

import pandas as pd

from screening.choices import MatchState
from screening.extracts.layout import ListFormat
from screening.matching.names import name_key
from screening.rules.base import USABLE_STATES, Context, StandardLike
from screening.rules.evaluate_pure import evaluate

_PLACE = ["sheet_no", "row"]


def would_change(
    rows: pd.DataFrame,
    candidates: pd.Series,
    people: pd.DataFrame,
    standard: StandardLike,
    context: Context,
    fmt: ListFormat,
) -> list[tuple[int, int]]:
    """(sheet_no, row) of the waiting rows whose decision raises or lifts a clue.

    rows: as for ``evaluate``; candidates: lists of person ids, best first, index (sheet_no, row). Two questions: do the households
    concerned have other findings once each row is its first candidate; and does a row keep somebody from counting as missing from a
    roster (``context.held_back``, filled by the evaluation that found the month's clues).
    """
    waiting = rows[rows["state"].eq(MatchState.AMBIGUOUS)]
    if waiting.empty:
        return []
    places = pd.MultiIndex.from_frame(waiting[_PLACE])
    shown = candidates.reindex(places).to_numpy()
    first = pd.Series(
        [found[0] if isinstance(found, list) and found else None for found in shown], index=waiting.index
    )
    concerned = people[people["person"].isin(set(first.dropna()))]
    homes = concerned.drop_duplicates("person").set_index("person")["household"]
    household = first.map(homes)
    changes = _changed(rows, waiting, first, household, people, standard, context, fmt)
    changes |= _holds_back(waiting, shown, people, context)
    return [(int(sheet_no), int(row)) for sheet_no, row in waiting.loc[changes, _PLACE].itertuples(index=False)]


def _changed(rows, waiting, first, household, people, standard, context, fmt) -> pd.Series:
    """Which waiting rows make a difference: their households' rows alone are evaluated, with them decided and without.

    A fact that is new is the doing of the row it cites; one that goes, or cites a row that waits for nobody, of all the household's.
    """
    known = household.notna()
    concerned = set(household[known])
    around = rows[rows["state"].isin(USABLE_STATES) & rows["household"].isin(concerned)]
    supposed = waiting[known].assign(state="decided", person=first[known], household=household[known])
    near = people[people["household"].isin(concerned)]
    context = dataclasses.replace(
        context, previous=_of(context.previous, concerned), earlier=_of(context.earlier, concerned), held_back=set()
    )
    before, after = (
        _facts(evaluate(part, near, standard, context, fmt=fmt)) for part in (around, pd.concat([around, supposed]))
    )
    places = list(zip(waiting["sheet"], waiting["row"], strict=True))
    cited = {after[fact] for fact in after.keys() - before.keys()} & set(places)
    homes = {home for home, _ in before.keys() - after.keys()}
    homes |= {fact[0] for fact in after.keys() - before.keys() if after[fact] not in cited}
    return pd.Series([place in cited for place in places], index=waiting.index) | household.isin(homes)


def _of(frame: pd.DataFrame | None, households: set) -> pd.DataFrame | None:
    return None if frame is None else frame[frame["household"].isin(households)]


def _facts(findings: pd.DataFrame) -> dict[tuple, tuple]:
    """(household, fingerprint) -> (sheet, row) cited, of what rows say; that a row is missing cannot be asked of a few rows."""
    said = findings[findings["row"] > 0]
    facts = zip(said["household"], said["fingerprint"], strict=True)
    return dict(zip(facts, zip(said["sheet"], said["row"], strict=True), strict=True))


def _holds_back(waiting: pd.DataFrame, shown, people: pd.DataFrame, context: Context) -> pd.Series:
    held = people[people["person"].isin(context.held_back)]
    if held.empty:
        return pd.Series(False, index=waiting.index)
    persons = set(held["person"])
    named = {(name_key(name), village) for name, village in zip(held["name"], held["village"], strict=True)}
    named |= {(name, "") for name, _ in named}
    blank = pd.Series("", index=waiting.index)
    told = zip(waiting.get("name", blank), waiting.get("village_code", blank), strict=True)
    by_name = [(name_key(name), village) in named for name, village in told]
    by_person = [isinstance(found, list) and not persons.isdisjoint(found) for found in shown]
    return pd.Series(by_name, index=waiting.index) | pd.Series(by_person, index=waiting.index)
