"""The identity of what went into a comparison: a count and a digest of each input, the same wherever and in whichever order it was read. Pure."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass


def identity_of(lines: Iterable) -> dict[str, int | str]:
    """{"count", "digest"} of lines that are data classes of ``sides`` or ``comparison``."""
    texts = sorted(map(_text, lines))
    digest = hashlib.sha256()
    for text in texts:
        digest.update(text.encode() + b"\n")
    return {"count": len(texts), "digest": digest.hexdigest()}


def _text(value: object) -> str:
    """Sets and mappings in one order: their own differs from process to process."""
    if is_dataclass(value):
        return "\x1f".join(_text(getattr(value, field.name)) for field in fields(value))
    if isinstance(value, Mapping):
        return "{" + ",".join(sorted(f"{_text(key)}:{_text(one)}" for key, one in value.items())) + "}"
    if isinstance(value, set | frozenset):
        return "{" + ",".join(sorted(map(_text, value))) + "}"
    if isinstance(value, tuple | list):
        return "(" + ",".join(map(_text, value)) + ")"
    return str(value)
