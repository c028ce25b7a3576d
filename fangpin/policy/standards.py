"""Adopting a standard. An old one is never edited, because every clue keeps the standard it was found by."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from fangpin.accounts.models import User
from fangpin.accounts.scope import holds_anywhere
from fangpin.audit.trail import record
from fangpin.divisions.rights import Right
from fangpin.policy.keys import META, Key
from fangpin.policy.models import Standard, Threshold
from fangpin.policy.sections import DATE, amount_text, day_of
from fangpin.transitions import NotAllowed

# Units that count: a standard of 2.5 persons is a slip of the pen.
WHOLE = frozenset({"天", "周岁", "级", "次", "人", "种", "个", "个月", "工作日", "行", "日", DATE})
# The first may not exceed the second, or the second would never be reached.
NOT_ABOVE = (
    (Key.MEDICAL_SELF_PAY_PRIORITY, Key.MEDICAL_SELF_PAY_GENERAL),
    (Key.SCHOOL_AGE_MIN, Key.SCHOOL_AGE_MAX),
    (Key.HOUSE_GRADE_CLUE, Key.HOUSE_GRADE_RED),
    (Key.WATER_STOP_DAYS_ORANGE, Key.WATER_STOP_DAYS_RED),
    (Key.WORK_AGE_MIN, Key.WORK_AGE_MAX),
    (Key.VERIFY_DAYS_RED, Key.VERIFY_DAYS_ORANGE),
    (Key.VERIFY_DAYS_ORANGE, Key.VERIFY_DAYS_YELLOW),
    (Key.CHECK_PRIMARY_MIN, Key.CHECK_PRIMARY_MAX),
    (Key.CHECK_JUNIOR_MIN, Key.CHECK_JUNIOR_MAX),
    (Key.CHECK_SENIOR_MIN, Key.CHECK_SENIOR_MAX),
    (Key.CHECK_WAGE_HARD_MIN, Key.CHECK_WAGE_MIN),
    (Key.CHECK_WAGE_MIN, Key.CHECK_WAGE_MAX),
    (Key.WATCH_COOLDOWN_DAYS, Key.COOLDOWN_DAYS),
    (Key.WATCH_MONTHS_KEY, Key.WATCH_MONTHS_GENERAL),
    (Key.WATCH_MONTHS_GENERAL, Key.WATCH_MONTHS_LONG),
    (Key.EXTRACT_DUE_DAY, Key.COMPARE_DAY),
    (Key.OFFLINE_DUE_DAY, Key.COMPARE_DAY),
    (Key.COMPARE_DAY, Key.DISPATCH_DAY),
    (Key.DISPATCH_DAY, Key.VERIFY_DAY),
    (Key.VERIFY_DAY, Key.FREEZE_DAY),
)


@transaction.atomic
def adopt(
    *, name: str, document_number: str, effective_from: date, amounts: Mapping[Key, Decimal], by: User | None
) -> Standard:
    """Publish a standard with a figure for every key, in the key's own unit. ``by`` None is the system itself (migration, demo)."""
    if by is not None and not holds_anywhere(by, Right.SET_POLICY):
        raise NotAllowed("只有县办领导可以发布政策标准")
    if wrong := why_not(amounts):
        raise NotAllowed("；".join(wrong.values()))
    standard = Standard(
        name=name.strip(), document_number=document_number.strip(), effective_from=effective_from, adopted_by=by
    )
    try:
        standard.full_clean()
        with transaction.atomic():
            standard.save()
    except ValidationError as error:
        raise NotAllowed("；".join(error.messages)) from error
    except IntegrityError as error:  # another session published for the same day between check and insert
        raise NotAllowed("这一天已有标准生效，请改日期") from error
    Threshold.objects.bulk_create(Threshold(standard=standard, key=key, amount=amounts[key]) for key in Key)
    record(by, "standard.adopted", standard, effective_from=effective_from.isoformat(), figures=len(amounts))
    return standard


def why_not(amounts: Mapping[Key, Decimal]) -> dict[Key, str]:
    """What is wrong with the figures, by key; empty when they may be adopted. Keys unknown to the system are wrong too."""
    wrong = {key: f"不认识的项目：{key}" for key in amounts.keys() - set(Key)}
    for key in Key:
        if reason := _wrong(key, amounts.get(key)):
            wrong[key] = f"{key.label}：{reason}"
    for low, high in NOT_ABOVE:
        if low not in wrong and high not in wrong and amounts[low] > amounts[high]:
            wrong[high] = f"{high.label}：不能低于“{low.label}”（{amount_text(low, amounts[low])}）"
    return wrong


def _wrong(key: Key, amount: Decimal | None) -> str:
    info = META[key]
    if amount is None:
        return "没有填写"
    if not amount.is_finite() or amount != round(amount, 2):
        return "最多两位小数"
    if info.unit in WHOLE and amount != int(amount):
        return "须为整数"
    if info.unit == DATE:
        return _wrong_day(amount)
    if not info.minimum <= amount <= info.maximum:
        return f"须在 {amount_text(key, info.minimum)} 至 {amount_text(key, info.maximum)} 之间"
    return ""


def _wrong_day(amount: Decimal) -> str:
    try:
        day_of(amount)
    except ValueError:
        return "须为日期，如 20210601"
    return ""
