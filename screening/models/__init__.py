"""Models of screening."""

from screening.models.clue import Clue, Evaluation
from screening.models.extract import ClosedMonth, Extract, RowChunk, RowMatch, RowProblem
from screening.models.remembered import Layout, Ruling, Spelling

__all__ = [
    "ClosedMonth",
    "Clue",
    "Evaluation",
    "Extract",
    "Layout",
    "RowChunk",
    "RowMatch",
    "RowProblem",
    "Ruling",
    "Spelling",
]
