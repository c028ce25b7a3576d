"""Verbs of the register: upload, check, confirm, apply, withdraw, and their refusals."""

from io import BytesIO

import pytest

from fangpin.accounts.roles import Role
from fangpin.audit.models import Entry
from fangpin.runs.models import Run, State
from fangpin.runs.queue import drain
from fangpin.transitions import NotAllowed, Stale
from households import register
from households.models import Household, ImportState, Person, RegisterImport
from tests.builders import COUNTY, TOWNSHIPS, a_county, a_household, an_officer
from tests.households.tables import a_csv, a_household_of, a_workbook

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def uploads(settings, tmp_path):
    settings.UPLOAD_DIR = tmp_path


@pytest.fixture
def officer():
    return an_officer(Role.COUNTY)


def upload(rows, by, filename="名册.csv"):
    file = rows if isinstance(rows, BytesIO) else a_csv(rows)
    return register.upload_register(county=a_county(), file=file, filename=filename, by=by)


def checked(rows, by, filename="名册.csv"):
    found = upload(rows, by, filename)
    assert drain(register.check_run(found)).state == State.DONE
    found.refresh_from_db()
    return found


def applied(found, by):
    run = drain(register.confirm_register(found, by=by))
    found.refresh_from_db()
    return run


def sealed_files(tmp_path):
    return list(tmp_path.rglob("*.sealed"))


def test_a_file_goes_all_the_way(officer, tmp_path):
    found = checked(a_workbook(a_household_of("H1", 3) + a_household_of("H2", 1)), officer, "名册.xlsx")
    assert found.state == ImportState.CHECKED
    assert {name: found.counts[name] for name in ("rows", "new", "changed", "same", "gone", "refused")} == {
        "rows": 4, "new": 4, "changed": 0, "same": 0, "gone": 0, "refused": 0,
    }  # fmt: skip
    assert not Person.objects.exists()

    run = applied(found, officer)
    assert (run.state, run.counts["new"]) == (State.DONE, 4)
    assert (found.state, found.applied_by) == (ImportState.APPLIED, officer)
    assert (Household.objects.count(), Person.objects.count()) == (2, 4)
    assert sealed_files(tmp_path) == []
    assert list(Entry.objects.order_by("id").values_list("action", flat=True)) == [
        "register.upload",
        "register.applied",
    ]


def test_the_file_is_sealed_while_it_waits(officer, tmp_path):
    rows = a_household_of("H1", 1)
    upload(rows, officer)
    stored = sealed_files(tmp_path)[0].read_bytes()
    assert rows[0]["证件号码"].encode() not in stored


def test_rows_that_are_refused_are_listed_masked(officer):
    rows = [
        *a_household_of("H1", 2),
        a_household_of("H9", 1)[0] | {"行政村": "天边村", "证件号码": "450399197001011234"},
    ]
    found = checked(rows, officer)
    assert (found.counts["rows"], found.counts["new"], found.counts["refused"]) == (3, 2, 1)
    assert found.problems == [
        {
            "sheet": "名册", "row": 4, "column": "行政村", "content": "天边村", "message": "青山镇没有叫“天边村”的村，请核对名称",
            "refused": True,
        }
    ]  # fmt: skip


def test_the_same_file_twice_is_refused_while_it_waits(officer):
    rows = a_household_of("H1", 1)
    upload(rows, officer)
    with pytest.raises(NotAllowed, match="已经上传，正在等待"):
        upload(rows, officer)
    assert RegisterImport.objects.count() == 1


@pytest.mark.parametrize("role", [Role.TOWNSHIP, Role.VILLAGE, Role.DEPARTMENT, Role.ADMIN])
def test_only_the_county_office_imports(role, tmp_path):
    with pytest.raises(NotAllowed, match="没有导入农户名册的岗位"):
        upload(a_household_of("H1", 1), an_officer(role))
    assert not RegisterImport.objects.exists()
    assert sealed_files(tmp_path) == []


def test_the_operator_at_the_console_needs_no_posting():
    found = checked(a_household_of("H1", 1), None)
    applied(found, None)
    assert Person.objects.count() == 1


@pytest.mark.parametrize(
    ("content", "filename", "sentence"),
    [
        (b"", "名册.xlsx", "文件是空的"),
        (b"abc", "名册.docx", "只接收 .xlsx、.xls 和 .csv"),
        (b"abc", "~$名册.xlsx", "临时文件"),
        (b"PK\x03\x04 broken", "名册.xlsx", "已损坏"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "名册.xlsx", ".xls"),
    ],
)
def test_bad_files_are_refused_at_the_door(officer, content, filename, sentence):
    with pytest.raises(NotAllowed, match=sentence):
        upload(BytesIO(content), officer, filename)
    assert not RegisterImport.objects.exists()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("姓名,身份证号\n张三,1\n", "缺少列：户编号、人编号、行政村"),
        ("甲,乙\n1,2\n", "没有找到表头"),
        ("户编号,人编号,姓名,乡(镇),行政村\n", "没有数据行"),
        ("户编号,人编号,姓名,乡(镇),行政村\nH1,P1,张三,红旗镇,东村\n", "1 行都不能入库"),
    ],
)
def test_files_that_are_no_register_say_why(officer, tmp_path, text, sentence):
    found = upload(BytesIO(text.encode()), officer)
    drain(register.check_run(found))
    found.refresh_from_db()
    assert found.state == ImportState.REFUSED
    assert sentence in found.refusal
    assert sealed_files(tmp_path) == []
    with pytest.raises(NotAllowed, match="无法读取"):
        register.confirm_register(found, by=officer)


def test_withdrawing_leaves_the_register_alone(officer, tmp_path):
    found = checked(a_household_of("H1", 1), officer)
    register.withdraw_register(found, by=officer)
    assert found.state == ImportState.WITHDRAWN
    assert sealed_files(tmp_path) == []
    assert not Person.objects.exists()
    with pytest.raises(NotAllowed, match="已作废"):
        register.withdraw_register(found, by=officer)
    upload(a_household_of("H1", 1), officer)


def test_an_import_that_is_being_applied_cannot_be_withdrawn(officer):
    found = checked(a_household_of("H1", 1), officer)
    register.confirm_register(found, by=officer)
    with pytest.raises(Stale, match="正在入库"):
        register.withdraw_register(found, by=officer)
    assert RegisterImport.objects.get().state == ImportState.CHECKED


def test_confirming_twice_is_one_run(officer):
    found = checked(a_household_of("H1", 1), officer)
    assert register.confirm_register(found, by=officer) == register.confirm_register(found, by=officer)
    drain(Run.objects.get(kind=register.APPLY))
    found.refresh_from_db()
    with pytest.raises(NotAllowed, match="已入库"):
        register.confirm_register(found, by=officer)


def test_a_register_that_changed_since_the_check_is_not_overwritten(officer):
    found = checked(a_household_of("H1", 2), officer)
    a_household(people=1)
    run = applied(found, officer)
    assert run.state == State.FAILED
    assert "核对之后名册有了变动" in run.error
    assert found.state == ImportState.CHECKED
    assert Person.objects.count() == 1


def test_counts_name_the_townships(officer):
    found = checked(a_household_of("H1", 2), officer)
    assert found.counts["townships"] == {TOWNSHIPS[0]: {"households": 1, "new": 2, "changed": 0, "same": 0, "gone": 0}}
    assert found.county_id == COUNTY
