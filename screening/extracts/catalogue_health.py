"""Lists of 医保局 and 卫健局 (domain.md 3.3), and the full rosters their systems export every month."""

from dataclasses import replace

from screening.extracts.columns import (
    ADDRESS,
    BIRTHDAY,
    HAMLET,
    IDENTITY,
    KNOWN_BY,
    PERSON,
    PHONE,
    PLACE,
    REMARK,
    SELF_PAY_ALIASES,
    SEX,
    TOWNSHIP,
    VILLAGE,
    YEAR,
    amount,
    choice,
    day,
    text,
)
from screening.extracts.layout import Column, ColumnKind, ListFormat

MONTH = Column("month", "费用月份", ColumnKind.MONTH, aliases=("月份", "年月", "结算月份", "所属期", "费款所属期"))
HOSPITAL = text(
    "hospital",
    "医疗机构",
    "就诊医疗机构名称",
    "医药机构名称",
    "医疗机构名称",
    "定点医疗机构",
    "就诊机构",
    "医院",
    "定点医院",
    "就诊医院",
    "救治医院",
)
DISEASE = text(
    "disease", "疾病名称", "疾病", "病种", "病种名称", "诊断", "诊断名称", "主要诊断", "大病病种", "疾病诊断"
)
DIAGNOSED_ON = day("diagnosed_on", "确诊日期", "确诊时间", "诊断日期", "发病日期")
SETTLEMENT = text("settlement", "结算流水号", "结算号", "结算单号", "流水号", "结算编号", "单据号", "就诊流水号")
ADMITTED_ON = day("admitted_on", "入院日期", "入院时间", "就诊日期", "就诊时间", "开始日期", "费用开始日期")
SETTLED_ON = day("settled_on", "出院日期", "出院时间", "结算时间", "结算日期", "结束日期", "费用结束日期")
TOTAL = amount("total", "医疗总费用", "总费用", "医疗费总额", "总金额", "费用总额", "医疗费用总额", "医疗费用")
COVERED = amount(
    "covered", "政策范围内费用", "政策范围内", "医保政策范围内费用", "医保政策范围费用", "合规费用", "符合范围费用"
)
POOLED = amount(
    "pooled", "统筹支付", "统筹报销", "统筹报销金额", "基本医保支付", "基本医保报销", "统筹基金支付", "统筹"
)
MAJOR = amount("major", "大病保险支付", "大病报销", "大病报销金额", "大额报销", "大病保险报销", "大病保险", "大病")
AID = amount("aid", "医疗救助支付", "医疗救助", "医疗救助金额", "救助金额", "医疗救助报销", "救助")
SELF_PAY = amount("self_pay", "个人自付", *SELF_PAY_ALIASES, required=True, essential=True)
YEAR_SELF_PAY = amount(
    "year_self_pay", "年度累计自付", "累计自付", "年内累计自付", "年度累计个人自付", "本年累计自付", "年累计自付"
)
INSURED = ("已缴费", "资助参保", "未缴费", "未参保", "停保", "职工参保", "异地参保")
INSURED_SYNONYMS = (
    ("已参保", "已缴费"),
    ("正常参保", "已缴费"),
    ("参保", "已缴费"),
    ("正常", "已缴费"),
    ("缴费", "已缴费"),
    ("代缴", "资助参保"),
    ("资助", "资助参保"),
    ("欠费", "未缴费"),
    ("未缴", "未缴费"),
    ("无", "未参保"),
    ("断保", "停保"),
    ("暂停参保", "停保"),
)
PATIENT = (*PERSON, SEX, BIRTHDAY, *PLACE, ADDRESS, PHONE)
PATIENT_KNOWN = (KNOWN_BY[:-1],)
LISTS = (
    ListFormat(
        "MI-1",
        "大额医疗费用人员",
        "MI",
        "monthly",
        (
            *PATIENT,
            IDENTITY,
            HOSPITAL,
            DISEASE,
            SETTLEMENT,
            ADMITTED_ON,
            SETTLED_ON,
            TOTAL,
            COVERED,
            POOLED,
            MAJOR,
            AID,
            SELF_PAY,
            YEAR_SELF_PAY,
            REMARK,
        ),
        key=("id_number", "settlement"),
        required_any=PATIENT_KNOWN,
    ),
    ListFormat(
        "MI-2",
        "门诊慢特病、门诊统筹高额费用",
        "MI",
        "monthly",
        (
            *PATIENT,
            IDENTITY,
            DISEASE,
            Column("visits", "就诊次数", ColumnKind.INTEGER, aliases=("次数", "门诊次数", "人次")),
            MONTH,
            TOTAL,
            POOLED,
            SELF_PAY,
            REMARK,
        ),
        key=("id_number", "disease", "month"),
        required_any=PATIENT_KNOWN,
    ),
    ListFormat(
        "MI-3",
        "未参加基本医保人员",
        "MI",
        "monthly",
        (
            *PATIENT,
            IDENTITY,
            YEAR,
            choice(
                "insured",
                "参保状态",
                INSURED,
                "缴费状态",
                "是否参保",
                synonyms=(*INSURED_SYNONYMS, ("是", "已缴费"), ("否", "未参保")),
            ),
            text("scheme", "险种", "参加险种", "险种类型", "参保险种"),
            text("insured_at", "参保地", "参保地区", "参保所在地"),
            day("paid_on", "缴费日期", "缴费时间"),
            text("reason", "未参保原因", "原因", "未缴费原因"),
            REMARK,
        ),
        key=("id_number", "year"),
        required_any=PATIENT_KNOWN,
    ),
    ListFormat(
        "MI-R",
        "参保缴费明细",
        "MI",
        "monthly",
        (
            *PATIENT,
            text("member_number", "个人编号", "人员编号", "参保编号", "个人编码", "医保个人编号"),
            text("certificate_kind", "证件类型", "证件种类"),
            text("scheme", "险种类型", "险种", "参加险种", "参保险种"),
            IDENTITY,
            YEAR,
            choice(
                "insured", "缴费状态", INSURED, "参保状态", "参保缴费状态", required=True, synonyms=INSURED_SYNONYMS
            ),
            amount("paid", "个人缴费金额", "缴费金额", "个人缴费", "缴费额"),
            day("paid_on", "缴费日期", "缴费时间"),
            REMARK,
        ),
        key=("id_number", "year"),
        roster=True,
        required_any=PATIENT_KNOWN,
    ),
    ListFormat(
        "MI-S",
        "医疗费用结算明细",
        "MI",
        "monthly",
        (
            *PATIENT,
            IDENTITY,
            SETTLEMENT,
            choice(
                "care",
                "医疗类别",
                ("住院", "门诊慢特病", "普通门诊"),
                "就诊类别",
                "医保就诊类别",
                "就医类别",
                required=True,
                synonyms=(
                    ("普通住院", "住院"),
                    ("住院治疗", "住院"),
                    ("门诊", "普通门诊"),
                    ("门诊统筹", "普通门诊"),
                    ("门诊特殊病", "门诊慢特病"),
                    ("门诊慢性病", "门诊慢特病"),
                    ("门慢", "门诊慢特病"),
                    ("门特", "门诊慢特病"),
                ),
            ),
            HOSPITAL,
            DISEASE,
            ADMITTED_ON,
            SETTLED_ON,
            TOTAL,
            COVERED,
            POOLED,
            MAJOR,
            AID,
            SELF_PAY,
            REMARK,
        ),
        key=("settlement",),
        roster=True,
        required_any=PATIENT_KNOWN,
    ),
    ListFormat(
        "HLT-1",
        "大病专项救治新增患者",
        "HLT",
        "monthly",
        (
            *PATIENT,
            replace(DISEASE, label="病种", aliases=("疾病名称", *DISEASE.aliases), required=True, essential=True),
            DIAGNOSED_ON,
            HOSPITAL,
            text("treatment", "救治情况", "救治状态", "治疗情况", "救治进展"),
            REMARK,
        ),
        key=("id_number", "disease"),
        required_any=PATIENT_KNOWN,
    ),
    ListFormat(
        "HLT-4",
        "死亡、出生人员",
        "HLT",
        "monthly",
        (
            *PERSON,
            SEX,
            BIRTHDAY,
            *PLACE,
            ADDRESS,
            choice(
                "event",
                "类别",
                ("死亡", "出生"),
                "变动类型",
                "变动类别",
                "事件",
                "类型",
                synonyms=(("去世", "死亡"), ("死", "死亡"), ("新生儿", "出生"), ("新生", "出生")),
            ),
            day(
                "happened_on", "日期", "死亡日期", "出生日期(出生)", "变动日期", "死亡时间", "发生日期", required=True
            ),
            text("cause", "原因", "死亡原因", "死因"),
            REMARK,
        ),
        key=("id_number", "event"),
        required_any=(("id_number", "birthday", "address", "village"),),
    ),
    ListFormat(
        "HLT-R",
        "慢病大病患者管理台账",
        "HLT",
        "monthly",
        (
            *PERSON,
            SEX,
            BIRTHDAY,
            Column("age", "年龄", ColumnKind.INTEGER, aliases=("周岁", "年龄(岁)"), role="age"),
            TOWNSHIP,
            VILLAGE,
            HAMLET,
            ADDRESS,
            replace(DISEASE, label="病种", aliases=("疾病名称", *DISEASE.aliases), required=True),
            DIAGNOSED_ON,
            HOSPITAL,
            text("contract", "签约状态", "家庭医生签约", "是否签约", "签约情况"),
            PHONE,
            REMARK,
        ),
        key=("id_number", "disease"),
        roster=True,
        required_any=PATIENT_KNOWN,
    ),
)
