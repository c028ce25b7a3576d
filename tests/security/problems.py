"""Problems of the register's data for the canary counties: what they say, the reasons given, and the exemptions."""

from datetime import date

from django.utils import timezone

from households.models import Exemption, QualityProblem


def some_problems(world, village: str) -> None:
    """Two problems of each household, one explained and one exempt; the first of all shares a number with the next village."""
    household, now = world.households[village], timezone.now()
    household.refresh_from_db()
    place = household.village_id
    here = ("register", place, "")
    common = {"household": household, "first_seen": now, "last_seen": now, "explained_at": now}
    kept = {"reason": world.text("reason of an exemption", here), "until": date(2999, 1, 1)}
    exemption = Exemption.objects.create(code="E06", household=household, **kept)
    for kind, code, values, more in (
        ("open", "A22", {"text": world.text("place of a problem", here)}, {}),
        ("exempt", "E06", {}, {"exemption": exemption}),
    ):
        said = {"explanation": world.text("explanation of a problem", here), "division_id": place}
        one = QualityProblem.objects.create(code=code, severity="W", values=values, **common, **said, **more)
        world.problems[kind, village] = one
    if len(world.problems) == 2:
        _shared(world, village, **common)


def _shared(world, village: str, **common) -> None:
    town = village[:9]
    values = {"others": world.text("who else has the number", ("register", town, "")), "homes": ""}
    said = {"explanation": world.text("explanation of a shared problem", ("register", town, ""))}
    person = world.people[village]
    world.problems["open", "shared"] = QualityProblem.objects.create(
        code="A04", severity="E", person=person, division_id=town, values=values, **common, **said
    )
