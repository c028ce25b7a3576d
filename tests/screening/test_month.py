"""The month's run: what it counts, what stops it, what it survives; its page."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from fangpin.accounts.roles import Role
from fangpin.audit.models import Entry
from fangpin.runs.models import Run, State
from fangpin.runs.queue import drain, sweep
from fangpin.transitions import NotAllowed
from screening import month
from screening.choices import ExtractState
from screening.models import ClosedMonth, Clue, Extract, RowMatch
from screening.tasks import month_extract, month_run, scheduled_month
from tests.builders import a_county, a_household, an_officer
from tests.screening.builders import MAY, an_extract, everything_found, house, run_the_month

pytestmark = pytest.mark.django_db
FAMILIES = [f"{family}{given}" for family in "赵钱孙李周吴郑王" for given in ("德海", "秀兰", "国强", "玉凤", "少华")]


def head(**fields):
    return a_household(people=1, **fields).members.get()


def start(**changes):
    return month.run_month(**{"county": a_county(), "period": MAY, "by": None, **changes})


def a_shifted_file():
    """Forty heads whose numbers stand one row too low."""
    people = [head(head_name=name) for name in FAMILIES]
    shifted = [other.id_number for other in people[1:] + people[:1]]
    return an_extract(
        "HOU-R", *(house(person, id_number=number) for person, number in zip(people, shifted, strict=True))
    )


def test_the_counts_are_those_of_the_tables():
    person = head()
    an_extract("HOU-1", house(person), {"name": "查无此人", "grade": "D"}, {"name": person.name, "grade": ""})
    an_extract("EDU-5", {"name": person.name, "id_number": person.id_number, "self_pay": "1", "year": "2021"})
    assert run_the_month().counts == {
        "extracts": 2, "rows": 4, "certain": 2, "probable": 0, "ambiguous": 0, "none": 1, "refused": 1,
        "open_clues": 1, "households": 1, "grades": {"red": 1}, "failed": [],
    }  # fmt: skip


def test_a_second_run_is_a_new_row_and_changes_nothing_else():
    an_extract("HOU-R", house(head()))
    first = run_the_month()
    before = everything_found()
    second = run_the_month()
    assert second.pk != first.pk
    assert second.counts == first.counts
    assert everything_found() == before


def test_while_it_runs_it_is_not_started_twice():
    an_extract("HOU-R", house(head()))
    assert start() == start()
    assert Run.objects.filter(kind=month.MONTH).count() == 1
    assert Entry.objects.filter(action="month.run").count() == 1


@pytest.mark.parametrize(
    ("role", "words"), [(Role.VILLAGE, "只有县办"), (Role.DEPARTMENT, "只有县办"), (Role.COUNTY_HEAD, "只有县办")]
)
def test_only_the_county_office_starts_it(role, words):
    an_extract("HOU-R", house(head()))
    with pytest.raises(NotAllowed, match=words):
        start(by=an_officer(role))
    assert not Run.objects.exists()


def test_a_closed_a_future_and_an_empty_month_are_refused():
    head()
    with pytest.raises(NotAllowed, match="2021年5月还没有已入库的部门数据"):
        start()
    an_extract("HOU-R", house(head()))
    ClosedMonth.objects.create(month=MAY)
    with pytest.raises(NotAllowed, match="2021年5月已封账"):
        start()
    with pytest.raises(NotAllowed, match="还没有到"):
        start(period=MAY.replace(year=2098))
    assert not Run.objects.exists()


def test_an_empty_register_is_refused():
    an_extract("HOU-R", {"name": "赵大", "grade": "D"})
    with pytest.raises(NotAllowed, match="农户名册还是空的"):
        start()


def test_a_held_file_fails_with_its_sentence_and_the_others_go_on():
    a_shifted_file()
    an_extract("HOU-1", house(head(head_name="韦大山")))
    run = run_the_month()
    assert run.state == State.DONE
    assert [child["list"] for child in run.counts["failed"]] == ["HOU-R"]
    assert run.counts["failed"][0]["error"].startswith("从“名单”第 2 行起姓名与证件号码两列对不上")
    assert (run.counts["rows"], run.counts["open_clues"]) == (1, 1)
    assert not RowMatch.objects.filter(extract__list_code="HOU-R").exists()


def test_the_command_names_the_held_file_and_fails():
    a_shifted_file()
    with pytest.raises(CommandError, match="1 份名单没有完成，其余已完成"):
        call_command("run_month", "2021-05")


def test_clues_of_a_file_whose_child_failed_stay(monkeypatch):
    an_extract("HOU-R", house(head()))
    run_the_month()
    monkeypatch.setattr(month, "match_extract", lambda *arguments, work: 1 / 0)
    failed = run_the_month().counts["failed"]
    assert [(child["list"], child["error"][:6]) for child in failed] == [("HOU-R", "系统内部错误")]
    assert Clue.objects.open().count() == 1


def test_a_file_confirmed_while_the_month_runs_is_taken_in():
    person = head()
    old = an_extract("HOU-R", house(person, "A"))
    run = start()
    Extract.objects.filter(pk=old.pk).update(state=ExtractState.REPLACED)
    new = an_extract("HOU-R", house(person, "D"))
    finished = drain(run)
    assert {child.key for child in finished.children.all()} == {str(old.pk), str(new.pk)}
    assert Clue.objects.get().extract == new
    assert not RowMatch.objects.filter(extract=old).exists()
    assert (finished.counts["extracts"], finished.counts["rows"]) == (1, 1)


def test_a_file_withdrawn_while_the_rules_are_evaluated_leaves_no_clue(monkeypatch):
    extract = an_extract("HOU-R", house(head()))
    an_extract("HOU-1", house(head()))
    find = month.find_clues

    def withdrawn_meanwhile(*arguments):
        found = find(*arguments)
        Extract.objects.filter(pk=extract.pk).update(state=ExtractState.WITHDRAWN)
        return found

    monkeypatch.setattr(month, "find_clues", withdrawn_meanwhile)
    assert run_the_month().counts["extracts"] == 1
    assert list(Clue.objects.values_list("extract__list_code", flat=True)) == ["HOU-1"]


def test_a_killed_workers_month_is_finished_by_another():
    an_extract("HOU-R", house(head()))
    run = start()
    child = run.children.get()
    hour_ago = timezone.now() - timedelta(hours=1)
    Run.objects.filter(pk=child.pk).update(
        state=State.RUNNING, token=1, attempt=1, lease_until=hour_ago, sent_at=hour_ago
    )
    month_run(run.pk)
    assert Run.objects.get(pk=run.pk).state == State.WAITING
    assert sweep() == 1
    month_extract(child.pk)
    month_run(run.pk)
    assert Run.objects.get(pk=run.pk).state == State.DONE
    assert Clue.objects.count() == 1


def test_the_schedule_runs_last_month_and_is_quiet_without_files():
    a_county()
    scheduled_month()
    assert not Run.objects.exists()
    head()
    an_extract("HOU-R", {"name": "赵大", "grade": "D"}, period=month.scheduled_period())
    scheduled_month()
    assert Run.objects.get(kind=month.MONTH).created_by is None


def test_closing_keeps_the_month_and_reopening_needs_a_reason():
    office = an_officer(Role.COUNTY)
    an_extract("HOU-R", house(head()))
    run = start()
    with pytest.raises(NotAllowed, match="正在运行"):
        month.close_month(period=MAY, by=office)
    drain(run)
    month.close_month(period=MAY, by=office)
    with pytest.raises(NotAllowed, match="已经封账"):
        month.close_month(period=MAY, by=office)
    with pytest.raises(NotAllowed, match="启封原因"):
        month.reopen_month(period=MAY, reason="  ", by=office)
    month.reopen_month(period=MAY, reason="医保更正", by=office)
    assert not ClosedMonth.objects.exists()
    assert list(Entry.objects.filter(action__startswith="month.").order_by("id").values_list("action", flat=True)) == [
        "month.run", "month.closed", "month.reopened",
    ]  # fmt: skip


# -- the page --------------------------------------------------------------------------------------------------------


def page(client, role=Role.COUNTY, **officer):
    client.force_login(an_officer(role, **officer))
    return client.get(reverse("month_detail", args=[MAY]))


@pytest.mark.parametrize("role", [Role.VILLAGE, Role.TOWNSHIP, Role.DEPARTMENT, Role.ADMIN])
def test_the_page_is_not_there_for(client, role):
    assert page(client, role).status_code == 404
    assert client.post(reverse("month_run", args=[MAY])).status_code == 404
    assert client.get(reverse("month_close", args=[MAY])).status_code == 404


def test_the_county_head_looks_but_does_not_run(client):
    an_extract("HOU-R", house(head()))
    answer = page(client, Role.COUNTY_HEAD)
    assert answer.status_code == 200
    assert "本月运行" not in answer.content.decode()
    client.post(reverse("month_run", args=[MAY]))
    assert not Run.objects.exists()


def test_the_button_starts_the_run_and_the_page_shows_it(client):
    an_extract("HOU-R", house(head()))
    page(client)
    answer = client.post(reverse("month_run", args=[MAY]), follow=True)
    text = answer.content.decode()
    assert "正在运行" in text
    assert reverse("month_progress", args=[MAY]) in text
    part = client.get(reverse("month_progress", args=[MAY]), headers={"HX-Request": "true"})
    assert part.status_code == 200
    drain(Run.objects.get(kind=month.MONTH))
    over = client.get(reverse("month_progress", args=[MAY]), headers={"HX-Request": "true"})
    assert (over.status_code, over["HX-Refresh"]) == (286, "true")


def test_every_tally_opens_a_list_of_that_many(client):
    office = an_officer(Role.COUNTY)
    for _ in range(2):
        head(head_name="韦大山")
    an_extract(
        "HOU-R",
        house(head(), "D"),
        house(head(), "C"),
        {"name": "韦大山", "grade": "D", "township": "青山镇", "village": "上坪村"},
    )
    run_the_month()
    client.force_login(office)
    context = client.get(reverse("month_detail", args=[MAY])).context
    tallies = [(context["clue_count"], context["clue_url"]), (context["review_count"], context["review_url"])]
    tallies += [(grade["count"], grade["url"]) for grade in context["grades"]]
    tallies += [link for child in context["children"] for link in (child["clues"], child["waiting"])]
    assert [count for count, _ in tallies] == [2, 1, 1, 0, 1, 2, 1]
    for count, url in tallies:
        assert client.get(url).context["listing"]["count"] == count


def test_a_held_file_shows_its_sentence(client):
    a_shifted_file()
    run_the_month()
    text = page(client).content.decode()
    assert "从“名单”第 2 行起姓名与证件号码两列对不上" in text
    assert "1 份名单没有完成" in text


def test_a_file_that_came_after_the_run_is_said_to_wait(client):
    an_extract("HOU-R", house(head()))
    run_the_month()
    assert "还没有参加运行" not in page(client).content.decode()
    an_extract("HOU-1", house(head()))
    assert "HOU-1 还没有参加运行" in page(client).content.decode()


def test_the_page_asks_as_often_for_twenty_files_as_for_one(client, django_assert_num_queries):
    office = an_officer(Role.COUNTY)
    an_extract("HOU-R", house(head()))
    run_the_month()
    client.force_login(office)
    address = reverse("month_detail", args=[MAY])
    client.get(address)
    with django_assert_num_queries(14):
        client.get(address)
    for code in ("EDU-1", "EDU-5", "EDU-R", "MI-1", "MI-2", "MI-3", "MI-R", "MI-S", "HLT-1", "HLT-4", "HLT-R", "HOU-1", "HOU-2", "CIV-1",
                 "CIV-2", "CIV-3", "CIV-4", "CIV-R", "DIS-R"):  # fmt: skip
        Extract.objects.create(**_like(Extract.objects.get(list_code="HOU-R")) | {"list_code": code})
    run_the_month()
    with django_assert_num_queries(14):
        answer = client.get(address)
    assert len(answer.context["children"]) == 20


def _like(extract) -> dict:
    names = ("county", "department", "period", "filename", "digest", "bytes", "state", "sheets", "confirmed_at")
    return {name: getattr(extract, name) for name in names}
