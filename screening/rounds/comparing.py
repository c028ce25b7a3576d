"""比对 (verb): the two lists of a round put side by side and frozen, with the identity of what went in and with what moved."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import date
from uuid import UUID, uuid4

from django.db import transaction

from fangpin.accounts.postings import require
from fangpin.audit.trail import record
from fangpin.copying import copy_rows
from fangpin.divisions.models import Division
from fangpin.divisions.rights import Right
from fangpin.periods import month_label, this_day
from fangpin.policy.lookup import standard_on
from fangpin.policy.models import Standard
from fangpin.runs.models import Run
from fangpin.transitions import NotAllowed
from screening.choices import ComparisonClass, Risk
from screening.extracts.monthly import MONTH, month_key
from screening.models import Comparison, ComparisonItem, Round
from screening.rounds.comparison import Item, Sums, compare, sums
from screening.rounds.gathering import Inputs, gather_inputs
from screening.rounds.identity import identity_of
from screening.rounds.judging import LeftOut
from screening.rounds.moves import Move, moved
from screening.rounds.repetition import limits_of

_COLUMNS = (
    "id", "comparison", "cls", "household", "village", "clues", "left_out", "offline", "extract", "sheet_no", "row", "risks", "grade",
    "why", "differs", "came_from", "moved_why", "suppressed_by", "until", "override_reason",
)  # fmt: skip
_RISKS = {risk: place for place, risk in enumerate(Risk.values)}


@dataclass(frozen=True)
class Compared:
    """new: False when nothing had changed since the last comparison of the round, which is then the answer."""

    comparison: Comparison
    new: bool


@transaction.atomic
def compare_round(round: Round, *, by, submitted: bool = False, on: date | None = None) -> Compared:
    """Compare the round's lists as they are ``on`` that day (default: today).

    submitted: offline lists that the villages have sent up count too, not only those that the county has passed. Two officers
    take turns: the second gets the first one's comparison. Raises NotAllowed when the round is over, the month is being run, or
    there is nothing to compare.
    """
    require(by, Right.RUN_ROUND, round.county_id, "只有县办可以开展线上线下比对")
    day = on or this_day()
    round = take_turn(round)
    if Run.objects.about(MONTH, month_key(round.county, round.period)).alive().exists():
        raise NotAllowed(f"{month_label(round.period)}正在运行，请等它完成后再比对")
    inputs, standard = gather_inputs(round, submitted=submitted), standard_on(round.period)
    if not (inputs.online or inputs.offline or inputs.doubts):
        raise NotAllowed("线上没有线索，线下没有上报的名单，没有可以比对的内容")
    items = compare(
        inputs.online,
        inputs.offline,
        inputs.standing,
        inputs.history,
        inputs.doubts,
        day=day,
        limits=limits_of(standard),
    )
    return _frozen(round, inputs, items, standard, day=day, submitted=submitted, by=by)


def take_turn(round: Round) -> Round:
    """The open round, held until the transaction ends, and its county's clues with it (``rules.raising`` takes the same turn).

    Raises NotAllowed when somebody has closed it."""
    Division.objects.select_for_update(no_key=True).get(pk=round.county_id)
    held = Round.objects.select_for_update(no_key=True).get(pk=round.pk)
    if not held.is_open:
        raise NotAllowed(f"{held}已经结束，不能再比对和派发")
    return held


def why_over(comparison: Comparison) -> str:
    """Why nothing is done about this comparison's items any more, "" while something may be."""
    if Comparison.objects.filter(round=comparison.round_id, number__gt=comparison.number).exists():
        return "这一轮已有新的比对结果，请在最新一次比对里办理"
    return "" if comparison.round.is_open else f"{comparison.round}已经结束"


def _frozen(
    round: Round, inputs: Inputs, items: list[Item], standard: Standard, *, day: date, submitted: bool, by
) -> Compared:
    before = Comparison.objects.filter(round=round).order_by("-number").first()
    went_in = _identities(inputs, items, standard, submitted)
    if before and before.inputs.get("identity") == went_in:
        return Compared(before, new=False)
    moves = moved(items_of(before), items) if before else []
    found = sums(items)
    comparison = Comparison.objects.create(
        round=round,
        number=before.number + 1 if before else 1,
        inputs={"identity": went_in, "day": day.isoformat(), "submitted": submitted},
        counts=_counts(found, moves),
        made_by=by,
    )
    checks = {str(check.id): check for check in inputs.history}
    copy_rows(ComparisonItem, _COLUMNS, _lines(comparison, items, moves, checks))
    record(by, "round.compared", comparison, households=found.households, count=len(items))
    return Compared(comparison, new=True)


def _identities(inputs: Inputs, items: list[Item], standard: Standard, submitted: bool) -> dict:
    """The items belong to it: a cool-down that has run out since changes them without any input changing."""
    parts = {name: identity_of(lines) for name, lines in vars(inputs).items()}
    return {**parts, "items": identity_of(items), "standard": standard.pk, "submitted": submitted}


def _counts(found: Sums, moves: list[Move]) -> dict:
    counts = asdict(found) | {"classes": {cls.value: count for cls, count in found.classes.items()}}
    gone = [
        {"household": str(move.household), "village": move.village, "before": move.before, "why": move.reason}
        for move in moves
        if move.after is None
    ]
    changes = Counter(f"{move.before or ''}>{move.after or ''}" for move in moves)
    return {**counts, "households": found.households, "adds_up": found.adds_up, "moves": dict(changes), "gone": gone}


def _lines(comparison: Comparison, items: Iterable[Item], moves: list[Move], checks: dict) -> Iterator[tuple]:
    now = {move.household: move for move in moves if move.after is not None}
    for item in items:
        move = now.get(item.household) if item.household else None
        doubt = item.doubts[0] if item.doubts and item.household is None else None
        answer = next((left.check for left in item.left_out if left.check is not None), None)
        covered = item.cls == ComparisonClass.C8
        yield (
            uuid4(), comparison.pk, item.cls.value, item.household, item.village or None, [str(pk) for pk in item.clues],
            [_left_out(left) for left in item.left_out], item.offline,
            doubt and doubt.extract, doubt and doubt.sheet, doubt and doubt.row,
            sorted((risk.value for risk in item.risks), key=_RISKS.__getitem__), item.grade.value if item.grade else "",
            item.why[:400], list(item.differs), (move.before or "") if move else "", move.reason[:200] if move else "",
            answer if covered else None, _until(item) if covered else None, "",
        )  # fmt: skip


def _left_out(left: LeftOut) -> dict:
    until = left.until.isoformat() if left.until else ""
    return {
        "clue": str(left.clue), "why": left.reason, "check": str(left.check) if left.check else None, "until": until,
    }  # fmt: skip


def _until(item: Item) -> date | None:
    """The first day on which one of its clues may go out again is the day after."""
    return min((left.until for left in item.left_out if left.until), default=None)


def items_of(comparison: Comparison) -> list[Item]:
    """A frozen comparison as the pure core knows it, as far as ``moves`` reads it."""
    found = ComparisonItem.objects.filter(comparison=comparison, household__isnull=False)
    columns = ("cls", "household_id", "village_id", "why", "clues", "offline_id", "left_out")
    return [_item(*line) for line in found.values_list(*columns).iterator()]


def _item(cls, household, village, why, clues, offline, left_out) -> Item:
    left = tuple(
        LeftOut(UUID(one["clue"]), one["why"], UUID(one["check"]) if one["check"] else None) for one in left_out
    )
    return Item(
        ComparisonClass(cls), household, village, why, tuple(map(UUID, clues)), offline, left_out=left
    )  # fmt: skip
