"""Models of screening."""

from screening.models.clue import Clue
from screening.models.extract import ClosedMonth, Extract, ExtractRow, RowChunk, RowMatch, RowProblem
from screening.models.remembered import Layout, Ruling, Spelling

__all__ = [
    "ClosedMonth",
    "Clue",
    "Extract",
    "ExtractRow",
    "Layout",
    "RowChunk",
    "RowMatch",
    "RowProblem",
    "Ruling",
    "Spelling",
]
