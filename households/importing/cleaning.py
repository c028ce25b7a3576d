"""Columns of text as given -> fields of the register: numbers, days, kinds, categories. Over whole columns, never row by row."""

import json

import numpy as np
import pandas as pd

from fangpin import idcard
from fangpin.idcard import Kind
from fangpin.masking import scrub
from fangpin.sheets.cells import parse_dates
from fangpin.sheets.child import NUMBER, TEXT
from households.choices import Category, HouseholdKind, Sex
from households.importing.columns import BY_KEY, To
from households.importing.problems import Problems
from households.initials import initials_many
from households.models import Household, Person

HEAD = "户主"
PERSON_TEXTS = (
    "former_name", "id_type", "relation", "ethnicity", "education", "student_status", "health", "labour", "minimum_living", "destitute",
    "disability_level",
)  # fmt: skip
# Which fields of a person follow from a column of the file beside the one of the same name.
_FOLLOWING = {"name": {"initials"}, "id_number": {"birthday", "sex"}, "relation": {"is_head"}}
_PIECE = 20_000  # rows whose cells are Python strings at one time: 30 columns of 300,000 would be half a gigabyte
_LONG_DIGITS = r"\d{11}"
_MONTH_ONLY = r"^\d{4}(?:\d{2}|\D+\d{1,2}\D*)$"
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
            rows[key] = rows[key].str.normalize("NFKC").str.replace(r"[\s']+", "", regex=True)


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
    people["initials"] = pd.Series(initials_many(rows["name"]), index=rows.index, dtype="str")
    for key in PERSON_TEXTS:
        people[key] = _text(rows, key, Person, problems)
    _identify(rows, people, problems)
    people["phone"] = _own_phone(rows)
    heads = is_head(rows)
    second = heads & rows["household"].where(heads).duplicated() & heads
    problems.note(rows.index[second], "relation", "一户有两个户主，按前一个登记，请核实")
    people["is_head"] = heads & ~second
    people["other"] = _other(rows, To.PERSON_OTHER)
    return people


def _identify(rows: pd.DataFrame, people: pd.DataFrame, problems: Problems) -> None:
    """证件号码 with birthday and sex: from a whole number, else from their own columns."""
    given = _column(rows, "id_number")
    cleaned = idcard.clean_series(given, rows["id_number_is_number"].to_numpy())
    kind, key = cleaned["kind"].to_numpy(), cleaned["key"].to_numpy()
    compact = given.str.normalize("NFKC").str.replace(r"\s+", "", regex=True).str.slice(0, 40)
    number = cleaned["number"].where(np.isin(kind, idcard.COMPLETE), compact)
    # A spreadsheet kept 15 true digits: what is lost is marked, so that nobody takes the rest for an old number.
    number = number.mask(kind == Kind.ROUNDED, cleaned["number"] + "***")
    people["id_number"] = number.mask(np.isin(kind, (Kind.SCIENTIFIC, Kind.EMPTY)), "")
    odd = rows.index[~np.isin(kind, (*idcard.COMPLETE, Kind.EMPTY))]
    typed = rows["id_number_is_number"]
    notes = pd.Series([idcard.clean(given[at], bool(typed[at])).note_zh for at in odd], index=odd, dtype="str")
    problems.note(odd, "id_number", notes)
    whole = key >= 0
    written = _days(rows)
    days = pd.Series(idcard.key_birthday(key), index=rows.index).astype("str")
    inside = days.str.slice(0, 4) + "-" + days.str.slice(4, 6) + "-" + days.str.slice(6, 8)
    people["birthday"] = inside.where(whole, written)
    unread = (_column(rows, "birthday") != "") & (people["birthday"] == "")
    problems.note(rows.index[unread], "birthday", "出生日期无法识别，请写成 1973-02-08 或 19730208")
    sexes = pd.Series(
        np.where(idcard.key_is_male(key), Sex.MALE.value, Sex.FEMALE.value), index=rows.index, dtype="str"
    )
    people["sex"] = sexes.where(whole, _mapped(_column(rows, "sex"), _SEXES))


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
    digits = texts.str.replace(r"[\s\-—－]+|^\+?86(?=1)", "", regex=True)
    return digits.where(digits.str.match(_MOBILE), texts.str.slice(0, 60))


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
    """One row a household: what its head's row says, and where that says nothing the first member's that does."""
    order = np.argsort(~is_head(rows).to_numpy(), kind="stable")
    sorted_rows = rows.iloc[order]
    codes, numbers = pd.factorize(sorted_rows["household"])

    def first(column: pd.Series) -> pd.Series:
        filled = np.flatnonzero((column != "").to_numpy())[::-1]
        at = np.full(len(numbers), -1)
        at[codes[filled]] = filled
        return pd.Series(column.array.take(at, allow_fill=True, fill_value=""), dtype="str")

    leading = np.full(len(numbers), -1)
    leading[codes[::-1]] = np.arange(len(codes))[::-1]
    labels = sorted_rows.index[leading]  # the row that problems of the household are told at
    households = pd.DataFrame(
        {"number": pd.Series(numbers, dtype="str"), "village": first(sorted_rows["village_code"])}
    )
    households["hamlet"] = first(_text(sorted_rows, "hamlet", Household, problems))
    kind, category = first(_column(sorted_rows, "kind")), first(_column(sorted_rows, "category"))
    _classify(households, kind, category, labels, problems)
    cleared = first(_column(sorted_rows, "risk_cleared"))
    households["risk_cleared"] = cleared.str.upper().isin(_TRUE)
    households["phone"] = _phone(first(_column(sorted_rows, "household_phone")))
    others = [key for key in sorted_rows if key in BY_KEY and BY_KEY[key].to == To.HOUSEHOLD_OTHER]
    households["other"] = _other(
        pd.DataFrame({key: first(sorted_rows[key]) for key in others}, index=households.index), To.HOUSEHOLD_OTHER
    )
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
    """A plain text, without numbers of persons in it, not longer than the field."""
    column = without_numbers(_column(rows, key))
    longest = model._meta.get_field(key).max_length
    long = column.str.len() > longest
    problems.note(rows.index[long], key, f"内容超过 {longest} 字，只保留前 {longest} 字")
    return column.str.slice(0, longest) if long.any() else column


def without_numbers(column: pd.Series) -> pd.Series:
    """ID numbers and phones written into a remark are masked before they reach a column that is not sealed."""
    hit = column.str.contains(_LONG_DIGITS, regex=True)
    return column.mask(hit, column[hit].map(scrub)) if hit.any() else column


def _mapped(column: pd.Series, meanings: dict) -> pd.Series:
    """Each distinct text looked up once; "" for one that is not there."""
    codes, texts = pd.factorize(column)
    return pd.Series(
        np.array([str(meanings.get(text, "")) for text in texts] or [""], dtype=object)[codes],
        index=column.index,
        dtype="str",
    )


def _other(rows: pd.DataFrame, to: To) -> pd.Series:
    """The filled ``other`` columns of each row as JSON text."""
    # PostgreSQL keeps the keys of a jsonb by length, then bytes: written so, unchanged values are equal as text.
    labels = sorted(
        (key for key in rows if key in BY_KEY and BY_KEY[key].to == to),
        key=lambda key: (len(key.encode()), key.encode()),
    )
    if not labels:
        return pd.Series("{}", index=rows.index, dtype="str")
    columns = [without_numbers(rows[label]) for label in labels]
    pieces = [
        _as_json(labels, [column.iloc[start : start + _PIECE] for column in columns])
        for start in range(0, len(rows), _PIECE)
    ]
    return pd.concat(pieces) if pieces else pd.Series("", index=rows.index, dtype="str")


def _as_json(labels: list[str], columns: list[pd.Series]) -> pd.Series:
    rows = zip(*(column.tolist() for column in columns), strict=True)
    texts = [
        json.dumps({label: cell for label, cell in zip(labels, row, strict=True) if cell}, ensure_ascii=False)
        for row in rows
    ]
    return pd.Series(texts, index=columns[0].index, dtype="str")
