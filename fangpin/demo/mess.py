"""What offices do to data: one function per kind of defect. Each takes a clean cell and gives the spoilt one, or None
where it cannot happen to this cell. `spoil` applies a table of them at given rates and tells which cell got which.
"""

from collections.abc import Callable, Mapping

import numpy as np

from fangpin.demo import glyphs
from fangpin.demo.names import RARE

Defect = Callable[[object, np.random.Generator], object]
_WIDE = str.maketrans({chr(code): chr(code + 0xFEE0) for code in range(0x21, 0x7F)})


class Day(int):
    """A date cell: days since 1899-12-30, shown as a date."""


class Serial(int):
    """The same number without a date format, as it stays when a column was pasted as values."""


EPOCH = np.datetime64("1899-12-30")


def day_cells(days: np.ndarray) -> np.ndarray:
    """datetime64[D] -> object array of Day, '' for NaT."""
    days = np.asarray(days).astype("datetime64[D]")
    cells = np.array([Day(number) for number in (days - EPOCH).astype(np.int64)], dtype=object)
    cells[np.isnat(days)] = ""
    return cells


def spoil(
    cells: np.ndarray, defects: Mapping[Defect, float], rng: np.random.Generator, where: np.ndarray | None = None
) -> np.ndarray:
    """Spoils `cells` (object array) in place, at most one defect a cell; returns the defect's name per cell or ''."""
    kinds = np.full(len(cells), "", dtype=object)
    choice = np.searchsorted(np.cumsum(list(defects.values())), rng.random(len(cells)), side="right")
    functions = list(defects)
    hit = choice < len(functions)
    if where is not None:
        hit = hit & where
    for row in np.flatnonzero(hit):
        value = cells[row]
        spoilt = functions[choice[row]](value, rng) if value != "" else None
        if spoilt is not None:
            cells[row] = spoilt
            kinds[row] = functions[choice[row]].__name__
    return kinds


def swap_in(
    cells: np.ndarray, others: np.ndarray, rate: float, rng: np.random.Generator, kinds: np.ndarray, name: str
) -> None:
    """Puts another true value in the cell (a former name, a certificate, a parent's number) at `rate` where there is one."""
    hit = (others != "") & (others != cells) & (kinds == "") & (rng.random(len(cells)) < rate)
    cells[hit] = others[hit]
    kinds[hit] = name


# --- numbers of people -----------------------------------------------------------------------------------------------


def fifteen_digits(number: str, rng) -> str | None:
    """The old number of people born before 1966."""
    return number[:6] + number[8:17] if number[6:10] < "1966" else None


def lower_x(number: str, rng) -> str | None:
    return number[:-1] + "x" if number.endswith("X") else None


def full_width(value: str, rng) -> str:
    return str(value).translate(_WIDE)


def spaced(number: str, rng) -> str:
    return f"{number[:6]} {number[6:14]} {number[14:]}"


def stray_space(value: str, rng) -> str:
    """A blank before or after that nobody sees: space, tab, line break, no-break space."""
    blank = (" ", "\t", "\n", "\xa0", "\u3000")[rng.integers(5)]
    return blank + value if rng.random() < 0.4 else value + blank


def apostrophe(number: str, rng) -> str:
    return "'‘`’"[rng.integers(4)] + number


def number_cell(number: str, rng) -> float | None:
    """A number cell as Excel keeps it: 15 figures, the last three gone."""
    return float(number[:15] + "000") if number.isdigit() and len(number) == 18 else None


def scientific_text(number: str, rng) -> str | None:
    return f"{float(number):.5E}" if number.isdigit() else None


def precision_lost(number: str, rng) -> str | None:
    """The number cell turned back into text."""
    return number[:15] + "000" if number.isdigit() and not number.endswith("000") else None


def letter_for_digit(number: str, rng) -> str | None:
    places = [place for place, char in enumerate(number) if char in "018"]
    if not places:
        return None
    place = places[rng.integers(len(places))]
    return number[:place] + {"0": "O", "1": "l", "8": "B"}[number[place]] + number[place + 1 :]


def one_digit_wrong(number: str, rng) -> str:
    place = int(rng.integers(6, 17))
    wrong = (int(number[place]) + int(rng.integers(1, 10))) % 10
    return f"{number[:place]}{wrong}{number[place + 1 :]}"


def transposed(number: str, rng) -> str | None:
    places = [place for place in range(6, 16) if number[place] != number[place + 1]]
    if not places:
        return None
    place = places[rng.integers(len(places))]
    return number[:place] + number[place + 1] + number[place] + number[place + 2 :]


def digit_missing(number: str, rng) -> str:
    place = int(rng.integers(4, 17))
    return number[:place] + number[place + 1 :]


def masked(number: str, rng) -> str:
    return number[:6] + "********" + number[14:]


def missing(value: str, rng) -> str:
    return ("", "", "", "无", "-", "/")[rng.integers(6)]


ID_WEIGHTS: dict[Defect, float] = {
    number_cell: 0.22,
    scientific_text: 0.05,
    precision_lost: 0.04,
    masked: 0.04,
    spaced: 0.06,
    stray_space: 0.12,
    apostrophe: 0.08,
    full_width: 0.04,
    letter_for_digit: 0.06,
    one_digit_wrong: 0.09,
    transposed: 0.06,
    digit_missing: 0.04,
    missing: 0.1,
}


# --- names -----------------------------------------------------------------------------------------------------------


def inner_space(name: str, rng) -> str:
    return name[0] + (" ", "  ", "\u3000")[rng.integers(3)] + name[1:]


def noted(name: str, rng) -> str:
    note = ("外出", "户主", "低保户", "残", "已故")[rng.integers(5)]
    return f"{name}（{note}）" if rng.random() < 0.5 else f"{name}({note})"


def hidden_character(name: str, rng) -> str:
    return name[0] + "*" + name[2:]


def homophone(name: str, rng) -> str | None:
    return _replaced(name, glyphs.SAME_SOUND, rng)


def similar_shape(name: str, rng) -> str | None:
    return _replaced(name, glyphs.SIMILAR_SHAPE, rng)


def traditional(name: str, rng) -> str | None:
    changed = "".join(glyphs.TRADITIONAL.get(char, char) for char in name)
    return changed if changed != name else None


def rare_character_lost(name: str, rng) -> str | None:
    """What old software makes of a character it has no glyph for."""
    lost = [char for char in name[1:] if char in RARE]
    return name.replace(lost[0], "□?〇*"[rng.integers(4)]) if lost else None


def another_dot(name: str, rng) -> str | None:
    """The middle dot of minority names in one of its five encodings, or left out."""
    return name.replace("·", ("•", "．", ".", "・", "")[rng.integers(5)]) if "·" in name else None


def _replaced(name: str, table: Mapping[str, str], rng) -> str | None:
    places = [place for place, char in enumerate(name) if char in table and (place or rng.random() < 0.15)]
    if not places:
        return None
    place = places[rng.integers(len(places))]
    return name[:place] + table[name[place]][rng.integers(len(table[name[place]]))] + name[place + 1 :]


NAME_WEIGHTS: dict[Defect, float] = {
    inner_space: 0.18,
    stray_space: 0.16,
    noted: 0.14,
    hidden_character: 0.04,
    homophone: 0.24,
    similar_shape: 0.12,
    traditional: 0.12,
}
RARE_NAMES: dict[Defect, float] = {rare_character_lost: 0.35, another_dot: 0.5}


# --- phones, dates, amounts ------------------------------------------------------------------------------------------


def phone_number(phone: str, rng) -> int:
    return int(phone)


def phone_dashed(phone: str, rng) -> str:
    return f"{phone[:3]}-{phone[3:7]}-{phone[7:]}"


def phone_spaced(phone: str, rng) -> str:
    return f"{phone[:3]} {phone[3:7]} {phone[7:]}"


PHONE_WEIGHTS: dict[Defect, float] = {phone_number: 0.22, phone_dashed: 0.035, phone_spaced: 0.01}


def _iso(day: Day) -> str:
    return str(EPOCH + int(day))


def _parts(day: Day) -> tuple[int, int, int]:
    return tuple(int(part) for part in _iso(day).split("-"))


def date_iso(day: Day, rng) -> str:
    return _iso(day)


def date_compact(day: Day, rng) -> str:
    return _iso(day).replace("-", "")


def date_dotted(day: Day, rng) -> str:
    return "{}.{}.{}".format(*_parts(day))


def date_slashed(day: Day, rng) -> str:
    return "{}/{}/{}".format(*_parts(day))


def date_slashed_padded(day: Day, rng) -> str:
    return _iso(day).replace("-", "/")


def date_chinese(day: Day, rng) -> str:
    return "{}年{}月{}日".format(*_parts(day))


def date_clocked(day: Day, rng) -> str:
    return "{}-{}-{} 00:00:00".format(*_parts(day))


def date_serial(day: Day, rng) -> Serial:
    return Serial(int(day))


def date_month_only(day: Day, rng) -> str:
    return _iso(day)[:7].replace("-", "") if rng.random() < 0.5 else "{}年{}月".format(*_parts(day)[:2])


DATE_WEIGHTS: dict[Defect, float] = {
    date_iso: 0.18,
    date_compact: 0.15,
    date_dotted: 0.15,
    date_slashed: 0.11,
    date_slashed_padded: 0.04,
    date_chinese: 0.14,
    date_clocked: 0.1,
    date_serial: 0.13,
}


def amount_text(amount: float, rng) -> str:
    return f" {amount:.2f}"


def amount_commas(amount: float, rng) -> str:
    return f"{'￥' if rng.random() < 0.5 else ''}{amount:,.2f}"


def amount_unit(amount: float, rng) -> str:
    return f"{amount:.2f}元"


def amount_full_width(amount: float, rng) -> str:
    return f"{amount:.2f}".translate(_WIDE)


def amount_ten_thousand(amount: float, rng) -> str:
    return f"{amount / 10_000:.6f}万元"


AMOUNT_WEIGHTS: dict[Defect, float] = {
    amount_text: 0.25,
    amount_commas: 0.3,
    amount_unit: 0.2,
    amount_full_width: 0.13,
    amount_ten_thousand: 0.12,
}


# --- places ----------------------------------------------------------------------------------------------------------


def stem(village: str) -> tuple[str, bool]:
    """("矮山", False) of 矮山村委会, ("莲峰", True) of 莲峰社区居委会: the bare name and whether it is a community."""
    for ending, community in (
        ("社区居委会", True),
        ("居委会", True),
        ("村民委员会", False),
        ("村委会", False),
        ("社区", True),
    ):
        if village.endswith(ending):
            return village[: -len(ending)], community
    return village.removesuffix("村"), False


def plain_village(village: str) -> str:
    """As cadres say it: 矮山村, 夏村, 莲峰社区, 白沙街居委会."""
    bare, community = stem(village)
    if community:
        return village if bare.endswith("街") or "社区" not in village else bare + "社区"
    return bare if bare.endswith("村") else bare + "村"


def village_official(village: str, rng) -> str:
    bare, community = stem(village)
    return bare + ("居委会" if community else "村委会")


def village_long(village: str, rng) -> str | None:
    bare, community = stem(village)
    return None if community else bare + "村民委员会"


def village_short(village: str, rng) -> str | None:
    bare, community = stem(village)
    return None if community else bare + "村委"


def village_bare(village: str, rng) -> str:
    return stem(village)[0]


VILLAGE_WEIGHTS: dict[Defect, float] = {
    village_official: 0.3,
    village_long: 0.23,
    village_short: 0.25,
    village_bare: 0.22,
}


def township_bare(township: str, rng) -> str | None:
    return township[:-1] if len(township) > 2 else None


def township_government(township: str, rng) -> str:
    return township + "人民政府"


TOWNSHIP_WEIGHTS: dict[Defect, float] = {township_bare: 0.4, township_government: 0.3}


def scaled(weights: Mapping[Defect, float], share: float) -> dict[Defect, float]:
    """The table with rates that add up to `share` (as far as its weights add up to 1)."""
    return {defect: weight * share for defect, weight in weights.items()}
