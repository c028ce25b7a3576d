"""Upload, confirm, withdraw: what the verbs do, whom they refuse and in which words."""

import re
from datetime import date
from io import BytesIO

import pytest
from django.db import connection

from fangpin.accounts.roles import Role
from fangpin.audit.models import Entry
from fangpin.divisions.models import Division
from fangpin.periods import next_month, this_month
from fangpin.runs.models import Run, State
from fangpin.sealing import open_sealed
from fangpin.transitions import NotAllowed, Stale
from screening.choices import ClueState, ExtractState
from screening.extracts.intake import check_broke_off, confirm_extract, sealed_path, withdraw_extract
from screening.models import ClosedMonth, Clue, Extract, RowChunk
from tests.builders import a_county, a_household, a_standard, an_officer
from tests.fangpin.sheets.hostile import HOSTILE
from tests.screening.extracts.uploads import (
    GOOD,
    MAY,
    OTHER,
    THIRD,
    a_check,
    a_checked_upload,
    a_file,
    a_row,
    an_upload,
)

pytestmark = pytest.mark.django_db
FILES = {name: (content, code) for name, content, code in HOSTILE}


@pytest.fixture(autouse=True)
def _uploads(settings, tmp_path):
    settings.UPLOAD_DIR = tmp_path


@pytest.fixture
def clerk():
    return an_officer(Role.DEPARTMENT, department="MI", name="陶丽萍")


@pytest.fixture
def office():
    return an_officer(Role.COUNTY, name="莫海燕")


def nothing_is_here(tmp_path) -> bool:
    kept = [path for path in tmp_path.rglob("*") if path.is_file()]
    return not (Extract.objects.exists() or Run.objects.exists() or Entry.objects.exists() or kept)


# -- upload -------------------------------------------------------------------------------------------------------------
def test_an_upload_is_kept_sealed_and_waits_for_its_check(clerk, tmp_path):
    file = a_file(a_row())
    extract = an_upload(file=file, by=clerk)

    assert (extract.state, extract.filename, extract.uploaded_by) == (ExtractState.UPLOADED, "MI-1-医保局.xlsx", clerk)
    assert Run.objects.get().key == str(extract.pk)
    assert Entry.objects.get().detail == {"list": "MI-1", "period": "2021-05-01", "bytes": len(file.getvalue())}
    assert open_sealed(sealed_path(extract), extract.place).getvalue() == file.getvalue()
    assert b"PK\x03\x04" not in sealed_path(extract).read_bytes()


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("名单.pdf", "只接收 .xlsx、.xls 和 .csv 文件，这个文件的扩展名是“.pdf”。请另存为 .xlsx 后再上传。"),
        ("加密.xlsx", "文件设了打开密码。请在 Excel 或 WPS 中取消密码，另存后再上传。"),
        ("加密.xls", "文件设了打开密码。请在 Excel 或 WPS 中取消密码，另存后再上传。"),
        ("名单.xlsm", "不接收带宏的工作簿（.xlsm）。请另存为“Excel 工作簿（.xlsx）”后再上传。"),
        ("宏.xlsx", "工作簿里含有宏。请另存为不含宏的“Excel 工作簿（.xlsx）”后再上传。"),
        ("炸弹.xlsx", "工作簿的压缩比异常（N 倍），不像正常的表格。请把数据复制到新建的工作簿中再上传。"),
        ("实体.xlsx", "工作簿内部含有文档类型声明（DTD），存在安全风险。请把数据复制到新建的工作簿中再上传。"),
        (
            "十亿行.xlsx",
            "表格用到了第 1000000000 行，超过 600000 行的上限。请删除数据下方多余的行；数据确有这么多的，请按乡镇分成几个文件。",
        ),
        ("空.xlsx", "文件是空的（0 字节）。请重新导出，确认能打开后再上传。"),
        (
            "~$名单.xlsx",
            "这是打开表格时自动产生的临时文件（文件名以 ~$ 开头），不是表格本身。请关闭 Excel 或 WPS，上传原来的文件。",
        ),
        ("截断.xlsx", "文件已损坏或没有传完整，无法打开。请在 Excel 或 WPS 中打开原表确认无误，重新保存后再上传。"),
    ],
)
def test_a_file_that_can_be_seen_through_is_refused_at_once(name, sentence, tmp_path):
    content = FILES[name][0]
    a_county()
    with pytest.raises(NotAllowed) as refusal:
        an_upload(file=BytesIO(content() if callable(content) else content), filename=name)
    assert re.sub(r"\d+ 倍", "N 倍", str(refusal.value)) == sentence
    assert nothing_is_here(tmp_path)


def test_an_unknown_list_code_is_refused(tmp_path):
    with pytest.raises(NotAllowed, match=r"没有名单“MI-99”：请从名单清单中选择，例如 EDU-1"):
        an_upload(a_row(), list_code="MI-99")
    assert nothing_is_here(tmp_path)


def test_a_closed_month_takes_no_file(tmp_path):
    ClosedMonth.objects.create(month=MAY)
    with pytest.raises(NotAllowed, match="2021年5月已封账，不再接收和改动；确需更正请联系县扶贫办启封"):
        an_upload(a_row())
    assert nothing_is_here(tmp_path)


def test_a_month_that_has_not_come_takes_no_file(tmp_path):
    with pytest.raises(NotAllowed, match="还没有到，请检查月份"):
        an_upload(a_row(), period=next_month(this_month()))
    assert nothing_is_here(tmp_path)


def test_the_same_file_is_taken_once_a_month(clerk, tmp_path):
    an_upload(a_row(), by=clerk)
    with pytest.raises(
        NotAllowed, match=r"同一个文件已于 \d{4}-\d\d-\d\d \d\d:\d\d 由陶丽萍上传（校验中），不必重复上传"
    ):
        an_upload(a_row(), by=clerk, filename="改名.xlsx")
    assert Extract.objects.count() == 1
    assert len(list((tmp_path / "extracts").iterdir())) == 1
    assert an_upload(a_row(), by=clerk, period=date(2021, 6, 1)).state == ExtractState.UPLOADED


def test_another_file_takes_the_place_of_one_that_still_waits(clerk):
    first = an_upload(a_row(), by=clerk)
    second = an_upload(a_row(name="钱二"), by=clerk)
    first.refresh_from_db()
    assert (first.state, first.ended_why, first.ended_by) == (ExtractState.WITHDRAWN, "被重新上传的文件代替", clerk)
    assert second.state == ExtractState.UPLOADED


def test_a_corrected_file_takes_the_place_of_a_refused_one(clerk):
    refused = a_checked_upload(file=a_file(["赵大"], headers=["姓名", "备注"]), by=clerk)
    assert refused.state == ExtractState.REFUSED
    an_upload(a_row(), by=clerk)
    refused.refresh_from_db()
    assert refused.state == ExtractState.WITHDRAWN


def test_a_file_whose_check_broke_off_can_be_sent_again_or_withdrawn(clerk):
    broken = an_upload(a_row(), by=clerk)
    sealed_path(broken).write_bytes(b"\0\0\0\1x")  # nobody can read it any more
    assert a_check(broken).state == State.FAILED
    assert check_broke_off(broken)

    again = an_upload(a_row(), by=clerk)
    broken.refresh_from_db()
    assert broken.state == ExtractState.WITHDRAWN
    sealed_path(again).unlink()
    assert a_check(again).error.startswith("系统内部错误")
    withdraw_extract(again, by=clerk, reason="校验失败")
    assert again.state == ExtractState.WITHDRAWN


@pytest.mark.parametrize("role", [Role.VILLAGE, Role.TOWNSHIP, Role.COUNTY_HEAD, Role.ADMIN])
def test_roles_that_do_not_send_lists_are_refused(role, tmp_path):
    user = an_officer(role)
    with pytest.raises(NotAllowed, match="大额医疗费用人员由医保局报送，您没有这个部门的数据员岗位"):
        an_upload(a_row(), by=user)
    assert nothing_is_here(tmp_path)


def test_a_clerk_sends_no_list_of_another_department(tmp_path):
    teacher = an_officer(Role.DEPARTMENT, department="EDU")
    with pytest.raises(NotAllowed, match="您没有这个部门的数据员岗位"):
        an_upload(a_row(), by=teacher)
    assert nothing_is_here(tmp_path)


def test_a_full_disk_keeps_no_half_file(monkeypatch, tmp_path):
    monkeypatch.setattr("screening.extracts.intake._SPARE_BYTES", 1 << 60)
    with pytest.raises(NotAllowed, match="服务器磁盘空间不足，文件没有保存"):
        an_upload(a_row())
    assert nothing_is_here(tmp_path)


def test_a_file_name_is_kept_without_path_and_without_numbers_of_persons():
    extract = an_upload(a_row(), filename=f"C:\\桌面\\赵大{GOOD}\x07{'长' * 200}.xlsx")
    assert extract.filename.startswith("赵大450399********0010长")
    assert extract.filename.endswith("长.xlsx")
    assert len(extract.filename) <= 200


# -- confirm ------------------------------------------------------------------------------------------------------------
def test_confirming_counts_from_now_on_and_is_audited(clerk):
    extract = a_checked_upload(a_row(), a_row(name="钱二", number=OTHER, 个人自付="约3千"), by=clerk)
    confirm_extract(extract, by=clerk)
    extract.refresh_from_db()
    assert (extract.state, extract.confirmed_by, extract.rows_acceptable) == (ExtractState.CONFIRMED, clerk, 1)
    entry = Entry.objects.get(action="extract.confirmed")
    assert (entry.by, entry.detail) == (clerk, {"rows": 1, "refused": 1})


def test_the_county_office_confirms_for_a_department(office):
    extract = a_checked_upload(a_row(), by=office)
    confirm_extract(extract, by=office)
    assert extract.state == ExtractState.CONFIRMED


@pytest.mark.parametrize("role", [Role.COUNTY_HEAD, Role.VILLAGE])
def test_who_only_looks_does_not_confirm(role, clerk):
    extract = a_checked_upload(a_row(), by=clerk)
    for act in (lambda by: confirm_extract(extract, by=by), lambda by: withdraw_extract(extract, by=by, reason="x")):
        with pytest.raises(NotAllowed, match="您没有这个部门的数据员岗位"):
            act(an_officer(role))
    extract.refresh_from_db()
    assert extract.state == ExtractState.CHECKED


def test_two_who_confirm_at_once_one_wins(clerk, office):
    extract = a_checked_upload(a_row(), by=clerk)
    theirs = Extract.objects.get(pk=extract.pk)
    confirm_extract(extract, by=clerk)
    with pytest.raises(Stale):
        confirm_extract(theirs, by=office)
    extract.refresh_from_db()
    assert (extract.confirmed_by, theirs.state) == (clerk, ExtractState.CHECKED)
    assert Entry.objects.filter(action="extract.confirmed").count() == 1


def test_a_file_withdrawn_meanwhile_is_not_confirmed(clerk):
    extract = a_checked_upload(a_row(), by=clerk)
    withdraw_extract(Extract.objects.get(pk=extract.pk), by=clerk, reason="传错了")
    with pytest.raises(Stale):
        confirm_extract(extract, by=clerk)
    assert not Extract.objects.confirmed().exists()


def test_a_second_file_replaces_the_first_only_when_asked_to(clerk):
    first = a_checked_upload(a_row(), by=clerk)
    confirm_extract(first, by=clerk)
    second = a_checked_upload(a_row(), a_row(name="钱二", number=OTHER), by=clerk)
    with pytest.raises(
        NotAllowed, match=r"2021年5月的大额医疗费用人员已有入库文件《MI-1-医保局.xlsx》（1 行）。要用新文件代替"
    ):
        confirm_extract(second, by=clerk)
    first.refresh_from_db()
    assert first.state == ExtractState.CONFIRMED

    confirm_extract(second, by=clerk, replace=True)
    first.refresh_from_db()
    assert (first.state, first.replaced_by, first.ended_by) == (ExtractState.REPLACED, second, clerk)
    assert list(Extract.objects.confirmed()) == [second]


def test_a_file_without_one_usable_row_is_not_confirmed(clerk):
    extract = a_checked_upload(a_row(个人自付="不详"), by=clerk)
    with pytest.raises(NotAllowed, match="没有一行可以入库：请下载标注表格，更正后重新上传"):
        confirm_extract(extract, by=clerk)
    assert extract.state == ExtractState.CHECKED


def test_questions_about_the_file_are_answered_first(clerk):
    small = [a_row(name=name, number=number, 个人自付=paid) for name, number, paid in
             (("赵大", GOOD, 2.318), ("钱二", OTHER, 0.52), ("孙三", THIRD, 1.14))]  # fmt: skip
    extract = a_checked_upload(*small, by=clerk)
    with pytest.raises(NotAllowed, match="请先答复：工作表“名单”的“个人自付”一列"):
        confirm_extract(extract, by=clerk)
    with pytest.raises(NotAllowed, match="请先答复"):
        confirm_extract(extract, by=clerk, answers={"unit:0:self_pay": "万元"})
    confirm_extract(extract, by=clerk, answers={"unit:0:self_pay": "yuan"})
    extract.refresh_from_db()
    assert extract.questions[0]["answer"] == "yuan"


def test_nothing_is_confirmed_in_a_closed_month(clerk):
    extract = a_checked_upload(a_row(), by=clerk)
    ClosedMonth.objects.create(month=MAY)
    with pytest.raises(NotAllowed, match="已封账"):
        confirm_extract(extract, by=clerk)
    extract.refresh_from_db()
    assert extract.state == ExtractState.CHECKED


def test_confirming_waits_for_its_turn_in_the_county(clerk):
    """Two files of one list cannot both find that none is confirmed: the county's row is locked first."""
    extract = a_checked_upload(a_row(), by=clerk)
    locks = _Locks()
    with connection.execute_wrapper(locks):
        confirm_extract(extract, by=clerk)
    assert locks.seen == [f'FROM "{Division._meta.db_table}"']


class _Locks:
    """Collects the tables that are read FOR UPDATE."""

    def __init__(self):
        self.seen = []

    def __call__(self, execute, sql, params, many, context):
        if "FOR NO KEY UPDATE" in sql:
            self.seen.append(sql[sql.index("FROM") :].split(" WHERE")[0])
        return execute(sql, params, many, context)


# -- withdraw -----------------------------------------------------------------------------------------------------------
def test_withdrawing_takes_the_clues_of_the_file_along(clerk):
    extract = a_checked_upload(a_row(), by=clerk)
    confirm_extract(extract, by=clerk)
    clue = Clue.objects.create(
        fingerprint="f", rule="medical", rule_version=1, standard=a_standard(), risk="illness", grade="red", period=MAY,
        village=a_household().village, extract=extract, values={}, sentence="自付超过标准",
    )  # fmt: skip
    withdraw_extract(extract, by=clerk, reason="名单报错")
    clue.refresh_from_db()
    extract.refresh_from_db()
    assert (extract.state, extract.ended_why, clue.state) == (ExtractState.WITHDRAWN, "名单报错", ClueState.WITHDRAWN)
    assert RowChunk.objects.get(extract=extract).rows == 1


def test_withdrawing_needs_a_reason_and_something_to_withdraw(clerk):
    extract = a_checked_upload(a_row(), by=clerk)
    with pytest.raises(NotAllowed, match="请写明作废原因"):
        withdraw_extract(extract, by=clerk, reason=" ")
    withdraw_extract(extract, by=clerk, reason="传错了")
    with pytest.raises(NotAllowed, match="文件现在是“已作废”，不必作废"):
        withdraw_extract(extract, by=clerk, reason="再一次")
    assert Entry.objects.filter(action="extract.withdrawn").count() == 1


def test_a_confirmed_file_of_a_closed_month_stays(clerk):
    extract = a_checked_upload(a_row(), by=clerk)
    confirm_extract(extract, by=clerk)
    ClosedMonth.objects.create(month=MAY)
    with pytest.raises(NotAllowed, match="已封账"):
        withdraw_extract(extract, by=clerk, reason="报错")
    extract.refresh_from_db()
    assert extract.state == ExtractState.CONFIRMED
