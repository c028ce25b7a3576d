"""照片 (verbs): pictures of a visit re-encoded without what the phone wrote into them, sealed on disk, few and small."""

import hashlib
import warnings
from io import BytesIO
from typing import BinaryIO

from django.db import transaction
from PIL import Image, ImageOps

from fangpin.audit.trail import record
from fangpin.sealing import open_sealed, seal_stream
from fangpin.transitions import NotAllowed
from screening.models import OfflineEntry, Photo, VerificationTask
from screening.rounds.offline import entry_to_edit
from screening.rounds.photo_files import path_of, place_of, unlink_on_commit
from screening.rounds.verification import draft_of

LONGEST = 1600  # px
QUALITY = 82
MOST = 9  # a result or an entry
BYTES = 15 * 2**20
PIXELS = 50_000_000  # beyond every phone's camera in use; more is a bomb
FORMATS = ("JPEG", "PNG", "WEBP")


def re_encoded(file: BinaryIO) -> tuple[bytes, tuple[int, int]]:
    """The picture as JPEG of at most LONGEST px, upright, with nothing but pixels; and its size. Raises NotAllowed with the sentence."""
    if file.seek(0, 2) > BYTES:
        raise NotAllowed(f"照片超过 {BYTES >> 20} MB，请在手机上选较小的尺寸再传")
    file.seek(0)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter(
                "ignore", Image.DecompressionBombWarning
            )  # PIXELS is asked below, before anything is decoded
            image = Image.open(file, formats=FORMATS)
            if image.width * image.height > PIXELS:
                raise NotAllowed(f"照片有 {image.width}×{image.height} 像素，太大了，请缩小后再传")
            image.draft("RGB", (LONGEST, LONGEST))
            image = ImageOps.exif_transpose(image).convert("RGB")
    except Image.DecompressionBombError:
        raise NotAllowed("照片的像素太多，请缩小后再传") from None
    except (OSError, ValueError, SyntaxError):
        raise NotAllowed("读不出这张照片：请传 JPG、PNG 或 WebP 格式的完整照片") from None
    image.thumbnail((LONGEST, LONGEST), Image.Resampling.LANCZOS)
    clean, out = Image.new("RGB", image.size), BytesIO()
    clean.paste(image)  # a new picture carries no EXIF, comment or colour profile
    clean.save(out, "JPEG", quality=QUALITY, optimize=True)
    return out.getvalue(), clean.size


def add_photo(of: VerificationTask | OfflineEntry, *, file: BinaryIO, by) -> Photo:
    """Keep a photo with the village's draft of a result, or with its entry. The same picture twice is once. Raises NotAllowed."""
    content, (width, height) = re_encoded(file)
    digest = hashlib.sha256(content).hexdigest()
    path = None
    try:
        with transaction.atomic():
            owner = _owner(of, by)
            here = Photo.objects.filter(**owner)
            there = here.filter(digest=digest).first()
            if there:
                return there
            if here.count() >= MOST:
                raise NotAllowed(f"一次核实最多 {MOST} 张照片，请先删去不需要的")
            photo = Photo(
                **owner,
                village_id=_village_of(of),
                digest=digest,
                size=len(content),
                width=width,
                height=height,
                added_by=by,
            )
            path = path_of(photo)
            seal_stream(BytesIO(content), path, place_of(photo))
            photo.save(force_insert=True)
            record(by, "photo.added", photo, **_told(of))
    except BaseException:
        if path:
            path.unlink(missing_ok=True)
        raise
    return photo


def remove_photo(photo: Photo, *, by) -> None:
    """Take a photo out of a draft or an entry; of a result that was reported nothing is taken away. Raises NotAllowed."""
    of = photo.entry or photo.result.task
    with transaction.atomic():
        owner = _owner(of, by)
        if photo.result_id and owner["result"].pk != photo.result_id:
            raise NotAllowed("已报送的照片不能删除")
        target = Photo(pk=photo.pk)
        unlink_on_commit([target])
        photo.delete()
        record(by, "photo.removed", target, **_told(of))


def _owner(of: VerificationTask | OfflineEntry, by) -> dict:
    """The column of Photo and its row, which ``by`` may change now; the turn is taken. Raises NotAllowed."""
    if isinstance(of, OfflineEntry):
        entry_to_edit(of, by=by)
        return {"entry": of}
    return {"result": draft_of(of, by=by)}


def _village_of(of) -> str:
    return of.offline_list.village_id if isinstance(of, OfflineEntry) else of.village_id


def _told(of) -> dict[str, str]:
    return {"entry" if isinstance(of, OfflineEntry) else "task": str(of.pk)}


def content_of(photo: Photo) -> BytesIO:
    """The JPEG. Raises Unsealable."""
    return open_sealed(path_of(photo), place_of(photo))
