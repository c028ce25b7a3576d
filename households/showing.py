"""People as a page shows them: numbers masked, age by the day."""

from collections.abc import Iterable
from datetime import date

from django.utils import timezone

from fangpin.masking import mask_id, mask_phone
from households.models import Person


def shown(people: Iterable[Person]) -> list[Person]:
    """The same people with ``masked_id``, ``masked_phone`` and ``age`` for templates, which never see the values themselves."""
    people, today = list(people), timezone.localdate()
    for person in people:
        person.masked_id, person.masked_phone = mask_id(person.id_number), mask_phone(person.phone)
        person.age = age_on(person.birthday, today) if person.birthday else None
    return people


def age_on(birthday: date, day: date) -> int:
    """Full years; who was born on 29 February has his birthday on 1 March of other years."""
    return day.year - birthday.year - ((day.month, day.day) < (birthday.month, birthday.day))
