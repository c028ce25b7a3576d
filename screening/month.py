"""月度运行: match what is confirmed, raise clues, sum up. One verb that the button, the command and the schedule call (D7).

The run of a month has one child run per confirmed extract, which Celery spreads over its workers: they match and evaluate the rules.
When all have ended, the month's own run publishes the clues at once, so that a half-done month is never seen. Every part may be
repeated: matches are replaced, clues are kept once per fact.
"""

from collections import Counter
from datetime import date

import pandas as pd
from django.db import transaction
from django.db.models import Count

from fangpin.accounts.postings import require
from fangpin.accounts.scope import codes_by_permission
from fangpin.audit.trail import record
from fangpin.divisions.models import Division, Level
from fangpin.divisions.rights import Right
from fangpin.periods import month_label, month_text, parse_month, previous_month, this_month
from fangpin.policy.lookup import standard_on
from fangpin.runs.lease import Waiting, Work
from fangpin.runs.models import Run, State
from fangpin.runs.queue import enqueue
from fangpin.transitions import NotAllowed
from households.frames import people_of, register_state
from households.models import Household
from screening.choices import MatchState
from screening.extracts.formats import FORMATS
from screening.extracts.monthly import MONTH, month_key
from screening.matching.matching import match_extract, register_of
from screening.models import ClosedMonth, Clue, Extract
from screening.rounds.refreshing import refresh
from screening.rules.keeping import basis_of, forget_kept, keep, kept
from screening.rules.raising import Found, find_clues, publish

EXTRACT = "month.extract"


@transaction.atomic
def run_month(*, county: Division, period: date, by) -> Run:
    """Start the run of a month, or give the one that is under way. ``by`` is None for the console and the schedule.

    Raises NotAllowed when the month is closed or there is nothing to run.
    """
    if by is not None:
        require(by, Right.RUN_MONTH, county.code, "只有县办可以开展月度运行")
    _take_turn(county)
    present = Run.objects.about(MONTH, month_key(county, period)).alive().first()
    if present:
        return present
    _check(county, period)
    run = enqueue(kind=MONTH, key=month_key(county, period), task="screening.month_run", by=by)
    _children(run, county, period)
    record(by, "month.run", run, period=month_text(period))
    return run


def _take_turn(county):
    """Starting, closing and reopening months of a county happens one after the other."""
    Division.objects.select_for_update(no_key=True).get(pk=county.pk)


def _check(county, period):
    label = month_label(period)
    if period > this_month():
        raise NotAllowed(f"{label}还没有到，不能运行")
    if ClosedMonth.objects.filter(month=period).exists():
        raise NotAllowed(f"{label}已封账，如需重新运行请先启封")
    if not Household.objects.filter(village__code__startswith=county.code).exists():
        raise NotAllowed("农户名册还是空的，请先导入名册")
    if not confirmed_extracts(county, period).exists():
        raise NotAllowed(f"{label}还没有已入库的部门数据，请先上传并确认")
    standard_on(period)


def confirmed_extracts(county: Division, period: date):
    return (
        Extract.objects.confirmed().filter(county=county, period=period).select_related("county").order_by("list_code")
    )


def _children(run: Run, county, period) -> dict[str, Run]:
    """The child runs by extract; a file that was confirmed meanwhile gets one too. The longest list goes first."""
    children = {child.key: child for child in run.children.order_by("pk")}
    with transaction.atomic():
        for extract in confirmed_extracts(county, period).order_by("-rows_ok", "list_code"):
            key = str(extract.pk)
            if key not in children:
                children[key] = enqueue(
                    kind=EXTRACT, key=key, task="screening.month_extract", by=run.created_by, parent=run
                )
    return children


def perform_extract(work: Work) -> None:
    """Body of a child: match one extract, and see what the rules find in it."""
    extract = Extract.objects.get(pk=work.run.key)
    fmt = FORMATS[extract.list_code]
    work.progress(done=0, total=3, note=f"{fmt.name}：读取农户名册")
    state = register_state(extract.county_id)
    register = register_of(extract.county_id, state)
    work.progress(done=1, note=f"{fmt.name}：匹配 {extract.rows_total:,} 行")
    matched = match_extract(extract, register, work=work)
    if matched is None:
        work.progress(done=3, note=f"{fmt.name}：文件已被替换或作废，没有匹配")
        work.run.counts = {"list": extract.list_code, "rows": 0}
        return
    work.progress(done=2, note=f"{fmt.name}：预警规则")
    _evaluated(Extract.objects.get(pk=extract.pk), state, matched)
    work.progress(done=3, note=f"{fmt.name}：匹配完成")
    work.run.counts = {"list": extract.list_code, **_states(matched, refused=extract.rows_refused)}


def _evaluated(extract: Extract, state: tuple, matched: pd.DataFrame | None = None) -> Found:
    """What the rules find in the file now, kept for when the month publishes; ``matched`` as ``match_extract`` just stored it."""
    standard = standard_on(extract.period)
    found = find_clues(extract, people_of(extract.county_id, state), standard, matched)
    keep(found, basis_of(extract, standard, state))
    return found


def _found(extract: Extract, state: tuple) -> Found:
    """As its child kept it, or anew when somebody decided about its rows or changed the register since."""
    return kept(extract, basis_of(extract, standard_on(extract.period), state)) or _evaluated(extract, state)


def _states(matched: pd.DataFrame, refused: int) -> dict[str, int]:
    """Rows of the file by the state of their match, those that never got into the match apart."""
    counted = dict.fromkeys(MatchState.values, 0) | matched["state"].value_counts().to_dict() | {"refused": refused}
    return {"rows": sum(counted.values()), **counted}


def perform_month(work: Work) -> None:
    """Body of the month's run: wait for the children, evaluate the rules, publish the clues."""
    county, period = subject_of(work.run)
    children = _children(work.run, county, period)
    extracts = list(confirmed_extracts(county, period))
    if (
        any(child.is_alive for child in children.values())
        or {str(extract.pk) for extract in extracts} - children.keys()
    ):
        work.progress(note="逐份匹配")
        raise Waiting
    standard, state, found = standard_on(period), register_state(county.pk), []
    for done, extract in enumerate(extracts):
        work.progress(done=done, total=len(extracts) + 1, note=f"预警：{FORMATS[extract.list_code].name}")
        if children[str(extract.pk)].state == State.DONE:
            found.append(_found(extract, state))
    work.progress(done=len(extracts), note="按户汇总")
    if not publish(county, period, found, standard, standing={extract.pk for extract in extracts}, work=work):
        raise Waiting  # a file came or went: once more from the top
    forget_kept(extracts)
    refresh(county=county, period=period)
    work.run.counts = _counts(county, period, children, extracts)


def subject_of(run: Run) -> tuple[Division, date]:
    """County and month of a month's run."""
    code, month = run.key.split(":")
    return Division.objects.get(code=code), parse_month(month)


def _counts(county, period, children, extracts) -> dict:
    """The month in figures. Of a list that could not be matched only its name and the reason."""
    current = [children[str(extract.pk)] for extract in extracts]
    totals = Counter(dict.fromkeys(("rows", *MatchState.values, "refused"), 0))
    for child in current:
        totals.update({name: child.counts.get(name, 0) for name in totals})
    clues = Clue.objects.open().filter(village__code__startswith=county.code, period=period)
    return {
        "extracts": len(extracts),
        **totals,
        "open_clues": clues.count(),
        "households": clues.exclude(household=None).values("household").distinct().count(),
        "grades": dict(clues.values_list("grade").annotate(n=Count("*")).order_by("grade")),
        "failed": [
            {"list": extract.list_code, "error": child.error}
            for extract, child in zip(extracts, current, strict=True)
            if child.state == State.FAILED
        ],
    }


@transaction.atomic
def close_month(*, period: date, by) -> None:
    """封账: no file of this month is taken or withdrawn any more. Refused while the month is being run."""
    county = _county_of(by)
    _take_turn(county)
    if Run.objects.about(MONTH, month_key(county, period)).alive().exists():
        raise NotAllowed(f"{month_label(period)}正在运行，请等它完成后再封账")
    closed, new = ClosedMonth.objects.get_or_create(month=period, defaults={"closed_by": by})
    if not new:
        raise NotAllowed(f"{month_label(period)}已经封账")
    record(by, "month.closed", closed, period=month_text(period))


@transaction.atomic
def reopen_month(*, period: date, reason: str, by) -> None:
    """启封, with a reason."""
    _take_turn(_county_of(by))
    if not reason.strip():
        raise NotAllowed("请写明启封原因")
    closed = ClosedMonth.objects.filter(month=period).first()
    if closed is None:
        raise NotAllowed(f"{month_label(period)}没有封账")
    record(by, "month.reopened", closed, period=month_text(period), reason=reason.strip())
    closed.delete()


def _county_of(user) -> Division:
    """The county for which ``user`` runs months. Raises NotAllowed."""
    codes = codes_by_permission(user).get(Right.RUN_MONTH, ())
    county = Division.objects.filter(level=Level.COUNTY, code__in=codes).order_by("code").first()
    if county is None:
        raise NotAllowed("只有县办可以封账和启封")
    return county


def scheduled_period() -> date:
    """What the schedule runs: the month that has just ended."""
    return previous_month(this_month())
