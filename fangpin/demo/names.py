"""Names of invented people and hamlets: clan surnames, generation characters, rare characters, former names."""

import numpy as np
import pandas as pd

CLANS = tuple("莫黎徐秦毛李黄陈周谢唐刘廖覃韦")
SURNAMES = (
    *"莫黎徐秦毛李黄陈周谢唐刘廖覃韦王张林梁陆杨吴朱胡何罗蒋邓曾彭龙石阳邹诸粟俸义江马孙赵高卢任申容白",
    "欧阳",
    "诸葛",
)
_GIVEN = {  # (male, era) -> first and second characters of given names; era 0 before 1970, 1 before 1995, 2 since
    (True, 0): (
        "德永家文光国忠庆福明志建世昌玉祖有荣正运长水新金茂云天宗士朝仁义连开成丙亚木火土树廷礼",
        "生明祥发贵福华林才荣春昌清德仁义礼仕喜祖球养顺保元安财旺兴全培恒章松柏源和平钦达善忠成",
    ),
    (True, 1): (
        "建志文国军海小家永明祖伟晓振少春俊忠新世立华光冬继宏晖兆东朝伯启林庆宗仁培耀贤善金锦运",
        "军勇强明华平林峰辉斌杰伟龙波东毅富飞超成荣新宁健涛旺坚刚文武生彬锋全胜豪敏权星良宝雄昆",
    ),
    (True, 2): (
        "子宇浩俊梓家嘉文志明思博承泽一睿梦晨锦炜奕铭宏佳煜展天启昊正致恩祖景绍诗柏凌皓沐钧韦楚",
        "轩涵杰豪宇浩辰睿博鑫航宸霖洋阳凯乐瑞哲皓铭楷诚毅源峻然翔驰恒泽阔彦森昱钊琛熙亮行远逸骏",
    ),
    (False, 0): (
        "玉秀桂凤兰美春金月翠菊珍素连招冬水新妹香爱喜莲彩七二三四五六荣细运银丽巧亚佩瑞带益惠小容",
        "英珍兰莲妹娥秀凤香芳花梅菊姣琼月娇姬云贞姑珠清芝枝容翠嫦连群娣婵玉桃仙女弟叶金福容桂蓉莹",
    ),
    (False, 1): (
        "小丽海春秋艳晓美燕红玉冬雪凤秀慧桂少芳佩云翠素月明彩银莉巧金家爱淑静志永丹碧惠琼焕敏亚水",
        "燕芳英玲丽萍霞娟梅红艳玉娥琴凤连群芬花平琼妮莉蓉菊秋珍慧兰凌洁婷珠艺姗菲云香丹青敏荣微静",
    ),
    (False, 2): (
        "子思雨诗梓欣语佳雅梦紫芷心静依婉晓嘉若琪可锦忆芊悦宛安艺晨馨慕以书尚沐晗清熙舒铭亦湘宇灵",
        "涵怡萱琪欣瑶妍彤萌婷琳玥雯诺晴宁蕊妤菲钰蕾洁慧桐然汐柔茜恩媛雅轩甜颖珊微薇淇漫溪心如曦月",
    ),
}
_SINGLE = {
    True: "军勇强明华平峰辉斌杰伟龙波飞超涛斐皓健刚东林敏磊昆森鹏凯宁洋",
    False: "燕芳英玲丽萍霞娟梅红艳琴妍婷琳玥雯晴静敏莹倩娜蓉兰慧洁菲",
}
RARE = "翯燊顼偲垚昙淼甯镕濛䶮㛃犇珺翀彧喆晟"  # what old software of offices cannot print
_UYGHUR_FIRST = {True: ("艾力", "买买提", "吐尔逊", "阿不都"), False: ("阿依古丽", "古丽娜", "帕提古丽", "热依罕")}
_UYGHUR_LAST = ("卡德尔", "买买提", "艾山", "吾守尔", "热合曼")
_HAMLET_FIRST = "大上下新旧中石岩白高东西塘江竹门坪沙田水樟枫龙凤马观社河湾福桥柳"
_HAMLET_SECOND = "洞寨塘岭坪屋村头尾背湾山井榕桥田底岩门板竹坡冲社厂脚"


def surnames(count: int, rng: np.random.Generator) -> np.ndarray:
    """Surnames as they mix in the county: the first in the list are the most common; (count,) text."""
    weights = 1 / (np.arange(len(SURNAMES)) + 6)
    return np.array(SURNAMES, dtype=object)[rng.choice(len(SURNAMES), count, p=weights / weights.sum())]


def given_names(male: np.ndarray, years: np.ndarray, generation: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Given names by sex and year of birth; men of a clan's generation often share the first character.

    `generation`: (n,) integers, equal for the men of one clan and generation, -1 for everybody else.
    """
    era = np.digitize(years, [1970, 1995])
    result = np.empty(len(male), dtype=object)
    for (is_male, which), (firsts, seconds) in _GIVEN.items():
        here = np.flatnonzero((male == is_male) & (era == which))
        first = _drawn(firsts, len(here), rng)
        shared = (generation[here] >= 0) & (rng.random(len(here)) < 0.3) & (which < 2)
        first = np.where(shared, np.array(list(firsts), dtype=object)[generation[here] % len(firsts)], first)
        second = _drawn(seconds, len(here), rng)
        single = rng.random(len(here)) < (0.03, 0.09, 0.05)[which]
        rare = rng.random(len(here)) < 0.006
        second = np.where(rare, _drawn(RARE, len(here), rng), second)
        result[here] = np.where(single, _drawn(_SINGLE[is_male], len(here), rng), first + second)
    return result


def _drawn(pool: str, count: int, rng: np.random.Generator) -> np.ndarray:
    weights = 1 / (np.arange(len(pool)) + 25)
    return np.array(list(pool), dtype=object)[rng.choice(len(pool), count, p=weights / weights.sum())]


def minority_names(male: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Names with a middle dot, of spouses who came from far away; (n,) text."""
    first = [_UYGHUR_FIRST[bool(is_male)][rng.integers(4)] for is_male in male]
    return np.array([f"{name}·{_UYGHUR_LAST[rng.integers(len(_UYGHUR_LAST))]}" for name in first], dtype=object)


def without_twins_in_name(members: pd.DataFrame, generation: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Given names redrawn until nobody shares a full name inside one household (columns 户, male, year, 姓, 名)."""
    given = members["名"].to_numpy(dtype=object).copy()
    for _ in range(20):
        full = members["姓"].to_numpy(dtype=object) + given
        again = pd.DataFrame({"户": members["户"], "姓名": full}).duplicated().to_numpy()
        if not again.any():
            break
        rows = np.flatnonzero(again)
        given[rows] = given_names(
            members["male"].to_numpy()[rows], members["year"].to_numpy()[rows], generation[rows], rng
        )
    return given


def hamlet_names(count: int, rng: np.random.Generator) -> list[str]:
    """Different names of 自然屯 and 村民小组 inside one village."""
    found: dict[str, None] = {}
    while len(found) < count:
        if rng.random() < 0.12:
            found[f"第{rng.integers(1, 16)}村民小组"] = None
            continue
        name = _HAMLET_FIRST[rng.integers(len(_HAMLET_FIRST))] + _HAMLET_SECOND[rng.integers(len(_HAMLET_SECOND))]
        found[name + ("屯" if rng.random() < 0.8 else "组")] = None
    return list(found)
