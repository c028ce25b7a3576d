"""Fields of the register: read, shown, held; every heading of the national export has one."""

import pytest

from households import dictionaries as codes
from households.fields import BY_KEY, FIELDS, GROUPS, PERSON_FIELDS, fields_of, unknown_of
from households.importing.columns import heading_key
from households.models import Household, Person
from households.values import Kind, NotReadable, implausible, put, read, show, value_of


@pytest.mark.parametrize(
    ("key", "text", "value", "shown"),
    [
        ("house_area", "８２.50平方米", "82.5", "82.5 平方米"),
        ("field_area", "2.3亩", "2.3", "2.3 亩"),
        ("work_pay", "3,500元", "3500", "3500 元"),
        ("wages", "1.2万元", "12000", "12000 元"),
        ("net_income", "-200", "-200", "-200 元"),
        ("lifted_in", "2019年", "2019", "2019"),
        ("lifted_in", "201912", "2019", "2019"),
        ("monitored_from", "202105", "2021-05", "2021-05"),
        ("monitored_from", "2021年5月6日", "2021-05", "2021-05"),
        ("collected_on", "2021.5.6", "2021-05-06", "2021-05-06"),
        ("toilet", "有", "yes", "是"),
        ("toilet", "否", "no", "否"),
        ("relation", "长子", "son", "之子"),
        ("relation", "与户主：之孙女".removeprefix("与户主："), "granddaughter", "之孙女"),
        ("student_status", "高一", "senior_1", "普通高中一年级"),
        ("health", "残疾、长期慢性病", "chronic,disabled", "长期慢性病、残疾"),
        ("disability_level", "肆级", "level_4", "四级"),
        ("ethnicity", "壮", "zhuang", "壮族"),
        ("minimum_living", "否", "none", "未享受"),
        ("water_supply", "水柜", "tank", "分散供水（水柜）"),
        ("work_channel", "亲友带动/自主就业", "own", "亲友带动或自主就业"),
        ("school", " 中心小学 ", "中心小学", "中心小学"),
        ("school", "/", "", ""),
    ],
)
def test_a_cell_is_read_and_shown(key, text, value, shown):
    assert read(BY_KEY[key], text) == value
    assert show(BY_KEY[key], value) == shown


@pytest.mark.parametrize(
    ("key", "text", "sentence"),
    [
        ("house_area", "很大", "住房面积应为数字"),
        ("lifted_in", "19", "脱贫年度应为年份"),
        ("monitored_from", "五月", "应为年月"),
        ("collected_on", "前天", "应为日期"),
        ("toilet", "不清楚", "应填“是”或“否”"),
        ("relation", "邻居", "与户主关系没有“邻居”这一项"),
        ("health", "健康，高血压", "健康状况没有“高血压”这一项"),
    ],
)
def test_what_is_not_readable_says_so(key, text, sentence):
    with pytest.raises(NotReadable, match=sentence):
        read(BY_KEY[key], text)


@pytest.mark.parametrize(
    ("key", "value", "sentence"),
    [
        ("field_area", "100", ""),
        ("field_area", "100.01", "耕地面积应在 0 到 100 亩之间"),
        ("work_months", "13", "务工时间应在 0 到 12 月之间"),
        ("lifted_in", "2013", "脱贫年度应在 2014 到 2021 之间"),
        ("school", "999", ""),
    ],
)
def test_what_is_implausible_says_between_what(key, value, sentence):
    assert implausible(BY_KEY[key], value) == sentence


def test_what_is_shown_is_read_back():
    for field in FIELDS:
        for slug in field.codes.labels if field.codes else ():
            assert read(field, show(field, slug)) == slug, (field.key, slug)


def test_values_go_into_columns_as_labels_and_into_other_as_slugs():
    person, home = Person(), Household()
    put(person, BY_KEY["health"], "chronic,disabled")
    put(person, BY_KEY["sex"], "female")
    put(person, BY_KEY["birthday"], "1970-01-02")
    put(person, BY_KEY["political"], "member")
    put(home, BY_KEY["house_grade"], "c")
    assert (person.health, person.sex, str(person.birthday)) == ("长期慢性病,残疾", "female", "1970-01-02")
    assert (person.other, home.other) == ({"political": "member"}, {"house_grade": "c"})
    assert [value_of(person, BY_KEY[key]) for key in ("health", "birthday", "political")] == [
        "chronic,disabled", "1970-01-02", "member",
    ]  # fmt: skip
    put(home, BY_KEY["house_grade"], "")
    assert home.other == {}


def test_what_a_file_wrote_and_nobody_knows_is_neither_lost_nor_hidden():
    person = Person(health="高血压", other={"political": "无党派", "新栏目": "甲"})
    assert show(BY_KEY["health"], value_of(person, BY_KEY["health"])) == "高血压"
    assert show(BY_KEY["political"], value_of(person, BY_KEY["political"])) == "无党派"
    assert unknown_of(person) == [("新栏目", "甲")]


def test_keys_and_headings_are_unambiguous():
    headings = [heading_key(word) for field in FIELDS for word in (field.label, *field.aliases)]
    assert len({field.key for field in FIELDS}) == len(FIELDS)
    assert len(set(headings)) == len(headings)
    assert sum(len(fields_of(group)) for group in GROUPS) == len(FIELDS)


def test_fields_fit_their_models():
    for field in FIELDS:
        if field.column:
            assert hasattr(Person if field in PERSON_FIELDS else Household, field.column), field.key
        assert (field.codes is not None) == (field.kind in (Kind.CHOICE, Kind.MULTI)), field.key


def test_dictionaries_have_as_many_entries_as_the_national_system():
    tables = (codes.RELATION, codes.ETHNICITY, codes.STUDENT, codes.HEALTH, codes.LABOUR, codes.EDUCATION)
    assert [len(table.labels) for table in tables] == [28, 56, 26, 4, 5, 6]
