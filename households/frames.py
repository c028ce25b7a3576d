"""The register as a table in memory, for matching and rules. Numbers and phones are unsealed here and never leave the process."""

from functools import lru_cache

import pandas as pd
from django.db.models import Count, FloatField, Func, Max, QuerySet, Sum

from fangpin.copying import bytes_of, read_rows
from fangpin.sealing import places_of, unseal_many
from households.choices import Category, HouseholdKind, Leave, Sex
from households.copies import read_copy, write_copy
from households.models import Household, Person

_COLUMNS = {
    "person": "id",
    "household": "household_id",
    "person_number": "number",
    "name": "name",
    "former": "former_name",
    "birthday": "birthday",
    "sex": "sex",
    "relation": "relation",
    "is_head": "is_head",
    "health": "health",
    "labour": "labour",
    "student_status": "student_status",
    "minimum_living": "minimum_living",
    "destitute": "destitute",
    "disability_level": "disability_level",
    "household_number": "household__number",
    "village": "household__village_id",
    "hamlet": "household__hamlet",
    "household_kind": "household__kind",
    "category": "household__category",
    "risk_cleared": "household__risk_cleared",
    "id_sealed": "id_sealed",
    "phone_sealed": "phone_sealed",
    "household_phone_sealed": "household__phone_sealed",
}


def people_of(county_code: str, state: tuple | None = None) -> pd.DataFrame:
    """``people_frame``, read once as long as the register does not change. Not to be written into.

    state: the county's ``register_state`` where the caller knows it.
    """
    return _people(county_code, state or register_state(county_code))


@lru_cache(maxsize=1)
def _people(county_code: str, state: tuple) -> pd.DataFrame:
    """From the sealed copy that another process made of this state; unsealing every number by itself takes ten times as long."""
    people = read_copy(county_code, state)
    if people is None:
        people = people_frame(county_code)
        write_copy(people, county_code, state)
    return people


def people_frame(county_code: str) -> pd.DataFrame:
    """One row per present person of the county, by 人编号. All text but ``is_head``, ``monitored`` and ``risk_cleared`` (bool).

    Ids are uuid texts; ``number`` is the identity number or ''; ``birthday`` YYYY-MM-DD or ''; ``sex`` 男/女; ``household_kind`` and
    ``category`` are the labels of the dictionaries; ``phone`` is the person's own, else that of the household.
    """
    return frame_of(Person.objects.present().filter(household__village__code__startswith=county_code))


def left_frame(county_code: str) -> pd.DataFrame:
    """Those who left the register, columns of ``people_frame`` and left_note ("2021-03-01 死亡"), the last to leave first."""
    gone = Person.objects.exclude(left_on=None).filter(household__village__code__startswith=county_code)
    reasons = dict(Leave.choices)
    words = {
        str(pk): f"{day} {reasons.get(why, why)}".strip()
        for pk, day, why in gone.values_list("id", "left_on", "left_why")
    }
    people = frame_of(gone)
    people["left_note"] = people["person"].map(words).astype("str")
    return people.sort_values(["left_note", "person"], ascending=False, ignore_index=True)


def frame_of(persons: QuerySet[Person]) -> pd.DataFrame:
    """``people_frame`` of these persons."""
    chosen = persons.order_by("number").values_list(*_COLUMNS.values())
    people = read_rows(chosen, names=list(_COLUMNS), flags=("is_head", "risk_cleared"))
    for column in ("person", "household"):
        people[column] = people[column].astype(object)
    people["number"] = _opened(Person, "id_sealed", people["person"], people["id_sealed"])
    own = _opened(Person, "phone_sealed", people["person"], people["phone_sealed"])
    theirs = _household_phones(people)
    people["phone"] = [mine or shared for mine, shared in zip(own, theirs, strict=True)]
    people["sex"] = people["sex"].map(dict(Sex.choices)).fillna("")
    people["household_kind"] = people["household_kind"].map(dict(HouseholdKind.choices))
    people["category"] = people["category"].map(dict(Category.choices)).fillna("")
    people["monitored"] = people["category"].ne("") & ~people["risk_cleared"]
    return people.drop(columns=["id_sealed", "phone_sealed", "household_phone_sealed"])


def _opened(model, column: str, pks: pd.Series, sealed: pd.Series) -> list[str]:
    return unseal_many(bytes_of(sealed), places_of(model, column, pks))


def _household_phones(people: pd.DataFrame) -> pd.Series:
    sealed = people.drop_duplicates("household").set_index("household")["household_phone_sealed"]
    phones = _opened(Household, "phone_sealed", sealed.index, sealed)
    return people["household"].map(dict(zip(sealed.index, phones, strict=True)))


def register_numbers(county_code: str) -> tuple[dict[str, tuple[str, str, str]], dict[str, str]]:
    """person id -> (户编号, 人编号, identity number), also of people who left; household id -> 户编号. For exports."""
    everybody = Person.objects.filter(household__village__code__startswith=county_code)
    rows = list(everybody.values_list("id", "household__number", "number", "id_sealed"))
    numbers = unseal_many((sealed for *_, sealed in rows), places_of(Person, "id_sealed", [row[0] for row in rows]))
    persons = {str(pk): (home, own, number) for (pk, home, own, _), number in zip(rows, numbers, strict=True)}
    households = Household.objects.filter(village__code__startswith=county_code).values_list("id", "number")
    return persons, {str(pk): number for pk, number in households}


def register_state(county_code: str) -> tuple:
    """Changes whenever ``people_frame`` would: how many people and households there are, and when they were written.

    A sum over all times (of their microseconds within the minute), and not the newest one alone: an import that began earlier may
    commit later.
    """
    people = Person.objects.filter(household__village__code__startswith=county_code)
    households = Household.objects.filter(village__code__startswith=county_code)
    within_minute = Func(
        "updated_at", template="DATE_PART('microseconds', %(expressions)s)", output_field=FloatField()
    )
    figures = {"count": Count("pk"), "newest": Max("updated_at"), "micros": Sum(within_minute)}
    return tuple(tuple(rows.aggregate(**figures).values()) for rows in (people, households))
