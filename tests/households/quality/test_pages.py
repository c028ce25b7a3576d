"""Pages of data quality, per role and per reach."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.urls import reverse
from django.utils import timezone

from fangpin.accounts.roles import Role
from fangpin.audit.models import Entry
from fangpin.divisions.models import Division
from fangpin.runs.models import Run
from fangpin.sheets import read_tables
from households.models import Exemption, QualityCheck
from tests.builders import COUNTY, TOWNSHIPS, VILLAGES, a_county, a_household, an_officer
from tests.households.quality.builders import a_problem

pytestmark = pytest.mark.django_db
LIST, BY_VILLAGE, RULES = (reverse(f"quality_{name}") for name in ("list", "villages", "rules"))


def logged_in(client, role, division=None):
    client.force_login(an_officer(role, division))
    return client


def listed(response):
    return {row.object.pk for row in response.context["listing"]["rows"]}


@pytest.fixture
def problems():
    return [a_problem(a_household(village, people=1), "C01", days=12) for village in VILLAGES]


@pytest.mark.parametrize(
    ("role", "division", "seen"),
    [(Role.VILLAGE, VILLAGES[1], [1]), (Role.TOWNSHIP, TOWNSHIPS[0], [0, 1]), (Role.COUNTY_HEAD, None, [0, 1, 2])],
)
def test_each_level_sees_its_own(client, problems, role, division, seen):
    assert listed(logged_in(client, role, division).get(LIST)) == {problems[nth].pk for nth in seen}


@pytest.mark.parametrize("role", [Role.DEPARTMENT, Role.ADMIN])
def test_who_has_no_register_has_no_pages(client, problems, role):
    logged_in(client, role)
    for url in (LIST, BY_VILLAGE, RULES, reverse("quality_detail", args=[problems[0].pk])):
        assert client.get(url).status_code == 404


def test_a_number_shared_across_villages_is_shown_to_the_township_only(client):
    home = a_household(VILLAGES[0], people=1)
    shared = a_problem(home, "A04", division=Division.objects.get(code=TOWNSHIPS[0]))
    assert listed(logged_in(client, Role.VILLAGE, VILLAGES[0]).get(LIST)) == set()
    assert client.get(reverse("quality_detail", args=[shared.pk])).status_code == 404
    assert "下坪村赵二" not in client.get(reverse("household_detail", args=[home.pk])).content.decode()
    assert listed(logged_in(client, Role.TOWNSHIP, TOWNSHIPS[0]).get(LIST)) == {shared.pk}


def test_tabs_and_filters(client, problems):
    home = problems[0].household
    warning, hint = a_problem(home, "E06"), a_problem(home, "A22")
    gone = a_problem(home, "A12", gone_at=timezone.now())
    logged_in(client, Role.COUNTY)
    three = {problem.pk for problem in problems}
    for query, expected in (
        ("", {*three, warning.pk}), ("tab=all", {*three, warning.pk, hint.pk}), ("tab=gone", {gone.pk}), ("tab=exempt", set()),
        ("group=E", {warning.pk}), ("code=C01", three), ("severity=E", three), (f"village={VILLAGES[2]}", {problems[2].pk}),
        ("owner=township", set()), (f"township={TOWNSHIPS[1]}", {problems[2].pk}),
    ):  # fmt: skip
        assert listed(client.get(f"{LIST}?{query}")) == expected, query


def test_the_oldest_comes_first_and_sorting_turns_it(client):
    young, old = (a_problem(a_household(people=1), "C01", days=days) for days in (1, 30))
    logged_in(client, Role.COUNTY)
    orders = [
        [row.object.pk for row in client.get(f"{LIST}?{query}").context["listing"]["rows"]]
        for query in ("", "sort=since", "sort=-since")
    ]
    assert orders == [[old.pk, young.pk], [old.pk, young.pk], [young.pk, old.pk]]


def test_the_export_names_the_problem_and_is_recorded(client, problems):
    response = logged_in(client, Role.TOWNSHIP, TOWNSHIPS[1]).get(f"{LIST}?export=xlsx")
    content = BytesIO(b"".join(response.streaming_content))
    table = read_tables(content, filename="x.xlsx", header_words=("户编号", "问题", "级别"))[0]
    cells = set(table.text.to_numpy().ravel())
    assert {problems[2].household.number, "必须整改", "改为无劳动力", "12"} <= cells
    assert Entry.objects.get(action="quality.exported").detail["rows"] == 1


@pytest.mark.parametrize("count", [1, 20])
def test_queries_of_the_pages(client, django_assert_num_queries, count):
    for _ in range(count):
        a_problem(a_household(people=1), "C01")
    logged_in(client, Role.COUNTY).get(LIST)
    for url, queries in ((LIST, 8), (BY_VILLAGE, 7), (RULES, 9)):
        with django_assert_num_queries(queries):
            client.get(url)


def test_the_table_by_village_counts_and_opens_its_rows(client, problems):
    a_problem(problems[0].household, "E06")
    towns = logged_in(client, Role.TOWNSHIP, TOWNSHIPS[0]).get(BY_VILLAGE).context["towns"]
    rows = {row["village"].pk: row for row in towns[0][1]}
    assert [count for count, _ in rows[VILLAGES[0]]["cells"]] == [1, 1, 1, 0, 0]
    assert rows[VILLAGES[0]]["days"] == 12
    for count, url in rows[VILLAGES[0]]["cells"][1:3]:
        assert len(listed(client.get(url))) == count


def test_the_rules_say_what_is_checked_and_what_sleeps(client, problems):
    QualityCheck.objects.create(county=a_county(), persons=3, households=3, kept=["health"])
    page = logged_in(client, Role.VILLAGE, VILLAGES[0]).get(RULES)
    groups = {group.value: {line["rule"].code: line for line in lines} for group, lines in page.context["groups"]}
    assert groups["C"]["C01"]["count"] == 1
    assert (groups["B"]["B01"]["sleeps"], groups["B"]["B02"]["sleeps"]) == (True, False)
    assert "父母与子女年龄至少相差 15 周岁" in page.content.decode()


def test_the_household_page_tells_its_problems(client, problems):
    url = reverse("household_part", args=[problems[0].household_id, "quality"])
    page = logged_in(client, Role.VILLAGE, VILLAGES[0]).get(url).content.decode()
    assert "11 岁，劳动技能填“普通劳动力”，应为无劳动力" in page
    assert "改为无劳动力" in page


def test_a_cadre_explains_and_a_township_exempts(client, problems):
    warning = a_problem(problems[0].household, "E06")
    logged_in(client, Role.VILLAGE, VILLAGES[0])
    client.post(reverse("quality_explain", args=[warning.pk]), {"reason": "已报水利站检修"})
    warning.refresh_from_db()
    assert warning.explanation == "已报水利站检修"
    logged_in(client, Role.TOWNSHIP, TOWNSHIPS[0])
    until = timezone.localdate() + timedelta(days=30)
    client.post(reverse("quality_exempt", args=[problems[0].pk]), {"reason": "寄养儿童，资料在补", "until": until})
    assert listed(client.get(f"{LIST}?tab=exempt")) == {problems[0].pk}
    client.post(reverse("quality_count_again", args=[problems[0].pk]))
    assert Exemption.objects.get().ended_at is not None


def test_a_bad_form_is_shown_again_and_changes_nothing(client, problems):
    logged_in(client, Role.TOWNSHIP, TOWNSHIPS[0])
    answer = client.post(reverse("quality_exempt", args=[problems[0].pk]), {"reason": "好"})
    assert answer.status_code == 200
    assert {"reason", "until"} <= set(answer.context["form"].errors)
    assert not Exemption.objects.exists()


def test_the_work_page_of_village_and_township_names_what_waits(client, problems):
    a_problem(problems[0].household, "E06")
    todos = logged_in(client, Role.VILLAGE, VILLAGES[0]).get("/").context["todos"]
    counts = {todo.title: todo.count for todo in todos}
    assert counts == {"名册数据必须整改": 1, "名册数据待整改或说明": 1}
    assert listed(client.get(todos[0].url)) == {problems[0].pk}


def test_the_county_office_checks_now(client):
    a_household(people=1)
    response = logged_in(client, Role.COUNTY).post(reverse("quality_check"))
    run = Run.objects.get(kind="quality.check", key=COUNTY)
    assert response.url == reverse("run_status", args=[run.pk])
    assert logged_in(client, Role.TOWNSHIP).post(reverse("quality_check")).status_code == 404
