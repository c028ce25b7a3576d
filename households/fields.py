"""The register's fields as data (domain.md 1.3, 1.4), in the groups people know; ``households.values`` says what a field is.

Bank accounts, numbers of certificates and phones of third persons stand in the national export and not here: the register has no purpose
for them (security.md 2.4).
"""

from decimal import Decimal

from households import dictionaries as codes
from households.choices import Category, HouseholdKind, Sex
from households.dictionaries import Dictionary
from households.values import Field, Group, Kind, Of

HOME = Group("home", "基本信息", Of.HOUSEHOLD)
RISKS = Group("risks", "风险与监测", Of.HOUSEHOLD, by_hand=False)
GUARANTEES = Group("guarantees", "三保障和饮水问题", Of.HOUSEHOLD)
HOUSING = Group("housing", "住房", Of.HOUSEHOLD)
WATER = Group("water", "饮水", Of.HOUSEHOLD)
LIVING = Group("living", "生活设施", Of.HOUSEHOLD)
LAND = Group("land", "生产", Of.HOUSEHOLD)
CARER = Group("carer", "帮扶联系人", Of.HOUSEHOLD)
MONEY = Group("money", "名册中的收支", Of.HOUSEHOLD, by_hand=False)
HELP = Group("help", "名册中的帮扶措施", Of.HOUSEHOLD, by_hand=False)
SELF = Group("self", "基本信息", Of.PERSON)
SCHOOL = Group("school", "就学", Of.PERSON)
BODY = Group("body", "健康", Of.PERSON)
WORK = Group("work", "务工", Of.PERSON)
COVER = Group("cover", "保障", Of.PERSON)
STATE = Group("state", "人员状态", Of.PERSON, by_hand=False)


def _text(key, label, group, *aliases, **more) -> Field:
    return Field(key, label, group, Kind.TEXT, aliases, **more)


def _flag(key, label, group, *aliases, **more) -> Field:
    return Field(key, label, group, Kind.BOOL, aliases, **more)


def _pick(key, label, group, table, *aliases, kind=Kind.CHOICE, **more) -> Field:
    return Field(key, label, group, kind, aliases, codes=table, **more)


def _amount(key, label, group, unit, high, *aliases, low=0, **more) -> Field:
    return Field(key, label, group, Kind.NUMBER, aliases, unit=unit, low=Decimal(low), high=Decimal(high), **more)


def _time(key, label, group, kind, *aliases, **more) -> Field:
    return Field(key, label, group, kind, aliases, **more)


def _choices(name, choices) -> Dictionary:
    return Dictionary(name, dict(choices), {})


_KIND_CODES, _CATEGORY_CODES = _choices("户类型", HouseholdKind.choices), _choices("监测对象类别", Category.choices)
_SEX_CODES = _choices("性别", Sex.choices)
_ROUND = range(1, 6)

HOUSEHOLD_FIELDS: tuple[Field, ...] = (
    _text("hamlet", "自然村", HOME, "自然村(屯)", "自然屯", "屯", "村民小组", "组", "屯(组)", "自然村(组)", column="hamlet"),
    _text("address", "家庭住址", HOME, "住址", "详细地址"),
    _text(
        "household_phone", "户联系电话", HOME, "家庭联系电话", "联系电话", "户电话", "户主联系电话", column="phone", sealed=True
    ),
    _pick("kind", "户类型", HOME, _KIND_CODES, "农户类型", "户属性", column="kind", by_hand=False),
    _pick("lifted_kind", "脱贫户属性", HOME, codes.LIFTED_KIND),
    _flag("is_lifted", "是否脱贫户", HOME, by_hand=False),
    _text("standard", "识别标准", HOME, by_hand=False),
    _amount("stated_size", "人数", HOME, "人", 30, "家庭人口数", "家庭人口", "人口数", by_hand=False),
    _time("first_found", "首次识别时间", HOME, Kind.MONTH, by_hand=False),
    Field("lifted_in", "脱贫年度", HOME, Kind.YEAR, ("脱贫时间",), low=Decimal(2014), high=Decimal(2021), by_hand=False),
    _flag("resettled", "是否易地搬迁户", HOME, "易地搬迁户"),
    _flag("in_resettlement", "是否居住在易地搬迁集中安置区", HOME, "居住在易地搬迁集中安置区"),
    _text("resettlement_address", "安置区地址", HOME),
    _flag(
        "fully_supported", "整户无劳动能力兜底保障户", HOME, "兜底户", "是否整户无劳动能力兜底保障户", "是否兜底保障户", by_hand=False
    ),
    _time("collected_on", "采集时间", HOME, Kind.DATE, "信息采集时间"),
    _pick(
        "category", "监测对象类别", RISKS, _CATEGORY_CODES, "监测对象类型", "监测类别", "监测户类型", "监测户类别", column="category",
    ),
    _flag("risk_cleared", "风险是否已消除", RISKS, "风险是否消除", "是否消除风险", "是否风险消除", column="risk_cleared"),
    *(
        _pick(
            f"risk_{n}", f"致贫返贫风险{n}", RISKS, codes.RISK, f"返贫致贫风险{n}", f"返贫风险{n}", f"风险类型{n}",
            *(("致贫返贫风险", "返贫致贫风险") if n == 1 else ()),
        )
        for n in _ROUND
    ),
    _text("risk_note", "风险备注", RISKS, "致贫返贫风险备注", "返贫致贫风险备注"),
    *(
        _text(f"poverty_cause_{n}", f"致贫原因{n}", RISKS, *more)
        for n, more in ((1, ("主要致贫原因", "致贫原因")), (2, ("其他致贫原因",)), (3, ()))
    ),
    _time("monitored_from", "识别监测时间", RISKS, Kind.MONTH, "风险识别时间", "监测对象识别时间", "认定时间"),
    _time("monitored_until", "消除监测时间", RISKS, Kind.MONTH, "风险消除时间"),
    _pick("cleared_how", "风险消除方式", RISKS, codes.CLEARED_HOW, "消除方式"),
    _pick("measures_state", "实施开发式帮扶措施情况", RISKS, codes.MEASURES_STATE),
    _flag("dropout_problem", "是否义务教育阶段适龄儿童失学辍学", GUARANTEES),
    _flag("uninsured_problem", "是否有成员未参加基本医保", GUARANTEES, "有成员未参加基本医保"),
    _flag("housing_problem", "住房是否出现安全问题", GUARANTEES, "住房出现安全问题"),
    _flag("water_problem", "饮水是否出现安全问题", GUARANTEES, "饮水出现安全问题"),
    _amount("house_area", "住房面积", HOUSING, "平方米", 1000),
    _pick("house_grade", "危房等级", HOUSING, codes.HOUSE_GRADE),
    _flag("house_unsafe", "是否危房户", HOUSING, "危房户"),
    _flag("water_safe", "饮水是否安全", WATER, "是否解决安全饮用水", "是否解决安全饮水"),
    _pick("water_supply", "供水方式", WATER, codes.WATER),
    _flag("toilet", "是否有卫生厕所", LIVING),
    _flag("electricity", "是否通生活用电", LIVING),
    _flag("broadcast", "是否通广播电视", LIVING),
    _pick("road", "入户路类型", LIVING, codes.ROAD),
    _amount("road_distance", "与村主干路距离", LIVING, "公里", 50, "与村主干路距离(公里)", "与村主干路距离km"),
    _pick("fuel", "主要燃料类型", LIVING, codes.FUEL),
    _amount("field_area", "耕地面积", LAND, "亩", 100),
    _amount("forest_area", "林地面积", LAND, "亩", 200),
    _amount("returned_area", "退耕还林面积", LAND, "亩", 100),
    _amount("orchard_area", "林果面积", LAND, "亩", 100),
    _amount("pasture_area", "牧草地面积", LAND, "亩", 200),
    _amount("pond_area", "水面面积", LAND, "亩", 100),
    _flag("cooperative", "是否加入合作社", LAND, "是否加入农民专业合作组织"),
    _flag("led_by_firm", "是否有龙头企业带动", LAND),
    _flag("led_by_leader", "是否有创业致富带头人带动", LAND, "是否有致富带头人带动"),
    _text("carer", "帮扶责任人", CARER, "帮扶责任人姓名"),
    _text("carer_unit", "帮扶单位", CARER),
    _text("contact", "监测联系人", CARER),
    Field("income_year", "年度", MONEY, Kind.YEAR, low=Decimal(2014), high=Decimal(2100)),
    *(
        _amount(key, label, MONEY, "元", 10_000_000, *more, low=-10_000_000 if key.startswith(("net", "reference")) else 0)
        for key, label, more in (
            ("wages", "工资性收入", ()), ("business", "生产经营性收入", ()), ("property", "财产性收入", ()), ("transfers", "转移性收入", ()),
            ("business_costs", "生产经营性支出", ()), ("net_income", "家庭纯收入", ("年纯收入",)),
            ("net_per_head", "人均纯收入", ("家庭人均纯收入",)), ("compensation", "家庭理赔收入", ()), ("own_payments", "合规自付支出", ()),
            ("reference_income", "纳入监测对象的收入参考范围", ("收入参考范围",)),
            ("reference_per_head", "纳入监测对象的人均收入参考范围", ("人均收入参考范围",)),
        )
    ),
    *(
        _text(f"help_{key}", label, HELP, *more)
        for key, label, more in (
            ("industry", "产业帮扶", ()), ("jobs", "就业帮扶", ()), ("finance", "金融帮扶", ()), ("posts", "公益岗位帮扶", ()),
            ("housing", "住房安全保障", ()), ("water", "饮水安全保障", ()), ("health", "健康帮扶", ()), ("schooling", "义务教育保障", ()),
            ("education", "教育帮扶", ("其他教育帮扶",)), ("cover", "综合保障", ()), ("society", "社会帮扶", ()),
        )
    ),
)  # fmt: skip

PERSON_FIELDS: tuple[Field, ...] = (
    _text("name", "姓名", SELF, "成员姓名", "人员姓名", column="name"),
    _text("former_name", "曾用名", SELF, column="former_name"),
    _pick("id_type", "证件类型", SELF, codes.PAPER, "证件种类", column="id_type"),
    _text("id_number", "证件号码", SELF, "身份证号", "身份证号码", "公民身份号码", "证件号", "身份证件号码", column="id_number", sealed=True),
    _pick("sex", "性别", SELF, _SEX_CODES, column="sex"),
    _time("birthday", "出生日期", SELF, Kind.DATE, "出生年月日", "生日", "出生年月", column="birthday"),
    _pick(
        "relation", "与户主关系", SELF, codes.RELATION, "与户主的关系", "家庭关系", "关系", column="relation", by_hand=False
    ),
    _text(
        "phone", "成员联系电话", SELF, "家庭成员联系电话", "人联系电话", "个人联系电话", "本人联系电话", "人员联系电话", column="phone", sealed=True,
    ),
    _pick("ethnicity", "民族", SELF, codes.ETHNICITY, column="ethnicity"),
    _pick("political", "政治面貌", SELF, codes.POLITICAL),
    _flag("mandarin", "是否会讲普通话", SELF),
    _flag("resettled_person", "是否易地搬迁人口", SELF),
    _pick("education", "文化程度", SCHOOL, codes.EDUCATION, column="education"),
    _pick("student_status", "在校生状况", SCHOOL, codes.STUDENT, "在校状况", "在校生情况", column="student_status"),
    _text("school", "就读学校", SCHOOL, "学校"),
    _pick("dropout_why", "失学或辍学原因", SCHOOL, codes.DROPOUT, "失学辍学原因"),
    _pick("health", "健康状况", BODY, codes.HEALTH, "身体状况", kind=Kind.MULTI, column="health"),
    _pick("disability_kind", "残疾类别", BODY, codes.DISABILITY_KIND, "残疾类型"),
    _pick("disability_level", "残疾等级", BODY, codes.DISABILITY_LEVEL, "残疾级别", column="disability_level"),
    Field("disability_since", "残疾证办证年度", BODY, Kind.YEAR, low=Decimal(1990), high=Decimal(2100)),
    _pick("labour", "劳动技能", WORK, codes.LABOUR, "劳动能力", "劳动力状况", column="labour"),
    _text("work_place", "务工所在地", WORK, "务工地点", "务工省", "务工区域"),
    _text("work_county", "务工县", WORK, "务工所在县"),
    _amount("work_months", "务工时间", WORK, "月", 12, "务工时间(月)", "务工月数"),
    _text("work_firm", "务工企业名称", WORK, "务工企业", "务工单位"),
    _text("work_trade", "所属行业", WORK, "务工行业"),
    _pick("work_channel", "就业渠道", WORK, codes.JOB_CHANNEL),
    _amount("work_pay", "务工月收入", WORK, "元", 50_000, "月收入"),
    _time("work_from", "务工开始时间", WORK, Kind.MONTH, "开始务工时间"),
    _time("work_until", "务工结束时间", WORK, Kind.MONTH, "结束务工时间"),
    _flag("work_escorted", "是否点对点输送", WORK),
    _amount("work_fare", "年度交通费补助", WORK, "元", 5_000),
    _pick("post", "公益性岗位", WORK, codes.POST, "公益岗位类型", "公益岗位"),
    _amount("post_months", "公益岗位聘用月数", WORK, "月", 12, "公益性岗位(月)", "聘用月数"),
    _flag("insured_resident", "是否参加城乡居民基本医疗保险", COVER, "是否参加城乡居民基本医保", "参加城乡居民基本医保"),
    _flag("insured_employee", "是否参加城镇职工基本医疗保险", COVER, "是否参加职工基本医保", "参加职工基本医保"),
    _flag("insured_serious", "是否参加大病保险", COVER, "参加大病保险"),
    _flag("insured_business", "是否参加商业补充医疗保险", COVER, "参加商业补充医保", "是否参加商业保险"),
    _flag("medical_aid", "是否享受医疗救助", COVER, "享受医疗救助"),
    _flag("pension_resident", "是否参加城乡居民基本养老保险", COVER, "是否参加城乡居民养老", "参加城乡居民养老"),
    _flag("pension_employee", "是否参加城镇职工基本养老保险", COVER, "是否参加职工养老", "参加职工养老"),
    _pick("minimum_living", "是否享受低保", COVER, codes.MINIMUM_LIVING, "低保", "是否低保", "享受低保", column="minimum_living"),
    _pick("destitute", "是否特困供养", COVER, codes.DESTITUTE, "特困", "是否特困", "是否特困供养人员", "特困供养", column="destitute"),
    _pick("support_way", "供养方式", COVER, codes.SUPPORT_WAY),
    _pick("care_level", "护理等级", COVER, codes.CARE_LEVEL),
    _pick("state", "人员状态", STATE, codes.PERSON_STATE),
    _text("state_why", "变更原因", STATE, "人员变更原因"),
    _time("state_on", "变更日期", STATE, Kind.DATE, "人员变更日期"),
    _time("found_on", "人员识别时间", STATE, Kind.MONTH),
)  # fmt: skip

FIELDS = (*HOUSEHOLD_FIELDS, *PERSON_FIELDS)
BY_KEY = {field.key: field for field in FIELDS}
BY_COLUMN = {(field.of.value, field.column): field for field in FIELDS if field.column}
GROUPS = tuple({field.group.slug: field.group for field in FIELDS}.values())


def fields_of(group: Group) -> tuple[Field, ...]:
    return tuple(field for field in FIELDS if field.group == group)


def groups_of(of: Of) -> tuple[Group, ...]:
    return tuple(group for group in GROUPS if group.of == of)


def unknown_of(row) -> list[tuple[str, str]]:
    """(heading, text) of what a file said under headings that no field has."""
    return [(key, str(value)) for key, value in row.other.items() if key not in BY_KEY]
