"""The facts that a verification looked at, as screening.rounds.sides.Check needs them for 4.2."""

from screening.models import Clue, RepeatedReport, VerificationTask
from screening.rounds.sides import event_of


def facts_of(task: VerificationTask) -> list[dict]:
    """One for each clue of the task; a risk that only the offline entry names is a fact without a fingerprint of each member it names."""
    last = {one.clue_id: one for one in RepeatedReport.objects.filter(clue__tasks=task).order_by("period")}
    facts = [_of_clue(clue, last.get(clue.pk, clue)) for clue in task.clues.order_by("pk")]
    told = {fact["risk"] for fact in facts}
    entry = task.item.offline if task.item_id else None
    members = [str(pk) for pk in entry.members.order_by("pk").values_list("pk", flat=True)] if entry else []
    without = {"fingerprint": "", "value": None, "grade": None, "event_on": None}
    return facts + [
        {"risk": risk, "person": person, **without}
        for risk in task.risks
        if risk not in told
        for person in (members or [None])
    ]


def _of_clue(clue: Clue, told: Clue | RepeatedReport) -> dict:
    """told: what the last month that reported the fact says of it."""
    happened = event_of(clue.rule, clue.values.get("fact") or "", clue.period)
    return {
        "risk": clue.risk,
        "fingerprint": clue.fingerprint,
        "value": told.values.get("value"),
        "grade": told.grade,
        "person": str(clue.person_id) if clue.person_id else None,
        "event_on": happened.isoformat() if happened else None,
    }
