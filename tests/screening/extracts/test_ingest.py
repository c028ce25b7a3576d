"""manage.py ingest: a directory of files through the verbs, by itself, as often as one likes."""

import shutil
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from fangpin.audit.models import Entry
from fangpin.runs.models import Run, State
from screening.choices import ExtractState
from screening.extracts import naming
from screening.extracts.intake import check_run
from screening.models import ClosedMonth, Extract, RowChunk, RowMatch, RowProblem
from tests.builders import a_county
from tests.screening.extracts.uploads import GOOD, HEADERS, MAY, OTHER, a_file, a_row, an_upload

pytestmark = pytest.mark.django_db
SAMPLE = Path(__file__).parents[4] / "shared" / "data" / "sample-month"
ROWS = {
    "CIV-R": [190, 25, 4, 29], "DIS-R": [124], "EDU-R": [255, 170], "HLT-R": [1105], "HOU-R": [781], "HR-R": [903],
    "MI-R": [2876], "MI-S": [2994], "WAT-R": [779],
}  # fmt: skip


@pytest.fixture(autouse=True)
def _uploads(settings, tmp_path):
    settings.UPLOAD_DIR = tmp_path / "uploads"
    a_county()


@pytest.fixture
def month(tmp_path) -> Path:
    """A directory with one file of MI-1 and one that is no list."""
    directory = tmp_path / "2021-05"
    directory.mkdir()
    content = a_file(a_row(), a_row(name="钱二", number=OTHER, 个人自付="不详")).getvalue()
    (directory / "MI-1-医保大额.xlsx").write_bytes(content)
    (directory / "register.xlsx").write_bytes(content)
    return directory


def ingest(directory, period="2021-05") -> str:
    out = StringIO()
    call_command("ingest", directory, period=period, stdout=out)
    return out.getvalue()


def stored() -> list:
    return [
        list(model.objects.order_by("pk").values_list("pk"))
        for model in (Extract, RowChunk, RowProblem, RowMatch, Entry, Run)
    ]


def test_files_come_in_checked_and_confirmed(month):
    assert ingest(month).splitlines() == [
        "MI-1-医保大额.xlsx：共 2 行，入库 1 行（需留意 0），不能入库 1 行",
        "register.xlsx：不是部门名单（文件名不以名单代码开头），跳过",
    ]
    extract = Extract.objects.get()
    assert (extract.state, extract.department_id, extract.period, extract.confirmed_by) == (
        ExtractState.CONFIRMED,
        "MI",
        MAY,
        None,
    )
    assert Run.objects.get().state == State.DONE
    assert Run.objects.get().sent_at is None  # no worker was asked


def test_the_same_files_again_change_nothing(month):
    ingest(month)
    before = stored()
    assert ingest(month).splitlines()[0] == "MI-1-医保大额.xlsx：已经入库 1 行，没有改动"
    assert stored() == before


def test_a_call_that_was_broken_off_goes_on(month):
    with open(month / "MI-1-医保大额.xlsx", "rb") as file:
        extract = an_upload(file=file, filename="MI-1-医保大额.xlsx")
    check_run(extract)
    ingest(month)
    assert [(one.pk, one.state) for one in Extract.objects.all()] == [(extract.pk, ExtractState.CONFIRMED)]


def test_a_corrected_file_replaces_the_one_before(month):
    ingest(month)
    (month / "MI-1-医保大额.xlsx").write_bytes(a_file(a_row(), a_row(name="钱二", number=OTHER)).getvalue())
    assert "共 2 行，入库 2 行" in ingest(month)
    states = set(Extract.objects.values_list("state", "rows_ok"))
    assert states == {(ExtractState.REPLACED, 1), (ExtractState.CONFIRMED, 2)}


def test_a_refused_file_fails_the_command_and_not_the_others(month):
    (month / "MI-2-慢特病.xlsx").write_bytes(b"no workbook")
    (month / "MI-3.csv").write_text("姓名,备注\n赵大,x\n", encoding="utf-8")
    with pytest.raises(CommandError, match=r"2 个文件没有入库：MI-2-慢特病.xlsx、MI-3.csv"):
        ingest(month)
    assert [extract.list_code for extract in Extract.objects.confirmed()] == ["MI-1"]


def test_a_code_that_is_no_list_fails_the_command(month):
    shutil.copy(month / "register.xlsx", month / "MI-99-未知.xlsx")
    with pytest.raises(CommandError, match=r"1 个文件没有入库：MI-99-未知.xlsx"):
        ingest(month)


def test_two_files_of_one_list_are_one_too_many(month):
    (month / "MI-1-补报.xlsx").write_bytes(a_file(a_row(name="孙三", number=OTHER)).getvalue())
    with pytest.raises(CommandError, match=r"1 个文件没有入库：MI-1-补报.xlsx"):
        ingest(month)
    assert Extract.objects.get().filename == "MI-1-医保大额.xlsx"


def test_a_question_waits_for_a_person(month):
    rows = [a_row(name=name, number=number, 个人自付=paid) for name, number, paid in
            (("赵大", GOOD, 2.318), ("钱二", OTHER, 0.52), ("孙三", "", 1.14))]  # fmt: skip
    (month / "MI-1-医保大额.xlsx").write_bytes(a_file(*rows, headers=HEADERS).getvalue())
    out = StringIO()
    with pytest.raises(CommandError):
        call_command("ingest", month, period="2021-05", stdout=out)
    assert "请先答复：工作表“名单”的“个人自付”一列" in out.getvalue()
    assert Extract.objects.get().state == ExtractState.CHECKED


@pytest.mark.parametrize(
    ("period", "sentence"),
    [("2021-13", "月份“2021-13”写法不对，请写成 2021-05 这样的年-月"), ("5月", "写法不对"), ("2021-05", "没有目录")],
)
def test_what_cannot_be_done_is_one_clear_line(tmp_path, period, sentence):
    with pytest.raises(CommandError, match=sentence):
        ingest(tmp_path / "nowhere", period)
    assert not Extract.objects.exists()


def test_a_directory_without_lists_is_said(tmp_path):
    (tmp_path / "说明.txt").write_text("x", encoding="utf-8")
    with pytest.raises(CommandError, match="里没有以名单代码开头的文件"):
        ingest(tmp_path)


def test_a_closed_month_takes_nothing(month):
    ClosedMonth.objects.create(month=MAY)
    with pytest.raises(CommandError, match="1 个文件没有入库"):
        ingest(month)
    assert not Extract.objects.exists()


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("MI-1-医保大额.xlsx", "MI-1"), ("mi-1.csv", "MI-1"), ("MI-R_缴费.xls", "MI-R"), ("MI-1（五月）.xlsx", "MI-1"),
        ("MI-10.xlsx", ""), ("register.xlsx", ""), ("大额MI-1.xlsx", ""), ("MI-1", ""),
    ],
)  # fmt: skip
def test_the_name_of_a_file_says_its_list(name, code):
    assert naming.list_code_of(name) == code


@pytest.mark.skipif(not SAMPLE.is_dir(), reason="没有样本月数据")
def test_every_row_of_the_sample_month_is_read():
    out = ingest(SAMPLE)
    found = {extract.list_code: [sheet["rows"] for sheet in extract.sheets] for extract in Extract.objects.confirmed()}
    assert found == ROWS
    assert sum(extract.rows_refused for extract in Extract.objects.all()) == 0
    assert out.count("跳过") == 2
