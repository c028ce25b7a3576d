"""What a department answered about the headings of its own layouts, ready for reading the next file. Pure."""

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from fangpin.sheets import normalise_header as spoken_header
from screening.extracts.formats import normalise_header

# The reader calls a column without a heading "F列" and a repeated heading "金额(2)": names that mean something in one layout only.
_NAMELESS = re.compile(r"[A-Z]{1,3}列(?:\(\d+\))?")
_REPEATED = re.compile(r".+\(\d{1,3}\)")
_NOTHING: Mapping[str, str] = MappingProxyType({})


def is_nameless(heading: str) -> bool:
    """Whether the column has no heading of its own."""
    return bool(_NAMELESS.fullmatch(heading))


def fingerprint(headings: Sequence[str]) -> str:
    """SHA-256 (hex) of the normalised headings in order: the same for two files whose sheets are laid out alike."""
    words = ["" if is_nameless(heading) else normalise_header(heading) for heading in headings]
    while words and not words[-1]:
        words.pop()
    return hashlib.sha256("\n".join(words).encode()).hexdigest()


@dataclass(frozen=True)
class Remembered:
    """Answers of one department for one list: heading -> column key, "" for "not needed"; headings normalised.

    ``by_layout``: fingerprint -> the answers for exactly that layout. ``by_heading``: the newest answer for each heading, for
    layouts nobody has seen. ``words``: the headings as the reader of sheets compares them to find the heading row.
    """

    by_layout: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    by_heading: Mapping[str, str] = field(default_factory=dict)
    words: frozenset[str] = frozenset()

    def answers(self, headings: Sequence[str]) -> Mapping[str, str]:
        """What is known about a sheet with these headings."""
        return self.by_layout.get(fingerprint(headings), self.by_heading) if self.by_layout else _NOTHING

    def is_no_list(self, headings: Sequence[str]) -> bool:
        """Somebody said that a sheet laid out like this does not belong to the list."""
        answers = self.by_layout.get(fingerprint(headings))
        return answers is not None and not any(answers.values())


NOTHING_REMEMBERED = Remembered()


def remember(layouts: Iterable[tuple[str, Mapping[str, str]]]) -> Remembered:
    """``layouts``: (fingerprint, heading as written -> key), oldest first."""
    by_layout, by_heading, words = {}, {}, set()
    for mark, columns in layouts:
        by_layout[mark] = {normalise_header(heading): key for heading, key in columns.items()}
        if not any(columns.values()):
            continue  # a sheet that is no list: its headings say nothing about others
        own = [heading for heading in columns if not is_nameless(heading) and not _REPEATED.fullmatch(heading)]
        by_heading |= {normalise_header(heading): columns[heading] for heading in own}
        words |= {spoken_header(heading) for heading in own}
    return Remembered(by_layout, by_heading, frozenset(words - {""}))
