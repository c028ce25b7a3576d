"""Tables are found in what offices send: title rows, stacked and merged headers, totals, footers, and no row is lost."""

import io

import pytest

from fangpin.sheets import Skipped, Unreadable, Why, column_letter, normalise_header, read_tables
from tests.fangpin.sheets.books import HEADER, PEOPLE, WORDS, a_book

TITLE = ["农村低保对象花名册"]


def tables(*sheets, name="名单.xlsx", words=WORDS, **merges):
    return read_tables(io.BytesIO(a_book(*sheets, **merges)), filename=name, header_words=words)


def table(*rows, **merges):
    (only,) = tables(("名单", list(rows)), **merges)
    return only


def cells(found):
    return {row: found.text.loc[row].tolist() for row in found.text.index}


def accounts_for(found, last_row):
    """Whether every row below the header is either data or skipped."""
    skipped = [row.row for row in found.skipped]
    return sorted([*found.text.index, *skipped]) == list(range(found.header_row + 1, last_row + 1))


@pytest.mark.parametrize(
    ("written", "same"),
    [
        ("身份证号码\n（18位）*", "身份证号码"),
        ("月保障金额（元）", "月保障金额"),
        ("医疗总费用(单位:万元)", "医疗总费用"),
        ("个人自付/元", "个人自付"),
        ("乡（镇）", "乡(镇)"),
        ("村（居）", "村(居)"),
        (" 姓 　名：", "姓名"),
        ("ＩＤ号码", "ID号码"),
        ("出生日期（格式：2021-05-01）", "出生日期"),
        ("县(市、区、旗)", "县(市区旗)"),
    ],
)
def test_spellings_of_a_column_name_become_one(written, same):
    assert normalise_header(written) == same


def test_column_letters():
    assert [column_letter(number) for number in (0, 25, 26, 199, 16383)] == ["A", "Z", "AA", "GR", "XFD"]


def test_title_and_reporting_rows_above_the_header_are_passed():
    found = table(TITLE, ["填报单位：县民政局", "", "单位：元"], HEADER, *PEOPLE, merges=[(0, 0, 0, 2, TITLE[0])])
    assert (found.header_row, found.columns, found.letters) == (3, tuple(HEADER), ("A", "B", "C"))
    assert cells(found) == {4: PEOPLE[0], 5: PEOPLE[1]}
    assert found.above == (TITLE[0], "填报单位：县民政局", "单位：元")
    assert found.skipped == ()


def test_blank_total_and_footer_rows_are_told_from_data():
    found = table(
        HEADER,
        PEOPLE[0],
        [],
        PEOPLE[1],
        ["小计", "", "2人"],
        ["", "合计", "190"],
        ["填表人：甘英利", "", "审核人："],
        ["2. 另附说明"],
    )
    assert list(cells(found)) == [2, 4]
    assert found.skipped == (
        Skipped(3, Why.BLANK),
        Skipped(5, Why.TOTAL),
        Skipped(6, Why.TOTAL),
        Skipped(7, Why.FOOTER),
        Skipped(8, Why.FOOTER),
    )
    assert accounts_for(found, 8)


@pytest.mark.parametrize(
    "word", ["合计", "总 计", "本页小计", "堤高乡小计：", "共计25人", "共 25 户", "合计（元）", "累计金额"]
)
def test_totals_in_many_words(word):
    assert table(HEADER, *PEOPLE, [word, "", "25"]).skipped == (Skipped(4, Why.TOTAL),)


@pytest.mark.parametrize(
    "word",
    [
        "填表人：",
        "审核人: 张三",
        "制表",
        "单位负责人：",
        "注：本表一式两份",
        "备注：无",
        "统计时间：2021年5月",
        "填报日期：",
        "（盖章）单位：",
    ],
)
def test_footers_in_many_words(word):
    skipped = table(HEADER, *PEOPLE, [word, "", ""]).skipped
    assert skipped == (Skipped(4, Why.FOOTER),)


def test_a_row_with_name_and_number_is_never_a_footer():
    found = table(
        ["序号", *HEADER], ["合计", *PEOPLE[0]], ["填表人：", *PEOPLE[1]], ["合计", "合计", "450399197912313235", ""]
    )
    assert list(cells(found)) == [2, 3]
    assert found.skipped == (Skipped(4, Why.TOTAL),)


def test_a_word_of_a_footer_inside_a_full_row_is_a_value():
    found = table(["姓名", "村", "状态", "金额", "备注"], ["甘英利", "双蕉村", "审核", "1", "x"])
    assert list(cells(found)) == [2]


def test_a_row_without_number_is_data():
    found = table(HEADER, ["甘英利", "", "堤高乡"], ["李挺文", "无", ""], ["总小明", "", ""])
    assert list(cells(found)) == [2, 3, 4]


def test_a_header_repeated_on_every_page_is_no_data():
    found = table(TITLE, HEADER, PEOPLE[0], TITLE, ["姓 名", "身份证号码", "乡镇"], PEOPLE[1])
    assert list(cells(found)) == [3, 6]
    assert found.skipped == (Skipped(4, Why.TITLE), Skipped(5, Why.HEADER))


def test_a_section_title_merged_across_the_body_is_no_data():
    found = table(HEADER, PEOPLE[0], [], PEOPLE[1], merges=[(0, 2, 0, 2, "二、特困供养")])
    assert found.skipped == (Skipped(3, Why.TITLE),)


def test_stacked_headers_are_joined():
    found = table(
        ["", "", "费用", "", "监护人", ""],
        ["", "", "总费用", "个人自付", "姓名", "电话"],
        ["甘英利", "450399196911052340", 1.5, 2, "甘大", "1"],
        vertical=[(0, 0, 1, 0, "学生姓名"), (0, 0, 1, 1, "身份证件号")],
        merges=[(0, 0, 2, 3, "费用"), (0, 0, 4, 5, "监护人")],
    )
    assert found.header_row == 2
    assert found.columns == ("学生姓名", "身份证件号", "总费用", "个人自付", "监护人姓名", "监护人电话")
    assert cells(found) == {3: ["甘英利", "450399196911052340", "1.5", "2", "甘大", "1"]}


def test_stacked_headers_without_merged_cells_are_joined():
    text = "姓名,身份证号码,住址,,费用,\n,,乡镇,村,总费用,个人自付\n甘英利,450399196911052340,堤高乡,双蕉村,1,2\n"
    (found,) = read_tables(io.BytesIO(text.encode()), filename="名单.csv", header_words=WORDS)
    assert found.columns == ("姓名", "身份证号码", "乡镇", "村", "总费用", "个人自付")
    assert list(cells(found)) == [3]


def test_a_group_that_names_another_person_stays_in_the_column_name():
    found = table(
        ["", "父亲", "", "住址", ""],
        ["", "姓名", "身份证号码", "乡镇", "村"],
        ["甘英利", "甘大", "", "", ""],
        vertical=[(0, 0, 1, 0, "学生姓名")],
        merges=[(0, 0, 1, 2, "父亲"), (0, 0, 3, 4, "住址")],
    )
    assert found.columns == ("学生姓名", "父亲姓名", "父亲身份证号码", "乡镇", "村")


def test_cells_merged_downwards_are_filled_and_titles_are_not():
    found = table(HEADER, ["甘英利", "1"], ["李挺文", "2"], ["王英", "3"], vertical=[(0, 1, 3, 2, "堤高乡")])
    assert found.text[2].tolist() == ["堤高乡"] * 3
    assert found.kind[2].tolist() == [1] * 3
    assert found.skipped == ()


def test_names_of_columns_are_unique_and_blank_columns_keep_their_place():
    found = table(["姓名", "", "金额", "金额"], ["甘英利", "", "1", "2", "多出"], ["李挺文", "", "3", "4"])
    assert found.columns == ("姓名", "B列", "金额", "金额(2)", "E列")
    assert cells(found)[2] == ["甘英利", "", "1", "2", "多出"]


def test_a_table_that_begins_further_right_and_down_keeps_its_letters():
    found = table([], [], ["", "", *HEADER], ["", "", *PEOPLE[0]])
    assert (found.header_row, found.letters[-1], cells(found)) == (3, "E", {4: ["", "", *PEOPLE[0]]})


def test_sheets_without_a_table_are_named_with_their_rows():
    found = tables(
        ("说明", [["填表说明"], ["每月一报"]]), ("名单", [HEADER, *PEOPLE]), ("空", []), ("续", [HEADER, PEOPLE[1]])
    )
    assert [(one.sheet, len(one.text)) for one in found] == [("名单", 2), ("续", 1)]
    assert [(one.sheet, one.rows, one.why) for one in found.passed_over] == [
        ("说明", 2, "没有认出表头"),
        ("空", 0, "空工作表"),
    ]


def test_no_header_names_only_known_words():
    with pytest.raises(Unreadable) as refused:
        table(["姓名", "密级"], ["甘英利", "450399196911052340"])
    assert refused.value.code == "no_header"
    assert "只认得“姓名”" in refused.value.message
    assert "甘英利" not in refused.value.message
    assert "密级" not in refused.value.message


def test_a_header_below_the_tenth_row_is_not_looked_for():
    with pytest.raises(Unreadable, match="没有找到表头"):
        table(*[["说明"]] * 10, HEADER, *PEOPLE)


# Small look-alikes of what the nine departments send: (file, title rows, header, one row, footer)
LAYOUTS = [
    ("CIV-R.xlsx", [["低保花名册"]], ["序号", "姓名", "身份证号码", "金额（元）", "乡镇", "村"], ["", "合计", "1"]),
    ("DIS-R.xlsx", [["持证残疾人"]], ["序号", "姓名", "残疾人证号", "乡镇", "村（社区）"], None),
    (
        "EDU-R.xlsx",
        [["学生情况表"], ["填报单位：县教育局  填报时间："]],
        ["序号", "学生姓名", "身份证件号"],
        ["合计", "", "1人"],
    ),
    ("HLT-R.xlsx", [["管理台账"]], ["序号", "患者姓名", "身份证号", "乡（镇）", "村委会"], ["合计", "", "1人次"]),
    (
        "HOU-R.xlsx",
        [["统计表"], ["填报单位（盖章）："], ["单位：元"]],
        ["序号", "行政村", "户主姓名"],
        ["合计", "", "1户"],
    ),
    ("HR-R.xlsx", [["台账"], ["统计截止：2021年5月31日"]], ["序号", "姓名", "身份证", "月工资"], ["合计", "1"]),
    ("MI-R.xlsx", [], ["个人编号", "姓名", "证件号码", "乡镇"], None),
    ("MI-S.csv", [], ["结算流水号", "姓名", "公民身份号码", "医疗总费用"], None),
    ("WAT-R.xlsx", [["到户台账"]], ["序号", "乡镇名称", "村委", "户主"], None),
]
KNOWN = {
    *WORDS,
    "序号",
    "村(社区)",
    "患者姓名",
    "身份证号",
    "行政村",
    "户主姓名",
    "身份证",
    "证件号码",
    "公民身份号码",
    "村委",
}


@pytest.mark.parametrize(("name", "titles", "header", "footer"), LAYOUTS, ids=[layout[0] for layout in LAYOUTS])
def test_the_layouts_of_the_nine_departments_are_read(name, titles, header, footer):
    rows = [*titles, header, ["1", *["值"] * (len(header) - 1)], [], ["2", *["值"] * (len(header) - 1)]]
    rows += [footer] if footer else []
    data = a_book(("Sheet1", rows))
    if name.endswith(".csv"):
        data = "\n".join(",".join(row) for row in rows).encode("gb18030")
    (found,) = read_tables(io.BytesIO(data), filename=name, header_words=KNOWN)
    top = len(titles) + 1
    assert (found.header_row, found.columns, found.text.index.tolist()) == (top, tuple(header), [top + 1, top + 3])
    assert [row.why for row in found.skipped] == ([Why.BLANK, Why.TOTAL] if footer else [Why.BLANK])
    assert accounts_for(found, len(rows))
