"""The register as frames for comparing, without opening anything that is sealed: blind indexes stand for the values."""

from io import BytesIO

import pandas as pd
import pyarrow as pa
from django.db import connection
from pyarrow import csv

_PEOPLE = """
    SELECT p.id, p.number, h.number AS household, h.village_id AS village, p.name, p.former_name, p.initials, p.id_type,
           encode(p.id_index, 'hex') AS id_index, p.birthday, p.sex, p.relation, p.is_head, encode(p.phone_index, 'hex') AS phone_index,
           p.ethnicity, p.education, p.student_status, p.health, p.labour, p.minimum_living, p.destitute, p.disability_level, p.other,
           p.left_on IS NOT NULL AS left
      FROM households_person p JOIN households_household h ON h.id = p.household_id
"""
_HOUSEHOLDS = """
    SELECT id, number, village_id AS village, hamlet, kind, category, risk_cleared, encode(phone_index, 'hex') AS phone_index, other
      FROM households_household
"""


def present_people() -> pd.DataFrame:
    """Every person of the register, those who left too: text columns ("" for nothing), ``is_head`` and ``left`` bool."""
    return _frame(_PEOPLE, flags=("is_head", "left"))


def present_households() -> pd.DataFrame:
    return _frame(_HOUSEHOLDS, flags=("risk_cleared",))


def _frame(query: str, flags: tuple[str, ...]) -> pd.DataFrame:
    """COPY out and read as Arrow: 300,000 people in two seconds, where the ORM takes ten and ten times the memory."""
    out = BytesIO()
    with connection.cursor() as cursor:
        cursor.cursor.copy_expert(f"COPY ({query}) TO STDOUT WITH (FORMAT csv, HEADER)", out)
    out.seek(0)
    names = out.readline().decode().strip().split(",")
    out.seek(0)
    options = csv.ConvertOptions(column_types=dict.fromkeys(names, pa.large_string()), strings_can_be_null=False)
    table = csv.read_csv(
        out,
        read_options=csv.ReadOptions(use_threads=False),
        parse_options=csv.ParseOptions(newlines_in_values=True),
        convert_options=options,
    )
    out.close()
    frame = table.to_pandas(use_threads=False, split_blocks=True, self_destruct=True).astype("str")
    for flag in flags:
        frame[flag] = frame[flag] == "t"
    return frame
