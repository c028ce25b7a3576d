"""Models of the register."""

from households.models.change import Change, LifeEvent
from households.models.difference import Difference
from households.models.household import Household
from households.models.importing import ImportState, RegisterImport
from households.models.income import Income
from households.models.person import Person
from households.models.quality import Exemption, QualityCheck, QualityProblem

__all__ = [
    "Change",
    "Difference",
    "Exemption",
    "Household",
    "ImportState",
    "Income",
    "LifeEvent",
    "Person",
    "QualityCheck",
    "QualityProblem",
    "RegisterImport",
]
