"""The thresholds a rule may ask a standard for: name, unit, default figure and where the default comes from.

Every number of policy stands here and nowhere else in code. A county adopts its own figures as a new Standard; the defaults
below only fill the first one. Sources name the sections of the domain paper.
"""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import TextChoices


class Key(TextChoices):
    MEDICAL_SELF_PAY_PRIORITY = "medical_self_pay_priority", "住院自付年内累计（脱贫、监测等重点人群）"
    MEDICAL_SELF_PAY_GENERAL = "medical_self_pay_general", "住院自付年内累计（一般农户）"
    OUTPATIENT_MONTHLY = "outpatient_monthly", "门诊自付当月合计"
    NEWBORN_DAYS = "newborn_days", "新生儿参保宽限"
    SCHOOL_AGE_MIN = "school_age_min", "义务教育起始年龄（上学年8月31日）"
    SCHOOL_AGE_MAX = "school_age_max", "义务教育终止年龄（本学年末8月31日）"
    TUITION_SELF_PAY = "tuition_self_pay", "非义务教育年自付费用"
    HOUSE_GRADE_CLUE = "house_grade_clue", "住房预警起始等级（1=A … 4=D）"
    HOUSE_GRADE_RED = "house_grade_red", "住房红色预警等级（1=A … 4=D）"
    HOUSE_START_DAYS = "house_start_days", "危改计划下达后开工时限"
    WATER_STOP_DAYS_ORANGE = "water_stop_days_orange", "停水天数（橙色）"
    WATER_STOP_DAYS_RED = "water_stop_days_red", "停水天数（红色）"
    WATER_DISTANCE_KM = "water_distance_km", "取水单程距离"
    WATER_RISE_M = "water_rise_m", "取水高差"
    WATER_SHORT_MONTHS = "water_short_months", "年内缺水时间"
    TEMPORARY_AID_COUNT = "temporary_aid_count", "临时救助次数（近12个月）"
    TEMPORARY_AID_AMOUNT = "temporary_aid_amount", "临时救助单次金额"
    TEMPORARY_AID_MONTHS = "temporary_aid_months", "临时救助统计期"
    DISABILITY_LEVEL_MAX = "disability_level_max", "重度残疾等级（不低于）"
    JOBLESS_MONTHS = "jobless_months", "失业、返乡持续时间"
    WORK_AGE_MIN = "work_age_min", "劳动年龄下限"
    WORK_AGE_MAX = "work_age_max", "劳动年龄上限"
    LABOUR_SHARE_MAX = "labour_share_max", "缺劳动力：劳动力占家庭人口比例上限"
    INCOME_LINE = "income_line", "监测范围（收入参考线）"
    NEW_RECORD_MONTHS = "new_record_months", "名册新增人员的登记日期距本月不超过"
    ROSTER_GAP_SHARE = "roster_gap_share", "名册缺漏保护：查不到的人超过此比例时不预警"
    ROSTER_GAP_COUNT = "roster_gap_count", "名册缺漏保护：查不到的人达到此数才检查比例"
    CATEGORY_3_FROM = "category_3_from", "突发严重困难户启用日期"
    LEVEL_RED_MULTIPLE = "level_red_multiple", "自付达到起付标准的倍数（红色）"
    LEVEL_RED_RISKS = "level_red_risks", "一户同时出现的风险种类（红色）"
    VERIFY_DAYS_RED = "verify_days_red", "红色线索核查时限"
    VERIFY_DAYS_ORANGE = "verify_days_orange", "橙色线索核查时限"
    VERIFY_DAYS_YELLOW = "verify_days_yellow", "黄色线索核查时限"
    CHECK_PARENT_GAP = "check_parent_gap", "父母与子女年龄至少相差"
    CHECK_ELDERLY_AGE = "check_elderly_age", "老年人起始年龄（劳动技能、养老金）"
    CHECK_KINDERGARTEN_MAX = "check_kindergarten_max", "学前教育年龄低于"
    CHECK_PRIMARY_MIN = "check_primary_min", "小学年龄下限"
    CHECK_PRIMARY_MAX = "check_primary_max", "小学年龄上限"
    CHECK_JUNIOR_MIN = "check_junior_min", "初中年龄下限"
    CHECK_JUNIOR_MAX = "check_junior_max", "初中年龄上限"
    CHECK_SENIOR_MIN = "check_senior_min", "高中、中职年龄下限"
    CHECK_SENIOR_MAX = "check_senior_max", "高中、中职年龄上限"
    CHECK_COLLEGE_MIN = "check_college_min", "高职、本科年龄下限"
    CHECK_POSTGRADUATE_MIN = "check_postgraduate_min", "研究生年龄下限"
    CHECK_YOUTH_MAX = "check_youth_max", "青年文化程度偏低核对年龄上限"
    CHECK_WAGE_MAX = "check_wage_max", "务工月收入上限"
    CHECK_WAGE_MIN = "check_wage_min", "务工月收入下限"
    CHECK_WAGE_HARD_MIN = "check_wage_hard_min", "务工月收入下限（明显错误）"
    CHECK_WORK_OPEN_MONTHS = "check_work_open_months", "务工未结束记录最长时间"
    CHECK_WAGE_GAP = "check_wage_gap", "工资性收入与务工记录相差"
    CHECK_POSTS = "check_posts", "一人公益岗位数达到"
    CHECK_POST_AGE_MAX = "check_post_age_max", "公益岗位聘用年龄低于"
    CHECK_HOUSE_AREA_MAX = "check_house_area_max", "住房面积上限"
    CHECK_ROAD_KM_MAX = "check_road_km_max", "与村主干路距离上限"
    CHECK_LAND_MAX = "check_land_max", "各类土地面积上限"
    CHECK_INCOME_CHANGE = "check_income_change", "年收入变化幅度"
    REVEALS_VILLAGE = "reveals_village", "村级每人每天查看完整号码"
    REVEALS_TOWNSHIP = "reveals_township", "乡镇每人每天查看完整号码"
    REVEALS_COUNTY = "reveals_county", "县级每人每天查看完整号码"
    EXPORT_ROWS = "export_rows", "个人信息导出须第二人同意：超过"
    COOLDOWN_DAYS = "cooldown_days", "核实未纳入后，同一风险不再派发"
    WATCH_COOLDOWN_DAYS = "watch_cooldown_days", "核实转观察后，同一风险不再派发"
    GROWTH_SHARE = "growth_share", "重大变化：金额比上次核实增加比例（两项同时达到）"
    GROWTH_AMOUNT = "growth_amount", "重大变化：金额比上次核实增加（两项同时达到）"
    WATCH_MONTHS_KEY = "watch_months_key", "重点观察复核间隔"
    WATCH_MONTHS_GENERAL = "watch_months_general", "一般观察复核间隔"
    WATCH_MONTHS_LONG = "watch_months_long", "长期观察复核间隔"
    WATCH_CLEAN_CHECKS = "watch_clean_checks", "连续几次复核无问题可退出观察"
    EXTRACT_DUE_DAY = "extract_due_day", "部门数据每月报送截止日"
    OFFLINE_DUE_DAY = "offline_due_day", "线下名单每月上报截止日"
    COMPARE_DAY = "compare_day", "每月线上线下比对日"
    DISPATCH_DAY = "dispatch_day", "每月向村派发日"
    VERIFY_DAY = "verify_day", "每月核查反馈截止日"
    FREEZE_DAY = "freeze_day", "每月数据封存日"


@dataclass(frozen=True)
class KeyInfo:
    """What the standards page shows beside a figure. ``by_year`` holds defaults of years that differ from ``default``."""

    unit: str
    default: Decimal
    source: str
    minimum: Decimal = Decimal(0)
    maximum: Decimal = Decimal(1_000_000)
    by_year: tuple[tuple[int, Decimal], ...] = ()

    def default_in(self, year: int) -> Decimal:
        return dict(self.by_year).get(year, self.default)


def _info(unit, default, source, *, minimum="0", maximum="1000000", by_year=()):
    years = tuple((year, Decimal(amount)) for year, amount in by_year)
    return KeyInfo(unit, Decimal(default), source, Decimal(minimum), Decimal(maximum), years)


META: dict[Key, KeyInfo] = {
    Key.MEDICAL_SELF_PAY_PRIORITY: _info("元", "5000", "3.3 医保局 MI-1：脱贫、监测对象年内累计自付 5000 元以上"),
    Key.MEDICAL_SELF_PAY_GENERAL: _info("元", "20000", "3.3 医保局 MI-1：其他农户年内累计自付 20000 元以上"),
    Key.OUTPATIENT_MONTHLY: _info("元", "500", "3.3 医保局 MI-2：门诊自付每月 500 元以上"),
    Key.NEWBORN_DAYS: _info("天", "90", "3.3 医保局 MI-3；新生儿 90 天内参保视同自出生起（行业通行）", maximum="366"),
    Key.SCHOOL_AGE_MIN: _info("周岁", "6", "3.3 教育局 EDU-1：8月31日满 6 周岁", minimum="5", maximum="8"),
    Key.SCHOOL_AGE_MAX: _info("周岁", "15", "3.3 教育局 EDU-1：8月31日不超过 15 周岁", minimum="14", maximum="18"),
    Key.TUITION_SELF_PAY: _info("元", "10000", "3.3 教育局 EDU-5：资助后自付超过 10000 元"),
    Key.HOUSE_GRADE_CLUE: _info("级", "3", "3.3 住建局 HOU-1：C 级、D 级", minimum="1", maximum="4"),
    Key.HOUSE_GRADE_RED: _info("级", "4", "3.5 预警分级：D 级为红色", minimum="1", maximum="5"),
    Key.HOUSE_START_DAYS: _info("天", "90", "3.3 住建局 HOU-2：三个月未开工", maximum="730"),
    Key.WATER_STOP_DAYS_ORANGE: _info("天", "3", "3.3 水利局 WAT-1：连续停水 3 天以上", minimum="1", maximum="366"),
    Key.WATER_STOP_DAYS_RED: _info("天", "7", "3.3 水利局 WAT-1：连续停水 7 天以上", minimum="1", maximum="366"),
    Key.WATER_DISTANCE_KM: _info("公里", "1", "3.3 水利局 WAT-4：单程超过 1 公里", maximum="100"),
    Key.WATER_RISE_M: _info("米", "100", "3.3 水利局 WAT-4：高差超过 100 米", maximum="3000"),
    Key.WATER_SHORT_MONTHS: _info("个月", "6", "3.3 水利局 WAT-4：缺水半年以上", minimum="1", maximum="12"),
    Key.TEMPORARY_AID_COUNT: _info("次", "2", "3.3 民政局 CIV-4：12 个月内 2 次以上", minimum="1", maximum="50"),
    Key.TEMPORARY_AID_AMOUNT: _info("元", "5000", "3.3 民政局 CIV-4：单次 5000 元以上"),
    Key.TEMPORARY_AID_MONTHS: _info("个月", "12", "3.3 民政局 CIV-4：近 12 个月", minimum="1", maximum="36"),
    Key.DISABILITY_LEVEL_MAX: _info("级", "2", "1.5 残疾等级：重度为一级、二级", minimum="1", maximum="4"),
    Key.JOBLESS_MONTHS: _info("个月", "2", "3.3 人社局：返乡或失业 2 个月以上", minimum="1", maximum="24"),
    Key.WORK_AGE_MIN: _info("周岁", "16", "1.4 劳动技能；法定劳动年龄", minimum="14", maximum="20"),
    Key.WORK_AGE_MAX: _info("周岁", "59", "1.4 劳动技能；法定劳动年龄", minimum="50", maximum="70"),
    Key.LABOUR_SHARE_MAX: _info("比例", "0.25", "1.6 缺劳动力：劳动力不超过家庭人口 25%", maximum="1"),
    Key.INCOME_LINE: _info(
        "元", "6000", "1.8 监测标准：2021 年 6000 元（2020 年 5000 元）", by_year=((2020, "5000"),)
    ),
    Key.NEW_RECORD_MONTHS: _info("个月", "12", "3.2 预警要准：旧登记补录不作新增", minimum="1", maximum="120"),
    Key.ROSTER_GAP_SHARE: _info("比例", "0.20", "3.2 预警要准：整村整乡漏报不当作未参保、未就学", maximum="1"),
    Key.ROSTER_GAP_COUNT: _info("人", "10", "3.2 预警要准：人数太少时不看比例", minimum="1", maximum="100000"),
    Key.CATEGORY_3_FROM: _info("日期", "20210601", "1.1 突发严重困难户自 2021-06-01 起", maximum="99991231"),
    Key.LEVEL_RED_MULTIPLE: _info("倍", "2", "3.5 预警分级：自付达到起付标准 2 倍", minimum="1", maximum="100"),
    Key.LEVEL_RED_RISKS: _info("种", "2", "3.5 预警分级：一户同时两种以上风险", minimum="2", maximum="12"),
    Key.VERIFY_DAYS_RED: _info("工作日", "2", "3.5 预警分级：红色 1–2 个工作日入户", minimum="1", maximum="60"),
    Key.VERIFY_DAYS_ORANGE: _info("工作日", "3", "3.5 预警分级：橙色 3 个工作日入户", minimum="1", maximum="60"),
    Key.VERIFY_DAYS_YELLOW: _info("工作日", "5", "3.5 预警分级：黄色 5 个工作日", minimum="1", maximum="60"),
    Key.CHECK_PARENT_GAP: _info("周岁", "15", "7.4 A13：子女比户主小不足 15 岁", minimum="10", maximum="25"),
    Key.CHECK_ELDERLY_AGE: _info("周岁", "60", "7.4 C03、I05：60 岁以上", minimum="50", maximum="75"),
    Key.CHECK_KINDERGARTEN_MAX: _info("周岁", "7", "7.4 B04、C07：7 岁及以上仍填学前", minimum="5", maximum="9"),
    Key.CHECK_PRIMARY_MIN: _info("周岁", "6", "7.4 C08：小学 6–14 岁", minimum="4", maximum="8"),
    Key.CHECK_PRIMARY_MAX: _info("周岁", "14", "7.4 C08：小学 6–14 岁", minimum="11", maximum="18"),
    Key.CHECK_JUNIOR_MIN: _info("周岁", "12", "7.4 C09：初中 12–17 岁", minimum="10", maximum="14"),
    Key.CHECK_JUNIOR_MAX: _info("周岁", "17", "7.4 C09：初中 12–17 岁", minimum="14", maximum="20"),
    Key.CHECK_SENIOR_MIN: _info("周岁", "15", "7.4 C10：高中、中职 15–20 岁", minimum="13", maximum="17"),
    Key.CHECK_SENIOR_MAX: _info("周岁", "20", "7.4 C10：高中、中职 15–20 岁", minimum="17", maximum="25"),
    Key.CHECK_COLLEGE_MIN: _info("周岁", "18", "7.4 C11：高职、本科不小于 18 岁", minimum="14", maximum="20"),
    Key.CHECK_POSTGRADUATE_MIN: _info("周岁", "20", "7.4 C11：硕士不小于 20 岁", minimum="18", maximum="25"),
    Key.CHECK_YOUTH_MAX: _info("周岁", "22", "7.4 C12：16–22 岁小学及以下文化", minimum="16", maximum="35"),
    Key.CHECK_WAGE_MAX: _info("元", "30000", "7.4 D04：月收入超过 30000 元"),
    Key.CHECK_WAGE_MIN: _info("元", "400", "7.4 D04：月收入低于 400 元"),
    Key.CHECK_WAGE_HARD_MIN: _info("元", "100", "7.4 D04：月收入低于 100 元"),
    Key.CHECK_WORK_OPEN_MONTHS: _info("个月", "18", "7.4 D06：开始 18 个月仍未结束", minimum="1", maximum="120"),
    Key.CHECK_WAGE_GAP: _info("比例", "0.30", "7.4 D10：相差 30% 以上", maximum="1"),
    Key.CHECK_POSTS: _info("个", "3", "7.4 D11：一人 3 个以上公益岗位", minimum="2", maximum="10"),
    Key.CHECK_POST_AGE_MAX: _info("周岁", "70", "7.4 D11：70 岁及以上不聘用", minimum="55", maximum="90"),
    Key.CHECK_HOUSE_AREA_MAX: _info("平方米", "1000", "7.4 E01：住房面积超过 1000 平方米"),
    Key.CHECK_ROAD_KM_MAX: _info("公里", "5", "7.4 E03：距主干路超过 5 公里", maximum="100"),
    Key.CHECK_LAND_MAX: _info("亩", "100", "7.4 E04：超过 100 亩（林地多的县可到 200 亩）", maximum="10000"),
    Key.CHECK_INCOME_CHANGE: _info("比例", "0.50", "7.4 I07：比上年增减 50% 以上", maximum="10"),
    Key.REVEALS_VILLAGE: _info("次", "50", "2.7 个人信息保护：查看有原因、有留痕、有限额", maximum="1000"),
    Key.REVEALS_TOWNSHIP: _info("次", "100", "2.7 个人信息保护：查看有原因、有留痕、有限额", maximum="1000"),
    Key.REVEALS_COUNTY: _info("次", "200", "2.7 个人信息保护：查看有原因、有留痕、有限额", maximum="1000"),
    Key.EXPORT_ROWS: _info("行", "500", "2.7 个人信息保护：大批量导出须第二人同意", minimum="1", maximum="5000"),
    Key.COOLDOWN_DAYS: _info("天", "90", "4.2 防止重复核查：核实“不纳入”后 90 天", maximum="366"),
    Key.WATCH_COOLDOWN_DAYS: _info("天", "30", "4.2 防止重复核查：“转观察”后 30 天", maximum="366"),
    Key.GROWTH_SHARE: _info("比例", "0.30", "4.2 重大变化：金额增加 30% 以上且 3000 元以上", maximum="10"),
    Key.GROWTH_AMOUNT: _info("元", "3000", "4.2 重大变化：金额增加 30% 以上且 3000 元以上"),
    Key.WATCH_MONTHS_KEY: _info("个月", "1", "4.5 观察名单：重点观察每月复核", minimum="1", maximum="12"),
    Key.WATCH_MONTHS_GENERAL: _info("个月", "3", "4.5 观察名单：一般观察每三个月复核", minimum="1", maximum="24"),
    Key.WATCH_MONTHS_LONG: _info("个月", "6", "4.5 观察名单：长期观察每半年复核", minimum="1", maximum="36"),
    Key.WATCH_CLEAN_CHECKS: _info("次", "2", "4.5 观察名单：两次复核无问题退出", minimum="1", maximum="12"),
    Key.EXTRACT_DUE_DAY: _info("日", "5", "3.5 每月日程：部门 1–5 日报送", minimum="1", maximum="31"),
    Key.OFFLINE_DUE_DAY: _info("日", "5", "3.5 每月日程：比对之前，与部门数据同日", minimum="1", maximum="31"),
    Key.COMPARE_DAY: _info("日", "7", "3.5 每月日程：6–7 日研判、比对", minimum="1", maximum="31"),
    Key.DISPATCH_DAY: _info("日", "8", "3.5 每月日程：8 日派发到村", minimum="1", maximum="31"),
    Key.VERIFY_DAY: _info("日", "15", "3.5 每月日程：8–15 日核查", minimum="1", maximum="31"),
    Key.FREEZE_DAY: _info("日", "28", "3.5 每月日程：26–28 日录入、核对后封存", minimum="1", maximum="31"),
}

DEFAULTS: dict[Key, Decimal] = {key: info.default for key, info in META.items()}


def defaults_in(year: int) -> dict[Key, Decimal]:
    """The figures of a first standard that takes force in ``year``."""
    return {key: info.default_in(year) for key, info in META.items()}
