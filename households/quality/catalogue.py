"""All checks of the register. A rule that stands here is run; its examples are run by tests/households/quality."""

from households.quality import ages, identity, income, living, members, structure, work
from households.quality.base import Rule

RULES: tuple[Rule, ...] = tuple(
    sorted(
        (
            *identity.RULES,
            *structure.RULES,
            *members.RULES,
            *ages.RULES,
            *work.RULES,
            *living.RULES,
            *income.RULES,
        ),
        key=lambda rule: rule.code,
    )
)

BY_CODE: dict[str, Rule] = {rule.code: rule for rule in RULES}

# Checks that compare a household with others of the county: a change in one may begin or end a problem in another.
ACROSS = frozenset({"A04", "A18", "A19", "D07"})
