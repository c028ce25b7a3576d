"""The short monthly lists of suspects (疑似名单): what each office thinks the county should look at."""

import numpy as np
import pandas as pd

from fangpin.demo import crowd, medical, mess, timeline
from fangpin.demo.books import Book, Sheet
from fangpin.demo.crowd import Habits, mixed
from fangpin.demo.rosters import Office, cells, certified, serials, total

LOW_INCOME = 6_000  # yuan a head, the line of 2021 (domain 1.8)
TYPED = Habits(0.09, 0.2, 0.4, 0.03, 0.35, 0.09, 0.12, 0.03, 0.1, 0.02, 0.005)  # a clerk's own table


def large_bills(office: Office) -> Book:
    """MI-1: merged title, unit, header in row 3, a column without name, hidden rows, 合计 and signatures."""
    return Book("MI-1", "医保局", "大额医疗费用人员", [bill_sheet(office, bills(office))])


def bills(office: Office, poor: float = 5_000, others: float = 10_000, at_least: int = 0) -> pd.DataFrame:
    """The latest in-patient settlement of everybody whose year-to-date self-pay reaches the limit of his group."""
    paid = office.month.inpatient_self_pay()
    limit = np.where(office.people.kind[paid.index.to_numpy()] == "脱贫户", poor, others)
    chosen = paid[(paid.to_numpy() >= limit) | (np.arange(len(paid)) < at_least)]
    stays = office.month.settlements[office.month.settlements["kind"] == medical.INPATIENT]
    last = stays.drop_duplicates("who", keep="last").set_index("who").loc[chosen.index].reset_index()
    return last.assign(year_to_date=chosen.to_numpy())


def bill_sheet(office: Office, frame: pd.DataFrame, habits: Habits = TYPED) -> Sheet:
    """The sheet of MI-1 for these settlements."""
    frame = mixed(frame, office.people, office.rng, 0.02, 0.012)
    frame = frame.iloc[office.rng.permutation(len(frame))]
    people = office.crowd(frame["who"], habits)
    townships, villages = people.places()
    identity = np.where(people.of("kind") == "脱贫户", "脱贫人口", "普通居民").astype(object)
    columns = {
        "序号": serials(len(frame)),
        "患者姓名": people.names(),
        "身份证号码": people.ids(),
        "镇街": townships,
        "村（居）": villages,
        "优先身份": identity,
        "": np.full(len(frame), "", dtype=object),
        "就诊医疗机构名称": cells(frame["hospital"]),
        "疾病名称": cells(frame["disease"]),
        "入院日期": people.dates(frame["admitted"], "admitted"),
        "出院日期": people.dates(frame["day"]),
        "医疗总费用": people.amounts(frame["total"], "total"),
        "医保政策范围内费用": people.amounts(frame["covered"], "covered"),
        "统筹报销金额": people.amounts(frame["pooled"], "pooled"),
        "大病报销金额": people.amounts(frame["serious"], "serious"),
        "医疗救助金额": people.amounts(frame["aid"], "aid"),
        "个人自付": people.amounts(frame["own"], "own"),
        "年度累计自付": people.amounts(frame["year_to_date"]),
    }
    told = office.people.spared[frame["who"].to_numpy()]
    columns["年度累计自付"][told] = frame["year_to_date"].to_numpy()[told].tolist()
    sheet = Sheet("大额费用", columns, frame["who"].to_numpy().copy(), kinds=people.kinds)
    sheet.titles = [f"阳朔县{office.label}大额医疗费用人员名单", "单位：元"]
    money = round(float(frame["total"].sum()), 2)
    sheet.footers = [total(columns, 序号="合计", 患者姓名=f"{len(frame)}人", 医疗总费用=money)]
    sheet.footers.append(total(columns, 序号="填表人：陶某某", 镇街="审核人：", 入院日期="联系电话：0773-88×××79"))
    sheet.blanks = office.scattered(len(frame), 0.01)
    sheet.hidden = office.scattered(len(frame), 0.015)
    return sheet


def dropouts(office: Office) -> Book:
    """EDU-1: pupils reported as not at school in this month."""
    frame = mixed(office.month.new(office.month.dropouts), office.people, office.rng, 0.05, 0.05, ages=(11, 16))
    people = office.crowd(frame["who"], TYPED)
    townships, villages = people.places()
    grade = _at(office, "grade", frame["who"])
    columns = {
        "序号": serials(len(frame)),
        "学生姓名": people.names(),
        "身份证号": people.ids(),
        "学籍号": np.array([f"G{number}" for number in people.of("id")], dtype=object),
        "性别": people.of("sex"),
        "学校": np.where(grade <= 6, people.of("township") + "中心小学", people.of("township") + "初级中学").astype(
            object
        ),
        "年级": np.array([f"{number}年级" for number in grade], dtype=object),
        "户籍乡镇": townships,
        "户籍村": villages,
        "监护人": people.of("head_name"),
        "联系电话": people.phones(of_household=True),
        "离校日期": people.dates(frame["day"]),
        "原因": cells(frame["reason"]),
        "家访劝返情况": _drawn(office, ("已家访，本人不愿返校", "已电话劝返", "已家访两次", "未联系上"), len(frame)),
    }
    sheet = Sheet(
        "疑似辍学", columns, frame["who"].to_numpy(), [f"{office.label}疑似失学辍学学生名单"], kinds=people.kinds
    )
    sheet.footers = [total(columns, 序号="合计", 学生姓名=f"{len(frame)}人")]
    return Book("EDU-1", "教育局", "疑似失学辍学学生名单", [sheet])


def not_insured(office: Office) -> Book:
    """MI-3: of the 脱贫 and monitored people, those without insurance this year."""
    insurance = office.month.insurance
    paid = np.zeros(office.people.count, dtype=bool)
    paid[insurance["who"].to_numpy()[insurance["status"].to_numpy() != "未缴费"]] = True
    category = office.county.households["category"].to_numpy()[office.people.home[: office.people.count]]
    pushed = (office.people.kind[: office.people.count] == "脱贫户") | (category != "")
    who = np.flatnonzero(pushed & ~paid)
    frame = mixed(pd.DataFrame({"who": who}), office.people, office.rng, 0.02, 0.01)
    people = office.crowd(frame["who"], TYPED)
    townships, villages = people.places()
    blank = np.full(len(frame), "", dtype=object)
    columns = {
        "序号": serials(len(frame)),
        "乡（镇）": townships,
        "行政村": villages,
        "参保人姓名": people.names(),
        "证件号码": people.ids(),
        "参保状态": np.full(len(frame), "未参保", dtype=object),
        "参加险种": blank,
        "参保地": blank,
        "缴费日期": _drawn(office, ("", "", "无", "/"), len(frame)),
        "未参保原因": _drawn(office, ("外出务工未缴", "新生儿", "本人不愿", "在外地参保待核", ""), len(frame)),
    }
    sheet = Sheet(
        "未参保",
        columns,
        frame["who"].to_numpy(),
        [f"脱贫人口及监测对象未参保人员名单（{office.label}）"],
        kinds=people.kinds,
    )
    sheet.merged = ("乡（镇）",)
    return Book("MI-3", "医保局", "未参保人员", [sheet])


def new_illness(office: Office) -> Book:
    """HLT-1: serious illness diagnosed in this month."""
    new = office.month.new(office.month.illness)
    frame = mixed(new[new["serious"]], office.people, office.rng, 0.03, 0.03)
    people = office.crowd(frame["who"], TYPED)
    townships, villages = people.places()
    columns = {
        "序号": serials(len(frame)),
        "乡镇": townships,
        "村": villages,
        "患者姓名": people.names(),
        "患者身份证号": people.ids(),
        "病种名称": cells(frame["disease"]),
        "确诊时间": people.dates(frame["day"]),
        "定点医院": cells(frame["hospital"]),
        "救治情况": _drawn(office, ("住院治疗", "门诊治疗", "手术后康复", "转上级医院"), len(frame)),
        "联系电话": people.phones(),
    }
    sheet = Sheet("新增", columns, frame["who"].to_numpy(), ["大病专项救治新增病例", office.label], kinds=people.kinds)
    return Book("HLT-1", "卫健局", "大病专项救治新增", [sheet])


def unsafe_houses(office: Office) -> Book:
    """HOU-1: houses appraised C or D; in May all that stand, later those appraised in the month."""
    housing = office.month.housing
    housing = housing[housing["grade"].isin(["C级", "D级"])]
    if office.month.period > "2021-05":
        housing = office.month.new(housing)
    housing = housing.assign(who=office.county.households["head"].to_numpy()[housing["home"]])
    frame = mixed(housing, office.people, office.rng, 0.02, 0.02, ages=(22, 90))
    people = office.crowd(frame["who"], crowd.FIELD)
    townships, villages = people.places()
    columns = {
        "序号": serials(len(frame)),
        "乡镇": townships,
        "村委": villages,
        "屯": people.hamlets(villages),
        "户主": people.names(),
        "身份证": people.ids(),
        "对象类别": people.of("kind"),
        "住房结构": cells(frame["structure"]),
        "层数": cells(frame["floors"]),
        "面积（平方米）": cells(frame["area"]),
        "建成年份": cells(frame["built"]),
        "鉴定等级": cells(frame["grade"]),
        "鉴定日期": people.dates(frame["day"]),
        "是否唯一住房": np.where(frame["only"], "是", "否").astype(object),
        "备注": cells(frame["reason"]),
    }
    sheet = Sheet("鉴定结果", columns, frame["who"].to_numpy(), kinds=people.kinds)
    sheet.titles = ["农村危房鉴定结果汇总表", "填报单位：县住建局", f"填报时间：{office.label}"]
    sheet.footers = [
        total(columns, 序号="合计", 户主=f"{len(frame)}户"),
        total(columns, 序号="填表人：", 户主="审核人："),
    ]
    sheet.merged = ("乡镇", "村委")
    return Book("HOU-1", "住建局", "危房鉴定结果", [sheet])


def schemes(office: Office) -> Book:
    """WAT-1: water schemes and their stoppages; no people in it (`who` is -1)."""
    water = office.month.water
    served = water[water["mode"] == "集中供水"].groupby("scheme")["home"].agg(["first", "size"])
    size = office.county.households["size"].to_numpy()
    people_served = pd.Series(size[water["home"]], index=water["scheme"]).groupby(level=0).sum()
    stops = office.month.stops.drop_duplicates("scheme", keep="last").set_index("scheme")
    shown = served.index.str.endswith("|") | served.index.isin(stops.index)
    served = served[shown]
    home = served["first"].to_numpy()
    people = office.crowd(office.county.households["head"].to_numpy()[home], TYPED)
    stops = stops.reindex(served.index)
    stopped = stops["day"].notna().to_numpy()
    names = people.of("plain_village") + np.array([key.split("|")[1] for key in served.index], dtype=object)
    columns = {
        "序号": serials(len(served)),
        "工程名称": names + "集中供水工程",
        "工程编码": np.array([f"GS450399{n:05d}" for n in range(len(served))], dtype=object),
        "乡镇": people.of("township"),
        "村": people.of("plain_village"),
        "类型": np.where(served["size"] > 60, "百吨千人", "小型集中供水").astype(object),
        "受益人口": cells(people_served.reindex(served.index)),
        "运行状态": np.where(stopped, "停水", "正常").astype(object),
        "管护责任人": people.of("head_name"),
        "停水开始日期": people.dates(stops["day"].to_numpy().astype("datetime64[D]"), "begin"),
        "恢复供水日期": people.dates(stops["until"].to_numpy().astype("datetime64[D]"), "end"),
        "原因": cells(stops["reason"].astype(object).fillna("")),
    }
    sheet = Sheet(
        "工程运行", columns, np.full(len(served), -1), [f"农村供水工程运行情况（{office.label}）"], kinds=people.kinds
    )
    return Book("WAT-1", "水利局", "供水工程运行情况", [sheet])


def low_benefit_changes(office: Office) -> Book:
    """CIV-1: 低保 granted or stopped in this month, a sheet each."""
    month = office.month
    granted = month.new(month.relief[month.relief["kind"] == "农村低保"])
    stopped = month.new(month.ended_relief, "ended")
    sheets = []
    for name, source, day, header in (("新增", granted, "day", "起始日期"), ("停发", stopped, "ended", "停发日期")):
        frame = mixed(source, office.people, office.rng, 0.02, 0.01)
        people = office.crowd(frame["who"], TYPED)
        columns = {
            "序号": serials(len(frame)),
            "户主姓名": people.of("head_name"),
            "姓名": people.names(),
            "身份证号码": people.ids(),
            "保障类别": cells(frame["kind"]),
            "保障人数": cells(people.of("size")),
            "月保障金": people.amounts(frame["monthly"]),
            header: people.dates(frame[day]),
            "停发原因": np.full(len(frame), "" if name == "新增" else "收入超过标准", dtype=object),
        }
        sheets.append(
            Sheet(name, columns, frame["who"].to_numpy(), [f"{office.label}农村低保{name}名单"], kinds=people.kinds)
        )
    return Book("CIV-1", "民政局", "低保新增停发", sheets)


def supported(office: Office) -> Book:
    """CIV-2: people in 特困供养 with their carers."""
    relief = office.month.relief
    frame = mixed(relief[relief["kind"] == "特困供养"], office.people, office.rng, 0.02, 0.01, ages=(60, 95))
    people = office.crowd(frame["who"], TYPED)
    townships, villages = people.places()
    columns = {
        "序号": serials(len(frame)),
        "乡镇": townships,
        "村": villages,
        "姓名": people.names(),
        "身份证号": people.ids(),
        "供养方式": cells(frame["care"]),
        "自理能力": cells(frame["selfcare"]),
        "照料人": cells(frame["carer"]),
        "联系电话": people.phones(),
        "月供养金": people.amounts(frame["monthly"]),
        "备注": np.where((frame["selfcare"] == "全护理") & (frame["carer"] == ""), "照料协议已到期", "").astype(
            object
        ),
    }
    sheet = Sheet("特困名册", columns, frame["who"].to_numpy(), ["特困供养人员名册"], kinds=people.kinds)
    return Book("CIV-2", "民政局", "特困供养名册", [sheet])


def grants(office: Office) -> Book:
    """CIV-4: temporary relief paid in this month."""
    frame = mixed(office.month.new(office.month.grants), office.people, office.rng, 0.03, 0.03, ages=(22, 90))
    people = office.crowd(frame["who"], TYPED)
    townships, villages = people.places()
    columns = {
        "序号": serials(len(frame)),
        "姓名": people.names(),
        "身份证号码": people.ids(),
        "乡镇": townships,
        "村": villages,
        "救助原因": cells(frame["reason"]),
        "救助金额（元）": people.amounts(frame["amount"]),
        "发放日期": people.dates(frame["day"]),
        "银行账号": office.county.members["card"].to_numpy(dtype=object)[
            frame["who"].to_numpy() % office.people.count
        ],
    }
    sheet = Sheet("临时救助", columns, frame["who"].to_numpy(), [f"{office.label}临时救助发放表"], kinds=people.kinds)
    sheet.footers = [
        total(columns, 序号="合计", **{"救助金额（元）": float(frame["amount"].sum())}),
        total(columns, 序号="制表：", 乡镇="复核：", 发放日期="负责人："),
    ]
    return Book("CIV-4", "民政局", "临时救助发放", [sheet])


def new_certificates(office: Office) -> Book:
    """DIS-1: certificates issued in this month, as .xls; the wife of story T16 has one digit wrong."""
    frame = certified(office, office.month.new(office.month.disability))
    people = office.crowd(frame["who"], TYPED)
    townships, villages = people.places()
    kinds, levels = timeline.disability_words(frame["kind"].to_numpy(), frame["level"].to_numpy())
    ids, numbers = people.ids(), people.certificates(frame["number"])
    for row in np.flatnonzero(people.of("number") == _teller(office, "T16")):
        clean = people.of("id")[row]
        ids[row] = clean[:13] + str((int(clean[13]) + 1) % 10) + clean[14:]
        numbers[row] = ids[row] + str(frame["number"].iloc[row])[18:]
        people.kinds["id"][row] = mess.one_digit_wrong.__name__
    columns = {
        "序号": serials(len(frame)),
        "姓名": people.names(),
        "身份证号": ids,
        "残疾证号": numbers,
        "残疾类别": kinds,
        "残疾等级": levels,
        "变更类型": np.full(len(frame), "新办", dtype=object),
        "办证日期": people.dates(frame["day"]),
        "乡镇": townships,
        "村": villages,
        "监护人": people.of("head_name"),
        "联系电话": people.phones(),
    }
    sheet = Sheet(
        "新办证", columns, frame["who"].to_numpy(), [f"{office.label}残疾人证新办、变更、注销情况"], kinds=people.kinds
    )
    sheet.hidden = office.scattered(len(frame), 0.05)
    return Book("DIS-1", "残联", "残疾证新办变更注销", [sheet], "xls")


def low_income(office: Office) -> Book:
    """FPB-1: the office's own list of households below the line of the year."""
    households = office.county.households
    home = np.flatnonzero((households["income"] < LOW_INCOME).to_numpy())
    frame = pd.DataFrame({"who": households["head"].to_numpy()[home], "income": households["income"].to_numpy()[home]})
    frame = mixed(frame, office.people, office.rng, 0.01, 0.01, ages=(22, 90))
    people = office.crowd(frame["who"], TYPED)
    townships, villages = people.places()
    columns = {
        "序号": serials(len(frame)),
        "乡镇": townships,
        "行政村": villages,
        "自然屯": people.hamlets(villages),
        "户主姓名": people.names(),
        "户主身份证号码": people.ids(),
        "户类型": people.of("kind"),
        "家庭人口": cells(people.of("size")),
        "家庭人均纯收入（元）": people.amounts(frame["income"]),
        "主要原因": _drawn(office, ("务工收入下降", "种养受灾", "缺劳动力", "家庭成员患病", ""), len(frame)),
        "联系电话": people.phones(of_household=True),
    }
    sheet = Sheet(
        "低收入户", columns, frame["who"].to_numpy(), ["2020年度低收入农户名单", office.label], kinds=people.kinds
    )
    sheet.footers = [total(columns, 序号="合计", 户主姓名=f"{len(frame)}户")]
    sheet.hidden = office.scattered(len(frame), 0.02)
    return Book("FPB-1", "扶贫办", "低收入农户名单", [sheet])


def _drawn(office: Office, words: tuple[str, ...], count: int) -> np.ndarray:
    return cells(office.rng.choice(words, count))


def _at(office: Office, column: str, who: pd.Series) -> np.ndarray:
    """A member's column; strangers show that of somebody else."""
    return office.county.members[column].to_numpy()[who.to_numpy() % office.people.count]


def _teller(office: Office, code: str) -> str:
    story = office.county.stories.get(code)
    return story.person if story else "-"


SUSPECTS = {
    "EDU-1": dropouts,
    "MI-1": large_bills,
    "MI-3": not_insured,
    "HLT-1": new_illness,
    "HOU-1": unsafe_houses,
    "WAT-1": schemes,
    "CIV-1": low_benefit_changes,
    "CIV-2": supported,
    "CIV-4": grants,
    "DIS-1": new_certificates,
    "FPB-1": low_income,
}
