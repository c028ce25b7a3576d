"""The page of the trail."""

from datetime import timedelta
from io import BytesIO

import openpyxl
import pytest
from django.db import connection
from django.utils import timezone

from fangpin.accounts.roles import Role
from fangpin.audit.models import Entry
from fangpin.audit.trail import record
from fangpin.desk.trail import detail_text, target_text
from fangpin.divisions.models import Division
from tests.builders import a_user, an_officer, seal_all

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(client):
    user = an_officer(Role.ADMIN, name="管理员")
    client.force_login(user)
    return user


def texts(response, column):
    return [row.cells[column].text for row in response.context["listing"]["rows"]]


@pytest.mark.parametrize("role", [role for role in Role if role != Role.ADMIN])
def test_the_page_does_not_exist_for_others(client, role):
    client.force_login(an_officer(role))
    assert client.get("/audit/").status_code == 404


def test_entries_are_shown_in_chinese_the_newest_first(client, admin):
    record(None, "account.login_failed", admin)
    record(admin, "posting.opened", admin.postings.get(), role="county", division="450399", department=None)
    response = client.get("/audit/")

    assert texts(response, 2) == ["任命岗位", "登录失败"]
    assert texts(response, 1) == ["管理员", "系统"]
    assert texts(response, 3)[0].startswith("岗位任职 ")
    assert texts(response, 4)[0] == "岗位：县办经办；区划：450399"


def test_entries_are_found_by_person_action_and_day(client, admin):
    other = a_user(name="莫海燕")
    record(other, "account.logged_in", other)
    record(admin, "account.logged_in", admin)
    record(admin, "account.created", other)
    today = timezone.localdate()

    assert texts(client.get("/audit/", {"by": other.pk}), 1) == ["莫海燕"]
    assert texts(client.get("/audit/", {"action": "account.created"}), 2) == ["新建账号"]
    assert len(texts(client.get("/audit/", {"first": today, "last": today}), 0)) == 3
    assert texts(client.get("/audit/", {"last": today - timedelta(1)}), 0) == []
    assert texts(client.get("/audit/", {"first": today + timedelta(1)}), 0) == []


def test_a_day_that_is_none_finds_nothing_and_says_so(client, admin):
    record(admin, "account.logged_in", admin)
    response = client.get("/audit/", {"first": "2021-02-31"})

    assert texts(response, 0) == []
    assert response.context["listing"]["filter_errors"]


def test_acts_in_another_county_are_not_shown(client, admin):
    elsewhere = Division.objects.create(code="450398", name="邻县", level="county")
    stranger = an_officer(Role.COUNTY, elsewhere)
    record(stranger, "account.logged_in", stranger)

    assert texts(client.get("/audit/"), 0) == []


def test_the_export_is_itself_recorded(client, admin):
    record(admin, "account.logged_in", admin)
    sheet = openpyxl.load_workbook(BytesIO(client.get("/audit/", {"export": "xlsx"}).getvalue())).active
    cells = [cell.value for row in sheet.iter_rows() for cell in row]

    assert "登录" in cells
    assert Entry.objects.first().action == "audit.exported"
    assert Entry.objects.first().detail == {"count": 1}


@pytest.mark.django_db(transaction=True)
def test_the_page_says_whether_the_seals_fit(client, admin):
    assert "还没有封签" in client.get("/audit/").content.decode()
    record(admin, "account.logged_in", admin)
    seal_all()
    assert "留痕完整" in client.get("/audit/").content.decode()

    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_entry DISABLE TRIGGER audit_entry_fixed")
        cursor.execute("UPDATE audit_entry SET action = 'account.created'")
        cursor.execute("ALTER TABLE audit_entry ENABLE TRIGGER audit_entry_fixed")
    assert "封签不符" in client.get("/audit/").content.decode()


def test_a_dropped_model_still_has_a_name():
    assert target_text(Entry(target_type="gone.thing", target_id="7")) == "gone.thing 7"
    assert target_text(Entry(target_type="", target_id="")) == ""


def test_detail_in_words():
    assert (
        detail_text({"withdrawn": True, "rows": 3, "unknown": "x", "department": None})
        == "未到任即撤销：是；行数：3；unknown：x"
    )
    assert detail_text({}) == ""


def test_the_page_needs_the_same_queries_for_many_entries(client, admin, django_assert_max_num_queries):
    for _ in range(30):
        record(a_user(), "account.logged_in", admin)
    client.get("/audit/")
    with django_assert_max_num_queries(11):
        assert len(texts(client.get("/audit/"), 0)) == 30
