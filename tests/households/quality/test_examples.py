"""Every check's own table of examples, and what every check must have."""

import functools
import json

import pytest

from households.choices import CheckGroup
from households.quality.catalogue import ACROSS, BY_CODE, RULES
from households.quality.evaluate import evaluate
from tests.households.quality.frames import Figures, frames_of

EXAMPLES = [
    pytest.param(rule, example, id=f"{rule.code}-{example.title}") for rule in RULES for example in rule.examples
]
# domain.md 7.4: how many rules each group has.
COUNTS = {"A": 22, "B": 13, "C": 13, "D": 12, "E": 8, "I": 9}


@functools.cache
def checked(code):
    """(sentences, lines found, figures asked for) of each example of a rule by its title; worked out once for all tests here."""
    return {example.title: _checked(BY_CODE[code], example) for example in BY_CODE[code].examples}


def _checked(rule, example):
    figures = Figures()
    people, households, context = frames_of(example, figures)
    found = evaluate(people, households, context, rules=(rule,)).to_dict("records")
    names = dict(zip(people["person"], people["name"], strict=True))
    heads = dict(zip(households["household"], households["head"] + "户", strict=True))
    said = tuple(rule.say(names.get(row["person"]) or heads[row["household"]], row["values"]) for row in found)
    return said, found, figures.asked


@pytest.mark.parametrize(("rule", "example"), EXAMPLES)
def test_example(rule, example):
    said, _, _ = checked(rule.code)[example.title]
    assert said == example.expect


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_rule_is_complete(rule):
    assert any(example.expect for example in rule.examples), "没有触发的例子"
    assert any(not example.expect for example in rule.examples), "没有不触发的例子"
    assert len({example.title for example in rule.examples}) == len(rule.examples)
    assert rule.title
    assert rule.hint
    assert rule.sentence.startswith("{name}")
    assert rule.about in ("person", "household")


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_rule_reads_the_figures_it_declares(rule):
    assert set().union(*(asked for _, _, asked in checked(rule.code).values())) == set(rule.keys)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_what_a_rule_finds_is_about_its_object_and_fits_into_json(rule):
    for _, found, _ in checked(rule.code).values():
        for row in found:
            assert (row["person"] is not None) == (rule.about == "person")
            json.dumps(row["values"])


def test_every_rule_of_the_paper_is_here_once():
    assert len(BY_CODE) == len(RULES)
    numbers = {group: [rule.code for rule in RULES if rule.code[0] == group] for group in COUNTS}
    assert numbers == {group: [f"{group}{nth:02d}" for nth in range(1, count + 1)] for group, count in COUNTS.items()}
    assert set(COUNTS) == set(CheckGroup.values)
    assert set(BY_CODE) >= ACROSS


def test_an_empty_register_has_no_problems():
    people, households, context = frames_of(RULES[0].examples[0])
    assert evaluate(people.iloc[:0], households.iloc[:0], context).empty
