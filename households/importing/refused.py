"""The refused rows as they were given, for whoever owns the file to correct: beside his own input, nothing masked, formula-safe."""

from pathlib import Path
from typing import BinaryIO

from fangpin.sheets import Tables, read_tables, write_workbook
from households.importing.columns import header_words
from households.importing.reading import LIMITS, read_rows


def write_refused(source: Path, *, county_code: str, out: BinaryIO) -> int:
    """Write every refused row of ``source`` with sheet, row and reason; how many."""
    tables = read_tables(source, filename=source.name, header_words=header_words(), limits=LIMITS)
    reading = read_rows(Tables(tables, tables.passed_over), county_code)
    reasons = {(problem.sheet, problem.row): problem for problem in reading.problems.found if problem.refused}
    headings = list(dict.fromkeys(heading for table in tables for heading in table.columns))
    rows = []
    for table in tables:
        at = [headings.index(heading) for heading in table.columns]
        for row, cells in zip(table.text.index, table.text.to_numpy(), strict=True):
            problem = reasons.get((table.sheet, int(row)))
            if problem:
                line = [""] * len(headings)
                for position, cell in zip(at, cells, strict=True):
                    line[position] = cell
                rows.append([table.sheet, int(row), problem.column, problem.message, *line])
    write_workbook(
        out,
        title="不能入库的行",
        columns=["工作表", "行", "问题所在列", "原因", *headings],
        rows=rows,
        watermark=f"{source.name} 核对结果，含个人信息，用后请删除",
    )
    return len(rows)
