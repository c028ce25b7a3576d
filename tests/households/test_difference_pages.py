"""The difference of an import as pages show it: figures lead to as many rows, numbers are masked, nobody else sees it."""

import pytest
from django.urls import reverse

from fangpin.accounts.roles import Role
from fangpin.runs.queue import drain
from households import register
from households.models import Household, ImportState, Person
from tests.builders import TOWNSHIPS, VILLAGES, a_county, a_household, an_id, an_officer
from tests.households.tables import a_csv, a_household_of, a_row

pytestmark = pytest.mark.django_db
OLD, NEW = "450399197001010016", "450399197001010032"


@pytest.fixture(autouse=True)
def uploads(settings, tmp_path):
    settings.UPLOAD_DIR = tmp_path


def checked(rows):
    found = register.upload_register(county=a_county(), file=a_csv(rows), filename="名册.csv", by=None)
    assert not drain(register.check_run(found)).error
    found.refresh_from_db()
    return found


FIRST = a_household_of("H1", 3)
SECOND = a_household_of("H2", 2, 行政村="下坪村")


@pytest.fixture
def found():
    """Against a register of five: one changed, two new, one gone; one household new, one changed."""
    FIRST[1]["证件号码"] = OLD
    drain(register.confirm_register(checked(FIRST + SECOND), by=None))
    after = [
        *({**row, "户类型": "脱贫户"} for row in FIRST[:1]),
        FIRST[1] | {"证件号码": NEW, "户类型": "脱贫户"},
        SECOND[0],
        SECOND[1],
        a_row("H2-9", "H2", 行政村="下坪村", 与户主关系="其他"),
        a_row("H3-0", "H3", 证件号码=an_id()),
    ]
    return checked(after)


@pytest.fixture
def office(client):
    client.force_login(an_officer(Role.COUNTY))
    return client


def listed(office, found, **query):
    listing = office.get(reverse("import_differences", args=[found.pk]), query).context["listing"]
    assert listing["count"] == len(listing["rows"])
    return [row.object for row in listing["rows"]]


def test_every_figure_leads_to_as_many_rows(office, found):
    tabs = {tab: len(listed(office, found, tab=tab)) for tab in ("new", "changed", "gone", "home_new", "home_changed")}
    assert tabs == {"new": 2, "changed": 1, "gone": 1, "home_new": 1, "home_changed": 1}
    assert [found.counts[name] for name in ("new", "changed", "gone")] == [2, 1, 1]
    assert [found.counts[name] for name in ("households_new", "households_changed")] == [1, 1]
    town = found.counts["townships"][TOWNSHIPS[0]]
    assert [len(listed(office, found, tab=tab, township=TOWNSHIPS[0])) for tab in ("new", "changed", "gone")] == [
        town["new"], town["changed"], town["gone"],
    ]  # fmt: skip
    page = office.get(reverse("import_differences", args=[found.pk]))
    assert [tab["count"] for tab in page.context["tabs"]] == [6, 2, 1, 1, 1, 1]


def test_figures_by_village_are_the_rows(office, found):
    page = office.get(reverse("import_villages", args=[found.pk]))
    rows = {row["place"].pk: row["counts"] for row in page.context["rows"]}
    assert rows[VILLAGES[1]] == {"new": 1, "changed": 0, "gone": 0, "home_new": 0, "home_changed": 0}
    assert rows[VILLAGES[0]] == {"new": 1, "changed": 1, "gone": 1, "home_new": 1, "home_changed": 1}
    assert page.context["sums"] == {"new": 2, "changed": 1, "gone": 1, "home_new": 1, "home_changed": 1}
    assert len(listed(office, found, tab="new", village=VILLAGES[1])) == 1


def test_a_changed_number_is_shown_masked_on_both_sides(office, found):
    (row,) = listed(office, found, tab="changed")
    assert row.fields == [["证件号码", "450399********0016", "450399********0032"]]
    page = office.get(reverse("import_household", args=[found.pk, row.household])).content.decode()
    assert "450399********0016" in page
    assert OLD not in page
    assert NEW not in page


def test_a_field_can_be_asked_for(office, found):
    assert [row.table for row in listed(office, found, field="户类型")] == ["household"]
    (row,) = listed(office, found, field="户类型")
    assert row.fields == [["户类型", "一般农户", "脱贫户"]]


def test_one_household_is_shown_whole(office, found):
    home = Household.objects.get(number="H1")
    page = office.get(reverse("import_household", args=[found.pk, home.pk]))
    assert [(row.table, row.kind, row.number) for row in page.context["rows"]] == [
        ("household", "changed", ""), ("person", "changed", "H1-1"), ("person", "gone", "H1-2"),
    ]  # fmt: skip
    assert reverse("household_detail", args=[home.pk]) in page.content.decode()


def test_a_register_that_changed_is_compared_again(office, found):
    a_household(people=1)
    drain(register.confirm_register(found, by=None))
    assert "请重新核对" in office.get(reverse("import_detail", args=[found.pk])).content.decode()
    office.post(reverse("import_recheck", args=[found.pk]))
    drain(register.check_run(found))
    found.refresh_from_db()
    assert (found.state, found.counts["gone"]) == (ImportState.CHECKED, 2)
    drain(register.confirm_register(found, by=None))
    found.refresh_from_db()
    assert found.state == ImportState.APPLIED
    assert Person.objects.present().count() == 6


def test_what_was_withdrawn_is_forgotten(office, found):
    register.withdraw_register(found, by=None)
    assert not found.differences.exists()
    page = office.get(reverse("import_differences", args=[found.pk]))
    assert [tab["count"] for tab in page.context["tabs"]] == [0, 0, 0, 0, 0, 0]


def test_queries_do_not_grow(office, found, django_assert_num_queries):
    url = reverse("import_differences", args=[found.pk])
    office.get(url)
    with django_assert_num_queries(9):
        office.get(url)


@pytest.mark.parametrize("role", [Role.VILLAGE, Role.TOWNSHIP, Role.COUNTY_HEAD, Role.ADMIN])
def test_others_see_nothing_of_it(client, found, role):
    client.force_login(an_officer(role))
    home = Household.objects.get(number="H1")
    for url in (
        reverse("import_differences", args=[found.pk]),
        reverse("import_villages", args=[found.pk]),
        reverse("import_household", args=[found.pk, home.pk]),
        reverse("import_recheck", args=[found.pk]),
        reverse("import_undo", args=[found.pk]),
    ):
        assert client.get(url).status_code == 404
