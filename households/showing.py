"""People as a page shows them: numbers masked, age by the day."""

from collections.abc import Iterable
from datetime import date

from django.utils import timezone

from fangpin.masking import mask_id, mask_phone
from households.fields import FIELDS
from households.models import Household, Person
from households.numbers import is_temporary
from households.values import Of


def shown(people: Iterable[Person], day: date | None = None) -> list[Person]:
    """The same people with ``masked_id``, ``masked_phone``, ``age`` (on ``day``, today by default) and ``is_temporary`` for templates,
    which never see the values themselves.
    """
    people, day = list(people), day or timezone.localdate()
    for person in people:
        person.masked_id, person.masked_phone = mask_id(person.id_number), mask_phone(person.phone)
        person.age = age_on(person.birthday, day) if person.birthday else None
        person.is_temporary = is_temporary(person.number)
    return people


def members_of(household: Household) -> tuple[list[Person], list[Person]]:
    """(members, head first; those who left), read once for all tabs of a page. A copy of a past day (``household.day``) brings its own."""
    if not hasattr(household, "everybody"):
        household.everybody = shown(household.members.order_by("-is_head", "number"))
    people = household.everybody
    return [person for person in people if person.left_on is None], [person for person in people if person.left_on]


def masked_values(row: Household | Person) -> dict[str, str]:
    """key of each sealed field of the row -> its masked value, "" for none."""
    fields = [field for field in FIELDS if field.sealed and field.of == Of(row._meta.model_name)]
    return {field.key: row.PERSONAL[field.column](getattr(row, field.column)) for field in fields}


def age_on(birthday: date, day: date) -> int:
    """Full years; who was born on 29 February has his birthday on 1 March of other years."""
    return day.year - birthday.year - ((day.month, day.day) < (birthday.month, birthday.day))
