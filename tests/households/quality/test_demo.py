"""The demo's register has at least two problems of each group, and its village cadre sees some of his own."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from fangpin.accounts.roles import Role
from fangpin.demo import county
from fangpin.divisions.models import Division
from fangpin.divisions.rights import Right
from fangpin.runs.queue import drain, working_here
from households.choices import CheckGroup
from households.models import QualityProblem
from households.register import check_run, confirm_register, quality_run, upload_register
from tests.builders import an_officer
from tests.fangpin.demo.conftest import TOWNSHIPS


def divisions():
    yield "450321", "阳朔县", "county", None
    for number, (town, villages) in enumerate(TOWNSHIPS.items(), start=100):
        yield f"450321{number}", town, "township", "450321"
        for place, village in enumerate(villages, start=200):
            yield f"450321{number}{place}", village, "village", f"450321{number}"


@pytest.mark.django_db
def test_the_demo_has_problems_of_every_group(settings):
    settings.REGISTER_DAY = county.DAY.astype(object)
    rows = list(divisions())
    for code, name, level, parent in rows:
        Division.objects.create(code=code, name=name, level=level, parent_id=parent)
    people = county.make(divisions=rows, persons=1_500, seed=20210506).people
    text = io.BytesIO(people.to_csv(index=False).encode("utf-8-sig"))
    file = SimpleUploadedFile("名册.csv", text.getvalue())
    with working_here():
        found = upload_register(county=Division.objects.get(code="450321"), file=file, filename=file.name, by=None)
        for make in (check_run, lambda one: confirm_register(one, by=None), quality_run):
            found.refresh_from_db()
            assert drain(make(found)).state == "done"
    counts = {group: QualityProblem.objects.present().filter(code__startswith=group).count() for group in CheckGroup}
    assert min(counts.values()) >= 2, counts
    village = Division.objects.get(name="大利村委会")
    mine = QualityProblem.objects.reachable_by(an_officer(Role.VILLAGE, village), Right.VIEW_REGISTER).present()
    assert mine.count() >= 2
    assert set(mine.values_list("household__village_id", flat=True)) == {village.pk}
