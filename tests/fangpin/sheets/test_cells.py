"""What a cell means, in every notation of domain.md 3.1: exact values, and nothing ever raises."""

from datetime import date

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fangpin.sheets import (
    NO_VALUE_WORDS,
    NUMBER,
    TEXT,
    alike,
    blank,
    clean_cell,
    clean_text,
    parse_amount,
    parse_amounts,
    parse_date,
    parse_dates,
    parse_integers,
)

ANY_TEXT = st.text(max_size=30) | st.text(alphabet="0123456789.-/年月日 ,，万元()（）¥－０１２", max_size=16)


def column(*texts):
    return pd.Series(texts, range(5, 5 + len(texts)), dtype="str")


def kinds(of, kind=TEXT):
    return pd.Series(kind, of.index, dtype="uint8")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        *(
            (text, (2021, 5, 6))
            for text in ("2021.5.6", "20210506", "2021/5/6", "2021-5-6 00:00:00", "2021年5月6日", "2021.05.06.")
        ),
        *(
            (text, (2021, 5, 6))
            for text in (
                "２０２１．５．６",
                "2021 年 5 月 6 日",
                "'2021-05-06",
                "2021-05-06T08:30:00.0",
                "2021年5月6号",
            )
        ),
        *(
            (text, (2021, 5, 1))
            for text in ("202105", "2021年5月", "2021年05月份", "2021-5", "2021/05", "2021.5", "2021.05")
        ),
        ("44267", (2021, 3, 12)),
        ("20210506123000", (2021, 5, 6)),
        ("2020-2-29", (2020, 2, 29)),
        ("2021.10", (2021, 10, 1)),
        *(
            (text, None)
            for text in ("2021-2-29", "2021-13-1", "202113", "20211301", "21.5.6", "2021", "2021.1", "1899-12-31")
        ),
        *(
            (text, None)
            for text in ("", "无", "长期", "2021-05/06", "2021-05-06 25:00", "120", "99999", "2101-01-01", "五月")
        ),
    ],
)
def test_dates_in_all_notations(written, meant):
    assert parse_date(written) == (date(*meant) if meant else None)


def test_number_cells_are_serials_months_or_days_but_never_years():
    texts = column(
        "44267", "44267.75", "20210506", "202105", "2021", "2021.5", "60", "61", "0", "-5", "4.50321195603208E+17"
    )
    found = parse_dates(texts, kinds(texts, NUMBER))
    days = ["2021-03-12", "2021-03-12", "2021-05-06", "2021-05-01", "", "", "", "1900-03-01", "", "", ""]
    assert found.values.dt.strftime("%Y-%m-%d").fillna("").tolist() == days
    assert found.values.dtype == "datetime64[s]"
    assert found.ok.index.tolist() == texts.index.tolist()


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("1,234.50", 1234.5),
        ("¥1234.5元", 1234.5),
        ("１２３４．５", 1234.5),
        (" 5450.00", 5450),
        ("1，234", 1234),
        ("1 234 567", 1234567),
        ("(200)", -200),
        ("（1,200.5）", -1200.5),
        ("-3", -3),
        ("－3", -3),
        ("1.2万元", 12000),
        ("0.060195万元", 601.95),
        ("3万", 30000),
        ("100元整", 100),
        ("1.5E+3", 1500),
        *(
            (text, None)
            for text in ("", "无", "约3千", "3万5", "12,34", "5%", "1.2.3", "万", "2亿", "nan", "inf", "100-200")
        ),
        ("9" * 16, None),
    ],
)
def test_amounts_in_all_notations(written, meant):
    assert parse_amount(written) == meant


def test_a_column_of_amounts_says_which_cells_are_in_wan():
    texts = column("134.87", "0.060195万元", "约万元", "")
    found = parse_amounts(texts, kinds(texts))
    assert found.values.fillna(-1).tolist() == [134.87, 601.95, -1, -1]
    assert found.ok.tolist() == [True, True, False, False]
    assert found.in_wan.tolist() == [False, True, False, False]


def test_whole_numbers():
    texts = column("12", "１２", "12.0", "1,200", "4人", "1967年", "-3", "", "1.5", "x", "9" * 30)
    found = parse_integers(texts, kinds(texts))
    assert found.values.fillna(-1).tolist() == [12, 12, 12, 1200, 4, 1967, -3, -1, -1, -1, -1]
    assert found.ok.tolist() == [True] * 7 + [False] * 4


def test_clean_text_takes_away_what_cannot_be_seen():
    dirty = column(
        " 张　三 ",
        "'450399",
        '="0012"',
        "ＡＢｃ１",
        "a\r\nb",
        "\u200b张\ufeff",
        "乡（镇）",
        "1、2",
        "\U00020000",
        "a \t b",
    )
    assert clean_text(dirty).tolist() == [
        "张 三",
        "450399",
        "0012",
        "ABc1",
        "a b",
        "张",
        "乡（镇）",
        "1、2",
        "\U00020000",
        "a b",
    ]


def test_blank_cells_in_many_spellings():
    assert blank(column("", " ", "/", "-", "—", "——", "－", "NULL", "`", "'")).all()
    assert blank(column("无", "否", "0", "张三")).tolist() == [False] * 4
    assert blank(column("无", " 暂无 ", "否"), NO_VALUE_WORDS).tolist() == [True, True, False]


@given(st.lists(ANY_TEXT, min_size=1, max_size=20), st.integers(0, 6))
def test_nothing_raises_and_not_ok_has_no_value(texts, kind):
    cells = column(*texts)
    for parse in (parse_dates, parse_amounts, parse_integers):
        found = parse(cells, kinds(cells, kind))
        assert found.values.notna().tolist() == found.ok.tolist()
    assert clean_text(cells).tolist() == [clean_cell(text) for text in cells]
    assert not found.ok[blank(cells)].any()


@given(st.lists(ANY_TEXT, min_size=1, max_size=20))
def test_cleaning_twice_changes_nothing_more(texts):
    once = clean_text(column(*texts).str.replace("['=\"’‘`]", "", regex=True))
    assert clean_text(once).tolist() == once.tolist()


FORMS = ["{0}.{1}.{2}", "{0}/{1}/{2}", "{0}-{1:02}-{2:02} 00:00:00", "{0}{1:02}{2:02}", "{0}年{1}月{2}日"]


@given(st.dates(date(1900, 1, 1), date(2100, 12, 31)), st.sampled_from(FORMS))
def test_a_date_written_in_any_form_is_read_back(day, form):
    assert parse_date(form.format(day.year, day.month, day.day)) == day


@given(st.dates(date(1910, 1, 1), date(2100, 12, 31)))
def test_a_serial_number_is_read_back(day):
    texts = column(str((day - date(1899, 12, 30)).days))
    assert parse_dates(texts, kinds(texts, NUMBER)).values.dt.date.tolist() == [day]


@given(st.integers(-(10**12), 10**12))
def test_an_amount_in_cents_is_read_back(cents):
    assert parse_amount(f"{cents / 100:,.2f}元") == cents / 100


@given(st.integers(0, 10**9))
def test_an_amount_in_wan_is_multiplied_without_error(cents):
    assert parse_amount(f"{cents // 1_000_000}.{cents % 1_000_000:06}万元") == cents / 100


def test_rows_that_say_the_same_in_every_column_are_alike():
    codes, firsts = alike([column("甲", "乙", "甲", "甲"), column("1", "1", "2", "1")])
    assert (codes.tolist(), firsts.tolist()) == ([0, 1, 2, 0], [0, 1, 2])


def test_of_no_rows_none_are_alike():
    codes, firsts = alike([column(), column()])
    assert (codes.tolist(), firsts.tolist()) == ([], [])
