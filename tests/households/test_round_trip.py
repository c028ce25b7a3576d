"""Out in the national layout and in again: nothing differs; what somebody changed in the file differs, and nothing else ("Shown when" 1)."""

import hashlib
from io import StringIO

import openpyxl
import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from fangpin.audit.models import Entry
from fangpin.runs.queue import drain
from households import register
from households.models import Change, Difference, ImportState, Income, Person, QualityProblem, RegisterImport
from tests.builders import a_county, an_id
from tests.households.tables import a_household_of, a_workbook

pytestmark = pytest.mark.django_db(transaction=True)
HEADER = 3
EXTRAS = {
    "民族": "壮族", "政治面貌": "群众", "健康状况": "长期慢性病,残疾", "务工时间（月）": "6", "公益性岗位": "生态护林员",
    "危房等级": "C级", "识别监测时间": "202105", "人均纯收入": "12345.5", "残疾等级": "二级", "脱贫年度": "2019", "是否享受低保": "农村低保",
    "曾用名": "李旧名", "供水方式": "山泉水", "年度": "2020", "工资性收入": "36000",
}  # fmt: skip


@pytest.fixture(autouse=True)
def uploads(settings, tmp_path):
    settings.UPLOAD_DIR = tmp_path / "uploads"


def imported(path):
    with open(path, "rb") as file:
        found = register.upload_register(county=a_county(), file=file, filename=path.name, by=None)
    assert not drain(register.check_run(found)).error
    found.refresh_from_db()
    return found


def apply(found):
    assert not drain(register.confirm_register(found, by=None)).error
    found.refresh_from_db()


def a_register(tmp_path, homes=30):
    """``homes`` households of three, the first lifted and monitored, one with a person without a number."""
    rows = [row | EXTRAS for nth in range(homes) for row in a_household_of(f"H{nth:03d}", 3)]
    rows[0] |= {"户类型": "脱贫户", "监测对象类别": "脱贫不稳定户", "风险是否已消除": "否"}
    rows[4] |= {"证件号码": "", "出生日期": "19730208", "性别": "女", "成员联系电话": "19900000009"}
    path = tmp_path / "first.xlsx"
    path.write_bytes(a_workbook(rows).getvalue())
    apply(imported(path))


def exported(tmp_path, name="out.xlsx"):
    path, said = tmp_path / name, StringIO()
    call_command("export_register", out=path, stdout=said)
    return path, said.getvalue()


def digest():
    """Of every byte that the register holds, ciphertexts, times and derived columns too, and of what it remembers."""
    found = hashlib.sha256()
    with connection.cursor() as cursor:
        for table in ("households_household", "households_person", "households_change", "households_income"):
            cursor.execute(f"SELECT row::text FROM {table} AS row ORDER BY id")  # noqa: S608 - names of our tables
            for (text,) in cursor:
                found.update(text.encode())
    return found.hexdigest()


def edited(path, change):
    """The workbook with ``change(rows, at)`` done to its data rows (lists of cells); ``at`` gives the column of a label."""
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    labels = [cell.value for cell in sheet[HEADER]]
    rows = [[cell or "" for cell in row] for row in sheet.iter_rows(min_row=HEADER + 1, values_only=True)]
    sheet.delete_rows(HEADER + 1, len(rows))
    change(rows, labels.index)
    for row in rows:
        sheet.append(row)
    out = path.with_name("edited.xlsx")
    book.save(out)
    return out


def test_what_went_out_comes_in_without_a_difference(tmp_path):
    a_register(tmp_path)
    path, said = exported(tmp_path)
    assert "已导出 90 人" in said
    assert path.stat().st_mode & 0o077 == 0
    found = imported(path)
    counts = {
        name: found.counts[name]
        for name in ("rows", "new", "changed", "same", "gone", "refused", "households_changed")
    }
    assert counts == {"rows": 90, "new": 0, "changed": 0, "same": 90, "gone": 0, "refused": 0, "households_changed": 0}
    assert (found.counts["unknown_columns"], found.counts["noted"]) == ([], 0)
    assert not found.differences.exists()
    assert Entry.objects.get(action="register.national_exported").detail == {"divisions": ["450399"], "rows": 90}


def test_exactly_what_was_changed_differs_is_applied_and_undone(tmp_path):
    a_register(tmp_path, homes=200)
    path, _ = exported(tmp_path)

    def change(rows, at):
        for row in rows[:200]:
            row[at("健康状况")] = "健康"
        for row in rows[300:306]:
            row[at("工资性收入")] = "42000"
        del rows[500:530]
        for nth in range(50):
            new = list(rows[400])
            new[at("人编号")], new[at("证件号码")], new[at("与户主关系")] = f"NEW{nth}", an_id(), "其他"
            rows.append(new)

    before = digest()
    found = imported(edited(path, change))
    assert digest() == before
    kinds = {kind: found.differences.filter(table="person", kind=kind).count() for kind in Difference.Kind.values}
    assert kinds == {"new": 50, "changed": 200, "gone": 30}
    assert {name: found.counts[name] for name in kinds} == kinds
    assert found.counts["changes"] == {"健康状况": 200}
    person, home = (found.differences.filter(kind="changed", table=table).first() for table in ("person", "household"))
    assert (person.fields, home.fields) == (
        [["健康状况", "长期慢性病,残疾", "健康"]],
        [["工资性收入", "36000 元", "42000 元"]],
    )

    apply(found)
    assert Person.objects.present().count() == 600 + 50 - 30
    assert Person.objects.filter(health="健康").count() == 200
    assert Change.objects.filter(batch=found, table="person").count() == 280
    assert Income.objects.current().filter(wages=42_000).count() == 2
    drain(register.quality_run(found))
    assert QualityProblem.objects.filter(person__number__startswith="NEW").exists()  # which stands in nobody's way

    assert not drain(register.confirm_undo(found, by=None)).error
    found.refresh_from_db()
    assert found.state == ImportState.UNDONE
    assert digest() == before


def test_the_first_import_is_undone_to_an_empty_register(tmp_path):
    a_county()
    before = digest()
    a_register(tmp_path)
    found = RegisterImport.objects.get()
    drain(register.confirm_undo(found, by=None))
    assert digest() == before


@pytest.mark.parametrize(
    ("options", "sentence"), [({"under": "999999"}, "没有区划代码"), ({"out": "x.csv"}, "应以 .xlsx 结尾")]
)
def test_an_export_that_cannot_be_leaves_no_file(tmp_path, options, sentence):
    a_county()
    out = tmp_path / options.pop("out", "x.xlsx")
    with pytest.raises(CommandError, match=sentence):
        call_command("export_register", out=out, **options)
    assert list(tmp_path.glob("*x*")) == []
    assert not Entry.objects.exists()
