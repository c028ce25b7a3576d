"""Models of the register."""

from households.models.change import Change, LifeEvent
from households.models.household import Household
from households.models.importing import ImportState, RegisterImport
from households.models.income import Income
from households.models.person import Person

__all__ = ["Change", "Household", "ImportState", "Income", "LifeEvent", "Person", "RegisterImport"]
