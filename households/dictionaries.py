"""Code tables of the register (domain.md 1.5, 1.6): stable slugs, labels as the national system writes them, spellings seen elsewhere.

The numeric codes of the national system are not published: inside we keep the slug, files leave with the label.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

_NOISE = re.compile(r"[\s()\[\]【】、，,。.;；:：/\\#*_\-—－]+")


@dataclass(frozen=True)
class Dictionary:
    """``labels``: slug -> label, in the order of pages; ``aliases``: other spelling -> slug."""

    name: str
    labels: Mapping[str, str]
    aliases: Mapping[str, str]

    @property
    def choices(self) -> list[tuple[str, str]]:
        return list(self.labels.items())

    def label_of(self, slug: str) -> str:
        """The label; a text that is no slug stays what it is."""
        return self.labels.get(slug, slug)

    def slug_of(self, text: str) -> str:
        """The slug that a label or another spelling means, "" for a text nobody knows."""
        return self._by_text.get(_key(text), "")

    @cached_property
    def _by_text(self) -> dict[str, str]:
        spellings = {_key(label): slug for slug, label in self.labels.items()}
        return {_key(text): slug for text, slug in self.aliases.items()} | spellings


def _key(text: str) -> str:
    return _NOISE.sub("", unicodedata.normalize("NFKC", text)).upper()


def _dictionary(name: str, lines: str) -> Dictionary:
    """One entry a line: slug, label, other spellings."""
    labels, aliases = {}, {}
    for slug, label, *others in (line.split() for line in lines.strip().splitlines()):
        labels[slug] = label
        aliases |= dict.fromkeys(others, slug)
    return Dictionary(name, labels, aliases)


RELATION = _dictionary(
    "与户主关系",
    """
    head 户主 本人 本人或户主 户主本人
    spouse 配偶 妻 夫 妻子 丈夫
    son 之子 子 儿子 长子 次子 三子 四子 独生子 养子 继子
    daughter 之女 女 女儿 长女 次女 二女 三女 四女 独生女 养女 继女
    daughter_in_law 之儿媳 儿媳 媳妇
    son_in_law 之女婿 女婿
    grandson 之孙子 孙子 孙
    granddaughter 之孙女 孙女
    daughters_son 之外孙子 外孙子 外孙
    daughters_daughter 之外孙女 外孙女
    father 之父 父亲 父
    mother 之母 母亲 母
    wifes_father 之岳父 岳父
    wifes_mother 之岳母 岳母
    husbands_father 之公公 公公
    husbands_mother 之婆婆 婆婆
    grandfather 之祖父 祖父 爷爷
    grandmother 之祖母 祖母 奶奶
    mothers_father 之外祖父 外祖父 外公
    mothers_mother 之外祖母 外祖母 外婆
    sibling 之兄弟姐妹 兄弟姐妹 兄 弟 姐 妹 哥哥 弟弟 姐姐 妹妹 兄弟 姐妹
    great_grandson 之曾孙子 曾孙子 曾孙
    great_granddaughter 之曾孙女 曾孙女
    nephew 之侄儿 侄儿 侄子
    niece 之侄女 侄女
    siblings_wife 之兄弟媳妇 兄弟媳妇 弟媳 嫂子
    uncle 之叔伯 叔伯 叔叔 伯父
    other 其他 其它 其他亲属 非亲属
    """,
)
EDUCATION = _dictionary(
    "文化程度",
    """
    illiterate 文盲或半文盲 文盲 半文盲
    primary 小学
    junior 初中
    senior 高中 中专 高中或中专 中职
    college 大专 专科
    university 本科及以上 本科 大学本科 研究生
    """,
)
STUDENT = _dictionary(
    "在校生状况",
    """
    none 非在校生 不在校 无
    infant 学龄前儿童
    preschool 学前教育 幼儿园
    primary 小学
    grade_7 七年级 初一 初中一年级
    grade_8 八年级 初二 初中二年级
    grade_9 九年级 初三 初中三年级
    senior_1 普通高中一年级 高一 高中一年级
    senior_2 普通高中二年级 高二 高中二年级
    senior_3 普通高中三年级 高三 高中三年级
    vocational_1 中职一年级 中专一年级
    vocational_2 中职二年级 中专二年级
    vocational_3 中职三年级 中专三年级
    college_1 高职高专一年级 大专一年级
    college_2 高职高专二年级 大专二年级
    college_3 高职高专三年级 大专三年级
    technician_1 技师学院一年级
    technician_2 技师学院二年级
    technician_3 技师学院三年级
    technician_4 技师学院四年级
    university_1 本科一年级 大一
    university_2 本科二年级 大二
    university_3 本科三年级 大三
    university_4 本科四年级 大四
    university_5 本科五年级 大五
    postgraduate 硕士研究生及以上 研究生 硕士研究生 博士研究生
    """,
)
HEALTH = _dictionary(
    "健康状况",
    """
    healthy 健康 良好 健康或良好
    chronic 长期慢性病 慢性病 患有长期慢性病
    serious 患有大病 大病 重病
    disabled 残疾 残障
    """,
)
LABOUR = _dictionary(
    "劳动技能",
    """
    ordinary 普通劳动力
    skilled 技能劳动力
    weak 弱劳动力或半劳动力 弱劳动力 半劳动力 弱半劳动力
    lost 丧失劳动力 丧失劳动能力
    none 无劳动力 无劳动能力
    """,
)
DROPOUT = _dictionary(
    "失学或辍学原因",
    """
    illness 因病
    disability 因残
    unwilling 厌学
    poverty 因家庭困难 家庭困难
    marriage 早婚早育
    work 外出务工
    other 其他
    """,
)
DISABILITY_KIND = _dictionary(
    "残疾类别",
    """
    sight 视力 视力残疾 1
    hearing 听力 听力残疾 2
    speech 言语 言语残疾 3
    limb 肢体 肢体残疾 4
    intellect 智力 智力残疾 5
    mental 精神 精神残疾 6
    multiple 多重 多重残疾 7
    """,
)
DISABILITY_LEVEL = _dictionary(
    "残疾等级",
    """
    level_1 一级 壹级 1 1级 一
    level_2 二级 贰级 2 2级 二
    level_3 三级 叁级 3 3级 三
    level_4 四级 肆级 4 4级 四
    """,
)
PAPER = _dictionary(
    "证件类型",
    """
    id_card 居民身份证 身份证 二代身份证
    disability 残疾人证 残疾证
    booklet 户口簿 户口本
    permit 港澳台通行证
    passport 护照
    other 其他
    """,
)
HOUSE_GRADE = _dictionary("危房等级", "a A级 A\nb B级 B\nc C级 C\nd D级 D")
JOB_CHANNEL = _dictionary(
    "就业渠道",
    """
    own 亲友带动或自主就业 自主就业 亲友带动 自主外出 亲友带动/自主就业
    organised 政府组织劳务输出 政府组织 点对点 政府组织劳务输出(点对点)
    post 公益岗位 公益性岗位
    workshop 帮扶车间 扶贫车间
    employer 企业招聘
    other 其他
    """,
)
POST = _dictionary(
    "公益岗位类型",
    """
    forest 生态护林员 护林员
    cleaner 保洁员
    road 护路员
    river 护水员 河道管护员 护河员
    order 治安或网格员 网格员 治安员
    care 养老护理或照料 养老护理 照料
    other 其他
    """,
)
ROAD = _dictionary(
    "入户路类型", "earth 泥土路 土路\ngravel 砂石路 沙石路\nconcrete 水泥路 硬化路\nasphalt 沥青路 柏油路"
)
WATER = _dictionary(
    "供水方式",
    """
    town 集中供水（千吨万人） 千吨万人
    village 集中供水（百吨千人） 百吨千人
    small 集中供水（小型） 集中供水 小型集中供水 自来水
    well 分散供水（水井） 水井 井水
    tank 分散供水（水柜） 水柜
    spring 分散供水（山泉） 山泉 山泉水
    cellar 分散供水（水窖） 水窖
    scattered 分散供水
    """,
)
FUEL = _dictionary(
    "主要燃料类型",
    "wood 柴草 柴 木柴\ncoal 煤炭 煤\ngas 燃气 液化气 煤气 天然气\nbiogas 沼气\nelectric 电 电能\nother 其他",
)
POLITICAL = _dictionary(
    "政治面貌", "member 中共党员 党员\nprobationary 中共预备党员 预备党员\nleague 共青团员 团员\nmasses 群众"
)
MINIMUM_LIVING = _dictionary(
    "是否享受低保", "rural 农村低保 是\nurban 城市低保\nnone 未享受 否 不享受 不享受低保 未享受低保 无"
)
DESTITUTE = _dictionary(
    "是否特困供养",
    "rural 农村特困 是 农村特困供养\nurban 城市特困 城市特困供养\nnone 不享受 否 未享受 无 不享受特困供养",
)
SUPPORT_WAY = _dictionary("供养方式", "central 集中 集中供养\nscattered 分散 分散供养")
CARE_LEVEL = _dictionary("护理等级", "none 全自理 自理\nhalf 半护理 半自理\nfull 全护理 不能自理")
MEASURES_STATE = _dictionary("实施开发式帮扶措施情况", "done 已实施 是\nnot_yet 尚未实施 未实施 否")
CLEARED_HOW = _dictionary("风险消除方式", "helped 帮扶消除\nnatural 自然消除")
LIFTED_KIND = _dictionary(
    "脱贫户属性", "plain 一般脱贫户\nminimum 低保脱贫户\ndestitute 特困脱贫户\nwithout 脱贫不享受政策户"
)
RISK = _dictionary(
    "致贫返贫风险",
    """
    illness 因病
    disability 因残
    schooling 因学
    housing 因安全住房 住房出现安全问题 因房
    water 因安全饮水 因饮水
    disaster 因自然灾害 因灾
    accident 因意外事故 意外事故
    labour 缺劳动力 缺劳力
    industry 因产业项目失败 产业失败
    employment 因务工就业不稳 务工就业不稳
    epidemic 突发公共事件 因疫
    other 其他
    """,
)
PERSON_STATE = _dictionary("人员状态", "present 正常\nless 自然减少\nmore 自然增加")

_PEOPLES = re.findall(
    r"(\w+) (\w+)",
    "han 汉 zhuang 壮 yao 瑶 hui 回 miao 苗 dong 侗 mongol 蒙古 tibetan 藏 uyghur 维吾尔 yi 彝 bouyei 布依 korean 朝鲜 manchu 满 bai 白 "
    "tujia 土家 hani 哈尼 kazakh 哈萨克 dai 傣 li 黎 lisu 傈僳 va 佤 she 畲 gaoshan 高山 lahu 拉祜 shui 水 dongxiang 东乡 naxi 纳西 "
    "jingpo 景颇 kyrgyz 柯尔克孜 tu 土 daur 达斡尔 mulao 仫佬 qiang 羌 blang 布朗 salar 撒拉 maonan 毛南 gelao 仡佬 xibe 锡伯 achang 阿昌 "
    "pumi 普米 tajik 塔吉克 nu 怒 uzbek 乌孜别克 russian 俄罗斯 evenki 鄂温克 deang 德昂 bonan 保安 yugur 裕固 gin 京 tatar 塔塔尔 "
    "derung 独龙 oroqen 鄂伦春 hezhen 赫哲 monba 门巴 lhoba 珞巴 jino 基诺",
)
ETHNICITY = _dictionary("民族", "\n".join(f"{slug} {name}族 {name}" for slug, name in _PEOPLES))

HEAD = RELATION.labels["head"]
