"""A small county with everything a page can show: people, files in every state, clues, doubtful rows, an import."""

from datetime import date, timedelta

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from fangpin.accounts.roles import Role
from fangpin.desk.exports import ask_export
from fangpin.runs.queue import drain
from households.choices import Event
from households.events.correcting import correct
from households.events.leaving import leave
from households.models import Household, LifeEvent, Person
from households.quality.standing import exempt
from households.register import check_run, confirm_register, upload_register
from screening.extracts.layouts import remember_layout
from screening.matching.deciding import decide_match
from screening.models import ComparisonItem, DepartmentMonth, RowMatch
from screening.rounds.dispatching import send
from tests.builders import (
    VILLAGES,
    a_county,
    a_department,
    a_household,
    a_person,
    a_phone,
    a_standard,
    an_income,
    an_officer,
)
from tests.households.quality.builders import a_problem
from tests.households.tables import a_household_of, a_workbook
from tests.screening.builders import JUNE, an_extract, house, run_the_month
from tests.screening.extracts.strange import meaning
from tests.screening.extracts.uploads import a_checked_upload, a_file, a_row, an_upload
from tests.screening.rounds.frozen import checked, compared, offline, online
from tests.screening.rounds.made import a_round, an_entry, an_offline_list

DOUBTFUL = {"name": "韦大山", "grade": "D", "township": "青山镇", "village": "上坪村"}
ALONE = ("莫建国", "秦秀兰", "黄小明")  # each the only head of the name in the village
TYPO = "450399197001010011"


def a_place() -> None:
    """The divisions, departments and the standard, made again where a test that commits has emptied the tables."""
    a_county()
    for code in ("EDU", "MI", "HLT", "HOU", "WAT", "CIV", "DIS", "HR", "FPB"):
        a_department(code)
    a_standard()


def heads() -> list[Person]:
    """A household of three in each village, all with phones; the heads."""
    households = [a_household(village, phone=a_phone(), hamlet="大屯", kind="lifted") for village in VILLAGES]
    return [household.members.get(is_head=True) for household in households]


def twins() -> list[Person]:
    """Two heads of one name in the first village: a row with that name alone may be either."""
    return [a_person(a_household(people=0), name="韦大山", is_head=True, relation="户主") for _ in range(2)]


def matched_houses(*more: dict[str, str]) -> list[Person]:
    """A confirmed 农房 roster with a D house in each village, and its month run: a clue in each; the heads."""
    people = heads()
    an_extract("HOU-R", *(house(person) for person in people), *more)
    run_the_month()
    return people


def everything() -> dict[str, object]:
    """One of each; users by role or department."""
    a_place()
    users = {role.value: an_officer(role) for role in Role if role != Role.DEPARTMENT}
    users |= {code: an_officer(Role.DEPARTMENT, department=code) for code in ("MI", "HOU")}
    _an_import(users["county"], a_household_of("450399100009", 2, 行政村="河口村", **{"乡(镇)": "绿水乡"}), apply=True)
    twins()
    alone = [a_person(a_household(people=0), name=name, is_head=True, relation="户主") for name in ALONE]
    matched_houses(DOUBTFUL, {"name": "查无此人", "grade": "C"}, *(DOUBTFUL | {"name": name} for name in ALONE))
    DepartmentMonth.objects.create(county=a_county(), department=a_department("HOU"), period=JUNE, given_on=JUNE)
    decide_match(
        RowMatch.objects.waiting().get(candidates__contains=[str(alone[0].pk)]), person=alone[0], by=users["county"]
    )
    a_checked_upload(a_row(), a_row(number=TYPO), a_row("", ""), a_row("赵四", "", 村="坪上大队"), by=users["MI"])
    an_upload(a_row(), list_code="MI-2", by=users["MI"], filename="MI-2.xlsx")
    a_checked_upload(
        file=a_file(["一", "二"], headers=("甲", "乙")), list_code="MI-3", filename="MI-3.xlsx", by=users["MI"]
    )
    remember_layout(county=a_county(), list_code="MI-1", columns=meaning(), by=users["MI"])
    an_extract("HOU-1", period=JUNE, uploaded_by=users["HOU"])
    _an_import(
        users["county"], [*a_household_of("450399100001", 3), *a_household_of("450399100002", 2, 行政村="无此村")]
    )
    _life(users["township"])
    _problems(users["township"])
    asked = {
        "title": "农户名册",
        "path": "/households/",
        "query": "kind=lifted",
        "filters": "户类型：脱贫户",
        "rows": 900,
    }
    ask_export(asked={**asked, "unit": "户"}, reason="报送季度核查名单", by=users["county"])
    a_rich_household()
    _a_round(users["county"])
    return users


def _a_round(by) -> None:
    """Compared, with households of several classes, one sent to its village, one checked lately."""
    round, sent, both, known = a_round(), a_household(), a_household(), a_household()
    for household in (sent, both):
        online(household)
    checked(online(known))
    offline(round, both), offline(round, a_household())
    compared(round, by=by)
    send(items=ComparisonItem.objects.filter(household=sent), by=by)
    an_entry(an_offline_list(a_round(JUNE)), is_draft=True)


def a_rich_household() -> Household:
    """With phones, two years of income and a window, so that its page leads to every page about it."""
    home = a_household(people=0, phone=a_phone())
    a_person(home, is_head=True, relation="户主", phone=a_phone())
    an_income(home, 2019, wages=21_000, transfer=900)
    an_income(home, 2020, wages=18_000, items={"wages_migrant": "18000.00"}, reported={"家庭纯收入": "17000.00"})
    an_income(home, 2020, "identified", 5, business=9_000, costs=2_500, claims=1_000, self_pay=4_000)
    return home


def _problems(officer) -> None:
    """A warning to explain in each village, and an error that is exempt in the first."""
    for person in Person.objects.filter(is_head=True, name__startswith="赵"):
        a_problem(person.household, "E06", days=12)
    first = Person.objects.filter(is_head=True, household__village=VILLAGES[0]).first().household
    exempt(
        a_problem(first, "C01"),
        reason="寄养儿童，资料在补",
        until=timezone.localdate() + timedelta(days=9),
        by=officer,
    )


def _an_import(by, rows, *, apply: bool = False) -> None:
    file = SimpleUploadedFile("农村人口信息.xlsx", a_workbook(rows).getvalue())
    found = upload_register(county=a_county(), file=file, filename=file.name, by=by)
    drain(check_run(found))
    if apply:
        found.refresh_from_db()
        drain(confirm_register(found, by=by))


def _life(by) -> None:
    """A death and a correction in the first household of three in the township."""
    home = Household.objects.filter(village_id=VILLAGES[0], size=3).first()
    member = home.members.present().exclude(is_head=True).first()
    leave(Event.DEATH, person=member, on=date(2021, 6, 3), reason="死亡证明", by=by)
    correct(home, values={"house_grade": "c", "road": "gravel"}, on=date(2021, 6, 10), reason="入户核对", by=by)


def living_household() -> Household:
    """The one with a history."""
    return LifeEvent.objects.first().household
