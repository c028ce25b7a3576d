"""Photos of an offline entry, and the entry on the page and in the timeline of its household."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from fangpin.accounts.roles import Role
from fangpin.approvals.routes import Stage
from fangpin.audit.models import Entry
from fangpin.desk.contributions import timeline_of, traces_of
from fangpin.transitions import NotAllowed
from screening.choices import Judgement
from screening.models import OfflineEntry, Photo
from screening.parts import offline_of
from screening.rounds.answers import to_told
from screening.rounds.offline import remove_entry
from screening.rounds.photos import add_photo, path_of, remove_photo
from tests.builders import VILLAGES, a_household, a_standard, an_officer
from tests.screening.rounds.made import a_round, an_entry, an_offline_list, answered
from tests.screening.rounds.test_photos import a_picture

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def uploads(settings, tmp_path):
    settings.UPLOAD_DIR = tmp_path
    a_standard()


@pytest.fixture
def village():
    return an_officer(Role.VILLAGE)


@pytest.fixture
def listed():
    today = timezone.localdate()
    names = ("uploads_due", "offline_due", "compare_on", "dispatch_on", "verify_due", "ends_on")
    return an_offline_list(a_round(today.replace(day=1), **dict.fromkeys(names, today)))


@pytest.fixture
def entry(listed):
    household = a_household()
    found = an_entry(listed, household, checked_on=timezone.localdate())
    found.told = to_told(answered(household))
    found.save()
    return found


def a_file():
    return SimpleUploadedFile("a.jpg", a_picture().getvalue())


def test_a_photo_is_kept_with_the_entry_and_the_list_has_changed(entry, village):
    before = entry.offline_list.version
    photo = add_photo(entry, file=a_picture(), by=village)
    assert (photo.entry, photo.result, photo.village_id) == (entry, None, VILLAGES[0])
    assert path_of(photo).exists()
    entry.offline_list.refresh_from_db()
    assert entry.offline_list.version == before + 1
    assert Entry.objects.get(action="photo.added").detail["entry"] == str(entry.pk)


@pytest.mark.parametrize(
    ("place", "stage", "message"), [(VILLAGES[1], None, "没有填报本村"), (VILLAGES[0], Stage.TOWNSHIP, "待乡镇审核")]
)
def test_nobody_else_and_nothing_that_was_handed_in(entry, place, stage, message):
    if stage:
        an_offline_list(entry.offline_list.round, stage=stage)
    with pytest.raises(NotAllowed, match=message):
        add_photo(entry, file=a_picture(), by=an_officer(Role.VILLAGE, place))
    assert not Photo.objects.exists()


def test_a_photo_of_an_entry_that_was_handed_in_stays(entry, village):
    photo = add_photo(entry, file=a_picture(), by=village)
    an_offline_list(entry.offline_list.round, stage=Stage.COUNTY)
    with pytest.raises(NotAllowed, match="待县级审定"):
        remove_photo(Photo.objects.get(), by=village)
    assert path_of(photo).exists()


def test_the_files_go_with_the_entry(entry, village, django_capture_on_commit_callbacks):
    path = path_of(add_photo(entry, file=a_picture(), by=village))
    with django_capture_on_commit_callbacks(execute=True):
        remove_entry(entry, by=village, seen_version=entry.version)
    assert not Photo.objects.exists()
    assert not path.exists()


def test_a_photo_is_added_seen_and_removed_on_the_page(client, entry, village):
    client.force_login(village)
    address = reverse("offline_part", args=[entry.pk, "living"])
    needs = dict.fromkeys(answered(entry.household).living, "yes")
    answer = client.post(address, {**needs, "seen": entry.version, "step": "photo", "photos": a_file()})
    assert answer.url == address
    photo = Photo.objects.get()
    seen = reverse("photo_detail", args=[photo.pk])
    assert seen in client.get(address).content.decode()
    assert seen in client.get(reverse("offline_entry", args=[entry.pk])).content.decode()
    assert client.get(seen).content[:2] == b"\xff\xd8"
    entry.refresh_from_db()
    client.post(address, {**needs, "seen": entry.version, "remove": photo.pk})
    assert not Photo.objects.exists()


def test_what_is_no_photo_is_said_and_what_was_typed_is_kept(client, entry, village):
    client.force_login(village)
    needs = dict.fromkeys(answered(entry.household).living, "yes") | {"housing": "no", "housing_note": "土坯房"}
    address = reverse("offline_part", args=[entry.pk, "living"])
    file = SimpleUploadedFile("a.jpg", b"text")
    page = client.post(address, {**needs, "seen": entry.version, "photos": file}, follow=True).content.decode()
    assert "照片没有变动：读不出这张照片" in page
    assert OfflineEntry.objects.get().told["remarks"] == {"housing": "土坯房"}


def test_the_timeline_tells_a_complete_entry(entry, village):
    an_entry(an_offline_list(a_round(date(2021, 4, 1))), entry.household, is_draft=True)
    (told,) = (one for one in timeline_of(village, entry.household) if one.title.startswith("线下排查"))
    assert (told.day, told.title, told.text, told.tone) == (
        timezone.localdate(), "线下排查：疑似边缘易致贫户", "住院自付大，收入低于监测范围", "amber",
    )  # fmt: skip
    assert told.url == reverse("offline_entry", args=[entry.pk])
    assert not [
        one for one in timeline_of(an_officer(Role.VILLAGE, VILLAGES[1]), entry.household) if "线下" in one.title
    ]


def test_the_page_of_the_household_lists_its_entries(client, rf, entry, village):
    an_entry(an_offline_list(a_round(date(2021, 4, 1))), entry.household, judgement=Judgement.CLEAR, risks=[])
    client.force_login(village)
    page = client.get(reverse("household_part", args=[entry.household_id, "offline"])).content.decode()
    assert "疑似边缘易致贫户：因病" in page
    assert "人均收入参考 4,870.00 元" in page
    request = rf.get("/")
    request.user = village
    shown = offline_of(request, entry.household)["entries"]
    assert [one["entry"].judgement for one in shown] == [Judgement.MARGINAL, Judgement.CLEAR]


def test_who_saw_the_entry_or_its_photo_saw_the_household(entry, village):
    photo = add_photo(entry, file=a_picture(), by=village)
    keys = {trace.model: set(trace.keys) for trace in traces_of(entry.household)}
    assert keys["screening.offlineentry"] == {entry.pk}
    assert keys["screening.photo"] == {photo.pk}
