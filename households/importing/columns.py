"""Headings of the national system's exports (domain.md 1.3, 1.4, 8.1) and where each goes. Custom exports move columns: the text decides.

The fields of the register are ``households.fields``; beside them stand the columns that place a row, figures that we derive ourselves (left out) and
personal data that the register has no business keeping (dropped). What stands here is known; every other heading is reported to the clerk.
"""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from households.fields import FIELDS
from households.values import Field, Of

_NOISE = re.compile(r"[\s()\[\]{}<>【】《》〈〉、，,。.;；:：/\\|*#_\-—－·\"'“”]+")


class To(StrEnum):
    """Where the values of a column go."""

    PLACE = "place"
    HOUSEHOLD = "household"
    PERSON = "person"
    HOUSEHOLD_OTHER = "household_other"
    PERSON_OTHER = "person_other"
    NOWHERE = "nowhere"  # derived by us, or personal without need


@dataclass(frozen=True)
class Column:
    """``key`` is unique; for a field of the register (``field``) it is the field's key, under which ``other`` keeps its values."""

    key: str
    label: str
    to: To
    aliases: tuple[str, ...] = ()
    field: Field | None = None


def heading_key(text: object) -> str:
    """The form in which two writings of one heading are equal: "县(市、区、旗)" and "县（市、区、旗） " are."""
    return _NOISE.sub("", unicodedata.normalize("NFKC", str(text or ""))).upper()


_PLACES = (
    Column("county", "县(市、区、旗)", To.PLACE, ("县", "县区", "县(市、区)", "县(区)", "县市区", "区县", "所在县")),
    Column(
        "township", "乡(镇)", To.PLACE, ("乡", "镇", "乡镇", "乡镇(街道)", "镇街", "乡镇名称", "所属乡镇", "所在乡镇")
    ),
    Column(
        "village",
        "行政村",
        To.PLACE,
        ("村", "村(社区)", "行政村(社区)", "村名", "村委会", "村居", "行政村名称", "所在村"),
    ),
    Column("household", "户编号", To.PLACE, ("户编码", "家庭编号", "户号")),
    Column("number", "人编号", To.PERSON, ("人口编号", "人员编号", "人编码", "人口编码", "成员编号")),
)

# Figures that we derive ourselves, and columns that say the same for every row.
_DERIVED = ("序号", "省", "省份", "市", "地市", "市(州)", "州市", "户主姓名", "户主", "年龄", "行号")
# Personal data without a purpose here (security.md 2.4): numbers of cards and certificates, third persons' phones.
_PERSONAL = (
    "户主证件号码", "户主证件号", "户主身份证号", "户主身份证号码", "户主证件类型", "残疾证号", "残疾证号码", "残疾人证号",
    "开户银行", "银行账号", "银行卡号", "一卡通账号", "社保卡号", "开户名", "账户名", "监测联系人电话", "监测联系人联系方式", "联系方式",
    "帮扶责任人电话", "帮扶责任人联系电话", "信息采集人", "采集人", "信息采集人电话", "采集人电话", "采集人联系电话", "户主签名", "健康档案号",
)  # fmt: skip


def _column_of(field: Field) -> Column:
    of_household = field.of == Of.HOUSEHOLD
    plain, other = (To.HOUSEHOLD, To.HOUSEHOLD_OTHER) if of_household else (To.PERSON, To.PERSON_OTHER)
    return Column(field.key, field.label, plain if field.column else other, field.aliases, field)


COLUMNS = (
    *_PLACES,
    *map(_column_of, FIELDS),
    *(Column(label, label, To.NOWHERE) for label in (*_DERIVED, *_PERSONAL)),
)
BY_KEY = {column.key: column for column in COLUMNS}
_BY_HEADING = {heading_key(word): column for column in COLUMNS for word in (column.label, *column.aliases)}

# Without these a row cannot be placed. The township may be left out where the village names are unique.
REQUIRED = ("household", "number", "name", "village")
REQUIRED_OF_HOUSEHOLDS = ("household", "village")


def header_words() -> tuple[str, ...]:
    """Every heading that is known, for finding the header row."""
    return tuple(word for column in COLUMNS for word in (column.label, *column.aliases))


def column_for(heading: object) -> Column | None:
    return _BY_HEADING.get(heading_key(heading))


def map_headings(headings) -> tuple[dict[str, int], list[str]]:
    """(key -> position of its first column, headings that nobody knows). A second column of the same meaning is unknown too."""
    mapped: dict[str, int] = {}
    unknown = []
    for position, heading in enumerate(headings):
        if not heading_key(heading):
            continue
        column = column_for(heading)
        if column is None or (column.key in mapped and column.to != To.NOWHERE):
            unknown.append(str(heading).strip())
        else:
            mapped.setdefault(column.key, position)
    return mapped, unknown


def is_of_households(mapped) -> bool:
    """Whether a sheet has one row a household (户信息) and not one a member."""
    return "household" in mapped and not {"number", "name"} & set(mapped)


def missing_columns(mapped) -> list[str]:
    """Labels of the required columns that the sheet lacks."""
    required = REQUIRED_OF_HOUSEHOLDS if is_of_households(mapped) else REQUIRED
    return [BY_KEY[key].label for key in required if key not in mapped]
