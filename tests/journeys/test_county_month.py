"""The county's month from the shell: the six commands of the contract on a handful of invented people, with what offices do to files."""

import csv

import openpyxl
import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from fangpin.accounts.roles import Role
from fangpin.runs.models import Run
from households.models import Person
from screening.models import Clue, Extract, RowMatch
from tests.builders import an_id, an_officer
from tests.screening.builders import everything_found

pytestmark = pytest.mark.django_db
DIVISIONS = """code,name,level,parent_code
450399,试点县,county,
450399101,青山镇,township,450399
450399101201,上坪村,village,450399101
450399101202,下坪村,village,450399101
"""
HEADS = ("罗国强", "韦秀兰", "莫德海", "秦玉凤", "廖少华", "黄建民")


def a_workbook(path, *sheets):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets:
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)


@pytest.fixture
def office(tmp_path):
    """A folder as the county office has it: divisions, register, and two departments' files."""
    numbers = {name: an_id() for name in HEADS}
    (tmp_path / "divisions.csv").write_text(DIVISIONS, encoding="utf-8")
    register = [
        [
            "乡(镇)",
            "行政村",
            "自然村",
            "户编号",
            "人编号",
            "姓名",
            "证件类型",
            "证件号码",
            "性别",
            "与户主关系",
            "户类型",
        ],
        *(
            [
                "青山镇",
                "上坪村",
                "大塘屯",
                f"H{place}",
                f"P{place}",
                name,
                "居民身份证",
                numbers[name],
                "男",
                "户主",
                "一般农户",
            ]
            for place, name in enumerate(HEADS)
        ),
    ]
    a_workbook(tmp_path / "register.xlsx", ("名册", register))
    month = tmp_path / "may"
    month.mkdir()
    houses = [["2021年5月农房安全排查表"], ["序号", "户主姓名", "户主身份证号", "乡镇", "村", "鉴定等级", "鉴定日期"]]
    grades = ("D", "A", "C", "A", "B", "A")
    houses += [
        [place, name, numbers[name], "青山镇", "上坪村", grade, "2021.5.8"]
        for place, (name, grade) in enumerate(zip(HEADS, grades, strict=True), start=1)
    ]
    houses[3][2] = numbers[HEADS[1]][:-1] + ("0" if numbers[HEADS[1]][-1] != "0" else "1")  # one digit wrong
    houses += [["合计", "", "", "", "", 6, ""]]
    a_workbook(month / "HOU-R-住建局农房.xlsx", ("排查表", houses))
    ill = [
        ["身份证号", "姓名", "病种", "确诊日期"],
        [numbers[HEADS[0]], HEADS[0], "肺癌", "2021-05-11"],
        ["", "外县人", "胃癌", "2021-05-02"],
    ]
    (month / "HLT-1-大病.csv").write_bytes("\r\n".join(",".join(row) for row in ill).encode("gb18030"))
    (month / "~$HOU-R-住建局农房.xlsx").write_bytes(b"lock")
    return tmp_path


def the_six_commands(office):
    call_command("load_divisions", office / "divisions.csv")
    call_command("import_register", office / "register.xlsx")
    call_command("ingest", office / "may", period="2021-05")
    call_command("run_month", "2021-05")
    call_command("export_matches", period="2021-05", out=office / "matches.csv")
    call_command("export_clues", period="2021-05", out=office / "clues.csv")
    with open(office / "matches.csv", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_six_commands_do_the_month(office):
    lines = the_six_commands(office)
    assert Person.objects.count() == 6
    assert [(line["list"], line["sheet"], line["row"], line["state"], line["person_number"]) for line in lines if line["list"] == "HOU-R"] == [
        ("HOU-R", "排查表", str(place + 3), "certain", f"P{place}") for place in range(6)
    ]  # fmt: skip
    assert [(line["row"], line["state"], line["person_number"]) for line in lines if line["list"] == "HLT-1"] == [
        ("2", "certain", "P0"), ("3", "none", ""),
    ]  # fmt: skip
    clues = set(Clue.objects.values_list("person__number", "household__number", "rule", "grade"))
    assert {(household, rule, grade) for _, household, rule, grade in clues} == {
        ("H0", "housing.dangerous", "red"), ("H0", "medical.serious_list", "red"), ("H2", "housing.dangerous", "yellow"),
    }  # fmt: skip


def test_everything_may_be_repeated(office):
    first = the_six_commands(office)
    before = everything_found()
    assert the_six_commands(office) == first
    assert everything_found() == before
    assert (Extract.objects.count(), Person.objects.count()) == (2, 6)


def test_a_corrected_file_takes_the_place_of_the_wrong_one(office):
    the_six_commands(office)
    book = openpyxl.load_workbook(office / "may" / "HOU-R-住建局农房.xlsx")
    book["排查表"]["F3"] = "A"
    book.save(office / "may" / "HOU-R-住建局农房.xlsx")
    the_six_commands(office)
    open_clues = set(Clue.objects.open().values_list("household__number", "rule", "grade"))
    assert open_clues == {("H0", "medical.serious_list", "orange"), ("H2", "housing.dangerous", "yellow")}
    assert Clue.objects.get(household__number="H0", rule="housing.dangerous").state == "withdrawn"
    assert RowMatch.objects.filter(extract__state="confirmed").count() == 8


def test_the_office_finds_the_month_on_its_pages(office, client):
    the_six_commands(office)
    client.force_login(an_officer(Role.COUNTY))
    page = client.get(reverse("month_now"), follow=True)
    assert page.context["clue_count"] == 3
    clue = Clue.objects.get(household__number="H0", rule="housing.dangerous")
    text = client.get(reverse("clue_detail", args=[clue.pk])).content.decode()
    assert "《HOU-R-住建局农房.xlsx》工作表“排查表”第 3 行" in text
    assert Run.objects.alive().count() == 0


@pytest.mark.parametrize(
    ("command", "arguments", "words"),
    [
        ("ingest", ["may"], "load_divisions"),
        ("run_month", ["2021-05"], "load_divisions"),
    ],
)
def test_steps_out_of_order_name_the_step_before(office, command, arguments, words):
    options = {"period": "2021-05"} if command == "ingest" else {}
    arguments = [office / arguments[0]] if command == "ingest" else arguments
    with pytest.raises(CommandError, match=words):
        call_command(command, *arguments, **options)
