"""Match the rows of one extract with the register (verb). The decisions themselves are pure: keys, tiers, resolve."""

from functools import lru_cache

import pandas as pd
from django.db import transaction
from django.utils import timezone

from fangpin.runs.lease import Work
from fangpin.transitions import NotAllowed
from households.frames import left_frame, people_of, register_state
from screening.choices import MatchState, RowStatus
from screening.extracts.formats import FORMATS
from screening.extracts.layout import ListFormat
from screening.extracts.storing import load_rows
from screening.matching.guard import file_guard
from screening.matching.register import Register
from screening.matching.remembered import indexes_to_keep, with_standing
from screening.matching.resolve import match
from screening.matching.writing import KEY, replace_matches, stored_of
from screening.models import Extract

_ROLES = (
    "name", "birthday", "sex", "hamlet", "phone", "head_name", "head_id", "guardian", "guardian_phone", "guardian_id", "size",
    "certificate", "age",
)  # fmt: skip


def register_of(county_code: str, state: tuple | None = None) -> Register:
    """The index of the county's people, built once per process as long as the register does not change; ``state`` as in ``people_of``."""
    return _register(county_code, state or register_state(county_code))


@lru_cache(maxsize=1)
def _register(county_code: str, state: tuple) -> Register:
    return Register.build(people_of(county_code, state), left_frame(county_code))


def match_extract(extract: Extract, register: Register, *, work: Work) -> pd.DataFrame | None:
    """Decide who each row is and store it: one match for every row of the file, refused rows too ("none").

    What a person decided stays. The answer is ``writing.stored_of`` its acceptable rows; None, with nothing stored, when the file was
    replaced or withdrawn meanwhile. Raises NotAllowed when numbers and names of the file do not belong together (held, nothing stored).
    """
    fmt = FORMATS[extract.list_code]
    rows = load_rows(extract, acceptable_only=False, columns=_asked_of(fmt))
    is_refused = rows["status"].eq(RowStatus.REFUSED)
    refused = rows.loc[is_refused, KEY]
    usable = rows[~is_refused].reset_index(drop=True) if is_refused.any() else rows
    if fmt.place_level:
        decided = _unmatched(usable)
    else:
        rows_as_told, standing = with_standing(identity_columns(usable, fmt), extract)
        decided = match(rows_as_told, register, household_level=fmt.household_level, standing=standing)
        _guard(usable, decided)
        decided["row_index"] = indexes_to_keep(rows_as_told, decided, extract.list_code)
    with transaction.atomic():
        work.fence()
        # Held until commit, so that neither a withdrawal nor a decision of the review queue comes in between.
        held = Extract.objects.confirmed().filter(pk=extract.pk).select_for_update(no_key=True).first()
        if held is None:
            return None
        digest = replace_matches(held, usable, decided, refused)
        Extract.objects.filter(pk=extract.pk).update(matched_at=timezone.now(), matches_digest=digest)
        return stored_of(held, usable, decided)


def _asked_of(fmt: ListFormat) -> set[str]:
    """The columns that say who a row is."""
    number = fmt.roles.get("id", "")
    return {*fmt.roles.values(), f"{number}_raw", f"{number}_is_number", "name", "township_code", "village_code"}


def identity_columns(rows: pd.DataFrame, fmt: ListFormat) -> pd.DataFrame:
    """The rows under the names that matching knows: the columns by their role."""
    roles = fmt.roles
    blank = pd.Series("", index=rows.index)
    known = {role: rows.get(roles[role], blank) for role in _ROLES if role in roles}
    number = roles.get("id", "")
    known["id_text"] = rows.get(f"{number}_raw", rows.get(number, blank))
    known["id_is_number"] = rows.get(f"{number}_is_number", pd.Series(False, index=rows.index))
    for place in ("township", "village"):
        known[place] = rows.get(f"{place}_code", blank)
    return pd.DataFrame(known)


def _unmatched(rows: pd.DataFrame) -> pd.DataFrame:
    """A list about schemes or villages has nobody to match."""
    count = len(rows)
    return pd.DataFrame(
        {
            "state": MatchState.NONE.value,
            "method": "place",
            "confidence": 0.0,
            "household": [None] * count,
            "person": [None] * count,
            "candidates": [[]] * count,
            "evidence": [{}] * count,
            "note": "名单按村或工程填报，不对应到人",
            "row_index": [None] * count,
        },
        index=rows.index,
    )


def _guard(rows: pd.DataFrame, decided: pd.DataFrame) -> None:
    share, first = file_guard(decided)
    if first is not None:
        place = rows.loc[first]
        raise NotAllowed(
            f"从“{place['sheet']}”第 {place['row']} 行起姓名与证件号码两列对不上（{share:.1%} 的行），文件已暂停匹配："
            "请部门检查是否只对其中一列排过序，更正后重新上传"
        )
