"""What of the register itself keeps an import from being undone besides changes of its rows (households.importing.undoing)."""

from households.importing.undoing import Blocker, register_blocker
from households.income_takeover import incomes_corrected_since


@register_blocker
def corrected_incomes(batch):
    yield Blocker("之后更正过的收支", incomes_corrected_since(batch).count())
