"""Encryption at rest: AES-256-GCM ciphertexts bound to their place, and blind indexes for exact search (security.md 3).

A ciphertext is ``suite byte, key number byte, nonce (12), ciphertext and tag``. ``place`` ("households_person.id:<uuid>") goes in as
associated data, so that a ciphertext copied to another row or column does not open. A blind index is the first 16 bytes of
HMAC-SHA256(domain key, text).
"""

import hmac
import json
import os
import struct
from collections.abc import Iterable, Sequence
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

SUITE_AES256_GCM = 1
FRAME = 1 << 20


class Unsealable(Exception):
    """The ciphertext was altered, moved to another place, or belongs to another key ring. Never shown as an empty value."""


def _cipher(number: int) -> AESGCM:
    try:
        return AESGCM(settings.KEYRING.field_keys[number])
    except KeyError:
        raise Unsealable(f"密钥 k{number} 不在密钥文件中") from None


def seal_bytes_many(values: Iterable[bytes], places: Iterable[str]) -> list[bytes]:
    """Ciphertexts of ``values``, each bound to its place; an empty value stays empty."""
    number = settings.KEYRING.active_number
    cipher, head = _cipher(number), bytes((SUITE_AES256_GCM, number))
    sealed = []
    for value, place in zip(values, places, strict=True):
        nonce = os.urandom(12)
        sealed.append(head + nonce + cipher.encrypt(nonce, value, place.encode()) if value else b"")
    return sealed


def seal_many(texts: Iterable[str], places: Iterable[str]) -> list[bytes]:
    return seal_bytes_many((text.encode() for text in texts), places)


def seal(text: str, place: str) -> bytes:
    return seal_many([text], [place])[0]


def unseal_bytes(blob: bytes | memoryview, place: str) -> bytes:
    """The value sealed at ``place``. Raises Unsealable."""
    return _unsealed(blob, place, {})


def _unsealed(blob: bytes | memoryview, place: str, ciphers: dict[int, AESGCM]) -> bytes:
    blob = bytes(blob)
    if not blob:
        return b""
    if len(blob) < 31 or blob[0] != SUITE_AES256_GCM:
        raise Unsealable("密文格式不对")
    number = blob[1]
    if number not in ciphers:
        ciphers[number] = _cipher(number)
    try:
        return ciphers[number].decrypt(blob[2:14], blob[14:], place.encode())
    except InvalidTag:
        raise Unsealable("密文被改动、换了位置或密钥不符") from None


def unseal(blob: bytes | memoryview, place: str) -> str:
    return unseal_bytes(blob, place).decode()


def unseal_many(blobs: Iterable[bytes | memoryview], places: Iterable[str]) -> list[str]:
    ciphers: dict[int, AESGCM] = {}
    return [_unsealed(blob, place, ciphers).decode() for blob, place in zip(blobs, places, strict=True)]


def blind_many(domain: str, texts: Iterable[str]) -> list[bytes | None]:
    """16-byte blind indexes; None for an empty text, so that nothing equals nothing."""
    key = settings.KEYRING.index_key(domain)
    return [hmac.digest(key, text.encode(), "sha256")[:16] if text else None for text in texts]


def blind(domain: str, text: str) -> bytes | None:
    return blind_many(domain, [text])[0]


def seal_stream(source: BinaryIO, target: Path, place: str) -> None:
    """Write an uploaded file as sealed frames of 1 MiB; a frame knows its number and whether it is the last."""
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    staged = target.with_suffix(".part")
    with open(os.open(staged, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
        frame, number = source.read(FRAME), 0
        while True:
            following = source.read(FRAME)
            sealed = seal_bytes_many([frame + b"\0"], [_frame_place(place, number, last=not following)])[0]
            out.write(struct.pack(">I", len(sealed)) + sealed)
            if not following:
                break
            frame, number = following, number + 1
        out.flush()
        os.fsync(out.fileno())
    staged.replace(target)


def open_sealed(path: Path, place: str) -> BytesIO:
    """The file that ``seal_stream`` wrote. Raises Unsealable when a frame is altered, missing or out of order."""
    plain, number = BytesIO(), 0
    with open(path, "rb") as file:
        frames = list(_frames(file))
    if not frames:
        raise Unsealable("文件不完整")
    for number, sealed in enumerate(frames):
        plain.write(unseal_bytes(sealed, _frame_place(place, number, last=number == len(frames) - 1))[:-1])
    plain.seek(0)
    return plain


def _frames(file: BinaryIO) -> Iterable[bytes]:
    while head := file.read(4):
        size = int.from_bytes(head, "big")
        frame = file.read(size)
        if len(head) != 4 or len(frame) != size:
            raise Unsealable("文件不完整")
        yield frame


def _frame_place(place: str, number: int, *, last: bool) -> str:
    return f"{place}:{number}:{'end' if last else 'more'}"


class SealedText:
    """Descriptor: the plaintext of a binary column. Setting it seals the value for this row (the pk must exist, as uuid pks do).

    ``number = SealedText("number_sealed", index={"number_index": "id"})`` keeps the blind indexes in step.
    """

    def __init__(self, column: str, *, index: dict[str, str] | None = None):
        self.column, self.index = column, index or {}

    def place(self, row) -> str:
        return place_of(type(row), self.column, row.pk)

    def __get__(self, row, owner=None):
        if row is None:
            return self
        return unseal(getattr(row, self.column), self.place(row))

    def __set__(self, row, text: str):
        setattr(row, self.column, seal(text, self.place(row)))
        for column, domain in self.index.items():
            setattr(row, column, blind(domain, text[-6:] if domain == "id_tail" else text))


class SealedDict(SealedText):
    """The same for a dict of JSON values; an empty column is an empty dict."""

    def __get__(self, row, owner=None):
        text = super().__get__(row, owner)
        return self if row is None else json.loads(text or "{}")

    def __set__(self, row, value: dict):
        super().__set__(row, json.dumps(value, ensure_ascii=False))


def place_of(model, column: str, pk) -> str:
    """The place a ciphertext is bound to: table, column and row."""
    return f"{model._meta.db_table}.{column}:{pk}"


def places_of(model, column: str, pks: Sequence) -> list[str]:
    prefix = f"{model._meta.db_table}.{column}:"
    return [f"{prefix}{pk}" for pk in pks]
