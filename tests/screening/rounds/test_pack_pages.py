"""Pages of the 核实包: from the list of tasks to the file, back through the check, both sides of a conflict, nothing for a stranger."""

from io import BytesIO

import openpyxl
import pytest
from django.urls import reverse

from fangpin.accounts.roles import Role
from fangpin.audit.models import Entry
from screening.choices import TaskState
from screening.models import VerificationResult
from screening.rounds.findings import Finding
from screening.rounds.verification import Seen, finding_of, last_result, save_draft
from tests.builders import VILLAGES, a_household, a_standard, an_officer
from tests.screening.rounds.made import a_round
from tests.screening.rounds.packed import a_pack, a_village, filled, sent

pytestmark = pytest.mark.django_db


@pytest.fixture
def cadre(client, settings, tmp_path):
    settings.UPLOAD_DIR = tmp_path
    a_standard()
    a_round()
    user = an_officer(Role.VILLAGE)
    client.force_login(user)
    return user


def text(response, status=200):
    assert response.status_code == status
    return response.content.decode()


def upload(client, file):
    file.name = "核实包.xlsx"
    return client.post(reverse("pack_detail", args=[VILLAGES[0]]), {"file": file})


def body(response) -> BytesIO:
    return BytesIO(b"".join(response.streaming_content))


def test_the_cadre_comes_from_the_list_of_tasks_to_the_file_which_is_audited(client, cadre):
    sent()
    assert reverse("pack_list") in text(client.get(reverse("task_list")))
    here = client.get(reverse("pack_list")).url
    assert reverse("pack_download", args=[VILLAGES[0]]) in text(client.get(here))
    sheet = openpyxl.load_workbook(body(client.get(reverse("pack_download", args=[VILLAGES[0]]))))["核实包"]
    assert f"{cadre} " in sheet.oddFooter.left.text
    assert "导出 1 件" in sheet.oddFooter.left.text
    assert Entry.objects.get(action="pack.downloaded").detail == {"rows": 1}


def test_without_a_task_there_is_nothing_to_download(client, cadre):
    assert "没有待核实的任务" in text(client.get(reverse("pack_detail", args=[VILLAGES[0]])))
    response = client.get(reverse("pack_download", args=[VILLAGES[0]]))
    assert response.url == reverse("pack_detail", args=[VILLAGES[0]])
    assert not Entry.objects.filter(action="pack.downloaded").exists()


def test_the_township_chooses_among_its_villages(client, cadre):
    sent(), sent()
    client.force_login(an_officer(Role.TOWNSHIP))
    response = client.get(reverse("pack_list"))
    (row,) = response.context["listing"]["rows"]
    assert (row.object.pk, row.cells[2].text, row.url) == (
        VILLAGES[0],
        "2",
        reverse("pack_detail", args=[VILLAGES[0]]),
    )


def test_good_rows_are_reported_and_wrong_ones_stay_with_their_marks(client, cadre):
    sent(), sent()
    upload(client, filled(a_pack(a_village()), {}, {"核实人": "韦大"}))
    page = text(client.get(reverse("pack_detail", args=[VILLAGES[0]])))
    assert "报送合格的 1 件" in page
    assert "核实人至少两名" in page
    page = text(client.post(reverse("pack_confirm", args=[VILLAGES[0]]), follow=True))
    assert "已报送 1 件，等待乡镇审核" in page
    assert VerificationResult.objects.filter(is_draft=False).count() == 1
    marked = openpyxl.load_workbook(body(client.get(reverse("pack_marked", args=[VILLAGES[0]]))))["核实包"]
    assert any("核实人至少两名" in str(cell.value) for cell in marked[5])


def test_both_sides_of_a_conflict_are_shown_and_the_ticked_one_is_taken(client, cadre):
    task, pack = sent(), a_pack(a_village())
    save_draft(task, finding=Finding(checkers="别人、又一人"), by=cadre, seen=Seen(1))
    upload(client, filled(pack, {}))
    response = client.get(reverse("pack_detail", args=[VILLAGES[0]]))
    (conflict,) = response.context["conflicts"]
    assert ("核实人", "韦大、覃二", "别人、又一人") in conflict["sides"]
    client.post(reverse("pack_confirm", args=[VILLAGES[0]]), {"take": "zz"})
    assert finding_of(last_result(task)).checkers == "别人、又一人"
    client.post(reverse("pack_confirm", args=[VILLAGES[0]]), {"take": conflict["line"].tick})
    task.refresh_from_db()
    assert (task.state, finding_of(last_result(task)).checkers) == (TaskState.REPORTED, "韦大、覃二")


def test_what_cannot_be_read_is_told_on_the_page(client, cadre):
    assert "扩展名" in text(client.post(reverse("pack_detail", args=[VILLAGES[0]]), {"file": _named(b"x", "包.txt")}))
    upload(client, a_pack(a_village()))
    assert "没有可以识别的行" in text(client.get(reverse("pack_detail", args=[VILLAGES[0]])))


def _named(content, name):
    file = BytesIO(content)
    file.name = name
    return file


def test_another_villages_pack_does_not_exist(client, cadre):
    sent(a_household(VILLAGES[1]))
    for name in ("pack_detail", "pack_download", "pack_marked"):
        assert client.get(reverse(name, args=[VILLAGES[1]])).status_code == 404
    assert client.post(reverse("pack_confirm", args=[VILLAGES[1]])).status_code == 404
    assert not VerificationResult.objects.exists()


def test_a_file_of_many_rows_costs_what_one_costs(client, cadre, django_assert_max_num_queries):
    for _ in range(6):
        sent()
    upload(client, filled(a_pack(a_village()), *[{}] * 6))
    with django_assert_max_num_queries(20):
        client.get(reverse("pack_detail", args=[VILLAGES[0]]))
    with django_assert_max_num_queries(20):
        client.get(reverse("pack_download", args=[VILLAGES[0]]))
