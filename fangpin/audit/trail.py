"""Write, seal and verify the trail."""

import hmac
import json

from django.conf import settings
from django.db import connection, models, transaction

from fangpin.audit.labels import ACTIONS
from fangpin.audit.models import Entry, Seal
from fangpin.masking import scrub


def record(by, action: str, target: models.Model, **detail) -> Entry:
    """Write what was done, in the caller's transaction. ``detail`` holds counts, codes and reasons, never personal data.

    Reasons are typed by people: ID numbers and phones in them are masked.
    """
    if action not in ACTIONS:
        raise KeyError(f"audit action {action!r} has no label in audit.labels")
    detail = {name: scrub(value) if isinstance(value, str) else value for name, value in detail.items()}
    return Entry.objects.create(
        by=by, action=action, target_type=target._meta.label_lower, target_id=str(target.pk or ""), detail=detail
    )


@transaction.atomic
def seal_trail() -> int:
    """Seal the entries of all transactions that ended since the last seal; the number of entries sealed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('audit.seal'))")
    before = _ended()
    last = Seal.objects.last()
    start, digest = (last.before, bytes(last.digest)) if last else (0, b"")
    entries = list(_between(start, before))
    if not entries:
        return 0
    Seal.objects.create(before=before, entries=len(entries), digest=_digest(digest, entries))
    return len(entries)


def _ended() -> int:
    """The number below which every transaction has ended, so that nothing can appear behind the seal later."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
        return cursor.fetchone()[0]


def broken_seal(*, last: int | None = None) -> Seal | None:
    """The first seal that does not fit its entries (edited, deleted, added or reordered), or None when the trail is whole.

    ``last`` looks at that many of the newest seals only: cheap enough for a page.
    """
    seals = list(Seal.objects.reverse()[: last + 1] if last else Seal.objects.reverse())[::-1]
    start, digest = 0, b""
    if last and len(seals) > last:
        start, digest = seals[0].before, bytes(seals[0].digest)
        del seals[0]
    for seal in seals:
        entries = list(_between(start, seal.before))
        digest = _digest(digest, entries)
        if len(entries) != seal.entries or not hmac.compare_digest(digest, bytes(seal.digest)):
            return seal
        start = seal.before
    return None


def _between(start: int, before: int):
    return Entry.objects.filter(transaction__gte=start, transaction__lt=before).order_by("transaction", "id")


def _digest(previous: bytes, entries) -> bytes:
    seal = hmac.new(settings.KEYRING.index_key("audit"), previous, "sha256")
    for entry in entries:
        line = [
            entry.id,
            entry.at.isoformat(),
            entry.by_id,
            entry.action,
            entry.target_type,
            entry.target_id,
            entry.detail,
        ]
        seal.update(json.dumps(line, ensure_ascii=False, sort_keys=True).encode() + b"\n")
    return seal.digest()
