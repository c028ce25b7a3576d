"""A county's files with numbers wherever people write them, and the month done with them through the pages.

Every number below is invented; ``Secrets.needles`` is what may stand nowhere in plaintext afterwards.
"""

from dataclasses import dataclass, field
from datetime import date
from io import BytesIO

import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from fangpin.accounts.roles import Role
from fangpin.runs.models import Run
from fangpin.runs.queue import drain
from households.models import Household, Person, RegisterImport
from screening.models import Clue, Extract, RowMatch
from tests.builders import COUNTY, a_phone, a_standard, an_id, an_officer

MONTH = "2021-05"


@dataclass
class Secrets:
    needles: dict[str, str] = field(default_factory=dict)

    def new(self, what: str, value: str) -> str:
        self.needles[value] = what
        return value

    def id_number(self, what: str, serial: int) -> str:
        return self.new(what, an_id(date(1957, 3, 9), serial=serial))

    def phone(self, what: str) -> str:
        return self.new(what, a_phone())


class Office:
    """Clerks at their browsers: ``county`` and ``clerk`` are logged in, ``pages`` keeps every answer they got."""

    def __init__(self, secrets: Secrets):
        self.secrets, self.pages = secrets, []
        a_standard(date(2021, 1, 1))
        self.county, self.clerk = Client(raise_request_exception=False), Client(raise_request_exception=False)
        self.leader, self.mi = an_officer(Role.COUNTY_LEADER), an_officer(Role.DEPARTMENT, department="CIV")
        self.county.force_login(self.leader, backend="django.contrib.auth.backends.ModelBackend")
        self.clerk.force_login(self.mi, backend="django.contrib.auth.backends.ModelBackend")
        self.numbers = [secrets.id_number(f"ID number of person {nth}", 400 + nth) for nth in range(5)]

    def ask(self, client: Client, method: str, name: str, *arguments, query: str = "", **body):
        answer = getattr(client, method)(reverse(name, args=arguments) + query, body or None)
        self.pages.append((f"{method} {name}{query}", answer))
        return answer

    def import_register(self) -> RegisterImport:
        named = f"名册{self.secrets.phone('phone in the name of the register file')}.xlsx"
        file = a_book(named, "户成员信息", register_rows(self.secrets, self.numbers))
        self.ask(self.county, "post", "import_new", county=COUNTY, file=file)
        return RegisterImport.objects.get()

    def upload(self) -> Extract:
        hidden = self.secrets.id_number("ID number in a file name", 450)
        phone = self.secrets.phone("phone in a file name")
        rows = list_rows(self.secrets, self.numbers)
        file = a_book(f"低保{hidden}莫某{phone}.xlsx", "五月", rows)
        self.ask(self.clerk, "post", "extract_new", list_code="CIV-1", period=MONTH, file=file)
        return Extract.objects.get()

    def go_on(self) -> None:
        """What a worker would do now."""
        for run in Run.objects.alive().filter(parent=None).order_by("pk"):
            drain(run)

    def confirm_register(self, found: RegisterImport) -> None:
        self.ask(self.county, "get", "import_detail", found.pk)
        self.ask(self.county, "get", "import_problems", found.pk)
        self.ask(self.county, "get", "import_differences", found.pk)
        self.ask(self.county, "post", "import_confirm", found.pk, whole="on")

    def confirm(self, extract: Extract) -> None:
        self.ask(self.clerk, "get", "extract_detail", extract.pk)
        self.ask(self.clerk, "get", "extract_detail", extract.pk, query="?export=xlsx")
        self.ask(self.clerk, "post", "extract_find", extract.pk, find=self.numbers[0])
        self.ask(self.clerk, "post", "extract_confirm", extract.pk, whole="on")

    def run_month(self) -> None:
        self.ask(self.county, "post", "month_run", date(2021, 5, 1))

    def look_around(self, extract: Extract) -> None:
        for name in ("home", "household_list", "clue_list", "review_list", "extract_list", "import_list", "month_now"):
            self.ask(self.county, "get", name)
        for name in ("household_list", "clue_list", "extract_list"):
            self.ask(self.county, "get", name, query="?export=xlsx")
        self.ask(self.county, "get", "month_detail", date(2021, 5, 1))
        for household in Household.objects.all():
            self.ask(self.county, "get", "household_detail", household.pk)
        for clue in Clue.objects.all():
            self.ask(self.county, "get", "clue_detail", clue.pk)
        for term in (*self.numbers[:2], *list(self.secrets.needles)[-2:]):
            self.ask(self.county, "post", "household_search", q=term)
        for match in RowMatch.objects.filter(state="ambiguous"):
            at = (match.extract_id, match.sheet_no, match.row)
            self.ask(self.county, "get", "review_detail", *at)
            self.ask(
                self.county, "post", "review_decide", *at, person=match.candidates[0] if match.candidates else "nobody"
            )
        self.ask(self.clerk, "get", "extract_detail", extract.pk)

    def write_numbers_into_reasons(self, extract: Extract) -> None:
        """People write numbers into every free text."""
        told = f"电话核对 {self.secrets.phone('phone in a reason')} 身份证{self.secrets.id_number('ID number in a reason', 460)}"
        person = Person.objects.exclude(id_sealed=b"").first()
        self.ask(self.county, "post", "person_reveal", person.pk, reason=told)
        self.pages.pop()  # the one page that shows a number in full
        self.ask(self.county, "post", "month_close", date(2021, 5, 1))
        self.ask(self.county, "post", "month_reopen", date(2021, 5, 1), reason=told)
        self.ask(self.clerk, "post", "extract_withdraw", extract.pk, reason=told)


def register_rows(secrets: Secrets, numbers: list[str]) -> list[list]:
    head = [
        "乡(镇)", "行政村", "自然村", "户编号", "人编号", "姓名", "曾用名", "证件号码", "与户主关系", "户类型", "户联系电话",
        "成员联系电话", "健康状况", "风险备注", "监测联系人", "就读学校", "银行账号", "备注",
        f"另记{secrets.phone('phone in a heading of the register')}",
    ]  # fmt: skip
    place, kind = ["青山镇", "上坪村"], ["户主", "脱贫户"]
    rows = [head]
    for nth, number in enumerate(numbers):
        free = [
            f"高血压，电话{secrets.phone('phone in 健康状况')}",
            f"见{secrets.id_number('ID number in 风险备注', 410 + nth)}",
            f"莫主任{secrets.phone('phone in 监测联系人')}",
            f"学校 {secrets.phone('phone in 就读学校')}",
            secrets.new("bank account", f"62284803921234{nth:05d}"),
            f"身份证{secrets.id_number('ID number in an unknown column', 420 + nth)}",
        ]
        person = [f"P{nth}", f"李家{'甲乙丙丁戊'[nth]}", "", number, *kind]
        rows.append(
            [*place, "大屯", f"H{nth}", *person, secrets.phone("household phone"), secrets.phone("phone"), *free]
        )
    wrong = secrets.new("wrong ID number", numbers[0][:-2] + "00")
    old = secrets.new("ID number of 15 digits", "450399570309133")
    spaced = secrets.id_number("ID number with spaces", 440)
    hidden = secrets.id_number("ID number in a name", 441)
    others = [
        ("P10", "李错", wrong), ("P11", "李旧", old), ("P12", "李空", f" {spaced[:6]} {spaced[6:14]} {spaced[14:]} "),
        ("P13", f"李名{hidden}", ""), ("P14", "李长", secrets.new("certificate", secrets.id_number("ID of a certificate", 442) + "43")),
        ("P15", "李多", numbers[1]),
        ("P16", "李双", secrets.id_number("ID number of a namesake", 443)),
        ("P17", "李双", secrets.id_number("ID number of a namesake", 444)),
    ]  # fmt: skip
    for number, name, text in others:
        hamlet = f"小屯{secrets.phone('phone in 自然村')}"
        rows.append([*place, hamlet, f"H{number}", number, name, "", text, *kind, "", "", "", "", "", "", "", ""])
    return rows


def list_rows(secrets: Secrets, numbers: list[str]) -> list[list]:
    head = [
        "序号", "姓名", "身份证号", "乡镇", "村", "联系电话", "户主姓名", "户主身份证号", "保障人数", "月保障金额", "状态",
        "起始日期", "停发日期", "停发原因", "银行账号", "家庭住址", "备注", f"另记{secrets.phone('phone in a heading')}",
    ]  # fmt: skip
    rows = [[f"低保台账 填表人电话{secrets.phone('phone above the header')}"], head]
    texts = [
        *numbers,
        numbers[0][:-2] + "00",
        f"{numbers[1][:8]}0{numbers[1][9:]}",
        "",
        numbers[2].lower(),
        float(numbers[3][:17] + "0"),
    ]
    secrets.new("broken ID number", f"{numbers[1][:8]}0{numbers[1][9:]}")
    names = ["李家甲", "李家乙", "李家丙", "李家丁", "李家戊", "李家甲", "李家乙", "李双", "李家丙", "李家丁"]
    names[4] += secrets.id_number("ID number in a name of a list", 445)
    for nth, (name, text) in enumerate(zip(names, texts, strict=True)):
        reason = f"收入超标，见{secrets.id_number('ID number in 停发原因', 470 + nth)}"
        address = f"上坪村 {secrets.phone('phone in 家庭住址')}"
        remark = f"亲属{secrets.phone('phone in 备注')}"
        account = secrets.new("bank account", f"62284803929876{nth:05d}")
        phone = secrets.phone("phone in a list")
        row = [
            nth + 1,
            name,
            text,
            "青山镇",
            "上坪村",
            phone,
            name,
            numbers[nth % 5],
            1,
            "五百" if nth == 2 else 500,
            "停发" if nth % 2 else "新增",
        ]
        days = ["2020-01-01", "2021-05-03"] if nth % 2 else ["2021-05-12", ""]
        rows.append([*row, *days, reason, account, address, remark])
    rows.append(["合计", "", "", "", "", "", "", "", "", 5000])
    return [*rows, [f"制表：莫某 {secrets.phone('phone below the list')}"]]


def a_book(filename: str, sheet: str, rows: list[list]) -> SimpleUploadedFile:
    out = BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        page = book.add_worksheet(sheet)
        for nth, row in enumerate(rows):
            for place, cell in enumerate(row):
                page.write_number(nth, place, cell) if isinstance(cell, int | float) else page.write_string(
                    nth, place, cell
                )
    return SimpleUploadedFile(
        filename, out.getvalue(), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    )
