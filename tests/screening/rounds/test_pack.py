"""核实包: what goes out is locked, keyed and masked; what comes back is reported once, and nothing is overwritten silently."""

from datetime import timedelta
from decimal import Decimal
from io import BytesIO

import openpyxl
import pytest
from django.utils import timezone

from fangpin.accounts.roles import Role
from fangpin.transitions import NotAllowed
from screening.choices import CheckWay, Conclusion, Grade, TaskAct, TaskState, Truth
from screening.models import Round, TaskStep, VerificationResult, VerificationTask
from screening.rounds.findings import Finding
from screening.rounds.opening import close_round
from screening.rounds.pack_keys import LABELS, print_of
from screening.rounds.packs import Fate, bring_in, marked_workbook, pack_of, put_pack
from screening.rounds.recalling import recall
from screening.rounds.verification import Seen, finding_of, last_result, return_, save_draft
from tests.builders import VILLAGES, a_household, a_standard, an_officer
from tests.screening.rounds.made import a_round
from tests.screening.rounds.packed import a_pack, a_village, cells_of, filled, looked_at, sent, uploaded

pytestmark = pytest.mark.django_db


@pytest.fixture
def village(settings, tmp_path):
    settings.UPLOAD_DIR = tmp_path
    a_standard()
    a_round()
    return a_village()


@pytest.fixture
def cadre(village):
    return an_officer(Role.VILLAGE)


def fates(found):
    return [line.fate for line in found.lines]


def said(found):
    return "；".join(said.text for line in found.lines for said in line.said)


def whole(home):
    """What of a household must not be in a file."""
    return [
        home.phone,
        *(value for person in home.members.all() for value in (person.id_number, person.phone) if value),
    ]


def test_what_goes_out_is_locked_keyed_masked_and_has_lists_to_choose_from(village):
    home = a_household(phone="13812345678")
    task = sent(home, grade=Grade.RED)
    book = openpyxl.load_workbook(a_pack(village))
    sheet, at = book["核实包"], cells_of(book["核实包"])
    row = {label: sheet.cell(4, column) for label, column in at.items()}
    assert (sheet.protection.sheet, row["户主"].protection.locked, row["结论"].protection.locked) == (
        True,
        True,
        False,
    )
    assert (row["户主"].value, row["级别"].value, row["电话"].value) == (home.head_name, "红", "138****5678")
    assert (row["任务编号"].value, row["任务版本"].value) == (str(task.pk), "1")
    assert all(
        sheet.column_dimensions[row[label].column_letter].hidden or _grouped(sheet, at[label]) for label in LABELS
    )
    lists = {str(rule.sqref): rule.formula1 for rule in sheet.data_validations.dataValidation if rule.type == "list"}
    assert lists[row["结论"].coordinate].startswith("选项!$")
    assert len(lists) == 8  # way, truth, four needs, conclusion, signed
    assert (sheet.page_setup.orientation, sheet.print_title_rows, book["选项"].sheet_state) == (
        "landscape",
        "$1:$3",
        "hidden",
    )
    values = [cell for one in book for line in one.iter_rows() for cell in line if cell.value is not None]
    assert not [cell for cell in values if cell.data_type == "f"]
    assert not [number for number in whole(home) for cell in values if number in str(cell.value)]


def _grouped(sheet, column):
    """openpyxl keeps neighbours of one width under the first of them."""
    return any(one.hidden and one.min <= column <= one.max for one in sheet.column_dimensions.values())


def test_a_filled_row_is_reported_as_the_form_would_and_an_empty_one_is_passed_over(village, cadre):
    first, second = sorted((sent(), sent()), key=lambda task: str(task.pk))
    found = uploaded(village, filled(a_pack(village), {}), by=cadre)
    assert fates(found) == [Fate.GOOD, Fate.BLANK]
    assert len(bring_in(village, found, by=cadre).reported) == 1
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state, first.conclusion) == (TaskState.REPORTED, TaskState.SENT, Conclusion.UNFIT)
    assert finding_of(last_result(first)) == Finding(
        checked_on=timezone.localdate(), checkers="韦大、覃二", way=CheckWay.VISIT, interviewee="户主本人", relation="本人",
        truth=Truth.TRUE, living={"education": True, "insurance": True, "housing": True, "water": False},
        remarks={"water": "水管未通"}, income=Decimal("38000"), spending=Decimal("23000"), conclusion=Conclusion.UNFIT,
        reason="收入高于监测范围", next_step="继续关注",
    )  # fmt: skip
    assert pack_of(village, by=cadre) is None


def test_a_village_as_a_whole_is_asked_less(village, cadre):
    task = VerificationTask.objects.get(pk=sent().pk)
    VerificationTask.objects.filter(pk=task.pk).update(household=None)
    found = uploaded(
        village, filled(a_pack(village), {"饮水安全": "—", "饮水安全说明": "—", "结论": "已化解不纳入"}), by=cadre
    )
    assert fates(found) == [Fate.GOOD]
    bring_in(village, found, by=cadre)
    assert finding_of(last_result(task)).living == {}


def test_each_wrong_row_is_told_at_its_column_and_not_reported(village, cadre):
    day = timezone.localdate()
    wrong = [
        ({"核实人": "韦大"}, "核实人", "核实人至少两名"),
        ({"核实方式": "路过"}, "核实方式", "请从下拉列表中选择"),
        ({"核实方式": "电话"}, "外出地点", "请写明外出地点"),
        ({"核实日期": day + timedelta(days=1)}, "核实日期", "核实日期不能晚于今天"),
        ({"核实日期": day - timedelta(days=1)}, "核实日期", "核实日期早于派发的"),
        ({"核实日期": "上周"}, "核实日期", "请写成 2021-05-06"),
        ({"家庭年收入估算": "不少"}, "家庭年收入估算", "请只写数字"),
        ({"家庭年收入估算": -1}, "家庭年收入估算", "金额不能为负"),
        ({"饮水安全说明": None}, "饮水安全说明", "请写明情况"),
        ({"结论": "暂不符合转观察"}, "下次核查日期", "请填写下次核查日期"),
        ({"理由": "长" * 501}, "理由", "500"),
    ]
    for _ in wrong:
        sent()
    found = uploaded(village, filled(a_pack(village), *(changes for changes, _, _ in wrong)), by=cadre)
    assert fates(found) == [Fate.WRONG] * len(wrong)
    for line, (_, column, why) in zip(found.lines, wrong, strict=True):
        assert [one.label.split()[-1] for one in line.said] == [column]
        assert why in line.said[0].text
    with pytest.raises(NotAllowed, match="没有可以报送的行"):
        bring_in(village, found, by=cadre)
    assert not VerificationResult.objects.exists()


def test_the_same_pack_twice_doubles_nothing(village, cadre):
    task = sent()
    file = filled(a_pack(village), {})
    bring_in(village, uploaded(village, file, by=cadre), by=cadre)
    found = uploaded(village, file, by=cadre)
    assert (fates(found), found.is_all_taken) == ([Fate.TAKEN], True)
    with pytest.raises(NotAllowed, match="已经全部报送过，没有重复报送"):
        bring_in(village, found, by=cadre)
    assert (task.results.count(), TaskStep.objects.filter(act=TaskAct.REPORTED).count()) == (1, 1)


def test_two_who_confirm_at_once_report_it_once(village, cadre):
    task, other = sent(), an_officer(Role.TOWNSHIP)
    file = filled(a_pack(village), {})
    mine, theirs = uploaded(village, file, by=cadre), uploaded(village, file, by=other)
    bring_in(village, mine, by=cadre)
    done = bring_in(village, theirs, by=other)
    assert (len(done.reported), len(done.refused)) == (0, 1)
    assert "报送结果" in done.refused[0][1]
    assert last_result(task).reported_by == cadre


def test_a_draft_that_was_changed_on_the_web_is_kept_until_the_row_is_ticked(village, cadre):
    task, pack = sent(), a_pack(village)
    save_draft(task, finding=Finding(checkers="别人、又一人"), by=cadre, seen=Seen(1))
    found = uploaded(village, filled(pack, {}), by=cadre)
    (line,) = found.lines
    assert (line.fate, line.may_take, line.now.checkers) == (Fate.CONFLICT, True, "别人、又一人")
    with pytest.raises(NotAllowed):
        bring_in(village, found, by=cadre)
    assert finding_of(last_result(task)).checkers == "别人、又一人"
    bring_in(village, found, ticked=[line.tick], by=cadre)
    assert finding_of(last_result(task)).checkers == "韦大、覃二"


def test_a_tick_from_before_another_change_takes_nothing(village, cadre):
    task, pack = sent(), a_pack(village)
    save_draft(task, finding=Finding(checkers="甲"), by=cadre, seen=Seen(1))
    tick = uploaded(village, filled(pack, {}), by=cadre).lines[0].tick
    save_draft(task, finding=Finding(checkers="乙"), by=cadre, seen=Seen(1, 1))
    with pytest.raises(NotAllowed):
        bring_in(village, looked_at(village, by=cadre), ticked=[tick], by=cadre)
    assert finding_of(last_result(task)).checkers == "乙"


def test_what_was_sent_back_goes_out_with_what_it_said_and_an_old_pack_is_a_conflict(village, cadre):
    task, old = sent(), filled(a_pack(village), {})
    bring_in(village, uploaded(village, old, by=cadre), by=cadre)
    task.refresh_from_db()
    return_(task, reason="请补充", by=an_officer(Role.TOWNSHIP), seen_version=2)
    new = a_pack(village)
    sheet = openpyxl.load_workbook(new)["核实包"]
    assert sheet.cell(4, cells_of(sheet)["核实人"]).value == "韦大、覃二"
    assert fates(uploaded(village, filled(new), by=cadre)) == [Fate.BLANK]
    assert fates(uploaded(village, old, by=cadre)) == [Fate.CONFLICT]
    assert fates(uploaded(village, filled(new, {"理由": "已补充"}), by=cadre)) == [Fate.GOOD]


def test_what_was_recalled_or_moved_meanwhile_cannot_be_taken(village, cadre):
    first, second = sent(), sent()
    file = filled(a_pack(village), {}, {})
    recall(first, reason="已核实过", by=an_officer(Role.COUNTY))
    VerificationTask.objects.filter(pk=second.pk).update(village=VILLAGES[1])
    found = uploaded(village, file, by=cadre)
    assert [(line.fate, line.may_take) for line in found.lines] == [(Fate.CONFLICT, False)] * 2
    assert "已改派，不再由本村核实" in said(found)
    assert "撤回" in said(found)
    assert not VerificationResult.objects.exists()


def test_a_row_with_a_changed_or_doubled_key_is_refused_alone(village, cadre):
    sent(), sent(), sent()
    book = openpyxl.load_workbook(filled(a_pack(village), {}, {}, {}))
    sheet, out = book["核实包"], BytesIO()
    at = cells_of(sheet)
    sheet.cell(4, at["任务版本"]).value = "7"
    for label in LABELS:
        sheet.cell(6, at[label]).value = sheet.cell(5, at[label]).value
    book.save(out)
    found = uploaded(village, out, by=cadre)
    assert fates(found) == [Fate.WRONG, Fate.GOOD, Fate.WRONG]
    assert "校验码被改动" in said(found)
    assert "与第 5 行是同一件任务" in said(found)


def _without_keys(village):
    book, out = openpyxl.load_workbook(a_pack(village)), BytesIO()
    book["核实包"].delete_cols(cells_of(book["核实包"])["校验码"])
    book.save(out)
    return out


def _no_pack(village):
    book, out = openpyxl.Workbook(), BytesIO()
    book.active.append(["姓名", "金额"])
    book.save(out)
    return out


def _of_another_village(village):
    sent(a_household(VILLAGES[1]))
    return a_pack(a_village(1))


@pytest.mark.parametrize(
    ("make", "why"),
    [(_without_keys, "缺少列：校验码"), (_no_pack, "不是核实包"), (_of_another_village, "另一个村的核实包")],
)
def test_what_is_no_pack_of_the_village_is_refused_as_a_whole(village, cadre, make, why):
    sent()
    with pytest.raises(NotAllowed, match=why):
        uploaded(village, make(village), by=cadre)
    assert not VerificationResult.objects.exists()


def test_a_pack_of_another_round_is_refused(village, cadre, django_capture_on_commit_callbacks):
    sent()
    file = filled(a_pack(village), {})
    with django_capture_on_commit_callbacks(execute=True):
        close_round(Round.objects.get(), by=an_officer(Role.COUNTY), reason="结束")
    with pytest.raises(NotAllowed, match="这是另一轮的核实包"):
        uploaded(village, file, by=cadre)
    assert not VerificationResult.objects.exists()


def test_a_workbook_with_a_password_is_refused(village, cadre):
    with pytest.raises(NotAllowed, match="设了打开密码"):
        put_pack(
            village,
            file=BytesIO(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le") * 99),
            filename="包.xlsx",
            by=cadre,
        )
    assert pack_of(village, by=cadre) is None


def test_another_village_brings_nothing(village):
    stranger = an_officer(Role.VILLAGE, VILLAGES[1])
    sent()
    with pytest.raises(NotAllowed, match="没有填报本村核查结果的岗位"):
        put_pack(village, file=a_pack(village), filename="包.xlsx", by=stranger)
    assert pack_of(village, by=stranger) is None


def test_the_marked_workbook_says_what_is_wrong(village, cadre):
    sent()
    found, out = uploaded(village, filled(a_pack(village), {"核实人": "韦大"}), by=cadre), BytesIO()
    marked_workbook(village, found, out, by=cadre)
    cells = [cell for row in openpyxl.load_workbook(out)["核实包"].iter_rows(values_only=True) for cell in row]
    assert any("核实人至少两名" in str(cell) for cell in cells)


def test_the_print_is_of_what_is_said_not_of_how_it_is_typed():
    said = Finding(reason="收入 高", income=Decimal("5"), living={"water": None})
    assert print_of(said) == print_of(Finding(reason=" 收入  高 ", income=Decimal("5.00")))
    assert print_of(said) != print_of(Finding(reason="收入高", income=Decimal("5")))
