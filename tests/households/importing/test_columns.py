"""Headings of the national exports."""

import pytest

from households.importing.columns import COLUMNS, To, column_for, heading_key, map_headings, missing_columns

# Headings of the lists of domain.md 8.1 as they are printed there.
MEMBER_EXPORT = (
    "省 市 县 乡 村 户编号 人口编号 姓名 性别 出生日期 证件类型 证件号码 民族 户联系电话 成员联系电话 年度 与户主关系 文化程度 在校生状况 "
    "劳动技能 务工时间（月） 健康状况 政治面貌 务工企业名称 是否享受低保 失学或辍学原因 是否会讲普通话 公益性岗位 就业渠道 残疾类别 务工所在地 户主姓名 "
    "户主证件号码 是否特困 残疾证办证年度 识别标准"
)
LIFTED_LIST = (
    "县(市、区、旗) 乡(镇) 行政村 自然村 户编号 人编号 姓名 证件号码 人数 与户主关系 民族 文化程度 在校生状况 健康状况 劳动技能 务工时间（月） "
    "是否参加大病保险 致贫原因1 危房户 是否解决安全饮用水 人均纯收入 户联系电话 人联系电话 首次识别时间 "
    "人员识别时间 户类型 监测对象类型 风险是否消除 风险识别时间 "
    "风险消除时间"
)


@pytest.mark.parametrize("headings", [MEMBER_EXPORT, LIFTED_LIST], ids=["member", "lifted"])
def test_every_heading_of_the_national_lists_is_known(headings):
    mapped, unknown = map_headings(headings.split())
    assert unknown == []
    assert missing_columns(mapped) == []


@pytest.mark.parametrize(
    ("heading", "key"),
    [
        ("乡（镇） ", "township"), ("人口编号", "number"), ("监测对象类型", "category"), ("家庭成员联系电话", "phone"), ("身份证号码", "id_number"),
        ("与户主\n关系", "relation"), ("务工时间（月）", "work_months"), ("风险消除时间", "monitored_until"),
    ],
)  # fmt: skip
def test_headings_are_known_by_their_text(heading, key):
    assert column_for(heading).key == key


def test_no_heading_means_two_columns():
    owners = {}
    for column in COLUMNS:
        for word in (column.label, *column.aliases):
            assert owners.setdefault(heading_key(word), column.key) == column.key


def test_numbers_of_cards_and_third_persons_go_nowhere():
    for heading in ("银行账号", "残疾证号", "户主证件号码", "帮扶责任人电话"):
        assert column_for(heading).to == To.NOWHERE


def test_unknown_and_repeated_headings_are_reported():
    mapped, unknown = map_headings(["户编号", "户籍性质", "户编号(2)", "", "家庭编号"])
    assert mapped == {"household": 0}
    assert unknown == ["户籍性质", "户编号(2)", "家庭编号"]


def test_missing_columns_are_named():
    mapped, _ = map_headings(["姓名", "行政村"])
    assert missing_columns(mapped) == ["户编号", "人编号"]
