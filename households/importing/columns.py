"""Headings of the national system's exports (domain.md 1.3, 1.4, 8.1) and where each goes. Custom exports move columns: the text decides.

A heading is a field of the household or of the person, an ``other`` value kept under its label, a figure that we derive ourselves (left out), or
personal data that the register has no business keeping (dropped). What stands here is known; every other heading is reported to the clerk.
"""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

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
    """``key`` is unique; for ``other`` columns it is the label under which the value is kept."""

    key: str
    label: str
    to: To
    aliases: tuple[str, ...] = ()


def heading_key(text: object) -> str:
    """The form in which two writings of one heading are equal: "县(市、区、旗)" and "县（市、区、旗） " are."""
    return _NOISE.sub("", unicodedata.normalize("NFKC", str(text or ""))).upper()


FIELDS = (
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
    Column("hamlet", "自然村", To.HOUSEHOLD, ("自然村(屯)", "自然屯", "屯", "村民小组", "组", "屯(组)", "自然村(组)")),
    Column("kind", "户类型", To.HOUSEHOLD, ("农户类型", "户属性")),
    Column("category", "监测对象类别", To.HOUSEHOLD, ("监测对象类型", "监测类别", "监测户类型", "监测户类别")),
    Column("risk_cleared", "风险是否已消除", To.HOUSEHOLD, ("风险是否消除", "是否消除风险", "是否风险消除")),
    Column("household_phone", "户联系电话", To.HOUSEHOLD, ("家庭联系电话", "联系电话", "户电话", "户主联系电话")),
    Column("number", "人编号", To.PERSON, ("人口编号", "人员编号", "人编码", "人口编码", "成员编号")),
    Column("name", "姓名", To.PERSON, ("成员姓名", "人员姓名")),
    Column("former_name", "曾用名", To.PERSON),
    Column("id_type", "证件类型", To.PERSON, ("证件种类",)),
    Column("id_number", "证件号码", To.PERSON, ("身份证号", "身份证号码", "公民身份号码", "证件号", "身份证件号码")),
    Column("sex", "性别", To.PERSON),
    Column("birthday", "出生日期", To.PERSON, ("出生年月日", "生日", "出生年月")),
    Column("relation", "与户主关系", To.PERSON, ("与户主的关系", "家庭关系", "关系")),
    Column(
        "phone",
        "成员联系电话",
        To.PERSON,
        ("家庭成员联系电话", "人联系电话", "个人联系电话", "本人联系电话", "人员联系电话"),
    ),
    Column("ethnicity", "民族", To.PERSON),
    Column("education", "文化程度", To.PERSON),
    Column("student_status", "在校生状况", To.PERSON, ("在校状况", "在校生情况")),
    Column("health", "健康状况", To.PERSON, ("身体状况",)),
    Column("labour", "劳动技能", To.PERSON, ("劳动能力", "劳动力状况")),
    Column("minimum_living", "是否享受低保", To.PERSON, ("低保", "是否低保", "享受低保")),
    Column("destitute", "是否特困供养", To.PERSON, ("特困", "是否特困", "是否特困供养人员", "特困供养")),
    Column("disability_level", "残疾等级", To.PERSON, ("残疾级别",)),
)

_HOUSEHOLD_OTHER = {
    "脱贫户属性": (), "识别标准": (), "人数": ("家庭人口数", "家庭人口", "人口数"), "家庭住址": ("住址", "详细地址"),
    "是否居住在易地搬迁集中安置区": ("居住在易地搬迁集中安置区",), "安置区地址": (), "是否易地搬迁户": ("易地搬迁户",),
    "是否脱贫户": (), "首次识别时间": (), "脱贫年度": ("脱贫时间",),
    "整户无劳动能力兜底保障户": ("兜底户", "是否整户无劳动能力兜底保障户", "是否兜底保障户"),
    "致贫原因1": ("主要致贫原因", "致贫原因"), "致贫原因2": ("其他致贫原因",), "致贫原因3": (),
    "致贫返贫风险1": ("返贫致贫风险1", "致贫(返贫)风险1", "返贫风险1", "风险类型1", "致贫返贫风险", "返贫致贫风险"),
    "致贫返贫风险2": ("返贫致贫风险2", "返贫风险2", "风险类型2"), "致贫返贫风险3": ("返贫致贫风险3", "返贫风险3", "风险类型3"),
    "致贫返贫风险4": ("返贫致贫风险4", "返贫风险4", "风险类型4"), "致贫返贫风险5": ("返贫致贫风险5", "返贫风险5", "风险类型5"),
    "风险备注": ("致贫返贫风险备注", "返贫致贫风险备注"), "识别监测时间": ("风险识别时间", "监测对象识别时间", "认定时间"),
    "消除监测时间": ("风险消除时间",), "风险消除方式": ("消除方式",), "监测联系人": (), "帮扶责任人": ("帮扶责任人姓名",), "帮扶单位": (),
    "实施开发式帮扶措施情况": (), "住房面积": (), "危房等级": (), "是否危房户": ("危房户",),
    "饮水是否安全": ("是否解决安全饮用水", "是否解决安全饮水"), "供水方式": (), "是否有卫生厕所": (), "是否通生活用电": (),
    "是否通广播电视": (), "入户路类型": (), "与村主干路距离": ("与村主干路距离(公里)", "与村主干路距离km"), "主要燃料类型": (),
    "耕地面积": (), "林地面积": (), "退耕还林面积": (), "林果面积": (), "牧草地面积": (), "水面面积": (),
    "是否加入合作社": ("是否加入农民专业合作组织",), "是否有龙头企业带动": (), "是否有创业致富带头人带动": ("是否有致富带头人带动",),
    "年度": (), "工资性收入": (), "生产经营性收入": (), "财产性收入": (), "转移性收入": (), "生产经营性支出": (), "家庭纯收入": ("年纯收入",),
    "人均纯收入": ("家庭人均纯收入",), "家庭理赔收入": (), "合规自付支出": (),
    "纳入监测对象的收入参考范围": ("收入参考范围",), "纳入监测对象的人均收入参考范围": ("人均收入参考范围",),
    "产业帮扶": (), "就业帮扶": (), "金融帮扶": (), "公益岗位帮扶": (), "住房安全保障": (), "饮水安全保障": (), "健康帮扶": (),
    "义务教育保障": (), "教育帮扶": ("其他教育帮扶",), "综合保障": (), "社会帮扶": (),
    "是否义务教育阶段适龄儿童失学辍学": (), "住房是否出现安全问题": ("住房出现安全问题",),
    "是否有成员未参加基本医保": ("有成员未参加基本医保",), "饮水是否出现安全问题": ("饮水出现安全问题",), "采集时间": ("信息采集时间",),
}  # fmt: skip

_PERSON_OTHER = {
    "政治面貌": (), "就读学校": ("学校",), "失学或辍学原因": ("失学辍学原因",), "残疾类别": ("残疾类型",), "残疾证办证年度": (),
    "是否会讲普通话": (), "是否参加城乡居民基本医疗保险": ("是否参加城乡居民基本医保", "参加城乡居民基本医保"),
    "是否参加城镇职工基本医疗保险": ("是否参加职工基本医保", "参加职工基本医保"), "是否参加大病保险": ("参加大病保险",),
    "是否参加商业补充医疗保险": ("参加商业补充医保", "是否参加商业保险"), "是否享受医疗救助": ("享受医疗救助",),
    "是否参加城乡居民基本养老保险": ("是否参加城乡居民养老", "参加城乡居民养老"),
    "是否参加城镇职工基本养老保险": ("是否参加职工养老", "参加职工养老"), "供养方式": (), "护理等级": (),
    "务工所在地": ("务工地点", "务工省", "务工区域"), "务工县": ("务工所在县",), "务工时间": ("务工时间(月)", "务工月数"),
    "务工企业名称": ("务工企业", "务工单位"), "所属行业": ("务工行业",), "就业渠道": (), "务工月收入": ("月收入",),
    "务工开始时间": ("开始务工时间",), "务工结束时间": ("结束务工时间",), "是否点对点输送": (), "年度交通费补助": (),
    "公益性岗位": ("公益岗位类型", "公益岗位"), "公益岗位聘用月数": ("公益性岗位(月)", "聘用月数"), "是否易地搬迁人口": (),
    "人员状态": (), "变更原因": ("人员变更原因",), "变更日期": ("人员变更日期",), "人员识别时间": (),
}  # fmt: skip

# Figures that we derive ourselves, and columns that say the same for every row.
_DERIVED = ("序号", "省", "省份", "市", "地市", "市(州)", "州市", "户主姓名", "户主", "年龄", "行号")
# Personal data without a purpose here (security.md 2.4): numbers of cards and certificates, third persons' phones.
_PERSONAL = (
    "户主证件号码", "户主证件号", "户主身份证号", "户主身份证号码", "户主证件类型", "残疾证号", "残疾证号码", "残疾人证号",
    "开户银行", "银行账号", "银行卡号", "一卡通账号", "社保卡号", "开户名", "账户名", "监测联系人电话", "监测联系人联系方式", "联系方式",
    "帮扶责任人电话", "帮扶责任人联系电话", "信息采集人", "采集人", "信息采集人电话", "采集人电话", "采集人联系电话", "户主签名", "健康档案号",
)  # fmt: skip

COLUMNS = (
    *FIELDS,
    *(Column(label, label, To.HOUSEHOLD_OTHER, aliases) for label, aliases in _HOUSEHOLD_OTHER.items()),
    *(Column(label, label, To.PERSON_OTHER, aliases) for label, aliases in _PERSON_OTHER.items()),
    *(Column(label, label, To.NOWHERE) for label in (*_DERIVED, *_PERSONAL)),
)
BY_KEY = {column.key: column for column in COLUMNS}
_BY_HEADING = {heading_key(word): column for column in COLUMNS for word in (column.label, *column.aliases)}

# Without these a row cannot be placed. The township may be left out where the village names are unique.
REQUIRED = ("household", "number", "name", "village")


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


def missing_columns(mapped) -> list[str]:
    """Labels of the required columns that the file lacks."""
    return [BY_KEY[key].label for key in REQUIRED if key not in mapped]
