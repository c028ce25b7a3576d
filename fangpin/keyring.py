"""Key ring file: the keys of everything that is encrypted, apart from the database (security.md 3.3).

A JSON file readable by its owner only: ``{"active": "k1", "keys": {"k1": base64 of 32 bytes}, "index": base64, "secret": text}``.
Made at first run; whoever has a backup of the database without this file has nothing. HKDF-SHA256 derives one key per purpose.
"""

import base64
import json
import os
import secrets
import sys
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.core.exceptions import ImproperlyConfigured


def derive(secret: bytes, purpose: str) -> bytes:
    """32 bytes for one purpose from one master key."""
    return HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=purpose.encode()).derive(secret)


@dataclass(frozen=True)
class Keyring:
    active: str
    keys: dict[str, bytes]
    index: bytes
    django_secret: str

    @cached_property
    def field_keys(self) -> dict[int, bytes]:
        """Number of the key as it stands in the second byte of a ciphertext -> AES key."""
        return {int(name[1:]): derive(key, "field") for name, key in self.keys.items()}

    @cached_property
    def active_number(self) -> int:
        return int(self.active[1:])

    @lru_cache(maxsize=16)  # noqa: B019 - one key ring lives as long as the process
    def index_key(self, domain: str) -> bytes:
        """HMAC key of one blind index (``id``, ``id_tail``, ``phone``, ``audit`` …)."""
        return derive(self.index, f"index:{domain}")

    def __hash__(self):
        return hash(self.index)


def load_keyring(path: Path) -> Keyring:
    """Read the key ring, making it at first run. Raises ImproperlyConfigured when others may read it or it is broken."""
    if not path.exists():
        _make(path)
    if path.stat().st_mode & 0o077:
        raise ImproperlyConfigured(f"密钥文件 {path} 不能让其他用户读取：请执行 chmod 600 {path}")
    try:
        data = json.loads(path.read_text())
        keys = {name: base64.b64decode(value) for name, value in data["keys"].items()}
        ring = Keyring(data["active"], keys, base64.b64decode(data["index"]), data["secret"])
        usable = ring.active in keys and all(len(key) == 32 for key in (*keys.values(), ring.index))
    except (ValueError, KeyError, TypeError) as error:
        raise ImproperlyConfigured(f"密钥文件 {path} 已损坏，请从备份恢复，不要重新生成") from error
    if not usable:
        raise ImproperlyConfigured(f"密钥文件 {path} 缺少可用的密钥，请从备份恢复")
    return ring


def _make(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    new = lambda: base64.b64encode(secrets.token_bytes(32)).decode()  # noqa: E731
    data = {"active": "k1", "keys": {"k1": new()}, "index": new(), "secret": secrets.token_urlsafe(50)}
    staged = path.with_suffix(f".{os.getpid()}")
    with open(os.open(staged, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(data, file, indent=1)
    try:
        os.link(staged, path)  # the first of two processes that start together wins, the other reads its file
        print(f"已生成密钥文件 {path}：请与数据库分开备份，丢失后无法恢复加密内容。", file=sys.stderr)
    except FileExistsError:
        pass
    finally:
        staged.unlink()
