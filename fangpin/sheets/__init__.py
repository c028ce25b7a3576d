"""Office files in and out: whatever a department uploads becomes tables or one Chinese sentence, and what we write is safe."""

from fangpin.sheets.annotating import Note, Severity, annotate, write_annotated
from fangpin.sheets.cells import (
    NO_VALUE_WORDS,
    Amounts,
    Dates,
    Integers,
    blank,
    clean_cell,
    clean_text,
    parse_amount,
    parse_amounts,
    parse_date,
    parse_dates,
    parse_integer,
    parse_integers,
)
from fangpin.sheets.child import BOOL, DATE, DATETIME, EMPTY, ERROR, NUMBER, TEXT
from fangpin.sheets.headers import SEARCHED_ROWS, column_letter, normalise_header
from fangpin.sheets.limits import Limits
from fangpin.sheets.reading import Merge, RawSheet, read_raw
from fangpin.sheets.refusals import SENTENCES, Unreadable
from fangpin.sheets.tables import PassedOver, Skipped, Table, Tables, Why, read_tables, table_of, tables_of
from fangpin.sheets.writing import TemplateColumn, safe_csv_cell, template, write_csv, write_workbook

__all__ = [
    "BOOL",
    "DATE",
    "DATETIME",
    "EMPTY",
    "ERROR",
    "NO_VALUE_WORDS",
    "NUMBER",
    "SEARCHED_ROWS",
    "SENTENCES",
    "TEXT",
    "Amounts",
    "Dates",
    "Integers",
    "Limits",
    "Merge",
    "Note",
    "PassedOver",
    "RawSheet",
    "Severity",
    "Skipped",
    "Table",
    "Tables",
    "TemplateColumn",
    "Unreadable",
    "Why",
    "annotate",
    "blank",
    "clean_cell",
    "clean_text",
    "column_letter",
    "normalise_header",
    "parse_amount",
    "parse_amounts",
    "parse_date",
    "parse_dates",
    "parse_integer",
    "parse_integers",
    "read_raw",
    "read_tables",
    "safe_csv_cell",
    "table_of",
    "tables_of",
    "template",
    "write_annotated",
    "write_csv",
    "write_workbook",
]
