"""线上 against 线下 (domain.md 4.1): every household of either list in exactly one class C1–C10. Pure.

Which class it is decides ``judging``. Facts about a village and rows whose person is in doubt become items of their own,
outside the sums over households.
"""

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from datetime import date

from screening.choices import ComparisonClass, Grade, Risk
from screening.rounds.judging import Gathered, LeftOut, gather, judge
from screening.rounds.repetition import Limits
from screening.rounds.sides import SHARED, Check, Doubt, OfflineCase, OnlineClue, Standing

_GRADES = {grade: place for place, grade in enumerate(Grade.values)}
_CLASSES = {cls: place for place, cls in enumerate(ComparisonClass.values)}


@dataclass(frozen=True)
class Item:
    """One line of a comparison. household None: a village's problem (VILLAGE, by ``rule``) or a row in doubt (C9).

    clues: ids of all its clues, those of ``left_out`` too; merged: how many of them go on, as one. offline: id of the entry.
    risks: of the entry and the clues that go on, or of all clues when nothing does; grade: the worst of the same clues, None
    without. differs: for C4, keys of ``judging.DIFFERS``. new_risks: for C6. doubts: rows that may be of this household, or
    the one row of a C9 item.
    """

    cls: ComparisonClass
    household: Hashable | None
    village: str
    why: str
    clues: tuple = ()
    offline: Hashable | None = None
    risks: frozenset[Risk] = frozenset()
    differs: tuple[str, ...] = ()
    new_risks: frozenset[Risk] = frozenset()
    left_out: tuple[LeftOut, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    grade: Grade | None = None
    merged: int = 0
    rule: str = ""


def compare(
    online: Iterable[OnlineClue],
    offline: Iterable[OfflineCase],
    standing: Iterable[Standing],
    history: Iterable[Check],
    doubts: Iterable[Doubt],
    *,
    day: date,
    limits: Limits,
) -> list[Item]:
    """The items of both lists on ``day``, by village, class and household; the order of the inputs does not matter.

    standing: of all households of the lists that the register has. history: earlier checks of any household.
    Raises ValueError when the offline list holds a household twice.
    """
    clues, places = defaultdict(list), defaultdict(list)
    told = sorted(online, key=lambda clue: str(clue.id))
    troubles = {(clue.village, clue.rule) for clue in told if clue.household is None}
    for clue in told:
        trouble = clue.rule if clue.household is None else _trouble_of(clue, troubles)
        if trouble:
            places[clue.village, trouble].append(clue)
        else:
            clues[clue.household].append(clue)
    cases = _by_household(offline)
    known = {one.household: one for one in standing}
    checks = _gathered(history)
    rows = _gathered(sorted(doubts, key=_place))
    items = []
    for household in clues.keys() | cases.keys():
        mine = clues.get(household, [])
        case, found = cases.get(household), checks.get(household, [])
        gathered = gather(household, mine, case, known.get(household), found, day=day, limits=limits)
        items.append(_item(gathered, mine, tuple(rows.pop(household, ()))))
    items += [_village_item(village, rule, found) for (village, rule), found in places.items()]
    items += [_doubt_item(doubt) for left in rows.values() for doubt in left]
    return sorted(items, key=_order)


def _trouble_of(clue: OnlineClue, troubles: set[tuple[str, str]]) -> str:
    """The rule of the village's problem that this fact of a household is part of, "" when it stands for itself. Days without water
    are; a house without a connection or with bad water (no number) is not."""
    rule = SHARED.get(clue.rule, "") if clue.value is not None else ""
    return rule if (clue.village, rule) in troubles else ""


def _by_household(offline: Iterable[OfflineCase]) -> dict[Hashable, OfflineCase]:
    cases: dict[Hashable, OfflineCase] = {}
    for case in offline:
        if case.household in cases:
            raise ValueError(f"household {case.household} stands twice in the offline list")
        cases[case.household] = case
    return cases


def _gathered(lines: Iterable) -> dict[Hashable, list]:
    found = defaultdict(list)
    for line in lines:
        found[line.household].append(line)
    return found


def _item(one: Gathered, clues: list[OnlineClue], doubts: tuple[Doubt, ...]) -> Item:
    found = judge(one)
    home = one.standing.village if one.standing else (clues[0].village if clues else one.case.village)
    return Item(
        cls=found.cls,
        household=one.household,
        village=home,
        why=found.why,
        clues=tuple(clue.id for clue in clues),
        offline=one.case.id if one.case else None,
        risks=one.risks or frozenset(clue.risk for clue in clues),
        differs=found.differs,
        new_risks=found.new_risks,
        left_out=one.departed + one.answered,
        doubts=doubts,
        grade=_worst(one.clues or clues),
        merged=len(one.clues),
    )


def _village_item(village: str, rule: str, clues: list[OnlineClue]) -> Item:
    """A fact about the village is one problem, never a task for each of its households (4.1, 9.3 T10)."""
    own = [clue for clue in clues if clue.household is None]
    first, homes = min(own, key=lambda clue: _GRADES[clue.grade]), {clue.household for clue in clues} - {None}
    more = f"（共 {len(own)} 条）" if len(own) > 1 else ""
    more += f"；另有 {len(homes)} 户报了同样的问题，随这一项处理" if homes else ""
    return Item(
        cls=ComparisonClass.VILLAGE,
        household=None,
        village=village,
        why=f"村级问题：{first.sentence}{more}",
        clues=tuple(clue.id for clue in clues),
        risks=frozenset(clue.risk for clue in clues),
        grade=first.grade,
        merged=len(clues),
        rule=rule,
    )


def _doubt_item(doubt: Doubt) -> Item:
    """A row for its sender to correct (4.1 C9, 9.3 T16); the suggested match goes with it."""
    return Item(ComparisonClass.C9, None, doubt.village, doubt.why, doubts=(doubt,))


def _worst(clues: Iterable[OnlineClue]) -> Grade | None:
    return min((clue.grade for clue in clues), key=_GRADES.__getitem__, default=None)


def _place(doubt: Doubt) -> tuple:
    return str(doubt.extract), doubt.sheet, doubt.row


def _order(item: Item) -> tuple:
    rows = [_place(doubt) for doubt in item.doubts]
    return item.village, _CLASSES[item.cls], item.household is None, str(item.household), item.rule, rows


# -- sums ----------------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Sums:
    """classes: households in each of C1–C10. villages and rows (in doubt) stand outside the sums over households."""

    classes: dict[ComparisonClass, int]
    online: int
    offline: int
    both: int
    villages: int
    rows: int

    @property
    def households(self) -> int:
        """|A ∪ B|"""
        return self.online + self.offline - self.both

    @property
    def adds_up(self) -> bool:
        return sum(self.classes.values()) == self.households


def sums(items: Iterable[Item]) -> Sums:
    """Counts for the page; ``adds_up`` is False when a household stands twice, or in neither list."""
    classes = dict.fromkeys((cls for cls in ComparisonClass if cls != ComparisonClass.VILLAGE), 0)
    online, offline, outside = set(), set(), Counter()
    for item in items:
        if item.household is None:
            outside[item.cls] += 1
            continue
        classes[item.cls] += 1
        if item.clues:
            online.add(item.household)
        if item.offline is not None:
            offline.add(item.household)
    return Sums(
        classes,
        len(online),
        len(offline),
        len(online & offline),
        villages=outside[ComparisonClass.VILLAGE],
        rows=outside[ComparisonClass.C9],
    )
