"""线下排查 (verbs, domain.md 4.6): an entry is begun, kept part by part as a draft, completed, removed; the village's plain numbers."""

from dataclasses import replace
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F

from fangpin.accounts.scope import holds
from fangpin.audit.trail import record
from fangpin.divisions.rights import Right
from fangpin.masking import scrub
from fangpin.policy.keys import Key
from fangpin.policy.lookup import amounts_on
from fangpin.transitions import NotAllowed, Stale
from households.choices import IncomeGroup, PeriodKind
from households.models import Household
from screening.models import OfflineEntry, OfflineList
from screening.rounds.answers import (
    EXTRAS,
    MOST_RISKS,
    About,
    Answers,
    Flag,
    Lack,
    contradictions,
    from_told,
    missing,
    sketch_of,
    to_told,
)
from screening.rounds.photo_files import unlink_on_commit
from screening.rounds.sketch import COMPONENTS, Sketch
from screening.rounds.turn import changed, take_to_edit, today


class Lacking(NotAllowed):
    """Answers that are missing or contradict each other; ``lacks`` names the fields."""

    def __init__(self, lacks: list[Lack]):
        super().__init__("；".join(lack.text for lack in lacks))
        self.lacks = lacks


def why_not_report(user, offline_list: OfflineList) -> str:
    """Why ``user`` may not change this list now; empty when he may."""
    if not holds(user, Right.REPORT_OFFLINE, offline_list.village_id):
        return "您没有填报本村线下排查的岗位"
    if not offline_list.round.is_open:
        return f"{offline_list.round}已结束"
    if not offline_list.is_with_village:
        return f"本村名单现在是“{offline_list.approval.get_stage_display()}”，不能修改"
    return ""


def answers_of(entry: OfflineEntry) -> Answers:
    return Answers(
        checked_on=entry.checked_on,
        checkers=entry.checkers,
        way=entry.way,
        members=tuple(sorted(str(pk) for pk in entry.members.values_list("pk", flat=True))),
        risks=tuple(entry.risks),
        judgement=entry.judgement,
        **from_told(entry.told),
    )


def third_from(day: date) -> date | None:
    """Since when 突发严重困难户 may be judged, by the standard in force on ``day``."""
    figure = amounts_on([day], Key.CATEGORY_3_FROM)[day]
    return None if figure is None else date.fromisoformat(f"{int(figure)}")


def about(entry: OfflineEntry, day: date | None = None) -> About:
    day = today(day)
    return About(entry.household.kind, entry.offline_list.round.starts_on, day, third_from(day))


def reckoned(entry: OfflineEntry, answers: Answers) -> Sketch | None:
    """The sum of the income part against the line of the day of the visit; None before there is a standard."""
    day = answers.checked_on or entry.offline_list.round.starts_on
    line = amounts_on([day], Key.INCOME_LINE)[day]
    return None if line is None else sketch_of(answers, line)


def prefilled(household: Household) -> Answers:
    """What the register knows already, so that nobody types it again; every answer may be changed."""
    people = list(household.members.present())
    flags = {
        Flag.MINIMUM_LIVING: any("低保" in one.minimum_living and "未" not in one.minimum_living for one in people),
        Flag.DESTITUTE: any("特困" in one.destitute and "不" not in one.destitute for one in people),
        Flag.DISABLED: any(one.disability_level[:1] in ("一", "二", "1", "2") for one in people),
        Flag.ILL: any("大病" in one.health for one in people),
    }
    income = household.incomes.current().filter(kind=PeriodKind.YEAR).first()
    amounts = {group: getattr(income, group) for group in (*COMPONENTS, *EXTRAS)} if income else {}
    return Answers(
        flags=tuple(flag for flag, found in flags.items() if found),
        persons=household.size or None,
        amounts={IncomeGroup(group).value: amount for group, amount in amounts.items()},
    )


@transaction.atomic
def begin_entry(offline_list: OfflineList, *, household: Household, by) -> OfflineEntry:
    """The entry of a household in the list: the one that is there, or a new draft with what the register knows."""
    _require_right(by, offline_list)
    take_to_edit(offline_list)
    if household.village_id != offline_list.village_id:
        raise NotAllowed(f"{household}在{household.village}名册里，请在那个村的名单里填报")
    entry = OfflineEntry.objects.filter(offline_list=offline_list, household=household).first()
    if entry is None:
        entry = OfflineEntry(offline_list=offline_list, household=household, entered_by=by)
        _write(entry, replace(prefilled(household), checkers=offline_list.checkers), is_new=True)
        changed(offline_list, by=by)
        record(by, "offline.begun", entry, household=str(household.pk))
    return entry


@transaction.atomic
def save_entry(entry: OfflineEntry, *, answers: Answers, by, seen_version: int, day: date | None = None) -> None:
    """Keep what was filled in as a draft, complete or not. Raises Lacking for what cannot be right, Stale, NotAllowed."""
    was_draft = _take(entry, by, seen_version)
    _refuse(contradictions(answers, about(entry, day)))
    entry.is_draft = True
    _write(entry, answers)
    if not was_draft:  # the list that others see has one less
        changed(entry.offline_list, by=by)
    record(by, "offline.saved", entry, version=entry.version)


@transaction.atomic
def complete_entry(entry: OfflineEntry, *, by, seen_version: int, day: date | None = None) -> None:
    """The entry counts in its list from now on. Raises Lacking with everything that is missing, Stale, NotAllowed."""
    _take(entry, by, seen_version)
    answers = answers_of(entry)
    _refuse([*contradictions(answers, about(entry, day)), *missing(answers)])
    entry.is_draft = False
    _write(entry, answers)
    changed(entry.offline_list, by=by)
    record(by, "offline.completed", entry, version=entry.version)


@transaction.atomic
def enter(offline_list: OfflineList, *, household: Household, answers: Answers, by, day: date | None = None) -> None:
    """A complete entry at once, as a sheet brings it; one that is there already stays as it is. Raises Lacking or NotAllowed."""
    _require_right(by, offline_list)
    take_to_edit(offline_list)
    if OfflineEntry.objects.filter(offline_list=offline_list, household=household).exists():
        raise NotAllowed("这一户在本村名单里已有一条，没有覆盖；确需修改请在网页上打开它")
    entry = OfflineEntry(offline_list=offline_list, household=household, entered_by=by, is_draft=False)
    _refuse([*contradictions(answers, about(entry, day)), *missing(answers)])
    _write(entry, answers, is_new=True)
    changed(offline_list, by=by)
    record(by, "offline.completed", entry, version=entry.version)


@transaction.atomic
def entry_to_edit(entry: OfflineEntry, *, by) -> None:
    """The turn of the entry for what belongs to it, such as photos; whoever looks at the list has to look again. Raises NotAllowed."""
    _require_right(by, entry.offline_list)
    take_to_edit(entry.offline_list)
    if not entry.is_draft:
        changed(entry.offline_list, by=by)


@transaction.atomic
def remove_entry(entry: OfflineEntry, *, by, seen_version: int) -> None:
    _take(entry, by, seen_version)
    household, target = str(entry.household_id), OfflineEntry(pk=entry.pk)
    unlink_on_commit(entry.photos.all())
    entry.delete()
    changed(entry.offline_list, by=by)
    record(by, "offline.removed", target, household=household)


@transaction.atomic
def save_counts(
    offline_list: OfflineList, *, due: int, looked_at: int, clear: int, checkers: str, by, seen_version: int
) -> None:
    """应排查、已排查、无风险: plain numbers of the village. Raises Stale or NotAllowed."""
    _require_right(by, offline_list)
    take_to_edit(offline_list, seen_version=seen_version)
    offline_list.due, offline_list.looked_at, offline_list.clear = due, looked_at, clear
    try:
        offline_list.validate_constraints()
    except ValidationError as error:
        raise NotAllowed("；".join(error.messages)) from error
    changed(offline_list, by=by, due=due, looked_at=looked_at, clear=clear, checkers=scrub(checkers.strip()))
    record(by, "offline.counted", offline_list, count=looked_at)


def _require_right(by, offline_list):
    if not holds(by, Right.REPORT_OFFLINE, offline_list.village_id):
        raise NotAllowed("您没有填报本村线下排查的岗位")


def _take(entry: OfflineEntry, by, seen_version: int) -> bool:
    """The turn of the entry's list and of the entry; whether it was a draft. Raises Stale when somebody else saved it meanwhile."""
    _require_right(by, entry.offline_list)
    take_to_edit(entry.offline_list)
    present = OfflineEntry.objects.filter(pk=entry.pk).values_list("version", "is_draft").first()
    if present is None:
        raise Stale("这一条刚刚被他人删除了，您填写的内容还在本页，请抄存后从本村名单重新填报")
    if present[0] != seen_version:
        raise Stale("这一条刚刚被他人修改过。您填写的内容还在本页，请另开一页核对后再保存")
    return present[1]


def _refuse(lacks: list[Lack]) -> None:
    if lacks:
        raise Lacking(lacks)


def _write(entry: OfflineEntry, answers: Answers, *, is_new: bool = False) -> None:
    sums = reckoned(entry, answers)
    entry.checked_on, entry.way = answers.checked_on, answers.way
    entry.checkers = scrub(answers.checkers)
    entry.risks, entry.judgement = list(answers.risks[:MOST_RISKS]), answers.judgement
    entry.reference_income = sums.reckoning.reference_per_head if sums and not sums.missing else None
    entry.told = to_told(answers)
    entry.version = 1 if is_new else F("version") + 1
    entry.save(force_insert=is_new)
    entry.refresh_from_db(fields=["version"])
    entry.members.set(entry.household.members.filter(pk__in=answers.members))
