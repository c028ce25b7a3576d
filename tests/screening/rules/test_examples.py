"""Every rule's own table of examples, and what every rule must have."""

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


@pytest.mark.parametrize(("rule", "example"), EXAMPLES)
def test_example(rule, example):
    code = example.list_code or rule.lists[0]
    context = context_of(code, period=example.period, previous=example.previous, withheld=example.withheld)
    found = evaluate(
        rows_of(FORMATS[code], *example.rows), people_of(*example.people), Figures(), context, rules=(rule,)
    )
    assert tuple(found["sentence"]) == example.expect
    if example.red is not None:
        assert set(found["red"]) == {example.red}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_rule_is_complete(rule):
    assert any(example.expect for example in rule.examples), "没有触发的例子"
    assert any(not example.expect for example in rule.examples), "没有不触发的例子"
    assert set(rule.lists) <= set(FORMATS)
    assert rule.risk in Risk
    assert len(rule.code) <= 40


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_rule_asks_only_for_declared_thresholds(rule):
    class Recorder(Figures):
        def amount(self, key):
            asked.add(key)
            return super().amount(key)

    asked = set()
    for example in rule.examples:
        code = example.list_code or rule.lists[0]
        context = context_of(code, previous=example.previous, withheld=example.withheld)
        evaluate(rows_of(FORMATS[code], *example.rows), people_of(*example.people), Recorder(), context, rules=(rule,))
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
        for state in ("ambiguous", "none"):
            rows = rows_of(FORMATS[code], *({**row, "state": state} for row in example.rows))
            context = context_of(code, withheld=("p1", "p2", "p3"))
            assert evaluate(rows, people_of(*example.people), Figures(), context, rules=(rule,)).empty
