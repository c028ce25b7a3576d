"""Characters of the invented county, and how people write them wrongly: tables, and nothing of the project's own tables."""

from pypinyin import Style, pinyin

SURNAMES = "莫黎徐秦毛李黄陈周谢唐刘廖覃韦王张梁陆蒋罗邓潘赵朱胡吴杨林何曾郭龙欧阳俸粟诸"
MALE = "伟强军勇志明建国华文平东海林峰龙杰涛斌辉鹏刚健波俊德富贵荣光生福祥兴宏永才良宗培运继昌仁义礼信忠孝朝盛"
FEMALE = "芳英秀兰梅燕玲红霞莉丽萍娟艳桂花云珍凤琴莲婷雪慧敏静佳妹群娇香玉春秋冬菊翠素月清茜"
YOUNG = "子宇浩轩梓涵欣怡诗雨泽博思晨俊雅佳琪嘉豪语彤一诺悦萱睿铭瑞辰瑶可昊天奕霖沐恩凯晟乐"
RARE = "堃喆昇翯垚淼犇赟彧祎"
MINORITY = ("阿依·古丽", "扎西·顿珠", "买买提·吐尔逊", "古丽娜·艾山", "娜仁·托娅", "巴特尔·苏和")
DOTS = ("•", "・", "．", ".", "‧", "", " ")
LOOKS = dict(
    zip(
        "明建李王杰涛强军海林峰龙伟华文燕玲英秀兰莉丽陈毛刘红志国",
        "朋健季玉木寿张车悔材锋尤纬毕丈蒸铃央委三利两阵手浏江忘囯",
        strict=True,
    )
)
TRADITIONAL = dict(
    zip(
        "刘张陈黄赵吴罗邓陆蒋龙国华东军强伟凤莲兰艳丽红玲",
        "劉張陳黃趙吳羅鄧陸蔣龍國華東軍強偉鳳蓮蘭艷麗紅玲",
        strict=True,
    )
)
# for characters that a keyboard or a department's system does not have
STAND_IN = dict(zip(RARE, "坤哲升鹤土水奔斌或衣", strict=True))
# characters read in more than one way, and what one hears when they are read the other way
OTHER_READING = dict(zip("乐朝盛茜曾华覃", "岳昭成西层桦谈", strict=True))
DIGIT_LOOKS = {"0": "O", "1": "l", "8": "B", "5": "S"}
NOTES = ("（户主）", "(外出)", "（残）", "（已故）", "(已迁出)", "【低保】", "已故")
_SOUNDS: dict[str, list[str]] = {}


def homophone(rng, character: str) -> str:
    """Another character with the same sound, the same one where the tables have none."""
    if not _SOUNDS:
        for other in SURNAMES + MALE + FEMALE + YOUNG + "名铭伍卫玮胜升声冰宾兵梨鹃捐尧遥红宏鸿洪君均钧慧惠会绘秋丘邱":
            _SOUNDS.setdefault(pinyin(other, style=Style.NORMAL)[0][0], []).append(other)
    same = [c for c in _SOUNDS.get(pinyin(character, style=Style.NORMAL)[0][0], []) if c != character]
    return str(rng.choice(same)) if same else character
