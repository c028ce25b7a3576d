"""Whether the number and name columns of a file belong together: a file of which only one column was sorted is held."""

import numpy as np
import pandas as pd

CONFLICT_LIMIT = 0.02  # a sound file has 0.2–0.6 % number/name conflicts, a shifted one 20 % and more
CONFLICT_FLOOR = 10  # fewer conflicts are held only where they are a quarter of the file
SMALL_FLOOR, SMALL_LIMIT = 4, 0.25
_WINDOW, _DENSE = 20, 10  # one sheet of many: this many conflicts within so many rows with a known number
_DRIFT, _ALARM = 0.25, 3.0  # a conflict adds 1 - _DRIFT, a sound row takes _DRIFT away
_UNSOUND = ("conflict", "T1hr", "T1x")  # number and name are two people's, of one household or not


def file_guard(decisions: pd.DataFrame) -> tuple[float, object | None]:
    """(share of rows whose number and name belong to different people, among rows with a known number; index label of
    the row from which the columns do not belong together, or None for a sound file).

    A few wrong rows do not hold a file: there must be more than 2 % and ten of them, a quarter of a small file, or ten
    among twenty rows that follow each other (one sheet of many).
    """
    codes, methods = pd.factorize(decisions["method"])

    def said(question) -> np.ndarray:
        return np.array([question(method) for method in methods], dtype=bool)[codes]

    conflict = said(lambda method: method == "conflict")
    known = conflict | said(lambda method: method.startswith("T1"))
    at = np.flatnonzero(known)
    share = float(conflict.sum() / max(len(at), 1))
    if not is_suspect(int(conflict.sum()), len(at)) and _densest(conflict[at]) < _DENSE:
        return share, None
    return share, decisions.index[at[_first_of_shift(said(_UNSOUND.__contains__)[at])]]


def is_suspect(conflicts: int, known: int) -> bool:
    """Whether a file with so many conflicts among so many rows with a known number is held."""
    if conflicts >= CONFLICT_FLOOR and conflicts > CONFLICT_LIMIT * known:
        return True
    return conflicts >= SMALL_FLOOR and conflicts > SMALL_LIMIT * known


def _densest(conflict: np.ndarray) -> int:
    """Most conflicts among _WINDOW rows that follow each other."""
    return int(np.convolve(conflict, np.ones(_WINDOW, dtype=np.int64)).max()) if len(conflict) else 0


def _first_of_shift(unsound: np.ndarray) -> int:
    """Where unsound rows begin to crowd (cumulative sum control chart); the first of them where they never do."""
    level = np.cumsum(np.where(unsound, 1 - _DRIFT, -_DRIFT))
    floor = np.minimum.accumulate(np.concatenate([[0.0], level[:-1]]))
    alarm = np.flatnonzero(level - floor >= _ALARM)
    if not len(alarm):
        return int(np.argmax(unsound))
    before = np.concatenate([[0.0], level[: alarm[0]]])
    return len(before) - 1 - int(np.argmin(before[::-1]))
