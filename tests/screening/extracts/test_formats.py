"""Lists as data, and how headings are recognised."""

import json

import pytest

from screening.extracts.formats import (
    DEPARTMENTS,
    FORMATS,
    ColumnKind,
    ListFormat,
    amounts_in_wan,
    header_words,
    map_columns,
    normalise_header,
)
from screening.extracts.layout import Column

ASKED_FOR = (
    "EDU-1 EDU-5 MI-1 MI-2 MI-3 HLT-1 HLT-4 HOU-1 HOU-2 WAT-1 WAT-4 CIV-1 CIV-2 CIV-3 CIV-4 DIS-1 DIS-2 FPB-1 "
    "EDU-R MI-R MI-S HLT-R HOU-R WAT-R CIV-R DIS-R HR-R"
)


def recognised(code, headers):
    return map_columns(headers.split(), FORMATS[code])


def test_all_lists_are_there():
    assert set(FORMATS) == set(ASKED_FOR.split())
    assert {fmt.department for fmt in FORMATS.values()} == set(DEPARTMENTS)


@pytest.mark.parametrize("fmt", FORMATS.values(), ids=FORMATS)
def test_a_heading_belongs_to_one_column_of_a_list(fmt):
    claims = [
        (normalise_header(word), column.key) for column in fmt.columns for word in {column.label, *column.aliases}
    ]
    owners = {}
    for word, key in claims:
        assert owners.setdefault(word, key) == key, word


@pytest.mark.parametrize("fmt", FORMATS.values(), ids=FORMATS)
def test_a_list_survives_json(fmt):
    assert ListFormat.from_json(json.loads(json.dumps(fmt.to_json()))) == fmt


@pytest.mark.parametrize("fmt", FORMATS.values(), ids=FORMATS)
def test_labels_alone_map_a_whole_list(fmt):
    found = map_columns([column.label for column in fmt.columns], fmt)
    assert list(found.columns) == [column.key for column in fmt.columns]
    assert found.complete
    assert not found.ambiguous


def test_personal_follows_from_the_kind():
    assert FORMATS["DIS-R"].personal_keys == ("id_number", "certificate", "phone", "guardian_phone")
    assert not Column("name", "姓名", ColumnKind.NAME).personal


def test_a_key_of_the_system_is_refused():
    with pytest.raises(ValueError, match="status"):
        ListFormat(
            "X-1", "县里的名单", "EDU", "monthly", (Column("status", "状态", ColumnKind.TEXT),), key=("status",)
        )


def test_incomplete_json_is_refused_in_words():
    with pytest.raises(ValueError, match="名单格式不完整"):
        ListFormat.from_json({"code": "X-1"})


def test_both_sheets_of_the_school_register_map():
    first = recognised(
        "EDU-R",
        "序号 学校名称 年级 学生姓名 性别 身份证件号 出生日期 家庭住址 监护人姓名 监护人联系电话 学籍状态 备注",
    )
    second = recognised(
        "EDU-R", "序号 就读学校 年级 姓名 性别 学生身份证号码 出生年月日 户籍地址 家长姓名 家长电话 就读状态 备注"
    )
    assert first.columns == second.columns
    assert first.columns["guardian_phone"] == 9
    assert first.complete
    assert first.unknown == []


@pytest.mark.parametrize(
    ("code", "heading", "key"),
    [
        ("MI-R", "证件号码", "id_number"),
        ("MI-S", "公民身份号码", "id_number"),
        ("HLT-R", "乡（镇）", "township"),
        ("DIS-R", "村（社区）", "village"),
        ("WAT-R", "村委", "village"),
        ("HOU-R", "所在乡镇", "township"),
        ("HOU-R", "户主身份证号码", "id_number"),
        ("HOU-R", "户主姓名", "name"),
        ("CIV-R", "月保障金额（元）", "monthly"),
        ("MI-1", "姓名(与身份证一致)", "name"),
        ("MI-1", " 个人 自付＊ ", "self_pay"),
        ("WAT-4", "取水距离（米）", "fetch_m"),
        ("WAT-4", "取水距离（公里）", "fetch_km"),
    ],
)
def test_headings_seen_in_the_wild(code, heading, key):
    assert map_columns([heading], FORMATS[code]).columns == {key: 0}


def test_position_tells_nothing():
    assert recognised("HLT-1", "病种 姓名").columns == {"disease": 0, "name": 1}


def test_the_exact_label_wins_over_an_alias():
    found = recognised("MI-1", "自付 个人自付 姓名")
    assert found.columns["self_pay"] == 1
    assert found.unknown == [0]
    assert found.ambiguous == {}


def test_two_equal_claims_are_asked_back():
    found = recognised("MI-3", "姓名 证件号码 身份证号码 参保状态")
    assert found.ambiguous == {"id_number": [1, 2]}
    assert "id_number" not in found.columns


def test_a_heading_the_reader_numbered_claims_as_much_as_the_first():
    assert recognised("MI-3", "姓名 村 身份证号 身份证号(2)").ambiguous == {"id_number": [2, 3]}


def test_what_the_department_answered_is_remembered():
    remembered = {normalise_header("参保人员（本人）"): "name", normalise_header("身份证号"): ""}
    found = map_columns(["参保人员(本人)", "身份证号", "村"], FORMATS["MI-3"], remembered)
    assert found.columns == {"name": 0, "village": 2}
    assert found.unknown == []


def test_missing_columns_are_named():
    found = recognised("MI-1", "姓名 总费用 学校")
    assert [column.label for column in found.missing_required] == ["个人自付"]
    assert [column.key for column in found.missing_any[0]] == ["id_number", "birthday", "phone", "address", "village"]
    assert found.unknown == [2]


def test_a_list_that_names_only_the_head_is_about_the_head():
    found = recognised("CIV-1", "户主姓名 户主身份证号 保障类别 起始日期")
    assert found.columns == {"category": 2, "started_on": 3, "name": 0, "id_number": 1}


def test_the_head_does_not_lend_a_number_to_somebody_else():
    found = recognised("CIV-1", "姓名 户主姓名 户主身份证号 起始日期")
    assert found.columns["head_id"] == 2
    assert "id_number" not in found.columns


def test_units_in_headings():
    assert amounts_in_wan("自付金额（万元）")
    assert not amounts_in_wan("自付金额（元）")


def test_header_words_are_what_the_reader_looks_for():
    words = header_words(FORMATS["HLT-R"])
    assert {"患者姓名", "乡(镇)", "病种", "序号"} <= words
