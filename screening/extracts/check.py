"""Check an uploaded file (body of its run): read it in the limited child, find its places, check its rows, store them."""

import logging
import time

import pandas as pd
from django.db import transaction

from fangpin.divisions.models import Division
from fangpin.masking import scrub
from fangpin.periods import month_text
from fangpin.runs.lease import Work
from fangpin.sealing import open_sealed
from fangpin.sheets import Table, Tables, Unreadable, Why, read_tables
from fangpin.transitions import Stale, move
from screening.choices import ExtractState
from screening.extracts.checking import NO_LIST, Checked, MissingColumns, check
from screening.extracts.formats import header_words
from screening.extracts.intake import format_of, refuse, sealed_path
from screening.extracts.layouts import remembered_for
from screening.extracts.second_header import SecondHeader, refuse_second_header
from screening.extracts.spelling import spellings_of
from screening.extracts.storing import forget, store
from screening.models import Extract

log = logging.getLogger(__name__)
STEPS = 3
SHOWN = 200  # skipped rows that the page names
COVER_ROWS = 5  # a cover or a note has no more rows than this


def perform_check(work: Work) -> None:
    extract = Extract.objects.get(pk=work.run.key)
    if extract.state != ExtractState.UPLOADED:
        return  # checked, refused or withdrawn before: nothing left to do
    try:
        _check(extract, work)
    except Stale:
        log.info("extract %s was withdrawn while it was checked", extract.pk)


def _check(extract: Extract, work: Work) -> None:
    fmt = format_of(extract.list_code)
    remembered = remembered_for(extract.county, fmt.code)
    words = header_words(fmt) | remembered.words
    work.progress(done=0, total=STEPS, note="读取文件")
    try:
        tables = read_tables(
            open_sealed(sealed_path(extract), extract.place),
            filename=extract.filename,
            header_words=words,
            progress=_Reporter(work),
            scanned=True,
        )
        work.progress(done=1, note=f"逐行校验 {sum(len(table.text) for table in tables):,} 行")
        refuse_second_header(tables, words)
        checked = check(
            tables,
            fmt,
            period=month_text(extract.period),
            places=_divisions(extract.county_id),
            remembered=remembered,
            answered=extract.questions,
            spellings=spellings_of(extract.county_id),
        )
    except Unreadable as refusal:
        _refuse(extract, refusal.code, refusal.message, work)
    except SecondHeader as refusal:
        _refuse(extract, "second_header", str(refusal), work)
    except MissingColumns as refusal:
        _refuse(extract, "missing_columns", str(refusal), work)
    else:
        work.progress(done=2, note=f"保存 {checked.tally.read:,} 行")
        _keep(extract, checked, tables, fmt, work)
        work.run.counts = {"ok": checked.tally.ok, "warned": checked.tally.warned, "refused": checked.tally.refused}


def _refuse(extract: Extract, code: str, sentence: str, work: Work) -> None:
    refuse(extract, code=code, sentence=sentence, work=work)
    forget(extract)  # of a check that went well before its headings were mapped in another way


class _Reporter:
    """Tells the run how many rows of the sheet at hand are read, once a second at most."""

    def __init__(self, work: Work):
        self.work, self.told = work, 0.0

    def __call__(self, done: int, total: int) -> None:
        if time.monotonic() - self.told >= 1:
            self.told = time.monotonic()
            self.work.progress(note=f"读取文件，{done:,} / {total:,} 行")


def _divisions(county_code: str) -> pd.DataFrame:
    found = Division.objects.under(county_code).values_list("code", "name", "level")
    return pd.DataFrame(found, columns=["code", "name", "level"])


def _keep(extract, checked: Checked, tables, fmt, work):
    tally = checked.tally
    in_file = sum(len(table.text) for table in tables) - sum(rows for _, rows, _ in checked.left_out)
    if not tally.read == tally.ok + tally.warned + tally.refused == in_file:
        raise RuntimeError(f"rows read {tally.read}, rows in the file {in_file}: a row got lost")
    columns = {sheet["name"]: sheet for sheet in checked.sheets}
    with transaction.atomic():
        work.fence()
        extract.sheets = [_sheet(table, columns.get(table.sheet, {})) for table in tables]
        store(extract, checked, fmt)
        move(
            extract, "state", ExtractState.UPLOADED, ExtractState.CHECKED,
            sheets=extract.sheets,
            questions=[_scrubbed(question) for question in [*checked.questions, *_left_out(checked, tables)]],
            rows_ok=tally.ok, rows_warned=tally.warned, rows_refused=tally.refused,
        )  # fmt: skip


def _scrubbed(question: dict) -> dict:
    return {**question, "message": scrub(question["message"])}


def _sheet(table: Table, described: dict) -> dict:
    """How one sheet was read, for the page: header, columns, and every row that is no data row with its reason."""
    skipped = [[skipped.row, skipped.why] for skipped in table.skipped if skipped.why != Why.BLANK]
    return {
        "name": table.sheet,
        "header_row": table.header_row,
        "rows": len(table.text),
        "columns": described.get("columns", {}),
        "unknown": [scrub(heading)[:60] for heading in described.get("unknown", [])],
        "in_wan": described.get("in_wan", []),
        "skipped": skipped[:SHOWN],
        "unplaced": [[scrub(text) for text in words] + [rows] for *words, rows in described.get("unplaced", ())],
    }


def _left_out(checked: Checked, tables: Tables) -> list[dict]:
    """A sheet with content that is not read is asked about: nothing of a file gets lost in silence."""
    passed_over = [(sheet.sheet, sheet.rows, sheet.why) for sheet in tables.passed_over if sheet.rows > COVER_ROWS]
    return [
        {
            "code": f"sheet:{name}",
            "message": f"工作表“{name}”有 {rows:,} 行内容没有读取：{why}。若其中有名单，请在“列名没有对上？”里指明列名",
            "choices": [["skip", "这张工作表不是名单，不需要读取"]],
        }
        for name, rows, why in [*checked.left_out, *passed_over]
        if why != NO_LIST
    ]
