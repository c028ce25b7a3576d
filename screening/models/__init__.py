"""Models of screening."""

from screening.models.clue import Clue, Evaluation, RepeatedReport
from screening.models.comparison import Comparison, ComparisonItem
from screening.models.department import DepartmentMonth
from screening.models.extract import ClosedMonth, Extract, RowChunk, RowMatch, RowProblem
from screening.models.photo import Photo
from screening.models.remembered import Layout, Ruling, Spelling
from screening.models.round import OfflineEntry, OfflineList, Round
from screening.models.verification import TaskStep, VerificationResult, VerificationTask
from screening.models.watch import WatchItem

__all__ = [
    "ClosedMonth",
    "Clue",
    "Comparison",
    "ComparisonItem",
    "DepartmentMonth",
    "Evaluation",
    "Extract",
    "Layout",
    "OfflineEntry",
    "OfflineList",
    "Photo",
    "RepeatedReport",
    "Round",
    "RowChunk",
    "RowMatch",
    "RowProblem",
    "Ruling",
    "Spelling",
    "TaskStep",
    "VerificationResult",
    "VerificationTask",
    "WatchItem",
]
