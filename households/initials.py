"""拼音首字母 of names, for searching: "覃小明" -> "qxm". A surname is read as a surname (曾 z, 单 s, 仇 q)."""

from collections.abc import Iterable
from functools import lru_cache

from pypinyin import Style, lazy_pinyin

LENGTH = 30

# First letters of characters that are read differently as a surname than the dictionary reads them first.
_SURNAMES = dict(zip("覃曾单仇解区查翟乐折秘繁召隗", "qzsqxozzysbpsk", strict=True))


@lru_cache(maxsize=30_000)
def _letter(character: str) -> str:
    if character.isascii():
        return character.lower() if character.isalpha() else ""
    syllable = lazy_pinyin(character, style=Style.FIRST_LETTER, errors="ignore")
    return syllable[0][:1] if syllable else ""


def initials(name: str) -> str:
    """Lower-case initial letters, at most 30; characters without a reading are left out."""
    if not name:
        return ""
    first = _SURNAMES.get(name[0]) or _letter(name[0])
    return (first + "".join(map(_letter, name[1:])))[:LENGTH]


def initials_many(names: Iterable[str]) -> list[str]:
    """``initials`` of many names, each distinct one once."""
    known: dict[str, str] = {}
    found = []
    for name in names:
        letters = known.get(name)
        if letters is None:
            letters = known[name] = initials(name)
        found.append(letters)
    return found
