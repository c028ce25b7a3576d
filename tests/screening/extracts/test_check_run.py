"""The check of an uploaded file as its run performs it: what is stored, what is refused and in which words."""

from io import BytesIO

import pytest

from fangpin.runs.lease import Lost, Work, working
from fangpin.runs.models import Run, State
from households.models import Household, Person
from screening.choices import ExtractState
from screening.extracts.check import perform_check
from screening.extracts.checking import check
from screening.extracts.intake import MAPPABLE, check_run, sealed_path, withdraw_extract
from screening.extracts.storing import load_rows
from screening.models import Clue, Extract, RowChunk, RowMatch, RowProblem
from tests.fangpin.sheets.books import a_book
from tests.screening.extracts.uploads import (
    GOOD,
    HEADERS,
    OTHER,
    THIRD,
    a_check,
    a_checked_upload,
    a_file,
    a_row,
    an_upload,
)

pytestmark = pytest.mark.django_db
PEOPLE = [a_row(), a_row(name="钱二", number=OTHER), a_row(name="孙三", number=THIRD)]


@pytest.fixture(autouse=True)
def _uploads(settings, tmp_path):
    settings.UPLOAD_DIR = tmp_path


def refused(file, filename="MI-1-医保局.xlsx", **options) -> tuple[str, str]:
    """(code, sentence) of a file that the check refuses; makes sure that nothing of it stays but the sentence."""
    extract = a_checked_upload(file=file, filename=filename, **options)
    assert extract.state == ExtractState.REFUSED
    assert check_run(extract).state == State.QUEUED  # the run before is over, and it did not fail
    for model in (RowChunk, RowProblem, RowMatch, Clue, Household, Person):
        assert not model.objects.exists()
    assert sealed_path(extract).exists() is (
        extract.refusal_code in MAPPABLE
    )  # somebody may still say what its headings mean
    return extract.refusal_code, extract.refusal


def test_every_row_of_the_file_is_read_or_refused():
    extract = a_checked_upload(
        *PEOPLE, a_row(name="", number="", 个人自付="不详"), a_row(name="李四", number="", 个人自付=9)
    )
    assert (extract.rows_ok, extract.rows_warned, extract.rows_refused, extract.rows_total) == (3, 1, 1, 5)
    assert extract.state == ExtractState.CHECKED
    assert RowChunk.objects.get(extract=extract).rows == 5
    assert list(load_rows(extract)["row"]) == [3, 4, 5, 7]


def test_the_run_tells_its_counts_and_ends():
    run = a_check(an_upload(*PEOPLE))
    assert (run.state, run.done, run.total) == (State.DONE, 3, 3)
    assert run.counts == {"ok": 3, "warned": 0, "refused": 0}


def test_how_a_file_was_read_is_kept_for_the_page():
    book = a_book(("封面", [["2021年5月"]]), ("名单", [["大额"], list(HEADERS), *PEOPLE, ["合计", "", "", "", 9, 9]]))
    extract = a_checked_upload(file=BytesIO(book))
    (sheet,) = extract.sheets
    assert (sheet["name"], sheet["header_row"], sheet["rows"]) == ("名单", 2, 3)
    assert (sheet["columns"]["id_number"], sheet["skipped"]) == ("B", [[6, "合计行"]])
    assert extract.questions == []


def test_places_become_codes_of_the_county():
    extract = a_checked_upload(a_row(), a_row(name="钱二", number=OTHER, 乡镇="", 村="河口村委会"))
    assert list(load_rows(extract)["village_code"]) == ["450399101201", "450399102201"]


def test_checking_again_changes_nothing():
    extract = a_checked_upload(*PEOPLE)
    run = Run.objects.create(kind="extract.check", key=str(extract.pk), task="screening.check_extract")
    with working(run.pk) as work:
        perform_check(work)
    assert RowChunk.objects.get(extract=extract).rows == 3


def test_a_sheet_that_is_not_read_is_asked_about():
    notes = [["说明"], *[[f"第 {n} 条"] for n in range(8)]]
    extract = a_checked_upload(file=BytesIO(a_book(("名单", [list(HEADERS), *PEOPLE]), ("其他", notes))))
    (question,) = extract.questions
    assert question["message"].startswith("工作表“其他”有 9 行内容没有读取：")
    assert question["choices"] == [["skip", "这张工作表不是名单，不需要读取"]]


# -- refused as a whole -------------------------------------------------------------------------------------------------
def test_a_missing_column_is_named_with_what_was_found():
    code, sentence = refused(a_file(["赵大", GOOD, "青山镇"], headers=["患者姓名", "身份证号", "乡镇"]))
    assert code == "missing_columns"
    assert sentence == (
        "工作表“名单”缺少必需的列：个人自付。第 2 行读到的列名是：患者姓名、身份证号、乡镇。"
        "请补上这些列，或改成名单模板的列名"
    )


def test_a_file_without_any_known_heading_is_refused():
    code, sentence = refused(a_file(["1", "2"], headers=["商品", "单价"]))
    assert code == "no_header"
    assert sentence.startswith("没有找到表头：前 10 行里，没有一个认得的列名。请保留原表的列名行")


def test_two_tables_in_one_sheet_are_sent_back():
    second = ["个人自付", "姓名", "身份证号", "村"]
    code, sentence = refused(a_file(*PEOPLE, [], second, [9000, "李四", GOOD, "上坪村"]))
    assert code == "second_header"
    assert sentence == (
        "工作表“名单”第 7 行又是一行表头，与第 2 行的列不同：一张工作表里有两张表。"
        "请把下面的表移到单独的工作表，或把各列对齐后只留一行表头，再重新上传"
    )


def test_a_header_repeated_in_its_place_is_left_out_and_named():
    extract = a_checked_upload(PEOPLE[0], list(HEADERS), PEOPLE[1])
    assert (extract.rows_total, extract.sheets[0]["skipped"]) == (2, [[4, "重复的表头"]])


def test_a_header_of_two_lines_is_read_as_one():
    upper = ["姓名", "身份证号", "住址", "", "费用", ""]
    lower = ["", "", "乡镇", "村", "总费用", "个人自付"]
    extract = a_checked_upload(file=a_file(lower, *PEOPLE, headers=upper))
    assert (extract.sheets[0]["header_row"], extract.rows_ok) == (3, 3)


def test_mixed_encodings_are_refused_with_the_lines():
    lines = [",".join(map(str, row)) for row in (HEADERS, *PEOPLE * 5)]
    body = ("\n".join(lines) + "\n").encode() + (lines[1] + "\n").encode("gb18030")
    code, sentence = refused(BytesIO(body), filename="MI-1.csv")
    assert (code, sentence) == (
        "mixed_encodings",
        "文件里混用了两种文字编码，与其他行不同的是第 17 行。请统一另存为“CSV UTF-8”或 .xlsx 后再上传。",
    )


def test_what_a_refusal_quotes_is_masked():
    headers = ["患者姓名", "身份证号", "赵大450399197001010010"]
    assert "450399********0010" in refused(a_file(["赵大", GOOD, "x"], headers=headers))[1]


# -- races --------------------------------------------------------------------------------------------------------------
def test_a_file_withdrawn_while_it_is_checked_stays_withdrawn(monkeypatch):
    extract = an_upload(*PEOPLE)

    def while_reading(*arguments):
        withdraw_extract(Extract.objects.get(pk=extract.pk), by=None, reason="传错了")

    monkeypatch.setattr("screening.extracts.check.refuse_second_header", while_reading)
    assert a_check(extract).state == State.DONE
    assert (extract.state, extract.rows_total) == (ExtractState.WITHDRAWN, 0)
    assert not RowChunk.objects.exists()


def test_a_worker_that_lost_its_run_writes_nothing(monkeypatch):
    extract = an_upload(*PEOPLE)
    run = check_run(extract)
    Run.objects.filter(pk=run.pk).update(state=State.RUNNING, token=7)
    with pytest.raises(Lost):
        perform_check(Work(run))
    extract.refresh_from_db()
    assert extract.state == ExtractState.UPLOADED
    assert not RowChunk.objects.exists()


def test_a_row_that_got_lost_fails_the_check(monkeypatch):
    extract = an_upload(*PEOPLE)
    monkeypatch.setattr("screening.extracts.check.check", _losing_a_row)
    assert a_check(extract).state == State.FAILED
    assert extract.state == ExtractState.UPLOADED
    assert not RowChunk.objects.exists()


def _losing_a_row(tables, fmt, **options):
    from_all = check(tables, fmt, **options)
    from_all.tally = type(from_all.tally)(read=2, ok=2, warned=0, refused=0, refused_by={}, warned_by={})
    return from_all
