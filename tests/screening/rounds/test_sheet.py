"""The township's sheet: template with drop-downs, every row checked, good rows entered, the others told and marked."""

from datetime import date
from io import BytesIO

import openpyxl
import pytest
from django.urls import reverse

from fangpin.accounts.roles import Role
from fangpin.divisions.models import Division
from fangpin.transitions import NotAllowed
from screening.models import OfflineEntry, OfflineList, Round
from screening.rounds.bringing_in import bring_in, checked, marked_workbook, put_sheet, sheet_of
from screening.rounds.opening import close_round
from screening.rounds.sheet import format_of
from tests.builders import VILLAGES, a_household, a_standard, an_officer
from tests.screening.rounds.made import a_round

pytestmark = pytest.mark.django_db
ON = date(2021, 5, 6)


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.UPLOAD_DIR = tmp_path


@pytest.fixture
def place():
    a_standard()
    return a_round(), Division.objects.get(pk=VILLAGES[0][:9])


@pytest.fixture
def clerk():
    return an_officer(Role.TOWNSHIP)


def a_row(household, **changes):
    head = household.members.get(is_head=True)
    return {
        "村": household.village.name, "户主姓名": head.name, "户主身份证号": head.id_number, "排查日期": "2021-05-04",
        "排查人": "甲、乙", "方式": "入户", "涉及成员": head.name, "计算人数": 3, "工资性收入": 30000, "生产经营性收入": 8000,
        "财产性收入": 0, "转移性收入": 2000, "生产经营性支出": 2210, "大额刚性支出": 23180, "吃": "有保障", "穿": "有保障",
        "义务教育": "有保障", "基本医疗（参保）": "有保障", "住房安全": "有保障", "饮水安全": "有保障", "风险1": "因病",
        "风险1依据": "住院结算单", "判断": "疑似边缘易致贫户", "理由": "自付大", **changes,
    }  # fmt: skip


def a_sheet(*rows) -> BytesIO:
    book = openpyxl.Workbook()
    book.active.append(list(rows[0]))
    for row in rows:
        book.active.append(list(row.values()))
    out = BytesIO()
    book.save(out)
    out.seek(0)
    return out


def sent(place, clerk, *rows):
    put_sheet(*place, file=a_sheet(*rows), filename="排查.xlsx", by=clerk)
    return checked(*place, by=clerk, on=ON)


def test_good_rows_are_entered_with_the_sum_reckoned(place, clerk):
    sent(place, clerk, a_row(a_household()))
    found = bring_in(*place, by=clerk, on=ON)
    entry = OfflineEntry.objects.get()
    assert (len(found.good), found.refused) == (1, 0)
    assert (str(entry.reference_income), entry.is_draft, entry.risks) == ("4870.00", False, ["illness"])
    assert sheet_of(*place, by=clerk) is None


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"户主身份证号": "450399199001010018"}, "本乡镇名册里没有这个证件号码的人"),
        ({"户主姓名": "钱别人"}, "与名册不符"),
        ({"排查日期": "2021-05-09"}, "排查日期不能晚于今天"),
        ({"判断": "疑似脱贫不稳定户"}, "本户是一般农户"),
        ({"吃": "没有保障"}, "请写明情况"),
        ({"涉及成员": "钱别人"}, "户里没有叫“钱别人”的成员"),
        ({"风险1": "穷"}, "不是规定的写法"),
    ],
)
def test_a_wrong_row_is_told_and_not_entered(place, clerk, changes, why):
    found = sent(place, clerk, a_row(a_household()), a_row(a_household(), **changes))
    assert (found.read, len(found.good), found.refused) == (2, 1, 1)
    assert why in "；".join(problem.message for problem in found.problems)
    assert {problem.row for problem in found.problems} == {3}
    assert not OfflineEntry.objects.exists()


def test_uploaded_twice_overwrites_nothing(place, clerk):
    home = a_household()
    sent(place, clerk, a_row(home))
    bring_in(*place, by=clerk, on=ON)
    found = sent(place, clerk, a_row(home, 理由="别的"))
    assert "没有覆盖" in found.problems[0].message
    with pytest.raises(NotAllowed, match="没有可以导入的行"):
        bring_in(*place, by=clerk, on=ON)
    assert OfflineEntry.objects.count() == 1


def test_the_marked_workbook_says_what_is_wrong(place, clerk):
    sent(place, clerk, a_row(a_household(), 户主姓名="钱别人"))
    out = BytesIO()
    marked_workbook(*place, out, by=clerk)
    cells = [cell for row in openpyxl.load_workbook(out).active.iter_rows(values_only=True) for cell in row]
    assert any("与名册不符" in str(cell) for cell in cells)


def test_another_township_sends_nothing(place):
    stranger = an_officer(Role.TOWNSHIP, f"{VILLAGES[0][:6]}102")
    with pytest.raises(NotAllowed, match="您没有填报本乡镇"):
        put_sheet(*place, file=a_sheet(a_row(a_household())), filename="排查.xlsx", by=stranger)
    assert sheet_of(*place, by=stranger) is None


def test_a_round_that_ended_takes_no_sheet_and_keeps_none(place, clerk, django_capture_on_commit_callbacks):
    sent(place, clerk, a_row(a_household()))
    with django_capture_on_commit_callbacks(execute=True):
        close_round(Round.objects.get(), by=an_officer(Role.COUNTY), reason="结束")
    assert sheet_of(*place, by=clerk) is None
    with pytest.raises(NotAllowed, match="已结束，不能再导入"):
        bring_in(*place, by=clerk, on=ON)


def test_the_page_takes_the_file_and_offers_the_good_rows(client, place, clerk):
    client.force_login(clerk)
    address = reverse("round_sheet", args=[place[0].pk, place[1].pk])
    file = a_sheet(a_row(a_household()))
    file.name = "排查.xlsx"
    assert client.post(address, {"file": file}).url == address
    assert "导入 1 户" in client.get(address).content.decode()
    client.post(reverse("round_import", args=[place[0].pk, place[1].pk]))
    assert OfflineEntry.objects.count() == 1


def test_the_page_tells_what_is_wrong_and_offers_the_marked_sheet(client, place, clerk):
    client.force_login(clerk)
    sent(place, clerk, a_row(a_household(), 户主姓名="钱别人"))
    page = client.get(reverse("round_sheet", args=[place[0].pk, place[1].pk])).content.decode()
    assert "与名册不符" in page
    assert reverse("round_marked", args=[place[0].pk, place[1].pk]) in page


def test_the_template_has_the_villages_and_answers_to_choose_from(client, place, clerk):
    client.force_login(clerk)
    response = client.get(reverse("round_template", args=[place[0].pk, place[1].pk]))
    sheet = openpyxl.load_workbook(BytesIO(b"".join(response.streaming_content)))["填报表"]
    labels = [cell.value for cell in sheet[2]]
    assert labels == [column.label for column in format_of(["甲村"]).columns]
    assert len(sheet.data_validations.dataValidation) >= 15
    assert OfflineList.objects.exists()
