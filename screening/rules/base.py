"""What every rule is made of: its declaration, its context, the shape of a finding, and the questions rules share.

A rule is pure: rows of one extract joined with their matches, the register, a standard and a context in, findings out.
Conventions: domain.md 3.2 (explainable, parameters from the standard), performance.md 6 (withheld rows).
"""

import weakref
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Protocol

import numpy as np
import pandas as pd

from fangpin.policy.keys import Key
from screening.choices import MatchState, Risk
from screening.matching.names import name_key

PREVIOUS, EARLIER = "previous", "earlier"

# Only these match states may raise a clue; "ambiguous" rows wait for a person, "none" rows are nobody of ours.
USABLE_STATES = (MatchState.CERTAIN, MatchState.PROBABLE, "decided")

LIFTED = "脱贫户"  # 户类型
# 身份类别 as departments write it, of people for whom the priority thresholds hold (domain.md 3.5).
_PRIORITY_IDENTITY = (
    r"脱贫|监测|边缘易致贫|突发严重困难|低保(?!边缘)|特困|重残|重度残疾|[一二]级残疾|一二级|孤儿|事实无人"
)

FINDING_COLUMNS = {
    "household": object,
    "person": object,
    "village": object,
    "sheet": object,
    "row": "int64",
    "subject": object,
    "fact": object,
    "risk": object,
    "value": object,
    "limit": "float64",
    "unit": object,
    "window": object,
    "multiple": "float64",
    "sentence": object,
    "red": bool,
    "orange": bool,
}


class StandardLike(Protocol):
    def amount(self, key: Key) -> Decimal: ...


@dataclass(frozen=True)
class Context:
    """The month a rule looks at. Data frames have the shape of ``rows``: typed columns of the list + person, household, state.

    period "2021-05". previous: the matched rows of the same list's last confirmed month, None when there is none (the first
    month of a roster is never "everybody is new"). earlier: matched rows of the same list's confirmed months of the last
    year, for cumulated amounts. withheld_names (name, village code or "" where the row names none) and
    withheld_persons: who may be behind rows that wait for review; "not found" must not become "not insured" for them.
    held_back: filled by ``missing_from``, persons who would count as missing but for the withheld.
    """

    period: str
    list_code: str
    previous: pd.DataFrame | None = None
    earlier: pd.DataFrame | None = None
    withheld_names: frozenset[tuple[str, str]] = field(default=frozenset())
    withheld_persons: frozenset = field(default=frozenset())
    held_back: set = field(default_factory=set, compare=False)

    @cached_property
    def start(self) -> pd.Timestamp:
        return pd.Timestamp(f"{self.period}-01")

    @cached_property
    def end(self) -> pd.Timestamp:
        return self.start + pd.offsets.MonthEnd(1)

    @property
    def label(self) -> str:
        return f"{self.start.year}年{self.start.month}月"


@dataclass(frozen=True)
class Example:
    """One line of a rule's own table: rows as text, people as the register has them, the sentences to expect (none: silence)."""

    title: str
    rows: tuple[dict, ...]
    expect: tuple[str, ...] = ()
    people: tuple[dict, ...] = ({},)
    previous: tuple[dict, ...] | None = None
    period: str = "2021-05"
    list_code: str = ""
    withheld: tuple[str, ...] = ()
    red: bool | None = None


@dataclass(frozen=True)
class Rule:
    """``find(rows, people, standard, context)`` returns a frame of FINDING_COLUMNS; see :func:`findings`.

    looks_back: what it reads of the past, PREVIOUS or EARLIER of the context; only lists of which a rule does are loaded again.
    """

    code: str
    version: int
    name: str
    lists: tuple[str, ...]
    keys: tuple[Key, ...]
    risk: Risk
    find: Callable[[pd.DataFrame, pd.DataFrame, StandardLike, Context], pd.DataFrame]
    examples: tuple[Example, ...] = ()
    looks_back: str = ""


def findings(
    rows: pd.DataFrame,
    *,
    fact,
    sentence,
    value=None,
    limit=np.nan,
    unit="",
    window="",
    multiple=None,
    red=False,
    orange=False,
    risk="",
    subject="person",
) -> pd.DataFrame:
    """A frame of findings, one for each of ``rows`` (which carry household, person, village, sheet, row).

    subject "person" falls back on the household where the row is a household's; "household" says the fact is the household's
    whoever the row names. ``multiple`` is value / limit where both are numbers. ``red`` and ``orange`` are hints to grading.
    """
    frame = pd.DataFrame(index=rows.index)
    for name in ("household", "person", "village", "sheet"):
        frame[name] = rows[name].astype(object) if name in rows else ""
    # 0 when the finding is that a row is missing
    frame["row"] = pd.to_numeric(rows["row"], errors="coerce").fillna(0) if "row" in rows else 0
    if subject == "village":
        frame["subject"] = frame["village"]
    elif subject == "household":
        frame["subject"] = frame["household"]
    else:
        frame["subject"] = frame["person"].where(frame["person"].notna(), frame["household"])
    given = {
        "fact": fact, "risk": risk, "value": value, "limit": limit, "unit": unit, "window": window, "sentence": sentence,
        "red": red, "orange": orange,
    }  # fmt: skip
    for name, content in given.items():
        frame[name] = content
    if multiple is None:
        multiple = pd.to_numeric(frame["value"], errors="coerce") / pd.to_numeric(frame["limit"], errors="coerce")
    frame["multiple"] = multiple
    return frame[list(FINDING_COLUMNS)].astype(FINDING_COLUMNS).reset_index(drop=True)


def nothing() -> pd.DataFrame:
    return pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in FINDING_COLUMNS.items()})


def number(standard: StandardLike, key: Key) -> float:
    return float(standard.amount(key))


def usable(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows that may raise a clue: matched to a household by machine or by a person."""
    return rows[rows["state"].isin(USABLE_STATES) & rows["household"].notna()]


def located(rows: pd.DataFrame, people: pd.DataFrame, standard: StandardLike) -> pd.DataFrame:
    """Usable rows with what the register knows of the household: village (code) and the flags of :func:`households`."""
    out = usable(rows)
    known = households(people, standard)
    at = known.index.get_indexer(out["household"])
    out["village"] = np.append(known["village"].to_numpy(dtype=object), np.nan)[
        at
    ]  # -1, the last, is no household of ours
    for name in ("priority", "monitored", "lifted", "exited"):
        out[name] = np.append(known[name].to_numpy(dtype=bool), False)[at]
    if "identity" in out:
        out["priority"] |= priority_identity(out["identity"]).to_numpy()
    return out


def households(people: pd.DataFrame, standard: StandardLike) -> pd.DataFrame:
    """``describe_households`` of these people, made once for all rules of a run. Not to be written into."""
    key = id(people)
    alive, by, described = _described.get(key, (None, None, None))
    if alive is None or by != standard:
        alive = weakref.ref(people, lambda _: _described.pop(key))
        described = describe_households(people, standard)
        _described[key] = alive, standard, described
    return described


_described: dict[int, tuple[weakref.ref, StandardLike, pd.DataFrame]] = {}  # as long as the people are


def describe_households(people: pd.DataFrame, standard: StandardLike) -> pd.DataFrame:
    """One line per household of the active register, indexed by household: village, size and the flags grading needs.

    people: person, household, village, household_kind (label of 户类型), monitored (bool); where the register has them
    category and risk_cleared (exited), minimum_living (低保), destitute (特困), disability_level.
    priority: 脱贫户, monitored or exited household, or a member with 低保, 特困 or a severe disability (domain.md 3.5).
    """
    marks = pd.DataFrame({"household": people["household"], "village": people["village"]})
    marks["lifted"] = people["household_kind"].eq(LIFTED)
    marks["monitored"] = people["monitored"].fillna(False).astype(bool)
    cleared = people["risk_cleared"].fillna(False).astype(bool) if "risk_cleared" in people else False
    marks["exited"] = people["category"].fillna("").ne("") & cleared if "category" in people else False
    marks["aided"] = says_yes(people, "minimum_living") | says_yes(people, "destitute") | severe(people, standard)
    flags = ["lifted", "monitored", "exited", "aided"]
    marks["priority"] = marks[flags].any(axis=1)
    grouped = marks.groupby("household", sort=False)
    out = grouped[[*flags, "priority"]].any()
    out["village"] = grouped["village"].first()
    out["size"] = grouped.size()
    return out


def says_yes(frame: pd.DataFrame, column: str) -> pd.Series:
    """A column of the register such as 是否享受低保 ("农村低保", "是", "未享受", "否", ""), False where it is missing."""
    if column not in frame:
        return pd.Series(False, index=frame.index)
    text = frame[column].fillna("").astype("str").str.strip()
    return text.ne("") & ~text.str.contains(r"^(?:否|无|未|不|非|没)", regex=True)


def severe(frame: pd.DataFrame, standard: StandardLike, column: str = "disability_level") -> pd.Series:
    """Whether a written disability level is severe by Key.DISABILITY_LEVEL_MAX, False where unknown."""
    if column not in frame:
        return pd.Series(False, index=frame.index)
    return level_number(frame[column]) <= number(standard, Key.DISABILITY_LEVEL_MAX)


def level_number(levels: pd.Series) -> pd.Series:
    """一级 … 四级 -> 1 … 4, NaN for anything else."""
    codes, distinct = pd.factorize(levels)
    first = pd.Series(distinct, dtype="str").str.extract(r"([一二三四1-4])", expand=False)
    known = first.map({"一": 1, "二": 2, "三": 3, "四": 4, "1": 1, "2": 2, "3": 3, "4": 4}).astype("float64")
    return pd.Series(np.append(known.to_numpy(), np.nan)[codes], index=levels.index)


def priority_identity(identity: pd.Series) -> pd.Series:
    """Whether 身份类别 names a group for which the priority thresholds hold (普通居民, 低保边缘 do not)."""
    return identity.fillna("").astype("str").str.contains(_PRIORITY_IDENTITY, regex=True)


def with_person(rows: pd.DataFrame, people: pd.DataFrame, *columns: str) -> pd.DataFrame:
    """``rows`` with the register's columns of the matched person as ``person_<column>``."""
    known = people.drop_duplicates("person").set_index("person").reindex(rows["person"].to_numpy())
    return rows.assign(**{f"person_{name}": known[name].to_numpy() for name in columns})


def age_on(birthday: pd.Series, day: pd.Timestamp) -> pd.Series:
    """Full years on a day, NaN without a birthday. The register writes birthdays as text."""
    birthday = pd.to_datetime(birthday, format="%Y-%m-%d", errors="coerce")
    before = (birthday.dt.month > day.month) | ((birthday.dt.month == day.month) & (birthday.dt.day > day.day))
    return day.year - birthday.dt.year - before.astype("float64")


def missing_from(
    population: pd.DataFrame, rows: pd.DataFrame, standard: StandardLike, context: Context
) -> pd.DataFrame:
    """People of ``population`` whom no row of the roster can be. The anti-join behind "not enrolled", "not insured".

    Not counted as missing: whoever a row under review may be, and members of a household of which a row names somebody that
    could not be told apart. A village of which too many are missing was not reported (Key.ROSTER_GAP_*): nobody of it is
    raised, nor anybody at all when that holds for the whole roster.
    """
    matched = usable(rows)
    vague = matched.loc[matched["person"].isna(), "household"]
    lost = ~population["person"].isin(matched["person"].dropna()) & ~population["household"].isin(vague)
    missing = lost.copy()
    lost &= ~population["person"].isin(list(context.withheld_persons))
    if context.withheld_names:
        known = {(name_key(name), village) for name, village in context.withheld_names}
        suspects = zip(population.loc[lost, "name"].map(name_key), population.loc[lost, "village"], strict=True)
        clear = [(name, village) not in known and (name, "") not in known for name, village in suspects]
        lost[lost] = np.array(clear, dtype=bool)
    reported = ~_not_reported(population["village"], lost, standard)
    context.held_back.update(population.loc[missing & ~lost & reported, "person"])
    return population[lost & reported]


def _not_reported(village, lost, standard):
    share, count = number(standard, Key.ROSTER_GAP_SHARE), number(standard, Key.ROSTER_GAP_COUNT)
    if lost.sum() >= count and lost.mean() > share:
        return np.ones(len(lost), dtype=bool)
    by_village = lost.groupby(village.to_numpy())
    return ((by_village.transform("sum") >= count) & (by_village.transform("mean") > share)).to_numpy()


def new_against(rows: pd.DataFrame, dates: pd.Series, context: Context, standard: StandardLike, same=("person",)):
    """Which rows are new this month (bool array).

    With last month's list: not in it by ``same``, and not dated longer ago than Key.NEW_RECORD_MONTHS (a late entry of an old
    fact is no news). In the first month: dated within the month, so that a roster of years does not rain clues.
    """
    if context.previous is None:
        return dates.between(context.start, context.end).to_numpy()
    before = pd.MultiIndex.from_frame(_who(context.previous, same))
    now = pd.MultiIndex.from_frame(_who(rows, same))
    oldest = context.start - pd.DateOffset(months=int(number(standard, Key.NEW_RECORD_MONTHS)))
    return ~now.isin(before) & (dates.isna() | (dates >= oldest)).to_numpy()


def _who(frame, same):
    """The columns ``same`` as text; "person" stands for the household where only that is known."""
    keys = frame[list(same)].copy()
    if "person" in keys:
        keys["person"] = keys["person"].where(keys["person"].notna(), frame["household"])
    return keys.astype("str")


def yuan(value: float) -> str:
    return f"{value:,.2f} 元"


def plain(value: float) -> str:
    """A limit or a count without needless decimals: 20000.0 -> 20,000."""
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.2f}".rstrip("0")


def day_text(day) -> str:
    """2021年5月6日; "" for NaT."""
    return "" if pd.isna(day) else f"{day.year}年{day.month}月{day.day}日"


def day_key(day) -> str:
    """2021-05-06 for facts; "" for NaT."""
    return "" if pd.isna(day) else f"{day:%Y-%m-%d}"


def day_keys(days: pd.Series) -> pd.Series:
    """:func:`day_key` of a column."""
    return days.dt.strftime("%Y-%m-%d").fillna("").astype("str")
