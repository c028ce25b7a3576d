"""Exports of lists as .xlsx, and the gate before those that hold personal data.

The ground above (fangpin.desk.exports) sets the gate: it lets a small export through, asks a second person before a large one, and
says what the trail should keep of it. Without a gate nothing personal goes out.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone

from fangpin.sheets.writing import write_workbook
from fangpin.web.pages import problem
from fangpin.web.values import for_export, value_of


@dataclass(frozen=True)
class Wanted:
    """An export that somebody asks for: the list, how many rows, and its filters in words ("乡镇：青山镇")."""

    title: str
    rows: int
    unit: str
    filters: str


# What the gate answers: details for the trail (the export goes on), or the page to show instead.
Gate = Callable[[HttpRequest, Wanted], Mapping[str, str] | HttpResponseBase]


def _closed(request: HttpRequest, wanted: Wanted) -> HttpResponseBase:
    return problem(request, "没有设置导出审批，不能导出个人信息", 403)


_gate: list[Gate] = [_closed]


def guard_exports(gate: Gate) -> None:
    """Set the gate that every export of personal data passes."""
    _gate[:] = [gate]


def ask_gate(request: HttpRequest, wanted: Wanted) -> Mapping[str, str] | HttpResponseBase:
    """What the gate says to a file with personal data that is no plain list: details for the trail, or the page to show instead."""
    return _gate[0](request, wanted)


def watermark_of(who: object, rows: int, unit: str) -> str:
    """The foot of every page of paper: who, when, how many."""
    return f"{who} {timezone.localtime():%Y-%m-%d %H:%M} 导出 {rows:,} {unit}"


def export(
    request: HttpRequest,
    rows: QuerySet,
    columns: Sequence[Any],
    *,
    wanted: Wanted,
    name: str,
    personal: bool,
    watermark: str = "",
    on_export: Callable[..., object] | None = None,
) -> HttpResponseBase:
    """The whole filtered list, read in chunks. No more rows go out than were counted, agreed to and written into the trail.

    Every page of paper says who, when and how many. ``on_export(rows, **why)`` is called before anything is sent.
    """
    why: Mapping[str, str] = {}
    if personal:
        answer = ask_gate(request, wanted)
        if isinstance(answer, HttpResponseBase):
            return answer
        why = answer
    written = [column for column in columns if column.export]
    count = 0

    def lines() -> Iterator[list[object]]:
        nonlocal count
        for item in rows[: wanted.rows].iterator(chunk_size=2000):
            count += 1
            yield [for_export(value_of(item, column.export_value or column.value)) for column in written]

    out = BytesIO()
    who = watermark or getattr(request, "user", "")
    write_workbook(
        out,
        title=wanted.title,
        columns=[column.label for column in written],
        rows=lines(),
        watermark=watermark_of(who, wanted.rows, wanted.unit),
    )
    if on_export:
        on_export(count, **why)
    out.seek(0)
    return FileResponse(out, as_attachment=True, filename=f"{name}-{timezone.localdate():%Y%m%d}.xlsx")
