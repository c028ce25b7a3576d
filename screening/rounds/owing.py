"""谁该在什么时候做完什么 (domain.md 3.5): the calendar of a round with what has come in and the names of the late."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Count, Max, Min, Q
from django.utils import timezone

from fangpin.approvals.routes import Stage, Verdict
from fangpin.divisions.models import Division
from screening.choices import ExtractState, TaskState
from screening.extracts.formats import DEPARTMENTS, FORMATS
from screening.models import Extract, OfflineList, Round
from screening.rounds.calendar import Late, late


@dataclass(frozen=True)
class Owed:
    """One line of the calendar: who owes what by when; ``late`` names who did not deliver in time, whether or not it came since."""

    who: str
    what: str
    due: date
    done: int
    total: int
    unit: str
    late: list[Late] = field(default_factory=list)

    @property
    def still_late(self) -> list[Late]:
        return [one for one in self.late if one.delivered_on is None]


def owed_by_departments(of: Round, day: date) -> Owed:
    """The department lists of the month; ``who`` of the late is "医保局 MI-1"."""
    here = Extract.objects.filter(
        county=of.county_id, period=of.period, list_code__in=of.lists, state=ExtractState.CONFIRMED
    ).order_by()
    delivered = {
        code: timezone.localdate(at) for code, at in here.values_list("list_code").annotate(at=Max("confirmed_at"))
    }
    behind = [
        Late(f"{DEPARTMENTS[FORMATS[one.who].department]} {one.who}", one.due, one.days, one.delivered_on)
        for one in late(of.lists, delivered, due=of.uploads_due, day=day)
    ]
    return Owed("部门", "报送本轮名单", of.uploads_due, len(delivered), len(of.lists), "份", behind)


def owed_by_villages(of: Round, lists: Iterable[OfflineList], day: date) -> Owed:
    """The offline lists of the villages given (those within reach), each with its village loaded."""
    lists = list(lists)
    handed_in = _agreed(lists, Stage.VILLAGE)
    return _offline("村", "上报线下名单", of, {one.village: one for one in lists}, handed_in, day)


def owed_by_townships(of: Round, lists: Iterable[OfflineList], day: date) -> Owed:
    """A township has delivered when all lists of its villages have its signature."""
    lists = list(lists)
    signed = _agreed(lists, Stage.TOWNSHIP)
    towns: dict[Division, list[OfflineList]] = {}
    for one in lists:
        towns.setdefault(one.village.parent, []).append(one)
    whole = {
        town: max(signed[own.village] for own in group)
        for town, group in towns.items()
        if all(own.village in signed for own in group)
    }
    return _offline("乡镇", "审核并上报县办", of, towns, whole, day)


def _offline(who, what, of, owing, delivered, day) -> Owed:
    behind = late(owing, delivered, due=of.offline_due, day=day)
    return Owed(who, what, of.offline_due, len(delivered), len(owing), "个", behind)


def _agreed(lists: list[OfflineList], stage: Stage) -> dict[Division, date]:
    """village -> the day on which the level agreed, for lists that have it still: not those that came back below it."""
    below = {Stage.VILLAGE: (), Stage.TOWNSHIP: (Stage.TOWNSHIP,)}[stage]
    standing = [one for one in lists if not one.is_with_village and one.stage not in below]
    signed = (
        OfflineList.objects.filter(pk__in=[one.pk for one in standing])
        .annotate(at=Max("approval__sign_offs__at", filter=_agreement(stage)))
        .values_list("pk", "at")
    )
    days = {pk: timezone.localdate(at) for pk, at in signed if at}
    return {one.village: days[one.pk] for one in standing if one.pk in days}


def _agreement(stage: Stage) -> Q:
    return Q(approval__sign_offs__stage=stage, approval__sign_offs__verdict=Verdict.AGREE)


def owed_in_checks(of: Round, tasks, day: date) -> Owed:
    """The verification tasks of the round within reach (``tasks``): reported of sent; late by village."""
    own = tasks.filter(round=of).exclude(state=TaskState.RECALLED).order_by()
    waiting = Q(state__in=(TaskState.SENT, TaskState.DISPUTED))
    counted = own.aggregate(total=Count("pk"), waiting=Count("pk", filter=waiting))
    overdue = own.filter(waiting, due_on__lt=day).values_list("village").annotate(due=Min("due_on"))
    first = dict(overdue.order_by("due", "village"))
    villages = Division.objects.in_bulk(first)
    behind = [Late(villages[code], due, (day - due).days) for code, due in first.items()]
    done = counted["total"] - counted["waiting"]
    return Owed("村", "入户核实并报送结果", of.verify_due, done, counted["total"], "户", behind)
