"""Models of the register."""

from households.models.change import Change, LifeEvent
from households.models.difference import Difference
from households.models.household import Household
from households.models.importing import ImportState, RegisterImport
from households.models.person import Person

__all__ = ["Change", "Difference", "Household", "ImportState", "LifeEvent", "Person", "RegisterImport"]
