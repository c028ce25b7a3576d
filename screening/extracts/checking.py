"""Check the tables of an uploaded file against its list: rows to store, problems to show, questions to ask. Pure.

A row is refused only when nobody could use it: it names nobody, lacks the value the list is about, or repeats an earlier row.
A bad number is never a reason to refuse: matching will try, and the clerk is told (architecture.md 4, steps 3 and 4).
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from fangpin.divisions.places import resolve_places
from fangpin.sheets import NUMBER, Table, parse_amounts
from screening.extracts.cells import read
from screening.extracts.formats import amounts_in_wan, map_columns
from screening.extracts.headings import NOTHING_REMEMBERED, Remembered
from screening.extracts.layout import ColumnKind, ListFormat
from screening.extracts.problems import CODES, PROBLEM_COLUMNS, WHOLE_ROW, Problems
from screening.extracts.row_checks import (
    Cells,
    check_against_number,
    check_balance,
    check_duplicates,
    check_essential,
    check_identity,
    check_shared_numbers,
)

OK, WARNED, REFUSED = "ok", "warned", "refused"
YUAN, WAN = "yuan", "wan"  # answers to the question about the unit of amounts
NO_LIST = "按以前的答复，不是这份名单"
_RAW_KINDS = (ColumnKind.ID, ColumnKind.CERTIFICATE)
_ALL_IN_WAN = re.compile(r"单位[:：]?[^)）]*万元")
# Amounts in 元 with decimals do not have a median below 50: that is 万元. Some rows tell as much as all.
_LEAST_FOR_UNIT, _SMALL_MEDIAN, _SAMPLE = 3, 50, 5_000
_UNPLACED_SHOWN = 200  # spellings of places that a file may leave to the county office


class MissingColumns(Exception):
    """A sheet lacks a heading the list cannot do without. ``str()`` is the sentence for the clerk.

    ``missing``: [(sheet, (labels, …), (headings seen, …))].
    """

    def __init__(self, message_zh: str, missing: Sequence[tuple[str, tuple[str, ...], tuple[str, ...]]]):
        super().__init__(message_zh)
        self.message_zh, self.missing = message_zh, list(missing)

    def __reduce__(self):
        return MissingColumns, (self.message_zh, self.missing)


@dataclass(frozen=True)
class Tally:
    """read = ok + warned + refused, always. The groups count each row once, by its first problem."""

    read: int
    ok: int
    warned: int
    refused: int
    refused_by: dict[str, int]
    warned_by: dict[str, int]


@dataclass
class Checked:
    """What a file says.

    rows: sheet, sheet_no (place in the tables given), row (as the spreadsheet shows it), status, one text column per key that
    the file has; numbers and certificates also ``<key>_raw`` and ``<key>_is_number``; with ``places`` township_code and
    village_code. problems: PROBLEM_COLUMNS, in file order. questions: about the whole file, to be answered before it counts:
    {"code", "sheet", "key", "message", "choices"}. sheets: {"name", "columns" (key -> letter), "unknown" (headings), with
    ``places`` "unplaced" (spellings)}.
    left_out: (sheet, rows, why) of tables that are not this list.
    """

    rows: pd.DataFrame
    problems: pd.DataFrame
    tally: Tally
    questions: list[dict] = field(default_factory=list)
    sheets: list[dict] = field(default_factory=list)
    left_out: list[tuple[str, int, str]] = field(default_factory=list)


@dataclass
class _Sheet:
    number: int
    table: Table
    columns: dict[str, int]
    wan: frozenset[str]  # amounts that the heading, or somebody, says to be in 万元
    told: frozenset[str] = frozenset()  # of these, the ones that somebody said


def check(
    tables: Sequence[Table],
    fmt: ListFormat,
    *,
    period: str,
    places: pd.DataFrame | None = None,
    remembered: Remembered = NOTHING_REMEMBERED,
    answered: Sequence[dict] = (),
    spellings: Mapping[str, str] | None = None,
) -> Checked:
    """Check all sheets of one file for the month ``period`` ("2021-05").

    places: the county's divisions (code, name, level), to turn township and village into codes. remembered: what the department
    answered about headings. answered: questions of an earlier check of this file that say 万元. spellings: place as written ->
    division, as people settled it (``places.resolve_places``). Raises MissingColumns.
    """
    sheets, descriptions, left_out, questions = _recognise(tables, fmt, remembered, wan_columns(answered))
    cells = _gather(sheets, fmt)
    problems = Problems()
    questions += _unit_questions(cells, sheets, fmt)
    for column in fmt.columns:
        if column.key in cells.text:
            cells.values[column.key] = read(column, cells.text[column.key], cells.kind[column.key], problems)
    for examine in (
        check_identity,
        check_essential,
        check_duplicates,
        check_shared_numbers,
        check_against_number,
        check_balance,
    ):
        examine(cells, fmt, problems)
    found_places = None
    if places is not None:
        found_places = _find_places(cells, fmt, places, spellings, problems, descriptions)
    rows = _rows(cells, fmt, problems, found_places)
    listed = _listed(cells, fmt, problems, sheets)
    return Checked(rows, listed, _tally(rows, listed), questions, descriptions, left_out)


def _recognise(tables, fmt, remembered, told):
    """The sheets of the list with their columns; tables that tell of nobody while others do are left out."""
    identity = {fmt.roles[role] for role in ("id", "certificate", "name") if role in fmt.roles} or {fmt.columns[0].key}
    mapped = [
        (number, table, map_columns(table.columns, fmt, remembered.answers(table.columns)))
        for number, table in enumerate(tables)
    ]
    whole = any(mapping.complete for *_, mapping in mapped)
    sheets, descriptions, left_out, missing, questions = [], [], [], [], []
    for number, table, mapping in mapped:
        if not mapping.complete:
            if whole and not identity & (set(mapping.columns) | set(mapping.ambiguous)):
                known = remembered.is_no_list(table.columns)
                left_out.append(
                    (table.sheet, len(table.text), NO_LIST if known else "没有姓名、证件号等列，不是这份名单")
                )
            else:
                missing.append(_missing(table, mapping))
            continue
        wan = frozenset(
            key
            for key, index in mapping.columns.items()
            if fmt.column(key).kind == ColumnKind.AMOUNT and _in_wan(table, table.columns[index])
        )
        told_here = frozenset(key for key in mapping.columns if (table.sheet, key) in told) - wan
        sheets.append(_Sheet(number, table, mapping.columns, wan | told_here, told_here))
        questions.extend(
            _which_column(number, table, fmt.column(key), claims) for key, claims in mapping.ambiguous.items()
        )
        letters = {key: table.letters[index] for key, index in mapping.columns.items()}
        unknown = [table.columns[index] for index in mapping.unknown]
        in_wan = [fmt.column(key).label for key in mapping.columns if key in wan | told_here]
        descriptions.append({"name": table.sheet, "columns": letters, "unknown": unknown, "in_wan": in_wan})
    if missing:
        raise MissingColumns(
            "；".join(sentence for sentence, *_ in missing) + "。请补上这些列，或改成名单模板的列名",
            [m[1:] for m in missing],
        )
    return sheets, descriptions, left_out, questions


def _missing(table, mapping):
    labels = mapping.missing_labels
    twice = [
        f"{'、'.join(f'{table.letters[i]} 列“{table.columns[i]}”' for i in claims)}都像同一列，请只留一列"
        for claims in mapping.ambiguous.values()
    ]
    seen = tuple(header for header in table.columns if header)
    sentence = f"工作表“{table.sheet}”缺少必需的列：{'、'.join(labels)}。第 {table.header_row} 行读到的列名是：{'、'.join(seen)}"
    return "；".join([sentence, *twice]), table.sheet, tuple(labels), seen


def _which_column(number, table, column, claims):
    named = "、".join(f"{table.letters[index]} 列“{table.columns[index]}”" for index in claims)
    return {
        "code": f"which:{number}:{column.key}",
        "sheet": table.sheet,
        "key": column.key,
        "message": f"工作表“{table.sheet}”的{named}都像“{column.label}”，分不清以哪一列为准，没有读取。若要使用，请在“列名没有对上？”里选定一列",
        "choices": [["skip", f"不需要“{column.label}”"]],
    }


def _in_wan(table, header):
    above = any(_ALL_IN_WAN.search(text) for text in table.above)
    return amounts_in_wan(header) or (above and "元" not in header)


def _gather(sheets, fmt):
    """The mapped columns of all sheets below each other; a sheet without a column has blanks there."""
    lengths = [len(sheet.table.text) for sheet in sheets]
    place = pd.DataFrame(
        {
            "sheet": np.repeat(np.array([sheet.table.sheet for sheet in sheets], dtype=object), lengths),
            "sheet_no": np.repeat([sheet.number for sheet in sheets], lengths).astype("int64"),
            "row": np.concatenate([sheet.table.text.index.to_numpy() for sheet in sheets] or [[]]).astype("int64"),
        }
    )
    text, kind, present = {}, {}, {}
    for column in fmt.columns:
        key = column.key
        if not any(key in sheet.columns for sheet in sheets):
            continue
        parts = [_part(sheet, key) for sheet in sheets]
        text[key] = pd.concat([part for part, _ in parts], ignore_index=True).astype("str")
        kind[key] = pd.concat([part for _, part in parts], ignore_index=True)
        present[key] = np.repeat([key in sheet.columns for sheet in sheets], lengths)
    return Cells(place, text, kind, present)


def _part(sheet, key):
    if key not in sheet.columns:
        rows = len(sheet.table.text)
        return pd.Series([""] * rows, dtype="str"), pd.Series(np.zeros(rows, dtype="uint8"))
    at = sheet.columns[key]
    text, kind = sheet.table.text.iloc[:, at], sheet.table.kind.iloc[:, at]
    if key in sheet.wan:
        # The heading says 万元: said in the cell the amount is read as such, and is never multiplied twice.
        plain = parse_amounts(text, kind)
        text = text.mask(plain.ok & ~plain.in_wan, text + "万元")
    return text, kind


def _unit_questions(cells, sheets, fmt):
    """A whole column of small amounts with decimals looks like 万元 that nobody mentioned: asked, never multiplied."""
    questions = []
    for sheet in sheets:
        if sheet.told:
            questions.append(_unit_question(sheet, [fmt.column(key) for key in sheet.columns if key in sheet.told], 0))
        small = []
        rows = np.flatnonzero(cells.place["sheet_no"].eq(sheet.number))
        rows = rows[:: 1 + len(rows) // _SAMPLE]
        for column in fmt.columns:
            if column.kind != ColumnKind.AMOUNT or column.key not in sheet.columns or column.key in sheet.wan:
                continue
            parsed = parse_amounts(cells.text[column.key].iloc[rows], cells.kind[column.key].iloc[rows])
            values = parsed.values[parsed.ok & ~parsed.in_wan & (parsed.values != 0)]
            broken = (values % 1 != 0).mean() if len(values) else 0
            if len(values) >= _LEAST_FOR_UNIT and values.median() < _SMALL_MEDIAN and broken > 0.5:
                small.append((column, values.median()))
        if small:
            questions.append(
                _unit_question(sheet, [column for column, _ in small], max(median for _, median in small))
            )
    return questions


def _unit_question(sheet, columns, median):
    """One question about all such columns of a sheet; ``median`` of the largest, 0 when somebody has answered 万元 already."""
    labels = "".join(f"“{column.label}”" for column in columns)
    each = "一列，一半的数" if len(columns) == 1 else f"{len(columns)} 列，各有一半的数"
    asked = f"{each}不到 {median:,.2f}，像是以万元填报。选“单位是万元”会换算成元并重新校验"
    return {
        "code": f"unit:{sheet.number}:{'+'.join(column.key for column in columns)}",
        "sheet": sheet.table.sheet,
        "key": columns[0].key,
        "message": f"工作表“{sheet.table.sheet}”的{labels}{asked if median else '已按万元换算成元，请核对'}",
        "choices": [[YUAN, "单位就是元，照此入库"], [WAN, "单位是万元，换算成元"]],
        **({} if median else {"answer": WAN}),
    }


def wan_columns(questions: Sequence[dict]) -> frozenset[tuple[str, str]]:
    """(sheet, key) of the amounts that answers say to be in 万元."""
    told = [question for question in questions if question.get("answer") == WAN]
    return frozenset(
        (question["sheet"], key) for question in told for key in question["code"].split(":", 2)[2].split("+")
    )


def _find_places(cells, fmt, divisions, spellings, problems, descriptions):
    """township_code and village_code of every row; a hamlet read from the address where the row has none.

    What could not be told is listed with its sheet: "unplaced", [[township, village, why, rows]], most rows first.
    """
    silent = pd.Series("", index=range(len(cells)), dtype="str")
    texts = [cells.values.get(fmt.roles.get(role, ""), silent) for role in ("township", "village", "address")]
    found = resolve_places(*texts, divisions, spellings)
    _list_unplaced(cells.place["sheet"], *texts[:2], found["note"], descriptions)
    unclear = found["note"].ne("").to_numpy()
    key = next(
        (fmt.roles[role] for role in ("village", "township", "address") if fmt.roles.get(role) in cells.text), ""
    )
    problems.add(unclear, key, "place", found["note"][unclear].to_list(), suggestion="请按区划名称填写乡镇和村")
    hamlet = fmt.roles.get("hamlet")
    if hamlet and fmt.roles.get("address") in cells.values:
        own = cells.values.get(hamlet, silent)
        cells.values[hamlet] = own.where(own.ne(""), found["hamlet"])
    return found[["township_code", "village_code"]]


def _list_unplaced(sheets, township, village, note, descriptions):
    written = pd.DataFrame({"sheet": sheets.astype("str"), "township": township, "village": village, "why": note})
    written = written[note.ne("") & (township.ne("") | village.ne(""))]
    counted = written.value_counts().head(_UNPLACED_SHOWN)
    for described in descriptions:
        described["unplaced"] = [
            [*words, int(rows)] for (sheet, *words), rows in counted.items() if sheet == described["name"]
        ]


def _rows(cells, fmt, problems, found_places):
    rows = cells.place.copy()
    wrong, odd = problems.severities(len(cells))
    rows["status"] = np.select([wrong, odd], [REFUSED, WARNED], default=OK)
    for column in fmt.columns:
        if column.key not in cells.values:
            continue
        rows[column.key] = cells.values[column.key]
        if column.kind in _RAW_KINDS:
            rows[f"{column.key}_raw"] = cells.text[column.key]
            rows[f"{column.key}_is_number"] = (cells.kind[column.key] == NUMBER).to_numpy()
    return rows if found_places is None else rows.join(found_places)


def _listed(cells, fmt, problems, sheets):
    """Problems in file order with what the clerk sees: sheet, row, column, letter, the cell as it was given."""
    found = problems.all()
    labels = {column.key: column.label for column in fmt.columns}
    letters = {sheet.number: {key: sheet.table.letters[at] for key, at in sheet.columns.items()} for sheet in sheets}
    at = found["at"].to_numpy(dtype="int64")
    listed = cells.place.iloc[at].reset_index(drop=True)
    listed["column_key"] = found["key"]
    listed["column_label"] = [labels.get(key, WHOLE_ROW) for key in found["key"]]
    listed["letter"] = [
        letters[sheet].get(key, "") for sheet, key in zip(listed["sheet_no"], found["key"], strict=True)
    ]
    listed["content"] = _contents(cells, found, at)
    for name in ("code", "severity", "message", "suggestion"):
        listed[name] = found[name]
    # A file without problems has text columns too.
    return listed[list(PROBLEM_COLUMNS)].astype(dict.fromkeys(set(PROBLEM_COLUMNS) - {"row"}, "str"))


def _contents(cells, found, at):
    """What to show as the cell of each problem: what the check says it is, else the cell itself."""
    contents = found["content"].to_numpy(dtype=object, copy=True)
    silent = found["content"].isna().to_numpy()
    for key in found["key"][silent].unique():
        here = np.flatnonzero(silent & found["key"].eq(key).to_numpy())
        contents[here] = cells.text[key].iloc[at[here]].to_numpy(dtype=object) if key in cells.text else ""
    return contents


def _tally(rows, listed):
    status = rows["status"].value_counts()
    first = listed.drop_duplicates(["sheet", "row"]).merge(rows[["sheet", "row", "status"]], on=["sheet", "row"])
    groups = first["code"].map(CODES)
    counted = {
        wanted: groups[first["status"] == wanted].value_counts().astype(int).to_dict() for wanted in (REFUSED, WARNED)
    }
    return Tally(
        read=len(rows),
        ok=int(status.get(OK, 0)),
        warned=int(status.get(WARNED, 0)),
        refused=int(status.get(REFUSED, 0)),
        refused_by=counted[REFUSED],
        warned_by=counted[WARNED],
    )
