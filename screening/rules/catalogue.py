"""All rules of the house. A rule that stands here is run; its examples are run by tests/screening/rules."""

from screening.rules import civil_affairs, disability, education, housing, income, insurance, labour, medical, water
from screening.rules.base import Rule

RULES: tuple[Rule, ...] = (
    *education.RULES,
    *insurance.RULES,
    *medical.RULES,
    *housing.RULES,
    *water.RULES,
    *civil_affairs.RULES,
    *disability.RULES,
    *labour.RULES,
    *income.RULES,
)

BY_CODE: dict[str, Rule] = {rule.code: rule for rule in RULES}


def rules_for(list_code: str) -> tuple[Rule, ...]:
    return tuple(rule for rule in RULES if list_code in rule.lists)
