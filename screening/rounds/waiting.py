"""An upload that lies sealed until its rows are taken over, another takes its place, or what it is for ends."""

from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

from fangpin.sealing import open_sealed, seal_stream
from fangpin.sheets import Limits, Unreadable
from fangpin.sheets.prescan import prescan
from fangpin.transitions import NotAllowed

SUFFIXES = (".xlsx", ".xls", ".csv")
FOLDERS = ("offline", "packs")
LIMITS = Limits(rows=20_000, workbook_bytes=20 << 20)


@dataclass(frozen=True)
class Waiting:
    """The one upload of a person for a place: ``folder`` (one of FOLDERS) says for what, ``round`` is 0 without one, ``place`` a division's code."""

    folder: str
    round: int
    place: str
    person: int

    def put(self, file: BinaryIO, filename: str) -> None:
        """Take an upload in the place of the last one. Raises NotAllowed with the sentence for the clerk."""
        try:
            prescan(file, filename, LIMITS)
        except Unreadable as refusal:
            raise NotAllowed(refusal.message) from refusal
        suffix = Path(filename).suffix.lower()
        if suffix not in SUFFIXES:
            raise NotAllowed("请上传 .xlsx、.xls 或 .csv 表格")
        self.drop()
        file.seek(0)
        seal_stream(file, self._path(suffix), self._seal)

    def get(self) -> tuple[BytesIO, str] | None:
        """The upload with its suffix; None when there is none."""
        for suffix in SUFFIXES:
            if (path := self._path(suffix)).exists():
                return open_sealed(path, self._seal), suffix
        return None

    def drop(self) -> None:
        for suffix in SUFFIXES:
            self._path(suffix).unlink(missing_ok=True)

    @property
    def _seal(self) -> str:
        return f"{self.folder}-sheet:{self.round}:{self.place}:{self.person}"

    def _path(self, suffix) -> Path:
        return settings.UPLOAD_DIR / self.folder / f"{self.round}-{self.place}-{self.person}{suffix}.sealed"


def drop_all(round: int) -> None:
    """No upload of a round that ended is kept."""
    for folder in FOLDERS:
        for path in (settings.UPLOAD_DIR / folder).glob(f"{round}-*.sealed"):
            path.unlink(missing_ok=True)
