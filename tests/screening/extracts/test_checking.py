"""What is refused, what is warned about, and what the clerk reads."""

import pandas as pd
import pytest

from screening.extracts.checking import MissingColumns, check
from screening.extracts.formats import FORMATS
from screening.extracts.problems import CODES
from screening.extracts.typed import typed
from tests.screening.extracts.tables import a_table

GOOD, OTHER = "45039919700101007X", "450399198505050029"
COSTS = "姓名 身份证号 结算流水号 个人自付"
PUPILS = "姓名 性别 身份证号 出生日期 学籍状态"
HELD = "姓名 身份证号 保障类别 批准日期 乡镇 村"
DIVISIONS = pd.DataFrame(
    [
        ("450399", "试点县", "county"),
        ("450399101", "青山镇", "township"),
        ("450399101201", "上坪村委会", "village"),
        ("450399101001", "葡萄居委会", "village"),
        ("450399101202", "葡萄村委会", "village"),
    ],
    columns=["code", "name", "level"],
)


def checked(code, *tables, **options):
    return check(tables, FORMATS[code], period="2021-05", **options)


def said(result, code=None):
    """(row, column, message, suggestion) of the problems, of one kind if named."""
    found = result.problems if code is None else result.problems[result.problems["code"] == code]
    return [tuple(line) for line in found[["row", "column_label", "message", "suggestion"]].itertuples(index=False)]


def only_problem(code, headers, row):
    result = checked(code, a_table(headers, row))
    assert len(result.problems) == 1
    problem = result.problems.iloc[0]
    return problem["severity"], problem["content"], problem["message"], problem["suggestion"]


def test_a_sound_row_is_normalised_and_passes():
    result = checked(
        "MI-1",
        a_table(COSTS + " 出院日期 村", ("赵 大", f" {GOOD.lower()}", "J1", "1,234.5元", "2021年5月6日", "上坪 村")),
    )
    row = result.rows.iloc[0]
    assert row["status"] == "ok"
    assert (row["name"], row["id_number"], row["self_pay"]) == ("赵大", GOOD, "1234.50")
    assert (row["settled_on"], row["village"], row["row"]) == ("2021-05-06", "上坪村", 2)
    assert (row["id_number_raw"], bool(row["id_number_is_number"])) == (f" {GOOD.lower()}", False)


def test_read_is_passed_and_refused_together():
    rows = [("赵大", GOOD, "J1", "10"), ("", "", "J2", "10"), ("钱二", "1234", "J3", "10"), ("孙三", OTHER, "J4", "")]
    tally = checked("MI-1", a_table(COSTS, *rows)).tally
    assert (tally.read, tally.ok, tally.warned, tally.refused) == (4, 1, 1, 2)
    assert tally.refused_by == {"缺项": 2}
    assert tally.warned_by == {"证件号": 1}


def test_problems_say_where_in_the_spreadsheet():
    table = a_table(COSTS, ("赵大", GOOD, "J1", "10"), ("钱二", OTHER, "J2", "约3千"), sheet="青山镇", header_row=3)
    problem = checked("MI-1", table).problems.iloc[0]
    assert tuple(problem[["sheet", "row", "letter", "column_key", "content"]]) == (
        "青山镇",
        5,
        "D",
        "self_pay",
        "约3千",
    )


@pytest.mark.parametrize(
    ("number", "message", "suggestion"),
    [
        ("45039919700101007", "只有 17 位", "请核对证件原件后填写"),
        ("450399197001010071", "校验码不对，末位应为 X", "末位改为 X，或核对其余各位"),
        ("450399197013010012", "其中的出生日期 19701301 不存在", "请核对证件原件后填写"),
        (
            "4.50321E+17",
            "号码成了科学计数法，只剩前六位，请把该列设为文本后重新填写",
            "匹配时只能按姓名等信息认人，请补正",
        ),
        ("450399********0011", "号码被打了星号，请填写完整号码", "匹配时按可读部分和姓名认人，请补正"),
        ("无", "没有填写证件号码", "匹配时按姓名、出生日期和村认人，请补填"),
    ],
)
def test_a_bad_number_is_pointed_out_but_never_refused(number, message, suggestion):
    severity, content, *words = only_problem("MI-1", COSTS, ("赵大", number, "J1", "10"))
    assert (severity, content, *words) == ("warn", number, message, suggestion)


def test_a_number_kept_as_a_number_cell_keeps_its_true_digits():
    result = checked("MI-1", a_table(COSTS, ("赵大", 4.50321195603208e17, "J1", "10")))
    assert result.rows.iloc[0]["id_number"] == "450321195603208"
    assert bool(result.rows.iloc[0]["id_number_is_number"])
    assert said(result)[0][2] == "Excel 把号码当成了数字，末几位已丢失，请把该列设为文本后重新填写"


def test_a_row_that_names_nobody_is_refused():
    severity, content, message, _ = only_problem("MI-1", COSTS, ("", "无", "J1", "10"))
    assert (severity, content, message) == ("error", "", "姓名和证件号码都没有，认不出是谁")


def test_a_number_without_a_name_is_enough():
    severity, _, message, suggestion = only_problem("MI-1", COSTS, ("", GOOD, "J1", "10"))
    assert (severity, message, suggestion) == ("warn", "必填项没有填写", "匹配时按证件号码认人，请补填姓名")


def test_the_amount_the_list_is_about_must_be_readable():
    result = checked("MI-1", a_table(COSTS, ("赵大", GOOD, "J1", "约3千"), ("钱二", OTHER, "J2", "/")))
    assert list(result.rows["status"]) == ["refused", "refused"]
    assert said(result, "missing") == [
        (2, "个人自付", "应填数字，保留两位小数", "请核对原始记录后填写"),
        (3, "个人自付", "必填项没有填写", "请核对原始记录后填写"),
    ]


def test_a_roster_row_without_its_status_still_counts():
    result = checked("EDU-R", a_table(PUPILS, ("赵小", "男", GOOD, "1970-01-01", "")))
    assert list(result.rows["status"]) == ["ok"]


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("2021.13.05", "没有 13 月"),
        ("2021-02-30", "2021 年 2 月没有 30 日"),
        ("21.5.6", "年份应写四位"),
        ("上个月", "认不出的日期"),
    ],
)
def test_dates_that_are_none(written, message):
    severity, content, words, _ = only_problem("MI-1", COSTS + " 出院日期", ("赵大", GOOD, "J1", "10", written))
    assert (severity, content, words) == ("warn", written, message)


def test_birthday_and_sex_are_held_against_the_number():
    result = checked("EDU-R", a_table(PUPILS, ("赵小", "女", GOOD, "1971-01-01", "在读")))
    assert said(result) == [
        (2, "出生日期", "与身份证号中的出生日期不一致", "身份证号中为 1970-01-01"),
        (2, "性别", "与身份证号中的性别不一致", "身份证号中为 男"),
    ]


def test_the_same_settlement_twice_is_refused_once():
    rows = [("赵大", GOOD, "J1", "10"), ("钱二", OTHER, "J2", "10"), ("赵大", GOOD, "J1", "10.0")]
    result = checked("MI-1", a_table(COSTS, *rows))
    assert list(result.rows["status"]) == ["ok", "ok", "refused"]
    assert said(result) == [(4, "整行", "与第 2 行重复", "保留前一行")]
    assert result.problems.iloc[0]["content"] == "与第 2 行相同"


def test_two_settlements_of_one_person_are_no_duplicate():
    rows = [("赵大", GOOD, "J1", "10"), ("赵大", GOOD, "J2", "10")]
    assert list(checked("MI-1", a_table(COSTS, *rows)).rows["status"]) == ["ok", "ok"]


def test_without_the_whole_key_only_equal_rows_are_duplicates():
    rows = [("赵大", GOOD, "10"), ("赵大", GOOD, "12"), ("赵大", GOOD, "10")]
    result = checked("MI-1", a_table("姓名 身份证号 个人自付", *rows))
    assert list(result.rows["status"]) == ["ok", "ok", "refused"]


def test_duplicates_in_a_roster_are_only_warned_and_name_the_sheet():
    row = ("赵小", "男", GOOD, "1970-01-01", "在读")
    result = checked("EDU-R", a_table(PUPILS, row, sheet="小学"), a_table(PUPILS, row, sheet="初中"))
    assert list(result.rows["status"]) == ["ok", "warned"]
    assert said(result) == [(2, "整行", "与工作表“小学”第 2 行重复", "请删除多余的一行")]
    assert list(result.rows["sheet_no"]) == [0, 1]


def test_one_number_under_two_names():
    rows = [("赵小", "男", GOOD, "1970-01-01", "在读"), ("钱小", "男", GOOD, "1970-01-01", "在读")]
    result = checked("EDU-R", a_table(PUPILS, *rows))
    assert said(result) == [(3, "身份证号", "与第 2 行证件号相同，姓名不同", "请核对两行的姓名和证件号码")]


def test_amounts_in_wan_by_cell_by_heading_and_by_title():
    heading = checked(
        "MI-1", a_table("姓名 身份证号 个人自付（万元）", ("赵大", GOOD, "2.318"), ("钱二", OTHER, "0.5万元"))
    )
    title = checked(
        "MI-1", a_table("姓名 身份证号 个人自付", ("赵大", GOOD, "2.318"), above=("大额费用", "单位：人、万元"))
    )
    assert list(heading.rows["self_pay"]) == ["23180.00", "5000.00"]
    assert list(title.rows["self_pay"]) == ["23180.00"]
    assert heading.questions == title.questions == []


def test_amounts_that_look_like_wan_are_asked_about_and_left_alone():
    rows = [("赵大", GOOD, "2.318"), ("钱二", OTHER, "0.52"), ("孙三", "", "1.1"), ("李四", "", "3.05")]
    result = checked("MI-1", a_table("姓名 身份证号 个人自付 村", *((*row, "上坪村") for row in rows)))
    assert [(question["code"], question["choices"]) for question in result.questions] == [
        ("unit:0:self_pay", [["yuan", "单位就是元，照此入库"], ["wan", "单位是万元，换算成元"]])
    ]
    assert "像是以万元填报" in result.questions[0]["message"]
    assert result.rows["self_pay"].iloc[0] == "2.32"


def test_amounts_that_somebody_says_to_be_in_wan_are_multiplied_and_shown_for_a_last_look():
    rows = [("赵大", GOOD, "2.318", "9.1"), ("钱二", OTHER, "0.5万元", "8.5"), ("孙三", "", "1.1", "7.5")]
    table = a_table("姓名 身份证号 个人自付 总费用", *rows)
    told = {"code": "unit:0:self_pay", "sheet": "Sheet1", "answer": "wan"}
    result = checked("MI-1", table, answered=[told, {**told, "sheet": "另一张"}, {**told, "answer": "yuan"}])
    assert list(result.rows["self_pay"]) == ["23180.00", "5000.00", "11000.00"]
    assert list(result.rows["total"]) == ["9.10", "8.50", "7.50"]
    first, second = result.questions
    assert (first["code"], first["answer"]) == ("unit:0:self_pay", "wan")
    assert first["message"] == "工作表“Sheet1”的“个人自付”已按万元换算成元，请核对"
    assert (second["code"], "answer" in second) == ("unit:0:total", False)
    assert result.sheets[0]["in_wan"] == ["个人自付"]


def test_values_are_written_in_the_words_of_the_list():
    table = a_table(
        "姓名 残疾人证号 残疾等级 残疾类别",
        ("赵大", GOOD + "43", "叁级", "肢体残疾"),
        ("钱二", OTHER + "12", "2", "不明"),
    )
    result = checked("DIS-R", table)
    assert list(result.rows["level"]) == ["三级", "二级"]
    assert list(result.rows["disability"]) == ["肢体", "不明"]
    assert result.problems.iloc[0]["message"] == "不是规定的写法（视力、听力、言语、肢体、智力、精神、多重）"


@pytest.mark.parametrize(("written", "grade"), [("C级", "C"), ("c", "C"), ("D级危房", "D"), ("3", "C"), ("Ｄ", "D")])
def test_house_grades(written, grade):
    result = checked("HOU-R", a_table("户主姓名 户主身份证号 鉴定等级", ("赵大", GOOD, written)))
    assert list(result.rows["grade"]) == [grade]
    assert result.problems.empty


def test_not_up_to_standard_is_not_up_to_standard():
    table = a_table("户主 村 水质是否达标", ("赵大", "上坪村", "未达标"), ("钱二", "上坪村", "不达标（浊度）"))
    assert list(checked("WAT-R", table).rows["quality"]) == ["未达标", "不达标"]


def test_totals_that_do_not_add_up():
    headers = "姓名 身份证号 医疗总费用 统筹支付 大病保险支付 医疗救助支付 个人自付"
    table = a_table(
        headers, ("赵大", GOOD, "1000", "600", "0", "0", "400"), ("钱二", OTHER, "1000", "600", "0", "0", "300")
    )
    assert said(checked("MI-1", table)) == [
        (3, "医疗总费用", "与统筹、大病、救助、自付之和 900.00 元不符", "请核对各项金额；另有补助的请在备注写明")
    ]


def test_a_missing_column_is_named_with_its_sheet_and_what_was_seen():
    good = a_table(COSTS, ("赵大", GOOD, "J1", "10"), sheet="青山镇")
    bad = a_table("姓名 身份证号 总费用", ("钱二", OTHER, "10"), sheet="绿水乡", header_row=2)
    with pytest.raises(MissingColumns) as refusal:
        checked("MI-1", good, bad)
    assert str(refusal.value) == (
        "工作表“绿水乡”缺少必需的列：个人自付。第 2 行读到的列名是：姓名、身份证号、总费用。请补上这些列，或改成名单模板的列名"
    )
    assert refusal.value.missing == [("绿水乡", ("个人自付",), ("姓名", "身份证号", "总费用"))]


def test_a_summary_sheet_is_left_out_and_said():
    summary = a_table("乡镇 村 人数", ("青山镇", "上坪村", "12"), sheet="汇总")
    result = checked("MI-1", summary, a_table(COSTS, ("赵大", GOOD, "J1", "10"), sheet="明细"))
    assert result.left_out == [("汇总", 1, "没有姓名、证件号等列，不是这份名单")]
    assert list(result.rows["sheet_no"]) == [1]


def test_two_columns_for_one_are_asked_about():
    result = checked("MI-3", a_table("姓名 村 证件号码 身份证号码", ("赵大", "上坪村", GOOD, GOOD)))
    assert result.questions[0]["code"] == "which:0:id_number"
    assert "C 列“证件号码”、D 列“身份证号码”都像“身份证号”" in result.questions[0]["message"]
    assert "id_number" not in result.rows


def test_places_become_codes_and_two_fitting_names_are_asked_back():
    rows = [
        ("赵大", GOOD, "低保", "2021-05-01", "青山镇", "上坪"),
        ("钱二", OTHER, "低保", "2021-05-01", "青山镇", "葡萄"),
    ]
    result = checked("CIV-R", a_table(HELD, *rows), places=DIVISIONS)
    assert list(result.rows["village_code"]) == ["450399101201", ""]
    assert list(result.rows["status"]) == ["ok", "warned"]
    assert said(result, "place")[0][:2] == (3, "村")


def test_an_address_gives_village_and_hamlet():
    table = a_table(PUPILS + " 家庭住址", ("赵小", "男", GOOD, "1970-01-01", "在读", "青山镇上坪村坪河组"))
    row = checked("EDU-R", table, places=DIVISIONS).rows.iloc[0]
    assert (row["village_code"], row["hamlet"]) == ("450399101201", "坪河组")


def test_a_list_of_schemes_needs_a_village_not_a_person():
    table = a_table("工程名称 村 停水开始日期", ("上坪水厂", "上坪村", "2021-05-01"), ("", "", "2021-05-02"))
    assert list(checked("WAT-1", table).rows["status"]) == ["ok", "refused"]


def test_no_rows_at_all():
    result = checked("MI-1", a_table(COSTS))
    assert result.tally.read == 0
    assert result.problems.empty


def test_every_kind_of_problem_has_a_group():
    rows = [("赵1", "12", "J1", "-3"), ("", "", "", "")]
    assert set(checked("MI-1", a_table(COSTS, *rows)).problems["code"]) <= set(CODES)


def test_typed_rows_have_every_column_of_the_list():
    fmt = FORMATS["MI-1"]
    rows = typed(checked("MI-1", a_table(COSTS + " 出院日期", ("赵大", GOOD, "J1", "10", "2021-05-06"))).rows, fmt)
    assert {column.key for column in fmt.columns} <= set(rows)
    assert (rows["self_pay"].iloc[0], rows["settled_on"].iloc[0]) == (10.0, pd.Timestamp("2021-05-06"))
    assert pd.isna(rows["total"].iloc[0])
    assert rows["disease"].iloc[0] == ""
