"""The rounds of the demo, between its months: May's from opening to end, June's until somebody logs in and goes on. Through the verbs.

Every step looks whether it was taken already, so that a demo that was broken off goes on where it stopped.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property

from fangpin.accounts.models import User
from fangpin.approvals.routes import Verdict
from fangpin.demo.actors import TOWNSHIP, field_team
from fangpin.demo.script import Stage
from fangpin.demo.stories import VILLAGE
from fangpin.divisions.models import Division
from fangpin.periods import month_label
from households.choices import HouseholdKind, IncomeGroup
from households.models import Household
from screening.choices import (
    CheckWay,
    ComparisonClass,
    Conclusion,
    Judgement,
    Risk,
    RoundKind,
    TaskAct,
    TaskState,
    Truth,
)
from screening.models import Clue, Comparison, OfflineList, Round, VerificationTask
from screening.rounds.answers import PERSONAL_RISKS, Answers, Need
from screening.rounds.comparing import compare_round
from screening.rounds.dispatching import SENDABLE, send
from screening.rounds.findings import NEEDS, Finding
from screening.rounds.handing_in import is_zero, sign_list, submit_list
from screening.rounds.offline import enter, save_counts
from screening.rounds.opening import close_round, dates_for, lists_for, open_round
from screening.rounds.sketch import COMPONENTS
from screening.rounds.verification import Seen, check, close, report, return_, save_draft
from screening.rounds.watching_list import send_due

MAY, JUNE = date(2021, 5, 1), date(2021, 6, 1)
TODAY = date(2021, 7, 14)  # where the demo's day stands still (settings.ROUNDS_DAY): the red tasks of June are late
CHECKERS = "第一书记 覃桂芳、村干部 莫建华"
# The townships of the stories: their villages are asked in May, the others get their zero reports in.
ASKED = (TOWNSHIP, "葡萄镇", "兴坪镇")
# What the visits of May end with, one after the other; the stories have their own.
ENDINGS = (
    Conclusion.UNFIT,
    Conclusion.WATCH,
    Conclusion.UNFIT,
    Conclusion.RESOLVED,
    Conclusion.WRONG,
    Conclusion.INCLUDE,
)
REASONS = {
    Conclusion.INCLUDE: "自付费用大，主要劳动力停工，人均参考收入低于监测范围",
    Conclusion.UNFIT: "收入稳定，自付费用在承受范围内，没有返贫致贫风险",
    Conclusion.WATCH: "目前收入可以维持，后续治疗费用还不确定",
    Conclusion.RESOLVED: "已落实医疗救助和亲属帮扶，困难已经化解",
    Conclusion.WRONG: "部门名单登记有误，当事人已出具证明",
}


LOOK_AT = (
    "县办（county）：在“线上线下比对”打开 6月月度排查，看 C1–C10 各类；C8 一类写明 5 月已核实、不再派发的理由",
    "县办（county）：按乡镇、类别筛选后勾选，“派发筛选出的全部”，看确认框里写明的范围和时限；再到“核查任务”办结",
    f"村级（village）：在“核查任务”看本村待核实的户，有超期的、有乡镇退回的；按步骤填报（演示的今天是 {TODAY}）",
    "乡镇经办（town）：在“核查任务”审核本乡镇各村报来的结果，或写明理由退回；“观察名单”看下次核查日期",
)


@dataclass(frozen=True)
class Suspect:
    """Who a village finds by itself: one household of its list."""

    household: Household
    risk: Risk
    evidence: str
    reason: str


@dataclass
class Playing:
    """What the steps of a round share."""

    stage: Stage
    team: User
    teamlead: User

    @cached_property
    def homes(self) -> dict[str, Household]:
        """The households of the stories by their codes."""
        numbers = {number: code for code, number, _ in self.stage.books.stories() if number}
        known = Household.objects.filter(number__in=numbers)
        codes = {code: number for code, number, _ in self.stage.books.stories()}
        by_number = {household.number: household for household in known}
        return {code: by_number[number] for code, number in codes.items() if number in by_number}

    @cached_property
    def _own(self) -> str:
        return Division.objects.villages().get(parent__name=TOWNSHIP, name=VILLAGE).pk

    def cadre(self, village: str) -> User:
        return self.stage.actors["village"] if village == self._own else self.team

    def leader(self, village: Division) -> User:
        return self.stage.actors["townlead"] if village.parent.name == TOWNSHIP else self.teamlead


def play_round(stage: Stage, period: date) -> None:
    """The round of a month whose files have been run; nothing for a month without one."""
    if period not in (MAY, JUNE):
        return
    play = Playing(stage, *field_team(stage.county))
    round = _opened(play, period)
    if not round.comparisons.exists():
        _hand_in(play, round, _suspects(play, round))
        comparison = compare_round(round, by=stage.actors["county"], on=round.compare_on).comparison
        _say(stage, comparison)
    if not round.tasks.exists():
        _send(stage, round)
    (_finish_may if period == MAY else _begin_june)(play, round)


def _opened(play: Playing, period: date) -> Round:
    """May's is 集中排查, June's the monthly one."""
    present = Round.objects.filter(county=play.stage.county, period=period).first()
    return present or open_round(
        county=play.stage.county,
        kind=RoundKind.CONCENTRATED if period == MAY else RoundKind.MONTHLY,
        period=period,
        townships=list(Division.objects.townships().filter(parent=play.stage.county)),
        lists=lists_for(),
        dates=dates_for(period),
        by=play.stage.actors["county"],
    )


# -- the villages' own lists ---------------------------------------------------------------------------------------------
def _suspects(play: Playing, round: Round) -> Iterator[Suspect]:
    if round.period == MAY:
        yield Suspect(
            play.homes["T3"], Risk.EMPLOYMENT, "竹筏停航，今年没有出工", "主要收入来自竹筏，停工后没有其他收入"
        )
        yield Suspect(play.homes["T15"], Risk.ACCIDENT, "交警认定书，骨折住院", "5月遇车祸，误工并有自付费用")
        yield from _known_online(round)
    near = Household.objects.present().filter(village__parent__name=TOWNSHIP, category="", clues=None)
    homes = near.filter(village__name=VILLAGE).order_by("number")
    first, last = (0, 2) if round.period == MAY else (2, 5)
    for home in homes[first:last]:
        yield Suspect(home, Risk.INDUSTRY, "沃柑黄龙病，砍树 6 亩", "种植收入绝收，无其他产业")


def _known_online(round: Round) -> Iterator[Suspect]:
    """Of the households with one clue some that the villages found too, every third for another reason."""
    clues = Clue.objects.open().filter(period=round.period, household__category="", village__parent__name__in=ASKED)
    seen = set()
    for nth, clue in enumerate(
        clues.exclude(risk=Risk.WATER).select_related("household").order_by("household", "pk")[:60:6]
    ):
        if clue.household_id not in seen:
            seen.add(clue.household_id)
            yield Suspect(
                clue.household,
                Risk.INDUSTRY if nth % 3 == 2 else Risk(clue.risk),
                "入户看到的情况",
                REASONS[Conclusion.INCLUDE],
            )


def _hand_in(play: Playing, round: Round, suspects: Iterable[Suspect]) -> None:
    """Village, township, county: a list with its suspects, or a zero report."""
    found: dict[str, list[Suspect]] = {}
    for suspect in suspects:
        found.setdefault(suspect.household.village_id, []).append(suspect)
    lists = OfflineList.objects.filter(round=round, village__parent__name__in=ASKED)
    for offline_list in lists.with_village().select_related("village__parent", "round", "approval"):
        _one_list(play, offline_list, found.get(offline_list.village_id, []))


def _one_list(play: Playing, of: OfflineList, suspects: list[Suspect]) -> None:
    cadre, day = play.cadre(of.village_id), of.round.offline_due
    for suspect in suspects:
        if not of.entries.filter(household=suspect.household).exists():
            enter(of, household=suspect.household, answers=_answers(suspect, of.round), by=cadre, day=day)
    of.refresh_from_db()
    counts = {"due": of.due, "looked_at": of.due, "clear": of.due - len(suspects)}
    save_counts(of, **counts, checkers=CHECKERS, by=cadre, seen_version=of.version)
    submit_list(of, by=cadre, zero=is_zero(of), seen_version=of.version)
    for officer in (play.leader(of.village), play.stage.actors["county"]):
        sign_list(of, by=officer, verdict=Verdict.AGREE, seen_version=of.version)


def _answers(suspect: Suspect, round: Round) -> Answers:
    household = suspect.household
    head = household.members.present().get(is_head=True)
    amounts = {IncomeGroup.WAGES: 9_000 * household.size, IncomeGroup.BUSINESS: 2_400, IncomeGroup.SELF_PAY: 11_200}
    lifted = household.kind == HouseholdKind.LIFTED
    return Answers(
        checked_on=round.starts_on,
        checkers=CHECKERS,
        way=CheckWay.VISIT.value,
        members=(str(head.pk),) if suspect.risk in PERSONAL_RISKS else (),
        persons=household.size,
        amounts={group.value: Decimal(amounts.get(group, 0)) for group in (*COMPONENTS, IncomeGroup.SELF_PAY)},
        living={need.value: True for need in Need},
        risks=(suspect.risk.value,),
        evidence={suspect.risk.value: suspect.evidence},
        judgement=(Judgement.UNSTABLE if lifted else Judgement.MARGINAL).value,
        reason=suspect.reason,
    )


# -- the county ----------------------------------------------------------------------------------------------------------
def _say(stage: Stage, comparison: Comparison) -> None:
    classes = comparison.counts["classes"]
    told = "，".join(f"{name} {count:,}" for name, count in classes.items() if count)
    stage.say(f"  {comparison.round}比对 {comparison.counts['households']:,} 户：{told}")
    stage.say(f"  避免重复核查 {classes[ComparisonClass.C8]:,} 户次")


def _send(stage: Stage, round: Round) -> None:
    """Everything that goes back to the villages of the stories' townships."""
    items = round.comparisons.latest("number").items.filter(cls__in=SENDABLE, village__parent__name__in=ASKED)
    scope = f"{'、'.join(ASKED)}，须派发的全部户"
    sent = send(items=items, by=stage.actors["county"], note="请按时限入户核实", on=round.dispatch_on, scope=scope)
    stage.say(f"  {month_label(round.period)}轮次派发 {len(sent.tasks):,} 户，未派发 {len(sent.skipped):,} 户")


def _finish_may(play: Playing, round: Round) -> None:
    """Everything is reported, one comes back to its village, everything is closed, and the round ends."""
    included = {play.homes[code].pk: Conclusion.INCLUDE for code in ("T1", "T3", "T15")}
    endings = {**included, play.homes["T2b"].pk: Conclusion.UNFIT}
    county = play.stage.actors["county"]
    returned = round.tasks.filter(steps__act=TaskAct.RETURNED).exists()
    for nth, task in enumerate(_tasks(round)):
        ending = endings.get(task.household_id, ENDINGS[nth % len(ENDINGS)])
        _reported(play, task, ending, round.verify_due)
        if not returned and task.state == TaskState.REPORTED:
            checker = play.leader(task.village)
            return_(task, reason="没有写明自付费用和收入的来源，请补充", by=checker, seen_version=task.version)
            _reported(play, task, ending, round.verify_due)
            returned = True
        if task.state == TaskState.REPORTED:
            check(task, by=play.leader(task.village), note="情况属实", seen_version=task.version)
        if task.state == TaskState.CHECKED:
            close(task, by=county, note="同意", seen_version=task.version, on=round.verify_due)
    if round.is_open:
        close_round(round, by=county, reason="其余乡镇的线下名单并入下一轮")


def _begin_june(play: Playing, round: Round) -> None:
    """Half of the villages' work is under way: some waits for the township, some for the county, some is late, one came back."""
    play.stage.look_at += LOOK_AT
    if round.tasks.exclude(state=TaskState.SENT).exists():
        return
    for nth, task in enumerate(task for task in _tasks(round) if task.village.name != VILLAGE):
        if nth % 2:
            _reported(play, task, ENDINGS[nth // 2 % len(ENDINGS)], round.dispatch_on)
            if task.village.parent.name != TOWNSHIP:
                check(task, by=play.leader(task.village), note="情况属实", seen_version=task.version)
    own = next((task for task in _tasks(round) if task.village.name == VILLAGE and task.grade == "yellow"), None)
    if own:
        _reported(play, own, Conclusion.UNFIT, round.dispatch_on)
        reason = "没有写明损失面积和其他收入，请补充后再报"
        return_(own, reason=reason, by=play.stage.actors["town"], seen_version=own.version)
    due = send_due(day=TODAY)
    play.stage.say(f"  观察到期 {len(due):,} 户，已列入各村任务")


# -- visits --------------------------------------------------------------------------------------------------------------
def _tasks(round: Round) -> list[VerificationTask]:
    found = VerificationTask.objects.open().filter(round=round).select_related("village__parent", "household")
    return list(found.order_by("village_id", "household__number", "pk"))


def _reported(play: Playing, task: VerificationTask, ending: Conclusion, day: date) -> None:
    if task.state != TaskState.SENT:
        return
    if task.household_id is None:
        ending = Conclusion.RESOLVED
    cadre, draft = play.cadre(task.village_id), task.results.filter(is_last=True).values_list("version", flat=True)
    finding = _finding(ending, day, is_household=task.household_id is not None)
    save_draft(task, finding=finding, by=cadre, seen=Seen(task.version, draft.first() or 0), on=day)
    report(task, by=cadre, seen=Seen(task.version, draft.get()), on=day)


def _finding(ending: Conclusion, day: date, *, is_household: bool) -> Finding:
    income = {"income": Decimal(32_400), "spending": Decimal(23_180)} if is_household else {}
    return Finding(
        checked_on=day,
        checkers=CHECKERS,
        way=CheckWay.VISIT.value,
        interviewee="户主" if is_household else "管水员",
        truth=Truth.FALSE if ending == Conclusion.WRONG else Truth.TRUE,
        living={need.value: True for need in NEEDS} if is_household else {},
        conclusion=ending.value,
        reason=REASONS[ending],
        next_check_on=day.replace(month=day.month % 12 + 1, day=12) if ending == Conclusion.WATCH else None,
        signed=True,
        **income,
    )
