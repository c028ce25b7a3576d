"""Files that are odd and honest: (name, content, the data rows that must be read). What else stands below the header is passed over, and named."""

import io
import zipfile
from collections.abc import Callable
from datetime import date, datetime

import xlsxwriter
import xlwt

from tests.fangpin.sheets.books import (
    HEADER,
    PEOPLE,
    a_book,
    a_small_book,
    inline,
    parts_of,
    put_together,
    sheet_of,
    with_parts,
)

TABLE = [HEADER, *PEOPLE]
SHEET = "xl/worksheets/sheet1.xml"


def text(rows=TABLE, *, delimiter=",", end="\n", last=True) -> str:
    return end.join(delimiter.join(row) for row in rows) + (end if last else "")


def drawn(draw: Callable, rows=TABLE) -> bytes:
    """A workbook of one sheet with the rows, after ``draw(book, sheet)`` did something to it."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet("名单")
        for at, row in enumerate(rows):
            for column, value in enumerate(row):
                sheet.write_string(at, column, value)
        draw(book, sheet)
    return out.getvalue()


def _changed(name: str, *changes: tuple[str, str]) -> bytes:
    """The small book with words of one part replaced, each of which must be there."""
    parts = parts_of(a_small_book())
    part = parts[name].decode()
    for old, new in changes:
        assert old in part, (name, old)
        part = part.replace(old, new, 1)
    return put_together(parts | {name: part.encode()})


def _without(*names: str) -> bytes:
    return put_together({name: part for name, part in parts_of(a_small_book()).items() if name not in names})


def _with_comment() -> bytes:
    out = io.BytesIO(a_small_book())
    with zipfile.ZipFile(out, "a") as parcel:
        parcel.comment = "县医保局导出".encode()
    return out.getvalue()


def _behind_a_chart(book, sheet):
    chart = book.add_chart({"type": "column"})
    chart.add_series({"values": "=名单!$A$2:$A$3"})
    book.add_chartsheet("图").set_chart(chart)


def _behind_a_hidden_sheet(book, sheet):
    hidden = book.add_worksheet("参数")
    hidden.write_string(0, 0, "内部编码")
    hidden.very_hidden()


def _page(book, sheet):
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, 2, 2)
    sheet.repeat_rows(0)
    sheet.set_header("&C农村低保对象花名册")
    sheet.data_validation(1, 2, 9, 2, {"validate": "list", "source": ["堤高乡", "金水镇"]})
    sheet.conditional_format(0, 0, 9, 2, {"type": "duplicate", "format": book.add_format({"bold": True})})


def _words(book, sheet):
    sheet.write_comment(1, 0, "已核对")
    sheet.insert_textbox(5, 5, "填表说明：此处不是数据")
    sheet.write_url(1, 2, "internal:名单!A1", string="堤高乡")


def _rich(book, sheet):
    bold = book.add_format({"bold": True})
    sheet.write_rich_string(1, 0, bold, "甘", "英", bold, "利")


def _calculated(book, sheet):
    sheet.write_formula(1, 2, '=CONCATENATE("堤高","乡")', None, "堤高乡")
    sheet.write_formula(2, 2, "=C2", None, "堤高乡")


def _of_kinds(book, sheet):
    sheet.write_datetime(1, 2, datetime(2021, 5, 6), book.add_format({"num_format": "yyyy/m/d"}))
    sheet.write_boolean(2, 2, True)


def _old(rows=TABLE) -> bytes:
    out, book = io.BytesIO(), xlwt.Workbook()
    sheet = book.add_sheet("名单")
    for at, row in enumerate(rows):
        for column, value in enumerate(row):
            sheet.write(at, column, value)
    book.save(out)
    return out.getvalue()


def _of_1904() -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "date_1904": True}) as book:
        sheet = book.add_worksheet("名单")
        sheet.write_row(0, 0, HEADER)
        sheet.write_row(1, 0, PEOPLE[0][:2])
        sheet.write_datetime(1, 2, date(2021, 5, 6), book.add_format({"num_format": "yyyy-mm-dd"}))
    return out.getvalue()


def _titled(*above: list[str]) -> bytes:
    return a_book(("名单", [*above, *TABLE]))


def _rows_of(*cells: str) -> bytes:
    """A sheet that writes its header inline and then these cells as row 2."""
    head = "".join(inline(f"{letter}1", word) for letter, word in zip("ABC", HEADER, strict=True))
    return with_parts(sheet=sheet_of(f'<row r="1">{head}</row><row r="2">{"".join(cells)}</row>'))


GAN, LI = PEOPLE
RARE = ["\U00020000英利", *GAN[1:]]
TIBETAN = ["买买提·吐尔逊", *GAN[1:]]

ODD: list[tuple[str, Callable[[], bytes], list[list[str]]]] = [
    # text files
    ("有标记.csv", lambda: text().encode("utf-8-sig"), PEOPLE),
    ("小端.csv", lambda: b"\xff\xfe" + text().encode("utf-16-le"), PEOPLE),
    ("大端.csv", lambda: b"\xfe\xff" + text().encode("utf-16-be"), PEOPLE),
    ("国标.csv", lambda: text().encode("gb18030"), PEOPLE),
    ("四字节.csv", lambda: text([HEADER, RARE, LI]).encode("gb18030"), [RARE, LI]),
    ("间隔号.csv", lambda: text([HEADER, TIBETAN]).encode("gb18030"), [TIBETAN]),
    ("制表符.csv", lambda: text(delimiter="\t").encode(), PEOPLE),
    ("分号.csv", lambda: text(delimiter=";").encode(), PEOPLE),
    ("竖线.csv", lambda: text(delimiter="|").encode(), PEOPLE),
    ("回车换行.csv", lambda: text(end="\r\n").encode(), PEOPLE),
    ("只有回车.csv", lambda: text(end="\r").encode(), PEOPLE),
    ("无末行换行.csv", lambda: text(last=False).encode(), PEOPLE),
    ("末尾空行.csv", lambda: (text() + "\n,,\n\n").encode(), PEOPLE),
    ("全加引号.csv", lambda: text([[f'"{cell}"' for cell in row] for row in TABLE]).encode(), PEOPLE),
    ("引号里换行.csv", lambda: text([HEADER, [GAN[0], GAN[1], '"堤高\n乡"']]).encode(), [[*GAN[:2], "堤高\n乡"]]),
    ("双引号.csv", lambda: text([HEADER, ['"甘""英""利"', *GAN[1:]]]).encode(), [['甘"英"利', *GAN[1:]]]),
    ("短行.csv", lambda: text([HEADER, GAN, LI[:2]]).encode(), [GAN, [*LI[:2], ""]]),
    ("有标题.csv", lambda: text([["城乡居民医保名单"], *TABLE]).encode(), PEOPLE),
    ("大写.CSV", lambda: text().encode(), PEOPLE),
    (
        "文本号码.csv",
        lambda: text([HEADER, [GAN[0], f'="{GAN[1]}"', GAN[2]]]).encode(),
        [[GAN[0], f'="{GAN[1]}"', GAN[2]]],
    ),
    # how the parcel is made
    ("..\\..\\名单.xlsx", a_small_book, PEOPLE),
    ("名单 (1)(最终版).XLSX", a_small_book, PEOPLE),
    ("不压缩.xlsx", lambda: put_together(parts_of(a_small_book()), zipfile.ZIP_STORED), PEOPLE),
    ("压缩包注释.xlsx", _with_comment, PEOPLE),
    ("倒序部件.xlsx", lambda: put_together(list(parts_of(a_small_book()).items())[::-1]), PEOPLE),
    ("无属性.xlsx", lambda: _without("docProps/app.xml", "docProps/core.xml"), PEOPLE),
    ("无主题.xlsx", lambda: _without("xl/theme/theme1.xml"), PEOPLE),
    ("无样式.xlsx", lambda: _without("xl/styles.xml"), PEOPLE),
    (
        "空填充.xlsx",
        lambda: _changed("xl/styles.xml", ('<fill><patternFill patternType="none"/></fill>', "<fill/>")),
        PEOPLE,
    ),
    ("谎报范围.xlsx", lambda: _changed(SHEET, ('ref="A1:C3"', 'ref="A1"')), PEOPLE),
    ("无范围.xlsx", lambda: _changed(SHEET, ('<dimension ref="A1:C3"/>', "")), PEOPLE),
    (
        "绝对路径.xlsx",
        lambda: _changed("xl/_rels/workbook.xml.rels", ("worksheets/sheet1.xml", "/xl/worksheets/sheet1.xml")),
        PEOPLE,
    ),
    ("部件标记.xlsx", lambda: with_parts(sheet=b"\xef\xbb\xbf" + parts_of(a_small_book())[SHEET]), PEOPLE),
    # what a workbook has beside its cells
    ("图表.xlsx", lambda: drawn(_behind_a_chart), PEOPLE),
    ("深藏表.xlsx", lambda: drawn(_behind_a_hidden_sheet), PEOPLE),
    ("隐藏行.xlsx", lambda: drawn(lambda book, sheet: sheet.set_row(2, None, None, {"hidden": True})), PEOPLE),
    ("隐藏列.xlsx", lambda: drawn(lambda book, sheet: sheet.set_column(1, 1, None, None, {"hidden": True})), PEOPLE),
    ("保护.xlsx", lambda: drawn(lambda book, sheet: sheet.protect("123456")), PEOPLE),
    ("筛选冻结.xlsx", lambda: drawn(_page), PEOPLE),
    ("批注.xlsx", lambda: drawn(_words), PEOPLE),
    # what stands in cells
    ("富文本.xlsx", lambda: drawn(_rich), PEOPLE),
    ("公式.xlsx", lambda: drawn(_calculated), PEOPLE),
    ("日期是否.xlsx", lambda: drawn(_of_kinds), [[*GAN[:2], "2021-05-06"], [*LI[:2], "TRUE"]]),
    (
        "数字号码.xlsx",
        lambda: a_book(("名单", [HEADER, [GAN[0], 450399196911052340, GAN[2]]])),
        [[GAN[0], "4.50399196911052E+17", GAN[2]]],
    ),
    ("一九零四.xlsx", _of_1904, [[*GAN[:2], "2021-05-06"]]),
    (
        "错误值.xlsx",
        lambda: _rows_of(inline("A2", GAN[0]), inline("B2", GAN[1]), '<c r="C2" t="e"><v>#N/A</v></c>'),
        [[*GAN[:2], ""]],
    ),
    ("只有空格.xlsx", lambda: a_book(("名单", [HEADER, [*GAN[:2], " 　 "]])), [[*GAN[:2], ""]]),
    ("四千字.xlsx", lambda: a_book(("名单", [HEADER, [*GAN[:2], "乡" * 4000]])), [[*GAN[:2], "乡" * 4000]]),
    ("控制符.xlsx", lambda: _rows_of(inline("A2", "甘_x000D_英利"), inline("B2", GAN[1])), [["甘\r英利", GAN[1], ""]]),
    ("无引用.xlsx", lambda: _rows_of(*(inline("", cell).replace(' r=""', "") for cell in GAN)), [GAN]),
    # where the table stands
    ("标题.xlsx", lambda: _titled(["农村低保对象花名册"], ["填报单位：民政局"]), PEOPLE),
    ("第五行.xlsx", lambda: _titled(["花名册"], [], ["单位：元"], []), PEOPLE),
    (
        "右下.xlsx",
        lambda: a_book(("名单", [[], [], *(["", "", *row] for row in TABLE)])),
        [["", "", *row] for row in PEOPLE],
    ),
    (
        "空列.xlsx",
        lambda: a_book(("名单", [[row[0], "", *row[1:]] for row in TABLE])),
        [[row[0], "", *row[1:]] for row in PEOPLE],
    ),
    ("空行.xlsx", lambda: a_book(("名单", [HEADER, GAN, [], [], LI])), PEOPLE),
    ("合计.xlsx", lambda: a_book(("名单", [*TABLE, ["合计", "2", ""], ["填表人：李四", "", "审核人：王五"]])), PEOPLE),
    ("每页表头.xlsx", lambda: a_book(("名单", [HEADER, GAN, HEADER, LI])), PEOPLE),
    ("全角列名.xlsx", lambda: a_book(("名单", [["姓　名", "身份证号码（１８位）", "乡 镇"], *PEOPLE])), PEOPLE),
    ("两个乡镇.xlsx", lambda: a_book(("堤高乡", [HEADER, GAN]), ("金水镇", [HEADER, LI])), PEOPLE),
    ("封面.xlsx", lambda: a_book(("封面", [["堤高乡 2021 年 5 月"]]), ("名单", TABLE)), PEOPLE),
    ("空表在前.xlsx", lambda: a_book(("Sheet1", []), ("名单", TABLE)), PEOPLE),
    ("只有表头.xlsx", lambda: a_book(("名单", [HEADER])), []),
    # files of older programs
    ("旧.xls", _old, PEOPLE),
    (
        "旧数字.xls",
        lambda: _old([HEADER, [GAN[0], 450399196911052340, GAN[2]]]),
        [[GAN[0], "4.50399196911052E+17", GAN[2]]],
    ),
    ("旧标题.xls", lambda: _old([["花名册"], *TABLE]), PEOPLE),
]
