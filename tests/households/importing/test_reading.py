"""From tables to clean rows: nobody is lost, everything odd is told."""

import pytest

from households.importing.reading import NotARegister, read_rows
from tests.builders import COUNTY, TOWNSHIPS, VILLAGES, a_county, an_id
from tests.households.tables import a_household_of, a_row, a_table, tables

pytestmark = pytest.mark.django_db


def read(*rows, numbers=frozenset()):
    a_county()
    return read_rows(tables(a_table(list(rows), numbers=numbers)), COUNTY)


def told(reading, *, refused=True):
    return [(p.row, p.column, p.message) for p in reading.problems.found if p.refused is refused]


def test_a_plain_household():
    number = an_id()
    reading = read(
        a_row("P1", 姓名="覃小明", 证件号码=number, 户联系电话="199 0000-0001"), a_row("P2", 与户主关系="配偶")
    )

    person, home = reading.people.iloc[0], reading.households.iloc[0]
    assert (person["name"], person["initials"], person["id_number"], person["is_head"]) == (
        "覃小明",
        "qxm",
        number,
        True,
    )
    assert (person["birthday"], person["sex"]) == ("1970-01-01", "male")
    assert (home["number"], home["village"], home["hamlet"], home["kind"]) == ("H1", VILLAGES[0], "大屯", "general")
    assert home["phone"] == "19900000001"
    assert (reading.rows, len(reading.people), reading.problems.found) == (2, 2, [])


@pytest.mark.parametrize(
    ("cells", "column", "message"),
    [
        ({"户编号": ""}, "户编号", "没有填写户编号，无法确定是哪一户"),
        ({"人编号": ""}, "人编号", "没有填写人编号，无法确定是哪个人"),
        ({"姓名": " "}, "姓名", "没有填写姓名"),
        ({"户编号": "H9", "行政村": "天边村"}, "行政村", "青山镇没有叫“天边村”的村，请核对名称"),
        ({"户编号": "H9", "乡(镇)": "天边镇"}, "乡(镇)", "本县没有叫“天边镇”的乡镇，请核对名称"),
        ({"人编号": "P1"}, "人编号", "人编号与第 4 行重复，只取前一行"),
        ({"户编号": "4" * 33}, "户编号", "户编号超过 32 位，请核对"),
    ],
)
def test_rows_that_cannot_be_placed_are_refused(cells, column, message):
    reading = read(a_row("P1"), a_row("P2", **cells))
    assert told(reading) == [(5, column, message)]
    assert reading.people["number"].tolist() == ["P1"]
    assert len(reading.people) + 1 == reading.rows


def test_a_number_that_excel_rounded_is_no_number():
    reading = read(a_row("P1"), a_row("4.50321195603208E+17"), numbers={(1, "人编号")})
    assert told(reading) == [(5, "人编号", "人编号被 Excel 存成了数字，末几位已丢失，请把该列设为文本后重新导出")]


def test_a_row_without_village_is_placed_by_its_household():
    reading = read(
        a_row("P1"), a_row("P2", 行政村="", 与户主关系="配偶"), a_row("P3", 行政村="下坪村", 与户主关系="之子")
    )
    assert reading.households["village"].tolist() == [VILLAGES[0]]
    assert told(reading) == []
    assert [row for row, *_ in told(reading, refused=False)] == [5, 6]


def test_the_village_of_the_head_counts():
    reading = read(a_row("P1", 行政村="下坪村", 与户主关系="配偶"), a_row("P2"))
    assert reading.households["village"].tolist() == [VILLAGES[0]]


def test_people_without_a_number_are_people_too():
    reading = read(
        a_row("P1", 证件号码="", 性别="女", 出生日期="19730208"),
        a_row("P2", 证件号码="无", 出生日期="1973年2月", 与户主关系="之子"),
    )
    assert reading.people["id_number"].tolist() == ["", ""]
    assert reading.people["sex"].tolist() == ["female", ""]
    assert reading.people["birthday"].tolist() == ["1973-02-08", ""]
    assert told(reading, refused=False) == [(5, "出生日期", "出生日期无法识别，请写成 1973-02-08 或 19730208")]


@pytest.mark.parametrize("written", ["1973-02-08", "1973/2/8", "1973.2.8", "1973年2月8日", "1973-02-08 00:00:00"])
def test_notations_of_a_birthday(written):
    assert read(a_row("P1", 证件号码="", 出生日期=written)).people["birthday"].tolist() == ["1973-02-08"]


def test_an_old_number_is_upgraded_and_a_wrong_one_kept():
    right = an_id()
    wrong = right[:17] + ("0" if right[17] != "0" else "1")
    old = right[:6] + right[8:17]
    reading = read(a_row("P1", 证件号码=old), a_row("P2", 证件号码=wrong, 与户主关系="之子"))
    assert reading.people["id_number"].tolist() == [right, wrong]
    assert told(reading, refused=False) == [(5, "证件号码", f"校验码不对，末位应为 {right[17]}")]
    assert right[6:14] not in reading.problems.found[0].content


def test_one_number_in_two_households_is_accepted_twice():
    number = an_id()
    reading = read(a_row("P1", "H1", 证件号码=number), a_row("P2", "H2", 证件号码=number))
    assert reading.people["id_number"].tolist() == [number, number]
    assert reading.problems.found == []


def test_a_number_with_lost_digits_is_marked_so():
    reading = read(a_row("P1", 证件号码="4.50321197001012E+17"), numbers={(0, "证件号码")})
    assert reading.people["id_number"].tolist() == ["450321197001012***"]


def test_the_second_head_keeps_his_place_but_not_the_flag():
    reading = read(a_row("P1"), a_row("P2"))
    assert reading.people["is_head"].tolist() == [True, False]
    assert told(reading, refused=False) == [(5, "与户主关系", "一户有两个户主，按前一个登记，请核实")]


@pytest.mark.parametrize(
    ("kind", "category", "expected", "notes"),
    [
        ("脱贫户", "脱贫不稳定户", ("lifted", "unstable"), 0),
        ("一般农户", "边缘易致贫户", ("general", "marginal"), 0),
        ("", "脱贫不稳定户", ("lifted", "unstable"), 0),
        ("边缘易致贫户", "", ("general", "marginal"), 0),
        ("一般农户", "突发严重困难户（一般农户）", ("general", "sudden"), 0),
        ("一般农户", "脱贫不稳定户", ("general", ""), 1),
        ("脱贫户", "否", ("lifted", ""), 0),
        ("牧业户", "甲类", ("general", ""), 2),
    ],
)
def test_kind_and_category(kind, category, expected, notes):
    reading = read(a_row("P1", 户类型=kind, 监测对象类别=category))
    home = reading.households.iloc[0]
    assert (home["kind"], home["category"]) == expected
    assert len(told(reading, refused=False)) == notes


def test_other_fields_are_kept_by_key_and_personal_columns_dropped():
    reading = read(
        a_row(
            "P1",
            政治面貌="群众",
            银行账号="6217990000000000000",
            危房户="否",
            风险备注="找李四19900000002",
            户籍性质="农业",
        )
    )
    assert reading.people["other"].tolist() == ['{"political": "masses"}']
    assert reading.households["other"].tolist() == ['{"risk_note": "找李四199****0002", "house_unsafe": "no"}']
    assert reading.unknown_columns == ["户籍性质"]


def test_a_row_with_another_household_phone_keeps_it_as_his_own():
    reading = read(a_row("P1", 户联系电话="19900000001"), a_row("P2", 户联系电话="19900000002", 与户主关系="之子"))
    assert reading.households["phone"].tolist() == ["19900000001"]
    assert reading.people["phone"].tolist() == ["", "19900000002"]


def test_household_values_come_from_any_member():
    reading = read(a_row("P1", 自然村=""), a_row("P2", 自然村="小屯", 与户主关系="配偶"))
    assert reading.households["hamlet"].tolist() == ["小屯"]


def test_sheets_are_read_together_and_others_named():
    a_county()
    first, second = a_table(a_household_of("H1", 2)), a_table(a_household_of("H2", 3), sheet="下半年")
    lists = a_table([{"姓名": "张三", "备注": ""}], sheet="说明")
    reading = read_rows(tables(first, second, lists), COUNTY)
    assert reading.rows == 5
    assert reading.passed_over == ["工作表“说明”缺少列：户编号、人编号、行政村"]


def test_a_table_without_the_columns_is_no_register():
    a_county()
    with pytest.raises(NotARegister, match="缺少列：户编号、人编号、行政村"):
        read_rows(tables(a_table([{"姓名": "张三", "证件号码": ""}])), COUNTY)


def test_a_file_of_another_county_says_why():
    with pytest.raises(NotARegister, match="文件中的 2 行都不能入库，最常见的原因：本县没有叫“红旗镇”的乡镇"):
        read(*(a_row(f"P{n}", f"H{n}", **{"乡(镇)": "红旗镇"}) for n in range(2)))


def test_fields_that_the_file_speaks_about():
    reading = read(a_row("P1"))
    assert "ethnicity" not in reading.person_fields
    assert {"household", "name", "initials", "birthday", "sex", "is_head"} <= reading.person_fields
    assert reading.household_fields == {"village", "hamlet", "kind", "category", "phone"}
    assert TOWNSHIPS[0] == reading.households["village"].iloc[0][:9]
