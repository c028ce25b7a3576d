"""What every check of the register is made of: its declaration, its context, the shape of what it finds, and questions checks share.

A check is pure: the people and households of a part of the county as frames (``households.quality.facts`` says which columns),
a context of the day and its standard in, the objects that are wrong with the values that say so out. Ranges come from the
standard in force (``policy.keys``, CHECK_…); what is no policy stands as a named constant beside its rule.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Protocol

import pandas as pd

from fangpin.policy.keys import Key
from households.choices import CheckGroup, Owner, Severity

SOURCE = "domain.md 7.4"
NOT_AT_SCHOOL = ("", "非在校生", "学龄前儿童")
AUGUST = (8, 31)  # 义务教育以 8 月 31 日计龄 (domain.md 3.3 EDU)


class StandardLike(Protocol):
    def amount(self, key: Key) -> Decimal: ...


@dataclass(frozen=True)
class Context:
    """The day of the check and what belongs to no single person or household.

    ``work``: one row a spell of work (``facts.WORK``; checks find it joined with the person, see ``prepared``).
    ``places``: names of the county's townships and villages.
    ``kept``: columns that the county keeps at all; a check that asks for others sleeps. None: every column.
    """

    day: date
    standard: StandardLike
    work: pd.DataFrame
    places: frozenset[str] = frozenset()
    kept: frozenset[str] | None = None

    def number(self, key: Key) -> float:
        return float(self.standard.amount(key))

    def keeps(self, columns: tuple[str, ...]) -> bool:
        return self.kept is None or not columns or any(column in self.kept for column in columns)


@dataclass(frozen=True)
class Example:
    """One line of a check's own table: what the register holds, and the sentences to expect (none: silence)."""

    title: str
    expect: tuple[str, ...] = ()
    people: tuple[dict, ...] = ({},)
    households: tuple[dict, ...] = ({},)
    work: tuple[dict, ...] = ()
    day: date = date(2021, 5, 15)


@dataclass(frozen=True)
class Rule:
    """``find(people, households, context)`` gives household, person and the values of ``sentence`` (see ``found``).

    ``sentence`` names the person or household as ``{name}``; ``hint`` says what to do. ``keys``: figures of the standard that it
    reads. ``asks``: columns of which at least one must be kept in the county, or every household would be told of a column that
    its export lacks.
    """

    code: str
    severity: Severity
    title: str
    sentence: str
    hint: str
    owner: Owner
    find: Callable[[pd.DataFrame, pd.DataFrame, Context], pd.DataFrame]
    keys: tuple[Key, ...] = ()
    asks: tuple[str, ...] = ()
    about: str = "person"
    source: str = SOURCE
    examples: tuple[Example, ...] = field(default=())

    @property
    def group(self) -> CheckGroup:
        return CheckGroup(self.code[0])

    def say(self, name: str, values: dict) -> str:
        return self.sentence.format_map({"name": name, **values})


_NOTHING = pd.DataFrame({"household": [], "person": []}, dtype=object)


def found(rows: pd.DataFrame, **values) -> pd.DataFrame:
    """One line for each of ``rows``, which are people (``person``) or households, with the values of the sentence."""
    if rows.empty:  # most checks find nothing in most households, and a frame costs more than the question
        return _NOTHING
    frame = pd.DataFrame({"household": rows["household"].astype(object)}, index=rows.index)
    frame["person"] = rows["person"].astype(object) if "person" in rows else None
    for name, value in values.items():
        frame[name] = value
    return frame


def prepared(people: pd.DataFrame, context: Context) -> tuple[pd.DataFrame, Context]:
    """``people`` and the spells of work with what several checks ask of them."""
    people = _with_ages(people, context)
    known = people[["person", "household", "age", "pupil", "labour", "destitute"]]
    work = context.work.merge(known, on="person", how="inner")
    work = work.assign(
        first=month(work["start"]), last=month(work["end"]), count=amount(work["months"]), pay=amount(work["wage"])
    )
    return people, replace(context, work=work)


def _with_ages(people: pd.DataFrame, context: Context) -> pd.DataFrame:
    """``people`` with what many checks ask: age and age at school age's day (years, NaN unknown), pupil, kind of health."""
    day = pd.Timestamp(context.day)
    august = pd.Timestamp(day.year - ((day.month, day.day) < AUGUST), *AUGUST)
    birthday = pd.to_datetime(people["birthday"], format="%Y-%m-%d", errors="coerce")
    return people.assign(
        born=birthday,
        age=years_between(birthday, day),
        age_in_august=years_between(birthday, august),
        pupil=~people["student_status"].isin(NOT_AT_SCHOOL),
        healthy=people["health"].isin(("健康", "良好")),
    )


def years_between(birthday: pd.Series, day: pd.Timestamp) -> pd.Series:
    """Full years on a day, NaN without a birthday."""
    early = (birthday.dt.month > day.month) | ((birthday.dt.month == day.month) & (birthday.dt.day > day.day))
    return day.year - birthday.dt.year - early.astype("float64")


def each(text: pd.Series, meaning: Callable[[pd.Series], pd.Series]) -> pd.Series:
    """``meaning`` of a column, worked out once for each distinct text: the columns of a register say few different things."""
    codes, texts = pd.factorize(text)
    values = meaning(pd.Series(texts, dtype="str"))
    return pd.Series(values.to_numpy()[codes], index=text.index, dtype=values.dtype)


def holds(text: pd.Series, pattern: str) -> pd.Series:
    """Whether the regular expression is found in each text."""
    return each(text, lambda texts: texts.str.contains(pattern, regex=True)).astype(bool)


def blank(text: pd.Series) -> pd.Series:
    return text.isin(("", "-", "—", "/"))


def no(text: pd.Series) -> pd.Series:
    """否, 无, 未参加, 不享受 …; a blank is neither no nor yes."""
    return holds(text, r"^(?:否|无|未|不|没|非)")


def yes(text: pd.Series) -> pd.Series:
    return ~blank(text) & ~no(text)


def amount(text: pd.Series) -> pd.Series:
    """A written amount (yuan, mu, km, months) as float, NaN for a blank and for what is no number."""
    return each(text, _number).astype("float64")


def _number(texts: pd.Series) -> pd.Series:
    plain = texts.str.replace(r"[,，\s元亩个月公里㎡平方米]+", "", regex=True)
    return pd.to_numeric(plain.astype(object), errors="coerce")


def month(text: pd.Series) -> pd.Series:
    """A written month or day (202103, 2021-03, 2021-03-08) as its first day, NaT for anything else."""
    return each(text, _month)


def _month(texts: pd.Series) -> pd.Series:
    digits = texts.str.replace(r"\D", "", regex=True).str.slice(0, 6)
    return pd.to_datetime(digits.where(digits.str.len() == 6), format="%Y%m", errors="coerce")


def whole(numbers: pd.Series) -> pd.Series:
    """Numbers as a sentence writes them, text: 12000.0 -> 12000, 0.5 -> 0.5."""
    text = numbers.round(2).astype("str")
    return text.str.replace(r"\.0+$", "", regex=True)


def per_household(households: pd.DataFrame, people: pd.DataFrame, chosen: pd.Series) -> pd.Series:
    """How many of the ``chosen`` people each household has, in the order of ``households``."""
    counts = people.loc[chosen, "household"].value_counts()
    return households["household"].map(counts).fillna(0).astype("int64")


def of_head(people: pd.DataFrame, *columns: str) -> pd.DataFrame:
    """``people`` with columns of their household's head as ``head_<column>``; missing where there is no head."""
    heads = people[people["is_head"]].drop_duplicates("household").set_index("household")
    known = heads.reindex(people["household"])
    return people.assign(**{f"head_{name}": known[name].to_numpy() for name in columns})


def of_home(people: pd.DataFrame, households: pd.DataFrame, *columns: str) -> pd.DataFrame:
    """``people`` with columns of their household as ``home_<column>``."""
    known = households.drop_duplicates("household").set_index("household").reindex(people["household"])
    return people.assign(**{f"home_{name}": known[name].to_numpy() for name in columns})


def joined(flags: dict[str, pd.Series]) -> pd.Series:
    """For each row the labels whose flag is set, joined: "住房面积、危房等级"; "" where none is."""
    text = None
    for label, flag in flags.items():
        part = flag.map({True: f"、{label}", False: ""}).astype("str")
        text = part if text is None else text + part
    return text.str.removeprefix("、")
