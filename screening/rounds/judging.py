"""Which class a household belongs to (domain.md 4.1): what the lists say of it gathered, then TESTS in their order. Pure."""

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from datetime import date

from screening.choices import ComparisonClass, Risk
from screening.rounds.repetition import Limits, checked_again, suppressed
from screening.rounds.sides import ACCRUING, Check, OfflineCase, OnlineClue, Standing

# Facts that stay the household's when the person died: the death itself, and bills already run up.
OUTLIVE = ACCRUING | {"labour.died"}
DIFFERS = {"risks": "风险类型", "members": "涉及成员", "village": "所在村"}
_RISKS = {risk: place for place, risk in enumerate(Risk.values)}


@dataclass(frozen=True)
class LeftOut:
    """A clue that is not gone after: the earlier check that answers it, or None where its person left the household."""

    clue: Hashable
    reason: str
    check: Hashable | None = None


@dataclass(frozen=True)
class Gathered:
    """Everything about one household. clues: those that go on; departed: whose person left; answered: by earlier checks.

    news: what changed since the last check of a household that goes back although it was checked before, "" otherwise.
    """

    household: Hashable
    clues: tuple[OnlineClue, ...]
    departed: tuple[LeftOut, ...]
    answered: tuple[LeftOut, ...]
    case: OfflineCase | None
    standing: Standing | None
    news: str

    @property
    def online_risks(self) -> frozenset[Risk]:
        return frozenset(clue.risk for clue in self.clues)

    @property
    def risks(self) -> frozenset[Risk]:
        return self.online_risks | (self.case.risks if self.case else frozenset())


@dataclass(frozen=True)
class Found:
    cls: ComparisonClass
    why: str
    differs: tuple[str, ...] = ()
    new_risks: frozenset[Risk] = frozenset()


def gather(
    household: Hashable,
    clues: list[OnlineClue],
    case: OfflineCase | None,
    standing: Standing | None,
    checks: list[Check],
    *,
    day: date,
    limits: Limits,
) -> Gathered:
    """What goes on of a household's clues. An offline entry brings all of them up again: the village itself asks.

    Checks from before the end of a spell say nothing about the time after it.
    """
    departed = tuple(_departed(clues, standing))
    gone = {one.clue for one in departed}
    left = [clue for clue in clues if clue.id not in gone]
    if standing and standing.ended_on:
        checks = [check for check in checks if check.checked_on > standing.ended_on]
    if case or not checks:
        return Gathered(household, tuple(left), departed, (), case, standing, "")
    answers = [(clue, suppressed(clue, checks, day=day, **limits)) for clue in left]
    going = tuple(clue for clue, answer in answers if answer is None)
    return Gathered(
        household,
        going,
        departed,
        tuple(LeftOut(clue.id, answer.reason, answer.check) for clue, answer in answers if answer),
        case,
        standing,
        _news(going, checks, day, limits),
    )


def _departed(clues: list[OnlineClue], standing: Standing | None) -> Iterable[LeftOut]:
    """Clues about somebody who had left the household when the fact happened."""
    for clue in clues:
        departure = standing and standing.left.get(clue.person)
        if departure is None or (departure.died and clue.rule in OUTLIVE):
            continue
        if clue.event_on and departure.on and clue.event_on <= departure.on:
            continue
        when = f"（{departure.on}）" if departure.on else ""
        yield LeftOut(clue.id, f"线索所指人员已不在本户：{departure.why}{when}")


def _news(going: tuple[OnlineClue, ...], checks: list[Check], day: date, limits: Limits) -> str:
    told = (
        checked_again(
            clue, checks, day=day, growth_share=limits["growth_share"], growth_amount=limits["growth_amount"]
        )
        for clue in going
    )
    return next(filter(None, told), "")


# -- the tests, each with its source -------------------------------------------------------------------------------------
def in_doubt(one: Gathered) -> Found | None:
    """C9 (4.1: "not in county, dead, moved"): the household, or everybody the lists name of it, is no longer there."""
    if one.standing is None:
        return Found(ComparisonClass.C9, "名册中没有这一户")
    if one.standing.gone:
        return Found(ComparisonClass.C9, f"这一户已不在名册：{one.standing.gone}")
    persons = one.case.persons if one.case else frozenset()
    if one.case and (not persons or persons - one.standing.left.keys()):
        return None
    if one.clues or one.answered:
        return None
    why = one.departed[0].reason if one.departed else "线下填报的人员都已不在本户"
    return Found(ComparisonClass.C9, why)


def monitored(one: Gathered) -> Found | None:
    """C5, C6 (4.1): an active spell; evidence of its own risks is attached, a risk it does not have is new."""
    if not one.standing.active:
        return None
    if new := one.risks - one.standing.risks:
        return Found(ComparisonClass.C6, f"正在监测（{_words(one.standing.risks)}），新出现：{_words(new)}", (), new)
    return Found(ComparisonClass.C5, f"正在监测，已有风险：{_words(one.standing.risks)}")


def ended(one: Gathered) -> Found | None:
    """C7 (4.1): the last spell ended and something appears that was not checked since (4.2 holds here too)."""
    if one.standing.ended_on is None or not (one.clues or one.case):
        return None
    return Found(ComparisonClass.C7, f"{one.standing.ended_on} 已消除风险，又发现：{_words(one.risks)}")


def checked_lately(one: Gathered) -> Found | None:
    """C8 (4.1, 4.2): earlier checks answer every clue."""
    if one.clues or one.case:
        return None
    first = one.answered[0].reason
    return Found(ComparisonClass.C8, first if len(one.answered) == 1 else f"{len(one.answered)} 条线索，{first}")


def on_both(one: Gathered) -> Found | None:
    """C1, C4 (4.1): in both lists; risks, members (where both lists name some) and village agree or not."""
    if not (one.clues and one.case):
        return None
    persons = frozenset(clue.person for clue in one.clues if clue.person is not None)
    told = {
        "risks": one.online_risks != one.case.risks,
        "members": bool(persons and one.case.persons) and persons != one.case.persons,
        "village": any(clue.village != one.case.village for clue in one.clues),
    }
    differs = tuple(name for name, found in told.items() if found)
    if not differs:
        return Found(ComparisonClass.C1, f"线上、线下都有：{_words(one.online_risks)}")
    sides = f"（线上：{_words(one.online_risks)}；线下：{_words(one.case.risks)}）"
    words = "、".join(DIFFERS[name] + (sides if name == "risks" else "") for name in differs)
    return Found(ComparisonClass.C4, f"线上、线下都有，{words}不一致", differs)


def only_offline(one: Gathered) -> Found | None:
    """C3 (4.1): in the offline list only."""
    if one.clues:
        return None
    return Found(ComparisonClass.C3, f"线下排查发现：{_words(one.case.risks)}，没有可用的线上线索")


def only_online(one: Gathered) -> Found:
    """C10 (4.1: one household, several clues, one task), else C2: in the online list only."""
    again = f"；此前核实过，{one.news}" if one.news else ""
    if len(one.clues) > 1:
        words = f"{len(one.clues)} 条线索（{_words(one.online_risks)}）合并为一项，线下没有排查到{again}"
        return Found(ComparisonClass.C10, words)
    return Found(ComparisonClass.C2, f"线上发现：{_words(one.online_risks)}，线下没有排查到{again}")


TESTS: tuple[Callable[[Gathered], Found | None], ...] = (
    in_doubt,
    monitored,
    ended,
    checked_lately,
    on_both,
    only_offline,
    only_online,
)


def judge(one: Gathered) -> Found:
    """The first test that fits; the last one always does."""
    return next(filter(None, (test(one) for test in TESTS)))


def _words(risks: Iterable[Risk]) -> str:
    return "、".join(Risk(risk).label for risk in sorted(risks, key=_RISKS.__getitem__))
