"""Headings are mapped once: the file is checked again with them, and next month's needs no hand; taken back they count no more."""

from datetime import date
from io import BytesIO

import pytest

from fangpin.accounts.roles import Role
from fangpin.audit.models import Entry
from fangpin.transitions import NotAllowed, Stale
from screening.choices import ExtractState
from screening.extracts.formats import FORMATS
from screening.extracts.headings import fingerprint
from screening.extracts.intake import check_again, confirm_extract, sealed_path, withdraw_extract
from screening.extracts.layouts import (
    is_mappable,
    map_extract,
    remember_layout,
    remembered_for,
    take_back_layout,
)
from screening.extracts.storing import load_rows
from screening.models import ClosedMonth, Extract, Layout, RowProblem
from tests.builders import a_county, an_officer
from tests.fangpin.sheets.books import a_book
from tests.screening.extracts.strange import PEOPLE, STRANGE, a_strange_file, meaning
from tests.screening.extracts.uploads import HEADERS, a_check, a_checked_upload, a_row

pytestmark = pytest.mark.django_db
JUNE = date(2021, 6, 1)


@pytest.fixture(autouse=True)
def _uploads(settings, tmp_path):
    settings.UPLOAD_DIR = tmp_path


@pytest.fixture
def clerk():
    return an_officer(Role.DEPARTMENT, department="MI")


@pytest.fixture
def strange(clerk) -> Extract:
    """Refused: no heading is known."""
    extract = a_checked_upload(file=a_strange_file(), by=clerk)
    assert (extract.state, extract.refusal_code) == (ExtractState.REFUSED, "no_header")
    return extract


def remembered(columns, by):
    return remember_layout(county=a_county(), list_code="MI-1", columns=columns, by=by)


def untouched(extract: Extract) -> bool:
    extract.refresh_from_db()
    return extract.state == ExtractState.REFUSED and not Layout.objects.exists()


# -- mapped once --------------------------------------------------------------------------------------------------------
def test_a_file_with_headings_nobody_has_seen_is_checked_once_they_are_mapped(clerk, strange):
    map_extract(strange, layouts=[meaning()], by=clerk)
    assert (strange.state, strange.refusal, strange.refusal_code) == (ExtractState.UPLOADED, "", "")
    a_check(strange)
    assert (strange.state, strange.rows_ok, strange.rows_total) == (ExtractState.CHECKED, 3, 3)
    assert strange.sheets[0]["header_row"] == 2
    assert load_rows(strange)["self_pay"].tolist() == ["12000.50", "8000.25", "300.00"]
    layout = Layout.objects.get()
    assert (layout.department_id, layout.list_code, layout.decided_by) == ("MI", "MI-1", clerk)
    assert (layout.columns, layout.fingerprint) == (meaning(), fingerprint(STRANGE))
    actions = Entry.objects.filter(by=clerk).values_list("action", flat=True)
    assert {"layout.remembered", "extract.checked_again"} <= {*actions}


def test_next_month_needs_no_hand(clerk, strange):
    map_extract(strange, layouts=[meaning()], by=clerk)
    june = a_checked_upload(file=a_strange_file(*PEOPLE[:2], sheets=("二月", "三月")), period=JUNE, by=clerk)
    assert (june.state, june.questions) == (ExtractState.CHECKED, [])
    assert [sheet["columns"]["self_pay"] for sheet in june.sheets] == ["G", "G"]
    assert (june.rows_total, june.rows_ok) == (4, 2)  # the second sheet repeats the first


def test_headings_in_another_order_are_known_from_the_layout_before(clerk):
    remembered(meaning(), clerk)
    backwards = a_strange_file(*(row[::-1] for row in PEOPLE), headings=STRANGE[::-1])
    extract = a_checked_upload(file=backwards, by=clerk)
    assert (extract.state, extract.rows_ok) == (ExtractState.CHECKED, 3)
    assert extract.sheets[0]["columns"]["name"] == "F"


def test_a_layout_taken_back_counts_no_more(clerk):
    layout = remembered(meaning(), clerk)
    take_back_layout(layout, by=clerk)
    layout.refresh_from_db()
    assert layout.taken_back_by == clerk
    assert remembered_for(a_county(), "MI-1").by_layout == {}
    assert a_checked_upload(file=a_strange_file(), by=clerk).refusal_code == "no_header"
    assert Entry.objects.filter(action="layout.taken_back", by=clerk).count() == 1
    with pytest.raises(Stale, match="已经撤回"):
        take_back_layout(layout, by=clerk)


def test_a_stacked_heading_that_was_mapped_is_found_again(clerk):
    rows = [["", "", "花的钱", ""], ["", "", "全部", "自己"], ["赵大", PEOPLE[0][2], 9, 7.5]]
    shape = {"merges": [(0, 0, 2, 3, "花的钱")], "vertical": [(0, 0, 1, 0, "病人"), (0, 0, 1, 1, "证件")]}
    remembered({"病人": "name", "证件": "id_number", "全部": "total", "自己": "self_pay"}, clerk)
    extract = a_checked_upload(file=BytesIO(a_book(("s", rows), **shape)), by=clerk)
    assert (extract.sheets[0]["header_row"], extract.rows_ok) == (2, 1)
    assert load_rows(extract)["self_pay"].tolist() == ["7.50"]


def test_what_a_column_is_can_be_decided_after_a_check_that_went_well(clerk):
    headers = ["姓名", "身份证号码", "证件号码", "村", "个人自付"]
    rows = [["赵大", PEOPLE[0][2], PEOPLE[0][2], "上坪村", 9], ["", "x", "y", "", ""]]
    file = BytesIO(a_book(("名单", [headers, *rows])))
    extract = a_checked_upload(file=file, by=clerk)
    assert [question["code"] for question in extract.questions] == ["which:0:id_number"]
    assert extract.rows_refused == 1
    columns = {"姓名": "name", "身份证号码": "id_number", "证件号码": "", "村": "village", "个人自付": "self_pay"}
    map_extract(extract, layouts=[columns], by=clerk)
    assert (extract.rows_total, extract.sheets) == (0, [])
    a_check(extract)
    assert extract.questions == []
    assert extract.sheets[0]["columns"]["id_number"] == "B"
    assert (extract.rows_ok, extract.rows_refused) == (1, 1)


def test_a_sheet_that_is_no_list_is_not_asked_about_again(clerk):
    rows = [["项目", "单价"], *[[f"药{n}", n] for n in range(9)]]
    book = [
        ("名单", [list(HEADERS), a_row()]),
        ("附表", [["乡镇", "村", "编号"], *[["青山镇", "上坪村", n] for n in range(9)]]),
    ]
    extract = a_checked_upload(file=BytesIO(a_book(*book, ("价目", rows))), by=clerk)
    assert [question["code"] for question in extract.questions] == ["sheet:附表", "sheet:价目"]
    own = dict(zip(HEADERS, ("name", "id_number", "township", "village", "total", "self_pay"), strict=True))
    map_extract(extract, layouts=[own, {"乡镇": "", "村": "", "编号": ""}], by=clerk)
    a_check(extract)
    assert [question["code"] for question in extract.questions] == ["sheet:价目"]
    assert extract.rows_ok == 1


def test_the_same_answer_again_is_the_same_layout_and_another_one_takes_its_place(clerk):
    first = remembered(meaning(), clerk)
    assert remembered(meaning(), clerk) == first
    second = remembered(meaning(治疗总花销=""), clerk)
    first.refresh_from_db()
    assert (first.taken_back_by, second.taken_back_at) == (clerk, None)
    assert remembered_for(a_county(), "MI-1").answers(STRANGE)["治疗总花销"] == ""


# -- refused ------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("columns", "why"),
    [
        (meaning(编码="name"), "“编码”、“病人”都对应到“姓名”：一列只能对应一次，请只留一个"),
        (meaning(本人掏的钱=""), "还缺必需的列：个人自付。表里没有这些列的，请补上后重新上传"),
        (meaning(病人="", 证件=""), "还缺必需的列：姓名。表里没有这些列的"),
        (meaning(编码="price"), "大额医疗费用人员没有这些列：price"),
        (meaning() | {"赵大 450399197001010010": ""}, "这一行不是列名行"),
        (meaning() | {"村（居）": "hamlet", "村居": ""}, "有几列都叫“村居”，无法分辨"),
        (dict.fromkeys(STRANGE, ""), "至少要有一张工作表是这份名单"),
    ],
)
def test_answers_that_do_not_fit_the_list_change_nothing(clerk, strange, columns, why):
    with pytest.raises(NotAllowed, match=why):
        map_extract(strange, layouts=[columns], by=clerk)
    assert untouched(strange)


def test_only_its_department_and_the_county_office_map_a_file(strange):
    for stranger in (an_officer(Role.DEPARTMENT, department="EDU"), an_officer(Role.COUNTY_HEAD)):
        with pytest.raises(NotAllowed, match="由医保局报送"):
            map_extract(strange, layouts=[meaning()], by=stranger)
        assert untouched(strange)
    county = an_officer(Role.COUNTY)
    map_extract(strange, layouts=[meaning()], by=county)
    layout = Layout.objects.get()
    with pytest.raises(NotAllowed, match="由医保局报送"):
        take_back_layout(layout, by=an_officer(Role.DEPARTMENT, department="EDU"))
    assert Layout.objects.standing().get().decided_by == county


def test_a_closed_month_is_not_checked_again(clerk, strange):
    ClosedMonth.objects.create(month=strange.period)
    with pytest.raises(NotAllowed, match="已封账"):
        map_extract(strange, layouts=[meaning()], by=clerk)
    assert untouched(strange)


def test_a_confirmed_file_is_not_mapped_any_more(clerk):
    extract = a_checked_upload(a_row(), by=clerk)
    confirm_extract(extract, by=clerk)
    assert not is_mappable(extract)
    with pytest.raises(NotAllowed, match="文件现在是“已入库”，不能再对应列名"):
        map_extract(extract, layouts=[meaning()], by=clerk)
    with pytest.raises(NotAllowed, match="文件现在是“已入库”，不能重新校验"):
        check_again(extract, by=clerk)
    extract.refresh_from_db()
    assert (extract.state, Layout.objects.count()) == (ExtractState.CONFIRMED, 0)


def test_a_check_that_refuses_in_the_end_keeps_nothing_of_the_one_before(clerk):
    extract = a_checked_upload(a_row(), a_row(), by=clerk)
    assert RowProblem.objects.filter(extract=extract).exists()
    remembered(dict.fromkeys(HEADERS, ""), clerk)
    check_again(extract, by=clerk)
    a_check(extract)
    assert (extract.state, extract.refusal_code) == (ExtractState.REFUSED, "missing_columns")
    assert load_rows(extract).empty
    assert not RowProblem.objects.exists()


def test_the_file_goes_when_a_refused_upload_is_withdrawn(clerk, strange, django_capture_on_commit_callbacks):
    assert sealed_path(strange).exists()
    with django_capture_on_commit_callbacks(execute=True):
        withdraw_extract(strange, by=clerk, reason="传错了")
    assert not sealed_path(strange).exists()
    assert not is_mappable(strange)


# -- amounts in 万元 ----------------------------------------------------------------------------------------------------
@pytest.fixture
def small(clerk) -> Extract:
    return a_checked_upload(*(a_row(name=name, number=number, 个人自付=paid) for name, number, paid in
        zip(("赵大", "钱二", "孙三"), (row[2] for row in PEOPLE), (2.318, 0.52, 1.14), strict=True)), by=clerk)  # fmt: skip


def test_amounts_answered_to_be_in_wan_are_read_again_and_then_confirmed(clerk, small):
    answers = {"unit:0:self_pay": "wan"}
    with pytest.raises(NotAllowed, match="金额的单位改了，要重新校验后才能入库"):
        confirm_extract(small, by=clerk, answers=answers)
    assert load_rows(small)["self_pay"].tolist() == ["2.32", "0.52", "1.14"]
    check_again(small, by=clerk, answers=answers)
    a_check(small)
    assert load_rows(small)["self_pay"].tolist() == ["23180.00", "5200.00", "11400.00"]
    confirm_extract(small, by=clerk)
    small.refresh_from_db()
    assert (small.state, small.questions[0]["answer"]) == (ExtractState.CONFIRMED, "wan")


def test_an_answer_can_be_changed_back(clerk, small):
    check_again(small, by=clerk, answers={"unit:0:self_pay": "wan"})
    a_check(small)
    check_again(small, by=clerk, answers={"unit:0:self_pay": "yuan"})
    a_check(small)
    assert load_rows(small)["self_pay"].tolist() == ["2.32", "0.52", "1.14"]
    confirm_extract(small, by=clerk, answers={"unit:0:self_pay": "yuan"})
    assert small.state == ExtractState.CONFIRMED


def test_every_list_can_be_mapped_by_its_own_labels(clerk):
    county = an_officer(Role.COUNTY)
    for fmt in FORMATS.values():
        columns = {f"甲{number}": column.key for number, column in enumerate(fmt.columns)}
        remember_layout(county=a_county(), list_code=fmt.code, columns=columns, by=county)
    assert Layout.objects.count() == len(FORMATS)
