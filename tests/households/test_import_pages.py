"""Pages of the import: the county office's alone."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from fangpin.accounts.roles import Role
from fangpin.audit.models import Entry
from fangpin.runs.models import Run
from fangpin.runs.queue import drain
from fangpin.sheets import read_tables
from households import register
from households.models import ImportState, Person, RegisterImport
from tests.builders import TOWNSHIPS, a_county, a_household, an_officer
from tests.households.tables import a_csv, a_household_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def uploads(settings, tmp_path):
    settings.UPLOAD_DIR = tmp_path


@pytest.fixture
def office(client):
    client.force_login(an_officer(Role.COUNTY))
    return client


def a_checked_import(rows):
    found = register.upload_register(county=a_county(), file=a_csv(rows), filename="名册.csv", by=None)
    drain(register.check_run(found))
    found.refresh_from_db()
    return found


def url(name, found):
    return reverse(name, args=[found.pk])


def test_upload_leads_to_the_result(office):
    a_county()
    page = office.get(reverse("import_new"))
    file = SimpleUploadedFile("名册.csv", a_csv(a_household_of("H1", 2)).getvalue())
    response = office.post(reverse("import_new"), {"county": page.context["form"]["county"].value(), "file": file})
    found = RegisterImport.objects.get()
    assert response.url == url("import_detail", found)
    page = office.get(response.url).content.decode()
    assert "排队中" in page
    assert 'id="progress"' in page
    drain(Run.objects.get())
    page = office.get(response.url)
    assert [step["state"] for step in page.context["steps"]] == ["done", "done", "now"]
    assert page.context["townships"] == [
        {"code": TOWNSHIPS[0], "name": "青山镇", "households": 1, "new": 2, "changed": 0, "same": 0, "gone": 0}
    ]


def test_a_bad_file_is_told_at_the_field(office):
    a_county()
    file = SimpleUploadedFile("名册.docx", b"x")
    response = office.post(reverse("import_new"), {"county": "450399", "file": file})
    assert "只接收 .xlsx、.xls 和 .csv" in response.content.decode()
    assert not RegisterImport.objects.exists()


def test_confirming_asks_first_and_then_queues(office):
    found = a_checked_import(a_household_of("H1", 2))
    page = office.get(url("import_confirm", found)).content.decode()
    assert "将新增 2 人，更新 0 人，0 人标为已不在名册" in page
    assert office.post(url("import_confirm", found)).url == url("import_detail", found)
    assert not Person.objects.exists()
    drain(Run.objects.get(kind=register.APPLY))
    assert Person.objects.count() == 2
    assert "已入库" in office.get(url("import_detail", found)).content.decode()


def test_a_file_that_lacks_many_must_be_vouched_for(office):
    a_household(people=5)
    found = a_checked_import(a_household_of("H1", 2))
    response = office.post(url("import_confirm", found))
    assert "请先确认文件包含所涉及各村的全部人员" in response.content.decode()
    assert not Run.objects.filter(kind=register.APPLY).exists()
    assert office.post(url("import_confirm", found), {"whole": "on"}).status_code == 302
    assert Run.objects.filter(kind=register.APPLY).exists()


def test_withdrawing(office):
    found = a_checked_import(a_household_of("H1", 2))
    assert "名册保持原样" in office.get(url("import_withdraw", found)).content.decode()
    office.post(url("import_withdraw", found))
    found.refresh_from_db()
    assert found.state == ImportState.WITHDRAWN
    page = office.post(url("import_withdraw", found), follow=True).content.decode()
    assert "文件现在是“已作废”，不能作废" in page


def test_problems_on_the_page_and_as_a_workbook(office, tmp_path):
    lost = [row | {"行政村": "天边村"} for row in a_household_of("H9", 60)]
    found = a_checked_import([*a_household_of("H1", 1), *lost])
    page = office.get(f"{url('import_detail', found)}?page=2")
    assert len(page.context["problems"]["page"]) == 10
    assert "青山镇没有叫“天边村”的村" in page.content.decode()
    response = office.get(url("import_problems", found))
    path = tmp_path / "p.xlsx"
    path.write_bytes(b"".join(response.streaming_content))
    assert len(read_tables(path, filename="p.xlsx", header_words=("行", "列", "问题"))[0].text) == 60
    assert Entry.objects.get(action="register.problems_exported").detail == {"rows": 60}


def test_a_refused_file_shows_its_sentence(office):
    found = a_checked_import([{"姓名": "张三", "证件号码": "x"}])
    assert found.state == ImportState.REFUSED
    assert "缺少列：户编号、人编号、行政村" in office.get(url("import_detail", found)).content.decode()


def test_the_list_shows_what_came_of_each(office):
    a_checked_import(a_household_of("H1", 2))
    response = office.get(reverse("import_list"))
    assert response.context["listing"]["count"] == 1
    assert "等待入库" in office.get(reverse("home")).content.decode()


@pytest.mark.parametrize("role", [Role.VILLAGE, Role.TOWNSHIP, Role.DEPARTMENT, Role.COUNTY_HEAD, Role.ADMIN])
def test_others_have_no_import(client, role):
    found = a_checked_import(a_household_of("H1", 1))
    client.force_login(an_officer(role))
    for name in ("import_detail", "import_confirm", "import_withdraw", "import_problems"):
        assert client.get(url(name, found)).status_code == 404
        assert client.post(url(name, found)).status_code in (404, 405)
    assert client.get(reverse("import_list")).status_code == 404
    assert client.get(reverse("import_new")).status_code == 404
    found.refresh_from_db()
    assert found.state == ImportState.CHECKED
