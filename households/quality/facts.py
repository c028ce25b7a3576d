"""The register as the checks read it: frames of a part of a county, built by COPY, with what lies outside the part joined on.

The columns of PERSON, HOUSEHOLD and WORK are what a check may ask for; one for which the register has no data yet is blank. Numbers and
phones are unsealed here and never leave the process.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from django.conf import settings
from django.db import connection
from django.utils import timezone
from psycopg2 import sql

from fangpin.copying import read_rows
from fangpin.divisions.models import Division, Level
from fangpin.policy.lookup import standard_on
from fangpin.policy.models import Standard
from fangpin.sealing import places_of, unseal_many
from households.choices import Category, HouseholdKind, IncomeGroup, Sex
from households.fields import BY_KEY
from households.income_items import ITEMS
from households.models import Household, Person
from households.quality import outside, sharing
from households.quality.base import AUGUST, Context
from households.values import show

_PERSON_COLUMNS = (
    "name", "id_type", "relation", "ethnicity", "education", "student_status", "health", "labour", "minimum_living", "destitute",
    "disability_level",
)  # fmt: skip
_PERSON_OTHER = (
    "dropout_why", "disability_kind", "insured_resident", "insured_employee", "insured_serious", "medical_aid", "pension_resident",
    "pension_employee", "post", "post_months",
)  # fmt: skip
# Column of WORK -> field of the person. The register keeps one spell of work a person.
_WORK = {
    "start": "work_from", "end": "work_until", "months": "work_months", "wage": "work_pay", "place": "work_place", "county": "work_county",
    "channel": "work_channel",
}  # fmt: skip
_HOUSEHOLD_OTHER = (
    "stated_size", "address", "house_area", "house_grade", "house_unsafe", "water_safe", "toilet", "electricity", "road", "road_distance",
    "field_area", "forest_area", "returned_area", "orchard_area", "pasture_area", "pond_area", "help_housing",
)  # fmt: skip
# What the export says of a year, and what stands in its place once people entered the newest year by hand (alias i).
_NET = "({0}.wages + {0}.business + {0}.assets + {0}.transfer - {0}.costs)::text"  # domain.md 1.7
_HOUSEHOLD_MONEY = {
    "wages": "i.wages::text", "business": "i.business::text", "property": "i.assets::text", "transfers": "i.transfer::text",
    "business_costs": "i.costs::text", "own_payments": "i.self_pay::text", "net_income": _NET.format("i"), "net_per_head": "''",
}  # fmt: skip
_TEXT, _FLAG, _COUNT, _MONEY = "str", "bool", "int64", "float64"

# -- what a check may ask for -------------------------------------------------------------------------------------------
PERSON = {
    "person": object, "household": object, "number": _TEXT, "phone": _TEXT, "birthday": _TEXT, "sex": _TEXT, "is_head": _FLAG,
    **dict.fromkeys((*_PERSON_COLUMNS, *_PERSON_OTHER), _TEXT),
    "status_before": _TEXT,  # 在校生状况 on the last 31 August
    "certificate": _TEXT,  # the register does not keep 残疾证号
    **sharing.PERSON, **outside.PERSON,
}  # fmt: skip
HOUSEHOLD = {
    "household": object, "village": _TEXT, "head": _TEXT, "size": _COUNT, "kind": _TEXT, "category": _TEXT, "monitored": _FLAG,
    "phone": _TEXT, **dict.fromkeys((*_HOUSEHOLD_OTHER, *_HOUSEHOLD_MONEY), _TEXT),
    "pension_income": _TEXT,  # 养老金 among the transfers of the newest year, where sub-items were entered
    "net_income_before": _TEXT,  # of the year before the newest
    # Not kept by the register today: the export's own words on its head, the reason of a leap.
    "stated_head": _TEXT, "stated_head_number": _TEXT, "income_reason": _TEXT,
    **sharing.HOUSEHOLD, **outside.HOUSEHOLD,
}  # fmt: skip
WORK = {"person": object, **dict.fromkeys(_WORK, _TEXT), **sharing.WORK}
_BLANKS = {_TEXT: "", _FLAG: False, _COUNT: 0, _MONEY: float("nan"), object: None}


def with_all(frame: pd.DataFrame, columns: dict) -> pd.DataFrame:
    """Exactly ``columns``, what is missing blank. Text as Python objects: one block, of which a check takes rows at once; fifty columns of
    Arrow would be taken one by one, eighty times. (A Series, because pandas makes Arrow of an array of objects that are text.)"""
    filled = {}
    for name, kind in columns.items():
        blank, dtype = _BLANKS[kind], object if kind == _TEXT else kind
        if name not in frame:
            values = np.full(len(frame), blank, dtype)
        elif blank is None:
            values = frame[name].to_numpy(dtype)
        else:
            values = frame[name].to_numpy(dtype, na_value=blank)
        filled[name] = pd.Series(values, frame.index, dtype)
    return pd.DataFrame(filled, index=frame.index)


# -- a county -----------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class County:
    """What is the same for all parts of a county on one day. ``repeated``: numbers (blind indexes, hex) that several people bear, where they
    were looked for in the whole county at once; None: looked for in each part."""

    code: str
    day: date
    standard: Standard
    places: frozenset[str]
    kept: frozenset[str]
    repeated: frozenset[str] | None = None

    def part(
        self, *, villages: Sequence[str] = (), households: Sequence[str] = ()
    ) -> tuple[pd.DataFrame, pd.DataFrame, Context]:
        """(people, households, context) of these villages (codes) or of these households (ids as text): present members only."""
        where = within(villages, households)
        people, homes = _people(where, self), _households(where)
        people = sharing.join_people(people, self.code, self.repeated)
        homes = sharing.join_households(homes, self.code)
        people, homes = outside.join(people, homes, self.code)
        work = _spells(people, self.code)
        context = Context(self.day, self.standard, with_all(work, WORK), self.places, self.kept)
        return with_all(people, PERSON), with_all(homes, HOUSEHOLD), context


def county_on(code: str, kept: frozenset[str], day: date | None = None) -> County:
    """The county on a day, today by default. ``kept``: see ``kept.find_kept``."""
    day = day or settings.REGISTER_DAY or timezone.localdate()
    names = Division.objects.under(code).exclude(level=Level.COUNTY).values_list("name", flat=True)
    return County(code, day, standard_on(day), frozenset(names), kept)


# -- reading ------------------------------------------------------------------------------------------------------------
def within(villages: Sequence[str], households: Sequence[str]) -> sql.Composable:
    if households:
        return sql.SQL("h.id = ANY({}::uuid[])").format(sql.Literal(list(households)))
    return sql.SQL("h.village_id = ANY({})").format(sql.Literal(list(villages)))


def other(table: str, key: str) -> sql.Composable:
    """The value of a field in ``other``: under its key, or under the heading that imports before the fields wrote."""
    return sql.SQL("coalesce({0}.other ->> {1}, {0}.other ->> {2}, '')").format(
        sql.Identifier(table), sql.Literal(key), sql.Literal(BY_KEY[key].label)
    )


def _others(table: str, fields: dict[str, str]) -> list[sql.Composable]:
    return [
        sql.SQL("{} AS {}").format(other(table, key), sql.Identifier(f"other_{name}")) for name, key in fields.items()
    ]


def _people(where: sql.Composable, county: County) -> pd.DataFrame:
    fields = {**{key: key for key in _PERSON_OTHER}, **{f"work_{name}": key for name, key in _WORK.items()}}
    columns = [
        sql.SQL(
            "p.id AS person, p.household_id AS household, h.village_id AS village, p.birthday, p.sex, p.is_head,"
            " encode(p.id_sealed, 'hex') AS id_sealed, encode(p.phone_sealed, 'hex') AS phone_sealed,"
            " encode(h.phone_sealed, 'hex') AS home_sealed, encode(p.id_index, 'hex') AS id_index,"
            " encode(p.phone_index, 'hex') AS phone_index"
        ),
        *(sql.SQL("p.{}").format(sql.Identifier(name)) for name in _PERSON_COLUMNS),
        *_others("p", fields),
        sql.SQL("{} AS status_before").format(_status_before(county.day)),
    ]
    query = sql.SQL(
        "SELECT {} FROM households_person p JOIN households_household h ON h.id = p.household_id"
        " WHERE p.left_on IS NULL AND {} ORDER BY p.number"
    ).format(sql.SQL(", ").join(columns), where)
    people = _read(query, flags=("is_head",))
    _show(people, fields)
    people["number"] = _unsealed(Person, "id_sealed", people.pop("id_sealed"), people["person"])
    own = _unsealed(Person, "phone_sealed", people.pop("phone_sealed"), people["person"])
    shared = _unsealed(Household, "phone_sealed", people.pop("home_sealed"), people["household"])
    # The phone of the household is its head's where he has none of his own, so that a wrong one is told of somebody.
    people["phone"] = own.mask(own.eq("") & people["is_head"], shared)
    people["sex"] = people["sex"].map(dict(Sex.choices)).fillna("").astype("str")
    return people


def _households(where: sql.Composable) -> pd.DataFrame:
    fields = {key: key for key in (*_HOUSEHOLD_OTHER, *_HOUSEHOLD_MONEY)}
    columns = [
        sql.SQL(
            "h.id AS household, h.village_id AS village, h.head_name AS head, h.size, h.kind, h.category, h.risk_cleared,"
            " encode(h.phone_sealed, 'hex') AS phone_sealed, encode(h.phone_index, 'hex') AS phone_index"
        ),
        *_others("h", {key: key for key in _HOUSEHOLD_OTHER}),
        *(_entered_or_stated(key, entered) for key, entered in _HOUSEHOLD_MONEY.items()),
        sql.SQL(
            "CASE WHEN i.items ? 'transfer_pension' THEN i.items ->> 'transfer_pension' WHEN i.items ?| {} THEN '0' ELSE '' END"
            f" AS pension_income, coalesce({_NET.format('b')}, '') AS net_income_before"
        ).format(sql.Literal(_TRANSFERS)),
    ]
    query = sql.SQL("SELECT {} FROM households_household h {} WHERE h.size > 0 AND {} ORDER BY h.number").format(
        sql.SQL(", ").join(columns), _YEARS, where
    )
    homes = _read(query, flags=("risk_cleared",))
    _show(homes, fields)
    homes["phone"] = _unsealed(Household, "phone_sealed", homes.pop("phone_sealed"), homes["household"])
    homes["size"] = homes["size"].astype("int64")
    homes["monitored"] = homes["category"].ne("") & ~homes["risk_cleared"]
    homes["kind"] = homes["kind"].map(dict(HouseholdKind.choices)).fillna("").astype("str")
    homes["category"] = homes["category"].map(dict(Category.choices)).fillna("").astype("str")
    return homes


_TRANSFERS = [item.slug for item in ITEMS if item.group == IncomeGroup.TRANSFER]
_YEARS = sql.SQL(
    """LEFT JOIN LATERAL (SELECT * FROM households_income i WHERE i.household_id = h.id AND i.kind = 'year' AND i.replaced_at IS NULL
                         ORDER BY i.start DESC LIMIT 1) i ON true
       LEFT JOIN households_income b ON b.household_id = h.id AND b.kind = 'year' AND b.replaced_at IS NULL
                                    AND b.start = (i.start - interval '1 year')::date"""
)


def _entered_or_stated(key: str, entered: str) -> sql.Composable:
    return sql.SQL("CASE WHEN i.origin = 'entered' THEN {} ELSE {} END AS {}").format(
        sql.SQL(entered), other("h", key), sql.Identifier(f"other_{key}")
    )


def _read(query: sql.Composable, flags: tuple[str, ...]) -> pd.DataFrame:
    with connection.cursor() as cursor:
        return read_rows(query.as_string(cursor.cursor), flags=flags)


def _show(frame: pd.DataFrame, fields: dict[str, str]) -> None:
    """``other_<name>`` becomes ``<name>`` as pages write it, each distinct value read once. Amounts stay bare numbers."""
    for name, key in fields.items():
        field = BY_KEY[key]
        codes, texts = pd.factorize(frame.pop(f"other_{name}"))
        words = [text if field.unit else show(field, text) for text in texts]
        frame[name] = pd.Series(words, dtype="str").take(codes).to_numpy() if words else ""


def _unsealed(model, column: str, sealed: pd.Series, keys: pd.Series) -> pd.Series:
    """The plaintexts of a column of hex; rows of one key (the phone of a household of five) are opened once."""
    first = ~keys.duplicated() & sealed.ne("")
    opened = unseal_many(map(bytes.fromhex, sealed[first]), places_of(model, column, keys[first].tolist()))
    known = pd.Series(opened, index=keys[first], dtype="str")
    return pd.Series(known.reindex(keys).fillna("").to_numpy(), index=keys.index, dtype="str")


def _spells(people: pd.DataFrame, county_code: str) -> pd.DataFrame:
    """WORK: who has any word on work."""
    work = people[["person", "phone_index", *(f"work_{name}" for name in _WORK)]]
    work = work.rename(columns={f"work_{name}": name for name in _WORK})
    given = work[["start", "months", "wage", "place", "county"]].ne("").any(axis=1)
    return sharing.join_work(work[given].reset_index(drop=True), county_code)


def _status_before(day: date) -> sql.Composable:
    """在校生状况 on the last 31 August of who is in a graded class: what the first change since then replaced; the present one of a
    row that has been there since; "" where the register cannot know."""
    august = date(day.year - ((day.month, day.day) <= AUGUST), *AUGUST)
    return sql.SQL(
        """CASE WHEN p.student_status LIKE '%年级' THEN coalesce(
             (SELECT coalesce(c.before ->> 'student_status', '') FROM households_change c
               WHERE c.object_id = p.id AND c.effective_on > {0} ORDER BY c.effective_on, c.id LIMIT 1),
             CASE WHEN EXISTS (SELECT FROM households_change c WHERE c.object_id = p.id AND c.effective_on <= {0})
                  THEN p.student_status END, '') ELSE '' END"""
    ).format(sql.Literal(august))
