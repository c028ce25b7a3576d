"""相同情形: many rows of one kind at once, only where the single candidate speaks for himself, each row with its outcome."""

import pytest
from django.urls import reverse

from fangpin.accounts.roles import Role
from fangpin.transitions import NotAllowed
from screening.choices import MatchState
from screening.matching.groups import Group, decide_group, groups_of
from screening.models import ClosedMonth, RowMatch, Ruling
from tests.builders import an_officer
from tests.screening.builders import MAY
from tests.screening.doubts import twins, waiting_file

pytestmark = pytest.mark.django_db
FAMILIES = ("韦大山", "莫建国", "秦秀兰")


def lone_heads():
    """Three heads, each alone of the name; a file that gives nothing but names and village; twins that nobody can tell apart."""
    people = [twins(1, name=name)[0] for name in FAMILIES]
    twins(2, name="黄小明")
    extract = waiting_file(*({"name": name} for name in (*FAMILIES, "黄小明")))
    return extract, people


def waiting():
    return RowMatch.objects.waiting().order_by("row")


def test_rows_are_grouped_by_kind_evidence_and_whether_one_is_alone():
    lone_heads()
    sure, unsure = groups_of(waiting())
    assert (sure.method, sure.alone, sure.rows, sure.sensible) == ("R68", True, 3, True)
    assert (unsure.method, unsure.alone, unsure.rows, unsure.sensible) == ("R68", False, 1, False)


@pytest.mark.parametrize(
    ("evidence", "alone", "sensible"),
    [
        ({"name": "相同", "village": "相同"}, True, True),
        ({"name": "相同", "village": "相同"}, False, False),
        ({"name": "相同"}, True, False),
        ({"name": "同音", "village": "相同"}, True, False),
        ({"name": "相同", "village": "相同", "phone": "不同"}, True, False),
        ({"name": "相同", "village": "相同", "number": "他人的号码"}, True, False),
    ],
)
def test_only_what_speaks_for_itself_is_decided_at_once(evidence, alone, sensible):
    assert Group("R68", tuple(sorted(evidence.items())), alone, 1).sensible is sensible


def test_a_group_is_decided_row_by_row():
    _, people = lone_heads()
    office = an_officer(Role.COUNTY)
    done = decide_group(groups_of(waiting())[0], waiting().select_related("extract"), by=office)
    assert [refusal for _, refusal in done] == ["", "", ""]
    decided = RowMatch.objects.filter(decided_by=office).order_by("row")
    assert [match.person for match in decided] == people
    assert Ruling.objects.standing().filter(same=True).count() == 3


def test_a_group_that_needs_looking_at_is_refused():
    lone_heads()
    with pytest.raises(NotAllowed, match="逐行判定"):
        decide_group(groups_of(waiting())[1], waiting(), by=an_officer(Role.COUNTY))
    assert waiting().count() == 4


def test_the_page_asks_with_a_sample_and_says_what_became_of_each_row(client):
    lone_heads()
    client.force_login(an_officer(Role.COUNTY))
    page = client.get(reverse("review_groups"))
    group = page.context["groups"][0]["group"]
    address = reverse("review_group", args=[group.key])
    assert address in page.content.decode()
    asked = client.get(address).content.decode()
    assert "把 3 行各自认定" in asked
    assert "韦大山（HOU-R 第 2 行）→ 韦大山" in asked
    assert "HOU-R 第 2 行：" in client.post(address, follow=True).content.decode()
    assert waiting().count() == 1
    assert client.post(address).status_code == 404


def test_rows_of_a_closed_month_are_reported_as_refused(client):
    lone_heads()
    client.force_login(an_officer(Role.COUNTY))
    group = groups_of(waiting())[0]
    ClosedMonth.objects.create(month=MAY)
    text = client.post(reverse("review_group", args=[group.key]), follow=True).content.decode()
    assert text.count("没有判定，这个月已封账") == 3
    assert waiting().count() == 4


def test_the_groups_are_for_the_county_office(client):
    extract, _ = lone_heads()
    client.force_login(an_officer(Role.TOWNSHIP))
    group = groups_of(waiting())[0]
    assert client.get(reverse("review_groups")).status_code == 404
    assert client.post(reverse("review_group", args=[group.key])).status_code == 404
    assert RowMatch.objects.filter(extract=extract, state=MatchState.AMBIGUOUS).count() == 4
