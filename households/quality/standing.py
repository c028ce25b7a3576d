"""Where a household stands with its data, and what people say about a problem: reasons and exemptions (verbs)."""

from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from fangpin.accounts.postings import require
from fangpin.audit.trail import record
from fangpin.divisions.rights import Right
from fangpin.masking import scrub
from fangpin.transitions import NotAllowed, Stale
from households.choices import Severity
from households.models import Exemption, Household, QualityProblem
from households.quality.catalogue import BY_CODE

REASON_MIN = 4  # characters: less says nothing
EXEMPT_DAYS_MAX = 366  # an exemption is looked at again at least once a year (domain.md 7.3: with reason and expiry)


def blocking(household: Household) -> list[QualityProblem]:
    """What stops the household's papers from being submitted: its errors, but for those that are exempt."""
    return list(household.problems.counting().filter(severity=Severity.ERROR).select_related("person", "household"))


def unexplained(household: Household) -> list[QualityProblem]:
    """The warnings that still need a reason before its papers are submitted."""
    warnings = household.problems.counting().filter(severity=Severity.WARNING, explained_at=None)
    return list(warnings.select_related("person", "household"))


def sentence_of(problem: QualityProblem) -> str:
    """The problem in words, about the person or household as it is called now."""
    name = problem.person.name if problem.person_id else str(problem.household)
    return BY_CODE[problem.code].say(name, problem.values)


@transaction.atomic
def explain(problem: QualityProblem, *, reason: str, by) -> None:
    """说明: why a warning or hint stays as it is. Replaces what was said before. An error is mended or exempted, not explained."""
    require(by, Right.EXPLAIN_QUALITY, problem.household.village_id, "您没有说明数据问题的岗位")
    problem = _locked(problem)
    if problem.severity == Severity.ERROR:
        raise NotAllowed("这个问题必须整改，不能只作说明；确有特殊情况请乡镇或县办豁免")
    problem.explanation, problem.explained_by, problem.explained_at = _reason(reason), by, timezone.now()
    problem.save(update_fields=["explanation", "explained_by", "explained_at"])
    record(by, "quality.explained", problem, code=problem.code, reason=problem.explanation)


@transaction.atomic
def exempt(problem: QualityProblem, *, reason: str, until: date, by) -> Exemption:
    """豁免: the problem's check is not held against its household or person until the end of a day, however often it is found again."""
    require(by, Right.EXEMPT_QUALITY, problem.division_id, "只有乡镇和县办可以豁免数据问题")
    problem, today = _locked(problem), timezone.localdate()
    if not today <= until <= today + timedelta(days=EXEMPT_DAYS_MAX):
        raise NotAllowed("豁免到期日须在今天到一年之内")
    if problem.is_exempt:
        raise Stale("这个问题已经豁免")
    exemption = Exemption.objects.create(
        code=problem.code,
        household=problem.household,
        person=problem.person,
        reason=_reason(reason),
        until=until,
        by=by,
    )
    problem.exemption = exemption
    problem.save(update_fields=["exemption"])
    record(by, "quality.exempted", problem, code=problem.code, reason=exemption.reason, until=until.isoformat())
    return exemption


@transaction.atomic
def end_exemption(problem: QualityProblem, *, by) -> None:
    """终止豁免: the problem counts again at once."""
    require(by, Right.EXEMPT_QUALITY, problem.division_id, "只有乡镇和县办可以终止豁免")
    exemption = Exemption.objects.select_for_update().filter(pk=problem.exemption_id).standing().first()
    if exemption is None:
        raise Stale("这个豁免已经终止或到期")
    exemption.ended_by, exemption.ended_at = by, timezone.now()
    exemption.save(update_fields=["ended_by", "ended_at"])
    record(by, "quality.exemption_ended", problem, code=problem.code)


def _locked(problem: QualityProblem) -> QualityProblem:
    problem = (
        QualityProblem.objects.select_for_update(of=("self",))
        .select_related("household", "exemption")
        .get(pk=problem.pk)
    )
    if problem.gone_at is not None:
        raise Stale("这个问题已经消除，不必再处理")
    return problem


def _reason(text: str) -> str:
    text = scrub(text.strip())[:200]
    if len(text) < REASON_MIN:
        raise NotAllowed(f"理由至少写 {REASON_MIN} 个字")
    return text
