"""A 核实包 as a cadre gets, fills in and sends it: written by the program, changed with openpyxl, read by the program."""

from io import BytesIO

import openpyxl
from django.utils import timezone

from fangpin.divisions.models import Division
from screening.forms.pack import check_pack, write_pack
from screening.rounds.packs import pack_of, put_pack, tasks_to_report
from tests.builders import VILLAGES
from tests.screening.rounds.made import a_task

ANSWERS = {
    "核实日期": "", "核实人": "韦大、覃二", "核实方式": "入户", "受访人": "户主本人", "受访人与户主关系": "本人", "情况是否属实": "属实",
    "义务教育": "有保障", "基本医疗": "有保障", "住房安全": "有保障", "饮水安全": "没有保障", "饮水安全说明": "水管未通",
    "家庭年收入估算": 38000, "大额支出": "2.3万元", "结论": "不符合", "理由": "收入高于监测范围", "下一步": "继续关注",
}  # fmt: skip


def a_village(nth: int = 0) -> Division:
    return Division.objects.select_related("parent").get(pk=VILLAGES[nth])


def sent(household=None, **fields):
    today = timezone.localdate()
    return a_task(household, sent_on=today, due_on=today, **fields)


def a_pack(village: Division) -> BytesIO:
    out = BytesIO()
    write_pack(out, village=village, tasks=tasks_to_report(village), watermark="甲 导出")
    out.seek(0)
    return out


def cells_of(sheet) -> dict[str, int]:
    """Label -> column number from 1."""
    return {cell.value: cell.column for cell in sheet[3]}


def filled(pack: BytesIO, *rows: dict, answers: dict = ANSWERS) -> BytesIO:
    """The pack with what each of its rows says, ``answers`` and then its own; None leaves a row as it is."""
    pack.seek(0)
    book = openpyxl.load_workbook(pack)
    sheet = book["核实包"]
    at = cells_of(sheet)
    for number, row in enumerate(rows, 4):
        if row is not None:
            for label, value in {**answers, "核实日期": timezone.localdate(), **row}.items():
                sheet.cell(number, at[label]).value = value
    out = BytesIO()
    book.save(out)
    out.seek(0)
    return out


def uploaded(village: Division, file: BytesIO, *, by):
    """What the rows of an upload say now."""
    put_pack(village, file=file, filename="核实包.xlsx", by=by)
    return looked_at(village, by=by)


def looked_at(village: Division, *, by):
    return check_pack(village, *pack_of(village, by=by), by=by)
