"""部门数据进来: upload, check, confirm, withdraw (verbs). Files are kept sealed; nothing of a file reaches the register.

``by`` is None for the operator at the console (management commands), whose acts are audited without a person.
"""

import hashlib
import shutil
from datetime import date
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from fangpin.accounts.models import Department
from fangpin.accounts.scope import departments_of, holds
from fangpin.audit.trail import record
from fangpin.divisions.models import Division
from fangpin.divisions.rights import Right
from fangpin.masking import mask_filename, scrub
from fangpin.periods import month_label, this_month
from fangpin.runs.lease import Work
from fangpin.runs.models import Run
from fangpin.runs.queue import enqueue
from fangpin.sealing import seal_stream
from fangpin.sheets import Limits, Unreadable
from fangpin.sheets.prescan import prescan
from fangpin.transitions import NotAllowed, move
from screening.choices import ExtractState
from screening.extracts.checking import wan_columns
from screening.extracts.formats import FORMATS
from screening.extracts.layout import DEPARTMENTS, ListFormat
from screening.models import ClosedMonth, DepartmentMonth, Extract
from screening.models.extract import LIVE
from screening.rules.raising import withdraw_clues_of

CHECK = "extract.check"
ENDABLE = (*LIVE, ExtractState.REFUSED)
# Refusals that go away when somebody says what the headings mean: the file is kept for that.
MAPPABLE = frozenset({"no_header", "missing_columns"})
_SPARE_BYTES = 1 << 30


def upload_extract(*, county: Division, list_code: str, period: date, file: BinaryIO, filename: str, by) -> Extract:
    """Take a file of one list for one month and queue its check. Raises NotAllowed with the sentence for the clerk.

    A file of the same list and month that waits for confirmation, or was refused, is withdrawn: the new one takes its place.
    """
    fmt = format_of(list_code)
    require_sender(by, county, fmt)
    _month_open(period)
    try:
        prescan(file, filename, Limits())
    except Unreadable as refusal:
        raise NotAllowed(refusal.message) from refusal
    digest, size = digest_of(file)
    _room_for(size)
    extract = Extract(
        county=county,
        department=Department.objects.get(code=fmt.department),
        list_code=list_code,
        period=period,
        filename=mask_filename(filename),
        digest=digest,
        bytes=size,
        uploaded_by=by,
    )
    file.seek(0)
    seal_stream(file, sealed_path(extract), extract.place)
    try:
        with transaction.atomic():
            _take_turn(county)
            _not_yet_here(extract)
            _make_way(extract, by)
            extract.save(force_insert=True)
            record(by, "extract.uploaded", extract, list=list_code, period=period.isoformat(), bytes=size)
            check_run(extract)
    except BaseException:
        sealed_path(extract).unlink(missing_ok=True)
        raise
    return extract


def format_of(list_code: str) -> ListFormat:
    """Raises NotAllowed for a code nobody knows."""
    try:
        return FORMATS[list_code]
    except KeyError:
        raise NotAllowed(f"没有名单“{list_code}”：请从名单清单中选择，例如 {'、'.join(list(FORMATS)[:3])}") from None


def sealed_path(extract: Extract) -> Path:
    return settings.UPLOAD_DIR / "extracts" / f"{extract.pk}.sealed"


def check_run(extract: Extract) -> Run:
    """The run that checks this file, made if there is none alive."""
    return enqueue(kind=CHECK, key=str(extract.pk), task="screening.check_extract", by=extract.uploaded_by)


def check_of(extract: Extract) -> Run | None:
    """The newest run that checked or checks this file."""
    return Run.objects.about(CHECK, str(extract.pk)).first()


def check_broke_off(extract: Extract) -> bool:
    """The check ended without a result (a run that failed): the file can only be withdrawn or sent again."""
    return extract.state == ExtractState.UPLOADED and not Run.objects.about(CHECK, str(extract.pk)).alive().exists()


def former_of(extract: Extract) -> Extract | None:
    """The file that counts now for the same list and month."""
    return Extract.objects.confirmed().filter(**_same_list(extract)).exclude(pk=extract.pk).first()


@transaction.atomic
def confirm_extract(extract: Extract, *, by, replace: bool = False, answers: dict[str, str] | None = None) -> None:
    """入库: the acceptable rows take part in the month's run. Refused while questions about the file are open.

    ``replace``: the file that was confirmed before for the same list and month makes way. ``answers``: question code -> choice.
    Raises Stale when somebody else confirmed or withdrew the file meanwhile.
    """
    fmt = format_of(extract.list_code)
    require_sender(by, extract.county, fmt)
    _take_turn(extract.county)
    _month_open(extract.period)
    if extract.state == ExtractState.CONFIRMED:
        raise NotAllowed("这个文件已经入库，不必重复确认")
    if extract.state != ExtractState.CHECKED:
        raise NotAllowed(f"文件现在是“{extract.get_state_display()}”，不能入库")
    if extract.rows_total and not extract.rows_acceptable:  # a list without any row is a report of none (零报告)
        raise NotAllowed("没有一行可以入库：请下载标注表格，更正后重新上传")
    questions = _answered(extract.questions, answers or {})
    if asks_for_another_reading(extract, answers or {}):
        raise NotAllowed("金额的单位改了，要重新校验后才能入库")
    former = former_of(extract)
    if former and not replace:
        raise NotAllowed(
            f"{month_label(extract.period)}的{fmt.name}已有入库文件《{former.filename}》"
            f"（{former.rows_acceptable:,} 行）。要用新文件代替，请选择“替换原文件”"
        )
    now = timezone.now()
    if former:
        move(
            former,
            "state",
            ExtractState.CONFIRMED,
            ExtractState.REPLACED,
            ended_by=by,
            ended_at=now,
            replaced_by=extract,
        )
        record(by, "extract.replaced", former, by_extract=str(extract.pk))
    move(
        extract, "state", ExtractState.CHECKED, ExtractState.CONFIRMED,
        confirmed_by=by, confirmed_at=now, questions=questions,
    )  # fmt: skip
    DepartmentMonth.objects.get_or_create(county=extract.county, department=extract.department, period=extract.period)
    record(by, "extract.confirmed", extract, rows=extract.rows_acceptable, refused=extract.rows_refused)


def _answered(questions: list[dict], answers: dict[str, str]) -> list[dict]:
    """The questions with their answers. Raises NotAllowed for one that is open or whose answer says that the file is wrong."""
    answered = []
    for question in questions:
        answer = answers.get(question["code"], question.get("answer", ""))
        if answer not in [choice for choice, _ in question["choices"]]:
            raise NotAllowed(f"请先答复：{question['message']}")
        answered.append({**question, "answer": answer})
    return answered


def asks_for_another_reading(extract: Extract, answers: dict[str, str]) -> bool:
    """Whether the answers want amounts read as 万元 that were not, or the other way round."""
    given = [{**question, "answer": answers.get(question["code"], "")} for question in extract.questions]
    return wan_columns(extract.questions) != wan_columns(given) if answers else False


@transaction.atomic
def check_again(extract: Extract, *, by, answers: dict[str, str] | None = None) -> None:
    """重新校验: with headings that were mapped meanwhile, or amounts in 万元 as ``answers`` (question code -> choice) say.

    Raises NotAllowed, Stale.
    """
    require_sender(by, extract.county, format_of(extract.list_code))
    _take_turn(extract.county)
    _month_open(extract.period)
    if extract.state not in (ExtractState.CHECKED, ExtractState.REFUSED):
        raise NotAllowed(f"文件现在是“{extract.get_state_display()}”，不能重新校验")
    told = [{**question, **_answer(question, answers)} for question in extract.questions]
    move(
        extract, "state", extract.state, ExtractState.UPLOADED, refusal_code="", refusal="", sheets=[],
        questions=[question for question in told if question.get("answer")], rows_ok=0, rows_warned=0, rows_refused=0,
    )  # fmt: skip
    record(by, "extract.checked_again", extract)
    check_run(extract)


def _answer(question, answers) -> dict:
    return {"answer": answers[question["code"]]} if answers and question["code"] in answers else {}


@transaction.atomic
def withdraw_extract(extract: Extract, *, by, reason: str) -> None:
    """作废: the file and the clues it alone supports count no more. The rows stay for the record."""
    require_sender(by, extract.county, format_of(extract.list_code))
    if not reason.strip():
        raise NotAllowed("请写明作废原因")
    if extract.state not in ENDABLE:
        raise NotAllowed(f"文件现在是“{extract.get_state_display()}”，不必作废")
    if extract.state == ExtractState.CONFIRMED:
        _month_open(extract.period)
    _end(extract, by, reason.strip(), source=extract.state)


def _end(extract, by, reason, *, source):
    reason = scrub(reason)[:200]
    move(extract, "state", source, ExtractState.WITHDRAWN, ended_by=by, ended_at=timezone.now(), ended_why=reason)
    withdraw_clues_of(extract)
    record(by, "extract.withdrawn", extract, reason=reason)
    if source == ExtractState.REFUSED:  # it was kept for its headings to be mapped
        transaction.on_commit(lambda: sealed_path(extract).unlink(missing_ok=True))


def _make_way(extract, by):
    waiting = Extract.objects.filter(**_same_list(extract), state__in=ENDABLE).exclude(state=ExtractState.CONFIRMED)
    for former in waiting.select_for_update():
        _end(former, by, "被重新上传的文件代替", source=former.state)


def _same_list(extract) -> dict:
    return {"county": extract.county, "list_code": extract.list_code, "period": extract.period}


def _take_turn(county: Division) -> None:
    """Uploads and confirmations of a county one after the other, until the transaction ends: so each sees what the last one did."""
    Division.objects.select_for_update(no_key=True).get(pk=county.pk)


def may_send(by, county: Division, fmt: ListFormat) -> bool:
    """May ``by`` send, confirm and withdraw files of this list: the department's own clerk, and the county office for all."""
    if by is None or holds(by, Right.RUN_MONTH, county.code):
        return True
    return holds(by, Right.UPLOAD_EXTRACT, county.code) and fmt.department in departments_of(by)


def require_sender(by, county, fmt):
    if not may_send(by, county, fmt):
        raise NotAllowed(f"{fmt.name}由{DEPARTMENTS[fmt.department]}报送，您没有这个部门的数据员岗位")


def _month_open(period):
    if period > this_month():
        raise NotAllowed(f"{month_label(period)}还没有到，请检查月份")
    if ClosedMonth.objects.filter(month=period).exists():
        raise NotAllowed(f"{month_label(period)}已封账，不再接收和改动；确需更正请联系{settings.OFFICE_NAME}启封")


def _not_yet_here(extract):
    same = Extract.objects.live().filter(**_same_list(extract), digest=extract.digest).first()
    if same and not check_broke_off(same):
        when = timezone.localtime(same.uploaded_at)
        who = f"由{same.uploaded_by}" if same.uploaded_by else ""
        raise NotAllowed(f"同一个文件已于 {when:%Y-%m-%d %H:%M} {who}上传（{same.get_state_display()}），不必重复上传")


def digest_of(file: BinaryIO) -> tuple[str, int]:
    """SHA-256 (hex) and size of a file."""
    file.seek(0)
    digest = hashlib.file_digest(file, "sha256").hexdigest()
    return digest, file.seek(0, 2)  # file_digest leaves a file in memory at its start


def _room_for(size):
    settings.UPLOAD_DIR.mkdir(parents=True, exist_ok=True, mode=0o700)
    if shutil.disk_usage(settings.UPLOAD_DIR).free < 3 * size + _SPARE_BYTES:
        raise NotAllowed("服务器磁盘空间不足，文件没有保存。请联系系统管理员清理后再上传")


def refuse(extract: Extract, *, code: str, sentence: str, work: Work) -> None:
    """The check could not use the file at all: its sentence stays on the page, the file goes unless its headings can be mapped."""
    with transaction.atomic():
        work.fence()
        move(extract, "state", ExtractState.UPLOADED, ExtractState.REFUSED, refusal_code=code, refusal=scrub(sentence))
    if code not in MAPPABLE:
        sealed_path(extract).unlink(missing_ok=True)
