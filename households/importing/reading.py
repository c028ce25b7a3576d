"""From an uploaded file to clean rows of people and households. Pure but for the names of the divisions.

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
from fangpin.sheets.tables import Table, Tables, read_tables
from households.importing import cleaning
from households.importing.columns import BY_KEY, COLUMNS, To, header_words, map_headings, missing_columns
from households.importing.problems import Problems
from households.models import Household, Person

_LOST_DIGITS = "编号被 Excel 存成了数字，末几位已丢失，请把该列设为文本后重新导出"


class NotARegister(Exception):
    """A readable file that is no register; its text says in Chinese what is missing."""


@dataclass
class Reading:
    """Clean rows. Texts are str ("" for nothing), days ISO text, ``other`` JSON text as PostgreSQL writes it.

    people: number, household, name, former_name, initials, id_type, id_number, birthday, sex, relation, is_head, phone … other
    households: number, village, hamlet, kind, category, risk_cleared, phone, other; one row for each household of ``people``
    fields: columns that the file speaks about, for a household and for a person; a column it lacks leaves the register as it is
    labels: the same for the keys of ``other``; never_emptied: fields of a person that a blank cell leaves as they are
    refused_numbers, refused_households: what stands in refused rows: these people are in the file and so never gone
    """

    people: pd.DataFrame
    households: pd.DataFrame
    problems: Problems
    rows: int
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
    """Read a register file. Raises Unreadable (fangpin.sheets) or NotARegister with a sentence for the clerk."""
    return read_rows(
        read_tables(source, filename=filename, header_words=header_words(), progress=progress), county_code
    )


def read_rows(tables: Tables, county_code: str) -> Reading:
    """The same from tables that were read already."""
    rows, known, unknown, passed_over = gather(tables)
    problems = Problems(rows)
    cleaning.tidy(rows)
    placed = _place(rows, problems, county_code)
    accepted = rows.loc[placed != ""].assign(village_code=placed[placed != ""])
    if accepted.empty:
        raise NotARegister(_all_refused(problems))
    households = cleaning.households_of(accepted, problems)
    people = cleaning.people_of(accepted, problems)
    refused = rows.loc[placed == ""]
    problems.source = rows[["sheet", "row", "number"]]  # for what planning still finds; the texts as given may go
    return Reading(
        people=people,
        households=households,
        problems=problems,
        rows=len(rows),
        refused_numbers=frozenset(refused["number"]) - {""},
        refused_households=frozenset(refused["household"]) - {""},
        household_fields=cleaning.household_fields(known, households),
        person_fields=cleaning.person_fields(known),
        household_labels=frozenset(key for key in known if BY_KEY[key].to == To.HOUSEHOLD_OTHER),
        person_labels=frozenset(key for key in known if BY_KEY[key].to == To.PERSON_OTHER),
        never_emptied=cleaning.never_emptied(known),
        unknown_columns=unknown,
        passed_over=passed_over,
    )


def gather(tables: Tables) -> tuple[pd.DataFrame, frozenset[str], list[str], list[str]]:
    """(data rows of all sheets with a column per known key, keys that every sheet has, unknown headings, sheets passed over)."""
    frames, known, unknown, lacking = [], [], [], {}
    for table in tables:
        mapped, strange = map_headings(table.columns)
        missing = missing_columns(mapped)
        if missing:
            lacking[table.sheet] = missing
            continue
        frames.append(_frame(table, mapped))
        known.append(frozenset(mapped))
        unknown += [heading for heading in strange if heading not in unknown]
    if not frames:
        sheet, missing = next(iter(lacking.items()))
        raise NotARegister(f"工作表“{sheet}”缺少列：{'、'.join(missing)}。请从全国系统重新导出，保留这些列")
    rows = pd.concat(frames, ignore_index=True)
    if rows.empty:
        raise NotARegister("表头下面没有数据行。请确认选对了文件")
    keys = [column.key for column in COLUMNS if column.key in rows]
    rows[keys] = rows[keys].fillna("")
    passed_over = [f"工作表“{sheet}”缺少列：{'、'.join(missing)}" for sheet, missing in lacking.items()]
    passed_over += [
        f"工作表“{sheet.sheet}”{sheet.why}（{sheet.rows} 行）" for sheet in tables.passed_over if sheet.rows
    ]
    return rows, frozenset.intersection(*known), unknown, passed_over


def _frame(table: Table, mapped: dict[str, int]) -> pd.DataFrame:
    wanted = {key: position for key, position in mapped.items() if BY_KEY[key].to != To.NOWHERE}
    frame = pd.DataFrame({key: clean_text(table.text[position]) for key, position in wanted.items()})
    frame["sheet"] = table.sheet
    frame["row"] = table.text.index.to_numpy()
    for key in ("id_number", "household", "number", "birthday"):
        typed = key in wanted and (table.kind[wanted[key]] == NUMBER).to_numpy()
        frame[f"{key}_is_number"] = np.broadcast_to(typed, len(frame))
    return frame


def _place(rows: pd.DataFrame, problems: Problems, county_code: str) -> pd.Series:
    """The village code of each row that can be taken in, "" for refused rows, whose problems are told."""
    open_rows = pd.Series(True, index=rows.index)

    def refuse(mask, key, message):
        hit = rows.index[mask & open_rows]
        problems.refuse(hit, key, message)
        open_rows[hit] = False

    for key, model in (("household", Household), ("number", Person)):
        label, longest = BY_KEY[key].label, model._meta.get_field("number").max_length
        refuse(rows[key] == "", key, f"没有填写{label}，无法确定是哪{'一户' if key == 'household' else '个人'}")
        refuse(
            rows[f"{key}_is_number"] & rows[key].str.contains("E+", regex=False),
            key,
            label.removesuffix("编号") + _LOST_DIGITS,
        )
        refuse(rows[key].str.len() > longest, key, f"{label}超过 {longest} 位，请核对")
    refuse(rows["name"] == "", "name", "没有填写姓名")
    refuse(cleaning.without_numbers(rows["name"]) != rows["name"], "name", "姓名里写有证件号码或电话，请只写姓名")
    refuse(rows["name"].str.len() > Person._meta.get_field("name").max_length, "name", "姓名过长，请核对")

    codes, columns, messages = _villages(rows, county_code)
    homes = _home_villages(rows, codes.where(open_rows, ""))
    lost = homes == ""
    for key in ("township", "village"):
        refuse(lost & (columns == key), key, messages)
    elsewhere = open_rows & (codes != homes)
    problems.note(rows.index[elsewhere], "village", "村与本户其他成员不一致或无法识别，按户主所在村登记")
    twice = rows["number"].where(open_rows, "").duplicated() & open_rows
    first = rows.loc[open_rows].drop_duplicates("number").set_index("number")["row"]
    again = "人编号与第 " + rows["number"].map(first).fillna(0).astype(int).astype(str) + " 行重复，只取前一行"
    refuse(twice, "number", again)
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
