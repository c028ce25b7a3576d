"""Rows at rest: what comes back is what was checked, and no number of a person stands in the database."""

from io import BytesIO

import pandas as pd
import pytest
from django.db import connection

from fangpin.divisions.models import Division
from fangpin.sealing import Unsealable
from fangpin.sheets import read_tables
from screening.extracts import storing
from screening.extracts.checking import check
from screening.extracts.formats import FORMATS, header_words
from screening.extracts.storing import load_rows, places_of, row_at, row_cells, store
from screening.models import Extract, RowChunk, RowProblem
from tests.builders import an_id
from tests.screening.extracts.uploads import GOOD, OTHER, a_book, a_checked_upload, a_file, a_row
from tests.screening.extracts.uploads import HEADERS as HEADERS_OF_COSTS

pytestmark = pytest.mark.django_db
HEADERS = ("姓名", "身份证号", "残疾证号", "村", "联系电话", "残疾类别", "残疾等级", "备注")
PHONE, CERTIFICATE = "19900123456", f"{an_id(serial=7)}43"


@pytest.fixture(autouse=True)
def _uploads(settings, tmp_path):
    settings.UPLOAD_DIR = tmp_path


@pytest.fixture
def people() -> Extract:
    """Two rows of DIS-R: one with everything, one whose number a spreadsheet rounded."""
    rows = [
        ["赵大", CERTIFICATE[:18], CERTIFICATE, "上坪村", PHONE, "肢体", "一级", f"电话{PHONE}"],
        ["钱二", 450399198803120000, "", "下坪村", "1234", "肢体", "二级", ""],
    ]
    file = a_file(*rows, headers=HEADERS, title=False)
    return a_checked_upload(file=file, list_code="DIS-R", filename="DIS-R.xlsx")


def test_rows_come_back_as_they_were_checked(tmp_path):
    file = a_file(
        a_row(), a_row(name="钱二", number=OTHER, 乡镇="", 总费用="", 个人自付="3.2万元"), a_row(name="", number="")
    )
    extract, fmt = a_checked_upload(file=file), FORMATS["MI-1"]
    file.seek(0)
    tables = read_tables(file, filename="MI-1.xlsx", header_words=header_words(fmt))
    places = pd.DataFrame(Division.objects.values_list("code", "name", "level"), columns=["code", "name", "level"])
    checked = check(tables, fmt, period="2021-05", places=places).rows
    loaded = load_rows(extract, acceptable_only=False)

    assert list(loaded.columns) == list(checked.columns)
    for name in checked.columns:
        assert loaded[name].tolist() == checked[name].tolist(), name
        assert str(loaded[name].dtype) == str(checked[name].dtype) or name in ("sheet", "status")


def test_refused_rows_are_left_out_unless_asked_for():
    extract = a_checked_upload(a_row(), a_row(name="钱二", number=OTHER, 个人自付="不详"))
    assert load_rows(extract)["name"].tolist() == ["赵大"]
    assert load_rows(extract, acceptable_only=False)["name"].tolist() == ["赵大", "钱二"]


def test_a_column_that_is_blank_throughout_is_still_there():
    extract = a_checked_upload(a_row(乡镇="", 总费用=""), a_row(name="钱二", number=OTHER, 乡镇="", 总费用=""))
    assert load_rows(extract)["total"].tolist() == ["", ""]


def test_a_file_without_usable_rows_gives_an_empty_table(people):
    RowChunk.objects.all().delete()
    loaded = load_rows(people)
    assert len(loaded) == 0
    assert {"sheet", "row", "id_number", "id_number_is_number", "village_code"} <= set(loaded.columns)
    assert list(load_rows(people, columns=["name"]).columns) == ["sheet", "sheet_no", "row", "status", "name"]


def test_a_number_of_the_spreadsheet_is_remembered_as_one(people):
    assert load_rows(people)["id_number_is_number"].tolist() == [False, True]
    assert load_rows(people)["certificate"].tolist() == [CERTIFICATE, ""]
    assert load_rows(people)["remark"].tolist() == [f"电话{PHONE}", ""]


def test_no_number_of_a_person_stands_in_the_database(people):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT string_agg(r::text, ' ') FROM screening_rowchunk r UNION ALL"
            " SELECT string_agg(p::text, ' ') FROM screening_rowproblem p UNION ALL"
            " SELECT string_agg(e::text, ' ') FROM screening_extract e UNION ALL SELECT string_agg(a::text, ' ') FROM audit_entry a"
        )
        stored = " ".join(text or "" for (text,) in cursor.fetchall())
    assert str(people.pk) in stored
    for secret in (CERTIFICATE, CERTIFICATE[:18], CERTIFICATE[6:18], "450399198803120000", PHONE):
        assert secret not in stored  # not even where somebody wrote it into a remark


def test_a_chunk_is_sealed_to_its_place(monkeypatch):
    monkeypatch.setattr(storing, "CHUNK_ROWS", 1)
    extract = a_checked_upload(a_row(), a_row(name="钱二", number=OTHER))
    first, second = RowChunk.objects.filter(extract=extract).order_by("number")
    RowChunk.objects.filter(pk=second.pk).update(sealed=bytes(first.sealed))
    with pytest.raises(Unsealable):
        load_rows(extract)


def test_a_sheet_is_kept_in_chunks_of_its_own(monkeypatch):
    monkeypatch.setattr(storing, "CHUNK_ROWS", 2)
    sheets = [
        ("甲", [list(HEADERS_OF_COSTS), *(a_row(name=name, number="") for name in ("赵大", "钱二", "孙三"))]),
        ("乙", [[], list(HEADERS_OF_COSTS), a_row(name="李四", number="")]),
    ]
    extract = a_checked_upload(file=BytesIO(a_book(*sheets)))
    chunks = RowChunk.objects.filter(extract=extract).order_by("number")
    told = chunks.values_list("number", "sheet_no", "first_row", "last_row", "rows")
    assert list(told) == [(0, 0, 2, 3, 2), (1, 0, 4, 4, 1), (2, 1, 3, 3, 1)]
    assert list(places_of(extract)) == [(0, 2), (0, 3), (0, 4), (1, 3)]
    loaded = load_rows(extract)
    assert loaded["name"].tolist() == ["赵大", "钱二", "孙三", "李四"]
    assert loaded["sheet"].tolist() == ["甲", "甲", "甲", "乙"]
    assert row_at(extract, 1, 3)["name"] == "李四"


def test_only_the_columns_asked_for_come_back():
    extract = a_checked_upload(a_row())
    assert list(load_rows(extract, columns=["name", "no_such"]).columns) == [
        "sheet",
        "sheet_no",
        "row",
        "status",
        "name",
    ]


def test_a_row_opens_one_chunk_and_leaves_out_blanks(people, django_assert_num_queries):
    with django_assert_num_queries(1):
        cells = row_at(people, 0, 3)
    assert (cells["name"], cells["id_number_raw"]) == ("钱二", "4.50399198803120E+17")
    assert not {"remark", "certificate", "sheet", "row", "status", "id_number_is_number"} & cells.keys()
    with pytest.raises(RowChunk.DoesNotExist):
        row_at(people, 0, 4)


def test_a_page_shows_a_row_masked(people):
    cells = dict(row_cells(row_at(people, 0, 2), FORMATS["DIS-R"]))
    assert cells["姓名"] == "赵大"
    assert cells["身份证号"] == f"450399********{CERTIFICATE[14:18]}"
    assert cells["联系电话"] == "199****3456"
    assert cells["备注"] == "电话199****3456"


def test_problems_show_the_cell_masked_and_the_place():
    wrong = GOOD[:-1] + "5"
    a_checked_upload(a_row(), a_row(name="钱二", number=wrong), a_row(name="孙三", number="无"))
    shown = RowProblem.objects.order_by("row").values_list(
        "row", "name", "letter", "column", "code", "content", "severity"
    )
    assert list(shown) == [
        (4, "钱二", "B", "身份证号", "证件号", "450399********0015", "warn"),
        (5, "孙三", "B", "身份证号", "证件号", "无", "warn"),
    ]


def test_storing_again_replaces_what_was_there(people):
    fmt = FORMATS["DIS-R"]
    file = a_file(
        ["赵大", CERTIFICATE[:18], CERTIFICATE, "一级"], headers=("姓名", "身份证号", "残疾证号", "残疾等级")
    )
    tables = read_tables(file, filename="DIS-R.xlsx", header_words=header_words(fmt))
    store(people, check(tables, fmt, period="2021-05"), fmt)
    assert list(places_of(people)) == [(0, 3)]
    assert not RowProblem.objects.filter(extract=people, row=2).exists()
