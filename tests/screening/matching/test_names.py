"""Names: which writings are one name, and how close two different ones are."""

import pandas as pd
import pytest

from screening.matching.names import Likeness, NameTable, compare, initials, name_key, pinyin_key, similarity


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("王 小　明\n", "王小明"),
        ("艾力·卡德尔", "艾力卡德尔"),
        ("艾力•卡德尔", "艾力卡德尔"),
        ("萧文军（户主）", "萧文军"),
        ("陆四生(残)", "陆四生"),
        ("王盛松*", "王盛松"),
        ("陸麗華", "陆丽华"),
        ("李昇", "李升"),
        ("黄小\u200b明", "黄小明"),
        ("", ""),
    ],
)
def test_writings_of_one_name(written, plain):
    assert name_key(written) == plain


@pytest.mark.parametrize(
    ("told", "known", "likeness"),
    [
        ("陸前希", "陆前希", Likeness.EQUAL),
        ("胡涵□", "胡涵顼", Likeness.MASKED),
        ("王*松", "王盛松", Likeness.MASKED),
        ("王某某", "王小明", Likeness.MASKED),
        ("余子勇", "余子永", Likeness.HOMOPHONE),
        ("阵慈莉", "陈慈莉", Likeness.ALIKE),
        ("任菲涵", "任菲航", Likeness.ALIKE),
        ("莫茂光", "莫强光", Likeness.ONE),
        ("李盛海", "李海盛", Likeness.ONE),
        ("欧阳小明", "欧阳明", Likeness.ONE),
        ("谭芷勇", "谭海瑶", Likeness.DIFFERENT),
        ("", "谭海瑶", Likeness.MISSING),
    ],
)
def test_how_close_two_names_are(told, known, likeness):
    a, b = NameTable(pd.Series([told])), NameTable(pd.Series([known]))
    assert compare(a, a.codes, b, b.codes).tolist() == [likeness]
    assert compare(b, b.codes, a, a.codes).tolist() == [likeness]


def test_a_name_that_cannot_be_read_wholly_has_no_hash():
    table = NameTable(pd.Series(["王小明", "王□明", "", None]))
    assert (table.row_hash() > 0).tolist() == [True, False, False, False]


def test_surnames_are_read_as_surnames():
    assert initials("覃小明") == "QXM"
    assert initials("单梅") == "SM"
    assert pinyin_key("曾国强") == "zeng guo qiang"


def test_similarity_puts_the_nearer_name_first():
    assert similarity("王雅", "王亚") > similarity("王雅", "李强")
    assert similarity("王雅", "王 雅") == 1.0
