"""Tasks of villages in every state, a photo and a watched household in each village; and the addresses of their pages."""

from io import BytesIO

from django.utils import timezone

from fangpin.sealing import seal_stream
from screening.choices import CheckWay, Conclusion, Risk, TaskOrigin, TaskState, Truth
from screening.models import Photo, VerificationResult, VerificationTask, WatchItem
from screening.rounds.photos import path_of, place_of
from tests.security.actors import COUNTIES
from tests.security.targets import NOWHERE, RANDOM, _objects
from tests.security.world import World, villages_of

_CHOSEN = (0, 1, 3, 6)
_STATES = (TaskState.SENT, TaskState.REPORTED, TaskState.CHECKED)


def with_tasks(world: World) -> World:
    for nth in _CHOSEN:
        village = world.villages[nth]
        for state in _STATES:
            result = _result(world, village, _task(world, village, state))
        _photo(village, VerificationResult.objects.get(task__village=village, is_draft=True))
        today = timezone.localdate()
        WatchItem.objects.create(
            household=world.households[village],
            risk=Risk.WATER,
            level="key",
            source=result,
            last_check=result,
            since=today,
            next_check_on=today,
            officer=world.text("officer of a watched household", ("clues", village, "")),
        )
    return world


def _task(world, village, state) -> VerificationTask:
    """A task about the village as a whole, so that its households are free."""
    today = timezone.localdate()
    return VerificationTask.objects.create(
        origin=TaskOrigin.ORDER,
        village_id=village,
        risks=[Risk.WATER],
        grade="yellow",
        why=world.text("why of a village's task", ("clues", village, "")),
        sent_on=today,
        due_on=today,
        state=state,
        conclusion="" if state == TaskState.SENT else Conclusion.RESOLVED,
    )


def _result(world, village, task) -> VerificationResult:
    """Complete, so that it can be reported."""
    result = VerificationResult(
        task=task,
        is_draft=task.state == TaskState.SENT,
        checked_on=task.sent_on,
        checkers="甲、乙",
        way=CheckWay.VISIT,
        interviewee="组长",
        truth=Truth.TRUE,
        conclusion=Conclusion.RESOLVED,
        reported_at=timezone.now(),
    )
    result.told = {"reason": world.text("reason of a result", ("clues", village, ""))}
    result.save()
    return result


def _photo(village, result) -> None:
    photo = Photo(village_id=village, result=result, digest="0" * 64, size=1, width=1, height=1)
    seal_stream(BytesIO(b"\xff\xd8 a picture"), path_of(photo), place_of(photo))
    photo.save(force_insert=True)


def tasks(name, state, *sights, **fixed):
    def targets(world):
        rows = []
        for nth in _CHOSEN:
            place = world.villages[nth]
            task = VerificationTask.objects.get(village=place, household=None, state=state)
            rows.append((f"task of {place}", task.pk, tuple((sight, place, "") for sight in sights)))
        return _objects(name, rows, RANDOM, **fixed)

    return targets


def packs(name):
    """The pack of a village: for who reports its tasks."""

    def targets(world):
        chosen = (world.villages[nth] for nth in _CHOSEN)
        rows = [(f"pack of {place}", place, (("offline", place, ""),)) for place in chosen]
        return _objects(name, rows, NOWHERE, key="village")

    return targets


def photos(name):
    def targets(world):
        rows = []
        for nth in _CHOSEN:
            place = world.villages[nth]
            rows.append((f"photo of {place}", Photo.objects.get(village=place).pk, (("offline", place, ""),)))
        return _objects(name, rows, RANDOM)

    return targets


def closed(world):
    """The tasks that wait in the own county and in the other one."""
    waiting = VerificationTask.objects.filter(state=TaskState.CHECKED)
    own, far = (waiting.get(village=villages_of(county)[0]) for county in COUNTIES)
    return [
        {"chosen": f"{own.pk}:1"},
        {"chosen": f"{far.pk}:1", "foreign": COUNTIES[1]},
        {"pk": "zz"},
        {"whole": "1"},
    ]
