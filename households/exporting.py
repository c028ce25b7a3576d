"""名册导出: the register as the national system lays it out (two title rows, header on row 3, labels instead of codes, months YYYYMM, one row a
member), so that what reads its exports reads ours, our own import included.

Every field of ``households.fields`` has its column. Full numbers of persons: for the county office, audited.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import lru_cache
from typing import BinaryIO

from fangpin.divisions.models import Division
from fangpin.sealing import places_of, unseal_many
from fangpin.sheets.writing import Formats, new_workbook, safe_text
from households.fields import HOUSEHOLD_FIELDS, PERSON_FIELDS
from households.models import Household, Person
from households.values import SLUG_COLUMNS, Field, Kind

SHEET, NOTE_SHEET = "户成员信息", "导出说明"
HEADER_ROW = 2  # counted from 0
PIECE = 2_000
_PLACES = ("县(市、区、旗)", "乡(镇)", "行政村", "户编号", "人编号")
COLUMNS = (*_PLACES, *(field.label for field in (*PERSON_FIELDS, *HOUSEHOLD_FIELDS)))
_HOME = "household__"


def write_register(out: BinaryIO, *, county: Division, under: str, by: str, at: datetime) -> int:
    """Write the present members of the households ``under`` a division code of the county; how many rows."""
    with new_workbook(out) as book:
        sheet, formats, text = book.add_worksheet(SHEET), Formats(book), book.add_format({"num_format": "@"})
        sheet.set_column(0, len(COLUMNS) - 1, 14, text)
        sheet.write_string(0, 0, f"{county.name}农村人口信息（系统导出）", formats.title)
        sheet.write_string(1, 0, f"导出时间：{at:%Y-%m-%d %H:%M}", formats.note)
        for number, label in enumerate(COLUMNS):
            sheet.write_string(HEADER_ROW, number, label, formats.header)
        row = HEADER_ROW
        for row, cells in enumerate(member_rows(county, under), HEADER_ROW + 1):
            for number, cell in enumerate(cells):
                if cell:
                    sheet.write_string(row, number, safe_text(cell))
        sheet.freeze_panes(HEADER_ROW + 1, 0)
        count = row - HEADER_ROW
        _write_note(book.add_worksheet(NOTE_SHEET), formats, f"{by} {at:%Y-%m-%d %H:%M} 导出，共 {count:,} 人", sheet)
    return count


def _write_note(note_sheet, formats: Formats, watermark: str, sheet) -> None:
    """The watermark: on a sheet of its own and at the foot of every printed page."""
    note_sheet.set_column(0, 0, 60)
    lines = (watermark, "本文件含完整证件号码和联系电话，只用于防返贫监测帮扶工作；导出已留痕，请妥善保管，用后删除。")
    for row, line in enumerate(lines):
        note_sheet.write_string(row, 0, line, formats.note)
    sheet.set_footer(f"&L&8{safe_text(watermark)[:120].replace('&', '&&')}&R&8第 &P 页，共 &N 页")


def member_rows(county: Division, under: str) -> Iterator[list[str]]:
    """The cells of each member, under ``COLUMNS``; head first, households by village and 户编号."""
    places = {place.pk: place for place in Division.objects.under(county.pk).select_related("parent")}
    of_person, of_home = _readers(PERSON_FIELDS, ""), _readers(HOUSEHOLD_FIELDS, _HOME)
    homes: dict[object, list[str]] = {}
    for piece in _pieces(under):
        for row in piece:
            village = places[row[f"{_HOME}village_id"]]
            home = row["household_id"]
            if home not in homes:
                homes = {home: [read(row) for read in of_home]}  # members stand together
            placed = [county.name, village.parent.name, village.name, row[f"{_HOME}number"], row["number"]]
            yield [*placed, *(read(row) for read in of_person), *homes[home]]


def _pieces(under: str) -> Iterator[list[dict]]:
    """Members as dictionaries of column -> value, with ``id_number``, ``phone`` and ``household__phone`` opened."""
    members = Person.objects.present().filter(household__village__code__startswith=under)
    ordered = members.order_by("household__village_id", "household__number", "-is_head", "number")
    names = [*_columns(PERSON_FIELDS, ""), *_columns(HOUSEHOLD_FIELDS, _HOME), "id", "number", "other", "household_id"]
    names += [f"{_HOME}{name}" for name in ("village_id", "number", "other")]
    rows = ordered.values(*names).iterator(chunk_size=PIECE)
    while piece := [row for row, _ in zip(rows, range(PIECE), strict=False)]:
        for model, column, key in (
            (Person, "id_sealed", "id"),
            (Person, "phone_sealed", "id"),
            (Household, "phone_sealed", "household_id"),
        ):
            name = column if model is Person else f"{_HOME}{column}"
            opened = unseal_many([row[name] for row in piece], places_of(model, column, [row[key] for row in piece]))
            for row, text in zip(piece, opened, strict=True):
                row[name] = text
        yield piece


def _columns(fields: Sequence[Field], prefix: str) -> list[str]:
    return [prefix + _column(field) for field in fields if field.column]


def _column(field: Field) -> str:
    return f"{field.column.removesuffix('_number')}_sealed" if field.sealed else field.column


def _readers(fields: Sequence[Field], prefix: str) -> list[Callable[[dict], str]]:
    return [_reader(field, prefix) for field in fields]


def _reader(field: Field, prefix: str) -> Callable[[dict], str]:
    """The cell of a field, out of a row of ``_pieces``."""
    write = lru_cache(maxsize=50_000)(lambda value: written(field, value))
    if not field.column:
        other, key = f"{prefix}other", field.key
        return lambda row: write(row[other].get(key, ""))
    name = prefix + _column(field)
    if field.kind == Kind.BOOL:
        return lambda row: "是" if row[name] else "否"
    if field.kind == Kind.DATE:
        return lambda row: f"{row[name]:%Y%m%d}" if row[name] else ""
    # Columns with a dictionary hold the label already.
    return (lambda row: write(row[name])) if field.column in SLUG_COLUMNS else (lambda row: row[name])


def written(field: Field, value: str) -> str:
    """A canonical value (households.values) as the national system writes it; what no reader made stays as it is."""
    if field.kind == Kind.BOOL:
        return {"yes": "是", "no": "否"}.get(value, value)
    if field.kind in (Kind.MONTH, Kind.DATE):
        return value.replace("-", "")
    if field.codes:
        return ",".join(map(field.codes.label_of, value.split(","))) if value else ""
    return value
