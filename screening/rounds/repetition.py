"""No pointless repeat checks (domain.md 4.2, product.md S5): a finding holds for its time unless something material changed. Pure."""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import TypedDict

from fangpin.policy.keys import Key
from screening.choices import Conclusion, Grade, Risk
from screening.rounds.sides import Check, OnlineClue
from screening.rules.base import StandardLike

# 三保障 and drinking water: their flags stand beside the risks (domain.md 1.6).
GUARANTEES = frozenset({Risk.EDUCATION, Risk.INSURANCE, Risk.HOUSING, Risk.WATER})
_BADNESS = {grade: place for place, grade in enumerate(reversed(Grade.values))}


class Limits(TypedDict):
    """cooldown_days after any conclusion but 转观察, watch_days after that one. An amount has grown by both or not at all."""

    cooldown_days: int
    watch_days: int
    growth_share: Decimal
    growth_amount: Decimal


@dataclass(frozen=True)
class Suppression:
    """Why a clue is not sent: the check that answers it, until which day (included), and both as a sentence."""

    check: Hashable
    until: date
    reason: str


def limits_of(standard: StandardLike) -> Limits:
    return Limits(
        cooldown_days=int(standard.amount(Key.COOLDOWN_DAYS)),
        watch_days=int(standard.amount(Key.WATCH_COOLDOWN_DAYS)),
        growth_share=standard.amount(Key.GROWTH_SHARE),
        growth_amount=standard.amount(Key.GROWTH_AMOUNT),
    )


def suppressed(
    clue: OnlineClue,
    checks: Iterable[Check],
    *,
    day: date,
    cooldown_days: int,
    watch_days: int,
    growth_share: Decimal,
    growth_amount: Decimal,
) -> Suppression | None:
    """Whether an earlier check of the household answers ``clue`` on ``day``; None when it has to be looked at.

    It does when it was about the same risk and person, is not older than its cool-down (the last day counts), and nothing
    material changed since. 拟纳入 holds too: the household is on its way into monitoring. Checks after ``day`` are ignored.
    """
    answering = _answering(clue, checks, day)
    if not answering:
        return None
    last = answering[-1]
    until = last.checked_on + timedelta(days=watch_days if last.conclusion == Conclusion.WATCH else cooldown_days)
    known = frozenset(check.fingerprint for check in answering)
    if day > until or material_change(clue, last, known, growth_share=growth_share, growth_amount=growth_amount):
        return None
    same = "同一事实未变化" if clue.fingerprint in known else "同一风险无重大变化"
    found = Conclusion(last.conclusion).label
    return Suppression(last.id, until, f"{last.checked_on} 已核实：{found}；{same}，至 {until} 不再派发")


def checked_again(
    clue: OnlineClue, checks: Iterable[Check], *, day: date, growth_share: Decimal, growth_amount: Decimal
) -> str:
    """What is materially new about a clue whose household was checked before; "" when never checked or when nothing is."""
    past = [check for check in checks if check.household == clue.household and check.checked_on <= day]
    if not past:
        return ""
    answering = _answering(clue, past, day)
    if answering:
        known = frozenset(check.fingerprint for check in answering)
        return material_change(clue, answering[-1], known, growth_share=growth_share, growth_amount=growth_amount)
    is_new_risk = all(check.risk != clue.risk for check in past)
    return f"新的风险类型：{Risk(clue.risk).label}" if is_new_risk else "涉及上次未核实的人员"


def _answering(clue: OnlineClue, checks: Iterable[Check], day: date) -> list[Check]:
    """Checks by ``day`` about the clue's household, risk and person, the last one last: new risks and new persons have none.

    A fact of the household is answered by a check about any member; of several on one day the same fact comes last.
    """
    about = (
        check
        for check in checks
        if (check.household, check.risk) == (clue.household, clue.risk) and check.checked_on <= day
    )
    covering = (
        check
        for check in about
        if clue.person is None or clue.person in check.persons or check.fingerprint == clue.fingerprint
    )
    return sorted(covering, key=lambda check: (check.checked_on, check.fingerprint == clue.fingerprint, str(check.id)))


def material_change(
    clue: OnlineClue,
    check: Check,
    known: frozenset[str] = frozenset(),
    *,
    growth_share: Decimal,
    growth_amount: Decimal,
) -> str:
    """What changed materially since ``check`` (domain.md 4.2) in words, "" when nothing did.

    known: fingerprints of all facts that checks of this household and risk have looked at.
    """
    known |= {check.fingerprint}
    if clue.ordered:
        return "上级交办"
    if clue.applied:
        return "农户自主申报"
    is_new = clue.fingerprint not in known
    if is_new and clue.event_on is not None and clue.event_on > check.checked_on:
        return f"上次核实之后（{clue.event_on}）发生"
    if is_new and clue.risk in GUARANTEES:
        return f"出现新的{Risk(clue.risk).label}问题"
    if check.grade is not None and _BADNESS[clue.grade] > _BADNESS[check.grade]:
        return f"级别由{Grade(check.grade).label}升为{Grade(clue.grade).label}"
    if _grown(clue.value, check.value, growth_share, growth_amount):
        return f"数额由 {check.value:,} 增至 {clue.value:,}"
    return ""


def _grown(now: Decimal | None, before: Decimal | None, share: Decimal, amount: Decimal) -> bool:
    if now is None or before is None:
        return False
    return now - before >= amount and now - before >= before * share
