"""Pages of the system administrator."""

import re
from io import BytesIO

import openpyxl
import pytest
from django.urls import reverse

from fangpin.accounts.models import Posting, User
from fangpin.accounts.roles import Role
from fangpin.audit.models import Entry
from fangpin.divisions.models import Division
from tests.builders import COUNTY, TOWNSHIPS, VILLAGES, a_posting, a_user, an_officer

pytestmark = pytest.mark.django_db

LIST, NEW = "/accounts/", "/accounts/new/"


@pytest.fixture
def admin(client):
    user = an_officer(Role.ADMIN, name="管理员", username="admin1")
    client.force_login(user)
    return user


def names(response):
    return [row.object.name for row in response.context["listing"]["rows"]]


def says(response):
    return response.content.decode()


@pytest.mark.parametrize("role", [role for role in Role if role != Role.ADMIN])
def test_these_pages_do_not_exist_for_others(client, role):
    other = an_officer(Role.VILLAGE)
    pages = [
        LIST,
        NEW,
        *(reverse(name, args=[other.pk]) for name in ("account_detail", "posting_open", "account_active")),
    ]
    pages += [reverse("account_password", args=[other.pk]), reverse("posting_close", args=[other.postings.get().pk])]
    client.force_login(an_officer(role))
    before = list(User.objects.order_by("pk").values())

    assert {client.get(page).status_code for page in pages} == {404}
    assert {client.post(page).status_code for page in pages} == {404}
    assert list(User.objects.order_by("pk").values()) == before


def test_the_list_filters_by_name_role_department_division_and_state(client, admin):
    an_officer(Role.DEPARTMENT, department="MI", name="莫医保")
    an_officer(Role.DEPARTMENT, department="CIV", name="秦民政", username="qin")
    village = an_officer(Role.VILLAGE, VILLAGES[2], name="韦村")
    a_user(name="廖停用", is_active=False)

    assert len(names(client.get(LIST))) == 5
    assert names(client.get(LIST, {"q": "QIN"})) == ["秦民政"]
    assert names(client.get(LIST, {"role": "department", "department": "MI"})) == ["莫医保"]
    assert names(client.get(LIST, {"division": TOWNSHIPS[1]})) == ["韦村"]
    assert names(client.get(LIST, {"active": "0"})) == ["廖停用"]
    assert f'href="{reverse("account_detail", args=[village.pk])}"' in says(client.get(LIST))


def test_role_and_department_must_be_of_one_posting(client, admin):
    user = an_officer(Role.DEPARTMENT, department="MI", name="莫医保")
    a_posting(user, Role.VILLAGE)

    assert names(client.get(LIST, {"role": "village", "department": "MI"})) == []


def test_the_list_needs_the_same_queries_for_many_accounts(client, admin, django_assert_max_num_queries):
    for _ in range(20):
        an_officer(Role.VILLAGE)
    client.get(LIST)
    with django_assert_max_num_queries(11):
        assert len(names(client.get(LIST))) == 21


def test_the_export_is_recorded(client, admin):
    an_officer(Role.VILLAGE, name="韦村")
    sheet = openpyxl.load_workbook(BytesIO(client.get(LIST, {"export": "xlsx"}).getvalue())).active
    cells = [cell.value for row in sheet.iter_rows() for cell in row]

    assert "村级（上坪村）" in cells
    assert (Entry.objects.get().action, Entry.objects.get().detail) == ("accounts.exported", {"count": 2})


def test_a_new_account_shows_its_password_once(client, admin):
    page = says(client.post(NEW, {"username": "mohaiyan", "name": "莫海燕"}))
    password = re.search(r"<code[^>]*>(\S{14})</code>", page)[1]
    user = User.objects.get(username="mohaiyan")

    assert user.check_password(password)
    assert password not in says(client.get(reverse("account_detail", args=[user.pk])))
    assert password not in str(dict(client.session))


@pytest.mark.parametrize(
    ("username", "why"),
    [
        ("admin1", "这个用户名已有人使用"),
        ("450399197303184195", "不要写证件号码"),
        ("a b", "username"),
        ("", "username"),
    ],
)
def test_a_username_that_will_not_do_is_refused(client, admin, username, why):
    page = client.post(NEW, {"username": username, "name": "莫海燕"})

    assert list(page.context["form"].errors) == ["username"]
    assert why in says(page)
    assert User.objects.count() == 1


def test_a_village_posting_is_chosen_by_township_then_village(client, admin):
    user = a_user()
    url = reverse("posting_open", args=[user.pk])

    assert "第一书记" not in says(client.get(url))
    assert list(client.get(url).context["form"].fields) == ["role"]
    step = client.get(url, {"role": "village"}).context["form"]
    assert [township.name for township in step.fields["township"].queryset] == ["青山镇", "绿水乡"]
    step = client.get(url, {"role": "village", "township": TOWNSHIPS[0]}).context["form"]
    assert [village.name for village in step.fields["division"].queryset] == ["上坪村", "下坪村"]

    address = f"{url}?role=village&township={TOWNSHIPS[0]}"
    answer = client.post(address, {"division": VILLAGES[1], "since": "2021-05-01"})
    assert answer.url == reverse("account_detail", args=[user.pk])
    assert user.postings.values_list("role", "division_id", "department_id").get() == ("village", VILLAGES[1], None)


def test_a_data_clerk_is_posted_with_a_department(client, admin):
    user = a_user()
    address = reverse("posting_open", args=[user.pk]) + "?role=department"
    assert client.get(address).context["form"].fields["division"].initial.code == COUNTY

    assert list(client.post(address, {"division": COUNTY, "since": "2021-05-01"}).context["form"].errors) == [
        "department"
    ]
    client.post(address, {"division": COUNTY, "department": "MI", "since": "2021-05-01"})
    assert user.postings.get().department_id == "MI"


def test_a_village_of_another_township_cannot_be_slipped_in(client, admin):
    user = a_user()
    address = reverse("posting_open", args=[user.pk]) + f"?role=village&township={TOWNSHIPS[0]}"
    page = client.post(address, {"division": VILLAGES[2], "since": "2021-05-01"})

    assert list(page.context["form"].errors) == ["division"]
    assert not user.postings.exists()


def test_a_refusal_stands_in_the_form(client, admin):
    user = an_officer(Role.COUNTY)
    page = client.post(
        reverse("posting_open", args=[user.pk]) + "?role=admin", {"division": COUNTY, "since": "2021-05-01"}
    )

    assert page.context["form"].non_field_errors() == ["系统管理员不能兼任业务岗位，请另建账号"]
    assert Posting.objects.filter(user=user).count() == 1


def test_closing_asks_first(client, admin):
    user = an_officer(Role.VILLAGE)
    url = reverse("posting_close", args=[user.postings.get().pk])

    assert "失去这个岗位的全部权限" in says(client.get(url))
    assert user.postings.exists()
    assert client.post(url).url == reverse("account_detail", args=[user.pk])
    assert not user.postings.exists()


def test_pressing_twice_does_not_turn_it_back(client, admin):
    user = a_user()
    url = reverse("account_active", args=[user.pk]) + "?to=0"
    client.post(url)
    page = client.post(url, follow=True)

    assert not User.objects.get(pk=user.pk).is_active
    assert "账号已经停用" in says(page)
    client.post(reverse("account_active", args=[user.pk]) + "?to=1")
    assert User.objects.get(pk=user.pk).is_active


def test_a_reset_password_is_shown_once(client, admin):
    user = a_user()
    url = reverse("account_password", args=[user.pk])

    assert "原密码作废" in says(client.get(url))
    password = re.search(r"<code[^>]*>(\S{14})</code>", says(client.post(url)))[1]
    assert User.objects.get(pk=user.pk).check_password(password)


def test_ones_own_account_offers_no_acts(client, admin):
    page = says(client.get(reverse("account_detail", args=[admin.pk])))

    assert "由另一位系统管理员办理" in page
    assert "停用账号" not in page
    assert "结束岗位" not in page


def test_an_account_of_another_county_does_not_exist(client, admin):
    elsewhere = Division.objects.create(code="450398", name="邻县", level="county")
    stranger = an_officer(Role.COUNTY, elsewhere, name="邻县人")
    posting = stranger.postings.get()

    assert names(client.get(LIST)) == ["管理员"]
    assert client.get(reverse("account_detail", args=[stranger.pk])).status_code == 404
    assert client.post(reverse("account_password", args=[stranger.pk])).status_code == 404
    assert client.post(reverse("posting_close", args=[posting.pk])).status_code == 404
    assert stranger.postings.get() == posting
