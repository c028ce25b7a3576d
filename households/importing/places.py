"""乡镇 and 行政村 by their names: official ("葡萄村委会"), as people write them ("葡萄村", "葡萄"), or by code.

A bare name that fits two units is asked back, never guessed (architecture.md 6): 葡萄 may be 葡萄居委会 or 葡萄村委会.
"""

import unicodedata
from dataclasses import dataclass

from fangpin.divisions.models import Division, Level

# Longest first: what is left when the ending is taken off is the bare name.
_TOWN_ENDINGS = ("街道办事处", "街道", "镇", "乡")
_RESIDENTS = ("社区居民委员会", "社区居委会", "居民委员会", "居委会", "社区", "居委")
_VILLAGERS = ("村村民委员会", "村民委员会", "村委会", "行政村", "村委", "村")


@dataclass(frozen=True)
class Found:
    """A village's code, or why there is none: the column that is to blame and a sentence for the clerk."""

    code: str = ""
    column: str = ""
    message: str = ""


def plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())


def _split(text: str, endings: tuple[str, ...]) -> tuple[str, str]:
    """(bare name, ending); a name that is nothing but an ending stays whole."""
    for ending in endings:
        if text.endswith(ending) and len(text) > len(ending):
            return text.removesuffix(ending), ending
    return text, ""


@dataclass(frozen=True)
class _Unit:
    code: str
    name: str
    bare: str
    ending: str


class Places:
    """The townships and villages of one county, looked up by text. Built once per file."""

    def __init__(self, county_code: str):
        self._towns, self._villages = [], []
        for code, name, level in Division.objects.under(county_code).values_list("code", "name", "level"):
            text = plain(name)
            if level == Level.TOWNSHIP:
                self._towns.append(_Unit(code, name, *_split(text, _TOWN_ENDINGS)))
            elif level == Level.VILLAGE:
                self._villages.append(_Unit(code, name, *_split(text, (*_RESIDENTS, *_VILLAGERS))))
        self._town_names = {unit.code: unit.name for unit in self._towns}

    def village(self, township: str, village: str) -> Found:
        """The village that the two texts of a row mean."""
        town, text = plain(township).removesuffix("人民政府"), plain(village)
        if not text:
            return Found(column="village", message="没有填写行政村")
        if text.isdigit():
            known = [unit for unit in self._villages if unit.code == text]
            return self._only(known, village, "")
        towns = self._match(self._towns, town, _TOWN_ENDINGS) if town else self._towns
        if not towns:
            return Found(column="township", message=f"本县没有叫“{_short(township)}”的乡镇，请核对名称")
        codes = tuple(unit.code for unit in towns)
        here = [unit for unit in self._villages if unit.code.startswith(codes)]
        place = self._town_names[codes[0]] if len(codes) == 1 else ""
        return self._only(self._match(here, text, (*_RESIDENTS, *_VILLAGERS)), village, place)

    @staticmethod
    def _match(units: list[_Unit], text: str, endings: tuple[str, ...]) -> list[_Unit]:
        """The units of exactly this name; failing that those of the same bare name, and of the same sort if the text tells it."""
        exact = [unit for unit in units if plain(unit.name) == text or unit.code == text]
        if exact:
            return exact
        bare, ending = _split(text, endings)
        same = [unit for unit in units if unit.bare == bare]
        if ending:
            sort = _RESIDENTS if ending in _RESIDENTS else _VILLAGERS
            same = [unit for unit in same if unit.ending in sort] or same
        return same

    def _only(self, units: list[_Unit], written: str, town: str) -> Found:
        if len(units) == 1:
            return Found(units[0].code)
        if not units:
            return Found(column="village", message=f"{town or '本县'}没有叫“{_short(written)}”的村，请核对名称")
        names = "或".join(f"{self._town_names.get(unit.code[:9], '')}{unit.name}" for unit in units)
        return Found(column="village", message=f"“{_short(written)}”可能是{names}，请写全称后再导入")


def _short(text: str) -> str:
    """A name as quoted in a sentence: a cell of the wrong column may hold anything, a number too."""
    text = plain(text)
    return text if len(text) <= 12 and not any(character.isdigit() for character in text) else "（内容不像地名）"
