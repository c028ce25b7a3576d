"""What offices and spreadsheets do to rows: one switch per kind of defect, applied to rows that were right."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from tests.quality.spelling import (
    DIGIT_LOOKS,
    DOTS,
    LOOKS,
    NOTES,
    OTHER_READING,
    STAND_IN,
    TRADITIONAL,
    YOUNG,
    homophone,
)

FROM_SYSTEMS = ("MI-R", "MI-S")  # exported from a system that checks numbers: a quarter of the number defects
DAYS = ("{0}{1}{2}", "{0}.{3}.{4}", "{0}/{3}/{4}", "{0}年{3}月{4}日", "{0}-{1}-{2} 00:00:00", "serial")
_EPOCH = pd.Timestamp("1899-12-30")


@dataclass(frozen=True)
class Defects:
    """Share of rows with each defect (of those rows where it can occur)."""

    number_empty: float = 0.008
    number_placeholder: float = 0.001
    number_scientific: float = 0.003
    number_rounded: float = 0.006
    number_fifteen: float = 0.06
    number_full_width: float = 0.003
    number_blanks: float = 0.004
    number_apostrophe: float = 0.003
    number_letters: float = 0.003
    number_lower_x: float = 0.2
    number_typo: float = 0.006
    number_check: float = 0.001
    number_transposed: float = 0.003
    number_lost_digit: float = 0.001
    number_added_digit: float = 0.0005
    number_two_errors: float = 0.0005
    number_masked: float = 0.002
    number_tail_masked: float = 0.0005
    number_certificate: float = 0.001
    number_of_relative: float = 0.003
    number_of_head: float = 0.001
    number_in_name: float = 0.0005
    name_homophone: float = 0.004
    name_polyphone: float = 0.1
    name_lookalike: float = 0.003
    name_former: float = 0.3
    name_unreadable: float = 0.001
    name_annotated: float = 0.004
    name_blanks: float = 0.005
    name_traditional: float = 0.004
    name_rare: float = 0.3
    name_dots: float = 0.5
    name_other_character: float = 0.0005
    name_of_relative: float = 0.0005
    place_missing: float = 0.02
    place_old: float = 0.004
    phone_missing: float = 0.15
    phone_changed: float = 0.12
    phone_of_hamlet: float = 0.01
    birthday_missing: float = 0.01
    birthday_wrong: float = 0.002
    birthday_notation: float = 0.5
    age_missing: float = 0.02
    age_wrong: float = 0.01
    size_wrong: float = 0.04
    hamlet_missing: float = 0.03
    duplicate: float = 0.003
    outsider: float = 0.02
    left: float = 0.004

    def times(self, factor: float) -> "Defects":
        """The same world with its errors more frequent (outsiders and what is no error stay)."""
        kept = (
            "outsider",
            "number_fifteen",
            "number_lower_x",
            "name_former",
            "name_polyphone",
            "name_rare",
            "name_dots",
            "phone_missing",
            "phone_changed",
            "birthday_notation",
            "size_wrong",
        )
        return replace(self, **{n: min(v * factor, 0.9) for n, v in vars(self).items() if n not in kept})


def typo(rng: np.random.Generator, number: str, among: int = 17) -> str:
    """One of the first digits wrong."""
    at = int(rng.integers(among))
    return number[:at] + str((int(number[at]) + int(rng.integers(1, 10))) % 10) + number[at + 1 :]


def certificate(rng: np.random.Generator, number: str) -> str:
    """A disability certificate: number, kind, level, one in twenty reissued."""
    reissued = "B1" if rng.random() < 0.05 else ""
    return number and f"{number}{rng.integers(1, 8)}{rng.integers(1, 5)}{reissued}"


class Spoiler:
    """Spoils the rows of one list; every changed row gets the name of the defect in its column `defects`."""

    def __init__(
        self, rng, defects: Defects, rows: pd.DataFrame, entries: pd.DataFrame, persons: pd.DataFrame, homes: dict
    ):
        self._rng, self._defects = rng, defects
        self._values = {c: rows[c].to_numpy(dtype=object) for c in rows}
        self._entries, self._persons, self._homes = entries, persons, homes

    def spoil(self, code: str) -> pd.DataFrame:
        """The rows with at most one defect of the number, one of the name, and any of the rest."""
        if code == "DIS-R":
            self._values["id_text"] = np.array(
                [certificate(self._rng, n) for n in self._values["id_text"]], dtype=object
            )
        kinds = list(vars(self._defects))
        self._group([k for k in kinds if k.startswith("name_")], 1.0)
        if code not in ("WAT-R", "DIS-R"):
            self._group([k for k in kinds if k.startswith("number_")], 0.25 if code in FROM_SYSTEMS else 1.0)
        for kind in kinds:
            if kind.split("_")[0] in ("place", "phone", "birthday", "age", "size", "hamlet"):
                self._group([kind], 1.0)
        spoiled = pd.DataFrame(self._values)
        return spoiled.assign(id_is_number=spoiled["id_is_number"].astype(bool))

    def _group(self, kinds: list[str], share: float) -> None:
        count = len(self._values["name"])
        free = np.ones(count, dtype=bool)
        for kind in kinds:
            for at in np.flatnonzero(free & (self._rng.random(count) < share * getattr(self._defects, kind))):
                if self._apply(kind, at):
                    self._values["defects"][at] += "+" + kind
                    free[at] = False

    def _apply(self, kind: str, at: int) -> bool:
        """Whether the defect could be applied to the row."""
        if kind == "number_in_name":
            return self._exchange(at)
        if kind.startswith("number_"):
            return self._change("id_text", at, self._number(kind, at))
        if kind.startswith("name_"):
            return self._change("name", at, self._name(kind, at))
        stem = kind.split("_")[0]
        column = {"place": "village"}.get(stem, stem)
        if column not in self._values:
            return False
        if kind == "place_missing" and "hamlet" in self._values:
            self._values["hamlet"][at] = ""
        return self._change(column, at, self._other(kind, self._values[column][at]))

    def _change(self, column: str, at: int, new: str) -> bool:
        changed = new != self._values[column][at]
        self._values[column][at] = new
        return changed

    def _exchange(self, at: int) -> bool:
        """Number and name stand in each other's column."""
        name, number = self._values["name"], self._values["id_text"]
        name[at], number[at] = number[at], name[at]
        return True

    def _other(self, kind: str, old: str) -> str:
        rng = self._rng
        if kind == "place_old":
            return self._persons["village"].iat[rng.integers(len(self._persons))]
        if kind == "phone_changed":
            return f"1991{rng.integers(10**7):07}"
        if kind == "phone_of_hamlet":
            return f"1992{rng.integers(len(self._persons) // 500 + 1):07}"
        if kind in ("birthday_wrong", "birthday_notation") and len(old) != 10:
            return old
        if kind == "birthday_wrong":
            return f"{old[:5]}{rng.integers(1, 13):02}-{rng.integers(1, 29):02}"
        if kind == "birthday_notation":
            year, month, day = old.split("-")
            pattern = DAYS[rng.integers(len(DAYS))]
            if pattern == "serial":
                return str((pd.Timestamp(old) - _EPOCH).days)
            return pattern.format(year, month, day, int(month), int(day))
        if kind == "age_wrong":
            return str(max(int(old or 0) + int(rng.choice([-8, -5, -3, 3, 5, 8])), 1))
        return str(int(old) + int(rng.choice([-1, 1]))) if kind == "size_wrong" else ""

    def _number(self, kind: str, at: int) -> str:
        rng, old = self._rng, self._values["id_text"][at]
        cut = int(rng.integers(6, 16))
        if not old:
            return old
        if kind == "number_of_relative":
            return self._relative(at, "true_number") or old
        if kind == "number_of_head":
            return self._head(at) or old
        if kind == "number_fifteen":
            return old[:6] + old[8:17] if old[6:8] == "19" and old[8:10] <= "80" else old
        if kind == "number_rounded":
            self._values["id_is_number"][at] = typed = bool(rng.random() < 0.5)
            value = float(old[:15] + "000")
            return repr(value) if typed else str(int(value))
        return {
            "number_lower_x": lambda: old.lower(),
            "number_letters": lambda: old[:cut] + DIGIT_LOOKS.get(old[cut], old[cut]) + old[cut + 1 :],
            "number_transposed": lambda: old[:cut] + old[cut + 1] + old[cut] + old[cut + 2 :],
            "number_empty": lambda: str(rng.choice(["", "无", "不详"])),
            "number_placeholder": lambda: "999999" + old[6:],
            "number_scientific": lambda: "4.50399E+17",
            "number_full_width": lambda: old.translate(str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")),
            "number_blanks": lambda: f" {old[:6]} {old[6:14]} {old[14:]}",
            "number_apostrophe": lambda: "'" + old,
            "number_typo": lambda: typo(rng, old),
            "number_check": lambda: old[:17] + str(rng.choice([c for c in "0123456789X" if c != old[17]])),
            "number_lost_digit": lambda: old[:cut] + old[cut + 1 :],
            "number_added_digit": lambda: old[:cut] + old[cut] + old[cut:],
            "number_two_errors": lambda: typo(rng, typo(rng, old)),
            "number_masked": lambda: old[:6] + "********" + old[14:],
            "number_tail_masked": lambda: old[:14] + "****",
            "number_certificate": lambda: certificate(rng, old),
        }[kind]()

    def _relative(self, at: int, column: str) -> str:
        """A column of another member of the household, '' where there is none."""
        entry = self._entries.iloc[at]
        if entry["foreign"]:
            return ""
        home = self._persons.iloc[self._homes[entry["household"]]]
        values = home[column][(home["person"] != entry["person"]) & (home[column] != "")]
        return str(self._rng.choice(values.to_numpy(dtype=object))) if len(values) else ""

    def _head(self, at: int) -> str:
        """The number of the head for another member, '' for the head and for strangers."""
        entry = self._entries.iloc[at]
        if entry["foreign"]:
            return ""
        head = self._persons.iloc[self._homes[entry["household"]][0]]
        return head["true_number"] if head["person"] != entry["person"] else ""

    def _name(self, kind: str, at: int) -> str:
        rng, old = self._rng, self._values["name"][at]
        place = int(rng.integers(1, len(old)))
        before, after = old[:place], old[place + 1 :]
        tables = {
            "name_lookalike": (LOOKS, 1),
            "name_traditional": (TRADITIONAL, 0),
            "name_rare": (STAND_IN, 1),
            "name_polyphone": (OTHER_READING, 0),
        }
        if kind in tables:
            table, first = tables[kind]
            hit = next((i for i in range(first, len(old)) if old[i] in table), None)
            if hit is None:
                return old
            new = table[old[hit]] if kind != "name_rare" or rng.random() < 0.5 else str(rng.choice(["?", "□", "kun"]))
            return old[:hit] + new + old[hit + 1 :]
        return {
            "name_former": lambda: self._entries["former"].iat[at] or old,
            "name_homophone": lambda: before + homophone(rng, old[place]) + after,
            "name_unreadable": lambda: before + str(rng.choice(["?", "□", "*"])) + after,
            "name_annotated": lambda: old + str(rng.choice(NOTES)),
            "name_blanks": lambda: old[0] + str(rng.choice([" ", "\u3000", "\n"])) + old[1:],
            "name_dots": lambda: old.replace("·", str(rng.choice(DOTS))),
            "name_other_character": lambda: before + YOUNG[rng.integers(len(YOUNG))] + after,
            "name_of_relative": lambda: self._relative(at, "true_name") or old,
        }[kind]()
