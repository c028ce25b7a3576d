"""线下排查表进来 (verbs): one upload a person and township lies sealed until its good rows are entered, it is replaced, or the round ends."""

from datetime import date
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.db import transaction

from fangpin.accounts.scope import holds
from fangpin.audit.trail import record
from fangpin.divisions.models import Division
from fangpin.divisions.rights import Right
from fangpin.sealing import open_sealed, seal_stream
from fangpin.sheets import Limits, Unreadable, annotate
from fangpin.sheets.prescan import prescan
from fangpin.transitions import NotAllowed
from screening.models import Round
from screening.rounds.offline import enter
from screening.rounds.sheet import CheckedSheet, check_sheet
from screening.rounds.turn import today

SUFFIXES = (".xlsx", ".xls", ".csv")
LIMITS = Limits(rows=20_000, workbook_bytes=20 << 20)


def why_not_bring(user, of: Round, town: Division) -> str:
    """Why ``user`` may not send the sheet of this township; empty when he may."""
    if not holds(user, Right.REPORT_OFFLINE, town.pk):
        return "您没有填报本乡镇线下排查的岗位"
    return "" if of.is_open else f"{of}已结束，不能再导入"


def put_sheet(of: Round, town: Division, *, file: BinaryIO, filename: str, by) -> None:
    """Take an upload in the place of the last one. Raises NotAllowed with the sentence for the clerk."""
    _require(by, of, town)
    try:
        prescan(file, filename, LIMITS)
    except Unreadable as refusal:
        raise NotAllowed(refusal.message) from refusal
    suffix = Path(filename).suffix.lower()
    if suffix not in SUFFIXES:
        raise NotAllowed("请上传 .xlsx、.xls 或 .csv 表格")
    drop_sheet(of, town, by=by)
    file.seek(0)
    seal_stream(file, _path(of, town, by, suffix), _place(of, town, by))
    record(by, "offline.uploaded", of, division=town.pk)


def sheet_of(of: Round, town: Division, *, by) -> tuple[BytesIO, str] | None:
    """The upload that waits, with a name of its kind; None when there is none."""
    for suffix in SUFFIXES:
        path = _path(of, town, by, suffix)
        if path.exists():
            return open_sealed(path, _place(of, town, by)), f"{town.name}{suffix}"
    return None


def checked(of: Round, town: Division, *, by, on: date | None = None) -> CheckedSheet | None:
    """What the upload that waits says now. Raises NotAllowed when it cannot be read."""
    waiting = sheet_of(of, town, by=by)
    return check_sheet(of, town, *waiting, on=today(on)) if waiting else None


def bring_in(of: Round, town: Division, *, by, on: date | None = None) -> CheckedSheet:
    """Enter the rows that may be entered; the others stay as they are told. All or none of the good ones. Raises NotAllowed."""
    _require(by, of, town)
    found = checked(of, town, by=by, on=on)
    if found is None:
        raise NotAllowed("没有等待导入的排查表，请重新上传")
    if not found.good:
        raise NotAllowed("没有可以导入的行，请下载标注表更正后再上传")
    with transaction.atomic():
        for row in found.good:
            try:
                enter(row.offline_list, household=row.household, answers=row.answers, by=by, day=on)
            except NotAllowed as refusal:
                raise NotAllowed(f"第 {row.row} 行：{refusal}。没有导入任何一行，请重新核对") from refusal
        record(by, "offline.imported", of, division=town.pk, rows=len(found.good), refused=found.refused)
    if not found.problems:
        drop_sheet(of, town, by=by)
    return found


def marked_workbook(of: Round, town: Division, out: BinaryIO, *, by) -> None:
    """The upload with every problem marked and explained: it holds what the clerk himself sent. Raises NotAllowed."""
    waiting = sheet_of(of, town, by=by)
    if waiting is None:
        raise NotAllowed("没有等待导入的排查表")
    found = check_sheet(of, town, *waiting, on=today(None))
    waiting[0].seek(0)
    annotate(*waiting, found.notes, out, header_rows=found.headers)
    record(by, "offline.downloaded", of, division=town.pk)


def drop_sheet(of: Round, town: Division, *, by) -> None:
    for suffix in SUFFIXES:
        _path(of, town, by, suffix).unlink(missing_ok=True)


def drop_all(of: Round) -> None:
    """No upload of a round that ended is kept."""
    for path in _folder().glob(f"{of.pk}-*"):
        path.unlink(missing_ok=True)


def _require(by, of, town):
    of.refresh_from_db(fields=["closed_at"])
    if why := why_not_bring(by, of, town):
        raise NotAllowed(why)


def _folder() -> Path:
    return settings.UPLOAD_DIR / "offline"


def _path(of, town, by, suffix) -> Path:
    return _folder() / f"{of.pk}-{town.pk}-{by.pk}{suffix}.sealed"


def _place(of, town, by) -> str:
    return f"offline-sheet:{of.pk}:{town.pk}:{by.pk}"
