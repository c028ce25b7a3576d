"""What moved between two comparisons of one round, and why (product.md S3). Pure."""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass

from screening.choices import ComparisonClass
from screening.rounds.comparison import Item

_ACTIVE = frozenset({ComparisonClass.C5, ComparisonClass.C6})
OTHER = "线索、填报或名册内容有更正"


@dataclass(frozen=True)
class Move:
    """A household's class before and after, None where it stood in neither list; ``reason`` in Chinese."""

    household: Hashable
    village: str
    before: ComparisonClass | None
    after: ComparisonClass | None
    reason: str


def moved(before: Iterable[Item], after: Iterable[Item]) -> list[Move]:
    """The households whose class changed, that came or that went, by village and household."""
    old, new = _by_household(before), _by_household(after)
    moves = []
    for household in old.keys() | new.keys():
        was, now = old.get(household), new.get(household)
        if was and now and was.cls == now.cls:
            continue
        moves.append(
            Move(
                household,
                (now or was).village,
                was and was.cls,
                now and now.cls,
                "；".join(_causes(was, now)) or OTHER,
            )
        )
    return sorted(moves, key=lambda move: (move.village, str(move.household)))


def _by_household(items: Iterable[Item]) -> dict[Hashable, Item]:
    return {item.household: item for item in items if item.household is not None}


def _causes(was: Item | None, now: Item | None) -> Iterable[str]:
    """Everything that happened meanwhile; a household that stood in neither list had no clue and no entry."""
    clues_before, clues_now = _clues(was), _clues(now)
    if new := clues_now - clues_before:
        yield f"新增线索 {len(new)} 条"
    if gone := clues_before - clues_now:
        yield f"撤销线索 {len(gone)} 条"
    entry_before, entry_now = was and was.offline, now and now.offline
    if entry_now is not None and entry_before is None:
        yield "线下新增填报"
    if entry_before is not None and entry_now is None:
        yield "线下填报已撤回"
    if was and now:
        yield from _changed_standing(was, now)
        yield from _changed_checks(was, now)


def _changed_standing(was: Item, now: Item) -> Iterable[str]:
    doubtful_before, doubtful_now = (item.cls == ComparisonClass.C9 for item in (was, now))
    if doubtful_before != doubtful_now:
        yield "身份存疑" if doubtful_now else "身份已核清"
    elif (was.cls in _ACTIVE) != (now.cls in _ACTIVE):
        yield "已开始监测" if now.cls in _ACTIVE else "监测已结束"


def _changed_checks(was: Item, now: Item) -> Iterable[str]:
    """Clues of both runs which a check answers in one of them only; an entry brings all of them up, which is said already."""
    both = _clues(was) & _clues(now)
    answered_before, answered_now = (
        {left.clue for left in item.left_out if left.check is not None} for item in (was, now)
    )
    if (answered_now - answered_before) & both and was.offline is None:
        yield "其间已核实"
    if (answered_before - answered_now) & both and now.offline is None:
        yield "核实已过有效期或有重大变化"


def _clues(item: Item | None) -> set:
    return set(item.clues) if item else set()
