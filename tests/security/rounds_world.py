"""Rounds of the canary counties and the addresses of their pages: one open round a county, a list and an entry in each village."""

from django.urls import reverse
from django.utils import timezone

from fangpin.divisions.models import Division
from screening.models import OfflineEntry, OfflineList, Round
from tests.security.actors import COUNTIES
from tests.security.targets import MALFORMED, NOWHERE, RANDOM, Target, _objects
from tests.security.world import World, villages_of


def _round(county: str) -> Round:
    """The open round of the county, made when it is first asked for: its dates are today, so that anything may be typed."""
    today = timezone.localdate()
    names = ("starts_on", "uploads_due", "offline_due", "compare_on", "dispatch_on", "verify_due", "ends_on")
    found, is_new = Round.objects.get_or_create(
        county_id=county, period=today.replace(day=1), defaults={"kind": "monthly", **dict.fromkeys(names, today)}
    )
    if is_new:
        found.townships.set(Division.objects.filter(parent=county))
        for village in villages_of(county):
            OfflineList.objects.create(round=found, village_id=village, due=2, looked_at=2, clear=2, checkers="排查人")
    return found


def _list(village: str) -> OfflineList:
    return OfflineList.objects.get(round=_round(village[:6]), village=village)


def _entry(world: World, village: str) -> OfflineEntry:
    """Of the household that lives there; the list of the first village of each county has none, so that it can be submitted."""
    found, _ = OfflineEntry.objects.get_or_create(offline_list=_list(village), household=world.households[village])
    return found


def with_rounds(world: World) -> World:
    """The world with everything that the pages of rounds show, made before anybody asks."""
    for nth in (0, 1, 3, 4, 6, 7):
        _list(world.villages[nth])
    for nth in (1, 4, 7):
        _entry(world, world.villages[nth])
    return world


def rounds(name, sight="clues"):
    """A round is there for whoever holds the right anywhere in its county."""

    def targets(world):
        rows = []
        for county in COUNTIES:
            seen = tuple((sight, village, "") for village in villages_of(county))
            rows.append((f"round of {county}", _round(county).pk, seen))
        return _objects(name, rows, NOWHERE)

    return targets


def lists(name, *sights):
    def targets(world):
        chosen = (world.villages[nth] for nth in (0, 1, 3, 6))
        rows = [
            (f"list of {place}", _list(place).pk, tuple((sight, place, "") for sight in sights)) for place in chosen
        ]
        return _objects(name, rows, NOWHERE)

    return targets


def entries(name, sight, **fixed):
    def targets(world):
        chosen = (world.villages[nth] for nth in (1, 4, 7))
        rows = [(f"entry of {place}", _entry(world, place).pk, ((sight, place, ""),)) for place in chosen]
        return _objects(name, rows, RANDOM, **fixed)

    return targets


def sheets(name):
    """A round and a township: for who fills in for the whole township."""

    def targets(world):
        found = []
        for county, town in ((COUNTIES[0], "101"), (COUNTIES[0], "102"), (COUNTIES[1], "101")):
            path = reverse(name, args=[_round(county).pk, county + town])
            found.append(Target(f"sheet of {county}{town}", path, (("sheets", county + town, ""),), "object"))
        known = found[0].path
        found.append(Target("random", known.replace(f"{COUNTIES[0]}101", "999999999"), (), "random"))
        bad = [known.replace(f"{COUNTIES[0]}101", value.strip("'")) for value in MALFORMED]
        return [*found, *(Target(f"malformed {path}", path, (), "malformed") for path in bad)]

    return targets
