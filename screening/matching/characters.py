"""Characters of names: traditional and variant forms, look-alikes, how they sound (all as lookup tables by code point).

The pairs are the project's own list of what turns up in names of the county; a traditional character that is missing
here still meets its simplified form by sound.
"""

import re
import unicodedata
from functools import lru_cache

import numpy as np
from pypinyin import Style, pinyin

SPACE = 0x40000  # tables cover planes 0–3; a code point beyond is folded into them
WILD = 0x3FFFF  # a character nobody could write or that was hidden: □ ? * 某

# traditional → simplified, in pairs
_TRADITIONAL = (
    "陳陈黃黄劉刘張张楊杨趙赵吳吴鄭郑馮冯蔣蒋韓韩許许鄧邓蕭萧葉叶蘇苏盧卢鍾钟譚谭陸陆範范賈贾閻阎餘余鄒邹龍龙萬万錢钱湯汤賴赖龔龚龐庞顧顾"
    "賀贺嚴严聶聂駱骆鄔邬歐欧陽阳馬马齊齐閔闵溫温莊庄藍蓝韋韦車车滿满羅罗孫孙關关謝谢鐘钟倫伦侶侣佔占來来個个們们偉伟傑杰僑侨僕仆億亿儀仪"
    "優优兒儿兩两冊册軍军農农凍冻凱凯劍剑劑剂動动務务勝胜勞劳勢势勳勋勵励勸劝區区協协卻却參参員员國国圍围園园圓圆團团執执堅坚報报場场塊块塵尘"
    "墳坟壯壮壽寿夢梦夥伙奪夺奮奋婦妇媽妈嬌娇孃娘學学寧宁寶宝實实寫写將将專专對对導导層层屬属岡冈島岛峽峡崗岗嶺岭巒峦巖岩幫帮師师帶带幹干"
    "幾几庫库廠厂廣广廳厅張张強强彈弹彌弥彎弯彥彦後后從从復复徵征徹彻恆恒悅悦惠惠惡恶愛爱慶庆憐怜憲宪應应懷怀戀恋戰战戲戏戶户扶扶揚扬換换"
    "擁拥擔担擇择據据擴扩攝摄敵敌數数斂敛斬斩斷断於于時时晉晋暢畅曆历曉晓曄晔會会東东條条楓枫榮荣槍枪樂乐標标樓楼樹树橋桥機机檢检權权歡欢"
    "歲岁歷历歸归殺杀氣气漢汉沖冲決决沒没況况洩泄涼凉淚泪淨净淵渊湧涌滅灭滄沧漁渔潔洁潤润澤泽濟济濤涛濱滨瀅滢瀟潇瀾澜灣湾灝灏為为烏乌無无"
    "煉炼煒炜煙烟煥焕煬炀熱热燁烨燈灯燕燕營营燦灿爐炉爭争爺爷爾尔牆墙獎奖獨独獻献現现珮佩瑋玮瑣琐瑤瑶瑩莹瑪玛璣玑璽玺瓊琼畢毕畫画異异當当"
    "療疗發发盡尽監监盤盘碩硕礎础礦矿禎祯禮礼禪禅種种稱称穀谷積积穎颖穩稳窮穷競竞筆笔節节簡简籃篮糧粮紀纪約约紅红純纯紗纱級级紋纹紐纽細细紹绍"
    "終终組组結结絡络給给絢绚統统絲丝經经綠绿綢绸維维綱纲網网綺绮綾绫緒绪線线緣缘編编練练縣县縱纵總总績绩織织繡绣繼继續续羣群義义習习翹翘"
    "聖圣聞闻聯联聰聪聲声職职肅肃脈脉腳脚膚肤臨临興兴舉举舊旧艷艳藝艺芻刍華华萊莱蓮莲蔭荫薔蔷薩萨蘭兰處处號号蟬蝉蠶蚕術术衛卫補补裝装製制"
    "見见規规視视親亲覺觉覽览觀观計计訂订訊讯訓训記记訪访設设詠咏評评詩诗話话詢询詳详誌志認认語语誠诚說说課课調调談谈請请論论諾诺謀谋謙谦講讲"
    "識识譜谱議议護护譽誉變变讓让讚赞豐丰貝贝貞贞負负財财貢贡貨货貫贯責责貴贵買买費费貼贴資资賓宾賜赐賞赏賢贤質质購购賽赛贇赟贊赞躍跃軒轩"
    "軟软輔辅輕轻輝辉輪轮轉转辦办辭辞邊边達达過过運运進进遠远適适選选遲迟還还鄉乡鄰邻醫医釋释針针釗钊鈞钧鈺钰鉅钜鉑铂鉛铅銀银銅铜銘铭銳锐"
    "鋁铝鋒锋鋼钢錄录錦锦鍵键鎖锁鎮镇鏡镜鐵铁鑄铸鑑鉴鑒鉴鑫鑫長长門门閃闪開开閒闲間间閣阁闊阔隊队陰阴際际隨随險险隱隐雙双雲云電电霞霞霽霁"
    "靈灵靜静韻韵頂顶順顺須须頌颂預预領领頭头頻频題题願愿類类風风飛飞飛飞養养館馆騏骐騰腾驕骄驗验驊骅騫骞鬥斗魏魏魚鱼魯鲁鮮鲜鳳凤鳴鸣鴻鸿"
    "鵬鹏鶴鹤鷹鹰鸞鸾麗丽麥麦點点黨党鼎鼎齡龄龜龟蔔卜葦苇嬋婵嫻娴媛媛嬡嫒婭娅娛娱妝妆壇坛塗涂堯尧坵丘嘯啸喬乔唄呗啟启啓启單单嗣嗣嚮向"
    "佈布併并俠侠倉仓偵侦備备傳传債债傷伤僅仅價价儉俭儲储叢丛喪丧嘗尝塋茔墜坠夾夹妳你姍姗屆届峯峰崢峥嵐岚廬庐徑径忠忠憶忆懇恳懸悬捨舍掃扫"
    "掄抡採采揀拣搖摇摯挚撫抚擊击攬揽曠旷朮术柵栅棟栋棲栖楨桢槓杠樣样橫横櫻樱欽钦殘残汙污湊凑滬沪漣涟潛潜濃浓濰潍瀧泷爍烁牽牵獅狮"
)
# other ways to write the same character in a name
_VARIANTS = "邨村堃坤喆哲昇升犇奔甯宁祐佑濬浚叡睿崑昆崐昆菓果蘋苹姸妍凃涂煇辉暉晖珎珍乂义槑梅囍喜桺柳畧略竝并滙汇筍笋粧妆綵彩舖铺麽么麼么〇零呂吕"

# groups that the eye or the hand-writing recogniser confuses; simplified forms
_ALIKE = """
陈阵陣|杨扬汤肠|黎黍梨犁|莫草奠英|徐余涂除|秦泰奏春|毛手笔|李季孝杏|黄寅|周同用|谢射榭|唐庚康塘糖|廖寥|覃潭谭章|韦书苇伟|梁粱|陆陇隆|刘刚浏
|林材村杯|王玉主五壬|张弓长帐胀|龙尤庞宠|蒋将奖|罗萝锣|邓郑郊|吴昊娱误|欧殴鸥|申甲由田电|石右古|蓝篮兰|全金|潘翻播|苏办劳|于干千|未末|曾曹会
|己已巳|土士|戌戍戊成|天夫无|日曰目|人入八|大太犬|力刀九|午牛|子孑|刃刀|丰半|云去|井开|瓦互|今令|文又|方万|木本术|户尸|古占吉|东车冻|平乎
|永水冰泳|正止|生主|白自百|立位|兰三|亚业|芝之乏|光先|华毕桦|宇字宁|安按|军车|红江虹|玲铃珍伶|珍诊|玉王|明朋|朋明鹏|建健|健建键|伟玮炜|勇男|志忘
|芳劳苦|秀委|英央莹|莹荣萤|荣莹|莲连蓬|连莲|萍平苹|菊鞠|菲韭非|蓉容|燕蒸|霞露|露霞霜|雪雷|梅海悔|海梅侮|清请情青|静净|晴睛|婷停亭|娟捐涓|娜那
|娇骄|妮泥尼|妹妺姝|姣娇|娣弟|婉宛|媛援缓暖|嫦常|姗珊|珊姗册|琴瑟|琳淋林|琪棋淇|琼凉|瑞端|瑶遥|璐潞|敏繁|慧惠|惠慧|思恩|恩思|悦锐|怡治|恒桓
|宏雄|雄雌|斌武|杰木|松柏|柏伯|桂佳|佳隹|佩珮|俊峻浚|俐利莉|信倍|修悠|倩情|健键|凤风|凯岂|利刹|刚钢冈|国囯图|坤坤申|培倍|城诚|庆厌|强张|彬杉
|成咸|振震|文丈|斯期|昌冒|春舂|晓哓|晨辰|景影|曼慢|月用|有友|朝潮|栋拣|桃挑|楠喃|欣欧|正政|武斌|江汪|河何|泉帛|洁结|洋样|洪哄|浩活洁|涛寿
|润闰|淑叔|源原|滨宾|炎火|烨华|玄弦|玟纹|珠株|璇旋|甜恬|盛感|磊石|祥样|福富副|秋秒|程呈|穗惠|竹付|笑竺|紫柴|纯钝|绍昭|继断|维唯|美羊|群郡
|翠萃|翔详|耀跃|聪总|胜性|艳色|芬分|苗笛|若苦|茂戊茂|茜西|荷何|萌明|蕾雷|虎虑|裕谷|诗侍|诚城|贤肾|贵责|超起|辉浑|达迖|运远|进井|远运|连迁
|通道|道通|部都|都部|金全|鑫金|银根|铁钦|锋峰|锦绵|长张|阳阴|雅稚推|雨两|雯文|静青|韵均|顺须|颖颍|飞气|香杳|馨声|骏俊|高亭|鹏鸟|丽两|鸿鸣
|涵函|航杭|梓锌|轩杆|睿容|泽译|晗含|萱宣|琦奇|妍研|彤肜|浠稀|瑾谨|熙照|语浯|皓浩|楷揩|铭名|宸辰|悠攸|依衣|诺若|茹如|桐铜|栩翊|炫弦|炳柄
"""

_ANNOTATION = re.compile(r"[(（\[【<〈《{][^)）\]】>〉》}]*[)）\]】>〉》}]?")
_NOT_A_NAME = re.compile(
    r"[\s·•‧∙・･.．。,，、;；:：'‘’`\"“”\-—–_/\\|~!！#^&+=\x00-\x1f\u00ad\u200b-\u200f\u202a-\u202e\u2060\ufeff]+"
)
_UNREADABLE = re.compile(r"[A-Za-z]+|[?？*＊×✕○●□■▢◻\ufffd]")
TITLES = ("同志", "先生", "女士", "已故", "已死亡", "已去世", "户主", "外出", "已迁出", "迁出", "已注销", "注销")
_SURNAME_SOUNDS = {"单": "shan", "曾": "zeng", "解": "xie", "仇": "qiu", "查": "zha", "区": "ou", "朴": "piao", "翟": "zhai", "盖": "ge",
                   "覃": "qin", "缪": "miao", "任": "ren", "乐": "yue", "尉": "wei", "繁": "po", "冼": "xian", "燕": "yan", "葛": "ge",
                   "宁": "ning", "华": "hua", "洗": "xian", "員": "yun", "员": "yun", "秘": "bi", "黑": "he", "折": "she"}  # fmt: skip


def place(character: str) -> int:
    """Row of a character in the tables."""
    code = ord(character)
    return code if code < SPACE else code % 0x10000 + 0x30000


def _fold_table() -> np.ndarray:
    """Code point → code point of the form compared; 0 where the character needs the scalar path."""
    table = np.zeros(SPACE, dtype=np.uint32)
    for first, last in ((0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0x20000, 0x3FFFE)):
        table[first : last + 1] = np.arange(first, last + 1)
    for pairs in (_TRADITIONAL, _VARIANTS):
        for old, new in zip(pairs[::2], pairs[1::2], strict=True):
            table[ord(old)] = ord(new)
    table = np.where(table > 0, table[np.minimum(table, SPACE - 1)], table)
    table[ord("某")] = 0
    return table


def _alike_table() -> np.ndarray:
    """Code point → up to four numbers of look-alike groups (0 = none)."""
    table = np.zeros((SPACE, 4), dtype=np.uint16)
    for number, group in enumerate("".join(_ALIKE.split()).split("|"), start=1):
        for character in set(group):
            line = table[ord(character)]
            free = np.flatnonzero(line == 0)
            if len(free):
                line[free[0]] = number
    return table


FOLD = _fold_table()
ALIKE = _alike_table()
_SOUNDS = np.zeros((SPACE, 3), dtype=np.uint16)  # readings without tone
_LOOSE = np.zeros(SPACE, dtype=np.uint16)  # first reading as south-western ears hear it
_KNOWN = np.zeros(SPACE, dtype=bool)
_SYLLABLES: dict[str, int] = {}


def _syllable(text: str) -> int:
    return _SYLLABLES.setdefault(text, len(_SYLLABLES) + 1)


@lru_cache(maxsize=30_000)
def readings(character: str) -> tuple[str, ...]:
    """Syllables without tone a character may be read as, the usual one first."""
    found = pinyin(character, style=Style.NORMAL, heteronym=True, errors="ignore")
    return tuple(dict.fromkeys(found[0])) if found else ()


def surname_reading(character: str) -> str:
    return _SURNAME_SOUNDS.get(character) or (readings(character) or ("",))[0]


def _loose(syllable: str) -> str:
    """zh/z, ch/c, sh/s, n/l, -ng/-n, hu/f fall together in Guilin speech."""
    for heard, written in (("z", "zh"), ("c", "ch"), ("s", "sh")):
        if syllable.startswith(written):
            syllable = heard + syllable[2:]
    if syllable.startswith("n"):
        syllable = "l" + syllable[1:]
    return syllable[:-1] if syllable.endswith("ng") else syllable


def learn_sounds(codes: np.ndarray) -> None:
    """Fill the sound tables for the code points in `codes` (any shape) that are not known yet."""
    fresh = np.unique(codes[~_KNOWN[codes]])
    for code in fresh[fresh > 0]:
        found = readings(chr(code)) if code != WILD else ()
        for column, reading in enumerate(found[:3]):
            _SOUNDS[code, column] = _syllable(reading)
        if found:
            _LOOSE[code] = _syllable(_loose(found[0]))
    _KNOWN[fresh] = True


def sounds(codes: np.ndarray) -> np.ndarray:
    """Readings (…, 3) of code points; 0 = none. Call `learn_sounds` first."""
    return _SOUNDS[codes]


def loose_sounds(codes: np.ndarray) -> np.ndarray:
    return _LOOSE[codes]


def is_name(text: str) -> bool:
    """Whether a text can be a name: two characters or more that count, and no digit."""
    return len(plain_name(text)) >= 2 and not re.search(r"\d", text)


def plain_name(name: str) -> str:
    """The characters of a name that count, scalar: no annotation, blank, dot, title or note; simplified; WILD for unreadable."""
    text = _ANNOTATION.sub("", unicodedata.normalize("NFKC", name))
    text = _NOT_A_NAME.sub("", text)
    for title in TITLES:
        if len(text) > len(title) + 1 and text.endswith(title):
            text = text[: -len(title)]
            break
    text = re.sub(r"\d+$", "", text)
    if len(text) >= 4 and text[-1] in "*＊" and not _UNREADABLE.search(text[:-1]):
        text = text[:-1]
    text = _UNREADABLE.sub(chr(WILD), text.replace("某", "*"))
    return "".join(chr(int(FOLD[place(c)])) if FOLD[place(c)] else (c if c == chr(WILD) else "") for c in text)
