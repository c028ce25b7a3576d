"""核实包 (verbs): the open tasks of a village go out as a workbook and come back; each row is reported as the web form would, none twice."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from io import BytesIO
from typing import BinaryIO

from django.db import transaction
from django.db.models import Prefetch, TextChoices

from fangpin.accounts.postings import require
from fangpin.audit.trail import record
from fangpin.divisions.models import Division
from fangpin.divisions.rights import Right
from fangpin.sheets import Note, RawSheet, write_annotated
from fangpin.transitions import NotAllowed
from screening.choices import TaskState
from screening.models import Clue, Round, VerificationResult, VerificationTask
from screening.rounds.findings import Finding
from screening.rounds.pack_keys import Key, print_of, tidied
from screening.rounds.steps import what_happened
from screening.rounds.verification import Seen, finding_of, report, save_draft, why_not_report
from screening.rounds.waiting import Waiting

NO_POSTING = "您没有填报本村核查结果的岗位"


class Fate(TextChoices):
    """What becomes of a row."""

    GOOD = "good", "可以报送"
    WRONG = "wrong", "需要更正"
    CONFLICT = "conflict", "下载以后有变化"
    TAKEN = "taken", "已经报送过"
    BLANK = "blank", "没有填写"


@dataclass(frozen=True)
class Said:
    """A sentence about a cell of a row (``index`` from 0), or about the whole row (None)."""

    label: str
    index: int | None
    text: str


@dataclass
class Line:
    """A row of a pack held against what the system has now. ``seen``: the versions that the page shows; ``may_take``: a conflict
    that may be reported all the same, when it is ticked."""

    row: int
    subject: str
    fate: Fate
    said: list[Said] = field(default_factory=list)
    task: VerificationTask | None = None
    given: Finding = field(default_factory=Finding)
    now: Finding = field(default_factory=Finding)
    seen: Seen = field(default_factory=lambda: Seen(0))
    may_take: bool = False

    @property
    def tick(self) -> str:
        """What the box of a conflict sends: nothing is taken over that changed after the page was shown."""
        return f"{self.task.pk}:{self.seen.task}:{self.seen.draft}" if self.task else ""


@dataclass
class CheckedPack:
    """Every row of a pack that was uploaded, in its order; ``sheets`` and ``header`` for the marked workbook."""

    lines: list[Line]
    sheets: list[RawSheet]
    name: str
    header: int

    def of(self, fate: Fate) -> list[Line]:
        return [line for line in self.lines if line.fate == fate]

    @property
    def is_all_taken(self) -> bool:
        """Nothing of it is new: the pack was uploaded before."""
        return bool(self.of(Fate.TAKEN)) and not (self.of(Fate.GOOD) or self.of(Fate.WRONG) or self.of(Fate.CONFLICT))


# -- out -----------------------------------------------------------------------------------------------------------------
def round_of(village: Division) -> Round | None:
    """The round that runs where the village lies: a pack of another one is not taken."""
    return Round.objects.open().filter(townships=village.parent_id).order_by("-period").first()


def with_results(tasks) -> list[VerificationTask]:
    """Tasks with ``last`` (a list of at most one result) and all that a pack says of them."""
    last = Prefetch("results", VerificationResult.objects.standing(), to_attr="last")
    clues = Prefetch("clues", Clue.objects.select_related("extract__department", "person"), to_attr="told")
    related = ("household__village__parent", "village__parent", "item__offline")
    return list(tasks.select_related(*related).prefetch_related(last, clues))


def tasks_to_report(village: Division) -> list[VerificationTask]:
    """What the village still has to report, what is due first before the rest; what was sent back is among it."""
    return with_results(
        VerificationTask.objects.filter(village=village, state=TaskState.SENT).order_by("due_on", "id")
    )


def last_of(task: VerificationTask) -> VerificationResult | None:
    return task.last[0] if task.last else None


def key_of(task: VerificationTask, of: Round | None) -> Key:
    last = last_of(task)
    return Key(
        village=task.village_id,
        round=str(of.pk if of else 0),
        task=str(task.pk),
        version=str(task.version),
        draft=str(last.version if last else 0),
        given=print_of(finding_of(last)),
    )


def downloaded(village: Division, *, rows: int, by) -> None:
    """Write down that somebody has the village's tasks in a file. Raises NotAllowed."""
    require(by, Right.REPORT_OFFLINE, village.pk, NO_POSTING)
    record(by, "pack.downloaded", village, rows=rows)


# -- back ----------------------------------------------------------------------------------------------------------------
def put_pack(village: Division, *, file: BinaryIO, filename: str, by) -> None:
    """Take an upload in the place of the last one. Raises NotAllowed with the sentence for the cadre."""
    require(by, Right.REPORT_OFFLINE, village.pk, NO_POSTING)
    waiting_of(village, by=by).put(file, filename)
    record(by, "pack.uploaded", village)


def waiting_of(village: Division, *, by) -> Waiting:
    of = round_of(village)
    return Waiting("packs", of.pk if of else 0, village.pk, by.pk)


def pack_of(village: Division, *, by) -> tuple[BytesIO, str] | None:
    """The upload that waits, with a name of its kind; None when there is none."""
    waiting = waiting_of(village, by=by).get()
    return (waiting[0], f"{village.name}核实包{waiting[1]}") if waiting else None


def judge(line: Line, key: Key, village: Division, *, readable: bool, by) -> None:
    """Settle ``fate`` and why: ``line`` has its task, what the row gives, and in ``said`` what the form objects to."""
    task, last = line.task, last_of(line.task)
    line.now, line.seen = finding_of(last), Seen(task.version, last.version if last else 0)
    is_same = tidied(line.given) == tidied(line.now)
    if readable and print_of(line.given) == key.given:
        _settle(line, Fate.BLANK)
    elif is_same and last and not last.is_draft:
        _settle(line, Fate.TAKEN, "这一行的结果已经在系统里，没有重复报送")
    elif why := _not_open(task, village, by):
        _settle(line, Fate.CONFLICT, why)
    elif line.said:
        line.fate = Fate.WRONG
    elif str(task.version) != key.version:
        line.may_take = True
        _settle(line, Fate.CONFLICT, what_happened(task))
    elif str(line.seen.draft) != key.draft and not is_same:
        line.may_take = True
        _settle(line, Fate.CONFLICT, "下载以后有人在网页上改过这件任务的草稿，请对照后再定")
    else:
        line.fate = Fate.GOOD


def _settle(line, fate, text=""):
    line.fate, line.said = fate, [Said("", None, text)] if text else []


def _not_open(task, village, by) -> str:
    if task.village_id != village.pk:
        return "这件任务已改派，不再由本村核实"
    return what_happened(task) if task.state != TaskState.SENT else why_not_report(by, task)


@dataclass
class Brought:
    """reported: rows that were; refused: those that were not, each with the reason."""

    reported: list[Line] = field(default_factory=list)
    refused: list[tuple[Line, str]] = field(default_factory=list)


def bring_in(
    village: Division, found: CheckedPack, *, ticked: Iterable[str] = (), by, on: date | None = None
) -> Brought:
    """Report the good rows and the conflicts that were ticked as the page showed them, each for itself. Raises NotAllowed when there is none."""
    require(by, Right.REPORT_OFFLINE, village.pk, NO_POSTING)
    ticked, done = set(ticked), Brought()
    chosen = found.of(Fate.GOOD) + [line for line in found.of(Fate.CONFLICT) if line.may_take and line.tick in ticked]
    if not chosen:
        raise NotAllowed(
            "这份核实包已经全部报送过，没有重复报送" if found.is_all_taken else "没有可以报送的行，请更正后再上传"
        )
    for line in chosen:
        try:
            _report(line, by=by, on=on)
            done.reported.append(line)
        except NotAllowed as refusal:
            done.refused.append((line, str(refusal)))
    record(
        by, "pack.reported", village, rows=len(done.reported), refused=len(found.of(Fate.WRONG)) + len(done.refused)
    )
    left = len(found.of(Fate.WRONG)) + len(found.of(Fate.CONFLICT)) + len(found.of(Fate.GOOD)) - len(done.reported)
    if not left:
        waiting_of(village, by=by).drop()
    return done


@transaction.atomic
def _report(line: Line, *, by, on):
    """Both or neither: what the row says becomes the draft, and the draft is reported. Its photos stay with it."""
    save_draft(line.task, finding=line.given, by=by, seen=line.seen, on=on)
    report(line.task, by=by, seen=Seen(line.seen.task, line.seen.draft + 1), on=on)


def marked_workbook(village: Division, found: CheckedPack, out: BinaryIO, *, by) -> None:
    """The upload with every problem marked and explained."""
    require(by, Right.REPORT_OFFLINE, village.pk, NO_POSTING)
    told = (Fate.WRONG, Fate.CONFLICT)
    notes = [
        Note(found.name, line.row, said.index, said.text)
        for line in found.lines
        if line.fate in told
        for said in line.said
    ]
    write_annotated(found.sheets, notes, out, header_rows={found.name: found.header})
    record(by, "pack.marked", village)


def find_tasks(keys: Iterable[Key]) -> Mapping[str, VerificationTask]:
    """The tasks that signed keys name, wherever they are now: key -> task."""
    return {
        str(task.pk): task for task in with_results(VerificationTask.objects.filter(pk__in=[key.task for key in keys]))
    }
