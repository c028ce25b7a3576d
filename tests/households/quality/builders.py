"""Problems for tests of pages and verbs: as a check would have kept them."""

from datetime import timedelta

from django.utils import timezone

from households.models import Household, Person, QualityProblem
from households.quality.catalogue import BY_CODE

VALUES = {
    "A12": {},
    "C01": {"age": 11, "labour": "普通劳动力"},
    "E06": {},
    "A22": {"text": "老坪村"},
    "A04": {"others": "下坪村赵二", "homes": ""},
}


def a_problem(household: Household, code: str = "C01", *, days: int = 0, **fields) -> QualityProblem:
    """An open problem of the household, or of its head where the check is about people, seen ``days`` ago."""
    rule, now = BY_CODE[code], timezone.now()
    person = Person.objects.get(household=household, is_head=True) if rule.about == "person" else None
    fields = {"division": household.village, "values": VALUES[code], **fields}
    return QualityProblem.objects.create(
        code=code,
        severity=rule.severity,
        household=household,
        person=person,
        first_seen=now - timedelta(days=days),
        last_seen=now,
        **fields,
    )
