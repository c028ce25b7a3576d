"""线下排查表进来 (verbs): one upload a person and township lies sealed until its good rows are entered, it is replaced, or the round ends."""

from datetime import date
from io import BytesIO
from typing import BinaryIO

from django.db import transaction

from fangpin.accounts.scope import holds
from fangpin.audit.trail import record
from fangpin.divisions.models import Division
from fangpin.divisions.rights import Right
from fangpin.sheets import annotate
from fangpin.transitions import NotAllowed
from screening.models import Round
from screening.rounds.offline import enter
from screening.rounds.sheet import CheckedSheet, check_sheet
from screening.rounds.turn import today
from screening.rounds.waiting import Waiting


def why_not_bring(user, of: Round, town: Division) -> str:
    """Why ``user`` may not send the sheet of this township; empty when he may."""
    if not holds(user, Right.REPORT_OFFLINE, town.pk):
        return "您没有填报本乡镇线下排查的岗位"
    return "" if of.is_open else f"{of}已结束，不能再导入"


def put_sheet(of: Round, town: Division, *, file: BinaryIO, filename: str, by) -> None:
    """Take an upload in the place of the last one. Raises NotAllowed with the sentence for the clerk."""
    _require(by, of, town)
    _waiting(of, town, by).put(file, filename)
    record(by, "offline.uploaded", of, division=town.pk)


def sheet_of(of: Round, town: Division, *, by) -> tuple[BytesIO, str] | None:
    """The upload that waits, with a name of its kind; None when there is none."""
    waiting = _waiting(of, town, by).get()
    return (waiting[0], f"{town.name}{waiting[1]}") if waiting else None


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
    _waiting(of, town, by).drop()


def _require(by, of, town):
    of.refresh_from_db(fields=["closed_at"])
    if why := why_not_bring(by, of, town):
        raise NotAllowed(why)


def _waiting(of, town, by) -> Waiting:
    return Waiting("offline", of.pk, town.pk, by.pk)
