"""The sealed copy of the register serves one state of it."""

from unittest.mock import Mock

import pytest
from django.conf import settings
from pandas.testing import assert_frame_equal

from households import copies, frames
from households.copies import read_copy, write_copy
from households.frames import people_frame, people_of, register_state
from tests.builders import COUNTY, a_household, a_person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def uploads(tmp_path, settings):
    settings.UPLOAD_DIR = tmp_path
    frames._people.cache_clear()
    return tmp_path


def test_what_is_read_is_what_was_written():
    a_household(people=2, phone="19900000001")
    people, state = people_frame(COUNTY), register_state(COUNTY)
    write_copy(people, COUNTY, state)
    assert_frame_equal(read_copy(COUNTY, state), people)


def test_another_process_takes_the_copy(monkeypatch):
    a_person(name="李四")
    people_of(COUNTY)
    frames._people.cache_clear()
    monkeypatch.setattr(frames, "people_frame", None)
    assert list(people_of(COUNTY)["name"]) == ["李四"]


def test_a_copy_of_another_state_is_not_taken():
    person = a_person(name="李四")
    people_of(COUNTY)
    person.name = "李五"
    person.save()
    assert read_copy(COUNTY, register_state(COUNTY)) is None
    assert list(people_of(COUNTY)["name"]) == ["李五"]


def test_the_copy_is_sealed_and_for_the_owner_alone(uploads):
    person = a_person(name="李四")
    people_of(COUNTY)
    (path,) = (settings.UPLOAD_DIR / "copies").iterdir()
    assert (path.name, path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (
        f"{COUNTY}.arrow",
        0o600,
        0o700,
    )
    assert person.id_number.encode() not in path.read_bytes()
    path.write_bytes(path.read_bytes()[:-1])
    assert read_copy(COUNTY, register_state(COUNTY)) is None


def test_without_room_for_a_copy_the_register_is_read_all_the_same(monkeypatch):
    a_person(name="李四")
    monkeypatch.setattr(copies, "seal_stream", Mock(side_effect=OSError(28, "no space left")))
    assert list(people_of(COUNTY)["name"]) == ["李四"]
