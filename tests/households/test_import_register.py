"""manage.py import_register"""

import os
from io import StringIO

import psutil
import pytest
from django.core.management import CommandError, call_command

from fangpin.divisions.models import Division
from fangpin.runs.models import Run
from fangpin.sheets import read_tables
from households.management.commands import import_register
from households.models import Household, ImportState, Person, RegisterImport
from households.quality import checking
from tests.builders import a_county
from tests.households.tables import a_csv, a_household_of, a_workbook

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def uploads(settings, tmp_path):
    settings.UPLOAD_DIR = tmp_path / "uploads"


def run(path, **options):
    out = StringIO()
    call_command("import_register", str(path), stdout=out, stderr=out, **options)
    return out.getvalue()


def a_file(tmp_path, rows, name="名册.xlsx"):
    path = tmp_path / name
    path.write_bytes((a_csv if name.endswith(".csv") else a_workbook)(rows).getvalue())
    return path


def test_round_trip(tmp_path):
    a_county()
    rows = a_household_of("H1", 3) + a_household_of("H2", 2)
    said = run(a_file(tmp_path, rows))
    assert "共 5 行，2 户；新增 5 人，变化 0 人，未变 0 人，已不在名册 0 人，不能入库 0 人（已入库）" in said
    after = [rows[0] | {"姓名": "李改名"}, *rows[1:4], *a_household_of("H3", 1)]
    said = run(a_file(tmp_path, after, "次月.csv"))
    assert "新增 1 人，变化 1 人，未变 3 人，已不在名册 1 人，不能入库 0 人" in said
    assert "较多人员不在这个文件里" in said
    assert (Person.objects.present().count(), Household.objects.present().count()) == (5, 3)


def test_a_large_file_is_worked_on_by_two_processes_none_of_which_stays(tmp_path, monkeypatch):
    monkeypatch.setattr(import_register, "WORTH_HELP", 0)
    monkeypatch.setattr(checking, "PART_PEOPLE", 2)
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    a_county()
    rows = a_household_of("H1", 3) + a_household_of("H2", 2, 行政村="下坪村")
    assert "新增 5 人" in run(a_file(tmp_path, rows))
    check = Run.objects.get(kind="quality.check")
    assert (check.state, check.counts["rows"]) == ("done", 5)
    assert [part.state for part in check.children.all()] == ["done", "done"]
    assert not [child for child in psutil.Process().children() if "help_runs" in child.cmdline()]


def test_a_dry_run_changes_nothing(tmp_path):
    a_county()
    said = run(a_file(tmp_path, a_household_of("H1", 3)), dry_run=True)
    assert "新增 3 人" in said
    assert "仅核对，没有入库" in said
    assert not Person.objects.exists()
    assert RegisterImport.objects.get().state == ImportState.WITHDRAWN


def test_refused_rows_go_beside_the_file_as_they_were_given(tmp_path):
    a_county()
    lost = a_household_of("H9", 1)[0] | {"行政村": "天边村", "姓名": "=1+1"}
    path = a_file(tmp_path, [*a_household_of("H1", 2), lost])
    said = run(path)
    assert "不能入库 1 人" in said
    problems = tmp_path / "名册.xlsx.problems.xlsx"
    table = read_tables(problems, filename=problems.name, header_words=("工作表", "行", "原因", "证件号码"))[0]
    row = dict(zip(table.columns, table.text.iloc[0], strict=True))
    assert (row["行"], row["姓名"], row["证件号码"]) == ("5", "=1+1", lost["证件号码"])
    assert row["原因"] == "青山镇没有叫“天边村”的村，请核对名称"


def test_the_same_file_again_changes_nothing(tmp_path):
    a_county()
    path = a_file(tmp_path, a_household_of("H1", 3))
    run(path)
    assert "新增 0 人，变化 0 人，未变 3 人" in run(path)


def test_a_call_that_was_broken_off_does_not_block_the_next(tmp_path):
    county = a_county()
    path = a_file(tmp_path, a_household_of("H1", 1))
    run(path, dry_run=True)
    RegisterImport.objects.update(state=ImportState.CHECKED)
    assert "新增 1 人" in run(path)
    assert county.pk == RegisterImport.objects.first().county_id


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("名册.xlsx", b"", "文件是空的"),
        ("名册.txt", b"x", "只接收"),
        ("名册.csv", "甲,乙\n1,2\n".encode(), "没有找到表头"),
    ],
)
def test_an_unreadable_file_is_one_clear_line(tmp_path, name, content, sentence):
    a_county()
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(CommandError, match=sentence) as error:
        run(path)
    assert "\n" not in str(error.value)
    assert not Person.objects.exists()


def test_missing_file_and_missing_county_are_named(tmp_path):
    with pytest.raises(CommandError, match="load_divisions"):
        run(tmp_path / "没有.xlsx")
    a_county()
    with pytest.raises(CommandError, match="没有文件"):
        run(tmp_path / "没有.xlsx")


def test_two_counties_are_asked_back(tmp_path):
    a_county()
    Division.objects.create(code="450398", name="邻县", level="county")
    with pytest.raises(CommandError, match="多个县"):
        run(tmp_path / "没有.xlsx")
