"""What a department list looks like: columns, kinds, roles, cycle. Data only; no list is named here.

Built-in lists are code (``catalogue_*``), a county's own lists are the same shape stored as JSON (``ListFormat.to_json``).
"""

from dataclasses import asdict, dataclass, fields
from enum import StrEnum


class ColumnKind(StrEnum):
    ID = "id"
    CERTIFICATE = "certificate"
    NAME = "name"
    DATE = "date"
    MONTH = "month"
    AMOUNT = "amount"
    INTEGER = "integer"
    NUMBER = "number"
    TEXT = "text"
    TOWNSHIP = "township"
    VILLAGE = "village"
    HAMLET = "hamlet"
    ADDRESS = "address"
    PHONE = "phone"
    ACCOUNT = "account"
    CHOICE = "choice"
    YEAR = "year"
    BOOL = "bool"


PERSONAL_KINDS = frozenset({ColumnKind.ID, ColumnKind.CERTIFICATE, ColumnKind.PHONE, ColumnKind.ACCOUNT})
NUMERIC_KINDS = frozenset({ColumnKind.AMOUNT, ColumnKind.NUMBER, ColumnKind.INTEGER, ColumnKind.YEAR})
DATE_KINDS = frozenset({ColumnKind.DATE, ColumnKind.MONTH})

# What a column tells matching about the person or household of the row.
ROLES = frozenset({
    "id", "certificate", "name", "birthday", "sex", "township", "village", "hamlet", "address", "phone",
    "head_name", "head_id", "guardian", "guardian_phone", "guardian_id", "size", "age",
})  # fmt: skip

# Names that checking and matching put beside the columns of a list.
RESERVED = frozenset({
    "sheet", "sheet_no", "row", "status", "village_code", "township_code",
    "state", "method", "confidence", "person", "household", "candidates", "evidence", "note",
})  # fmt: skip

DEPARTMENTS = {
    "EDU": "教育局",
    "MI": "医保局",
    "HLT": "卫健局",
    "HOU": "住建局",
    "WAT": "水利局",
    "CIV": "民政局",
    "DIS": "残联",
    "HR": "人社局",
    "FPB": "扶贫办",
}

CYCLES = {"monthly": "每月", "term": "每学期", "quarterly": "每季度", "yearly": "每年", "event": "随时"}


@dataclass(frozen=True)
class Column:
    """One column. ``required``: the heading must be in the sheet. ``essential``: a row without a readable value is refused.

    ``synonyms`` maps a written value to one of ``choices`` (both compared without spaces and width differences).
    """

    key: str
    label: str
    kind: ColumnKind
    role: str = ""
    required: bool = False
    aliases: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    hint: str = ""
    essential: bool = False
    synonyms: tuple[tuple[str, str], ...] = ()

    @property
    def personal(self) -> bool:
        """Values are sealed at rest and masked wherever they are shown."""
        return self.kind in PERSONAL_KINDS


@dataclass(frozen=True)
class ListFormat:
    """One list a department delivers. ``key`` names the columns that make a row unique within a file.

    household_level: a row is about a household, its name and number are the head's. place_level: a row is about a scheme or
    a village, nobody is to be matched. roster: the whole population of a system, so that absence is a fact too.
    required_any: of each group at least one heading must be in the sheet.
    """

    code: str
    name: str
    department: str
    cycle: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    household_level: bool = False
    place_level: bool = False
    roster: bool = False
    sheets_hint: str = ""
    due_day: int = 5
    required_any: tuple[tuple[str, ...], ...] = ()

    def __post_init__(self):
        keys = [column.key for column in self.columns]
        if len(set(keys)) != len(keys):
            raise ValueError(f"{self.code}：列键重复")
        if clash := RESERVED & set(keys):
            raise ValueError(f"{self.code}：列键与系统用名相同 {sorted(clash)}")
        unknown = {*self.key, *(key for group in self.required_any for key in group)} - set(keys)
        if unknown:
            raise ValueError(f"{self.code}：没有这些列 {sorted(unknown)}")
        if self.department not in DEPARTMENTS or self.cycle not in CYCLES:
            raise ValueError(f"{self.code}：部门或周期不对")
        if any(column.role and column.role not in ROLES for column in self.columns):
            raise ValueError(f"{self.code}：列的身份角色不对")

    @property
    def personal_keys(self) -> tuple[str, ...]:
        return tuple(column.key for column in self.columns if column.personal)

    @property
    def roles(self) -> dict[str, str]:
        """Role -> column key."""
        return {column.role: column.key for column in self.columns if column.role}

    def column(self, key: str) -> Column:
        """Raises KeyError for a key the list does not have."""
        for column in self.columns:
            if column.key == key:
                return column
        raise KeyError(key)

    def to_json(self) -> dict:
        """Plain data for a JSON field."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict) -> "ListFormat":
        """The reverse of :meth:`to_json`. Raises ValueError when something does not fit, in words a clerk understands."""
        try:
            columns = tuple(_column(item) for item in data["columns"])
            known = {field.name for field in fields(cls)}
            rest = {name: value for name, value in data.items() if name in known and name != "columns"}
            rest["key"] = tuple(rest["key"])
            rest["required_any"] = tuple(tuple(group) for group in rest.get("required_any", ()))
            return cls(columns=columns, **rest)
        except (KeyError, TypeError) as error:
            raise ValueError(f"名单格式不完整：{error}") from error


def _column(data):
    known = {field.name for field in fields(Column)}
    values = {name: value for name, value in data.items() if name in known}
    values["kind"] = ColumnKind(values["kind"])
    for name in ("aliases", "choices"):
        values[name] = tuple(values.get(name, ()))
    values["synonyms"] = tuple((written, meant) for written, meant in values.get("synonyms", ()))
    return Column(**values)
