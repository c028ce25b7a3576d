"""线下排查表: the offline form as one Excel sheet per township (domain.md 4.6), read and checked row by row by the ways of the department
lists. Nothing here writes; ``bringing_in`` stores the upload and enters the good rows.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import BinaryIO

import pandas as pd
from django.db.models import Prefetch

from fangpin.divisions.models import Division
from fangpin.periods import month_text
from fangpin.sealing import blind_many
from fangpin.sheets import Note, Severity, Unreadable, column_letter, read_tables
from fangpin.transitions import NotAllowed
from households.choices import IncomeGroup
from households.models import Household, Person
from screening.choices import CheckWay, Judgement, Risk
from screening.extracts.checking import MissingColumns, check
from screening.extracts.columns import HEAD, HEAD_NUMBER, VILLAGE, amount, choice, day, text
from screening.extracts.formats import header_words
from screening.extracts.layout import Column, ColumnKind, ListFormat
from screening.extracts.second_header import SecondHeader, refuse_second_header
from screening.models import OfflineList, Round
from screening.rounds.answers import (
    EXTRAS,
    MOST_RISKS,
    About,
    Answers,
    Flag,
    Need,
    Part,
    contradictions,
    missing,
)
from screening.rounds.offline import third_from
from screening.rounds.sketch import COMPONENTS

YES, NO = "有保障", "没有保障"
_JUDGED_BY_REGISTER = frozenset({"name_odd", "id_wrong"})  # the register says better whether it is him
_APART = re.compile(r"[、,，;；/\s]+")


def format_of(villages: Iterable[str]) -> ListFormat:
    """The sheet of a township with these villages; the columns are the questions of the form."""
    columns = [
        replace(VILLAGE, required=True, essential=True, choices=tuple(villages)),
        HEAD,
        replace(HEAD_NUMBER, required=True),
        day("checked_on", "排查日期", essential=True),
        text("checkers", "排查人", hint="第一书记、驻村工作队员、村“两委”，用顿号分开"),
        choice("way", "方式", [way.label for way in CheckWay]),
        text("flags", "家庭情形", hint="、".join(flag.label for flag in Flag) + "，用顿号分开，没有的空着"),
        text("members", "涉及成员", hint="姓名用顿号分开；因病、因残、因学等须填"),
        Column("persons", "计算人数", ColumnKind.INTEGER),
        *(amount(group.value, _amount_label(group)) for group in (*COMPONENTS, *EXTRAS)),
        *(choice(need.value, need.label, (YES, NO)) for need in Need),
        text("remarks", "保障说明", hint="有“没有保障”的，写明情况"),
    ]
    for nth in range(1, MOST_RISKS + 1):
        columns.append(choice(f"risk_{nth}", f"风险{nth}", [risk.label for risk in Risk]))
        columns.append(text(f"evidence_{nth}", f"风险{nth}依据"))
    columns += [choice("judgement", "判断", [judged.label for judged in Judgement]), text("reason", "理由")]
    return ListFormat("OFF", "线下排查表", "FPB", "monthly", tuple(columns), key=("id_number",), household_level=True)


def _amount_label(group: IncomeGroup) -> str:
    return "大额刚性支出" if group == IncomeGroup.SELF_PAY else group.label


@dataclass(frozen=True)
class Problem:
    """What is wrong with a cell, or with the whole row (column "")."""

    sheet: str
    row: int
    column: str
    letter: str
    message: str


@dataclass
class Row:
    """A row that may be entered."""

    sheet: str
    row: int
    offline_list: OfflineList
    household: Household
    answers: Answers


@dataclass
class CheckedSheet:
    """good + refused = read. ``headers``: sheet -> row of its heading, for the marked workbook."""

    read: int
    good: list[Row] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    headers: Mapping[str, int] = field(default_factory=dict)

    @property
    def refused(self) -> int:
        return self.read - len(self.good)

    @property
    def notes(self) -> list[Note]:
        """The problems as the marked workbook takes them."""
        at = {column_letter(number): number for number in range(200)}
        return [Note(one.sheet, one.row, at.get(one.letter), one.message, Severity.ERROR) for one in self.problems]


def check_sheet(of: Round, town: Division, file: BinaryIO, filename: str, *, on: date) -> CheckedSheet:
    """Read an upload and say of every row whether it may be entered now. Raises NotAllowed when the file as a whole is none."""
    villages = list(town.children.villages().order_by("code"))
    fmt = format_of(village.name for village in villages)
    words = header_words(fmt)
    try:
        tables = read_tables(file, filename=filename, header_words=words)
        refuse_second_header(tables, words)
        places = pd.DataFrame(
            [(town.pk, town.name, town.level), *((one.pk, one.name, one.level) for one in villages)],
            columns=["code", "name", "level"],
        )
        checked = check(tables, fmt, period=month_text(of.period), places=places)
    except Unreadable as refusal:
        raise NotAllowed(refusal.message) from refusal
    except (SecondHeader, MissingColumns) as refusal:
        raise NotAllowed(str(refusal)) from refusal
    judge = _Judge(of, town, fmt, {sheet["name"]: sheet["columns"] for sheet in checked.sheets}, checked.rows, on)
    result = CheckedSheet(len(checked.rows), headers={table.sheet: table.header_row for table in tables})
    wrong: dict[tuple[str, int], list[Problem]] = {}
    for line in checked.problems[~checked.problems["code"].isin(_JUDGED_BY_REGISTER)].itertuples():
        said = f"{line.message}（{line.suggestion}）" if line.suggestion else line.message
        problem = Problem(line.sheet, line.row, line.column_label, line.letter, said)
        wrong.setdefault((line.sheet, line.row), []).append(problem)
    for row in checked.rows.fillna("").to_dict("records"):
        place = (row["sheet"], row["row"])
        found = wrong.get(place) or judge.problems(row)
        if found:
            result.problems += found
        else:
            result.good.append(judge.row(row))
    return result


class _Judge:
    """Holds the rows of a file against the register, the lists and the questions of the form."""

    def __init__(self, of: Round, town: Division, fmt: ListFormat, letters, rows: pd.DataFrame, on: date):
        self.of, self.fmt, self.letters, self.on = of, fmt, letters, on
        self.third = third_from(on)
        lists = OfflineList.objects.filter(round=of, village__parent=town).select_related("village", "approval")
        self.lists = {one.village_id: one for one in lists}
        self.entered = set(lists.filter(entries__isnull=False).values_list("entries__household", flat=True))
        self.people = _people_by_number(town, rows.get("id_number", pd.Series(dtype="str")))

    def problems(self, row: dict) -> list[Problem]:
        person = self.people.get(row.get("id_number", ""))
        why = self._why_not_him(row, person)
        if why:
            return [self._problem(row, *why)]
        household = person.household
        listed = self.lists.get(household.village_id)
        if listed is None:
            return [self._problem(row, "village", "本村不在本轮范围内")]
        if not listed.is_with_village:
            return [
                self._problem(row, "village", f"本村名单现在是“{listed.approval.get_stage_display()}”，不能再导入")
            ]
        if household.pk in self.entered:
            return [self._problem(row, "id_number", "这一户在本村名单里已有一条，没有覆盖；确需修改请在网页上打开它")]
        return self._against_the_form(row, household)

    def _why_not_him(self, row, person: Person | None) -> tuple[str, str] | None:
        """(column, sentence) when the row does not name the head of a household of its village."""
        if person is None:
            return "id_number", "本乡镇名册里没有这个证件号码的人，请核对"
        if not person.is_head:
            return "id_number", "这个证件号码不是户主的，请填户主的证件号码"
        if row.get("name") and row["name"] != person.name:
            return "name", f"与名册不符：这个证件号码的户主是{person.name}"
        if row["village_code"] != person.household.village_id:
            return "village", f"这一户在{person.household.village.name}名册里，请核对村名"
        return None

    def _against_the_form(self, row, household: Household) -> list[Problem]:
        answers, unknown = _answers(row, household)
        about = About(household.kind, self.of.starts_on, self.on, self.third)
        found = [self._problem(row, "members", f"户里没有叫“{name}”的成员") for name in unknown]
        for lack in [*contradictions(answers, about), *missing(answers)]:
            key = "remarks" if lack.part == Part.LIVING and lack.key.endswith("_note") else lack.key
            found.append(self._problem(row, key, lack.text))
        return found

    def row(self, row: dict) -> Row:
        household = self.people[row["id_number"]].household
        self.entered.add(household.pk)
        answers, _ = _answers(row, household)
        return Row(row["sheet"], row["row"], self.lists[household.village_id], household, answers)

    def _problem(self, row, key: str, message: str) -> Problem:
        letter = self.letters.get(row["sheet"], {}).get(key, "")
        label = self.fmt.column(key).label
        return Problem(row["sheet"], row["row"], label, letter, message)


def _people_by_number(town: Division, numbers: pd.Series) -> dict[str, Person]:
    """Number -> the member of a household of the township who has it; whom two people share, nobody."""
    wanted = sorted(set(numbers) - {""})
    indexes = dict(zip(map(bytes, blind_many("id", wanted)), wanted, strict=True))
    members = Prefetch("household__members", Person.objects.present(), to_attr="present")
    people = Person.objects.present().filter(household__village__parent=town, id_index__in=list(indexes))
    found: dict[str, list[Person]] = {}
    for person in people.select_related("household__village").prefetch_related(members):
        found.setdefault(indexes[bytes(person.id_index)], []).append(person)
    return {number: group[0] for number, group in found.items() if len(group) == 1}


def _answers(row: dict, household: Household) -> tuple[Answers, list[str]]:
    """What a row answers, and the names in it that are nobody's of the household."""
    named = {person.name: str(person.pk) for person in household.present}
    members = [name for name in _APART.split(row.get("members", "")) if name]
    risks = {label: value for value, label in Risk.choices}
    pairs = [
        (risks[row[f"risk_{nth}"]], row.get(f"evidence_{nth}", ""))
        for nth in range(1, MOST_RISKS + 1)
        if row.get(f"risk_{nth}")
    ]
    met = {YES: True, NO: False}
    living = {need.value: met.get(row.get(need.value, "")) for need in Need}
    words = set(_APART.split(row.get("flags", "")))
    answers = Answers(
        checked_on=date.fromisoformat(row["checked_on"]) if row.get("checked_on") else None,
        checkers=row.get("checkers", ""),
        way={label: value for value, label in CheckWay.choices}.get(row.get("way", ""), ""),
        flags=tuple(flag.value for flag in Flag if flag.label in words),
        members=tuple(named[name] for name in members if name in named),
        persons=int(row["persons"]) if row.get("persons") else None,
        amounts={group.value: Decimal(row[group.value]) for group in (*COMPONENTS, *EXTRAS) if row.get(group.value)},
        living=living,
        remarks={need: row.get("remarks", "") for need, is_met in living.items() if is_met is False},
        risks=tuple(risk for risk, _ in pairs),
        evidence=dict(pairs),
        judgement={label: value for value, label in Judgement.choices}.get(row.get("judgement", ""), ""),
        reason=row.get("reason", ""),
    )
    return answers, [name for name in members if name not in named]
