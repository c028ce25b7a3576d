"""From an uploaded file to clean rows of people and households. Pure but for the names of the divisions.

What the national system exports may be one flat table, or a sheet of households (户信息) beside one of members, or a file of either alone.
Nobody is lost: a row is refused only when the person cannot be placed (no 户编号, no 人编号, no name, no village, 人编号 twice);
everything else that is odd is taken in and noted. Rows read + rows refused = data rows of the file.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pandas as pd

from fangpin.divisions.models import Division
from fangpin.divisions.places import resolve_places
from fangpin.sheets.cells import clean_text
from fangpin.sheets.child import NUMBER
from fangpin.sheets.limits import MEGABYTE, Limits
from fangpin.sheets.tables import Table, Tables, read_tables
from households.importing import cleaning
from households.importing.columns import (
    BY_KEY,
    COLUMNS,
    To,
    header_words,
    is_of_households,
    map_headings,
    missing_columns,
)
from households.importing.problems import Problems
from households.importing.texts import where
from households.models import Household, Person

TYPED = ("id_number", "household", "number", "birthday")  # columns where it matters that Excel kept a number
LIMITS = Limits(  # 300,000 members with 50 filled columns each
    workbook_bytes=160 * MEGABYTE,
    csv_bytes=400 * MEGABYTE,
    unpacked_bytes=1_500 * MEGABYTE,
    text_bytes=800 * MEGABYTE,
    cpu_seconds=120,
    wall_seconds=300.0,
)
_LOST_DIGITS = "编号被 Excel 存成了数字，末几位已丢失，请把该列设为文本后重新导出"


class NotARegister(Exception):
    """A readable file that is no register; its text says in Chinese what is missing."""


@dataclass
class Reading:
    """Clean rows. Texts are str ("" for nothing), days ISO text, ``other`` JSON text as PostgreSQL writes it.

    people: number, household, name, former_name, initials, id_type, id_number, birthday, sex, relation, is_head, phone … other
    households: number, village, hamlet, kind, category, risk_cleared, phone, other; one row for each household of ``people`` and of a sheet
        of households
    rows: data rows about people; home_rows: rows of sheets of households
    home_labels: household -> label of its row in a sheet of households; only_of_homes: fields that only these rows speak about
    fields: columns that the file speaks about, for a household and for a person; a column it lacks leaves the register as it is
    labels: the same for the keys of ``other``; never_emptied: fields of a person that a blank cell leaves as they are
    refused_numbers, refused_households: what stands in refused rows: these people are in the file and so never gone
    """

    people: pd.DataFrame
    households: pd.DataFrame
    problems: Problems
    rows: int
    home_rows: int
    home_labels: pd.Series
    only_of_homes: frozenset[str]
    refused_numbers: frozenset[str]
    refused_households: frozenset[str]
    household_fields: frozenset[str]
    person_fields: frozenset[str]
    household_labels: frozenset[str]
    person_labels: frozenset[str]
    never_emptied: frozenset[str]
    unknown_columns: list[str] = field(default_factory=list)
    passed_over: list[str] = field(default_factory=list)


def read_register(
    source: BinaryIO | Path, *, filename: str, county_code: str, progress: Callable[[int, int], None] | None = None
) -> Reading:
    """Read a register file that passed the pre-scan. Raises Unreadable (fangpin.sheets) or NotARegister with a sentence for the clerk."""
    tables = read_tables(
        source, filename=filename, header_words=header_words(), limits=LIMITS, progress=progress, scanned=True
    )
    return read_rows(tables, county_code)


def read_rows(tables: Tables, county_code: str) -> Reading:
    """The same from tables that were read already, which are emptied on the way: two copies of a county are too much."""
    rows, known, unknown, passed_over = gather(tables)
    problems = Problems(rows)
    cleaning.tidy(rows)
    placed = _place(rows, problems, county_code)
    members = ~rows["is_home"]
    accepted = _only(rows.assign(village_code=placed), placed != "")
    if accepted.empty:
        raise NotARegister(_all_refused(problems))
    refused = rows.loc[(placed == "") & members, ["number", "household"]]
    homes = accepted.loc[accepted["is_home"], "household"].drop_duplicates()
    households = cleaning.households_of(accepted, problems)
    people = cleaning.people_of(_only(accepted, ~accepted["is_home"]), problems)
    problems.source = rows[["sheet", "row", "number"]]  # for what planning still finds; the texts as given may go
    return Reading(
        people=people,
        households=households,
        problems=problems,
        rows=int(members.sum()),
        home_rows=int((~members).sum()),
        home_labels=pd.Series(homes.index, index=homes.to_numpy()),
        only_of_homes=known.only_of_homes,
        refused_numbers=frozenset(refused["number"]) - {""},
        refused_households=frozenset(refused["household"]) - {""},
        household_fields=cleaning.household_fields(known.households, households),
        person_fields=cleaning.person_fields(known.people),
        household_labels=frozenset(key for key in known.households if BY_KEY[key].to == To.HOUSEHOLD_OTHER),
        person_labels=frozenset(key for key in known.people if BY_KEY[key].to == To.PERSON_OTHER),
        never_emptied=cleaning.never_emptied(known.people),
        unknown_columns=unknown,
        passed_over=passed_over,
    )


def _only(rows: pd.DataFrame, wanted: pd.Series) -> pd.DataFrame:
    """The rows that are wanted, without a second copy of a county when all are."""
    return rows if wanted.all() else rows.loc[wanted]


@dataclass
class Known:
    """Keys that the file speaks about: what every sheet of members has, and what every sheet of households has."""

    people: frozenset[str]
    homes: frozenset[str]

    @property
    def households(self) -> frozenset[str]:
        return self.people | self.homes

    @property
    def only_of_homes(self) -> frozenset[str]:
        return self.homes - self.people


def gather(tables: Tables) -> tuple[pd.DataFrame, Known, list[str], list[str]]:
    """(data rows of all sheets with a column per known key, what the file speaks about, unknown headings, sheets passed over).

    Rows of a sheet of households have ``is_home``. The tables are emptied.
    """
    frames, members, homes, unknown, lacking = [], [], [], [], {}
    while tables:
        table = tables.pop(0)
        mapped, strange = map_headings(table.columns)
        missing = missing_columns(mapped)
        if missing:
            lacking[table.sheet] = missing
            continue
        of_households = is_of_households(mapped)
        frames.append(_frame(table, mapped).assign(is_home=of_households))
        (homes if of_households else members).append(frozenset(mapped))
        unknown += [heading for heading in strange if heading not in unknown]
    if not frames:
        sheet, missing = next(iter(lacking.items()))
        raise NotARegister(f"工作表“{sheet}”缺少列：{'、'.join(missing)}。请从全国系统重新导出，保留这些列")
    rows = _together(frames)
    if rows.empty:
        raise NotARegister("表头下面没有数据行。请确认选对了文件")
    passed_over = [f"工作表“{sheet}”缺少列：{'、'.join(missing)}" for sheet, missing in lacking.items()]
    passed_over += [
        f"工作表“{sheet.sheet}”{sheet.why}（{sheet.rows} 行）" for sheet in tables.passed_over if sheet.rows
    ]
    known = Known(*(frozenset.intersection(*sheets) if sheets else frozenset() for sheets in (members, homes)))
    return rows, known, unknown, passed_over


def _together(frames: list[pd.DataFrame]) -> pd.DataFrame:
    """One frame of all sheets; what a sheet has no column for is ""."""
    rows = frames[0] if len(frames) == 1 else pd.concat(frames, ignore_index=True)
    keys = [column.key for column in COLUMNS if column.key in rows]
    if len(frames) > 1:
        rows[keys] = rows[keys].fillna("")
    return rows.assign(**{key: "" for key in ("number", "name") if key not in rows})


def _frame(table: Table, mapped: dict[str, int]) -> pd.DataFrame:
    wanted = {key: position for key, position in mapped.items() if BY_KEY[key].to != To.NOWHERE}
    rows = pd.RangeIndex(len(table.text))
    columns = {key: clean_text(table.text[position]).set_axis(rows) for key, position in wanted.items()}
    columns["sheet"] = pd.Series(table.sheet, index=rows, dtype="str")
    columns["row"] = pd.Series(table.text.index.to_numpy(), index=rows)
    for key in TYPED:
        typed = key in wanted and (table.kind[wanted[key]] == NUMBER).to_numpy()
        columns[f"{key}_is_number"] = pd.Series(np.broadcast_to(typed, len(rows)), index=rows)
    return pd.DataFrame(columns, copy=False)


def _place(rows: pd.DataFrame, problems: Problems, county_code: str) -> pd.Series:
    """The village code of each row that can be taken in, "" for refused rows, whose problems are told."""
    open_rows, members = pd.Series(True, index=rows.index), ~rows["is_home"]

    def refuse(mask, key, message):
        hit = rows.index[mask & open_rows]
        problems.refuse(hit, key, message)
        open_rows[hit] = False

    for key, model in (("household", Household), ("number", Person)):
        label, longest = BY_KEY[key].label, model._meta.get_field("number").max_length
        asked = members if key == "number" else True
        refuse(
            asked & (rows[key] == ""), key, f"没有填写{label}，无法确定是哪{'一户' if key == 'household' else '个人'}"
        )
        refuse(
            rows[f"{key}_is_number"] & rows[key].str.contains("E+", regex=False),
            key,
            label.removesuffix("编号") + _LOST_DIGITS,
        )
        refuse(rows[key].str.len() > longest, key, f"{label}超过 {longest} 位，请核对")
    refuse(members & (rows["name"] == ""), "name", "没有填写姓名")
    numbered = where(rows["name"], lambda name: cleaning.without_number(name) != name)
    refuse(numbered, "name", "姓名里写有证件号码或电话，请只写姓名")
    refuse(rows["name"].str.len() > Person._meta.get_field("name").max_length, "name", "姓名过长，请核对")

    codes, columns, messages = _villages(rows, county_code)
    homes = _home_villages(rows, codes.where(open_rows, ""))
    lost = homes == ""
    for key in ("township", "village"):
        refuse(lost & (columns == key), key, messages)
    elsewhere = open_rows & (codes != homes)
    problems.note(rows.index[elsewhere], "village", "村与本户其他成员不一致或无法识别，按户主所在村登记")
    taken = open_rows & members
    twice = rows["number"].where(taken, "").duplicated() & taken
    if twice.any():
        first = rows.loc[taken].drop_duplicates("number").set_index("number")["row"]
        again = rows.loc[twice, "number"].map(first).astype(int).astype(str)
        refuse(twice, "number", "人编号与第 " + again + " 行重复，只取前一行")
    return homes.where(open_rows, "")


def _villages(rows: pd.DataFrame, county_code: str) -> tuple[pd.Series, pd.Series, pd.Series]:
    """(village code, column to blame, message) of each row by its own texts."""
    divisions = Division.objects.under(county_code).values_list("code", "name", "level")
    blank = pd.Series("", index=rows.index, dtype="str")
    found = resolve_places(
        rows.get("township", blank), rows["village"], blank, pd.DataFrame(divisions, columns=["code", "name", "level"])
    )
    # A township that does not exist is not made good by a village name that does: the file may be another county's.
    strange = found["note"].str.contains("的乡镇，", regex=False)
    codes = found["village_code"].mask(strange, "")
    message = found["note"].mask((codes == "") & (found["note"] == ""), "没有填写行政村")
    return codes, blank.mask(codes == "", "village").mask(strange, "township"), message


def _home_villages(rows: pd.DataFrame, codes: pd.Series) -> pd.Series:
    """The village of each row's household: the head's if it is known, else the first known one among the members."""
    known = rows.loc[codes != "", ["household"]].assign(code=codes, head=cleaning.is_head(rows))
    first = known.sort_values("head", ascending=False, kind="stable").drop_duplicates("household")
    return cleaning.looked_up(rows["household"], first.set_index("household")["code"])


def _all_refused(problems: Problems) -> str:
    messages = pd.Series([problem.message for problem in problems.found if problem.refused])
    return f"文件中的 {len(problems.source):,} 行都不能入库，最常见的原因：{messages.value_counts().index[0]}"
