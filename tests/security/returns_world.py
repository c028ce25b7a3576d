"""What each department was told of its month, and the addresses of the pages about it."""

from datetime import date

from screening.models import DepartmentMonth
from tests.security.actors import COUNTIES
from tests.security.targets import NOWHERE, RANDOM, _objects
from tests.security.world import World


def with_returns(world: World) -> World:
    for (county, key), extract in confirmed(world):
        seen = _seen(county, key)
        DepartmentMonth.objects.create(
            county_id=county,
            department=extract.department,
            period=extract.period,
            lists=[extract.list_code],
            due_on=extract.period,
            given_on=date(2021, 6, 30),
            note=world.text("note of a return", *seen),
        )
    return world


def confirmed(world: World) -> list:
    return [(key, extract) for key, extract in world.extracts.items() if not key[1].endswith("waiting")]


def _seen(county: str, department: str):
    return ("own", county, department), ("extracts", county, "")


def returned(name):
    def targets(world):
        rows = [(f"list of {place} {key}", one.pk, _seen(place, key)) for (place, key), one in confirmed(world)]
        return _objects(name, rows, RANDOM)

    return targets


def department_months(name, *, own: bool):
    """The month of a department: the county office gives it back, the own clerk signs for it."""

    def targets(world):
        months = DepartmentMonth.objects.filter(county__in=COUNTIES)
        rows = []
        for month in months:
            sight = ("own", month.county_id, month.department_id) if own else ("run", month.county_id, "")
            rows.append((f"month of {month.county_id} {month.department_id}", month.pk, (sight,)))
        return _objects(name, rows, NOWHERE)

    return targets
