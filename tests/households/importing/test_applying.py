"""Writing a plan into the register."""

from itertools import count
from uuid import UUID

import pytest
from django.db import transaction

from fangpin.sealing import blind
from households.choices import Leave
from households.importing import applying
from households.importing.applying import difference, write
from households.importing.keeping import writes_of
from households.importing.reading import read_rows
from households.models import Change, Household, Person, RegisterImport
from tests.builders import COUNTY, a_county, an_id
from tests.households.tables import a_household_of, a_row, a_table, tables

pytestmark = pytest.mark.django_db

DIGESTS = map(str, count())
COLUMNS = [field.attname for field in Person._meta.concrete_fields if field.name != "updated_at"]
HOME_COLUMNS = [field.attname for field in Household._meta.concrete_fields if field.name != "updated_at"]


def apply(rows):
    county = a_county()
    plan = difference(read_rows(tables(a_table(rows)), COUNTY), COUNTY)
    with transaction.atomic():
        write(
            writes_of(plan),
            RegisterImport.objects.create(county=county, filename="名册.xlsx", digest=next(DIGESTS)),
        )
    return plan


def state():
    """Everything that the register holds, ciphertexts as bytes too."""
    people = Person.objects.order_by("number").values_list(*COLUMNS)
    homes = Household.objects.order_by("number").values_list(*HOME_COLUMNS)
    return [[bytes(cell) if isinstance(cell, memoryview) else cell for cell in row] for row in (*people, *homes)]


def test_new_people_are_written_whole():
    number = an_id()
    row = a_row("P1", 姓名="覃小明", 证件号码=number, 户联系电话="19900000001", 民族="壮族", 危房户="否")
    apply([row, a_row("P2", 户联系电话="19900000002", 与户主关系="配偶", 证件号码="")])

    person, home = Person.objects.get(number="P1"), Household.objects.get(number="H1")
    assert (person.name, person.id_number, person.initials, person.ethnicity) == ("覃小明", number, "qxm", "壮族")
    assert bytes(person.id_index) == blind("id", number)
    assert bytes(person.id_tail_index) == blind("id_tail", number[-6:])
    assert (home.head_name, home.size, home.phone, home.other) == ("覃小明", 2, "19900000001", {"house_unsafe": "no"})
    spouse = Person.objects.get(number="P2")
    assert (spouse.id_number, spouse.id_index, spouse.phone) == ("", None, "19900000002")


def plain(rows):
    """Rows of ``state`` without ids and ciphertexts, which differ each time that something is written."""
    return [[cell for cell in row if not isinstance(cell, UUID | bytes)] for row in rows]


@pytest.mark.django_db(transaction=True)
def test_a_first_import_of_many_is_written_as_any_other(monkeypatch):
    rows = a_household_of("H1", 4, 政治面貌="群众") + a_household_of("H2", 2)
    apply(rows)
    before, changes = state(), Change.objects.count()
    for model in (Change, Person, Household):
        model.objects.all().delete()
    monkeypatch.setattr(applying, "MANY", 0)
    apply(rows)
    assert plain(state()) == plain(before)
    assert Person.objects.get(number="H1-0").id_number == rows[0]["证件号码"]
    assert Change.objects.count() == changes == 8
    assert apply(rows).is_empty


def test_applying_twice_changes_nothing():
    rows = a_household_of("H1", 4, 政治面貌="群众", 危房户="否") + a_household_of("H2", 2)
    apply(rows)
    before = state()
    assert apply(rows).is_empty
    assert state() == before


def test_changes_are_written_and_nothing_else():
    rows = a_household_of("H1", 3)
    apply(rows)
    sealed = bytes(Person.objects.get(number="H1-1").id_sealed)
    number = an_id()
    apply([rows[0] | {"证件号码": number}, rows[1] | {"姓名": "李新名"}, rows[2]])

    assert Person.objects.get(number="H1-0").id_number == number
    changed = Person.objects.get(number="H1-1")
    assert (changed.name, changed.initials) == ("李新名", "lxm")
    assert bytes(changed.id_sealed) == sealed


def test_who_is_gone_stays_in_the_books_and_comes_back():
    rows = a_household_of("H1", 3)
    apply(rows)
    apply(rows[1:])
    gone = Person.objects.get(number="H1-0")
    assert (gone.left_why, gone.is_head) == (Leave.GONE_FROM_LIST, False)
    assert gone.left_on is not None
    home = Household.objects.get()
    assert (home.size, home.head_name) == (2, "")

    apply(rows)
    back = Person.objects.get(number="H1-0")
    assert (back.left_on, back.left_why, back.is_head) == (None, "", True)
    assert Household.objects.get().size == 3


def test_heads_may_change_places_between_households():
    first, second = a_household_of("H1", 2), a_household_of("H2", 2)
    apply(first + second)
    apply([first[0] | {"户编号": "H2"}, first[1], second[0] | {"户编号": "H1"}, second[1]])
    heads = dict(Household.objects.values_list("number", "head_name"))
    assert heads == {"H1": second[0]["姓名"], "H2": first[0]["姓名"]}


def test_a_new_head_from_outside_takes_the_seat():
    rows = a_household_of("H1", 2)
    apply(rows)
    apply([rows[0] | {"与户主关系": "之父"}, rows[1], a_row("H1-9", "H1", 姓名="李新主")])
    assert Household.objects.get().head_name == "李新主"
    assert Person.objects.filter(is_head=True).count() == 1


def test_a_phone_is_not_lost_when_the_file_has_no_column_for_it():
    rows = a_household_of("H1", 2)
    apply([row | {"成员联系电话": f"1990000000{n}"} for n, row in enumerate(rows)])
    apply([row | {"姓名": f"李改{n}"} for n, row in enumerate(rows)])
    assert [person.phone for person in Person.objects.order_by("number")] == ["19900000000", "19900000001"]


def test_household_changes_are_written():
    rows = a_household_of("H1", 2)
    apply(rows)
    apply([row | {"户类型": "脱贫户", "监测对象类别": "脱贫不稳定户", "户联系电话": "19900000009"} for row in rows])
    home = Household.objects.get()
    assert (home.kind, home.category, home.phone) == ("lifted", "unstable", "19900000009")
