"""查找: one box for names, pinyin initials, ID numbers, phones, 户编号 and villages, within the user's reach and never beyond.

What is not in reach is not looked at, so the answer is the same whether it exists elsewhere or not. Every lookup has an index:
names and initials by prefix, numbers and phones by blind index.
"""

import re
import unicodedata
from dataclasses import dataclass, field

from django.db.models import Q, QuerySet

from fangpin import idcard
from fangpin.divisions.models import Division
from fangpin.divisions.rights import Right
from fangpin.sealing import blind
from households.filters import divisions_within
from households.models import Household, Person
from households.showing import shown

LIMIT = 50
_ID = re.compile(r"\d{17}[\dX]")
_TAIL = re.compile(r"\d{5}[\dX]")
_PHONE = re.compile(r"1[3-9]\d{9}")
_NUMBER = re.compile(r"[0-9A-Z][0-9A-Z\-]{3,31}")
_LETTERS = re.compile(r"[A-Z]{2,30}")
_CHINESE = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]")
_PREFIX_FROM = 9  # characters of a 户编号: all of a county begin alike


@dataclass
class Group:
    """Hits of one kind; ``more`` says that there are others beyond the first 50."""

    title: str
    people: list[Person] = field(default_factory=list)
    households: list[Household] = field(default_factory=list)
    villages: list[Division] = field(default_factory=list)
    more: bool = False

    @property
    def count(self) -> int:
        return len(self.people) + len(self.households) + len(self.villages)


@dataclass
class Found:
    groups: list[Group]
    hint: str = ""

    @property
    def count(self) -> int:
        return sum(group.count for group in self.groups)


def find(user, text: str) -> Found:
    """Everything in reach that ``text`` may mean, grouped by what it was found as; empty groups are left out."""
    text = "".join(unicodedata.normalize("NFKC", text).split())
    if not text:
        return Found([])
    if len(text) == 1:
        return Found([], hint="请至少输入两个字")
    groups = _by_words(user, text) if _CHINESE.search(text) else _by_number(user, text.upper())
    return Found([group for group in groups if group.count])


def _by_words(user, text) -> list[Group]:
    villages = divisions_within(user).villages().filter(name__contains=text).select_related("parent")[: LIMIT + 1]
    found = Group("行政村", villages=list(villages[:LIMIT]), more=len(villages) > LIMIT)
    return [_people("姓名", user, Q(name__startswith=text)), found]


def _by_number(user, text) -> list[Group]:
    digits = text.replace("-", "")
    groups = []
    number = _whole_id(digits)
    if number:
        groups.append(_people("证件号码", user, Q(id_index=blind("id", number))))
    if _TAIL.fullmatch(digits):
        groups.append(_people("证件号码末六位", user, Q(id_tail_index=blind("id_tail", digits))))
    if _PHONE.fullmatch(digits):
        index = blind("phone", digits)
        groups.append(_people("成员联系电话", user, Q(phone_index=index)))
        groups.append(_households("户联系电话", user, Q(phone_index=index)))
    if _LETTERS.fullmatch(text):
        groups.append(_people("拼音首字母", user, Q(initials__startswith=text.lower())))
    if _NUMBER.fullmatch(text):
        wanted = Q(number__startswith=text) if len(text) >= _PREFIX_FROM else Q(number=text)
        groups.append(_households("户编号", user, wanted))
        groups.append(_people("人编号", user, Q(number=text)))
    return groups


def _whole_id(text) -> str:
    """The number to look for: 15 digits are upgraded, a certificate is cut; one with a wrong check character as it stands."""
    cleaned = idcard.clean(text)
    if cleaned.kind in idcard.COMPLETE:
        return cleaned.number
    return text if _ID.fullmatch(text) else ""


def _people(title, user, wanted) -> Group:
    people = Person.objects.reachable_by(user, Right.VIEW_REGISTER).present().filter(wanted)
    rows = _first(people.select_related("household__village__parent").order_by("name", "number"))
    return Group(title, people=shown(rows[:LIMIT]), more=len(rows) > LIMIT)


def _households(title, user, wanted) -> Group:
    households = Household.objects.reachable_by(user, Right.VIEW_REGISTER).filter(wanted)
    rows = _first(households.with_place().order_by("number"))
    return Group(title, households=rows[:LIMIT], more=len(rows) > LIMIT)


def _first(rows: QuerySet) -> list:
    return list(rows[: LIMIT + 1])
