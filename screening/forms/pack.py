"""核实包: the columns of its sheet are the questions of the web form, and each row that comes back goes through those same forms."""

from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from itertools import chain
from typing import BinaryIO

import pandas as pd
from django import forms

from fangpin.divisions.models import Division
from fangpin.masking import mask_phone, scrub
from fangpin.sheets import RawSheet, Unreadable, clean_cell, column_letter, parse_amount, parse_date, read_raw
from fangpin.sheets.filling import NOT_ASKED, FormColumn, Paper, write_form
from fangpin.transitions import NotAllowed
from screening.choices import Grade, Risk
from screening.forms.finding import FORMS
from screening.models import VerificationTask
from screening.rounds.findings import About, Finding, Part, contradictions, missing
from screening.rounds.looking import offline_words
from screening.rounds.pack_keys import LABELS, Key
from screening.rounds.packs import (
    CheckedPack,
    Fate,
    Line,
    Said,
    find_tasks,
    judge,
    key_of,
    last_of,
    round_of,
)
from screening.rounds.verification import Seen, about, finding_of
from screening.rounds.waiting import LIMITS

SHEET = "核实包"
_SIGNED, _NOT_SIGNED = "是", "否"
_FORM_OF = About(date.min, date.min, Grade.YELLOW)  # with all questions
_SHOWN = (("户主", 12), ("序号", 6), ("屯", 10), ("电话", 14), ("风险", 12), ("级别", 6), ("核实期限", 12), ("线上线索", 40), ("线下情况", 26))  # fmt: skip
_SEARCHED = 20  # rows in which the heading is looked for
INSTRUCTIONS = (
    "1. 每行是一件待核实的任务，灰色格是任务内容，不能改动；白色格是核实结果，请逐格填写。",
    "2. 有下拉箭头的格子请从下拉列表中选择；日期写成 2021-05-06，金额单位为元。",
    "3. 核实人至少两名，用顿号分开。红色任务必须入户核实；全家外出、用电话或视频核实的，请写明外出地点。",
    "4. 三保障和饮水有“没有保障”的，请写明情况。除“拟纳入”外，结论都要写明理由；“转观察”的要填下次核查日期。",
    "5. 没有核实的户整行空着即可，上传时自动跳过。请不要增加、删除或复制行，不要取消隐藏列。",
    "6. 填好后回到下载本表的页面上传，系统逐行校验，合格的行才会报送；有问题的行不影响其他行。",
    "7. 本表含农户信息，只供核实使用，用后请删除，不要转发。",
)


@cache
def questions() -> Mapping[str, tuple[Part, str, forms.Field]]:
    """Label -> the part, the name and the field that the web form asks by."""
    asked = {}
    for part, form in FORMS.items():
        for name, field in form(finding=Finding(), about=_FORM_OF, seen=Seen(0)).fields.items():
            if name not in ("seen", "draft"):
                asked[field.label] = (part, name, field)
    return asked


def _labels_of(field) -> dict[str, str]:
    """Value of the form -> what the cell says; empty for a question without choices."""
    if isinstance(field, forms.BooleanField):
        return {"on": _SIGNED, "": _NOT_SIGNED}
    return {value: str(label) for value, label in getattr(field, "choices", ())}


def columns() -> list[FormColumn]:
    shown = [FormColumn(label, width=width) for label, width in _SHOWN]
    asked = [_open_column(label, field) for label, (_, _, field) in questions().items()]
    return [*shown, *asked, *(FormColumn(label, hidden=True) for label in LABELS)]


def _open_column(label, field) -> FormColumn:
    is_text = isinstance(field, forms.CharField)
    return FormColumn(
        label,
        hint=str(field.help_text),
        text_format=is_text or bool(_labels_of(field)),
        choices=tuple(_labels_of(field).values()),
        width=24 if is_text and (field.max_length or 0) >= 300 else 12,
        is_open=True,
        is_date=isinstance(field, forms.DateField),
    )


# -- out -----------------------------------------------------------------------------------------------------------------
def write_pack(out: BinaryIO, *, village: Division, tasks: list[VerificationTask], watermark: str) -> None:
    """``tasks`` are those of ``tasks_to_report``. No number of a person and no whole phone is in it."""
    of = round_of(village)
    paper = Paper(
        title=f"{village.parent}{village}核实包",
        note=f"{of or '没有进行中的轮次'}，待核实 {len(tasks)} 件。灰色格不能改，请填白色格；填法见“填写说明”。",
        instructions=INSTRUCTIONS,
        watermark=watermark,
    )
    rows = ([*_given(task, nth), *_answers(task), *_keys(task, of)] for nth, task in enumerate(tasks, 1))
    write_form(out, name=SHEET, paper=paper, columns=columns(), rows=rows)


def _given(task, nth) -> list[str]:
    home = task.household
    return [
        scrub(home.head_name if home else f"{task.village.name}（村）"),
        str(nth),
        home.hamlet if home else "",
        mask_phone(home.phone) if home else "",
        "、".join(Risk(risk).label for risk in task.risks),
        task.get_grade_display(),
        str(task.due_on),
        scrub(_clues_in_words(task)),
        scrub(offline_words(task.item)) if task.item_id else "",
    ]


def _clues_in_words(task) -> str:
    told = [f"{clue.person.name}：{clue.sentence}" if clue.person else clue.sentence for clue in task.told]
    return "；".join([*(told or [task.why]), *([f"县办要求：{task.note}"] if task.note else [])])


def _answers(task) -> Iterator[object]:
    """What the draft holds already, as the cells show it."""
    finding, held = finding_of(last_of(task)), about(task)
    made = {part: form(finding=finding, about=held, seen=Seen(0)) for part, form in FORMS.items()}
    for part, name, field in questions().values():
        value = made[part].initial.get(name)
        if name not in made[part].fields:
            yield NOT_ASKED
        elif isinstance(field, forms.BooleanField):
            yield _SIGNED if value else None
        else:
            yield _labels_of(field).get(value, value)


def _keys(task, of) -> list[str]:
    key = key_of(task, of)
    return [key.village, key.round, key.task, key.version, key.draft, key.given, key.signature]


# -- back ----------------------------------------------------------------------------------------------------------------
def check_pack(village: Division, file: BinaryIO, filename: str, *, by, on: date | None = None) -> CheckedPack:
    """Hold every row of an upload against the forms and against what the system has now. Raises NotAllowed for what is no pack of the
    village's present round."""
    try:
        sheets = read_raw(file, filename, limits=LIMITS)
    except Unreadable as refusal:
        raise NotAllowed(refusal.message) from refusal
    raw, header, at = _find(sheets)
    rows = [_Row(number, texts, at) for number, texts in _below(raw, header)]
    if not rows:
        raise NotAllowed("核实包里没有可以识别的行。请上传填好的核实包")
    _refuse_another(village, [row.key for row in rows if row.key])
    tasks, seen = find_tasks(row.key for row in rows if row.key), {}
    lines = [_line(row, village, tasks, seen, by, on) for row in rows]
    return CheckedPack(lines, sheets, raw.name, header)


def _find(sheets: list[RawSheet]) -> tuple[RawSheet, int, dict[str, int]]:
    """The sheet of the tasks, the row of its heading, and label -> column. Raises NotAllowed."""
    for raw in sheets:
        for number, texts in raw.text.head(_SEARCHED).iterrows():
            at = {clean_cell(text): column for column, text in texts.items() if text}
            if len(at.keys() & questions().keys()) >= len(questions()) // 2:
                if lost := [label for label in (*LABELS, *questions()) if label not in at]:
                    raise NotAllowed(f"核实包缺少列：{'、'.join(lost)}。请重新下载核实包，把填好的内容粘贴过去再上传")
                return raw, number, at
    raise NotAllowed("这个文件不是核实包。请上传从本页下载、填好的核实包")


def _below(raw: RawSheet, header: int) -> Iterator[tuple[int, pd.Series]]:
    body = raw.text.loc[header + 1 :]
    return body[(body != "").any(axis=1)].iterrows()


class _Row:
    """``key`` is None where it is lost or its signature does not fit."""

    def __init__(self, number: int, texts: pd.Series, at: Mapping[str, int]):
        self.number, self.texts, self.at = number, texts, at
        *parts, signature = (texts[at[label]].strip() for label in LABELS)
        key = Key(*parts)
        self.key = key if key.is_signed(signature) else None

    def cell(self, label: str) -> str:
        return clean_cell(self.texts[self.at[label]]) if label in self.at else ""

    def said(self, label: str, text: str) -> Said:
        index = self.at.get(label)
        return Said(f"{column_letter(index)} {label}" if index is not None else "", index, text)


def _refuse_another(village: Division, keys: list[Key]) -> None:
    if not keys:
        raise NotAllowed(
            "核实包里的任务编号或校验码被改动，一行也不能识别。请重新下载核实包，把填好的内容粘贴过去再上传"
        )
    if any(key.village != village.pk for key in keys):
        raise NotAllowed(f"这是另一个村的核实包，不是{village}的。请到那个村的页面上传")
    of = round_of(village)
    if any(key.round != str(of.pk if of else 0) for key in keys):
        now = f"现在是{of}" if of else "那一轮已结束"
        raise NotAllowed(f"这是另一轮的核实包，{now}。请重新下载核实包，把填好的内容粘贴过去再上传")


def _line(row: _Row, village, tasks, seen: dict[str, int], by, on) -> Line:
    subject, key = row.cell("户主"), row.key
    if key is None:
        why = "这一行的任务编号或校验码被改动，不能识别。请重新下载核实包，把这一行粘贴过去"
        return Line(row.number, subject, Fate.WRONG, [Said("", None, why)])
    if key.task in seen:
        why = f"与第 {seen[key.task]} 行是同一件任务，请只留一行"
        return Line(row.number, subject, Fate.WRONG, [Said("", None, why)])
    seen[key.task] = row.number
    if (task := tasks.get(key.task)) is None:
        return Line(row.number, subject, Fate.WRONG, [Said("", None, "系统里已没有这件任务")])
    given, unreadable, lacks = _read(row, about(task, on), finding_of(last_of(task)))
    line = Line(row.number, subject, Fate.GOOD, [*unreadable, *lacks], task=task, given=given)
    judge(line, key, village, readable=not unreadable, by=by)
    return line


def _read(row: _Row, held: About, kept: Finding) -> tuple[Finding, list[Said], list[Said]]:
    """What a row says, through the forms: the finding, cells that cannot be read, and what is missing or cannot be right."""
    labels = {(part, name): label for label, (part, name, _) in questions().items()}
    data, unreadable, wrong = {"seen": "0", "draft": "0"}, [], set()
    for label, (_, name, field) in questions().items():
        data[name], objection = _value(row.cell(label), field)
        if objection:
            wrong.add(name)
            unreadable.append(row.said(label, objection))
    for part, kind in FORMS.items():
        form = kind(data, finding=kept, about=held, seen=Seen(0))
        form.is_valid()
        for name, errors in form.errors.items():
            form.cleaned_data[name] = form.fields[name].clean("") if name not in ("seen", "draft") else 0
            if name not in wrong:
                wrong.add(name)
                unreadable += [row.said(labels[part, name], error) for error in errors]
        kept = form.given()
    asked = [lack for lack in chain(contradictions(kept, held), missing(kept, held)) if lack.key not in wrong]
    return kept, unreadable, [row.said(labels[lack.part, lack.key], lack.text) for lack in asked]


def _value(cell: str, field: forms.Field) -> tuple[str, str]:
    """(what the form gets, what speaks against the cell)."""
    if cell in ("", NOT_ASKED):
        return "", ""
    if choices := _labels_of(field):
        values = {label: value for value, label in choices.items()}
        return (values[cell], "") if cell in values else ("", f"“{cell[:20]}”不在选项中，请从下拉列表中选择")
    if isinstance(field, forms.DateField):
        return (str(parse_date(cell) or ""), "" if parse_date(cell) else "看不出日期，请写成 2021-05-06")
    if isinstance(field, forms.DecimalField):
        amount = parse_amount(cell)
        return ("", "看不出金额，请只写数字，单位为元") if amount is None else (f"{amount:.15g}", "")
    return cell, ""
