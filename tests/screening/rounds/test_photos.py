"""Photos of a visit: nothing but pixels, few and small, sealed on disk."""

from io import BytesIO

import pytest
from PIL import Image

from fangpin.accounts.roles import Role
from fangpin.transitions import NotAllowed
from screening.choices import TaskState
from screening.models import Photo, VerificationResult
from screening.rounds import photos
from screening.rounds.photos import add_photo, content_of, path_of, re_encoded, remove_photo
from tests.builders import VILLAGES, an_officer
from tests.screening.rounds.made import a_result, a_task

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def uploads(settings, tmp_path):
    settings.UPLOAD_DIR = tmp_path


@pytest.fixture
def village():
    return an_officer(Role.VILLAGE, VILLAGES[0])


def a_picture(width=60, height=40, colour="green", form="JPEG", **options) -> BytesIO:
    file = BytesIO()
    Image.new("RGB", (width, height), colour).save(file, form, **options)
    file.seek(0)
    return file


def test_a_large_photo_is_made_smaller_and_loses_what_the_phone_wrote():
    exif = Image.Exif()
    exif[0x010F] = "MAKER-OF-THE-PHONE"
    content, size = re_encoded(a_picture(3200, 2000, exif=exif, comment=b"GPS 25.27 110.29"))
    assert size == (1600, 1000)
    assert b"MAKER" not in content
    assert b"GPS" not in content
    assert Image.open(BytesIO(content)).getexif() == {}


def test_a_photo_taken_upright_stays_upright():
    exif = Image.Exif()
    exif[0x0112] = 6
    assert re_encoded(a_picture(60, 40, exif=exif))[1] == (40, 60)


@pytest.mark.parametrize("form", ["PNG", "WEBP"])
def test_other_formats_become_jpeg(form):
    assert Image.open(BytesIO(re_encoded(a_picture(form=form))[0])).format == "JPEG"


@pytest.mark.parametrize(
    "file", [BytesIO(b""), BytesIO(b"<svg/>"), a_picture(form="GIF"), BytesIO(a_picture(900, 900).getvalue()[:700])]
)
def test_what_is_no_photo_is_refused(file):
    with pytest.raises(NotAllowed, match="读不出"):
        re_encoded(file)


def test_a_bomb_is_refused_before_it_is_decoded():
    bomb = a_picture(9000, 9000, form="PNG")
    with pytest.raises(NotAllowed, match="9000×9000 像素"):
        re_encoded(bomb)


def test_a_huge_bomb_is_refused_too(monkeypatch):
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 100)
    with pytest.raises(NotAllowed, match="像素太多"):
        re_encoded(a_picture())


def test_a_huge_file_is_not_read(monkeypatch):
    monkeypatch.setattr(photos, "BYTES", 100)
    with pytest.raises(NotAllowed, match="照片超过"):
        re_encoded(a_picture())


def test_a_photo_lies_sealed_and_comes_back(village):
    photo = add_photo(a_task(), file=a_picture(), by=village)
    assert b"JFIF" not in path_of(photo).read_bytes()
    assert Image.open(content_of(photo)).size == (60, 40)
    assert (photo.result.is_draft, photo.village_id, photo.width) == (True, VILLAGES[0], 60)


def test_the_same_photo_twice_is_once(village):
    task = a_task()
    first, second = (add_photo(task, file=a_picture(), by=village) for _ in range(2))
    assert first == second
    assert (Photo.objects.count(), VerificationResult.objects.count()) == (1, 1)


def test_there_are_only_so_many(village, monkeypatch, tmp_path):
    monkeypatch.setattr(photos, "MOST", 1)
    task = a_task()
    add_photo(task, file=a_picture(), by=village)
    with pytest.raises(NotAllowed, match="最多 1 张"):
        add_photo(task, file=a_picture(colour="red"), by=village)
    assert len(list((tmp_path / "photos").iterdir())) == Photo.objects.count() == 1


def test_another_village_adds_nothing(tmp_path):
    with pytest.raises(NotAllowed, match="没有填报本村"):
        add_photo(a_task(), file=a_picture(), by=an_officer(Role.VILLAGE, VILLAGES[1]))
    assert not VerificationResult.objects.exists()
    assert not (tmp_path / "photos").exists()


def test_a_photo_of_a_draft_can_be_removed(village, django_capture_on_commit_callbacks):
    photo = add_photo(a_task(), file=a_picture(), by=village)
    path = path_of(photo)
    with django_capture_on_commit_callbacks(execute=True):
        remove_photo(photo, by=village)
    assert not Photo.objects.exists()
    assert not path.exists()


def test_a_photo_of_a_reported_result_stays(village):
    task = a_task()
    photo = add_photo(task, file=a_picture(), by=village)
    type(task).objects.filter(pk=task.pk).update(state=TaskState.REPORTED)
    with pytest.raises(NotAllowed, match="待乡镇审核"):
        remove_photo(photo, by=village)
    assert Photo.objects.exists()
    assert path_of(photo).exists()


def test_a_photo_of_an_earlier_result_stays(village):
    task = a_task()
    first = add_photo(task, file=a_picture(), by=village)
    VerificationResult.objects.filter(pk=first.result_id).update(is_last=False)
    a_result(task, number=2, is_draft=True)
    with pytest.raises(NotAllowed, match="已报送的照片"):
        remove_photo(Photo.objects.get(), by=village)
    assert path_of(first).exists()
