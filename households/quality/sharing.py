"""Who shares a number or a phone with whom in the county: found by blind index, for a part of it at a time, nothing unsealed.

Those who share are named, because who reads such a problem reaches all of them: its division is the smallest one in which all their
households lie (``storing``).
"""

import pandas as pd
from django.db import connection

PERSON = {"id_others": "str", "id_same_name": "bool", "id_homes": "str"}
HOUSEHOLD = {"phone_homes": "int64", "phone_with": "str", "phone_of_helper": "bool"}
WORK = {"phone_workplaces": "str", "phone_with": "str"}
SHOWN = 5  # how many who share are named
LISTED = 50  # how many households a problem remembers to look at again

_TWINS = """
    SELECT p.id::text, p.household_id::text, p.name, v.name, encode(p.id_index, 'hex')
      FROM households_person p JOIN households_household h ON h.id = p.household_id JOIN divisions_division v ON v.code = h.village_id
     WHERE p.left_on IS NULL AND h.village_id LIKE %s AND p.id_index = ANY(%s)
     ORDER BY p.number
"""
_REPEATED = """
    SELECT p.id_index FROM households_person p JOIN households_household h ON h.id = p.household_id
     WHERE p.left_on IS NULL AND h.village_id LIKE %s AND p.id_index = ANY(%s)
     GROUP BY p.id_index HAVING count(*) > 1
"""
_REPEATED_ANYWHERE = """
    SELECT encode(p.id_index, 'hex') FROM households_person p JOIN households_household h ON h.id = p.household_id
     WHERE p.left_on IS NULL AND h.village_id LIKE %s AND p.id_index IS NOT NULL
     GROUP BY p.id_index HAVING count(*) > 1
"""
_PHONES = """
    SELECT encode(phone, 'hex'), array_agg(DISTINCT household) FROM (
        SELECT h.phone_index AS phone, h.id::text AS household FROM households_household h
         WHERE h.size > 0 AND h.village_id LIKE %s AND h.phone_index = ANY(%s)
        UNION ALL
        SELECT p.phone_index, h.id::text FROM households_person p JOIN households_household h ON h.id = p.household_id
         WHERE p.left_on IS NULL AND h.village_id LIKE %s AND p.phone_index = ANY(%s)
    ) AS used GROUP BY phone HAVING count(DISTINCT household) > 1
"""
# "务工县": imports before the register's fields kept the value under the heading (see ``facts.other``).
_WORKPLACES = """
    SELECT encode(phone, 'hex'), string_agg(DISTINCT county, '、'), array_agg(DISTINCT household) FROM (
        SELECT p.phone_index AS phone, h.id::text AS household,
               coalesce(p.other ->> 'work_county', p.other ->> '务工县', '') AS county
          FROM households_person p JOIN households_household h ON h.id = p.household_id
         WHERE p.left_on IS NULL AND h.village_id LIKE %s AND p.phone_index = ANY(%s)
    ) AS worker WHERE county <> '' GROUP BY phone HAVING count(DISTINCT county) > 1
"""


def _rows(query: str, parameters: list) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(query, parameters)
        return cursor.fetchall()


def _indexes(column: pd.Series) -> list[bytes]:
    return [bytes.fromhex(index) for index in column[column.ne("")].unique()]


def repeated_in(county_code: str) -> frozenset[str]:
    """The numbers, as blind indexes in hex, that several present people of the county bear."""
    return frozenset(index for (index,) in _rows(_REPEATED_ANYWHERE, [f"{county_code}%"]))


def join_people(people: pd.DataFrame, county_code: str, known_repeated: frozenset[str] | None = None) -> pd.DataFrame:
    """``people`` (with id_index) with PERSON: who else has the number, whether one of them has the same name, their households."""
    under = f"{county_code}%"
    if known_repeated is None:
        repeated = [bytes(index) for (index,) in _rows(_REPEATED, [under, _indexes(people["id_index"])])]
    else:
        repeated = _indexes(people["id_index"][people["id_index"].isin(known_repeated)])
    known = pd.DataFrame(
        _rows(_TWINS, [under, repeated]) if repeated else [],
        columns=["person", "household", "name", "place", "index"],
    )
    told: dict[str, tuple[str, bool, str]] = {}
    for _, group in known.groupby("index", sort=False):
        for row in group.itertuples():
            others = group[group["person"] != row.person]
            named = others.head(SHOWN)
            names = "、".join(f"{place}{name}" for place, name in zip(named["place"], named["name"], strict=True))
            elsewhere = others[others["household"] != row.household]
            told[row.person] = names, (elsewhere["name"] == row.name).any(), " ".join(group["household"].unique())
    for at, name in enumerate(PERSON):
        people[name] = people["person"].map({person: line[at] for person, line in told.items()})
    return people


def join_households(homes: pd.DataFrame, county_code: str) -> pd.DataFrame:
    """``homes`` (with phone_index) with HOUSEHOLD: how many households use the household's phone, and which."""
    found = _phones(homes["phone_index"], county_code)
    users = homes["phone_index"].map(found)
    homes["phone_homes"] = users.map(len, na_action="ignore")
    homes["phone_with"] = users.map(lambda ids: " ".join(ids[:LISTED]), na_action="ignore")
    return homes


def _phones(indexes: pd.Series, county_code: str) -> dict[str, list[str]]:
    """Blind index (hex) -> households that use the phone, where there are several."""
    wanted, under = _indexes(indexes), f"{county_code}%"
    return dict(_rows(_PHONES, [under, wanted, under, wanted])) if wanted else {}


def join_work(work: pd.DataFrame, county_code: str) -> pd.DataFrame:
    """``work`` (with phone_index) with WORK: the different counties of work of those who share the phone ("" for one), their households."""
    indexes = _indexes(work["phone_index"])
    rows = _rows(_WORKPLACES, [f"{county_code}%", indexes]) if indexes else []
    known = {index: (places, " ".join(homes[:LISTED])) for index, places, homes in rows}
    for at, name in enumerate(WORK):
        work[name] = work["phone_index"].map({index: line[at] for index, line in known.items()})
    return work
