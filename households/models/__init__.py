"""Models of the register."""

from households.models.household import Household
from households.models.importing import ImportState, RegisterImport
from households.models.person import Person

__all__ = ["Household", "ImportState", "Person", "RegisterImport"]
