"""The register through the browser's eyes: a file comes in, the village sees its people, next month's file corrects them."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from fangpin.accounts.roles import Role
from fangpin.audit.models import Entry
from fangpin.runs.models import Run
from fangpin.runs.queue import drain
from households.models import Household, RegisterImport
from tests.builders import VILLAGES, an_officer
from tests.households.tables import a_household_of, a_workbook

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def uploads(settings, tmp_path):
    settings.UPLOAD_DIR = tmp_path


def bring_in(client, rows):
    """What the county office does with a file: upload, look, confirm. The run is done here instead of in a worker."""
    file = SimpleUploadedFile("农村人口信息.xlsx", a_workbook(rows).getvalue())
    detail = client.post(reverse("import_new"), {"county": "450399", "file": file}).url
    _work()
    page = client.get(detail).content.decode()
    found = RegisterImport.objects.first()
    assert client.post(reverse("import_confirm", args=[found.pk]), {"whole": "on"}).url == detail
    _work()
    assert "已入库" in client.get(detail).content.decode()
    return page


def _work():
    """What a worker would do: the import asks for the checks of the register after itself."""
    for run in Run.objects.alive():
        drain(run)


def test_a_register_comes_in_is_used_and_is_corrected(client):
    office, village = an_officer(Role.COUNTY), an_officer(Role.VILLAGE, VILLAGES[0])
    rows = a_household_of("450399100001", 3) + a_household_of("450399100002", 2, 行政村="下坪村")
    client.force_login(office)
    bring_in(client, rows)

    client.force_login(village)
    assert client.get(reverse("household_list")).context["listing"]["count"] == 1
    answer = client.post(reverse("household_search"), {"q": rows[1]["证件号码"]})
    person = answer.context["found"].groups[0].people[0]
    page = client.get(reverse("household_detail", args=[person.household_id])).content.decode()
    assert rows[1]["证件号码"] not in page
    shown = client.post(reverse("person_reveal", args=[person.pk]), {"reason": "核对参保信息"}).content.decode()
    assert rows[1]["证件号码"] in shown
    elsewhere = Household.objects.get(number="450399100002")
    assert client.get(reverse("household_detail", args=[elsewhere.pk])).status_code == 404

    client.force_login(office)
    page = bring_in(client, [rows[0] | {"姓名": "李改名"}, rows[1], *rows[3:]])
    assert "已不在名册" in page
    client.force_login(village)
    page = client.get(reverse("household_detail", args=[person.household_id])).content.decode()
    assert "李改名户" in page
    assert "已不在册的成员" in page
    acts = set(Entry.objects.values_list("action", flat=True))
    assert {"register.upload", "register.applied", "household.viewed", "household.searched", "person.revealed"} <= acts
