"""The demo's spreadsheets: names, layouts, the truth of every row, the share of mess, the list that waits for a clerk."""

import re

import numpy as np
import pandas as pd
import pytest
from python_calamine import CalamineWorkbook

from fangpin.demo import county, files

OFFICES = {
    "EDU": "教育局",
    "MI": "医保局",
    "HLT": "卫健局",
    "HOU": "住建局",
    "WAT": "水利局",
    "CIV": "民政局",
    "DIS": "残联",
    "HR": "人社局",
    "FPB": "扶贫办",
}


def grid(path, sheet=0) -> list[list]:
    """All cells of a sheet, row 1 first."""
    workbook = CalamineWorkbook.from_path(str(path))
    name = sheet if isinstance(sheet, str) else workbook.sheet_names[sheet]
    return workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)


def test_register_is_laid_out_as_the_national_system_exports_it(small, tmp_path):
    rows = grid(files.write_register(small, tmp_path / "sub" / "register.xlsx"), "户成员信息")
    assert rows[0][0] == "阳朔县农村人口信息（自定义导出）"
    assert rows[2][:16] == [
        *("省", "市", "县(市、区、旗)", "乡(镇)", "行政村", "自然村", "户编号", "人编号"),
        *("姓名", "曾用名", "证件类型", "证件号码", "性别", "出生日期", "人数", "与户主关系"),
    ]
    assert len(rows) == 3 + 1_500
    assert rows[3] == small.people.iloc[0].tolist()
    assert {type(cell) for row in rows[3:] for cell in row} == {str}


def test_there_is_one_file_per_list_named_by_code_and_office(written):
    assert set(written) == set(files.LISTS)
    for code, path in written.items():
        kind = {"MI-S": "csv", "DIS-1": "xls"}.get(code, "xlsx")
        assert re.fullmatch(rf"{code}-{OFFICES[code.split('-')[0]]}_.+\.{kind}", path.name)


@pytest.mark.parametrize(
    ("code", "header_row"), [("MI-R", 1), ("HLT-R", 2), ("HOU-R", 4), ("MI-1", 3), ("HR-R", 3), ("DIS-1", 2)]
)
def test_header_stands_where_the_office_puts_it(written, code, header_row):
    rows = grid(written[code])
    assert {"姓名", "患者姓名", "户主姓名"} & set(rows[header_row - 1])
    assert all(len([cell for cell in row if cell != ""]) <= 1 for row in rows[: header_row - 1])


def test_stages_of_school_have_a_sheet_each_with_other_headers(written):
    workbook = CalamineWorkbook.from_path(str(written["EDU-R"]))
    assert workbook.sheet_names == ["小学", "初中", "高中及中职"]
    headers = [grid(written["EDU-R"], name)[row] for name, row in (("小学", 2), ("初中", 0), ("高中及中职", 1))]
    assert [header[5] for header in headers] == ["身份证件号", "学生身份证号码", "公民身份号码"]


def test_truth_names_the_row_the_spreadsheet_shows(small, written, truth):
    names = small.members.set_index("number")["name"]
    for code, sheet, column in (
        ("MI-R", "参保明细", 1),
        ("HOU-R", "排查表", 4),
        ("EDU-R", "初中", 3),
        ("DIS-1", "新办证", 1),
    ):
        rows = grid(written[code], sheet)
        known = truth[(truth["list"] == code) & (truth["sheet"] == sheet) & (truth["who"] >= 0)]
        clean = known[known["spoilt_name"] == ""]
        assert len(clean) > 0
        assert [rows[row - 1][column] for row in clean["row"]] == names[clean["person_number"]].tolist()


def test_every_data_row_is_in_the_truth_and_nothing_else(written, truth):
    for (code, sheet), part in truth.groupby(["list", "sheet"]):
        if code == "MI-S":
            assert len(written[code].read_text("gb18030").splitlines()) - 1 >= len(part)
            continue
        rows = grid(written[code], sheet)
        numbered = [
            row for row, cells in enumerate(rows, start=1) if re.fullmatch(r"\d+(\.0)?|450399\d{11}", str(cells[0]))
        ]
        assert numbered == part["row"].tolist(), (code, sheet)


def test_same_month_is_written_the_same_twice(small, may, truth):
    assert files.month_truth(small, may).equals(truth)


def test_insurer_writes_gb18030_text_with_scientific_numbers(written):
    data = written["MI-S"].read_bytes()
    text = data.decode("gb18030")
    assert text.startswith("结算流水号,姓名,公民身份号码,")
    with pytest.raises(UnicodeDecodeError):
        data.decode("utf-8")


def test_water_office_has_no_numbers_of_people(written):
    text = "".join(str(cell) for row in grid(written["WAT-R"]) for cell in row)
    assert not re.search(r"450399\d{11}[\dX]", text)


def test_every_month_of_the_year_can_be_written_even_where_nothing_happened(tmp_path, divisions):
    tiny = county.make(persons=120, divisions=divisions)
    for number in range(1, 13):
        month = county.month(tiny, f"2021-{number:02d}")
        assert len(files.write_month(tiny, month, tmp_path / month.period)) == len(files.LISTS)


@pytest.mark.parametrize(
    ("code", "column", "low", "high"),
    [
        ("MI-R", "spoilt_id", 0.002, 0.02),
        ("HLT-R", "spoilt_id", 0.12, 0.4),
        ("HOU-R", "spoilt_id", 0.2, 0.45),
        ("HOU-R", "spoilt_name", 0.015, 0.09),
        ("HOU-R", "spoilt_date", 0.28, 0.44),
        ("HR-R", "spoilt_amount", 0.02, 0.08),
        ("WAT-R", "spoilt_village", 0.06, 0.2),
        ("WAT-R", "spoilt_phone", 0.13, 0.32),
    ],
)
def test_share_of_spoilt_cells_is_that_of_the_office(truth, code, column, low, high):
    cells = truth.loc[truth["list"] == code, column]
    assert low < (cells != "").mean() < high


def test_about_two_rows_in_a_hundred_are_strangers(truth):
    for code in ("MI-R", "HOU-R"):
        assert 0.005 < (truth.loc[truth["list"] == code, "who"] < 0).mean() < 0.04


def test_all_kinds_of_wrong_numbers_occur(small, may):
    months = [may, county.month(small, "2021-06"), county.month(small, "2021-07")]
    seen = {kind for month in months for kind in files.month_truth(small, month)["spoilt_id"].dropna()}
    assert seen >= {
        *("fifteen_digits", "lower_x", "number_cell", "stray_space", "apostrophe", "spaced", "missing"),
        *("one_digit_wrong", "transposed", "letter_for_digit", "digit_missing", "certificate_instead"),
    }


def test_people_of_the_stories_are_written_cleanly(small, truth):
    told = {story.person for code, story in small.stories.items() if story.person and code != "T16"}
    rows = truth[truth["person_number"].isin(told)]
    assert len(rows) > 20
    assert (rows[["spoilt_id", "spoilt_name", "spoilt_village"]].fillna("") == "").all().all()


def test_wife_of_story_sixteen_has_one_digit_wrong(small, written):
    story = small.stories["T16"]
    true = small.people.set_index("人编号").loc[story.person, "证件号码"]
    row = next(cells for cells in grid(written["DIS-1"]) if story.name in cells)
    assert sum(a != b for a, b in zip(row[2], true, strict=True)) == 1
    assert row[3][:18] == row[2]


def test_pending_list_holds_31_rows_to_correct(small, tmp_path):
    august = county.month(small, "2021-08")
    book = files.pending_books(small, august)[0]
    sheet = book.sheets[0]
    problems = pd.Series(sheet.kinds["problem"]).value_counts().drop("").to_dict()
    assert problems == files.PROBLEMS
    assert sum(problems.values()) == 31
    assert 40 <= len(sheet.who) <= 300
    marked = {kind: np.flatnonzero(sheet.kinds["problem"] == kind) for kind in problems}
    assert {len(sheet.columns["身份证号码"][row]) for row in marked["seventeen_digits"]} == {17}
    assert {sheet.columns["患者姓名"][row] for row in marked["no_name"]} == {""}


def test_other_pending_list_has_all_amounts_in_ten_thousands(small, tmp_path):
    paths = files.write_pending(small, county.month(small, "2021-08"), tmp_path)
    assert [path.name for path in paths] == [
        "MI-1-医保局_大额医疗费用人员（待上传）.xlsx",
        "MI-1-医保局_大额医疗费用人员（金额误填万元）.xlsx",
    ]
    rows = grid(paths[1])
    place = rows[2].index("年度累计自付")
    amounts = [row[place] for row in rows[3:] if isinstance(row[0], float)]
    assert len(amounts) >= 40
    assert max(amounts) < 10
