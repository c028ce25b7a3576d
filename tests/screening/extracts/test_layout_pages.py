"""Pages of 列名对应: what they show, masked; who sees them; that saving checks again; the list of what is remembered."""

import re
from io import BytesIO, StringIO

import openpyxl
import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from fangpin.accounts.roles import Role
from fangpin.audit.models import Entry
from screening.choices import ExtractState
from screening.extracts.layouts import remember_layout, take_back_layout
from screening.models import Extract, Layout
from tests.builders import a_county, an_id, an_officer
from tests.fangpin.sheets.books import a_book
from tests.screening.extracts.strange import MEANT, STRANGE, a_strange_file, meaning
from tests.screening.extracts.uploads import GOOD, a_check, a_checked_upload, a_row

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _uploads(settings, tmp_path):
    settings.UPLOAD_DIR = tmp_path / "uploads"


@pytest.fixture
def clerk(client):
    user = an_officer(Role.DEPARTMENT, department="MI", name="陶丽萍")
    client.force_login(user)
    return user


@pytest.fixture
def strange(clerk) -> Extract:
    return a_checked_upload(file=a_strange_file(), by=clerk)


@pytest.fixture
def layout(clerk) -> Layout:
    return remember_layout(county=a_county(), list_code="MI-1", columns=meaning(), by=clerk)


def page_of(extract, query="") -> str:
    return reverse("extract_layout", args=[extract.pk]) + query


def words(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def answers(keys=MEANT, sheet=0, row=2) -> dict[str, str]:
    return {f"row_{sheet}": row, **{f"column_{sheet}_{at}": key for at, key in enumerate(keys)}}


def only_head(response):
    (head,) = response.context["form"].heads
    return head


# -- the page of a file -------------------------------------------------------------------------------------------------
def test_the_result_page_leads_to_the_mapping(client, clerk, strange):
    link = f'href="{page_of(strange)}"'
    assert link in client.get(reverse("extract_detail", args=[strange.pk])).content.decode()
    fine = a_checked_upload(a_row(), by=clerk, list_code="MI-1")
    page = client.get(reverse("extract_detail", args=[fine.pk])).content.decode()
    assert f'href="{page_of(fine)}">列名没有对上？' in page


def test_headings_are_shown_with_masked_values_and_a_suggestion(client, strange):
    page = client.get(page_of(strange))
    head = only_head(page)
    assert (head.sheets, head.row, head.recognised) == (("一月",), 2, False)
    assert [(one.letter, one.text, one.suggestion.key, one.suggestion.why) for one in head.headings[1:4]] == [
        ("B", "病人", "name", "像姓名"),
        ("C", "证件", "id_number", "像身份证号，与“证件号”相近"),
        ("D", "镇里", "township", "像乡镇名"),
    ]
    assert head.headings[2].samples[0] == "450399********0010"
    assert GOOD not in page.content.decode()
    assert "没有认出列名行，先按第 2 行" in words(page)
    form = page.context["form"]
    assert form["column_0_6"].value() == "self_pay"
    first, second = (group for group in form.fields["column_0_0"].choices if isinstance(group[1], list))
    assert first[0] == "要求的列"
    assert ("self_pay", "个人自付") in first[1]
    assert "还没有对应到的必需列" not in words(page)
    assert ("total", "医疗总费用") in second[1]


def test_required_columns_that_nothing_is_suggested_for_are_named(client, clerk):
    rows = [["病人", "证件"], ["赵大", GOOD]]
    extract = a_checked_upload(file=BytesIO(a_book(("s", rows))), by=clerk)
    assert "还没有对应到的必需列：个人自付" in words(client.get(page_of(extract)))


def test_numbers_of_every_length_are_masked_on_the_page(client, clerk):
    secret = ["45039919700101001043", "6217990000000000001", "450399700101001", "19900000001"]
    rows = [["甲", "乙", "丙", "丁"], secret]
    extract = a_checked_upload(file=BytesIO(a_book(("s", rows))), by=clerk)
    page = client.get(page_of(extract)).content.decode()
    assert [number for number in secret if number in page] == []
    assert "199****0001" in page


def test_another_heading_row_can_be_pointed_out(client, clerk):
    rows = [["一", "二", "三", "四"], ["", *STRANGE[1:4]], ["", "赵大", GOOD, "青山镇"]]
    extract = a_checked_upload(file=BytesIO(a_book(("s", rows))), by=clerk)
    assert [one.text for one in only_head(client.get(page_of(extract))).headings] == ["一", "二", "三", "四"]
    head = only_head(client.get(page_of(extract, "?row_0=2")))
    assert (head.row, [one.text for one in head.headings]) == (2, ["A列", "病人", "证件", "镇里"])
    assert [row for row, _ in head.rows] == [1, 2, 3]
    for odd in ("?row_0=11", "?row_0=x", "?row_x=1", "?row_0=999999999", "?row_7=1"):
        assert client.get(page_of(extract, odd)).status_code == 200


def test_saving_remembers_the_headings_and_checks_the_file_again(client, clerk, strange):
    answer = client.post(page_of(strange), answers())
    assert answer.url == reverse("extract_detail", args=[strange.pk])
    a_check(strange)
    assert (strange.state, strange.rows_ok) == (ExtractState.CHECKED, 3)
    assert Layout.objects.get().columns == meaning()
    assert "列名对应已记住，正在按它重新校验" in words(client.get(answer.url))


@pytest.mark.parametrize(
    ("keys", "why"),
    [
        (("name", *MEANT[1:]), "“编码”、“病人”都对应到“姓名”：一列只能对应一次"),
        ((*MEANT[:6], ""), "还缺必需的列：个人自付"),
        (("nonsense", *MEANT[1:]), "nonsense"),
    ],
)
def test_answers_that_do_not_fit_are_shown_again_with_the_reason(client, strange, keys, why):
    page = client.post(page_of(strange), answers(keys))
    assert page.status_code == 200
    assert why in words(page)
    assert page.context["form"]["column_0_2"].value() == "id_number"
    strange.refresh_from_db()
    assert (strange.state, Layout.objects.count()) == (ExtractState.REFUSED, 0)


def test_a_row_of_data_is_not_taken_for_the_headings(client, strange):
    head = only_head(client.get(page_of(strange, "?row_0=3")))
    keys = ["name", "id_number", "self_pay", *[""] * (len(head.headings) - 3)]
    assert "这一行不是列名行" in words(client.post(page_of(strange), answers(keys, row=3)))
    assert not Layout.objects.exists()


def test_sheets_laid_out_alike_are_answered_together_and_others_can_be_left_out(client, clerk):
    book = a_book(
        ("甲乡", [list(STRANGE), ["1", "赵大", GOOD, "青山镇", "上坪村", 9, 9.5]]),
        ("价目", [["药", "价"], *[[f"药{n}", n] for n in range(7)]]),
        ("乙乡", [list(STRANGE), ["2", "钱二", an_id(), "青山镇", "上坪村", 9, 9.5]]),
    )
    extract = a_checked_upload(file=BytesIO(book), by=clerk)
    page = client.get(page_of(extract))
    assert [(head.number, head.sheets) for head in page.context["form"].heads] == [
        (0, ("甲乡", "乙乡")),
        (1, ("价目",)),
    ]
    assert page.context["form"]["no_list_1"].value() is True
    client.post(page_of(extract), {**answers(row=1), "row_1": 1, "no_list_1": "on"})
    a_check(extract)
    assert (extract.state, extract.rows_ok) == (ExtractState.CHECKED, 2)
    assert [question["code"] for question in extract.questions] == ["sheet:价目"]


def test_the_page_is_there_for_its_sender_while_an_answer_can_help(client, clerk, strange):
    for role, department, status in (
        (Role.COUNTY, None, 200), (Role.COUNTY_HEAD, None, 404), (Role.DEPARTMENT, "EDU", 404), (Role.VILLAGE, None, 404),
        (Role.ADMIN, None, 404),
    ):  # fmt: skip
        client.force_login(an_officer(role, department=department))
        assert client.get(page_of(strange)).status_code == status
        if status == 404:
            assert client.post(page_of(strange), answers()).status_code == 404
    assert not Layout.objects.exists()
    client.force_login(clerk)
    client.post(page_of(strange), answers())
    assert client.get(page_of(strange)).status_code == 404  # it is being checked


def test_the_number_of_queries_does_not_grow_with_the_columns(client, clerk, strange, django_assert_max_num_queries):
    with django_assert_max_num_queries(14):
        client.get(page_of(strange))


# -- amounts in 万元 ----------------------------------------------------------------------------------------------------
def test_the_question_about_wan_is_answered_on_the_page(client, clerk):
    rows = [a_row(name=f"赵{n}", number=an_id(serial=n), 个人自付=n + 0.15) for n in range(1, 5)]
    extract = a_checked_upload(*rows, by=clerk)
    confirm = reverse("extract_confirm", args=[extract.pk])
    client.post(confirm, {"question_0": "wan"})
    extract.refresh_from_db()
    assert extract.state == ExtractState.UPLOADED
    a_check(extract)
    page = client.get(reverse("extract_detail", args=[extract.pk]))
    assert "“个人自付”已按万元换算成元，请核对" in words(page)
    assert page.context["form"]["question_0"].value() == "wan"
    client.post(confirm, {"question_0": "wan"})
    extract.refresh_from_db()
    assert (extract.state, extract.questions[0]["answer"]) == (ExtractState.CONFIRMED, "wan")


# -- the list -----------------------------------------------------------------------------------------------------------
def test_what_is_remembered_is_listed_for_the_department_and_the_county(client, clerk, layout):
    page = words(client.get(reverse("layout_list")))
    assert "证件→身份证号，病人→姓名，镇里→乡镇" in page
    assert "不需要：编码" in page
    assert "陶丽萍" in page
    for role, department, count in ((Role.DEPARTMENT, "EDU", 0), (Role.COUNTY, None, 1), (Role.COUNTY_HEAD, None, 1)):
        client.force_login(an_officer(role, department=department))
        assert client.get(reverse("layout_list")).context["listing"]["count"] == count
    for role in (Role.VILLAGE, Role.TOWNSHIP, Role.ADMIN):
        client.force_login(an_officer(role))
        assert client.get(reverse("layout_list")).status_code == 404


def test_a_layout_is_taken_back_on_the_page_by_who_may(client, clerk, layout):
    url = reverse("layout_take_back", args=[layout.pk])
    for role, department in ((Role.DEPARTMENT, "EDU"), (Role.COUNTY_HEAD, None), (Role.VILLAGE, None)):
        client.force_login(an_officer(role, department=department))
        assert client.post(url).status_code == 404
        assert f'href="{url}"' not in client.get(reverse("layout_list")).content.decode()
    assert Layout.objects.standing().count() == 1
    client.force_login(clerk)
    assert f'href="{url}"' in client.get(reverse("layout_list")).content.decode()
    assert "以后的大额医疗费用人员不再按它认列" in words(client.get(url))
    assert client.post(url).url == reverse("layout_list")
    assert not Layout.objects.standing().exists()
    assert client.get(url).status_code == 404


def test_the_list_is_filtered_and_exported_with_a_trace(client, clerk, layout):
    take_back_layout(remember_layout(county=a_county(), list_code="MI-2", columns=_of_mi_2(), by=clerk), by=clerk)
    for query, count in (("", 2), ("?state=standing", 1), ("?state=taken_back", 1), ("?list_code=MI-1", 1)):
        assert client.get(reverse("layout_list") + query).context["listing"]["count"] == count
    answer = client.get(reverse("layout_list") + "?export=xlsx&state=standing")
    sheet = openpyxl.load_workbook(BytesIO(b"".join(answer.streaming_content))).active
    cells = [cell for row in sheet.iter_rows(values_only=True) for cell in row if cell]
    assert any("病人→姓名" in str(cell) for cell in cells)
    assert Entry.objects.filter(by=clerk, action="layouts.exported").count() == 1


def _of_mi_2():
    return {"病人": "name", "证件": "id_number", "自掏": "self_pay", "次": "visits", "月": "month", "病": "disease"}


def test_the_list_takes_a_fixed_number_of_queries(client, clerk, layout, django_assert_max_num_queries):
    client.get(reverse("layout_list"))
    for turn in range(5):
        remember_layout(county=a_county(), list_code="MI-1", columns=meaning() | {f"另{turn}": ""}, by=clerk)
    with django_assert_max_num_queries(12):
        assert client.get(reverse("layout_list")).context["listing"]["count"] == 6


# -- the console --------------------------------------------------------------------------------------------------------
def test_ingest_says_where_headings_are_mapped_and_goes_on_afterwards(client, clerk, tmp_path):
    a_county()
    (tmp_path / "MI-1.xlsx").write_bytes(a_strange_file().getvalue())
    out = StringIO()
    with pytest.raises(CommandError, match="1 个文件没有入库"):
        call_command("ingest", tmp_path, period="2021-05", stdout=out)
    extract = Extract.objects.get()
    assert f"。列名可在页面 {page_of(extract)} 上对应" in out.getvalue()
    client.post(page_of(extract), answers())
    call_command("ingest", tmp_path, period="2021-05", stdout=out)
    assert out.getvalue().endswith("MI-1.xlsx：共 3 行，入库 3 行（需留意 0），不能入库 0 行\n")
