"""Who lives together: households drawn from templates, births following from births, so that ages fit relations."""

from typing import NamedTuple

import numpy as np
import pandas as pd

YEAR = 365.2425


class Slot(NamedTuple):
    """One place in a household. `anchor` is the slot whose birth this one follows by `after` years (negative: earlier)."""

    kin: str
    anchor: int
    after: tuple[float, float]
    keep: float = 1.0
    oldest: float = 97.0
    sex: str = "?"
    twin: float = 0.0


class Template(NamedTuple):
    weight: float
    head: str  # sex of the head, "?" for either
    ages: tuple[float, float]
    slots: tuple[Slot, ...] = ()


KINS = {  # kin -> (relation of a man, relation of a woman, whose surname, moved in from elsewhere)
    "head": ("户主", "户主", "line", False),
    "spouse": ("配偶", "配偶", "other", True),
    "child": ("之子", "之女", "line", False),
    "son_in_law": ("之女婿", "之女婿", "second", True),
    "daughter_in_law": ("之儿媳", "之儿媳", "own", True),
    "grandchild": ("之孙子", "之孙女", "line", False),
    "daughters_child": ("之外孙子", "之外孙女", "second", False),
    "father": ("之父", "之父", "line", False),
    "mother": ("之母", "之母", "own", True),
    "fathers_parent": ("之祖父", "之祖母", "grand", False),
    "mothers_parent": ("之外祖父", "之外祖母", "own", False),
    "husbands_parent": ("之公公", "之婆婆", "grand", False),
    "wifes_parent": ("之岳父", "之岳母", "second_if_male", True),
    "sibling": ("之兄弟姐妹", "之兄弟姐妹", "line", False),
    "brothers_wife": ("之兄弟媳妇", "之兄弟媳妇", "own", True),
    "nephew": ("之侄儿", "之侄女", "line", False),
    "uncle": ("之叔伯", "之叔伯", "line", False),
    "great_grandchild": ("之曾孙子", "之曾孙女", "line", False),
    "other": ("其他", "其他", "own", True),
}

_SPOUSE = Slot("spouse", 0, (-2, 5), sex="F")
_FIRST = Slot("child", 1, (20, 31), oldest=33)
_NEXT = Slot("child", 2, (1.5, 6), 0.8, 32, twin=0.03)
_THIRD = Slot("child", 3, (1.5, 6), 0.28, 30)


def _elder(kin: str, anchor: int, sex: str, keep: float, after=(-36.0, -22.0)) -> Slot:
    return Slot(kin, anchor, after, keep, 97, sex)


TEMPLATES = (
    Template(5, "?", (60, 90)),
    Template(3, "M", (34, 60)),
    Template(7, "M", (57, 84), (_SPOUSE,)),
    Template(16, "M", (25, 45), (_SPOUSE, _FIRST, _NEXT, _THIRD)),
    Template(2.5, "F", (28, 60), (Slot("spouse", 0, (-5, 2), sex="M"), Slot("child", 0, (20, 31), oldest=33), _NEXT)),
    Template(19, "M", (40, 60), (_SPOUSE, _FIRST, _NEXT, _THIRD)),
    Template(
        16,
        "M",
        (31, 54),
        (_SPOUSE, _FIRST, _NEXT, _THIRD, _elder("father", 0, "M", 0.55), _elder("mother", 0, "F", 0.75, (-33, -20))),
    ),
    Template(
        14,
        "M",
        (50, 75),
        (
            _SPOUSE,
            Slot("child", 1, (20, 30), oldest=55, sex="M"),
            Slot("daughter_in_law", 2, (-3, 4), 0.9, sex="F"),
            Slot("grandchild", 3, (20, 30), 0.95, 26),
            Slot("grandchild", 4, (1.5, 6), 0.65, 25, twin=0.03),
            Slot("grandchild", 5, (1.5, 6), 0.15, 24),
        ),
    ),
    Template(
        2.5,
        "M",
        (50, 72),
        (
            _SPOUSE,
            Slot("child", 1, (20, 30), oldest=50, sex="F"),
            Slot("son_in_law", 2, (-6, 2), sex="M"),
            Slot("daughters_child", 2, (20, 30), 0.9, 25),
            Slot("daughters_child", 4, (1.5, 6), 0.5, 24),
        ),
    ),
    Template(
        3,
        "F",
        (36, 62),
        (
            Slot("child", 0, (20, 31), oldest=33),
            Slot("child", 1, (1.5, 6), 0.7, 32),
            _elder("husbands_parent", 0, "F", 0.35, (-33, -20)),
            _elder("husbands_parent", 0, "M", 0.15),
        ),
    ),
    Template(
        3,
        "M",
        (31, 56),
        (
            Slot("child", 0, (20, 33), oldest=30),
            Slot("child", 1, (1.5, 6), 0.4, 29),
            _elder("mother", 0, "F", 0.6, (-33, -20)),
        ),
    ),
    Template(
        2.5,
        "?",
        (56, 76),
        (Slot("grandchild", 0, (42, 54), oldest=20), Slot("grandchild", 1, (1.5, 6), 0.4, 18)),
    ),
    Template(1.2, "M", (50, 75), (Slot("sibling", 0, (-8, 8), sex="M"),)),
    Template(2.2, "M", (35, 60), (_elder("mother", 0, "F", 1, (-33, -20)),)),
    Template(
        1,
        "M",
        (42, 55),
        (
            _SPOUSE,
            _FIRST,
            _NEXT,
            _elder("father", 0, "M", 0.8, (-28, -20)),
            _elder("mother", 0, "F", 0.9, (-26, -19)),
            _elder("fathers_parent", 4, "F", 0.9, (-26, -19)),
            _elder("fathers_parent", 4, "M", 0.3, (-28, -20)),
        ),
    ),
    Template(
        0.9,
        "M",
        (31, 50),
        (
            _SPOUSE,
            _FIRST,
            _NEXT,
            _elder("wifes_parent", 1, "F", 0.95, (-33, -20)),
            _elder("wifes_parent", 1, "M", 0.5),
        ),
    ),
    Template(0.5, "M", (40, 64), (_SPOUSE, Slot("nephew", 0, (22, 38), oldest=24))),
    Template(
        0.5,
        "M",
        (40, 62),
        (
            Slot("sibling", 0, (-9, 6), sex="M"),
            Slot("brothers_wife", 1, (-2, 5), sex="F"),
            Slot("nephew", 2, (20, 30), 1, 28),
        ),
    ),
    Template(
        0.6,
        "M",
        (70, 86),
        (
            Slot("child", 0, (20, 27), oldest=66, sex="M"),
            Slot("daughter_in_law", 1, (-2, 4), sex="F"),
            Slot("grandchild", 2, (20, 26), 1, 42, "M"),
            Slot("great_grandchild", 3, (20, 28), 1, 18),
            Slot("great_grandchild", 4, (1.5, 5), 0.5, 17),
        ),
    ),
    Template(
        0.4,
        "M",
        (22, 36),
        (_elder("mothers_parent", 0, "F", 1, (-56, -44)), _elder("mothers_parent", 0, "M", 0.5, (-58, -45))),
    ),
    Template(0.4, "M", (22, 48), (_elder("uncle", 0, "M", 1, (-30, -10)),)),
    Template(0.4, "?", (55, 80), (Slot("other", 0, (25, 45), oldest=50),)),
)


def draw(persons: int, today: np.datetime64, rng: np.random.Generator) -> pd.DataFrame:
    """Exactly `persons` members of whole households (the last may be cut short), heads first.

    Columns: 户 (0…), kin, male, birth (datetime64[D]), line ('line', 'own', …: whose surname), moved (bool), relation.
    """
    weights = np.array([template.weight for template in TEMPLATES])
    wanted = persons // 3 + 30
    counts = rng.multinomial(wanted, weights / weights.sum())
    parts = [
        _households(template, count, today, rng) for template, count in zip(TEMPLATES, counts, strict=True) if count
    ]
    base = np.cumsum([0, *(part["户"].max() + 1 for part in parts[:-1])])
    people = pd.concat([part.assign(户=part["户"] + first) for part, first in zip(parts, base, strict=True)])
    order = rng.permutation(wanted)
    people["户"] = order[people["户"].to_numpy()]
    people = people.sort_values(["户", "slot"], kind="stable", ignore_index=True)
    if len(people) < persons:
        raise ValueError("too few households drawn; raise the number wanted")
    return people.iloc[:persons].drop(columns="slot").reset_index(drop=True)


def _households(template: Template, count: int, today: np.datetime64, rng: np.random.Generator) -> pd.DataFrame:
    low, high = template.ages
    births = [rng.uniform(low, high, count) * -YEAR]
    males = [rng.random(count) < 0.5 if template.head == "?" else np.full(count, template.head == "M")]
    kept = [np.ones(count, dtype=bool)]
    for slot in template.slots:
        gap = rng.uniform(*slot.after, count)
        gap = np.where(rng.random(count) < slot.twin, 0.0, gap)
        birth = births[slot.anchor] + gap * YEAR
        births.append(birth)
        males.append(rng.random(count) < 0.52 if slot.sex == "?" else np.full(count, slot.sex == "M"))
        alive = (birth < 0) & (birth > -slot.oldest * YEAR) & (rng.random(count) < slot.keep)
        kept.append(alive)
    kins = ["head", *(slot.kin for slot in template.slots)]
    slots = []
    for place, (kin, birth, male, alive) in enumerate(zip(kins, births, males, kept, strict=True)):
        here = np.flatnonzero(alive)
        man, woman, line, moved = KINS[kin]
        slots.append(
            pd.DataFrame(
                {
                    "户": here,
                    "slot": place,
                    "kin": kin,
                    "male": male[here],
                    "birth": today + np.floor(birth[here]).astype("timedelta64[D]"),
                    "line": line,
                    "moved": moved,
                    "relation": np.where(male[here], man, woman),
                }
            )
        )
    return pd.concat(slots)
