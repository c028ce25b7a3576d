"""医保局 sends its list, corrects it, confirms it; the county office runs the month and reads where a clue comes from."""

from datetime import date
from io import BytesIO

import openpyxl
import pytest
from django.urls import reverse

from fangpin.accounts.roles import Role
from fangpin.runs.models import Run
from fangpin.runs.queue import drain
from screening.choices import ExtractState
from screening.models import Clue, Extract
from tests.builders import a_household, a_person, a_standard, an_officer
from tests.screening.extracts.uploads import GOOD, OTHER, a_file, a_row

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _uploads(settings, tmp_path):
    settings.UPLOAD_DIR = tmp_path


@pytest.fixture
def zhao():
    """赵大 is in the register; 钱二 is nobody the county knows."""
    household = a_household(people=0)
    return a_person(household, name="赵大", id_number=GOOD, birthday=date(1970, 1, 1), is_head=True, relation="户主")


def test_from_the_spreadsheet_to_the_clue(client, zhao):
    a_standard()
    client.force_login(an_officer(Role.DEPARTMENT, department="MI", name="陶丽萍"))
    first = send(client, a_row(个人自付=31250.4), a_row(name="钱二", number=OTHER, 个人自付="约3千"))
    assert (first.state, first.rows_total, first.rows_refused) == (ExtractState.CHECKED, 2, 1)

    marked = client.get(reverse("extract_annotated", args=[first.pk]))
    sheet = openpyxl.load_workbook(BytesIO(b"".join(marked.streaming_content)))["名单"]
    assert sheet["F4"].value == "约3千"
    assert sheet["G4"].value.startswith("应填数字")
    sheet["F4"] = 8000  # corrected in the marked workbook itself, and sent back as it is
    corrected = BytesIO()
    sheet.parent.save(corrected)
    second = send(client, file=corrected)
    assert (second.rows_total, second.rows_refused) == (2, 0)
    first.refresh_from_db()
    assert first.state == ExtractState.WITHDRAWN

    client.post(reverse("extract_confirm", args=[second.pk]))
    second.refresh_from_db()
    assert second.state == ExtractState.CONFIRMED

    client.force_login(an_officer(Role.COUNTY, name="莫海燕"))
    client.post(reverse("month_run", args=[second.period]))
    drain(Run.objects.get(kind="month.run"))
    clue = Clue.objects.get()
    assert (clue.person, clue.extract, clue.row, clue.values["value"]) == (zhao, second, 3, 31250.4)
    page = client.get(reverse("clue_detail", args=[clue.pk])).content.decode()
    for told in (clue.sentence, "31,250.4", "第 3 行", "MI-1"):
        assert told in page
    assert GOOD not in page


def send(client, *rows, file=None) -> Extract:
    """Upload by the page, and what a worker does after it."""
    file = file or a_file(*rows)
    file.seek(0)
    file.name = "MI-1-医保局.xlsx"
    answer = client.post(reverse("extract_new"), {"list_code": "MI-1", "period": "2021-05", "file": file})
    assert answer.status_code == 302, answer.context["form"].errors
    extract = Extract.objects.latest("uploaded_at")
    drain(Run.objects.get(kind="extract.check", key=str(extract.pk)))
    extract.refresh_from_db()
    return extract
