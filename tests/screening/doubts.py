"""Rows that may be one of several people, for tests of what happens to them."""

from households.models import Person
from screening.models import Extract, RowMatch
from tests.builders import a_household, a_person
from tests.screening.builders import MAY, an_extract, run_the_month

DOUBTFUL = {"name": "韦大山", "grade": "D", "township": "青山镇", "village": "上坪村"}


def twins(count: int = 2, **fields) -> list[Person]:
    """Heads of one name in the first village."""
    fields = {"name": "韦大山", "is_head": True, "relation": "户主", **fields}
    return [a_person(a_household(people=0), **fields) for _ in range(count)]


def waiting_file(*rows: dict[str, str], list_code: str = "HOU-R", period=MAY) -> Extract:
    """A file of doubtful rows, and its month run."""
    extract = an_extract(list_code, *(DOUBTFUL | row for row in rows or ({},)), period=period)
    run_the_month(period)
    return extract


def outcome(extract: Extract, row: int = 2) -> tuple:
    found = RowMatch.objects.get(extract=extract, sheet_no=0, row=row)
    return found.state, found.method, found.person
