"""The register as a table in memory, for matching and rules. Numbers and phones are unsealed here and never leave the process."""

import pandas as pd
from django.db.models import Max

from fangpin.sealing import places_of, unseal_many
from households.choices import Category, HouseholdKind, Sex
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


def people_frame(county_code: str) -> pd.DataFrame:
    """One row per present person of the county, by 人编号. All text but ``is_head``, ``monitored`` and ``risk_cleared`` (bool).

    Ids are uuid texts; ``number`` is the identity number or ''; ``birthday`` YYYY-MM-DD or ''; ``sex`` 男/女; ``household_kind`` and
    ``category`` are the labels of the dictionaries; ``phone`` is the person's own, ``household_phone`` that of the household.
    """
    present = Person.objects.present().filter(household__village_id__startswith=county_code).order_by("number")
    people = pd.DataFrame(
        present.values_list(*_COLUMNS.values()),
        columns=list(_COLUMNS),
    )
    for column in ("person", "household"):
        people[column] = people[column].map(str)
    people["number"] = unseal_many(people["id_sealed"], places_of(Person, "id_sealed", people["person"]))
    people["phone"] = unseal_many(people["phone_sealed"], places_of(Person, "phone_sealed", people["person"]))
    sealed = people.drop_duplicates("household").set_index("household")["household_phone_sealed"]
    phones = unseal_many(sealed, places_of(Household, "phone_sealed", sealed.index))
    people["household_phone"] = people["household"].map(dict(zip(sealed.index, phones, strict=True)))
    people["birthday"] = people["birthday"].map(lambda day: day.isoformat() if day else "")
    people["sex"] = people["sex"].map(dict(Sex.choices)).fillna("")
    people["household_kind"] = people["household_kind"].map(dict(HouseholdKind.choices))
    people["category"] = people["category"].map(dict(Category.choices)).fillna("")
    people["monitored"] = (people["category"] != "") & ~people["risk_cleared"].astype(bool)
    return people.drop(columns=["id_sealed", "phone_sealed", "household_phone_sealed"])


def register_state(county_code: str) -> tuple:
    """Changes whenever ``people_frame`` would: how many people there are, and when one or a household was last written."""
    people = Person.objects.filter(household__village_id__startswith=county_code)
    households = Household.objects.filter(village_id__startswith=county_code)
    written = households.aggregate(last=Max("updated_at"))["last"]
    return people.count(), people.aggregate(last=Max("updated_at"))["last"], written
