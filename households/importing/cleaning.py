"""Columns of text as given -> fields of the register: numbers, days, kinds, categories. Over whole columns, never row by row."""

import re
import unicodedata

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from fangpin import idcard
from fangpin.idcard import Kind
from fangpin.masking import scrub
from fangpin.sheets.cells import matches, parse_dates
from fangpin.sheets.child import NUMBER, TEXT
from households.choices import Category, HouseholdKind, Sex
from households.importing.columns import BY_KEY, To
from households.importing.problems import Problems
from households.importing.texts import arrow, each, json_objects, meanings, series, where
from households.initials import initials
from households.models import Household, Person
from households.values import Field, NotReadable, read

HEAD = "户主"
PERSON_TEXTS = (
    "former_name", "id_type", "relation", "ethnicity", "education", "student_status", "health", "labour", "minimum_living", "destitute",
    "disability_level",
)  # fmt: skip
# Which fields of a person follow from a column of the file beside the one of the same name.
_FOLLOWING = {"name": {"initials"}, "id_number": {"birthday", "sex"}, "relation": {"is_head"}}
_LONG_DIGITS = re.compile(r"\d{11}")
_MONTH_ONLY = r"^\d{4}(?:\d{2}|\D+\d{1,2}\D*)$"
_UNTIDY = r"[^!-&(-~\x{4e00}-\x{9fff}·]"  # what _compact may touch
_MOBILE = r"^1[3-9]\d{9}$"
_SEXES = {"男": Sex.MALE, "男性": Sex.MALE, "1": Sex.MALE, "女": Sex.FEMALE, "女性": Sex.FEMALE, "2": Sex.FEMALE}
_TRUE = frozenset({"是", "已消除", "有", "1", "TRUE", "Y"})
_NOTHING = frozenset({"", "无", "否", "-", "—", "/", "非监测对象", "未纳入"})
_CATEGORIES = {
    "脱贫不稳定": Category.UNSTABLE, "脱贫不稳定户": Category.UNSTABLE, "边缘易致贫": Category.MARGINAL, "边缘易致贫户": Category.MARGINAL,
    "边缘户": Category.MARGINAL, "突发严重困难": Category.SUDDEN, "突发严重困难户": Category.SUDDEN,
}  # fmt: skip
_KINDS = {
    **dict.fromkeys(("一般农户", "一般户", "普通农户", "非建档立卡户", "非贫困户", "边缘易致贫户"), HouseholdKind.GENERAL),
    **dict.fromkeys(
        ("脱贫户", "已脱贫户", "稳定脱贫户", "一般脱贫户", "低保脱贫户", "特困脱贫户", "脱贫不享受政策户", "建档立卡户", "建档立卡脱贫户",
         "脱贫不稳定户"),
        HouseholdKind.LIFTED,
    ),
}  # fmt: skip
_KIND_OF_CATEGORY = {Category.UNSTABLE: HouseholdKind.LIFTED, Category.MARGINAL: HouseholdKind.GENERAL}
_MISFIT = "监测对象类别与户类型不符（脱贫不稳定户须为脱贫户，边缘易致贫户须为一般农户），类别暂按空白入库，请核实"


def tidy(rows: pd.DataFrame) -> None:
    """Numbers and names without the spaces that typing left in them, in place."""
    for key in ("household", "number", "name", "relation"):
        if key in rows:
            untidy = matches(rows[key], _UNTIDY)
            if untidy.any():
                rows.loc[untidy, key] = _compact(rows.loc[untidy, key])


def _compact(column: pd.Series) -> pd.Series:
    return column.str.normalize("NFKC").str.replace(r"[\s']+", "", regex=True)


def is_head(rows: pd.DataFrame) -> pd.Series:
    if "relation" not in rows:
        return pd.Series(False, index=rows.index)
    return rows["relation"].isin((HEAD, "本人", "本人或户主", "户主本人"))


def household_fields(known: frozenset[str], households: pd.DataFrame) -> frozenset[str]:
    """What the file says about households; the category may also stand in the column of the kind ("脱贫不稳定户")."""
    named = {key.removeprefix("household_") for key in known if BY_KEY[key].to == To.HOUSEHOLD}
    return frozenset({"village"} | named | ({"category"} if (households["category"] != "").any() else set()))


def person_fields(known: frozenset[str]) -> frozenset[str]:
    named = {key for key in known if BY_KEY[key].to == To.PERSON} - {"number"}
    named |= {"phone"} if "household_phone" in known else set()
    return frozenset({"household"} | named | {name for key in named for name in _FOLLOWING.get(key, ())})


def never_emptied(known: frozenset[str]) -> frozenset[str]:
    """Fields of a person that a blank cell leaves as they are: birthday and sex, and the phone when the file has no column of its own."""
    return frozenset({"birthday", "sex"} | ({"phone"} if "phone" not in known else set()))


# -- people -------------------------------------------------------------------------------------------------------------
def people_of(rows: pd.DataFrame, problems: Problems) -> pd.DataFrame:
    """One row a person, same index as ``rows``."""
    people = rows[["number", "household", "name"]].copy()
    people["initials"] = each(rows["name"], initials)
    for key in PERSON_TEXTS:
        people[key] = _text(rows, key, Person, problems)
    _identify(rows, people, problems)
    people["phone"] = _own_phone(rows)
    heads = is_head(rows)
    second = heads & rows["household"].where(heads).duplicated() & heads
    problems.note(rows.index[second], "relation", "一户有两个户主，按前一个登记，请核实")
    people["is_head"] = heads & ~second
    others = [key for key in rows if key in BY_KEY and BY_KEY[key].to == To.PERSON_OTHER]
    people["other"] = json_objects({key: _canonical(rows, key, problems) for key in others}, rows.index)
    return people


def _identify(rows: pd.DataFrame, people: pd.DataFrame, problems: Problems) -> None:
    """证件号码 with birthday and sex: from a whole number, else from their own columns."""
    given, typed = _column(rows, "id_number"), rows["id_number_is_number"].to_numpy()
    cleaned = idcard.clean_arrays(given, typed)
    number, kind, key = cleaned.numbers(), cleaned.kind, cleaned.key
    for at in np.flatnonzero(~np.isin(kind, idcard.COMPLETE)):
        number[at] = _odd_number(given.iat[at], number[at], kind[at])
    people["id_number"] = pd.Series(number, index=rows.index, dtype="str")
    odd = np.flatnonzero(~np.isin(kind, (*idcard.COMPLETE, Kind.EMPTY)))
    notes = [idcard.clean(given.iat[at], bool(typed[at])).note_zh for at in odd]
    problems.note(rows.index[odd], "id_number", pd.Series(notes, index=rows.index[odd], dtype="str"))
    _date_and_sex(rows, people, key, problems)


def _odd_number(given: str, cleaned: str, kind: int) -> str:
    """What is kept of a number that is not whole."""
    if kind in (Kind.SCIENTIFIC, Kind.EMPTY):
        return ""
    if (
        kind == Kind.ROUNDED
    ):  # a spreadsheet kept 15 true digits: what is lost is marked, so that nobody takes the rest for an old number
        return cleaned + "***"
    return "".join(unicodedata.normalize("NFKC", given).split())[:40]


def _date_and_sex(rows: pd.DataFrame, people: pd.DataFrame, key: np.ndarray, problems: Problems) -> None:
    whole = key >= 0
    born = pd.Series(idcard.key_birthday(key), index=rows.index).astype("str")
    inside = born.str.slice(0, 4) + "-" + born.str.slice(4, 6) + "-" + born.str.slice(6, 8)
    people["birthday"] = inside.mask(~whole, _days(rows.loc[~whole]))
    unread = (_column(rows, "birthday") != "") & (people["birthday"] == "")
    problems.note(rows.index[unread], "birthday", "出生日期无法识别，请写成 1973-02-08 或 19730208")
    sexes = pd.Series(np.where(idcard.key_is_male(key), "男", "女"), index=rows.index, dtype="str")
    people["sex"] = each(sexes.where(whole, _column(rows, "sex")), lambda text: str(_SEXES.get(text, "")))


def _days(rows: pd.DataFrame) -> pd.Series:
    """Written birthdays as ISO text, "" for what is no day. A month alone is none: its first day would be somebody else's birthday."""
    texts = _column(rows, "birthday")
    if not (texts != "").any():
        return texts
    read = parse_dates(texts, pd.Series(np.where(rows["birthday_is_number"], NUMBER, TEXT), index=rows.index))
    days = read.values.dt.strftime("%Y-%m-%d").fillna("").astype("str")
    return days.mask(texts.str.match(_MONTH_ONLY), "")


def _phone(texts: pd.Series) -> pd.Series:
    """A mobile number as its 11 digits; anything else as it stands."""
    odd = ~matches(texts, _MOBILE) & (texts != "").to_numpy()
    if not odd.any():
        return texts
    digits = texts[odd].str.replace(r"[\s\-—－]+|^\+?86(?=1)", "", regex=True)
    texts = texts.copy()
    texts[odd] = digits.where(matches(digits, _MOBILE), texts[odd].str.slice(0, 60))
    return texts


def _own_phone(rows: pd.DataFrame) -> pd.Series:
    """成员联系电话; failing that the 户联系电话 on the person's row when it is not the one that the household goes by."""
    own, shared = _phone(_column(rows, "phone")), _phone(_column(rows, "household_phone"))
    leading = pd.DataFrame({"household": rows["household"], "phone": shared, "head": is_head(rows)})[shared != ""]
    leading = (
        leading.sort_values("head", ascending=False, kind="stable")
        .drop_duplicates("household")
        .set_index("household")["phone"]
    )
    return own.mask((own == "") & (shared != looked_up(rows["household"], leading)), shared)


# -- households ---------------------------------------------------------------------------------------------------------
def households_of(rows: pd.DataFrame, problems: Problems) -> pd.DataFrame:
    """One row a household: what its own sheet or its head's row says, and where that says nothing the first member's that does."""
    order = np.argsort(np.where(rows["is_home"], 0, np.where(is_head(rows), 1, 2)), kind="stable")
    codes, numbers = pd.factorize(rows["household"].take(order))

    def first(column: pd.Series) -> pd.Series:
        column = column.take(order)
        filled = np.flatnonzero((column != "").to_numpy())[::-1]
        at = np.full(len(numbers), -1)
        at[codes[filled]] = filled
        return series(pc.fill_null(arrow(column).take(pa.array(at, mask=at < 0)), ""), pd.RangeIndex(len(numbers)))

    leading = np.full(len(numbers), -1)
    leading[codes[::-1]] = np.arange(len(codes))[::-1]
    labels = rows.index[order[leading]]  # the row that problems of the household are told at
    households = pd.DataFrame({"number": pd.Series(numbers, dtype="str"), "village": first(rows["village_code"])})
    households["hamlet"] = first(_text(rows, "hamlet", Household, problems))
    kind, category = first(_column(rows, "kind")), first(_column(rows, "category"))
    _classify(households, kind, category, labels, problems)
    households["risk_cleared"] = where(first(_column(rows, "risk_cleared")), lambda text: text.upper() in _TRUE)
    households["phone"] = _phone(first(_column(rows, "household_phone")))
    others = [key for key in rows if key in BY_KEY and BY_KEY[key].to == To.HOUSEHOLD_OTHER]
    said = pd.DataFrame({key: first(rows[key]) for key in others}, index=households.index)
    said.index = labels
    households["other"] = json_objects({key: _canonical(said, key, problems) for key in others}, households.index)
    return households


def _classify(
    households: pd.DataFrame, kind: pd.Series, category: pd.Series, labels: pd.Index, problems: Problems
) -> None:
    """户类型 and 监测对象类别, each read from its own column or out of the other one."""
    plain = category.str.replace(r"[\s(（].*$", "", regex=True)
    households["category"] = _mapped(
        plain.mask(plain.isin(_NOTHING), kind.where(kind.isin(tuple(_CATEGORIES)), "")), _CATEGORIES
    )
    by_category = _mapped(households["category"], _KIND_OF_CATEGORY)
    known = _mapped(kind, _KINDS)
    households["kind"] = known.mask(known == "", by_category)
    strange = (kind != "") & (known == "") & ~kind.isin(tuple(_CATEGORIES))
    problems.note(labels[strange], "kind", "不认识的户类型，按一般农户登记，请核实")
    strange = ~plain.isin(_NOTHING) & (_mapped(plain, _CATEGORIES) == "")
    problems.note(labels[strange], "category", "不认识的监测对象类别，按空白登记，请核实")
    households.loc[households["kind"] == "", "kind"] = HouseholdKind.GENERAL.value
    misfit = (by_category != "") & (by_category != households["kind"])
    problems.note(labels[misfit], "category", _MISFIT)
    households.loc[misfit, "category"] = ""


def looked_up(keys: pd.Series, texts: pd.Series) -> pd.Series:
    """``texts`` (by its index) for each of ``keys``; "" where there is none."""
    return keys.map(texts).astype("object").fillna("").astype("str")


# -- columns ------------------------------------------------------------------------------------------------------------
def _column(rows: pd.DataFrame, key: str) -> pd.Series:
    return rows[key] if key in rows else pd.Series("", index=rows.index, dtype="str")


def _text(rows: pd.DataFrame, key: str, model, problems: Problems) -> pd.Series:
    """A plain text, without numbers of persons in it, not longer than the field; the label where the field has a dictionary."""
    if key not in rows:
        return _column(rows, key)
    field, longest = BY_KEY[key].field, model._meta.get_field(key).max_length
    column = each(rows[key], lambda text: without_number(_label(field, text)))
    long = pc.greater(pc.utf8_length(arrow(column)), longest).to_numpy(zero_copy_only=False)
    problems.note(rows.index[long], key, f"内容超过 {longest} 字，只保留前 {longest} 字")
    return column.str.slice(0, longest) if long.any() else column


def _label(field: Field, text: str) -> str:
    """The words of the dictionary, which matching and rules read; a text that it does not have stays."""
    if not field.codes or not text:
        return text
    try:
        return ",".join(map(field.codes.label_of, read(field, text).split(",")))
    except NotReadable:
        return text


def _canonical(rows: pd.DataFrame, key: str, problems: Problems) -> pa.DictionaryArray:
    """The values of a field that lives in ``other`` (households.values); a text that it cannot hold stays and is told."""
    field, odd = BY_KEY[key].field, {}

    def value(text: str) -> str:
        try:
            return without_number(read(field, text))
        except NotReadable as why:
            odd[text] = str(why)
            return without_number(text)

    column = meanings(rows[key], value)
    if odd:
        at = rows.index[where(rows[key], odd.__contains__)]
        problems.note(at, key, rows.loc[at, key].map(lambda text: scrub(odd[text])))
    return column


def without_number(text: str) -> str:
    """ID numbers and phones written into a remark are masked before they reach a column that is not sealed."""
    return scrub(text) if _LONG_DIGITS.search(text) else text


def _mapped(column: pd.Series, meanings: dict) -> pd.Series:
    """Each text looked up; "" for one that is not there."""
    return each(column, lambda text: str(meanings.get(text, "")))
