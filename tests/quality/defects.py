"""What offices and spreadsheets do to rows: one switch per kind of defect, applied to rows that were right."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from pypinyin import Style, pinyin

SURNAMES = "莫黎徐秦毛李黄陈周谢唐刘廖覃韦王张梁陆蒋罗邓潘赵朱胡吴杨林何曾郭龙欧阳俸粟诸"
MALE = "伟强军勇志明建国华文平东海林峰龙杰涛斌辉鹏刚健波俊德富贵荣光生福祥兴宏永才良宗培运继昌仁义礼信忠孝"
FEMALE = "芳英秀兰梅燕玲红霞莉丽萍娟艳桂花云珍凤琴莲婷雪慧敏静佳妹群娇香玉春秋冬菊翠素月清"
YOUNG = "子宇浩轩梓涵欣怡诗雨泽博思晨俊雅佳琪嘉豪语彤一诺悦萱睿铭瑞辰瑶可昊天奕霖沐恩凯"
LOOKS = dict(
    zip(
        "明建李王杰涛强军海林峰龙伟华文燕玲英秀兰莉丽陈毛刘红志国",
        "朋健季玉木寿张车悔材锋尤纬毕丈蒸铃央委三利两阵手浏江忘囯",
        strict=True,
    )
)
TRADITIONAL = dict(
    zip(
        "刘张陈黄赵吴罗邓陆蒋龙国华东军强伟凤莲兰艳丽红玲",
        "劉張陳黃趙吳羅鄧陸蔣龍國華東軍強偉鳳蓮蘭艷麗紅玲",
        strict=True,
    )
)
FROM_SYSTEMS = ("MI-R", "MI-S")  # exported from a system that checks numbers: a quarter of the number defects
DIGIT_LOOKS = {"0": "O", "1": "l", "8": "B", "5": "S"}


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
    number_transposed: float = 0.003
    number_lost_digit: float = 0.001
    number_added_digit: float = 0.0005
    number_two_errors: float = 0.0005
    number_masked: float = 0.002
    number_of_relative: float = 0.004
    name_homophone: float = 0.004
    name_lookalike: float = 0.003
    name_former: float = 0.3
    name_unreadable: float = 0.001
    name_annotated: float = 0.004
    name_blanks: float = 0.005
    name_traditional: float = 0.004
    name_other_character: float = 0.0005
    place_missing: float = 0.02
    place_old: float = 0.004
    phone_missing: float = 0.15
    phone_changed: float = 0.12
    birthday_missing: float = 0.01
    birthday_wrong: float = 0.002
    size_wrong: float = 0.04
    hamlet_missing: float = 0.03
    outsider: float = 0.02

    def times(self, factor: float) -> "Defects":
        """The same world with its errors more frequent (outsiders and old numbers stay)."""
        kept = (
            "outsider",
            "number_fifteen",
            "number_lower_x",
            "name_former",
            "phone_missing",
            "phone_changed",
            "size_wrong",
        )
        return replace(self, **{n: min(v * factor, 0.9) for n, v in vars(self).items() if n not in kept})


def typo(rng: np.random.Generator, number: str) -> str:
    """One of the first 17 digits wrong."""
    at = int(rng.integers(17))
    return number[:at] + str((int(number[at]) + int(rng.integers(1, 10))) % 10) + number[at + 1 :]


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
            self._values["id_text"] = np.array([self._certificate(n) for n in self._values["id_text"]], dtype=object)
        kinds = list(vars(self._defects))
        if code not in ("WAT-R", "DIS-R"):
            self._group([k for k in kinds if k.startswith("number_")], 0.25 if code in FROM_SYSTEMS else 1.0)
        self._group([k for k in kinds if k.startswith("name_")], 1.0)
        for kind in kinds:
            if kind.split("_")[0] in ("place", "phone", "birthday", "size", "hamlet"):
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

    def _certificate(self, number: str) -> str:
        reissued = "B1" if self._rng.random() < 0.05 else ""
        return number and f"{number}{self._rng.integers(1, 8)}{self._rng.integers(1, 5)}{reissued}"

    def _other(self, kind: str, old: str) -> str:
        rng = self._rng
        if kind == "place_old":
            return self._persons["village"].iat[rng.integers(len(self._persons))]
        if kind == "phone_changed":
            return f"1991{rng.integers(10**7):07}"
        if kind == "birthday_wrong":
            return f"{old[:5]}{rng.integers(1, 13):02}-{rng.integers(1, 29):02}"
        return str(int(old) + int(rng.choice([-1, 1]))) if kind == "size_wrong" else ""

    def _number(self, kind: str, at: int) -> str:
        rng, old = self._rng, self._values["id_text"][at]
        cut = int(rng.integers(6, 16))
        if not old:
            return old
        if kind == "number_of_relative":
            return self._relative(at) or old
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
            "number_lost_digit": lambda: old[:cut] + old[cut + 1 :],
            "number_added_digit": lambda: old[:cut] + old[cut] + old[cut:],
            "number_two_errors": lambda: typo(rng, typo(rng, old)),
            "number_masked": lambda: old[:6] + "********" + old[14:],
        }[kind]()

    def _relative(self, at: int) -> str:
        """The number of another member of the household, '' where there is none."""
        entry = self._entries.iloc[at]
        if not entry["person"]:
            return ""
        home = self._persons.iloc[self._homes[entry["household"]]]
        numbers = home["number"][(home["person"] != entry["person"]) & (home["number"] != "")]
        return str(self._rng.choice(numbers.to_numpy(dtype=object))) if len(numbers) else ""

    def _name(self, kind: str, at: int) -> str:
        rng, old = self._rng, self._values["name"][at]
        place = int(rng.integers(1, len(old)))
        before, after = old[:place], old[place + 1 :]
        if kind in ("name_lookalike", "name_traditional"):
            table, first = (LOOKS, 1) if kind == "name_lookalike" else (TRADITIONAL, 0)
            hit = next((i for i in range(first, len(old)) if old[i] in table), None)
            return old if hit is None else old[:hit] + table[old[hit]] + old[hit + 1 :]
        return {
            "name_former": lambda: self._entries["former"].iat[at] or old,
            "name_homophone": lambda: before + homophone(rng, old[place]) + after,
            "name_unreadable": lambda: before + str(rng.choice(["?", "□", "*"])) + after,
            "name_annotated": lambda: old + str(rng.choice(["（户主）", "(外出)", "（残）"])),
            "name_blanks": lambda: old[0] + str(rng.choice([" ", "\u3000", "\n"])) + old[1:],
            "name_other_character": lambda: before + YOUNG[rng.integers(len(YOUNG))] + after,
        }[kind]()


_SOUNDS: dict[str, list[str]] = {}


def homophone(rng, character: str) -> str:
    if not _SOUNDS:
        for other in SURNAMES + MALE + FEMALE + YOUNG + "名铭伍卫玮胜升声冰宾兵梨鹃捐尧遥红宏鸿洪君均钧慧惠会绘秋丘邱":
            _SOUNDS.setdefault(pinyin(other, style=Style.NORMAL)[0][0], []).append(other)
    same = [c for c in _SOUNDS.get(pinyin(character, style=Style.NORMAL)[0][0], []) if c != character]
    return str(rng.choice(same)) if same else character
