"""Pinyin initials."""

import pytest

from households.initials import initials, initials_many


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("覃小明", "qxm"),
        ("曾繁", "zf"),
        ("单雄信", "sxx"),
        ("仇和", "qh"),
        ("欧阳·修", "oyx"),
        ("Li Ming", "liming"),
        ("", ""),
        ("？", ""),
    ],
)
def test_initials(name, letters):
    assert initials(name) == letters


def test_many_names_in_order():
    assert initials_many(["李四", "张三", "李四"]) == ["ls", "zs", "ls"]


def test_long_names_are_cut():
    assert len(initials("李" * 60)) == 30
