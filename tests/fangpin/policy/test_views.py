"""Pages of the standards."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from fangpin.accounts.roles import Role
from fangpin.policy.forms import StandardForm
from fangpin.policy.keys import DEFAULTS, Key
from fangpin.policy.models import Standard, Threshold
from tests.builders import a_standard, an_officer

pytestmark = pytest.mark.django_db

LIST, NEW = "/policy/", "/policy/new/"
READERS = [role for role in Role if role not in {Role.DEPARTMENT, Role.ADMIN}]


@pytest.fixture(autouse=True)
def standard():
    Threshold.objects.all().delete()
    Standard.objects.all().delete()
    return a_standard(date(2021, 1, 1))


@pytest.fixture
def leader(client):
    user = an_officer(Role.COUNTY_LEADER)
    client.force_login(user)
    return user


def filled(**changes):
    """What a browser posts of the prefilled form, with ``changes``."""
    form = StandardForm(amounts=DEFAULTS)
    data = {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()}
    named = {"name": "2021年下半年标准", "document_number": "阳扶领〔2021〕3号", "effective_from": "2021-07-01"}
    return {name: value for name, value in {**data, **named, **changes}.items() if value is not None}


@pytest.mark.parametrize("role", Role)
def test_who_works_with_clues_reads_the_standards(client, role, standard):
    client.force_login(an_officer(role))
    status = 200 if role in READERS else 404

    assert client.get(LIST).status_code == status
    assert client.get(reverse("standard_detail", args=[standard.pk])).status_code == status


@pytest.mark.parametrize("role", [role for role in Role if role != Role.COUNTY_LEADER])
def test_the_form_does_not_exist_for_others(client, role):
    client.force_login(an_officer(role))

    assert client.get(NEW).status_code == 404
    assert client.post(NEW, filled(step="publish")).status_code == 404
    assert Standard.objects.count() == 1


def test_the_list_says_which_one_holds(client, leader):
    a_standard(date(2020, 1, 1))
    a_standard(date(9000, 1, 1))
    states = [
        (row.object.effective_from.year, row.object.force) for row in client.get(LIST).context["listing"]["rows"]
    ]

    assert states == [(9000, "未到执行日"), (2021, "现行"), (2020, "已被替代")]


def test_a_standard_shows_what_changed_against_the_one_before(client, leader):
    new = a_standard(date(2021, 7, 1), {Key.INCOME_LINE: 6500})
    response = client.get(reverse("standard_detail", args=[new.pk]))

    assert [line.before for line in response.context["changes"]] == ["6,000 元"]
    assert "改动 1 项" in response.content.decode()


def test_the_form_is_filled_in_from_the_standard_in_force(client, leader, standard):
    standard.thresholds.filter(key=Key.INCOME_LINE).update(amount=Decimal("6543.50"))
    form = client.get(NEW).context["form"]

    assert form["income_line"].value() == Decimal("6543.5")
    assert form["category_3_from"].value() == date(2021, 6, 1)


def test_nothing_is_published_before_the_check(client, leader):
    response = client.post(NEW, filled(step="check", income_line="6500"))

    assert [(line.before, line.text) for line in response.context["changes"]] == [("6,000 元", "6,500 元")]
    assert response.context["past"] is True
    assert Standard.objects.count() == 1


def test_going_back_keeps_what_was_entered(client, leader):
    form = client.post(NEW, filled(step="edit", income_line="6500")).context["form"]

    assert form["income_line"].value() == "6500"
    assert not form.errors


def test_publishing_after_the_check(client, leader):
    page = client.post(NEW, filled(step="check", income_line="6500"))
    carried = {field.html_name: field.value() for field in page.context["form"]}
    answer = client.post(NEW, {**carried, "step": "publish"})

    new = Standard.objects.first()
    assert answer.url == reverse("standard_detail", args=[new.pk])
    assert (new.name, new.effective_from, new.adopted_by) == ("2021年下半年标准", date(2021, 7, 1), leader)
    assert new.amount(Key.INCOME_LINE) == Decimal(6500)
    assert new.amount(Key.CATEGORY_3_FROM) == Decimal(20210601)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"income_line": ""}, "income_line"),
        ({"work_age_min": "13"}, "work_age_min"),
        ({"newborn_days": "90.5"}, "newborn_days"),
        ({"category_3_from": "2021-06-31"}, "category_3_from"),
        ({"verify_days_orange": "1"}, "verify_days_orange"),
        ({"effective_from": "2021-01-01"}, "effective_from"),
        ({"name": ""}, "name"),
    ],
)
@pytest.mark.parametrize("step", ["check", "publish"])
def test_a_wrong_figure_stands_at_its_field(client, leader, step, change, field):
    page = client.post(NEW, filled(step=step, **change))

    assert list(page.context["form"].errors) == [field]
    assert "有 1 处需要更正" in page.content.decode()
    assert Standard.objects.count() == 1
