"""名册进来: upload, check, confirm, apply, withdraw (verbs). The file is kept sealed and removed when it is applied or withdrawn.

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
from fangpin.sheets import Limits, Unreadable
from fangpin.sheets.prescan import prescan
from fangpin.transitions import NotAllowed, Stale, move
from households.importing.applying import difference, take_turn, write_plan, written_households
from households.importing.planning import Plan
from households.importing.reading import NotARegister, Reading, read_register
from households.income_takeover import take_over_incomes
from households.models import ImportState, RegisterImport

CHECK, APPLY = "register.check", "register.apply"
WAITING = (ImportState.UPLOADED, ImportState.CHECKED)
_COMPARED = ("new", "changed", "same", "gone", "refused", "households_new", "households_changed")


def upload_register(*, county: Division, file: BinaryIO, filename: str, by) -> RegisterImport:
    """Take a register file and queue its check. Raises NotAllowed with the sentence for the clerk."""
    _may_import(by, county)
    try:
        prescan(file, filename, Limits())
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
        plan = difference(reading, register_import.county_id)
    except (Unreadable, NotARegister) as refusal:
        with transaction.atomic():
            _fence(work)
            move(register_import, "state", ImportState.UPLOADED, ImportState.REFUSED, refusal=str(refusal))
            transaction.on_commit(lambda: remove_file(register_import))
        return
    counts = counts_of(reading, plan)
    with transaction.atomic():
        _fence(work)
        problems = reading.problems.kept()
        move(register_import, "state", ImportState.UPLOADED, ImportState.CHECKED, counts=counts, problems=problems)
    _tell(work, counts)


def confirm_register(register_import: RegisterImport, *, by) -> Run:
    """入库: queue the application of a checked file."""
    _may_import(by, register_import.county)
    if register_import.state != ImportState.CHECKED:
        raise NotAllowed(f"文件现在是“{register_import.get_state_display()}”，不能入库")
    return enqueue(kind=APPLY, key=str(register_import.pk), task="households.apply_register", by=by)


def apply_import(register_import: RegisterImport, *, by, work: Work | None = None) -> None:
    """Write the file into the register, in one transaction. Raises NotAllowed when the register changed since the file was checked."""
    if register_import.state == ImportState.APPLIED:
        return
    if register_import.state != ImportState.CHECKED:
        raise NotAllowed(f"文件现在是“{register_import.get_state_display()}”，不能入库")
    reading = _read(register_import, work)
    _say(work, "写入名册")
    with transaction.atomic():
        _fence(work)
        if not take_turn():
            raise NotAllowed("另一份名册正在入库，请等它完成后再试")
        plan = difference(reading, register_import.county_id)
        counts = counts_of(reading, plan)
        if any(counts[name] != register_import.counts[name] for name in _COMPARED):
            raise NotAllowed("核对之后名册有了变动，核对结果已不准确。请作废这次导入，重新上传核对")
        write_plan(plan)
        take_over_incomes(written_households(plan), by=by, batch=register_import)
        changes = {"counts": counts, "applied_by": by, "applied_at": timezone.now()}
        move(register_import, "state", ImportState.CHECKED, ImportState.APPLIED, **changes)
        record(by, "register.applied", register_import, **{name: counts[name] for name in _COMPARED})
        transaction.on_commit(lambda: remove_file(register_import))
    _tell(work, counts)


@transaction.atomic
def withdraw_register(register_import: RegisterImport, *, by) -> None:
    """作废: a file that was not applied is forgotten. The register stays as it is."""
    _may_import(by, register_import.county)
    if register_import.state not in WAITING:
        raise NotAllowed(f"文件现在是“{register_import.get_state_display()}”，不能作废")
    if Run.objects.about(APPLY, str(register_import.pk)).alive().exists():
        raise Stale("这份名册正在入库，不能作废")
    move(register_import, "state", WAITING, ImportState.WITHDRAWN)
    record(by, "register.withdrawn", register_import)
    transaction.on_commit(lambda: remove_file(register_import))


def counts_of(reading: Reading, plan: Plan) -> dict:
    """What the check found, as stored: numbers, numbers by township, headings; no personal data."""
    reading.problems.refuse(plan.foreign, "number", "户编号或人编号已在其他县的名册中，不能在本县入库")
    people = len(plan.new_people) + len(plan.changed_people) + plan.same
    homes = reading.households
    return {
        "rows": reading.rows,
        "refused": reading.rows - people,
        "noted": sum(not problem.refused for problem in reading.problems.found),
        "new": len(plan.new_people),
        "changed": len(plan.changed_people),
        "same": plan.same,
        "gone": len(plan.gone),
        "households": len(homes),
        "households_new": len(plan.new_households),
        "households_changed": len(plan.changed_households),
        "misfits": plan.misfits,
        "villages": int(homes["village"].nunique()),
        "changes": plan.changes,
        "townships": plan.townships,
        "unknown_columns": [scrub(heading) for heading in reading.unknown_columns[:100]],
        "passed_over": reading.passed_over,
    }


def sealed_path(register_import: RegisterImport) -> Path:
    return settings.UPLOAD_DIR / "register" / f"{register_import.pk}.sealed"


def remove_file(register_import: RegisterImport) -> None:
    sealed_path(register_import).unlink(missing_ok=True)


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
