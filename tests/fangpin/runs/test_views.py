"""The page and the fragment that show how far a run is."""

import pytest
from django.utils import timezone

from fangpin.accounts.roles import Role
from fangpin.runs.models import Run, State
from tests.builders import a_user, an_officer

pytestmark = pytest.mark.django_db

POLL = {"headers": {"HX-Request": "true"}}


@pytest.fixture
def run():
    return Run.objects.create(
        kind="month.run",
        key="1",
        task="none",
        state=State.RUNNING,
        done=30,
        total=120,
        note="匹配",
        counts={"rows": 1200},
    )


def finish(run, state=State.DONE, **fields):
    Run.objects.filter(pk=run.pk).update(state=state, finished_at=timezone.now(), **fields)


def ask(client, run, **how):
    return client.get(f"/runs/{run.pk}/", **how)


@pytest.mark.parametrize("role", Role)
def test_who_starts_runs_or_reads_their_results_may_watch(client, run, role):
    client.force_login(an_officer(role))
    allowed = {Role.COUNTY, Role.COUNTY_LEADER, Role.COUNTY_HEAD, Role.DEPARTMENT}

    assert ask(client, run).status_code == (200 if role in allowed else 404)


def test_who_started_a_run_may_watch_it_and_its_parts(client, run):
    user = a_user()
    part = Run.objects.create(kind="month.extract", key="2", task="none", parent=run)
    client.force_login(user)
    assert [ask(client, row).status_code for row in (run, part)] == [404, 404]

    Run.objects.filter(pk=run.pk).update(created_by=user)
    assert [ask(client, row).status_code for row in (run, part)] == [200, 200]


def test_the_fragment_shows_the_bar_and_asks_again(client, run):
    client.force_login(an_officer(Role.COUNTY))
    response = ask(client, run, **POLL)
    text = response.content.decode()

    assert response.status_code == 200
    assert "30 / 120（25%）" in text
    assert "匹配" in text
    assert f'hx-get="/runs/{run.pk}/"' in text
    assert "<html" not in text


@pytest.mark.parametrize("state", [State.DONE, State.FAILED])
def test_the_fragment_of_a_finished_run_stops_the_asking(client, run, state):
    client.force_login(an_officer(Role.COUNTY))
    finish(run, state)
    response = ask(client, run, **POLL)

    assert (response.status_code, response["HX-Refresh"]) == (286, "true")


def test_without_javascript_the_page_has_a_link_to_refresh(client, run):
    client.force_login(an_officer(Role.COUNTY))
    text = ask(client, run).content.decode()

    assert "月度运行" in text
    assert "刷新进度" in text


def test_a_waiting_run_counts_its_parts(client, run):
    Run.objects.filter(pk=run.pk).update(state=State.WAITING)
    parts = [Run.objects.create(kind="month.extract", key=key, task="none", parent=run) for key in "abcd"]
    finish(parts[0], counts={"rows": 88, "clues": 3})
    finish(parts[1], State.FAILED, error="这份数据读不出来")
    client.force_login(an_officer(Role.COUNTY))
    text = ask(client, run).content.decode()

    assert "2 / 4（50%）" in text
    assert "行数 88，线索 3" in text
    assert "这份数据读不出来" in text


def test_a_failed_run_says_why(client, run):
    finish(run, State.FAILED, error="2021年5月已封账")
    client.force_login(an_officer(Role.COUNTY))

    assert "2021年5月已封账" in ask(client, run).content.decode()


def test_asking_costs_few_queries(client, run, django_assert_max_num_queries):
    client.force_login(an_officer(Role.COUNTY))
    ask(client, run, **POLL)
    with django_assert_max_num_queries(4):  # session, user, rights, run
        ask(client, run, **POLL)
