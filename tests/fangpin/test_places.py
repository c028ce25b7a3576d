"""Places as departments write them: endings, prefixes, addresses; and what is asked back."""

import pandas as pd
import pytest

from fangpin.divisions.places import Gazetteer, resolve_places

DIVISIONS = pd.DataFrame(
    [
        ("450321000000", "阳朔县", "county"),
        ("450321100000", "阳朔镇", "township"),
        ("450321100200", "矮山村委会", "village"),
        ("450321100002", "屏风山社区居委会", "village"),
        ("450321101000", "白沙镇", "township"),
        ("450321101001", "白沙街居委会", "village"),
        ("450321101200", "白沙村委会", "village"),
        ("450321102000", "福利镇", "township"),
        ("450321102215", "屏山村委会", "village"),
        ("450321104000", "葡萄镇", "township"),
        ("450321104001", "葡萄居委会", "village"),
        ("450321104201", "葡萄村委会", "village"),
        ("450321104200", "福旺村委会", "village"),
        ("450321200000", "金宝乡", "township"),
        ("450321200202", "阳朔垌村委会", "village"),
    ],
    columns=["code", "name", "level"],
)


@pytest.mark.parametrize(
    "village", ["矮山村委会", "矮山村民委员会", "矮山村", "矮山村委", "矮山", "阳朔镇矮山村", "矮 山村"]
)
def test_endings_and_prefixes_do_not_matter(village):
    assert Gazetteer(DIVISIONS).resolve("阳朔镇", village, "")[:2] == ("450321100", "450321100200")


@pytest.mark.parametrize("township", ["阳朔镇", "阳朔", "阳朔县阳朔镇", "阳朔镇人民政府", "广西桂林市阳朔县阳朔镇"])
def test_writings_of_a_township(township):
    assert Gazetteer(DIVISIONS).resolve(township, "屏风山社区", "")[:2] == ("450321100", "450321100002")


@pytest.mark.parametrize(("township", "village"), [("葡萄镇", "葡萄"), ("白沙镇", "白沙")])
def test_a_bare_name_of_two_units_is_asked_back(township, village):
    code, found, _, note = Gazetteer(DIVISIONS).resolve(township, village, "")
    assert (code != "", found) == (True, "")
    assert note.endswith("请写全称")


def test_the_ending_decides_between_two_units():
    gazetteer = Gazetteer(DIVISIONS)
    assert gazetteer.resolve("葡萄镇", "葡萄村", "")[1] == "450321104201"
    assert gazetteer.resolve("葡萄镇", "葡萄居委会", "")[1] == "450321104001"
    assert gazetteer.resolve("白沙镇", "白沙街", "")[1] == "450321101001"


def test_near_names_are_not_taken_for_each_other():
    assert Gazetteer(DIVISIONS).resolve("阳朔镇", "屏山", "")[1:] == ("", "", "阳朔镇没有叫“屏山”的村，请核对名称")


def test_a_village_of_another_township_is_asked_back():
    answer = Gazetteer(DIVISIONS).resolve("福利镇", "阳朔镇矮山村", "")
    assert answer == ("", "", "", "阳朔镇矮山村不在福利镇，请核对乡镇和村")


def test_an_address_gives_township_village_and_hamlet():
    answer = Gazetteer(DIVISIONS).resolve("", "", "阳朔县金宝乡阳朔垌村委会坪河组")
    assert answer == ("450321200", "450321200202", "坪河组", "")


def test_columns_are_resolved_row_by_row():
    rows = pd.DataFrame(
        {"t": ["福利镇", None, "葡萄镇"], "v": ["屏山村", "福旺村", ""], "a": ["", "", None]}, index=[7, 8, 9]
    )
    found = resolve_places(rows["t"], rows["v"], rows["a"], DIVISIONS)
    assert found.index.tolist() == [7, 8, 9]
    assert found["village_code"].tolist() == ["450321102215", "450321104200", ""]
    assert found["township_code"].tolist() == ["450321102", "450321104", "450321104"]
