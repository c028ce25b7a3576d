"""Where a photo lies on disk, sealed, and what it is sealed to."""

from pathlib import Path

from django.conf import settings
from django.db import transaction

from screening.models import Photo


def path_of(photo: Photo) -> Path:
    return settings.UPLOAD_DIR / "photos" / f"{photo.pk}.sealed"


def place_of(photo: Photo) -> str:
    return f"photo:{photo.pk}"


def unlink_on_commit(photos) -> None:
    """The files of ``photos`` go with their rows, once these are really gone."""
    paths = [path_of(photo) for photo in photos]
    transaction.on_commit(lambda: [path.unlink(missing_ok=True) for path in paths])
