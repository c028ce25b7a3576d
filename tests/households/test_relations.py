"""Suggested relations to a new head."""

from datetime import date

import pytest

from households.choices import Sex
from households.models import Person
from households.relations import likely_heir, suggested


def member(relation, sex="男", **fields):
    return Person(relation=relation, is_head=relation == "户主", sex=Sex.MALE if sex == "男" else Sex.FEMALE, **fields)


FAMILY = {
    "head": member("户主"), "wife": member("配偶", "女"), "son": member("之子", birthday=date(1990, 1, 1)),
    "daughter": member("之女", "女", birthday=date(1988, 1, 1)), "bride": member("之儿媳", "女"), "grandson": member("之孙子"),
    "mother": member("之母", "女"), "cousin": member("其他"),
}  # fmt: skip


@pytest.mark.parametrize(
    ("heir", "relations"),
    [
        ("wife", ["配偶", "户主", "之子", "之女", "之儿媳", "之孙子", "之婆婆", ""]),
        ("son", ["之父", "之母", "户主", "之兄弟姐妹", "", "", "之祖母", ""]),
        ("mother", ["之子", "之儿媳", "之孙子", "之孙女", "", "之曾孙子", "户主", ""]),
        ("cousin", ["", "", "", "", "", "", "", "户主"]),
    ],
)
def test_relations_to_the_heir(heir, relations):
    found = suggested(FAMILY.values(), FAMILY[heir])
    assert [found[person.pk] for person in FAMILY.values()] == relations


def test_the_spouse_follows_else_the_eldest_child():
    people = dict(FAMILY)
    assert likely_heir(people.values()) == people.pop("wife")
    assert likely_heir(people.values()) == people.pop("daughter")
    assert likely_heir([people["cousin"]]) is None
