"""Sub-items of income and spending (domain.md 1.7): slug, group, what people call it. Slugs are stored and never change."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from django.core.exceptions import ValidationError

from households.choices import IncomeGroup

NATIONAL = "全国系统年度收入分项"
LARGEST = Decimal("9999999999.99")


@dataclass(frozen=True)
class Item:
    slug: str
    group: IncomeGroup
    label: str
    source: str = NATIONAL


def _of(group: IncomeGroup, items: Mapping[str, str], source: str = NATIONAL) -> tuple[Item, ...]:
    return tuple(Item(f"{group}_{slug}", group, label, source) for slug, label in items.items())


ITEMS = (
    *_of(
        IncomeGroup.WAGES,
        {
            "migrant": "务工",
            "post_department": "行业部门公益岗",
            "post_township": "乡镇公益岗",
            "post_village": "村级公益岗",
            "casual": "采摘、零工",
        },
    ),
    *_of(IncomeGroup.BUSINESS, {"crops": "种植", "livestock": "养殖", "orchard": "林果", "other": "其他"}),
    *_of(
        IncomeGroup.ASSETS,
        {
            "dividends": "资产收益分红",
            "land": "土地流转",
            "loans": "金融贷款项目收益",
            "entrusted": "代种代养",
            "other": "其他",
        },
    ),
    *_of(
        IncomeGroup.TRANSFER,
        {
            "family_planning": "计划生育金",
            "minimum_living": "低保金",
            "destitute": "特困供养金",
            "pension": "养老金",
            "ecology": "生态补偿（退耕还林、公益林等）",
            "farmland": "耕地地力、粮食补贴",
            "old_age": "高龄补贴",
            "veterans": "优抚",
            "disability": "残疾人补贴",
            "education": "教育资助",
            "disaster": "救灾款",
            "care": "失能老人补贴",
            "maintenance": "赡养费",
            "prices": "物价补贴",
            "relief": "社会救济",
            "insurance": "防贫保险",
            "donations": "经常性捐赠、赔偿",
            "other": "其他",
        },
    ),
    *_of(IncomeGroup.COSTS, {"crops": "种植", "livestock": "养殖", "orchard": "林果", "other": "其他"}),
    *_of(
        IncomeGroup.CLAIMS,
        {"insurance": "商业保险理赔", "accident": "事故赔偿", "other": "其他"},
        "收入参考范围的加项",
    ),
    *_of(
        IncomeGroup.SELF_PAY,
        {
            "medical": "医保政策范围内个人自付",
            "disaster": "因灾修复",
            "tuition": "学费",
            "other": "其他合规刚性支出",
        },
        "收入参考范围的减项，已扣除报销和补助",
    ),
    *_of(
        IncomeGroup.NOT_COUNTED,
        {
            "housing": "危房改造补助",
            "relocation": "搬迁补助",
            "gifts": "慰问金",
            "temporary_aid": "临时救助",
            "other": "其他一次性或专项资金",
        },
        "一次性或专项资金，不计入收入",
    ),
)
BY_SLUG = {item.slug: item for item in ITEMS}


def items_of(group: IncomeGroup) -> tuple[Item, ...]:
    return tuple(item for item in ITEMS if item.group == group)


def validate_items(values: object) -> None:
    """Stored sub-items: slug -> amount as text with two decimals ("1200.00"). Raises ValidationError."""
    if not isinstance(values, dict):
        raise ValidationError("收支分项格式不对")
    for slug, text in values.items():
        if slug not in BY_SLUG:
            raise ValidationError(f"没有这个收支分项：{slug}")
        if not _is_amount(text):
            raise ValidationError(f"{BY_SLUG[slug].label}：金额须为不小于 0、最多两位小数的数")


def _is_amount(text: object) -> bool:
    try:
        amount = Decimal(text) if isinstance(text, str) else None
    except InvalidOperation:
        return False
    return amount is not None and amount.is_finite() and 0 <= amount <= LARGEST and text == f"{amount:.2f}"
