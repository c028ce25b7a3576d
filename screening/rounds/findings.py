"""What a village finds at a household (domain.md 4.3): the parts of the form, what is still missing, what contradicts. Pure."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db.models import TextChoices

from screening.choices import CheckWay, Conclusion, Grade, Risk, Truth

CHECKERS = 2  # 4.3: 核实人 at least two
# 三保障 and drinking water, asked as "is it met?".
NEEDS = {Risk.EDUCATION: "义务教育", Risk.INSURANCE: "基本医疗", Risk.HOUSING: "住房安全", Risk.WATER: "饮水安全"}
# A village's scheme is no household: it is neither included nor watched.
OF_A_VILLAGE = (Conclusion.RESOLVED, Conclusion.UNFIT, Conclusion.WRONG)
_BETWEEN_NAMES = re.compile(r"[、，,;；/\n]+")


class Part(TextChoices):
    """The sections of the form, each saved by itself, in their order."""

    VISIT = "visit", "基本情况"
    LIVING = "living", "三保障和饮水"
    MONEY = "money", "收入支出"
    OUTCOME = "outcome", "结论与签字"


@dataclass(frozen=True)
class Finding:
    """A result as far as it is filled in. Amounts in yuan of the whole household; absent: where a family is that is away.

    living: value of a Risk of NEEDS -> whether it is met, None for no answer; remarks by the same keys.
    """

    checked_on: date | None = None
    checkers: str = ""
    way: str = ""
    absent: str = ""
    interviewee: str = ""
    relation: str = ""
    truth: str = ""
    living: Mapping[str, bool | None] = field(default_factory=dict)
    remarks: Mapping[str, str] = field(default_factory=dict)
    income: Decimal | None = None
    spending: Decimal | None = None
    conclusion: str = ""
    reason: str = ""
    next_step: str = ""
    next_check_on: date | None = None
    signed: bool = False


@dataclass(frozen=True)
class About:
    """What a finding is held against: the day the task was sent, the day of asking, the task's grade, whether a household is meant."""

    sent_on: date
    day: date
    grade: str
    is_household: bool = True


@dataclass(frozen=True)
class Lack:
    """A sentence about one field of a part; ``key`` is the field's name in the form."""

    part: Part
    key: str
    text: str


def names_of(checkers: str) -> list[str]:
    """The different people that a text names: between 、 or commas; where it has none, between blanks."""
    parts = _BETWEEN_NAMES.split(checkers.strip())
    parts = parts if len(parts) > 1 else checkers.split()
    return list(dict.fromkeys(filter(None, map(str.strip, parts))))


def contradictions(finding: Finding, about: About) -> list[Lack]:
    """What cannot be right whoever says it; a draft is refused for it too."""
    return [Lack(*lack) for lack in _contradictions(finding, about)]


def missing(finding: Finding, about: About) -> list[Lack]:
    """What has still to be filled in before the result can be reported, in the order of the form."""
    asks = [*_visit(finding, about), *(_living(finding) if about.is_household else ()), *_outcome(finding, about)]
    return [Lack(*lack) for lack in asks]


def _contradictions(finding: Finding, about: About) -> Iterator[tuple[Part, str, str]]:
    if finding.checked_on and finding.checked_on > about.day:
        yield Part.VISIT, "checked_on", "核实日期不能晚于今天"
    elif finding.checked_on and finding.checked_on < about.sent_on:
        yield Part.VISIT, "checked_on", f"核实日期早于派发的 {about.sent_on}，请按这次核实的日期填写"
    if finding.next_check_on and finding.next_check_on <= (finding.checked_on or about.sent_on):
        yield Part.OUTCOME, "next_check_on", "下次核查日期须晚于核实日期"
    if not about.is_household and finding.conclusion and finding.conclusion not in OF_A_VILLAGE:
        yield Part.OUTCOME, "conclusion", "村级问题的结论只能是已化解、不符合或信息有误"


def _visit(finding: Finding, about: About) -> Iterator[tuple[Part, str, str]]:
    if not finding.checked_on:
        yield Part.VISIT, "checked_on", "请填写核实日期"
    if len(names_of(finding.checkers)) < CHECKERS:
        yield Part.VISIT, "checkers", "核实人至少两名，用顿号分开"
    if not finding.way:
        yield Part.VISIT, "way", "请选择核实方式"
    elif finding.way != CheckWay.VISIT and about.grade == Grade.RED:
        yield Part.VISIT, "way", "红色任务必须入户核实"
    elif finding.way != CheckWay.VISIT and not finding.absent:
        yield Part.VISIT, "absent", "电话、视频核实只用于全家外出的户，请写明外出地点"
    if not finding.interviewee:
        yield Part.VISIT, "interviewee", "请填写受访人"
    if not finding.truth:
        yield Part.VISIT, "truth", "请选择情况是否属实"


def _living(finding: Finding) -> Iterator[tuple[Part, str, str]]:
    if finding.conclusion in (Conclusion.NOBODY, Conclusion.GONE, Conclusion.DEAD, Conclusion.DUPLICATE):
        return  # nobody lives there
    for need, label in NEEDS.items():
        if finding.living.get(need) is None:
            yield Part.LIVING, need.value, f"请回答“{label}”有没有保障"
        elif not finding.living[need] and not finding.remarks.get(need):
            yield Part.LIVING, f"{need.value}_note", f"“{label}”没有保障，请写明情况"


def _outcome(finding: Finding, about: About) -> Iterator[tuple[Part, str, str]]:
    if not finding.conclusion:
        yield Part.OUTCOME, "conclusion", "请选择结论"
    elif finding.conclusion != Conclusion.INCLUDE and not finding.reason:
        yield Part.OUTCOME, "reason", "请写明理由"
    if finding.conclusion == Conclusion.WATCH and not finding.next_check_on:
        yield Part.OUTCOME, "next_check_on", "转观察的，请填写下次核查日期"
    if finding.conclusion == Conclusion.INCLUDE and finding.truth == Truth.FALSE:
        yield Part.OUTCOME, "conclusion", "情况不属实的，不能拟纳入"


def to_told(finding: Finding) -> dict:
    """What of the finding is kept sealed, as JSON."""
    amounts = {"income": finding.income, "spending": finding.spending}
    return {
        **{name: str(amount) for name, amount in amounts.items() if amount is not None},
        "guarantees": {key: met for key, met in finding.living.items() if met is not None},
        "remarks": {key: text for key, text in finding.remarks.items() if text},
        "absent": finding.absent,
        "reason": finding.reason,
        "next_step": finding.next_step,
        "signed": finding.signed,
    }


def from_told(told: Mapping) -> dict:
    """The reverse of :func:`to_told`: arguments of Finding."""
    return {
        **{name: Decimal(told[name]) for name in ("income", "spending") if name in told},
        "living": dict(told.get("guarantees", {})),
        "remarks": dict(told.get("remarks", {})),
        "absent": told.get("absent", ""),
        "reason": told.get("reason", ""),
        "next_step": told.get("next_step", ""),
        "signed": bool(told.get("signed")),
    }
