"""The register as frames for comparing, without opening anything that is sealed: blind indexes stand for the values."""

import pandas as pd

from fangpin.copying import read_rows

_PEOPLE = """
    SELECT p.id, p.number, h.number AS household, h.village_id AS village, p.name, p.former_name, p.initials, p.id_type,
           encode(p.id_index, 'hex') AS id_index, p.birthday, p.sex, p.relation, p.is_head, encode(p.phone_index, 'hex') AS phone_index,
           p.ethnicity, p.education, p.student_status, p.health, p.labour, p.minimum_living, p.destitute, p.disability_level, p.other,
           p.left_on IS NOT NULL AS left
      FROM households_person p JOIN households_household h ON h.id = p.household_id
"""
_HOUSEHOLDS = """
    SELECT id, number, village_id AS village, head_name, hamlet, kind, category, risk_cleared, encode(phone_index, 'hex') AS phone_index, other
      FROM households_household
"""


def present_people() -> pd.DataFrame:
    """Every person of the register, those who left too: text columns ("" for nothing), ``is_head`` and ``left`` bool."""
    return read_rows(_PEOPLE, flags=("is_head", "left"))


def present_households() -> pd.DataFrame:
    return read_rows(_HOUSEHOLDS, flags=("risk_cleared",))
