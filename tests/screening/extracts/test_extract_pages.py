"""Pages of department data: who sees what, what they show, and how many queries that takes."""

import re
from io import BytesIO

import openpyxl
import pytest
from django.urls import reverse

from fangpin.accounts.roles import Role
from fangpin.audit.models import Entry
from fangpin.runs.models import Run, State
from screening.choices import ExtractState
from screening.extracts.formats import FORMATS
from screening.extracts.intake import confirm_extract, sealed_path
from screening.models import ClosedMonth, Extract, RowProblem
from tests.builders import an_id, an_officer
from tests.fangpin.sheets.books import a_book
from tests.screening.extracts.uploads import (
    GOOD,
    HEADERS,
    MAY,
    OTHER,
    a_check,
    a_checked_upload,
    a_file,
    a_row,
    an_upload,
)

pytestmark = pytest.mark.django_db
WRONG = GOOD[:-1] + "5"


@pytest.fixture(autouse=True)
def _uploads(settings, tmp_path):
    settings.UPLOAD_DIR = tmp_path


@pytest.fixture
def clerk(client):
    user = an_officer(Role.DEPARTMENT, department="MI", name="陶丽萍")
    client.force_login(user)
    return user


@pytest.fixture
def messy(clerk):
    """One row in order, one with a wrong number, one without its amount, one twice."""
    rows = (a_row(), a_row(name="钱二", number=WRONG), a_row(name="孙三", number="", 个人自付="约3千"), a_row())
    return a_checked_upload(*rows, by=clerk)


def at(name, extract, query=""):
    return reverse(name, args=[extract.pk]) + query


def words(response) -> str:
    """The text of a page without tags."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def shown_rows(response) -> list[int]:
    return [row.object.row for row in response.context["listing"]["rows"]]


# -- who ----------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("role", "department", "status"),
    [
        (Role.DEPARTMENT, "MI", 200), (Role.COUNTY, None, 200), (Role.COUNTY_LEADER, None, 200),
        (Role.DEPARTMENT, "EDU", 404), (Role.VILLAGE, None, 404), (Role.TOWNSHIP, None, 404), (Role.ADMIN, None, 404),
        (Role.INSPECTOR, None, 404),
    ],
)  # fmt: skip
def test_a_file_is_for_its_department_and_the_county(client, messy, role, department, status):
    client.force_login(an_officer(role, department=department))
    for name in ("extract_detail", "extract_annotated"):
        assert client.get(at(name, messy)).status_code == status


@pytest.mark.parametrize(("role", "department"), [(Role.DEPARTMENT, "EDU"), (Role.VILLAGE, None), (Role.ADMIN, None)])
def test_who_does_not_see_a_file_cannot_act_on_it(client, messy, role, department):
    client.force_login(an_officer(role, department=department))
    for name, data in (
        ("extract_confirm", {}),
        ("extract_withdraw", {"reason": "x"}),
        ("extract_find", {"find": "钱"}),
    ):
        assert client.post(at(name, messy), data).status_code == 404
    messy.refresh_from_db()
    assert messy.state == ExtractState.CHECKED


def test_the_county_head_looks_and_has_no_buttons_and_no_workbook_with_full_numbers(client, messy):
    client.force_login(an_officer(Role.COUNTY_HEAD))
    assert client.get(at("extract_annotated", messy)).status_code == 404
    page = client.get(at("extract_detail", messy))
    assert page.context["form"] is None
    assert "作废本次上传" not in words(page)
    assert "上传更正后的表格" not in words(page)
    assert client.get(at("extract_withdraw", messy)).status_code == 404
    client.post(at("extract_confirm", messy))
    messy.refresh_from_db()
    assert messy.state == ExtractState.CHECKED
    assert client.get(reverse("extract_new")).status_code == 404


def test_lists_show_the_own_department_only(client, messy):
    assert "大额医疗费用人员" in words(client.get(reverse("extract_list")))
    client.force_login(an_officer(Role.DEPARTMENT, department="EDU"))
    page = client.get(reverse("extract_list"))
    assert page.context["listing"]["count"] == 0
    assert {item["format"].department for item in page.context["due"]["lists"]} == {"EDU"}
    for role in (Role.VILLAGE, Role.ADMIN):
        client.force_login(an_officer(role))
        assert client.get(reverse("extract_list")).status_code == 404
        assert client.get(reverse("format_list")).status_code == 404


# -- upload -------------------------------------------------------------------------------------------------------------
def test_an_upload_leads_to_the_page_that_shows_its_progress(client, clerk):
    file = a_file(a_row())
    file.name = "MI-1-医保局.xlsx"
    answer = client.post(reverse("extract_new"), {"list_code": "MI-1", "period": "2021-05", "file": file})
    extract = Extract.objects.get()
    assert (answer.status_code, answer.url) == (302, at("extract_detail", extract))

    page = client.get(answer.url)
    run = Run.objects.get()
    assert f'hx-get="{reverse("run_status", args=[run.pk])}" hx-trigger="every 1s"' in page.content.decode()
    assert '<noscript><a href="">刷新进度</a></noscript>' in page.content.decode()
    assert [step["state"] for step in page.context["steps"]] == ["now", "next", "next", "next"]
    a_check(extract)
    over = client.get(reverse("run_status", args=[run.pk]), headers={"HX-Request": "true"})
    assert (over.status_code, over["HX-Refresh"]) == (286, "true")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"list_code": "EDU-1"}, "选择一个有效的选项"),
        ({"period": "5月"}, "月份请写成 2021-05 这样的年-月"),
        ({"file": ""}, "请选择文件"),
        ({"file": BytesIO(b"")}, "文件是空的（0 字节）。请重新导出，确认能打开后再上传。"),
        ({"file": BytesIO(b"%PDF")}, "只接收 .xlsx、.xls 和 .csv 文件"),
        ({"period": "2021-06"}, "2021年6月已封账"),
    ],
)
def test_what_is_wrong_with_an_upload_stands_on_the_form(client, clerk, change, sentence):
    ClosedMonth.objects.create(month=MAY.replace(month=6))
    file = a_file(a_row())
    file.name = "MI-1.xlsx"
    answer = client.post(reverse("extract_new"), {"list_code": "MI-1", "period": "2021-05", "file": file, **change})
    assert answer.status_code == 200
    assert sentence in words(answer)
    assert not Extract.objects.exists()


def test_the_form_offers_the_own_lists_and_takes_over_what_was_asked(client, clerk):
    page = client.get(reverse("extract_new"), {"list": "MI-2", "period": "2021-05"})
    field = page.context["form"]["list_code"]
    assert [label for label, _ in field.field.choices[1:]] == ["医保局"]
    assert (field.value(), page.context["form"]["period"].value()) == ("MI-2", "2021-05")


# -- result -------------------------------------------------------------------------------------------------------------
def test_the_result_counts_rows_and_shows_problems_masked(client, messy):
    page = client.get(at("extract_detail", messy))
    text = words(page)
    assert (messy.rows_ok, messy.rows_warned, messy.rows_refused) == (1, 1, 2)
    assert "校验通过 1 行" in text
    assert "不能入库 2 行 缺项 1，重复 1" in text
    assert "读取 4 行 = 入库或可入库 2 行 + 不能入库 2 行" in text
    assert '<span class="cell cell--amber">450399********0015</span>' in page.content.decode()
    assert '末位改为 <span class="cell cell--fix">0</span>，或核对其余各位' in page.content.decode()
    assert '<span class="cell">约3千</span>' in page.content.decode()
    assert GOOD not in page.content.decode()
    assert WRONG not in page.content.decode()


def test_segments_count_by_group_and_go_together_with_search_sort_and_pages(client, clerk):
    rows = [
        a_row(name=f"王{chr(0x4E00 + n)}", number=an_id(serial=n)[:-2] + "*0", 总费用=n + 20000) for n in range(25)
    ]
    extract = a_checked_upload(*rows, a_row(name="李四", 个人自付=""), by=clerk)
    page = client.get(at("extract_detail", extract))
    assert [(segment["label"], segment["n"]) for segment in page.context["segments"]] == [
        ("全部", 26),
        ("证件号", 25),
        ("缺项", 1),
    ]

    numbers = client.get(at("extract_detail", extract, "?code=证件号&sort=-row"))
    assert shown_rows(numbers)[:2] == [27, 26]
    assert numbers.context["listing"]["count"] == 25
    following = numbers.context["listing"]["pages"][1][1]
    assert "code=%E8%AF%81%E4%BB%B6%E5%8F%B7" in following
    assert shown_rows(client.get(at("extract_detail", extract, following))) == [7, 6, 5, 4, 3]
    assert client.get(at("extract_detail", extract, "?code=\0")).context["listing"]["count"] == 26


def test_a_name_is_looked_for_without_standing_in_an_address(client, messy):
    answer = client.post(at("extract_find", messy, "?code=证件号&page=2"), {"find": "钱"})
    assert answer.url.endswith("?code=%E8%AF%81%E4%BB%B6%E5%8F%B7&rows=4")
    assert shown_rows(client.get(answer.url)) == [4]
    assert client.post(at("extract_find", messy), {"find": "5"}).url.endswith("?rows=5")
    assert client.post(at("extract_find", messy), {"find": ""}).url.endswith("?")
    nobody = client.post(at("extract_find", messy), {"find": "周"}).url
    assert "没有符合条件的记录" in words(client.get(nobody))
    assert "没有符合条件的记录" in words(client.get(at("extract_detail", messy, "?rows=²")))


def test_rows_of_several_sheets_name_their_sheet(client, clerk):
    book = a_book(
        ("一月", [list(HEADERS), a_row(number=WRONG)]), ("二月", [list(HEADERS), a_row(name="钱二", number=OTHER)])
    )
    extract = a_checked_upload(file=BytesIO(book), by=clerk)
    assert [row.object.sheet for row in client.get(at("extract_detail", extract)).context["listing"]["rows"]] == [
        "一月"
    ]


def test_a_file_without_problems_says_so(client, clerk):
    text = words(client.get(at("extract_detail", a_checked_upload(a_row(), by=clerk))))
    assert "没有问题：每一行都可以入库" in text
    assert "按姓名、行号查找" not in text


def test_a_refused_file_says_why_and_what_now(client, clerk):
    extract = a_checked_upload(file=a_file(["赵大"], headers=["姓名", "备注"]), by=clerk)
    page = client.get(at("extract_detail", extract))
    assert "缺少必需的列" in words(page)
    assert [step["state"] for step in page.context["steps"]] == ["failed", "next", "next", "next"]
    assert reverse("format_template", args=["MI-1"]) in page.content.decode()
    assert page.context["may_end"]
    assert client.get(at("extract_annotated", extract)).status_code == 404


def test_a_check_that_broke_off_is_said_and_can_be_withdrawn(client, clerk):
    extract = an_upload(a_row(), by=clerk)
    sealed_path(extract).unlink()
    assert a_check(extract).state == State.FAILED
    page = client.get(at("extract_detail", extract))
    assert "校验没有完成，文件没有入库" in words(page)
    assert page.context["steps"][0]["state"] == "failed"
    client.post(at("extract_withdraw", extract), {"reason": "校验失败"})
    extract.refresh_from_db()
    assert extract.state == ExtractState.WITHDRAWN


def test_problems_are_exported_as_shown_and_audited(client, messy):
    answer = client.get(at("extract_detail", messy, "?export=xlsx&code=证件号"))
    sheet = openpyxl.load_workbook(BytesIO(b"".join(answer.streaming_content))).active
    assert [cell.value for cell in sheet[3]][:4] == [4, "钱二", "B 身份证号", "450399********0015"]
    assert Entry.objects.get(action="extract.exported").detail == {"rows": sheet.max_row - 2}


# -- confirm and withdraw -----------------------------------------------------------------------------------------------
def test_confirming_by_page(client, messy):
    assert "先入库 2 行，剩余 2 行更正后再补" in words(client.get(at("extract_detail", messy)))
    page = client.post(at("extract_confirm", messy), follow=True)
    assert "已入库 2 行，月度运行时参加比对" in words(page)
    assert [step["state"] for step in page.context["steps"]] == ["done", "done", "done", "now"]
    assert "入库 2 行</button>" not in page.content.decode()


def test_without_a_usable_row_there_is_an_explanation_instead_of_a_button(client, clerk):
    extract = a_checked_upload(a_row(个人自付="不详"), by=clerk)
    page = client.get(at("extract_detail", extract))
    assert "没有一行可以入库 请下载标注表格，更正后重新上传。" in words(page)
    assert "入库 0 行</button>" not in page.content.decode()
    assert "没有一行可以入库" in words(client.post(at("extract_confirm", extract), follow=True))


def test_replacing_wants_its_box_ticked(client, clerk, messy):
    confirm_extract(messy, by=clerk)
    second = a_checked_upload(a_row(), by=clerk)
    page = client.get(at("extract_detail", second))
    assert "2021年5月的这份名单已有入库文件《MI-1-医保局.xlsx》（2 行）。替换后它不再参加比对" in words(page)
    refused = client.post(at("extract_confirm", second))
    assert refused.status_code == 200
    assert "要用新文件代替已入库的文件，请勾选“用这个文件替换它”" in words(refused)
    messy.refresh_from_db()
    assert messy.state == ExtractState.CONFIRMED

    client.post(at("extract_confirm", second), {"replace": "on"})
    messy.refresh_from_db()
    assert (messy.state, messy.replaced_by) == (ExtractState.REPLACED, second)
    assert "由新文件替换，不再参加比对" in words(client.get(at("extract_detail", messy))).replace(
        "由 新文件 替换", "由新文件替换"
    )


def test_a_question_is_answered_on_the_page(client, clerk):
    rows = [a_row(name=f"赵{n}", number=an_id(serial=n), 个人自付=n + 0.15) for n in range(1, 5)]
    extract = a_checked_upload(*rows, by=clerk)
    assert "像是以万元填报" in words(client.get(at("extract_detail", extract)))
    unanswered = client.post(at("extract_confirm", extract))
    assert unanswered.context["form"].errors == {"question_0": ["这个字段是必填项。"]}
    assert "有 1 处需要更正" in words(unanswered)
    client.post(at("extract_confirm", extract), {"question_0": "yuan"})
    extract.refresh_from_db()
    assert (extract.state, extract.questions[0]["answer"]) == (ExtractState.CONFIRMED, "yuan")


def test_a_lost_race_is_answered_with_409(client, messy, monkeypatch):
    def meanwhile(extract, **options):
        Extract.objects.filter(pk=extract.pk).update(state=ExtractState.WITHDRAWN)
        confirm_extract(extract, **options)

    monkeypatch.setattr("screening.views.extract.confirm_extract", meanwhile)
    assert client.post(at("extract_confirm", messy)).status_code == 409
    assert not Extract.objects.confirmed().exists()


def test_withdrawing_asks_for_the_reason(client, messy):
    assert "已由它产生的线索会撤销" in words(client.get(at("extract_withdraw", messy)))
    assert "请填写作废原因" in words(client.post(at("extract_withdraw", messy), {"reason": ""}))
    page = client.post(at("extract_withdraw", messy), {"reason": "传错了"}, follow=True)
    assert "作废：传错了" in words(page)
    assert page.context["form"] is None


# -- workbooks ----------------------------------------------------------------------------------------------------------
def test_the_marked_workbook_has_its_marks_at_the_cells_and_no_formula(client, clerk):
    rows = (a_row(), a_row(name="=1+1", number=WRONG), a_row(name="孙三", number=OTHER, 个人自付="约3千"))
    extract = a_checked_upload(*rows, by=clerk)
    answer = client.get(at("extract_annotated", extract))
    sheet = openpyxl.load_workbook(BytesIO(b"".join(answer.streaming_content)))["名单"]
    fills = {cell.coordinate: cell.fill.fgColor.rgb for row in sheet for cell in row if cell.comment}
    assert fills == {"A4": "FFFFEB9C", "B4": "FFFFEB9C", "F5": "FFFFC7CE"}
    assert sheet["F5"].comment.text == "应填数字，保留两位小数（建议：请核对原始记录后填写）"
    assert (sheet["A3"].value, sheet["B3"].value, sheet["B4"].value) == ("赵大", GOOD, WRONG)
    assert sheet["G2"].value == "问题说明"
    assert "校验码不对，末位应为 0" in sheet["G4"].value
    assert {cell.data_type for row in sheet for cell in row} <= {"s", "n"}
    assert answer["Content-Disposition"].endswith("-MI-1-2021-05.xlsx")
    assert Entry.objects.filter(action="extract.downloaded", target_id=str(extract.pk)).count() == 1


@pytest.mark.parametrize("code", FORMATS)
def test_every_list_has_a_template_that_can_be_sent_back(client, code):
    client.force_login(an_officer(Role.COUNTY))
    answer = client.get(reverse("format_template", args=[code]))
    book = openpyxl.load_workbook(BytesIO(b"".join(answer.streaming_content)))
    texts = {str(cell.value) for sheet in book for row in sheet.iter_rows(max_row=5) for cell in row if cell.value}
    assert {column.label for column in FORMATS[code].columns} <= texts


def test_templates_are_for_the_own_lists(client, clerk):
    assert client.get(reverse("format_template", args=["MI-1"])).status_code == 200
    assert client.get(reverse("format_template", args=["EDU-1"])).status_code == 404
    assert client.get(reverse("format_template", args=["XX-1"])).status_code == 404
    assert "MI-S" in words(client.get(reverse("format_list")))


# -- cost ---------------------------------------------------------------------------------------------------------------
def queries(client, url, django_assert_max_num_queries) -> int:
    client.get(url)  # the first request of a session costs more
    with django_assert_max_num_queries(60) as counted:
        assert client.get(url).status_code == 200
    return len(counted)


def test_the_result_costs_the_same_for_one_and_for_many_problems(client, clerk, django_assert_max_num_queries):
    extract = a_checked_upload(a_row(number=WRONG), by=clerk)
    one = queries(client, at("extract_detail", extract), django_assert_max_num_queries)
    problem = RowProblem.objects.get()
    RowProblem.objects.bulk_create(
        RowProblem(extract=extract, sheet_no=0, row=row, code=problem.code, severity="warn", message="x")
        for row in range(19)
    )
    assert queries(client, at("extract_detail", extract), django_assert_max_num_queries) == one <= 13


def test_the_list_costs_the_same_for_one_and_for_many_files(client, messy, clerk, django_assert_max_num_queries):
    one = queries(client, reverse("extract_list"), django_assert_max_num_queries)
    Extract.objects.bulk_create(
        Extract(county=messy.county, department=messy.department, list_code="MI-2", period=MAY.replace(year=2000 + n),
                filename=f"{n}.xlsx", digest=str(n), bytes=1, uploaded_by=clerk)
        for n in range(1, 20)
    )  # fmt: skip
    assert queries(client, reverse("extract_list"), django_assert_max_num_queries) == one <= 12


def test_the_list_is_filtered_and_exported(client, messy):
    found = client.get(reverse("extract_list"), {"period": "2021-05", "list_code": "MI-1", "state": "checked"})
    assert found.context["listing"]["count"] == 1
    assert client.get(reverse("extract_list"), {"state": "confirmed"}).context["listing"]["count"] == 0
    answer = client.get(reverse("extract_list"), {"export": "xlsx"})
    sheet = openpyxl.load_workbook(BytesIO(b"".join(answer.streaming_content))).active
    assert [cell.value for cell in sheet[3]][:3] == ["大额医疗费用人员", "医保局", "待确认"]
    assert Entry.objects.get(action="extract.exported").detail == {"rows": 1}


def test_the_work_page_counts_what_waits(client, messy):
    assert "部门数据待确认入库" in words(client.get(reverse("home")))
    confirm_extract(messy, by=messy.uploaded_by)
    assert "部门数据待确认入库" not in words(client.get(reverse("home")))
