"""How figures of a standard are shown: in which section, with which unit, and what changed against another standard."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from fangpin.policy.keys import META, Key

DATE, SHARE = "日期", "比例"

SECTIONS: tuple[tuple[str, tuple[Key, ...]], ...] = (
    (
        "医疗保障",
        (Key.MEDICAL_SELF_PAY_PRIORITY, Key.MEDICAL_SELF_PAY_GENERAL, Key.OUTPATIENT_MONTHLY, Key.NEWBORN_DAYS),
    ),
    ("教育", (Key.SCHOOL_AGE_MIN, Key.SCHOOL_AGE_MAX, Key.TUITION_SELF_PAY)),
    ("住房安全", (Key.HOUSE_GRADE_CLUE, Key.HOUSE_GRADE_RED, Key.HOUSE_START_DAYS)),
    (
        "饮水安全",
        (
            Key.WATER_STOP_DAYS_ORANGE,
            Key.WATER_STOP_DAYS_RED,
            Key.WATER_DISTANCE_KM,
            Key.WATER_RISE_M,
            Key.WATER_SHORT_MONTHS,
        ),
    ),
    (
        "民政救助与残疾",
        (Key.TEMPORARY_AID_COUNT, Key.TEMPORARY_AID_AMOUNT, Key.TEMPORARY_AID_MONTHS, Key.DISABILITY_LEVEL_MAX),
    ),
    (
        "就业与收入",
        (Key.JOBLESS_MONTHS, Key.WORK_AGE_MIN, Key.WORK_AGE_MAX, Key.LABOUR_SHARE_MAX, Key.INCOME_LINE),
    ),
    (
        "监测范围与名册",
        (Key.CATEGORY_3_FROM, Key.NEW_RECORD_MONTHS, Key.ROSTER_GAP_SHARE, Key.ROSTER_GAP_COUNT),
    ),
    (
        "预警分级与核查时限",
        (
            Key.LEVEL_RED_MULTIPLE,
            Key.LEVEL_RED_RISKS,
            Key.VERIFY_DAYS_RED,
            Key.VERIFY_DAYS_ORANGE,
            Key.VERIFY_DAYS_YELLOW,
        ),
    ),
    (
        "防止重复核查",
        (Key.COOLDOWN_DAYS, Key.WATCH_COOLDOWN_DAYS, Key.GROWTH_SHARE, Key.GROWTH_AMOUNT),
    ),
    (
        "观察名单",
        (Key.WATCH_MONTHS_KEY, Key.WATCH_MONTHS_GENERAL, Key.WATCH_MONTHS_LONG, Key.WATCH_CLEAN_CHECKS),
    ),
    (
        "每月日程",
        (
            Key.EXTRACT_DUE_DAY,
            Key.OFFLINE_DUE_DAY,
            Key.COMPARE_DAY,
            Key.DISPATCH_DAY,
            Key.VERIFY_DAY,
            Key.FREEZE_DAY,
        ),
    ),
    (
        "名册数据检查：年龄和就学",
        (
            Key.CHECK_PARENT_GAP,
            Key.CHECK_ELDERLY_AGE,
            Key.CHECK_KINDERGARTEN_MAX,
            Key.CHECK_PRIMARY_MIN,
            Key.CHECK_PRIMARY_MAX,
            Key.CHECK_JUNIOR_MIN,
            Key.CHECK_JUNIOR_MAX,
            Key.CHECK_SENIOR_MIN,
            Key.CHECK_SENIOR_MAX,
            Key.CHECK_COLLEGE_MIN,
            Key.CHECK_POSTGRADUATE_MIN,
            Key.CHECK_YOUTH_MAX,
        ),
    ),
    (
        "名册数据检查：务工、生产生活和收入",
        (
            Key.CHECK_WAGE_MAX,
            Key.CHECK_WAGE_MIN,
            Key.CHECK_WAGE_HARD_MIN,
            Key.CHECK_WORK_OPEN_MONTHS,
            Key.CHECK_WAGE_GAP,
            Key.CHECK_POSTS,
            Key.CHECK_POST_AGE_MAX,
            Key.CHECK_HOUSE_AREA_MAX,
            Key.CHECK_ROAD_KM_MAX,
            Key.CHECK_LAND_MAX,
            Key.CHECK_INCOME_CHANGE,
        ),
    ),
    (
        "个人信息保护",
        (Key.REVEALS_VILLAGE, Key.REVEALS_TOWNSHIP, Key.REVEALS_COUNTY, Key.EXPORT_ROWS),
    ),
)


@dataclass(frozen=True)
class Line:
    """One figure as a page shows it; ``before`` is the other standard's figure where that differs, else ""."""

    key: Key
    label: str
    text: str
    source: str
    before: str = ""


def amount_text(key: Key, amount: Decimal) -> str:
    """5000.00 -> 5,000 元; 20210601 -> 2021-06-01; 0.25 -> 25%."""
    unit = META[key].unit
    if unit == DATE:
        return day_of(amount).isoformat()
    if unit == SHARE:
        return f"{(amount * 100).normalize():f}%"
    return f"{amount:,.2f}".rstrip("0").rstrip(".") + f" {unit}"


def day_of(amount: Decimal) -> date:
    """The day behind a figure of unit 日期 (20210601). Raises ValueError when there is no such day."""
    return datetime.strptime(str(int(amount)), "%Y%m%d").date()


def lines(amounts: Mapping[Key, Decimal], before: Mapping[Key, Decimal] | None = None) -> list[tuple[str, list[Line]]]:
    """All sections with their figures. A figure that a standard lacks (it is older than the key) shows as "—"."""
    before = amounts if before is None else before
    return [(title, [_line(key, amounts.get(key), before.get(key)) for key in keys]) for title, keys in SECTIONS]


def changed(sections: list[tuple[str, list[Line]]]) -> list[Line]:
    """The figures that differ from those of the standard before."""
    return [line for _, found in sections for line in found if line.before]


def _line(key: Key, amount: Decimal | None, old: Decimal | None) -> Line:
    text, was = (amount_text(key, figure) if figure is not None else "—" for figure in (amount, old))
    return Line(key, key.label, text, META[key].source, was if amount != old else "")
