"""Encryption at rest: what was sealed opens at its own place and nowhere else, and no change goes unseen."""

from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fangpin import sealing
from fangpin.sealing import (
    Unsealable,
    blind,
    blind_many,
    open_sealed,
    seal,
    seal_many,
    seal_stream,
    unseal,
    unseal_many,
)
from tests.builders import an_id

PLACE = "households_person.id_sealed:1"


@settings(max_examples=200)
@given(st.text(min_size=1), st.text())
def test_opens_at_its_place(text, place):
    assert unseal(seal(text, place), place) == text


def test_many_keep_their_order():
    places = [f"t.c:{n}" for n in range(100)]
    texts = [an_id(serial=n) for n in range(100)]

    assert unseal_many(seal_many(texts, places), places) == texts


def test_an_empty_text_stays_empty():
    assert seal("", PLACE) == b""
    assert unseal(b"", PLACE) == ""


def test_the_same_text_is_sealed_differently_each_time():
    assert seal("450399199001011236", PLACE) != seal("450399199001011236", PLACE)


def test_plaintext_does_not_stand_in_the_ciphertext():
    assert b"450399199001011236" not in seal("450399199001011236", PLACE)


def test_moved_to_another_row_is_refused():
    with pytest.raises(Unsealable, match="换了位置"):
        unseal(seal("450399199001011236", PLACE), "households_person.id_sealed:2")


def test_every_flipped_byte_is_refused():
    blob = seal("450399199001011236", PLACE)
    for position in range(len(blob)):
        broken = bytearray(blob)
        broken[position] ^= 1
        with pytest.raises(Unsealable):
            unseal(bytes(broken), PLACE)


@pytest.mark.parametrize("length", [1, 2, 14, 30])
def test_cut_short_is_refused(length):
    with pytest.raises(Unsealable):
        unseal(seal("450399199001011236", PLACE)[:length], PLACE)


def test_a_key_that_the_ring_lacks_is_named():
    blob = bytearray(seal("x", PLACE))
    blob[1] = 77
    with pytest.raises(Unsealable, match="k77"):
        unseal(bytes(blob), PLACE)


def test_blind_index_is_equal_for_equal_texts_of_one_domain_only():
    assert blind("id", "450399199001011236") == blind("id", "450399199001011236")
    assert blind("id", "450399199001011236") != blind("phone", "450399199001011236")
    assert len(blind("id", "450399199001011236")) == 16


def test_blind_index_of_nothing_equals_nothing():
    assert blind_many("id", ["", "a"])[0] is None


@pytest.fixture
def small_frames(monkeypatch):
    monkeypatch.setattr(sealing, "FRAME", 10)


@pytest.mark.parametrize("size", [0, 1, 9, 10, 11, 20, 35])
def test_a_file_comes_back_whole(small_frames, tmp_path, size):
    content = bytes(range(size))
    seal_stream(BytesIO(content), tmp_path / "a.sealed", "extract:1")

    assert open_sealed(tmp_path / "a.sealed", "extract:1").read() == content
    assert [path.name for path in tmp_path.iterdir()] == ["a.sealed"]
    assert (tmp_path / "a.sealed").stat().st_mode & 0o077 == 0


def _frames_of(path):
    return [len(frame).to_bytes(4, "big") + frame for frame in sealing._frames(BytesIO(path.read_bytes()))]


@pytest.mark.parametrize(
    "tamper",
    [
        pytest.param(lambda frames: frames[:-1], id="last frame gone"),
        pytest.param(lambda frames: frames[1:], id="first frame gone"),
        pytest.param(lambda frames: [frames[1], frames[0], *frames[2:]], id="reordered"),
        pytest.param(lambda frames: [*frames, frames[-1]], id="frame added"),
        pytest.param(lambda frames: [*frames[:-1], frames[-1][:-1]], id="cut inside a frame"),
        pytest.param(lambda frames: [*frames, b"\0\0"], id="half a length added"),
        pytest.param(lambda frames: [], id="emptied"),
    ],
)
def test_a_tampered_file_is_refused(small_frames, tmp_path, tamper):
    path = tmp_path / "a.sealed"
    seal_stream(BytesIO(bytes(35)), path, "extract:1")
    path.write_bytes(b"".join(tamper(_frames_of(path))))

    with pytest.raises(Unsealable):
        open_sealed(path, "extract:1")


def test_a_file_of_another_extract_is_refused(tmp_path):
    seal_stream(BytesIO(b"content"), tmp_path / "a.sealed", "extract:1")
    with pytest.raises(Unsealable):
        open_sealed(tmp_path / "a.sealed", "extract:2")
