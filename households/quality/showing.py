"""Problems and rules as pages and exports write them."""

from collections.abc import Iterable

from fangpin.policy.models import Standard
from fangpin.policy.sections import amount_text
from households.choices import CheckGroup, Severity
from households.models import QualityProblem
from households.quality.base import Rule
from households.quality.catalogue import BY_CODE, RULES
from households.quality.standing import sentence_of

TONES = {Severity.ERROR: "red", Severity.WARNING: "amber", Severity.HINT: "blue"}


def shown_problems(problems: Iterable[QualityProblem]) -> list[QualityProblem]:
    """The same problems with ``sentence``, ``rule``, ``tone`` and ``state`` (text, tone) for templates."""
    problems = list(problems)
    for problem in problems:
        problem.sentence, problem.rule = sentence_of(problem), BY_CODE[problem.code]
        problem.tone, problem.state = TONES[problem.severity], state_of(problem)
    return problems


def state_of(problem: QualityProblem) -> tuple[str, str]:
    if problem.gone_at:
        return "已消除", "green"
    if problem.is_exempt:
        return f"豁免至 {problem.exemption.until:%Y-%m-%d}", ""
    if problem.explained_at:
        return "已说明", "teal"
    return ("提示", "blue") if problem.severity == Severity.HINT else ("待整改", TONES[problem.severity])


def rules_by_group(
    standard: Standard | None, kept: frozenset[str] | None, counts: dict[str, int]
) -> list[tuple[CheckGroup, list[dict]]]:
    """Every check with its figures in force, an example of its sentence, whether it sleeps, and how many problems it has."""
    groups: dict[CheckGroup, list[dict]] = {}
    for rule in RULES:
        example = next(example.expect[0] for example in rule.examples if example.expect)
        groups.setdefault(rule.group, []).append(
            {
                "rule": rule,
                "example": example,
                "figures": _figures(rule, standard),
                "sleeps": kept is not None and bool(rule.asks) and not kept & set(rule.asks),
                "count": counts.get(rule.code, 0),
                "tone": TONES[rule.severity],
            }
        )
    return list(groups.items())


def _figures(rule: Rule, standard: Standard | None) -> list[tuple[str, str]]:
    return [(key.label, amount_text(key, standard.amount(key))) for key in rule.keys] if standard else []
