"""Which township and village the words of a list mean: exact names with the endings offices add or drop, never a guess.

A bare name that fits two units (葡萄: 居委会 and 村委会) is asked back; 屏山 is never taken for 屏风山 (domain.md 9.1).
"""

import re
import unicodedata
from collections.abc import Mapping

import pandas as pd

from fangpin.sheets import alike

_VILLAGE_ENDINGS = (
    "社区居民委员会",
    "社区居委会",
    "村民委员会",
    "居民委员会",
    "村委会",
    "居委会",
    "社区",
    "村委",
    "居委",
    "村",
)
_COMMUNITY = ("社区居民委员会", "社区居委会", "居民委员会", "居委会", "社区", "居委")
_RURAL = ("村民委员会", "村委会", "村委", "村")
_TOWNSHIP_ENDINGS = ("镇", "乡", "街道")
_JUNK = re.compile(r"[\s　·.。,，、;；:：\-—_()（）]+")
_GOVERNMENT = re.compile(r"(?:人民政府|政府)")

ASK_TOWNSHIP = "本县没有叫“{0}”的乡镇，请核对名称"
ASK_VILLAGE = "{1}没有叫“{0}”的村，请核对名称"
ASK_BACK = "“{0}”对应{1}，请写全称"
OTHER_TOWNSHIP = "{0}不在{1}，请核对乡镇和村"
NO_TOWNSHIP = "“{0}”在几个乡镇都有，请写明乡镇"


class Gazetteer:
    """Names of one county's divisions, ready for looking up. divisions: columns code, name, level (county, township,
    village); codes at natural length or filled with zeros to 12."""

    def __init__(self, divisions: pd.DataFrame):
        self._county: list[str] = []
        self._township_names: dict[str, str] = {}
        self._full: dict[tuple[str, str], set[str]] = {}  # (township code, spelling with ending) → village codes
        self._bare: dict[tuple[str, str], set[str]] = {}
        self._names: dict[str, str] = {}
        for code, name, level in zip(
            divisions["code"].astype(str), divisions["name"], divisions["level"].astype(str).str.lower(), strict=True
        ):
            if level == "county":
                self._county.append(name)
            elif level == "township":
                self._township_names[code[:9]] = name
            elif level == "village":
                self._add_village(code[:12], name)
        bare = {
            n[: -len(e)]: c
            for c, n in self._township_names.items()
            for e in _TOWNSHIP_ENDINGS
            if n.endswith(e) and len(n) > len(e) + 1
        }
        spellings = {n: c for c, n in self._township_names.items()}
        self._townships = sorted((bare | spellings).items(), key=lambda item: -len(item[0]))

    def _add_village(self, code: str, name: str) -> None:
        self._names[code] = name
        bare, ending = _split(name)
        # 白沙街居委会 is also called 白沙社区, so that a bare 白沙 fits it as well as 白沙村委会
        stems = {bare, bare[:-1]} if ending in _COMMUNITY and bare.endswith("街") else {bare}
        for stem in stems:
            for spelling in {name, *(stem + e for e in (_COMMUNITY if ending in _COMMUNITY else _RURAL))}:
                self._full.setdefault((code[:9], spelling), set()).add(code)
            self._bare.setdefault((code[:9], stem), set()).add(code)

    def township(self, text: str, bare: bool = True) -> tuple[str, str]:
        """(9-digit code or '', what is left of the text after the township). `bare`: 葡萄 may stand for 葡萄镇."""
        plain = self._without_county(text)
        if plain in self._township_names:
            return plain, ""
        for spelling, code in self._townships:
            if plain.startswith(spelling) and (bare or spelling == self._township_names[code]):
                return code, _GOVERNMENT.sub("", plain[len(spelling) :], count=1)
        return "", plain

    def _without_county(self, text: str) -> str:
        plain = _JUNK.sub("", unicodedata.normalize("NFKC", text))
        for county in self._county:
            if 0 <= (at := plain.find(county)) <= 12:  # province and city may stand before it
                return plain[at + len(county) :]
        return plain

    def resolve(self, township_text: str, village_text: str, address_text: str) -> tuple[str, str, str, str]:
        """(township code, village code, hamlet from the address, note) for one spelling; '' for what is not certain."""
        township, rest = self.township(township_text)
        notes = [] if township or not rest else [ASK_TOWNSHIP.format(_quoted(township_text))]
        inner, village_words = self.township(village_text, bare=False)
        if inner and township and inner != township:
            return "", "", "", OTHER_TOWNSHIP.format(_quoted(village_text), self._township_names[township])
        township = township or inner
        if township and rest and not village_words:
            village_words = self._village_in_address(township, rest)[0]
        hamlet = ""
        if address_text.strip():
            at, words = self.township(address_text)
            if at and (not township or at == township):
                township = at
                found, hamlet = self._village_in_address(township, words)
                village_words = village_words or found
        plain = _JUNK.sub("", unicodedata.normalize("NFKC", village_words))
        if not plain:
            return township, "", hamlet, "；".join(notes)
        village, note = self._village(township, plain)
        return (township or village[:9]), village, hamlet, "；".join([*notes, note] if note else notes)

    def _village(self, township: str, plain: str) -> tuple[str, str]:
        """(code or '', why not)."""
        if plain in self._names:
            return plain, ""
        if township:
            codes = (
                self._full.get((township, plain))
                or self._bare.get((township, plain))
                or self._codes_without_ending(township, plain)
            )
        else:
            everywhere = {t for t, _ in self._full}
            codes = {
                c for t in everywhere for c in self._full.get((t, plain), set()) | self._bare.get((t, plain), set())
            }
        bare_fits = self._bare.get((township, plain), set())
        if len(bare_fits) > 1:
            codes = bare_fits
        if len(codes) == 1:
            return next(iter(codes)), ""
        if not codes:
            return "", ASK_VILLAGE.format(_quoted(plain), self._township_names.get(township, "本县"))
        if len({c[:9] for c in codes}) > 1:
            return "", NO_TOWNSHIP.format(_quoted(plain))
        return "", ASK_BACK.format(plain, "和".join(self._names[c] for c in sorted(codes)))

    def _codes_without_ending(self, township: str, plain: str) -> set[str]:
        """An ending of the other kind is forgiven where only one unit has the bare name."""
        bare, ending = _split(plain)
        return self._bare.get((township, bare), set()) if ending else set()

    def _village_in_address(self, township: str, words: str) -> tuple[str, str]:
        """(village words, hamlet) at the beginning of what follows the township in an address."""
        for length in range(min(len(words), 14), 1, -1):
            if (township, words[:length]) in self._full:
                return words[:length], words[length:]
        for length in range(min(len(words), 8), 1, -1):
            if (township, words[:length]) in self._bare:
                return words[:length], words[length:]
        return "", ""


def _split(name: str) -> tuple[str, str]:
    """(bare name, ending): '矮山村委会' → ('矮山', '村委会')."""
    for ending in _VILLAGE_ENDINGS:
        if name.endswith(ending) and len(name) > len(ending) + (ending == "村"):
            return name[: -len(ending)], ending
    return name, ""


def _quoted(text: str) -> str:
    """A name as quoted in a sentence: a cell of the wrong column may hold anything, a number of a person too."""
    plain = _JUNK.sub("", unicodedata.normalize("NFKC", text))
    return plain if len(plain) <= 12 and not re.search(r"\d", plain) else "（内容不像地名）"


def spelling_key(township: str, village: str) -> str:
    """Township and village as written, without blanks, punctuation and width differences: by this a spelling is remembered."""
    return "|".join(_JUNK.sub("", unicodedata.normalize("NFKC", text))[:40] for text in (township, village))


def resolve_places(
    township_text: pd.Series,
    village_text: pd.Series,
    address_text: pd.Series,
    divisions: pd.DataFrame,
    spellings: Mapping[str, str] | None = None,
) -> pd.DataFrame:
    """Columns township_code (9 digits), village_code (12), hamlet (from the address), note (Chinese, '' when all is
    clear); index of `township_text`. Each distinct spelling is looked up once.

    spellings: `spelling_key` -> code of a township or village, as people settled it; asked where the names do not tell."""
    gazetteer = Gazetteer(divisions)
    words = pd.DataFrame({"t": township_text.fillna(""), "v": village_text.fillna(""), "a": address_text.fillna("")})
    codes, firsts = alike([words[name] for name in words])
    unique = words.iloc[firsts].itertuples(index=False, name=None)
    found = pd.DataFrame(
        [_settled(gazetteer.resolve(*u), u, spellings or {}) for u in unique],
        columns=["township_code", "village_code", "hamlet", "note"],
        dtype="str",
    )
    return found.take(codes).set_axis(township_text.index)


def _settled(found: tuple[str, str, str, str], words: tuple[str, str, str], spellings: Mapping[str, str]):
    """What was found, or what people said the spelling means."""
    code = spellings.get(spelling_key(*words[:2])) if found[3] else None
    return found if code is None else (code[:9], code if len(code) == 12 else "", found[2], "")
