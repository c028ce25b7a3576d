"""Every cell of an upload arrives as it stands: texts, kinds of cells, positions, merged ranges."""

import datetime
import io
from pathlib import Path

import pytest
import xlsxwriter
import xlwt

from fangpin.sheets import Limits, Merge, Unreadable, read_raw
from fangpin.sheets.child import Refused, decoded_form, delimiter_of, number_text
from fangpin.sheets.prescan import prescan
from tests.fangpin.sheets.books import HEADER, PEOPLE, a_book, a_small_book, inline, sheet_of, with_parts


def read(data, name="名单.xlsx", **options):
    return read_raw(io.BytesIO(data), name, **options)


def rows(sheet):
    return sheet.text.to_numpy().tolist()


def a_book_of_all_kinds():
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet("各种")
        day, moment = (
            book.add_format({"num_format": "yyyy-mm-dd"}),
            book.add_format({"num_format": "yyyy-mm-dd hh:mm"}),
        )
        sheet.write_row("B3", ["450399196911052340", 450399196911052340, 2021, 0.1 + 0.2, True, " \u3000 ", "#N/A"])
        sheet.write_datetime("I3", datetime.datetime(2021, 5, 6), day)
        sheet.write_datetime("J3", datetime.datetime(2021, 5, 6, 7, 8), moment)
    return out.getvalue()


def test_kinds_and_texts_of_cells_are_exact():
    (sheet,) = read(a_book_of_all_kinds())
    assert sheet.text.index.tolist() == [1, 2, 3]
    assert sheet.text.loc[3].tolist() == [
        *["", "450399196911052340", "4.50399196911052E+17", "2021", "0.3"],
        *["TRUE", "", "#N/A", "2021-05-06", "2021-05-06 07:08:00"],
    ]
    assert sheet.kind.loc[3].tolist() == [0, 1, 2, 2, 2, 5, 0, 6, 3, 4]
    assert sheet.kind.loc[1].tolist() == [0] * 10


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (-3.0, "-3"),
        (999_999_999_999_999.0, "999999999999999"),
        (1e15, "1.00000000000000E+15"),
        (450321195603208123.0, "4.50321195603208E+17"),
        (1234.5, "1234.5"),
        (float("nan"), "#NUM!"),
        (float("-inf"), "#NUM!"),
    ],
)
def test_a_number_claims_no_more_than_fifteen_digits(value, text):
    assert number_text(value) == text


def test_sheets_come_in_order_with_merges_and_hidden_ones():
    data = a_book(
        ("甲", [HEADER]), ("乙", [HEADER, *PEOPLE]), merges=[(0, 4, 0, 2, "合并")], vertical=[(1, 3, 5, 2, "村")]
    )
    first, second = read(data)
    assert (first.name, first.merged, first.hidden) == ("甲", (Merge(5, 0, 5, 2),), False)
    assert (second.name, second.merged) == ("乙", (Merge(4, 2, 6, 2),))


def test_an_old_workbook_is_read():
    out = io.BytesIO()
    book = xlwt.Workbook()
    sheet = book.add_sheet("旧")
    sheet.write(1, 1, "甘英利")
    sheet.write(1, 2, 45)
    book.save(out)
    (raw,) = read(out.getvalue(), "旧.XLS")
    assert rows(raw) == [["", "", ""], ["", "甘英利", "45"]]
    assert raw.kind.loc[2].tolist() == [0, 1, 2]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_csv_of_every_encoding_and_delimiter_is_read(encoding, delimiter):
    lines = [HEADER, ["甘英利", "450399196911052340", "堤高乡，甲"], ["𠀀𪚥", "", ""]]
    text = "\r\n".join(delimiter.join(line) for line in lines)
    (sheet,) = read(text.encode(encoding), "名单.csv")
    assert rows(sheet) == lines
    assert sheet.name == "名单"


def test_a_line_break_in_quotes_starts_no_row_and_short_rows_are_filled():
    (sheet,) = read('姓名,备注\n甘英利,"第一行\n第二行"\n\n李挺文\n'.encode(), "名单.csv")
    assert rows(sheet) == [["姓名", "备注"], ["甘英利", "第一行\n第二行"], ["", ""], ["李挺文", ""]]
    assert sheet.text.index.tolist() == [1, 2, 3, 4]


def test_a_short_gbk_word_that_happens_to_be_utf8_is_read_as_chinese():
    assert decoded_form("联通\n".encode("gbk"))[1] == "gb18030"


def test_mixed_encodings_name_the_lines_that_differ():
    with pytest.raises(Refused) as refused:
        decoded_form("姓名,乡\n".encode("gbk") * 3 + "甘英利\n".encode() * 2)
    assert (refused.value.code, refused.value.facts) == ("mixed_encodings", {"lines": "4、5"})


def test_the_delimiter_is_the_one_on_which_lines_agree():
    assert delimiter_of(["姓名;备注\n", "甘英利;甲,乙,丙\n", "李挺文;丁\n"]) == ";"
    assert delimiter_of(["姓名\n"]) == ","


def test_progress_tells_rows_done_of_rows_in_all():
    told = []
    read(a_small_book(), progress=lambda done, total: told.append((done, total)))
    assert told == [(3, 3)]


def test_a_path_is_read_like_a_stream(tmp_path: Path):
    file = tmp_path / "x"
    file.write_bytes(a_small_book())
    assert rows(read_raw(file, "名单.xlsx")[0]) == [HEADER, *PEOPLE]


def test_a_formatted_blank_cell_far_right_does_no_harm():
    cells = f'<row r="1">{inline("A1", "姓名")}<c r="XFD1" s="0"/></row><row r="1048576" hidden="1"/>'
    (sheet,) = read(with_parts(sheet=sheet_of(cells)))
    assert rows(sheet) == [["姓名"]]


def test_a_reference_in_the_words_of_a_cell_is_no_reference():
    (sheet,) = read(
        with_parts(sheet=sheet_of(f'<row r="1">{inline("A1", "见 r=&quot;A1 或 r=" + chr(34) + "XFD9")}</row>'))
    )
    assert rows(sheet) == [['见 r="A1 或 r="XFD9']]


def test_the_prescan_tells_what_the_file_unpacks_to():
    form, unpacked = prescan(io.BytesIO(a_small_book()), r"C:\表\名单.XLSX", Limits())
    assert form == "xlsx"
    assert 5_000 < unpacked < 50_000


def test_lower_limits_are_kept():
    with pytest.raises(Unreadable) as refused:
        read(a_small_book(), limits=Limits(rows=2))
    assert refused.value.message.startswith("表格用到了第 3 行，超过 2 行的上限。")
    with pytest.raises(Unreadable, match="文字总量"):
        read(a_small_book(), limits=Limits(text_bytes=10))
    with pytest.raises(Unreadable, match="合并单元格"):
        read(a_book(("s", [HEADER]), merges=[(0, 1, 0, 2, "a"), (0, 2, 0, 2, "b")]), limits=Limits(merges=1))
    with pytest.raises(Unreadable, match="展开后有"):
        read(a_small_book(), limits=Limits(unpacked_bytes=100))
