"""A round in each canary county: compared, with an item and a task for every household; and the addresses of its pages."""

from screening.choices import ComparisonClass, RoundKind
from screening.models import Comparison, ComparisonItem, Round
from tests.screening.rounds.made import a_task
from tests.security.actors import COUNTIES
from tests.security.targets import NOWHERE, RANDOM, _objects
from tests.security.world import PERIOD, World, villages_of


def a_round(world: World, county: str) -> None:
    day = PERIOD.replace(day=8)
    dates = ("starts_on", "uploads_due", "offline_due", "compare_on", "dispatch_on", "verify_due", "ends_on")
    fields = dict.fromkeys(dates, day)
    made = Round.objects.create(county_id=county, kind=RoundKind.MONTHLY, period=PERIOD, **fields)
    made.townships.set({village[:9] for village in villages_of(county)})
    comparison = Comparison.objects.create(round=made, number=1, inputs={}, counts={"adds_up": True})
    for nth, village in enumerate(villages_of(county)):
        why = world.text("why of an item and its task", ("clues", village, ""))
        clues = [str(world.clues[village].pk)] if village in world.clues else []
        kept = [{"clue": clue, "why": "已核实", "check": str(RANDOM), "until": ""} for clue in clues]
        item = ComparisonItem.objects.create(
            comparison=comparison,
            cls=ComparisonClass.C8 if nth == 1 else ComparisonClass.C2,
            household=world.households[village],
            village_id=village,
            clues=clues,
            left_out=kept if nth == 1 else [],
            why=why,
        )
        note = world.text("note of a task", ("clues", village, ""))
        a_task(world.households[village], village_id=village, round=made, item=item, why=why, note=note)


def of_rounds(name, model):
    """Rounds or comparisons, by county."""
    path, period = ("county_id", "period") if model is Round else ("round__county_id", "round__period")

    def targets(world):
        rows = [
            (f"{name} {county}", model.objects.get(**{path: county, period: PERIOD}).pk, _office(county))
            for county in COUNTIES
        ]
        return _objects(name, rows, NOWHERE)

    return targets


def of_villages(name, model):
    """Items or tasks, by village."""

    def targets(world):
        villages = [world.villages[nth] for nth in (0, 1, 3, 6)]
        rows = [
            (f"{name} {village}", model.objects.get(village=village, household__isnull=False).pk, _office(village))
            for village in villages
        ]
        return _objects(name, rows, RANDOM)

    return targets


def _office(place: str):
    return (("run", place, ""),)


def sent(world):
    comparison = Comparison.objects.get(round__county=COUNTIES[0])
    own, far = (ComparisonItem.objects.get(village=villages_of(county)[0]) for county in COUNTIES)
    sure = {"whole": "", "count": 1, "sure": "True"}
    return [
        {"chosen": str(own.pk), **sure},
        {"chosen": str(far.pk), **sure, "foreign": COUNTIES[1]},
        {"pk": str(comparison.pk)},
        {"whole": "1"},
    ]


def moved(world):
    own, other = villages_of(COUNTIES[0])[1], villages_of(COUNTIES[1])[0]
    return [
        {"village": own, "reason": "已搬走", "version": 1},
        {"village": other, "reason": "已搬走", "foreign": COUNTIES[1]},
        {"village": "zz"},
    ]
