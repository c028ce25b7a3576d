"""Models of screening."""

from screening.models.clue import Clue
from screening.models.extract import ClosedMonth, Extract, ExtractRow, RowMatch, RowProblem

__all__ = ["ClosedMonth", "Clue", "Extract", "ExtractRow", "RowMatch", "RowProblem"]
