"""Workbooks that go back to a department: its upload with the problems marked, and the empty form of a list."""

from typing import BinaryIO

from fangpin.sealing import open_sealed
from fangpin.sheets import Note, Severity, TemplateColumn, annotate, template
from screening.choices import Severity as ProblemSeverity
from screening.extracts.intake import sealed_path
from screening.extracts.layout import DATE_KINDS, PERSONAL_KINDS, ListFormat
from screening.models import Extract, RowProblem

_SEVERITY = {ProblemSeverity.ERROR: Severity.ERROR, ProblemSeverity.WARN: Severity.WARNING}


def annotated_workbook(extract: Extract, out: BinaryIO) -> None:
    """The upload as it came, cells with problems coloured and explained. Holds what the department itself sent, unmasked."""
    problems = RowProblem.objects.filter(extract=extract)
    sheets = [sheet["name"] for sheet in extract.sheets]
    notes = [
        Note(
            sheets[problem.sheet_no],
            problem.row,
            _column_index(problem.letter),
            problem.message + (f"（建议：{problem.suggestion}）" if problem.suggestion else ""),
            _SEVERITY[ProblemSeverity(problem.severity)],
        )
        for problem in problems.iterator()
    ]
    headers = {sheet["name"]: sheet["header_row"] for sheet in extract.sheets}
    source = open_sealed(sealed_path(extract), extract.place)
    annotate(source, extract.filename, notes, out, header_rows=headers)


def _column_index(letter: str) -> int | None:
    """A -> 0, AA -> 26; None for a problem of the whole row."""
    if not letter:
        return None
    index = 0
    for character in letter:
        index = index * 26 + ord(character) - ord("A") + 1
    return index - 1


def template_workbook(fmt: ListFormat, out: BinaryIO) -> None:
    """The empty form of a list, number columns as text, drop-downs where only some values are allowed."""
    columns = [
        TemplateColumn(
            column.label,
            hint=column.hint or ("日期写成 2021-05-06" if column.kind in DATE_KINDS else ""),
            text_format=column.kind in PERSONAL_KINDS,
            choices=column.choices,
        )
        for column in fmt.columns
    ]
    template(out, columns=columns, title=fmt.name)
