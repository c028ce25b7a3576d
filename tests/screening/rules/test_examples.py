"""Every rule's own table of examples, and what every rule must have."""

import functools

import pytest

from screening.choices import Risk
from screening.extracts.formats import FORMATS
from screening.rules.base import EARLIER, PREVIOUS, Context
from screening.rules.catalogue import BY_CODE, RULES, rules_for
from screening.rules.evaluate_pure import FOUND_COLUMNS, as_rule_rows, evaluate
from tests.screening.rules.frames import Figures, context_of, people_of, rows_of

EXAMPLES = [
    pytest.param(rule, example, id=f"{rule.code}-{example.title}") for rule in RULES for example in rule.examples
]


class Asked(Figures):
    """Default figures that note which of them were asked for."""

    def __init__(self):
        super().__init__()
        self.keys = set()

    def amount(self, key):
        self.keys.add(key)
        return super().amount(key)


@functools.cache
def evaluated(code):
    """(findings, keys of figures asked for) of each example of a rule by its title; worked out once for all tests here."""
    return {example.title: _evaluated(BY_CODE[code], example) for example in BY_CODE[code].examples}


def _evaluated(rule, example):
    code, figures = example.list_code or rule.lists[0], Asked()
    context = context_of(code, period=example.period, previous=example.previous, withheld=example.withheld)
    rows = rows_of(FORMATS[code], *example.rows)
    return evaluate(rows, people_of(*example.people), figures, context, rules=(rule,)), figures.keys


@pytest.mark.parametrize(("rule", "example"), EXAMPLES)
def test_example(rule, example):
    found, _ = evaluated(rule.code)[example.title]
    assert tuple(found["sentence"]) == example.expect
    if example.red is not None:
        assert set(found["red"]) == {example.red}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_rule_is_complete(rule):
    assert any(example.expect for example in rule.examples), "没有触发的例子"
    assert any(not example.expect for example in rule.examples), "没有不触发的例子"
    assert len({example.title for example in rule.examples}) == len(rule.examples)
    assert set(rule.lists) <= set(FORMATS)
    assert rule.risk in Risk
    assert len(rule.code) <= 40


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_rule_asks_only_for_declared_thresholds(rule):
    asked = set().union(*(keys for _, keys in evaluated(rule.code).values()))
    assert asked - {"disability_level_max"} <= set(rule.keys)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_rule_looks_back_only_where_it_says_so(rule):
    class Recorder(Context):
        def __getattribute__(self, name):
            asked.add(name)
            return super().__getattribute__(name)

    asked = set()
    for example in rule.examples:
        code = example.list_code or rule.lists[0]
        rows = as_rule_rows(rows_of(FORMATS[code], *example.rows), FORMATS[code])
        rule.find(rows, people_of(*example.people), Figures(), Recorder(period=example.period, list_code=code))
    assert asked & {PREVIOUS, EARLIER} <= {rule.looks_back}


@pytest.mark.parametrize("code", FORMATS)
def test_every_list_has_a_rule_and_an_empty_file_is_silent(code):
    assert rules_for(code)
    found = evaluate(rows_of(FORMATS[code]), people_of(), Figures(), context_of(code, previous=()))
    assert found.empty
    assert list(found.columns) == list(FOUND_COLUMNS)


def test_rule_codes_are_unique():
    assert len(BY_CODE) == len(RULES)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_rows_under_review_or_unknown_raise_nothing(rule):
    """ "ambiguous" and "none" rows are withheld, whatever they say; a list of places has nobody to match."""
    for example in rule.examples:
        code = example.list_code or rule.lists[0]
        if FORMATS[code].place_level or not example.rows:
            continue
        hidden = [{**row, "state": state} for row in example.rows for state in ("ambiguous", "none")]
        context = context_of(code, withheld=("p1", "p2", "p3"))
        found = evaluate(
            rows_of(FORMATS[code], *hidden), people_of(*example.people), Figures(), context, rules=(rule,)
        )
        assert found.empty
