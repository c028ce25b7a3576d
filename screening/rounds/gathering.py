"""From the database to what a comparison looks at (``sides``): both lists, the register, earlier checks, rows in doubt. Reads only."""

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from itertools import chain
from uuid import UUID

from django.db.models import OuterRef, QuerySet, Subquery

from fangpin.approvals.routes import FINISHED, WITH_OPENER, Stage
from fangpin.periods import month_end, parse_month
from households.choices import Leave
from households.models import Household, Person
from screening.choices import Conclusion, ExtractState, Grade, MatchState, Risk, TaskState
from screening.matching.wording import WRONG_NUMBER, method_label
from screening.models import Clue, OfflineEntry, RepeatedReport, Round, RowMatch, VerificationResult
from screening.rounds.sides import Check, Departure, Doubt, OfflineCase, OnlineClue, Standing, event_of

# A result counts as a finding until its task is sent back or recalled.
_FOUND = (TaskState.REPORTED, TaskState.CHECKED, TaskState.CLOSED)
_OF_CLUE = ("household_id", "village_id", "person_id", "risk", "rule", "fingerprint")
_TOLD = ("grade", "values", "extract_id", "sentence")  # a clue's own, or what a later month says
_RISKS = tuple(f"risk_{nth}" for nth in range(1, 6))  # keys of Household.other
_NOT_SUBMITTED = {*WITH_OPENER, *FINISHED} - {Stage.PASSED}


@dataclass(frozen=True)
class Inputs:
    online: list[OnlineClue]
    offline: list[OfflineCase]
    standing: list[Standing]
    history: list[Check]
    doubts: list[Doubt]


def gather_inputs(round: Round, *, submitted: bool = False) -> Inputs:
    """Everything about the round's townships. submitted: offline lists count as soon as the village has sent them up, not only
    when the county has passed them."""
    townships = set(round.townships.values_list("pk", flat=True))
    online, offline = online_of(round, townships), offline_of(round, townships, submitted=submitted)
    households = {clue.household for clue in online} | {case.household for case in offline}
    households.discard(None)
    named = {clue.person: clue.household for clue in online if clue.person}
    return Inputs(online, offline, standing_of(households, named), history_of(households), doubts_of(round, townships))


def online_of(round: Round, townships: Collection[str]) -> list[OnlineClue]:
    """The open clues of the round's month, and those of earlier months whose fact it reports again, with what it says of them."""
    month, open_here = {"period": round.period}, Clue.objects.open().filter(village__parent__in=townships)
    new = open_here.filter(**month).values_list("pk", *_OF_CLUE, "period", *_TOLD).order_by("pk")
    repeated = RepeatedReport.objects.filter(**month, clue__in=open_here.filter(period__lt=round.period))
    again = repeated.values_list("clue_id", *(f"clue__{name}" for name in (*_OF_CLUE, "period")), *_TOLD)
    names = ("id", *_OF_CLUE, "period", *_TOLD)
    lines = chain(new.iterator(), again.order_by("clue_id").iterator())
    return [_clue(dict(zip(names, line, strict=True))) for line in lines]


def _clue(row: dict) -> OnlineClue:
    values = row["values"]
    return OnlineClue(
        id=row["id"],
        household=row["household_id"],
        village=row["village_id"],
        person=row["person_id"],
        risk=Risk(row["risk"]),
        grade=Grade(row["grade"]),
        rule=row["rule"],
        fingerprint=row["fingerprint"],
        value=_amount(values.get("value")),
        limit=_amount(values.get("limit")),
        event_on=event_of(row["rule"], values.get("fact") or "", row["period"]),
        extract=row["extract_id"],
        sentence=row["sentence"],
    )


def _amount(value: object) -> Decimal | None:
    """The number that a clue's value is, None for a text such as a grade."""
    if value is None or isinstance(value, bool):
        return None
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return None


def offline_of(round: Round, townships: Collection[str], *, submitted: bool) -> list[OfflineCase]:
    """The suspects of the lists that count; of a household in two lists the entry that was looked at last."""
    entries = OfflineEntry.objects.suspected().filter(
        offline_list__round=round, offline_list__village__parent__in=townships
    )
    if submitted:
        entries = entries.filter(offline_list__approval__isnull=False).exclude(
            offline_list__approval__stage__in=_NOT_SUBMITTED
        )
    else:
        entries = entries.filter(offline_list__approval__stage=Stage.PASSED)
    last = {}
    for entry in entries.select_related("offline_list").order_by("checked_on", "entered_at", "pk"):
        last[entry.household_id] = entry
    members = defaultdict(set)
    through = OfflineEntry.members.through.objects.filter(offlineentry__in=[entry.pk for entry in last.values()])
    for entry, person in through.values_list("offlineentry_id", "person_id"):
        members[entry].add(person)
    return [_case(entry, members[entry.pk]) for entry in last.values()]


def _case(entry: OfflineEntry, persons: Iterable[UUID]) -> OfflineCase:
    return OfflineCase(
        id=entry.pk,
        household=entry.household_id,
        village=entry.offline_list.village_id,
        persons=frozenset(persons),
        risks=frozenset(map(Risk, entry.risks)),
        category=entry.get_judgement_display(),
    )


def standing_of(households: Collection[UUID], named: dict[UUID, UUID]) -> list[Standing]:
    """These households in the register. named: persons of clues -> the household of the clue, to see who lives elsewhere now."""
    left = _departures(households, named)
    columns = ("id", "village_id", "kind", "category", "risk_cleared", "size", "other")
    found = Household.objects.filter(pk__in=households).values_list(*columns)
    return [_standing(dict(zip(columns, line, strict=True)), left) for line in found.iterator()]


def _departures(households: Collection[UUID], named: dict[UUID, UUID]) -> dict[UUID, dict[Hashable, Departure]]:
    left = defaultdict(dict)
    gone = Person.objects.filter(household__in=households).exclude(left_on=None)
    for person, household, day, why in gone.values_list("id", "household_id", "left_on", "left_why"):
        left[household][person] = Departure(Leave(why).label, day, died=why == Leave.DIED)
    elsewhere = Person.objects.filter(pk__in=named).values_list("id", "household_id")
    for person, household in elsewhere:
        if household != named[person]:
            left[named[person]][person] = Departure("已转入其他户")
    return left


def _standing(row: dict, left: dict) -> Standing:
    other, members = row["other"], left.get(row["id"], {})
    monitored = bool(row["category"])
    return Standing(
        household=row["id"],
        village=row["village_id"],
        kind=row["kind"],
        active=monitored and not row["risk_cleared"],
        risks=frozenset(_risk(other[key]) for key in _RISKS if other.get(key)),
        ended_on=_ended(other) if monitored and row["risk_cleared"] else None,
        gone=_gone(members) if not row["size"] else "",
        left=members,
    )


def _risk(slug: str) -> Risk:
    """The register's dictionary holds a few that raise no clue of their own."""
    return Risk(slug) if slug in Risk.values else Risk.OTHER


def _ended(other: dict) -> date | None:
    """The register knows months: the last day of the one in which the risk was cleared, else of the one it was found in."""
    month = other.get("monitored_until") or other.get("monitored_from") or ""
    return month_end(parse_month(month)) if month else None


def _gone(members: dict[Hashable, Departure]) -> str:
    last = max(members.values(), key=lambda departure: departure.on or date.min, default=None)
    return f"成员都已离户（{last.why}）" if last else "没有成员"


def history_of(households: Collection[UUID]) -> list[Check]:
    """What earlier visits to these households found, one line for each fact that they looked at."""
    results = VerificationResult.objects.standing().filter(
        is_draft=False, task__household__in=households, task__state__in=_FOUND
    )
    columns = ("id", "task__household_id", "checked_on", "conclusion", "facts")
    lines = results.order_by("checked_on", "pk").values_list(*columns)
    return [_check(*line, fact) for *line, facts in lines.iterator() for fact in facts]


def _check(pk: UUID, household: UUID, day: date, conclusion: str, fact: dict) -> Check:
    person, event_on, grade = fact.get("person"), fact.get("event_on"), fact.get("grade")
    return Check(
        id=pk,
        household=household,
        risk=Risk(fact["risk"]),
        fingerprint=fact.get("fingerprint") or "",
        checked_on=day,
        conclusion=Conclusion(conclusion),
        value=_amount(fact.get("value")),
        grade=Grade(grade) if grade else None,
        persons=frozenset({UUID(person)} if person else ()),
        event_on=date.fromisoformat(event_on) if event_on else None,
    )


def doubts_of(round: Round, townships: Collection[str]) -> list[Doubt]:
    """Rows of the month that go back to their sender: those whose decision would change a clue, and those behind a clue whose number
    is wrong though it is known whose it is (9.3 T16). Each by itself, so that its household is not named: the evidence page shows
    whom it may mean."""
    return [*_undecided(round, townships), *_misnumbered(round, townships)]


def _undecided(round: Round, townships: Collection[str]) -> Iterator[Doubt]:
    rows = list(waiting_rows(round).order_by("extract_id", "sheet_no", "row"))
    firsts = {row.candidates[0] for row in rows if row.candidates}
    homes = dict(Person.objects.filter(pk__in=firsts).values_list("pk", "household__village_id"))
    for row in rows:
        village = homes.get(UUID(row.candidates[0])) if row.candidates else None
        if village is None or village[:9] in townships:
            why = f"身份存疑：{method_label(row.method)}"
            yield Doubt(row.extract_id, row.sheet_no, row.row, why, village or round.county_id)


def _misnumbered(round: Round, townships: Collection[str]) -> Iterator[Doubt]:
    place = {name: OuterRef(name) for name in ("extract", "sheet_no", "row")}
    wrong = RowMatch.objects.filter(**place, evidence__number__in=WRONG_NUMBER)
    clues = Clue.objects.open().filter(period=round.period, village__parent__in=townships, row__isnull=False)
    found = clues.annotate(method=Subquery(wrong.values("method"))).filter(method__isnull=False)
    columns = ("extract_id", "sheet_no", "row", "method", "village_id")
    for *at, method, village in found.order_by(*columns[:3]).distinct(*columns[:3]).values_list(*columns):
        yield Doubt(*at, f"号码有误：{method_label(method)}", village)


def waiting_rows(round: Round) -> QuerySet[RowMatch]:
    return RowMatch.objects.filter(
        extract__county=round.county_id,
        extract__period=round.period,
        extract__state=ExtractState.CONFIRMED,
        state=MatchState.AMBIGUOUS,
        would_change=True,
    )
