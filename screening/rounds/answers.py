"""What the offline form asks (domain.md 4.6): its questions, what an entry answers, what is missing and what contradicts. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db.models import TextChoices

from households.choices import HouseholdKind, IncomeGroup
from screening.choices import Judgement, Risk
from screening.rounds.sketch import COMPONENTS, Sketch, sketch

MOST_RISKS = 5
EXTRAS = (IncomeGroup.SELF_PAY, IncomeGroup.CLAIMS)  # large rigid spending and compensation: empty counts as nothing
PERSONAL_RISKS = (Risk.ILLNESS, Risk.DISABILITY, Risk.SCHOOLING, Risk.EDUCATION, Risk.INSURANCE)


class Part(TextChoices):
    """The sections of the form, each saved by itself, in their order."""

    WHERE = "where", "时间和排查人"
    HOUSEHOLD = "household", "家庭和成员"
    INCOME = "income", "收入测算"
    LIVING = "living", "两不愁三保障"
    RISKS = "risks", "风险"
    JUDGEMENT = "judgement", "判断"


class Flag(TextChoices):
    MINIMUM_LIVING = "minimum_living", "低保"
    DESTITUTE = "destitute", "特困"
    DISABLED = "disabled", "重残"
    ILL = "ill", "大病"
    SUDDEN = "sudden", "突发事故灾害"


class Need(TextChoices):
    """两不愁三保障和饮水."""

    FOOD = "food", "吃"
    CLOTHES = "clothes", "穿"
    SCHOOLING = "schooling", "义务教育"
    MEDICAL = "medical", "基本医疗（参保）"
    HOUSING = "housing", "住房安全"
    WATER = "water", "饮水安全"


@dataclass(frozen=True)
class Answers:
    """An entry as far as it is filled in. Amounts in yuan of the whole household, the last 12 months; members: keys of persons.

    living: need -> whether it is met, None for no answer; remarks and evidence: by need and by risk.
    """

    checked_on: date | None = None
    checkers: str = ""
    way: str = ""
    flags: tuple[str, ...] = ()
    members: tuple[str, ...] = ()
    persons: int | None = None
    amounts: Mapping[str, Decimal | None] = field(default_factory=dict)
    living: Mapping[str, bool | None] = field(default_factory=dict)
    remarks: Mapping[str, str] = field(default_factory=dict)
    risks: tuple[str, ...] = ()
    evidence: Mapping[str, str] = field(default_factory=dict)
    judgement: str = ""
    reason: str = ""

    @property
    def is_suspect(self) -> bool:
        return self.judgement not in ("", Judgement.CLEAR)


@dataclass(frozen=True)
class About:
    """What the answers are held against: the household's 户类型, when the round began, the day of asking, since when 突发严重困难户
    may be judged (None: not yet decided by a standard)."""

    kind: str
    starts_on: date
    day: date
    third_from: date | None


@dataclass(frozen=True)
class Lack:
    """A sentence about one field of a part; ``key`` is the field's name in the form."""

    part: Part
    key: str
    text: str


def sketch_of(answers: Answers, line: Decimal) -> Sketch:
    return sketch(
        {group: answers.amounts.get(group) for group in COMPONENTS},
        spending=answers.amounts.get(IncomeGroup.SELF_PAY),
        compensation=answers.amounts.get(IncomeGroup.CLAIMS),
        persons=answers.persons or 0,
        line=line,
    )


def net_per_head(answers: Answers) -> Decimal | None:
    """人均纯收入, yuan; None where a component or the number of persons is not filled in."""
    found = sketch_of(answers, Decimal(0))
    return None if found.missing else found.reckoning.net_per_head


def missing(answers: Answers) -> list[Lack]:
    """What has still to be filled in before the entry is complete, in the order of the form."""
    parts = (_missing_where, _missing_members, _missing_income, _missing_living, _missing_risks, _missing_judgement)
    return [Lack(*lack) for part in parts for lack in part(answers)]


def _missing_where(answers: Answers) -> Iterator[tuple[Part, str, str]]:
    if not answers.checked_on:
        yield Part.WHERE, "checked_on", "请填写排查日期"
    if not answers.checkers:
        yield Part.WHERE, "checkers", "请填写排查人，至少一人"
    if not answers.way:
        yield Part.WHERE, "way", "请选择排查方式"


def _missing_members(answers: Answers) -> Iterator[tuple[Part, str, str]]:
    if not answers.members and set(answers.risks) & set(PERSONAL_RISKS):
        yield Part.HOUSEHOLD, "members", "风险与个人有关，请选择涉及的成员"


def _missing_living(answers: Answers) -> Iterator[tuple[Part, str, str]]:
    for need in Need:
        if answers.living.get(need) is None:
            yield Part.LIVING, need.value, f"请回答“{need.label}”有没有保障"
        elif not answers.living[need] and not answers.remarks.get(need):
            yield Part.LIVING, f"{need.value}_note", f"“{need.label}”没有保障，请写明情况"


def _missing_risks(answers: Answers) -> Iterator[tuple[Part, str, str]]:
    if answers.is_suspect and not answers.risks:
        yield Part.RISKS, "risk_1", "判断为疑似的，至少选择一项风险"
    for nth, risk in enumerate(answers.risks, 1):
        if not answers.evidence.get(risk):
            yield Part.RISKS, f"evidence_{nth}", f"请写明“{Risk(risk).label}”的依据"


def _missing_judgement(answers: Answers) -> Iterator[tuple[Part, str, str]]:
    if not answers.judgement:
        yield Part.JUDGEMENT, "judgement", "请作出判断"
    if not answers.reason:
        yield Part.JUDGEMENT, "reason", "请写明判断的理由"


def _missing_income(answers: Answers) -> Iterator[tuple[Part, str, str]]:
    if not answers.is_suspect:
        return
    if not answers.persons:
        yield Part.INCOME, "persons", "请填写计算人数"
    for group in COMPONENTS:
        if answers.amounts.get(group) is None:
            yield Part.INCOME, group.value, f"请填写{group.label}，没有的填 0"


def contradictions(answers: Answers, about: About) -> list[Lack]:
    """What cannot be right whoever says it; a draft is refused for it too."""
    return [Lack(*lack) for lack in _contradictions(answers, about)]


def _contradictions(answers: Answers, about: About) -> Iterator[tuple[Part, str, str]]:
    if answers.checked_on and answers.checked_on > about.day:
        yield Part.WHERE, "checked_on", "排查日期不能晚于今天"
    elif answers.checked_on and answers.checked_on < about.starts_on:
        yield Part.WHERE, "checked_on", f"排查日期早于本轮开始的 {about.starts_on}"
    if len(set(answers.risks)) < len(answers.risks):
        yield Part.RISKS, "risk_1", "同一项风险只选一次"
    if answers.judgement == Judgement.UNSTABLE and about.kind != HouseholdKind.LIFTED:
        yield Part.JUDGEMENT, "judgement", "本户是一般农户，不能判断为疑似脱贫不稳定户"
    if answers.judgement == Judgement.MARGINAL and about.kind != HouseholdKind.GENERAL:
        yield Part.JUDGEMENT, "judgement", "本户是脱贫户，不能判断为疑似边缘易致贫户"
    if answers.judgement == Judgement.SUDDEN and not _third(about):
        since = f"，自 {about.third_from} 起" if about.third_from else ""
        yield Part.JUDGEMENT, "judgement", f"突发严重困难户还没有启用{since}"
    if answers.judgement == Judgement.CLEAR and answers.risks:
        yield Part.JUDGEMENT, "judgement", "已填写了风险，不能判断为无风险"


def _third(about: About) -> bool:
    return about.third_from is not None and about.third_from <= about.day


def judgements_for(about: About) -> list[Judgement]:
    """The judgements that this household may get."""
    fits = {HouseholdKind.LIFTED: Judgement.UNSTABLE, HouseholdKind.GENERAL: Judgement.MARGINAL}[
        HouseholdKind(about.kind)
    ]
    return [Judgement.CLEAR, fits, *([Judgement.SUDDEN] if _third(about) else [])]


def to_told(answers: Answers) -> dict:
    """What of the answers is kept sealed, as JSON."""
    return {
        "flags": list(answers.flags),
        "persons": answers.persons,
        "income": {key: str(amount) for key, amount in answers.amounts.items() if amount is not None},
        "living": {key: met for key, met in answers.living.items() if met is not None},
        "remarks": {key: text for key, text in answers.remarks.items() if text},
        "evidence": {key: text for key, text in answers.evidence.items() if text and key in answers.risks},
        "reason": answers.reason,
    }


def from_told(told: Mapping) -> dict:
    """The reverse of :func:`to_told`: arguments of Answers."""
    return {
        "flags": tuple(told.get("flags", ())),
        "persons": told.get("persons"),
        "amounts": {key: Decimal(text) for key, text in told.get("income", {}).items()},
        "living": dict(told.get("living", {})),
        "remarks": dict(told.get("remarks", {})),
        "evidence": dict(told.get("evidence", {})),
        "reason": told.get("reason", ""),
    }
