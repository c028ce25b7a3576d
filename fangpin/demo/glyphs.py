"""Characters that offices confuse: same sound, similar shape, traditional form."""

_SAME_SOUND = """
永勇咏 芳方 文闻雯 亚雅娅 明铭名 志至智 国帼 华桦 英瑛莹 莲连联 兰岚 秀绣 玉育 建健坚 军君均钧 平萍苹 红洪宏鸿
生声升 林琳霖 辉晖徽 伟玮炜 杰洁捷 燕艳彦 霞侠 丽莉利 娟捐 芬纷 佳嘉家 欣鑫馨新心 怡宜仪 轩萱 浩昊皓 宇雨羽语
子梓紫 涵晗函 晨辰宸成 睿瑞 琪奇淇祺 梦孟 瑶遥尧 桂贵 珍真贞 凤奉 香乡湘 福富 忠中钟 清青庆 义艺逸毅 光广 昌长
礼理里 梅玫枚 荣容蓉 金今锦 运允云 少绍邵 东冬 世士仕 正政 发法 财才 德得 海诲 小晓 美镁 月悦 素苏 翠脆 娥鹅 群裙
思斯 廖寥 黎李 徐许 陈程 韦魏 覃谭 周邹 吴伍 何贺 彭朋
"""
_SIMILAR_SHAPE = """
申由 末未 玉王 己已 日曰 士土 刚钢 侯候 傅付 戴载 兰三 妹姝 荣莱 军车 清请 芳芬 建健 海梅 杨扬 芝艺 茂荗 凤风
天夫 大太 延廷 晴睛
"""
_TRADITIONAL = """
长長 国國 华華 兰蘭 凤鳳 龙龍 陈陳 刘劉 谢謝 罗羅 贵貴 军軍 荣榮 丽麗 莲蓮 强強 云雲 东東 红紅 运運 兴興 义義
庆慶 吴呉 娇嬌 继繼 瑶瑤 广廣 学學 宝寶 韦韋 黄黃 杨楊 赵趙 孙孫 马馬 邓鄧 蒋蔣 陆陸 诸諸 张張 财財 连連 凯凱
伟偉 志誌 胜勝 发發 万萬 叶葉 妇婦 锦錦 铭銘 钰鈺 静靜 梦夢 艺藝 语語 诗詩 诺諾 晓曉 飞飛 锋鋒 辉輝 坚堅 刚剛
顺順 贤賢 银銀
"""


def _others(groups: str) -> dict[str, str]:
    """Character -> all others of its groups."""
    found: dict[str, str] = {}
    for group in groups.split():
        for char in group:
            found[char] = found.get(char, "") + group.replace(char, "")
    return found


SAME_SOUND = _others(_SAME_SOUND)
SIMILAR_SHAPE = _others(_SIMILAR_SHAPE)
TRADITIONAL = {pair[0]: pair[1] for pair in _TRADITIONAL.split()}
