"""Lists of 民政局, 残联, 人社局 and 扶贫办 (domain.md 3.3), and the rosters of people they support."""

from dataclasses import replace

from screening.extracts.columns import (
    ACCOUNT,
    ADDRESS,
    BIRTHDAY,
    CERTIFICATE,
    GUARDIAN,
    GUARDIAN_PHONE,
    HEAD,
    HEAD_ID,
    HEAD_NAME,
    HEAD_NUMBER,
    IDENTITY,
    KNOWN_BY,
    PERSON,
    PHONE,
    PLACE,
    RELATION,
    REMARK,
    SEX,
    SIZE,
    amount,
    choice,
    day,
    text,
)
from screening.extracts.layout import Column, ColumnKind, ListFormat

CLIENT = (*PERSON, SEX, BIRTHDAY, *PLACE, ADDRESS, PHONE, HEAD_NAME, HEAD_ID, RELATION)
CLIENT_KNOWN = (KNOWN_BY,)
MONTH = Column("month", "月份", ColumnKind.MONTH, aliases=("发放月份", "年月", "所属月份"))
SUPPORT_KIND = text(
    "category", "保障类别", "救助类别", "保障类型", "类别", "对象类别", "救助类型", "人员类别", "儿童类别"
)
MONTHLY = amount(
    "monthly",
    "月保障金额",
    "月保障金",
    "保障金额",
    "月补助金额",
    "月救助金额",
    "补助水平",
    "月供养金",
    "供养金",
    "补助金额",
)
STARTED_ON = day(
    "started_on", "起始日期", "批准日期", "享受日期", "开始日期", "起始时间", "批准时间", "审批日期", "纳入日期"
)
STOPPED_ON = day("stopped_on", "停发日期", "停发时间", "停止日期", "退出日期", "终止日期")
CARE_FORM = choice(
    "care_form",
    "供养方式",
    ("集中", "分散"),
    "供养形式",
    "供养类型",
    synonyms=(("集中供养", "集中"), ("分散供养", "分散"), ("机构供养", "集中"), ("居家", "分散")),
)
SELF_CARE = choice(
    "self_care",
    "自理能力",
    ("全自理", "半护理", "全护理"),
    "护理等级",
    "生活自理能力",
    "自理情况",
    "照料护理等级",
    synonyms=(
        ("自理", "全自理"),
        ("完全自理", "全自理"),
        ("能自理", "全自理"),
        ("半自理", "半护理"),
        ("部分自理", "半护理"),
        ("部分失能", "半护理"),
        ("半失能", "半护理"),
        ("不能自理", "全护理"),
        ("不自理", "全护理"),
        ("失能", "全护理"),
        ("完全失能", "全护理"),
        ("完全丧失自理能力", "全护理"),
    ),
)
CARER = Column(
    "carer", "照料人", ColumnKind.NAME, aliases=("照料护理人", "照料人姓名", "护理人", "照护人", "照料服务人")
)
CARER_PHONE = Column(
    "carer_phone", "照料人电话", ColumnKind.PHONE, aliases=("照料人联系电话", "护理人电话", "照护人电话")
)
LEVELS = ("一级", "二级", "三级", "四级")
LEVEL_SYNONYMS = tuple(
    (written, level)
    for level, forms in zip(LEVELS, ("1一壹I", "2二贰II", "3三叁III", "4四肆IV"), strict=True)
    for form in (*forms[:3], forms[3:])
    for written in (form, f"{form}级", f"残疾{form}级")
    if written != level
)
LEVEL = choice("level", "残疾等级", LEVELS, "等级", "残疾级别", "级别", synonyms=LEVEL_SYNONYMS)
DISABILITY = choice(
    "disability",
    "残疾类别",
    ("视力", "听力", "言语", "肢体", "智力", "精神", "多重"),
    "残疾类型",
    "残疾种类",
    synonyms=tuple(
        (written, name)
        for number, name in enumerate(("视力", "听力", "言语", "肢体", "智力", "精神", "多重"), 1)
        for written in (str(number), f"{name}残疾")
    ),
)
ISSUED_ON = day("issued_on", "发证日期", "办证日期", "发证时间", "办证时间", "评定日期", "首次办证日期")
DISABLED = (*PERSON, CERTIFICATE, SEX, BIRTHDAY, *PLACE, ADDRESS, PHONE, GUARDIAN, GUARDIAN_PHONE)
DISABLED_KNOWN = (("id_number", "certificate", "birthday", "phone", "address", "village"),)

LISTS = (
    ListFormat(
        "CIV-1",
        "低保新增、停发、在享",
        "CIV",
        "monthly",
        (
            *CLIENT,
            SUPPORT_KIND,
            replace(SIZE, label="保障人数", aliases=("保障人口", *SIZE.aliases)),
            MONTHLY,
            choice(
                "change",
                "状态",
                ("新增", "停发", "在享"),
                "变动类型",
                "变动情况",
                "享受状态",
                synonyms=(("正常", "在享"), ("退出", "停发")),
            ),
            STARTED_ON,
            STOPPED_ON,
            text("reason", "停发原因", "原因", "退出原因"),
            ACCOUNT,
            REMARK,
        ),
        key=("id_number", "started_on", "stopped_on"),
        required_any=(*CLIENT_KNOWN, ("started_on", "stopped_on", "change")),
    ),
    ListFormat(
        "CIV-2",
        "特困供养人员名册",
        "CIV",
        "monthly",
        (
            *CLIENT,
            replace(CARE_FORM, required=True),
            replace(SELF_CARE, required=True),
            replace(CARER, required=True),
            CARER_PHONE,
            MONTHLY,
            ACCOUNT,
            REMARK,
        ),
        key=("id_number",),
        required_any=CLIENT_KNOWN,
    ),
    ListFormat(
        "CIV-3",
        "孤儿、事实无人抚养儿童、留守儿童和老人",
        "CIV",
        "monthly",
        (
            *CLIENT,
            replace(
                SUPPORT_KIND, label="类别", aliases=("保障类别", *SUPPORT_KIND.aliases), required=True, essential=True
            ),
            GUARDIAN,
            GUARDIAN_PHONE,
            text("guardian_relation", "与监护人关系", "监护关系"),
            MONTHLY,
            REMARK,
        ),
        key=("id_number", "category"),
        required_any=CLIENT_KNOWN,
    ),
    ListFormat(
        "CIV-4",
        "临时救助发放",
        "CIV",
        "monthly",
        (
            *CLIENT,
            text("reason", "原因", "救助原因", "困难原因", "救助事由", "事由"),
            amount(
                "granted",
                "救助金额",
                "金额",
                "发放金额",
                "临时救助金额",
                "救助金额(元)",
                required=True,
                essential=True,
            ),
            day("granted_on", "发放日期", "日期", "救助日期", "发放时间", "救助时间", "批准日期"),
            ACCOUNT,
            REMARK,
        ),
        key=("id_number", "granted_on", "granted"),
        required_any=CLIENT_KNOWN,
    ),
    ListFormat(
        "CIV-R",
        "社会救助对象",
        "CIV",
        "monthly",
        (
            *CLIENT,
            replace(SUPPORT_KIND, required=True),
            CARE_FORM,
            SELF_CARE,
            CARER,
            CARER_PHONE,
            MONTHLY,
            replace(STARTED_ON, label="批准日期", aliases=("起始日期", *STARTED_ON.aliases)),
            STOPPED_ON,
            text("reason", "救助原因", "原因", "困难原因", "致贫原因"),
            ACCOUNT,
            REMARK,
        ),
        key=("id_number", "category", "started_on"),
        roster=True,
        sheets_hint="一类对象一张工作表",
        required_any=CLIENT_KNOWN,
    ),
    ListFormat(
        "DIS-1",
        "新办、变更、注销残疾证",
        "DIS",
        "monthly",
        (
            *DISABLED,
            choice(
                "change",
                "变动类型",
                ("新办", "变更", "注销"),
                "类型",
                "办证类型",
                "业务类型",
                "变更类型",
                "办理类型",
                synonyms=(
                    ("新证", "新办"),
                    ("首次办证", "新办"),
                    ("换证", "变更"),
                    ("换领", "变更"),
                    ("补办", "变更"),
                    ("等级变更", "变更"),
                ),
            ),
            DISABILITY,
            replace(LEVEL, required=True),
            replace(LEVEL, key="former_level", label="原残疾等级", aliases=("原等级", "变更前等级", "原级别")),
            ISSUED_ON,
            REMARK,
        ),
        key=("id_number", "change", "issued_on"),
        required_any=DISABLED_KNOWN,
    ),
    ListFormat(
        "DIS-2",
        "残疾人两项补贴发放",
        "DIS",
        "monthly",
        (
            *DISABLED,
            IDENTITY,
            DISABILITY,
            replace(LEVEL, required=True),
            text("subsidy", "补贴类型", "补贴项目", "补贴种类", "两项补贴", "享受补贴", required=True),
            amount("monthly", "月标准", "补贴标准", "月补贴标准", "补贴金额"),
            text("payment", "状态", "发放状态", "享受状态"),
            MONTH,
            REMARK,
        ),
        key=("id_number", "subsidy", "month"),
        required_any=DISABLED_KNOWN,
    ),
    ListFormat(
        "DIS-R",
        "持证残疾人名册",
        "DIS",
        "monthly",
        (
            *DISABLED,
            DISABILITY,
            replace(LEVEL, required=True),
            ISSUED_ON,
            day("valid_until", "有效期至", "有效期", "有效期止", "证件有效期"),
            text("subsidy", "两项补贴", "补贴类型", "享受补贴"),
            IDENTITY,
            REMARK,
        ),
        key=("certificate",),
        roster=True,
        required_any=DISABLED_KNOWN,
    ),
    ListFormat(
        "HR-R",
        "农村劳动力外出务工台账",
        "HR",
        "monthly",
        (
            *PERSON,
            SEX,
            BIRTHDAY,
            *PLACE,
            ADDRESS,
            PHONE,
            text("work_place", "就业地点", "务工地点", "务工所在地", "就业地"),
            text("employer", "就业单位", "务工单位", "务工企业名称", "用工单位", "单位"),
            amount("wage", "月工资", "月收入", "务工月收入", "工资", "月工资收入", "月薪"),
            day("employed_on", "就业时间", "务工时间", "就业日期", "外出时间", "外出务工时间", "开始时间"),
            text("work_status", "就业状态", "务工状态", "状态", "当前状态"),
            day("returned_on", "返乡日期", "返乡时间", "失业日期", "失业时间", "返乡(失业)日期", "离职日期"),
            text("skill", "技能", "技能特长", "劳动技能"),
            REMARK,
        ),
        key=("id_number", "employed_on"),
        roster=True,
        required_any=(("id_number", "birthday", "phone", "address", "village"),),
    ),
    ListFormat(
        "FPB-1",
        "低收入农户",
        "FPB",
        "monthly",
        (
            HEAD,
            HEAD_NUMBER,
            *PLACE,
            ADDRESS,
            PHONE,
            SIZE,
            text("household_number", "户编号", "户号"),
            amount("net_income", "家庭纯收入", "家庭年纯收入", "年纯收入", "家庭收入", "家庭年收入"),
            amount(
                "per_head",
                "人均纯收入",
                "家庭人均纯收入",
                "人均收入",
                "年人均纯收入",
                "人均可支配收入",
                essential=True,
            ),
            Column("year", "年度", ColumnKind.YEAR, aliases=("年份", "收入年度")),
            text("reason", "主要原因", "原因", "低收入原因", "致贫原因"),
            REMARK,
        ),
        key=("id_number", "year"),
        household_level=True,
        required_any=(("id_number", "village", "address", "phone"), ("per_head", "net_income")),
    ),
)
