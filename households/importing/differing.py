"""A plan as rows for people to look at: who is new, in whom changes what, who is gone. Numbers of persons are masked here, for good."""

import json
from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd

from fangpin.copying import copy_columns
from fangpin.divisions.models import Division
from fangpin.masking import mask_id, mask_phone
from fangpin.sealing import places_of, unseal_many
from households.importing.columns import BY_KEY
from households.importing.planning import SEALED, Plan, label_of
from households.importing.texts import each
from households.models import Change, Difference, Household, Person, RegisterImport
from households.values import show

PIECE = 20_000
_COLUMNS = ("household", "household_number", "village", "number", "name", "about", "fields")
_MASKS = {"id_number": mask_id, "phone": mask_phone}
_FLAGS = frozenset({"is_head", "risk_cleared"})

Lines = list[list[list[str]]]  # for each row the lines of what changes in it


def write_differences(register_import: RegisterImport, plan: Plan) -> None:
    """Replace what was shown of this import."""
    register_import.differences.all().delete()
    for table, kind, rows in _rows(plan):
        one = {"register_import": str(register_import.pk), "table": table.value, "kind": kind.value}
        copy_columns(Difference, one | {name: rows[name] for name in _COLUMNS})


def _rows(plan: Plan) -> Iterator[tuple[Change.Table, Difference.Kind, pd.DataFrame]]:
    home, person, kind = Change.Table.HOUSEHOLD, Change.Table.PERSON, Difference.Kind
    yield home, kind.NEW, _homes(plan.new_households)
    yield home, kind.CHANGED, _homes(plan.changed_households, _of_homes(plan))
    yield person, kind.NEW, _people(plan.new_people)
    yield person, kind.CHANGED, _people(plan.changed_people, _of_people(plan))
    yield (
        person,
        kind.CHANGED,
        _people(plan.stood_down, [[[label_of("is_head"), "是", "否"]] for _ in range(len(plan.stood_down))]),
    )
    yield person, kind.GONE, _people(plan.gone)


def _homes(homes: pd.DataFrame, lines: Lines | None = None) -> pd.DataFrame:
    about = each(homes["kind"], lambda slug: show(BY_KEY["kind"].field, slug))
    rows = homes.rename(columns={"id": "household", "number": "household_number", "head_name": "name"})
    return _with(rows.assign(number="", about=about), lines)


def _people(people: pd.DataFrame, lines: Lines | None = None) -> pd.DataFrame:
    """People in the household where the file has them; who is not in it, where the register has him."""
    about = people["relation"]
    if "id_number" in people:
        about = (about + " " + each(people["id_number"], mask_id)).str.strip()
    rows = people.rename(columns={"household": "household_number", "household_id": "household"})
    return _with(rows.assign(about=about.str.slice(0, 60)), lines)


def _with(rows: pd.DataFrame, lines: Lines | None) -> pd.DataFrame:
    """The columns of Difference, with the lines as JSON text."""
    texts = ["[]"] * len(rows) if lines is None else [json.dumps(line, ensure_ascii=False) for line in lines]
    return rows.assign(fields=pd.Series(texts, index=rows.index, dtype="str"))[list(_COLUMNS)]


# -- what changes in a row ----------------------------------------------------------------------------------------------
def _of_homes(plan: Plan) -> Lines:
    names = dict(Division.objects.values_list("code", "name"))
    return _lines(
        Household, plan.changed_households, plan.old_households, plan.household_fields, {"village": names.get}
    )


def _of_people(plan: Plan) -> Lines:
    lines = _lines(Person, plan.changed_people, plan.old_people, plan.person_fields - {"initials"}, {})
    for line, left in zip(lines, plan.old_people["left"], strict=True):
        if left:
            line.append([label_of("left"), "已离户", "在册"])
        elif not line:  # nothing but the pinyin, which an earlier version read otherwise
            line.append([label_of("initials"), "", ""])
    return lines


def _lines(model, new: pd.DataFrame, old: pd.DataFrame, fields: frozenset[str], words: dict[str, Callable]) -> Lines:
    lines: Lines = [[] for _ in range(len(new))]
    for name in sorted(fields, key=label_of):
        column = SEALED.get(name, name)
        at = np.flatnonzero((new[column] != old[column]).to_numpy())
        if name == "other":
            for row in at:
                lines[row] += _of_other(old[name].iat[row], new[name].iat[row])
            continue
        before = _opened(model, name, old["id"].iloc[at]) if name in SEALED else old[name].iloc[at]
        shown = words.get(name) or _shown(name)
        for row, was, will_be in zip(at, before, new[name].iloc[at], strict=True):
            lines[row].append([label_of(name), shown(was) or "", shown(will_be) or ""])
    return lines


def _shown(name: str) -> Callable[[object], str]:
    """How a value of the field is written on a page, masked if it must be."""
    if name in SEALED:
        return _MASKS[name]
    if name in _FLAGS:
        return lambda flag: "是" if flag else "否"
    field = BY_KEY[name].field if name in BY_KEY else None
    return (lambda value: show(field, value)) if field and field.codes and name in ("sex", "kind", "category") else str


def _of_other(old: str, new: str) -> list[list[str]]:
    before, after = json.loads(old), json.loads(new)
    lines = []
    for key in sorted(before.keys() | after.keys(), key=label_of):
        was, will_be = before.get(key, ""), after.get(key, "")
        if was != will_be:
            field = BY_KEY[key].field if key in BY_KEY else None
            lines.append([label_of(key), *(show(field, value) if field else value for value in (was, will_be))])
    return lines


def _opened(model, name: str, ids: pd.Series) -> list[str]:
    """The sealed values that the register has of these rows."""
    column = f"{name.removesuffix('_number')}_sealed"
    wanted = ids.tolist()
    blobs: dict[str, bytes] = {}
    for start in range(0, len(wanted), PIECE):
        found = model.objects.filter(pk__in=wanted[start : start + PIECE]).values_list("pk", column)
        blobs |= {str(pk): blob for pk, blob in found}
    return unseal_many((blobs[pk] for pk in wanted), places_of(model, column, wanted))
