"""A large export of personal data: asked for with a reason, agreed to by a second person, downloaded within a day."""

from datetime import timedelta
from io import BytesIO
from threading import Barrier, Thread

import pytest
from django.core import signing
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from fangpin.accounts.grants import sync_grants
from fangpin.accounts.models import Posting
from fangpin.accounts.roles import Role
from fangpin.audit.models import Entry
from fangpin.desk.contributions import todos_of
from fangpin.desk.exports import SALT, ask_export, decide_export, download
from fangpin.desk.models import VALID, ExportRequest, ExportState
from fangpin.transitions import NotAllowed, Stale
from tests.builders import TOWNSHIPS, VILLAGES, a_household, a_posting, a_standard, an_officer

pytestmark = pytest.mark.django_db
URL = "/households/?kind=general&export=xlsx"
REASON = "报送季度核查名单"
ASKED = {
    "title": "农户名册",
    "path": "/households/",
    "query": "kind=general",
    "filters": "户类型：一般农户",
    "rows": 3,
    "unit": "户",
}


@pytest.fixture(autouse=True)
def limit():
    """Two rows are as many as one person may take out."""
    a_standard(timezone.localdate(), {"export_rows": 2})


@pytest.fixture
def homes():
    return [a_household(people=1, village=VILLAGES[nth % 2]) for nth in range(3)]


@pytest.fixture
def clerk():
    return an_officer(Role.TOWNSHIP, TOWNSHIPS[0])


@pytest.fixture
def leader():
    return an_officer(Role.TOWNSHIP_LEADER, TOWNSHIPS[0])


def ask(by, **changes):
    return ask_export(asked={**ASKED, **changes}, reason=REASON, by=by)


def agreed(by, decider, **changes):
    found = ask(by, **changes)
    decide_export(found, agree=True, opinion="", by=decider)
    return found


def numbers_in(response):
    sheet = load_workbook(BytesIO(b"".join(response.streaming_content))).active
    return [row[1] for row in sheet.iter_rows(min_row=3, values_only=True)]


def actions():
    return list(Entry.objects.filter(action__startswith="export.").order_by("pk").values_list("action", flat=True))


# -- the gate -----------------------------------------------------------------------------------------------------------
def test_a_small_export_goes_out_at_once(client, clerk, homes):
    client.force_login(clerk)
    response = client.get(f"/households/?village={VILLAGES[1]}&export=xlsx")
    assert numbers_in(response) == [homes[1].number]
    assert not ExportRequest.objects.exists()


def test_a_large_export_asks_for_the_reason_instead(client, clerk, homes):
    client.force_login(clerk)
    response = client.get(URL)
    assert "有 3 户，含个人信息，一次导出这么多须第二人同意" in response.content.decode()
    assert homes[0].number not in response.content.decode()
    assert not Entry.objects.filter(action="register.exported").exists()


def test_the_whole_way(client, clerk, leader, homes):
    client.force_login(clerk)
    token = client.get(URL).context["form"].initial["token"]
    client.post(reverse("export_ask"), {"token": token, "reason": REASON})
    found = ExportRequest.objects.get()
    assert (found.rows, found.filters, found.query, found.division_id) == (
        3,
        "户类型：一般农户",
        "kind=general",
        TOWNSHIPS[0],
    )
    assert client.get(URL).url == reverse("export_detail", args=[found.pk])

    client.force_login(leader)
    assert client.post(reverse("export_approve", args=[found.pk]), {"opinion": "同意"}).url == reverse("export_list")
    found.refresh_from_db()

    client.force_login(clerk)
    assert found.address in client.get(reverse("export_detail", args=[found.pk])).content.decode().replace(
        "&amp;", "&"
    )
    assert sorted(numbers_in(client.get(found.address))) == sorted(home.number for home in homes)
    found.refresh_from_db()
    assert (found.state, found.decided_by, found.downloads) == (ExportState.APPROVED, leader, 1)
    assert actions() == ["export.asked", "export.approved", "export.downloaded"]
    exported = Entry.objects.get(action="register.exported").detail
    assert (exported["rows"], exported["reason"], exported["export"]) == (3, REASON, str(found.pk))


def test_the_footer_names_who_when_and_how_many(client, clerk, homes):
    client.force_login(clerk)
    response = client.get(f"/households/?village={VILLAGES[1]}&export=xlsx")
    footer = load_workbook(BytesIO(b"".join(response.streaming_content))).active.oddFooter.left.text
    assert footer == f"{clerk} {timezone.localtime():%Y-%m-%d %H:%M} 导出 1 户"


def test_numbers_in_a_query_are_masked_before_they_are_kept(client, clerk, homes):
    client.force_login(clerk)
    asked = client.get(f"{URL}&x=450399197001010016").context["asked"]
    assert asked["query"] == "kind=general&x=450399********0016"


# -- asking -------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ({"reason": ""}, "请填写用途"),
        ({"reason": "看"}, "用途至少写 4 个字"),
        ({"token": "x", "reason": REASON}, "已经过期"),
    ],
)
def test_without_a_reason_or_with_a_forged_page_nothing_is_filed(client, clerk, homes, body, sentence):
    client.force_login(clerk)
    token = client.get(URL).context["form"].initial["token"]
    response = client.post(reverse("export_ask"), {"token": token, **body})
    assert sentence in response.content.decode()
    assert not ExportRequest.objects.exists()


def test_what_is_asked_cannot_be_changed_nor_handed_on(client, clerk, leader, homes):
    client.force_login(clerk)
    token = client.get(URL).context["form"].initial["token"]
    client.force_login(leader)
    assert client.post(reverse("export_ask"), {"token": token, "reason": REASON}).status_code == 400
    forged = signing.dumps({**ASKED, "user": leader.pk}, salt="other")
    assert client.post(reverse("export_ask"), {"token": forged, "reason": REASON}).status_code == 400
    assert not ExportRequest.objects.exists()
    assert signing.loads(token, salt=SALT)["user"] == clerk.pk


def test_asking_twice_finds_the_one_that_waits(clerk):
    assert ask(clerk) == ask(clerk)
    assert actions() == ["export.asked"]


@pytest.mark.parametrize(
    ("role", "place", "level"),
    [
        (Role.VILLAGE, VILLAGES[0], VILLAGES[0]),
        (Role.TOWNSHIP, TOWNSHIPS[0], TOWNSHIPS[0]),
        (Role.COUNTY, None, "450399"),
    ],
)
def test_the_request_belongs_to_where_the_asker_is_posted(role, place, level):
    assert ask(an_officer(role, place)).division_id == level


def test_two_postings_belong_to_what_holds_both():
    officer = an_officer(Role.VILLAGE, VILLAGES[0])
    a_posting(officer, Role.VILLAGE, VILLAGES[1])
    assert ask(officer).division_id == TOWNSHIPS[0]


# -- deciding -----------------------------------------------------------------------------------------------------------
def test_a_refusal_says_why_and_ends_it(client, clerk, leader, homes):
    found = ask(clerk)
    client.force_login(leader)
    url = reverse("export_refuse", args=[found.pk])
    assert "请写明不同意的原因" in client.post(url, {"opinion": ""}).content.decode()
    client.post(url, {"opinion": "名单范围太大"})
    found.refresh_from_db()
    assert (found.state, found.opinion) == (ExportState.REFUSED, "名单范围太大")
    client.force_login(clerk)
    assert client.get(found.address).status_code == 409
    assert actions() == ["export.asked", "export.refused"]


def test_nobody_decides_on_the_own(client):
    leader = an_officer(Role.COUNTY_LEADER)
    found = ask(leader)
    with pytest.raises(NotAllowed, match="不能审批自己的导出申请"):
        decide_export(found, agree=True, opinion="", by=leader)
    client.force_login(leader)
    assert client.post(reverse("export_approve", args=[found.pk])).status_code == 404
    with pytest.raises(IntegrityError), transaction.atomic():
        ExportRequest.objects.update(state=ExportState.APPROVED, decided_by=leader, decided_at=timezone.now())
    found.refresh_from_db()
    assert found.state == ExportState.WAITING


@pytest.mark.parametrize(
    ("role", "place"),
    [
        (Role.TOWNSHIP_LEADER, TOWNSHIPS[1]), (Role.TOWNSHIP, TOWNSHIPS[0]), (Role.COUNTY, None), (Role.COUNTY_HEAD, None),
        (Role.INSPECTOR, TOWNSHIPS[0]), (Role.VILLAGE, VILLAGES[0]),
    ],
)  # fmt: skip
def test_who_may_not_decide(client, clerk, role, place):
    found, other = ask(clerk), an_officer(role, place)
    with pytest.raises(NotAllowed, match="您没有审批大批量导出的岗位"):
        decide_export(found, agree=True, opinion="", by=other)
    client.force_login(other)
    for name in ("export_detail", "export_approve", "export_refuse"):
        assert client.get(reverse(name, args=[found.pk])).status_code == 404
    found.refresh_from_db()
    assert found.state == ExportState.WAITING


def test_a_township_leader_does_not_decide_for_the_county(leader):
    found = ask(an_officer(Role.COUNTY))
    with pytest.raises(NotAllowed):
        decide_export(found, agree=True, opinion="", by=leader)
    decide_export(found, agree=True, opinion="", by=an_officer(Role.COUNTY_LEADER))


@pytest.mark.django_db(transaction=True)
def test_of_two_who_decide_at_once_one_is_told_to_look_again(clerk):
    found = ask(clerk)
    deciders = [an_officer(Role.TOWNSHIP_LEADER, TOWNSHIPS[0]), an_officer(Role.COUNTY_LEADER)]
    start, outcomes = Barrier(2), []

    def decide(by, agree):
        mine = ExportRequest.objects.get(pk=found.pk)
        start.wait()
        try:
            decide_export(mine, agree=agree, opinion="名单范围太大", by=by)
            outcomes.append("decided")
        except Stale:
            outcomes.append("stale")
        finally:
            connection.close()

    threads = [Thread(target=decide, args=(by, nth == 0)) for nth, by in enumerate(deciders)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["decided", "stale"]
    assert len(actions()) == 2


def test_a_stale_page_is_told_so(client, clerk, leader):
    found = ask(clerk)
    client.force_login(leader)
    client.post(reverse("export_refuse", args=[found.pk]), {"opinion": "名单范围太大"})
    assert client.post(reverse("export_approve", args=[found.pk])).status_code == 409
    found.refresh_from_db()
    assert found.state == ExportState.REFUSED


# -- downloading --------------------------------------------------------------------------------------------------------
def test_it_may_be_downloaded_again_within_the_day_and_not_after(client, clerk, leader, homes):
    found = agreed(clerk, leader)
    client.force_login(clerk)
    assert [client.get(found.address).status_code for _ in range(2)] == [200, 200]
    ExportRequest.objects.update(decided_at=timezone.now() - VALID - timedelta(seconds=1))
    response = client.get(found.address)
    assert response.status_code == 409
    assert "批准已超过 24 小时" in response.content.decode()
    assert actions().count("export.downloaded") == 2


def test_nobody_else_downloads_it(client, clerk, leader, homes):
    found = agreed(clerk, leader)
    client.force_login(leader)
    assert "申请导出" in client.get(found.address).content.decode()
    with pytest.raises(NotAllowed, match="只有申请人可以下载"):
        download(found, rows=3, by=leader)
    assert "export.downloaded" not in actions()


def test_the_reach_is_that_of_the_moment_of_download(client, clerk, leader, homes):
    found = agreed(clerk, leader)
    Posting.objects.filter(user=clerk).update(division_id=VILLAGES[0], role=Role.VILLAGE)
    sync_grants(clerk)
    client.force_login(clerk)
    assert sorted(numbers_in(client.get(found.address))) == sorted([homes[0].number, homes[2].number])
    Posting.objects.filter(user=clerk).delete()
    sync_grants(clerk)
    assert client.get(found.address).status_code == 404


def test_another_filter_or_more_rows_were_not_agreed_to(client, clerk, leader, homes):
    found = agreed(clerk, leader)
    client.force_login(clerk)
    assert "申请导出" in client.get(f"/households/?export=xlsx&agreed={found.pk}").content.decode()
    a_household(people=1)
    response = client.get(found.address)
    assert response.status_code == 409
    assert "名单现在有 4 户，多于批准的 3 户" in response.content.decode()
    assert "export.downloaded" not in actions()


def test_what_is_no_request_asks_for_the_reason(client, clerk, homes):
    client.force_login(clerk)
    for wrong in ("zz", "00000000-0000-4000-8000-000000000000"):
        assert "申请导出" in client.get(f"{URL}&agreed={wrong}").content.decode()


# -- pages --------------------------------------------------------------------------------------------------------------
def test_it_stands_on_the_work_pages_of_both(clerk, leader):
    found = ask(clerk)
    titles = lambda user: [todo.title for todo in todos_of(user)]  # noqa: E731
    assert titles(leader) == ["大批量导出，等您审批"]
    assert titles(clerk) == []
    decide_export(found, agree=True, opinion="", by=leader)
    assert titles(clerk) == ["导出已同意，24 小时内下载"]
    assert titles(leader) == []


@pytest.mark.parametrize("count", [1, 12])
def test_queries_of_the_list(client, leader, clerk, count, django_assert_num_queries):
    for nth in range(count):
        ask(clerk, query=f"kind={nth}")
    client.force_login(leader)
    client.get(reverse("export_list"))
    with django_assert_num_queries(7):
        assert len(client.get(reverse("export_list")).context["listing"]["rows"]) == count
