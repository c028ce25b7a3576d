"""名册进来: upload, check, confirm, apply, withdraw, undo (verbs). The file is kept sealed and removed when it is applied or withdrawn.

The check writes down the difference twice: masked, for people to look at (Difference), and sealed, to be applied as it was shown.

``by`` is None for the operator at the console (management commands), whose acts are audited without a person.
"""

import hashlib
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from fangpin.accounts.postings import require
from fangpin.audit.trail import record
from fangpin.divisions.models import Division
from fangpin.divisions.rights import Right
from fangpin.masking import mask_filename, scrub
from fangpin.runs.lease import Work
from fangpin.runs.models import Run
from fangpin.runs.queue import enqueue
from fangpin.sealing import open_sealed, seal_stream
from fangpin.sheets import Unreadable
from fangpin.sheets.prescan import prescan
from fangpin.transitions import NotAllowed, Stale, move
from households.frames import register_state
from households.importing import keeping
from households.importing.applying import difference, take_turn, write
from households.importing.differing import write_differences
from households.importing.planning import Plan
from households.importing.reading import LIMITS, NotARegister, Reading, read_register
from households.importing.undoing import blockers, take_back
from households.income_takeover import give_back_incomes, take_over_incomes
from households.models import ImportState, RegisterImport
from households.quality import checking

CHECK, APPLY, UNDO = "register.check", "register.apply", "register.undo"
CHANGED_MEANWHILE = "核对之后名册有了变动，核对结果已不准确。请重新核对，看过新的差异再入库"
WAITING = (ImportState.UPLOADED, ImportState.CHECKED)
_COMPARED = ("new", "changed", "same", "gone", "refused", "households_new", "households_changed")


def upload_register(*, county: Division, file: BinaryIO, filename: str, by) -> RegisterImport:
    """Take a register file and queue its check. Raises NotAllowed with the sentence for the clerk."""
    _may_import(by, county)
    try:
        prescan(file, filename, LIMITS)
    except Unreadable as refusal:
        raise NotAllowed(refusal.message) from refusal
    digest = digest_of(file)
    register_import = RegisterImport(county=county, filename=mask_filename(filename), digest=digest, uploaded_by=by)
    file.seek(0)
    seal_stream(file, sealed_path(register_import), _place(register_import))
    try:
        with transaction.atomic():
            register_import.save(force_insert=True)
            record(by, "register.upload", register_import, digest=digest[:12])
            check_run(register_import)
    except IntegrityError as twice:
        sealed_path(register_import).unlink(missing_ok=True)
        raise NotAllowed("这个文件已经上传，正在等待核对或入库，不必重复上传") from twice
    except BaseException:
        sealed_path(register_import).unlink(missing_ok=True)
        raise
    return register_import


def digest_of(file: BinaryIO) -> str:
    """SHA-256 (hex) of a file, which is read from its start."""
    file.seek(0)
    return hashlib.file_digest(file, "sha256").hexdigest()


def check_run(register_import: RegisterImport) -> Run:
    """The run that checks this file, made if there is none alive."""
    return enqueue(
        kind=CHECK, key=str(register_import.pk), task="households.check_register", by=register_import.uploaded_by
    )


def check_register(register_import: RegisterImport, *, work: Work | None = None) -> None:
    """Read the file and compare it with the register; nothing is written but the result. A file that cannot be read is refused."""
    if register_import.state != ImportState.UPLOADED:
        return
    try:
        reading = _read(register_import, work)
        _say(work, "与名册比对")
        state = _state(register_import)
        plan = difference(reading, register_import.county_id)
    except (Unreadable, NotARegister) as refusal:
        with transaction.atomic():
            _fence(work)
            move(register_import, "state", ImportState.UPLOADED, ImportState.REFUSED, refusal=str(refusal))
            transaction.on_commit(lambda: remove_file(register_import))
        return
    counts = counts_of(reading, plan)
    problems = reading.problems.kept()
    del reading
    _say(work, "写下差异")
    keeping.keep(keeping.writes_of(plan, state), plan_path(register_import), _place(register_import))
    with transaction.atomic():
        _fence(work)
        write_differences(register_import, plan)
        move(register_import, "state", ImportState.UPLOADED, ImportState.CHECKED, counts=counts, problems=problems)
    _tell(work, counts)


@transaction.atomic
def recheck_register(register_import: RegisterImport, *, by) -> Run:
    """重新核对: compare the same file again, because the register changed."""
    _may_import(by, register_import.county)
    _not_at_work(register_import, APPLY, "这份名册正在入库，不能重新核对")
    if register_import.state != ImportState.CHECKED:
        raise NotAllowed(f"文件现在是“{register_import.get_state_display()}”，不能重新核对")
    move(register_import, "state", ImportState.CHECKED, ImportState.UPLOADED)
    record(by, "register.rechecked", register_import)
    return check_run(register_import)


def confirm_register(register_import: RegisterImport, *, by) -> Run:
    """入库: queue the application of a checked file."""
    _may_import(by, register_import.county)
    if register_import.state != ImportState.CHECKED:
        raise NotAllowed(f"文件现在是“{register_import.get_state_display()}”，不能入库")
    return enqueue(kind=APPLY, key=str(register_import.pk), task="households.apply_register", by=by)


def apply_import(register_import: RegisterImport, *, by, work: Work | None = None) -> None:
    """Write the difference into the register, in one transaction. Raises NotAllowed when the register changed since the file was checked."""
    if register_import.state == ImportState.APPLIED:
        return
    if register_import.state != ImportState.CHECKED:
        raise NotAllowed(f"文件现在是“{register_import.get_state_display()}”，不能入库")
    _say(work, "写入名册")
    if not plan_path(register_import).exists():
        raise NotAllowed("核对结果已不在服务器上，请重新核对")
    writes, counts = keeping.kept(plan_path(register_import), _place(register_import)), register_import.counts
    with transaction.atomic():
        _fence(work)
        if not take_turn():
            raise NotAllowed("另一份名册正在入库，请等它完成后再试")
        if writes.state != _state(register_import):
            raise NotAllowed(CHANGED_MEANWHILE)
        try:
            with transaction.atomic():
                now = write(writes, register_import)
                written = [*writes.new_households["id"], *writes.changed_households["id"]]
                take_over_incomes(written, by=by, batch=register_import)
        except IntegrityError as clash:  # a number that another county's register took meanwhile
            raise NotAllowed(CHANGED_MEANWHILE) from clash
        move(register_import, "state", ImportState.CHECKED, ImportState.APPLIED, applied_by=by, applied_at=now)
        record(by, "register.applied", register_import, **{name: counts[name] for name in _COMPARED})
        quality_run(register_import, by=by)
        transaction.on_commit(lambda: remove_file(register_import))
    _tell(work, counts)


def confirm_undo(register_import: RegisterImport, *, by) -> Run:
    """撤销入库: queue it. Raises NotAllowed with what was built on the import."""
    _may_import(by, register_import.county)
    _may_be_undone(register_import)
    return enqueue(kind=UNDO, key=str(register_import.pk), task="households.undo_register", by=by)


def undo_import(register_import: RegisterImport, *, by, work: Work | None = None) -> None:
    """Take the whole import back, in one transaction: the register is as it was before."""
    if register_import.state == ImportState.UNDONE:
        return
    _say(work, "恢复入库前的名册")
    with transaction.atomic():
        _fence(work)
        if not take_turn():
            raise NotAllowed("另一份名册正在入库，请等它完成后再试")
        _may_be_undone(register_import)
        changes = register_import.changes.count()
        give_back_incomes(register_import)
        take_back(register_import)
        ended = {"undone_by": by, "undone_at": timezone.now()}
        move(register_import, "state", ImportState.APPLIED, ImportState.UNDONE, **ended)
        record(by, "register.undone", register_import, rows=changes)
        quality_run(register_import, by=by)


def _may_be_undone(register_import: RegisterImport) -> None:
    if register_import.state != ImportState.APPLIED:
        raise NotAllowed(f"文件现在是“{register_import.get_state_display()}”，不能撤销入库")
    found = blockers(register_import)
    if found:
        raise NotAllowed("不能撤销入库：" + "；".join(f"{blocker.text}（{blocker.count:,}）" for blocker in found))


def quality_run(register_import: RegisterImport, *, by=None) -> Run:
    """The run that checks the register as this import left it, one of its own: a nightly one under way may have passed some villages."""
    return checking.check_run(register_import.county_id, about=str(register_import.pk), by=by)


@transaction.atomic
def withdraw_register(register_import: RegisterImport, *, by) -> None:
    """作废: a file that was not applied is forgotten. The register stays as it is."""
    _may_import(by, register_import.county)
    if register_import.state not in WAITING:
        raise NotAllowed(f"文件现在是“{register_import.get_state_display()}”，不能作废")
    _not_at_work(register_import, APPLY, "这份名册正在入库，不能作废")
    move(register_import, "state", WAITING, ImportState.WITHDRAWN)
    register_import.differences.all().delete()
    record(by, "register.withdrawn", register_import)
    transaction.on_commit(lambda: remove_file(register_import))


def counts_of(reading: Reading, plan: Plan) -> dict:
    """What the check found, as stored: numbers, numbers by township, headings; no personal data."""
    reading.problems.refuse(plan.foreign, "number", "户编号或人编号已在其他县的名册中，不能在本县入库")
    reading.problems.note(plan.strays, "household", "文件和本县名册里都没有这一户的成员，没有读入")
    people = len(plan.new_people) + len(plan.changed_people) + plan.same
    homes = reading.households
    return {
        "rows": reading.rows,
        "refused": reading.rows - people,
        "noted": reading.problems.noted,
        "new": len(plan.new_people),
        "changed": plan.changed,
        "same": plan.same,
        "gone": len(plan.gone),
        "households": len(homes),
        "home_rows": reading.home_rows,
        "households_new": len(plan.new_households),
        "households_changed": len(plan.changed_households),
        "misfits": plan.misfits,
        "villages": int(homes["village"].nunique()),
        "changes": plan.changes,
        "household_changes": plan.household_changes,
        "townships": plan.townships,
        "unknown_columns": [scrub(heading) for heading in reading.unknown_columns[:100]],
        "passed_over": reading.passed_over,
    }


def sealed_path(register_import: RegisterImport) -> Path:
    return settings.UPLOAD_DIR / "register" / f"{register_import.pk}.sealed"


def plan_path(register_import: RegisterImport) -> Path:
    return sealed_path(register_import).with_suffix(".plan")


def remove_file(register_import: RegisterImport) -> None:
    sealed_path(register_import).unlink(missing_ok=True)
    plan_path(register_import).unlink(missing_ok=True)


def _place(register_import: RegisterImport) -> str:
    return f"register:{register_import.pk}"


def _read(register_import: RegisterImport, work: Work | None) -> Reading:
    _say(work, "读取文件")
    with open_sealed(sealed_path(register_import), _place(register_import)) as file:
        return read_register(
            file,
            filename=register_import.filename,
            county_code=register_import.county_id,
            progress=work and (lambda done, total: work.progress(done, total)),
        )


def _state(register_import: RegisterImport) -> str:
    """A fingerprint of the county's register."""
    return hashlib.sha256(repr(register_state(register_import.county_id)).encode()).hexdigest()


def _not_at_work(register_import: RegisterImport, kind: str, message: str) -> None:
    if Run.objects.about(kind, str(register_import.pk)).alive().exists():
        raise Stale(message)


def _may_import(by, county: Division) -> None:
    if by is not None:
        require(by, Right.IMPORT_REGISTER, county.code, "您没有导入农户名册的岗位")


def _say(work: Work | None, note: str) -> None:
    if work:
        work.progress(note=note)


def _tell(work: Work | None, counts: dict) -> None:
    if work:
        work.run.counts = {name: counts[name] for name in ("rows", "new", "changed", "same", "gone", "refused")}


def _fence(work: Work | None) -> None:
    if work:
        work.fence()
