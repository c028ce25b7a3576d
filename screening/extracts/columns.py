"""Columns that many lists share, with the headings seen in the wild (domain.md 3.1 and real exports).

``replace(NAME, required=True)`` gives a list its own variant; a heading belongs to one key within a list.
"""

from dataclasses import replace

from screening.extracts.layout import Column, ColumnKind

K = ColumnKind

ID = Column(
    "id_number",
    "身份证号",
    K.ID,
    role="id",
    aliases=(
        "身份证", "身份证号码", "身份证件号码", "身份证件号", "公民身份号码", "公民身份证号码", "居民身份证号", "居民身份证号码",
        "证件号码", "证件号", "本人身份证号", "患者身份证号", "患者身份证号码", "学生身份证号", "学生身份证号码", "学生身份证件号",
        "参保人身份证号", "死者身份证号", "儿童身份证号", "残疾人身份证号", "身份证明号码",
    ),
    hint="18 位，单元格设为文本格式",
)  # fmt: skip
HEAD_AS_ID_ALIASES = (
    "户主身份证号", "户主身份证号码", "户主身份证", "户主证件号码", "户主证件号", "户主公民身份号码", "申请人身份证号",
)  # fmt: skip
NAME = Column(
    "name",
    "姓名",
    K.NAME,
    role="name",
    required=True,
    aliases=(
        "患者姓名", "人员姓名", "参保人姓名", "参保人", "学生姓名", "居民姓名", "本人姓名", "救助对象", "救助对象姓名", "对象姓名",
        "残疾人姓名", "死者姓名", "死亡人员姓名", "儿童姓名", "务工人员姓名", "姓 名",
    ),
)  # fmt: skip
HEAD_AS_NAME_ALIASES = ("户主", "户主名", "户主姓名", "农户姓名", "农户", "户名", "申请人")

CERTIFICATE = Column(
    "certificate",
    "残疾证号",
    K.CERTIFICATE,
    role="certificate",
    aliases=("残疾人证号", "残疾人证号码", "残疾证号码", "残疾人证", "残疾证编号", "残疾人证编号"),
    hint="20 位或 22 位，单元格设为文本格式",
)
BIRTHDAY = Column(
    "birthday", "出生日期", K.DATE, role="birthday", aliases=("出生年月日", "出生年月", "生日", "学生出生日期")
)
SEX = Column(
    "sex",
    "性别",
    K.CHOICE,
    role="sex",
    choices=("男", "女"),
    synonyms=(("男性", "男"), ("女性", "女"), ("1", "男"), ("2", "女"), ("M", "男"), ("F", "女")),
)
TOWNSHIP = Column(
    "township",
    "乡镇",
    K.TOWNSHIP,
    role="township",
    aliases=(
        "镇街", "镇(街)", "街镇", "街道乡镇", "镇街名称", "乡镇街道", "乡(镇)", "镇(乡)", "所属乡镇", "所在乡镇", "乡镇名称",
        "户籍乡镇", "乡镇(街道)", "乡镇/街道", "户籍所在乡镇", "户口所在乡镇",
    ),
)  # fmt: skip
VILLAGE = Column(
    "village",
    "村",
    K.VILLAGE,
    role="village",
    aliases=(
        "村社", "村(居)", "社区", "村社区", "村居", "行政村", "村委会", "村委", "村名", "村民委员会", "村(社区)", "所在村", "所属村",
        "户籍村", "所在行政村", "行政村名称", "行政村(社区)", "村(居)委会", "村委会名称", "户籍所在村",
    ),
)  # fmt: skip
HAMLET = Column(
    "hamlet",
    "自然屯",
    K.HAMLET,
    role="hamlet",
    aliases=(
        "屯",
        "自然村",
        "自然村(屯)",
        "村民小组",
        "屯(组)",
        "组",
        "小组",
        "村组",
        "自然屯(组)",
        "屯/组",
        "村小组",
    ),
)
ADDRESS = Column(
    "address",
    "家庭住址",
    K.ADDRESS,
    role="address",
    aliases=(
        "住址",
        "地址",
        "户籍地址",
        "家庭地址",
        "户籍地",
        "户籍所在地",
        "现住址",
        "详细地址",
        "居住地址",
        "户口所在地",
    ),
)
PHONE = Column(
    "phone",
    "联系电话",
    K.PHONE,
    role="phone",
    aliases=("电话", "联系方式", "手机", "手机号", "手机号码", "电话号码", "本人电话", "联系电话号码", "户联系电话"),
)
HEAD_NAME = Column("head_name", "户主姓名", K.NAME, role="head_name", aliases=("户主", "户主名"))
HEAD_ID = Column(
    "head_id",
    "户主身份证号",
    K.ID,
    role="head_id",
    aliases=("户主身份证号码", "户主身份证", "户主证件号码", "户主证件号"),
)
RELATION = Column("relation", "与户主关系", K.TEXT, aliases=("与户主的关系", "家庭关系", "关系"))
GUARDIAN = Column(
    "guardian",
    "监护人",
    K.NAME,
    role="guardian",
    aliases=("监护人姓名", "家长姓名", "家长", "法定监护人", "父亲或母亲姓名", "监护人名称"),
)
GUARDIAN_PHONE = Column(
    "guardian_phone",
    "监护人电话",
    K.PHONE,
    role="guardian_phone",
    aliases=("监护人联系电话", "家长电话", "家长联系电话", "监护人联系方式", "家长手机"),
)
GUARDIAN_ID = Column(
    "guardian_id",
    "监护人身份证号",
    K.ID,
    role="guardian_id",
    aliases=("监护人身份证号码", "家长身份证号", "监护人证件号码"),
)
SIZE = Column(
    "size",
    "家庭人口数",
    K.INTEGER,
    role="size",
    aliases=("人口", "人口数", "家庭人口", "家庭人数", "人数", "户人口数", "家庭成员数"),
)
IDENTITY = Column(
    "identity",
    "身份类别",
    K.TEXT,
    aliases=(
        "身份", "对象类别", "医疗救助身份", "救助身份", "优先身份", "特殊人员身份类别", "人员类别", "参保身份", "人员属性", "对象类型",
    ),
)  # fmt: skip
ACCOUNT = Column(
    "account", "银行账号", K.ACCOUNT, aliases=("银行卡号", "账号", "一卡通账号", "开户账号", "社保卡银行账号")
)
YEAR = Column("year", "年度", K.YEAR, aliases=("年份", "缴费年度", "参保年度", "费用年度", "统计年度"))
SELF_PAY_ALIASES = (
    "个人支付",
    "个人现金支付",
    "自付金额",
    "个人负担",
    "医疗自付费用金额",
    "自付",
    "个人自付金额",
    "个人自付费用",
    "个人负担金额",
    "自付费用",
)
REMARK = Column("remark", "备注", K.TEXT, aliases=("说明", "备注说明", "其他说明"))

PLACE = (TOWNSHIP, VILLAGE, HAMLET)
# A person's row: without the number there must be something else to know the person by.
PERSON = (ID, NAME)
KNOWN_BY = ("id_number", "birthday", "phone", "address", "village", "head_name")

HEAD = replace(NAME, label="户主姓名", aliases=(*HEAD_AS_NAME_ALIASES, "姓名"))
HEAD_NUMBER = replace(ID, label="户主身份证号", aliases=(*HEAD_AS_ID_ALIASES, "身份证号", *ID.aliases))


def amount(key, label, *aliases, **options):
    """An amount in yuan."""
    return Column(key, label, K.AMOUNT, aliases=aliases, **options)


def day(key, label, *aliases, **options):
    return Column(key, label, K.DATE, aliases=aliases, **options)


def text(key, label, *aliases, **options):
    return Column(key, label, K.TEXT, aliases=aliases, **options)


def choice(key, label, choices, *aliases, **options):
    return Column(key, label, K.CHOICE, choices=tuple(choices), aliases=aliases, **options)
