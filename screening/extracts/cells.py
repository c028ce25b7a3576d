"""One column of a list: from what stands in the cells to normalised text, and what is wrong with them.

Every function takes the raw text and kind of all rows and returns the normalised text ("" blank); what cannot be read is
kept as it stands for pages to show, with a problem beside it. Nothing is refused here.
"""

import re
import unicodedata

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from fangpin import idcard
from fangpin.idcard import Kind
from fangpin.sheets import (
    NO_VALUE_WORDS,
    NUMBER,
    blank,
    clean_text,
    matches,
    parse_amounts,
    parse_dates,
    parse_integers,
    says_nothing,
)
from screening.extracts.layout import Column, ColumnKind
from screening.extracts.problems import Problems

_NAME = re.compile("[\u3400-\u9fff\U00020000-\U0003ffff·•．.*＊×〇○□]{2,20}")
_MOBILE, _LANDLINE = re.compile(r"1[3-9]\d{9}"), re.compile(r"(?:0\d{2,3})?\d{7,8}")
_NEGATION = re.compile(r"[不未无非没否]")
_WITH_UNIT = re.compile(r"约?(\d+(?:\.\d+)?)(公里|千米|km|米|m|个?月|亩|平方米|平米|㎡|m2|天|人|层|度)?")
_UNITS = {
    "_km": ("公里", "千米", "km"),
    "_m": ("米", "m"),
    "months": ("个月", "月"),
    "area": ("平方米", "平米", "㎡", "m2"),
}
_YEAR = re.compile(r"(19\d\d|20\d\d)(?:年|年度|学年|\.0)?(?:-(?:19|20)?\d\d(?:学年|学年度)?)?")
_LOST = {
    Kind.ROUNDED: "匹配时只能按前 15 位和姓名等信息认人，请补正",
    Kind.SCIENTIFIC: "匹配时只能按姓名等信息认人，请补正",
    Kind.MASKED: "匹配时按可读部分和姓名认人，请补正",
}


def read(column: Column, text: pd.Series, kind: pd.Series, problems: Problems) -> pd.Series:
    """The normalised text of one column (index 0…n-1), problems noted."""
    return _READERS[column.kind](column, text, kind, problems)


def each_once(values: pd.Series, answer) -> pd.Series:
    """``answer`` of every value, asked once per distinct text."""
    codes, distinct = pd.factorize(values)
    answers = np.array([answer(one) for one in np.asarray(distinct, dtype=object).tolist()] + [""], dtype=object)
    return pd.Series(answers[codes], values.index, dtype="str")


def flat(text: str) -> str:
    """Width, case and spaces evened out, for comparing written values."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).casefold()


def _filled(text, also=NO_VALUE_WORDS):
    """Clean text with blanks ("无", "/", "-" …) as ""."""
    cleaned = clean_text(text)
    empty = says_nothing(cleaned, also) & cleaned.ne("")
    return cleaned.mask(empty, "") if empty.any() else cleaned


def _text(column, text, kind, problems):
    return _filled(text)


def _place(column, text, kind, problems):
    return _filled(text).str.replace(" ", "", regex=False)


def _name(column, text, kind, problems):
    names = _filled(text).str.replace(" ", "", regex=False)
    odd = np.flatnonzero(names.ne("").to_numpy() & ~matches(names, f"^{_NAME.pattern}$"))
    noted = names.iloc[odd].str.fullmatch(_NAME.pattern + r"[(（【\[].*").to_numpy(dtype=bool)
    problems.add(odd[noted], column.key, "name_odd", "姓名后带有附注", suggestion="请把附注移到备注列，只留姓名")
    problems.add(
        odd[~noted],
        column.key,
        "name_odd",
        "不像姓名，含有符号或字数不对",
        suggestion="请核对户口簿上的姓名",
    )
    return names


def _id(column, text, kind, problems):
    cleaned = idcard.clean_series(text, (kind == NUMBER).to_numpy())
    kinds = cleaned["kind"].to_numpy()
    wrong = np.flatnonzero(~np.isin(kinds, [*(int(k) for k in idcard.COMPLETE), Kind.EMPTY]))
    _id_problems(column, text, kind, wrong, problems)
    return cleaned["number"].str.upper()


def _id_problems(column, text, kind, wrong, problems):
    typed = kind.iloc[wrong].eq(NUMBER).tolist()
    answers = [idcard.clean(*cell) for cell in zip(text.iloc[wrong].tolist(), typed, strict=True)]
    codes = np.array(
        [
            "id_lost" if a.kind in _LOST else "id_placeholder" if a.kind == Kind.PLACEHOLDER else "id_wrong"
            for a in answers
        ]
    )
    for code in dict.fromkeys(codes):
        chosen = np.flatnonzero(codes == code)
        problems.add(
            wrong[chosen],
            column.key,
            code,
            [answers[n].note_zh for n in chosen],
            suggestion=[_id_suggestion(answers[n]) for n in chosen],
        )


def _id_suggestion(cleaned):
    if cleaned.kind in _LOST:
        return _LOST[cleaned.kind]
    if cleaned.kind == Kind.PLACEHOLDER:
        return "没有证件的请留空，不要填占位号码"
    if "末位应为" in cleaned.note_zh:
        return f"末位改为 {cleaned.note_zh[-1]}，或核对其余各位"
    return "请核对证件原件后填写"


def _certificate(column, text, kind, problems):
    """The certificate keeps all its characters (category and level are among them); its number is checked like any other."""
    cleaned = idcard.clean_series(text, (kind == NUMBER).to_numpy())
    kinds = cleaned["kind"].to_numpy()
    wrong = np.flatnonzero(~np.isin(kinds, [*(int(k) for k in idcard.COMPLETE), Kind.EMPTY]))
    _id_problems(column, text, kind, wrong, problems)
    return each_once(_filled(text), lambda one: re.sub(r"[\s\-—_.]", "", unicodedata.normalize("NFKC", one)).upper())


def _phone(column, text, kind, problems):
    filled = _filled(text)
    left = np.flatnonzero(filled.ne("").to_numpy() & ~matches(filled, f"^{_MOBILE.pattern}$"))
    rest = filled.iloc[left].str.replace(r"\.0$", "", regex=True).str.replace(r"[^\d+]", "", regex=True)
    rest = rest.str.replace(r"^(?:\+?86|0086)(?=1\d{10}$)", "", regex=True)
    odd = rest.ne("") & ~rest.str.fullmatch(f"{_MOBILE.pattern}|{_LANDLINE.pattern}")
    problems.add(
        left[odd.to_numpy(dtype=bool)],
        column.key,
        "phone",
        "不是 11 位手机号码或固定电话",
        suggestion="请核对后填写；没有电话的留空",
    )
    digits = filled.to_numpy(dtype=object).copy()
    digits[left] = rest.to_numpy(dtype=object)
    return pd.Series(digits, filled.index, dtype="str")


def _account(column, text, kind, problems):
    lost = (kind == NUMBER) & text.str.contains("E+", regex=False)
    problems.add(
        lost.to_numpy(),
        column.key,
        "account",
        "Excel 把账号当成了数字，末几位已丢失",
        suggestion="请把该列设为文本后重新填写",
    )
    return _filled(text).str.replace(r"\s", "", regex=True)


def _date(column, text, kind, problems):
    parsed = parse_dates(text, kind)
    _date_problems(column, text, parsed, problems)
    return each_once(parsed.values, lambda day: f"{day:%Y-%m-%d}")


def _month(column, text, kind, problems):
    parsed = parse_dates(text, kind)
    _date_problems(column, text, parsed, problems)
    return each_once(parsed.values, lambda day: f"{day:%Y-%m}")


def _unread(text, ok):
    """Positions of cells that say something but not what they should."""
    left = np.flatnonzero(~ok.to_numpy(dtype=bool))
    return left[~blank(text.iloc[left], NO_VALUE_WORDS).to_numpy(dtype=bool)]


def _date_problems(column, text, parsed, problems):
    wrong = _unread(text, parsed.ok)
    problems.add(
        wrong,
        column.key,
        "date_unreadable",
        [why_no_date(text.iat[at]) for at in wrong],
        suggestion="请写成 2021-05-06 的形式",
    )


def why_no_date(text: str) -> str:
    """ "2021.13.05" -> 没有 13 月."""
    numbers = [int(part) for part in re.findall(r"\d+", unicodedata.normalize("NFKC", text))]
    if len(numbers) == 1 and len(str(numbers[0])) == 8:
        numbers = [numbers[0] // 10000, numbers[0] // 100 % 100, numbers[0] % 100]
    if len(numbers) >= 2 and 1900 <= numbers[0] <= 2100:
        if not 1 <= numbers[1] <= 12:
            return f"没有 {numbers[1]} 月"
        if len(numbers) >= 3:
            return f"{numbers[0]} 年 {numbers[1]} 月没有 {numbers[2]} 日"
    if len(numbers) >= 3 and numbers[0] < 100:
        return "年份应写四位"
    return "认不出的日期"


def _amount(column, text, kind, problems):
    """Values in 元 with two decimals; what the heading says about 万元 was put into the cells before."""
    parsed = parse_amounts(text, kind)
    wrong = _unread(text, parsed.ok)
    problems.add(wrong, column.key, "amount_unreadable", "应填数字，保留两位小数", suggestion="请核对原始记录后填写")
    negative = parsed.ok & (parsed.values < 0)
    problems.add(negative.to_numpy(), column.key, "amount_negative", "金额为负数", suggestion="如为冲正请在备注写明")
    return _two_decimals(parsed.values)


def _two_decimals(values):
    """ "1234.50" of each amount, "" of none. Whole cents below ten billion 元 take the short way."""
    scaled = values.to_numpy() * 100
    cents = np.rint(np.where(np.isfinite(scaled), scaled, -1))
    plain = (cents >= 0) & (cents < 1e12) & (np.abs(scaled - cents) < 1e-4)
    whole, part = np.divmod(cents[plain].astype("int64"), 100)
    short = pc.binary_join_element_wise(
        pa.array(whole).cast(pa.string()), pc.utf8_lpad(pa.array(part).cast(pa.string()), 2, "0"), "."
    )
    written = np.full(len(values), "", dtype=object)
    written[plain] = short.to_numpy(zero_copy_only=False)
    written[~plain] = _numbers(values[~plain], "{:.2f}")
    return pd.Series(written, values.index, dtype="str")


def _integer(column, text, kind, problems):
    parsed = parse_integers(text, kind)
    wrong = _unread(text, parsed.ok)
    problems.add(wrong, column.key, "number_unreadable", "应填整数", suggestion="请只填数字，不带文字")
    return _numbers(parsed.values.astype("float64"), "{:.0f}")


def _number(column, text, kind, problems):
    parsed = parse_amounts(text, kind)
    values = parsed.values.where(parsed.ok & ~parsed.in_wan)
    left = _unread(text, values.notna())
    allowed = next((units for ending, units in _UNITS.items() if column.key.endswith(ending)), ())
    for at in left:
        found = _WITH_UNIT.fullmatch(flat(text.iat[at]))
        if found and (found[2] is None or found[2] in allowed):
            values.iat[at] = float(found[1])
    wrong = left[values.iloc[left].isna().to_numpy()]
    problems.add(wrong, column.key, "number_unreadable", "应填数字", suggestion="请只填数字，单位与列名一致")
    return _numbers(values, "{:.10g}")


def _numbers(values, form):
    return each_once(values, form.format)


def _year(column, text, kind, problems):
    filled = _filled(text)
    years = each_once(filled, lambda one: found[1] if (found := _YEAR.fullmatch(flat(one))) else "")
    wrong = filled.ne("") & years.eq("")
    problems.add(wrong.to_numpy(), column.key, "number_unreadable", "应填四位年份", suggestion="例如 2021")
    return years


def _choice(column, text, kind, problems):
    """One of the column's words; other words stay as written and are pointed out."""
    known = {flat(choice): choice for choice in column.choices}
    known |= {flat(written): meant for written, meant in column.synonyms if flat(written) not in known}
    cleaned = clean_text(text)
    empty = blank(cleaned, () if flat("无") in known else NO_VALUE_WORDS)
    filled = cleaned.mask(empty, "")
    values = each_once(filled, lambda one: _one_of(one, known, column.choices))
    odd = filled.ne("") & ~values.isin(column.choices)
    listed = "、".join(column.choices)
    problems.add(odd.to_numpy(), column.key, "choice", f"不是规定的写法（{listed}）", suggestion=f"请填：{listed}")
    return values


def _one_of(written, known, choices):
    if not written:
        return ""
    plain = flat(written)
    if plain in known:
        return known[plain]
    # "肢体残疾(下肢)" is 肢体, but "未达标" is not 达标: what is left over must not negate.
    for choice in sorted(choices, key=len, reverse=True):
        if flat(choice) in plain and len(choice) > 1 and not _NEGATION.search(plain.replace(flat(choice), "")):
            return choice
    letter = re.fullmatch(r"([a-d])(?:级|类|\+|-)?(?:危房)?", plain)
    return letter[1].upper() if letter and letter[1].upper() in choices else written


_READERS = {
    ColumnKind.TEXT: _text,
    ColumnKind.NAME: _name,
    ColumnKind.ID: _id,
    ColumnKind.CERTIFICATE: _certificate,
    ColumnKind.PHONE: _phone,
    ColumnKind.ACCOUNT: _account,
    ColumnKind.DATE: _date,
    ColumnKind.MONTH: _month,
    ColumnKind.AMOUNT: _amount,
    ColumnKind.INTEGER: _integer,
    ColumnKind.NUMBER: _number,
    ColumnKind.YEAR: _year,
    ColumnKind.CHOICE: _choice,
    ColumnKind.BOOL: _choice,
    ColumnKind.TOWNSHIP: _place,
    ColumnKind.VILLAGE: _place,
    ColumnKind.HAMLET: _place,
    ColumnKind.ADDRESS: _place,
}
