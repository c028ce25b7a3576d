"""What stops a household's papers, reasons for warnings, and exemptions that end."""

from datetime import timedelta

import pytest
from django.utils import timezone

from fangpin.accounts.roles import Role
from fangpin.audit.models import Entry
from fangpin.transitions import NotAllowed, Stale
from households.models import Exemption, Person, QualityProblem
from households.quality.checking import recheck
from households.quality.standing import blocking, end_exemption, exempt, explain, sentence_of, unexplained
from tests.builders import VILLAGES, a_household, an_officer
from tests.households.quality.builders import a_problem

pytestmark = pytest.mark.django_db
REASON = "本人外出，年底返乡后补办"


def tomorrow(days=1):
    return timezone.localdate() + timedelta(days=days)


def test_errors_stop_papers_and_warnings_want_a_reason():
    home = a_household(people=1, head_name="赵大")
    error, warning = a_problem(home, "C01"), a_problem(home, "E06")
    a_problem(home, "A22")
    a_problem(home, "A12", gone_at=timezone.now())
    assert blocking(home) == [error]
    assert unexplained(home) == [warning]
    assert sentence_of(error) == "赵大 11 岁，劳动技能填“普通劳动力”，应为无劳动力"
    assert sentence_of(warning) == "赵大户饮水不安全，未列为监测对象"


def test_a_warning_is_explained():
    home = a_household(people=1)
    problem, cadre = a_problem(home, "E06"), an_officer(Role.VILLAGE, VILLAGES[0])
    explain(problem, reason="已报水利站，电话 19900001234", by=cadre)
    problem.refresh_from_db()
    assert (problem.explanation, problem.explained_by) == ("已报水利站，电话 199****1234", cadre)
    assert unexplained(home) == []
    assert Entry.objects.get(action="quality.explained").detail["code"] == "E06"


@pytest.mark.parametrize(
    ("code", "reason", "role", "division"),
    [
        ("C01", REASON, Role.VILLAGE, VILLAGES[0]),  # an error is mended
        ("E06", "好", Role.VILLAGE, VILLAGES[0]),
        ("E06", REASON, Role.VILLAGE, VILLAGES[1]),
        ("E06", REASON, Role.INSPECTOR, None),
    ],
)
def test_what_is_not_explained(code, reason, role, division):
    problem = a_problem(a_household(people=1), code)
    with pytest.raises(NotAllowed):
        explain(problem, reason=reason, by=an_officer(role, division))
    problem.refresh_from_db()
    assert problem.explained_at is None
    assert not Entry.objects.filter(action="quality.explained").exists()


def test_a_gone_problem_is_not_explained():
    problem = a_problem(a_household(people=1), "E06", gone_at=timezone.now())
    with pytest.raises(Stale):
        explain(problem, reason=REASON, by=an_officer(Role.VILLAGE, VILLAGES[0]))


def test_an_exemption_holds_until_its_day_and_may_be_ended():
    home = a_household(people=1)
    problem, officer = a_problem(home, "C01"), an_officer(Role.TOWNSHIP)
    exempt(problem, reason=REASON, until=tomorrow(), by=officer)
    assert blocking(home) == []
    Exemption.objects.update(until=tomorrow(-1))
    assert blocking(home) == [problem]
    Exemption.objects.update(until=tomorrow())
    problem.refresh_from_db()
    end_exemption(problem, by=officer)
    assert blocking(home) == [problem]
    with pytest.raises(Stale):
        end_exemption(problem, by=officer)
    assert [entry.action for entry in Entry.objects.order_by("pk")] == ["quality.exempted", "quality.exemption_ended"]


@pytest.mark.parametrize(
    ("role", "days", "division"),
    [
        (Role.VILLAGE, 1, VILLAGES[0]),
        (Role.INSPECTOR, 1, None),
        (Role.TOWNSHIP, -1, None),
        (Role.TOWNSHIP, 400, None),
        (Role.TOWNSHIP, 1, "450399102"),
    ],
)
def test_who_and_for_how_long_may_not_exempt(role, days, division):
    problem = a_problem(a_household(people=1), "C01")
    with pytest.raises(NotAllowed):
        exempt(problem, reason=REASON, until=tomorrow(days), by=an_officer(role, division))
    assert not Exemption.objects.exists()


def test_what_comes_back_is_still_exempt():
    home = a_household(people=1)
    Person.objects.update(name="赵大", relation="")
    recheck([home.pk])
    exempt(QualityProblem.objects.get(), reason=REASON, until=tomorrow(), by=an_officer(Role.TOWNSHIP))
    for relation in ("户主", ""):
        Person.objects.update(relation=relation)
        recheck([home.pk])
    assert QualityProblem.objects.count() == 2
    assert blocking(home) == []
