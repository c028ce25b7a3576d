"""What keeps an import from being undone, and that then nothing changes."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from fangpin.accounts.roles import Role
from fangpin.audit.models import Entry
from fangpin.runs.models import Run
from fangpin.runs.queue import drain
from fangpin.transitions import NotAllowed
from households import register
from households.choices import Event, IncomeGroup
from households.importing.undoing import blockers
from households.income_register import record_income
from households.models import Change, ImportState, Income, LifeEvent, Person
from tests.builders import a_county, a_person, an_officer
from tests.households.tables import a_csv, a_household_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def uploads(settings, tmp_path):
    settings.UPLOAD_DIR = tmp_path


def imported(rows):
    found = register.upload_register(county=a_county(), file=a_csv(rows), filename="名册.csv", by=None)
    drain(register.check_run(found))
    found.refresh_from_db()
    drain(register.confirm_register(found, by=None))
    found.refresh_from_db()
    return found


def told(found):
    return [(blocker.text, blocker.count) for blocker in blockers(found)]


ROWS = a_household_of("H1", 3)


def test_nothing_is_in_the_way_of_a_fresh_import():
    assert told(imported(ROWS)) == []


def test_a_later_import_of_the_same_rows_must_be_undone_first():
    first = imported(ROWS)
    second = imported([ROWS[0] | {"姓名": "李改名"}, *ROWS[1:]])
    assert told(first) == [("之后入库的名册“名册.csv”改动了同一些户或人，请先撤销那一次", 2)]
    with pytest.raises(NotAllowed, match="请先撤销那一次（2）"):
        register.undo_import(first, by=None)
    assert (first.state, Person.objects.count()) == (ImportState.APPLIED, 3)

    register.undo_import(second, by=None)
    assert Person.objects.get(number="H1-0").name == ROWS[0]["姓名"]
    assert told(first) == []


def test_a_later_import_elsewhere_is_not_in_the_way():
    first = imported(ROWS)
    imported([*ROWS, *a_household_of("H2", 2)])
    assert told(first) == []


def a_life_event(person, **fields):
    event = LifeEvent.objects.create(kind=Event.CORRECTION, on=date(2021, 6, 1), household=person.household, **fields)
    Change.objects.create(table="person", object_id=person.pk, before={}, effective_on=event.on, event=event)
    return event


def test_life_events_of_its_people_are_named():
    found = imported(ROWS)
    a_life_event(Person.objects.get(number="H1-1"))
    assert ("之后登记了人口变动：信息更正", 1) in told(found)


def test_a_change_that_nobody_wrote_down_is_found_by_its_time():
    found = imported(ROWS)
    Person.objects.get(number="H1-1").save()
    assert told(found) == [("之后又被修改过的人", 1)]


def test_a_person_added_to_a_new_household_is_in_the_way():
    found = imported(ROWS)
    a_person(Person.objects.get(number="H1-0").household)
    assert ("新增的户已有人口", 1) in told(found)


def test_an_income_corrected_since_is_in_the_way():
    rows = [row | {"年度": "2020", "工资性收入": "36000"} for row in ROWS]
    found = imported(rows)
    assert told(found) == []
    income = Income.objects.get()
    record_income(
        household=income.household, kind=income.kind, start=income.start, items={}, totals={IncomeGroup.WAGES: Decimal(40_000)},
        persons=3, by=an_officer(Role.COUNTY), seen_version=1,
    )  # fmt: skip
    assert ("之后更正过的收支", 1) in told(found)
    with pytest.raises(NotAllowed, match="之后更正过的收支"):
        register.undo_import(found, by=None)
    assert Income.objects.current().get().wages == 40_000


def test_the_county_office_undoes_in_the_browser(client):
    found = imported(ROWS)
    client.force_login(an_officer(Role.COUNTY))
    url = reverse("import_undo", args=[found.pk])
    assert "新增的人和户删除" in client.get(url).content.decode()
    assert client.post(url).url == reverse("import_detail", args=[found.pk])
    drain(Run.objects.get(kind=register.UNDO))
    page = client.get(reverse("import_detail", args=[found.pk])).content.decode()
    assert "已撤销入库" in page
    assert not Person.objects.exists()
    assert Entry.objects.get(action="register.undone").detail == {"rows": 4}


def test_the_page_lists_what_is_in_the_way(client):
    found = imported(ROWS)
    Person.objects.get(number="H1-1").save()
    client.force_login(an_officer(Role.COUNTY))
    url = reverse("import_undo", args=[found.pk])
    assert "之后又被修改过的人（1）" in client.get(url).content.decode()
    assert "不能撤销入库" in client.post(url, follow=True).content.decode()
    assert not Run.objects.filter(kind=register.UNDO).exists()


@pytest.mark.parametrize("role", [Role.TOWNSHIP, Role.VILLAGE, Role.COUNTY_HEAD])
def test_others_cannot_undo(role):
    found = imported(ROWS)
    with pytest.raises(NotAllowed, match="没有导入农户名册的岗位"):
        register.confirm_undo(found, by=an_officer(role))
    assert found.state == ImportState.APPLIED
