"""The full rosters that departments' systems export every month: -R and -S lists (columns as their systems name them)."""

import numpy as np
import pandas as pd

from fangpin.demo import crowd, identity, timeline
from fangpin.demo.books import Book, Sheet
from fangpin.demo.county import County
from fangpin.demo.crowd import Crowd, Habits, People, mixed
from fangpin.demo.identity import stream
from fangpin.demo.months import Month


class Office:
    """Everything one department needs to write one list of one month."""

    def __init__(self, county: County, month: Month, people: People, code: str):
        self.county, self.month, self.people = county, month, people
        self.rng = stream(month.seed, "office", code, month.period)
        self.label = f"{month.period[:4]}年{int(month.period[5:])}月"

    def crowd(self, who: np.ndarray, habits: Habits) -> Crowd:
        return Crowd(self.people, who, habits, self.rng)

    def scattered(self, count: int, rate: float) -> frozenset[int]:
        """Some data rows, by position."""
        return frozenset(np.flatnonzero(self.rng.random(count) < rate).tolist())


def serials(count: int, first: int = 1) -> np.ndarray:
    return np.array(range(first, first + count), dtype=object)


def cells(values) -> np.ndarray:
    """Any column as an object array of Python values."""
    return np.array(np.asarray(values).tolist(), dtype=object)


def total(columns: dict, **marks) -> list:
    """A 合计 row: the given cells by header, blank elsewhere."""
    return [marks.get(header, "") for header in columns]


def insured(office: Office) -> Book:
    """MI-R: a clean machine export, header in row 1, a few blank rows."""
    frame = mixed(office.month.insurance, office.people, office.rng, 0.02, 0.001)
    frame = frame.iloc[office.rng.permutation(len(frame))]
    who = frame["who"].to_numpy()
    people = office.crowd(who, crowd.SYSTEM)
    townships, villages = people.places()
    columns = {
        "个人编号": np.array([f"450399{n:011d}" for n in range(len(who))], dtype=object),
        "姓名": people.names(),
        "证件类型": np.full(len(who), "居民身份证", dtype=object),
        "证件号码": people.ids(),
        "险种类型": np.full(len(who), "城乡居民基本医疗保险", dtype=object),
        "参保身份": cells(frame["identity"]),
        "缴费年度": np.full(len(who), 2021, dtype=object),
        "缴费状态": cells(frame["status"]),
        "个人缴费金额": people.amounts(frame["paid"]),
        "乡镇": townships,
        "村（社区）": villages,
        "缴费日期": people.dates(frame["day"]),
    }
    sheet = Sheet("参保明细", columns, who, kinds=people.kinds, blanks=office.scattered(len(who), 0.002))
    return Book("MI-R", "医保局", "2021年参保缴费明细", [sheet])


def settlements(office: Office) -> Book:
    """MI-S: every settlement since New Year, GB18030 text."""
    frame = office.month.settlements
    frame = frame.assign(serial=[f"JS2021{n:010d}" for n in range(len(frame))])
    frame = mixed(frame, office.people, office.rng, 0.01, 0.0005)
    people = office.crowd(frame["who"], crowd.BILLING)
    columns = {
        "结算流水号": cells(frame["serial"]),
        "姓名": people.names(),
        "公民身份号码": people.ids(),
        "医疗类别": cells(frame["kind"]),
        "定点医疗机构": cells(frame["hospital"]),
        "入院日期": people.dates(frame["admitted"], "admitted"),
        "出院日期": people.dates(frame["day"]),
        "医疗总费用": people.amounts(frame["total"], "total"),
        "统筹支付": people.amounts(frame["pooled"], "pooled"),
        "大病保险支付": cells(frame["serious"]),
        "医疗救助支付": cells(frame["aid"]),
        "个人自付": people.amounts(frame["own"]),
    }
    return Book(
        "MI-S",
        "医保局",
        "医疗费用结算明细",
        [Sheet("Sheet1", columns, frame["who"].to_numpy(), kinds=people.kinds)],
        "csv",
    )


def pupils(office: Office) -> Book:
    """EDU-R: a sheet per stage, each with its own headers and its own header row."""
    frame = mixed(office.month.enrolment, office.people, office.rng, 0.02, 0.006, ages=(6, 18))
    stages = (
        (
            "小学",
            1,
            6,
            "序号 学校名称 年级 学生姓名 性别 身份证件号 出生日期 家庭住址 监护人姓名 监护人联系电话 学籍状态 备注",
        ),
        (
            "初中",
            7,
            9,
            "序号 就读学校 年级 姓名 性别 学生身份证号码 出生年月日 户籍地址 家长姓名 家长电话 就读状态 备注",
        ),
        (
            "高中及中职",
            10,
            12,
            "序号 学校 就读年级 学生姓名 性别 公民身份号码 出生日期 家庭地址 家长姓名 家长联系电话 在读状态 备注",
        ),
    )
    sheets, first = [], 1
    for name, low, high, headers in stages:
        part = frame[frame["grade"].between(low, high)]
        people = office.crowd(part["who"], crowd.SCHOOL)
        count = len(part)
        values = (
            serials(count, first),
            cells(part["school"]),
            np.array(
                [f"{grade}年级" if high < 10 else f"高{'一二三'[grade - 10]}" for grade in part["grade"]], dtype=object
            ),
            people.names(),
            people.of("sex"),
            people.ids(),
            people.dates(people.of("birth")),
            people.addresses(),
            people.of("head_name"),
            people.phones(of_household=True),
            cells(part["status"]),
            np.full(count, "", dtype=object),
        )
        first += count
        columns = dict(zip(headers.split(), values, strict=True))
        sheet = Sheet(name, columns, part["who"].to_numpy(), kinds=people.kinds, blanks=office.scattered(count, 0.004))
        if name == "小学":
            sheet.titles = [
                "阳朔县义务教育阶段学生基本情况表",
                f"填报单位：县教育局            填报时间：{office.label}",
            ]
            sheet.footers = [total(columns, 序号="合计", 学生姓名=f"{count}人")]
        elif name == "高中及中职":
            sheet.titles = ["高中阶段学生名册"]
        sheets.append(sheet)
    return Book("EDU-R", "教育局", "学籍学生信息", sheets)


def patients(office: Office) -> Book:
    """HLT-R: chronic and serious diseases, a row per diagnosis, kept by village doctors."""
    frame = mixed(office.month.illness, office.people, office.rng)
    frame = frame.iloc[office.rng.permutation(len(frame))]
    people = office.crowd(frame["who"], crowd.CLINIC)
    townships, villages = people.places()
    columns = {
        "序号": serials(len(frame)),
        "患者姓名": people.names(),
        "身份证号": people.ids(),
        "性别": people.of("sex"),
        "年龄": cells(people.ages(2021)),
        "乡（镇）": townships,
        "村委会": villages,
        "病种": cells(frame["disease"]),
        "确诊日期": people.dates(frame["day"], month_only=0.006),
        "就诊机构": cells(frame["hospital"]),
        "签约状态": cells(frame["signed"]),
        "联系方式": people.phones(),
    }
    sheet = Sheet("Sheet1", columns, frame["who"].to_numpy(), ["阳朔县慢性病、大病患者管理台账"], kinds=people.kinds)
    sheet.footers = [total(columns, 序号="合计", 病种=f"{len(frame)}人次")]
    sheet.blanks = office.scattered(len(frame), 0.002)
    return Book("HLT-R", "卫健局", "慢病大病患者管理台账", [sheet])


def houses(office: Office) -> Book:
    """HOU-R: a row per household, three rows above the header, filled in by hand in the villages."""
    frame = office.month.housing.assign(who=office.county.households["head"].to_numpy()[office.month.housing["home"]])
    frame = mixed(frame, office.people, office.rng, ages=(22, 90))
    people = office.crowd(frame["who"], crowd.FIELD)
    townships, villages = people.places()
    grades = cells(frame["grade"])
    short = office.rng.random(len(frame)) < 0.01
    grades[short] = [grade[0].lower() if office.rng.random() < 0.5 else grade[0] for grade in grades[short]]
    columns = {
        "序号": serials(len(frame)),
        "所在乡镇": townships,
        "行政村": villages,
        "自然村（屯）": people.hamlets(villages),
        "户主姓名": people.names(),
        "户主身份证号码": people.ids(),
        "家庭人口数": cells(people.of("size")),
        "房屋结构": cells(frame["structure"]),
        "建成年份": cells(frame["built"]),
        "鉴定等级": grades,
        "鉴定时间": people.dates(frame["day"]),
        "联系电话": people.phones(of_household=True),
    }
    sheet = Sheet("排查表", columns, frame["who"].to_numpy(), kinds=people.kinds)
    sheet.titles = ["农村住房安全排查情况统计表", "填报单位（盖章）：", "单位：平方米、元"]
    sheet.footers = [total(columns, 序号="合计", 户主姓名=f"{len(frame)}户")]
    sheet.blanks = office.scattered(len(frame), 0.003)
    sheet.hidden = office.scattered(len(frame), 0.002)
    return Book("HOU-R", "住建局", "农房安全排查", [sheet])


def water(office: Office) -> Book:
    """WAT-R: a row per household, no ID numbers at all."""
    frame = office.month.water.assign(who=office.county.households["head"].to_numpy()[office.month.water["home"]])
    frame = frame[office.rng.random(len(frame)) > 0.045]  # the water office never has everybody
    frame = mixed(frame, office.people, office.rng, ages=(22, 90))
    people = office.crowd(frame["who"], crowd.FIELD)
    townships, villages = people.places()
    scheme = [villages[row] + name.split("|")[1] + "集中供水工程" for row, name in enumerate(frame["scheme"])]
    columns = {
        "序号": serials(len(frame)),
        "乡镇名称": townships,
        "村委": villages,
        "自然屯": people.hamlets(villages),
        "户主": people.names(),
        "电话": people.phones(of_household=True),
        "人口": cells(people.of("size")),
        "供水工程": np.array(scheme, dtype=object),
        "供水方式": cells(frame["mode"]),
        "水质是否达标": cells(frame["quality"]),
        "停水天数": cells(frame["stopped"]),
        "备注": np.full(len(frame), "", dtype=object),
    }
    sheet = Sheet("到户台账", columns, frame["who"].to_numpy(), ["阳朔县农村饮水安全到户台账"], kinds=people.kinds)
    sheet.blanks = office.scattered(len(frame), 0.001)
    return Book("WAT-R", "水利局", "农村饮水安全到户台账", [sheet])


def assisted(office: Office) -> Book:
    """CIV-R: a sheet per kind of social assistance."""
    grants = office.month.grants.assign(kind="临时救助", monthly=office.month.grants["amount"], care="分散")
    sheets = []
    for kind in ("农村低保", "特困供养", "孤儿及事实无人抚养", "临时救助"):
        source = grants if kind == "临时救助" else office.month.relief[office.month.relief["kind"] == kind]
        frame = mixed(source[["who", "day", "kind", "monthly", "care"]], office.people, office.rng, 0.015, 0.002)
        people = office.crowd(frame["who"], crowd.CIVIL)
        townships, villages = people.places()
        columns = {
            "序号": serials(len(frame)),
            "姓名": people.names(),
            "身份证号码": people.ids(),
            "保障类别": cells(frame["kind"]),
            "供养方式": cells(frame["care"]),
            "月保障金额（元）": people.amounts(frame["monthly"]),
            "批准日期": people.dates(frame["day"]),
            "乡镇": townships,
            "村": villages,
            "户主姓名": people.of("head_name"),
            "与户主关系": np.where(people.of("is_head"), "户主", "成员").astype(object),
            "银行账号": _cards(office, frame["who"].to_numpy()),
        }
        sheet = Sheet(kind, columns, frame["who"].to_numpy(), [f"{kind}对象花名册"], kinds=people.kinds)
        sheet.footers = [total(columns, 姓名="合计", 身份证号码=str(len(frame)))]
        sheets.append(sheet)
    return Book("CIV-R", "民政局", "社会救助对象", sheets)


def _cards(office: Office, who: np.ndarray) -> np.ndarray:
    own = office.county.members["card"].to_numpy(dtype=object)
    return own[who % len(own)]


def disabled(office: Office) -> Book:
    """DIS-R: certificates of 20 digits instead of ID numbers, some reissued (B1)."""
    frame = certified(office, office.month.disability)
    people = office.crowd(frame["who"], crowd.CARDS)
    townships, villages = people.places()
    kinds, levels = timeline.disability_words(frame["kind"].to_numpy(), frame["level"].to_numpy())
    columns = {
        "序号": serials(len(frame)),
        "姓名": people.names(),
        "残疾人证号": people.certificates(frame["number"]),
        "残疾类别": kinds,
        "残疾等级": levels,
        "发证日期": people.dates(frame["day"]),
        "有效期至": people.dates(frame["until"], "until"),
        "乡镇": townships,
        "村（社区）": villages,
        "监护人": people.of("head_name"),
        "联系电话": people.phones(),
        "两项补贴": cells(frame["subsidy"]),
    }
    sheet = Sheet("持证残疾人", columns, frame["who"].to_numpy(), ["持证残疾人基本信息"], kinds=people.kinds)
    return Book("DIS-R", "残联", "持证残疾人名册", [sheet])


def certified(office: Office, source) -> pd.DataFrame:
    """Certificate rows with strangers, whose certificates are made from their own numbers."""
    frame = mixed(source, office.people, office.rng, 0.02, 0.004)
    who = frame["who"].to_numpy()
    own = identity.certificates(office.people.id[who], frame["kind"], frame["level"], np.zeros(len(who), dtype=bool))
    return frame.assign(number=np.where(who >= office.people.count, own, frame["number"]))


def workers(office: Office) -> Book:
    """HR-R: people working away, with 返乡 and 失业 in the remarks."""
    frame = mixed(office.month.work, office.people, office.rng, 0.02, 0.003, ages=(18, 60))
    frame = frame.iloc[office.rng.permutation(len(frame))]
    people = office.crowd(frame["who"], crowd.LABOUR)
    townships, villages = people.places()
    columns = {
        "序号": serials(len(frame)),
        "姓名": people.names(),
        "身份证": people.ids(),
        "就业地点": cells(frame["place"]),
        "就业单位": cells(frame["employer"]),
        "月工资": people.amounts(frame["wage"]),
        "就业时间": people.dates(frame["day"]),
        "技能": cells(frame["skill"]),
        "乡镇": townships,
        "行政村": villages,
        "联系电话": people.phones(),
        "备注": cells(frame["remark"]),
    }
    sheet = Sheet("务工台账", columns, frame["who"].to_numpy(), kinds=people.kinds)
    sheet.titles = ["农村劳动力转移就业台账", f"统计截止：{office.label}{int(str(office.month.last)[8:])}日"]
    sheet.footers = [total(columns, 序号="合计", 姓名=str(len(frame)))]
    sheet.blanks = office.scattered(len(frame), 0.002)
    return Book("HR-R", "人社局", "农村劳动力外出务工", [sheet])


ROSTERS = {
    "EDU-R": pupils,
    "MI-R": insured,
    "MI-S": settlements,
    "HLT-R": patients,
    "HOU-R": houses,
    "WAT-R": water,
    "CIV-R": assisted,
    "DIS-R": disabled,
    "HR-R": workers,
}
